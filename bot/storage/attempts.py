"""Who met which question first where: the claim that makes one attempt, and no other, rated."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.forgotten import Forgotten
from bot.storage.tables import first_attempts
from bot.storage.upserts import upsert

FORGOTTEN = "forgotten"
"""The source of a first attempt that was made before the member's data was deleted: it rates nothing more."""


class Attempts:
    """A member's first attempt at a question belongs to one poll or quiz, its source (``poll:7``)."""

    def __init__(self, connection: AsyncConnection, forgotten: Forgotten) -> None:
        self._connection = connection
        self._forgotten = forgotten

    async def claim(self, claims: Iterable[tuple[int, str]], source: str, claimed_at: datetime) -> None:
        """Claim (member, question) pairs for a source.

        A pair that is claimed already stays as it is, and one that was before a deletion stays forgotten.
        """
        wanted = set(claims)
        wanted -= await self._forgotten.attempts(wanted)
        rows = [
            {"member": member, "question": question, "source": source, "claimed_at": claimed_at}
            # In one order everywhere, so that two units that claim the same ones never wait for each other.
            for member, question in sorted(wanted)
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

    async def sources(self, pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
        """For those (member, question) pairs that have met: the source of the first attempt.

        It is `FORGOTTEN` for those met before the member's data was deleted.
        """
        wanted = set(pairs)
        rows = await self._connection.execute(
            select(first_attempts.c.member, first_attempts.c.question, first_attempts.c.source).where(
                first_attempts.c.member.in_({member for member, _ in wanted}),
                first_attempts.c.question.in_({question for _, question in wanted}),
            )
        )
        known = {(row.member, row.question): row.source for row in rows}
        known = {pair: source for pair, source in known.items() if pair in wanted}
        return known | dict.fromkeys(await self._forgotten.attempts(wanted - known.keys()), FORGOTTEN)

    async def of(self, member: int, questions: Iterable[str]) -> dict[str, str]:
        """What `sources` tells of one member, by question."""
        found = await self.sources((member, question) for question in questions)
        return {question: source for (_, question), source in found.items()}
