"""Checking oneself: a lesson's questions in private, one after the other, each answered once."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import as_served, asked
from bot.actions.library import Library
from bot.actions.rating import Evidence, Moved, moved, rate_all
from bot.actions.refusals import NotAllowed, Refusal
from bot.storage import BatchDoor, Database, Unit
from bot.storage.matches import Match
from bot.storage.meanings import Asked
from bot.storage.quizzes import TIME_RAN_OUT, Quiz, QuizQuestion
from bot.words import N_
from ladder.evidence import SHOWN_COUNTS_WRONG_AFTER, SOLO_WEIGHT
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
class Verdict:
    """What came of one answer."""

    quiz: Quiz
    question: QuizQuestion
    asked: Asked
    option: int
    """As authored; `TIME_RAN_OUT` when the question was left unanswered."""
    fresh: bool
    """Whether this press is the answer; if not, an earlier one was."""
    moved: tuple[Moved, ...]
    """Empty if this was not the member's first attempt at the question."""

    @property
    def correct(self) -> bool:
        """Whether the answer was right."""
        return self.option == self.asked.key


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


@dataclass(frozen=True, slots=True)
class _Answer:
    quiz: int
    position: int
    place: int
    """Where the chosen option lies in this attempt; `TIME_RAN_OUT` for the clock's own answer."""
    member: int
    at: datetime


class Quizzes:
    """What can be done with quizzes."""

    def __init__(self, database: Database, library: Library, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._door: BatchDoor[_Answer, Verdict] = BatchDoor(database, self._record)

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
                raise _waits()
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
                rated=firsts.get(question.question) == found.source,
            )

    async def answer(self, quiz: int, position: int, place: int, member: int) -> Verdict:
        """Record the option that lies at this place, which is durable when this returns and final."""
        return await self._door.submit(_Answer(quiz, position, place, member, self._clock()))

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
                    await unit.quizzes.finish(quiz.id, now)

    async def _record(self, unit: Unit, answers: Sequence[_Answer]) -> Sequence[Verdict | Exception]:
        quizzes = await unit.quizzes.get((one.quiz for one in answers), lock=True)
        found = {
            (quiz.id, question.position): question for quiz in quizzes.values() for question in quiz.questions
        }
        meanings = await unit.meanings.get(question.meaning for question in found.values())
        held = {guild: await _held_back(unit, guild) for guild in {quiz.guild for quiz in quizzes.values()}}
        evidence: list[Evidence] = []
        checked: list[tuple[_Answer, int, bool] | Exception] = []
        for one in answers:
            question = found.get((one.quiz, one.position))
            refusal = _refusal(quizzes.get(one.quiz), question, one)
            if question is None or refusal is not None:
                checked.append(refusal or _unknown())
                continue
            if question.option is None and question.question in held[quizzes[one.quiz].guild]:
                checked.append(_waits())
                continue
            option = question.arrangement[one.place] if one.place != TIME_RAN_OUT else TIME_RAN_OUT
            fresh = await unit.quizzes.answer(one.quiz, one.position, option, one.at)
            checked.append((one, option, fresh))
            quiz = quizzes[one.quiz]
            served = as_served(meanings[question.meaning], question.question, self._library.catalogue)
            firsts = await unit.attempts.of(one.member, [question.question]) if fresh else {}
            # A question that was shown here first may have been answered in a poll since, and its key with it.
            told = fresh and await unit.polls.told(one.member, question.question)
            if firsts.get(question.question) == quiz.source and not told:
                evidence.append(_evidence(quiz, question, served, one, option))
        await rate_all(unit, self._library, evidence)
        now_stands = await unit.quizzes.get(quizzes)
        for quiz in now_stands.values():
            if quiz.next is None and quiz.finished_at is None:
                await unit.quizzes.finish(quiz.id, answers[0].at)
        return [
            await self._verdict(unit, now_stands[one[0].quiz], one[0].position, fresh=one[2])
            if isinstance(one, tuple)
            else one
            for one in checked
        ]

    async def _verdict(self, unit: Unit, quiz: Quiz, position: int, *, fresh: bool) -> Verdict:
        question = quiz.questions[position]
        served = (await unit.meanings.get([question.meaning]))[question.meaning]
        entries = await unit.ratings.entries_of(quiz.member, quiz.source)
        return Verdict(
            quiz=quiz,
            question=question,
            asked=as_served(served, question.question, self._library.catalogue),
            option=question.option if question.option is not None else TIME_RAN_OUT,
            fresh=fresh,
            moved=tuple(moved(entry) for entry in entries if entry.question == question.question),
        )


def _refusal(quiz: Quiz | None, question: QuizQuestion | None, answer: _Answer) -> Refusal | None:
    if quiz is None or question is None:
        return _unknown()
    if quiz.member != answer.member:
        return NotAllowed(N_("This quiz is somebody else's. Start your own with /quiz."))
    if answer.place != TIME_RAN_OUT and answer.place not in range(len(question.arrangement)):
        return Refusal(N_("This question has no such option. Choose one of its buttons."))
    if question.shown_at is None and question.option is None:
        return Refusal(N_("This question was not asked yet. Go on with /quiz."))
    if quiz.finished_at is not None and question.option is None:
        return Refusal(N_("This quiz is over: a day passed without an answer. Start a new one with /quiz."))
    return None


async def _held_back(unit: Unit, guild: int | None) -> frozenset[str]:
    """Questions that no quiz of the server asks now: their answer would be that of an open poll."""
    return await unit.polls.open_questions(guild) if guild is not None else frozenset()


def _waits() -> Refusal:
    return Refusal(
        N_(
            "What is left of this quiz is in an open poll here. Answer it there, and go on with /quiz when it has closed."
        )
    )


def _unknown() -> Refusal:
    return Refusal(N_("This quiz is no longer known here. Start a new one with /quiz."))


def _evidence(quiz: Quiz, question: QuizQuestion, served: Asked, answer: _Answer, option: int) -> Evidence:
    return Evidence(
        member=answer.member,
        asked=served,
        difficulty=question.difficulty,
        correct=option == served.key,
        weight=SOLO_WEIGHT,
        at=answer.at,
        guild=quiz.guild,
        source=quiz.source,
    )


def _shuffled(options: int) -> list[int]:
    return random.sample(range(options), options)


async def _existing(unit: Unit, quiz: int, member: int, *, lock: bool = False) -> Quiz:
    found = (await unit.quizzes.get([quiz], lock=lock)).get(quiz)
    if found is None:
        raise _unknown()
    if found.member != member:
        raise NotAllowed(N_("This quiz is somebody else's. Start your own with /quiz."))
    return found


async def _rated(unit: Unit, quiz: Quiz) -> int:
    open_questions = [one.question for one in quiz.questions if one.option is None]
    firsts = await unit.attempts.of(quiz.member, open_questions)
    return sum(firsts.get(one, quiz.source) == quiz.source for one in open_questions)


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
