"""Answers to polls: many presses at once, each recorded once, by the rules of its poll."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import as_served
from bot.actions.ballots import OwnBallot, drawn_from, order_of
from bot.actions.holdings import Holdings
from bot.actions.peer_rounds import untold
from bot.actions.poll_controls import was_cancelled
from bot.actions.poll_results import asked_in, seen
from bot.actions.refusals import Refusal
from bot.storage import Unit
from bot.storage.meanings import Asked
from bot.storage.polls import Poll, PollAnswer, State
from bot.words import N_
from ladder.poll import PollTerms


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


@dataclass(slots=True, eq=False)
class Press:
    """One press; two that are alike in everything are still two."""

    poll: int
    member: int
    option: int
    at: datetime
    channel: int
    message: int | None
    """The poll's own; None for a press on a ballot."""
    shuffled: bool = False
    """Whether the option is a place on the member's own ballot, and not the option as authored."""
    tried: bool = False
    """Whether it was handed in before, and so may be stored by a commit of which nobody heard."""


async def record(
    unit: Unit, library: Holdings, presses: Sequence[Press]
) -> Sequence[Recorded | Practice | Exception]:
    """Record presses; what came of each, or why it was refused."""
    held = await unit.polls.hold(press.poll for press in presses)
    meanings = await unit.meanings.get(poll.meaning for poll in held.values())
    secret = await drawn_from(unit) if any(press.shuffled for press in presses) else b""
    known_questions = await library.knowing(unit, (poll.question for poll in held.values()))
    results: dict[Press, Recorded | Practice | Exception] = {}
    for id, poll in held.items():
        served = as_served(meanings[poll.meaning], poll.question, known_questions)
        own = {
            press: _authored(press, poll, served, secret) if press.shuffled else press.option
            for press in presses
            if press.poll == id
        }
        first = next(iter(own))
        known = await adopt(unit, poll, first.message, first.at)
        kept = await untold(unit, known)
        if kept is not None:
            late = [press for press in own if known.closed_at is not None or press.at >= known.closes_at]
            results |= dict.fromkeys(late, kept)
            own = {press: option for press, option in own.items() if press not in late}
        if own:
            results |= await _record_one(unit, known, served, own)
    for press in presses:
        press.tried = True
    gone = Refusal(N_("This poll is no longer known here. Ask a moderator to post a new one."))
    return [results.get(press, gone) for press in presses]


async def own_ballot(
    unit: Unit, library: Holdings, poll: Poll, *, member: int, secret: bytes, now: datetime
) -> OwnBallot | Recorded:
    """The member's own ballot, or what the member has answered."""
    if poll.state == "withdrawn":
        raise was_withdrawn()
    if poll.state == "cancelled":
        raise was_cancelled(poll)
    served = await asked_in(unit, library, poll)
    over = not PollTerms(poll.opened_at, poll.closes_at, poll.closed_at).accepts(now)
    if over:
        if (kept := await untold(unit, poll)) is not None:
            raise kept
    else:
        answer = (await unit.polls.answers(poll.id, [member])).get(member)
        if answer is not None:
            return Recorded(poll, served, answer.option, fresh=False)
        if await unit.polls.answered_before_deletion(poll.id, member):
            raise answered_before_deletion()
    return OwnBallot(poll, served, order_of(secret, member, poll, served), over)


async def adopt(unit: Unit, poll: Poll, message: int | None, at: datetime) -> Poll:
    """The poll, which somebody has just pressed: its message stands, though perhaps nobody noted that down.

    One that was given up meanwhile is taken up as well, unless its time is over, its series has asked the
    question again, or another poll here asks it by now.
    """
    if message is None or not unnoted(poll):
        return poll
    if poll.state == "posting":
        return await opened(unit, poll.id, message, at) or poll
    await unit.polls.hold_server(poll.guild)
    open_here = (await unit.polls.open_questions([poll.guild])).get(poll.guild, frozenset[str]())
    if poll.series is not None or at >= poll.closes_at or poll.question in open_here:
        return poll
    return await opened(unit, poll.id, message, at, since="withdrawn") or poll


