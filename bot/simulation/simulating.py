"""From options to a table: plays the world, reads the journal, and puts the study's figures beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.simulation.detection import detections
from bot.simulation.figures import calibration_error, checkpoints, drift, excesses, log_loss
from bot.simulation.options import Options
from bot.simulation.people import Person, make_members, make_specials, special_answers
from bot.simulation.playing import Play
from bot.simulation.table import Row, tabulate
from bot.simulation.world import make_world
from bot.storage import Database
from bot.storage.ratings import Entry
from ladder.standings import Ladder
from ladder.statistics import FirstAttempt


@dataclass(frozen=True, slots=True)
class Simulated:
    """A world that was played."""

    rows: tuple[Row, ...]
    answers: int
    """How many were given."""
    entries: int
    """How many of them the journal of the world's ladder holds."""


async def simulate(database: Database, options: Options, progress: Callable[[int, int], None]) -> Simulated:
    """Play the world in this database, which is migrated and empty, and measure it.

    ``progress`` hears after every few hundred answers how many there are, and how many there will be.
    """
    world, members, specials = make_world(options), make_members(options), make_specials(options)
    due = len(members) * (options.answers + len(world.planted)) + len(specials) * special_answers(options)
    given = 0

    def answered(count: int) -> None:
        nonlocal given
        given += count
        progress(given, due)

    play = Play(database, world, options, answered)
    await play.members(members)
    await play.specials(specials)
    asked = await play.planted(members)
    journals = await _journals(database, [*members, *specials])
    attempts = await _attempts(database, asked, journals)
    measured = {person.id: journals[person.id][: options.answers] for person in members}
    rows = tabulate(
        options,
        checkpoints=checkpoints(members, measured),
        log_loss=log_loss(measured),
        calibration_error=calibration_error(measured),
        drift=drift(members, measured),
        excesses=excesses(specials, journals),
        detections=detections(world.planted, attempts),
    )
    return Simulated(rows, given, sum(len(journal) for journal in journals.values()))


async def _journals(database: Database, people: Sequence[Person]) -> dict[int, list[Entry]]:
    """Everybody's journal of the world's ladder, oldest first."""
    async with database.reading() as unit:
        return {person.id: await unit.ratings.entries(person.id, Ladder.world().key) for person in people}


async def _attempts(
    database: Database, asked: Mapping[str, Sequence[int]], journals: Mapping[int, Sequence[Entry]]
) -> dict[str, list[FirstAttempt]]:
    """The first attempts at each planted question: the option from its poll, the rest from the journal."""
    rated = {(entry.member, entry.question): entry for journal in journals.values() for entry in journal}
    found: dict[str, list[FirstAttempt]] = {}
    async with database.reading() as unit:
        for question, polls in asked.items():
            found[question] = [
                FirstAttempt(answer.option, entry.estimate_before, entry.predicted)
                for poll in polls
                for member, answer in (await unit.polls.answers(poll)).items()
                if (entry := rated.get((member, question))) is not None and entry.predicted is not None
            ]
    return found
