"""What a week was like in a server: who climbed, who earned a title, and how its polls were answered."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ladder_tables import journal, places
from bot.storage.poll_tables import poll_answers, polls
from bot.storage.tables import meanings, promotions
from ladder.standings import Ladder
from ladder.tiers import Tier


class Mover(NamedTuple):
    """A member of the server's ladder, and the rating points gained on it."""

    member: int
    points: int


class Risen(NamedTuple):
    """A member of the server's ladder who has earned a title by an answer in the server."""

    member: int
    tier: Tier


class Answered(NamedTuple):
    """How a poll was answered."""

    poll: int
    answers: int
    right: int


class RecapStore:
    """The week's figures, each by one query over whoever stands on the server's ladder, or over its polls."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def movers(self, guild: int, since: datetime, until: datetime, limit: int) -> list[Mover]:
        """Who has gained most on the server's ladder by answers of that time, the greatest gain first."""
        gained = func.sum(journal.c.rating_after - journal.c.rating_before)
        # The places know who stands on the ladder, and the journal is kept by member.
        rows = await self._connection.execute(
            select(journal.c.member, gained)
            .select_from(places)
            .join(journal, (journal.c.member == places.c.member) & (journal.c.ladder == places.c.ladder))
            .where(
                places.c.ladder == Ladder.server(guild).key,
                journal.c.kind.in_(["answer", "review"]),
                journal.c.at >= since,
                journal.c.at < until,
            )
            .group_by(journal.c.member)
            .having(gained > 0)
            .order_by(gained.desc(), journal.c.member)
            .limit(limit)
        )
        return [Mover(member, int(points)) for member, points in rows]

    async def risen(self, guild: int, since: datetime, until: datetime, limit: int) -> list[Risen]:
        """Who has earned a title in that time, the highest of each, the highest first."""
        highest = func.max(promotions.c.tier)
        rows = await self._connection.execute(
            select(promotions.c.member, highest)
            .select_from(places)
            .join(promotions, (promotions.c.member == places.c.member) & (promotions.c.guild == guild))
            .where(
                places.c.ladder == Ladder.server(guild).key,
                promotions.c.earned_at >= since,
                promotions.c.earned_at < until,
            )
            .group_by(promotions.c.member)
            .order_by(highest.desc(), promotions.c.member)
            .limit(limit)
        )
        return [Risen(member, Tier(tier)) for member, tier in rows]

    async def answered(self, guild: int, since: datetime, until: datetime) -> list[Answered]:
        """The polls of that time whose result everybody was shown openly, and how they were answered."""
        right = func.count(case((poll_answers.c.option == meanings.c.key, 1)))
        rows = await self._connection.execute(
            select(polls.c.poll, func.count(poll_answers.c.member), right)
            .join(meanings, meanings.c.meaning == polls.c.meaning)
            .join(poll_answers, poll_answers.c.poll == polls.c.poll)
            .where(
                polls.c.guild == guild,
                polls.c.state == "closed",
                polls.c.closed_at >= since,
                polls.c.closed_at < until,
                polls.c.delivered_at.is_not(None),
                polls.c.message.is_not(None),
                polls.c.spoiler.is_(False),
            )
            .group_by(polls.c.poll)
            .order_by(polls.c.poll)
        )
        return [Answered(*row) for row in rows]

    async def answers(self, guild: int, since: datetime, until: datetime) -> int:
        """How many members have answered polls that closed in that time."""
        counted = await self._connection.scalar(
            select(func.count(poll_answers.c.member.distinct()))
            .join(polls, polls.c.poll == poll_answers.c.poll)
            .where(
                polls.c.guild == guild,
                polls.c.state == "closed",
                polls.c.closed_at >= since,
                polls.c.closed_at < until,
            )
        )
        return counted or 0
