"""Where the bot is: servers that it came to, when it had to go, and which it has to forget."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.locks import lock
from bot.storage.server_tables import servers
from bot.storage.upserts import upsert


class PresenceStore:
    """One row a server that the bot was ever in, until all that is kept about it is deleted."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self) -> dict[int, datetime | None]:
        """Every server that is known, and since when the bot is gone from it; None: it is there."""
        rows = await self._connection.execute(select(servers.c.guild, servers.c.left_at))
        return {row.guild: row.left_at for row in rows}

    async def hold(self, guild: int) -> None:
        """Wait until no other unit holds the server, and keep others from it until this one ends."""
        await lock(self._connection, [guild])

    async def is_known(self, guild: int) -> bool:
        """Whether there is anything about the server."""
        return await self._connection.scalar(_OF.where(servers.c.guild == guild)) is not None

    async def left_at(self, guild: int) -> datetime | None:
        """Since when the bot is gone from the server; None where it is, or never was."""
        return await self._connection.scalar(select(servers.c.left_at).where(servers.c.guild == guild))

    async def arrive(self, guild: int, name: str, welcomed_at: datetime | None) -> bool:
        """The bot has come to a server that it did not know; false, and nothing changes, if it is known."""
        added = await self._connection.execute(
            upsert(self._connection, servers)
            .values(guild=guild, name=name[:100], competes=False, welcomed_at=welcomed_at)
            .on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def leave(self, guild: int, at: datetime) -> None:
        """The bot had to go, unless it is gone already."""
        await self._connection.execute(
            update(servers).where(servers.c.guild == guild, servers.c.left_at.is_(None)).values(left_at=at)
        )

    async def come_back(self, guild: int) -> None:
        """The bot is there again."""
        await self._connection.execute(
            update(servers).where(servers.c.guild == guild).values(left_at=None, scored_at=None)
        )

    async def gone_since(self, moment: datetime) -> list[int]:
        """Servers that the bot is gone from since that moment or longer, the longest first."""
        rows = await self._connection.scalars(
            select(servers.c.guild).where(servers.c.left_at <= moment).order_by(servers.c.left_at)
        )
        return list(rows)


_OF = select(servers.c.guild)
