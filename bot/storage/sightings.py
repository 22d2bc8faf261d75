"""Whom the bot met where, under which name, and when last."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import sightings
from bot.storage.upserts import upsert

ANYWHERE = 0
"""The place under which a person's own name stands, as against a server's nickname."""


class Sighting(NamedTuple):
    """A member seen in a place under a name."""

    guild: int
    member: int
    name: str
    seen_at: datetime


class Sightings:
    """Display names as last seen; a mention would show a raw id to whoever has not met the member."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, guild: int, member: int, name: str, seen_at: datetime) -> None:
        """Remember a name, in place of the one remembered for this member there."""
        await self.note_all([Sighting(guild, member, name, seen_at)])

    async def note_all(self, seen: Iterable[Sighting]) -> None:
        """Remember many names; of two for one member in one place the later stays."""
        # In one order, so that two processes that meet the same people never wait for each other.
        latest = {(one.guild, one.member): one for one in seen}
        rows = [{**latest[key]._asdict(), "name": latest[key].name[:100]} for key in sorted(latest)]
        statement = upsert(self._connection, sightings)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["guild", "member"],
                set_={"name": statement.excluded.name, "seen_at": statement.excluded.seen_at},
            ),
            rows,
        )

    async def names(self, guild: int, members: Iterable[int]) -> dict[int, str]:
        """The names of those of the members who were ever met: the server's nickname, else their own."""
        rows = await self._connection.execute(
            select(sightings.c.member, sightings.c.name)
            .where(sightings.c.member.in_(list(members)), sightings.c.guild.in_({guild, ANYWHERE}))
            .order_by(sightings.c.guild)  # a server's id is greater than ANYWHERE, so it overwrites
        )
        return {row.member: row.name for row in rows}
