"""Series: a lesson whose questions a channel answers together, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.holdings import Holdings
from bot.actions.peer_rounds import Withheld, skipped, withheld_in
from bot.actions.poll_choice import terms_of
from bot.actions.poll_controls import put_in_log
from bot.actions.poll_limits import require_room
from bot.actions.poll_results import PollResult, result
from bot.actions.polls import Polls
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.series_steps import PATIENCE, BreakOff, Discuss, Step, break_off, go_on, polls_of, sum_up
from bot.storage import Database, Unit
from bot.storage.polls import Ballot, Poll
from bot.storage.series import Series
from bot.words import N_
from lessons.model import Lesson, Question

_JUST_ASKED = timedelta(seconds=3)
_A_MOMENT = timedelta(seconds=1)
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Steering:
    """A series that somebody may steer, and what they would end."""

    series: Series
    poll: Poll | None
    """The question that is open, being posted or being discussed; None between two questions."""
    answered: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What a series would ask that is begun now."""

    lesson: Lesson
    questions: tuple[Question, ...]


class SeriesActions:
    """What can be done with series."""

    def __init__(
        self, database: Database, library: Holdings, polls: Polls, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._library = library
        self._polls = polls
        self._clock = clock

    async def outline(
        self, *, guild: int, home: int, lesson: str, duration: timedelta, parent: int | None = None
    ) -> Outline:
        """What a series would ask that is begun now; nothing is put down.

        ``parent`` is the channel of which ``home`` is a thread.
        """
        terms_of(self._clock(), duration)
        async with self._database.reading() as unit:
            return await self._free(unit, guild, home, parent, lesson)

    async def begin(
        self,
        *,
        guild: int,
        home: int,
        starter: int,
        lesson: str,
        duration: timedelta,
        ballot: Ballot,
        spoiler: bool,
        peer: bool,
        locale: str,
        parent: int | None = None,
    ) -> Series:
        """Put down a series; it asks its first question once it was `settled`."""
        now = self._clock()
        terms_of(now, duration)
        async with self._database.unit() as unit:
            await unit.polls.hold_server(guild)
            outline = await self._free(unit, guild, home, parent, lesson)
            source, questions = outline.lesson, [one.id for one in outline.questions]
            id = await unit.series.add(
                guild=guild,
                home=home,
                channel=home,
                starter=starter,
                lesson=source.slug,
                lesson_title=source.title,
                questions=questions,
                place=-1,
                seconds=int(duration.total_seconds()),
                ballot=ballot,
                spoiler=spoiler,
                peer=peer,
                locale=locale,
                state="running",
                opened_at=now,
                next_at=now + PATIENCE,
            )
            return await _existing(unit, id)

    async def _free(self, unit: Unit, guild: int, home: int, parent: int | None, lesson: str) -> Outline:
        """What can be asked of the lesson; a refusal if that is nothing, or if the channel takes none now."""
        source = (await self._library.of(guild, unit)).lesson(lesson)
        running = await unit.series.running_in(home)
        if running is not None:
            raise Refusal(
                N_(
                    "**{lesson}** is being checked together here already: {channel}. Stop it there, or wait for its end."
                ),
                lesson=running.lesson_title,
                channel=f"<#{running.channel}>",
            )
        await require_room(unit, guild, channel=home, parent=parent, now=self._clock())
        open_here = (await unit.polls.open_questions([guild])).get(guild, frozenset[str]())
        questions = tuple(one for one in source.questions if one.identity not in open_here)
        if not questions:
            raise Refusal(
                N_(
                    "Every question of this lesson is in an open poll here already. Wait for one to close, or choose another lesson."
                )
            )
        return Outline(source, questions)

    async def settled(self, series: int, channel: int) -> None:
        """The series has its channel, and asks its first question there."""
        async with self._database.unit() as unit:
            found = await self._held(unit, series)
            if found.place < 0 and found.state == "running":
                await unit.series.change(found, channel=channel, next_at=None)

    async def due(self) -> list[int]:
        """Ids of the series for which something may be to do, a few at once."""
        async with self._database.reading() as unit:
            return await unit.series.due(self._clock(), _AT_ONCE)

    async def step(self, series: int) -> Step | None:
        """Take the next step if it is due; it is told to one caller alone, who has some time to carry it out."""
        await self._end_rounds(series)
        now = self._clock()
        async with self._database.unit() as unit:
            found = await self._held(unit, series)
            if found.next_at is not None and found.next_at > now:
                return None
            if found.state != "running":
                return await sum_up(unit, self._library, found, now) if found.next_at is not None else None
            here = [poll for poll in await polls_of(unit, found) if poll.place == found.place]
            return await go_on(unit, self._library, found, here, now)

    async def discussed(self, step: Discuss) -> None:
        """The discussion is opened, or goes on where it is; what follows is the question, asked again."""
        async with self._database.unit() as unit:
            await self._held(unit, step.series.id)
            await unit.series.change(step.series, next_at=step.again_at)

    async def summed_up(self, series: int) -> None:
        """The summary was posted, or never can be; either way nobody need try again."""
        async with self._database.unit() as unit:
            found = await self._held(unit, series)
            await unit.series.change(found, next_at=None, summed_up_at=self._clock())

    async def not_posted(self, poll: Poll) -> BreakOff | None:
        """The poll could not be posted: if it was refused for good, its series ends; else it is tried again."""
        if poll.series is None:
            return None
        async with self._database.unit() as unit:
            series = await self._held(unit, poll.series)
            found = await unit.polls.get(poll.id)
            if series.state != "running" or found is None or found.state != "withdrawn":
                return None
            return await break_off(unit, series, self._clock())

    async def call_off(self, series: int) -> None:
        """Nobody was told of the series, and nobody will be; unless another process has told of it meanwhile."""
        async with self._database.unit() as unit:
            found = await self._held(unit, series)
            if found.place < 0:
                await break_off(unit, found, self._clock())

    async def unshown(self, series: int) -> list[PollResult]:
        """Results of the series that were withheld until now; what the last step has ended is rated first."""
        await self._end_rounds(series)
        async with self._database.reading() as unit:
            polls = await polls_of(unit, await _existing(unit, series))
            return [
                await result(unit, self._library, poll)
                for poll in polls
                if poll.state == "closed" and poll.delivered_at is None
            ]

    async def steering(self, series: int, by: int, *, moderator: bool) -> Steering:
        """What skipping or stopping would end now; only the starter or a moderator may know and do it."""
        async with self._database.reading() as unit:
            found = await _existing(unit, series)
            _check_may(found, by, moderator=moderator)
            here = [poll for poll in await polls_of(unit, found) if poll.place == found.place]
            if not here:
                return Steering(found, None, 0)
            last = here[-1]
            if last.state not in {"posting", "open", "withheld"}:
                return Steering(found, None, 0)
            return Steering(found, last, await unit.polls.count(last.id))

    async def stop(self, series: int, by: int, *, moderator: bool) -> Series:
        """Ask nothing more: the open question is closed, a discussion ends, and the summary follows.

        A question of which it is not known whether it was posted is closed as soon as it is found to stand.
        """
        now = self._clock()
        async with self._database.unit() as unit:
            found = await self._held(unit, series)
            _check_may(found, by, moderator=moderator)
            stopped = await unit.series.change(found, state="stopped", next_at=now)
            await unit.audit_log.add(
                guild=found.guild,
                by=by,
                at=now,
                what="series_stopped",
                subject=found.lesson,
                after=found.channel,
            )
            polls = await polls_of(unit, found)
            for poll in polls:
                if poll.state == "posting" and poll.closes_at > now:
                    await unit.polls.extend(poll.id, max(now, poll.opened_at + _A_MOMENT))
        await self._end(polls, by)
        return stopped or found

    async def skip(self, series: int, by: int, *, moderator: bool, expected: int | None = None) -> Poll:
        """Go on to the next question: the open one is closed, a discussion ends; the poll that was skipped.

        With ``expected``, the poll that the caller means, another one is not skipped in its place.
        """
        now = self._clock()
        async with self._database.unit() as unit:
            found = await self._held(unit, series)
            _check_may(found, by, moderator=moderator)
            polls = [poll for poll in await polls_of(unit, found) if poll.place == found.place]
            last = polls[-1] if polls else None
            if last is None or last.state == "posting" or now - last.opened_at < _JUST_ASKED:
                raise Refusal(
                    N_("The question has only just been asked. Give people a moment to read it first.")
                )
            over = last.state not in {"open", "withheld"}
            if over or skipped(found, last) or expected not in {None, last.id}:
                raise Refusal(
                    N_("This question is over already, and what comes next follows. Nothing more was done.")
                )
            await unit.series.change(found, next_at=last.opened_at)
            if last.state == "withheld":
                # An open one is logged by its close.
                await put_in_log(unit, last, "discussion_ended", by=by, at=now)
        await self._end([last], by)
        return last

    async def _end_rounds(self, series: int) -> None:
        """Rate what the series withholds without need any more: a process may have ended before it did so."""
        async with self._database.reading() as unit:
            polls = await polls_of(unit, await _existing(unit, series))
        await self._end([poll for poll in polls if poll.state == "withheld"])

    async def _end(self, polls: Sequence[Poll], by: int | None = None) -> None:
        """Close those that are open, and let those be shown that are withheld no longer."""
        for poll in polls:
            if poll.state == "open":
                await self._polls.close(poll.id, by, moderator=True)
            elif poll.state == "withheld":
                await self._polls.end_round(poll.id)

    async def withheld(self, poll: int) -> Withheld | None:
        """What is withheld of the poll for a peer round, and until when; None if nothing is."""
        async with self._database.reading() as unit:
            found = await unit.polls.get(poll)
            return await withheld_in(unit, found) if found is not None else None

    async def _held(self, unit: Unit, series: int) -> Series:
        """The series, in which nobody else can take a step before this unit ends."""
        found = await _existing(unit, series)
        await unit.polls.hold_server(found.guild)
        return await _existing(unit, series)


def _check_may(series: Series, by: int, *, moderator: bool) -> None:
    if by != series.starter and not moderator:
        raise NotAllowed(
            N_(
                "Only whoever started this, or a moderator, can skip a question or stop. Your answers count either way."
            )
        )
    if series.state != "running":
        raise Refusal(N_("This is over already. Start another lesson with /poll."))


async def _existing(unit: Unit, series: int) -> Series:
    found = await unit.series.get(series)
    if found is None:
        raise Refusal(N_("This is no longer known here. Start a lesson anew with /poll."))
    return found
