"""What members post for everybody, and the polls that people post: where, and how often."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from bot.actions.refusals import Refusal
from tests.actions.school import ADA, CHANNEL, GUILD, KOFI, OTHER_GUILD, STARTER, School
from tests.conftest import HandClock

THREAD = 2**62 + 900


async def choose(school: School, **values: Any) -> None:
    await school.actions.settings.change(GUILD, STARTER, **values)


async def test_members_post_nowhere_until_channels_are_chosen(school: School) -> None:
    sharing = school.actions.sharing
    with pytest.raises(Refusal, match="until they have chosen channels"):
        await sharing.take(GUILD, ADA, CHANNEL)
    await choose(school, share_channels=[CHANNEL])
    with pytest.raises(Refusal, match=f"in <#{CHANNEL}>"):
        await sharing.take(GUILD, ADA, CHANNEL + 1)
    await sharing.take(GUILD, ADA, CHANNEL)
    await sharing.take(GUILD, KOFI, THREAD, CHANNEL)
    with pytest.raises(Refusal, match="until they have chosen channels"):
        await sharing.take(OTHER_GUILD, ADA, CHANNEL)


async def test_the_pause_is_each_members_and_each_channels(school: School, clock: HandClock) -> None:
    sharing = school.actions.sharing
    await choose(school, share_channels=[CHANNEL, CHANNEL + 1], share_cooldown=60)
    await sharing.take(GUILD, ADA, CHANNEL)
    clock.forward(seconds=59)
    for place in ((CHANNEL, None), (THREAD, CHANNEL)):
        with pytest.raises(Refusal, match=r"You can post again <t:\d+:R>"):
            await sharing.take(GUILD, ADA, *place)
    await sharing.take(GUILD, ADA, CHANNEL + 1)
    await sharing.take(GUILD, KOFI, CHANNEL)
    clock.forward(seconds=1)
    await sharing.take(GUILD, ADA, CHANNEL)


async def test_a_turn_in_which_nothing_was_posted_is_given_back(school: School) -> None:
    sharing = school.actions.sharing
    await choose(school, share_channels=[CHANNEL])
    await sharing.give_back(await sharing.take(GUILD, ADA, CHANNEL))
    await sharing.take(GUILD, ADA, CHANNEL)


async def test_turns_that_hold_nobody_back_are_forgotten(school: School, clock: HandClock) -> None:
    sharing = school.actions.sharing
    await choose(school, share_channels=[CHANNEL], share_cooldown=86_400)
    await sharing.take(GUILD, ADA, CHANNEL)
    assert await sharing.cut() == 0
    clock.forward(days=1, seconds=1)
    assert await sharing.cut() == 1


async def test_of_many_turns_at_once_in_two_processes_one_is_given(school: School, elsewhere: School) -> None:
    await choose(school, share_channels=[CHANNEL])
    takes = [(school, elsewhere)[at % 2].actions.sharing.take(GUILD, ADA, CHANNEL) for at in range(8)]
    outcomes = await asyncio.gather(*takes, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in outcomes) == 1
    assert all(isinstance(one, Refusal) for one in outcomes if isinstance(one, BaseException))


async def test_a_channel_rests_between_two_polls(school: School, clock: HandClock) -> None:
    await choose(school, poll_cooldown=300)
    await school.poll("logic-0")
    with pytest.raises(Refusal, match=r"the next one can be posted <t:\d+:R>"):
        await school.prepare("logic-1")
    await school.polls.prepare(
        guild=GUILD,
        channel=CHANNEL + 1,
        starter=STARTER,
        duration=timedelta(minutes=1),
        locale="en-US",
        question="logic-2",
    )
    clock.forward(minutes=5)
    await school.poll("logic-1")


async def test_a_poll_that_was_never_posted_costs_nothing(school: School) -> None:
    await choose(school, poll_cooldown=300, poll_cap=1)
    await school.polls.withdraw((await school.prepare()).poll.id)
    await school.poll()


async def test_the_polls_of_a_day_are_used_up_and_come_back_one_by_one(
    school: School, clock: HandClock
) -> None:
    await choose(school, poll_cap=2)
    await school.poll("logic-0")
    clock.forward(hours=10)
    await school.poll("logic-1")
    free = int((clock.now + timedelta(hours=14)).timestamp()) + 1
    with pytest.raises(Refusal, match=f"2 in 24 hours at most.* <t:{free}:R>"):
        await school.prepare("logic-2")
    await school.poll("logic-0", guild=OTHER_GUILD)
    clock.forward(hours=14)
    await school.poll("logic-2")
    with pytest.raises(Refusal, match="used up"):
        await school.prepare("logic-3")


async def test_what_is_scheduled_does_not_count(school: School) -> None:
    await choose(school, poll_cap=1, poll_cooldown=300, poll_mention=7)
    prepared = await school.prepare()
    assert prepared.poll.mention == 7
    async with school.database.unit() as unit:
        await unit.polls._connection.execute(sql("UPDATE polls SET schedule = 1"))
    await school.prepare()
    with pytest.raises(Refusal, match="can be posted"):
        await school.prepare()


async def test_a_lesson_checked_together_counts_as_one_poll(school: School, clock: HandClock) -> None:
    await choose(school, poll_cap=1, poll_mention=7)
    series = await school.actions.series.begin(
        guild=GUILD,
        home=CHANNEL,
        starter=STARTER,
        lesson="logic",
        duration=timedelta(minutes=1),
        ballot="direct",
        spoiler=False,
        peer=False,
        locale="en-US",
    )
    await school.actions.series.settled(series.id, CHANNEL)
    step: Any = await school.actions.series.step(series.id)
    assert step.shown.poll.mention == 7
    with pytest.raises(Refusal, match="used up"):
        await school.prepare(lesson="chance")


async def test_of_moderators_who_post_the_last_poll_of_a_day_at_once_one_does(
    school: School, elsewhere: School
) -> None:
    await choose(school, poll_cap=1)
    posts = [(school, elsewhere)[at % 2].prepare() for at in range(6)]
    outcomes = await asyncio.gather(*posts, return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in outcomes) == 1
    assert all(isinstance(one, Refusal) for one in outcomes if isinstance(one, BaseException))


async def test_polls_are_posted_in_the_channels_chosen_for_them_and_their_threads(school: School) -> None:
    await choose(school, poll_channels=[CHANNEL])
    draft = {"guild": GUILD, "lesson": "logic", "question": None, "duration": timedelta(minutes=1)}
    with pytest.raises(Refusal, match=f"Polls are posted in <#{CHANNEL}> here"):
        await school.polls.draft(channel=CHANNEL + 1, parent=None, **draft)  # type: ignore[arg-type]
    await school.polls.draft(channel=THREAD, parent=CHANNEL, **draft)  # type: ignore[arg-type]
    await school.poll()


async def test_of_two_moderators_who_change_one_thing_the_later_wins_and_both_are_logged(
    school: School, elsewhere: School
) -> None:
    changes = [
        (school, elsewhere)[at % 2].actions.settings.change(GUILD, at, poll_cap=at) for at in range(1, 7)
    ]
    await asyncio.gather(*changes)
    log = (await school.actions.audit_log.page(GUILD, 0)).entries
    assert sorted(one.after for one in log) == [1, 2, 3, 4, 5, 6]
    assert [one.before for one in log] == [one.after for one in log[1:]] + [None]
    assert (await school.actions.settings.of(GUILD)).poll_cap == log[0].after
