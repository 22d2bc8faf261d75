"""When split answers are worth a discussion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.peer import wants_discussion


@pytest.mark.parametrize(
    ("right", "total", "wanted"),
    [
        (3, 10, True),
        (7, 10, True),
        (5, 10, True),
        (2, 10, False),
        (8, 10, False),
        (29, 100, False),
        (30, 100, True),
        (70, 100, True),
        (71, 100, False),
        (299, 1000, False),
        (2, 5, True),
        (3, 5, True),
        (1, 5, False),
        (4, 5, False),
        (2, 4, False),
        (1, 2, False),
        (0, 0, False),
        (0, 50, False),
        (50, 50, False),
    ],
)
def test_a_discussion_is_wanted_when_30_to_70_percent_of_at_least_five_were_right(
    right: int, total: int, *, wanted: bool
) -> None:
    assert wants_discussion(right, total) is wanted


@given(st.integers(0, 10_000).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_right_and_wrong_weigh_the_same(answers: tuple[int, int]) -> None:
    right, total = answers
    assert wants_discussion(right, total) == wants_discussion(total - right, total)


@pytest.mark.parametrize(("right", "total"), [(-1, 5), (6, 5), (1, 0)])
def test_more_right_answers_than_answers_are_refused(right: int, total: int) -> None:
    with pytest.raises(ValueError, match="are right, not"):
        wants_discussion(right, total)
