"""Rows of boards: what is shown of whoever stands there, and of the viewer, who may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.storage import Unit
from bot.storage.experience import EVERYWHERE
from bot.storage.sightings import ANYWHERE
from bot.storage.standings import Ranked, Spot
from bot.storage.trends import Earlier
from ladder.rating import Standing, blend
from ladder.standings import Ladder
from ladder.tiers import Tier

PROVISIONAL_BELOW = 30
"""The weight of evidence from which on a rating is shown without a question mark."""

TREND = timedelta(days=7)
"""How far back a trend goes."""

_WORLD = Ladder.world().key


class Unlisted(Enum):
    """Why somebody has no place on a board."""

    HIDDEN = "hidden"
    EXCLUDED = "excluded"
    DEPARTED = "departed"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Row:
    """One place on a board: a member's, or a server's on the board of servers."""

    rank: int
    """Standard competition ranking: 1, 2, 2, 4."""
    member: int
    name: str | None
    """As last seen; None for somebody never met under a name."""
    points: int
    """The rating; beside the ladders of ratings, XP or a server's score."""
    answers: int | None = None
    """This and the following are of ladders of ratings alone."""
    provisional: bool = False
    title: Tier | None = None
    """The title the member has earned, whatever the ladder."""
    trend: int | None = None
    """Rating points gained in seven days; None where there is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Own:
    """What a viewer, or the viewer's server on the board of servers, would stand there by."""

    spot: Spot
    listed: bool
    provisional: bool = False


def is_rated(ladder: Ladder) -> bool:
    """Whether people stand on it by their ratings."""
    return ladder.week is None and not ladder.of_servers


async def rows_of(
    unit: Unit, ladder: Ladder, ranked: Sequence[Ranked], now: datetime | None, *, abroad: bool = False
) -> tuple[Row, ...]:
    """What is shown of each; trends are those up to ``now``, and there are none without it.

    ``abroad`` people are called as they are outside of the ladder's server, and not by what they are called there.
    """
    members = [one.member for one in ranked]
    if ladder.of_servers:
        names = await unit.servers.names(members)
    else:
        home = ANYWHERE if abroad else ladder.guild_id or ANYWHERE
        names = await unit.sightings.names(home, members)
    if not is_rated(ladder):
        return tuple(Row(one.rank, one.member, names.get(one.member), one.points) for one in ranked)
    rated = await unit.trends.rows(ladder.key, members)
    titles = await unit.matches.titles(members)
    before = await _ratings_before(unit, ladder, members, now - TREND) if now is not None else {}
    return tuple(
        Row(
            one.rank,
            one.member,
            names.get(one.member),
            one.points,
            answers=rated[one.member].answers if one.member in rated else 0,
            provisional=one.member in rated and rated[one.member].evidence < PROVISIONAL_BELOW,
            title=titles[one.member].tier if one.member in titles else Tier.IRON,
            trend=one.points - before[one.member] if one.member in before else None,
        )
        for one in ranked
    )


async def _ratings_before(unit: Unit, ladder: Ladder, members: Sequence[int], at: datetime) -> dict[int, int]:
    """What was shown of each at that moment; of who came later, what was shown first."""
    ladders = [ladder.key, _WORLD] if ladder.is_server else [ladder.key]
    earlier = await unit.trends.earlier(ladders, members, at)
    return {
        member: _blended(one, earlier.get((member, _WORLD))) if ladder.is_server else one.rating
        for member in members
        if (one := earlier.get((member, ladder.key))) is not None
    }


def _blended(here: Earlier, world: Earlier | None) -> int:
    # The entry tells what was shown after its own answer, and answers elsewhere have moved that since.
    if not here.begun:
        return here.rating
    whole = Standing(world.estimate, world.evidence) if world is not None and world.begun else None
    return blend(whole, Standing(here.estimate, here.evidence)).rating


async def own_of(unit: Unit, ladder: Ladder, guild: int | None, viewer: int) -> Own | None:
    """What the viewer would stand there by, if anything."""
    if ladder.of_servers:
        server = await unit.servers.get(guild) if guild is not None else None
        return Own(server.spots[0], listed=True) if server is not None and server.spots else None
    if ladder.week is not None:
        earned = await unit.experience.of([viewer], [ladder.week])
        row = next((one for one in earned if one.guild == (ladder.guild_id or EVERYWHERE)), None)
        return Own(row.spot, row.listed) if row is not None else None
    rated = (await unit.trends.rows(ladder.key, [viewer])).get(viewer)
    if rated is None:
        return None
    return Own(rated.spot, rated.listed, provisional=rated.evidence < PROVISIONAL_BELOW)


async def why_unlisted(unit: Unit, ladder: Ladder, member: int) -> Unlisted | None:
    """Why the member is not on the board, although an answer was given or may be; None if it would make a place."""
    absence = (await unit.listing.absences([member])).get(member)
    if absence is not None and absence.hidden:
        return Unlisted.HIDDEN
    reasons = (
        {why for where, why, _ in absence.reasons if where == ladder.guild_id} if absence else set[str]()
    )
    if "excluded" in reasons:
        return Unlisted.EXCLUDED
    if "departed" in reasons:
        return Unlisted.DEPARTED
    activity = (await unit.listing.activity([member])).get(member)
    return Unlisted.IDLE if activity is not None and activity.idle else None
