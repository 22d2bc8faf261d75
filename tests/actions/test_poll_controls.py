"""Controls of polls: whatever two moderators press at once, one did it and the others are told who."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.actions.poll_controls import Quicker
from bot.actions.polls import CancelledPoll, OpenPoll, PollResult
from bot.actions.refusals import NotAllowed, Refusal
from tests.actions.school import ADA, GUILD, KOFI, STARTER, School
from tests.conftest import HandClock

ANN, BOB = 2**62 + 401, 2**62 + 402
"""Two moderators."""

Control = Callable[[School, int, int], Awaitable[Any]]


async def end(school: School, poll: int, by: int) -> PollResult:
    return await school.polls.end(poll, by, moderator=True)


async def cancel(school: School, poll: int, by: int) -> CancelledPoll:
    return await school.polls.cancel(poll, by, moderator=True)


async def extend(school: School, poll: int, by: int) -> OpenPoll:
    opened_at = school.clock()
    expected = opened_at + timedelta(minutes=10)
    return await school.polls.extend(poll, by, timedelta(minutes=5), moderator=True, expected=expected)


@pytest.fixture
async def poll(school: School) -> int:
    """An open poll for ten minutes in a server in which both moderators are known by name."""
    for member, name in ((ANN, "Ann *A*"), (BOB, "Bob")):
        await school.actions.people.meet(member, name, GUILD, None)
    found = await school.poll("logic-1")
    await school.press(found, ADA, 1)
    return found


async def events(school: School, poll: int) -> list[tuple[str, int | None]]:
    async with school.database.reading() as unit:
        return [(one.kind, one.by) for one in await unit.polls.events(poll)]


@pytest.mark.parametrize(
    ("control", "kind", "told"),
    [
        (end, "closed", "closed this poll"),
        (cancel, "cancelled", "cancelled this poll"),
        (extend, "extended", "has extended this poll already"),
    ],
)
async def test_of_two_moderators_at_once_one_does_it_and_the_other_hears_who(
    school: School, elsewhere: School, poll: int, *, control: Control, kind: str, told: str
) -> None:
    results = await asyncio.gather(
        control(school, poll, ANN), control(elsewhere, poll, BOB), return_exceptions=True
    )
    (refused,) = [one for one in results if isinstance(one, BaseException)]
    assert isinstance(refused, Quicker)
    winner, name = (BOB, "Bob") if refused is results[0] else (ANN, "Ann *A*")
    assert refused.values["name"] == name, "as it was seen, to be escaped where it is shown"
    assert told in str(refused)
    assert "Nothing more was" in str(refused)
    assert await events(school, poll) == [("opened", STARTER), (kind, winner)]


@pytest.mark.parametrize(
    ("control", "told"),
    [
        (end, "You closed this poll <t:"),
        (cancel, "You cancelled this poll <t:"),
        (extend, "You have extended this poll already"),
    ],
)
async def test_of_two_processes_that_hear_of_one_press_the_slower_one_tells_nobody_about_herself(
    school: School, elsewhere: School, poll: int, *, control: Control, told: str
) -> None:
    results = await asyncio.gather(
        *(control(process, poll, ANN) for process in (school, elsewhere)), return_exceptions=True
    )
    (refused,) = [one for one in results if isinstance(one, BaseException)]
    assert isinstance(refused, Refusal)
    assert str(refused).startswith(told)
    assert len(await events(school, poll)) == 2, "journalled once"


async def test_whatever_is_pressed_at_once_the_story_is_that_of_whoever_was_told_that_it_was_theirs(
    school: School, elsewhere: School, poll: int
) -> None:
    pressed = [(end, ANN), (cancel, BOB), (extend, ANN), (extend, BOB), (end, BOB), (cancel, ANN)]
    results = await asyncio.gather(
        *(
            control((school, elsewhere)[at % 2], poll, by)  # type: ignore[operator]
            for at, (control, by) in enumerate(pressed)
        ),
        return_exceptions=True,
    )
    assert all(isinstance(one, PollResult | CancelledPoll | OpenPoll | Refusal) for one in results), results
    done = [
        ({end: "closed", cancel: "cancelled", extend: "extended"}[control], by)
        for (control, by), result in zip(pressed, results, strict=True)
        if not isinstance(result, BaseException)
    ]
    told = await events(school, poll)
    assert sorted(told[1:]) == sorted(done)
    assert [kind for kind, _ in done if kind != "extended"] in (["closed"], ["cancelled"])
    assert len(await school.entries(ADA)) == (told[-1][0] == "closed")


async def test_whoever_comes_later_hears_the_same_and_the_result_stands(
    school: School, poll: int, clock: HandClock
) -> None:
    await end(school, poll, ANN)
    clock.forward(minutes=1)
    for control in (end, cancel, extend):
        with pytest.raises(Quicker, match="closed this poll <t:"):
            await control(school, poll, BOB)
    assert (await school.polls.close(poll)).poll.closed_by == ANN


async def test_what_the_clock_has_closed_nobody_has(school: School, poll: int, clock: HandClock) -> None:
    clock.forward(minutes=10)
    with pytest.raises(Refusal, match="The time of this poll is over"):
        await end(school, poll, ANN)
    await school.polls.close_due(poll)
    with pytest.raises(Refusal, match="This poll was closed <t:"):
        await end(school, poll, ANN)
    assert await events(school, poll) == [("opened", STARTER), ("closed", None)]


async def test_whoever_may_not_is_told_so_and_changes_nothing(school: School, poll: int) -> None:
    with pytest.raises(NotAllowed):
        await school.polls.end(poll, KOFI, moderator=False)
    assert await events(school, poll) == [("opened", STARTER)]


async def test_somebody_without_a_name_is_somebody(school: School) -> None:
    poll = await school.poll("logic-1")
    await end(school, poll, KOFI)
    with pytest.raises(Quicker) as refused:
        await end(school, poll, ANN)
    assert refused.value.values["name"] is None
