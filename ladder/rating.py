"""The ladder room's rule: guess-corrected Elo, from one answer to one change of rating.

Elo's rule over the four-parameter logistic curve of item response theory (4PL IRT), which knows that a guess
may be right and that anybody may slip, with a step that shrinks as evidence grows. Pure functions in float64.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from ladder.moments import utc

FIRST_ESTIMATE = 1200.0
"""Where everybody's estimate starts, in rating points."""

LOWEST = 100.0
"""The least estimate and the least difficulty, in rating points."""

HIGHEST = 3500.0
"""The greatest estimate and the greatest difficulty, in rating points."""

IDLE_AFTER = timedelta(days=90)
"""How long without an answer takes a member off the current boards."""

_SLIP_CEILING = 0.98
_SCALE = 400.0
_FIRST_STEP = 250.0
_LAST_STEP = 24.0
_STEP_DECAY = 0.08
_CAUTION = 100.0
_CAUTION_FADES = 20.0
_BLEND_HALFWAY = 30.0
_MOST_AFTER_IDLE = 40.0
_MOST_AT_SEASON_START = 10.0


@dataclass(frozen=True, slots=True, init=False)
class Standing:
    """Where one member is on one ladder: an estimate of what they can do, and the evidence behind it.

    The estimate is in rating points, 100 to 3500; the evidence is a sum of weights, finite and at least 0, in
    which one solo answer is 1. Anything else raises ValueError.
    """

    estimate: float = FIRST_ESTIMATE
    evidence: float = 0.0

    def __init__(self, estimate: float = FIRST_ESTIMATE, evidence: float = 0.0) -> None:
        # One call in place of the three that a generated one and its checks take: several are made an answer.
        if not LOWEST <= estimate <= HIGHEST:
            _check_points("an estimate", estimate)
        if not 0 <= evidence < math.inf:
            raise ValueError(f"evidence must be finite and at least 0, not {evidence}")
        object.__setattr__(self, "estimate", estimate)
        object.__setattr__(self, "evidence", evidence)

    @property
    def cautious(self) -> float:
        """The estimate less the caution that thin evidence asks for, in rating points, before rounding."""
        return self.estimate - caution(self.evidence)

    @property
    def rating(self) -> int:
        """The one number that people see, rounded down."""
        return math.floor(self.cautious)


class Change(NamedTuple):
    """What one answer did to one standing, with everything a receipt or a journal row needs."""

    before: Standing
    after: Standing
    predicted: float
    """The chance of a correct answer as predicted before it, 0 to 1."""
    k: float
    """The step K, in rating points."""
    weight: float
    difficulty: float
    """In rating points."""

    @property
    def delta(self) -> float:
        """How far the estimate moved, in rating points, after it was kept within 100 to 3500."""
        return self.after.estimate - self.before.estimate

    @property
    def shown_before(self) -> int:
        """The rating that people saw before the answer."""
        return self.before.rating

    @property
    def shown_after(self) -> int:
        """The rating that people see after the answer."""
        return self.after.rating

    @property
    def by_answer(self) -> float:
        """What being right or wrong did to the rating, in rating points, before rounding.

        ``by_answer + by_certainty`` is less than one point away from ``shown_after - shown_before``.
        """
        return self.delta

    @property
    def by_certainty(self) -> float:
        """What knowing the member better did to the rating, in rating points, before rounding; 0 or more."""
        return caution(self.before.evidence) - caution(self.after.evidence)


def predicted(estimate: float, difficulty: float, options: int) -> float:
    """The chance that a member of this estimate answers a question of this difficulty correctly.

    The 4PL curve: a guess is right once in ``options``, and the surest member slips twice in 100. Estimate
    and difficulty are in rating points, 100 to 3500, options are 2 to 5; anything else raises ValueError.
    """
    _check_points("an estimate", estimate)
    _check_points("a difficulty", difficulty)
    floor = _guess_floor(options)
    return floor + (_SLIP_CEILING - floor) * _logistic(estimate - difficulty)


def rate(before: Standing, *, difficulty: float, options: int, correct: bool, weight: float) -> Change:
    """The change that one answer makes, by guess-corrected Elo: at the true chance its expected size is zero.

    Difficulty is in rating points, 100 to 3500, options are 2 to 5, and the weight is above 0 and at most 1;
    anything else raises ValueError.
    """
    _check_weight(weight)
    _check_points("a difficulty", difficulty)
    floor = _guess_floor(options)
    lead = before.estimate - difficulty
    able = _logistic(lead)
    chance = floor + (_SLIP_CEILING - floor) * able
    k = max(_LAST_STEP, _FIRST_STEP / (1 + _STEP_DECAY * before.evidence))
    score = _score_weight(floor, lead, able, chance)
    moved = before.estimate + weight * k * score * (correct - chance)
    after = Standing(_within_bounds(moved), before.evidence + weight)
    return Change(before, after, chance, k, weight, difficulty)


