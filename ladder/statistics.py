"""The ladder room's statistics of one question, for its author: what its first attempts say about it.

The criterion is each member's estimate before the answer, so that a question is never judged by its own effect.
Nothing here hides a question; a flag asks a person to look.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import NormalDist, correlation

FACILITY_FROM = 20
"""How many answers the facility is shown from."""

DISCRIMINATION_FROM = 50
"""How many answers the discrimination is shown from."""

SHARES_FROM = 60
"""How many answers the distractors' shares are shown from."""

_MISKEYED_FROM, _DISTRACTOR_DRAWS, _KEY_DRAWS = 25, 2.33, 1.0
_MISLABELLED_FROM, _SURPRISING = 30, 3.0
_WEAK_FROM, _WEAK = 50, 0.20
_LEVEL_FROM, _TOO_EASY, _ABOVE_GUESSING = 40, 0.90, 0.10
_DEAD_FROM, _DEAD = 60, 0.05

_BOTH_SIDES = NormalDist().inv_cdf(0.975)
# A flag asks about one side alone. Only so does the study find what it says it finds (noise: 38 % of 50 answers,
# 63 % of 100), and only so can sixty answers show that a distractor is dead.
_ONE_SIDE = NormalDist().inv_cdf(0.95)


class Flag(Enum):
    """What may be wrong with a question."""

    MISKEYED = "miskeyed"
    EASIER_THAN_LABELLED = "easier than labelled"
    HARDER_THAN_LABELLED = "harder than labelled"
    WEAK = "weak"
    TOO_EASY = "too easy"
    GUESS_LEVEL = "guess level"
    DEAD_DISTRACTOR = "dead distractor"
    """Advisory: on an easy question a fair distractor may look dead."""


@dataclass(frozen=True, slots=True)
class FirstAttempt:
    """One member's first attempt at the question."""

    option: int | None
    """As authored; None for a question that was shown and left unanswered, which is wrong."""
    estimate: float
    """The member's estimate before the answer, in rating points."""
    predicted: float
    """The chance of a right answer as predicted before it, above 0 and below 1."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all did something, and the 95 % interval of the share behind it."""

    hits: int
    answers: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.hits / self.answers


@dataclass(frozen=True, slots=True)
class Draw:
    """Whom an option draws: how choosing it goes with the estimate."""

    option: int
    chosen: Share
    correlation: float | None
    """Point-biserial; None where everybody or nobody chose it, or all estimates are the same."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A flag, and the options that it is about; none when it is about the whole question."""

    flag: Flag
    options: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionStatistics:
    """What is known of a question; a figure is None while there are too few answers to show it."""

    answers: int
    facility: Share | None
    """The share of right answers."""
    discrimination: float | None
    """The point-biserial correlation of a right answer with the estimate; None also where it has none."""
    distractors: tuple[Draw, ...] | None
    """Every option but the key, in the order in which they were written."""
    findings: tuple[Finding, ...]


def statistics_of(attempts: Sequence[FirstAttempt], *, key: int, options: int) -> QuestionStatistics:
    """What the first attempts at one question say about it.

    ``options`` are 2 to 5 and ``key`` is one of them, counted from 0; options that do not exist, and estimates
    and chances that cannot be, raise ValueError.
    """
    _check(attempts, key, options)
    n = len(attempts)
    right = [attempt.option == key for attempt in attempts]
    estimates = [attempt.estimate for attempt in attempts]
    discrimination = point_biserial(right, estimates)
    draws = tuple(_draw(attempts, option) for option in range(options) if option != key) if n else ()
    return QuestionStatistics(
        answers=n,
        facility=share_of(sum(right), n) if n >= FACILITY_FROM else None,
        discrimination=discrimination if n >= DISCRIMINATION_FROM else None,
        distractors=draws if n >= SHARES_FROM else None,
        findings=(
            *_miskeyed(discrimination, draws, n),
            *_mislabelled(attempts, right),
            *_weak(discrimination, n),
            *_level(sum(right), n, options),
            *_dead(draws, n),
        ),
    )


def share_of(hits: int, answers: int) -> Share:
    """The share with its Wilson interval of 95 %; hits outside 0 to answers, or no answers, raise ValueError."""
    low, high = _wilson(hits, answers, _BOTH_SIDES)
    return Share(hits, answers, low, high)


