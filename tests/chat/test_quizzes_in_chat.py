"""Checking oneself, as people do it: in private, to the end, interrupted and taken up again."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from chat_stage import (
    Stage,
    asked_in,
    both,
    buttons,
    custom_ids,
    finish_quiz,
    payload_of,
    prose,
    seen,
    small_lesson,
)

from lessons.catalogue import Catalogue

LESSON = "rlhf-basics"


async def begin(stage: Stage, who: Any = None, lesson: str = LESSON) -> Any:
    person = who or stage.members[0]
    return stage.looked_at(await person.slash(stage.quiz, "quiz", lesson=lesson))


class Answers:
    """What the authors wrote: the key, the feedback and the repair of every option, by their words."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.questions = {
            " ".join(one.stem.split()): one for lesson in catalogue.lessons for one in lesson.questions
        }

    def of(self, stem: str) -> Any:
        return self.questions[" ".join(stem.split())]

    def right(self, stem: str, options: Sequence[str]) -> int:
        question = self.of(stem)
        return options.index(question.options[question.key].text)

    def wrong(self, stem: str, options: Sequence[str]) -> int:
        return (self.right(stem, options) + 1) % len(options)

    def chosen(self, stem: str, text: str) -> Any:
        return next(option for option in self.of(stem).options if option.text == text)


async def test_before_the_first_question_the_rules_are_told(stage: Stage) -> None:
    opening = await begin(stage)
    assert opening.ephemeral
    assert "# ✏️ Check yourself: RLHF Basics" in prose(opening)
    assert "7 questions · 💠 Platinum 1880" in prose(opening)
    assert "7 of them are new to you and move your rating" in prose(opening)
    assert "Each press is final" in prose(opening)
    assert {"Start", "Read the lesson first"} <= buttons(opening).keys()


async def test_a_quiz_answered_right_to_the_end_earns_rating(stage: Stage) -> None:
    summary = await finish_quiz(stage, stage.members[0], await begin(stage), Answers(stage.catalogue).right)
    assert "# ✏️ RLHF Basics: done" in prose(summary)
    assert "✅ **7 of 7** right" in prose(summary)
    moved = re.search(r"Rating (\d+) → \*\*(\d+)\*\* \(\+(\d+)\) from 7 first answers", prose(summary))
    assert moved is not None
    before, after, change = map(int, moved.groups())
    assert (before, after - before) == (1100, change)
    assert "Worth reading again" not in prose(summary)
    card = stage.looked_at(await stage.members[0].slash(stage.quiz, "rank"))
    assert f"World: **{after}?** · place **1** of 1 · 7 of 7 right" in prose(card)


async def test_a_wrong_answer_is_explained_by_its_own_feedback_and_repaired_by_its_section(
    stage: Stage,
) -> None:
    learner, answers = stage.members[0], Answers(stage.catalogue)
    shown = await stage.press(learner, await begin(stage), "Start")
    for _ in range(7):
        stem, options = asked_in(shown)
        place = answers.wrong(stem, options)
        verdict = await stage.press(learner, shown, "ABCDE"[place])
        question, chosen = answers.of(stem), answers.chosen(stem, options[place])
        told = prose(verdict)
        assert "❌ **Not this time.**" in told
        assert f"You chose: **{chosen.text}**" in told
        assert f"Right is: **{question.options[question.key].text}**" in told
        assert f"> {chosen.feedback}" in told
        assert question.explanation in told
        assert "(−" in told or "(+" in told
        section = stage.catalogue.lesson(LESSON).section(chosen.repairs)
        assert section is not None
        repaired = await stage.press(learner, verdict, f"Read: {section.title}")
        assert repaired.id != verdict.id, "the quiz stays where it is"
        assert repaired.ephemeral
        assert f"## {section.title}" in prose(repaired)
        after = "Next question" if "Next question" in buttons(verdict) else "See how it went"
        shown = await stage.press(learner, verdict, after)
    assert "**0 of 7** right" in prose(shown)
    assert "Worth reading again:" in prose(shown)
    again = [label for label in buttons(shown) if label not in {"Read the lesson", "← Lessons"}]
    assert 1 <= len(again) <= 5
    assert "## " + again[0] in prose(await stage.press(learner, shown, again[0]))