def unnoted(poll: Poll) -> bool:
    """Whether a message of the poll may stand of which nobody knows."""
    return poll.state in {"posting", "withdrawn"}


async def opened(
    unit: Unit, poll: int, message: int, at: datetime, *, since: State = "posting"
) -> Poll | None:
    """The poll, open from now on as this message; None if it was not about to be posted."""
    found = await unit.polls.move(poll, since=since, to="open", message=message)
    if found is not None:
        await unit.polls.note(poll, "opened", by=found.starter, at=at, closes_at=found.closes_at)
    return found


def _authored(press: Press, poll: Poll, asked: Asked, secret: bytes) -> int:
    """The option at a place of the member's ballot, as authored; one that there is not for a place that is none."""
    order = order_of(secret, press.member, poll, asked)
    return order[press.option] if press.option in range(len(order)) else len(order)


async def _record_one(
    unit: Unit, poll: Poll, served: Asked, presses: Mapping[Press, int]
) -> dict[Press, Recorded | Practice | Exception]:
    """``presses`` are each press's option as authored."""
    if poll.state == "withdrawn":
        return dict.fromkeys(presses, was_withdrawn())
    if poll.state == "cancelled":
        return dict.fromkeys(presses, was_cancelled(poll))
    at = next(iter(presses)).at
    terms = PollTerms(poll.opened_at, poll.closes_at, poll.closed_at)
    first: dict[int, Press] = {}
    for press, option in presses.items():
        if terms.accepts(press.at) and option in range(len(served.options)):
            first.setdefault(press.member, press)
    fresh = await unit.polls.record(
        poll.id,
        {member: presses[press] for member, press in first.items()},
        {member: press.at for member, press in first.items()},
    )
    if poll.rated:
        await unit.attempts.answer(fresh, poll.question, poll.source, at)
    else:
        await unit.attempts.claim(((member, poll.question) for member in fresh), seen(poll), at)
    # Whoever presses too late is told the answer, and so has nothing left to prove by this question.
    late = {press.member for press in presses if not terms.accepts(press.at)}
    await unit.attempts.tell(late, poll.question, seen(poll), at)
    answers = await unit.polls.answers(poll.id, {press.member for press in presses})
    return {
        press: _outcome(
            poll,
            served,
            press,
            option,
            answers,
            terms=terms,
            is_answer=first.get(press.member) is press
            and (press.member in fresh or _is_stored(press, option, answers)),
        )
        for press, option in presses.items()
    }


def _is_stored(press: Press, option: int, answers: Mapping[int, PollAnswer]) -> bool:
    """Whether this very press was recorded before, by a commit of which nobody heard."""
    answer = answers.get(press.member)
    return press.tried and answer is not None and (answer.option, answer.answered_at) == (option, press.at)


def _outcome(
    poll: Poll,
    served: Asked,
    press: Press,
    option: int,
    answers: dict[int, PollAnswer],
    *,
    terms: PollTerms,
    is_answer: bool,
) -> Recorded | Practice | Exception:
    if option not in range(len(served.options)):
        return Refusal(N_("This poll has no such option. Choose one of its buttons."))
    if not terms.accepts(press.at):
        return Practice(poll, served, option)
    if press.member not in answers:
        return answered_before_deletion()
    return Recorded(poll, served, answers[press.member].option, is_answer)


def was_withdrawn() -> Refusal:
    """Nobody was to see the poll."""
    return Refusal(N_("This poll was withdrawn, so nothing was recorded. Ask a moderator for a new one."))


def answered_before_deletion() -> Refusal:
    """The member's answer counts on, without the member."""
    return Refusal(
        N_(
            "You answered this poll before you deleted your data. That answer still counts, without your name, so you cannot answer again."
        )
    )
