"""Reading the whole journal beside everything that is derived from it, some members at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.experience import EVERYWHERE
from bot.storage.ladder_tables import activity, experience, histogram, journal, places, ratings, titles
from bot.storage.ratings import Entry, RatingRow, entry_of, rating_of
from bot.storage.server_tables import servers
from bot.storage.standings import AGE_BUCKET, AGES, COARSE, FINE
from bot.storage.tables import meanings
from ladder.standings import Ladder

_DERIVED = (journal, ratings, experience, titles, activity)


@dataclass(frozen=True, slots=True)
class BoardFaults:
    """Where the boards differ from what they are derived from."""

    missing: int
    """Places that ought to be there."""
    surplus: int
    """Places that ought not to be."""
    miscounted: int
    """Buckets of the histogram that do not count the places they stand for."""


class AuditStore:
    """What is needed to prove that every rating is explained, and every board exact."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def members(self, after: int, limit: int) -> list[int]:
        """The next members, by id, of whom there is a journal or anything derived from one."""
        found: set[int] = set()
        for table in _DERIVED:
            rows = await self._connection.scalars(
                select(table.c.member)
                .where(table.c.member > after)
                .distinct()
                .order_by(table.c.member)
                .limit(limit)
            )
            found.update(rows)
        return sorted(found)[:limit]

    async def size(self) -> int:
        """How many members there are, about."""
        counted = await self._connection.scalar(select(func.count()).select_from(activity))
        return counted or 0

    async def ratings(self, members: Sequence[int]) -> list[RatingRow]:
        """Every rating of the members."""
        rows = await self._connection.execute(select(ratings).where(ratings.c.member.in_(members)))
        return [rating_of(row) for row in rows]

    async def entries(self, members: Sequence[int]) -> list[tuple[Entry, int]]:
        """Every entry of the members, each ladder's in its order, with the options its question had (else 0)."""
        rows = await self._connection.execute(
            select(*journal.c, meanings.c.options)
            .outerjoin(meanings, meanings.c.meaning == journal.c.meaning)
            .where(journal.c.member.in_(members))
            .order_by(journal.c.member, journal.c.ladder, journal.c.sequence)
        )
        return [(entry_of(row[:-1]), len(row.options or ())) for row in rows]

    async def forget_ratings(self, keys: Iterable[tuple[int, str]]) -> None:
        """These (member, ladder) pairs have no rating."""
        for member, ladder in keys:
            await self._connection.execute(
                delete(ratings).where(ratings.c.member == member, ratings.c.ladder == ladder)
            )

    async def forget_experience(self, keys: Iterable[tuple[int, int, date]]) -> None:
        """Nothing was earned by these members in these servers and weeks."""
        for member, guild, week in keys:
            await self._connection.execute(
                delete(experience).where(
                    experience.c.member == member, experience.c.guild == guild, experience.c.week == week
                )
            )

    async def forget_activity(self, members: Iterable[int]) -> None:
        """These members have given no answer that counts."""
        await self._connection.execute(delete(activity).where(activity.c.member.in_(list(members))))

    async def forget_titles(self, members: Iterable[int]) -> None:
        """These members hold no title beyond the first."""
        await self._connection.execute(delete(titles).where(titles.c.member.in_(list(members))))

    async def boards(self) -> BoardFaults:
        """Compare every place with the row that it is there for, and the histogram with the places."""
        due = _due().subquery()
        kept = select(places.c.ladder, places.c.points, places.c.member)
        missing = select(due).except_(kept)
        surplus = kept.except_(select(due))
        counted = _counted().subquery()
        buckets = select(
            histogram.c.ladder, histogram.c.width, histogram.c.bucket, histogram.c.members
        ).where(histogram.c.members != 0)
        return BoardFaults(
            missing=await self._count(missing),
            surplus=await self._count(surplus),
            miscounted=await self._count(select(counted).except_(buckets))
            + await self._count(buckets.except_(select(counted))),
        )

    async def rebuild_boards(self) -> None:
        """Write every place and the whole histogram anew from the rows that are listed."""
        await self._connection.execute(delete(places))
        await self._connection.execute(delete(histogram))
        await self._connection.execute(insert(places).from_select(["ladder", "points", "member"], _due()))
        await self._connection.execute(
            insert(histogram).from_select(["ladder", "width", "bucket", "members"], _counted())
        )

    async def _count(self, rows: CompoundSelect[*tuple[Any, ...]]) -> int:
        counted = await self._connection.scalar(select(func.count()).select_from(rows.subquery()))
        return counted or 0


def _due() -> CompoundSelect[*tuple[Any, ...]]:
    """The places that ought to be there: ladder, points, member."""
    week = cast(experience.c.week, String)
    board = case(
        (experience.c.guild == EVERYWHERE, literal("xp:") + week),
        else_=literal("xp:") + cast(experience.c.guild, String) + literal(":") + week,
    )
    return union_all(
        select(ratings.c.ladder, ratings.c.rating.label("points"), ratings.c.member).where(ratings.c.listed),
        select(board, experience.c.xp, experience.c.member).where(experience.c.listed),
        select(literal(Ladder.servers().key), servers.c.score, servers.c.guild).where(
            servers.c.competes, servers.c.score.is_not(None)
        ),
    )


def _counted() -> CompoundSelect[*tuple[Any, ...]]:
    """What the histogram ought to hold: ladder, width, bucket, members."""
    huge = or_(places.c.ladder == Ladder.world().key, places.c.ladder.startswith("category:"))
    return union_all(
        *(_level(width, places.c.points // literal_column(str(width))) for width in (FINE, COARSE)),
        _level(AGES, literal_column(AGE_BUCKET, Integer)).where(huge),
    )


def _level(width: int, bucket: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    return select(
        places.c.ladder,
        literal(width).label("width"),
        bucket.label("bucket"),
        func.count().label("members"),
    ).group_by(places.c.ladder, bucket)
