"""What is done with a schedule in a unit, and how each deed is taken back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.actions.audit_log import Undo
from bot.actions.refusals import Refusal
from bot.actions.replanning import following
from bot.actions.settings import settings_of
from bot.actions.zones import zone_of
from bot.storage import Unit
from bot.storage.audit_log import LogEntry
from bot.storage.blocked_channels import Reason
from bot.storage.schedules import Schedule
from bot.words import N_

MOST = 8
"""Schedules of one server."""

_CHOSEN = (
    "channel",
    "kind",
    "weekdays",
    "minute",
    "categories",
    "levels",
    "picking",
    "fresh_days",
    "seconds",
    "mention",
)
"""What moderators choose of a schedule, as the audit log keeps it."""


async def require_room(unit: Unit, guild: int) -> None:
    """Refuse one schedule more than a server may have."""
    if len(await unit.schedules.of(guild)) >= MOST:
        raise Refusal(
            N_("A server has {most} schedules at most. Change one that there is, or remove one first."),
            most=MOST,
        )


def chosen_of(schedule: Schedule) -> dict[str, Any]:
    """What moderators have chosen of it, as JSON has it."""
    return {name: _plain(getattr(schedule, name)) for name in _CHOSEN}


def _plain(value: Any) -> Any:
    return list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value


async def zone_in(unit: Unit, guild: int) -> ZoneInfo:
    """The zone of the server's clocks."""
    return zone_of((await settings_of(unit, guild)).zone)


async def hold(unit: Unit, guild: int, schedule: int) -> Schedule:
    """The server's schedule, which no other unit can change before this one ends."""
    await unit.choices.hold(guild)
    return known(await unit.schedules.get(schedule, lock=True), guild)


def known(found: Schedule | None, guild: int) -> Schedule:
    """The schedule, if it is the server's and still there; else a refusal."""
    if found is None or found.guild != guild or found.state == "removed":
        raise _gone()
    return found


def _gone() -> Refusal:
    return Refusal(N_("This schedule was removed. Open /settings again to see those that there are."))


async def log(
    unit: Unit,
    schedule: Schedule,
    by: int,
    at: datetime,
    what: str,
    *,
    before: Any = None,
    after: Any = None,
    undoes: int | None = None,
) -> None:
    """Note in the server's log what was done with the schedule."""
    await unit.audit_log.add(
        guild=schedule.guild,
        by=by,
        at=at,
        what=what,
        subject=str(schedule.id),
        before=before,
        after=after,
        undoes=undoes,
    )


async def edit(
    unit: Unit,
    held: Schedule,
    by: int,
    now: datetime,
    values: Mapping[str, Any],
    *,
    undoes: int | None = None,
) -> None:
    before = chosen_of(held)
    changed = {name: plain for name, value in values.items() if before[name] != (plain := _plain(value))}
    if not changed:
        return
    planned: dict[str, Any] = {}
    if held.next_at is not None and held.next_at > now and changed.keys() & {"weekdays", "minute"}:
        hours = {name: changed[name] for name in ("weekdays", "minute") if name in changed}
        zone = await zone_in(unit, held.guild)
        planned["next_at"] = await following(unit, replace(held, **hours), zone, now)
    if "kind" in changed:
        planned |= {"lesson": None, "lesson_on": None}
    await unit.schedules.change(held.id, **changed, **planned)
    await log(
        unit,
        held,
        by,
        now,
        "schedule_edit",
        before={name: before[name] for name in changed},
        after=changed,
        undoes=undoes,
    )


async def pause(unit: Unit, held: Schedule, by: int, now: datetime, *, undoes: int | None = None) -> None:
    await unit.schedules.change(held.id, state="paused", reason="moderator", next_at=None)
    await log(unit, held, by, now, "schedule_pause", undoes=undoes)


async def resume(unit: Unit, held: Schedule, by: int, now: datetime, *, undoes: int | None = None) -> None:
    next_at = await following(unit, held, await zone_in(unit, held.guild), now)
    await unit.schedules.change(held.id, state="on", reason=None, next_at=next_at)
    await log(unit, held, by, now, "schedule_resume", undoes=undoes)


async def remove(unit: Unit, held: Schedule, by: int, now: datetime, *, undoes: int | None = None) -> None:
    await unit.schedules.change(held.id, state="removed", reason=None, next_at=None)
    await log(unit, held, by, now, "schedule_remove", before=chosen_of(held), undoes=undoes)


async def close_channel(unit: Unit, guild: int, channel: int, reason: Reason) -> None:
    """The channel takes no posts: whatever is planned there is paused."""
    for one in await unit.schedules.of(guild, lock=True):
        if one.channel == channel and one.state == "on":
            await unit.schedules.change(one.id, state="paused", reason=reason, next_at=None)


async def open_channel(unit: Unit, guild: int, channel: int, by: int, now: datetime) -> None:
    """The channel takes posts again: whatever was paused for its refusal goes on from its next hour."""
    for one in await unit.schedules.of(guild, lock=True):
        if one.channel == channel and one.state == "paused" and one.reason != "moderator":
            await resume(unit, one, by, now)


async def _held_entry(unit: Unit, entry: LogEntry) -> Schedule:
    found = await unit.schedules.get(int(entry.subject or 0), lock=True)
    return known(found, entry.guild)


async def _undo_add(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    await remove(unit, await _held_entry(unit, entry), by, at, undoes=entry.id)


async def _undo_edit(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    await edit(unit, await _held_entry(unit, entry), by, at, entry.before, undoes=entry.id)


async def _undo_pause(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    held = await _held_entry(unit, entry)
    if held.state != "paused":
        raise Refusal(N_("This schedule runs already."))
    await resume(unit, held, by, at, undoes=entry.id)


async def _undo_resume(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    held = await _held_entry(unit, entry)
    if held.state != "on":
        raise Refusal(N_("This schedule is paused already."))
    await pause(unit, held, by, at, undoes=entry.id)


async def _undo_skip(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    held = await _held_entry(unit, entry)
    due_at = datetime.fromisoformat(entry.after)
    noted = await unit.schedules.at(held.id, due_at)
    if due_at <= at or noted is None or noted.state != "skipped" or held.state != "on":
        raise Refusal(N_("The hour that was skipped is over, so there is nothing to take back."))
    await unit.schedules.forget(noted.id)
    if held.next_at is None or held.next_at > due_at:
        await unit.schedules.change(held.id, next_at=due_at)
    await log(unit, held, by, at, "schedule_unskip", before=entry.after, undoes=entry.id)


async def _undo_remove(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    found = await unit.schedules.get(int(entry.subject or 0), lock=True)
    if found is None:
        raise _gone()
    await require_room(unit, entry.guild)
    next_at = await following(unit, found, await zone_in(unit, found.guild), at)
    await unit.schedules.change(found.id, state="on", reason=None, next_at=next_at)
    await log(unit, found, by, at, "schedule_add", after=chosen_of(found), undoes=entry.id)


UNDOING: dict[str, Undo] = {
    "schedule_add": _undo_add,
    "schedule_edit": _undo_edit,
    "schedule_pause": _undo_pause,
    "schedule_resume": _undo_resume,
    "schedule_skip": _undo_skip,
    "schedule_remove": _undo_remove,
}
"""How each deed with a schedule is taken back."""
