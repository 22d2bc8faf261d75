"""Which question a poll asks, and for how long, before anything is put down."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.actions.ballots import drawn_from
from bot.actions.holdings import Holdings
from bot.actions.poll_results import existing
from bot.actions.refusals import Refusal
from bot.storage import Unit
from bot.storage.meanings import Asked
from bot.storage.polls import Ballot, Poll
from bot.words import N_
from ladder.poll import DurationOutOfBounds, PollTerms
from lessons.model import Lesson, Question


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that could be asked in a poll; nothing is put down of it."""

    asked: Asked
    difficulty: int


def terms_of(now: datetime, duration: timedelta) -> PollTerms:
    """When a poll that opens now takes answers; a refusal for a duration that no poll has."""
    try:
        return PollTerms.opening(now, duration)
    except DurationOutOfBounds:
        raise Refusal(
            N_("A poll stays open for 30 seconds to 7 days. Choose a duration in between.")
        ) from None


async def put_down(unit: Unit, draft: Draft, terms: PollTerms, *, ballot: Ballot, **values: Any) -> Poll:
    """The intention to post a poll; values are the other columns of its row. The unit holds the server."""
    await unit.meanings.keep([draft.asked])
    id = await unit.polls.add(
        question=draft.asked.question,
        meaning=draft.asked.meaning,
        difficulty=draft.difficulty,
        state="posting",
        opened_at=terms.opened_at,
        closes_at=terms.closes_at,
        ballot=ballot,
        **values,
    )
    if ballot == "private":
        # From now on ballots are read without writing anything.
        await drawn_from(unit)
    return await existing(unit, id)


async def choose(
    unit: Unit, library: Holdings, guild: int, lesson: str | None, question: str | None
) -> tuple[Lesson, Question]:
    """The question meant, or else the one that was not asked in this server yet, or longest ago."""
    here = await library.of(guild, unit)
    sources = [here.lesson(lesson)] if lesson else list(here.lessons)
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
                N_("This question is in an open poll here already. Wait for it to close, or choose another.")
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
