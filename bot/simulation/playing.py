"""The people of the simulated world at work: every answer is given through the bot's own actions."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from bot.actions import make_actions
from bot.actions.openings import Busy, Opening
from bot.actions.polls import OpenPoll
from bot.actions.quizzes import Put
from bot.simulation.options import Options
from bot.simulation.people import Kind, Person, special_answers
from bot.simulation.world import QUESTIONS, Riddle, World
from bot.storage import Database
from ladder.standings import Ladder

_AT_ONCE = 500
_NEAR = 100
_FARMED_SHARE = 4
"""Farmers keep to the easiest quarter of the lessons, and the lottery player to the hardest."""
_POLLED_SHARE = 3
"""A third of the lessons, drawn for each server, is asked in its polls, so that no question comes both ways."""
_ROUND = timedelta(hours=1)
_POLL_OPEN = timedelta(minutes=30)

Result = TypeVar("Result")


class Play:
    """One world being played in one database."""

    def __init__(
        self, database: Database, world: World, options: Options, answered: Callable[[int], None]
    ) -> None:
        self._world, self._options, self._answered = world, options, answered
        self._now = datetime(2026, 1, 1, tzinfo=UTC)
        self._actions = make_actions(database, world.catalogue, lambda: self._now)
        self._random = Random(f"{options.seed} play")
        self._shelves: dict[int, tuple[list[Riddle], list[str]]] = {}

    async def members(self, members: Sequence[Person]) -> None:
        """Let everybody give all their answers: one in a poll, one alone, in turns."""
        with _seeded(self._options.seed):
            for number in range(self._options.answers):
                if number % 2 == 0:
                    self._now += _ROUND
                    questions = {guild: self._draw(guild) for guild in _guilds(members)}
                    await self._polls(members, questions)
                else:
                    await self._alone(members, [self._near(person) for person in members])

    async def specials(self, specials: Sequence[Person]) -> None:
        """Let the special people give theirs, whole lessons and always alone."""
        with _seeded(self._options.seed):
            due = special_answers(self._options)
            for begun in range(0, due, QUESTIONS):
                self._now += _ROUND
                lessons = [self._sought(person) for person in specials]
                for _ in range(min(QUESTIONS, due - begun)):
                    await self._alone(specials, lessons)

    async def planted(self, members: Sequence[Person]) -> dict[str, list[int]]:
        """Put every planted question to everybody; the polls that asked each, by the question's identity."""
        asked: dict[str, list[int]] = {}
        with _seeded(self._options.seed):
            for riddle in self._world.planted:
                self._now += _ROUND
                asked[riddle.identity] = await self._polls(
                    members, dict.fromkeys(_guilds(members), riddle), learning=False
                )
        return asked

    async def _polls(
        self, members: Sequence[Person], questions: dict[int, Riddle], *, learning: bool = True
    ) -> list[int]:
        opened: dict[int, OpenPoll] = {}
        for guild, riddle in questions.items():
            opened[guild] = await self._actions.polls.prepare(
                guild=guild,
                channel=guild,
                starter=guild,
                duration=_POLL_OPEN,
                locale="en-US",
                lesson=riddle.lesson,
                question=riddle.id,
            )
            await self._actions.polls.posted(opened[guild].poll.id, guild)
        presses = [
            self._actions.polls.answer(
                opened[person.guild].poll.id,
                member=person.id,
                option=person.chooses(questions[person.guild]),
                channel=person.guild,
                message=person.guild,
            )
            for person in members
            if person.guild is not None
        ]
        await self._together(presses, counts=True)
        self._now += _POLL_OPEN
        for one in opened.values():
            await self._actions.polls.close(one.poll.id)
        if learning:
            for person in members:
                person.answers += 1
        return [one.poll.id for one in opened.values()]

    async def _alone(self, people: Sequence[Person], lessons: Sequence[str]) -> None:
        # One after the other, for whoever comes first is first to be dealt an arrangement of the questions.
        for person, lesson in zip(people, lessons, strict=True):
            await self._turn_to(person, lesson)
        put = await self._together(
            [
                self._new_question(person, person.quizzes[lesson])
                for person, lesson in zip(people, lessons, strict=True)
            ]
        )
        verdicts = await self._together(
            [self._answer(person, one) for person, one in zip(people, put, strict=True)],
            counts=True,
        )
        for person, lesson, verdict in zip(people, lessons, verdicts, strict=True):
            person.answers += 1
            person.solved[lesson] = person.solved.get(lesson, 0) + 1
            person.rating = next(one.after for one in verdict.moved if one.ladder == Ladder.world())

    async def _turn_to(self, person: Person, lesson: str) -> None:
        """Have the person's quiz over the lesson open; whoever has another one gives it up between two questions."""
        if person.at == lesson:
            return
        quizzes = self._actions.quizzes
        opened = await quizzes.open(member=person.id, lesson=lesson, guild=person.guild)
        if isinstance(opened, Busy):
            opened = await quizzes.instead(
                opened.quiz.id, member=person.id, lesson=lesson, guild=person.guild
            )
        if not isinstance(opened, Opening):
            raise TypeError(f"the quiz over {lesson} was not opened: {opened}")
        person.quizzes[lesson], person.at = opened.quiz.id, lesson

    async def _new_question(self, person: Person, quiz: int) -> Put:
        """The quiz's next question that the person has not met; those met before are practised on the way."""
        while True:
            put = await self._actions.quizzes.put(quiz, person.id)
            if not isinstance(put, Put):
                raise TypeError("a lesson that is played has a question left")
            if put.rated:
                return put
            await self._answer(person, put)

    def _answer(self, person: Person, put: Put) -> Coroutine[Any, Any, Any]:
        option = person.chooses(self._world.riddles[put.question.question])
        place = put.question.arrangement.index(option)
        return self._actions.quizzes.answer(put.quiz.id, put.question.position, place, person.id)

    def _draw(self, guild: int) -> Riddle:
        """The next question of the server's polls."""
        return self._shelf(guild)[0].pop()

    def _shelf(self, guild: int) -> tuple[list[Riddle], list[str]]:
        """What is left for the server's polls, and the lessons for its members' quizzes."""
        if guild not in self._shelves:
            slugs = list(self._world.labels)
            polled = set(self._random.sample(slugs, len(slugs) // _POLLED_SHARE))
            questions = [riddle for slug in sorted(polled) for riddle in self._world.by_lesson[slug]]
            self._random.shuffle(questions)
            self._shelves[guild] = questions, [slug for slug in slugs if slug not in polled]
        return self._shelves[guild]

    def _near(self, person: Person) -> str:
        """A lesson near the person's rating of which a question is left: often another than the last."""
        own = list(self._world.labels) if person.guild is None else self._shelf(person.guild)[1]
        left = [slug for slug in own if person.solved.get(slug, 0) < QUESTIONS]
        away = {slug: abs(self._world.labels[slug] - person.rating) for slug in left}
        near = [slug for slug in left if away[slug] <= _NEAR]
        return person.random.choice(near) if near else min(left, key=lambda slug: away[slug])

    def _sought(self, person: Person) -> str:
        """The lesson that a special person plays next."""
        if person.kind is Kind.COPIER:
            return self._near(person)
        slugs = list(self._world.labels)
        share = len(slugs) // _FARMED_SHARE
        sought = slugs[-share:] if person.kind is Kind.LOTTERY else slugs[:share]
        # Who answers more than a quarter of all lessons can hold goes on with what is next to it.
        rest = slugs[::-1] if person.kind is Kind.LOTTERY else slugs
        left = [slug for slug in sought if slug not in person.quizzes]
        return person.random.choice(left) if left else next(s for s in rest if s not in person.quizzes)

    async def _together(
        self, deeds: Sequence[Coroutine[Any, Any, Result]], *, counts: bool = False
    ) -> list[Result]:
        """Do all at the same time, so that the bot commits many at once; some hundreds, as in a busy minute."""
        done: list[Result] = []
        for start in range(0, len(deeds), _AT_ONCE):
            some = await asyncio.gather(*deeds[start : start + _AT_ONCE])
            done += some
            if counts:
                self._answered(len(some))
        return done


def _guilds(members: Sequence[Person]) -> list[int]:
    return sorted({person.guild for person in members if person.guild is not None})


@contextmanager
def _seeded(seed: int) -> Generator[None]:
    """Deal the arrangements of quizzes alike for the same seed; what was dealt before is as if untouched."""
    kept = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(kept)
