"""Servers that stand against servers: whether each takes part, and what it scores."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ladder_tables import places, ratings
from bot.storage.locks import lock
from bot.storage.server_tables import choices, servers
from bot.storage.standings import Spot
from bot.storage.upserts import upsert
from ladder.standings import Ladder


@dataclass(frozen=True, slots=True)
class ServerRow:
    """A server that takes part among servers, or once did."""

    guild: int
    name: str
    competes: bool
    score: int | None
    """None: too few members for one."""
    scored_at: datetime | None

    @property
    def spots(self) -> list[Spot]:
        """Its place on the board of servers, if it has one."""
        if self.score is None or not self.competes:
            return []
        return [Spot(Ladder.servers().key, self.score, self.guild)]


class ServerStore:
    """One row a server, and the ratings that its score is made of."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, guild: int) -> ServerRow | None:
        """The server, or None if it never took part."""
        row = (await self._connection.execute(_SERVER.where(servers.c.guild == guild))).one_or_none()
        return ServerRow(*row) if row is not None else None

    async def hold(self, guild: int) -> ServerRow | None:
        """The server, which no other unit can change before this one ends."""
        await lock(self._connection, [guild])
        return await self.get(guild)

    async def put(self, row: ServerRow) -> None:
        """Store the server as it stands now; its place on the board is for the caller to move."""
        statement = upsert(self._connection, servers)
        values = {
            "name": row.name[:100],
            "competes": row.competes,
            "score": row.score,
            "scored_at": row.scored_at,
        }
        await self._connection.execute(
            statement.values(guild=row.guild, **values).on_conflict_do_update(
                index_elements=["guild"], set_=values
            )
        )

    async def rename(self, guild: int, name: str) -> None:
        """The name under which the server is shown from now on, if it ever took part."""
        await self._connection.execute(
            update(servers).where(servers.c.guild == guild).values(name=name[:100])
        )

    async def rescore(self, guilds: Iterable[int]) -> None:
        """Score these servers as soon as may be: somebody has left their boards, or come back."""
        await self._connection.execute(
            update(servers).where(servers.c.guild.in_(list(guilds))).values(scored_at=None)
        )

    async def due(self, before: datetime, limit: int) -> list[int]:
        """Servers that take part, the bot is in, and were not scored since that moment, the longest unscored first."""
        rows = await self._connection.scalars(
            select(servers.c.guild)
            .where(
                servers.c.competes,
                servers.c.left_at.is_(None),
                servers.c.scored_at.is_(None) | (servers.c.scored_at <= before),
            )
            .order_by(servers.c.scored_at.nulls_first(), servers.c.guild)
            .limit(limit)
        )
        return list(rows)

    async def names(self, guilds: Iterable[int]) -> dict[int, str]:
        """The names of those of the servers that ever took part."""
        rows = await self._connection.execute(
            select(servers.c.guild, servers.c.name).where(servers.c.guild.in_(list(guilds)))
        )
        return {row.guild: row.name for row in rows}

    async def open_ladders(self, words: str, limit: int) -> dict[int, str]:
        """Names of servers with these words in them whose ladders everybody may look at, in their order."""
        rows = await self._connection.execute(
            _OPEN.where(servers.c.name.icontains(words, autoescape=True))
            .order_by(servers.c.name, servers.c.guild)
            .limit(limit)
        )
        return {row.guild: row.name for row in rows}

    async def open_ladder(self, guild: int) -> str | None:
        """The name of the server if everybody may look at its ladder."""
        found = (await self._connection.execute(_OPEN.where(servers.c.guild == guild))).one_or_none()
        return found.name if found is not None else None

    async def best(self, guild: int, evidence: float, limit: int) -> list[int]:
        """The world's ratings of whoever stands on the server's ladder, the highest first.

        Only those count who have so much evidence both in the server and in the world, and in the world it is
        curated evidence alone.
        """
        here, world = ratings.alias("here"), ratings.alias("world")
        rows = await self._connection.scalars(
            select(world.c.rating)
            .select_from(places)
            .join(here, (here.c.member == places.c.member) & (here.c.ladder == places.c.ladder))
            .join(world, (world.c.member == places.c.member) & (world.c.ladder == Ladder.world().key))
            .where(
                places.c.ladder == Ladder.server(guild).key,
                here.c.evidence >= evidence,
                world.c.evidence >= evidence,
            )
            .order_by(world.c.rating.desc())
            .limit(limit)
        )
        return list(rows)


_SERVER = select(*(servers.c[field.name] for field in fields(ServerRow)))
_OPEN = (
    select(servers.c.guild, servers.c.name)
    # What has its default is not among the choices, and a ladder is closed by default.
    .join(choices, (choices.c.guild == servers.c.guild) & (choices.c.setting == "open_ladder"))
    .where(servers.c.left_at.is_(None))
)
"""Servers whose ladders are open, while the bot is there."""
