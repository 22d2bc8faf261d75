"""Boards: who stands where on a ladder, page by page or around one's own place."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.actions.board_rows import Own, Row, Unlisted, own_of, rows_of, why_unlisted
from bot.actions.listing import depart
from bot.actions.refusals import NotAllowed, Refusal
from bot.storage import Database, Unit
from bot.storage.seasons import Season
from bot.storage.standings import Page
from bot.words import N_
from ladder.experience import week_of
from ladder.standings import Ladder

PAGE = 10
"""Places on one page of a board."""

NEIGHBOURS = 5
"""Places shown above one's own, and below."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where the viewer stands, or the viewer's server on the board of servers."""

    member: int
    rank: int
    points: int
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Part of a board, and where the viewer stands."""

    scope: str
    """As it was asked for."""
    ladder: Ladder | None = None
    """None where no season runs."""
    rows: tuple[Row, ...] = ()
    number: int = 0
    """The page, from 0."""
    count: int = 1
    size: int = 0
    """How many stand on the whole of it."""
    around: bool = False
    """Whether the rows are those around the viewer's place, instead of a page."""
    own: OwnPlace | None = None
    unlisted: Unlisted | None = None
    """Why the viewer has no place, unless an answer is all that is missing."""
    season: Season | None = None
    """On a season's board."""
    competes: bool = False
    """On the board of servers, whether the viewer's takes part."""
    server: str | None = None
    """The name of another server than the viewer's, where the board is that one's."""

    @property
    def has_ties(self) -> bool:
        """Whether rows that are shown share a rank."""
        return any(one.rank == two.rank for one, two in pairwise(self.rows))

    @property
    def is_over(self) -> bool:
        """Whether it never changes any more."""
        return self.season is not None and self.season.ended_at is not None


