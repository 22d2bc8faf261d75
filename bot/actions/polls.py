"""Polls: opening, answering, closing, and telling people what came of it."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.asking import as_served, asked
from bot.actions.library import Library
from bot.actions.rating import Evidence, Moved, moved, rate_all
from bot.actions.refusals import NotAllowed, Refusal
from bot.storage import BatchDoor, Database, Unit
from bot.storage.matches import Match
from bot.storage.meanings import Asked
from bot.storage.polls import Poll, PollAnswer
from bot.words import N_
from ladder.evidence import POLL_WEIGHT
from ladder.poll import DurationOutOfBounds, PollTerms, Tally, tally
from ladder.tiers import Tier
from lessons.model import Lesson, Question

POSTING_GRACE = timedelta(minutes=15)
"""How long a poll may be about to be posted; after that its post is taken to have failed."""

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """A poll that takes answers, and what it asks."""

    poll: Poll
    asked: Asked
    answered: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer that is stored: now, or by an earlier press."""

    poll: Poll
    asked: Asked
    option: int
    fresh: bool
    """Whether this press is the answer; if not, `option` is what an earlier press chose."""


@dataclass(frozen=True, slots=True)
class Practice:
    """An answer that came after the close: told whether it is right, and unrated."""

    poll: Poll
    asked: Asked
    option: int


@dataclass(frozen=True, slots=True)
class PollResult:
    """What came of a poll; for everybody to see."""

    poll: Poll
    asked: Asked
    tally: Tally


@dataclass(frozen=True, slots=True)
class OwnResult:
    """What came of a poll for one member; for that member to see."""

    poll: Poll
    asked: Asked
    option: int | None
    """None for a member who did not answer."""
    moved: tuple[Moved, ...]
    """Empty if the answer was not the member's first attempt at the question."""
    match: Match | None
    """The match against the lesson's machine that this answer completed."""
    title: Tier
    """The title held now."""


@dataclass(frozen=True, slots=True, eq=False)
class _Press:
    """One press; two that are alike in everything are still two."""

    poll: int
    member: int
    option: int
    at: datetime
    channel: int
    message: int


