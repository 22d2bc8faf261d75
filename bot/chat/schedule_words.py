"""Schedules in sentences: what is posted where and when, what came of it, and what moderators did about it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from babel.lists import format_list

from bot.actions.library import Library
from bot.actions.planning import EVERY_DAY, days_in
from bot.actions.scheduled_posts import LATE
from bot.actions.schedules import ScheduleView
from bot.chat.audit_words import telling
from bot.chat.calendar import clock_words
from bot.chat.durations import duration_words
from bot.chat.wording import level_word, relative
from bot.storage.audit_log import LogEntry
from bot.storage.schedules import Kind, Picking, Schedule, ScheduledPost
from bot.words import N_, _, ngettext
from bot.words.calendars import calendar
from ladder.tiers import Level

WORD = "schedules"
"""The name of the panel's page, in buttons."""

SCHEDULE = r"(?P<schedule>\d+)"
"""A schedule in a custom_id."""

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
KINDS: dict[Kind, tuple[str, str]] = {
    "lesson": ("📖", N_("A lesson a week")),
    "question": ("✏️", N_("A question a day")),
    "recap": ("🗓️", N_("A weekly recap")),
}
ORDERS: dict[Picking, str] = {
    "mixed": N_("Mixed to this server's level"),
    "hardest": N_("Hardest first"),
}


def kind_word(kind: Kind) -> str:
    """What is posted, in a few words."""
    return _(KINDS[kind][1])


def kind_words(kind: Kind) -> str:
    """The same, after its sign."""
    return f"{KINDS[kind][0]} {kind_word(kind)}"


def order_word(order: Picking) -> str:
    """In which order it is picked."""
    return _(ORDERS[order])


def weekday_word(day: int) -> str:
    """A weekday, numbered from Monday, 0."""
    return _(WEEKDAYS[day])


def weekday_words(days: Sequence[int]) -> str:
    """Monday, Wednesday and Friday."""
    return format_list([weekday_word(day) for day in days], locale=calendar())


