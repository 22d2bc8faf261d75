"""Everything that is kept about one server, over whatever tables there are: to delete it, some rows at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, case, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import metadata
from bot.storage.experience import ExperienceStore
from bot.storage.ladder_tables import activity, histogram, journal, places, ratings
from bot.storage.poll_tables import poll_answers, poll_events, polls, series
from bot.storage.ratings import RatingStore
from bot.storage.server_tables import honours, scheduled_posts, schedules, seasons, servers
from bot.storage.standings import StandingsStore
from bot.storage.tables import (
    duels,
    first_attempts,
    meanings,
    quiz_questions,
    quizzes,
    reading,
    reports,
    reviews,
    sightings,
)
from bot.storage.upserts import upsert
from ladder.standings import Ladder

_NOWHERE = 0
"""The server of a poll whose own is not known any more."""

_UNKNOWN = "-"
"""The question, and the meaning, of a poll that asked what its server had written itself."""

_OF_SERVERS = [table for table in metadata.sorted_tables if "guild" in table.c]
OF_MEMBERS = [
    table
    for table in _OF_SERVERS
    if "member" in table.c and table.c.member.info.get("person") == "own" and not table.c.member.nullable
]
"""Tables with rows of members in servers, which are found by the member."""

KEPT_WITHOUT = {table.name for table in (journal, quizzes, reports, reviews)}
"""Of these the server alone is taken off: what is left is the member's own, as if it had been in no server.

