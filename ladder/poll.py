"""The ladder room's polls: what a poll allows and when, and how its answers are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

SHORTEST = timedelta(seconds=30)
"""The shortest time that a poll may stay open."""

LONGEST = timedelta(days=7)
"""The longest time that a poll may stay open."""


# Not a frozen dataclass: contextlib assigns __traceback__ to what passes it, and a frozen one would refuse.
# https://github.com/python/cpython/issues/99856
class DurationOutOfBounds(Exception):
    """A poll was asked to stay open for less or more than is allowed."""

    def __init__(self, shortest: timedelta, longest: timedelta) -> None:
        super().__init__(shortest, longest)
        self.shortest: Final = shortest
        self.longest: Final = longest


@dataclass(frozen=True, slots=True)
class PollTerms:
    """When a poll takes answers: from its opening until the agreed moment, unless it is closed before.

    Moments carry a time zone; one that does not, or closing no later than opening, raises ValueError.
    """

    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    """When it was in fact closed, early or late; None while it is not."""

    def __post_init__(self) -> None:
        for moment in (self.opened_at, self.closes_at, self.closed_at):
            if moment is not None and moment.utcoffset() is None:
                raise ValueError(f"a poll's moments carry a time zone, and {moment} does not")
        if self.closes_at <= self.opened_at:
            raise ValueError(f"a poll opened at {self.opened_at} cannot close at {self.closes_at}")

    @classmethod
    def opening(cls, at: datetime, duration: timedelta) -> Self:
        """The terms of a poll that opens at this moment, for 30 seconds to 7 days or DurationOutOfBounds."""
        if not SHORTEST <= duration <= LONGEST:
            raise DurationOutOfBounds(SHORTEST, LONGEST)
        return cls(at, at + duration)

    def accepts(self, at: datetime) -> bool:
        """Whether an answer at this moment counts: the poll is not closed, and not yet due to be."""
        return self.closed_at is None and at < self.closes_at


@dataclass(frozen=True, slots=True)
class Tally:
    """How a poll's answers fell, in the order of its options."""

    counts: tuple[int, ...]
    total: int
    shares: tuple[int, ...]
    """Whole percents, each rounded by itself: equal counts have equal shares, so the sum may miss 100."""


def tally(choices: Iterable[int], options: int) -> Tally:
    """Count the chosen options, numbered from 0; without answers every share is 0.

    Options outside 2 to 5, or a choice that is not one of them, raise ValueError.
    """
    if options not in range(2, 6):
        raise ValueError(f"a question has 2 to 5 options, not {options}")
    counts = [0] * options
    for choice in choices:
        if choice not in range(options):
            raise ValueError(f"a choice among {options} options is 0 to {options - 1}, not {choice}")
        counts[choice] += 1
    total = sum(counts)
    shares = ((200 * count + total) // (2 * total) if total else 0 for count in counts)
    return Tally(tuple(counts), total, tuple(shares))
