"""News: results that are told after the fact, a channel's by a reply and a voter's at the next private message."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.climbing import Climb, climbed
from bot.actions.holdings import Holdings
from bot.actions.poll_results import PollResult, existing, result
from bot.storage import BatchDoor, Database, Unit
from bot.storage.news import Untold
from bot.storage.polls import Poll
from bot.storage.reports import Decision, Report
from ladder.match import Outcome

WORTH_A_REPLY = timedelta(minutes=10)
"""A poll that was open for longer has its result announced: whoever answered may have gone elsewhere."""

OLD = timedelta(days=30)
"""What is older is no news any more."""

_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class SettledMatch:
    """A match against a lesson's machine that a poll has settled."""

    lesson_title: str
    difficulty: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Heard:
    """What was decided about a question that the member had reported."""

    stem: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class News:
    """What has come of polls for a member since they were last told, and of a report."""

    points: int
    """Rating points, in the world or else in servers."""
    polls: int
    """How many polls they came from."""
    matches: tuple[SettledMatch, ...]
    climb: Climb | None = None
    """What they made of the member's title, if that rose."""
    heard: Heard | None = None
    """Of several decisions the first; the others are told another time."""


class NewsDesk:
    """Tells each piece of news once, whichever process does it and whatever happens meanwhile."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        # Many ask at once, and together they cost the database hardly more than one does.
        self._door: BatchDoor[int, News | None] = BatchDoor(database, self._tell)

    async def of(self, member: int) -> News | None:
        """What is news to the member, who is told it now and never again; None for no news."""
        return await self._door.submit(member)

    async def _tell(self, unit: Unit, members: Sequence[int]) -> Sequence[News | None]:
        now = self._clock()
        untold = await unit.news.untold(members, now - OLD)
        heard = await self._heard(unit, await unit.reports.tell(members, now))
        if not untold and not heard:
            return [None] * len(members)
        won = await unit.news.tell(untold)
        own: dict[int, list[Untold]] = {}
        for one in untold:
            if one.member in won:
                own.setdefault(one.member, []).append(one)
        matches = await self._matches(unit, own)
        climbs = {
            member: await climbed(unit, member, {one.source for one in changes})
            for member, changes in own.items()
        }
        # Whoever asks twice at once hears it once.
        return [
            _news(own.pop(member, ()), matches.get(member, []), climbs.get(member), heard.pop(member, None))
            for member in members
        ]

    async def _heard(self, unit: Unit, decided: Sequence[Report]) -> dict[int, Heard]:
        if not decided:
            return {}
        asked = await unit.meanings.get({one.meaning for one in decided})
        return {one.member: Heard(asked[one.meaning].stem, one.state) for one in decided}

    async def _matches(self, unit: Unit, untold: dict[int, list[Untold]]) -> dict[int, list[SettledMatch]]:
        sources = {(member, one.source) for member, changes in untold.items() for one in changes}
        settled: dict[int, list[SettledMatch]] = {}
        for match in await unit.matches.of(untold):
            if (match.member, match.source) in sources:
                lesson = self._library.curated.find(match.lesson)
                title = lesson.title if lesson is not None else match.lesson
                settled.setdefault(match.member, []).append(
                    SettledMatch(title, match.difficulty, match.outcome)
                )
        return settled

    async def to_announce(self) -> list[PollResult]:
        """Results that a reply in their channel should tell of, a few at once; those that need none are noted."""
        now = self._clock()
        async with self._database.reading() as unit:
            polls = [await existing(unit, poll) for poll in await unit.news.unannounced(now - OLD, _AT_ONCE)]
            blocked = await unit.blocked_channels.among(poll.channel for poll in polls)
            results = [
                await result(unit, self._library, poll)
                for poll in polls
                if _was_long(poll) and poll.channel not in blocked
            ]
        wanted = [one for one in results if one.tally.total]
        needless = {poll.id for poll in polls} - {one.poll.id for one in wanted}
        if needless:
            await self._note(needless)
        return wanted

    async def announced(self, poll: int) -> None:
        """A reply tells of the poll's result, or none can; either way nobody need try again."""
        await self._note([poll])

    async def _note(self, polls: Iterable[int]) -> None:
        async with self._database.unit() as unit:
            await unit.news.announced(sorted(polls), self._clock())


def _was_long(poll: Poll) -> bool:
    """Whether a poll of its own was open for so long that its result is announced."""
    # The clock closes a moment late, which does not make a poll longer than it was meant to be.
    ended = min(poll.closed_at or poll.closes_at, poll.closes_at)
    return poll.series is None and ended - poll.opened_at > WORTH_A_REPLY


def _news(
    untold: Sequence[Untold], matches: Sequence[SettledMatch], climb: Climb | None, heard: Heard | None
) -> News | None:
    if not untold:
        return News(0, 0, (), heard=heard) if heard is not None else None
    world = [one.world for one in untold if one.world is not None]
    counted = world or [one.server for one in untold if one.server is not None]
    return News(points=sum(counted), polls=len(counted), matches=tuple(matches), climb=climb, heard=heard)
