"""The audit log: reading what moderators did, and taking it back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.words import N_

KEPT_FOR = timedelta(days=180)
PAGE = 8
"""Entries on one page."""

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


class AuditLog:
    """What was changed in a server, by whom, when, from what to what."""

    def __init__(
        self, database: Database, undoing: Mapping[str, Undo], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._undoing = undoing
        self._clock = clock

    async def page(self, guild: int, number: int) -> LogPage:
        """A page of the log; one past the end is the last."""
        async with self._database.reading() as unit:
            count = max(1, -(-await unit.audit_log.count(guild) // PAGE))
            number = min(max(number, 0), count - 1)
            return LogPage(
                tuple(await unit.audit_log.page(guild, offset=number * PAGE, limit=PAGE)), number, count
            )

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
        return found

    async def cut(self) -> int:
        """Delete what is older than 180 days; how many entries."""
        async with self._database.unit() as unit:
            return await unit.audit_log.cut(self._clock() - KEPT_FOR)
