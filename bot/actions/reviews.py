"""Reviewing: what a member answered comes up again when it is about to be forgotten, ten at most in a sitting."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import as_served
from bot.actions.books import Evidence, earned_in
from bot.actions.climbing import Climb, climbed
from bot.actions.holdings import Holdings, Known
from bot.actions.listing import listing_of
from bot.actions.rating import Moved, moved, rate_all
from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.experience import ExperienceRow
from bot.storage.meanings import Asked
from bot.storage.reviews import Reviewed, Upcoming
from bot.words import N_
from ladder.evidence import REVIEW_WEIGHT
from ladder.experience import earned, week_of
from ladder.review import is_rated, next_due, review_order
from lessons.owned import is_taught

SITTING = 10
"""The most questions of one sitting."""

REVIEW = "review"
"""The source of reviews in the journal."""

_DRAWN_FROM = "review secret"


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that is due again, with the options as they lie for this review."""

    asked: Asked
    order: tuple[int, ...]
    """The authored option at each place."""
    upcoming: Upcoming
    waiting: int
    """How many are due with it, at most `SITTING`."""
    difficulty: int
    rated: bool


@dataclass(frozen=True, slots=True)
class AllClear:
    """Nothing is due."""

    until: datetime | None
    """When the next review is due; None if none ever is."""
    known: bool = True
    """Whether there is anything that could come back; not so for somebody who has answered nothing yet."""


@dataclass(frozen=True, slots=True)
class ReviewVerdict:
    """What came of one review."""

    asked: Asked
    review: Reviewed
    difficulty: int
    xp: int
    moved: tuple[Moved, ...]
    """Empty where the review was not rated."""
    fresh: bool
    """Whether this press is the answer; if not, an earlier one was."""
    more: bool
    """Whether another question is due."""
    climb: Climb | None = None
    """What it made of the member's title, if that rose."""


class Reviews:
    """What can be done with reviews; nothing is kept between two presses but what was answered."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def ask(self, member: int, guild: int | None) -> Asking | AllClear:
        """The question to review next, mixed over lessons; or until when there is none."""
        now = self._clock()
        secret = await self._secret()
        async with self._database.reading() as unit:
            schedule = await self._schedule(unit, member, guild)
            due = await _due(unit, schedule, guild, now)
            if not due:
                later = [one.due_at for one in schedule if one.due_at > now]
                return AllClear(min(later, default=None), known=bool(schedule))
            last = await unit.reviews.last(member)
            asked_of = [one.question for one in due] + ([last.question] if last is not None else [])
            known = await self._library.knowing(unit, asked_of)
            before = _lesson(known, last.question) if last is not None else None
            upcoming = next((one for one in due if _lesson(known, one.question) != before), due[0])
            asked = await self._asked(unit, upcoming, known)
            return Asking(
                asked=asked,
                order=_order(secret, member, upcoming, asked),
                upcoming=upcoming,
                waiting=min(len(due), SITTING),
                difficulty=_difficulty(known, upcoming.question),
                rated=is_rated(upcoming.step, await unit.reviews.rated_steps(member, upcoming.question)),
            )

    async def is_due(self, member: int) -> bool:
        """Whether anything could be reviewed now outside all servers, where a reminder is read.

        A server's own questions are asked in that server alone, and a button of the reminder could not show them.
        """
        async with self._database.reading() as unit:
            schedule = await self._schedule(unit, member, None)
            return bool(await _due(unit, schedule, None, self._clock()))

    async def answer(
        self, *, member: int, guild: int | None, question: str, number: int, place: int
    ) -> ReviewVerdict:
        """Record the option that lies at this place, which is durable when this returns and final."""
        now = self._clock()
        secret = await self._secret()
        async with self._database.unit() as unit:
            await unit.ratings.hold([member])
            upcoming = await unit.reviews.upcoming(member, question)
            known = await self._library.knowing(unit, [question])
            if upcoming is None or known.question(question) is None or not is_taught(question, guild):
                raise gone()
            earlier = await unit.reviews.of(member, question, number)
            if earlier is not None:
                return await self._verdict(earlier, None, guild, now)
            if upcoming.due_at > now:
                raise early()
            if guild is not None and question in await _held_back(unit, guild):
                raise held()
            asked = await self._asked(unit, upcoming, known)
            order = _order(secret, member, upcoming, asked)
            if place not in range(len(order)):
                raise placeless()
            correct = order[place] == asked.key
            following = next_due(upcoming.step, correct, now)
            review = Reviewed(
                member=member,
                question=question,
                number=upcoming.number,
                meaning=upcoming.meaning,
                step=upcoming.step,
                option=order[place],
                correct=correct,
                answered_at=now,
                guild=guild,
                next_step=following.step,
                due_at=following.due_at,
            )
            await unit.reviews.add(review)
            changes = await self._rate(unit, review, asked, _difficulty(known, question))
        # Looking for what follows is no work for the only writer.
        return await self._verdict(review, changes, guild, now)

    async def _secret(self) -> bytes:
        """The installation's own secret behind the order of options."""
        async with self._database.reading() as unit:
            known = await unit.facts.get(_DRAWN_FROM)
        if known is None:
            async with self._database.unit() as unit:
                known = await unit.facts.keep(_DRAWN_FROM, secrets.token_hex(32))
        return bytes.fromhex(known)

    async def _rate(self, unit: Unit, review: Reviewed, asked: Asked, difficulty: int) -> list[Moved]:
        """Rate the review again if it is at such a step; otherwise it earns its XP and moves nothing."""
        rated = await unit.reviews.rated_steps(review.member, review.question)
        if not is_rated(review.step, rated):
            await _earn(unit, review)
            return []
        evidence = Evidence(
            member=review.member,
            asked=asked,
            difficulty=difficulty,
            correct=review.correct,
            weight=REVIEW_WEIGHT,
            at=review.answered_at,
            guild=review.guild,
            source=REVIEW,
            rated_at=review.answered_at,
            step=review.step,
        )
        entries = await rate_all(unit, self._library, [evidence])
        return [moved(entry) for entry in sorted(entries) if entry.kind == "review"]

    async def _verdict(
        self, review: Reviewed, changes: list[Moved] | None, guild: int | None, now: datetime
    ) -> ReviewVerdict:
        """What came of a review; ``changes`` are None for one that an earlier press had answered."""
        async with self._database.reading() as unit:
            stored = await unit.meanings.get([review.meaning])
            moved_then = [
                moved(entry)
                for entry in (await unit.ratings.entries_of(review.member, REVIEW) if changes is None else ())
                if (entry.question, entry.at) == (review.question, review.answered_at)
            ]
            due = await _due(unit, await self._schedule(unit, review.member, guild), guild, now)
            known = await self._library.knowing(unit, [review.question])
            rated = moved_then if changes is None else changes
            climb = await climbed(unit, review.member, [REVIEW], at=review.answered_at) if rated else None
        return ReviewVerdict(
            asked=as_served(stored[review.meaning], review.question, known),
            review=review,
            difficulty=_difficulty(known, review.question),
            xp=earned(correct=review.correct, review=True),
            moved=tuple(rated),
            fresh=changes is not None,
            more=bool(due),
            climb=climb,
        )

    async def _schedule(self, unit: Unit, member: int, guild: int | None) -> list[Upcoming]:
        """What can be asked again here some day: it is still taught here, and asks the same."""
        schedule = [one for one in await unit.reviews.schedule(member) if is_taught(one.question, guild)]
        known = await self._library.knowing(unit, (one.question for one in schedule))
        return [
            one
            for one in schedule
            if (found := known.question(one.question)) is not None and found[1].means(one.meaning)
        ]

    async def _asked(self, unit: Unit, upcoming: Upcoming, known: Known) -> Asked:
        stored = await unit.meanings.get([upcoming.meaning])
        return as_served(stored[upcoming.meaning], upcoming.question, known)


