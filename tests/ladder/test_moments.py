"""Moments are reckoned in UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ladder.moments import utc


def test_a_moment_stays_the_same_moment() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert utc(noon) == noon
    assert utc(noon).isoformat() == "2026-07-01T10:00:00+00:00"
    assert utc(noon).tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a moment carries a time zone, and 2026-07-01 12:00:00 does not"):
        utc(datetime(2026, 7, 1, 12))  # noqa: DTZ001  that is the point
