"""Voiding a question: taking back, from everybody, what a question that was wrong did to their ratings."""

from collections.abc import Callable
from datetime import datetime

from bot.actions.rating import void
from bot.storage import Database

_AT_ONCE = 500


async def void_question(
    database: Database,
    question: str,
    *,
    guild: int | None,
    at: datetime,
    progress: Callable[[int], None],
) -> int:
    """Reverse what a question (``owner:id``) did to every rating, or to those of one server; how many changes.

    It is done for some members at once, each with entries of kind void in the journal. Cut off in the middle it
    can be done again: what was taken back already stays as it is. ``progress`` hears of members looked at.
    """
    reversed_, seen, last = 0, 0, -1
    while True:
        async with database.unit() as unit:
            members = await unit.ratings.answerers(question, last, _AT_ONCE)
            if not members:
                return reversed_
            reversed_ += await void(unit, question, at=at, guild=guild, members=members)
        seen, last = seen + len(members), members[-1]
        progress(seen)
