"""The ladder room's experience: points for activity, which only ever rise and say nothing of ability."""

from datetime import datetime, timedelta

from ladder.moments import utc

FIRST_CORRECT = 10
"""The XP of a question answered correctly at the first attempt, whatever the answer's weight."""

REVIEW_CORRECT = 2
"""The XP of a review that was due and answered correctly, at any step."""


def earned(*, correct: bool, review: bool) -> int:
    """The XP of one answer that counts: a first attempt, or a review that was due.

    A wrong answer earns 0 and no answer costs any; nor does a void take back what was earned.
    """
    if not correct:
        return 0
    return REVIEW_CORRECT if review else FIRST_CORRECT


def week_of(moment: datetime) -> datetime:
    """The Monday, 00:00 UTC, from which "XP this week" counts at this moment: the last one up to it.

    A moment without a time zone raises ValueError.
    """
    day = utc(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())
