"""Streaks: days on end with an answer, and one day off a week that breaks nothing."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.streak import streak

TODAY = date(2026, 3, 15)


def ago(*days: int) -> set[date]:
    return {TODAY - timedelta(days=day) for day in days}


@pytest.mark.parametrize(
    ("answered", "length", "today", "forgiven"),
    [
        ((), 0, False, None),
        ((0,), 1, True, None),
        ((1,), 1, False, None),
        ((0, 1, 2), 3, True, None),
        ((1, 2, 3), 3, False, None),
        ((2, 3), 2, False, 1),
        ((3, 4), 0, False, None),
        ((0, 2, 3), 3, True, 1),
        ((0, 2, 4, 5), 2, True, 1),
        ((0, 1, 2, 4, 5, 6, 7, 8, 9, 11, 12), 11, True, 3),
        ((0, 1, 2, 4, 5, 6, 7, 8, 10, 11), 8, True, 3),
    ],
)
def test_a_streak_forgives_one_day_a_week(
    answered: tuple[int, ...], length: int, today: bool, forgiven: int | None
) -> None:
    found = streak(ago(*answered), TODAY)
    assert (found.days, found.today) == (length, today)
    assert found.forgiven == (TODAY - timedelta(days=forgiven) if forgiven is not None else None)


DAYS = st.sets(st.integers(0, 60)).map(lambda days: ago(*days))


@given(DAYS)
def test_a_streak_holds_its_days_and_no_two_days_off_within_a_week(days: set[date]) -> None:
    found = streak(days, TODAY)
    if found.begun is None:
        assert found.days == 0
        return
    span = [found.begun + timedelta(days=n) for n in range((TODAY - found.begun).days + 1)]
    assert found.days == sum(day in days for day in span)
    off = [day for day in span if day not in days and day != TODAY]
    assert all((later - earlier).days >= 7 for earlier, later in pairwise(off))
    assert found.begun in days


@given(DAYS)
def test_an_answer_today_makes_a_streak_longer_by_one(days: set[date]) -> None:
    before = streak(days - {TODAY}, TODAY)
    after = streak(days | {TODAY}, TODAY)
    assert after.days == before.days + 1


@given(DAYS, st.integers(1, 30))
def test_what_lies_in_the_future_counts_for_nothing(days: set[date], ahead: int) -> None:
    assert streak(days | {TODAY + timedelta(days=ahead)}, TODAY) == streak(days, TODAY)
