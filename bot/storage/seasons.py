"""Seasons of servers, and the honours that were won in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Among, Lookup
from bot.storage.due import PATIENCE, season_is_due
from bot.storage.ladder_tables import activity, histogram, journal, places, ratings, unlisted
from bot.storage.server_tables import honours, seasons
from bot.storage.standings import Spot
from bot.storage.upserts import upsert
from ladder.standings import Ladder

HonourKind = Literal["place", "climber", "faithful"]

_WIDTH = 64
"""The histogram's wider buckets: what they count together is how many stand on a ladder."""


@dataclass(frozen=True, slots=True)
class Season:
    """A span of time in which a server's answers count for a ladder of its own as well."""

    id: int
    guild: int
    name: str
    """Empty for one that is called after the month in which it began."""
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    """None while it runs; nothing is written to its ladder afterwards."""
    monthly: bool
    starter: int | None
    """None: the clock."""

    @property
    def ladder(self) -> Ladder:
        """The season's own ladder; once it has ended, its final standings."""
        return Ladder.season(self.guild, self.id)


@dataclass(frozen=True, slots=True)
class Honour:
    """What a member won in a season that has ended."""

    season: int
    kind: HonourKind
    member: int
    place: int
    """1 to 3, equals sharing the best; 1 for the kinds without places."""
    value: int
    """The rating for a place, rating points for the climber, days with answers for the faithful."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What somebody with a place on a season's ladder did in it, as far as honours go."""

    member: int
    rating: int
    climbed: int
    """Rating points, from before the season's first answer until now; below 0 for a fall."""
    days: int
    """Days, in UTC, with an answer."""
    answers: int


