"""The ladder room's reviews: when a question is due again, and which reviews are rated."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from ladder.moments import utc

FIRST_ATTEMPT = 0
"""The step of a member's first attempt at a question, as in the journal."""

STEPS = (2, 7, 21, 60, 180)
"""The steps of review, in days; a step's number is the time that passes before it."""

RATED_STEPS = frozenset({60, 180})
"""The steps at which a review is rated again, each once for a member and question."""


class Due(NamedTuple):
    """The review of a question that comes next."""

    step: int
    """2, 7, 21, 60 or 180 days."""
    due_at: datetime
    """In UTC; an answer before it is practice, which moves, earns and rates nothing."""


def next_due(step: int, correct: bool, answered_at: datetime) -> Due:
    """The review after an answer at this step, counted from the answer itself, however late it came.

    ``step`` is that of the answer, and 0 for a first attempt, which leads to the first step right or wrong. A
    correct review leads to the next step, and from the last to the last again; a wrong one to the first.
    Another step, or a moment without a time zone, raises ValueError.
    """
    if step != FIRST_ATTEMPT and step not in STEPS:
        raise ValueError(f"a review's step is one of {STEPS} days, not {step}")
    longer = next((one for one in STEPS if one > step), STEPS[-1])
    following = longer if correct else STEPS[0]
    return Due(following, utc(answered_at) + timedelta(days=following))


def is_rated(step: int, rated_before: Collection[int]) -> bool:
    """Whether a due review at this step is rated: at 60 and 180 days, unless that step was rated before.

    ``rated_before`` holds the steps at which the member was already rated for this question, right or wrong.
    """
    return step in RATED_STEPS and step not in rated_before