def _lesson(known: Known, question: str) -> str | None:
    found = known.question(question)
    return found[0].slug if found is not None else None


def _difficulty(known: Known, question: str) -> int:
    found = known.question(question)
    return found[0].rating if found is not None else 0


def gone() -> Refusal:
    """The question has left the library, or the member's data is deleted."""
    return Refusal(N_("This question is not asked any more. See what is due with /review."))


def early() -> Refusal:
    """It is not time yet."""
    return Refusal(N_("This review is not due yet. See what is due with /review."))


def held() -> Refusal:
    """The question waits in a poll."""
    return Refusal(N_("This question is in an open poll here. Answer it there first."))


def placeless() -> Refusal:
    """There is no option at that place."""
    return Refusal(N_("This question has no such option. Choose one of its buttons."))


async def _due(unit: Unit, schedule: Sequence[Upcoming], guild: int | None, now: datetime) -> list[Upcoming]:
    """What is due now and in no open poll here."""
    waiting = await _held_back(unit, guild) if guild is not None else frozenset[str]()
    return [one for one in schedule if one.due_at <= now and one.question not in waiting]


async def _held_back(unit: Unit, guild: int) -> frozenset[str]:
    return (await unit.polls.open_questions([guild])).get(guild, frozenset())


def _order(secret: bytes, member: int, upcoming: Upcoming, asked: Asked) -> tuple[int, ...]:
    return review_order(secret, member, upcoming.question, upcoming.number, len(asked.options))


async def _earn(unit: Unit, review: Reviewed) -> None:
    """The XP of a review that moves no rating, everywhere and in the server where it was answered."""
    xp = earned(correct=review.correct, review=True)
    if not xp:
        return
    week = week_of(review.answered_at).date()
    known = {row.guild: row for row in await unit.experience.of([review.member], [week])}
    listed = await listing_of(unit, [review.member], ())
    rows: list[ExperienceRow] = []
    for place in sorted(earned_in(review.question, review.guild)):
        row = known.get(place) or ExperienceRow(review.member, place, week, 0, listed=False)
        rows.append(row._replace(xp=row.xp + xp, listed=listed(review.member, row.ladder)))
    await unit.experience.write(rows, before=[known[row.guild] for row in rows if row.guild in known])
