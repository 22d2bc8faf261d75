"""Matches: a lesson's questions, all answered, settle one against its machine; a win may earn a title."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.actions.holdings import Holdings
from bot.storage import Unit
from bot.storage.matches import Match
from ladder.match import FEWEST_QUESTIONS, Outcome, machine_answers, settle
from lessons.model import CURATED, Lesson

_DRAWN_FROM = "machine secret"
FIRST = 1
"""The attempt that all first answers to a lesson's questions make up, whichever way they came."""


async def settle_completed(
    unit: Unit,
    library: Holdings,
    answered: Iterable[tuple[int, str, str, datetime]],
    lengths: Mapping[int, int],
) -> list[Match]:
    """Settle the matches that these answers complete: (member, lesson, source, moment) each.

    A match is over when every question of the lesson has the member's own answer: the rated first attempt, or
    else, where the answer was revealed before it, the first one in a quiz. A lesson with fewer than five
    questions, or that is no longer taught, has no match. ``lengths`` are those of the members' journals of the
    world's ladder.
    """
    by_lesson: dict[str, dict[int, tuple[str, datetime]]] = {}
    for member, slug, source, at in answered:
        by_lesson.setdefault(slug, {})[member] = (source, at)
    settled: list[Match] = []
    for slug, members in by_lesson.items():
        lesson = library.curated.find(slug)
        if lesson is None or lesson.owner != CURATED or len(lesson.questions) < FEWEST_QUESTIONS:
            continue
        asked = [question.identity for question in lesson.questions]
        done = await unit.matches.met(members, asked)
        if not done:
            continue
        answers = await unit.matches.first_answers(done, asked)
        missing = [member for member in done if len(answers.get(member, ())) < len(asked)]
        if missing:
            for member, practice in (await unit.matches.practice(missing, asked)).items():
                answers[member] = practice | answers.get(member, {})
        complete = {member: own for member, own in answers.items() if len(own) == len(asked)}
        if not complete:
            continue
        played = await unit.matches.played(complete, slug)
        secret = await drawn_from(unit)
        settled += [
            _settled(secret, lesson, member, own, completed=members[member], entries=lengths.get(member, 0))
            for member, own in complete.items()
            if member not in played
        ]
    await unit.matches.add(settled)
    return settled


def _settled(
    secret: bytes,
    lesson: Lesson,
    member: int,
    own: Mapping[str, bool],
    *,
    completed: tuple[str, datetime],
    entries: int,
) -> Match:
    source, at = completed
    mine = [own[question.identity] for question in lesson.questions]
    machine = [
        machine_answers(secret, member, question.identity, FIRST, len(question.options))
        for question in lesson.questions
    ]
    return Match(
        member=member,
        lesson=lesson.slug,
        attempt=FIRST,
        difficulty=lesson.rating,
        questions=len(mine),
        own=sum(mine),
        machine=sum(machine),
        outcome=_outcome(mine, machine),
        settled_at=at,
        source=source,
        entries=entries,
    )


def _outcome(mine: Sequence[bool], machine: Sequence[bool]) -> Outcome:
    outcome = settle(mine, machine, at_one_go=True)
    if outcome is None:
        raise ValueError("a match played to its end has an outcome")
    return outcome


async def drawn_from(unit: Unit) -> bytes:
    """What the machines' answers are drawn from: made once, and kept in the database for ever."""
    return bytes.fromhex(await unit.facts.keep(_DRAWN_FROM, secrets.token_hex(32)))
