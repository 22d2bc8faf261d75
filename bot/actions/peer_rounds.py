"""Peer rounds: a poll whose answers were split is neither shown nor rated until its question was asked again.

What nobody is shown moves nothing either: a rating, a place on a board or a title would tell who was right while
people are still talking about it. So such a poll is withheld by its close, and whatever ends the round closes and
rates it, in one unit: its question's second close or cancelling, a skip, a stop, the end of its series. To every rule
it is a poll that closes then: its answers count as given when they were, what was rated elsewhere meanwhile came
before them, and whoever was first asked by it has made their first attempt in it, wherever they answer it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.holdings import Holdings
from bot.actions.poll_results import rate_poll
from bot.actions.refusals import Refusal
from bot.storage import Unit
from bot.storage.polls import Poll
from bot.storage.series import Series
from bot.words import N_
from ladder.peer import wants_discussion
from ladder.poll import tally

DISCUSSION = timedelta(minutes=3)
"""How long people talk before the same question is asked again."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A poll that keeps its result and its key to itself for now."""

    series: Series
    again_at: datetime
    """When the same question is asked again, or was."""
    until: datetime
    """When both results are due."""


async def withheld_in(unit: Unit, poll: Poll) -> Withheld | None:
    """What is withheld of the poll, and until when; None if nothing is."""
    if poll.series is None or poll.state != "withheld" or poll.closed_at is None:
        return None
    series = await unit.series.get(poll.series)
    if series is None:
        return None
    ids = await unit.series.asked_again(poll.id)
    again = await unit.polls.get(ids[-1]) if ids else None
    again_at = again.opened_at if again is not None else poll.closed_at + DISCUSSION
    until = again.closes_at if again is not None else again_at + timedelta(seconds=series.seconds)
    return Withheld(series, again_at, until)


async def end_round(unit: Unit, library: Holdings, poll: int, now: datetime) -> None:
    """Close the poll and rate its answers if it is still withheld; its result is due from now on."""
    closed = await unit.polls.move(poll, since="withheld", to="closed", closed_at=now)
    if closed is not None:
        await rate_poll(unit, library, closed)


async def may_be_discussed(unit: Unit, poll: Poll) -> bool:
    """Whether the poll's answers are discussed where they are split when it closes by itself."""
    if poll.series is None or poll.earlier is not None:
        return False
    series = await unit.series.get(poll.series)
    return series is not None and series.peer and series.state == "running" and not skipped(series, poll)


async def untold(unit: Unit, poll: Poll) -> Refusal | None:
    """What to say in place of the key to whoever asks or presses when the poll's time is over, if it is withheld."""
    if poll.state == "open" and await may_be_discussed(unit, poll):
        return Refusal(
            N_("The time of this poll is over; its result comes in a moment. Nothing was changed.")
        )
    withheld = await withheld_in(unit, poll)
    if withheld is None:
        return None
    return Refusal(
        N_(
            "Opinions are split, so the result waits until the same question has been asked again. It comes {when}; what you answered is kept."
        ),
        when=f"<t:{int(withheld.until.timestamp())}:R>",
    )


async def is_split(unit: Unit, poll: Poll) -> bool:
    """Whether the poll, which is to be closed, is withheld: its answers are worth a discussion, and there is one."""
    if not await may_be_discussed(unit, poll):
        return False
    stored = (await unit.meanings.get([poll.meaning]))[poll.meaning]
    counted = tally(
        (answer.option for answer in (await unit.polls.answers(poll.id)).values()), len(stored.options)
    )
    return wants_discussion(counted.counts[stored.key], counted.total)


def skipped(series: Series, poll: Poll) -> bool:
    """Whether somebody chose to go on from this poll to the next question."""
    return series.next_at == poll.opened_at
