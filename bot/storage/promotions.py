"""Titles that were earned by answers in servers, until they are announced there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.server_tables import choices
from bot.storage.tables import promotions
from bot.storage.upserts import upsert
from ladder.tiers import Tier


@dataclass(frozen=True, slots=True)
class Promotion:
    """A title that a member came to hold by an answer in a server, for the first time there."""

    member: int
    guild: int
    tier: Tier
    earned_at: datetime


class PromotionStore:
    """One row for a member, server and title."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, earned: Iterable[Promotion]) -> None:
        """Note titles that were earned; one that was earned there before stays as it is."""
        rows = [
            {"member": one.member, "guild": one.guild, "tier": one.tier.floor, "earned_at": one.earned_at}
            for one in earned
        ]
        if rows:
            await self._connection.execute(
                upsert(self._connection, promotions).on_conflict_do_nothing(), rows
            )

    async def untold(self, since: datetime, limit: int) -> list[tuple[Promotion, int]]:
        """What is still to be announced, the oldest first, each with the channel that its server chose for it."""
        rows = await self._connection.execute(
            select(
                promotions.c.member,
                promotions.c.guild,
                promotions.c.tier,
                promotions.c.earned_at,
                choices.c.value,
            )
            .join(choices, choices.c.guild == promotions.c.guild)
            .where(
                promotions.c.told_at.is_(None),
                promotions.c.earned_at >= since,
                choices.c.setting == "titles_channel",
            )
            .order_by(promotions.c.earned_at, promotions.c.member)
            .limit(limit)
        )
        return [(Promotion(row.member, row.guild, Tier(row.tier), row.earned_at), row.value) for row in rows]

    async def told(self, one: Promotion, at: datetime) -> None:
        """It was announced, or is not going to be."""
        await self._connection.execute(
            update(promotions)
            .where(
                promotions.c.member == one.member,
                promotions.c.guild == one.guild,
                promotions.c.tier == one.tier.floor,
            )
            .values(told_at=at)
        )

    async def let_go(self, guild: int) -> None:
        """Forget what was earned in the server and not announced."""
        await self._connection.execute(
            delete(promotions).where(promotions.c.guild == guild, promotions.c.told_at.is_(None))
        )
