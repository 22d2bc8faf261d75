"""Polls: opening, answering, closing, and telling people what came of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.asking import asked
from bot.actions.library import Library
from bot.actions.poll_answers import Practice, Press, Recorded, record
from bot.actions.poll_results import OwnResult, PollResult, asked_in, existing, own_result, rate_poll, result
from bot.actions.refusals import NotAllowed, Refusal
from bot.storage import BatchDoor, Database, Unit
from bot.storage.meanings import Asked
from bot.storage.polls import Poll
from bot.words import N_
from ladder.poll import DurationOutOfBounds, PollTerms
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


class Polls:
    """What can be done with polls."""

    def __init__(self, database: Database, library: Library, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._door: BatchDoor[Press, Recorded | Practice] = BatchDoor(
            database, lambda unit, presses: record(unit, library, presses)
        )

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
            poll = await existing(unit, id)
        return OpenPoll(poll, served, 0)

    async def _choose(
        self, unit: Unit, guild: int, lesson: str | None, question: str | None
    ) -> tuple[Lesson, Question]:
        sources = [self._library.lesson(lesson)] if lesson else list(self._library.lessons)
        choices = [(source, one) for source in sources for one in source.questions]
        open_here = (await unit.polls.open_questions([guild])).get(guild, frozenset[str]())
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
        return await self._door.submit(Press(poll, member, option, self._clock(), channel, message))

    async def drain(self) -> None:
        """Return when every press that waits has been answered."""
        await self._door.drain()

    async def close(self, poll: int, by: int | None = None, *, moderator: bool = False) -> PollResult:
        """Close a poll and rate its answers, once, whoever closes it and however often; the result.

        ``by`` is None for the clock. Only the starter or a moderator may close a poll before its time.
        """
        async with self._database.unit() as unit:
            found = await existing(unit, poll)
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
                await rate_poll(unit, self._library, closed)
            return await result(unit, self._library, closed or await existing(unit, poll))

    async def due(self) -> list[int]:
        """Ids of the polls whose time is over, the longest overdue first, a few at once."""
        async with self._database.reading() as unit:
            return [poll.id for poll in await unit.polls.due(self._clock(), _AT_ONCE)]

    async def undelivered(self) -> list[PollResult]:
        """Results that their channels have not been shown, a few at once."""
        async with self._database.reading() as unit:
            return [
                await result(unit, self._library, poll) for poll in await unit.polls.undelivered(_AT_ONCE)
            ]

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
                OpenPoll(poll, await asked_in(unit, self._library, poll), await unit.polls.count(poll.id))
                for poll in await unit.polls.open_everywhere()
            ]

    async def view(self, poll: int) -> OpenPoll | PollResult:
        """The poll as its channel should show it now."""
        async with self._database.reading() as unit:
            found = await existing(unit, poll)
            if found.state == "closed":
                return await result(unit, self._library, found)
            return OpenPoll(found, await asked_in(unit, self._library, found), await unit.polls.count(poll))

    async def own_result(self, poll: int, member: int) -> OwnResult:
        """What came of a closed poll for this member, to whom its question is known from now on."""
        async with self._database.unit() as unit:
            found = await existing(unit, poll)
            return await own_result(unit, self._library, found, member, self._clock())
