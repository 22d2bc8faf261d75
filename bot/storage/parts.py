"""Long lists of members, in parts that one statement can take."""

from collections.abc import Iterable, Iterator

_AT_ONCE = 10_000
"""PostgreSQL takes 32,767 parameters at most."""


def in_parts(members: Iterable[int]) -> Iterator[list[int]]:
    """The members sorted, each once, so many at a time."""
    wanted = sorted(set(members))
    return (wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE))
