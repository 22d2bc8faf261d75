"""Versus the machine: what a match at one go would be now, how it stands, and how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.actions.board_rows import PROVISIONAL_BELOW
from bot.actions.books import won
from bot.actions.holdings import Holdings
from bot.actions.matches import FIRST, drawn_from
from bot.actions.promotions import note_promotions, retitled
from bot.storage import Unit
from bot.storage.matches import Match
from bot.storage.quizzes import Quiz
from ladder.match import FEWEST_QUESTIONS, Odds, Outcome, machine_answers, odds, rematch_opens_at, settle
from ladder.rating import Standing, machine_chance, predicted
from ladder.standings import Ladder
from ladder.tiers import Tier
from lessons.model import CURATED, Lesson, Question

_ANSWERED_BEFORE = "answered before"
"""The source of a match that no answer completed: the lesson lost its last unanswered question."""

Obstacle = Literal["short", "own", "polls"]
"""Too few questions; a server's own lesson, which has no machine; questions in polls that are still open."""


@dataclass(frozen=True, slots=True)
class Score:
    """How both sides of a match stand, over the questions that the member has answered so far."""

    own: int
    machine: int
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class Terms:
    """A match that can be played now."""

    attempt: int
    left: tuple[Question, ...]
    """The questions that are still to be asked."""
    score: Score
    """What the member's earlier first answers have made of it already."""
    odds: Odds
    provisional: bool
    """Whether the estimate behind the odds is still a rough one."""


@dataclass(frozen=True, slots=True)
class Played:
    """A match that is over, and whose rematch is not open."""

    lesson: Lesson
    match: Match
    title: Tier
    """The title held now."""


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Why there is no match at one go against this lesson's machine now."""

    lesson: Lesson
    why: Obstacle


@dataclass(frozen=True, slots=True)
class _Answered:
    """One question of a match, and how both sides fare with it."""

    own: bool | None
    machine: bool


def has_machine(lesson: Lesson) -> bool:
    """Whether there are matches against the lesson's machine."""
    return lesson.owner == CURATED and len(lesson.questions) >= FEWEST_QUESTIONS


async def terms(
    unit: Unit, library: Holdings, lesson: Lesson, member: int, *, held: frozenset[str], now: datetime
) -> Terms | Played | NoMatch:
    """The match that the member could play over the lesson now; ``held`` are questions that wait in open polls.

    A match of which every question turns out to be answered is settled.
    """
    if not has_machine(lesson):
        return NoMatch(lesson, "own" if lesson.owner != CURATED else "short")
    last = await _last(unit, lesson.slug, member)
    if last is not None and (last.outcome is Outcome.WIN or now < rematch_opens_at(last.settled_at)):
        return Played(lesson, last, await unit.matches.title(member))
    attempt = FIRST if last is None else last.attempt + 1
    answered = await _own_answers(unit, lesson, member)
    own = answered if attempt == FIRST else {}
    left = tuple(one for one in lesson.questions if one.identity not in own)
    claims = await unit.attempts.of(member, [one.identity for one in left])
    # A poll's answer counts once it has closed, and until then nobody is told whether it was right.
    waiting = {question for question, source in claims.items() if source.startswith("poll:")}
    if any(one.identity in held | (waiting - answered.keys()) for one in left):
        return NoMatch(lesson, "polls")
    secret = await drawn_from(unit)
    machine = {
        one.identity: machine_answers(secret, member, one.identity, attempt, len(one.options))
        for one in lesson.questions
        if one.identity in own
    }
    if not left:
        sheet = [_Answered(own[question], right) for question, right in machine.items()]
        match = await _store(
            unit,
            sheet,
            (member, lesson.slug, FIRST),
            difficulty=lesson.rating,
            source=_ANSWERED_BEFORE,
            at=now,
        )
        return Played(lesson, match, await unit.matches.title(member))
    held_rating = (await unit.ratings.of(member)).get(Ladder.world().key)
    standing = Standing(held_rating.estimate, held_rating.evidence) if held_rating is not None else Standing()
    return Terms(
        attempt=attempt,
        left=left,
        score=Score(sum(own.values()), sum(machine.values()), len(own), len(lesson.questions)),
        odds=_odds(lesson, standing, own, machine),
        provisional=standing.evidence < PROVISIONAL_BELOW,
    )


def _odds(lesson: Lesson, standing: Standing, own: Mapping[str, bool], machine: Mapping[str, bool]) -> Odds:
    """The chances over the whole match; what is answered already is certain on both sides."""
    mine = [
        float(own[one.identity])
        if one.identity in own
        else predicted(standing.estimate, lesson.rating, len(one.options))
        for one in lesson.questions
    ]
    theirs = [
        float(machine[one.identity]) if one.identity in machine else machine_chance(len(one.options))
        for one in lesson.questions
    ]
    return odds(mine, theirs)


