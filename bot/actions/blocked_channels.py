"""Blocked channels: where the bot posts nothing by itself, since Discord has refused it once."""

from collections.abc import Callable
from datetime import datetime

from bot.actions.schedule_deeds import open_channel
from bot.storage import Database, Unit
from bot.storage.blocked_channels import BlockedChannel, Reason


class BlockedChannels:
    """A channel is blocked by the first refusal, and free again once a moderator or a post says so."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def block(self, channel: int, guild: int, reason: Reason) -> None:
        """Post nothing there by oneself from now on."""
        async with self._database.unit() as unit:
            await unit.blocked_channels.block(channel, guild, reason, self._clock())

    async def is_blocked(self, channel: int) -> bool:
        """Whether nothing is posted there for the time being."""
        async with self._database.reading() as unit:
            return bool(await unit.blocked_channels.among([channel]))

    async def of(self, guild: int) -> list[BlockedChannel]:
        """The server's blocked channels, the longest blocked first."""
        async with self._database.reading() as unit:
            return await unit.blocked_channels.of(guild)

    async def proved(self, channel: int) -> None:
        """The channel has just taken a post, so it is not closed any more."""
        if await self.is_blocked(channel):
            async with self._database.unit() as unit:
                await unit.blocked_channels.lift(channel)

    async def lift(self, guild: int, by: int, channel: int) -> bool:
        """Post there again, since a moderator has mended it, and whatever is planned there; false if it was not blocked."""
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            return await lift(unit, guild, by, channel, at=self._clock())


async def lift(unit: Unit, guild: int, by: int, channel: int, *, at: datetime) -> bool:
    """What `BlockedChannels.lift` does, in a unit of the caller's that holds the server's settings."""
    lifted = await unit.blocked_channels.lift(channel)
    if lifted:
        await unit.audit_log.add(guild=guild, by=by, at=at, what="unblock", subject=str(channel))
        await open_channel(unit, guild, channel, by, at)
    return lifted
