"""Schedules, and what became of each hour at which one was due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Row, Select, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ladder_tables import histogram
from bot.storage.poll_tables import polls
from bot.storage.server_tables import scheduled_posts, schedules, servers

Kind = Literal["lesson", "question", "recap"]
Picking = Literal["mixed", "hardest"]
State = Literal["on", "paused", "removed"]
Reason = Literal["moderator", "gone", "forbidden"]
"""Why a schedule is paused: a moderator did it, its channel is gone, or refused a post."""
PostState = Literal["posting", "posted", "skipped", "missed", "failed", "empty", "unmatched"]

_FINE = 1
"""The width of the histogram's finest level, in points."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is posted in a channel at fixed hours."""

    id: int
    guild: int
    channel: int
    kind: Kind
    weekdays: int
    """Bits from Monday, 1, to Sunday, 64."""
    minute: int
    """Of the day on the server's clock."""
    categories: tuple[str, ...] | None
    """Slugs; None: all."""
    levels: tuple[str, ...] | None
    """Words of levels; None: all."""
    picking: Picking
    fresh_days: int
    """Nothing is asked that was revealed in the server in so many."""
    seconds: int
    """How long a question stays open."""
    mention: int | None
    """The role that is pinged; None: nobody."""
    state: State
    reason: Reason | None
    """Why it is paused."""
    lesson: str | None
    """The lesson of the running week."""
    lesson_on: datetime | None
    """When that lesson was due."""
    next_at: datetime | None
    """When it posts next; None: not until it is resumed."""
    created_at: datetime
    starter: int


@dataclass(frozen=True, slots=True)
class ScheduledPost:
    """What became of an hour at which a schedule was due."""

    id: int
    schedule: int
    due_at: datetime
    kind: Kind
    channel: int
    lesson: str | None
    question: str | None
    poll: int | None
    state: PostState
    message: int | None
    at: datetime
    """When its state was noted."""


