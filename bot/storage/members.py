"""What members have chosen for themselves, and on which days they were at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.poll_tables import poll_answers
from bot.storage.tables import members, quiz_questions, quizzes, reviews
from bot.storage.upserts import upsert

Stopped = Literal["ignored", "blocked"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What one member has chosen; the defaults for whoever has not."""

    member: int
    zone: str | None = None
    """An IANA time zone; None: UTC."""
    reminder_hour: int | None = None
    """0 to 23, of the day there; None: no reminders."""
    reminder_due_at: datetime | None = None
    ignored_since: datetime | None = None
    """The first reminder since the last answer."""
    stopped: Stopped | None = None
    """Why reminders ended by themselves."""
    refuses_duels: bool = False
    locale: str | None = None
    """The language of reminders; None: the first."""


class MemberStore:
    """The choices of members; a row is there only for those who made one."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, wanted: Iterable[int]) -> dict[int, Choices]:
        """The choices of these members, of each at least the defaults."""
        asked = list(wanted)
        rows = await self._connection.execute(select(members).where(members.c.member.in_(asked)))
        return {member: Choices(member) for member in asked} | {row.member: Choices(*row) for row in rows}

    async def choose(self, member: int, **chosen: Any) -> None:
        """Note what the member chose, by column; the rest stays as it is."""
        await self._connection.execute(
            upsert(self._connection, members)
            .values(member=member, **chosen)
            .on_conflict_do_update(index_elements=["member"], set_=chosen)
        )

    async def to_remind(self, now: datetime, limit: int) -> list[Choices]:
        """Whose reminder is due, the longest due first."""
        rows = await self._connection.execute(
            select(members)
            .where(members.c.reminder_due_at <= now)
            .order_by(members.c.reminder_due_at)
            .limit(limit)
        )
        return [Choices(*row) for row in rows]

    async def postpone(self, one: Choices, **chosen: Any) -> bool:
        """Set when to look next, among others; false if another process or the member was there first."""
        changed = await self._connection.execute(
            update(members)
            .where(members.c.member == one.member, members.c.reminder_due_at == one.reminder_due_at)
            .values(chosen)
        )
        return changed.rowcount == 1

    async def stop(self, member: int, why: Stopped | None) -> None:
        """End the member's reminders; nothing is noted of somebody whose data was deleted meanwhile.

        When to look next stays until then: it tells whether this day's reminder may have been sent.
        """
        await self._connection.execute(
            update(members).where(members.c.member == member).values(reminder_hour=None, stopped=why)
        )

    async def answered(self, member: int, since: datetime) -> list[datetime]:
        """When the member answered anything, in polls, quizzes and reviews, rated or not."""
        rows = await self._connection.scalars(
            union_all(
                select(poll_answers.c.answered_at).where(
                    poll_answers.c.member == member, poll_answers.c.answered_at >= since
                ),
                select(quiz_questions.c.answered_at)
                .join(quizzes, quizzes.c.quiz == quiz_questions.c.quiz)
                .where(
                    quizzes.c.member == member,
                    quiz_questions.c.option >= 0,
                    quiz_questions.c.answered_at >= since,
                ),
                select(reviews.c.answered_at).where(
                    reviews.c.member == member, reviews.c.answered_at >= since
                ),
            )
        )
        return list(rows)

    async def last_answer(self, member: int) -> datetime | None:
        """When the member last answered anything."""
        found = [
            await self._connection.scalar(statement)
            for statement in (
                select(func.max(poll_answers.c.answered_at)).where(poll_answers.c.member == member),
                select(func.max(quiz_questions.c.answered_at))
                .join(quizzes, quizzes.c.quiz == quiz_questions.c.quiz)
                .where(quizzes.c.member == member, quiz_questions.c.option >= 0),
                select(func.max(reviews.c.answered_at)).where(reviews.c.member == member),
            )
        ]
        return max((moment for moment in found if moment is not None), default=None)
