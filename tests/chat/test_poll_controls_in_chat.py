"""The starter's controls: close now, extend, cancel without rating; each confirmed, each journalled."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import discord
import pytest
from chat_stage import Stage, both, buttons, key_letter, poll_id, prose, seen

from bot.actions import make_actions
from bot.actions.polls import CancelledPoll, OpenPoll, PollResult
from bot.actions.refusals import Refusal
from bot.storage import Database
from ladder.standings import Ladder

QUESTION = "curated:rlhf-dpo-removes"


async def events(stage: Stage, poll: int) -> list[tuple[str, int | None]]:
    async with stage.database.reading() as unit:
        return [(one.kind, one.by) for one in await unit.polls.events(poll)]


async def controls(stage: Stage, message: Any, who: Any = None) -> Any:
    return await stage.press(who or stage.moderator, message, "Manage")


async def test_closing_asks_first_and_going_back_changes_nothing(stage: Stage) -> None:
    message = await stage.poll()
    shown = await controls(stage, message)
    told = prose(await stage.press(stage.moderator, shown, "Close now"))
    assert "🔒 Close this poll now?" in told
    assert "It takes no more answers (0 answered)." in told
    await stage.press(stage.moderator, shown, "Back")
    assert (await stage.stored_poll(poll_id(message))).state == "open"
    await stage.press(stage.moderator, shown, "Close now")
    done = await stage.press(stage.moderator, shown, "Close it now")
    assert "🔒 Closed. Its result is in [the poll]" in prose(done)
    assert "📊 Result" in prose(stage.now_shown(message))
    me = stage.moderator.id
    assert await events(stage, poll_id(message)) == [("opened", me), ("closed", me)]


async def test_whoever_manages_the_server_and_no_messages_closes_it_too(stage: Stage) -> None:
    message = await stage.poll()
    manager = discord.Permissions(manage_guild=True, send_messages=True)
    role = stage.guild.create_role("Manager", permissions=manager)
    zoe = stage.guild.add_member(stage.env.create_user("zoe"), roles=[role])
    shown = await controls(stage, message, zoe)
    await stage.press(zoe, shown, "Close now")
    assert "🔒 Closed." in prose(await stage.press(zoe, shown, "Close it now"))
    assert await events(stage, poll_id(message)) == [("opened", stage.moderator.id), ("closed", zoe.id)]


async def test_the_clocks_own_close_is_journalled_as_nobodys(stage: Stage) -> None:
    message = await stage.poll()
    await stage.later(303)
    assert await events(stage, poll_id(message)) == [("opened", stage.moderator.id), ("closed", None)]


@both
async def test_an_extended_poll_says_so_and_takes_answers_for_longer(stage: Stage) -> None:
    message = await stage.poll(duration="5m")
    ben, cleo = stage.members[:2]
    await ben.click(message, label="A")
    shown = await controls(stage, message)
    asking = await stage.choose(stage.moderator, shown, "pollextend1:", "600")
    assert "⏳ Extend this poll by 10 minutes?" in prose(asking)
    before = (await stage.stored_poll(poll_id(message))).closes_at
    await stage.press(stage.moderator, shown, "Extend the poll")
    assert "✅ Extended: it closes <t:" in prose(stage.now_shown(shown))
    after = await stage.stored_poll(poll_id(message))
    assert (after.closes_at - before).total_seconds() == 600
    await stage.env.advance_time(8)
    assert f"closes <t:{int(after.closes_at.timestamp())}:R> · 1 answered" in prose(stage.now_shown(message))
    await stage.later(328)
    assert "Recorded, and final" in seen(await cleo.click(message, label="B"))
    await stage.later(568)
    assert "📊 Result" in prose(stage.now_shown(message))
    assert [kind for kind, _ in await events(stage, poll_id(message))] == ["opened", "extended", "closed"]


async def test_a_poll_is_never_open_for_more_than_seven_days(stage: Stage) -> None:
    message = await stage.poll(duration="7d")
    shown = await controls(stage, message)
    assert "It stays open for seven days, and cannot be extended any more." in prose(shown)


async def test_the_second_press_on_one_confirmation_does_not_extend_twice(stage: Stage) -> None:
    message = await stage.poll()
    first, second = await controls(stage, message), await controls(stage, message)
    for shown in (first, second):
        await stage.choose(stage.moderator, shown, "pollextend1:", "600")
    await stage.press(stage.moderator, first, "Extend the poll")
    again = await stage.moderator.click(second, label="Extend the poll")
    assert "You have extended this poll already: it closes <t:" in seen(again)
    poll = await stage.stored_poll(poll_id(message))
    assert (poll.closes_at - poll.opened_at).total_seconds() == 900


@both
@pytest.mark.parametrize(
    ("ask", "confirm", "done", "told"),
    [
        ("Close now", "Close it now", "🔒 Closed.", "closed this poll <t:"),
        ("Cancel without rating", "Cancel the poll", "🚫 Cancelled:", "cancelled this poll <t:"),
    ],
)
async def test_of_two_moderators_who_confirm_at_once_one_is_told_that_it_is_done_and_the_other_by_whom(
    stage: Stage, ask: str, confirm: str, done: str, told: str
) -> None:
    message = await stage.poll()
    otto = stage.guild.add_member(stage.env.create_user("*otto*"), roles=[stage.moderators])
    people = (stage.moderator, otto)
    shown = [await controls(stage, message, who) for who in people]
    for who, one in zip(people, shown, strict=True):
        await stage.press(who, one, ask)
    results = await stage.at_once(
        who.click(one, label=confirm) for who, one in zip(people, shown, strict=True)
    )
    heard = [prose(stage.looked_at(one)) for one in results]
    winner = next(at for at, words in enumerate(heard) if done in words)
    name = ("**ada**", r"**\*otto\***")[winner]
    assert heard[1 - winner].startswith(f"{name} {told}"), heard
    assert "Nothing more was done." in heard[1 - winner]
    kinds = await events(stage, poll_id(message))
    assert len(kinds) == 2, "journalled once"
    assert kinds[1][1] == people[winner].id


async def test_extending_or_cancelling_a_closed_poll_is_refused(stage: Stage) -> None:
    message = await stage.poll()
    extending, cancelling = await controls(stage, message), await controls(stage, message)
    await stage.choose(stage.moderator, extending, "pollextend1:", "600")
    await stage.press(stage.moderator, cancelling, "Cancel without rating")
    await stage.later(303)
    for shown, label in ((extending, "Extend the poll"), (cancelling, "Cancel the poll")):
        told = seen(await stage.moderator.click(shown, label=label))
        assert re.search(r"This poll was closed <t:\d+:R>, and its result stands\.", told)
    assert (await stage.stored_poll(poll_id(message))).state == "closed"


@both
async def test_a_cancelled_poll_rates_nobody_tells_nothing_and_may_be_asked_again(stage: Stage) -> None:
    right = key_letter(stage.catalogue, QUESTION)
    message = await stage.poll()
    ben = stage.members[0]
    await ben.click(message, label=right)
    shown = await controls(stage, message)
    asking = prose(await stage.press(stage.moderator, shown, "Cancel without rating"))
    assert "🚫 Cancel this poll without rating?" in asking
    assert "no rating moves" in asking
    await stage.press(stage.moderator, shown, "Cancel the poll")
    await stage.env.advance_time(90)
    told = prose(stage.now_shown(message))
    assert "🚫 Cancelled" in told
    found = stage.catalogue.question(QUESTION)
    assert found is not None
    assert not any(one.text in told for one in found[1].options)
    assert found[1].explanation[:30] not in told
    assert "%" not in told
    assert list(buttons(stage.now_shown(message))) == ["Lesson"]
    async with stage.database.reading() as unit:
        assert await unit.ratings.entries(ben.id, Ladder.world().key) == []
        assert await unit.attempts.of(ben.id, [QUESTION]) == {}
    assert [kind for kind, _ in await events(stage, poll_id(message))] == ["opened", "cancelled"]
    again = await stage.poll()
    await ben.click(again, label=right)
    await stage.later(303)
    async with stage.database.reading() as unit:
        assert len(await unit.ratings.entries(ben.id, Ladder.world().key)) == 1


async def test_a_press_on_a_ballot_of_a_cancelled_poll_is_told_so(stage: Stage) -> None:
    message = await stage.poll(ballot="private")
    ben = stage.members[0]
    ballot = await stage.press(ben, message, "Answer")
    shown = await controls(stage, message)
    await stage.press(stage.moderator, shown, "Cancel without rating")
    await stage.press(stage.moderator, shown, "Cancel the poll")
    assert "This poll was cancelled <t:" in seen(await ben.click(ballot, label="A"))
    assert await stage.stored_answers(poll_id(message)) == {}


async def test_whoever_lost_the_permission_meanwhile_may_not_any_more(stage: Stage) -> None:
    message = await stage.poll()
    otto = stage.guild.add_member(stage.env.create_user("otto"), roles=[stage.moderators])
    shown = await controls(stage, message, otto)
    await stage.press(otto, shown, "Cancel without rating")
    stage.env.backend.get_guild(stage.guild.id).members[otto.id].role_ids.clear()
    told = seen(await otto.click(shown, label="Cancel the poll"))
    assert "Only whoever started this poll, or a moderator" in told
    assert (await stage.stored_poll(poll_id(message))).state == "open"


@both
async def test_processes_that_close_extend_and_cancel_at_once_leave_one_story(stage: Stage, url: Any) -> None:
    """One wins, and the others are told what happened."""
    message = await stage.poll()
    id, me = poll_id(message), stage.moderator.id
    await stage.members[0].click(message, label="A")
    databases = [Database(url) for _ in range(3)]
    one, two, three = (make_actions(each, stage.catalogue, stage.env.now).polls for each in databases)
    results = await asyncio.gather(
        one.cancel(id, me),
        two.close(id, me),
        three.extend(id, me, timedelta(hours=1)),
        return_exceptions=True,
    )
    for each in databases:
        await each.close()
    assert all(isinstance(found, CancelledPoll | PollResult | OpenPoll | Refusal) for found in results), (
        results
    )
    poll = await stage.stored_poll(id)
    assert poll.state in {"cancelled", "closed"}
    kinds = [kind for kind, _ in await events(stage, id)]
    assert kinds in (["opened", poll.state], ["opened", "extended", poll.state])
    assert isinstance(results[0], CancelledPoll) == (poll.state == "cancelled")
    assert isinstance(results[1], PollResult) == (poll.state == "closed")
    assert isinstance(results[2], OpenPoll) == ("extended" in kinds)
    async with stage.database.reading() as unit:
        rated = await unit.ratings.entries(stage.members[0].id, Ladder.world().key)
    assert len(rated) == (poll.state == "closed")
