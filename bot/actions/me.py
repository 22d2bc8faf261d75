"""One's own page: how somebody stands, what they are at, and what they chose for themselves."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.actions.holdings import Holdings
from bot.actions.ladders import Card, Ladders
from bot.actions.quizzes import Quizzes
from bot.actions.refusals import Refusal
from bot.actions.reviews import AllClear, Asking, Reviews
from bot.actions.zones import next_at, require_zone, zone_of
from bot.storage import Database, Unit
from bot.storage.members import Choices
from bot.storage.quizzes import Quiz
from bot.words import N_
from ladder.match import Outcome
from ladder.streak import Streak, streak

_LOOKED_BACK = timedelta(days=120)
"""How far back days are read at first; a longer streak is followed further."""

IGNORED_FOR = timedelta(days=14)
"""After so long without an answer to any reminder there are no more."""

_LOOKED_THROUGH = 500
"""How many whose hour has come are looked at in one go; most have nothing due."""

_TOO_LATE = timedelta(hours=3)
"""A reminder missed for longer waits for the next day: it would come at an hour that nobody chose."""


@dataclass(frozen=True, slots=True)
class Learned:
    """How many lessons of the library somebody has done what with."""

    read: int
    checked: int
    """Every question answered."""
    beaten: int
    """Their machines."""
    lessons: int
    """How many there are."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody sees of themselves."""

    card: Card
    streak: Streak
    learned: Learned
    open_quiz: Quiz | None
    reviews: Asking | AllClear
    choices: Choices
    hidden: bool


