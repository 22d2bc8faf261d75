"""What schedules post: taking an hour that has come exactly once, making its post, and noting what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.actions.asking import asked
from bot.actions.audit_log import KEPT_FOR
from bot.actions.holdings import Holdings
from bot.actions.picking import Choice, Draw, lessons_among, past_of
from bot.actions.planning import days_in
from bot.actions.poll_choice import Draft, put_down
from bot.actions.poll_results import PollResult
from bot.actions.polls import OpenPoll, last_result
from bot.actions.recaps import Recap, recap
from bot.actions.replanning import following
from bot.actions.schedule_deeds import close_channel
from bot.actions.settings import ServerSettings, settings_of
from bot.actions.zones import zone_of
from bot.storage import Database, Unit
from bot.storage.blocked_channels import Reason
from bot.storage.erasure import NOBODY
from bot.storage.schedules import Kind, PostState, Schedule, ScheduledPost
from ladder.poll import LONGEST, SHORTEST, PollTerms
from lessons.model import Lesson

LATE = timedelta(minutes=15)
"""How late a post is still made; one that would be later is missed."""

A_SECOND = 10
"""Posts that may begin within one second, for all servers together."""

BEFORE_THE_NEXT = timedelta(minutes=5)
"""So long before its schedule's next hour a question is closed at the latest, so that its answer can be told then."""

_A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeeksLesson:
    """The lesson of the week, about to be posted."""

    lesson: Lesson
    questions: int
    """How many of the days that are left of the week ask a question after it."""
    earlier: PollResult | None
    """What came of the schedule's last question."""


Content = OpenPoll | WeeksLesson | Recap


@dataclass(frozen=True, slots=True)
class Due:
    """A post that is to be made now."""

    post: ScheduledPost
    guild: int
    mention: int | None
    locale: str
    content: Content


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking an hour."""

    due: Due | None
    """None where nothing is to be posted."""
    missed: tuple[datetime, ...] = ()
    """Hours that had passed by too long ago."""


_NOTHING = Taken(None)


class ScheduledPosts:
    """The hours of all schedules: each is taken by one process once, in the unit that plans the next."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def due(self, limit: int) -> list[Schedule]:
        """Schedules whose hour has come, the longest overdue first."""
        async with self._database.reading() as unit:
            return await unit.schedules.due(self._clock(), limit)

    async def take(self, schedule: int, locale: str) -> Taken:
        """Take the hour that has come, if nobody else has: it is put down as about to be posted, and the next is planned.

        ``locale`` is the language of the post unless the server has chosen another.
        """
        now = self._clock()
        async with self._database.unit() as unit:
            known = await unit.schedules.get(schedule)
            if known is None:
                return _NOTHING
            await unit.polls.hold_server(known.guild)
            held = await unit.schedules.get(schedule, lock=True)
            if held is None or held.state != "on" or held.next_at is None or held.next_at > now:
                return _NOTHING
            if await unit.blocked_channels.among([held.channel]):
                await close_channel(unit, held.guild, held.channel, "forbidden")
                return _NOTHING
            settings = await settings_of(unit, held.guild)
            zone = zone_of(settings.zone)
            due_at, missed = held.next_at, list[datetime]()
            while due_at <= now - LATE:
                await _note(unit, held, due_at, kind=held.kind, state="missed", at=now)
                missed.append(due_at)
                due_at = await following(unit, held, zone, due_at)
            if due_at > now:
                await unit.schedules.change(held.id, next_at=due_at)
                return Taken(None, tuple(missed))
            next_at = await following(unit, held, zone, due_at)
            await unit.schedules.change(held.id, next_at=next_at)
            making = _Making(
                unit, self._library, held, settings, zone, due_at, next_at, now, settings.locale or locale
            )
            return Taken(await making.due(), tuple(missed))

    async def posted(self, post: int, message: int) -> None:
        """It stands in its channel as this message."""
        async with self._database.unit() as unit:
            await unit.schedules.settle(post, "posted", self._clock(), message)

    async def failed(self, post: int) -> None:
        """It could not be posted, for no fault of its channel's."""
        async with self._database.unit() as unit:
            await unit.schedules.settle(post, "failed", self._clock())

    async def refused(self, post: int, reason: Reason) -> None:
        """Its channel does not take it: whatever is planned there is paused, until a moderator has mended that."""
        now = self._clock()
        async with self._database.unit() as unit:
            found = await unit.schedules.post(post)
            known = await unit.schedules.get(found.schedule) if found is not None else None
            if found is None or known is None:
                return
            await unit.schedules.settle(post, "failed", now)
            await unit.blocked_channels.block(found.channel, known.guild, reason, now)
            await close_channel(unit, known.guild, found.channel, reason)

    async def cut(self) -> int:
        """Delete what became of hours more than 180 days ago, which nothing asks for any more; of how many."""
        async with self._database.unit() as unit:
            return await unit.schedules.cut(self._clock() - KEPT_FOR)

    async def settle(self) -> bool:
        """Note what became of posts that a process began and did not see through: of polls, what their rows say.

        Whether it is still open what becomes of some.
        """
        now = self._clock()
        async with self._database.reading() as unit:
            waiting = await unit.schedules.posting()
            polls = {one.id: await unit.polls.get(one.poll) for one in waiting if one.poll is not None}
        left = False
        for one in waiting:
            poll = polls.get(one.id)
            state: PostState | None = None
            if poll is not None and poll.state != "posting":
                state = "failed" if poll.state == "withdrawn" else "posted"
            elif poll is None and one.due_at <= now - 2 * LATE:
                state = "failed"
            if state is not None:
                async with self._database.unit() as unit:
                    message = poll.message if poll is not None else None
                    await unit.schedules.settle(one.id, state, now, message)
            left = left or state is None
        return left

    async def postings(self, locale_of: Callable[[int], str]) -> list[Due]:
        """Lessons and recaps of which it is not known whether they were posted, oldest first."""
        found: list[Due] = []
        async with self._database.reading() as unit:
            for post in await unit.schedules.posting():
                schedule = await unit.schedules.get(post.schedule)
                if post.poll is not None or schedule is None:
                    continue
                content = await self._again(unit, schedule, post)
                if content is not None:
                    settings = await settings_of(unit, schedule.guild)
                    locale = settings.locale or locale_of(schedule.guild)
                    found.append(Due(post, schedule.guild, schedule.mention, locale, content))
        return found

    async def _again(self, unit: Unit, schedule: Schedule, post: ScheduledPost) -> Content | None:
        if post.kind == "recap":
            return await recap(unit, self._library, schedule.guild, post.due_at)
        lesson = await self._library.find(post.lesson or "", schedule.guild, unit)
        if lesson is None:
            return None
        return await _weeks_lesson(unit, self._library, schedule, lesson, post.due_at)


