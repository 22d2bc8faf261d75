"""Quizzes and reviews whose lesson changes, whose answer comes too late, and whose person blocks, leaves or deletes."""

from dataclasses import replace
from typing import Any

import pytest
from chat_stage import Stage, asked_in, both, buttons, custom_ids, prose, seen, small_lesson, walk

from lessons.catalogue import Catalogue
from lessons.model import Lesson

pytestmark = both

DAYS = 24 * 3600
LOGIC = small_lesson("logic", "Logic", questions=4)
SETS = small_lesson("sets", "Sets", questions=3)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue((LOGIC, SETS))


async def begun(stage: Stage, who: Any, lesson: str = "logic") -> Any:
    opening = stage.looked_at(await who.slash(stage.quiz, "quiz", lesson=lesson))
    return await stage.press(who, opening, "Start")


async def answer(stage: Stage, who: Any, shown: Any, wanted: str = "the right one") -> Any:
    _, options = asked_in(shown)
    return await stage.press(who, shown, "ABCDE"[options.index(wanted)])


async def finish(stage: Stage, who: Any, shown: Any) -> Any:
    """Answer whatever is left; the summary."""
    while True:
        verdict = await answer(stage, who, shown)
        label = "Next question" if "Next question" in buttons(verdict) else "See how it went"
        shown = await stage.press(who, verdict, label)
        if label == "See how it went":
            return shown


async def taught(stage: Stage, *lessons: Lesson) -> None:
    """The library changes while the bot is off."""
    stage.catalogue = Catalogue(lessons)
    await stage.restart()


def to_press(shown: Any, wanted: str = "the right one") -> str:
    """The id of the button of this option."""
    _, options = asked_in(shown)
    return next(one for one in custom_ids(shown) if one.endswith(f":{options.index(wanted)}"))


async def rank(stage: Stage, who: Any) -> str:
    return prose(stage.looked_at(await who.slash(stage.quiz, "rank")))


async def test_a_question_that_is_open_keeps_the_wording_in_which_it_was_dealt(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await begun(stage, ben)
    stem, _ = asked_in(shown)
    edited = replace(
        LOGIC,
        title="Logic, revised",
        questions=tuple(
            replace(one, stem=one.stem.replace("Question", "Exercise"), explanation="Because it was proven.")
            for one in LOGIC.questions
        ),
    )
    await taught(stage, edited, SETS)
    verdict = await answer(stage, ben, shown)
    assert f"### {stem}" in prose(verdict)
    assert "✅ **Right.**" in prose(verdict)
    again = await stage.press(ben, verdict, "Next question")
    assert asked_in(again)[0].startswith("Question"), "what was dealt is asked as it was dealt"
    assert "**4 of 4** right" in prose(await finish(stage, ben, again))


async def test_a_better_explanation_of_the_same_question_is_told_at_once(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await begun(stage, ben)
    explained = tuple(replace(one, explanation="It was proven in 1854.") for one in LOGIC.questions)
    await taught(stage, replace(LOGIC, questions=explained), SETS)
    assert "It was proven in 1854." in prose(await answer(stage, ben, shown))


async def test_questions_that_are_taken_out_end_the_quiz_without_a_loss(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await begun(stage, ben)
    stem, _ = asked_in(shown)
    verdict = await answer(stage, ben, shown)
    shown = await stage.press(ben, verdict, "Next question")
    await taught(stage, replace(LOGIC, questions=tuple(one for one in LOGIC.questions if one.stem == stem)))
    summary = stage.looked_at(await ben.slash(stage.quiz, "quiz"))
    summary = await stage.press(ben, summary, "Go on with it")
    told = prose(summary)
    assert "✅ **1 of 1** right" in told
    assert "3 questions were taken out of the library meanwhile and do not count." in told
    assert "from 1 first answer" in told, "the one that was shown and is gone costs nothing"
    assert "1 of 1 right" in await rank(stage, ben)


async def test_a_lesson_that_is_taken_out_ends_its_quiz_and_leads_on(stage: Stage) -> None:
    ben = stage.members[0]
    verdict = await answer(stage, ben, await begun(stage, ben), "the wrong one")
    await taught(stage, SETS)
    summary = await stage.press(ben, verdict, "Next question")
    assert "**0 of 1** right" in prose(summary)
    assert "Read the lesson" not in buttons(summary)
    assert "Worth reading again" not in prose(summary)
    listed = await stage.press(ben, summary, "← Lessons")
    assert "**Sets**" in prose(listed)


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (401, 50027)])
async def test_an_answer_that_discord_no_longer_waits_for_counts_and_is_told_at_the_next_press(
    stage: Stage, status: int, code: int
) -> None:
    ben = stage.members[0]
    shown = await begun(stage, ben)
    pressed = to_press(shown)
    stage.env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
    await ben.click(shown, custom_id=pressed)
    assert "Question 1 of 4" in prose(stage.now_shown(shown)), "the screen stands as it was"
    told = stage.looked_at(await ben.click(shown, custom_id=to_press(shown, "the wrong one")))
    assert "You had answered this already" in prose(told)
    assert "✅ **Right.**" in prose(told)
    assert "1 of 1 right" in await rank(stage, ben)


async def test_a_question_whose_showing_came_too_late_is_shown_again(stage: Stage) -> None:
    ben = stage.members[0]
    opening = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="logic"))
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    await ben.click(opening, custom_id=buttons(opening)["Start"])
    shown = await stage.press(ben, opening, "Start")
    assert "Question 1 of 4" in prose(shown)
    assert "**4 of 4** right" in prose(await finish(stage, ben, shown))


