"""Coming back, as people do it: what is due, one question after the other, and a quiet end."""

import re
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
    small_lesson,
)

from bot.storage.matches import Match, TitleRow
from ladder.match import Outcome
from ladder.tiers import Tier
from lessons.catalogue import Catalogue

DAYS = 24 * 3600.0


@pytest.fixture
def catalogue() -> Catalogue:
    """Two lessons, in which the right option says so."""
    return Catalogue(
        (small_lesson("one", "One", questions=3), small_lesson("two", "Two", questions=2, rating=1840))
    )


def right(_stem: str, options: Any) -> int:
    return list(options).index("the right one")


def wrong(_stem: str, options: Any) -> int:
    return list(options).index("the wrong one")


async def learn(stage: Stage, who: Any, *lessons: str) -> None:
    for lesson in lessons or ("one", "two"):
        opening = stage.looked_at(await who.slash(stage.quiz, "quiz", lesson=lesson))
        await finish_quiz(stage, who, opening, right)


async def later(stage: Stage, days: float) -> None:
    stage.env.backend.advance_clock(days * DAYS)


async def review(stage: Stage, who: Any) -> Any:
    return stage.looked_at(await who.slash(stage.quiz, "review"))


async def reply(stage: Stage, who: Any, shown: Any, pick: Any = right) -> Any:
    stem, options = asked_in(shown)
    return await stage.press(who, shown, "ABCDE"[pick(stem, options)])


async def test_whoever_has_answered_nothing_is_shown_where_to_begin(stage: Stage) -> None:
    shown = await review(stage, stage.members[0])
    assert shown.ephemeral
    assert "Nothing to review yet." in prose(shown)
    assert "after 2, 7, 21, 60 and 180 days" in prose(shown)
    assert "# 📚 Lessons" in prose(await stage.press(stage.members[0], shown, "Lessons"))


