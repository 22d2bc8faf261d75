"""Departures: noticing, without being told by Discord, that somebody on a server's board has left it."""

import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.boards import Board

log = logging.getLogger(__name__)

_GONE = {10007, 10013}
"""Unknown member, unknown user."""

_REMEMBERED_FOR = timedelta(days=1)
_REMEMBERED = 20_000
_AT_ONCE = 5
"""Members looked up in a minute; the next looks at the boards make up for whoever does not fit in."""
_WAITING = 100


class Departures:
    """Looks up whoever was just seen on a server's board: rarely, afterwards, and each once a day at most."""

    def __init__(self, client: discord.Client, actions: Actions, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._waiting: deque[tuple[int, int]] = deque()
        self._known: dict[tuple[int, int], datetime] = {}

    def shown(self, board: Board) -> None:
        """Somebody saw this part of a board."""
        guild = board.ladder.guild_id if board.ladder is not None else None
        if guild is None or board.is_over:
            return
        now = self._clock()
        for row in board.rows:
            key = (guild, row.member)
            at = self._known.get(key)
            if (at is None or now - at >= _REMEMBERED_FOR) and len(self._waiting) < _WAITING:
                self._remember(key, now)
                self._waiting.append(key)

    async def look(self) -> None:
        """Look a few members up; to be called once a minute."""
        for _turn in range(min(_AT_ONCE, len(self._waiting))):
            guild, member = self._waiting.popleft()
            if await self._has_left(guild, member):
                await self._actions.boards.departed(guild, member)

    async def _has_left(self, guild: int, member: int) -> bool:
        server = self._client.get_guild(guild)
        if server is None:
            return False
        try:
            await server.fetch_member(member)
        except discord.NotFound as gone:
            return gone.code in _GONE
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            log.info("A member could not be looked up: %s", failed)
        return False

    def _remember(self, key: tuple[int, int], at: datetime) -> None:
        self._known.pop(key, None)
        self._known[key] = at
        while len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]


def departures_of(interaction: discord.Interaction[Any]) -> Departures:
    """Where boards that were shown are reported."""
    return cast("Departures", interaction.client.departures)
