"""Checking oneself: a lesson's questions in private, one after the other, each answered once."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import asked
from bot.actions.library import Library
from bot.actions.marking import Answer, Verdict, finish, mark, unknown, waits
from bot.actions.matches import FIRST
from bot.actions.rating import Moved, moved
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.rematches import next_attempt
from bot.storage import BatchDoor, Database, Unit
from bot.storage.matches import Match
from bot.storage.quizzes import TIME_RAN_OUT, Quiz, QuizQuestion
from bot.words import N_
from ladder.evidence import SHOWN_COUNTS_WRONG_AFTER
from ladder.standings import Ladder
from ladder.tiers import Tier

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Opening:
    """A quiz about to begin, or one that was left and can be taken up again."""

    quiz: Quiz
    taken_up: bool
    rated: int
    """How many of its open questions are the member's first attempt, so that they move the rating."""
    held_back: int
    """How many of the lesson's questions wait in an open poll of this server."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question put to a member, with the options as they lie for this attempt."""

    quiz: Quiz
    question: QuizQuestion
    stem: str
    options: tuple[str, ...]
    rated: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A finished quiz at a glance."""

    quiz: Quiz
    correct: int
    total: int
    rated: int
    moved: Moved | None
    """The world's ladder from before the quiz to after it, or None if nothing was rated."""
    match: Match | None
    """The match against the lesson's machine that this quiz completed."""
    title: Tier
    """The title held now."""
    to_repair: tuple[tuple[str, str], ...]
    """(lesson, section) pairs worth reading again, in the lesson's order and each once."""


