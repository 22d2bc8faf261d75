"""Peer rounds: what is not shown of a poll whose answers were split, until its question was asked again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
    """A closed poll that keeps its result and its key to itself for now."""

    series: Series
    again_at: datetime
    """When the same question is asked again, or was."""
    until: datetime
    """When both results are due."""


async def withheld_in(unit: Unit, poll: Poll) -> Withheld | None:
    """What is withheld of the poll, and until when; None if nothing is."""
    if poll.series is None or poll.earlier is not None or poll.state != "closed" or poll.closed_at is None:
        return None
    series = await unit.series.get(poll.series)
    if series is None or not series.peer or series.state != "running" or series.place != poll.place:
        return None
    polls = [found for id in await unit.series.polls(series.id) if (found := await unit.polls.get(id))]
    again = [one for one in polls if one.earlier == poll.id and one.state != "withdrawn"]
    if any(one.state in {"closed", "cancelled"} for one in again) or skipped(series, poll):
        return None
    if not await split(unit, poll):
        return None
    again_at = again[-1].opened_at if again else poll.closed_at + DISCUSSION
    until = again[-1].closes_at if again else again_at + timedelta(seconds=series.seconds)
    return Withheld(series, again_at, until)


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


async def split(unit: Unit, poll: Poll) -> bool:
    """Whether the answers are worth a discussion."""
    stored = (await unit.meanings.get([poll.meaning]))[poll.meaning]
    counted = tally(
        (answer.option for answer in (await unit.polls.answers(poll.id)).values()), len(stored.options)
    )
    return wants_discussion(counted.counts[stored.key], counted.total)


def skipped(series: Series, poll: Poll) -> bool:
    """Whether somebody chose to go on from this poll to the next question."""
    return series.next_at == poll.opened_at
