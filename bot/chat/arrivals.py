"""Arrivals: greeting servers that the bot joins, noticing those that it is gone from, and forgetting them in the end."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import aiohttp
import discord

from bot.actions import Actions
from bot.chat.greeting import greeting_screen, may_post
from bot.chat.postings import is_refusal
from bot.words import speaking

log = logging.getLogger(__name__)

_LATELY = timedelta(days=1)
"""How long ago a server may have invited the bot to be greeted when it is found; one that is known is not."""

_PLACES = 3
"""Channels that are tried, should Discord refuse what it seemed to allow."""


class Arrivals:
    """What the bot does as it comes to servers and goes; whatever it knows between two events is in the database."""

    def __init__(self, client: discord.Client, actions: Actions, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._purging: asyncio.Task[None] | None = None
        self._ending = False
        self._noting = asyncio.Lock()
        """Held while something is noted, so that of two events in a row the later one has the last word."""

    async def joined(self, guild: discord.Guild) -> None:
        """A server has invited the bot; it is greeted once, unless it is known from before."""
        if await self._came(guild, greets=True):
            log.info("Server %s has invited the bot", guild.id)
            await self.greet(guild)

    async def available(self, guild: discord.Guild) -> None:
        """A server can be seen again after an outage of Discord's."""
        await self._came(guild, greets=False)

    async def left(self, guild: discord.Guild) -> None:
        """A server has sent the bot away."""
        await self._went(guild.id, guild.name or "")

    async def look_around(self) -> None:
        """Compare the servers that there are with those that are known; to be called when Discord has named them all."""
        known = await self._actions.presence.known()
        there = {guild.id for guild in self._client.guilds}
        for guild in self._client.guilds:
            # What has an outage comes by itself when that is over.
            if not guild.unavailable and (guild.id not in known or known[guild.id] is not None):
                await self._found(guild)
        for id, left_at in known.items():
            if left_at is None and id not in there:
                await self._went(id, "")

    async def _came(self, guild: discord.Guild, *, greets: bool) -> bool:
        """Note that the bot is in the server, if it still is; whether that server is new to it."""
        async with self._noting:
            if self._client.get_guild(guild.id) is None:
                return False
            return await self._actions.presence.came(guild.id, guild.name, greets=greets) == "new"

    async def _went(self, id: int, name: str) -> None:
        """Note that the bot is not in the server any more, unless it is again."""
        async with self._noting:
            if self._client.get_guild(id) is None:
                log.info("Server %s has sent the bot away; all about it is kept for 30 days", id)
                await self._actions.presence.went(id, name)

    async def _found(self, guild: discord.Guild) -> None:
        """The bot is in a server and has not heard of the invitation; an old one, from before its time, is no news."""
        invited_at = guild.me.joined_at
        if invited_at is not None and self._clock() - invited_at < _LATELY:
            await self.joined(guild)
        else:
            await self._came(guild, greets=False)

    async def greet(self, guild: discord.Guild) -> None:
        """Post the welcome where the bot may, as far as everything stands."""
        chosen = (await self._actions.settings.of(guild.id)).locale
        steps = await self._actions.first_steps.of(guild.id)
        for channel, _turn in zip(_places(guild), range(_PLACES), strict=False):
            with speaking(chosen or str(guild.preferred_locale)):
                screen = greeting_screen(steps, guild)
            try:
                # The nonce makes Discord refuse a second copy, should the request be repeated.
                await channel.send(
                    view=screen,
                    nonce=f"hi:{guild.id}",
                    allowed_mentions=discord.AllowedMentions.none(),
                )
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
                log.warning("Server %s could not be greeted in channel %s: %s", guild.id, channel.id, failed)
                if not is_refusal(failed):
                    return
            else:
                return

    async def look(self) -> None:
        """Begin to forget servers that were left long ago, unless that is still being done."""
        if self._purging is None or self._purging.done():
            self._purging = asyncio.create_task(self._purge(), name="forgetting servers")

    async def drain(self) -> None:
        """Return when the piece that was begun is done; the next process goes on."""
        self._ending = True
        if self._purging is not None:
            await asyncio.wait([self._purging])

    async def _purge(self) -> None:
        try:
            for guild in await self._actions.presence.to_purge():
                while not self._ending and await self._actions.presence.purge(guild):
                    pass
        except Exception:
            log.exception("Forgetting servers failed and will be tried again")


def _places(guild: discord.Guild) -> Iterator[discord.TextChannel]:
    """Where the bot may post, the best place first: where the server is told of news, else its uppermost channels."""
    system = guild.system_channel
    if system is not None and may_post(system):
        yield system
    yield from (one for one in guild.text_channels if one != system and may_post(one))
