"""Polls: opening, answering, closing, and telling people what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.asking import asked
from bot.actions.ballots import OwnBallot, drawn_from, known_secret
from bot.actions.holdings import Holdings
from bot.actions.peer_rounds import end_round, is_split, may_be_discussed, untold
from bot.actions.poll_answers import (
    Practice,
    Press,
    Recorded,
    adopt,
    opened,
    own_ballot,
    record,
    unnoted,
)
from bot.actions.poll_choice import Draft, choose, put_down, terms_of
from bot.actions.poll_controls import (
    CancelledPoll,
    cancel,
    cancelled,
    extend,
    held,
    put_in_log,
    require_control,
    require_open,
    require_unextended,
    was_cancelled,
)
from bot.actions.poll_limits import require_room
from bot.actions.poll_results import OwnResult, PollResult, asked_in, existing, own_result, rate_poll, result
from bot.actions.refusals import Refusal
from bot.storage import BatchDoor, Database, Unit
from bot.storage.meanings import Asked
from bot.storage.polls import Ballot, Poll
from bot.words import N_

POSTING_GRACE = timedelta(minutes=15)
"""How long a poll may be about to be posted; after that its post is taken to have failed."""

OLD = timedelta(days=8)
"""How long ago a schedule's last question was closed at most for its next post to open with the answer."""

LISTED = 15
"""Open polls of a server that are shown at once."""

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """A poll that takes answers, and what it asks."""

    poll: Poll
    asked: Asked
    answered: int
    peer: bool = False
    """Whether its close shows no result where opinions are split; told to whoever may control it."""
    earlier: PollResult | None = None
    """What came of the last question of the schedule that posted it."""


async def last_result(unit: Unit, library: Holdings, schedule: int, before: datetime) -> PollResult | None:
    """What came of the schedule's last question that was closed by then; None where that is no news any more."""
    last = await unit.schedules.last_result(schedule, before, before - OLD)
    return await result(unit, library, await existing(unit, last)) if last is not None else None


@dataclass(frozen=True, slots=True)
class OpenList:
    """A page of a server's open polls."""

    polls: tuple[OpenPoll, ...]
    number: int
    """From 0."""
    count: int
    """Pages; one at least."""


