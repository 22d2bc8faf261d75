"""The calendar of the language being spoken: how it names months and writes days."""

from datetime import datetime
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton

from bot.words import language


def calendar() -> Locale:
    """What Babel knows of the language being spoken, or of English where it knows nothing."""
    return _calendar(language())


def month_words(moment: datetime) -> str:
    """The month in words, with its year: December 2026."""
    return format_skeleton("yMMMM", moment, locale=calendar())


@cache
def _calendar(spoken: str) -> Locale:
    for name in (spoken, spoken.partition("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
