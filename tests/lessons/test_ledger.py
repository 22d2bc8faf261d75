"""A published question never comes to mean something else: its id is in a ledger with what it means."""

from pathlib import Path

import pytest

from lessons.checking import examine
from lessons.ledger import Ledger, NotPublished, ledger_of, published, read_ledger, unpublished, write_ledger
from lessons.loading import CURATED_CONTENT, MalformedLessons, load
from tests.lessons.test_lesson_faults import SOUND

REWORDED = SOUND.replace("After heavy rain one bed", "One bed")


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A library of one lesson with one question, which is published."""
    folder = tmp_path / "content"
    (folder / "gardening").mkdir(parents=True)
    write(folder, SOUND)
    write_ledger(ledger_of(folder), published(Ledger(), load([folder])))
    return folder


def write(folder: Path, text: str) -> None:
    (folder / "gardening" / "soil.yaml").write_text(text, encoding="utf-8")


def publish(folder: Path, *, same_meaning: str = "", retire: str = "") -> Ledger:
    ledger = read_ledger(ledger_of(folder))
    assert ledger is not None
    after = published(
        ledger,
        load([folder]),
        same_meaning=[same_meaning] if same_meaning else [],
        retire=[retire] if retire else [],
    )
    write_ledger(ledger_of(folder), after)
    return after


def problems(folder: Path) -> list[str]:
    return [str(one).removeprefix(f"{folder.parent}/") for one in examine([folder]).problems]


def test_what_is_published_and_unchanged_is_well(shelf: Path) -> None:
    assert problems(shelf) == []
    assert examine([shelf]).warnings == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("After heavy rain one bed", "One bed"),
        ("Loose peat", "Dense peat"),
        (
            "        correct: true\n      - text: Fine clay\n",
            "      - text: Fine clay\n        correct: true\n",
        ),
    ],
)
def test_a_published_question_that_changes_is_refused_with_the_advice_to_give_a_new_id(
    shelf: Path, before: str, after: str
) -> None:
    assert before in SOUND
    write(shelf, SOUND.replace(before, after))
    (told,) = problems(shelf)
    assert told.startswith("content/gardening/soil.yaml:12:9: questions[1].id: This question is published")
    assert "give it a new id" in told
    assert "rung lessons publish --same-meaning soil-drains" in told


def test_feedback_and_explanation_may_change_as_they_ask_nothing(shelf: Path) -> None:
    write(
        shelf,
        SOUND.replace("like a sponge", "as a sponge does").replace("Between coarse", "Between the coarse"),
    )
    assert problems(shelf) == []


def test_a_new_wording_that_is_declared_to_mean_the_same_keeps_the_older_ones(shelf: Path) -> None:
    (first,) = load([shelf]).lessons[0].questions
    write(shelf, REWORDED)
    ledger = publish(shelf, same_meaning="soil-drains")
    (second,) = load([shelf]).lessons[0].questions
    assert ledger.published == {"soil-drains": (second.meaning, first.meaning)}
    assert problems(shelf) == []
    assert second.formerly == (first.meaning,)
    assert second.means(first.meaning)
    assert second.means(second.meaning)
    assert not second.means("0" * 64)
    assert second.identity == first.identity


def test_going_back_to_an_older_wording_has_to_be_declared_too(shelf: Path) -> None:
    write(shelf, REWORDED)
    publish(shelf, same_meaning="soil-drains")
    write(shelf, SOUND)
    assert len(problems(shelf)) == 1
    (entry,) = publish(shelf, same_meaning="soil-drains").published.values()
    assert len(entry) == len(set(entry)) == 2
    assert problems(shelf) == []


def test_a_published_question_that_is_gone_is_missed_until_it_is_retired(shelf: Path) -> None:
    write(shelf, SOUND.replace("soil-drains", "soil-dries"))
    (told,) = problems(shelf)
    assert told.startswith("ledger.json:3:1: soil-drains: This question is published and no lesson has it")
    with pytest.raises(NotPublished, match="add --retire soil-drains"):
        publish(shelf)
    ledger = publish(shelf, retire="soil-drains")
    assert list(ledger.published) == ["soil-dries"]
    assert list(ledger.retired) == ["soil-drains"]
    assert problems(shelf) == []


def test_a_retired_id_is_never_used_again(shelf: Path) -> None:
    write(shelf, SOUND.replace("soil-drains", "soil-dries"))
    publish(shelf, retire="soil-drains")
    write(shelf, SOUND)
    assert any("This id is retired" in told for told in problems(shelf))
    with pytest.raises(NotPublished, match="This id is retired"):
        publish(shelf, retire="soil-dries")


def test_a_new_question_is_warned_of_until_it_is_published(shelf: Path) -> None:
    more = SOUND + SOUND[SOUND.rindex("  - id:") :].replace("soil-drains", "soil-more")
    write(shelf, more)
    (told,) = examine([shelf]).warnings
    assert (told.line, told.fault.value) == (24, "unpublished")
    publish(shelf)
    assert examine([shelf]).warnings == ()


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"retire": "soil-drains"}, "is still asked"),
        ({"retire": "nobody"}, "was never published"),
        ({"same_meaning": "nobody"}, "is not both published and asked"),
    ],
)
def test_what_cannot_be_declared_is_refused_and_nothing_is_written(
    shelf: Path, declared: dict[str, str], told: str
) -> None:
    before = ledger_of(shelf).read_bytes()
    with pytest.raises(NotPublished, match=told):
        publish(shelf, **declared)
    assert ledger_of(shelf).read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"published": {"a": []}, "retired": {}}',
        '{"published": {"a": ["0"]}, "retired": {}}',
    ],
)
def test_a_ledger_that_is_none_is_refused(shelf: Path, text: str) -> None:
    ledger_of(shelf).write_text(text, encoding="utf-8")
    (told,) = problems(shelf)
    assert told.startswith("ledger.json:1:1: ")
    assert "restore" in told
    with pytest.raises(MalformedLessons):
        load([shelf])


def test_a_library_without_a_ledger_promises_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "gardening").mkdir(parents=True)
    write(folder, SOUND)
    assert examine([folder]).problems == examine([folder]).warnings == ()


def test_a_lone_file_is_held_to_its_librarys_ledger_and_a_folder_by_any_name(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shelf, REWORDED)
    monkeypatch.chdir(shelf)
    for path in (Path(), Path("gardening/soil.yaml"), Path("gardening/..")):
        (problem,) = examine([path]).problems
        assert "This question is published" in problem.message


def test_a_mistake_elsewhere_does_not_make_its_questions_look_gone(shelf: Path) -> None:
    write(shelf, SOUND.replace("minutes: 1", "minutes: none"))
    (told,) = problems(shelf)
    assert "minutes" in told


def test_everything_that_ships_is_published_as_it_is() -> None:
    ledger = read_ledger(ledger_of(CURATED_CONTENT))
    assert ledger is not None
    questions = [question for lesson in load([CURATED_CONTENT]) for question in lesson.questions]
    assert [one.id for one in questions if unpublished(ledger, one)] == [], "run: rung lessons publish"
    assert examine([CURATED_CONTENT]).problems == ()