def machine_chance(options: int) -> float:
    """The chance that a lesson's machine answers one of its questions correctly: halfway from guess to slip.

    It is what a member rated like the lesson is predicted to do. Options outside 2 to 5 raise ValueError.
    """
    return (_guess_floor(options) + _SLIP_CEILING) / 2


def blend(world: Standing | None, local: Standing) -> Standing:
    """Where a member ranks in a server: the global estimate, giving way to the server's with evidence.

    ``world`` is None for a member who opted out of the global ladder. The caution is that of the server's
    evidence. The result ranks and is shown, and is never itself rated or stored as the server's standing.

    A correct answer raises both estimates and can still lower their blend. Where the server's estimate is far
    below the global one, its greater share pulls the blend down, and the small gain on an easy question may
    not make up for that.
    """
    if world is None:
        return local
    share = local.evidence / (local.evidence + _BLEND_HALFWAY)
    return Standing(world.estimate + share * (local.estimate - world.estimate), local.evidence)


def is_idle(last_answer_at: datetime, now: datetime) -> bool:
    """Whether 90 days or more have passed since a member's last answer; `after_idle` is due before the next.

    Moments without a time zone raise ValueError.
    """
    return utc(now) - utc(last_answer_at) >= IDLE_AFTER


def after_idle(standing: Standing) -> Standing:
    """Where a member who was idle stands before the next answer: older evidence counts as 40 at most.

    The estimate stays, while the rating may fall by up to 14 points, as it is as cautious as the evidence is thin.
    """
    return Standing(standing.estimate, min(standing.evidence, _MOST_AFTER_IDLE))


def undo(standing: Standing, delta: float, weight: float) -> Standing:
    """The standing after a void: one answer's stored ``delta`` and ``weight`` taken back, later answers kept.

    Nothing is replayed. Right after the answer this is the standing before it; otherwise the result is kept
    within 100 to 3500 rating points and no less than 0 evidence, of which idleness may have taken some already.
    A delta that is not finite, or a weight that is not above 0 and at most 1, raises ValueError.
    """
    _check_weight(weight)
    if not math.isfinite(delta):
        raise ValueError(f"a delta must be finite, not {delta}")
    return Standing(_within_bounds(standing.estimate - delta), max(standing.evidence - weight, 0.0))


def begun_anew(world: Standing | None) -> Standing:
    """Where a member stands in a server after a reset: as before the first answer there.

    ``world`` is None for a member without a standing on the global ladder.
    """
    return Standing(world.estimate if world is not None else FIRST_ESTIMATE, 0.0)


def undo_reset(standing: Standing, before: Standing, after: Standing) -> Standing:
    """The standing once a reset that led from ``before`` to ``after`` is taken back, later answers kept.

    Right after the reset this is the standing before it; otherwise it is kept within 100 to 3500 rating points.
    """
    moved = standing.estimate + before.estimate - after.estimate
    return Standing(_within_bounds(moved), standing.evidence + before.evidence - after.evidence)


def season_start(all_time: Standing) -> Standing:
    """Where a member starts in a server's season: the all-time estimate there, with 10 of its evidence at most.

    ``all_time`` is the server's own standing, no blend, as it was before the member's first answer in the
    season; it stays as it is.
    """
    return Standing(all_time.estimate, min(all_time.evidence, _MOST_AT_SEASON_START))


def _score_weight(floor: float, lead: float, able: float, chance: float) -> float:
    """The 4PL score weight, frozen beyond the peak of the gain so that gains keep rising with difficulty."""
    room = _SLIP_CEILING - floor
    peak = math.sqrt(floor * _SLIP_CEILING)
    if chance > peak:
        # Its own logistic instead of 1 - able, which loses its digits on very easy questions.
        return room * able * _logistic(-lead) / (chance * (1 - chance))
    return (peak - floor) * (_SLIP_CEILING - peak) / (room * peak * (1 - peak))


def _logistic(lead: float) -> float:
    return 1 / (1 + 10 ** (-lead / _SCALE))


def caution(evidence: float) -> float:
    """The rating points by which what is shown stays below the estimate while evidence is thin."""
    return _CAUTION * math.exp(-evidence / _CAUTION_FADES)


def _within_bounds(points: float) -> float:
    return min(max(points, LOWEST), HIGHEST)


def _check_weight(weight: float) -> None:
    if not 0 < weight <= 1:
        raise ValueError(f"a weight must be above 0 and at most 1, not {weight}")


def _guess_floor(options: int) -> float:
    if options not in range(2, 6):
        raise ValueError(f"a question has 2 to 5 options, not {options}")
    return 1 / options


def _check_points(what: str, points: float) -> None:
    if not LOWEST <= points <= HIGHEST:
        raise ValueError(f"{what} must be {LOWEST:g} to {HIGHEST:g} rating points, not {points}")
