"""The ladder room's boards: which ladders there are, and who stands where on one."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Self

_WORLD = "global"
_SERVERS = "servers"
_CATEGORY = re.compile(r"category:([a-z0-9]+(?:-[a-z0-9]+)*)")
_SERVER = re.compile(r"server:([1-9][0-9]*)")
_SEASON = re.compile(r"season:([1-9][0-9]*):([1-9][0-9]*)")
_XP = re.compile(r"xp:(?:([1-9][0-9]*):)?([0-9]{4}-[0-9]{2}-[0-9]{2})")

SCORED_MEMBERS = 20
"""How many of its best members make a server's score, at most."""

FEWEST_SCORED = 5
"""How many members a server's score needs at least."""

SCORED_FROM = 10.0
"""The weight of evidence from which on a member counts for a server's score."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder: the world's, one category's, one server's, one season's of a server, or a board beside them.

    Beside the ladders of ratings there are boards of XP, one a week, everywhere or in one server, and the one
    on which servers stand against servers. A slug that is not lower-case words joined by hyphens, an id that is
    not positive, a week that begins on no Monday, and any other mixture raise ValueError.
    """

    slug: str | None = None
    """The category's, on a category's ladder."""
    guild_id: int | None = None
    """The server's, on a server's ladder and on its seasons'."""
    season_id: int | None = None
    """The season's, on a season's ladder."""
    week: date | None = None
    """The Monday, on a board of the week's XP."""
    of_servers: bool = False
    """Whether servers stand on it, instead of members."""

    def __post_init__(self) -> None:
        if self.slug is not None and self.guild_id is not None:
            raise ValueError(
                f"a ladder is a category's or a server's, not {self.slug}'s and {self.guild_id}'s"
            )
        if self.season_id is not None and self.guild_id is None:
            raise ValueError(f"a season is a server's, and season {self.season_id} has none")
        if self.week is not None and (self.slug is not None or self.season_id is not None):
            raise ValueError("a week's XP is everywhere's or one server's")
        if self.week is not None and self.week.weekday() != 0:
            raise ValueError(f"a week begins on a Monday, which {self.week} is not")
        if self.of_servers and (self.slug, self.guild_id, self.week) != (None, None, None):
            raise ValueError("servers stand on one ladder only")
        if not _is_key(self.key):
            raise ValueError(f"there is no ladder {self.key!r}")

    @classmethod
    @lru_cache(maxsize=1)
    def world(cls) -> Self:
        """The ladder of all curated evidence."""
        return cls()

    @classmethod
    @lru_cache(maxsize=10_000)
    def category(cls, slug: str) -> Self:
        """The ladder of one category's lessons."""
        return cls(slug=slug)

    @classmethod
    @lru_cache(maxsize=10_000)
    def server(cls, guild_id: int) -> Self:
        """The ladder of the answers given in one server, of all time."""
        return cls(guild_id=guild_id)

    @classmethod
    def season(cls, guild_id: int, season_id: int) -> Self:
        """The ladder of the answers given in one server during one season."""
        return cls(guild_id=guild_id, season_id=season_id)

    @classmethod
    def xp(cls, week: date, guild_id: int | None = None) -> Self:
        """The board of the XP earned in one week, which this Monday begins, in one server or everywhere."""
        return cls(week=week, guild_id=guild_id)

    @classmethod
    def servers(cls) -> Self:
        """The ladder on which servers stand, by their scores."""
        return cls(of_servers=True)

    @classmethod
    @lru_cache(maxsize=10_000)
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
        if match := _XP.fullmatch(key):
            return cls.xp(date.fromisoformat(match[2]), int(match[1]) if match[1] else None)
        if key == _SERVERS:
            return cls.servers()
        raise ValueError(f"there is no ladder {key!r}")

    @property
    def key(self) -> str:
        """The stable text of its place in storage: ``global``, ``category:SLUG``, ``server:ID``, ``season:ID:ID``.

        A season's has its server's id and then its own. A week's XP is ``xp:2026-11-16`` or, in a server,
        ``xp:ID:2026-11-16``; servers stand on ``servers``.
        """
        if self.of_servers:
            return _SERVERS
        if self.week is not None:
            where = f"{self.guild_id}:" if self.guild_id is not None else ""
            return f"xp:{where}{self.week.isoformat()}"
        if self.slug is not None:
            return f"category:{self.slug}"
        if self.season_id is not None:
            return f"season:{self.guild_id}:{self.season_id}"
        if self.guild_id is not None:
            return f"server:{self.guild_id}"
        return _WORLD

    @property
    def is_server(self) -> bool:
        """Whether it is a server's of all time, on which the blend is shown."""
        return self.guild_id is not None and self.season_id is None and self.week is None

    @property
    def is_season(self) -> bool:
        """Whether it is a season's."""
        return self.season_id is not None


def is_listed(ladder: Ladder, *, hidden: bool, idle: bool, away_from: Collection[int]) -> bool:
    """Whether a member has a place on a ladder, by the rules of who stands on current boards.

    ``hidden`` members are on no board, and neither are ``idle`` ones; ``away_from`` are the servers that the
    member has left, or was excluded from, and on whose boards they are not. An ended season is no current
    board: ask for it with ``idle`` false.
    """
    return not hidden and not idle and ladder.guild_id not in away_from


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
    return key in {_WORLD, _SERVERS} or any(
        form.fullmatch(key) is not None for form in (_CATEGORY, _SERVER, _SEASON, _XP)
    )
