"""The audit log: what moderators changed in their servers, from what to what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Executable, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.server_tables import audit_log


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that a moderator did."""

    id: int
    guild: int
    by: int
    """0: somebody whose data was deleted since."""
    at: datetime
    what: str
    """A setting's name, or a deed such as ``exclude``."""
    subject: str | None
    """The schedule, lesson, question or poll that it was done to."""
    member: int | None
    """The person that it was done to."""
    before: Any
    after: Any
    undoes: int | None
    """The entry that this one takes back."""
    undone_by: int | None
    """The entry that took this one back."""


class AuditLogStore:
    """Entries are added and never changed; old ones are cut off."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        *,
        guild: int,
        by: int,
        at: datetime,
        what: str,
        subject: str | None = None,
        member: int | None = None,
        before: Any = None,
        after: Any = None,
        undoes: int | None = None,
    ) -> int:
        """Note what was done, with before and after as JSON can hold them; the entry's id."""
        added = await self._connection.execute(
            insert(audit_log).values(
                guild=guild,
                by=by,
                at=at,
                what=what,
                subject=subject,
                member=member,
                before=before,
                after=after,
                undoes=undoes,
            )
        )
        return cast("int", cast("Any", added.inserted_primary_key)[0])

    async def get(self, guild: int, entry: int) -> LogEntry | None:
        """The server's entry of that id."""
        found = await self._entries(_ENTRIES.where(audit_log.c.guild == guild, audit_log.c.entry == entry))
        return found[0] if found else None

    async def page(self, guild: int, *, offset: int, limit: int) -> list[LogEntry]:
        """The server's entries, the latest first."""
        return await self._entries(
            _ENTRIES.where(audit_log.c.guild == guild)
            .order_by(audit_log.c.entry.desc())
            .offset(offset)
            .limit(limit)
        )

    async def count(self, guild: int) -> int:
        """How many entries the server has."""
        counted = await self._connection.scalar(
            select(func.count()).select_from(audit_log).where(audit_log.c.guild == guild)
        )
        return counted or 0

    async def cut(self, before: datetime) -> int:
        """Delete what is older; how many entries."""
        gone = await self._connection.execute(delete(audit_log).where(audit_log.c.at < before))
        return gone.rowcount

    async def _entries(self, statement: Executable) -> list[LogEntry]:
        return [LogEntry(*row) for row in await self._connection.execute(statement)]


_UNDOING = audit_log.alias("undoing")
_ENTRIES = select(
    audit_log.c.entry,
    audit_log.c.guild,
    audit_log.c.by,
    audit_log.c.at,
    audit_log.c.what,
    audit_log.c.subject,
    audit_log.c.member,
    audit_log.c.before,
    audit_log.c.after,
    audit_log.c.undoes,
    select(func.max(_UNDOING.c.entry)).where(_UNDOING.c.undoes == audit_log.c.entry).scalar_subquery(),
)
