"""The week in a server: who moved up, who earned a title, and which question was answered best and missed most."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.holdings import Holdings
from bot.actions.poll_results import FEWEST_FOR_SHARES, PollResult, existing, result
from bot.storage import Unit
from bot.storage.recaps import Answered
from ladder.tiers import Tier

A_WEEK = timedelta(days=7)
NAMED = 5
"""How many movers, and how many new titles, a recap names at most."""

_READ = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """A member who moved up on the server's ladder."""

    name: str
    """As last seen in the server; nothing in it is escaped."""
    points: int


@dataclass(frozen=True, slots=True)
class Titled:
    """A member who has earned a title."""

    name: str
    """As last seen in the server; nothing in it is escaped."""
    tier: Tier


@dataclass(frozen=True, slots=True)
class Recap:
    """A week in a server; nobody is named who hides or is not on its ladder, and nobody as having been wrong."""

    since: datetime
    until: datetime
    polls: int
    """How many polls were answered."""
    members: int
    """How many answered any."""
    movers: tuple[Moved, ...]
    titled: tuple[Titled, ...]
    best: PollResult | None
    """The poll answered best of those with enough answers."""
    missed: PollResult | None
    """The one missed most; None where that is the same."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.polls or self.movers or self.titled)


async def recap(unit: Unit, library: Holdings, guild: int, until: datetime) -> Recap:
    """What the seven days before that moment were like."""
    since = until - A_WEEK
    movers = await unit.recaps.movers(guild, since, until, _READ)
    risen = await unit.recaps.risen(guild, since, until, _READ)
    names = await _names(unit, guild, {*(one.member for one in movers), *(one.member for one in risen)})
    answered = await unit.recaps.answered(guild, since, until)
    best, missed = _extremes(answered)
    return Recap(
        since=since,
        until=until,
        polls=len(answered),
        members=await unit.recaps.answers(guild, since, until),
        movers=tuple(Moved(names[one.member], one.points) for one in movers if one.member in names)[:NAMED],
        titled=tuple(Titled(names[one.member], one.tier) for one in risen if one.member in names)[:NAMED],
        best=await result(unit, library, await existing(unit, best.poll)) if best is not None else None,
        missed=await result(unit, library, await existing(unit, missed.poll)) if missed is not None else None,
    )


async def _names(unit: Unit, guild: int, members: Iterable[int]) -> dict[int, str]:
    """The names of those who may be named there."""
    wanted = sorted(members)
    absences = await unit.listing.absences(wanted)
    shown = [
        member
        for member in wanted
        if (absence := absences.get(member)) is None or not (absence.hidden or guild in absence.away_from)
    ]
    return await unit.sightings.names(guild, shown)


def _extremes(answered: Sequence[Answered]) -> tuple[Answered | None, Answered | None]:
    """The poll answered best, and another that was missed most; of few answers too little is known."""
    known = [one for one in answered if one.answers >= FEWEST_FOR_SHARES]
    if not known:
        return None, None
    best = max(known, key=lambda one: (one.right / one.answers, one.answers))
    missed = min(known, key=lambda one: (one.right / one.answers, -one.answers))
    if best.right / best.answers == missed.right / missed.answers:
        # Where all are alike, none was missed more than another.
        return (best, None) if 2 * best.right >= best.answers else (None, missed)
    return best, missed
