"""Reasons: why an answer moved its member's ratings as it did, or moved nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.actions.holdings import Holdings
from bot.actions.openings import existing
from bot.actions.peer_rounds import untold
from bot.actions.poll_results import existing as existing_poll
from bot.actions.poll_results import own_result
from bot.actions.rating import Moved, moved
from bot.actions.refusals import Refusal
from bot.actions.reviews import REVIEW
from bot.storage import Database, Unit
from bot.storage.attempts import FORGOTTEN
from bot.storage.ratings import Entry, Kind
from bot.words import N_

Unrated = Literal["earlier", "waiting", "told", "forgotten", "again", "review"]
"""Why an answer moved nothing: an earlier attempt counts, or one will that waits in an open poll; the answer had been
shown; it was met before a deletion; a poll asked it a second time, after a discussion; or it was a review at a step
that is not rated."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one answer did what it did."""

    question: str
    """The question's identity."""
    stem: str
    correct: bool
    kind: Kind
    solo: bool
    """Whether it was given alone, and not in a channel's poll."""
    moved: tuple[Moved, ...]
    """The world's ladder first, then the server's, the season's and the category's; empty if nothing moved."""
    voided: bool
    """Whether all that was taken back since."""
    unrated: Unrated | None = None
    """Why nothing moved."""
    earlier_at: datetime | None = None
    """When the attempt was rated that counted instead."""


class Reasons:
    """What explains a member's answers, for that member alone."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def of_quiz(self, quiz: int, position: int, member: int) -> Reason:
        """Why the member's answer in a quiz did what it did."""
        async with self._database.reading() as unit:
            found = await existing(unit, quiz, member)
            question = next((one for one in found.questions if one.position == position), None)
            if question is None or question.option is None:
                raise Refusal(
                    N_("This question has no answer yet, so nothing has changed. Go on with /quiz.")
                )
            served = (await unit.meanings.get([question.meaning]))[question.meaning]
            return await _reason(
                unit,
                member,
                question.question,
                found.source,
                stem=served.stem,
                correct=question.option == served.key,
                solo=True,
            )

    async def of_poll(self, poll: int, member: int) -> Reason:
        """Why the member's answer in a closed poll did what it did."""
        async with self._database.unit() as unit:
            found = await existing_poll(unit, poll)
            if (kept := await untold(unit, found)) is not None:
                raise kept
            own = await own_result(unit, self._library, found, member, self._clock())
            if own.option is None:
                raise late()
            return await _reason(
                unit,
                member,
                found.question,
                found.source,
                stem=own.asked.stem,
                correct=own.option == own.asked.key,
                solo=False,
                again=not found.rated,
            )

    async def of_review(self, question: str, number: int, member: int) -> Reason:
        """Why the member's review of a question did what it did."""
        async with self._database.reading() as unit:
            review = await unit.reviews.of(member, question, number)
            if review is None:
                raise Refusal(
                    N_("This review has no answer yet, so nothing has changed. Go on with /review.")
                )
            served = (await unit.meanings.get([review.meaning]))[review.meaning]
            still = await unit.ratings.not_voided([member], question)
            own = [
                one
                for one in await unit.ratings.entries_of(member, REVIEW)
                if (one.question, one.at, one.kind) == (question, review.answered_at, "review")
            ]
        return Reason(
            question=question,
            stem=served.stem,
            correct=review.correct,
            kind="review",
            solo=True,
            moved=tuple(sorted((moved(one) for one in own), key=_rank)),
            voided=bool(own) and not any(one in still for one in own),
            unrated=None if own else "review",
        )


def late() -> Refusal:
    """The poll had closed before the member pressed."""
    return Refusal(
        N_(
            "Only answers given while a poll is open are rated. Yours came later, so it is practice: nothing changed."
        )
    )


def unanswered() -> Refusal:
    """There is nothing yet to be explained about a review."""
    return Refusal(N_("This review has no answer yet, so nothing has changed. Go on with /review."))


async def _reason(
    unit: Unit,
    member: int,
    question: str,
    source: str,
    *,
    stem: str,
    correct: bool,
    solo: bool,
    again: bool = False,
) -> Reason:
    still = await unit.ratings.not_voided([member], question)
    own = [
        one
        for one in await unit.ratings.entries_of(member, source)
        if one.question == question and one.kind in {"answer", "review"}
    ]
    if own:
        return Reason(
            question=question,
            stem=stem,
            # What a question told elsewhere counted as is what explains the change.
            correct=bool(own[0].correct),
            kind=own[0].kind,
            solo=solo,
            moved=tuple(sorted((moved(one) for one in own), key=_rank)),
            voided=not any(one in still for one in own),
        )
    why, at = await _unrated(unit, member, question, still, again=again)
    return Reason(question, stem, correct, "answer", solo, (), voided=False, unrated=why, earlier_at=at)


def _rank(one: Moved) -> tuple[bool, bool, bool]:
    ladder = one.ladder
    return ladder.slug is not None, ladder.guild_id is not None, ladder.is_season


async def _unrated(
    unit: Unit, member: int, question: str, rated: Iterable[Entry], *, again: bool
) -> tuple[Unrated, datetime | None]:
    earlier = next((one for one in rated if one.kind == "answer"), None)
    if earlier is not None:
        return "earlier", earlier.at
    if again:
        return "again", None
    source = (await unit.attempts.of(member, [question])).get(question, "")
    if source == FORGOTTEN:
        return "forgotten", None
    if source.startswith("quiz:"):
        return "earlier", None
    told = await unit.polls.told([(member, question)])
    return ("waiting" if source.startswith("poll:") and not told else "told"), None
