"""Counts: the turns that processes take at the message of one poll, whatever they know of each other."""

import asyncio
from datetime import timedelta

import pytest

from bot.actions.poll_counts import Turn
from bot.actions.polls import OpenPoll
from tests.actions.school import ADA, KOFI, MATEO, STARTER, School
from tests.conftest import HandClock


@pytest.fixture
async def poll(school: School) -> int:
    """A poll with one answer, which its message does not count yet."""
    poll = await school.poll("logic-1", minutes=180)
    await school.press(poll, ADA, 1)
    return poll


async def taken(process: School, poll: int) -> Turn:
    """A turn of one's own."""
    turn = await process.actions.poll_counts.turn(poll)
    assert turn is not None
    assert turn.own
    return turn


async def shown(process: School, poll: int) -> OpenPoll:
    found = await process.polls.view(poll)
    assert isinstance(found, OpenPoll)
    return found


@pytest.mark.parametrize(("age", "rest"), [(0, 5), (61, 60)], ids=["young", "over an hour old"])
async def test_of_all_processes_one_has_the_turn_and_the_others_hear_until_when(
    school: School, elsewhere: School, clock: HandClock, poll: int, *, age: float, rest: float
) -> None:
    clock.forward(minutes=age)
    turns = await asyncio.gather(
        *(one.actions.poll_counts.turn(poll) for one in (school, elsewhere) for _ in range(4))
    )
    told = [turn for turn in turns if turn is not None]
    assert len(told) == 8
    assert [turn.own for turn in told].count(True) == 1
    assert {turn.until for turn in told} == {clock() + timedelta(seconds=rest)}
    clock.forward(seconds=rest - 0.1)
    early = await elsewhere.actions.poll_counts.turn(poll)
    assert early is not None
    assert not early.own
    clock.forward(seconds=0.1)
    assert (await taken(elsewhere, poll)).until == clock() + timedelta(seconds=rest)


async def test_what_the_message_counts_already_is_nobodys_turn(
    school: School, elsewhere: School, clock: HandClock, poll: int
) -> None:
    turn = await taken(school, poll)
    await school.press(poll, KOFI, 1)
    assert await school.actions.poll_counts.counted(await shown(school, poll), turn)
    clock.forward(seconds=5)
    assert await elsewhere.actions.poll_counts.turn(poll) is None
    await elsewhere.press(poll, MATEO, 1)
    assert (await shown(school, poll)).poll.counted == 2
    await taken(elsewhere, poll)


async def test_whoever_dies_with_the_turn_leaves_the_message_to_the_next(
    school: School, elsewhere: School, clock: HandClock, poll: int
) -> None:
    await taken(school, poll)
    clock.forward(seconds=5)
    await taken(elsewhere, poll)


async def test_a_slow_edit_that_may_cover_a_newer_one_counts_for_nothing(
    school: School, elsewhere: School, clock: HandClock, poll: int
) -> None:
    slow, old = await taken(school, poll), await shown(school, poll)
    clock.forward(seconds=5)
    await school.press(poll, KOFI, 1)
    quick = await taken(elsewhere, poll)
    assert await elsewhere.actions.poll_counts.counted(await shown(elsewhere, poll), quick)
    assert not await school.actions.poll_counts.counted(old, slow)
    clock.forward(seconds=5)
    await taken(school, poll)


async def test_what_was_extended_during_the_edit_is_edited_again(
    school: School, clock: HandClock, poll: int
) -> None:
    turn, old = await taken(school, poll), await shown(school, poll)
    await school.polls.extend(poll, STARTER, timedelta(minutes=5))
    assert not await school.actions.poll_counts.counted(old, turn)
    clock.forward(seconds=5)
    turn = await taken(school, poll)
    assert await school.actions.poll_counts.counted(await shown(school, poll), turn)
    assert await school.actions.poll_counts.turn(poll) is None


async def test_what_discord_told_one_process_to_leave_alone_no_process_touches(
    school: School, elsewhere: School, clock: HandClock, poll: int
) -> None:
    until = clock() + timedelta(minutes=10)
    await school.actions.poll_counts.rest(poll, await taken(school, poll), until)
    clock.forward(minutes=9.9)
    assert await elsewhere.actions.poll_counts.turn(poll) == Turn(until, own=False)
    clock.forward(minutes=0.1)
    await taken(elsewhere, poll)


async def test_there_is_no_turn_at_what_is_over_or_was_never_posted(school: School, poll: int) -> None:
    await school.polls.close(poll)
    assert await school.actions.poll_counts.turn(poll) is None
    prepared = await school.prepare("logic-2")
    assert await school.actions.poll_counts.turn(prepared.poll.id) is None
    assert await school.actions.poll_counts.turn(999) is None
