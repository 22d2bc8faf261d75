"""Results of polls: what a close rates, and what everybody and each voter is told of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import as_served
from bot.actions.books import Evidence
from bot.actions.library import Library
from bot.actions.rating import Moved, moved, rate_all
from bot.actions.refusals import Refusal
from bot.storage import Unit
from bot.storage.matches import Match
from bot.storage.meanings import Asked
from bot.storage.polls import Poll
from bot.words import N_
from ladder.evidence import POLL_WEIGHT
from ladder.poll import Tally, tally
from ladder.tiers import Tier


@dataclass(frozen=True, slots=True)
class PollResult:
    """What came of a poll; for everybody to see."""

    poll: Poll
    asked: Asked
    tally: Tally


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What came of a poll for one member; for that member to see."""

    poll: Poll
    asked: Asked
    option: int | None
    """None for a member who did not answer."""
    moved: tuple[Moved, ...]
    """Empty if the answer was not the member's first attempt at the question."""
    match: Match | None
    """The match against the lesson's machine that this answer completed."""
    title: Tier
    """The title held now."""
    deleted: bool = False
    """Whether the member did answer, and has deleted their data since."""


async def rate_poll(unit: Unit, library: Library, poll: Poll) -> None:
    """Rate the answers of a poll that this unit closes; those that are first attempts."""
    served = await asked_in(unit, library, poll)
    answers = await unit.polls.answers(poll.id)
    firsts = await unit.attempts.claimed_by(poll.source)
    evidence = [
        Evidence(
            member=answer.member,
            asked=served,
            difficulty=poll.difficulty,
            correct=answer.option == served.key,
            weight=POLL_WEIGHT,
            at=answer.answered_at,
            guild=poll.guild,
            source=poll.source,
        )
        for answer in answers.values()
        if (answer.member, poll.question) in firsts
    ]
    await rate_all(unit, library, evidence)


async def result(unit: Unit, library: Library, poll: Poll) -> PollResult:
    """What came of a closed poll, for everybody."""
    if poll.state != "closed":
        raise Refusal(N_("This poll was never opened, so there is no result. Post a new one with /poll."))
    served = await asked_in(unit, library, poll)
    answers = await unit.polls.answers(poll.id)
    counted = tally((answer.option for answer in answers.values()), len(served.options))
    return PollResult(poll, served, counted)


async def asked_in(unit: Unit, library: Library, poll: Poll) -> Asked:
    """The poll's question as it was posted."""
    stored = (await unit.meanings.get([poll.meaning]))[poll.meaning]
    return as_served(stored, poll.question, library.catalogue)


async def own_result(unit: Unit, library: Library, poll: Poll, member: int, now: datetime) -> OwnResult:
    """What came of a closed poll for one member, to whom its question is known from now on."""
    shown = await result(unit, library, poll)
    answer = (await unit.polls.answers(poll.id, [member])).get(member)
    await unit.attempts.claim([(member, poll.question)], seen(poll), now)
    entries = await unit.ratings.entries_of(member, poll.source)
    return OwnResult(
        poll=poll,
        asked=shown.asked,
        option=answer.option if answer is not None else None,
        moved=tuple(moved(entry) for entry in entries),
        match=await unit.matches.completed_by(member, poll.source),
        title=await unit.matches.title(member),
        deleted=await unit.polls.answered_before_deletion(poll.id, member),
    )


def seen(poll: Poll) -> str:
    """The source of a first meeting with a question that was its answer: it rates nothing, ever."""
    return f"seen:{poll.id}"


async def existing(unit: Unit, poll: int) -> Poll:
    """The poll; a refusal if there is none."""
    found = await unit.polls.get(poll)
    if found is None:
        raise Refusal(N_("This poll is no longer known here. Ask a moderator to post a new one."))
    return found
