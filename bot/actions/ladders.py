"""Ladders: who stands where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.rating import Moved, moved
from bot.actions.refusals import Refusal
from bot.storage import Database, Unit
from bot.storage.meanings import Asked
from bot.storage.ratings import Entry, RatingRow
from bot.storage.sightings import ANYWHERE
from bot.words import N_
from ladder.experience import FIRST_CORRECT
from ladder.standings import Ladder, competition_ranks
from ladder.tiers import NextStep, Tier, next_step

PAGE = 10
"""Places on one page of a board."""

PROVISIONAL_BELOW = 30
"""The weight of evidence from which on a rating is shown without a question mark."""

RECENT = 31
"""Ratings on a card: those around the last thirty changes."""

RECEIPTS = 10
"""Receipts on one page."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands on a ladder."""

    rank: int
    """Standard competition ranking: 1, 2, 2, 4."""
    member: int
    name: str | None
    """As last seen; None for somebody never met under a name."""
    rating: int
    answers: int
    correct: int
    provisional: bool
    title: Tier
    """The title the member has earned, whatever the ladder."""


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a ladder, and where the viewer stands."""

    ladder: Ladder
    places: tuple[Place, ...]
    number: int
    """The page, from 0."""
    count: int
    size: int
    """How many stand on the ladder."""
    own: Place | None


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
    by_category: tuple[Place, ...]
    categories: tuple[str, ...]
    """The slugs to which `by_category` belongs, the strongest first."""
    recent: tuple[int, ...] = ()
    """The latest ratings in the world, oldest first."""

    @property
    def progress(self) -> float:
        """How much of the way from the title's floor to the next tier's the rating has gone, from 0 to 1."""
        above = self.title.above
        if above is None:
            return 1.0
        rating = self.world.rating if self.world is not None else 0
        done = (rating - self.title.floor) / (above.floor - self.title.floor)
        return min(max(done, 0.0), 1.0)

    @property
    def xp(self) -> int:
        """XP for first attempts."""
        # Each right first answer to a curated question is one on the world's ladder, and earns the same. Nothing
        # else earns XP yet; what reviews and servers' own lessons earn will be counted where it is written down.
        return FIRST_CORRECT * self.world.correct if self.world is not None else 0


@dataclass(frozen=True, slots=True)
class History:
    """One member's rating in the world over time."""

    member: int
    name: str | None
    points: tuple[tuple[datetime, int], ...]
    """The rating before the first change and after each, and from when on, oldest first; none without a change."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Why an answer moved the rating in the world as it did."""

    stem: str
    """The question as it was served."""
    correct: bool
    at: datetime
    moved: Moved


@dataclass(frozen=True, slots=True)
class Receipts:
    """A page of a member's receipts, the latest answer first."""

    member: int
    receipts: tuple[Receipt, ...]
    number: int
    """The page, from 0."""
    count: int