class Me:
    """What people see of themselves and choose for themselves."""

    def __init__(
        self,
        database: Database,
        library: Holdings,
        *,
        ladders: Ladders,
        quizzes: Quizzes,
        reviews: Reviews,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._library = library
        self._ladders = ladders
        self._quizzes = quizzes
        self._reviews = reviews
        self._clock = clock

    async def profile(self, member: int, guild: int | None) -> Profile:
        """How the member stands, is at it, and has chosen."""
        async with self._database.reading() as unit:
            choices = (await unit.members.of([member]))[member]
            hidden = await unit.listing.hidden(member)
            days = await self._streak(unit, choices)
            learned = await self._learned(unit, member, guild)
        return Profile(
            card=await self._ladders.card(member, guild),
            streak=days,
            learned=learned,
            open_quiz=await self._quizzes.left_open(member),
            reviews=await self._reviews.ask(member, guild),
            choices=choices,
            hidden=hidden,
        )

    async def _learned(self, unit: Unit, member: int, guild: int | None) -> Learned:
        lessons = (await self._library.of(guild, unit)).lessons
        known = {lesson.slug for lesson in lessons}
        asked = [question.identity for lesson in lessons for question in lesson.questions]
        given = await unit.matches.first_answers([member], asked) if asked else {}
        answers = given.get(member, {})
        matches = await unit.matches.of([member])
        bookmarks = await unit.reading.of(member)
        return Learned(
            read=sum(one.read_at is not None and one.lesson in known for one in bookmarks),
            checked=sum(all(one.identity in answers for one in lesson.questions) for lesson in lessons),
            beaten=len({one.lesson for one in matches if one.outcome is Outcome.WIN} & known),
            lessons=len(lessons),
        )

    async def _streak(self, unit: Unit, choices: Choices) -> Streak:
        zone = zone_of(choices.zone)
        now = self._clock()
        back = _LOOKED_BACK
        while True:
            since = now - back
            answered = await unit.members.answered(choices.member, since)
            days: set[date] = {moment.astimezone(zone).date() for moment in answered}
            found = streak(days, now.astimezone(zone).date())
            # One that reaches the edge of what was read may go on beyond it.
            if found.begun is None or found.begun > since.astimezone(zone).date() + timedelta(days=2):
                return found
            back *= 2

    async def choices(self, member: int) -> Choices:
        """What the member has chosen."""
        async with self._database.reading() as unit:
            return (await unit.members.of([member]))[member]

    async def live_in(self, member: int, zone: str) -> Choices:
        """Note the member's time zone; a name that is none is refused."""
        known = require_zone(zone)
        async with self._database.unit() as unit:
            before = (await unit.members.of([member]))[member]
            due = self._due(before, known, before.reminder_hour)
            await unit.members.choose(member, zone=known, reminder_due_at=due)
            return (await unit.members.of([member]))[member]

    async def remind(self, member: int, hour: int | None, locale: str) -> Choices:
        """Remind the member in this language at this hour of their day from now on, or not any more."""
        if hour is not None and hour not in range(24):
            raise no_such_hour()
        async with self._database.unit() as unit:
            if hour is None:
                await unit.members.stop(member, None)
            else:
                before = (await unit.members.of([member]))[member]
                await unit.members.choose(
                    member,
                    reminder_hour=hour,
                    reminder_due_at=self._due(before, before.zone, hour),
                    locale=locale,
                    # Two weeks begin anew; that one may have been sent today is still known.
                    ignored_since=self._clock() if _may_have_been_sent(before) else None,
                    stopped=None,
                )
            return (await unit.members.of([member]))[member]

    async def refuse_duels(self, member: int, *, refuses: bool) -> None:
        """Take no challenges any more, or take them again."""
        async with self._database.unit() as unit:
            await unit.members.choose(member, refuses_duels=refuses)

    def _due(self, before: Choices, zone: str | None, hour: int | None) -> datetime | None:
        """When to look next after a new choice: never on the day of a reminder that may have been sent."""
        now, there, earliest = self._clock(), zone_of(zone), date.min
        if before.reminder_due_at is not None and before.ignored_since is not None:
            # One was sent before the day on which the next is due, wherever the member lived until now.
            lived = zone_of(before.zone)
            earliest = before.reminder_due_at.astimezone(lived).date()
            sent_before = min(now, datetime.combine(earliest, time(), lived) - timedelta.resolution)
            earliest = max(earliest, sent_before.astimezone(there).date() + timedelta(days=1))
        elif hour is None:
            return None
        return next_at(hour or 0, there, now, earliest)

    async def to_remind(self, limit: int) -> AsyncGenerator[Choices]:
        """Whom to send a reminder now: each once a day, and only when something is due.

        Each is noted as sent when it is handed out.
        """
        async with self._database.reading() as unit:
            candidates = await unit.members.to_remind(self._clock(), _LOOKED_THROUGH)
        sent = 0
        for one in candidates:
            if await self._is_reminded(one, self._clock()):
                yield one
                sent += 1
            if sent == limit:
                return

    async def _is_reminded(self, one: Choices, now: datetime) -> bool:
        if one.reminder_hour is None:
            async with self._database.unit() as unit:
                await unit.members.postpone(one, reminder_due_at=None, ignored_since=None)
            return False
        due = await self._reviews.is_due(one.member)
        late = one.reminder_due_at is None or now - one.reminder_due_at > _TOO_LATE
        async with self._database.unit() as unit:
            answered_at = await unit.members.last_answer(one.member)
            ignored = one.ignored_since
            if ignored is not None and answered_at is not None and answered_at > ignored:
                ignored = None
            if ignored is not None and now - ignored >= IGNORED_FOR:
                await unit.members.stop(one.member, "ignored")
                return False
            sent = due and not late
            first = await unit.members.postpone(
                one,
                reminder_due_at=_following(one.reminder_hour, zone_of(one.zone), now, sent=sent),
                ignored_since=ignored or (now if sent else None),
            )
            return sent and first

    async def unreachable(self, member: int) -> None:
        """The member takes no messages from the bot, so it does not try again until asked to."""
        async with self._database.unit() as unit:
            await unit.members.stop(member, "blocked")


def _may_have_been_sent(one: Choices) -> bool:
    """Whether a reminder may have been sent on the day before the one on which the next is due."""
    return one.reminder_due_at is not None and one.ignored_since is not None


def _following(hour: int, zone: ZoneInfo, now: datetime, *, sent: bool) -> datetime:
    """When to look after this look; a reminder that was sent late, after midnight, is the new day's."""
    today = now.astimezone(zone).date()
    return next_at(hour, zone, now, today + timedelta(days=1) if sent else today)


def no_such_hour() -> Refusal:
    """No day has that hour."""
    return Refusal(N_("A day has the hours 0 to 23. Choose one of the list."))