class SeasonStore:
    """Seasons, of which a server has one running at most, and honours."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def running(self, guilds: Iterable[int], *, lock: bool = False) -> dict[int, Season]:
        """The running seasons of those of the servers that have one; locked, none can end before this unit does.

        Several units can hold one season so; SQLite has one writer, so its unit is the lock.
        """
        wanted = set(guilds)
        running = _HELD if lock else _RUNNING
        found = {row[1]: Season(*row) for row in await running.rows(self._connection, guilds=wanted)}
        missing = wanted - found.keys()
        if lock and missing and self._connection.dialect.name == "postgresql":
            # Whoever waited for a season that ended meanwhile has not seen the one that began in its place.
            found |= {row[1]: Season(*row) for row in await running.rows(self._connection, guilds=missing)}
        return found

    async def start(
        self,
        guild: int,
        *,
        name: str,
        starts_at: datetime,
        ends_at: datetime,
        monthly: bool,
        starter: int | None,
    ) -> Season | None:
        """The season that runs from now on, or None where one runs already."""
        statement = (
            upsert(self._connection, seasons)
            .values(
                guild=guild,
                name=name,
                starts_at=starts_at,
                ends_at=ends_at,
                monthly=monthly,
                starter=starter,
            )
            .on_conflict_do_nothing()
            .returning(*seasons.c)
        )
        row = (await self._connection.execute(statement)).one_or_none()
        return _season(row) if row is not None else None

    async def change(self, guild: int, season: int, **values: Any) -> Season | None:
        """The server's season with these columns changed, or None if it does not run any more."""
        row = (
            await self._connection.execute(
                update(seasons)
                .where(seasons.c.season == season, seasons.c.guild == guild, seasons.c.ended_at.is_(None))
                .values(**values)
                .returning(*seasons.c)
            )
        ).one_or_none()
        return _season(row) if row is not None else None

    async def is_untouched(self, season: Season) -> bool:
        """Whether nobody has answered for the season yet."""
        touched = select(ratings.c.member).where(ratings.c.ladder == season.ladder.key).limit(1)
        return (await self._connection.scalar(touched)) is None

    async def due(self, now: datetime, limit: int) -> list[Season]:
        """Running seasons whose time is over, the longest overdue first."""
        return await self._seasons(
            select(seasons)
            .where(season_is_due(now, now - PATIENCE))
            .order_by(seasons.c.ends_at, seasons.c.season)
            .limit(limit)
        )

    async def get(self, guild: int, season: int, *, lock: bool = False) -> Season | None:
        """The server's season, or None; locked, nobody else can change it before this unit ends."""
        statement = select(seasons).where(seasons.c.season == season, seasons.c.guild == guild)
        found = await self._seasons(statement.with_for_update() if lock else statement)
        return found[0] if found else None

    async def ended(self, guild: int, *, offset: int = 0, limit: int) -> list[Season]:
        """The server's ended seasons, newest first."""
        return await self._seasons(
            select(seasons)
            .where(seasons.c.guild == guild, _HAS_BEEN)
            .order_by(seasons.c.season.desc())
            .offset(offset)
            .limit(limit)
        )

    async def count_ended(self, guild: int) -> int:
        """How many of the server's seasons have ended."""
        counted = await self._connection.scalar(
            select(func.count()).select_from(seasons).where(seasons.c.guild == guild, _HAS_BEEN)
        )
        return counted or 0

    async def sizes(self, wanted: Iterable[Season]) -> dict[int, int]:
        """How many stand on the ladder of each season."""
        keys = {season.ladder.key: season.id for season in wanted}
        rows = await self._connection.execute(
            select(histogram.c.ladder, func.sum(histogram.c.members).label("size"))
            .where(histogram.c.ladder.in_(list(keys)), histogram.c.width == _WIDTH)
            .group_by(histogram.c.ladder)
        )
        return dict.fromkeys(keys.values(), 0) | {keys[row.ladder]: int(row.size) for row in rows}

    async def absent(self, season: Season, *, idle: bool) -> list[int]:
        """Whoever has a rating in the season and has left the server's boards, or (``idle``) all current ones."""
        own = ratings.c.ladder == season.ladder.key
        gone = await self._connection.scalars(
            select(ratings.c.member)
            .join(unlisted, unlisted.c.member == ratings.c.member)
            .where(unlisted.c.guild == season.guild, own)
        )
        found = set(gone)
        if idle:
            silent = await self._connection.scalars(
                select(ratings.c.member)
                .join(activity, activity.c.member == ratings.c.member)
                .where(activity.c.idle, own)
            )
            found.update(silent)
        return sorted(found)

    async def top(self, season: Season, limit: int) -> list[Spot]:
        """The first of the season's standings."""
        rows = await self._connection.execute(
            select(places)
            .where(places.c.ladder == season.ladder.key)
            .order_by(places.c.points.desc(), places.c.member.desc())
            .limit(limit)
        )
        return [Spot(*row) for row in rows]

    async def deeds(self, season: Season) -> list[Deeds]:
        """What everybody with a place on the season's ladder did in it, in the order in which they stand."""
        first = case((journal.c.sequence == 1, journal.c.rating_before))
        answered = case((journal.c.kind.in_(["answer", "review"]), journal.c.sequence))
        day = case((journal.c.kind.in_(["answer", "review"]), self._day()))
        rows = await self._connection.execute(
            # The places know who stands on the ladder, and the journal is kept by member.
            select(
                places.c.member,
                places.c.points,
                func.max(first).label("began"),
                func.count(day.distinct()).label("days"),
                func.count(answered).label("answers"),
            )
            .join(journal, (journal.c.member == places.c.member) & (journal.c.ladder == season.ladder.key))
            .where(places.c.ladder == season.ladder.key)
            .group_by(places.c.points, places.c.member)
            .order_by(places.c.points.desc(), places.c.member.desc())
        )
        return [Deeds(row.member, row.points, row.points - row.began, row.days, row.answers) for row in rows]

    def _day(self) -> ColumnElement[Any]:
        """The day of an entry in UTC, in which SQLite keeps every moment."""
        if self._connection.dialect.name == "sqlite":
            return func.date(journal.c.at)
        return func.date(func.timezone("UTC", journal.c.at))

    async def honour(self, won: Sequence[Honour]) -> None:
        """Store what was won in a season."""
        if won:
            await self._connection.execute(
                insert(honours), [{name: getattr(one, name) for name in _HONOUR} for one in won]
            )

    async def honours(self, wanted: Iterable[Season]) -> dict[int, list[Honour]]:
        """What was won in each season, the places first, less what members won who have no place there now."""
        keys = {season.id: season.ladder.key for season in wanted}
        rows = await self._connection.execute(
            select(honours, ratings.c.ladder)
            .join(ratings, ratings.c.member == honours.c.member)
            .where(
                honours.c.season.in_(list(keys)),
                ratings.c.ladder.in_(list(keys.values())),
                ratings.c.listed,
            )
            .order_by(honours.c.season, honours.c.place, honours.c.value.desc(), honours.c.member)
        )
        found: dict[int, list[Honour]] = {season: [] for season in keys}
        for row in rows:
            if keys[row.season] == row.ladder:
                found[row.season].append(Honour(row.season, row.kind, row.member, row.place, row.value))
        for won in found.values():
            won.sort(key=lambda one: _ORDER.index(one.kind))
        return found

    async def _seasons(self, statement: Select[Any]) -> list[Season]:
        return [_season(row) for row in await self._connection.execute(statement)]


def _running(among: Among) -> Select[Any]:
    return (
        select(seasons)
        .where(among(seasons.c.guild, "guilds"), seasons.c.ended_at.is_(None))
        .order_by(seasons.c.guild)
    )


_RUNNING = Lookup(_running)
_HELD = Lookup(lambda among: _running(among).with_for_update(read=True))

_HAS_BEEN = seasons.c.ended_at >= seasons.c.starts_at
"""One whose start was taken back ended before it began; its number is given to no other."""

_ORDER: tuple[HonourKind, ...] = ("place", "climber", "faithful")
_HONOUR = [column.name for column in honours.c]


def _season(row: Row[Any]) -> Season:
    return Season(*row)
