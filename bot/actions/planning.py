"""When a schedule is due next: chosen weekdays and a time of day on the clocks of a place, whatever those do."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = 0b111_1111
"""The bits of all weekdays, from Monday, 1, to Sunday, 64."""

_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)


def bits_of(weekdays: Iterable[int]) -> int:
    """The bits of weekdays that are numbered from Monday, 0."""
    return sum({1 << day for day in weekdays})


def days_in(weekdays: int) -> tuple[int, ...]:
    """The weekdays behind the bits, numbered from Monday, 0."""
    return tuple(day for day in range(7) if weekdays >> day & 1)


def next_occurrence(weekdays: int, minute: int, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment after that one at which clocks there reach this minute of one of these weekdays, in UTC.

    A time of day that a leap forward passes over is reached at the leap; one that a day has twice, the first time.
    No weekday at all, or a minute outside the day, raises ValueError.
    """
    if not 0 < weekdays <= EVERY_DAY or minute not in range(24 * 60):
        raise ValueError(f"nothing is ever due on the days {weekdays} at minute {minute}")
    at = time(minute // 60, minute % 60)
    return next(
        moment
        for day in _days(weekdays, after.astimezone(zone).date() - _DAY)
        if (moment := _reached(datetime.combine(day, at), zone)) > after
    )


def _days(weekdays: int, since: date) -> Iterator[date]:
    """The days from that one on which have one of these weekdays."""
    while True:
        if weekdays >> since.weekday() & 1:
            yield since
        since += _DAY


def _reached(wall: datetime, zone: ZoneInfo) -> datetime:
    """When clocks there first show this, or something later."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if _shown(moment, zone) == wall:
        return moment
    # Clocks leap over it: at some second between what it would be by the new offset and by the old one.
    before, leapt = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    while leapt - before > _SECOND:
        middle = before + ((leapt - before) // 2 // _SECOND) * _SECOND
        if _shown(middle, zone) < wall:
            before = middle
        else:
            leapt = middle
    return leapt


def _shown(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
