"""Voiding a question: taking back, from everybody, what a question that was wrong did to their ratings."""

from collections.abc import Callable
from datetime import datetime

from bot.actions.asking import as_served, asked
from bot.actions.holdings import Holdings
from bot.actions.rating import void
from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.meanings import Asked
from bot.words import N_
from ladder.standings import Ladder

OFFERED = 25
"""Questions that are offered at once."""

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


async def void_here(unit: Unit, question: str, *, guild: int, at: datetime) -> int:
    """Reverse in this unit what a question did to ratings on the server's ladders, its seasons' too; how many changes.

    What a moderator decides and what comes of it are one thing, which a process that ends cannot part.
    """
    members = await unit.ratings.moved_by(question, Ladder.server(guild).key)
    return await void(unit, question, at=at, guild=guild, members=members)


class Voiding:
    """What moderators can do about a question that was wrong, whether anybody reported it or not."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def find(self, guild: int, text: str) -> list[Asked]:
        """Questions of the server with these words in their stem, their id or their lesson's title, a few at once.

        A refusal if there are none.
        """
        wanted = text.casefold().split()
        found = [
            asked(lesson, one)
            for lesson in (await self._library.of(guild)).known
            for one in lesson.questions
            if all(word in f"{one.id} {one.stem} {lesson.title}".casefold() for word in wanted)
        ]
        if not found or not wanted:
            raise Refusal(
                N_("No question has all these words. Try fewer of them, or the title of its lesson.")
            )
        return found[:OFFERED]

    async def weighed(self, guild: int, question: str) -> tuple[Asked, int]:
        """The question of this identity, and how many members' ratings in the server it has moved."""
        async with self._database.reading() as unit:
            members = await unit.ratings.moved_by(question, Ladder.server(guild).key)
            found = (await self._library.knowing(unit, [question])).question(question)
            if found is not None:
                return asked(*found), len(members)
            # What is not asked any more may still be taken back where it was reported.
            reported = next(
                (one for one in await unit.reports.of_guild(guild) if one.question == question), None
            )
            if reported is None:
                raise Refusal(N_("This question is no longer asked here. Search for another."))
            stored = (await unit.meanings.get([reported.meaning]))[reported.meaning]
            return as_served(stored, question, await self._library.knowing(unit, [question])), len(members)

    async def void(self, guild: int, question: str, by: int) -> int:
        """Take back what the question did to ratings on the server's ladders; how many changes.

        Done again it takes back what was answered since. The log notes it, and it cannot be undone.
        """
        now = self._clock()
        async with self._database.unit() as unit:
            await unit.audit_log.add(guild=guild, by=by, at=now, what="void", subject=question)
            return await void_here(unit, question, guild=guild, at=now)
