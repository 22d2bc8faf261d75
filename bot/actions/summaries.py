"""Summaries: how a quiz went, what it changed, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.climbing import Climb, climbed
from bot.actions.holdings import Holdings
from bot.actions.openings import held_back
from bot.actions.rating import Moved, moved
from bot.actions.versus import Score, Terms, score, terms
from bot.storage import Unit
from bot.storage.matches import Match
from bot.storage.quizzes import Quiz
from bot.storage.ratings import Entry
from ladder.experience import earned
from ladder.standings import Ladder
from ladder.tiers import NextStep, Tier, next_step


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
    """The match against the lesson's machine that this quiz was or completed."""
    title: Tier
    """The title held now."""
    to_repair: tuple[tuple[str, str], ...]
    """(lesson, section) pairs worth reading again, in the lesson's order and each once."""
    xp: int = 0
    """What its first answers have earned."""
    climb: Climb | None = None
    """What it made of the member's title, if that rose."""
    missing: NextStep | None = None
    """What is missing for the next title; None for nobody above or before the first rated answer."""
    rating: int | None = None
    """The rating in the world now."""
    lost: int = 0
    """How many questions the library lost before they were answered."""
    versus: bool = False
    """Whether a match against the lesson's machine can be played now."""
    score: Score | None = None
    """How a match at one go stood at its end."""


async def summary(unit: Unit, library: Holdings, quiz: Quiz, guild: int | None, now: datetime) -> Summary:
    """The summary of a quiz that is over."""
    member = quiz.member
    served = await unit.meanings.get(one.meaning for one in quiz.questions)
    right = [one for one in quiz.questions if one.option == served[one.meaning].key]
    known = await library.knowing(unit, (one.question for one in quiz.questions))
    lost = [one for one in quiz.questions if one.option is None and known.question(one.question) is None]
    entries = await unit.ratings.entries_of(member, quiz.source)
    on_world = [
        moved(entry) for entry in entries if entry.ladder == Ladder.world().key and entry.kind == "answer"
    ]
    repairs = {
        (served[one.meaning].lesson, section): None
        for one in quiz.questions
        if one.option is not None
        and one.option >= 0
        and (section := served[one.meaning].repairs[one.option]) is not None
    }
    held = (await unit.matches.titles([member])).get(member)
    world = (await unit.ratings.of(member)).get(Ladder.world().key)
    title = held.tier if held is not None else Tier.IRON
    lesson = library.curated.find(quiz.lesson)
    playable = (
        await terms(unit, library, lesson, member, held=await held_back(unit, guild), now=now)
        if lesson is not None
        else None
    )
    return Summary(
        quiz=quiz,
        correct=len(right),
        total=len(quiz.questions) - len(lost),
        rated=len(on_world),
        moved=_whole(on_world),
        match=await _match(unit, quiz),
        title=title,
        to_repair=tuple(repairs),
        xp=_earned(entries),
        climb=await climbed(unit, member, [quiz.source]),
        missing=next_step(world.rating, title, beaten=held.beaten if held is not None else None)
        if world is not None
        else None,
        rating=world.rating if world is not None else None,
        lost=len(lost),
        versus=isinstance(playable, Terms),
        score=await score(unit, library, quiz) if quiz.kind == "versus" else None,
    )


async def _match(unit: Unit, quiz: Quiz) -> Match | None:
    completed = await unit.matches.completed_by(quiz.member, quiz.source)
    if completed is not None or quiz.kind != "versus" or not quiz.begun:
        return completed
    # Its last question may have been answered in a poll, which has settled it then.
    played = await unit.matches.of([quiz.member])
    return next((one for one in played if (one.lesson, one.attempt) == (quiz.lesson, quiz.attempt)), None)


def _earned(entries: Sequence[Entry]) -> int:
    """The XP of the answers behind these entries; one answer earns once on all its ladders."""
    answers = {
        (one.question, one.step): (bool(one.correct), one.kind == "review")
        for one in entries
        if one.kind in {"answer", "review"}
    }
    return sum(earned(correct=correct, review=review) for correct, review in answers.values())


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
