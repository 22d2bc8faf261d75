"""XP, apart from every rating: how much was earned in which week, in a server and everywhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import inserting
from bot.storage.parts import in_parts
from bot.storage.standings import Spot, StandingsStore
from bot.storage.tables import experience
from ladder.standings import Ladder

EVERYWHERE = 0
"""The server under which all of a member's XP of a week stands together."""


@dataclass(frozen=True, slots=True)
class ExperienceRow:
    """What a member earned in a week, in one server or everywhere."""

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
        return Ladder.xp(self.week, self.guild if self.guild != EVERYWHERE else None)

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
        found: list[ExperienceRow] = []
        for some in in_parts(members):
            statement = select(experience).where(experience.c.member.in_(some))
            if weeks is not None:
                statement = statement.where(experience.c.week.in_(weeks))
            found += [ExperienceRow(*row) for row in await self._connection.execute(statement)]
        return found

    async def write(self, rows: Sequence[ExperienceRow], *, before: Iterable[ExperienceRow]) -> None:
        """Store the rows as they stand now; boards follow. ``before`` are the same rows as they were read."""
        if not rows:
            return
        await _STORE.run(
            self._connection, [(row.member, row.guild, row.week, row.xp, row.listed) for row in rows]
        )
        await StandingsStore(self._connection).move(
            left=[row.spot for row in before if row.listed], taken=[row.spot for row in rows if row.listed]
        )

    async def total(self, member: int) -> int:
        """All the XP that the member ever earned."""
        found = await self._connection.scalar(
            select(func.sum(experience.c.xp)).where(
                experience.c.member == member, experience.c.guild == EVERYWHERE
            )
        )
        return int(found or 0)


_STORE = inserting(experience, replacing=["xp", "listed"])
