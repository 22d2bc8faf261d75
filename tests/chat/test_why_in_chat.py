"""Why? on a verdict: the whole receipt, privately, and only one's own."""

import re
from dataclasses import replace
from typing import Any

import pytest
from chat_stage import Stage, asked_in, both, buttons, key_letter, prose, seen, small_lesson

from bot.actions.rating import void
from bot.actions.reasons import Reason
from bot.chat.why import why_screen
from lessons.catalogue import Catalogue

QUESTION = "curated:logic-1"


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue((small_lesson("logic", "Logic", rating=1500, questions=3),))


async def verdict(stage: Stage, who: Any, *, right: bool = True) -> Any:
    """A quiz's first question answered."""
    opening = stage.looked_at(await who.slash(stage.quiz, "quiz", lesson="logic"))
    shown = await stage.press(who, opening, "Go on" if "Go on" in buttons(opening) else "Start")
    _, options = asked_in(shown)
    place = next(at for at, one in enumerate(options) if (one == "the right one") is right)
    return await stage.press(who, shown, "ABCDE"[place])


@both
async def test_a_quizs_answer_is_explained_by_its_numbers_and_the_rule(stage: Stage) -> None:
    member = stage.members[0]
    shown = await verdict(stage, member)
    result = await member.click(shown, custom_id=buttons(shown)["Why?"])
    assert result.ephemeral
    told = seen(result)
    changed = re.search(r"^Rating: 1100 → \*\*(\d+)\*\* \(\+(\d+)\)$", told, re.MULTILINE)
    assert changed is not None
    assert f"Rating: 1100 → **{changed[1]}** (+{changed[2]})" in prose(shown)
    assert re.search(r"^This server: 1100 → \*\*\d+\*\* \(\+\d+\)$", told, re.MULTILINE)
    assert re.search(r"^Logic: 1100 → \*\*\d+\*\* \(\+\d+\)$", told, re.MULTILINE)
    assert re.search(r"\*\*Expected:\*\* you would be right \d+ times in 100\.", told)
    assert "**Difficulty:** ⚪ Silver 1500" in told
    assert "**Weight:** 1, because it was answered alone" in told
    assert re.search(r"\*\*Certainty:\*\* \+\d+ of it", told)
    assert "The rule: a right answer earns more the less it was expected" in told


async def test_the_verdict_stays_where_it_is_and_can_be_gone_on_from(stage: Stage) -> None:
    member = stage.members[0]
    shown = await verdict(stage, member)
    before = prose(shown)
    await stage.press(member, shown, "Why?")
    assert prose(stage.now_shown(shown)) == before
    assert "Question 2 of 3" in prose(await stage.press(member, shown, "Next question"))


@both
async def test_a_polls_answer_weighs_half_and_says_why(stage: Stage) -> None:
    member = stage.members[0]
    message = await stage.poll(lesson="logic", question="logic-1")
    await member.click(message, label=key_letter(stage.catalogue, QUESTION))
    await stage.later(303)
    own = await stage.press(member, stage.now_shown(message), "My result")
    assert "This server:" not in prose(own)
    told = prose(await stage.press(member, own, "Why?"))
    assert "**Weight:** 0.5, because it was answered in a channel's poll" in told
    assert "This server: 1100" in told


async def test_a_review_is_not_called_practice(stage: Stage) -> None:
    library = stage.bot.actions.library
    review = Reason(QUESTION, "Why?", True, "review", True, (), False, "review")
    assert "A review is for your memory" in prose(why_screen(library, review))
    assert "Practice costs nothing" not in prose(why_screen(library, review))
    earlier = replace(review, kind="answer", unrated="earlier")
    assert "Practice costs nothing" in prose(why_screen(library, earlier))


async def test_practice_says_why_it_moved_nothing(stage: Stage) -> None:
    member = stage.members[0]
    for _ in range(3):
        shown = await verdict(stage, member)
        await stage.press(
            member, shown, "Next question" if "Next question" in buttons(shown) else "See how it went"
        )
    shown = await verdict(stage, member)
    assert "Practice: it is not rated." in prose(shown)
    told = prose(await stage.press(member, shown, "Why?"))
    assert "**Nothing moved.**" in told
    assert "Only your first attempt at a question is rated" in told
    assert re.search(r"It was rated <t:\d+:R>\.", told)


async def test_what_was_shown_before_is_said_to_be_why(stage: Stage) -> None:
    member, other = stage.members[:2]
    message = await stage.poll(lesson="logic", question="logic-1")
    await other.click(message, label="A")
    await stage.later(303)
    await stage.press(member, stage.now_shown(message), "My result")
    shown = await verdict(stage, member)
    while "Question 1 of Logic?" not in prose(shown):
        shown = await verdict(stage, member)
    told = prose(await stage.press(member, shown, "Why?"))
    assert "You were shown its answer before you gave yours" in told


async def test_an_answer_after_a_reveal_weighs_a_quarter_and_says_why(stage: Stage) -> None:
    member, other = stage.members[:2]
    await member.slash(stage.quiz, "help")
    message = await stage.poll(lesson="logic", question="logic-1")
    await other.click(message, label="A")
    await stage.later(303)
    shown = await verdict(stage, member)
    while "Question 1 of Logic?" not in prose(shown):
        shown = await verdict(stage, member)
    told = prose(await stage.press(member, shown, "Why?"))
    assert "**Weight:** 0.25, because its answer had been shown in a server where you were around" in told


async def test_nobody_is_told_why_of_somebody_elses_answer(stage: Stage) -> None:
    owner, stranger = stage.members[:2]
    shown = await verdict(stage, owner)
    stored = stage.env.backend.get_message(shown.channel_id, shown.id)
    stored.flags &= ~(1 << 6)  # as if it had been posted for everybody
    result = await stranger.click(shown, custom_id=buttons(shown)["Why?"])
    assert "This quiz is somebody else's" in seen(result)


async def test_a_voided_answer_says_that_it_was_taken_back(stage: Stage) -> None:
    member = stage.members[0]
    shown = await verdict(stage, member)
    async with stage.database.reading() as unit:
        (entry,) = await unit.ratings.entries(member.id, "global")
    assert entry.question is not None
    async with stage.database.unit() as unit:
        await void(unit, entry.question, at=stage.env.now(), guild=None, members=[member.id])
    assert "All of it was taken back since" in prose(await stage.press(member, shown, "Why?"))
