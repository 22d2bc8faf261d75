"""How long something lasts, as people type it."""

import re
from datetime import timedelta

from bot.actions.refusals import Refusal
from bot.words import N_, ngettext

USUAL = ("30s", "1m", "5m", "10m", "30m", "1h", "1d", "7d")
"""What is offered while typing."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """The duration meant by ``30s``, ``10m``, ``2h``, ``1d``; a bare number means minutes."""
    match = re.fullmatch(r"(\d{1,6})\s*([smhd]?)", text.strip().casefold())
    if match is None:
        raise Refusal(N_("Write the duration as a number and a unit: 30s, 10m, 2h or 1d."))
    return timedelta(**{_UNITS[match[2] or "m"]: int(match[1])})


def duration_words(duration: timedelta) -> str:
    """10 minutes."""
    seconds = int(duration.total_seconds())
    if seconds % 86_400 == 0:
        return ngettext("{n} day", "{n} days", seconds // 86_400)
    if seconds % 3_600 == 0:
        return ngettext("{n} hour", "{n} hours", seconds // 3_600)
    if seconds % 60 == 0:
        return ngettext("{n} minute", "{n} minutes", seconds // 60)
    return ngettext("{n} second", "{n} seconds", seconds)
