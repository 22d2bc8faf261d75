"""Who met which question first where: the claim that makes one attempt, and no other, rated."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import first_attempts
from bot.storage.upserts import upsert


class Attempts:
    """A member's first attempt at a question belongs to one poll or quiz, its source (``poll:7``)."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(self, claims: Iterable[tuple[int, str]], source: str, claimed_at: datetime) -> None:
        """Claim (member, question) pairs for a source; a pair that is claimed already stays as it is."""
        rows = [
            {"member": member, "question": question, "source": source, "claimed_at": claimed_at}
            # In one order everywhere, so that two units that claim the same ones never wait for each other.
            for member, question in sorted(claims)
        ]
        if rows:
            await self._connection.execute(
                upsert(self._connection, first_attempts).on_conflict_do_nothing(), rows
            )

    async def claimed_by(self, source: str) -> frozenset[tuple[int, str]]:
        """The (member, question) pairs whose first attempt this source is."""
        rows = await self._connection.execute(
            select(first_attempts.c.member, first_attempts.c.question).where(
                first_attempts.c.source == source
            )
        )
        return frozenset((row.member, row.question) for row in rows)

    async def of(self, member: int, questions: Iterable[str]) -> dict[str, str]:
        """For those of the questions that the member has met: the source of the first attempt."""
        rows = await self._connection.execute(
            select(first_attempts.c.question, first_attempts.c.source).where(
                first_attempts.c.member == member, first_attempts.c.question.in_(list(questions))
            )
        )
        return {row.question: row.source for row in rows}
