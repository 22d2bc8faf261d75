"""Seasons: starting, naming, lengthening and ending them, and what is remembered of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from bot.actions.audit_log import Undo
from bot.actions.honours import MOST_SHARING, PLACES, honours_of, places_of
from bot.actions.listing import relist
from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.storage.seasons import HonourKind, Season
from bot.words import N_
from bot.words.calendars import month_words
from ladder.rating import IDLE_AFTER
from ladder.standings import Ladder

LONGEST_NAME = 60
"""Characters in a season's name."""

MOST_DAYS = 366
"""How long a season lasts at most."""

_DAY = timedelta(days=1)
_JOINERS = "\u200c\u200d"
"""Invisible, and part of how some scripts and emoji are written."""
_AT_ONCE = 10
"""Seasons ended in one go: all monthly ones end in the same moment, and polls are not to wait for them."""


@dataclass(frozen=True, slots=True)
class SeasonView:
    """A season that runs."""

    id: int
    name: str
    """Its own, or that of its month in the language being spoken."""
    ladder: Ladder
    starts_at: datetime
    ends_at: datetime
    monthly: bool
    """Whether the next one begins by itself."""
    size: int
    """How many stand on its ladder."""
    days_left: int
    """Days that have begun count."""


@dataclass(frozen=True, slots=True)
class Honoured:
    """Somebody who is remembered for a season."""

    kind: HonourKind
    place: int
    """1 to 3, equals sharing the best; 1 for the kinds without places."""
    member: int
    name: str | None
    """None for somebody who was never met."""
    value: int
    """The rating for a place, rating points for the climber, days with answers for the faithful."""


@dataclass(frozen=True, slots=True)
class PastSeason:
    """A season that has ended; its ladder holds the final standings."""

    id: int
    name: str
    ladder: Ladder
    starts_at: datetime
    ended_at: datetime
    size: int
    honours: tuple[Honoured, ...]
    """Places first, then the biggest climber and the most faithful; less the members who are not shown."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A server's seasons: the one that runs, and some of those that have ended, newest first."""

    running: SeasonView | None
    past: tuple[PastSeason, ...]
    past_count: int
    """How many have ended in all."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What came of ending a season by hand."""

    ended: PastSeason
    next: SeasonView | None
    """The one that began in its place, where they run monthly."""


