"""Time zones by their IANA names, which are the same in every language."""

from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.actions.planning import EVERY_DAY, next_occurrence
from bot.actions.refusals import Refusal
from bot.words import N_

_AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def known_zones() -> tuple[str, ...]:
    """The zones that are named for a place, and UTC first."""
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.split("/")[0] in _AREAS))


def matching_zones(typed: str, limit: int) -> list[str]:
    """Zones that what was typed so far may mean: those of which a word begins so first."""
    wanted = _plain(typed)
    found = [zone for zone in known_zones() if wanted in _plain(zone)]
    found.sort(key=lambda zone: not any(word.startswith(wanted) for word in _plain(zone).split("/")))
    return found[:limit]


def likely_zones(typed: str, limit: int) -> list[str]:
    """The one zone that was typed, however its letters are written, or else those that may be meant.

    Where no name holds what was typed, names are taken that nearly do: whoever fills in a form sees no list.
    """
    wanted = _plain(typed)
    if not wanted:
        return []
    exact = [zone for zone in known_zones() if wanted in {_plain(zone), _plain(zone).rpartition("/")[2]}]
    if len(exact) == 1:
        return exact
    found = exact or matching_zones(typed, limit)
    if not found:
        by_city = {_plain(zone).rpartition("/")[2]: zone for zone in known_zones()}
        near = get_close_matches(wanted.rpartition("/")[2], by_city, n=limit, cutoff=0.75)
        found = [by_city[city] for city in near]
    return found[:limit]


def require_zone(typed: str) -> str:
    """The zone of this name, however its letters are written; anything else is refused."""
    wanted = _plain(typed)
    exact = next((zone for zone in known_zones() if _plain(zone) == wanted), None)
    if exact is None:
        ends = [zone for zone in known_zones() if _plain(zone).rpartition("/")[2] == wanted]
        exact = ends[0] if len(ends) == 1 else None
    if exact is None:
        raise Refusal(
            N_(
                "There is no time zone “{name}”. Choose one from the list that opens as you type, such as Europe/Berlin."
            ),
            name=typed[:60],
        )
    return exact


@cache
def zone_of(name: str | None) -> ZoneInfo:
    """The zone of this name; UTC for none, and for one that is no longer known."""
    # What is known is not asked of the system: it would look through all its files each time.
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def next_at(hour: int, zone: ZoneInfo, after: datetime, earliest: date = date.min) -> datetime:
    """The next moment at which it is that hour there, on that day at the earliest, in UTC; see `next_occurrence`."""
    if earliest > date.min:
        after = max(after, datetime.combine(earliest, time(), zone).astimezone(UTC) - timedelta.resolution)
    return next_occurrence(EVERY_DAY, hour * 60, zone, after)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").split())
