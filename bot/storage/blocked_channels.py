"""Channels that have refused what the bot posts by itself; it leaves them alone until a moderator lifts that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.server_tables import blocked_channels
from bot.storage.upserts import upsert

Reason = Literal["forbidden", "gone"]


@dataclass(frozen=True, slots=True)
class BlockedChannel:
    """A channel in which nothing is posted for the time being."""

    channel: int
    guild: int
    reason: Reason
    """``forbidden``: the bot may not post there; ``gone``: the channel was deleted."""
    since: datetime


class BlockedChannelStore:
    """One row a channel, from its first refusal on."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def block(self, channel: int, guild: int, reason: Reason, at: datetime) -> None:
        """Post nothing there any more; the first refusal is the one that is kept."""
        await self._connection.execute(
            upsert(self._connection, blocked_channels)
            .values(channel=channel, guild=guild, reason=reason, since=at)
            .on_conflict_do_nothing()
        )

    async def of(self, guild: int) -> list[BlockedChannel]:
        """The server's blocked channels, the longest blocked first."""
        rows = await self._connection.execute(
            select(blocked_channels)
            .where(blocked_channels.c.guild == guild)
            .order_by(blocked_channels.c.since, blocked_channels.c.channel)
        )
        return [BlockedChannel(*row) for row in rows]

    async def among(self, channels: Iterable[int]) -> frozenset[int]:
        """Those of the channels that are blocked."""
        return frozenset(
            await self._connection.scalars(
                select(blocked_channels.c.channel).where(blocked_channels.c.channel.in_(set(channels)))
            )
        )

    async def lift(self, channel: int) -> bool:
        """Let the bot post there again; false if it might already."""
        lifted = await self._connection.execute(
            delete(blocked_channels).where(blocked_channels.c.channel == channel)
        )
        return lifted.rowcount == 1
