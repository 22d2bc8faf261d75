"""How a duel stands: who plays, how far they have come, and what came of it."""

from dataclasses import dataclass
from typing import Literal

from bot.actions.holdings import Holdings
from bot.storage import Unit
from bot.storage.duels import Duel
from bot.storage.quizzes import TIME_RAN_OUT, Quiz, QuizQuestion
from lessons.model import Lesson

Outcome = Literal["match", "alone", "nothing"]
"""What was played: by both, by one, or by nobody."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, and how far they have come."""

    member: int
    name: str | None
    right: int = 0
    answered: int = 0
    done: bool = False


@dataclass(frozen=True, slots=True)
class Faced:
    """A duel as it stands, with both sides of it."""

    duel: Duel
    sides: tuple[Side, Side]
    """The challenger's, then the opponent's."""
    total: int
    """How many questions count."""
    lesson: Lesson | None
    """None once the library has lost it."""

    @property
    def outcome(self) -> Outcome:
        """What was played until it ended."""
        playing = sum(side.answered > 0 for side in self.sides)
        return ("nothing", "alone", "match")[playing]

    @property
    def winner(self) -> Side | None:
        """The side with more right answers; None for a draw."""
        one, other = self.sides
        return None if one.right == other.right else max(self.sides, key=lambda side: side.right)

    def other(self, member: int) -> Side:
        """The side across from the member's."""
        return next(side for side in self.sides if side.member != member)


async def quizzes_of(unit: Unit, duel: Duel, *, lock: bool = False) -> dict[int, Quiz]:
    """The quiz that is each member's side; none before it was accepted."""
    sides = await unit.duels.quizzes_of(duel.id)
    quizzes = await unit.quizzes.get(sides.values(), lock=lock)
    return {member: quizzes[quiz] for member, quiz in sides.items()}


async def stand(unit: Unit, library: Holdings, duel: Duel) -> Faced:
    """How the duel stands; once it has ended, whatever was answered later changes nothing."""
    quizzes = await quizzes_of(unit, duel)
    names = await unit.sightings.names(duel.guild, duel.sides)
    served = await unit.meanings.get(one.meaning for quiz in quizzes.values() for one in quiz.questions)
    answers = {
        member: {
            one.question: one.option == served[one.meaning].key
            for one in quiz.questions
            if _is_answered(one, duel)
        }
        for member, quiz in quizzes.items()
    }
    # A question that the library lost before both had answered it counts for neither.
    known = await library.knowing(unit, duel.questions)
    counted = [
        one
        for one in duel.questions
        if known.question(one) is not None or (answers and all(one in own for own in answers.values()))
    ]

    def side(member: int) -> Side:
        own, quiz = answers.get(member, {}), quizzes.get(member)
        return Side(
            member=member,
            name=names.get(member),
            right=sum(own.get(one, False) for one in counted),
            answered=sum(one in own for one in counted),
            done=quiz is not None and quiz.finished_at is not None,
        )

    return Faced(
        duel=duel,
        sides=(side(duel.challenger), side(duel.opponent)),
        total=len(counted),
        lesson=await library.find(duel.lesson, duel.guild, unit),
    )


def _is_answered(question: QuizQuestion, duel: Duel) -> bool:
    """Whether the member had chosen an option before the duel ended."""
    if question.option in {None, TIME_RAN_OUT} or question.answered_at is None:
        return False
    return duel.ended_at is None or question.answered_at <= duel.ended_at
