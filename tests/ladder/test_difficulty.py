"""How hard a question is, as its first attempts tell: found again where it is known, and with an honest error."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.difficulty import measured_difficulty
from ladder.rating import predicted
from ladder.statistics import FirstAttempt


def attempts(
    difficulty: float, estimates: list[float], options: int, random: Random
) -> list[tuple[FirstAttempt, bool]]:
    """Attempts at a question of this difficulty by members whose estimates are right."""
    return [
        (FirstAttempt(None, estimate, 0.5), random.random() < predicted(estimate, difficulty, options))
        for estimate in estimates
    ]


def test_below_twenty_attempts_nothing_is_measured() -> None:
    some = attempts(1500, [1500.0] * 20, 4, Random(3))  # noqa: S311  the same every time
    assert measured_difficulty(some, 4) is not None
    assert measured_difficulty(some[:19], 4) is None


@pytest.mark.parametrize("was_right", [True, False])
def test_where_all_are_right_or_all_are_wrong_there_is_no_telling_how_far(was_right: bool) -> None:
    assert measured_difficulty([(FirstAttempt(None, 1500, 0.5), was_right)] * 60, 4) is None


def test_the_difficulty_is_found_again_within_its_standard_error() -> None:
    random = Random(7)  # noqa: S311  the same every time
    within = 0
    for number in range(200):
        truth = 1100 + 5 * number
        known = attempts(truth, [random.gauss(1600, 250) for _ in range(150)], 4, random)
        found = measured_difficulty(known, 4)
        assert found is not None
        assert abs(found.difficulty - truth) < 5 * found.error
        within += abs(found.difficulty - truth) <= found.error
    # Within one standard error in 68 % of all cases, give or take three of its own.
    assert 0.68 - 0.1 < within / 200 < 0.68 + 0.1


@given(
    st.lists(st.tuples(st.floats(100, 3500), st.booleans()), min_size=20, max_size=60),
    st.integers(2, 5),
)
def test_whatever_is_measured_lies_on_the_ladder_and_more_right_answers_make_it_easier(
    made: list[tuple[float, bool]], options: int
) -> None:
    known = [(FirstAttempt(None, estimate, 0.5), was_right) for estimate, was_right in made]
    found = measured_difficulty(known, options)
    if found is None:
        return
    assert 100 <= found.difficulty <= 3500
    assert 0 <= found.error <= 3500
    place = next((place for place, (_, was_right) in enumerate(known) if not was_right), None)
    if place is not None:
        better = measured_difficulty([*known[:place], (known[place][0], True), *known[place + 1 :]], options)
        assert better is None or better.difficulty <= found.difficulty
