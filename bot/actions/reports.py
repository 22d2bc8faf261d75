"""Reporting: telling the moderators, and for curated lessons the operator, that a question is wrong."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import as_served, asked
from bot.actions.holdings import Holdings
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.voiding import void_question
from bot.storage import Database, Unit
from bot.storage.meanings import Asked
from bot.storage.reports import Decision, Report
from bot.words import N_
from lessons.model import CURATED
from lessons.owned import owner_of

log = logging.getLogger(__name__)

LONGEST_REASON = 400

_SEEN = "seen:report"
"""The source of a first meeting with a question that was a report of it, which shows the answer: it rates nothing."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A question that was reported, and why; by whom is nobody's business but the data's."""

    asked: Asked
    reports: tuple[Report, ...]
    """The oldest first."""


class Reports:
    """What can be done about questions that are wrong."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def in_poll(self, poll: int) -> Asked:
        """The question that the poll asks."""
        async with self._database.reading() as unit:
            found = await unit.polls.get(poll)
            if found is None:
                raise nothing()
            return await self._served(unit, found.meaning, found.question)

    async def in_quiz(self, quiz: int, position: int, member: int) -> Asked:
        """The question that lies there in the member's own quiz."""
        async with self._database.reading() as unit:
            found = (await unit.quizzes.get([quiz])).get(quiz)
            if found is None:
                raise nothing()
            if found.member != member:
                raise NotAllowed(N_("This quiz is somebody else's. Start your own with /quiz."))
            question = next((one for one in found.questions if one.position == position), None)
            if question is None or question.shown_at is None:
                raise nothing()
            return await self._served(unit, question.meaning, question.question)

    async def in_library(self, question: str) -> Asked:
        """The question of this identity, as it is asked now."""
        async with self._database.reading() as unit:
            found = (await self._library.knowing(unit, [question])).question(question)
        if found is None:
            raise nothing()
        return asked(*found)

    async def report(self, *, member: int, guild: int | None, question: Asked, reason: str) -> None:
        """Note why the member finds the question wrong; once for a question, whatever the server."""
        why = " ".join(reason.split())[:LONGEST_REASON]
        if not why:
            raise wordless()
        owner = owner_of(question.question)
        if owner != CURATED:
            # Wherever it is reported, those who wrote it are to read that.
            guild = int(owner)
        async with self._database.unit() as unit:
            await unit.meanings.keep([question])
            added = await unit.reports.add(
                member=member,
                question=question.question,
                meaning=question.meaning,
                guild=guild,
                reason=why,
                at=self._clock(),
            )
            if not added:
                raise known(await unit.reports.decided(member, question.question))
        if owner == CURATED:
            log.warning("A member reported %s; read why with: rung lessons reports", question.question)

    async def waiting(self, guild: int) -> list[Reported]:
        """Questions reported in the server that nobody has decided about, most often reported first."""
        async with self._database.reading() as unit:
            return await self._grouped(unit, await unit.reports.of_guild(guild))

    async def open(self, *, guild: int, question: str, by: int) -> Reported | None:
        """A waiting question with its answer, which is no test any more of whoever opens it; None if none waits."""
        async with self._database.unit() as unit:
            waiting = await self._grouped(unit, await unit.reports.of_guild(guild))
            found = next((one for one in waiting if one.asked.question == question), None)
            if found is not None:
                await unit.attempts.tell([by], question, _SEEN, self._clock())
            return found

    async def everything(self) -> list[Reported]:
        """All curated questions that were ever reported, for the operator."""
        async with self._database.reading() as unit:
            found = [one for one in await unit.reports.all() if one.question.startswith(f"{CURATED}:")]
            return await self._grouped(unit, found)

    async def dismiss(self, *, guild: int, question: str, by: int) -> int:
        """The question is right as it is; how many reports that answers."""
        async with self._database.unit() as unit:
            return await unit.reports.decide(guild, question, "dismissed", by=by, at=self._clock())

    async def void(self, *, guild: int, question: str, by: int) -> int | None:
        """Take back what the question did to this server's ladders; how many changes.

        None, and nothing is taken back, if somebody has decided meanwhile.
        """
        async with self._database.unit() as unit:
            if not await unit.reports.decide(guild, question, "voided", by=by, at=self._clock()):
                return None
        return await void_question(
            self._database, question, guild=guild, at=self._clock(), progress=lambda _: None
        )

    async def _grouped(self, unit: Unit, found: Sequence[Report]) -> list[Reported]:
        by_question: dict[str, list[Report]] = {}
        for one in found:
            by_question.setdefault(one.question, []).append(one)
        grouped = [
            Reported(await self._served(unit, reports[0].meaning, question), tuple(reports))
            for question, reports in by_question.items()
        ]
        return sorted(grouped, key=lambda one: -len(one.reports))

    async def _served(self, unit: Unit, meaning: str, question: str) -> Asked:
        stored = (await unit.meanings.get([meaning]))[meaning]
        return as_served(stored, question, await self._library.knowing(unit, [question]))


def wordless() -> Refusal:
    """A report without a reason helps nobody."""
    return Refusal(N_("Say in a sentence what is wrong with the question, then it can be looked at."))


def known(became: Decision) -> Refusal:
    """The member has reported the question before, and this became of it."""
    return Refusal(_KNOWN[became])


_KNOWN: dict[Decision, str] = {
    "open": N_("You have reported this question already. It is being looked at; nothing more is needed."),
    "dismissed": N_(
        "You have reported this question already. It was looked at and found right as it is. Thank you for reading closely."
    ),
    "voided": N_(
        "You have reported this question already. It was found wrong, and what it did was taken back. Thank you."
    ),
}


def nothing() -> Refusal:
    """There is no question on the message."""
    return Refusal(
        N_("There is no question to report here. Use this on a poll, or on a question of a quiz or review.")
    )
