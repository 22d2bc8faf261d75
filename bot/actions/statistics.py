"""What first attempts say about the questions of a library, for those who write it; nothing is hidden for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.storage import Database, Unit
from bot.storage.meanings import Asked
from bot.storage.statistics import AttemptRow
from ladder.difficulty import Measured, measured_difficulty
from ladder.standings import Ladder
from ladder.statistics import FirstAttempt, QuestionStatistics, statistics_of
from lessons.catalogue import Catalogue
from lessons.model import CURATED, Lesson, Question


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question, and what its first attempts say; how many there are always stands beside it."""

    lesson: Lesson
    question: Question
    statistics: QuestionStatistics
    measured: Measured | None
    """The difficulty that its answers speak of; the declared one is the lesson's rating."""


async def question_statistics(
    database: Database, catalogue: Catalogue, *, owner: str = CURATED, ladder: Ladder | None = None
) -> tuple[QuestionFigures, ...]:
    """The figures of every question of this owner in the catalogue, in its order; without answers, of none.

    They come from the world's ladder, or from the one that is given: a server's lessons rate that server's alone.
    """
    async with database.reading() as unit:
        rows = await unit.statistics.first_attempts(owner, (ladder or Ladder.world()).key)
    answered: dict[str, list[AttemptRow]] = {}
    for row in rows:
        answered.setdefault(row.question, []).append(row)
    return tuple(
        _figures(lesson, question, answered.get(question.identity, ()))
        for lesson in catalogue
        if lesson.owner == owner
        for question in lesson.questions
    )


async def statistics_about(
    unit: Unit, served: Asked, question: Question | None, ladder: Ladder
) -> QuestionStatistics:
    """What first attempts at a question as it was served say, by the ladder; ``question`` is what it is now, if it is."""
    rows = await unit.statistics.attempts_at(served.question, ladder.key)
    own = [
        row
        for row in rows
        if row.key == served.key
        and (row.meaning == served.meaning or (question is not None and question.means(row.meaning)))
    ]
    options = len(served.options)
    return statistics_of(_attempts(own, options), key=served.key, options=options)


def _figures(lesson: Lesson, question: Question, rows: Sequence[AttemptRow]) -> QuestionFigures:
    # A wording that asks the same may have had its options in another order, which the key tells.
    own = [row for row in rows if question.means(row.meaning) and row.key == question.key]
    options = len(question.options)
    attempts = _attempts(own, options)
    return QuestionFigures(
        lesson,
        question,
        statistics_of(attempts, key=question.key, options=options),
        measured_difficulty([(one, row.correct) for one, row in zip(attempts, own, strict=True)], options),
    )


def _attempts(rows: Sequence[AttemptRow], options: int) -> list[FirstAttempt]:
    return [FirstAttempt(_option(row, options), row.estimate, row.predicted) for row in rows]


def _option(row: AttemptRow, options: int) -> int | None:
    """The chosen option; where it is not kept any more, or of an earlier wording alone, whether it was the key."""
    if row.correct:
        return row.key
    return row.option if row.option is not None and row.option < options and row.option != row.key else None


def difficulty_of_all(figures: Sequence[QuestionFigures]) -> int | None:
    """The mean measured difficulty of these questions, each as surely as it is known; None where none is measured."""
    known = [one.measured for one in figures if one.measured is not None]
    weights = [1 / max(measured.error, 1) ** 2 for measured in known]
    if not known:
        return None
    return round(
        sum(one.difficulty * weight for one, weight in zip(known, weights, strict=True)) / sum(weights)
    )
