"""Reading the whole journal beside the whole of the ratings, some members at a time."""

from collections.abc import Sequence

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ratings import Entry, RatingRow, entry_of, rating_of
from bot.storage.tables import journal, meanings, ratings


class AuditStore:
    """What is needed to prove that every rating is explained."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def members(self, after: int, limit: int) -> list[int]:
        """The next members, by id, of whom there is a rating or an entry in the journal."""
        known = union(select(ratings.c.member), select(journal.c.member)).subquery()
        rows = await self._connection.scalars(
            select(known.c.member).where(known.c.member > after).order_by(known.c.member).limit(limit)
        )
        return list(rows)

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
