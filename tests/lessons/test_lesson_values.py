"""What a lesson and a question promise as values."""

from dataclasses import replace

import pytest

from lessons.model import Lesson, Option, Question, Section

QUESTION = Question(
    owner="curated",
    id="soil-finest",
    stem="What is finest?",
    options=(Option("Clay", correct=True, feedback="Yes."), Option("Sand", correct=False, repairs="parts")),
    explanation="Clay is the finest.",
)


def test_a_question_knows_its_identity_and_its_key() -> None:
    assert QUESTION.identity == "curated:soil-finest"
    assert QUESTION.key == 0


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, stem="Which is finest?"),
        replace(QUESTION, options=(*QUESTION.options, Option("Silt", correct=False))),
        replace(QUESTION, options=QUESTION.options[::-1]),
        replace(QUESTION, options=(Option("Clay", correct=False), Option("Sand", correct=True))),
        replace(QUESTION, options=(Option("Loam", correct=True), Option("Sand", correct=False))),
    ],
    ids=["stem", "one more option", "order", "key", "wording of an option"],
)
def test_the_meaning_changes_with_what_was_asked(other: Question) -> None:
    assert other.meaning != QUESTION.meaning


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, explanation="In other words."),
        replace(QUESTION, id="renamed"),
        replace(QUESTION, options=(Option("Clay", correct=True), Option("Sand", correct=False))),
    ],
    ids=["explanation", "name", "feedback and repairs"],
)
def test_the_meaning_stays_when_only_the_teaching_changes(other: Question) -> None:
    assert other.meaning == QUESTION.meaning


def test_what_one_server_asks_means_nothing_to_another_nor_to_the_library() -> None:
    own = [replace(QUESTION, owner=owner).meaning for owner in ("42", "43", "curated")]
    assert len(set(own)) == 3


def test_the_meaning_is_the_same_in_every_process() -> None:
    assert QUESTION.meaning == "fc205bb50aaec0e092c8e5175276f6636643a8dae8e49a917328b83b4ef5fc05"


def test_a_lesson_finds_its_sections_and_questions() -> None:
    section = Section("parts", "Its parts", "Sand, silt and clay.")
    lesson = Lesson(
        "curated", "soil", "Soil", "Soil.", "Gardening", 4, 900, (section,), "Alive.", (QUESTION,)
    )
    assert lesson.section("parts") is section
    assert lesson.section("whole") is None
    assert lesson.question("soil-finest") is QUESTION
    assert lesson.question("curated:soil-finest") is None
