"""Every question as it was served, stored once by the hash of its meaning."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup
from bot.storage.tables import meanings
from bot.storage.upserts import upsert


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was served: true for years, whatever becomes of the lesson's file."""

    meaning: str
    question: str
    stem: str
    options: tuple[str, ...]
    key: int
    explanation: str
    feedback: tuple[str | None, ...]
    repairs: tuple[str | None, ...]
    lesson: str
    lesson_title: str
    category: str


class Meanings:
    """Meanings are only ever added; the first wording of explanation and feedback stays."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, asked: Iterable[Asked]) -> None:
        """Store those that are not stored yet."""
        rows = [
            {
                "meaning": one.meaning,
                "question": one.question,
                "stem": one.stem,
                "options": list(one.options),
                "key": one.key,
                "explanation": one.explanation,
                "feedback": list(one.feedback),
                "repairs": list(one.repairs),
                "lesson": one.lesson,
                "lesson_title": one.lesson_title,
                "category": one.category,
            }
            # In one order everywhere, so that two units that keep the same ones never wait for each other.
            for one in sorted(asked, key=lambda one: one.meaning)
        ]
        if rows:
            await self._connection.execute(upsert(self._connection, meanings).on_conflict_do_nothing(), rows)

    async def get(self, wanted: Iterable[str]) -> dict[str, Asked]:
        """The questions with these meanings."""
        rows = await _SERVED.rows(self._connection, meanings=set(wanted))
        return {row[0]: Asked(*row) for row in rows}


_SERVED = Lookup(lambda among: select(meanings).where(among(meanings.c.meaning, "meanings")))
