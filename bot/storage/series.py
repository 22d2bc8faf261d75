"""Series: lessons whose questions a channel answers together, one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.due import LOST, round_is_over, series_is_due
from bot.storage.ladder_tables import journal
from bot.storage.poll_tables import polls, series
from bot.storage.polls import Ballot
from bot.storage.tables import first_attempts

SeriesState = Literal["running", "stopped", "done"]


@dataclass(frozen=True, slots=True)
class Series:
    """A lesson that is checked together."""

    id: int
    guild: int
    home: int
    channel: int
    starter: int
    lesson: str
    lesson_title: str
    questions: Sequence[str]
    place: int
    seconds: int
    ballot: Ballot
    spoiler: bool
    peer: bool
    locale: str
    state: SeriesState
    opened_at: datetime
    next_at: datetime | None
    summed_up_at: datetime | None
    ended_at: datetime | None
    """Since when its summary is due."""


class SeriesStore:
    """Series by id; their questions are polls that name them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, **values: Any) -> int:
        """A new series' id; values are the table's columns."""
        result = await self._connection.execute(insert(series).values(**values))
        return cast("int", cast("Any", result.inserted_primary_key)[0])

    async def get(self, id: int) -> Series | None:
        """The series, or None."""
        row = (await self._connection.execute(select(series).where(series.c.series == id))).one_or_none()
        return Series(*row) if row is not None else None

    async def running_in(self, home: int) -> Series | None:
        """The series that runs in this channel, or in a thread of it that was made for it."""
        row = (
            await self._connection.execute(
                select(series).where(
                    or_(series.c.home == home, series.c.channel == home), series.c.state == "running"
                )
            )
        ).first()
        return Series(*row) if row is not None else None

    async def change(self, known: Series, **values: Any) -> Series | None:
        """The series with these columns changed; None if somebody else took a step since it was read."""
        row = (
            await self._connection.execute(
                update(series)
                .where(
                    series.c.series == known.id,
                    series.c.state == known.state,
                    series.c.place == known.place,
                    _same(series.c.next_at, known.next_at),
                    _same(series.c.summed_up_at, known.summed_up_at),
                )
                .values(**values)
                .returning(*series.c)
            )
        ).one_or_none()
        return Series(*row) if row is not None else None

    async def stop_in(self, guild: int, at: datetime) -> None:
        """Every series of the server is over, and nobody is there to be told so."""
        await self._connection.execute(
            update(series)
            .where(series.c.guild == guild, series.c.state == "running")
            .values(state="stopped", next_at=None, ended_at=at, summed_up_at=at)
        )

    async def due(self, now: datetime, limit: int) -> list[int]:
        """Ids of series for which something may be to do, oldest first."""
        rows = await self._connection.scalars(
            select(series.c.series).where(series_is_due(now)).order_by(series.c.series).limit(limit)
        )
        return list(rows)

    async def polls(self, id: int) -> list[int]:
        """Ids of the polls in which the series' questions were put, in that order."""
        rows = await self._connection.scalars(
            select(polls.c.poll).where(polls.c.series == id).order_by(polls.c.poll)
        )
        return list(rows)

    async def asked_again(self, poll: int) -> list[int]:
        """Ids of the polls that ask this one's question again in its peer round, but for those never posted."""
        again, first = polls.alias("again"), polls.alias("first")
        rows = await self._connection.scalars(
            select(again.c.poll)
            .join(first, (again.c.series == first.c.series) & (again.c.place == first.c.place))
            .where(first.c.poll == poll, again.c.earlier == poll, again.c.state != "withdrawn")
            .order_by(again.c.poll)
        )
        return list(rows)

    async def rounds_over(self, now: datetime, *, poll: int | None = None) -> list[int]:
        """Polls that are withheld without need any more; ``poll`` asks of that one.

        A round ends for good, so whoever finds it over is right from then on.
        """
        over = (
            select(polls.c.poll)
            .outerjoin(series, series.c.series == polls.c.series)
            .where(round_is_over(now - LOST))
            .order_by(polls.c.poll)
        )
        rows = await self._connection.scalars(over if poll is None else over.where(polls.c.poll == poll))
        return list(rows)

    async def climbs(self, sources: Iterable[str], ladder: str) -> dict[int, int]:
        """By member, the points by which first attempts made in these polls moved what the ladder shows."""
        rows = await self._connection.execute(
            select(
                journal.c.member, func.sum(journal.c.rating_after - journal.c.rating_before).label("points")
            )
            .join(
                first_attempts,
                (first_attempts.c.member == journal.c.member)
                & (first_attempts.c.question == journal.c.question)
                & (first_attempts.c.source == journal.c.source),
            )
            .where(first_attempts.c.source.in_(list(sources)), journal.c.ladder == ladder)
            .group_by(journal.c.member)
        )
        return {row.member: int(row.points) for row in rows}


def _same(column: ColumnElement[Any], moment: datetime | None) -> ColumnElement[bool]:
    return column.is_(None) if moment is None else column == moment
