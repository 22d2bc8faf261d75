"""Reports: questions that members find wrong, and what was decided about them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.parts import in_parts
from bot.storage.tables import reports
from bot.storage.upserts import upsert

Decision = Literal["open", "dismissed", "voided", "mended"]


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
    tells: bool = False
    """Whether the person is to hear what is decided."""


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

    async def decide(
        self, guild: int, question: str, decision: Decision, *, by: int, at: datetime
    ) -> list[bool]:
        """Settle the server's open reports of the question; of each whether the person is to hear of it."""
        changed = await self._connection.execute(
            update(reports)
            .where(reports.c.guild == guild, reports.c.question == question, reports.c.state == "open")
            .values(state=decision, decided_at=at, decided_by=by)
            .returning(reports.c.tells)
        )
        return list(changed.scalars())

    async def reopen(self, guild: int, question: str, *, decided_at: datetime) -> int:
        """Let what was decided at that moment about the server's reports be undecided; how many there are."""
        changed = await self._connection.execute(
            update(reports)
            .where(
                reports.c.guild == guild,
                reports.c.question == question,
                reports.c.state != "open",
                reports.c.decided_at == decided_at,
            )
            # What is decided next is news again to whoever was told.
            .values(state="open", decided_at=None, decided_by=None, told_at=None)
        )
        return changed.rowcount

    async def let_tell(self, guild: int, question: str, tells: bool) -> bool:
        """Have those who made the server's open reports of the question told what is decided, or not; if that is new."""
        changed = await self._connection.execute(
            update(reports)
            .where(
                reports.c.guild == guild,
                reports.c.question == question,
                reports.c.state == "open",
                reports.c.tells.is_not(tells),
            )
            .values(tells=tells)
        )
        return changed.rowcount > 0

    async def tell(self, members: Iterable[int], at: datetime) -> list[Report]:
        """The first decision that each of the members is to hear of and did not decide; noted as told, once."""
        first: dict[int, Report] = {}
        for some in in_parts(members):
            rows = await self._connection.execute(
                select(*_READ)
                .where(
                    reports.c.member.in_(some),
                    reports.c.tells,
                    reports.c.told_at.is_(None),
                    reports.c.state != "open",
                    reports.c.decided_by != reports.c.member,
                )
                .order_by(reports.c.decided_at, reports.c.question)
            )
            for row in rows:
                first.setdefault(row.member, Report(*row))
        if not first:
            return []
        keys = [(one.member, one.question) for one in first.values()]
        told = await self._connection.scalars(
            update(reports)
            .where(tuple_(reports.c.member, reports.c.question).in_(keys), reports.c.told_at.is_(None))
            .values(told_at=at)
            .returning(reports.c.member)
        )
        return [first[member] for member in told]
