"""Reporting: telling the moderators, and for curated lessons the operator, that a question is wrong."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.asking import as_served, asked
from bot.actions.audit_log import Undo
from bot.actions.holdings import Holdings
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.statistics import statistics_about
from bot.actions.voiding import void_here
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.storage.meanings import Asked
from bot.storage.reports import Decision, Report
from bot.words import N_
from ladder.standings import Ladder
from ladder.statistics import QuestionStatistics
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

    @property
    def is_own(self) -> bool:
        """Whether it is a server's own question, which its moderators can mend."""
        return owner_of(self.asked.question) != CURATED

    @property
    def tells(self) -> bool:
        """Whether those who reported it are to hear what is decided."""
        return any(one.tells for one in self.reports)


@dataclass(frozen=True, slots=True)
class Examined:
    """A question that waits for a decision, with what helps to decide."""

    reported: Reported
    here: QuestionStatistics
    """What first answers in this server say."""
    everywhere: QuestionStatistics | None
    """What those in the world say; None for a server's own question, which is answered nowhere else."""
    is_asked: bool
    """Whether it is still asked."""
    by_viewer: bool
    """Whether one of the reports is of whoever looks at it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision."""

    reports: int
    """How many it answers."""
    entry: int
    """Its entry in the audit log."""
    changes: int = 0
    """Changes of ratings that were taken back."""


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

    async def open(self, *, guild: int, question: str, by: int) -> Examined | None:
        """A waiting question with its answer, which is no test any more of whoever opens it; None if none waits."""
        async with self._database.unit() as unit:
            waiting = await self._grouped(unit, await unit.reports.of_guild(guild))
            found = next((one for one in waiting if one.asked.question == question), None)
            if found is None:
                return None
            await unit.attempts.tell([by], question, _SEEN, self._clock())
        async with self._database.reading() as unit:
            known = (await self._library.knowing(unit, [question])).question(question)
            now = known[1] if known is not None else None
            return Examined(
                found,
                here=await statistics_about(unit, found.asked, now, Ladder.server(guild)),
                everywhere=None
                if found.is_own
                else await statistics_about(unit, found.asked, now, Ladder.world()),
                is_asked=now is not None,
                by_viewer=any(one.member == by for one in found.reports),
            )

    async def let_tell(self, *, guild: int, question: str, tells: bool, by: int) -> None:
        """Have those who reported the question told what is decided, or not; the decision's entry says so, too."""
        async with self._database.unit() as unit:
            await _let_tell(unit, guild, question, tells=tells, by=by, at=self._clock())

    async def everything(self) -> list[Reported]:
        """All curated questions that were ever reported, for the operator."""
        async with self._database.reading() as unit:
            found = [one for one in await unit.reports.all() if one.question.startswith(f"{CURATED}:")]
            return await self._grouped(unit, found)

    async def dismiss(self, *, guild: int, question: str, by: int) -> Decided | None:
        """The question is right as it is. None if somebody has decided meanwhile, as with every decision."""
        async with self._database.unit() as unit:
            return await self._decide(unit, guild, question, "dismissed", by)

    async def void(self, *, guild: int, question: str, by: int) -> Decided | None:
        """Take back what the question did to this server's ladders, and have it decided with that."""
        async with self._database.unit() as unit:
            decided = await self._decide(unit, guild, question, "voided", by)
            if decided is None:
                return None
            taken = await void_here(unit, question, guild=guild, at=self._clock())
            return replace(decided, changes=taken)

    async def mend(self, *, guild: int, question: str, by: int) -> Decided | None:
        """The server's own lesson was mended; refused while the question is asked as it was reported."""
        async with self._database.unit() as unit:
            # Nothing is published meanwhile.
            await unit.choices.hold(guild)
            waiting = [one for one in await unit.reports.of_guild(guild) if one.question == question]
            if waiting and not await self._is_mended(unit, guild, question, waiting[-1].reported_at):
                raise unmended()
            return await self._decide(unit, guild, question, "mended", by)

    async def _is_mended(self, unit: Unit, guild: int, question: str, since: datetime) -> bool:
        """Whether the question is not asked any more, or its lesson has had another version since then."""
        if (await self._library.knowing(unit, [question])).question(question) is None:
            return True
        taught = await unit.own_lessons.holding(guild, [question.partition(":")[2]])
        return any(one.published_at is not None and one.published_at > since for one in taught)

    async def _decide(
        self, unit: Unit, guild: int, question: str, decision: Decision, by: int
    ) -> Decided | None:
        at, what = self._clock(), f"report_{decision}"
        answered = await unit.reports.decide(guild, question, decision, by=by, at=at)
        if not answered:
            return None
        entry = await unit.audit_log.add(
            guild=guild, by=by, at=at, what=what, subject=question, after=any(answered)
        )
        return Decided(len(answered), entry)

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


async def _undo(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    """Let the reports that were decided with this entry wait again."""
    question = entry.subject or ""
    if not await unit.reports.reopen(entry.guild, question, decided_at=entry.at):
        raise Refusal(N_("Whoever reported this question has deleted their data, so nothing waits any more."))
    await unit.audit_log.add(
        guild=entry.guild, by=by, at=at, what="report_reopened", subject=question, undoes=entry.id
    )


async def _let_tell(
    unit: Unit, guild: int, question: str, *, tells: bool, by: int, at: datetime, undoes: int | None = None
) -> bool:
    if not await unit.reports.let_tell(guild, question, tells):
        return False
    await unit.audit_log.add(
        guild=guild,
        by=by,
        at=at,
        what="report_tells",
        subject=question,
        before=not tells,
        after=tells,
        undoes=undoes,
    )
    return True


async def _undo_telling(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    question, tells = entry.subject or "", bool(entry.before)
    if not await _let_tell(unit, entry.guild, question, tells=tells, by=by, at=at, undoes=entry.id):
        raise Refusal(N_("It is so already, or no report of this question waits any more. Nothing was done."))


UNDOING: dict[str, Undo] = {
    "report_dismissed": _undo,
    "report_mended": _undo,
    "report_tells": _undo_telling,
}
"""How decisions are taken back; what a void has taken back stays so."""


def unmended() -> Refusal:
    """The question is asked as it was when it was reported."""
    return Refusal(
        N_(
            "The question is still asked as it was reported. Publish a version of its lesson without the mistake first: a new stem, option or key needs a new id."
        )
    )


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
    "mended": N_("You have reported this question already. Its lesson was mended since then. Thank you."),
}


def nothing() -> Refusal:
    """There is no question on the message."""
    return Refusal(
        N_("There is no question to report here. Use this on a poll, or on a question of a quiz or review.")
    )
