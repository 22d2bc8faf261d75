"""Boards posted in channels, whose messages follow what happens on the ladder."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.server_tables import blocked_channels, live_boards, servers
from bot.storage.upserts import upsert


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """A message that shows a ladder as it stands."""

    message: int
    guild: int
    channel: int
    scope: str
    locale: str
    starter: int
    shown: str
    """A fingerprint of what the message shows; empty when nobody can tell."""
    edited_at: datetime


class LiveBoardStore:
    """Live boards by message; in one channel there is one of each scope at most."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, board: LiveBoard) -> bool:
        """Keep the board; false if the channel has one of this scope already."""
        statement = upsert(self._connection, live_boards).values(
            {name: getattr(board, name) for name in _COLUMNS}
        )
        added = await self._connection.execute(statement.on_conflict_do_nothing())
        return added.rowcount == 1

    async def of(self, channel: int, scope: str) -> LiveBoard | None:
        """The board of this scope in the channel, or None."""
        row = (
            await self._connection.execute(
                select(live_boards).where(live_boards.c.channel == channel, live_boards.c.scope == scope)
            )
        ).one_or_none()
        return LiveBoard(*row) if row is not None else None

    async def channels(self, guild: int) -> list[int]:
        """The channels of the server in which there are any."""
        rows = await self._connection.scalars(
            select(live_boards.c.channel).where(live_boards.c.guild == guild).distinct()
        )
        return list(rows)

    async def due(self, before: datetime) -> list[LiveBoard]:
        """Boards last edited at that moment or before it, the longest ago first.

        Left out are those in blocked channels, and in servers that the bot is gone from.
        """
        rows = await self._connection.execute(
            select(live_boards)
            .where(
                live_boards.c.edited_at <= before,
                live_boards.c.channel.not_in(select(blocked_channels.c.channel)),
                live_boards.c.guild.not_in(select(servers.c.guild).where(servers.c.left_at.is_not(None))),
            )
            .order_by(live_boards.c.edited_at)
        )
        return [LiveBoard(*row) for row in rows]

    async def edited(self, message: int, shown: str, at: datetime) -> bool:
        """What the message shows now, and since when; false if it is no live board any more.

        A moment yet to come puts the next edit off.
        """
        changed = await self._connection.execute(
            update(live_boards).where(live_boards.c.message == message).values(shown=shown, edited_at=at)
        )
        return changed.rowcount == 1

    async def remove(self, message: int) -> bool:
        """Let go of the board; false if it was gone already."""
        removed = await self._connection.execute(delete(live_boards).where(live_boards.c.message == message))
        return removed.rowcount == 1


_COLUMNS = [column.name for column in live_boards.c]
