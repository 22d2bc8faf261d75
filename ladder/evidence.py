"""The ladder room's rules of evidence: how much an answer may move a rating, by how it came about.

An answer has one weight. The way it was given sets it, and a reveal takes it down to 0.25 at most: reveals
replace a weight and never multiply it, so that a poll's answer after one weighs 0.25 like a solo one, and two
reveals do no more than one. A review weighs 0.25 whatever was revealed, for it repeats what its member was told.
"""

from datetime import datetime, timedelta

from ladder.moments import utc

SOLO_WEIGHT = 1.0
"""The weight of a first attempt made alone, in a quiz."""

POLL_WEIGHT = 0.5
"""The weight of a first attempt made in a channel's poll."""

REVEALED_WEIGHT = 0.25
"""The most that an answer weighs after its member may have seen the key somewhere."""

REVIEW_WEIGHT = 0.25
"""The weight of a review that is rated again; `ladder.review` says which are."""

MET_WITHIN = timedelta(days=30)
"""How long before a reveal the bot must have met a member in its server for the reveal to concern them."""

SHOWN_COUNTS_WRONG_AFTER = timedelta(hours=24)
"""How long after it was shown a solo question without an answer counts as wrong."""


def revealed_weight(base: float, revealed_at: datetime, met_at: datetime | None) -> float:
    """What a first attempt weighs after one server revealed the question: ``base``, or 0.25 if that is less.

    The lesser weight is for members whom the bot met in that server in the 30 days before the reveal. ``met_at``
    is the last meeting there up to the reveal, None without. A meeting after it tells nothing of those days
    and changes nothing, so meetings are to be noted in a way that a later one does not hide. Whoever pressed
    or opened the result there is no case for this: for them the question is spent.

    After several reveals ask once for each, giving the weight that the one before left; leave out those after
    the answer. Moments without a time zone, and weights that are not above 0 and at most 1, raise ValueError.
    """
    if not 0 < base <= 1:
        raise ValueError(f"a weight must be above 0 and at most 1, not {base}")
    reveal = utc(revealed_at)
    if met_at is None or not reveal - MET_WITHIN <= utc(met_at) <= reveal:
        return base
    return min(base, REVEALED_WEIGHT)
