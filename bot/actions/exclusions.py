"""Exclusions: members whom moderators keep off their server's boards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions.listing import relist
from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.words import N_

LISTED = 15
"""Excluded members that are shown at once, the latest first."""


@dataclass(frozen=True, slots=True)
class Excluded:
    """A member who stands on none of the server's boards because a moderator said so."""

    member: int
    name: str | None
    """As last seen; None if the member never was."""
    since: datetime


@dataclass(frozen=True, slots=True)
class ExcludedList:
    """A page of a server's excluded members."""

    members: tuple[Excluded, ...]
    number: int
    """From 0."""
    count: int
    """Pages; one at least."""
    size: int
    """Members on all pages."""


class Exclusions:
    """Who is kept off the boards of a server; answers count for everybody as before."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def of(self, guild: int, number: int = 0) -> ExcludedList:
        """A page of the members who are excluded there, the latest first; one past the end is the last."""
        async with self._database.reading() as unit:
            size = await unit.listing.count_excluded(guild)
            count = max(1, -(-size // LISTED))
            number = min(max(number, 0), count - 1)
            found = await unit.listing.excluded(guild, offset=number * LISTED, limit=LISTED)
            names = await unit.sightings.names(guild, [member for member, _ in found])
        shown = tuple(Excluded(member, names.get(member), since) for member, since in found)
        return ExcludedList(shown, number, count, size)

    async def size(self, guild: int) -> int:
        """How many members are excluded there."""
        async with self._database.reading() as unit:
            return await unit.listing.count_excluded(guild)

    async def exclude(self, guild: int, member: int, by: int) -> int:
        """Take the member off the server's boards, of ratings, seasons and XP, until readmitted; the log's entry."""
        async with self._database.unit() as unit:
            entry = await _exclude(unit, guild, member, by, at=self._clock())
            if entry is None:
                raise Refusal(N_("This member is excluded already. Readmit them on the page Order."))
            return entry

    async def readmit(self, guild: int, member: int, by: int) -> int:
        """Let the member stand on the server's boards again; the log's entry."""
        async with self._database.unit() as unit:
            entry = await _readmit(unit, guild, member, by, at=self._clock())
            if entry is None:
                raise Refusal(N_("This member is not excluded any more, so nothing was changed."))
            return entry


async def _exclude(
    unit: Unit, guild: int, member: int, by: int, *, at: datetime, undoes: int | None = None
) -> int | None:
    # The member is held before anything is written, in the order in which an answer does it.
    await unit.ratings.hold([member])
    if not await unit.listing.put(member, guild, "excluded", at, by):
        return None
    await relist(unit, [member])
    await unit.role_dues.add([member], at)
    return await unit.audit_log.add(guild=guild, by=by, at=at, what="exclude", member=member, undoes=undoes)


async def _readmit(
    unit: Unit, guild: int, member: int, by: int, *, at: datetime, undoes: int | None = None
) -> int | None:
    await unit.ratings.hold([member])
    if not await unit.listing.lift(member, guild, "excluded"):
        return None
    await relist(unit, [member])
    await unit.role_dues.add([member], at)
    return await unit.audit_log.add(guild=guild, by=by, at=at, what="readmit", member=member, undoes=undoes)


async def _undo(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    if entry.member is None or entry.member == 0:
        raise Refusal(N_("This member's data was deleted since, so there is nothing to take back."))
    change = _readmit if entry.what == "exclude" else _exclude
    if await change(unit, entry.guild, entry.member, by, at=at, undoes=entry.id) is None:
        raise Refusal(N_("Somebody has changed this since. The page Order shows how it stands."))


UNDOING = {"exclude": _undo, "readmit": _undo}
"""How exclusions are taken back, and how readmissions are."""
