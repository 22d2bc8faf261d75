"""XP, apart from every rating: how much was earned in which week, in a server and everywhere."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup, inserting
from bot.storage.ladder_tables import experience
from bot.storage.standings import Spot, StandingsStore
from ladder.standings import Ladder

EVERYWHERE = 0
"""The server under which all of a member's XP of a week stands together."""


@lru_cache(maxsize=10_000)
def board(week: date, guild: int) -> Ladder:
    """The board of a week's XP in a server, or everywhere."""
    return Ladder.xp(week, guild if guild != EVERYWHERE else None)


class ExperienceRow(NamedTuple):
    """What a member earned in a week, in one server or everywhere; in the order of its columns."""

    member: int
    guild: int
    week: date
    """Its Monday."""
    xp: int
    listed: bool
    """Whether it has its place on the week's board."""

    @property
    def ladder(self) -> Ladder:
        """The board on which it stands."""
        return board(self.week, self.guild)

    @property
    def spot(self) -> Spot:
        """Its place on the board, if it has one."""
        return Spot(self.ladder.key, self.xp, self.member)


class ExperienceStore:
    """XP by member, server and week."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, members: Iterable[int], weeks: Sequence[date] | None = None) -> list[ExperienceRow]:
        """What the members earned, in all weeks or in these; the caller holds the members to write it back."""
        if weeks is None:
            rows = await _OF.rows(self._connection, members=members)
        else:
            rows = await _OF_WEEKS.rows(self._connection, members=members, weeks=weeks)
        return [ExperienceRow(*row) for row in rows]

    async def write(self, rows: Sequence[ExperienceRow], *, before: Iterable[ExperienceRow]) -> None:
        """Store the rows as they stand now; boards follow. ``before`` are the same rows as they were read."""
        if not rows:
            return
        await StandingsStore(self._connection).move(
            left=[row.spot for row in before if row.listed],
            taken=[row.spot for row in rows if row.listed],
            after=[(_STORE, rows)],
        )

    async def total(self, member: int) -> int:
        """All the XP that the member ever earned."""
        found = await self._connection.scalar(
            select(func.sum(experience.c.xp)).where(
                experience.c.member == member, experience.c.guild == EVERYWHERE
            )
        )
        return int(found or 0)


_OF = Lookup(lambda among: select(experience).where(among(experience.c.member, "members")))
_OF_WEEKS = Lookup(
    lambda among: select(experience).where(
        among(experience.c.member, "members"), among(experience.c.week, "weeks")
    )
)
_STORE = inserting(experience, replacing=["xp", "listed"])