class Seasons:
    """What can be done with seasons."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def start(self, guild: int, *, by: int, name: str = "", days: int | None = None) -> SeasonView:
        """Start a season of so many days; without days, monthly ones, which need no name."""
        now = self._clock()
        named = _checked_name(name) if days is not None or name else ""
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise Refusal(N_("A season lasts 1 to {most} days. Choose a number in between."), most=MOST_DAYS)
        async with self._database.unit() as unit:
            season = await unit.seasons.start(
                guild,
                name=named,
                starts_at=now,
                ends_at=_next_month(now) if days is None else now + days * _DAY,
                monthly=days is None,
                starter=by,
            )
            if season is None:
                raise Refusal(
                    N_("A season runs here already. End it before you start another, or lengthen it.")
                )
            await _log(unit, season, by=by, at=now, what="season_started", after=_name(season))
        return _view(season, 0, now)

    async def rename(self, guild: int, season: int, name: str, by: int | None = None) -> SeasonView:
        """Give the running season another name; what a moderator does, ``by``, is logged."""
        return await self._change(guild, season, by, "name", _checked_name(name))

    async def lengthen(self, guild: int, season: int, days: int, by: int | None = None) -> SeasonView:
        """Let the running season end so many days later than planned."""
        now = self._clock()
        async with self._database.unit() as unit:
            found = await unit.seasons.get(guild, season, lock=True)
            if found is None or found.ended_at is not None or found.ends_at <= now:
                raise _ended_already()
            if days < 1:
                raise Refusal(
                    N_("A season can only be lengthened, by a day or more. To end it earlier, end it now.")
                )
            until = found.ends_at + days * _DAY
            if until > found.starts_at + MOST_DAYS * _DAY:
                raise Refusal(
                    N_("A season lasts {most} days at most, from its start to its end."), most=MOST_DAYS
                )
            changed = await _changed(unit, guild, season, now, ends_at=until)
            await _log(
                unit,
                found,
                by=by,
                at=now,
                what="season_ends_at",
                before=found.ends_at.isoformat(),
                after=until.isoformat(),
            )
            return changed

    async def repeat(self, guild: int, season: int, *, monthly: bool, by: int | None = None) -> SeasonView:
        """Let another season begin by itself when this one ends, month by month, or let it be the last."""
        return await self._change(guild, season, by, "monthly", monthly)

    async def _change(
        self, guild: int, season: int, by: int | None, what: str, value: str | bool
    ) -> SeasonView:
        now = self._clock()
        async with self._database.unit() as unit:
            before = await unit.seasons.get(guild, season, lock=True)
            changed = await _changed(unit, guild, season, now, **{what: value})
            if before is not None and getattr(before, what) != value:
                await _log(
                    unit,
                    before,
                    by=by,
                    at=now,
                    what=f"season_{what}",
                    before=getattr(before, what),
                    after=value,
                )
            return changed

    async def end(self, guild: int, season: int, by: int | None = None) -> Ending:
        """End the season now; its standings stay as they are, and its honours are given."""
        now = self._clock()
        async with self._database.reading() as unit:
            found = await unit.seasons.get(guild, season)
        ended = await self._end(found, now, by) if found is not None else None
        if ended is None:
            raise _ended_already()
        async with self._database.reading() as unit:
            follower = (await unit.seasons.running([guild])).get(guild)
            (past,) = await _past(unit, [ended])
        return Ending(past, _view(follower, 0, now) if follower is not None else None)

    async def end_due(self) -> int:
        """End seasons whose time is over, and begin the next of those that run monthly; how many ended.

        A few in one go, the longest overdue first. After weeks of downtime no empty season is made up for. Raises
        an ExceptionGroup once all were tried, if some could not be ended; those run on.
        """
        now = self._clock()
        async with self._database.reading() as unit:
            due = await unit.seasons.due(now, _AT_ONCE)
        count, failures = 0, list[Exception]()
        for season in due:
            try:
                count += await self._end(season, now) is not None
            except Exception as error:  # noqa: BLE001 - one that cannot be ended must not keep the others running
                failures.append(error)
        if failures:
            raise ExceptionGroup(f"{len(failures)} seasons could not be ended", failures)
        return count

    async def _end(self, season: Season, now: datetime, by: int | None = None) -> Season | None:
        """The season as it has ended, or None if it had ended before.

        Whoever rates answers for it, or changes who stands on its ladder, holds it, so its standings are final
        when this has happened. Those who had fallen silent or left get their places back: they are in the final
        standings like everybody else.
        """
        idle = now - season.starts_at >= IDLE_AFTER
        while True:
            async with self._database.unit() as unit:
                held = await unit.seasons.absent(season, idle=idle)
                if held:
                    # Members are held before seasons everywhere, so that no two units wait for each other.
                    await unit.ratings.hold(held)
                found = await unit.seasons.get(season.guild, season.id, lock=True)
                if found is None:
                    return None
                absent = await unit.seasons.absent(found, idle=idle)
                # Whoever left before it was locked is not held, and it is too late for that: once more.
                if set(absent) <= set(held):
                    ended = await _finish(unit, found, absent, now)
                    if ended is not None:
                        await _log(unit, ended, by=by, at=now, what="season_ended", before=_name(ended))
                    return ended

    async def running(self, guild: int) -> SeasonView | None:
        """The season that runs in the server, or None."""
        async with self._database.reading() as unit:
            return await _running(unit, guild, self._clock())

    async def open_polls(self, guild: int) -> int:
        """How many polls of the server are open: their answers count for the season that runs at the close."""
        async with self._database.reading() as unit:
            # A question is in one open poll of a server at most.
            return len((await unit.polls.open_questions([guild])).get(guild, ()))

    async def overview(self, guild: int, *, offset: int = 0, limit: int = 24) -> Overview:
        """The server's running season, and its past ones from the newest on, with their honours."""
        async with self._database.reading() as unit:
            running = await _running(unit, guild, self._clock())
            ended = await unit.seasons.ended(guild, offset=offset, limit=limit)
            return Overview(running, await _past(unit, ended), await unit.seasons.count_ended(guild))

    async def past(self, guild: int, season: int) -> PastSeason | None:
        """One season of the server's that has ended, or None."""
        async with self._database.reading() as unit:
            found = await unit.seasons.get(guild, season)
            return (await _past(unit, [found]))[0] if found is not None and found.ended_at else None


async def _finish(unit: Unit, season: Season, absent: Sequence[int], now: datetime) -> Season | None:
    """The season as it has ended in this unit, which holds it and all who are absent from its ladder."""
    ended = await unit.seasons.change(season.guild, season.id, ended_at=min(now, season.ends_at))
    if ended is None:
        return None
    if absent:
        # On its ladder alone: another server's season may be ending as well, and is not to be waited for.
        await relist(unit, absent, season.ladder)
    await unit.seasons.honour(honours_of(ended.id, await unit.seasons.deeds(ended)))
    if ended.monthly:
        await unit.seasons.start(
            ended.guild,
            name="",
            starts_at=now,
            ends_at=_next_month(now),
            monthly=True,
            starter=None,
        )
    return ended


