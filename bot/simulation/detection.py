"""Which of the planted questions the statistics for authors find, and which sound ones they flag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bot.simulation.world import OPTIONS, Makeup, Riddle
from ladder.statistics import FirstAttempt, Flag, statistics_of

SIZES = (30, 50, 100)
"""After how many answers the study looks for flags."""

_WEAK_SIZES = (50, 100)
_DEAD_SIZES = (100,)

_MISLABELLED = frozenset({Flag.EASIER_THAN_LABELLED, Flag.HARDER_THAN_LABELLED})
_LOOKED_FOR = {
    Makeup.MISKEYED: frozenset({Flag.MISKEYED}),
    Makeup.EASIER: frozenset({Flag.EASIER_THAN_LABELLED}),
    Makeup.HARDER: frozenset({Flag.HARDER_THAN_LABELLED}),
    Makeup.NOISE: frozenset({Flag.WEAK}),
    Makeup.DEAD: frozenset({Flag.DEAD_DISTRACTOR}),
}


@dataclass(frozen=True, slots=True)
class Found:
    """How many of all samples of one size had a flag."""

    flagged: int
    samples: int


@dataclass(frozen=True, slots=True)
class Detection:
    """One flag at each of the sizes: where it belongs, and where it does not."""

    flag: str
    found: tuple[Found, ...]
    false_alarms: tuple[Found, ...]
    """Among questions that are as their labels and keys say."""


def detections(planted: Sequence[Riddle], attempts: Mapping[str, Sequence[FirstAttempt]]) -> list[Detection]:
    """Look at every planted question again and again, each time by other members' answers."""
    look = partial(_detection, planted=planted, attempts=attempts)
    return [
        look("miskeyed", {Makeup.MISKEYED}, frozenset({Flag.MISKEYED})),
        look("mislabelled by 300", {Makeup.EASIER, Makeup.HARDER}, _MISLABELLED),
        look("weak (noise)", {Makeup.NOISE}, frozenset({Flag.WEAK}), sizes=_WEAK_SIZES),
        look("dead distractor", {Makeup.DEAD}, frozenset({Flag.DEAD_DISTRACTOR}), sizes=_DEAD_SIZES),
    ]


def _detection(
    name: str,
    makeups: set[Makeup],
    flags: frozenset[Flag],
    *,
    planted: Sequence[Riddle],
    attempts: Mapping[str, Sequence[FirstAttempt]],
    sizes: Sequence[int] = SIZES,
) -> Detection:
    bad = [riddle for riddle in planted if riddle.makeup in makeups]
    sound = [riddle for riddle in planted if riddle.makeup is Makeup.EXACT]
    return Detection(
        name,
        tuple(_found(bad if size in sizes else [], None, size, attempts) for size in SIZES),
        tuple(_found(sound if size in sizes else [], flags, size, attempts) for size in SIZES),
    )


def _found(
    riddles: Sequence[Riddle],
    flags: frozenset[Flag] | None,
    size: int,
    attempts: Mapping[str, Sequence[FirstAttempt]],
) -> Found:
    """How many samples have one of the flags; without flags, the one that the question was planted for."""
    flagged = samples = 0
    for riddle in riddles:
        own = attempts[riddle.identity]
        wanted = flags if flags is not None else _LOOKED_FOR[riddle.makeup]
        for start in range(0, len(own) - size + 1, size):
            told = statistics_of(own[start : start + size], key=riddle.key, options=OPTIONS)
            samples += 1
            flagged += any(finding.flag in wanted for finding in told.findings)
    return Found(flagged, samples)
