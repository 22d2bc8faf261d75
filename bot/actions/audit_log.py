"""The audit log: reading what moderators did, and taking it back."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.words import N_

KEPT_FOR = timedelta(days=180)
PAGE = 8
"""Entries on one page."""

MOST_EXPORTED = 20_000
"""Entries in one file: the latest."""

Undo = Callable[[Unit, LogEntry, int, datetime], Awaitable[None]]
"""Takes an entry back in the unit, by this person at this moment, and adds the entry that says so."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of a server's log."""

    entries: tuple[LogEntry, ...]
    """The latest first."""
    number: int
    """From 0."""
    count: int
    names: Mapping[int, str]
    """Those last seen of whoever is spoken of, as far as they are known."""


class AuditLog:
    """What was changed in a server, by whom, when, from what to what."""

    def __init__(
        self, database: Database, undoing: Mapping[str, Undo], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._undoing = undoing
        self.undoable = frozenset(undoing)
        """The deeds that can be taken back."""
        self._clock = clock

    async def page(self, guild: int, number: int) -> LogPage:
        """A page of the log; one past the end is the last."""
        async with self._database.reading() as unit:
            count = max(1, -(-await unit.audit_log.count(guild) // PAGE))
            number = min(max(number, 0), count - 1)
            entries = await unit.audit_log.page(guild, offset=number * PAGE, limit=PAGE)
            return LogPage(tuple(entries), number, count, await _names(unit, guild, entries))

    async def everything(self, guild: int) -> LogPage:
        """The whole log as one page, as far as one file takes it."""
        async with self._database.reading() as unit:
            entries = await unit.audit_log.page(guild, offset=0, limit=MOST_EXPORTED)
            return LogPage(tuple(entries), 0, 1, await _names(unit, guild, entries))

    async def find(self, guild: int, entry: int) -> LogEntry | None:
        """The server's entry of that id, if it is kept."""
        async with self._database.reading() as unit:
            return await unit.audit_log.get(guild, entry)

    def can_undo(self, entry: LogEntry) -> bool:
        """Whether the entry can be taken back."""
        return entry.what in self._undoing and entry.undone_by is None

    async def undo(self, guild: int, entry: int, by: int) -> LogEntry:
        """Take the entry back, which is an entry of its own; the one that was taken back."""
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            found = await unit.audit_log.get(guild, entry)
            if found is None:
                raise Refusal(N_("This change is no longer in the log. Set it anew on its page."))
            if found.undone_by is not None:
                raise Refusal(N_("This change was taken back already."))
            if found.what not in self._undoing:
                raise Refusal(N_("This cannot be taken back. What it did stays in the log."))
            await self._undoing[found.what](unit, found, by, self._clock())
            undone = await unit.audit_log.get(guild, entry)
            if undone is None or undone.undone_by is None:
                raise Refusal(N_("It is again as it was before this change. Nothing more was done."))
        return undone

    async def cut(self) -> int:
        """Delete what is older than 180 days; how many entries."""
        async with self._database.unit() as unit:
            return await unit.audit_log.cut(self._clock() - KEPT_FOR)


async def _names(unit: Unit, guild: int, entries: Iterable[LogEntry]) -> dict[int, str]:
    people = {one for entry in entries for one in (entry.by, entry.member) if one}
    return await unit.sightings.names(guild, people)
