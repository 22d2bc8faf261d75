"""Points for activity, and the week that they are counted in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.experience import earned, week_of

zones = st.sampled_from([timezone(timedelta(hours=hours)) for hours in (-12, -5, 0, 1, 14)])
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=zones)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("correct", "review", "points"), [(True, False, 10), (True, True, 2), (False, False, 0), (False, True, 0)]
)
def test_correct_answers_earn_points_and_wrong_ones_cost_none(
    correct: bool, review: bool, points: int
) -> None:
    assert earned(correct=correct, review=review) == points


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        ("2026-03-02T00:00:00+00:00", "2026-03-02"),
        ("2026-03-02T00:00:00.000001+00:00", "2026-03-02"),
        ("2026-03-04T15:30:00+00:00", "2026-03-02"),
        ("2026-03-08T23:59:59.999999+00:00", "2026-03-02"),
        ("2026-03-09T00:00:00+00:00", "2026-03-09"),
        ("2026-01-01T12:00:00+00:00", "2025-12-29"),
        ("2026-03-09T00:30:00+01:00", "2026-03-02"),
        ("2026-03-08T20:00:00-05:00", "2026-03-09"),
    ],
)
def test_a_week_begins_on_monday_at_midnight_utc(moment: str, monday: str) -> None:
    assert week_of(datetime.fromisoformat(moment)).isoformat() == f"{monday}T00:00:00+00:00"


@given(moments)
def test_every_moment_lies_in_one_week(moment: datetime) -> None:
    monday = week_of(moment)
    assert monday.weekday() == 0
    assert monday.tzinfo is UTC
    assert monday.time() == datetime.min.time()
    assert monday <= moment.astimezone(UTC) < monday + timedelta(days=7)
    assert week_of(monday) == monday


@given(moments, st.integers(-23, 23))
def test_the_week_is_the_same_wherever_one_asks(moment: datetime, hours: int) -> None:
    assert week_of(moment.astimezone(timezone(timedelta(hours=hours)))) == week_of(moment)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a moment carries a time zone"):
        week_of(datetime(2026, 3, 2))  # noqa: DTZ001  that is the point
