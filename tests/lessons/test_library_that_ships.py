"""What the lessons that ship promise as a whole; their form and their faults have tests of their own."""

from collections import Counter

from ladder.match import FEWEST_QUESTIONS
from ladder.tiers import Tier, tier_of
from lessons.catalogue import Catalogue
from lessons.lesson_faults import WORDS_A_MINUTE, words_in


def test_there_is_a_path_of_machine_learning_and_there_are_three_more_to_choose_from(curated: Catalogue):
    lessons = Counter(lesson.category for lesson in curated)
    assert lessons.total() >= 40
    assert lessons["Machine Learning"] >= 16
    assert sum(count >= 8 for category, count in lessons.items() if category != "Machine Learning") >= 3


def test_every_tier_has_a_machine_to_beat(curated: Catalogue):
    assert {tier_of(lesson.rating) for lesson in curated} == set(Tier)


def test_the_path_of_machine_learning_leads_from_what_a_model_is_at_iron_to_rlhf_at_platinum_and_beyond(
    curated: Catalogue,
):
    path = curated.path("machine-learning")
    slugs = [lesson.slug for lesson in path]
    assert (slugs[0], tier_of(path[0].rating)) == ("what-a-model-is", Tier.IRON)
    rlhf = path[slugs.index("rlhf-basics")]
    assert (rlhf.title, rlhf.rating, rlhf.minutes) == ("RLHF Basics", 1880, 6)
    assert [lesson for lesson in path if lesson.rating > rlhf.rating]


def test_each_category_is_one_path_on_which_what_a_lesson_builds_on_is_easier(curated: Catalogue):
    for lesson in curated:
        for slug in lesson.requires:
            assert curated.lesson(slug).rating <= lesson.rating, (lesson.slug, slug)
    for category in {lesson.category for lesson in curated}:
        begins = [one.slug for one in curated if one.category == category and not one.requires]
        assert len(begins) <= 2, begins


def test_each_lesson_has_three_to_six_sections_and_minutes_that_match_its_words(curated: Catalogue):
    for lesson in curated:
        assert 3 <= len(lesson.sections) <= 6, lesson.slug
        needed = words_in(lesson) / WORDS_A_MINUTE
        assert abs(lesson.minutes - needed) <= needed / 4, lesson.slug
        assert lesson.key_idea


def test_each_lesson_asks_six_questions_or_more_of_three_to_five_options(curated: Catalogue):
    assert FEWEST_QUESTIONS <= 6  # or its machine could never be beaten
    for lesson in curated:
        assert len(lesson.questions) >= 6, lesson.slug
        assert all(3 <= len(question.options) <= 5 for question in lesson.questions), lesson.slug


def test_whoever_chooses_a_wrong_option_is_told_its_own_mistake_and_the_section_that_mends_it(
    curated: Catalogue,
):
    for lesson in curated:
        sections = {section.id for section in lesson.sections}
        for question in lesson.questions:
            wrong = [option for option in question.options if not option.correct]
            assert all(option.feedback and option.repairs in sections for option in wrong), question.id
            assert len({option.feedback for option in wrong}) == len(wrong), question.id


def test_at_most_a_tenth_of_the_lessons_needs_no_sources(curated: Catalogue):
    assert sum(not lesson.sources for lesson in curated) <= len(curated) / 10
