"""The ladder room's streaks: days on end with an answer, where one day off a week is forgiven."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Streak:
    """How many days somebody has been at it."""

    days: int
    """Days with an answer; days that were forgiven do not count."""
    today: bool
    """Whether today is one of them; until it is over it breaks nothing."""
    forgiven: date | None
    """The latest day off that was forgiven; None without one."""
    begun: date | None
    """Its first day; None without one."""


def streak(days: Collection[date], today: date) -> Streak:
    """The streak that stands today, given the days on which something was answered.

    A day off is forgiven if no other was in the six days before or after it. The streak goes back to the first
    day from which on every day has an answer or is forgiven. Days after today count for nothing.
    """
    length, begun = 0, None
    forgiven: list[date] = []
    kept = 0
    day = today if today in days else today - _DAY
    while True:
        if day in days:
            length, begun, kept = length + 1, day, len(forgiven)
        elif not forgiven or (forgiven[-1] - day).days >= _WEEK:
            forgiven.append(day)
        else:
            break
        day -= _DAY
    return Streak(length, today in days, forgiven[0] if kept else None, begun)