class Polls:
    """What can be done with polls."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
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
        ballot: Ballot = "direct",
        spoiler: bool = False,
        rated: bool = True,
        series: int | None = None,
        place: int | None = None,
        earlier: int | None = None,
        parent: int | None = None,
        first: bool = False,
    ) -> OpenPoll:
        """Put down the intention to post a poll; `posted` or `withdraw` says what became of it.

        Without a question the one is taken that was not asked in this server yet, or longest ago. It keeps
        to the server's limits and pings the role chosen for polls; ``parent`` is the channel of which the
        ``channel`` is a thread. One that is to be the server's ``first`` is refused where there was one before.
        """
        terms = terms_of(self._clock(), duration)
        async with self._database.unit() as unit:
            await unit.polls.hold_server(guild)
            if first and await unit.polls.first_in(guild) is not None:
                raise Refusal(N_("A first question was posted here already. Post the next one with /poll."))
            settings = await require_room(unit, guild, channel=channel, parent=parent, now=terms.opened_at)
            source, chosen = await choose(unit, self._library, guild, lesson, question)
            served = asked(source, chosen)
            poll = await put_down(
                unit,
                Draft(served, source.rating),
                terms,
                guild=guild,
                channel=channel,
                starter=starter,
                locale=locale,
                ballot=ballot,
                spoiler=spoiler,
                rated=rated,
                series=series,
                place=place,
                earlier=earlier,
                mention=settings.poll_mention,
            )
        return OpenPoll(poll, served, 0)

    async def draft(
        self,
        *,
        guild: int,
        channel: int,
        parent: int | None,
        lesson: str | None,
        question: str | None,
        duration: timedelta,
    ) -> Draft:
        """What a poll would ask that is prepared now; nothing is put down."""
        now = self._clock()
        terms_of(now, duration)
        async with self._database.reading() as unit:
            await require_room(unit, guild, channel=channel, parent=parent, now=now)
            source, chosen = await choose(unit, self._library, guild, lesson, question)
        return Draft(asked(source, chosen), source.rating)

    async def drafted(self, question: str) -> Draft:
        """The draft that asks the question of this identity."""
        async with self._database.reading() as unit:
            found = (await self._library.knowing(unit, [question])).question(question)
        if found is None:
            raise Refusal(N_("This question is no longer asked here. Use /poll again."))
        source, chosen = found
        return Draft(asked(source, chosen), source.rating)

    async def posted(self, poll: int, message: int) -> None:
        """The poll stands in its channel as this message."""
        async with self._database.unit() as unit:
            await opened(unit, poll, message, self._clock())

    async def reposted(self, poll: int, channel: int, message: int) -> None:
        """The open poll stands elsewhere now."""
        async with self._database.unit() as unit:
            await unit.polls.move_channel(poll, channel=channel, message=message)

    async def withdraw(self, poll: int) -> None:
        """The poll could not be posted; nobody saw it."""
        async with self._database.unit() as unit:
            await unit.polls.move(poll, since="posting", to="withdrawn")

    async def answer(
        self,
        poll: int,
        *,
        member: int,
        option: int,
        channel: int,
        message: int | None,
        shuffled: bool = False,
    ) -> Recorded | Practice:
        """Record a member's answer, which is durable when this returns and final.

        Channel and message are where the press came from: a poll whose post was made but never noted down,
        because the process died in between, is found again by them. ``shuffled`` says that the option is a place
        on the member's own ballot, and not the option as authored.
        """
        press = Press(poll, member, option, self._clock(), channel, message, shuffled)
        return await self._door.submit(press)

    async def ballot(self, poll: int, *, member: int, message: int) -> OwnBallot | Recorded:
        """The member's own ballot, or what the member has answered; the press came from this message."""
        now = self._clock()
        async with self._database.reading() as unit:
            found = await existing(unit, poll)
            secret = await known_secret(unit)
            if secret is not None and not unnoted(found):
                return await own_ballot(unit, self._library, found, member=member, secret=secret, now=now)
        async with self._database.unit() as unit:
            found = await adopt(unit, await existing(unit, poll), message, now)
            secret = await drawn_from(unit)
            return await own_ballot(unit, self._library, found, member=member, secret=secret, now=now)

    async def drain(self) -> None:
        """Return when every press that waits has been answered."""
        await self._door.drain()

    async def close(self, poll: int, by: int | None = None, *, moderator: bool = False) -> PollResult:
        """Close a poll and rate its answers, once, whoever closes it and however often; the result.

        Where they are to be discussed the poll is withheld instead, and rated when its peer round is over.
        ``by`` is None for the clock. Only the starter or a moderator may close a poll before its time.
        """
        async with self._database.unit() as unit:
            found = await existing(unit, poll)
            if found.state == "open" and by is not None:
                require_control(found, by, moderator=moderator)
            return await self._close(unit, poll, by)

    async def end(self, poll: int, by: int, *, moderator: bool) -> PollResult:
        """Close an open poll before its time, as `close` does; a refusal for whoever was not the one to close it.

        Only the starter or a moderator may.
        """
        async with self._database.unit() as unit:
            await held(unit, poll, by, self._clock, moderator=moderator)
            return await self._close(unit, poll, by)

    async def close_due(self, poll: int) -> PollResult | None:
        """Close a poll whose time is over, as `close` does; None if it was extended meanwhile."""
        async with self._database.unit() as unit:
            found = await unit.polls.hold_alone(poll)
            if found is None or found.closes_at > self._clock():
                return None
            return await self._close(unit, poll, None)

    async def _close(self, unit: Unit, poll: int, by: int | None) -> PollResult:
        now = self._clock()
        found = await unit.polls.hold_alone(poll)
        kept = found is not None and found.state == "open" and await is_split(unit, found)
        closed = await unit.polls.move(
            poll, since="open", to="withheld" if kept else "closed", closed_at=now, closed_by=by
        )
        if closed is not None:
            await unit.polls.note(poll, "closed", by=by, at=now)
            if by is not None:
                await put_in_log(unit, closed, "poll_closed", by=by, at=now)
            if not kept:
                await rate_poll(unit, self._library, closed)
            if closed.earlier is not None:
                await end_round(unit, self._library, closed.earlier, now)
        known = closed or await existing(unit, poll)
        if known.state == "cancelled":
            raise was_cancelled(known)
        return await result(unit, self._library, known)

    async def rounds_over(self) -> list[int]:
        """Ids of the polls that are still withheld although their peer round is over, whatever has ended it."""
        async with self._database.reading() as unit:
            return await unit.series.rounds_over(self._clock())

    async def end_round(self, poll: int) -> PollResult | None:
        """Close and rate a poll whose peer round is over, once, whoever does; None if it is not, or was done."""
        async with self._database.unit() as unit:
            now = self._clock()
            await unit.polls.hold_alone(poll)
            if poll not in await unit.series.rounds_over(now, poll=poll):
                return None
            await end_round(unit, self._library, poll, now)
            return await result(unit, self._library, await existing(unit, poll))

    async def control(self, poll: int, by: int, *, moderator: bool, message: int | None = None) -> OpenPoll:
        """The open poll, for whoever may close, extend or cancel it; ``message`` is the poll's own, if it was pressed."""
        async with self._database.reading() as unit:
            found = await existing(unit, poll)
            require_control(found, by, moderator=moderator)
            if not unnoted(found):
                await require_open(unit, found, by, self._clock())
        if unnoted(found):
            async with self._database.unit() as unit:
                now = self._clock()
                await require_open(unit, await adopt(unit, found, message, now), by, now)
        return await self._open(poll)

    async def extend(
        self,
        poll: int,
        by: int,
        duration: timedelta,
        moderator: bool = False,
        *,
        expected: datetime | None = None,
    ) -> OpenPoll:
        """Keep an open poll open for so much longer, 7 days from its opening at most.

        With ``expected``, when it was to close as far as the caller knew, nothing is changed if somebody else
        was quicker. Only the starter or a moderator may.
        """
        async with self._database.unit() as unit:
            found, now = await held(unit, poll, by, self._clock, moderator=moderator)
            if expected is not None:
                await require_unextended(unit, found, by, expected)
            extended = await extend(unit, found, by, duration, now)
            closings = (found.closes_at.isoformat(), extended.closes_at.isoformat())
            await put_in_log(
                unit, found, "poll_extended", by=by, at=now, before=closings[0], after=closings[1]
            )
        return await self._open(poll)

    async def cancel(
        self,
        poll: int,
        by: int,
        moderator: bool = False,
    ) -> CancelledPoll:
        """End an open poll without a result: nobody is rated, and whoever answered may be asked it again.

        Only the starter or a moderator may.
        """
        async with self._database.unit() as unit:
            found, now = await held(unit, poll, by, self._clock, moderator=moderator)
            await put_in_log(unit, found, "poll_cancelled", by=by, at=now)
            return await cancel(unit, self._library, found, by, now)

    async def due(self) -> list[int]:
        """Ids of the polls whose time is over, the longest overdue first, a few at once."""
        async with self._database.reading() as unit:
            return [poll.id for poll in await unit.polls.due(self._clock(), _AT_ONCE)]

    async def undelivered(self) -> list[PollResult | CancelledPoll]:
        """What came of polls whose channels have not been told, a few at once."""
        async with self._database.reading() as unit:
            return [await self._over(unit, poll) for poll in await unit.polls.undelivered(_AT_ONCE)]

    async def delivered(self, poll: int) -> None:
        """The channel shows the result, or can never show it; either way nobody need try again."""
        async with self._database.unit() as unit:
            await unit.polls.delivered(poll, self._clock())

    async def postings(self) -> list[OpenPoll]:
        """Polls of which it is not known whether they were posted, oldest first."""
        async with self._database.reading() as unit:
            return [await self._shown(unit, poll, 0) for poll in await unit.polls.postings(self._clock())]

    async def give_up_postings(self) -> None:
        """Withdraw polls that were about to be posted when the process died, and that nobody ever pressed."""
        async with self._database.unit() as unit:
            for poll in await unit.polls.postings(self._clock() - POSTING_GRACE):
                await unit.polls.move(poll.id, since="posting", to="withdrawn")

    async def open_polls(self) -> list[OpenPoll]:
        """Every open poll, oldest first."""
        async with self._database.reading() as unit:
            return [
                await self._shown(unit, poll, await unit.polls.count(poll.id))
                for poll in await unit.polls.open_everywhere()
            ]

    async def open_in(self, guild: int, number: int) -> OpenList:
        """A page of the server's open polls, those that close first before the others; one past the end is the last."""
        async with self._database.reading() as unit:
            count = max(1, -(-await unit.polls.count_open(guild) // LISTED))
            number = min(max(number, 0), count - 1)
            found = [
                await self._shown(unit, poll, await unit.polls.count(poll.id))
                for poll in await unit.polls.open_in(guild, LISTED, offset=number * LISTED)
            ]
            return OpenList(tuple(found), number, count)

    async def view(self, poll: int) -> OpenPoll | PollResult | CancelledPoll:
        """The poll as its channel should show it now."""
        async with self._database.reading() as unit:
            found = await existing(unit, poll)
            if found.state in {"withheld", "closed", "cancelled"}:
                return await self._over(unit, found)
            return await self._shown(unit, found, await unit.polls.count(poll))

    async def _shown(self, unit: Unit, poll: Poll, answered: int) -> OpenPoll:
        earlier = (
            await last_result(unit, self._library, poll.schedule, poll.opened_at)
            if poll.schedule is not None
            else None
        )
        return OpenPoll(poll, await asked_in(unit, self._library, poll), answered, earlier=earlier)

    async def _over(self, unit: Unit, poll: Poll) -> PollResult | CancelledPoll:
        if poll.state == "cancelled":
            return await cancelled(unit, self._library, poll)
        return await result(unit, self._library, poll)

    async def _open(self, poll: int) -> OpenPoll:
        async with self._database.reading() as unit:
            found = await existing(unit, poll)
            served, answered = await asked_in(unit, self._library, found), await unit.polls.count(poll)
            return OpenPoll(found, served, answered, await may_be_discussed(unit, found))

    async def own_result(self, poll: int, member: int) -> OwnResult:
        """What came of a closed poll for this member, to whom its question is known from now on."""
        async with self._database.unit() as unit:
            found = await existing(unit, poll)
            if (kept := await untold(unit, found)) is not None:
                raise kept
            return await own_result(unit, self._library, found, member, self._clock())