async def _weeks_lesson(
    unit: Unit, library: Holdings, schedule: Schedule, lesson: Lesson, due_at: datetime
) -> WeeksLesson:
    zone = zone_of((await settings_of(unit, schedule.guild)).zone)
    today = due_at.astimezone(zone).weekday()
    earlier = await last_result(unit, library, schedule.id, due_at + LATE)
    return WeeksLesson(lesson, sum(day > today for day in days_in(schedule.weekdays)), earlier)


async def _note(unit: Unit, schedule: Schedule, due_at: datetime, **noted: object) -> ScheduledPost:
    return await unit.schedules.note(schedule=schedule.id, due_at=due_at, channel=schedule.channel, **noted)


@dataclass(frozen=True, slots=True)
class _Making:
    """Making the post of an hour that was taken, in the same unit."""

    unit: Unit
    library: Holdings
    schedule: Schedule
    settings: ServerSettings
    zone: ZoneInfo
    due_at: datetime
    next_at: datetime
    now: datetime
    locale: str

    async def due(self) -> Due | None:
        """The post, which is put down; None where there is nothing to post, which is noted."""
        if self.schedule.kind == "recap":
            made = await recap(self.unit, self.library, self.schedule.guild, self.due_at)
            return (
                await self._empty("recap") if made.is_empty else self._due(await self._about("recap"), made)
            )
        offered = await self.library.of(self.schedule.guild, self.unit)
        lessons = lessons_among(offered, self.schedule.categories, self.schedule.levels)
        if not lessons:
            await self._noted(kind=self.schedule.kind, state="unmatched")
            return None
        # The same hour draws the same wherever it is taken.
        dice = Random(f"{self.schedule.id} {self.due_at.isoformat()}")  # noqa: S311
        past = await past_of(self.unit, self.schedule.guild)
        draw = Draw(lessons, self.schedule, past, self.now, dice)
        if self.schedule.kind == "question":
            return await self._question(draw.question())
        return await self._of_the_week(draw)

    async def _of_the_week(self, draw: Draw) -> Due | None:
        running = await self.library.find(self.schedule.lesson or "", self.schedule.guild, self.unit)
        begun = self.schedule.lesson_on
        first_day = self.due_at.astimezone(self.zone).weekday() == days_in(self.schedule.weekdays)[0]
        if not first_day and running is not None and begun is not None and self.due_at - begun < _A_WEEK:
            return await self._question(draw.of_the_week(running))
        lesson = draw.lesson()
        if lesson is None:
            return await self._empty("lesson")
        await self.unit.schedules.change(self.schedule.id, lesson=lesson.slug, lesson_on=self.due_at)
        post = await self._about("lesson", lesson=lesson.slug)
        return self._due(
            post, await _weeks_lesson(self.unit, self.library, self.schedule, lesson, self.due_at)
        )

    async def _question(self, picked: Choice | None) -> Due | None:
        if picked is None:
            return await self._empty("question")
        lesson, question = picked
        served = asked(lesson, question)
        room = self.next_at - BEFORE_THE_NEXT - self.now
        duration = min(timedelta(seconds=self.schedule.seconds), max(room, SHORTEST), LONGEST)
        poll = await put_down(
            self.unit,
            Draft(served, lesson.rating),
            PollTerms.opening(self.now, duration),
            guild=self.schedule.guild,
            channel=self.schedule.channel,
            # Nobody's: whoever planned it may not be a moderator any more.
            starter=NOBODY,
            locale=self.locale,
            ballot=self.settings.ballot,
            schedule=self.schedule.id,
            mention=self.schedule.mention,
        )
        post = await self._about("question", lesson=lesson.slug, question=question.identity, poll=poll.id)
        earlier = await last_result(self.unit, self.library, self.schedule.id, poll.opened_at)
        return self._due(post, OpenPoll(poll, served, 0, earlier=earlier))

    async def _about(self, kind: Kind, **made: object) -> ScheduledPost:
        return await self._noted(kind=kind, state="posting", **made)

    async def _empty(self, kind: Kind) -> None:
        await self._noted(kind=kind, state="empty")

    async def _noted(self, **noted: object) -> ScheduledPost:
        return await _note(self.unit, self.schedule, self.due_at, at=self.now, **noted)

    def _due(self, post: ScheduledPost, content: Content) -> Due:
        return Due(post, self.schedule.guild, self.schedule.mention, self.locale, content)
