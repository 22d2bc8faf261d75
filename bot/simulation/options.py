"""What may be chosen about the simulated world."""

from dataclasses import dataclass

from ladder.rating import FIRST_ESTIMATE


class ImpossibleWorld(Exception):
    """No such world can be played; the message says what to choose instead."""


@dataclass(frozen=True, slots=True)
class Options:
    """A world to play; raises `ImpossibleWorld` for one that cannot be."""

    members: int = 50
    answers: int = 100
    """Rated answers of each member."""
    start: int = 1500
    """Where everybody's estimate starts, in rating points as printed."""
    ability: int = 1500
    """The members' mean ability at the start, in rating points as printed."""
    seed: int = 1

    def __post_init__(self) -> None:
        _check("Members", self.members, 10, 5000)
        _check("Answers of each member", self.answers, 10, 500)
        _check("The start", self.start, 500, 2000)
        _check("The mean ability", self.ability, 500, 2500)

    @property
    def shift(self) -> float:
        """What is printed as a rating lies this far above what is played, in rating points."""
        return self.start - FIRST_ESTIMATE


def _check(what: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ImpossibleWorld(f"{what} must be {least} to {most}, not {value}.")