class Boards:
    """Every board there is, by its scope.

    A scope is ``server``, ``world``, ``category:SLUG``, ``season`` for the one that runs, ``season:ID``, ``xp``
    for this week's, or ``servers``. A server's boards and the names on them are for its own members, so no scope
    names another server; outside of servers ``xp`` is everywhere's. Where a server's moderators have opened its
    ladder, everybody may look at it with `abroad`.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def page(self, scope: str, guild: int | None, number: int, viewer: int | None = None) -> Board:
        """A page of the board, from 0; a page past the end is the last."""
        board = await self._find(scope, guild)
        ladder = board.ladder
        if ladder is None:
            return board
        board, page = await self._turned(board, ladder, number)
        return await self._filled(board, ladder, page, guild, viewer)

    async def abroad(self, guild: int, number: int, viewer: int) -> Board:
        """A page of the ladder of another server than the viewer's, with names that are known outside of it."""
        async with self._database.reading() as unit:
            name = await unit.servers.open_ladder(guild)
        if name is None:
            raise NotAllowed(
                N_(
                    "This server's ladder is for its members alone: they see it there, with /ladder. Choose another from the list."
                )
            )
        ladder = Ladder.server(guild)
        board, page = await self._turned(Board("server", ladder, server=name), ladder, number)
        return await self._filled(board, ladder, page, guild, viewer)

    async def around(self, scope: str, guild: int | None, viewer: int) -> Board:
        """The viewer's place with its neighbours; the first page for somebody without a place."""
        board = await self._find(scope, guild)
        if board.ladder is None:
            return board
        async with self._database.reading() as unit:
            own = await own_of(unit, board.ladder, guild, viewer)
        if own is None or not own.listed:
            return await self.page(scope, guild, 0, viewer)
        standings = self._database.standings
        rows = await standings.around(*own.spot, each=NEIGHBOURS)
        ahead = await standings.ahead(*own.spot)
        page = Page(await standings.size(board.ladder.key), rows)
        number = ahead // PAGE
        return await self._filled(
            replace(board, number=number, around=True), board.ladder, page, guild, viewer
        )

    async def departed(self, guild: int, member: int) -> None:
        """Take a member who is no longer in the server off its boards; an answer there brings them back."""
        async with self._database.unit() as unit:
            await depart(unit, guild, member, self._clock())

    async def _turned(self, board: Board, ladder: Ladder, number: int) -> tuple[Board, Page]:
        """The board at that page, or at the last, and who stands on it."""
        standings = self._database.standings
        number = max(number, 0)
        page = await standings.page(ladder.key, number * PAGE, PAGE)
        count = max(1, -(-page.size // PAGE))
        if number >= count:
            number = count - 1
            page = await standings.page(ladder.key, number * PAGE, PAGE)
        return replace(board, number=number), page

    async def _filled(
        self, board: Board, ladder: Ladder, page: Page, guild: int | None, viewer: int | None
    ) -> Board:
        """The board with these rows and whatever else is shown."""
        async with self._database.reading() as unit:
            rows = await rows_of(
                unit,
                ladder,
                page.rows,
                None if board.is_over else self._clock(),
                abroad=board.server is not None,
            )
            own = await own_of(unit, ladder, guild, viewer) if viewer is not None else None
            listed = own is not None and own.listed
            filled = replace(
                board,
                rows=rows,
                size=page.size,
                count=max(1, -(-page.size // PAGE)),
                unlisted=await _why(unit, ladder, viewer, own) if viewer is not None and not listed else None,
                competes=await _competes(unit, guild) if ladder.of_servers else False,
            )
        if own is None or not own.listed:
            return filled
        rank = await self._database.standings.rank(own.spot.ladder, own.spot.points)
        return replace(
            filled, own=OwnPlace(own.spot.member, rank, own.spot.points, provisional=own.provisional)
        )

    async def _find(self, scope: str, guild: int | None) -> Board:
        """The board that is meant, with nothing on it yet."""
        if scope == "xp":
            return Board(scope, Ladder.xp(week_of(self._clock()).date(), guild))
        kind, _, id = scope.partition(":")
        if kind != "season":
            return Board(scope, ladder_of(scope, guild))
        if guild is None:
            raise Refusal(_NO_SERVER)
        async with self._database.reading() as unit:
            if scope == "season":
                season = (await unit.seasons.running([guild])).get(guild)
                return Board(scope, season.ladder if season is not None else None, season=season)
            season = await unit.seasons.get(guild, int(id)) if id.isdecimal() and len(id) < 19 else None
        if season is None:
            raise Refusal(N_("There is no such season here. Choose one from the list."))
        return Board(scope, season.ladder, season=season)


_NO_SERVER = N_("There is no server here. Open /ladder in a server, or look at the world's.")


def ladder_of(scope: str, guild: int | None) -> Ladder:
    """The ladder meant by a scope that is no season's and no week's."""
    if scope == "server":
        if guild is None:
            raise Refusal(_NO_SERVER)
        return Ladder.server(guild)
    if scope == "world":
        return Ladder.world()
    if scope == "servers":
        return Ladder.servers()
    try:
        ladder = Ladder.parse(scope)
    except ValueError:
        ladder = None
    # A server's ladder and the names on it are for that server's members, however well the scope is spelt.
    if ladder is None or ladder.slug is None:
        raise Refusal(N_("There is no such ladder. Choose one from the list."))
    return ladder


async def _why(unit: Unit, ladder: Ladder, viewer: int, own: Own | None) -> Unlisted | None:
    if ladder.of_servers:
        return None
    why = await why_unlisted(unit, ladder, viewer)
    # Whoever has never answered there is missing an answer, which also ends an idle time or an absence.
    return why if own is not None or why in {Unlisted.HIDDEN, Unlisted.EXCLUDED} else None


async def _competes(unit: Unit, guild: int | None) -> bool:
    server = await unit.servers.get(guild) if guild is not None else None
    return server is not None and server.competes