def point_biserial(chosen: Sequence[bool], estimates: Sequence[float]) -> float | None:
    """How choosing goes with the estimate, from -1 to 1; None where one of the two never differs."""
    if len(set(chosen)) < 2 or len(set(estimates)) < 2:
        return None
    # Differences alone count, and about their own middle they lose no digits.
    middle = math.fsum(estimates) / len(estimates)
    apart = [estimate - middle for estimate in estimates]
    if not any(difference * difference for difference in apart):
        return None
    return min(max(correlation([float(one) for one in chosen], apart), -1.0), 1.0)


def significance(r: float | None, answers: int) -> float:
    """The z of a correlation: atanh(r) * sqrt(answers - 3); 0 where there is none, or three answers or fewer."""
    if r is None or answers <= 3:
        return 0.0
    if abs(r) >= 1:
        return math.copysign(math.inf, r)
    return math.atanh(r) * math.sqrt(answers - 3)


def _miskeyed(key: float | None, draws: Sequence[Draw], n: int) -> list[Finding]:
    if n < _MISKEYED_FROM or significance(key, n) >= _KEY_DRAWS:
        return []
    better = tuple(draw.option for draw in draws if significance(draw.correlation, n) > _DISTRACTOR_DRAWS)
    return [Finding(Flag.MISKEYED, better)] if better else []


def _mislabelled(attempts: Sequence[FirstAttempt], right: Sequence[bool]) -> list[Finding]:
    if len(attempts) < _MISLABELLED_FROM:
        return []
    more = math.fsum(one - attempt.predicted for one, attempt in zip(right, attempts, strict=True))
    spread = math.sqrt(math.fsum(attempt.predicted * (1 - attempt.predicted) for attempt in attempts))
    if abs(more) / spread <= _SURPRISING:
        return []
    return [Finding(Flag.EASIER_THAN_LABELLED if more > 0 else Flag.HARDER_THAN_LABELLED)]


def _weak(r: float | None, n: int) -> list[Finding]:
    # Without a correlation nothing is known of it, for the bound would be as wide as it can be.
    if n < _WEAK_FROM or r is None:
        return []
    z = significance(r, n) + _ONE_SIDE
    return [Finding(Flag.WEAK)] if math.tanh(z / math.sqrt(n - 3)) < _WEAK else []


def _level(right: int, n: int, options: int) -> list[Finding]:
    if n < _LEVEL_FROM:
        return []
    low, high = _wilson(right, n, _ONE_SIDE)
    if low > _TOO_EASY:
        return [Finding(Flag.TOO_EASY)]
    return [Finding(Flag.GUESS_LEVEL)] if high < 1 / options + _ABOVE_GUESSING else []


def _dead(draws: Sequence[Draw], n: int) -> list[Finding]:
    if n < _DEAD_FROM:
        return []
    dead = tuple(draw.option for draw in draws if _wilson(draw.chosen.hits, n, _ONE_SIDE)[1] < _DEAD)
    return [Finding(Flag.DEAD_DISTRACTOR, dead)] if dead else []


def _draw(attempts: Sequence[FirstAttempt], option: int) -> Draw:
    chosen = [attempt.option == option for attempt in attempts]
    r = point_biserial(chosen, [attempt.estimate for attempt in attempts])
    return Draw(option, share_of(sum(chosen), len(attempts)), r)


def _wilson(hits: int, answers: int, z: float) -> tuple[float, float]:
    if not 0 <= hits <= answers or answers == 0:
        raise ValueError(f"{hits} of {answers} is no share")
    share, spread = hits / answers, z * z / answers
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / answers + spread / answers / 4) / (1 + spread)
    # What float64 loses must not take the share itself out of its interval.
    return min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share)


def _check(attempts: Sequence[FirstAttempt], key: int, options: int) -> None:
    if options not in range(2, 6):
        raise ValueError(f"a question has 2 to 5 options, not {options}")
    if key not in range(options):
        raise ValueError(f"the key {key} is none of {options} options")
    for attempt in attempts:
        if attempt.option is not None and attempt.option not in range(options):
            raise ValueError(f"option {attempt.option} is none of {options} options")
        if not math.isfinite(attempt.estimate):
            raise ValueError(f"an estimate must be finite, not {attempt.estimate}")
        if not 0 < attempt.predicted < 1:
            raise ValueError(f"a predicted chance must lie between 0 and 1, not {attempt.predicted}")
