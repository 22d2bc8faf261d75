"""Boards: who stands where, page by page and around one's own place, and under which name."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.actions.board_rows import Row, Unlisted
from bot.actions.boards import NEIGHBOURS, PAGE, Boards, ladder_of
from bot.actions.listing import depart, hide, show
from bot.actions.refusals import Refusal
from bot.storage import Database
from bot.storage.sightings import ANYWHERE
from ladder.rating import Standing, blend
from ladder.standings import Ladder
from ladder.tiers import Tier
from tests.actions.school import ADA, GUILD, KOFI, MATEO, OTHER_GUILD, School
from tests.actions.seating import NOON, call, seat, write_journal
from tests.actions.test_evidence import solve
from tests.conftest import HandClock


@pytest.fixture
def boards(database: Database, clock: HandClock) -> Boards:
    return Boards(database, clock)


def plain_ranks(ratings: Sequence[int]) -> dict[int, int]:
    """Each member's rank by counting who is better."""
    return {ADA + n: 1 + sum(other > one for other in ratings) for n, one in enumerate(ratings)}


_guilds = itertools.count(GUILD + 1000)


@settings(max_examples=15)
@given(ratings=st.lists(st.integers(1500, 1504), min_size=1, max_size=37))
@example(ratings=[1500] * 25)
@example(ratings=[1501] * 9 + [1500] * 3)
@example(ratings=[1502] * 10 + [1501] * 10 + [1500])
def test_pages_ranks_and_neighbours_with_many_ties_are_those_of_a_plain_sort(
    url: URL, ratings: list[int]
) -> None:
    async def run() -> None:
        database = Database(url)
        try:
            guild, boards = next(_guilds), Boards(database, lambda: NOON)
            await seat(database, Ladder.server(guild), ratings)
            pages = -(-len(ratings) // PAGE)
            seen: list[Row] = []
            for number in range(pages):
                board = await boards.page("server", guild, number)
                assert (board.number, board.count, board.size) == (number, pages, len(ratings))
                ties = len({row.rank for row in board.rows}) < len(board.rows)
                assert board.has_ties is ties
                seen += board.rows
            ranks = plain_ranks(ratings)
            assert {row.member: row.rank for row in seen} == ranks
            assert len(seen) == len(ratings)
            assert [row.points for row in seen] == sorted(ratings, reverse=True)
            order = [row.member for row in seen]
            for number in {0, len(ratings) // 2, len(ratings) - 1}:
                member = ADA + number
                board = await boards.around("server", guild, member)
                at = order.index(member)
                assert board.rows == tuple(seen[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1])
                assert (board.around, board.number) == (True, at // PAGE)
                assert board.own is not None
                assert (board.own.member, board.own.rank, board.own.points) == (
                    member,
                    ranks[member],
                    ratings[number],
                )
        finally:
            await database.close()

    asyncio.run(run())


async def test_a_page_past_the_end_is_the_last_and_one_before_the_first_is_the_first(
    database: Database, boards: Boards
) -> None:
    await seat(database, Ladder.world(), list(range(1100, 1123)))
    last = await boards.page("world", GUILD, 99, ADA)
    assert (last.number, last.count, [row.points for row in last.rows]) == (2, 3, [1102, 1101, 1100])
    assert [row.rank for row in last.rows] == [21, 22, 23]
    assert (await boards.page("world", None, -1, ADA)).number == 0


async def test_an_empty_ladder_has_one_empty_page(boards: Boards) -> None:
    for scope in ("server", "world", "category:logic", "xp", "servers"):
        board = await boards.page(scope, GUILD, 3, ADA)
        assert (board.rows, board.number, board.count, board.size) == ((), 0, 1, 0), scope
        assert (board.own, board.unlisted, board.has_ties) == (None, None, False), scope


async def test_whoever_has_no_place_sees_the_board_without_one(database: Database, boards: Boards) -> None:
    await seat(database, Ladder.world(), [1500])
    await seat(database, Ladder.server(GUILD), [1500], first=KOFI)
    board = await boards.page("world", GUILD, 0, KOFI)
    assert [row.member for row in board.rows] == [ADA]
    assert (board.own, board.unlisted) == (None, None)
    first = await boards.around("world", GUILD, KOFI)
    assert (first.around, first.rows) == (False, board.rows)


async def test_a_row_tells_answers_title_and_whether_the_rating_is_still_thin(
    database: Database, boards: Boards
) -> None:
    await seat(database, Ladder.world(), [1500], evidence=29.9)
    await seat(database, Ladder.world(), [1400], evidence=30.0, first=KOFI)
    board = await boards.page("world", None, 0, ADA)
    assert [row.provisional for row in board.rows] == [True, False]
    assert [(row.answers, row.title, row.trend) for row in board.rows] == [(10, Tier.IRON, None)] * 2
    assert board.own is not None
    assert board.own.provisional


async def test_a_server_knows_its_nicknames_and_the_world_peoples_own_names(
    database: Database, boards: Boards
) -> None:
    for ladder in (Ladder.world(), Ladder.server(GUILD), Ladder.server(OTHER_GUILD)):
        await seat(database, ladder, [1503, 1502, 1501])
    await call(database, ANYWHERE, ADA, "Ada")
    await call(database, GUILD, ADA, "The Countess")
    await call(database, ANYWHERE, KOFI, "Kofi")

    async def names(scope: str, guild: int) -> list[str | None]:
        return [row.name for row in (await boards.page(scope, guild, 0, ADA)).rows]

    assert await names("server", GUILD) == ["The Countess", "Kofi", None]
    assert await names("server", OTHER_GUILD) == ["Ada", "Kofi", None]
    assert await names("world", GUILD) == ["Ada", "Kofi", None]


WEEK = timedelta(days=7)


async def test_a_trend_is_the_rating_now_less_what_was_shown_seven_days_ago(
    database: Database, boards: Boards, clock: HandClock
) -> None:
    began, rose, fell = Standing(1200, 0), Standing(1400, 60), Standing(1300, 80)
    old, new = clock.now - WEEK, clock.now - WEEK + timedelta(seconds=1)
    for ladder, scope in ((Ladder.world(), "world"), (Ladder.category("logic"), "category:logic")):
        await seat(database, ladder, {ADA: 1390, KOFI: fell.rating, MATEO: 1250})
        await write_journal(database, ADA, ladder, {old - WEEK: began, old: rose, new: fell}, began=began)
        await write_journal(database, KOFI, ladder, {new: rose, clock.now: fell}, began=began)
        board = await boards.page(scope, None, 0)
        trends = {row.member: row.trend for row in board.rows}
        assert trends == {
            ADA: 1390 - rose.rating,
            KOFI: fell.rating - began.rating,  # whoever came since then is compared with the beginning
            MATEO: None,
        }


async def test_a_servers_trend_compares_blends_so_answers_elsewhere_move_it_too(
    database: Database, boards: Boards, clock: HandClock
) -> None:
    old, new = clock.now - WEEK - timedelta(hours=1), clock.now - timedelta(hours=1)
    world_then, world_now = Standing(1500, 40), Standing(1620, 60)
    here = Standing(1400, 10)
    now = blend(world_now, here).rating
    await seat(database, Ladder.world(), [world_now.rating])
    await seat(database, Ladder.server(GUILD), {ADA: now, KOFI: 1300})
    await write_journal(
        database, ADA, Ladder.world(), {old: world_then, new: world_now}, began=Standing(1450, 39)
    )
    await write_journal(database, ADA, Ladder.server(GUILD), {old: here}, began=Standing(1450, 9))
    await write_journal(
        database, KOFI, Ladder.server(GUILD), {new: Standing(1310, 1)}, began=Standing(1250, 0)
    )
    board = await boards.page("server", GUILD, 0)
    trends = {row.member: row.trend for row in board.rows}
    assert trends == {ADA: now - blend(world_then, here).rating, KOFI: 1300 - Standing(1250, 0).rating}
    assert trends[ADA] != 0


async def test_real_answers_give_the_trend_that_a_member_saw(school: School, clock: HandClock) -> None:
    """The blend of a week ago is reckoned anew, and is what was shown then."""
    opened = await school.quiz(ADA)
    await school.solve(opened.quiz.id, ADA)
    await school.solve(opened.quiz.id, ADA, right=False)
    shown = {key: row.rating for key, row in (await school.ratings(ADA)).items()}
    clock.forward(days=7, hours=1)
    other = await school.quiz(ADA, "chance", guild=OTHER_GUILD)
    await school.solve(other.quiz.id, ADA)
    stands = await school.ratings(ADA)
    for scope, ladder in (
        ("server", Ladder.server(GUILD)),
        ("world", Ladder.world()),
        ("category:logic", Ladder.category("logic")),
    ):
        (row,) = (await school.actions.boards.page(scope, GUILD, 0)).rows
        assert row.points == stands[ladder.key].rating
        assert row.trend == row.points - shown[ladder.key]


async def test_the_weeks_xp_is_this_servers_here_and_everybodys_outside(
    school: School, clock: HandClock
) -> None:
    clock.now = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
    opened = await school.quiz(ADA)
    for _ in range(3):
        await school.solve(opened.quiz.id, ADA)
    other = await school.quiz(KOFI, guild=OTHER_GUILD)
    for _ in range(4):
        await school.solve(other.quiz.id, KOFI)
    for member, name in ((ADA, "Ada"), (KOFI, "Kofi")):
        await call(school.database, ANYWHERE, member, name)
    here = await school.actions.boards.page("xp", GUILD, 0, ADA)
    assert here.ladder == Ladder.xp(datetime(2026, 3, 2, tzinfo=UTC).date(), GUILD)
    assert [(row.rank, row.name, row.points) for row in here.rows] == [(1, "Ada", 30)]
    assert here.own is not None
    assert (here.own.rank, here.own.points) == (1, 30)
    world = await school.actions.boards.page("xp", None, 0, ADA)
    assert [(row.rank, row.name, row.points) for row in world.rows] == [(1, "Kofi", 40), (2, "Ada", 30)]
    around = await school.actions.boards.around("xp", None, ADA)
    assert (around.around, around.rows, around.own) == (True, world.rows, world.own)
    clock.forward(days=7)
    assert (await school.actions.boards.page("xp", None, 0, ADA)).rows == ()


async def test_a_season_has_its_own_board_while_it_runs_and_afterwards(
    school: School, clock: HandClock
) -> None:
    boards, seasons = school.actions.boards, school.actions.seasons
    nothing = await boards.page("season", GUILD, 0, ADA)
    assert (nothing.ladder, nothing.rows, nothing.season) == (None, (), None)
    assert await boards.around("season", GUILD, ADA) == nothing
    started = await seasons.start(GUILD, by=MATEO, name="Spring", days=10)
    opened = await school.quiz(ADA)
    await school.solve(opened.quiz.id, ADA)
    running = await boards.page("season", GUILD, 0, ADA)
    assert running.season is not None
    assert (running.season.name, running.is_over) == ("Spring", False)
    assert [row.member for row in running.rows] == [ADA]
    assert running.rows[0].trend is not None
    clock.forward(days=10)
    await seasons.end_due()
    assert (await boards.page("season", GUILD, 0, ADA)).ladder is None
    over = await boards.page(f"season:{started.id}", GUILD, 0, ADA)
    assert over.is_over
    assert [(row.member, row.points, row.trend) for row in over.rows] == [(ADA, running.rows[0].points, None)]


async def test_a_season_of_another_server_is_none_of_this_ones(school: School) -> None:
    started = await school.actions.seasons.start(OTHER_GUILD, by=MATEO, name="Theirs", days=10)
    for scope in (f"season:{started.id}", "season:999", "season:", "season:x", f"season:{10**30}"):
        with pytest.raises(Refusal, match="no such season"):
            await school.actions.boards.page(scope, GUILD, 0, ADA)
    with pytest.raises(Refusal, match="no server here"):
        await school.actions.boards.page(f"season:{started.id}", None, 0, ADA)


async def test_a_hidden_member_is_on_no_board_and_is_told_so(database: Database, boards: Boards) -> None:
    for ladder in (Ladder.world(), Ladder.server(GUILD)):
        await seat(database, ladder, {ADA: 1500, KOFI: 1400})
    async with database.unit() as unit:
        await hide(unit, ADA, NOON)
    for scope in ("world", "server"):
        board = await boards.page(scope, GUILD, 0, ADA)
        assert [row.member for row in board.rows] == [KOFI]
        assert (board.rows[0].rank, board.own, board.unlisted) == (1, None, Unlisted.HIDDEN)
        assert not (await boards.around(scope, GUILD, ADA)).around
    assert (await boards.page("category:logic", GUILD, 0, ADA)).unlisted is Unlisted.HIDDEN
    async with database.unit() as unit:
        await show(unit, ADA, NOON)
    assert (await boards.page("world", GUILD, 0, ADA)).unlisted is None


async def test_a_departed_member_leaves_that_servers_boards_until_the_next_answer_there(
    school: School,
) -> None:
    boards = school.actions.boards
    for guild, lesson in ((GUILD, "logic"), (OTHER_GUILD, "chance")):
        opened = await school.quiz(ADA, lesson, guild=guild)
        await school.solve(opened.quiz.id, ADA)
    await boards.departed(GUILD, ADA)
    for scope in ("server", "xp"):
        gone = await boards.page(scope, GUILD, 0, ADA)
        assert (gone.rows, gone.unlisted) == ((), Unlisted.DEPARTED)
    for scope, guild in (("server", OTHER_GUILD), ("world", GUILD)):
        assert [row.member for row in (await boards.page(scope, guild, 0, ADA)).rows] == [ADA]
    await solve(school, ADA)  # a whole quiz: the first of its questions may be the one answered before
    back = await boards.page("server", GUILD, 0, ADA)
    assert ([row.member for row in back.rows], back.unlisted) == ([ADA], None)


async def test_an_excluded_member_is_told_so_before_any_answer(database: Database, boards: Boards) -> None:
    async with database.unit() as unit:
        await unit.listing.put(ADA, GUILD, "excluded", NOON, by=MATEO)
        await depart(unit, GUILD, KOFI, NOON)
    assert (await boards.page("server", GUILD, 0, ADA)).unlisted is Unlisted.EXCLUDED
    assert (await boards.page("world", GUILD, 0, ADA)).unlisted is None
    assert (await boards.page("server", GUILD, 0, KOFI)).unlisted is None, "one answer is all it takes"


async def test_an_idle_member_is_told_that_an_answer_brings_the_place_back(
    school: School, clock: HandClock
) -> None:
    opened = await school.quiz(ADA)
    await school.solve(opened.quiz.id, ADA)
    clock.forward(days=91)
    await school.actions.listing.leave_idle()
    for scope in ("server", "world", "category:logic"):
        board = await school.actions.boards.page(scope, GUILD, 0, ADA)
        assert (board.rows, board.own, board.unlisted) == ((), None, Unlisted.IDLE)


def test_a_scope_names_a_ladder() -> None:
    assert ladder_of("server", GUILD) == Ladder.server(GUILD)
    assert ladder_of("world", GUILD) == ladder_of("world", None) == Ladder.world()
    assert ladder_of("category:machine-learning", None) == Ladder.category("machine-learning")
    assert ladder_of("servers", None) == Ladder.servers()


@pytest.mark.parametrize(
    "scope", ["", "galaxy", "category:", "category:Not A Slug", "server:", "server:0", "xp:2026-03-02"]
)
def test_a_scope_that_names_none_is_refused(scope: str) -> None:
    with pytest.raises(Refusal, match="no such ladder"):
        ladder_of(scope, GUILD)


def test_a_servers_ladder_is_not_shown_to_another_server() -> None:
    with pytest.raises(Refusal):
        ladder_of(f"server:{OTHER_GUILD}", GUILD)


def test_outside_a_server_the_servers_ladder_is_refused_with_the_way_on() -> None:
    with pytest.raises(Refusal, match="no server here"):
        ladder_of("server", None)
