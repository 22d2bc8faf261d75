"""Days and hours as the language being spoken writes them, where Discord's own timestamps cannot stand."""

from datetime import datetime

from babel.dates import format_date, format_skeleton, format_time

from bot.pictures import TickUnit
from bot.words.calendars import calendar


def day_words(moment: datetime) -> str:
    """The day in figures: 3/12/26."""
    return format_date(moment, "short", locale=calendar())


def clock_words(moment: datetime) -> str:
    """The time of day: 3:30 PM."""
    return format_time(moment, "short", locale=calendar())


def tick_words(moment: datetime, unit: TickUnit) -> str:
    """A mark on an axis of time, as short as the marks around it allow: 15:30, 12 Mar, 2026."""
    locale = calendar()
    if unit in {TickUnit.MINUTE, TickUnit.HOUR} and (moment.hour or moment.minute):
        return format_time(moment, "short", locale=locale)
    if unit is TickUnit.YEAR:
        return format_skeleton("y", moment, locale=locale)
    if unit is TickUnit.MONTH:
        # Every January says which year begins.
        return format_skeleton("yMMM" if moment.month == 1 else "MMM", moment, locale=locale)
    return format_skeleton("MMMd", moment, locale=locale)
