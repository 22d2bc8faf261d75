"""Results of polls: what a close rates, and what everybody and each voter is told of it."""

from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import as_served
from bot.actions.books import Evidence
from bot.actions.climbing import Climb, climbed
from bot.actions.holdings import Holdings
from bot.actions.rating import Moved, moved, rate_all
from bot.actions.refusals import Refusal
from bot.storage import Unit
from bot.storage.matches import Match
from bot.storage.meanings import Asked
from bot.storage.polls import Poll
from bot.words import N_
from ladder.evidence import POLL_WEIGHT
from ladder.poll import Tally, tally
from ladder.standings import Ladder
from ladder.tiers import Tier

CLIMBERS = 3
"""How many of those who climbed by a poll its result names at most."""

FEWEST_FOR_SHARES = 3
"""Of fewer answers it is said how many were right rather than in percent, and naming who was tells who was not."""

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Climber:
    """A member whose rating in the server a poll has raised."""

    member: int
    name: str
    """As last seen in the server; nothing in it is escaped."""
    points: int


@dataclass(frozen=True, slots=True)
class PollResult:
    """What came of a poll; for everybody to see."""

    poll: Poll
    asked: Asked
    tally: Tally
    climbers: tuple[Climber, ...] = ()
    """Who climbed most on the server's ladder, of those who may stand there."""

    @property
    def right(self) -> int:
        """How many answers were right."""
        return self.tally.counts[self.asked.key]


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
    climb: Climb | None = None
    """What this answer made of the member's title, if that rose."""
    rating: int | None = None
    """The rating in the world now."""


async def rate_poll(unit: Unit, library: Holdings, poll: Poll) -> None:
    """Rate the answers of a poll that this unit closes; those that are first attempts."""
    if not poll.rated:
        return
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
            rated_at=poll.closed_at or poll.closes_at,
        )
        for answer in answers.values()
        if (answer.member, poll.question) in firsts
    ]
    await rate_all(unit, library, evidence)


async def result(unit: Unit, library: Holdings, poll: Poll) -> PollResult:
    """What came of a closed poll, for everybody; of one that is withheld, for nobody but this program."""
    served = await (asked_in if poll.state == "withheld" else _asked_in_closed)(unit, library, poll)
    answers = await unit.polls.answers(poll.id)
    counted = tally((answer.option for answer in answers.values()), len(served.options))
    climbers = await _climbers(unit, poll) if counted.total >= FEWEST_FOR_SHARES else ()
    return PollResult(poll, served, counted, climbers)


async def _climbers(unit: Unit, poll: Poll) -> tuple[Climber, ...]:
    """Members who are hidden, or are not in the server any more, are never named."""
    found: list[Climber] = []
    offset = 0
    while gains := await unit.news.gains(poll.id, poll.guild, _AT_ONCE, offset):
        members = [gain.member for gain in gains]
        absences = await unit.listing.absences(members)
        names = await unit.sightings.names(poll.guild, members)
        for member, points in gains:
            absence = absences.get(member)
            listed = absence is None or not (absence.hidden or poll.guild in absence.away_from)
            if listed and member in names:
                found.append(Climber(member, names[member], points))
        if len(found) >= CLIMBERS or len(gains) < _AT_ONCE:
            break
        offset += _AT_ONCE
    return tuple(found[:CLIMBERS])


async def _asked_in_closed(unit: Unit, library: Holdings, poll: Poll) -> Asked:
    if poll.state == "cancelled":
        raise nothing_rated()
    if poll.state != "closed":
        raise Refusal(N_("This poll was never opened, so there is no result. Post a new one with /poll."))
    return await asked_in(unit, library, poll)


async def asked_in(unit: Unit, library: Holdings, poll: Poll) -> Asked:
    """The poll's question as it was posted."""
    stored = (await unit.meanings.get([poll.meaning]))[poll.meaning]
    return as_served(stored, poll.question, await library.knowing(unit, [poll.question]))


async def own_result(unit: Unit, library: Holdings, poll: Poll, member: int, now: datetime) -> OwnResult:
    """What came of a closed poll for one member, to whom its question is known from now on."""
    served = await _asked_in_closed(unit, library, poll)
    answer = (await unit.polls.answers(poll.id, [member])).get(member)
    await unit.attempts.tell([member], poll.question, seen(poll), now)
    entries = await unit.ratings.entries_of(member, poll.source)
    world = (await unit.ratings.of(member)).get(Ladder.world().key)
    return OwnResult(
        poll=poll,
        asked=served,
        option=answer.option if answer is not None else None,
        moved=tuple(moved(entry) for entry in entries),
        match=await unit.matches.completed_by(member, poll.source),
        title=await unit.matches.title(member),
        deleted=await unit.polls.answered_before_deletion(poll.id, member),
        climb=await climbed(unit, member, [poll.source]),
        rating=world.rating if world is not None else None,
    )


def nothing_rated() -> Refusal:
    """The poll was cancelled, and has no result for anybody."""
    return Refusal(N_("This poll was cancelled, so nothing was rated. Its question can be asked again."))


def seen(poll: Poll) -> str:
    """The source of a first meeting with a question that was its answer: it rates nothing, ever."""
    return f"seen:{poll.id}"


async def existing(unit: Unit, poll: int) -> Poll:
    """The poll; a refusal if there is none."""
    found = await unit.polls.get(poll)
    if found is None:
        raise Refusal(N_("This poll is no longer known here. Ask a moderator to post a new one."))
    return found
