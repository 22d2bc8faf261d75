"""Servers against servers: taking part, and what a server scores."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.actions.audit_log import Undo
from bot.actions.settings import change
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.storage.servers import ServerRow
from ladder.standings import SCORED_FROM, SCORED_MEMBERS, server_score

SCORED_EVERY = timedelta(minutes=10)
"""How old a score becomes before it is reckoned anew."""

_AT_ONCE = 3
"""Servers scored in one go: a big one is read whole, and polls are not to wait for it."""


class Servers:
    """The board on which servers stand, each because a moderator entered it."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def competes(self, guild: int) -> bool:
        """Whether the server takes part."""
        async with self._database.reading() as unit:
            row = await unit.servers.get(guild)
        return row is not None and row.competes

    async def compete(self, guild: int, name: str, competes: bool, by: int | None = None) -> int | None:
        """Enter the server under this name, to be scored within a minute, or take it off the board at once.

        What a moderator does, ``by``, is logged if it changes anything; the entry's id.
        """
        async with self._database.unit() as unit:
            before = await _compete(unit, guild, name, competes=competes)
            if by is None or before == competes:
                return None
            return await unit.audit_log.add(
                guild=guild, by=by, at=self._clock(), what="competes", before=before, after=competes
            )

    async def open_ladder(self, guild: int, name: str, is_open: bool, by: int) -> int | None:
        """Let everybody look at the server's ladder, under this name, or its members alone; the log's entry."""
        async with self._database.unit() as unit:
            done = await change(unit, guild, by=by, at=self._clock(), values={"open_ladder": is_open})
            if is_open:
                held = await unit.servers.hold(guild)
                row = ServerRow(guild, name, competes=False, score=None, scored_at=None)
                await unit.servers.put(replace(held, name=name) if held is not None else row)
            return done.entry

    async def open_ladders(self, words: str = "", limit: int = 25) -> dict[int, str]:
        """Names of servers with these words in them whose ladders everybody may look at."""
        async with self._database.reading() as unit:
            return await unit.servers.open_ladders(words, limit)

    async def rename(self, guild: int, name: str) -> None:
        """Show the server under another name from now on."""
        async with self._database.unit() as unit:
            await unit.servers.rename(guild, name)

    async def score_due(self) -> int:
        """Score a few servers whose scores are old, the oldest first; how many.

        A server scores the mean rating in the world of its best members: those who stand on its ladder with ten
        answers' evidence there and as much in the world, which lessons of the server's own are no part of.
        """
        now = self._clock()
        async with self._database.reading() as unit:
            due = await unit.servers.due(now - SCORED_EVERY, _AT_ONCE)
            best = {guild: await unit.servers.best(guild, SCORED_FROM, SCORED_MEMBERS) for guild in due}
        for guild, ratings in best.items():
            async with self._database.unit() as unit:
                held = await unit.servers.hold(guild)
                if held is not None and held.competes:
                    await _put(unit, held, replace(held, score=server_score(ratings), scored_at=now))
        return len(due)


async def _compete(unit: Unit, guild: int, name: str, *, competes: bool) -> bool:
    """Let the server stand among servers or not; whether it did before."""
    held = await unit.servers.hold(guild)
    before = held is not None and held.competes
    score = held.score if held is not None and before and competes else None
    await _put(unit, held, ServerRow(guild, name, competes, score, scored_at=None))
    return before


async def _undo(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    """Let the server stand among servers as it did before the entry, under the name that it had last."""
    held = await unit.servers.hold(entry.guild)
    now = held is not None and held.competes
    if held is None or now == entry.before:
        return
    await _compete(unit, entry.guild, held.name, competes=entry.before)
    await unit.audit_log.add(
        guild=entry.guild, by=by, at=at, what="competes", before=now, after=entry.before, undoes=entry.id
    )


UNDOING: dict[str, Undo] = {"competes": _undo}
"""How entering and leaving the board of servers is taken back."""


async def _put(unit: Unit, held: ServerRow | None, row: ServerRow) -> None:
    """Store the server, and let its place on the board follow."""
    # The boards before the server's row, as wherever members leave them: else two units could wait for each other.
    await unit.standings.move(left=held.spots if held is not None else [], taken=row.spots)
    await unit.servers.put(row)