class Ladders:
    """What can be seen of the ladders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def board(self, ladder: Ladder, number: int, viewer: int) -> Board:
        """A page of the ladder; a page past the end is the last."""
        async with self._database.reading() as unit:
            size = await unit.ratings.size(ladder.key)
            count = max(1, -(-size // PAGE))
            number = min(max(number, 0), count - 1)
            rows = await unit.ratings.page(ladder.key, number * PAGE, PAGE)
            own = (await unit.ratings.of(viewer)).get(ladder.key)
            places = await _places(unit, ladder, rows, number * PAGE)
            mine = await _places(unit, ladder, [own]) if own is not None else [None]
            return Board(ladder, tuple(places), number, count, size, mine[0])

    async def page_of(self, ladder: Ladder, member: int) -> int:
        """The page, from 0, on which the member stands; the first for somebody without a place."""
        async with self._database.reading() as unit:
            own = (await unit.ratings.of(member)).get(ladder.key)
            ahead = await unit.ratings.ahead(ladder.key, own.rating, member) if own is not None else 0
            return ahead // PAGE

    async def card(self, member: int, guild: int | None) -> Card:
        """A member's standing in the world and, where there is one, in the server."""
        async with self._database.reading() as unit:
            rows = await unit.ratings.of(member)
            world, server = Ladder.world(), Ladder.server(guild) if guild is not None else None
            here = await self._place(unit, server, rows) if server is not None else None
            everywhere = await self._place(unit, world, rows)
            rating = everywhere.rating if everywhere is not None else 0
            held = (await unit.matches.titles([member])).get(member)
            earned = held.tier if held is not None else Tier.IRON
            strengths = sorted(
                (row for key, row in rows.items() if Ladder.parse(key).slug is not None),
                key=lambda row: -row.rating,
            )
            names = await unit.sightings.names(guild or ANYWHERE, [member])
            latest = (await unit.ratings.latest(member, world.key, RECENT - 1))[::-1]
            return Card(
                member=member,
                name=names.get(member),
                world=everywhere,
                world_size=await unit.ratings.size(world.key),
                server=here,
                server_size=await unit.ratings.size(server.key) if server is not None else 0,
                title=earned,
                next=next_step(rating, earned, beaten=held.beaten if held is not None else None),
                by_category=tuple(
                    [(await _places(unit, Ladder.parse(row.ladder), [row]))[0] for row in strengths]
                ),
                categories=tuple(Ladder.parse(row.ladder).slug or "" for row in strengths),
                recent=(latest[0].rating_before, *(entry.rating_after for entry in latest)) if latest else (),
            )

    async def history(self, member: int, guild: int | None) -> History:
        """Every rating the member had in the world; the server says under which name."""
        async with self._database.reading() as unit:
            names = await unit.sightings.names(guild or ANYWHERE, [member])
            course = await unit.ratings.course(member, Ladder.world().key)
            points = [(at, before) for at, before, _ in course[:1]] + [(at, after) for at, _, after in course]
            return History(member, names.get(member), tuple(points))

    async def receipts(self, member: int, number: int) -> Receipts:
        """A page of why the member's rating in the world is what it is; a page past the end is the last."""
        async with self._database.reading() as unit:
            world = Ladder.world().key
            count = max(1, -(-await unit.ratings.answers(member, world) // RECEIPTS))
            number = min(max(number, 0), count - 1)
            entries = await unit.ratings.latest(
                member, world, RECEIPTS, offset=number * RECEIPTS, kind="answer"
            )
            served = await unit.meanings.get(entry.meaning for entry in entries if entry.meaning)
            return Receipts(member, tuple(_receipt(entry, served) for entry in entries), number, count)

    async def _place(self, unit: Unit, ladder: Ladder, rows: dict[str, RatingRow]) -> Place | None:
        row = rows.get(ladder.key)
        return (await _places(unit, ladder, [row]))[0] if row is not None else None


def ladder_of(scope: str, guild: int | None) -> Ladder:
    """The ladder meant by a scope: ``server``, ``world`` or ``category:SLUG``."""
    if scope == "server":
        if guild is None:
            raise Refusal(N_("There is no server here. Open /ladder in a server, or look at the world's."))
        return Ladder.server(guild)
    if scope == "world":
        return Ladder.world()
    try:
        ladder = Ladder.parse(scope)
    except ValueError:
        ladder = None
    # A server's ladder and the names on it are for that server's members, however well the scope is spelt.
    if ladder is None or ladder.slug is None:
        raise Refusal(N_("There is no such ladder. Choose one from the list."))
    return ladder


def _receipt(entry: Entry, served: Mapping[str, Asked]) -> Receipt:
    asked = served.get(entry.meaning or "")
    return Receipt(asked.stem if asked else "", bool(entry.correct), entry.at, moved(entry))


async def _places(unit: Unit, ladder: Ladder, rows: Sequence[RatingRow], offset: int = 0) -> list[Place]:
    """Consecutive rows of a ladder, the first of which stands at this offset, with their ranks and names."""
    if not rows:
        return []
    # Whoever ties with the first row shares a rank that may have begun on an earlier page.
    first = 1 + await unit.ratings.above(ladder.key, rows[0].rating)
    names = await unit.sightings.names(ladder.guild_id or ANYWHERE, [row.member for row in rows])
    titles = await unit.matches.titles(row.member for row in rows)
    relative = competition_ranks(row.rating for row in rows)
    return [
        Place(
            rank=first if own == 1 else offset + own,
            member=row.member,
            name=names.get(row.member),
            rating=row.rating,
            answers=row.answers,
            correct=row.correct,
            provisional=row.evidence < PROVISIONAL_BELOW,
            title=titles[row.member].tier if row.member in titles else Tier.IRON,
        )
        for row, own in zip(rows, relative, strict=True)
    ]
