"""Reports: questions that members find wrong, and what was decided about them."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import reports
from bot.storage.upserts import upsert

Decision = Literal["open", "dismissed", "voided"]


@dataclass(frozen=True, slots=True)
class Report:
    """One person's report of one question."""

    member: int
    question: str
    meaning: str
    """As it was asked then."""
    guild: int | None
    reason: str
    reported_at: datetime
    state: Decision
    decided_at: datetime | None
    decided_by: int | None


_READ = [reports.c[field.name] for field in fields(Report)]


class ReportStore:
    """One report for a person and question."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, *, member: int, question: str, meaning: str, guild: int | None, reason: str, at: datetime
    ) -> bool:
        """Note a report; false if the member has reported the question before."""
        added = await self._connection.execute(
            upsert(self._connection, reports)
            .values(
                member=member,
                question=question,
                meaning=meaning,
                guild=guild,
                reason=reason,
                reported_at=at,
                state="open",
            )
            .on_conflict_do_nothing()
        )
        return added.rowcount == 1

    async def decided(self, member: int, question: str) -> Decision:
        """What became of the report that the member has made of the question."""
        found = await self._connection.scalar(
            select(reports.c.state).where(reports.c.member == member, reports.c.question == question)
        )
        return found or "open"

    async def of_guild(self, guild: int) -> list[Report]:
        """Reports from the server that wait for a decision, the oldest first."""
        rows = await self._connection.execute(
            select(*_READ)
            .where(reports.c.guild == guild, reports.c.state == "open")
            .order_by(reports.c.reported_at, reports.c.member)
        )
        return [Report(*row) for row in rows]

    async def all(self) -> list[Report]:
        """Every report, whatever was decided, the oldest first."""
        rows = await self._connection.execute(
            select(*_READ).order_by(reports.c.reported_at, reports.c.member)
        )
        return [Report(*row) for row in rows]

    async def decide(self, guild: int, question: str, decision: Decision, *, by: int, at: datetime) -> int:
        """Settle the server's open reports of the question; how many there were."""
        changed = await self._connection.execute(
            update(reports)
            .where(reports.c.guild == guild, reports.c.question == question, reports.c.state == "open")
            .values(state=decision, decided_at=at, decided_by=by)
        )
        return changed.rowcount