async def test_before_anything_is_due_all_is_clear_until_a_day(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    shown = prose(await review(stage, learner))
    assert re.search(r"All clear until <t:\d+:D>\.", shown)
    assert "overdue" not in shown


@both
async def test_a_sitting_is_answered_to_its_end(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    await later(stage, 2.1)
    shown = await review(stage, learner)
    met: list[str] = []
    for number in range(1, 6):
        assert f"Review {number} of 5" in prose(shown)
        met.append(asked_in(shown)[0])
        shown = await reply(stage, learner, shown, wrong if number == 2 else right)
        if number == 2:
            assert "❌ **Not this time.**" in prose(shown)
            assert "> Because of this." in prose(shown)
            assert "Read: The only section" in buttons(shown)
            assert "XP" not in prose(shown)
        else:
            assert "✅ **Right.**" in prose(shown)
            assert "+2 XP. Comes up again <t:" in prose(shown)
        shown = await stage.press(learner, shown, "Go on" if number < 5 else "See how it went")
    assert len(set(met)) == 5
    assert "# 🔁 Reviews: done" in prose(shown)
    assert "✅ **4 of 5** right · +8 XP" in prose(shown)
    assert "All clear until" in prose(shown)


async def test_ten_are_asked_at_most_and_more_can_follow(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    await later(stage, 2.1)
    shown = await review(stage, learner)
    for number in range(1, 4):
        shown = await reply(stage, learner, shown)
        if number < 3:
            shown = await stage.press(learner, shown, "Go on")
    # Two are left, and are answered on another device.
    other = await review(stage, learner)
    assert "Review 1 of 2" in prose(other)
    for _ in range(2):
        other = await reply(stage, learner, other)
        other = await stage.press(learner, other, next(one for one in buttons(other) if one != "Lessons"))
    shown = await stage.press(learner, shown, "Go on")
    assert "✅ **3 of 3** right" in prose(shown)


@both
async def test_two_devices_pressing_the_same_question_count_once(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner, "one")
    await later(stage, 2.1)
    phone, desk = await review(stage, learner), await review(stage, learner)
    assert asked_in(phone) == asked_in(desk)
    first = await reply(stage, learner, phone)
    assert "+2 XP" in prose(first)
    assert "You had answered this already" not in prose(first)
    second = await reply(stage, learner, desk, wrong)
    assert "You had answered this already" in prose(second)
    assert "✅ **Right.**" in prose(second)


@both
async def test_a_sitting_survives_a_restart(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner, "one")
    await later(stage, 2.1)
    shown = await review(stage, learner)
    await stage.restart()
    shown = await reply(stage, learner, shown)
    await stage.restart()
    shown = await stage.press(learner, shown, "Go on")
    assert "Review 2 of 3" in prose(shown)


async def test_the_key_is_in_nothing_that_is_sent_before_the_answer(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    places: set[int] = set()
    for days in (2.1, 7.1, 21.1):
        await later(stage, days)
        shown = await review(stage, learner)
        for _ in range(5):
            stem, options = asked_in(shown)
            places.add(right(stem, options))
            presses = [one for one in custom_ids(shown) if one.startswith("rev1:")]
            assert [one.split(":")[3] for one in presses] == ["0", "1", "2"]
            assert len({re.sub(r":\d:curated", ":curated", one) for one in presses}) == 1
            assert "It is right because it is" not in str(payload_of(shown))
            shown = await reply(stage, learner, shown)
            shown = await stage.press(learner, shown, next(iter(buttons(shown))))
    assert len(places) > 1


async def test_the_rated_step_says_so_and_shows_its_receipt(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner, "two")
    for days in (2.1, 7.1, 21.1):
        await later(stage, days)
        shown = await review(stage, learner)
        assert "· rated" not in prose(shown)
        for _ in range(2):
            shown = await reply(stage, learner, shown)
            assert "Rating:" not in prose(shown)
            shown = await stage.press(learner, shown, next(iter(buttons(shown))))
    await later(stage, 60.1)
    shown = await review(stage, learner)
    assert "· rated" in prose(shown)
    shown = await reply(stage, learner, shown)
    assert re.search(r"Rating: \d+ → \*\*\d+\*\* \(\+\d+\)", prose(shown))
    why = prose(await stage.press(learner, shown, "Why?"))
    assert "**Weight:** 0.25, because a review shows that you have kept it" in why


async def test_a_rated_review_that_raises_the_title_says_so(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner, "two")
    for days in (2.1, 7.1, 21.1):
        await later(stage, days)
        shown = await review(stage, learner)
        for _ in range(2):
            shown = await reply(stage, learner, shown)
            shown = await stage.press(learner, shown, next(iter(buttons(shown))))
    await later(stage, 60.1)
    shown = await reply(stage, learner, await review(stage, learner))
    assert "becomes" not in prose(shown)
    now = stage.env.now()
    async with stage.database.unit() as unit:
        won = Match(learner.id, "other", 1, 1450, 5, 5, 0, Outcome.WIN, now, "quiz:999", 0)
        await unit.matches.add([won])
        await unit.matches.hold_titles([TitleRow(learner.id, Tier.IRON, 1450, now)])
        world = (await unit.ratings.of(learner.id))["global"]
        near = world._replace(estimate=world.estimate + 1399 - world.rating, rating=1399)
        await unit.ratings.write([near], before=[world])
    shown = await reply(stage, learner, await stage.press(learner, shown, "Go on"))
    assert re.search(r"🎉 14\d\d points: .+ becomes \*\*.*Silver IV\*\*\.", prose(shown))


async def test_why_nothing_moved_is_explained_and_the_question_can_be_reported(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner, "one")
    await later(stage, 2.1)
    shown = await reply(stage, learner, await review(stage, learner))
    why = await stage.press(learner, shown, "Why?")
    assert "**Nothing moved.**" in prose(why)
    assert "only those after 60 and 180 days are rated" in prose(why)
    form = await learner.click(why, custom_id=buttons(why)["Report this question"])
    assert form.modal is not None


async def test_a_question_in_an_open_poll_here_is_kept_back(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner, "two")
    await later(stage, 2.1)
    shown = await review(stage, learner)
    number = next(one for one in custom_ids(shown) if one.startswith("rev1:")).rsplit("-", 1)[1]
    await stage.poll(lesson="two", question=f"two-{number}")
    refused = await reply(stage, learner, shown)
    assert "open poll here" in prose(refused)
    assert "Review 1 of 1" in prose(await review(stage, learner))


@both
async def test_a_press_after_the_data_was_deleted_is_told_in_a_sentence(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner, "one")
    await later(stage, 2.1)
    shown = await review(stage, learner)
    await stage.bot.actions.privacy.delete(learner.id)
    told = prose(await reply(stage, learner, shown))
    assert "not asked any more. See what is due with /review." in told
