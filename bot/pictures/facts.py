"""The pictures room's values: everything that a picture shows, with its words in the reader's language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import Enum

from ladder.tiers import Tier


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a rank card shows. Words may be empty and in any script; what is too long ends in “…”."""

    name: str
    """As the person writes it, with no Markdown escapes."""
    tier: Tier
    """The earned title's tier, which gives emblem and colour."""
    title: str
    """The earned title in words: Platinum III."""
    rating: int
    """Rating points."""
    provisional: bool
    """Whether a “?” stands beside the rating."""
    places: tuple[str, ...] = ()
    """One line for each ladder, of which two fit: World 12 of 3,401."""
    progress: float = 0.0
    """How much of the way to the next tier is done, from 0 to 1."""
    missing: str = ""
    """What is missing for the next tier: 120 to Diamond."""
    xp: str = ""
    """XP with its unit: 4,210 XP."""
    recent: tuple[int, ...] = ()
    """The rating before and after each of the latest changes, oldest first, in points; the last 31 are drawn."""


class TickUnit(Enum):
    """How far apart the time axis has its ticks, which says how to word them."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Band:
    """A tier as a band of ratings behind a plot, with its word."""

    tier: Tier
    word: str


@dataclass(frozen=True, slots=True)
class Series:
    """One person's ratings over time."""

    name: str
    points: tuple[tuple[float, float], ...]
    """Moments in seconds since 1970 UTC, and the rating from then on in points. What is not finite is left out."""


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """What a plot of ratings shows: one series, or two that are compared and named in a legend."""

    series: tuple[Series, ...]
    tick_words: Callable[[datetime, TickUnit], str]
    """Words a tick of the time axis, whose moment is in the zone below: (12 March 2026, DAY) to “12 Mar”."""
    title: str = ""
    bands: tuple[Band, ...] = ()
    zone: tzinfo = UTC
    """Where days and months begin."""
