"""What the starter of a poll and moderators can do with it while it is open: extend it, or cancel it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.holdings import Holdings
from bot.actions.peer_rounds import end_round
from bot.actions.poll_results import asked_in, existing, seen
from bot.actions.refusals import NotAllowed, Refusal
from bot.storage import Unit
from bot.storage.meanings import Asked
from bot.storage.polls import Poll
from bot.words import N_
from ladder.poll import LONGEST, DurationOutOfBounds, PollTerms

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class CancelledPoll:
    """A poll that was ended without a result: it rates nobody, and shows neither answer nor tally."""

    poll: Poll
    asked: Asked
    answered: int


def require_control(poll: Poll, by: int, *, moderator: bool) -> None:
    """Refuse whoever neither started the poll nor is a moderator."""
    if by != poll.starter and not moderator:
        raise NotAllowed(
            N_(
                "Only whoever started this poll, or a moderator, can close, extend or cancel it. It closes by itself {when}."
            ),
            when=_relative(poll.closes_at),
        )


class Quicker(Refusal):
    """Somebody else has done something with the poll already, so nothing more was done.

    Its value ``name`` is theirs as last seen, None if it never was; nothing in it is escaped.
    """


async def require_open(unit: Unit, poll: Poll, by: int, now: datetime) -> None:
    """Refuse a poll that takes no more answers, with what became of it and by whom; it is ``by`` who is told."""
    when = _relative(poll.closed_at or poll.closes_at)
    closed = poll.state in {"withheld", "closed"}
    if closed and poll.closed_by is None:
        raise Refusal(
            N_("This poll was closed {when}, and its result stands. Nothing was changed."), when=when
        )
    if closed and poll.closed_by == by:
        # Where two processes hear of one press, the slower one may be the first to say so.
        raise Refusal(N_("You closed this poll {when}. Nothing more was done."), when=when)
    if closed:
        raise Quicker(
            N_("{name} closed this poll {when}. Nothing more was done."),
            name=await _name(unit, poll, poll.closed_by),
            when=when,
        )
    if poll.state == "cancelled" and poll.closed_by == by:
        raise Refusal(
            N_("You cancelled this poll {when}, so it rates nobody. Nothing more was done."), when=when
        )
    if poll.state == "cancelled":
        raise Quicker(
            N_("{name} cancelled this poll {when}, so it rates nobody. Nothing more was done."),
            name=await _name(unit, poll, poll.closed_by),
            when=when,
        )
    if poll.state == "withdrawn":
        raise Refusal(
            N_(
                "Discord did not say in time whether this poll was posted, so it was withdrawn and takes no answers. Post a new one with /poll."
            )
        )
    if now >= poll.closes_at:
        raise Refusal(N_("The time of this poll is over; its result comes in a moment. Nothing was changed."))


def was_cancelled(poll: Poll) -> Refusal:
    """The poll is no more."""
    return Refusal(
        N_("This poll was cancelled {when}, so it rates nobody. Nothing was changed."),
        when=_relative(poll.closed_at or poll.closes_at),
    )


async def held(unit: Unit, poll: int, by: int, clock: Clock, *, moderator: bool) -> tuple[Poll, datetime]:
    """The open poll, which this unit holds alone from this moment on; a refusal for whoever may not change it.

    The clock is read while the poll is held: whoever pressed too late, and was told so, pressed before.
    """
    found = await unit.polls.hold_alone(poll) or await existing(unit, poll)
    now = clock()
    require_control(found, by, moderator=moderator)
    await require_open(unit, found, by, now)
    return found, now


async def require_unextended(unit: Unit, poll: Poll, by: int, expected: datetime) -> None:
    """Refuse a poll that closes at another time than ``by`` knew, with who has extended it."""
    if int(poll.closes_at.timestamp()) == int(expected.timestamp()):
        return
    extended = [event.by for event in await unit.polls.events(poll.id) if event.kind == "extended"]
    when, last = _relative(poll.closes_at), extended[-1] if extended else None
    if last == by:
        raise Refusal(
            N_("You have extended this poll already: it closes {when}. Nothing more was changed."), when=when
        )
    raise Quicker(
        N_("{name} has extended this poll already: it closes {when}. Nothing more was changed."),
        name=await _name(unit, poll, last),
        when=when,
    )


async def _name(unit: Unit, poll: Poll, by: int | None) -> str | None:
    return (await unit.sightings.names(poll.guild, [by])).get(by) if by is not None else None


async def extend(unit: Unit, poll: Poll, by: int, duration: timedelta, now: datetime) -> Poll:
    """The poll that this unit holds, open for so much longer."""
    try:
        terms = PollTerms(poll.opened_at, poll.closes_at).extended(duration)
    except DurationOutOfBounds:
        raise Refusal(
            N_(
                "A poll can be extended by 30 seconds or more, and stays open for 7 days at most: this one until {latest}."
            ),
            latest=f"<t:{int((poll.opened_at + LONGEST).timestamp())}:f>",
        ) from None
    await unit.polls.extend(poll.id, terms.closes_at)
    await unit.polls.note(poll.id, "extended", by=by, at=now, closes_at=terms.closes_at)
    return await existing(unit, poll.id)


async def cancel(unit: Unit, library: Holdings, poll: Poll, by: int, now: datetime) -> CancelledPoll:
    """End the poll that this unit holds, and give up the first attempts that it had; a peer round is over with it."""
    await unit.polls.move(poll.id, since=poll.state, to="cancelled", closed_at=now, closed_by=by)
    for source in (poll.source, seen(poll)):
        await unit.attempts.give_up(source, poll.question, shown=seen(poll))
    await unit.polls.note(poll.id, "cancelled", by=by, at=now)
    if poll.earlier is not None:
        await end_round(unit, library, poll.earlier, now)
    return await cancelled(unit, library, await existing(unit, poll.id))


async def cancelled(unit: Unit, library: Holdings, poll: Poll) -> CancelledPoll:
    """The cancelled poll as its channel should show it."""
    return CancelledPoll(poll, await asked_in(unit, library, poll), await unit.polls.count(poll.id))


async def put_in_log(
    unit: Unit,
    poll: Poll,
    what: str,
    *,
    by: int,
    at: datetime,
    before: str | None = None,
    after: str | None = None,
) -> None:
    """Note in the server's log what somebody did with the poll; what the clock does needs no entry."""
    await unit.audit_log.add(
        guild=poll.guild, by=by, at=at, what=what, subject=poll.question, before=before, after=after
    )


def _relative(moment: datetime) -> str:
    return f"<t:{int(moment.timestamp())}:R>"
