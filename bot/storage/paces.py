"""Paces: when things were begun of which all processes together may begin so many a second."""

from datetime import UTC, datetime
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.poll_tables import paces
from bot.storage.upserts import upsert


class PaceStore:
    """When things of each kind were begun last; what is long past is not kept."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begun(self, what: str) -> list[datetime]:
        """When things of this kind were begun; nobody else can say so before this unit ends.

        SQLite has one writer, so its unit is the lock.
        """
        statement = upsert(self._connection, paces).values(what=what, begun=[])
        await self._connection.execute(statement.on_conflict_do_nothing())
        found = await self._connection.scalar(
            select(paces.c.begun).where(paces.c.what == what).with_for_update()
        )
        return [datetime.fromtimestamp(one, UTC) for one in cast("list[float]", found)]

    async def put(self, what: str, begun: list[datetime]) -> None:
        """Put that down in place of what stood there; the unit has asked for it."""
        moments = [one.timestamp() for one in begun]
        await self._connection.execute(update(paces).where(paces.c.what == what).values(begun=moments))
