"""What a poll allows, and how its answers are counted."""

import contextlib
import pickle
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.poll import LONGEST, SHORTEST, DurationOutOfBounds, PollTerms, ballot_order, tally

NOON = datetime(2025, 11, 20, 12, 0, tzinfo=UTC)
TERMS = PollTerms.opening(NOON, timedelta(minutes=10))


def test_a_poll_takes_answers_until_the_moment_it_closes() -> None:
    last = TERMS.closes_at - timedelta(microseconds=1)
    assert TERMS.accepts(NOON)
    assert TERMS.accepts(last)
    assert not TERMS.accepts(TERMS.closes_at)


def test_a_poll_that_was_closed_early_takes_no_more_answers() -> None:
    closed = PollTerms(NOON, NOON + timedelta(hours=1), closed_at=NOON + timedelta(minutes=5))
    assert not closed.accepts(NOON + timedelta(minutes=6))
    assert not closed.accepts(NOON + timedelta(minutes=4))


@given(st.timedeltas(timedelta(0), timedelta(days=1)))
def test_an_open_poll_takes_answers_until_its_time_and_none_after(after: timedelta) -> None:
    assert TERMS.accepts(NOON + after) == (NOON + after < TERMS.closes_at)


@pytest.mark.parametrize("duration", [timedelta(seconds=30), timedelta(hours=1), timedelta(days=7)])
def test_a_poll_may_last_from_thirty_seconds_to_seven_days(duration: timedelta) -> None:
    assert PollTerms.opening(NOON, duration) == PollTerms(NOON, NOON + duration)


@pytest.mark.parametrize(
    "duration",
    [
        timedelta(seconds=-60),
        timedelta(0),
        timedelta(seconds=29.9),
        timedelta(days=7, seconds=1),
        timedelta.max,
    ],
)
def test_another_duration_is_refused_with_the_bounds(duration: timedelta) -> None:
    with pytest.raises(DurationOutOfBounds) as refusal:
        PollTerms.opening(NOON, duration)
    assert refusal.value.shortest == timedelta(seconds=30)
    assert refusal.value.longest == timedelta(days=7)


def test_a_refusal_survives_a_context_manager_and_a_process() -> None:
    @contextlib.contextmanager
    def unit() -> Iterator[None]:
        yield

    refusal = DurationOutOfBounds(timedelta(1), timedelta(2))
    with pytest.raises(DurationOutOfBounds), unit():
        raise refusal
    again = pickle.loads(pickle.dumps(refusal))  # noqa: S301  our own bytes
    assert (again.shortest, again.longest) == (timedelta(1), timedelta(2))


def test_moments_without_a_time_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="carry a time zone"):
        PollTerms(NOON.replace(tzinfo=None), NOON + timedelta(hours=1))


def test_a_poll_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot close at"):
        PollTerms(NOON, NOON)


@pytest.mark.parametrize(
    ("choices", "options", "counts", "shares"),
    [
        ([], 4, (0, 0, 0, 0), (0, 0, 0, 0)),
        ([2], 4, (0, 0, 1, 0), (0, 0, 100, 0)),
        ([0, 1, 2], 3, (1, 1, 1), (33, 33, 33)),
        ([0, 0, 1], 2, (2, 1), (67, 33)),
        ([0, 1, 1, 1, 1, 1, 1], 2, (1, 6), (14, 86)),
        ([0] * 199 + [1], 2, (199, 1), (100, 1)),
        ([0, 1, 2, 3, 4, 4], 5, (1, 1, 1, 1, 2), (17, 17, 17, 17, 33)),
    ],
)
def test_shares_are_whole_percents_each_rounded_by_itself(
    choices: list[int], options: int, counts: tuple[int, ...], shares: tuple[int, ...]
) -> None:
    counted = tally(choices, options)
    assert counted.counts == counts
    assert counted.total == len(choices)
    assert counted.shares == shares


