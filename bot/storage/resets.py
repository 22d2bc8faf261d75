"""Resets: a server's ladder that was begun anew, for one member or for everybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.server_tables import resets


@dataclass(frozen=True, slots=True)
class Reset:
    """What was asked for; the journal's entries of its source say what it did to whom."""

    id: int
    guild: int
    member: int | None
    """None: everybody."""
    by: int
    at: datetime
    undone_at: datetime | None
    undone_by: int | None
    done_at: datetime | None
    """None while some members are still to be reached, by the reset or by its undoing."""

    @property
    def source(self) -> str:
        """Its name in the journal."""
        return f"reset:{self.id}"


class ResetStore:
    """One row a reset."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *, guild: int, member: int | None, by: int, at: datetime) -> int:
        """Put down a reset that is to be carried out; its id."""
        result = await self._connection.execute(
            insert(resets).values(guild=guild, member=member, by=by, at=at)
        )
        return cast("int", cast("Any", result.inserted_primary_key)[0])

    async def get(self, reset: int) -> Reset | None:
        """The reset, or None."""
        row = (await self._connection.execute(select(resets).where(resets.c.reset == reset))).one_or_none()
        return Reset(*row) if row is not None else None

    async def under_way(self, limit: int) -> list[Reset]:
        """Resets, and undoings of resets, that have not reached everybody yet, the oldest first."""
        rows = await self._connection.execute(
            select(resets).where(resets.c.done_at.is_(None)).order_by(resets.c.reset).limit(limit)
        )
        return [Reset(*row) for row in rows]

    async def done(self, reset: Reset, at: datetime) -> None:
        """Everybody was reached, unless it was taken back meanwhile."""
        await self._connection.execute(
            update(resets)
            .where(resets.c.reset == reset.id, resets.c.undone_at.is_not_distinct_from(reset.undone_at))
            .values(done_at=at)
        )

    async def undo(self, reset: int, by: int, at: datetime) -> bool:
        """Let the reset be taken back; false if that was done already."""
        changed = await self._connection.execute(
            update(resets)
            .where(resets.c.reset == reset, resets.c.undone_at.is_(None))
            .values(undone_at=at, undone_by=by, done_at=None)
        )
        return changed.rowcount == 1
