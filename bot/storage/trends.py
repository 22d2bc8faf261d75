"""What a board shows of each member beside the place: what the rating rests on, and where it was before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ladder_tables import journal, ratings
from bot.storage.parts import in_parts
from bot.storage.ratings import RatingRow, rating_of


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where a member stood on a ladder at an earlier moment."""

    estimate: float
    evidence: float
    rating: int
    """As it was shown then."""
    begun: bool
    """Whether the member had any entry there by then; otherwise it is where the first one began."""


class Trends:
    """Looks a few members up on one ladder or two, each by its own key."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def rows(self, ladder: str, members: Iterable[int]) -> dict[int, RatingRow]:
        """The ratings of those of the members who have one on the ladder."""
        found: dict[int, RatingRow] = {}
        for some in in_parts(members):
            rows = await self._connection.execute(
                select(ratings).where(ratings.c.ladder == ladder, ratings.c.member.in_(some))
            )
            found |= {row.member: rating_of(row) for row in rows}
        return found

    async def earlier(
        self, ladders: Sequence[str], members: Iterable[int], at: datetime
    ) -> dict[tuple[int, str], Earlier]:
        """By member and ladder, where those with a journal there stood at that moment."""
        found: dict[tuple[int, str], Earlier] = {}
        for some in in_parts(members):
            for row in await self._connection.execute(earlier_query(ladders, some, at)):
                begun = row.at <= at
                found[row.member, row.ladder] = (
                    Earlier(row.estimate_after, row.evidence_after, row.rating_after, begun)
                    if begun
                    else Earlier(row.estimate_before, row.evidence_before, row.rating_before, begun)
                )
        return found


def earlier_query(ladders: Sequence[str], members: Sequence[int], at: datetime) -> Select[*tuple[Any, ...]]:
    """The last entry by that moment, or else the first, of each member's journal of each ladder.

    Each journal is walked backwards from its end, so that no more than what came since is read.
    """
    walked = journal.alias("walked")
    last = (
        select(walked.c.sequence)
        .where(walked.c.member == ratings.c.member, walked.c.ladder == ratings.c.ladder, walked.c.at <= at)
        .order_by(walked.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            journal.c.member,
            journal.c.ladder,
            journal.c.at,
            journal.c.estimate_before,
            journal.c.evidence_before,
            journal.c.rating_before,
            journal.c.estimate_after,
            journal.c.evidence_after,
            journal.c.rating_after,
        )
        .select_from(ratings)
        .join(
            journal,
            (journal.c.member == ratings.c.member)
            & (journal.c.ladder == ratings.c.ladder)
            & (journal.c.sequence == func.coalesce(last, 1)),
        )
        .where(ratings.c.member.in_(members), ratings.c.ladder.in_(ladders))
    )
