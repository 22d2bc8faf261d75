"""One's own page, as people see it: where they stand, what is next, their time zone and reminders."""

import re
from typing import Any

import pytest
from chat_stage import Stage, asked_in, both, buttons, custom_ids, finish_quiz, prose, small_lesson

from lessons.catalogue import Catalogue

HOUR = 3600.0


@pytest.fixture
def catalogue() -> Catalogue:
    """Two lessons, in which the right option says so."""
    return Catalogue((small_lesson("one", "One"), small_lesson("two", "Two", rating=1840)))


def right(_stem: str, options: Any) -> int:
    return list(options).index("the right one")


async def me(stage: Stage, who: Any, **options: str) -> Any:
    return stage.looked_at(await who.slash(stage.quiz, "me", **options))


async def learn(stage: Stage, who: Any, lesson: str = "one") -> None:
    opening = stage.looked_at(await who.slash(stage.quiz, "quiz", lesson=lesson))
    await finish_quiz(stage, who, opening, right)


async def later(stage: Stage, hours: float) -> None:
    """Time passes, and a bot that has just been started looks whom to remind."""
    await stage.pass_time_switched_off(hours=hours)


def private_messages(stage: Stage, who: Any) -> list[Any]:
    channel = who.user.dm_channel
    return channel.history() if channel is not None else []


async def test_a_new_member_is_shown_where_to_begin(stage: Stage) -> None:
    shown = await me(stage, stage.members[0])
    assert shown.ephemeral
    assert "# ben" in prose(shown)
    assert "Your first answer begins your rating; everybody starts at 1100 in Iron." in prose(shown)
    assert "No streak yet" in prose(shown)
    assert "0 of 2 lessons read" in prose(shown)
    assert "📚 Pick a lesson" in prose(shown)
    assert "Reminders: off." in prose(shown)
    assert {"Lessons", "Reminders", "Refuse duels"} <= buttons(shown).keys()


@both
async def test_the_page_shows_standing_streak_and_what_is_next(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    opening = stage.looked_at(await learner.slash(stage.quiz, "quiz", lesson="two"))
    await stage.press(learner, opening, "Start")
    shown = await me(stage, learner)
    assert re.search(r"🔩 Iron \S* ?· rating \*\*\d+\?\*\* · 20 XP", prose(shown)), prose(shown)
    assert "beat Bronze to climb" in prose(shown)
    assert "🔥 **1 day** in a row, today included." in prose(shown)
    assert "✏️ 1 checked" in prose(shown)
    assert "Your quiz on **Two** is open: 2 questions left." in prose(shown)
    assert "Reviews: all clear until <t:" in prose(shown)
    again = await stage.press(learner, shown, "Go on with the quiz")
    assert asked_in(again)[0].endswith("of Two?")


async def test_a_review_that_is_due_can_be_begun_from_the_page(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    stage.env.backend.advance_clock(50 * HOUR)
    shown = await me(stage, learner)
    assert "ready for a review" in prose(shown)
    assert "Review 1 of 2" in prose(await stage.press(learner, shown, "Review"))


@both
async def test_a_time_zone_is_chosen_by_its_name(stage: Stage) -> None:
    learner = stage.members[0]
    offered = await learner.autocomplete(stage.quiz, "me", "zone", "tok")
    assert offered[0]["value"] == "Asia/Tokyo"
    shown = prose(await me(stage, learner, zone="asia/tokyo"))
    assert "✅ Your time zone is `Asia/Tokyo`, where it is " in shown
    assert "Time zone: `Asia/Tokyo`" in prose(await me(stage, learner))


async def test_a_time_zone_that_is_none_is_refused_kindly(stage: Stage) -> None:
    shown = prose(await me(stage, stage.members[0], zone="Atlantis"))
    assert "There is no time zone “Atlantis”. Choose one from the list" in shown


@both
async def test_a_reminder_is_asked_for_sent_once_and_stopped_by_its_own_button(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    shown = await stage.press(learner, await me(stage, learner), "Reminders")
    assert "what is due of a server's own, you see with `/review` in that server" in prose(shown)
    hour = (stage.env.now().hour + 3) % 24
    shown = await stage.choose(learner, shown, "mehour1", str(hour))
    assert f"✅ You are reminded at {hour:02}:00, when something is due." in prose(shown)
    await later(stage, 3)
    assert private_messages(stage, learner) == []
    await later(stage, 24)
    await later(stage, 24)
    (message,) = private_messages(stage, learner)
    assert "# 🔁 Time for a review" in prose(message)
    asked = stage.looked_at(await learner.user.click(message, custom_id=buttons(message)["Review"]))
    assert "Review 1 of 2" in prose(asked)
    await later(stage, 24)
    await later(stage, 24)
    *_before, second = sent = private_messages(stage, learner)
    assert len(sent) == 3
    stopped = stage.looked_at(await learner.user.click(second, custom_id="mestop1"))
    assert "🔕 No reminders any more." in prose(stopped)
    await later(stage, 24)
    await later(stage, 24)
    assert len(private_messages(stage, learner)) == len(sent)


@both
async def test_whoever_blocks_the_bot_is_left_alone_and_told_on_the_page(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    shown = await stage.press(learner, await me(stage, learner), "Reminders")
    await stage.choose(learner, shown, "mehour1", str(stage.env.now().hour))
    path = "/channels/*/messages"
    stage.env.inject_error("POST", path, status=403, code=50007, message="Cannot send messages to this user")
    await later(stage, 24)
    await later(stage, 24)
    await later(stage, 24)
    before = len(stage.requests("POST", "/messages"))
    await later(stage, 24)
    await later(stage, 24)
    assert len(stage.requests("POST", "/messages")) == before
    assert "you take no messages from me" in prose(await me(stage, learner))


async def test_duels_can_be_refused_and_taken_again(stage: Stage) -> None:
    learner = stage.members[0]
    shown = await stage.press(learner, await me(stage, learner), "Refuse duels")
    assert "Nobody can challenge you any more." in prose(shown)
    assert "you take no challenges" in prose(shown)
    shown = await stage.press(learner, shown, "Take duels")
    assert "others may challenge you" in prose(shown)


@both
async def test_the_page_works_in_a_direct_message(stage: Stage) -> None:
    user = stage.members[0].user
    shown = stage.looked_at(await user.slash("me"))
    assert "# ben" in prose(shown)
    assert "mehour1" in custom_ids(await stage.press(user, shown, "Reminders"))


@both
async def test_the_page_survives_a_restart_and_a_deletion(stage: Stage) -> None:
    learner = stage.members[0]
    await learn(stage, learner)
    shown = await me(stage, learner)
    await stage.restart()
    await stage.bot.actions.privacy.delete(learner.id)
    shown = await stage.press(learner, shown, "Refuse duels")
    assert "Your first answer begins your rating" in prose(shown)