@given(st.integers(2, 5).flatmap(lambda m: st.tuples(st.just(m), st.lists(st.integers(0, m - 1)))))
def test_equal_counts_have_equal_shares_and_more_never_shows_less(case: tuple[int, list[int]]) -> None:
    options, choices = case
    counted = tally(choices, options)
    assert len(counted.counts) == len(counted.shares) == options
    assert sum(counted.counts) == counted.total == len(choices)
    for count, share in zip(counted.counts, counted.shares, strict=True):
        assert not choices or abs(share - 100 * count / counted.total) <= 0.5
        for other, other_share in zip(counted.counts, counted.shares, strict=True):
            assert count < other or share >= other_share


@given(st.lists(st.integers(0, 3)).flatmap(lambda asked: st.tuples(st.just(asked), st.permutations(asked))))
def test_the_order_of_answers_does_not_matter(case: tuple[list[int], list[int]]) -> None:
    asked, shuffled = case
    assert tally(asked, 4) == tally(shuffled, 4)


@pytest.mark.parametrize(("choices", "options"), [([4], 4), ([-1], 4)])
def test_a_choice_that_is_not_an_option_is_refused(choices: list[int], options: int) -> None:
    with pytest.raises(ValueError, match="a choice among 4 options is 0 to 3"):
        tally(choices, options)


@pytest.mark.parametrize("options", [0, 1, 6])
def test_a_tally_of_too_few_or_too_many_options_is_refused(options: int) -> None:
    with pytest.raises(ValueError, match="2 to 5 options"):
        tally([], options)


SECRET = bytes(range(32))
CONTRACT = {4: (0, 3, 2, 1), 5: (1, 4, 3, 2, 0)}
IDS = st.integers(0, 2**64 - 1)


@given(st.timedeltas(timedelta(0), timedelta(days=9)))
def test_an_extended_poll_takes_answers_for_so_much_longer_and_never_past_seven_days(
    more: timedelta,
) -> None:
    if more >= SHORTEST and TERMS.closes_at + more <= NOON + LONGEST:
        assert TERMS.extended(more) == PollTerms(NOON, TERMS.closes_at + more)
    else:
        with pytest.raises(DurationOutOfBounds) as refused:
            TERMS.extended(more)
        assert refused.value.longest == LONGEST - timedelta(minutes=10)


@given(st.binary(min_size=16, max_size=64), IDS, IDS, st.integers(2, 5))
def test_a_ballot_has_every_option_once_and_in_the_same_order_each_time(
    secret: bytes, member: int, poll: int, options: int
) -> None:
    order = ballot_order(secret, member, poll, options)
    assert sorted(order) == list(range(options))
    assert order == ballot_order(secret, member, poll, options)


def test_the_order_on_a_ballot_is_a_contract() -> None:
    assert ballot_order(SECRET, 2**62 + 101, 7, 4) == CONTRACT[4]
    assert ballot_order(SECRET, 2**62 + 101, 7, 5) == CONTRACT[5]


def test_every_order_is_as_likely_as_any_other() -> None:
    """Chi-squared over the 24 orders of four options; 23 degrees of freedom exceed 49.7 once in a thousand."""
    seen = Counter(ballot_order(SECRET, member, 7, 4) for member in range(24_000))
    assert len(seen) == 24
    assert sum((count - 1000) ** 2 / 1000 for count in seen.values()) < 49.7


def test_another_member_another_poll_and_another_secret_give_other_orders() -> None:
    own = [ballot_order(SECRET, 1, poll, 5) for poll in range(200)]
    for others in (
        [ballot_order(SECRET, 2, poll, 5) for poll in range(200)],
        [ballot_order(SECRET, 1, poll, 5) for poll in range(200, 400)],
        [ballot_order(bytes(32), 1, poll, 5) for poll in range(200)],
    ):
        same = sum(one == other for one, other in zip(own, others, strict=True))
        assert same < 20, "of 200, a 120th by chance"


@pytest.mark.parametrize(
    ("secret", "member", "poll", "options"),
    [(b"short", 1, 1, 4), (SECRET, -1, 1, 4), (SECRET, 1, 2**64, 4), (SECRET, 1, 1, 1), (SECRET, 1, 1, 6)],
)
def test_a_ballot_that_cannot_be_is_refused(secret: bytes, member: int, poll: int, options: int) -> None:
    with pytest.raises(ValueError, match="not"):
        ballot_order(secret, member, poll, options)
