"""Promotions: titles that are told to a server that wants it, of members who do not hide."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.holdings import Holdings
from bot.storage import Database, Unit
from bot.storage.matches import TitleRow
from bot.storage.promotions import Promotion
from bot.storage.ratings import RatingRow
from ladder.match import Outcome
from ladder.standings import Ladder
from ladder.tiers import Tier

OLD = timedelta(days=1)
"""What is older is no news any more."""

_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Announcement:
    """A promotion that its server is to hear of."""

    promotion: Promotion
    channel: int
    name: str | None
    rating: int
    beaten: str | None
    """The title of the lesson whose machine was beaten for it, if that was the missing piece."""


async def note_promotions(
    unit: Unit,
    before: Mapping[int, TitleRow | None],
    after: Iterable[TitleRow],
    guilds: Mapping[int, int | None],
) -> None:
    """Note the titles that have risen, each for the server in which its member answered."""
    risen = [
        Promotion(title.member, guild, title.tier, title.changed_at)
        for title in after
        if (guild := guilds.get(title.member)) is not None and title.tier > _tier(before.get(title.member))
    ]
    if risen:
        await unit.promotions.add(risen)


def retitled(before: Mapping[int, TitleRow | None], after: Iterable[TitleRow]) -> set[int]:
    """The members whose title is of another tier than before."""
    return {title.member for title in after if title.tier is not _tier(before.get(title.member))}


def _tier(title: TitleRow | None) -> Tier:
    return title.tier if title is not None else Tier.IRON


class Promotions:
    """Which titles are announced, and where."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def to_announce(self) -> list[Announcement]:
        """What is to be announced, a few at once; what is not going to be is noted as told."""
        now = self._clock()
        async with self._database.reading() as unit:
            untold = await unit.promotions.untold(now - OLD, _AT_ONCE)
            blocked = await unit.blocked_channels.among(channel for _, channel in untold)
            found = [
                (one, None if channel in blocked else await self._announcement(unit, one, channel))
                for one, channel in untold
            ]
        for one, announcement in found:
            if announcement is None:
                await self.told(one)
        return [announcement for _, announcement in found if announcement is not None]

    async def told(self, one: Promotion) -> None:
        """It was announced, or is not going to be."""
        async with self._database.unit() as unit:
            await unit.promotions.told(one, self._clock())

    async def _announcement(self, unit: Unit, one: Promotion, channel: int) -> Announcement | None:
        """None for a title that is not held any more, and for a member who is on no board there."""
        held = (await unit.matches.titles([one.member])).get(one.member)
        world = (await unit.ratings.of(one.member)).get(Ladder.world().key)
        if held is None or held.tier is not one.tier or world is None or not await _shown(unit, one, world):
            return None
        wins = [
            match
            for match in await unit.matches.of([one.member])
            if match.outcome is Outcome.WIN and match.settled_at == one.earned_at
        ]
        lesson = self._library.curated.find(wins[0].lesson) if wins else None
        names = await unit.sightings.names(one.guild, [one.member])
        return Announcement(
            one, channel, names.get(one.member), world.rating, lesson.title if lesson is not None else None
        )


async def _shown(unit: Unit, one: Promotion, world: RatingRow) -> bool:
    absence = (await unit.listing.absences([one.member])).get(one.member)
    return world.listed and (absence is None or one.guild not in absence.away_from)