async def test_a_review_that_discord_no_longer_waits_for_counts_once(stage: Stage) -> None:
    ben = stage.members[0]
    await finish(stage, ben, await begun(stage, ben))
    stage.env.backend.advance_clock(2 * DAYS)
    shown = stage.looked_at(await ben.slash(stage.quiz, "review"))
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
    _, options = asked_in(shown)
    letter = "ABCDE"[options.index("the right one")]
    await ben.click(shown, custom_id=buttons(shown)[letter])
    told = await stage.press(ben, shown, letter)
    assert "You had answered this already" in prose(told)
    assert "42 XP" in prose(stage.looked_at(await ben.slash(stage.quiz, "me")))


async def test_a_quiz_and_its_reviews_go_on_in_private_after_leaving_the_server(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await begun(stage, ben)
    await answer(stage, ben, shown)
    stage.env.backend.remove_member(stage.guild.id, ben.id)
    again = stage.looked_at(await ben.user.slash("quiz"))
    again = await stage.press(ben.user, again, "Go on with it")
    assert "**4 of 4** right" in prose(await finish(stage, ben.user, again))
    stage.env.backend.advance_clock(2 * DAYS)
    shown = stage.looked_at(await ben.user.slash("review"))
    assert "Review 1 of 4" in prose(shown)
    verdict = await answer(stage, ben.user, shown)
    assert "+2 XP" in prose(verdict)


async def test_whoever_deletes_their_data_in_the_middle_is_told_so_and_begins_anew_as_practice(
    stage: Stage,
) -> None:
    ben = stage.members[0]
    shown = await begun(stage, ben)
    pressed = to_press(shown)
    await stage.as_the_bot(lambda: stage.bot.actions.privacy.delete(ben.id))
    result = await ben.click(shown, custom_id=pressed)
    assert "This quiz is no longer known here. Start a new one with /quiz." in seen(result)
    opening = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="logic"))
    assert "3 of them are new to you" in prose(opening), "the one that was shown is never rated again"


async def test_nothing_of_learning_needs_a_direct_message(stage: Stage) -> None:
    """Whoever takes no messages from bots misses nothing: what is private is an answer, and never a message."""
    ben = stage.members[0]
    stage.env.inject_error("POST", "/users/@me/channels", status=403, code=50007, times=None)
    await finish(stage, ben, await begun(stage, ben))
    await stage.pass_time_switched_off(hours=48)
    shown = stage.looked_at(await ben.slash(stage.quiz, "review"))
    verdict = await answer(stage, ben, shown)
    await stage.press(ben, verdict, "Why?")
    await stage.env.advance_time(65)
    assert stage.requests("POST", "/users/@me/channels") == []


async def test_a_question_is_reported_in_private_to_the_operator(stage: Stage) -> None:
    ben = stage.members[0].user
    opening = stage.looked_at(await ben.slash("quiz", lesson="sets"))
    verdict = await answer(stage, ben, await stage.press(ben, opening, "Start"))
    why = await stage.press(ben, verdict, "Why?")
    assert "Weight:** 1, because it was answered alone" in prose(why)
    form = await ben.click(why, custom_id=buttons(why)["Report this question"])
    field = next(one["custom_id"] for one in walk(form.modal["components"]) if one["type"] == 4)
    # The data may be gone by the time the form is sent; what is wrong with a question is wrong all the same.
    await stage.as_the_bot(lambda: stage.bot.actions.privacy.delete(ben.id))
    told = stage.looked_at(await ben.submit_modal(form, {field: "B is right as well."}))
    assert "Whoever runs this bot will read it." in prose(told)
    reported = await stage.bot.actions.reports.everything()
    assert [one.reports[0].reason for one in reported] == ["B is right as well."]
