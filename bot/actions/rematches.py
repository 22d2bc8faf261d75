"""Rematches: seven days after a match that was not won, all of the lesson's questions at one go, unrated."""

from datetime import datetime

from bot.actions.books import won
from bot.actions.matches import FIRST, drawn_from
from bot.storage import Unit
from bot.storage.matches import Match
from bot.storage.quizzes import Quiz
from ladder.match import FEWEST_QUESTIONS, Outcome, machine_answers, rematch_opens_at, settle
from ladder.standings import Ladder
from lessons.model import CURATED, Lesson


async def next_attempt(unit: Unit, lesson: Lesson, member: int, now: datetime) -> int:
    """The attempt that a quiz over the whole lesson would be now: a rematch if one is open, else `FIRST`."""
    if lesson.owner != CURATED or len(lesson.questions) < FEWEST_QUESTIONS:
        return FIRST
    played = [match for match in await unit.matches.of([member]) if match.lesson == lesson.slug]
    last = max(played, key=lambda match: match.attempt, default=None)
    if last is None or any(match.outcome is Outcome.WIN for match in played):
        return FIRST
    return last.attempt + 1 if now >= rematch_opens_at(last.settled_at) else FIRST


async def settle_rematch(unit: Unit, quiz: Quiz, at: datetime) -> None:
    """Settle the rematch that this finished quiz was; what was not answered counts as wrong."""
    served = await unit.meanings.get(one.meaning for one in quiz.questions)
    own = [None if one.option is None else one.option == served[one.meaning].key for one in quiz.questions]
    secret = await drawn_from(unit)
    machine = [
        machine_answers(secret, quiz.member, one.question, quiz.attempt, len(one.arrangement))
        for one in quiz.questions
    ]
    outcome = settle(own, machine, at_one_go=True)
    if outcome is None:
        raise ValueError("a match played to its end has an outcome")
    held = await unit.ratings.hold([quiz.member])
    world = next((row for row in held if row.ladder == Ladder.world().key), None)
    match = Match(
        member=quiz.member,
        lesson=quiz.lesson,
        attempt=quiz.attempt,
        difficulty=quiz.questions[0].difficulty,
        questions=len(own),
        own=sum(map(bool, own)),
        machine=sum(machine),
        outcome=outcome,
        settled_at=at,
        source=quiz.source,
        entries=world.entries if world is not None else 0,
    )
    await unit.matches.add([match])
    if outcome is Outcome.WIN:
        title = (await unit.matches.titles([quiz.member])).get(quiz.member)
        await unit.matches.hold_titles([won(title, match, world.rating if world is not None else None)])