async def test_a_right_answer_says_why_and_what_it_changed_in_one_line(stage: Stage) -> None:
    learner, answers = stage.members[0], Answers(stage.catalogue)
    shown = await stage.press(learner, await begin(stage), "Start")
    stem, options = asked_in(shown)
    verdict = await stage.press(learner, shown, "ABCDE"[answers.right(stem, options)])
    assert "✅ **Right.**" in prose(verdict)
    assert answers.of(stem).explanation in prose(verdict)
    assert re.search(r"Rating: 1100 → \*\*\d+\*\* \(\+\d+\)$", prose(verdict))
    assert "Why?" in buttons(verdict)


@both
async def test_an_old_question_pressed_again_tells_what_came_of_the_first_press(stage: Stage) -> None:
    learner, answers = stage.members[0], Answers(stage.catalogue)
    opening = await begin(stage)
    question = await stage.press(learner, opening, "Start")
    old = [(one, one) for one in custom_ids(question)]
    stem, options = asked_in(question)
    first = answers.right(stem, options)
    both_presses = await stage.at_once(
        [
            learner.click(question, custom_id=old[first][0]),
            learner.click(question, custom_id=old[first - 1][0]),
        ]
    )
    assert all(one.acknowledged for one in both_presses)
    told = prose(stage.now_shown(question))
    assert "You had answered this already" in told
    assert "✅ **Right.**" in told
    card = stage.looked_at(await learner.slash(stage.quiz, "rank"))
    assert "1 of 1 right" in prose(card)


async def test_a_quiz_that_was_left_is_taken_up_where_it_was(stage: Stage) -> None:
    learner, answers = stage.members[0], Answers(stage.catalogue)
    question = await stage.press(learner, await begin(stage), "Start")
    stem, options = asked_in(question)
    await stage.press(learner, question, "ABCDE"[answers.right(stem, options)])
    again = await begin(stage)
    assert "1 of 7 answered already" in prose(again)
    assert "6 questions" in prose(again)
    following = await stage.press(learner, again, "Go on")
    assert "Question 2 of 7" in prose(following)
    assert asked_in(following)[0] != stem


async def test_a_question_that_was_shown_is_shown_again_in_the_same_arrangement(stage: Stage) -> None:
    learner = stage.members[0]
    question = await stage.press(learner, await begin(stage), "Start")
    again = await stage.press(learner, await begin(stage), "Go on")
    assert asked_in(again) == asked_in(question)


@both
async def test_a_quiz_goes_on_after_the_bot_was_restarted(stage: Stage) -> None:
    learner, answers = stage.members[0], Answers(stage.catalogue)
    question = await stage.press(learner, await begin(stage), "Start")
    await stage.restart()
    stem, options = asked_in(question)
    verdict = await stage.press(learner, question, "ABCDE"[answers.right(stem, options)])
    assert "✅ **Right.**" in prose(verdict)
    await stage.restart()
    assert "Question 2 of 7" in prose(await stage.press(learner, verdict, "Next question"))


@both
async def test_a_quiz_works_in_a_direct_message(stage: Stage) -> None:
    user, answers = stage.members[0].user, Answers(stage.catalogue)
    opening = stage.looked_at(await user.slash("quiz", lesson=LESSON))
    summary = await finish_quiz(stage, user, opening, answers.right)
    assert "**7 of 7** right" in prose(summary)
    board = stage.looked_at(await user.slash("ladder"))
    assert "# 🌍 The world's ladder" in prose(board)
    assert "**ben** (you)" in prose(board)


async def test_a_second_quiz_over_the_same_lesson_is_practice(stage: Stage) -> None:
    learner, answers = stage.members[0], Answers(stage.catalogue)
    await finish_quiz(stage, learner, await begin(stage), answers.right)
    before = prose(stage.looked_at(await learner.slash(stage.quiz, "rank")))
    opening = await begin(stage)
    assert "practice" in prose(opening)
    summary = await finish_quiz(stage, learner, opening, answers.wrong)
    assert "All of it was practice, so your rating stays as it is." in prose(summary)
    assert prose(stage.looked_at(await learner.slash(stage.quiz, "rank"))) == before


