"""Ladders: one member's standing, history and receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.actions.board_rows import PROVISIONAL_BELOW, Unlisted, why_unlisted
from bot.actions.rating import Moved, moved
from bot.storage import Database
from bot.storage.meanings import Asked
from bot.storage.ratings import Entry, Kind, RatingRow
from bot.storage.sightings import ANYWHERE
from ladder.standings import Ladder
from ladder.tiers import NextStep, Tier, next_step

RECENT = 31
"""Ratings on a card: those around the last thirty changes."""

RECEIPTS = 10
"""Receipts on one page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands on a ladder."""

    rank: int | None
    """Standard competition ranking: 1, 2, 2, 4; None for whoever is not listed."""
    rating: int
    answers: int
    correct: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Strength:
    """What a member is rated in a category."""

    slug: str
    rating: int
    provisional: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One member's standing."""

    member: int
    name: str | None
    world: Place | None
    world_size: int
    server: Place | None
    server_size: int
    title: Tier
    next: NextStep | None
    by_category: tuple[Strength, ...] = ()
    """The strongest first."""
    recent: tuple[int, ...] = ()
    """The latest ratings in the world, oldest first."""
    xp: int = 0
    """All the XP ever earned."""
    unlisted: Unlisted | None = None
    """Why there is no rank in the server, or else in the world."""

    @property
    def progress(self) -> float:
        """How much of the way from the title's floor to the next tier's the rating has gone, from 0 to 1."""
        above = self.title.above
        if above is None:
            return 1.0
        rating = self.world.rating if self.world is not None else 0
        done = (rating - self.title.floor) / (above.floor - self.title.floor)
        return min(max(done, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class History:
    """One member's rating in the world over time."""

    member: int
    name: str | None
    points: tuple[tuple[datetime, int], ...]
    """The rating before the first change and after each, and from when on, oldest first; none without a change."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why the rating in the world moved as it did."""

    kind: Kind
    """An answer, a review, a void of one, or a long silence."""
    stem: str
    """The question as it was served; empty for a silence."""
    correct: bool
    at: datetime
    moved: Moved


@dataclass(frozen=True, slots=True)
class Receipts:
    """A page of a member's receipts, the latest first."""

    member: int
    receipts: tuple[Receipt, ...]
    number: int
    """The page, from 0."""
    count: int


class Ladders:
    """What can be seen of one member's ratings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def card(self, member: int, guild: int | None) -> Card:
        """A member's standing in the world and, where there is one, in the server."""
        world, server = Ladder.world(), Ladder.server(guild) if guild is not None else None
        async with self._database.reading() as unit:
            rows = await unit.ratings.of(member)
            held = (await unit.matches.titles([member])).get(member)
            names = await unit.sightings.names(guild or ANYWHERE, [member])
            latest = (await unit.ratings.latest(member, world.key, RECENT - 1))[::-1]
            xp = await unit.experience.total(member)
            unlisted = await why_unlisted(unit, server or world, member)
        everywhere = await self._place(rows.get(world.key))
        here = await self._place(rows.get(server.key)) if server is not None else None
        size = self._database.standings.size
        earned = held.tier if held is not None else Tier.IRON
        rating = everywhere.rating if everywhere is not None else 0
        return Card(
            member=member,
            name=names.get(member),
            world=everywhere,
            world_size=await size(world.key),
            server=here,
            server_size=await size(server.key) if server is not None else 0,
            title=earned,
            next=next_step(rating, earned, beaten=held.beaten if held is not None else None),
            by_category=tuple(
                sorted(
                    (
                        Strength(slug, row.rating, provisional=row.evidence < PROVISIONAL_BELOW)
                        for key, row in rows.items()
                        if (slug := Ladder.parse(key).slug) is not None
                    ),
                    key=lambda one: -one.rating,
                )
            ),
            recent=(latest[0].rating_before, *(entry.rating_after for entry in latest)) if latest else (),
            xp=xp,
            unlisted=unlisted,
        )

    async def _place(self, row: RatingRow | None) -> Place | None:
        if row is None:
            return None
        return Place(
            rank=await self._database.standings.rank(row.ladder, row.rating) if row.listed else None,
            rating=row.rating,
            answers=row.answers,
            correct=row.correct,
            provisional=row.evidence < PROVISIONAL_BELOW,
        )

    async def history(self, member: int, guild: int | None) -> History:
        """Every rating the member had in the world; the server says under which name."""
        async with self._database.reading() as unit:
            names = await unit.sightings.names(guild or ANYWHERE, [member])
            world = Ladder.world().key
            course = await unit.ratings.course(member, world)
            points = [(at, before) for at, before, _ in course[:1]]
            for at, _, after in course:
                # Earlier versions kept when a poll was answered, and not when it was rated.
                points.append((max(at, points[-1][0]), after))
            return History(member, names.get(member), tuple(points))

    async def receipts(self, member: int, number: int) -> Receipts:
        """A page of why the member's rating in the world is what it is; a page past the end is the last."""
        async with self._database.reading() as unit:
            world = Ladder.world().key
            count = max(1, -(-await unit.ratings.length(member, world) // RECEIPTS))
            number = min(max(number, 0), count - 1)
            entries = await unit.ratings.latest(member, world, RECEIPTS, offset=number * RECEIPTS)
            served = await unit.meanings.get(entry.meaning for entry in entries if entry.meaning)
            return Receipts(member, tuple(_receipt(entry, served) for entry in entries), number, count)


def _receipt(entry: Entry, served: Mapping[str, Asked]) -> Receipt:
    asked = served.get(entry.meaning or "")
    stem = asked.stem if asked else ""
    return Receipt(entry.kind, stem, bool(entry.correct), entry.at, moved(entry))
