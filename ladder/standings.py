"""The ladder room's boards: which ladders there are, and who stands where on one."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

_WORLD = "global"
_CATEGORY = re.compile(r"category:([a-z0-9]+(?:-[a-z0-9]+)*)")
_SERVER = re.compile(r"server:([1-9][0-9]*)")
_SEASON = re.compile(r"season:([1-9][0-9]*):([1-9][0-9]*)")

SCORED_MEMBERS = 20
"""How many of its best members make a server's score, at most."""

FEWEST_SCORED = 5
"""How many members a server's score needs at least."""

SCORED_FROM = 10.0
"""The weight of evidence from which on a member counts for a server's score."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder: the world's, one category's, one server's, or one season's of a server.

    A slug that is not lower-case words joined by hyphens, an id that is not positive, a category's ladder that
    is a server's as well, or a season without a server raise ValueError.
    """

    slug: str | None = None
    """The category's, on a category's ladder."""
    guild_id: int | None = None
    """The server's, on a server's ladder and on its seasons'."""
    season_id: int | None = None
    """The season's, on a season's ladder."""

    def __post_init__(self) -> None:
        if self.slug is not None and self.guild_id is not None:
            raise ValueError(
                f"a ladder is a category's or a server's, not {self.slug}'s and {self.guild_id}'s"
            )
        if self.season_id is not None and self.guild_id is None:
            raise ValueError(f"a season is a server's, and season {self.season_id} has none")
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
        """The ladder of the answers given in one server, of all time."""
        return cls(guild_id=guild_id)

    @classmethod
    def season(cls, guild_id: int, season_id: int) -> Self:
        """The ladder of the answers given in one server during one season."""
        return cls(guild_id=guild_id, season_id=season_id)

    @classmethod
    def parse(cls, key: str) -> Self:
        """The ladder that has this key; ValueError if none has."""
        if key == _WORLD:
            return cls.world()
        if match := _CATEGORY.fullmatch(key):
            return cls.category(match[1])
        if match := _SERVER.fullmatch(key):
            return cls.server(int(match[1]))
        if match := _SEASON.fullmatch(key):
            return cls.season(int(match[1]), int(match[2]))
        raise ValueError(f"there is no ladder {key!r}")

    @property
    def key(self) -> str:
        """The stable text of its place in storage: ``global``, ``category:SLUG``, ``server:ID``, ``season:ID:ID``.

        A season's has its server's id and then its own.
        """
        if self.slug is not None:
            return f"category:{self.slug}"
        if self.season_id is not None:
            return f"season:{self.guild_id}:{self.season_id}"
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


def server_score(ratings: Sequence[int]) -> int | None:
    """What a server scores against other servers: the mean rating of its best twenty members, rounded down.

    ``ratings`` are those of all members with 10 or more evidence, in any order; of fewer than twenty all count,
    and fewer than five make no score: None. It is rounded down like a rating.
    """
    if len(ratings) < FEWEST_SCORED:
        return None
    best = sorted(ratings, reverse=True)[:SCORED_MEMBERS]
    return sum(best) // len(best)


def _is_key(key: str) -> bool:
    return key == _WORLD or any(form.fullmatch(key) is not None for form in (_CATEGORY, _SERVER, _SEASON))