class ScheduleStore:
    """Schedules of servers, and one row for each hour at which one was due."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, **values: Any) -> int:
        """A new schedule's id; values are the table's columns."""
        result = await self._connection.execute(insert(schedules).values(**values))
        return cast("int", cast("Any", result.inserted_primary_key)[0])

    async def get(self, schedule: int, *, lock: bool = False) -> Schedule | None:
        """The schedule, or None; locked, nobody else can change it before this unit ends."""
        statement = select(schedules).where(schedules.c.schedule == schedule)
        found = await self._schedules(statement.with_for_update() if lock else statement)
        return found[0] if found else None

    async def of(self, guild: int, *, lock: bool = False) -> list[Schedule]:
        """The server's schedules that were not removed, oldest first."""
        statement = (
            select(schedules)
            .where(schedules.c.guild == guild, schedules.c.state != "removed")
            .order_by(schedules.c.schedule)
        )
        return await self._schedules(statement.with_for_update() if lock else statement)

    async def due(self, now: datetime, limit: int) -> list[Schedule]:
        """Schedules whose hour has come, the longest overdue first, of servers that the bot is in."""
        away = exists().where(servers.c.guild == schedules.c.guild, servers.c.left_at.is_not(None))
        return await self._schedules(
            select(schedules)
            .where(schedules.c.state == "on", schedules.c.next_at <= now, ~away)
            .order_by(schedules.c.next_at, schedules.c.schedule)
            .limit(limit)
        )

    async def change(self, schedule: int, **values: Any) -> None:
        """Change these columns; the unit holds the schedule."""
        await self._connection.execute(
            update(schedules).where(schedules.c.schedule == schedule).values(**values)
        )

    async def note(self, **values: Any) -> ScheduledPost:
        """Put down what becomes of an hour; values are the table's columns."""
        row = await self._connection.execute(
            insert(scheduled_posts).values(**values).returning(*scheduled_posts.c)
        )
        return ScheduledPost(*row.one())

    async def post(self, post: int) -> ScheduledPost | None:
        """The row, or None."""
        found = await self._posts(select(scheduled_posts).where(scheduled_posts.c.post == post))
        return found[0] if found else None

    async def posts(self, wanted: Iterable[int], limit: int) -> dict[int, list[ScheduledPost]]:
        """What became of the last hours of each of these schedules, the latest first, so many of each."""
        found: dict[int, list[ScheduledPost]] = {}
        for schedule in wanted:
            found[schedule] = await self._posts(
                select(scheduled_posts)
                .where(scheduled_posts.c.schedule == schedule)
                .order_by(scheduled_posts.c.due_at.desc())
                .limit(limit)
            )
        return found

    async def at(self, schedule: int, due_at: datetime) -> ScheduledPost | None:
        """What became of this hour of the schedule; None if nothing did yet."""
        found = await self._posts(
            select(scheduled_posts).where(
                scheduled_posts.c.schedule == schedule, scheduled_posts.c.due_at == due_at
            )
        )
        return found[0] if found else None

    async def posting(self) -> list[ScheduledPost]:
        """What was about to be posted, and of which nothing was heard since."""
        return await self._posts(
            select(scheduled_posts)
            .where(scheduled_posts.c.state == "posting")
            .order_by(scheduled_posts.c.post)
        )

    async def settle(self, post: int, state: PostState, at: datetime, message: int | None = None) -> bool:
        """Note what became of a post; whether that was not known before."""
        result = await self._connection.execute(
            update(scheduled_posts)
            .where(scheduled_posts.c.post == post, scheduled_posts.c.state == "posting")
            .values(state=state, at=at, message=message)
        )
        return result.rowcount > 0

    async def forget(self, post: int) -> None:
        """It is as if nothing had been noted of the hour."""
        await self._connection.execute(delete(scheduled_posts).where(scheduled_posts.c.post == post))

    async def cut(self, before: datetime) -> int:
        """Delete what became of hours before then, but for lessons that were posted: those are not repeated; how many."""
        kept = (scheduled_posts.c.kind == "lesson") & (scheduled_posts.c.state == "posted")
        gone = await self._connection.execute(
            delete(scheduled_posts).where(
                scheduled_posts.c.due_at < before, scheduled_posts.c.state != "posting", ~kept
            )
        )
        return gone.rowcount

    async def lessons_posted(self, guild: int) -> dict[str, datetime]:
        """When each lesson was last posted in the server by one of its schedules."""
        rows = await self._connection.execute(
            select(scheduled_posts.c.lesson, func.max(scheduled_posts.c.due_at).label("posted_at"))
            .join(schedules, schedules.c.schedule == scheduled_posts.c.schedule)
            .where(
                schedules.c.guild == guild,
                scheduled_posts.c.kind == "lesson",
                scheduled_posts.c.state.in_(["posting", "posted"]),
            )
            .group_by(scheduled_posts.c.lesson)
        )
        return {row.lesson: row.posted_at for row in rows}

    async def revealed(self, guild: int) -> dict[str, datetime]:
        """When the answer to each question was last shown in the server; those never shown are left out."""
        rows = await self._connection.execute(
            select(polls.c.question, func.max(polls.c.closed_at).label("revealed_at"))
            .where(polls.c.guild == guild, polls.c.state == "closed")
            .group_by(polls.c.question)
        )
        return {row.question: row.revealed_at for row in rows}

    async def last_result(self, schedule: int, before: datetime, since: datetime) -> int | None:
        """The last poll of the schedule that was closed by then, and after ``since``."""
        return await self._connection.scalar(
            select(polls.c.poll)
            .where(
                polls.c.schedule == schedule,
                polls.c.state == "closed",
                polls.c.closed_at <= before,
                polls.c.closed_at > since,
            )
            .order_by(polls.c.opened_at.desc())
            .limit(1)
        )

    async def level(self, ladder: str) -> int | None:
        """The mean rating of whoever stands on a ladder; None where nobody does."""
        row = (
            await self._connection.execute(
                select(
                    func.sum(histogram.c.members).label("members"),
                    func.sum(histogram.c.members * histogram.c.bucket).label("points"),
                ).where(histogram.c.ladder == ladder, histogram.c.width == _FINE)
            )
        ).one()
        return round(row.points / row.members) if row.members else None

    async def _schedules(self, statement: Select[Any]) -> list[Schedule]:
        return [_schedule(row) for row in await self._connection.execute(statement)]

    async def _posts(self, statement: Select[Any]) -> list[ScheduledPost]:
        return [ScheduledPost(*row) for row in await self._connection.execute(statement)]


def _schedule(row: Row[Any]) -> Schedule:
    found = Schedule(*row)
    return replace(found, categories=_several(row.categories), levels=_several(row.levels))


def _several(words: Sequence[str] | None) -> tuple[str, ...] | None:
    return tuple(words) if words is not None else None