async def score(unit: Unit, library: Holdings, quiz: Quiz) -> Score:
    """How the match stands that this quiz is; the machine's answers count where the member has answered."""
    sheet = await _sheet(unit, library, quiz)
    done = [one for one in sheet if one.own is not None]
    return Score(sum(bool(one.own) for one in done), sum(one.machine for one in done), len(done), len(sheet))


async def answered_elsewhere(unit: Unit, library: Holdings, quiz: Quiz) -> frozenset[str]:
    """Questions of the first match that the quiz is which the member has meanwhile answered in another way."""
    lesson = library.curated.find(quiz.lesson)
    if lesson is None or quiz.attempt != FIRST:
        return frozenset()
    return frozenset(await _own_answers(unit, lesson, quiz.member))


async def settle_at_one_go(unit: Unit, library: Holdings, quiz: Quiz, at: datetime) -> None:
    """Settle the match that this finished quiz was; what was not answered counts as wrong.

    A question that the library lost before it was answered counts for neither side, and with fewer than five
    left there is no match.
    """
    lesson = library.curated.find(quiz.lesson)
    if lesson is None or (quiz.attempt == FIRST and await unit.matches.played([quiz.member], quiz.lesson)):
        return
    sheet = await _sheet(unit, library, quiz)
    if len(sheet) >= FEWEST_QUESTIONS:
        which = quiz.member, quiz.lesson, quiz.attempt
        await _store(
            unit,
            sheet,
            which,
            difficulty=quiz.questions[0].difficulty,
            source=quiz.source,
            at=at,
            guild=quiz.guild,
        )


async def _sheet(unit: Unit, library: Holdings, quiz: Quiz) -> list[_Answered]:
    """The match's questions: those of this quiz, and of a first match those answered in other ways."""
    served = await unit.meanings.get(one.meaning for one in quiz.questions)
    here = {
        one.question: None if one.option is None else one.option == served[one.meaning].key
        for one in quiz.questions
    }
    options = {one.question: len(one.arrangement) for one in quiz.questions}
    lesson = library.curated.find(quiz.lesson)
    if quiz.attempt == FIRST and lesson is not None:
        options = {one.identity: len(one.options) for one in lesson.questions} | options
        here |= await _own_answers(unit, lesson, quiz.member)
    secret = await drawn_from(unit)
    return [
        _Answered(own, machine_answers(secret, quiz.member, question, quiz.attempt, options[question]))
        for question, own in here.items()
        if own is not None or library.curated.question(question) is not None
    ]


async def _own_answers(unit: Unit, lesson: Lesson, member: int) -> dict[str, bool]:
    """Whether the member's own first answers to the lesson's questions were right; as a match counts them."""
    asked = [one.identity for one in lesson.questions]
    rated = (await unit.matches.first_answers([member], asked)).get(member, {})
    practised = (await unit.matches.practice([member], asked)).get(member, {})
    return practised | rated


async def _last(unit: Unit, lesson: str, member: int) -> Match | None:
    """The member's last match over the lesson, or the one that was won."""
    played = [match for match in await unit.matches.of([member]) if match.lesson == lesson]
    return max(played, key=lambda match: (match.outcome is Outcome.WIN, match.attempt), default=None)


async def _store(
    unit: Unit,
    sheet: list[_Answered],
    which: tuple[int, str, int],
    *,
    difficulty: int,
    source: str,
    at: datetime,
    guild: int | None = None,
) -> Match:
    """``which`` match is its member's, lesson's and attempt's; it was decided in that server, if in one."""
    member, lesson, attempt = which
    outcome = settle([one.own for one in sheet], [one.machine for one in sheet], at_one_go=True)
    if outcome is None:
        raise ValueError("a match played to its end has an outcome")
    held = await unit.ratings.hold([member])
    world = next((row for row in held if row.ladder == Ladder.world().key), None)
    match = Match(
        member=member,
        lesson=lesson,
        attempt=attempt,
        difficulty=difficulty,
        questions=len(sheet),
        own=sum(bool(one.own) for one in sheet),
        machine=sum(one.machine for one in sheet),
        outcome=outcome,
        settled_at=at,
        source=source,
        entries=world.entries if world is not None else 0,
    )
    await unit.matches.add([match])
    if outcome is Outcome.WIN:
        title = (await unit.matches.titles([member])).get(member)
        now = won(title, match, world.rating if world is not None else None)
        await unit.matches.hold_titles([now])
        await note_promotions(unit, {member: title}, [now], {member: guild})
        await unit.role_dues.add(retitled({member: title}, [now]), at)
    return match