def time_words(minute: int) -> str:
    """The time of day: 9:00 AM."""
    return clock_words(datetime(2000, 1, 1, minute // 60, minute % 60, tzinfo=UTC))


def sentence(view: ScheduleView, library: Library) -> str:
    """What is posted where and when, so that nobody need know more."""
    schedule = view.schedule
    days = days_in(schedule.weekdays)
    values = {
        "channel": f"<#{schedule.channel}>",
        "time": time_words(schedule.minute),
        "days": weekday_words(days),
        "first": weekday_word(days[0]),
        "others": weekday_words(days[1:]),
    }
    if schedule.kind == "recap":
        return _(
            "In {channel} at {time} on {days}: who moved up, new titles, and the week's questions.", **values
        )
    if schedule.kind == "question":
        posted = (
            _("In {channel} at {time} every day: a question.", **values)
            if schedule.weekdays == EVERY_DAY
            else _("In {channel} at {time} on {days}: a question.", **values)
        )
    elif len(days) == 1:
        posted = _("In {channel} at {time} on {first}: a lesson to read.", **values)
    else:
        posted = _(
            "In {channel} at {time}: a lesson to read on {first}, and its questions on {others}.", **values
        )
    return " ".join([posted, _picked(view, library), *_pinged(schedule)])


def _picked(view: ScheduleView, library: Library) -> str:
    schedule = view.schedule
    if not view.lessons:
        return _(
            "⚠️ No lesson has the categories and levels chosen, so nothing will be posted. Choose others under “What it posts”."
        )
    lessons = ngettext("from {n} lesson", "from {n} lessons", view.lessons)
    chosen = [
        one.name
        for one in library.catalogue.categories
        if schedule.categories is not None and one.slug in schedule.categories
    ]
    levels = [
        level_word(level) for level in Level if schedule.levels is not None and level.value in schedule.levels
    ]
    narrowed = " · ".join([*chosen, *levels])
    order = order_word(schedule.picking)
    return _(
        "Picked {lessons}: {how}.", lessons=lessons, how=" · ".join([one for one in (narrowed, order) if one])
    )


def _pinged(schedule: Schedule) -> list[str]:
    return [_("Pings {role}.", role=f"<@&{schedule.mention}>")] if schedule.mention is not None else []


def next_words(schedule: Schedule) -> str:
    """When it posts next, or why it does not."""
    if schedule.next_at is not None:
        return _(
            "Next: {at} ({when})",
            at=discord.utils.format_dt(schedule.next_at, "F"),
            when=relative(schedule.next_at),
        )
    if schedule.reason == "gone":
        return _("⏸️ Paused: its channel is gone. Choose another, then resume.")
    if schedule.reason == "forbidden":
        return _(
            "⏸️ Paused: I may not post in its channel. Give my role “View Channel” and “Send Messages” there, then resume."
        )
    return _("⏸️ Paused by a moderator.")


def outcome_words(post: ScheduledPost, library: Library) -> str:
    """What became of an hour."""
    at = discord.utils.format_dt(post.due_at, "f")
    lesson = library.find(post.lesson or "")
    title = lesson.title if lesson is not None else ""
    told = {
        "posting": _("⏳ being posted"),
        "posted": _("✅ posted"),
        "skipped": _("⏭️ skipped by a moderator"),
        "missed": _(
            "⌛ missed: I was not running within {n} minutes of it", n=int(LATE.total_seconds() // 60)
        ),
        "failed": _("🚫 not posted: Discord refused it, or did not answer"),
        "empty": _("💤 nothing to post: no answers that week")
        if post.kind == "recap"
        else _("💤 nothing to post: every question is in an open poll"),
        "unmatched": _("💤 nothing to post: no lesson has the categories and levels chosen"),
    }[post.state]
    return " · ".join([at, told, *([title] if title else [])])


def runs_out_words(schedule: Schedule) -> str:
    """What happens when there is nothing fresh left, said before it does."""
    return ngettext(
        "Nothing comes whose answer was shown here in the last {n} day. When all of it was, what was shown longest ago comes again.",
        "Nothing comes whose answer was shown here in the last {n} days. When all of it was, what was shown longest ago comes again.",
        schedule.fresh_days,
    )


_CHANGES = {
    "channel": N_("channel"),
    "kind": N_("what it posts"),
    "weekdays": N_("weekdays"),
    "minute": N_("time"),
    "categories": N_("categories"),
    "levels": N_("levels"),
    "picking": N_("order"),
    "fresh_days": N_("pause before a repetition"),
    "seconds": N_("how long questions stay open"),
    "mention": N_("role that is pinged"),
}


def value_words(name: str, value: Any) -> str:
    """A value that moderators chose of a schedule."""
    if name == "channel":
        return f"<#{value}>"
    if name == "kind":
        return kind_words(value)
    if name == "weekdays":
        return weekday_words(days_in(value))
    if name == "minute":
        return time_words(value)
    if name == "picking":
        return order_word(value)
    if name == "fresh_days":
        return duration_words(timedelta(days=value))
    if name == "seconds":
        return duration_words(timedelta(seconds=value))
    if name == "mention":
        return f"<@&{value}>" if value is not None else _("nobody")
    if value is None:
        return _("all")
    if name == "levels":
        return ", ".join(level_word(Level(one)) for one in value)
    return ", ".join(f"`{one}`" for one in value)


def _name(of: str) -> str:
    return _(_CHANGES[of])


def change_words(name: str, value: Any) -> str:
    """What a moderator has just changed, and to what."""
    return _("✅ Changed: {what} is {value} now.", what=_name(name), value=value_words(name, value))


@telling("schedule_edit")
def _edited(entry: LogEntry) -> str:
    changes = [
        _(
            "{what} from {before} to {after}",
            what=_name(name),
            before=value_words(name, entry.before[name]),
            after=value_words(name, after),
        )
        for name, after in entry.after.items()
    ]
    return _("Schedule {number}: {changes}", number=entry.subject, changes="; ".join(changes))


@telling("schedule_add", "schedule_remove")
def _added(entry: LogEntry) -> str:
    chosen = entry.after or entry.before
    values = {
        "number": entry.subject,
        "kind": kind_words(chosen["kind"]),
        "channel": value_words("channel", chosen["channel"]),
    }
    if entry.what == "schedule_add":
        return _("Schedule {number} added: {kind} in {channel}", **values)
    return _("Schedule {number} removed: {kind} in {channel}", **values)


@telling("schedule_pause", "schedule_resume")
def _paused(entry: LogEntry) -> str:
    if entry.what == "schedule_pause":
        return _("Schedule {number} paused", number=entry.subject)
    return _("Schedule {number} resumed", number=entry.subject)


@telling("schedule_skip", "schedule_unskip")
def _skipped(entry: LogEntry) -> str:
    hour = datetime.fromisoformat(entry.after or entry.before)
    values = {"number": entry.subject, "at": discord.utils.format_dt(hour, "f")}
    if entry.what == "schedule_skip":
        return _("Schedule {number}: {at} is skipped", **values)
    return _("Schedule {number}: {at} is posted after all", **values)
