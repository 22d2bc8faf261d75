"""The ladder room's reviews: when a question is due again, and which reviews are rated."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from ladder.drawing import drawn_order
from ladder.moments import utc

FIRST_ATTEMPT = 0
"""The step of a member's first attempt at a question, as in the journal."""

STEPS = (2, 7, 21, 60, 180)
"""The steps of review, in days; a step's number is the time that passes before it."""

RATED_STEPS = frozenset({60, 180})
"""The steps at which a review is rated again, each once for a member and question."""


# A secret may serve other draws as well: each has a tag of its own, which ends at its only NUL.
_TAG = b"rung review 1\x00"


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


def review_order(secret: bytes, member: int, question: str, number: int, options: int) -> tuple[int, ...]:
    """The authored option shown at each place of a member's review of a question: the same each time.

    It is the `drawn_order` for the tag ``rung review 1`` with a NUL, the member and the number of the review as 8
    bytes each, both unsigned and big-endian, and the question's identity in UTF-8. This is a contract: another
    construction needs another tag.

    A secret of less than 16 bytes, a member or number outside 0 to 2^64 - 1, and options outside 2 to 5 raise
    ValueError.
    """
    if member not in range(2**64) or number not in range(2**64):
        raise ValueError(f"members and reviews are numbered 0 to 2^64 - 1, not {member} and {number}")
    return drawn_order(
        secret, _TAG + member.to_bytes(8, "big") + number.to_bytes(8, "big") + question.encode(), options
    )
