"""Solo quizzes: which questions, in which arrangement, and what was answered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import Row, and_, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup, Many, find_all
from bot.storage.locks import lock
from bot.storage.tables import quiz_questions, quizzes

TIME_RAN_OUT = -1
"""The option of a question that was shown and never answered; it counts as wrong."""

Kind = Literal["check", "versus", "duel"]
"""What a quiz is: checking oneself, a match against the lesson's machine at one go, or one side of a duel."""


class QuizQuestion(NamedTuple):
    """One question of a quiz: where it stands, how its options lie, and what became of it."""

    quiz: int
    position: int
    question: str
    meaning: str
    difficulty: int
    arrangement: tuple[int, ...]
    """The authored index of the option at each shown place."""
    shown_at: datetime | None
    option: int | None
    """The option chosen, as authored; `TIME_RAN_OUT`; or None while it is unanswered."""
    answered_at: datetime | None


class QuizHead(NamedTuple):
    """A quiz without its questions, which need not all be read to mark one of them."""

    id: int
    member: int
    guild: int | None
    lesson: str
    finished_at: datetime | None
    attempt: int
    total: int
    """How many questions it has."""
    left: int
    """How many of them have no answer yet."""
    kind: Kind = "check"

    @property
    def source(self) -> str:
        """The quiz's name in claims and in the journal."""
        return f"quiz:{self.id}"

    @property
    def told(self) -> str:
        """Its name in the claim to a question whose answer the member was told after it was shown here."""
        return f"told:{self.id}"


@dataclass(frozen=True, slots=True)
class Quiz:
    """One member's quiz over one lesson."""

    id: int
    member: int
    guild: int | None
    lesson: str
    lesson_title: str
    opened_at: datetime
    finished_at: datetime | None
    questions: tuple[QuizQuestion, ...]
    attempt: int = 1
    """From 2 on, the rematch against the lesson's machine that it is."""
    kind: Kind = "check"

    @property
    def source(self) -> str:
        """The quiz's name in claims and in the journal."""
        return f"quiz:{self.id}"

    @property
    def told(self) -> str:
        """Its name in the claim to a question whose answer the member was told after it was shown here."""
        return f"told:{self.id}"

    @property
    def waiting(self) -> tuple[QuizQuestion, ...]:
        """The questions that were shown and have no answer yet."""
        return tuple(one for one in self.questions if one.option is None and one.shown_at is not None)

    @property
    def begun(self) -> bool:
        """Whether anything of it was shown."""
        return any(one.shown_at is not None for one in self.questions)


