"""What is told of results later: to each voter once, and to a poll's channel once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, String, and_, cast, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import Moment
from bot.storage.ladder_tables import journal
from bot.storage.parts import in_parts
from bot.storage.poll_tables import news, poll_answers, polls
from bot.storage.upserts import upsert
from ladder.review import FIRST_ATTEMPT
from ladder.standings import Ladder


class Untold(NamedTuple):
    """What one closed poll did to the ratings of a member who was not told of it yet."""

    member: int
    source: str
    world: int | None
    """Rating points in the world; None if it rated nothing there."""
    server: int | None
    """The same on the ladder of the poll's server."""
    closed_at: datetime
    told_at: datetime | None
    """Until when the member was told of results; None if never."""


class Gain(NamedTuple):
    """Rating points that a member gained by one poll."""

    member: int
    points: int


class NewsStore:
    """Results as they are told, found through the voters and never by a search of the journal."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def untold(self, members: Iterable[int], since: datetime) -> list[Untold]:
        """What polls did to the members' ratings in the world and in the poll's server, and is still news to them.

        For a member who was never told anything that is what closed after ``since``.
        """
        found: list[Untold] = []
        for some in in_parts(members):
            statement = (
                select(
                    poll_answers.c.member,
                    _SOURCE,
                    _points(_world),
                    _points(_local),
                    polls.c.closed_at,
                    news.c.told_at,
                )
                .select_from(poll_answers)
                # In this order SQLite goes through the members' own polls and skips those told of at once.
                .outerjoin(news, news.c.member == poll_answers.c.member)
                .join(polls, polls.c.poll == poll_answers.c.poll)
                .outerjoin(_world, _rated_by(_world, literal(Ladder.world().key)))
                .outerjoin(_local, _rated_by(_local, literal("server:") + cast(polls.c.guild, String)))
                .where(
                    poll_answers.c.member.in_(some),
                    # What a channel is not shown yet, such as a split question's result, is told nobody.
                    polls.c.delivered_at.is_not(None),
                    polls.c.closed_at > func.coalesce(news.c.told_at, literal(since, Moment)),
                    or_(_world.c.member.is_not(None), _local.c.member.is_not(None)),
                )
            )
            found += [Untold(*row) for row in await self._connection.execute(statement)]
        return found

    async def tell(self, told: Iterable[Untold]) -> frozenset[int]:
        """Note that this was told; those of its members whom nobody else has told meanwhile."""
        until: dict[int, datetime] = {}
        known: dict[int, datetime | None] = {}
        for one in told:
            until[one.member] = max(one.closed_at, until.get(one.member, one.closed_at))
            known[one.member] = one.told_at
        # Voters of the same polls are told alike, so many members make few groups.
        groups: dict[tuple[datetime | None, datetime], list[int]] = {}
        for member in sorted(until):
            groups.setdefault((known[member], until[member]), []).append(member)
        won: set[int] = set()
        for (before, now), members in groups.items():
            if before is None:
                statement: Any = (
                    upsert(self._connection, news)
                    .values([{"member": member, "told_at": now} for member in members])
                    .on_conflict_do_nothing()
                )
            else:
                statement = (
                    update(news)
                    .where(news.c.member.in_(members), news.c.told_at == before)
                    .values(told_at=now)
                )
            won.update(await self._connection.scalars(statement.returning(news.c.member)))
        return frozenset(won)

    async def gains(self, poll: int, guild: int, limit: int, offset: int = 0) -> list[Gain]:
        """Who gained by a poll on its server's ladder, the greatest gain first, then whoever answered first."""
        gain = _points(_local)
        rows = await self._connection.execute(
            select(poll_answers.c.member, gain)
            .select_from(poll_answers)
            .join(polls, polls.c.poll == poll_answers.c.poll)
            .join(_local, _rated_by(_local, literal(Ladder.server(guild).key)))
            .where(poll_answers.c.poll == poll, gain > 0)
            .order_by(gain.desc(), poll_answers.c.answered_at, poll_answers.c.member)
            .limit(limit)
            .offset(offset)
        )
        return [Gain(*row) for row in rows]

    async def unannounced(self, since: datetime, limit: int) -> list[int]:
        """Polls that were due after ``since``, whose result their channel shows, and of which no reply told yet."""
        rows = await self._connection.scalars(
            select(polls.c.poll)
            .where(
                polls.c.state == "closed",
                polls.c.closes_at > since,
                polls.c.announced_at.is_(None),
                polls.c.delivered_at.is_not(None),
            )
            .order_by(polls.c.closes_at)
            .limit(limit)
        )
        return list(rows)

    async def announced(self, announced: Sequence[int], at: datetime) -> None:
        """Note that these results were announced, or need not be."""
        await self._connection.execute(
            update(polls)
            .where(polls.c.poll.in_(announced), polls.c.announced_at.is_(None))
            .values(announced_at=at)
        )


_world, _local = journal.alias("world"), journal.alias("local")
_SOURCE = literal("poll:") + cast(polls.c.poll, String)


def _points(entry: FromClause) -> ColumnElement[int]:
    return entry.c.rating_after - entry.c.rating_before


def _rated_by(entry: FromClause, ladder: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the entry is what the poll did on the ladder, by the key under which the journal is unique."""
    return and_(
        entry.c.member == poll_answers.c.member,
        entry.c.ladder == ladder,
        entry.c.question == polls.c.question,
        entry.c.step == FIRST_ATTEMPT,
        entry.c.kind == "answer",
        entry.c.source == _SOURCE,
    )
