"""Summaries of series: what came of a lesson that was checked together."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.actions.holdings import Holdings
from bot.actions.poll_results import FEWEST_FOR_SHARES, asked_in
from bot.storage import Unit
from bot.storage.listing import Absence
from bot.storage.meanings import Asked
from bot.storage.polls import Poll
from bot.storage.series import Series
from ladder.poll import tally
from ladder.rating import machine_chance
from ladder.standings import Ladder, is_listed


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one question."""

    poll: Poll
    asked: Asked
    answers: int
    right: int
    again: tuple[int, int] | None
    """Answers and right ones when it was asked again after a discussion."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a series; for everybody to see, so it names nobody who was wrong."""

    lines: tuple[Line, ...]
    left: int
    """Questions that were not asked, or cancelled."""
    room: float | None
    """The share of right answers, 0 to 1; None without any."""
    machine: float | None
    """The share of the same answers that the lesson's machine is expected to get right."""
    climber: str | None
    """Who gained the most, as last seen; None if nobody gained, or nobody who may be named did."""
    climbed: int


async def summary_of(unit: Unit, library: Holdings, series: Series, polls: Sequence[Poll]) -> Summary:
    """What came of a series whose polls are closed."""
    closed = [poll for poll in polls if poll.state == "closed"]
    again = {poll.earlier: poll for poll in closed if poll.earlier is not None}
    lines: list[Line] = []
    for poll in closed:
        if poll.earlier is None:
            served = await asked_in(unit, library, poll)
            answers, right = await _counted(unit, poll, served)
            second = again.get(poll.id)
            lines.append(
                Line(poll, served, answers, right, await _counted(unit, second, served) if second else None)
            )
    total = sum(line.answers for line in lines)
    expected = sum(line.answers * machine_chance(len(line.asked.options)) for line in lines)
    climber, climbed = await _climber(unit, series, closed)
    return Summary(
        lines=tuple(lines),
        left=len(series.questions) - len(lines),
        room=sum(line.right for line in lines) / total if total else None,
        machine=expected / total if total else None,
        climber=climber,
        climbed=climbed,
    )


async def _counted(unit: Unit, poll: Poll, served: Asked) -> tuple[int, int]:
    answers = await unit.polls.answers(poll.id)
    counted = tally((answer.option for answer in answers.values()), len(served.options))
    return counted.total, counted.counts[served.key]


async def _climber(unit: Unit, series: Series, polls: Sequence[Poll]) -> tuple[str | None, int]:
    """Who gained the most on the server's ladder among those who stand on it; of equals the older account."""
    climbs = await unit.series.climbs([poll.source for poll in polls], Ladder.server(series.guild).key)
    gained = {member: points for member, points in climbs.items() if points > 0}
    absences = await unit.listing.absences(gained)
    here = Ladder.server(series.guild)
    shown = [
        member
        for member in gained
        if is_listed(
            here,
            hidden=absences.get(member, Absence()).hidden,
            idle=False,
            away_from=absences.get(member, Absence()).away_from,
        )
    ]
    names = await unit.sightings.names(series.guild, shown)
    if len(climbs) < FEWEST_FOR_SHARES or not names:
        return None, 0
    best = min(names, key=lambda member: (-gained[member], member))
    return names[best], gained[best]