async def test_a_quiz_is_nobody_elses_to_press(stage: Stage) -> None:
    owner, stranger = stage.members[:2]
    opening = await begin(stage, owner)
    stored = stage.env.backend.get_message(opening.channel_id, opening.id)
    stored.flags &= ~(1 << 6)  # as if it had been posted for everybody
    result = await stranger.click(opening, custom_id=buttons(opening)["Start"])
    assert result.ephemeral
    assert "This quiz is somebody else's. Start your own with /quiz." in seen(result)


async def test_without_a_lesson_one_is_picked_from_the_list(stage: Stage) -> None:
    learner = stage.members[0]
    shelf = stage.looked_at(await learner.slash(stage.quiz, "quiz"))
    assert "pick one to be asked about" in prose(shelf)
    opening = stage.looked_at(await learner.click(shelf, custom_id=f"entry1:check:{LESSON}"))
    assert "Check yourself: RLHF Basics" in prose(opening)
    lesson = await stage.press(learner, opening, "Read the lesson first")
    assert "# RLHF Basics" in prose(lesson)


async def test_what_waits_in_an_open_poll_is_held_back_and_told(stage: Stage) -> None:
    await stage.poll()
    opening = await begin(stage)
    assert "6 questions" in prose(opening)
    assert "1 more waits in an open poll of this server; answer it there." in prose(opening)


async def test_a_question_left_for_a_day_counts_as_wrong_and_the_quiz_goes_on_anew(stage: Stage) -> None:
    learner = stage.members[0]
    question = await stage.press(learner, await begin(stage), "Start")
    await stage.pass_time_switched_off(hours=25)
    verdict = await stage.press(learner, question, "A")
    assert "The time for this question is over" in prose(verdict)
    assert "It was left unanswered." in prose(verdict)
    assert "0 of 1 right" in prose(stage.looked_at(await learner.slash(stage.quiz, "rank")))


class TestManyQuizzes:
    @pytest.fixture
    def catalogue(self) -> Catalogue:
        return Catalogue(tuple(small_lesson(f"lesson-{n}", f"Subject {n}", questions=12) for n in range(6)))

    async def test_nothing_that_is_sent_before_an_answer_tells_which_option_is_right(
        self, stage: Stage
    ) -> None:
        """The key is always A as written; where it lies when it is asked tells nothing."""
        places: Counter[int] = Counter()
        shapes: set[str] = set()
        for number in range(6):
            for learner in stage.members[:2]:
                shown = await stage.press(learner, await begin(stage, learner, f"lesson-{number}"), "Start")
                for _ in range(12):
                    _, options = asked_in(shown)
                    places[options.index("the right one")] += 1
                    raw = payload_of(shown)
                    ids = custom_ids(shown)
                    assert all(re.fullmatch(r"quiz1:\d+:\d+:\d", one) for one in ids)
                    assert [int(one.rsplit(":", 1)[1]) for one in ids] == list(range(len(options)))
                    assert "because it is" not in str(raw)
                    assert "Because of this" not in str(raw)
                    shapes.add(_shape(raw))
                    shown = await stage.press(learner, shown, "A")
                    after = "Next question" if "Next question" in buttons(shown) else "See how it went"
                    shown = await stage.press(learner, shown, after)
        total = sum(places.values())
        assert total == 6 * 2 * 12
        assert len(shapes) == 1, "apart from words and ids every question looks the same"
        # Each place is expected 48 times of 144, with a standard deviation under 6: five of them are allowed.
        assert all(18 < places[place] < 78 for place in range(3)), places


def _shape(raw: Any) -> str:
    """A message without its words and ids: nothing in it may depend on the key."""
    if isinstance(raw, dict):
        hidden = {"content", "custom_id", "id"}
        return str(sorted((key, "…" if key in hidden else _shape(value)) for key, value in raw.items()))
    if isinstance(raw, list):
        return str([_shape(one) for one in raw])
    return str(raw)