async def _changed(unit: Unit, guild: int, season: int, now: datetime, **values: object) -> SeasonView:
    changed = await unit.seasons.change(guild, season, **values)
    if changed is None:
        raise _ended_already()
    return _view(changed, (await unit.seasons.sizes([changed]))[season], now)


async def _running(unit: Unit, guild: int, now: datetime) -> SeasonView | None:
    season = (await unit.seasons.running([guild])).get(guild)
    if season is None:
        return None
    return _view(season, (await unit.seasons.sizes([season]))[season.id], now)


async def _past(unit: Unit, ended: list[Season]) -> tuple[PastSeason, ...]:
    if not ended:
        return ()
    sizes = await unit.seasons.sizes(ended)
    honours = await unit.seasons.honours(ended)
    for season in ended:
        top = await unit.seasons.top(season, PLACES * (MOST_SHARING + 1))
        honours[season.id] = [*places_of(season.id, top), *honours[season.id]]
    names = await unit.sightings.names(
        ended[0].guild, {one.member for won in honours.values() for one in won}
    )
    return tuple(
        PastSeason(
            id=season.id,
            name=_name(season),
            ladder=season.ladder,
            starts_at=season.starts_at,
            ended_at=season.ended_at or season.ends_at,
            size=sizes[season.id],
            honours=tuple(
                Honoured(one.kind, one.place, one.member, names.get(one.member), one.value)
                for one in honours[season.id]
            ),
        )
        for season in ended
    )


def _view(season: Season, size: int, now: datetime) -> SeasonView:
    return SeasonView(
        id=season.id,
        name=_name(season),
        ladder=season.ladder,
        starts_at=season.starts_at,
        ends_at=season.ends_at,
        monthly=season.monthly,
        size=size,
        days_left=max(0, ceil((season.ends_at - now) / _DAY)),
    )


def _name(season: Season) -> str:
    return season.name or month_words(season.starts_at)


def _checked_name(name: str) -> str:
    visible = "".join(sign if sign.isprintable() or sign in _JOINERS else " " for sign in name)
    named = " ".join(visible.split())
    if not named.strip(_JOINERS):
        raise Refusal(N_("A season needs a name. Write one, such as “Winter cup”."))
    if len(named) > LONGEST_NAME:
        raise Refusal(
            N_("This name is too long; a season's has {most} characters at most."), most=LONGEST_NAME
        )
    return named


def _next_month(now: datetime) -> datetime:
    """Midnight, in UTC, at which the next month begins."""
    return (now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + 32 * _DAY).replace(day=1)


async def _log(
    unit: Unit,
    season: Season,
    *,
    by: int | None,
    at: datetime,
    what: str,
    before: str | bool | None = None,
    after: str | bool | None = None,
) -> None:
    """Note what a moderator did with the season; what the clock does needs no entry."""
    if by is not None:
        await unit.audit_log.add(
            guild=season.guild, by=by, at=at, what=what, subject=str(season.id), before=before, after=after
        )


async def _undo(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    """Let the season that still runs be called, last or go on as before the entry."""
    what = entry.what.removeprefix("season_")
    value = datetime.fromisoformat(entry.before) if what == "ends_at" else entry.before
    if isinstance(value, datetime) and value <= at:
        raise Refusal(N_("The season would be over by then. To end it now, use the page of the ladder."))
    await _changed(unit, entry.guild, int(entry.subject or 0), at, **{what: value})
    await unit.audit_log.add(
        guild=entry.guild,
        by=by,
        at=at,
        what=entry.what,
        subject=entry.subject,
        before=entry.after,
        after=entry.before,
        undoes=entry.id,
    )


async def _undo_start(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    """Let the season never have been, unless somebody has answered for it."""
    found = await unit.seasons.get(entry.guild, int(entry.subject or 0), lock=True)
    if found is None or found.ended_at is not None:
        raise _ended_already()
    if not await unit.seasons.is_untouched(found):
        raise answered_for()
    await unit.seasons.change(found.guild, found.id, ended_at=found.starts_at - _DAY)
    await unit.audit_log.add(
        guild=entry.guild,
        by=by,
        at=at,
        what="season_start_undone",
        subject=entry.subject,
        before=entry.after,
        undoes=entry.id,
    )


UNDOING: dict[str, Undo] = {
    **dict.fromkeys(("season_name", "season_ends_at", "season_monthly"), _undo),
    "season_started": _undo_start,
}
"""How changes of a season are taken back."""


def answered_for() -> Refusal:
    """The season cannot be as if it had never been."""
    return Refusal(
        N_(
            "Somebody has answered for this season, and what they won there is not thrown away. End it now on the page of the ladder."
        )
    )


def _ended_already() -> Refusal:
    return Refusal(
        N_("This season has ended, perhaps by somebody else just now. Open /settings again to see what runs.")
    )
