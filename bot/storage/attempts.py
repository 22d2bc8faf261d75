"""Who met which question first where: the claim that makes one attempt, and no other, rated."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, delete, exists, func, literal, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup
from bot.storage.forgotten import Forgotten
from bot.storage.poll_tables import poll_answers, polls
from bot.storage.tables import first_attempts, quiz_questions, quizzes
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

    async def answer(self, members: Iterable[int], question: str, source: str, at: datetime) -> None:
        """Claim a question for a source in which these members have just answered it.

        A claim of a quiz that showed it and has no answer yet gives way: the first answer is the first attempt.
        """
        wanted = sorted(members)
        if not wanted:
            return
        await self.claim(((member, question) for member in wanted), source, at)
        await self._wait_for_quizzes(wanted, question)
        await self._connection.execute(
            update(first_attempts).where(*_only_shown(wanted, question)).values(source=source, claimed_at=at)
        )

    async def _wait_for_quizzes(self, members: Sequence[int], question: str) -> None:
        """Let an answer in flight, in a quiz that has claimed the question, be seen by what follows.

        Otherwise both would be rated. SQLite has one writer, so that there none is in flight.
        """
        if self._connection.dialect.name == "sqlite":
            return
        claimed = select(first_attempts.c.source).where(
            first_attempts.c.member.in_(members), first_attempts.c.question == question
        )
        await self._connection.execute(
            select(quizzes.c.quiz)
            .where(
                quizzes.c.member.in_(members),
                (literal("quiz:") + cast(quizzes.c.quiz, String)).in_(claimed),
            )
            .order_by(quizzes.c.quiz)
            .with_for_update()
        )

    async def tell(self, members: Iterable[int], question: str, source: str, at: datetime) -> None:
        """These members have been told the question's answer, by which they have met it in this source.

        Where a quiz had shown it to them and has no answer yet, it keeps its claim as ``told:ID`` instead of
        ``quiz:ID``: whatever is answered there now counts as wrong.
        """
        wanted = sorted(members)
        if not wanted:
            return
        await self.claim(((member, question) for member in wanted), source, at)
        await self._connection.execute(
            update(first_attempts)
            .where(*_only_shown(wanted, question))
            .values(source=literal("told:") + func.substr(first_attempts.c.source, 6))
        )

    async def move(self, sources: Mapping[tuple[int, str], str], at: datetime) -> None:
        """Let these (member, question) pairs, which are claimed, be the first attempt of other sources."""
        for (member, question), source in sorted(sources.items()):
            await self._connection.execute(
                update(first_attempts)
                .where(first_attempts.c.member == member, first_attempts.c.question == question)
                .values(source=source, claimed_at=at)
            )

    async def give_up(self, source: str, question: str, *, shown: str) -> None:
        """Give up a source's claims to a question, so that another source may rate it.

        A quiz whose claim had given way to this source, and which has no answer yet, has it again. Where the member has met it elsewhere since, in a quiz or in a poll that showed its answer, the claim goes
        to the source ``shown``, which rates nothing.
        """
        in_quizzes = (
            select(quizzes.c.member)
            .join(quiz_questions, quiz_questions.c.quiz == quizzes.c.quiz)
            .where(quiz_questions.c.question == question, quiz_questions.c.shown_at.is_not(None))
        )
        in_polls = (
            select(poll_answers.c.member)
            .join(polls, polls.c.poll == poll_answers.c.poll)
            .where(polls.c.question == question, polls.c.state == "closed")
        )
        own = (first_attempts.c.source == source) & (first_attempts.c.question == question)
        waiting = (
            select(literal("quiz:") + cast(func.max(quizzes.c.quiz), String))
            .join(quiz_questions, quiz_questions.c.quiz == quizzes.c.quiz)
            .where(
                quizzes.c.member == first_attempts.c.member,
                quiz_questions.c.question == question,
                quiz_questions.c.option.is_(None),
                quiz_questions.c.shown_at < first_attempts.c.claimed_at,
            )
            .scalar_subquery()
        )
        await self._connection.execute(
            update(first_attempts).where(own, waiting.is_not(None)).values(source=waiting)
        )
        met = first_attempts.c.member.in_(select(union(in_quizzes, in_polls).subquery().c.member))
        await self._connection.execute(update(first_attempts).where(own, met).values(source=shown))
        await self._connection.execute(delete(first_attempts).where(own, ~met))

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
        rows = await _SOURCES.rows(
            self._connection,
            members={member for member, _ in wanted},
            questions={question for _, question in wanted},
        )
        known = {
            (member, question): source for member, question, source in rows if (member, question) in wanted
        }
        return known | dict.fromkeys(await self._forgotten.attempts(wanted - known.keys()), FORGOTTEN)

    async def of(self, member: int, questions: Iterable[str]) -> dict[str, str]:
        """What `sources` tells of one member, by question."""
        found = await self.sources((member, question) for question in questions)
        return {question: source for (_, question), source in found.items()}


_SOURCES = Lookup(
    lambda among: select(first_attempts.c.member, first_attempts.c.question, first_attempts.c.source).where(
        among(first_attempts.c.member, "members"), among(first_attempts.c.question, "questions")
    )
)


def _only_shown(members: Sequence[int], question: str) -> tuple[ColumnElement[bool], ...]:
    """The claims of quizzes that showed the question to these members and have no answer to it yet."""
    unanswered = exists().where(
        quiz_questions.c.question == question,
        quiz_questions.c.option.is_(None),
        literal("quiz:") + cast(quiz_questions.c.quiz, String) == first_attempts.c.source,
        quiz_questions.c.quiz == quizzes.c.quiz,
        quizzes.c.member == first_attempts.c.member,
    )
    return (
        first_attempts.c.member.in_(members),
        first_attempts.c.question == question,
        first_attempts.c.source.like("quiz:%"),
        unanswered,
    )
