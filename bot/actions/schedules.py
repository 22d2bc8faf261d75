"""Schedules as moderators handle them: adding, changing, pausing, skipping and removing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.actions.holdings import Holdings
from bot.actions.picking import lessons_among
from bot.actions.planning import EVERY_DAY, next_occurrence
from bot.actions.refusals import Refusal
from bot.actions.replanning import following
from bot.actions.schedule_deeds import (
    chosen_of,
    edit,
    hold,
    known,
    log,
    open_channel,
    pause,
    remove,
    require_room,
    resume,
    zone_in,
)
from bot.actions.settings import settings_of
from bot.storage import Database, Unit
from bot.storage.schedules import Kind, Schedule, ScheduledPost
from bot.words import N_

OUTCOMES = 5
"""How many of the last hours of a schedule are shown."""
A_DAY = 86_400

_WORKDAYS, _SUNDAY = 0b001_1111, 0b100_0000
_NINE, _SIX = 9 * 60, 18 * 60

DEFAULTS: Mapping[Kind, Mapping[str, Any]] = {
    "lesson": {"weekdays": _WORKDAYS, "minute": _NINE},
    "question": {"weekdays": EVERY_DAY, "minute": _NINE},
    "recap": {"weekdays": _SUNDAY, "minute": _SIX},
}
"""When a new schedule of each kind posts, until somebody changes that."""


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A schedule as its server's moderators see it."""

    schedule: Schedule
    zone: str
    outcomes: tuple[ScheduledPost, ...]
    """What became of its last hours, the latest first."""
    lessons: int
    """From how many lessons it picks."""
    questions: int


class Schedules:
    """What moderators can do with the schedules of their server, each deed with an entry in its log."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def of(self, guild: int) -> list[ScheduleView]:
        """The server's schedules, oldest first."""
        async with self._database.reading() as unit:
            return [await self._view(unit, one) for one in await unit.schedules.of(guild)]

    async def view(self, guild: int, schedule: int) -> ScheduleView:
        """One of them."""
        async with self._database.reading() as unit:
            return await self._view(unit, known(await unit.schedules.get(schedule), guild))

    async def _view(self, unit: Unit, schedule: Schedule) -> ScheduleView:
        settings = await settings_of(unit, schedule.guild)
        library = await self._library.of(schedule.guild, unit)
        lessons = lessons_among(library, schedule.categories, schedule.levels)
        return ScheduleView(
            schedule,
            settings.zone,
            tuple((await unit.schedules.posts([schedule.id], OUTCOMES))[schedule.id]),
            len(lessons),
            sum(len(lesson.questions) for lesson in lessons),
        )

    async def add(self, guild: int, by: int, kind: Kind, channel: int) -> ScheduleView:
        """A new schedule in the channel, with a good default for everything else."""
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            return await self._view(unit, await self._add(unit, guild, by, kind, channel))

    async def daily_question(self, guild: int, channel: int, by: int) -> ScheduleView:
        """One question a day at nine in the channel; the one that there is already, if there is."""
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            known = [
                one
                for one in await unit.schedules.of(guild)
                if one.kind == "question" and one.channel == channel
            ]
            found = known[0] if known else await self._add(unit, guild, by, "question", channel)
            return await self._view(unit, found)

    async def _add(self, unit: Unit, guild: int, by: int, kind: Kind, channel: int) -> Schedule:
        now = self._clock()
        await require_room(unit, guild)
        defaults = DEFAULTS[kind]
        zone = await zone_in(unit, guild)
        id = await unit.schedules.add(
            guild=guild,
            channel=channel,
            kind=kind,
            **defaults,
            categories=None,
            levels=None,
            picking="mixed",
            fresh_days=90,
            seconds=A_DAY,
            mention=None,
            state="on",
            next_at=next_occurrence(defaults["weekdays"], defaults["minute"], zone, now),
            created_at=now,
            starter=by,
        )
        added = known(await unit.schedules.get(id), guild)
        await log(unit, added, by, now, "schedule_add", after=chosen_of(added))
        return added

    async def edit(self, guild: int, schedule: int, by: int, **values: Any) -> ScheduleView:
        """Change these of what moderators choose; it is planned anew where its hours change."""
        async with self._database.unit() as unit:
            held = await hold(unit, guild, schedule)
            if "categories" in values or "levels" in values:
                library = await self._library.of(guild, unit)
                categories = values.get("categories", held.categories)
                levels = values.get("levels", held.levels)
                if not lessons_among(library, categories, levels):
                    raise Refusal(
                        N_(
                            "No lesson of these categories is at this level. Choose another level or category."
                        )
                    )
            await edit(unit, held, by, self._clock(), values)
            return await self._view(unit, known(await unit.schedules.get(schedule), guild))

    async def pause(self, guild: int, schedule: int, by: int) -> ScheduleView:
        """Post nothing until it is resumed."""
        async with self._database.unit() as unit:
            held = await hold(unit, guild, schedule)
            if held.state == "on":
                await pause(unit, held, by, self._clock())
            return await self._view(unit, known(await unit.schedules.get(schedule), guild))

    async def resume(self, guild: int, schedule: int, by: int) -> ScheduleView:
        """Post again from its next hour on; its channel counts as mended."""
        async with self._database.unit() as unit:
            held = await hold(unit, guild, schedule)
            if held.state == "paused":
                now = self._clock()
                await unit.blocked_channels.lift(held.channel)
                await resume(unit, held, by, now)
                await open_channel(unit, guild, held.channel, by, now)
            return await self._view(unit, known(await unit.schedules.get(schedule), guild))

    async def skip(self, guild: int, schedule: int, by: int) -> ScheduleView:
        """Leave out the next hour."""
        now = self._clock()
        async with self._database.unit() as unit:
            held = await hold(unit, guild, schedule)
            if held.state != "on" or held.next_at is None:
                raise Refusal(N_("This schedule is paused, so there is nothing to skip. Resume it first."))
            if held.next_at <= now:
                raise Refusal(N_("It is posting at this moment. Look again in a minute."))
            await unit.schedules.note(
                schedule=held.id,
                due_at=held.next_at,
                kind=held.kind,
                channel=held.channel,
                state="skipped",
                at=now,
            )
            next_at = await following(unit, held, await zone_in(unit, guild), held.next_at)
            await unit.schedules.change(held.id, next_at=next_at)
            await log(unit, held, by, now, "schedule_skip", after=held.next_at.isoformat())
            return await self._view(unit, known(await unit.schedules.get(schedule), guild))

    async def remove(self, guild: int, schedule: int, by: int) -> Schedule:
        """Take it off the list for good; the audit log can bring it back."""
        async with self._database.unit() as unit:
            held = await hold(unit, guild, schedule)
            await remove(unit, held, by, self._clock())
            return held
