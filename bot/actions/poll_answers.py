"""Answers to polls: many presses at once, each recorded once, by the rules of its poll."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.asking import as_served
from bot.actions.library import Library
from bot.actions.poll_results import seen
from bot.actions.refusals import Refusal
from bot.storage import Unit
from bot.storage.meanings import Asked
from bot.storage.polls import Poll, PollAnswer
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


@dataclass(frozen=True, slots=True, eq=False)
class Press:
    """One press; two that are alike in everything are still two."""

    poll: int
    member: int
    option: int
    at: datetime
    channel: int
    message: int


async def record(
    unit: Unit, library: Library, presses: Sequence[Press]
) -> Sequence[Recorded | Practice | Exception]:
    """Record presses; what came of each, or why it was refused."""
    held = await unit.polls.hold(press.poll for press in presses)
    meanings = await unit.meanings.get(poll.meaning for poll in held.values())
    results: dict[Press, Recorded | Practice | Exception] = {}
    for id, poll in held.items():
        served = as_served(meanings[poll.meaning], poll.question, library.catalogue)
        own = [press for press in presses if press.poll == id]
        if poll.state == "posting":
            moved_on = await unit.polls.move(id, since="posting", to="open", message=own[0].message)
            poll = moved_on or poll  # noqa: PLW2901
        results |= await _record_one(unit, poll, served, own)
    gone = Refusal(N_("This poll is no longer known here. Ask a moderator to post a new one."))
    return [results.get(press, gone) for press in presses]


async def _record_one(
    unit: Unit, poll: Poll, served: Asked, presses: Sequence[Press]
) -> dict[Press, Recorded | Practice | Exception]:
    if poll.state == "withdrawn":
        withdrawn = Refusal(
            N_("This poll was withdrawn, so nothing was recorded. Ask a moderator for a new one.")
        )
        return dict.fromkeys(presses, withdrawn)
    terms = PollTerms(poll.opened_at, poll.closes_at, poll.closed_at)
    first: dict[int, Press] = {}
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
    await unit.attempts.claim(((member, poll.question) for member in late), seen(poll), presses[0].at)
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
    press: Press,
    answers: dict[int, PollAnswer],
    terms: PollTerms,
    *,
    is_answer: bool,
) -> Recorded | Practice | Exception:
    if press.option not in range(len(served.options)):
        return Refusal(N_("This poll has no such option. Choose one of its buttons."))
    if not terms.accepts(press.at):
        return Practice(poll, served, press.option)
    if press.member not in answers:
        return Refusal(
            N_(
                "You answered this poll before you deleted your data. That answer still counts, without your name, so you cannot answer again."
            )
        )
    return Recorded(poll, served, answers[press.member].option, is_answer)
