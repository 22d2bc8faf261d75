"""Reviews: when which question comes up again for whom, and what was answered then."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Subquery, and_, exists, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ladder_tables import journal
from bot.storage.parts import in_parts
from bot.storage.tables import reviews
from ladder.review import STEPS
from ladder.standings import Ladder
from lessons.model import CURATED

_FIRST_STEP = STEPS[0]
_AFTER_FIRST = timedelta(days=_FIRST_STEP)
"""Nothing is written for a first attempt: when it is due again follows from the journal."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The next review of a question that a member has answered."""

    question: str
    meaning: str
    """As it was answered first."""
    number: int
    """Which review it will be, from 1."""
    step: int
    """2, 7, 21, 60 or 180 days."""
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One answer to a review that was due."""

    member: int
    question: str
    number: int
    meaning: str
    step: int
    option: int
    """As authored."""
    correct: bool
    answered_at: datetime
    guild: int | None
    next_step: int
    due_at: datetime
    """When that step is due."""


class ReviewStore:
    """What comes up for review; answers are only ever added."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def schedule(self, member: int) -> list[Upcoming]:
        """The next review of every question that the member has answered, what was answered longest ago first."""
        firsts, last = _firsts(member), _last(member)
        rows = await self._connection.execute(
            _upcoming(firsts, last).order_by(
                func.coalesce(last.c.answered_at, firsts.c.at), firsts.c.question
            )
        )
        return [_of(row) for row in rows]

    async def upcoming(self, member: int, question: str) -> Upcoming | None:
        """The next review of a question; None for one that the member has not answered."""
        firsts, last = _firsts(member), _last(member)
        rows = await self._connection.execute(_upcoming(firsts, last).where(firsts.c.question == question))
        row = rows.first()
        return _of(row) if row is not None else None

    async def last(self, member: int) -> Reviewed | None:
        """The member's last answer to any review."""
        rows = await self._connection.execute(
            select(reviews)
            .where(reviews.c.member == member)
            .order_by(reviews.c.answered_at.desc(), reviews.c.number.desc())
            .limit(1)
        )
        row = rows.first()
        return Reviewed(*row) if row is not None else None

    async def of(self, member: int, question: str, number: int) -> Reviewed | None:
        """The member's answer to that review of the question."""
        rows = await self._connection.execute(
            select(reviews).where(
                reviews.c.member == member, reviews.c.question == question, reviews.c.number == number
            )
        )
        row = rows.first()
        return Reviewed(*row) if row is not None else None

    async def rated_steps(self, member: int, question: str) -> frozenset[int]:
        """The steps at which the member was rated for the question again."""
        rows = await self._connection.scalars(
            select(journal.c.step).where(
                journal.c.member == member, journal.c.question == question, journal.c.kind == "review"
            )
        )
        return frozenset(rows)

    async def add(self, answer: Reviewed) -> None:
        """Note an answer."""
        await self._connection.execute(insert(reviews).values(asdict(answer)))

    async def correct(self, members: Iterable[int]) -> list[tuple[int, str, int | None, datetime]]:
        """Who was right about which question, in which server and when, of all reviews of the members."""
        found: list[tuple[int, str, int | None, datetime]] = []
        for some in in_parts(members):
            rows = await self._connection.execute(
                select(reviews.c.member, reviews.c.question, reviews.c.guild, reviews.c.answered_at).where(
                    reviews.c.member.in_(some), reviews.c.correct
                )
            )
            found += [(row.member, row.question, row.guild, row.answered_at) for row in rows]
        return found


def _firsts(member: int) -> Subquery:
    """The member's rated first attempts, without those that were voided."""
    # A server's own question has rated that server's ladder alone.
    at_home = or_(
        journal.c.ladder == Ladder.world().key,
        and_(~journal.c.question.startswith(f"{CURATED}:"), journal.c.ladder.startswith("server:")),
    )
    gone = journal.alias()
    voided = exists().where(
        gone.c.member == journal.c.member,
        gone.c.ladder == journal.c.ladder,
        gone.c.question == journal.c.question,
        gone.c.step == journal.c.step,  # with it the unique index is used in full
        gone.c.kind == "void",
    )
    return (
        select(journal.c.question, journal.c.meaning, journal.c.at)
        .where(journal.c.member == member, journal.c.kind == "answer", at_home, ~voided)
        .subquery("firsts")
    )


def _last(member: int) -> Subquery:
    """The member's last review of each question that has one."""
    later = reviews.alias()
    followed = exists().where(
        later.c.member == reviews.c.member,
        later.c.question == reviews.c.question,
        later.c.number > reviews.c.number,
    )
    return select(reviews).where(reviews.c.member == member, ~followed).subquery("last")


def _upcoming(firsts: Subquery, last: Subquery) -> Any:
    return select(
        firsts.c.question,
        firsts.c.meaning,
        firsts.c.at,
        last.c.number,
        last.c.next_step,
        last.c.due_at,
    ).select_from(firsts.outerjoin(last, last.c.question == firsts.c.question))


def _of(row: Row[Any]) -> Upcoming:
    if row.due_at is None:
        return Upcoming(row.question, row.meaning, 1, _FIRST_STEP, row.at + _AFTER_FIRST)
    return Upcoming(row.question, row.meaning, row.number + 1, row.next_step, row.due_at)
