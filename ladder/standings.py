"""The ladder room's boards: which ladders there are, and who stands where on one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

_WORLD = "global"
_CATEGORY = re.compile(r"category:([a-z0-9]+(?:-[a-z0-9]+)*)")
_SERVER = re.compile(r"server:([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder: the world's, one category's or one server's.

    A slug that is not lower-case words joined by hyphens, an id that is not positive, or both at once raise
    ValueError.
    """

    slug: str | None = None
    """The category's, on a category's ladder."""
    guild_id: int | None = None
    """The server's, on a server's ladder."""

    def __post_init__(self) -> None:
        if self.slug is not None and self.guild_id is not None:
            raise ValueError(
                f"a ladder is a category's or a server's, not {self.slug}'s and {self.guild_id}'s"
            )
        if not _is_key(self.key):
            raise ValueError(f"there is no ladder {self.key!r}")

    @classmethod
    def world(cls) -> Self:
        """The ladder of all curated evidence."""
        return cls()

    @classmethod
    def category(cls, slug: str) -> Self:
        """The ladder of one category's lessons."""
        return cls(slug=slug)

    @classmethod
    def server(cls, guild_id: int) -> Self:
        """The ladder of the answers given in one server."""
        return cls(guild_id=guild_id)

    @classmethod
    def parse(cls, key: str) -> Self:
        """The ladder that has this key; ValueError if none has."""
        if key == _WORLD:
            return cls.world()
        if match := _CATEGORY.fullmatch(key):
            return cls.category(match[1])
        if match := _SERVER.fullmatch(key):
            return cls.server(int(match[1]))
        raise ValueError(f"there is no ladder {key!r}")

    @property
    def key(self) -> str:
        """The stable text under which it is stored: ``global``, ``category:SLUG`` or ``server:ID``."""
        if self.slug is not None:
            return f"category:{self.slug}"
        if self.guild_id is not None:
            return f"server:{self.guild_id}"
        return _WORLD


def competition_ranks(ratings: Iterable[int]) -> tuple[int, ...]:
    """The ranks of ratings sorted from the highest down, equals sharing the best: 1, 2, 2, 4.

    Ratings in another order raise ValueError.
    """
    ranks: list[int] = []
    previous: int | None = None
    for place, rating in enumerate(ratings, start=1):
        if previous is not None and rating > previous:
            raise ValueError(
                f"ratings must be sorted from the highest down, and {previous} comes before {rating}"
            )
        ranks.append(ranks[-1] if rating == previous else place)
        previous = rating
    return tuple(ranks)


def _is_key(key: str) -> bool:
    return key == _WORLD or _CATEGORY.fullmatch(key) is not None or _SERVER.fullmatch(key) is not None
