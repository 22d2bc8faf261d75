"""Presence: servers that the bot comes to, has to leave and comes back to, and what is deleted of those that it left."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from bot.actions.polls import Polls
from bot.storage import Database, Unit
from bot.storage.servers import ServerRow

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
"""How long everything about a server is kept after the bot had to go."""

Coming = Literal["new", "back", "known"]
"""What a server was that the bot has come to: one never heard of, one it had left, or one in which it is already."""

_MEMBERS, _ROWS = 50, 200
"""How much is deleted in one unit: nobody's answer is to wait for it."""


class Presence:
    """In which servers the bot is, for all processes together."""

    def __init__(self, database: Database, polls: Polls, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._polls = polls
        self._clock = clock
        self._emptied: set[int] = set()
        """Servers without members' rows by now; a new process looks for them anew, which does no harm."""

    async def known(self) -> dict[int, datetime | None]:
        """Every server that is known, and since when the bot is gone from it; None: it is there."""
        async with self._database.reading() as unit:
            return await unit.presence.known()

    async def came(self, guild: int, name: str, *, greets: bool) -> Coming:
        """The bot is in the server; what that server was to it until now.

        It is ``new`` for one caller alone, in whatever process, who then greets it if it wanted to. One that was
        left for so long that it is to be deleted is deleted first, and new then.
        """
        while True:
            async with self._database.reading() as unit:
                left_at, known = await unit.presence.left_at(guild), await unit.presence.is_known(guild)
            if known and left_at is None:
                return "known"
            now = self._clock()
            if left_at is not None and now - left_at >= KEPT_FOR:
                while await self.purge(guild):
                    pass
                continue
            async with self._database.unit() as unit:
                await unit.presence.hold(guild)
                if await unit.presence.arrive(guild, name, now if greets else None):
                    return "new"
                if await unit.presence.left_at(guild) is None:
                    return "known"
                await unit.presence.come_back(guild)
                return "back"

    async def went(self, guild: int, name: str) -> None:
        """The bot is not in the server any more: nothing is posted there, and it stands on no board of servers."""
        async with self._database.unit() as unit:
            held = await unit.servers.hold(guild)
            gone = replace(held or ServerRow(guild, name, False, None, None), score=None, scored_at=None)
            await unit.standings.move(left=held.spots if held is not None else [], taken=())
            await unit.servers.put(gone)
            await unit.presence.leave(guild, self._clock())

    async def to_purge(self) -> list[int]:
        """Servers that were left so long ago that nothing is kept about them, the longest first."""
        async with self._database.reading() as unit:
            return await unit.presence.gone_since(self._clock() - KEPT_FOR)

    async def purge(self, guild: int) -> bool:
        """Delete some of what is kept about such a server; false if nothing is left, or the bot is back there.

        Members keep what is their own: ratings in the world and in categories with their journals, titles, quizzes
        and reviews, of all of which the server is not told any more.
        """
        if guild not in self._emptied:
            await self._end_polls(guild)
            async with self._database.reading() as unit:
                some = await unit.purging.members(guild, _MEMBERS) or await unit.purging.stragglers(
                    guild, _MEMBERS
                )
            if some:
                async with self._database.unit() as unit:
                    if not await self._is_over(unit, guild):
                        return False
                    await unit.purging.take_members(guild, some)
                return True
            self._emptied.add(guild)
        async with self._database.unit() as unit:
            if await self._is_over(unit, guild):
                if await unit.purging.take_rows(guild, _ROWS):
                    return True
                await unit.purging.forget(guild, self._clock() - KEPT_FOR)
                log.info("Everything about server %s is deleted, which was left 30 days ago", guild)
        self._emptied.discard(guild)
        return False

    async def _is_over(self, unit: Unit, guild: int) -> bool:
        left_at = await unit.presence.left_at(guild)
        return left_at is not None and self._clock() - left_at >= KEPT_FOR

    async def _end_polls(self, guild: int) -> None:
        """Close what is still open there, so that every answer is rated before the server is forgotten."""
        async with self._database.unit() as unit:
            if not await self._is_over(unit, guild):
                return
            # Nothing is discussed there any more, so what is withheld is not, and nothing else will be.
            await unit.series.stop_in(guild, self._clock())
            still_open = await unit.polls.open_in(guild, _ROWS)
        for poll in still_open:
            await self._polls.close(poll.id)
        for poll in await self._polls.rounds_over():
            await self._polls.end_round(poll)
