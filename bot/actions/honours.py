"""Honours: who is remembered when a season ends, by what they did in it."""

from collections.abc import Callable, Iterable, Sequence

from bot.storage.seasons import Deeds, Honour, HonourKind
from bot.storage.standings import Spot
from ladder.standings import competition_ranks

PLACES = 3
"""How many places of a season are remembered."""

MOST_SHARING = 10
"""What more than so many would have to share is no honour, and nobody is given it."""

FEWEST_DAYS = 2
"""On how many days the most faithful has answered, at least."""


def honours_of(season: int, deeds: Sequence[Deeds]) -> list[Honour]:
    """What is won in a season by those who stand on its ladder, besides places.

    Equals share. The biggest climber gained at least a point; the most faithful answered on the most days, on two
    at least, and of those who are equal in that the most often.
    """
    return [
        *_best(season, "climber", deeds, least=1, by=lambda one: (one.climbed,)),
        *_best(season, "faithful", deeds, least=FEWEST_DAYS, by=lambda one: (one.days, one.answers)),
    ]


def places_of(season: int, top: Sequence[Spot]) -> Iterable[Honour]:
    """The first three places of a season's final standings, given from the highest rating down.

    Equals share: two on the second place leave no third. They are read off the standings each time, so that the
    two always agree, whoever hides or shows again.
    """
    ranks = competition_ranks(one.points for one in top)
    for place in range(1, PLACES + 1):
        sharing = [one for rank, one in zip(ranks, top, strict=True) if rank == place]
        if len(sharing) <= MOST_SHARING:
            yield from (Honour(season, "place", one.member, place, one.points) for one in sharing)


def _best(
    season: int,
    kind: HonourKind,
    deeds: Sequence[Deeds],
    *,
    least: int,
    by: Callable[[Deeds], tuple[int, ...]],
) -> Iterable[Honour]:
    best = max((by(one) for one in deeds), default=(0,))
    sharing = [one for one in deeds if by(one) == best]
    if best[0] >= least and len(sharing) <= MOST_SHARING:
        yield from (Honour(season, kind, one.member, 1, best[0]) for one in sharing)
