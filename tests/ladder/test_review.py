"""When a question is due again, and which reviews are rated."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.review import FIRST_ATTEMPT, RATED_STEPS, STEPS, is_rated, next_due

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

steps = st.sampled_from([FIRST_ATTEMPT, *STEPS])


@pytest.mark.parametrize(
    ("step", "correct", "following"),
    [
        (0, True, 2),
        (0, False, 2),
        (2, True, 7),
        (7, True, 21),
        (21, True, 60),
        (60, True, 180),
        (180, True, 180),
        (2, False, 2),
        (7, False, 2),
        (21, False, 2),
        (60, False, 2),
        (180, False, 2),
    ],
)
def test_a_correct_review_leads_to_the_next_step_and_a_wrong_one_to_the_first(
    step: int, correct: bool, following: int
) -> None:
    assert next_due(step, correct, NOON) == (following, NOON + timedelta(days=following))


def test_whoever_is_always_right_is_asked_at_growing_distances() -> None:
    step, at = next_due(FIRST_ATTEMPT, True, NOON)
    asked: list[int] = []
    while len(asked) < 6:
        asked.append((at - NOON).days)
        step, at = next_due(step, True, at)
    assert asked == [2, 9, 30, 90, 270, 450]


@given(steps, st.lists(st.booleans(), min_size=5, max_size=5))
def test_the_step_tells_the_correct_reviews_since_the_last_wrong_one(start: int, answers: list[bool]) -> None:
    step, _ = next_due(start, False, NOON)
    for correct in answers:
        step, _ = next_due(step, correct, NOON)
    streak = next((n for n, correct in enumerate(reversed(answers)) if not correct), len(answers))
    assert step == STEPS[min(streak, len(STEPS) - 1)]


def test_days_are_as_long_where_the_clocks_change() -> None:
    answered_at = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    due = next_due(FIRST_ATTEMPT, True, answered_at)
    assert due.due_at.isoformat() == "2026-03-30T11:00:00+00:00"


@pytest.mark.parametrize("step", [-1, 1, 3, 90, 181])
def test_no_other_step_is_known(step: int) -> None:
    with pytest.raises(ValueError, match="a review's step is one of"):
        next_due(step, True, NOON)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a moment carries a time zone"):
        next_due(2, True, NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("step", "rated_before", "rated"),
    [
        (0, [], False),
        (2, [], False),
        (7, [], False),
        (21, [], False),
        (60, [], True),
        (180, [], True),
        (60, [60], False),
        (180, [60], True),
        (60, [180], True),
        (180, [180, 60], False),
        (60, [0], True),
    ],
)
def test_reviews_at_60_and_180_days_are_rated_once_each(
    step: int, rated_before: list[int], rated: bool
) -> None:
    assert is_rated(step, rated_before) is rated


@given(st.lists(st.booleans(), max_size=60))
def test_however_long_one_goes_on_a_question_is_rated_again_twice_at_most(answers: list[bool]) -> None:
    rated: list[int] = []
    step, at = next_due(FIRST_ATTEMPT, True, NOON)
    for correct in answers:
        if is_rated(step, rated):
            rated.append(step)
        step, at = next_due(step, correct, at)
    assert len(rated) == len(set(rated))
    assert set(rated) <= RATED_STEPS