A report of a question of the library goes on being read by whoever writes that; of the server's own ones nothing is left.
"""

_BY_THEMSELVES = {table.name for table in (*OF_MEMBERS, polls, series, servers)}
"""Tables of servers whose rows are not simply deleted."""


class Purging:
    """Goes by which tables name a server, so that a new one cannot be forgotten.

    Polls and lessons checked together stay as numbers without a place, because journals and old messages go on
    naming them and SQLite would give the number to another.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def members(self, guild: int, limit: int) -> list[int]:
        """Some of those who were seen in the server."""
        rows = await self._connection.scalars(
            select(sightings.c.member)
            .where(sightings.c.guild == guild)
            .order_by(sightings.c.member)
            .limit(limit)
        )
        return list(rows)

    async def stragglers(self, guild: int, limit: int) -> list[int]:
        """Some of those of whom there is anything about the server though nobody saw them; it reads whole tables."""
        wanted = [select(table.c.member).where(table.c.guild == guild) for table in OF_MEMBERS]
        wanted += [select(table.c.member).where(_on_ladder(table, guild)) for table in (ratings, journal)]
        wanted += [
            select(table.c.member).where(table.c.question.startswith(_owner(guild)))
            for table in (first_attempts, reviews)
        ]
        wanted += [
            select(table.c.member).where(table.c.lesson.startswith(_slugs(guild)))
            for table in (quizzes, reading)
        ]
        found: set[int] = set()
        for statement in wanted:
            found.update(await self._connection.scalars(statement.distinct().limit(limit)))
        return sorted(found)[:limit]

    async def take_members(self, guild: int, members: Sequence[int]) -> None:
        """Delete what these members have in the server, and take its id off what stays theirs."""
        own = list(members)
        held = await RatingStore(self._connection).hold(own)
        there = [row for row in held if row.listed and Ladder.parse(row.ladder).guild_id == guild]
        earned = await ExperienceStore(self._connection).of(own)
        await StandingsStore(self._connection).move(
            left=sorted(
                [row.spot for row in there]
                + [row.spot for row in earned if row.listed and row.guild == guild]
            ),
            taken=(),
        )
        for table in (ratings, journal):
            await self._connection.execute(
                delete(table).where(table.c.member.in_(own), _on_ladder(table, guild))
            )
        await self._take_own_content(guild, own)
        for table in OF_MEMBERS:
            here = (table.c.member.in_(own), table.c.guild == guild)
            if table.name in KEPT_WITHOUT:
                await self._connection.execute(update(table).where(*here).values(guild=None))
            else:
                await self._connection.execute(delete(table).where(*here))
        await self._correct_activity(own)

    async def _take_own_content(self, guild: int, members: Sequence[int]) -> None:
        """Delete what these members answered and read of the lessons that the server had written."""
        for table in (first_attempts, reports, reviews):
            await self._connection.execute(
                delete(table).where(table.c.member.in_(members), table.c.question.startswith(_owner(guild)))
            )
        mine = select(quizzes.c.quiz).where(
            quizzes.c.member.in_(members), quizzes.c.lesson.startswith(_slugs(guild))
        )
        gone = list(await self._connection.scalars(mine))
        await self._connection.execute(delete(quiz_questions).where(quiz_questions.c.quiz.in_(gone)))
        await self._connection.execute(delete(quizzes).where(quizzes.c.quiz.in_(gone)))
        await self._connection.execute(
            delete(reading).where(reading.c.member.in_(members), reading.c.lesson.startswith(_slugs(guild)))
        )

    async def _correct_activity(self, members: Sequence[int]) -> None:
        """Let the last answer that counted be the last one of what is left."""
        last = (
            select(func.max(journal.c.at))
            .where(journal.c.member == activity.c.member, journal.c.kind.in_(["answer", "review"]))
            .scalar_subquery()
        )
        answered = exists().where(
            journal.c.member == activity.c.member, journal.c.kind.in_(["answer", "review"])
        )
        own = activity.c.member.in_(members)
        await self._connection.execute(delete(activity).where(own, ~answered))
        await self._connection.execute(
            update(activity).where(own, activity.c.answered_at != last).values(answered_at=last)
        )

    async def take_rows(self, guild: int, limit: int) -> bool:
        """Delete so many rows of what the server has itself; false if nothing is left."""
        left = limit
        for table in reversed(_OF_SERVERS):
            while table.name not in _BY_THEMSELVES and left > 0:
                taken = await self._take_some(table, guild, left)
                if not taken:
                    break
                left -= taken
        while left > 0 and (taken := await self._take_polls(guild, left)):
            left -= taken
        if left <= 0:
            return True
        for statement in (
            update(series)
            .where(series.c.guild == guild)
            .values(
                guild=_NOWHERE,
                home=_NOWHERE,
                channel=_NOWHERE,
                starter=_NOWHERE,
                lesson=_UNKNOWN,
                lesson_title=_UNKNOWN,
                questions=[],
                state="done",
                next_at=None,
                summed_up_at=func.coalesce(series.c.summed_up_at, series.c.opened_at),
            ),
            delete(meanings).where(meanings.c.question.startswith(_owner(guild))),
            delete(places).where(_on_ladder(places, guild)),
            delete(histogram).where(_on_ladder(histogram, guild)),
        ):
            await self._connection.execute(statement)
        return False

    async def _take_some(self, table: Table, guild: int, limit: int) -> int:
        """Delete some rows of the table that are the server's, and all that belongs to them; how many."""
        key = list(table.primary_key)
        rows = (await self._connection.execute(select(*key).where(table.c.guild == guild).limit(limit))).all()
        if not rows:
            return 0
        ids = [row[0] for row in rows]
        if table is schedules and (posts := await self._take_posts(ids, limit)):
            return posts
        if table is seasons:
            await self._connection.execute(delete(honours).where(honours.c.season.in_(ids)))
        if table is duels:
            await self._connection.execute(update(quizzes).where(quizzes.c.duel.in_(ids)).values(duel=None))
        await self._connection.execute(delete(table).where(tuple_(*key).in_([tuple(row) for row in rows])))
        return len(rows)

    async def _take_posts(self, of_schedules: Iterable[int], limit: int) -> int:
        some = select(scheduled_posts.c.post).where(scheduled_posts.c.schedule.in_(of_schedules)).limit(limit)
        gone = await self._connection.execute(delete(scheduled_posts).where(scheduled_posts.c.post.in_(some)))
        return gone.rowcount

    async def _take_polls(self, guild: int, limit: int) -> int:
        """Leave of some polls what was asked and answered, of those about the server's own lessons nothing; of how many."""
        rows = (
            await self._connection.execute(
                select(polls.c.poll, polls.c.question, polls.c.opened_at)
                .where(polls.c.guild == guild)
                .limit(limit)
            )
        ).all()
        if not rows:
            return 0
        ids = [row.poll for row in rows]
        own = [row.poll for row in rows if row.question.startswith(_owner(guild))]
        await self._connection.execute(delete(poll_events).where(poll_events.c.poll.in_(ids)))
        await self._connection.execute(
            update(polls)
            .where(polls.c.poll.in_(ids))
            .values(
                guild=_NOWHERE,
                channel=_NOWHERE,
                message=None,
                starter=_NOWHERE,
                closed_by=None,
                schedule=None,
                mention=None,
                state=case((polls.c.state == "posting", "withdrawn"), else_=polls.c.state),
                announced_at=func.coalesce(polls.c.announced_at, polls.c.closes_at),
                delivered_at=func.coalesce(polls.c.delivered_at, polls.c.closes_at),
            )
        )
        if own:
            await self._keep_unknown()
            await self._connection.execute(delete(poll_answers).where(poll_answers.c.poll.in_(own)))
            await self._connection.execute(
                update(polls)
                .where(polls.c.poll.in_(own))
                .values(question=_UNKNOWN, meaning=_UNKNOWN, state="withdrawn")
            )
        return len(rows)

    async def _keep_unknown(self) -> None:
        """What polls mean whose question is deleted."""
        await self._connection.execute(
            upsert(self._connection, meanings)
            .values(
                meaning=_UNKNOWN,
                question=_UNKNOWN,
                stem="",
                options=[],
                key=0,
                explanation="",
                feedback=[],
                repairs=[],
                lesson=_UNKNOWN,
                lesson_title=_UNKNOWN,
                category=_UNKNOWN,
            )
            .on_conflict_do_nothing()
        )

    async def forget(self, guild: int, since: datetime) -> bool:
        """Delete the server itself, which the bot is gone from since then or longer; false if it is not."""
        gone = await self._connection.execute(
            delete(servers).where(servers.c.guild == guild, servers.c.left_at <= since)
        )
        return gone.rowcount == 1


def _owner(guild: int) -> str:
    """How the identities of the questions begin that the server has written."""
    return f"{guild}:"


def _slugs(guild: int) -> str:
    """How the slugs of its lessons begin."""
    return f"{guild}-"


def _on_ladder(table: Table, guild: int) -> ColumnElement[bool]:
    """Rows on the ladder of the server, on those of its seasons, and on its boards of XP."""
    return or_(
        table.c.ladder == Ladder.server(guild).key,
        table.c.ladder.startswith(f"season:{guild}:"),
        table.c.ladder.startswith(f"xp:{guild}:"),
    )
