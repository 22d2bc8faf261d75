"""What the journal of a simulated world says beside what was true of its people.

Everything is taken from the estimate, as in the study, and not from the cautious rating that people see.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import correlation, fmean, stdev

from bot.simulation.people import Kind, Person
from bot.storage.ratings import Entry

CHECKPOINTS = (10, 30, 100)
"""After how many answers the study compares estimates with abilities."""

_SETTLED = 30
_BINS = 10


@dataclass(frozen=True, slots=True)
class Sampled:
    """A figure, and its standard error where there is one."""

    value: float
    error: float | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How well the estimates tell the abilities after so many answers of each member."""

    answers: int
    ranks: Sampled
    """Spearman's rank correlation."""
    rmse: Sampled
    """In rating points, like all that follows."""
    bias: Sampled
    """The mean of estimate less ability."""
    mean_estimate: float
    """As played."""
    mean_ability: float


@dataclass(frozen=True, slots=True)
class Excess:
    """How far special people of one kind end above their ability, in rating points."""

    kind: Kind
    people: int
    points: Sampled


def checkpoints(members: Sequence[Person], journals: Mapping[int, Sequence[Entry]]) -> list[Checkpoint]:
    """Estimates beside abilities, at the study's numbers of answers and at the end."""
    given = min(len(journals[person.id]) for person in members)
    found: list[Checkpoint] = []
    for answers in sorted({*(one for one in CHECKPOINTS if one <= given), given}):
        estimates = [journals[person.id][answers - 1].estimate_after for person in members]
        abilities = [person.ability_after(answers) for person in members]
        apart = [estimate - ability for estimate, ability in zip(estimates, abilities, strict=True)]
        ranks = rank_correlation(estimates, abilities)
        squares = mean([one * one for one in apart])
        rmse = math.sqrt(squares.value)
        n = len(members)
        found.append(
            Checkpoint(
                answers=answers,
                # Bonett and Wright's error of a rank correlation.
                ranks=Sampled(ranks, (1 - ranks**2) * math.sqrt((1 + ranks**2 / 2) / (n - 3))),
                rmse=Sampled(rmse, (squares.error or 0.0) / (2 * rmse)),
                bias=mean(apart),
                mean_estimate=fmean(estimates),
                mean_ability=fmean(abilities),
            )
        )
    return found


def drift(members: Sequence[Person], journals: Mapping[int, Sequence[Entry]]) -> Sampled | None:
    """How far the mean estimate outran the mean ability from the thirtieth answer to the last; None without it."""
    gained: list[float] = []
    for person in members:
        journal = journals[person.id]
        if len(journal) <= _SETTLED:
            return None
        earned = journal[-1].estimate_after - journal[_SETTLED - 1].estimate_after
        gained.append(earned - person.ability_after(len(journal)) + person.ability_after(_SETTLED))
    return mean(gained)


def log_loss(journals: Mapping[int, Sequence[Entry]]) -> Sampled:
    """The mean surprise of an answer to the prediction made before it, in nats."""
    return mean([-math.log(chance if right else 1 - chance) for chance, right in _predictions(journals)])


def calibration_error(journals: Mapping[int, Sequence[Entry]]) -> float:
    """How far predicted and true shares of right answers lie apart, over ten bins of the prediction, weighted."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, right in _predictions(journals):
        bins.setdefault(min(int(chance * _BINS), _BINS - 1), []).append((chance, right))
    apart = [abs(math.fsum(chance - right for chance, right in one)) for one in bins.values()]
    return math.fsum(apart) / sum(len(one) for one in bins.values())


def excesses(specials: Sequence[Person], journals: Mapping[int, Sequence[Entry]]) -> list[Excess]:
    """What each kind of special people has gained beyond its ability."""
    found: dict[Kind, list[float]] = {}
    for person in specials:
        journal = journals[person.id]
        beyond = journal[-1].estimate_after - person.ability_after(len(journal))
        found.setdefault(person.kind, []).append(beyond)
    return [Excess(kind, len(points), mean(points)) for kind, points in found.items()]


def mean(values: Sequence[float]) -> Sampled:
    """The mean and its standard error."""
    if len(values) < 2:
        return Sampled(fmean(values))
    return Sampled(fmean(values), stdev(values) / math.sqrt(len(values)))


def rank_correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Spearman's rank correlation; equals share the mean of their ranks."""
    return correlation(_ranks(left), _ranks(right))


def _ranks(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    first: dict[float, int] = {}
    last: dict[float, int] = {}
    for place, value in enumerate(ordered):
        first.setdefault(value, place)
        last[value] = place
    return [(first[value] + last[value]) / 2 for value in values]


def _predictions(journals: Mapping[int, Sequence[Entry]]) -> list[tuple[float, bool]]:
    return [
        (entry.predicted, entry.correct)
        for journal in journals.values()
        for entry in journal
        if entry.predicted is not None and entry.correct is not None
    ]
