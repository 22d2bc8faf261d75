"""Steps of series: which is due by what became of the question before, each taken by one process alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.asking import asked
from bot.actions.holdings import Holdings
from bot.actions.peer_rounds import DISCUSSION, skipped
from bot.actions.poll_choice import Draft, choose, put_down, terms_of
from bot.actions.poll_results import existing
from bot.actions.polls import OpenPoll
from bot.actions.refusals import Refusal
from bot.actions.series_summary import Summary, summary_of
from bot.actions.settings import settings_of
from bot.storage import Unit
from bot.storage.polls import Poll
from bot.storage.series import Series
from bot.words import N_
from lessons.model import Lesson, Question

PATIENCE = timedelta(seconds=30)
"""How long whoever took a step has for telling the channel, before somebody else does it."""

ATTEMPTS = 3
"""How often a question is posted before its channel is given up."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Whoever began the series did not say in time where it stands: its head is to be found there, or posted."""

    series: Series


@dataclass(frozen=True, slots=True)
class Ask:
    """A question is to be posted where the series stands."""

    series: Series
    shown: OpenPoll


@dataclass(frozen=True, slots=True)
class Discuss:
    """People are to talk about a question, which is asked again then."""

    series: Series
    poll: Poll
    stem: str
    again_at: datetime


@dataclass(frozen=True, slots=True)
class SumUp:
    """All is over and the summary is to be posted."""

    series: Series
    summary: Summary


@dataclass(frozen=True, slots=True)
class BreakOff:
    """The series could not go on where it stood."""

    series: Series


Step = Begin | Ask | Discuss | SumUp | BreakOff


async def go_on(
    unit: Unit, library: Holdings, series: Series, here: Sequence[Poll], now: datetime
) -> Step | None:
    """The step after the polls that stand at the series' place; None if it is not due yet."""
    if not here and series.place < 0 and series.next_at is not None:
        begun = await unit.series.change(series, next_at=now + PATIENCE)
        return Begin(begun or series)
    if not here:
        return await _ask(unit, library, series, series.place + 1, now)
    last = here[-1]
    if last.state == "posting" and now >= last.closes_at:
        # Whether it was posted is being found out, but by now it would be over in any case.
        last = await unit.polls.move(last.id, since="posting", to="withdrawn") or last
    if last.state in {"posting", "open"}:
        return None
    if last.state == "withdrawn":
        failed = [poll for poll in here[:-1] if poll.state == "withdrawn" and poll.earlier == last.earlier]
        if len(failed) + 1 >= ATTEMPTS:
            return await break_off(unit, series, now)
        if now - last.opened_at < PATIENCE:
            return None
        return await _ask(unit, library, series, series.place, now, earlier=last.earlier)
    if last.state == "withheld" and last.closed_at is not None and not skipped(series, last):
        again_at = last.closed_at + DISCUSSION
        if now < again_at:
            # Until it is known to be opened, the discussion is opened again, which a thread survives.
            opening = await unit.series.change(series, next_at=min(again_at, now + PATIENCE))
            stem = (await unit.meanings.get([last.meaning]))[last.meaning].stem
            return Discuss(opening or series, last, stem, again_at)
        return await _ask(unit, library, series, series.place, now, earlier=last.id)
    return await _ask(unit, library, series, series.place + 1, now)


async def _ask(
    unit: Unit, library: Holdings, series: Series, place: int, now: datetime, *, earlier: int | None = None
) -> Step | None:
    """Put down the poll for this place, or the first after it whose question can be asked here."""
    for at in range(place, len(series.questions)):
        try:
            shown = await _put_down(unit, library, series, at, now, earlier=earlier if at == place else None)
        except Refusal:  # it is in another poll here, or not taught any more
            continue
        moved = await unit.series.change(series, place=at, next_at=None)
        return Ask(moved or series, shown)
    over = await unit.series.change(series, state="done", next_at=now)
    # A peer round that ends with it is rated before it is summed up, so that is a step of its own.
    return await sum_up(unit, library, over, now) if over is not None and earlier is None else None


async def _put_down(
    unit: Unit, library: Holdings, series: Series, place: int, now: datetime, *, earlier: int | None
) -> OpenPoll:
    source, question = await _meant(unit, library, series, place, earlier)
    served = asked(source, question)
    first = place == 0 and earlier is None
    poll = await put_down(
        unit,
        Draft(served, source.rating),
        terms_of(now, timedelta(seconds=series.seconds)),
        guild=series.guild,
        channel=series.channel,
        starter=series.starter,
        locale=series.locale,
        ballot=series.ballot,
        spoiler=series.spoiler,
        rated=earlier is None,
        series=series.id,
        place=place,
        earlier=earlier,
        mention=(await settings_of(unit, series.guild)).poll_mention if first else None,
    )
    return OpenPoll(poll, served, 0)


async def _meant(
    unit: Unit, library: Holdings, series: Series, place: int, earlier: int | None
) -> tuple[Lesson, Question]:
    """What is to be asked at the place; a refusal if it is not taught any more, or in another poll here."""
    if earlier is None:
        return await choose(unit, library, series.guild, series.lesson, series.questions[place])
    # Nobody else could ask it meanwhile: the round itself holds it back, so it would be refused here as well.
    before = await existing(unit, earlier)
    found = (await library.knowing(unit, [before.question])).question(before.question)
    if found is None:
        raise Refusal(N_("This question is no longer asked here. Use /poll again."))
    return found


async def sum_up(unit: Unit, library: Holdings, series: Series, now: datetime) -> SumUp:
    """The summary, for whoever asked first; it is due again if nobody hears that it was posted."""
    ended = await unit.series.change(series, next_at=now + PATIENCE, ended_at=series.ended_at or now)
    polls = await polls_of(unit, series)
    return SumUp(ended or series, await summary_of(unit, library, series, polls))


async def break_off(unit: Unit, series: Series, now: datetime) -> BreakOff:
    """The end of a series that cannot even be summed up where it stood."""
    await unit.series.change(series, state="stopped", next_at=None, summed_up_at=now)
    return BreakOff(series)


async def polls_of(unit: Unit, series: Series) -> list[Poll]:
    """The series' polls in the order in which they were put down."""
    return [poll for id in await unit.series.polls(series.id) if (poll := await unit.polls.get(id))]
