"""First attempts for the statistics of authors, read from the journal each time and never kept twice."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.ladder_tables import journal
from bot.storage.poll_tables import poll_answers
from bot.storage.tables import first_attempts, meanings, quiz_questions


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One member's first attempt at a question, as the journal has it."""

    question: str
    meaning: str
    key: int
    """Of that meaning."""
    option: int | None
    """As authored; None where time ran out, or the question was given up."""
    correct: bool
    estimate: float
    predicted: float


class StatisticsStore:
    """What first attempts say, by one query."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def first_attempts(self, owner: str, ladder: str) -> list[AttemptRow]:
        """Every rated first attempt at the owner's questions, as it moved this ladder."""
        rows = await self._connection.execute(attempts_query(owner, ladder))
        return [AttemptRow(*row) for row in rows]

    async def attempts_at(self, question: str, ladder: str) -> list[AttemptRow]:
        """The same of one question."""
        rows = await self._connection.execute(
            attempts_query(question.partition(":")[0], ladder).where(
                journal.c.question == question,
                # The journal is found by its members, and is longer than what says who they are.
                journal.c.member.in_(
                    select(first_attempts.c.member).where(first_attempts.c.question == question)
                ),
            )
        )
        return [AttemptRow(*row) for row in rows]


def attempts_query(owner: str, ladder: str) -> Select[*tuple[Any, ...]]:
    """The journal's first attempts, each with the option from the poll or quiz that it names as its source."""
    kind, number = func.substr(journal.c.source, 1, 5), cast(func.substr(journal.c.source, 6), BigInteger)
    chosen = func.coalesce(poll_answers.c.option, quiz_questions.c.option)
    return (
        select(
            journal.c.question,
            journal.c.meaning,
            meanings.c.key,
            case((chosen >= 0, chosen)),
            journal.c.correct,
            journal.c.estimate_before,
            journal.c.predicted,
        )
        .join(meanings, meanings.c.meaning == journal.c.meaning)
        .outerjoin(
            poll_answers,
            (poll_answers.c.poll == case((kind == "poll:", number)))
            & (poll_answers.c.member == journal.c.member),
        )
        .outerjoin(
            quiz_questions,
            (quiz_questions.c.quiz == case((kind == "quiz:", number)))
            & (quiz_questions.c.question == journal.c.question),
        )
        .where(
            journal.c.ladder == ladder,
            journal.c.kind == "answer",
            journal.c.step == 0,
            journal.c.question.startswith(f"{owner}:", autoescape=True),
        )
        .order_by(journal.c.question, journal.c.member)
    )
