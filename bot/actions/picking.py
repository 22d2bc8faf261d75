"""Picking what a schedule posts: the lesson of the week, or the question of the day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bot.actions.library import Library
from bot.storage import Unit
from bot.storage.schedules import Schedule
from ladder.standings import Ladder
from ladder.tiers import level_of
from lessons.model import Lesson, Question
from lessons.slugs import slug_of

NEWCOMERS = 1200
"""The level of a server of which nothing is known yet, in rating points: where everybody begins."""

_NEAR = 150
"""So many rating points away from the server's level a lesson comes half as often as one right there."""

_NEVER = datetime.min.replace(tzinfo=UTC)

Choice = tuple[Lesson, Question]


@dataclass(frozen=True, slots=True)
class Past:
    """What a server has seen so far, and how well it answers."""

    open_now: frozenset[str] = frozenset()
    """Questions whose answer is still open there."""
    revealed: Mapping[str, datetime] | None = None
    """When the answer to a question was last shown there."""
    posted: Mapping[str, datetime] | None = None
    """When a lesson was last posted there by a schedule."""
    level: int = NEWCOMERS
    """The mean rating of whoever stands on its ladder."""

    def shown(self, question: Question) -> datetime | None:
        """When the answer to the question was last shown there."""
        return (self.revealed or {}).get(question.identity)

    def used(self, lesson: Lesson) -> datetime | None:
        """When anything of the lesson was last posted or shown there."""
        moments = [
            *(at for one in lesson.questions if (at := self.shown(one)) is not None),
            *([at] if (at := (self.posted or {}).get(lesson.slug)) is not None else []),
        ]
        return max(moments, default=None)


async def past_of(unit: Unit, guild: int) -> Past:
    """What the server has seen; the unit holds it."""
    level = await unit.schedules.level(Ladder.server(guild).key)
    return Past(
        open_now=(await unit.polls.open_questions([guild])).get(guild, frozenset()),
        revealed=await unit.schedules.revealed(guild),
        posted=await unit.schedules.lessons_posted(guild),
        level=NEWCOMERS if level is None else level,
    )


def lessons_among(
    library: Library, categories: Sequence[str] | None, levels: Sequence[str] | None
) -> list[Lesson]:
    """The lessons with questions that are offered in a server, of these categories and levels."""
    return [
        lesson
        for lesson in library.lessons
        if lesson.questions
        and (categories is None or slug_of(lesson.category) in categories)
        and (levels is None or level_of(lesson.rating).value in levels)
    ]


@dataclass(frozen=True, slots=True)
class Draw:
    """What a schedule may pick from, and by which rules."""

    lessons: Sequence[Lesson]
    schedule: Schedule
    past: Past
    now: datetime
    dice: Random

    @property
    def _since(self) -> datetime:
        """What was shown after this moment is not fresh."""
        return self.now - timedelta(days=self.schedule.fresh_days)

    def question(self) -> Choice | None:
        """A question that was not shown in the server for so long as the schedule says, else the one shown longest ago.

        None where every one is open in a poll there, or there is none.
        """
        return self._question(self.lessons)

    def lesson(self) -> Lesson | None:
        """A lesson of which the server has seen nothing for so long, else the one posted longest ago, if ever.

        None where every one has all its questions open in polls there, or there is none.
        """
        free = [one for one in self.lessons if any(self._is_free(question) for question in one.questions)]
        if not free:
            return None
        used = {lesson.slug: at for lesson in free if (at := self.past.used(lesson)) is not None}
        never = [lesson for lesson in free if lesson.slug not in used]
        fresh = never or [lesson for lesson in free if used[lesson.slug] <= self._since]
        if not fresh:
            # One of which a question or two came up is still newer to the server than one it was taught.
            taught = self.past.posted or {}
            return min(
                free,
                key=lambda lesson: (taught.get(lesson.slug, _NEVER), used[lesson.slug], lesson.slug),
            )
        return fresh[self._drawn([lesson.rating for lesson in fresh])]

    def of_the_week(self, lesson: Lesson) -> Choice | None:
        """The next question of the running week's lesson; once they are through, one from the other lessons."""
        begun = self.schedule.lesson_on or self.now
        left = [
            (one, shown)
            for one in lesson.questions
            if self._is_free(one) and ((shown := self.past.shown(one)) is None or shown < begun)
        ]
        if not left:
            return self._question([one for one in self.lessons if one.slug != lesson.slug])
        fresh = [one for one, shown in left if shown is None or shown <= self._since]
        return lesson, fresh[0] if fresh else left[0][0]

    def _is_free(self, question: Question) -> bool:
        return question.identity not in self.past.open_now

    def _question(self, lessons: Sequence[Lesson]) -> Choice | None:
        free = [(lesson, one) for lesson in lessons for one in lesson.questions if self._is_free(one)]
        if not free:
            return None
        shown = {at: when for at, (_, one) in enumerate(free) if (when := self.past.shown(one)) is not None}
        never = [choice for at, choice in enumerate(free) if at not in shown]
        fresh = never or [free[at] for at, when in shown.items() if when <= self._since]
        if not fresh:
            return free[min(shown, key=lambda at: (shown[at], at))]
        return fresh[self._drawn([lesson.rating for lesson, _ in fresh])]

    def _drawn(self, ratings: Sequence[int]) -> int:
        """Which of these is taken: one of the hardest, or most likely one near the server's level."""
        if self.schedule.picking == "hardest":
            hardest = max(ratings)
            return self.dice.choice([at for at, rating in enumerate(ratings) if rating == hardest])
        weights = [1 / (1 + ((rating - self.past.level) / _NEAR) ** 2) for rating in ratings]
        return self.dice.choices(range(len(ratings)), weights)[0]
