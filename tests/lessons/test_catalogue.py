"""Lessons and questions are found by name, category and text, and stand on paths."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.catalogue import Catalogue, Category, UnknownLesson
from lessons.model import Lesson, Option, Question, Section
from lessons.slugs import slug_of


def lesson(
    title: str, category: str, rating: int, summary: str = "", sections: Iterable[str] = ("Why",)
) -> Lesson:
    slug = slug_of(title)
    options = (Option("Yes", correct=True), Option("No", correct=False))
    return Lesson(
        owner="curated",
        slug=slug,
        title=title,
        summary=summary,
        category=category,
        minutes=5,
        rating=rating,
        sections=tuple(Section(slug_of(heading), heading, "Text.") for heading in sections),
        key_idea="Idea.",
        questions=(Question("curated", f"{slug}-one", "Is it?", options, "It is."),),
    )


RLHF = lesson(
    "RLHF Basics",
    "Machine Learning",
    1880,
    "How reinforcement learning from human feedback teaches preferences.",
    ["The reward model", "Keeping it grounded"],
)
REINFORCEMENT = lesson("Reinforcement Learning", "Machine Learning", 1500, "Agents, rewards and policies.")
BACKPROPAGATION = lesson("Backpropagation", "Machine Learning", 1600, "How a network learns.")
ISOLATION = lesson("Transaction Isolation", "Databases", 1700, "What others may see.", ["Dirty reads"])
RATES = lesson("Base Rates", "Statistics", 1200, "Why rare things stay rare.", ["Bayes' rule"])
CAFE = lesson("Café économique", "Économie", 1000)
CHINESE = lesson("机器学习入门", "机器学习", 1000)
CATALOGUE = Catalogue((RLHF, RATES, REINFORCEMENT, ISOLATION, BACKPROPAGATION, CAFE, CHINESE))


def titles(found: Iterable[Lesson]) -> list[str]:
    return [lesson.title for lesson in found]


def test_lessons_stand_by_category_then_rating_then_title() -> None:
    assert titles(CATALOGUE.lessons[:5]) == [
        "Transaction Isolation",
        "Reinforcement Learning",
        "Backpropagation",
        "RLHF Basics",
        "Base Rates",
    ]
    assert Catalogue(CATALOGUE.lessons[::-1]) == CATALOGUE
    assert (len(CATALOGUE), list(CATALOGUE)) == (7, list(CATALOGUE.lessons))


def test_categories_stand_in_the_order_of_their_lessons() -> None:
    assert CATALOGUE.categories[:3] == (
        Category("databases", "Databases"),
        Category("machine-learning", "Machine Learning"),
        Category("statistics", "Statistics"),
    )


def test_a_catalogue_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        CATALOGUE.lessons = ()  # pyright: ignore[reportAttributeAccessIssue]


def test_two_lessons_of_one_slug_make_no_catalogue() -> None:
    with pytest.raises(ValueError, match="share a slug"):
        Catalogue((RLHF, replace(RLHF, owner="42")))


def test_a_lesson_is_found_by_its_slug() -> None:
    assert CATALOGUE.lesson("rlhf-basics") is RLHF
    assert CATALOGUE.find("rlhf-basics") is RLHF
    assert CATALOGUE.find("nothing") is None


def test_an_unknown_lesson_comes_with_suggestions() -> None:
    with pytest.raises(UnknownLesson) as refused:
        CATALOGUE.lesson("rhlf-basic")
    assert refused.value.slug == "rhlf-basic"
    assert refused.value.suggestions[0] is RLHF
    assert str(refused.value).startswith("There is no lesson “rhlf-basic”. Did you mean “RLHF Basics” or ")


def test_an_unknown_lesson_of_an_empty_catalogue_is_just_unknown() -> None:
    with pytest.raises(UnknownLesson) as refused:
        Catalogue(()).lesson("soil")
    assert str(refused.value) == "There is no lesson “soil”."


def test_a_question_is_found_by_its_identity() -> None:
    assert CATALOGUE.question("curated:base-rates-one") == (RATES, RATES.questions[0])
    assert CATALOGUE.question("base-rates-one") is None


def on(one: Lesson, *requires: str) -> Lesson:
    return replace(one, requires=requires)


def test_a_path_puts_what_is_required_first_and_then_the_easier() -> None:
    catalogue = Catalogue(
        (
            on(lesson("Trees", "Plants", 1000), "soil", "climate"),
            lesson("Roots", "Plants", 1200),
            lesson("Leaves", "Plants", 1200),
            on(lesson("Climate", "Weather", 900), "bark"),
            lesson("Bark", "Plants", 1900),
            lesson("Soil", "Plants", 1500),
        )
    )
    path = catalogue.path("plants")
    assert titles(path) == ["Leaves", "Roots", "Soil", "Bark", "Trees"]
    assert [after and after.title for after in map(catalogue.after, path)] == [*titles(path[1:]), None]
    assert titles(catalogue.required(path[-1])) == ["Soil", "Climate"]
    assert catalogue.path("cooking") == ()
    assert catalogue.after(RLHF) is None


def test_lessons_that_build_on_each_other_make_no_catalogue() -> None:
    with pytest.raises(ValueError, match="in a circle"):
        Catalogue((on(RATES, "rlhf-basics"), on(RLHF, "base-rates")))


@st.composite
def libraries(draw: st.DrawFn) -> Catalogue:
    """Lessons of two categories in which each builds on some that were made before it."""
    made: list[Lesson] = []
    for number in range(draw(st.integers(1, 12))):
        category, rating = draw(st.sampled_from(["Plants", "Weather"])), draw(st.integers(100, 104))
        known = st.sampled_from([*(one.slug for one in made), "unknown"])
        requires = draw(st.lists(known, max_size=3, unique=True))
        made.append(on(lesson(f"Lesson {number}", category, rating), *requires))
    return Catalogue(tuple(made))


@given(libraries())
def test_a_path_holds_its_category_once_with_everything_required_before(catalogue: Catalogue) -> None:
    def behind(one: Lesson) -> set[str]:
        near = catalogue.required(one)
        return {found.slug for found in near}.union(*map(behind, near))

    for category in catalogue.categories:
        path = catalogue.path(category.slug)
        assert sorted(titles(path)) == sorted(
            [one.title for one in catalogue if one.category == category.name]
        )
        read: set[str] = set()
        for place, one in enumerate(path):
            own = {found.slug for found in path}
            assert behind(one) & own <= read
            easier = [
                later
                for later in path[place + 1 :]
                if (later.rating, later.title) < (one.rating, one.title) and behind(later) & own <= read
            ]
            assert easier == []
            read.add(one.slug)
            assert catalogue.after(one) is (path[place + 1] if place + 1 < len(path) else None)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("rlhf", RLHF),
        ("rhlf", RLHF),
        ("RLHF basics", RLHF),
        ("the basics of rlhf", RLHF),
        ("rlhfbasics", RLHF),
        ("reenforcement learning", REINFORCEMENT),
        ("Reinforcment Lerning", REINFORCEMENT),
        ("reinf", REINFORCEMENT),
        ("reenforce", REINFORCEMENT),
        ("back propagation", BACKPROPAGATION),
        ("propagation", BACKPROPAGATION),
        ("isolaton", ISOLATION),
        ("dirty reads", ISOLATION),
        ("databse", ISOLATION),
        ("bayes", RATES),
        ("rewrad model", RLHF),
        ("cafe economique", CAFE),
        ("学习", CHINESE),
    ],
)
def test_a_search_finds_what_was_meant(text: str, best: Lesson) -> None:
    assert CATALOGUE.search(text, 5)[0] is best


def test_a_title_counts_more_than_a_summary() -> None:
    assert titles(CATALOGUE.search("reinforcement", 5)) == ["Reinforcement Learning", "RLHF Basics"]


def test_a_search_without_text_gives_everything_in_order() -> None:
    assert CATALOGUE.search("  ", 100) == CATALOGUE.lessons
    assert CATALOGUE.search("", 2) == CATALOGUE.lessons[:2]


@pytest.mark.parametrize("text", ["xqzzk", "qwertz uiop", "!!!", "🙂", "zzzzzzzzzzzzzz" * 50, "- -"])
def test_a_search_for_nonsense_finds_nothing(text: str) -> None:
    assert CATALOGUE.search(text, 10) == ()


def test_the_nearest_lessons_are_always_some() -> None:
    assert len(CATALOGUE.nearest("xqzzk", 3)) == 3
    assert len(CATALOGUE.nearest("", 100)) == len(CATALOGUE)
    assert CATALOGUE.nearest("rhlf", 1) == (RLHF,)
    assert Catalogue(()).nearest("soil", 3) == ()


@given(st.text(max_size=300), st.integers(0, 30))
def test_any_text_can_be_searched_for(text: str, limit: int) -> None:
    found = CATALOGUE.search(text, limit)
    assert len(found) <= limit
    assert len(set(found)) == len(found)
    near = CATALOGUE.nearest(text, limit)
    assert len(near) == min(limit, len(CATALOGUE))
    assert near[: len(found)] == found


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Machine Learning", "machine-learning"),
        ("  machine   LEARNING ", "machine-learning"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("C", "c"),
        ("Research & Development", "research-and-development"),
        ("Économie", "economie"),
    ],
)
def test_a_slug_is_short_and_plain(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@given(st.text(min_size=1, max_size=40))
def test_every_name_has_a_slug_that_a_path_can_carry(name: str) -> None:
    slug = slug_of(name)
    assert 1 <= len(slug) <= 48
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not slug.startswith("-")
    assert not slug.endswith("-")
    assert "--" not in slug


def test_names_in_other_scripts_have_different_slugs() -> None:
    assert len({slug_of(name) for name in ("数学 2", "物理 2", "Алгебра", "Анализ")}) == 4
