"""What a duel is about: questions that are news to both, of a lesson that suits both."""

import random
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from bot.actions.holdings import Holdings
from bot.actions.openings import held_back
from bot.actions.refusals import Refusal
from bot.storage import Unit
from bot.words import N_
from ladder.rating import Standing
from ladder.standings import Ladder
from lessons.model import Lesson, Question

FEWEST, MOST = 3, 5
"""Questions of a duel."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A lesson, and those of its questions that both are asked, in their order."""

    lesson: Lesson
    questions: tuple[Question, ...]


async def choose(
    unit: Unit, library: Holdings, wanted: Lesson | None, members: Collection[int], guild: int
) -> Choice:
    """The questions of a duel; without a lesson, of one that they have met least, near the mean of their ratings.

    Raises `Refusal` where too few can be asked now.
    """
    if wanted is not None and len(wanted.questions) < FEWEST:
        raise Refusal(
            N_("A duel takes {n} questions or more, and this lesson has fewer. Choose another one."), n=FEWEST
        )
    held = await held_back(unit, guild)
    lessons = (await library.of(guild, unit)).lessons if wanted is None else (wanted,)
    met = await _met(unit, lessons, members)
    choices = [
        Choice(lesson, questions)
        for lesson in lessons
        if len(questions := _questions(lesson, held, met)) >= FEWEST
    ]
    if not choices:
        raise Refusal(
            N_(
                "Too many of its questions are in open polls here. Choose another lesson, or come back when they have closed."
            )
            if wanted is not None
            else N_("No lesson has enough questions that can be asked here now. Try again later.")
        )
    middle = await _mean_rating(unit, members)

    def suits(choice: Choice) -> tuple[float, float]:
        known = sum(met[one.identity] for one in choice.questions)
        return known / len(choice.questions), abs(choice.lesson.rating - middle)

    return min(choices, key=suits)


def _questions(lesson: Lesson, held: frozenset[str], met: Counter[str]) -> tuple[Question, ...]:
    """Those of the lesson's questions that are asked, the less known first taken, in any order."""
    free = [one for one in lesson.questions if one.identity not in held]
    random.shuffle(free)
    taken = sorted(free, key=lambda one: met[one.identity])[:MOST]
    random.shuffle(taken)
    return tuple(taken)


async def _met(unit: Unit, lessons: Collection[Lesson], members: Collection[int]) -> Counter[str]:
    """How many of the members have met each question."""
    claims = await unit.attempts.sources(
        (member, one.identity) for lesson in lessons for one in lesson.questions for member in members
    )
    return Counter(question for _, question in claims)


async def _mean_rating(unit: Unit, members: Collection[int]) -> float:
    world = Ladder.world().key
    found = [(await unit.ratings.of(member)).get(world) for member in members]
    return sum(row.rating if row is not None else Standing().rating for row in found) / len(found)