class Polls:
    """What can be done with polls."""

    def __init__(self, database: Database, library: Library, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._door: BatchDoor[_Press, Recorded | Practice] = BatchDoor(database, self._record)

    async def prepare(
        self,
        *,
        guild: int,
        channel: int,
        starter: int,
        duration: timedelta,
        locale: str,
        lesson: str | None = None,
        question: str | None = None,
    ) -> OpenPoll:
        """Put down the intention to post a poll; `posted` or `withdraw` says what became of it.

        Without a question the one is taken that was not asked in this server yet, or longest ago.
        """
        now = self._clock()
        try:
            terms = PollTerms.opening(now, duration)
        except DurationOutOfBounds:
            raise Refusal(
                N_("A poll stays open for 30 seconds to 7 days. Choose a duration in between.")
            ) from None
        async with self._database.unit() as unit:
            await unit.polls.hold_server(guild)
            source, chosen = await self._choose(unit, guild, lesson, question)
            served = asked(source, chosen)
            await unit.meanings.keep([served])
            id = await unit.polls.add(
                guild=guild,
                channel=channel,
                starter=starter,
                question=served.question,
                meaning=served.meaning,
                difficulty=source.rating,
                locale=locale,
                state="posting",
                opened_at=terms.opened_at,
                closes_at=terms.closes_at,
            )
            poll = await _existing(unit, id)
        return OpenPoll(poll, served, 0)

    async def _choose(
        self, unit: Unit, guild: int, lesson: str | None, question: str | None
    ) -> tuple[Lesson, Question]:
        sources = [self._library.lesson(lesson)] if lesson else list(self._library.lessons)
        choices = [(source, one) for source in sources for one in source.questions]
        open_here = await unit.polls.open_questions(guild)
        if question is not None:
            found = next((choice for choice in choices if choice[1].id == question), None)
            if found is None:
                raise Refusal(
                    N_("There is no such question there. Choose one from the list that opens as you type.")
                )
            if found[1].identity in open_here:
                raise Refusal(
                    N_(
                        "This question is in an open poll here already. Wait for it to close, or choose another."
                    )
                )
            return found
        free = [choice for choice in choices if choice[1].identity not in open_here]
        if not free:
            raise Refusal(
                N_(
                    "Every question of this lesson is in an open poll here already. Wait for one to close, or choose another lesson."
                )
            )
        last = await unit.polls.last_asked(guild, [one.identity for _, one in free])
        never = [choice for choice in free if choice[1].identity not in last]
        if never:
            return random.choice(never)  # noqa: S311 - which question comes first is no secret
        return min(free, key=lambda choice: last[choice[1].identity])

    async def posted(self, poll: int, message: int) -> None:
        """The poll stands in its channel as this message."""
        async with self._database.unit() as unit:
            await unit.polls.move(poll, since="posting", to="open", message=message)

    async def reposted(self, poll: int, channel: int, message: int) -> None:
        """The open poll stands elsewhere now."""
        async with self._database.unit() as unit:
            await unit.polls.move_channel(poll, channel=channel, message=message)

    async def withdraw(self, poll: int) -> None:
        """The poll could not be posted; nobody saw it."""
        async with self._database.unit() as unit:
            await unit.polls.move(poll, since="posting", to="withdrawn")

    async def answer(
        self, poll: int, *, member: int, option: int, channel: int, message: int
    ) -> Recorded | Practice:
        """Record a member's answer, which is durable when this returns and final.

        Channel and message are where the press came from: a poll whose post was made but never noted down,
        because the process died in between, is found again by them.
        """
        return await self._door.submit(_Press(poll, member, option, self._clock(), channel, message))

    async def _record(
        self, unit: Unit, presses: Sequence[_Press]
    ) -> Sequence[Recorded | Practice | Exception]:
        held = await unit.polls.hold(press.poll for press in presses)
        meanings = await unit.meanings.get(poll.meaning for poll in held.values())
        results: dict[_Press, Recorded | Practice | Exception] = {}
        for id, poll in held.items():
            served = as_served(meanings[poll.meaning], poll.question, self._library.catalogue)
            own = [press for press in presses if press.poll == id]
            if poll.state == "posting":
                moved_on = await unit.polls.move(id, since="posting", to="open", message=own[0].message)
                poll = moved_on or poll  # noqa: PLW2901
            results |= await _record_one(unit, poll, served, own)
        gone = Refusal(N_("This poll is no longer known here. Ask a moderator to post a new one."))
        return [results.get(press, gone) for press in presses]

    async def drain(self) -> None:
        """Return when every press that waits has been answered."""
        await self._door.drain()

    async def close(self, poll: int, by: int | None = None, *, moderator: bool = False) -> PollResult:
        """Close a poll and rate its answers, once, whoever closes it and however often; the result.

        ``by`` is None for the clock. Only the starter or a moderator may close a poll before its time.
        """
        async with self._database.unit() as unit:
            found = await _existing(unit, poll)
            if found.state == "open" and by is not None and by != found.starter and not moderator:
                raise NotAllowed(
                    N_(
                        "Only whoever started this poll, or a moderator, can close it early. It closes by itself {when}."
                    ),
                    when=f"<t:{int(found.closes_at.timestamp())}:R>",
                )
            closed = await unit.polls.move(
                poll, since="open", to="closed", closed_at=self._clock(), closed_by=by
            )
            if closed is not None:
                await self._rate(unit, closed)
            return await self._result(unit, closed or await _existing(unit, poll))

    async def _rate(self, unit: Unit, poll: Poll) -> None:
        served = await self._asked(unit, poll)
        answers = await unit.polls.answers(poll.id)
        firsts = await unit.attempts.claimed_by(poll.source)
        evidence = [
            Evidence(
                member=answer.member,
                asked=served,
                difficulty=poll.difficulty,
                correct=answer.option == served.key,
                weight=POLL_WEIGHT,
                at=answer.answered_at,
                guild=poll.guild,
                source=poll.source,
            )
            for answer in answers.values()
            if (answer.member, poll.question) in firsts
        ]
        await rate_all(unit, self._library, evidence)

    async def _result(self, unit: Unit, poll: Poll) -> PollResult:
        if poll.state != "closed":
            raise Refusal(N_("This poll was never opened, so there is no result. Post a new one with /poll."))
        served = await self._asked(unit, poll)
        answers = await unit.polls.answers(poll.id)
        counted = tally((answer.option for answer in answers.values()), len(served.options))
        return PollResult(poll, served, counted)

    async def _asked(self, unit: Unit, poll: Poll) -> Asked:
        stored = (await unit.meanings.get([poll.meaning]))[poll.meaning]
        return as_served(stored, poll.question, self._library.catalogue)

    async def due(self) -> list[int]:
        """Ids of the polls whose time is over, the longest overdue first, a few at once."""
        async with self._database.reading() as unit:
            return [poll.id for poll in await unit.polls.due(self._clock(), _AT_ONCE)]

    async def undelivered(self) -> list[PollResult]:
        """Results that their channels have not been shown, a few at once."""
        async with self._database.reading() as unit:
            return [await self._result(unit, poll) for poll in await unit.polls.undelivered(_AT_ONCE)]

    async def delivered(self, poll: int) -> None:
        """The channel shows the result, or can never show it; either way nobody need try again."""
        async with self._database.unit() as unit:
            await unit.polls.delivered(poll, self._clock())

    async def give_up_postings(self) -> None:
        """Withdraw polls that were about to be posted when the process died, and that nobody ever pressed."""
        async with self._database.unit() as unit:
            for poll in await unit.polls.postings(self._clock() - POSTING_GRACE):
                await unit.polls.move(poll.id, since="posting", to="withdrawn")

    async def open_polls(self) -> list[OpenPoll]:
        """Every open poll, oldest first."""
        async with self._database.reading() as unit:
            return [
                OpenPoll(poll, await self._asked(unit, poll), await unit.polls.count(poll.id))
                for poll in await unit.polls.open_everywhere()
            ]

    async def view(self, poll: int) -> OpenPoll | PollResult:
        """The poll as its channel should show it now."""
        async with self._database.reading() as unit:
            found = await _existing(unit, poll)
            if found.state == "closed":
                return await self._result(unit, found)
            return OpenPoll(found, await self._asked(unit, found), await unit.polls.count(poll))

    async def own_result(self, poll: int, member: int) -> OwnResult:
        """What came of a closed poll for this member, to whom its question is known from now on."""
        async with self._database.unit() as unit:
            result = await self._result(unit, await _existing(unit, poll))
            answer = (await unit.polls.answers(poll, [member])).get(member)
            await unit.attempts.claim([(member, result.poll.question)], _seen(result.poll), self._clock())
            entries = await unit.ratings.entries_of(member, result.poll.source)
            return OwnResult(
                poll=result.poll,
                asked=result.asked,
                option=answer.option if answer is not None else None,
                moved=tuple(moved(entry) for entry in entries),
                match=await unit.matches.completed_by(member, result.poll.source),
                title=await unit.matches.title(member),
            )


def _seen(poll: Poll) -> str:
    """The source of a first meeting with a question that was its answer: it rates nothing, ever."""
    return f"seen:{poll.id}"


async def _existing(unit: Unit, poll: int) -> Poll:
    found = await unit.polls.get(poll)
    if found is None:
        raise Refusal(N_("This poll is no longer known here. Ask a moderator to post a new one."))
    return found


async def _record_one(
    unit: Unit, poll: Poll, served: Asked, presses: Sequence[_Press]
) -> dict[_Press, Recorded | Practice | Exception]:
    if poll.state == "withdrawn":
        withdrawn = Refusal(
            N_("This poll was withdrawn, so nothing was recorded. Ask a moderator for a new one.")
        )
        return dict.fromkeys(presses, withdrawn)
    terms = PollTerms(poll.opened_at, poll.closes_at, poll.closed_at)
    first: dict[int, _Press] = {}
    for press in presses:
        if terms.accepts(press.at) and press.option in range(len(served.options)):
            first.setdefault(press.member, press)
    fresh = await unit.polls.record(
        poll.id,
        {member: press.option for member, press in first.items()},
        {member: press.at for member, press in first.items()},
    )
    await unit.attempts.claim(((member, poll.question) for member in fresh), poll.source, presses[0].at)
    # Whoever presses too late is told the answer, and so has nothing left to prove by this question.
    late = {press.member for press in presses if not terms.accepts(press.at)}
    await unit.attempts.claim(((member, poll.question) for member in late), _seen(poll), presses[0].at)
    answers = await unit.polls.answers(poll.id, {press.member for press in presses})
    return {
        press: _outcome(
            poll,
            served,
            press,
            answers,
            terms,
            is_answer=first.get(press.member) is press and press.member in fresh,
        )
        for press in presses
    }


def _outcome(
    poll: Poll,
    served: Asked,
    press: _Press,
    answers: dict[int, PollAnswer],
    terms: PollTerms,
    *,
    is_answer: bool,
) -> Recorded | Practice | Exception:
    if press.option not in range(len(served.options)):
        return Refusal(N_("This poll has no such option. Choose one of its buttons."))
    if not terms.accepts(press.at):
        return Practice(poll, served, press.option)
    return Recorded(poll, served, answers[press.member].option, is_answer)