class Quizzes:
    """What can be done with quizzes."""

    def __init__(self, database: Database, library: Library, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._door: BatchDoor[Answer, Verdict] = BatchDoor(database, self._record)

    async def open(self, *, member: int, lesson: str, guild: int | None) -> Opening:
        """The member's quiz over the lesson: the one that was left, else a new one. Nothing is shown yet."""
        source = self._library.lesson(lesson)
        async with self._database.unit() as unit:
            left = await unit.quizzes.open_of(member, lesson)
            if left is not None:
                quiz = await _existing(unit, left, member)
                return Opening(quiz, True, await _rated(unit, quiz), 0)
            held = await _held_back(unit, guild)
            free = [one for one in source.questions if one.identity not in held]
            if not free:
                raise Refusal(
                    N_(
                        "Every question of this lesson is in an open poll here. Answer them there, or come back when they close."
                    )
                )
            whole = len(free) == len(source.questions)
            attempt = await next_attempt(unit, source, member, self._clock()) if whole else FIRST
            random.shuffle(free)
            await unit.meanings.keep(asked(source, one) for one in free)
            id = await unit.quizzes.add(
                [
                    {
                        "question": one.identity,
                        "meaning": one.meaning,
                        "difficulty": source.rating,
                        "arrangement": _shuffled(len(one.options)),
                    }
                    for one in free
                ],
                member=member,
                guild=guild,
                lesson=source.slug,
                lesson_title=source.title,
                attempt=attempt,
                opened_at=self._clock(),
            )
            quiz = await _existing(unit, id, member)
            return Opening(quiz, False, await _rated(unit, quiz), len(source.questions) - len(free))

    async def put(self, quiz: int, member: int) -> Put | Summary:
        """Show the quiz's next question, which from now on counts; or the summary when there is none left."""
        now = self._clock()
        async with self._database.unit() as unit:
            found = await _existing(unit, quiz, member, lock=True)
            if found.next is None or found.finished_at is not None:
                return await _summary(unit, found)
            held = await _held_back(unit, found.guild)
            question = next(
                (one for one in found.questions if one.option is None and one.question not in held), None
            )
            if question is None:
                raise waits()
            served = (await unit.meanings.get([question.meaning]))[question.meaning]
            if question.shown_at is None:
                await unit.quizzes.shown(quiz, question.position, now)
                await unit.attempts.claim([(member, question.question)], found.source, now)
            firsts = await unit.attempts.of(member, [question.question])
            return Put(
                quiz=found,
                question=question,
                stem=served.stem,
                options=tuple(served.options[option] for option in question.arrangement),
                rated=firsts.get(question.question) in {found.source, found.told},
            )

    async def answer(self, quiz: int, position: int, place: int, member: int) -> Verdict:
        """Record the option that lies at this place, which is durable when this returns and final."""
        return await self._door.submit(Answer(quiz, position, place, member, self._clock()))

    async def drain(self) -> None:
        """Return when every answer that waits has been recorded."""
        await self._door.drain()

    async def expire(self) -> None:
        """Count as wrong what was shown more than a day ago and never answered, and end those quizzes."""
        now = self._clock()
        async with self._database.reading() as unit:
            stale = await unit.quizzes.stale(now - SHOWN_COUNTS_WRONG_AFTER, _AT_ONCE)
            quizzes = await unit.quizzes.get(stale)
        for quiz in quizzes.values():
            waiting = quiz.next
            if waiting is not None and waiting.shown_at is not None:
                try:
                    await self.answer(quiz.id, waiting.position, TIME_RAN_OUT, quiz.member)
                except Refusal:
                    # Its question is in an open poll by now; the day is counted when that has closed.
                    continue
            async with self._database.unit() as unit:
                still = (await unit.quizzes.get([quiz.id], lock=True))[quiz.id]
                # Meanwhile the member may have gone on, and then the next question has a day of its own.
                gone_on = still.next is not None and still.next.shown_at is not None
                if still.finished_at is None and not gone_on:
                    await finish(unit, [still], now)

    async def _record(self, unit: Unit, answers: Sequence[Answer]) -> Sequence[Verdict | Exception]:
        return await mark(unit, self._library, answers)


async def _held_back(unit: Unit, guild: int | None) -> frozenset[str]:
    """Questions that no quiz of the server asks now: their answer would be that of an open poll."""
    if guild is None:
        return frozenset()
    return (await unit.polls.open_questions([guild])).get(guild, frozenset())


def _shuffled(options: int) -> list[int]:
    return random.sample(range(options), options)


async def _existing(unit: Unit, quiz: int, member: int, *, lock: bool = False) -> Quiz:
    found = (await unit.quizzes.get([quiz], lock=lock)).get(quiz)
    if found is None:
        raise unknown()
    if found.member != member:
        raise NotAllowed(N_("This quiz is somebody else's. Start your own with /quiz."))
    return found


async def _rated(unit: Unit, quiz: Quiz) -> int:
    open_questions = [one.question for one in quiz.questions if one.option is None]
    firsts = await unit.attempts.of(quiz.member, open_questions)
    return sum(firsts.get(one, quiz.source) in {quiz.source, quiz.told} for one in open_questions)


async def _summary(unit: Unit, quiz: Quiz) -> Summary:
    served = await unit.meanings.get(one.meaning for one in quiz.questions)
    right = [one for one in quiz.questions if one.option == served[one.meaning].key]
    entries = await unit.ratings.entries_of(quiz.member, quiz.source)
    on_world = [moved(entry) for entry in entries if entry.ladder == Ladder.world().key]
    repairs = {
        (served[one.meaning].lesson, section): None
        for one in quiz.questions
        if one.option is not None
        and one.option >= 0
        and (section := served[one.meaning].repairs[one.option]) is not None
    }
    return Summary(
        quiz=quiz,
        correct=len(right),
        total=len(quiz.questions),
        rated=len(on_world),
        moved=_whole(on_world),
        match=await unit.matches.completed_by(quiz.member, quiz.source),
        title=await unit.matches.title(quiz.member),
        to_repair=tuple(repairs),
    )


def _whole(changes: Sequence[Moved]) -> Moved | None:
    """Changes in their order as one, from before the first to after the last."""
    if not changes:
        return None
    first, last = changes[0], changes[-1]
    return Moved(
        ladder=first.ladder,
        before=first.before,
        after=last.after,
        predicted=sum(change.predicted for change in changes) / len(changes),
        difficulty=first.difficulty,
        weight=first.weight,
        by_certainty=sum(change.by_certainty for change in changes),
    )
