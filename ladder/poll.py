"""The ladder room's polls: what a poll allows and when, and how its answers are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from ladder.drawing import drawn_order

SHORTEST = timedelta(seconds=30)
"""The shortest time that a poll may stay open."""

LONGEST = timedelta(days=7)
"""The longest time that a poll may stay open."""

# A secret may serve other draws as well: each has a tag of its own, which ends at its only NUL.
_TAG = b"rung ballot 1\x00"


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

    def extended(self, duration: timedelta) -> Self:
        """The terms of the same poll, open for so much longer.

        An extension of less than 30 seconds, or past 7 days from the opening, raises DurationOutOfBounds.
        """
        longest = self.opened_at + LONGEST - self.closes_at
        if not SHORTEST <= duration <= longest:
            raise DurationOutOfBounds(SHORTEST, longest)
        return type(self)(self.opened_at, self.closes_at + duration, self.closed_at)

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


def ballot_order(secret: bytes, member: int, poll: int, options: int) -> tuple[int, ...]:
    """The authored option shown at each place of a member's own ballot: the same each time.

    It is the `drawn_order` for the tag ``rung ballot 1`` with a NUL, then the member and the poll as 8 bytes each,
    both unsigned and big-endian. This is a contract: another construction needs another tag.

    A secret of less than 16 bytes, a member or poll outside 0 to 2^64 - 1, and options outside 2 to 5 raise
    ValueError.
    """
    if member not in range(2**64) or poll not in range(2**64):
        raise ValueError(f"members and polls are numbered 0 to 2^64 - 1, not {member} and {poll}")
    return drawn_order(secret, _TAG + member.to_bytes(8, "big") + poll.to_bytes(8, "big"), options)
