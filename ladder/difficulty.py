"""The ladder room's estimate of how hard a question is, from its first attempts; for its author alone.

The label stays what answers are rated by: difficulties learned from answers would deflate everybody's rating.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ladder.rating import HIGHEST, LOWEST, predicted
from ladder.statistics import FACILITY_FROM, FirstAttempt

_CLOSE_ENOUGH = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """A difficulty in rating points, and its standard error."""

    difficulty: int
    error: int


def measured_difficulty(attempts: Sequence[tuple[FirstAttempt, bool]], options: int) -> Measured | None:
    """The difficulty at which the attempts, each with whether it was right, would be expected to come out so.

    None below 20 attempts, and where no difficulty within the ladder's bounds would make them come out so.
    """
    right = sum(was_right for _, was_right in attempts)
    if len(attempts) < FACILITY_FROM:
        return None
    estimates = [min(max(attempt.estimate, LOWEST), HIGHEST) for attempt, _ in attempts]

    def expected(difficulty: float) -> float:
        return math.fsum(predicted(estimate, difficulty, options) for estimate in estimates)

    low, high = LOWEST, HIGHEST
    if not expected(high) < right < expected(low):
        return None
    while high - low > _CLOSE_ENOUGH:
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) > right else (low, middle)
    found = (low + high) / 2
    chances = [predicted(estimate, found, options) for estimate in estimates]
    spread = math.sqrt(math.fsum(chance * (1 - chance) for chance in chances))
    steepness = (expected(max(found - 1, LOWEST)) - expected(min(found + 1, HIGHEST))) / 2
    return Measured(round(found), min(round(spread / steepness), round(HIGHEST)))