class QuizStore:
    """Quizzes and their questions."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, questions: Sequence[dict[str, Any]], **values: Any) -> int:
        """A new quiz's id; the questions are rows without their quiz and position, which is their order."""
        result = await self._connection.execute(insert(quizzes).values(**values))
        quiz = cast("int", cast("Any", result.inserted_primary_key)[0])
        rows = [{"quiz": quiz, "position": position, **row} for position, row in enumerate(questions)]
        await self._connection.execute(insert(quiz_questions), rows)
        return quiz

    async def get(self, wanted: Iterable[int], *, lock: bool = False) -> dict[int, Quiz]:
        """The quizzes with these ids; locked, nobody else can change them before this unit ends."""
        ids = sorted(set(wanted))
        statement = select(quizzes).where(quizzes.c.quiz.in_(ids)).order_by(quizzes.c.quiz)
        heads = (await self._connection.execute(statement.with_for_update() if lock else statement)).all()
        rows = await self._connection.execute(
            select(quiz_questions)
            .where(quiz_questions.c.quiz.in_(ids))
            .order_by(quiz_questions.c.quiz, quiz_questions.c.position)
        )
        questions: dict[int, list[QuizQuestion]] = {}
        for row in rows:
            questions.setdefault(row.quiz, []).append(_question(row))
        return {head.quiz: _quiz(head, questions[head.quiz]) for head in heads}

    async def asked(
        self, wanted: Iterable[tuple[int, int]]
    ) -> tuple[dict[int, QuizHead], dict[tuple[int, int], QuizQuestion]]:
        """Locked quizzes and, of their questions, those at these (quiz, position) pairs."""
        pairs = set(wanted)
        ids = {quiz for quiz, _ in pairs}
        # The others are asked for after the quizzes are locked, so that nothing of them is seen as it was before.
        heads, counts, rows = await find_all(
            self._connection,
            _HEADS,
            _COUNTS,
            _QUESTIONS,
            quizzes=ids,
            positions={position for _, position in pairs},
        )
        counted = {quiz: (total, total - answered) for quiz, total, answered in counts}
        return (
            {
                quiz: QuizHead(quiz, member, guild, lesson, finished_at, attempt, *counted[quiz], kind)
                for quiz, member, guild, lesson, finished_at, attempt, kind in heads
            },
            {(row[0], row[1]): QuizQuestion(*row) for row in rows if (row[0], row[1]) in pairs},
        )

    async def hold(self, member: int) -> None:
        """Wait until no other unit holds the member; until this one ends none can open a quiz for them.

        Quizzes that the unit locks are locked before, as whoever marks an answer does it.
        """
        await lock(self._connection, [member])

    async def unfinished(self, member: int) -> list[int]:
        """Ids of the member's unfinished quizzes, the latest first; duels, which go on beside them, are left out."""
        rows = await self._connection.scalars(
            select(quizzes.c.quiz)
            .where(quizzes.c.member == member, quizzes.c.finished_at.is_(None), quizzes.c.kind != "duel")
            .order_by(quizzes.c.quiz.desc())
        )
        return list(rows)

    async def stale(
        self, since: datetime, limit: int, *, after: tuple[datetime, int] | None = None
    ) -> list[tuple[datetime, int]]:
        """Unfinished quizzes opened before that moment, of which nothing was shown since, oldest first.

        Each is when it was opened, and its id; ``after`` such a pair, the next of them.
        """
        shown = exists().where(quiz_questions.c.quiz == quizzes.c.quiz, quiz_questions.c.shown_at > since)
        wanted = select(quizzes.c.opened_at, quizzes.c.quiz).where(
            quizzes.c.finished_at.is_(None), quizzes.c.opened_at < since, ~shown
        )
        if after is not None:
            opened_at, quiz = after
            later = and_(quizzes.c.opened_at == opened_at, quizzes.c.quiz > quiz)
            wanted = wanted.where(or_(quizzes.c.opened_at > opened_at, later))
        rows = await self._connection.execute(
            wanted.order_by(quizzes.c.opened_at, quizzes.c.quiz).limit(limit)
        )
        return [(row.opened_at, row.quiz) for row in rows]

    async def shown(self, quiz: int, position: int, shown_at: datetime) -> None:
        """The question has been put to the member; the first showing counts."""
        await self._connection.execute(
            update(quiz_questions)
            .where(
                quiz_questions.c.quiz == quiz,
                quiz_questions.c.position == position,
                quiz_questions.c.shown_at.is_(None),
            )
            .values(shown_at=shown_at)
        )

    async def unanswered(self, wanted: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
        """Those of the (quiz, question) pairs that were shown and have no answer yet."""
        pairs = set(wanted)
        rows = await _UNANSWERED.rows(self._connection, quizzes={quiz for quiz, _ in pairs})
        return {(row[0], row[1]) for row in rows} & pairs

    async def record(self, answers: Iterable[tuple[int, int, int, datetime]]) -> None:
        """Store the options chosen: (quiz, position, option, moment) each, of quizzes that are locked.

        The caller has seen, in this unit, that the questions have no answer yet.
        """
        await _RECORD.run(self._connection, sorted(answers))

    async def finish(self, wanted: Iterable[int], finished_at: datetime) -> None:
        """The quizzes are over."""
        await self._connection.execute(
            update(quizzes).where(quizzes.c.quiz.in_(list(wanted))).values(finished_at=finished_at)
        )


_HEADS = Lookup(
    lambda among: (
        select(
            quizzes.c.quiz,
            quizzes.c.member,
            quizzes.c.guild,
            quizzes.c.lesson,
            quizzes.c.finished_at,
            quizzes.c.attempt,
            quizzes.c.kind,
        )
        .where(among(quizzes.c.quiz, "quizzes"))
        .order_by(quizzes.c.quiz)
        .with_for_update()
    )
)
_COUNTS = Lookup(
    lambda among: (
        select(quiz_questions.c.quiz, func.count(), func.count(quiz_questions.c.option))
        .where(among(quiz_questions.c.quiz, "quizzes"))
        .group_by(quiz_questions.c.quiz)
    )
)
_QUESTIONS = Lookup(
    lambda among: select(quiz_questions).where(
        among(quiz_questions.c.quiz, "quizzes"), among(quiz_questions.c.position, "positions")
    )
)
_UNANSWERED = Lookup(
    lambda among: select(quiz_questions.c.quiz, quiz_questions.c.question).where(
        among(quiz_questions.c.quiz, "quizzes"),
        quiz_questions.c.option.is_(None),
        quiz_questions.c.shown_at.is_not(None),
    )
)
_RECORD = Many(
    ("in_quiz", "at_position", "chosen", "moment"),
    lambda _: (
        update(quiz_questions)
        .where(
            quiz_questions.c.quiz == bindparam("in_quiz"),
            quiz_questions.c.position == bindparam("at_position"),
            quiz_questions.c.option.is_(None),
        )
        .values(option=bindparam("chosen"), answered_at=bindparam("moment"))
    ),
)


def _quiz(row: Row[Any], questions: Iterable[QuizQuestion]) -> Quiz:
    return Quiz(
        id=row.quiz,
        member=row.member,
        guild=row.guild,
        lesson=row.lesson,
        lesson_title=row.lesson_title,
        opened_at=row.opened_at,
        finished_at=row.finished_at,
        questions=tuple(questions),
        attempt=row.attempt,
        kind=row.kind,
    )


def _question(row: Row[Any]) -> QuizQuestion:
    return QuizQuestion(
        quiz=row.quiz,
        position=row.position,
        question=row.question,
        meaning=row.meaning,
        difficulty=row.difficulty,
        arrangement=tuple(row.arrangement),
        shown_at=row.shown_at,
        option=row.option,
        answered_at=row.answered_at,
    )
