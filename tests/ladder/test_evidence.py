"""What an answer weighs, by how it came about."""

import itertools
import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.evidence import (
    MET_WITHIN,
    POLL_WEIGHT,
    REVEALED_WEIGHT,
    REVIEW_WEIGHT,
    SHOWN_COUNTS_WRONG_AFTER,
    SOLO_WEIGHT,
    revealed_weight,
)

REVEAL = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)

weights = st.sampled_from([SOLO_WEIGHT, POLL_WEIGHT, REVIEW_WEIGHT, 0.1])
reveals = st.tuples(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)


def test_the_weights_are_those_of_the_rules() -> None:
    assert (SOLO_WEIGHT, POLL_WEIGHT, REVEALED_WEIGHT, REVIEW_WEIGHT) == (1, 0.5, 0.25, 0.25)


def test_what_was_shown_has_a_day_to_be_answered() -> None:
    assert timedelta(days=1) == SHOWN_COUNTS_WRONG_AFTER


@pytest.mark.parametrize(
    ("case", "base", "met_at", "weight"),
    [
        ("never met there", 1, None, 1),
        ("met the day before", 1, REVEAL - timedelta(days=1), 0.25),
        ("met as it was revealed", 1, REVEAL, 0.25),
        ("met thirty days before", 1, REVEAL - timedelta(days=30), 0.25),
        ("met longer ago", 1, REVEAL - timedelta(days=30) - MOMENT, 1),
        ("met only after it", 1, REVEAL + MOMENT, 1),
        ("a poll's answer is replaced, not multiplied", 0.5, REVEAL, 0.25),
        ("a poll's answer by a stranger to that server", 0.5, None, 0.5),
        ("a review's stays", 0.25, REVEAL, 0.25),
        ("a lesser weight is never raised", 0.1, REVEAL, 0.1),
    ],
)
def test_a_reveal_takes_weight_from_whom_the_bot_met_there_in_the_thirty_days_before(
    case: str, base: float, met_at: datetime | None, weight: float
) -> None:
    assert revealed_weight(base, REVEAL, met_at) == weight, case


def test_thirty_days_are_as_long_where_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    reveal = datetime(2026, 4, 10, 12, tzinfo=berlin)
    thirty_days_of_its_clocks_before = datetime(2026, 3, 11, 12, tzinfo=berlin)
    assert revealed_weight(1, reveal, thirty_days_of_its_clocks_before) == 0.25
    assert revealed_weight(1, reveal, thirty_days_of_its_clocks_before - timedelta(hours=1)) == 0.25
    assert revealed_weight(1, reveal, thirty_days_of_its_clocks_before - timedelta(hours=2)) == 1


@given(weights, st.lists(reveals, max_size=3))
def test_the_order_of_reveals_does_not_matter_and_many_do_no_more_than_one(
    base: float, several: list[tuple[datetime, datetime | None]]
) -> None:
    concerned = any(met is not None and reveal - MET_WITHIN <= met <= reveal for reveal, met in several)
    for order in itertools.permutations(several):
        weight = base
        for reveal, met in order:
            weight = revealed_weight(weight, reveal, met)
        assert weight == (min(base, 0.25) if concerned else base)


@pytest.mark.parametrize("base", [0, -1, 1.1, math.nan])
def test_a_senseless_weight_is_refused(base: float) -> None:
    with pytest.raises(ValueError, match="a weight must be above 0 and at most 1"):
        revealed_weight(base, REVEAL, None)


def test_moments_without_a_time_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="a moment carries a time zone"):
        revealed_weight(1, REVEAL.replace(tzinfo=None), None)
    with pytest.raises(ValueError, match="a moment carries a time zone"):
        revealed_weight(1, REVEAL, REVEAL.replace(tzinfo=None))
