"""The pictures room's axes: where a person would put the marks."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from math import ceil, floor

from bot.pictures.facts import TickUnit

_MINUTE, _HOUR, _DAY, _MONTH, _YEAR = 60, 3600, 86_400, 2_629_800, 31_557_600
_STEPS: tuple[tuple[TickUnit, int, int], ...] = (
    *((TickUnit.MINUTE, step, step * _MINUTE) for step in (1, 2, 5, 10, 15, 30)),
    *(
        (TickUnit.HOUR, step, step * _HOUR) for step in (1, 2, 3, 6)
    ),  # hours of several days would not say which
    *((TickUnit.DAY, step, step * _DAY) for step in (1, 2, 4, 7, 14)),
    *((TickUnit.MONTH, step, step * _MONTH) for step in (1, 2, 3, 6)),
    *((TickUnit.YEAR, step, step * _YEAR) for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)),
)
_RATING_STEPS = (5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000)


def moments(start: float, end: float, zone: tzinfo, most: int) -> tuple[list[datetime], TickUnit]:
    """At most so many evenly spaced, round moments between two moments in seconds UTC, and how far apart they are."""
    for unit, step, seconds in _STEPS:
        if (end - start) / seconds > most:
            continue
        found = list(_walk(start, end, zone, unit, step))
        if len(found) <= most:
            return found, unit
    return [], TickUnit.YEAR


def _walk(start: float, end: float, zone: tzinfo, unit: TickUnit, step: int) -> Iterator[datetime]:
    first = datetime.fromtimestamp(start, UTC).astimezone(zone)
    begin, following = _BEGINNINGS[unit]
    moment = begin(first, step)
    while True:
        at = moment.timestamp()
        if at > end:
            return
        if at >= start:
            yield moment
        try:
            moment = following(moment, step)
        except (OverflowError, ValueError):
            return


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _minutes_on(moment: datetime, step: int) -> datetime:
    # Through UTC, so that a clock put forward or back neither repeats nor skips a mark.
    return (moment.astimezone(UTC) + timedelta(minutes=step)).astimezone(moment.tzinfo)


def _hours_on(moment: datetime, step: int) -> datetime:
    later = moment.replace(tzinfo=None) + timedelta(hours=step)
    return later.replace(tzinfo=moment.tzinfo)


def _days_on(moment: datetime, step: int) -> datetime:
    return moment + timedelta(days=step)


def _months_on(moment: datetime, step: int) -> datetime:
    month = moment.month - 1 + step
    return moment.replace(year=moment.year + month // 12, month=month % 12 + 1)


def _years_on(moment: datetime, step: int) -> datetime:
    return moment.replace(year=moment.year + step)


def _weekly(moment: datetime, step: int) -> datetime:
    return _day(moment) - timedelta(days=moment.weekday() if step % 7 == 0 else 0)


_BEGINNINGS: dict[
    TickUnit, tuple[Callable[[datetime, int], datetime], Callable[[datetime, int], datetime]]
] = {
    TickUnit.MINUTE: (
        lambda first, step: first.replace(minute=first.minute - first.minute % step, second=0, microsecond=0),
        _minutes_on,
    ),
    TickUnit.HOUR: (lambda first, step: _day(first).replace(hour=first.hour - first.hour % step), _hours_on),
    TickUnit.DAY: (_weekly, _days_on),
    TickUnit.MONTH: (
        lambda first, step: _day(first).replace(day=1, month=first.month - (first.month - 1) % step),
        _months_on,
    ),
    TickUnit.YEAR: (
        lambda first, step: _day(first).replace(day=1, month=1, year=max(first.year - first.year % step, 1)),
        _years_on,
    ),
}


def ratings(low: float, high: float, most: int) -> list[int]:
    """At most so many round ratings between two, evenly spaced."""
    step = next((step for step in _RATING_STEPS if (high - low) / step <= most - 1), _RATING_STEPS[-1])
    found = list(range(ceil(low / step) * step, floor(high / step) * step + 1, step))
    return found[:: max(1, ceil(len(found) / most))]
