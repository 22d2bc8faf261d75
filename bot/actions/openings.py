"""Openings of quizzes: what is about to be asked, what stands in its way, and what giving that up costs."""

import random
from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import asked
from bot.actions.giving_way import rated_here
from bot.actions.holdings import Holdings
from bot.actions.marking import Answer, finish, mark, unknown
from bot.actions.matches import FIRST
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.versus import NoMatch, Played, Score, Terms, score, terms
from bot.storage import Unit
from bot.storage.quizzes import TIME_RAN_OUT, Kind, Quiz
from bot.words import N_
from lessons.model import Lesson


@dataclass(frozen=True, slots=True)
class Opening:
    """A quiz about to begin, or one that was left and can be taken up again."""

    quiz: Quiz
    taken_up: bool
    """Whether it was there already, perhaps without a question shown."""
    rated: int
    """How many of its open questions are the member's first attempt, so that they move the rating."""
    held_back: int
    """How many of the lesson's questions wait in an open poll of this server."""
    match: Terms | None = None
    """The terms of the match that is about to begin, or that could begin instead of a check."""
    score: Score | None = None
    """How a match that is taken up stands."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Another quiz of the member's is open, and has to be finished or given up first."""

    quiz: Quiz
    wanted: Lesson
    versus: bool
    """Whether a match against the wanted lesson's machine is to begin."""
    costs: int
    """How many of its shown questions count as wrong once it is given up."""

    @property
    def unshown(self) -> int:
        """How many of its questions nobody has seen yet."""
        return sum(one.shown_at is None for one in self.quiz.questions)


Outlook = Opening | Busy | Played | NoMatch


async def begin(
    unit: Unit,
    library: Holdings,
    wanted: Lesson,
    member: int,
    guild: int | None,
    *,
    versus: bool,
    now: datetime,
) -> Outlook:
    """The member's quiz over the lesson: the one that was left, else a new one. Nothing is shown yet."""
    # What is locked here is locked in the order in which an answer locks it.
    known = await unit.quizzes.get(await unit.quizzes.unfinished(member), lock=True)
    await unit.quizzes.hold(member)
    still = await unit.quizzes.get(await unit.quizzes.unfinished(member))
    kind: Kind = "versus" if versus else "check"
    held = await held_back(unit, guild)
    for quiz in sorted(still.values(), key=lambda one: -one.id):
        same = quiz.lesson == wanted.slug and (quiz.kind == kind or (quiz.begun and not versus))
        if same and (quiz.begun or quiz.guild == guild):
            return await _taken_up(unit, library, quiz, held, now)
    match = await terms(unit, library, wanted, member, held=held, now=now)
    if versus and not isinstance(match, Terms):
        return match
    for quiz in sorted(still.values(), key=lambda one: -one.id):
        if quiz.begun or quiz.id not in known:
            return Busy(quiz, wanted, versus, len(await _counting(unit, library, quiz)))
    # What was opened and never begun makes room without a word: nothing of it was seen.
    await finish(unit, library, list(still.values()), now)
    offered = match if isinstance(match, Terms) else None
    left = offered.left if versus and offered is not None else wanted.questions
    free = [one for one in left if one.identity not in held]
    if not free:
        raise Refusal(
            N_(
                "Every question of this lesson is in an open poll here. Answer them there, or come back when they close."
            )
        )
    random.shuffle(free)
    await unit.meanings.keep(asked(wanted, one) for one in free)
    id = await unit.quizzes.add(
        [
            {
                "question": one.identity,
                "meaning": one.meaning,
                "difficulty": wanted.rating,
                "arrangement": random.sample(range(len(one.options)), len(one.options)),
            }
            for one in free
        ],
        member=member,
        guild=guild,
        lesson=wanted.slug,
        lesson_title=wanted.title,
        attempt=offered.attempt if versus and offered is not None else FIRST,
        kind=kind,
        opened_at=now,
    )
    quiz = await existing(unit, id, member)
    return Opening(quiz, False, await _rated(unit, quiz), len(left) - len(free), offered)


async def _taken_up(
    unit: Unit, library: Holdings, quiz: Quiz, held: frozenset[str], now: datetime
) -> Opening:
    rated = await _rated(unit, quiz)
    if quiz.begun:
        stands = await score(unit, library, quiz) if quiz.kind == "versus" else None
        return Opening(quiz, True, rated, 0, score=stands)
    lesson = library.curated.find(quiz.lesson)
    match = await terms(unit, library, lesson, quiz.member, held=held, now=now) if lesson else None
    return Opening(quiz, True, rated, 0, match if isinstance(match, Terms) else None)


async def opening_of(unit: Unit, quiz: Quiz) -> Opening:
    """A quiz that is there already, with no machine to play it against."""
    return Opening(quiz, True, await _rated(unit, quiz), 0)


async def give_up(unit: Unit, library: Holdings, quiz: Quiz, now: datetime, *, by_member: bool) -> None:
    """End a quiz that is locked: what is shown counts as wrong, and what was not shown stays unmet.

    A question that the library has lost does not count. Raises the `Refusal` that keeps a question from being
    counted now, which is its open poll unless the member gives up.
    """
    known = await library.knowing(unit, (one.question for one in quiz.waiting))
    answers = [
        Answer(quiz.id, one.position, TIME_RAN_OUT, quiz.member, now, given_up=by_member)
        for one in quiz.waiting
        if known.question(one.question) is not None
    ]
    if answers:
        for verdict in await mark(unit, library, answers):
            if isinstance(verdict, Exception):
                raise verdict
    still = (await unit.quizzes.get([quiz.id]))[quiz.id]
    if still.finished_at is None:
        await finish(unit, library, [still], now)


async def held_back(unit: Unit, guild: int | None) -> frozenset[str]:
    """Questions that no quiz of the server asks now: their answer would be that of an open poll."""
    if guild is None:
        return frozenset()
    return (await unit.polls.open_questions([guild])).get(guild, frozenset())


async def existing(unit: Unit, quiz: int, member: int, *, lock: bool = False) -> Quiz:
    """The member's quiz; a refusal if there is none, or it is somebody else's."""
    found = (await unit.quizzes.get([quiz], lock=lock)).get(quiz)
    if found is None:
        raise unknown()
    if found.member != member:
        raise NotAllowed(N_("This quiz is somebody else's. Start your own with /quiz."))
    return found


async def _rated(unit: Unit, quiz: Quiz) -> int:
    open_questions = [one.question for one in quiz.questions if one.option is None]
    return len(await rated_here(unit, quiz, open_questions))


async def _counting(unit: Unit, library: Holdings, quiz: Quiz) -> list[str]:
    """The questions that would be rated as wrong if the quiz were given up now."""
    known = await library.knowing(unit, (one.question for one in quiz.waiting))
    shown = [one.question for one in quiz.waiting if known.question(one.question) is not None]
    firsts = await unit.attempts.of(quiz.member, shown)
    told = await unit.polls.told((quiz.member, one) for one in shown)
    return [
        one
        for one in shown
        if firsts.get(one) == quiz.told or (firsts.get(one) == quiz.source and (quiz.member, one) not in told)
    ]
