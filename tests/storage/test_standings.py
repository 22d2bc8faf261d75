"""The boards are read as a sort of everybody would show them, whoever moves meanwhile and however many are equal."""

import asyncio
import itertools
import random
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.storage import Database, DatabaseUnavailable, fetching, standings
from bot.storage.standings import Page, Ranked, Spot

_boards = itertools.count(1)
"""Every example has boards of its own."""

# Few values for many people, so that most are equal to somebody; around the edges of the wide buckets.
points = st.sampled_from([-65, -64, -1, 0, 1, 62, 63, 64, 65, 127, 128, 1200, 1201, 1279, 1280, 4000])
# Ids of several ages, around their edges, and older and younger than any of Discord's.
_AGE = 2**57
ids = st.sampled_from(
    [
        *range(1, 9),
        *range(_AGE - 2, _AGE + 2),
        *range(10 * _AGE, 10 * _AGE + 6),
        *range(63 * _AGE - 2, 63 * _AGE + 2),
        *(2**62, 2**63 - 2),
    ]
)
moves = st.dictionaries(st.tuples(st.integers(0, 2), ids), st.none() | points, min_size=1, max_size=20)
stories = st.lists(st.tuples(moves, moves), min_size=1, max_size=6)


class Boards:
    """What three boards should look like, as plain Python sees it."""

    def __init__(self, number: int) -> None:
        self.names = [f"server:{number}", f"server:{number}1", f"category:{number}"]
        self.points: dict[tuple[int, int], int] = {}

    def turn(self, moves: dict[tuple[int, int], int | None]) -> tuple[list[Spot], list[Spot]]:
        """Enter, leave or change points, whoever is named; the places left and taken by that."""
        left = [self.spot(*who) for who in moves if who in self.points]
        for who, now in moves.items():
            self.points.pop(who, None)
            if now is not None:
                self.points[who] = now
        return left, [self.spot(*who) for who in moves if who in self.points]

    def spot(self, board: int, member: int) -> Spot:
        return Spot(self.names[board], self.points[board, member], member)

    def order(self, board: int) -> list[Ranked]:
        """The whole board by sorting, with the ranks that a person would give by hand."""
        rows = sorted(
            ((points, member) for (on, member), points in self.points.items() if on == board), reverse=True
        )
        return [
            Ranked(1 + sum(other > points for other, _ in rows), points, member) for points, member in rows
        ]


async def move(database: Database, left: Iterable[Spot], taken: Iterable[Spot]) -> None:
    async with database.unit() as unit:
        await unit.standings.move(left, taken)


async def counted(database: Database) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The histogram's levels as they are kept, and as the places themselves count.

    The ids of equals are told apart by age on the boards of everybody, and on no others.
    """
    async with database.reading() as unit:
        kept = await unit.standings._connection.execute(
            text("SELECT ladder, width, bucket, members FROM histogram WHERE members <> 0")
        )
        levels = [
            await unit.standings._connection.execute(
                text(f"SELECT ladder, {width}, {bucket}, count(*) FROM places WHERE {where} GROUP BY 1, 3")
            )
            for width, bucket, where in (
                (1, "points", "true"),
                (64, "points >> 6", "true"),
                (0, f"points * 64 + member / {_AGE}", "ladder = 'global' OR ladder LIKE 'category:%'"),
            )
        ]
    return sorted(map(tuple, kept)), sorted(tuple(row) for level in levels for row in level)


@settings(
    max_examples=25,
)
@given(story=stories, shortcuts=st.booleans())
def test_every_rank_page_and_neighbour_is_what_sorting_gives(
    url: URL, story: Sequence[tuple[dict[tuple[int, int], int | None], ...]], shortcuts: bool
) -> None:
    async def run() -> None:
        processes = [Database(url), Database(url)]
        try:
            boards = Boards(next(_boards))
            for number, turns in enumerate(story):
                await asyncio.gather(
                    *(
                        # As in the bot, where a unit locks its members, nobody is moved by two units at once.
                        move(
                            process,
                            *boards.turn({who: to for who, to in turn.items() if who[1] % 2 == parity}),
                        )
                        for parity, (process, turn) in enumerate(zip(processes, turns, strict=True))
                    )
                )
                await check(processes[number % 2], boards)
            kept, right = await counted(processes[0])
            assert kept == right
        finally:
            for process in processes:
                await process.close()

    with pytest.MonkeyPatch.context() as patch:
        if shortcuts:  # such as only many equals call for
            patch.setattr(standings, "_FEW", 0)
            patch.setattr(standings, "_MANY", 0)
        asyncio.run(run())


async def check(database: Database, boards: Boards) -> None:
    """Everything that can be asked of the boards."""
    for board, ladder in enumerate(boards.names):
        order = boards.order(board)
        read = database.standings
        assert await read.size(ladder) == len(order)
        for limit in (1, 4, 100):
            for offset in range(0, len(order) + 2, 3):
                page = await read.page(ladder, offset, limit)
                assert page == Page(len(order), tuple(order[offset : offset + limit]))
        for place, (rank, points, member) in enumerate(order):
            assert await read.rank(ladder, points) == rank
            assert await read.rank(ladder, points - 1) == 1 + sum(row.points >= points for row in order)
            assert await read.ahead(ladder, points, member) == place
            near = await read.around(ladder, points, member, 2)
            assert near == tuple(order[max(0, place - 2) : place + 3])


async def test_a_page_is_the_same_from_whichever_end_of_the_equals_it_is_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standings, "_FEW", 0)
    boards = Boards(1)
    await move(database, *boards.turn({(0, member): 1200 + member % 3 for member in range(1, 40)}))
    order = boards.order(0)
    for offset in range(39):
        page = await database.standings.page(boards.names[0], offset, 5)
        assert page.rows == tuple(order[offset : offset + 5])


OF_ONE_AGE = [range(10 * _AGE, 10 * _AGE + 50)]
OF_MANY_AGES = [range(age * _AGE - 1, age * _AGE + 2) for age in range(1, 64, 5)]
OF_THE_LAST_AGE = [range(63 * _AGE - 2, 63 * _AGE + 30), range(2**63 - 5, 2**63 - 1)]


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize("ranges", [OF_ONE_AGE, OF_MANY_AGES, OF_THE_LAST_AGE, OF_ONE_AGE + OF_THE_LAST_AGE])
async def test_equals_stand_in_the_order_of_their_ids_whatever_age_these_have(
    database: Database, monkeypatch: pytest.MonkeyPatch, ranges: list[range], few: int
) -> None:
    monkeypatch.setattr(standings, "_FEW", few)
    monkeypatch.setattr(standings, "_MANY", 0)
    boards = Boards(1)
    equal = {(2, member): 1200 for part in ranges for member in part}
    await move(database, *boards.turn({(2, 1): 1201, **equal, (2, 2): 1199, (2, 2**62 + 99): 1199}))
    order = boards.order(2)
    for place, (_, points, member) in enumerate(order):
        page = await database.standings.page(boards.names[2], place, 5)
        assert page == Page(len(order), tuple(order[place : place + 5]))
        assert await database.standings.ahead(boards.names[2], points, member) == place


async def test_a_board_with_thousands_of_equals_is_read_anywhere(database: Database) -> None:
    ids = [*range(900), *(n * _AGE // 40 for n in range(100, 1000)), *range(2**62, 2**62 + 900)]
    await move(database, [], [Spot("global", 1200, member) for member in ids])
    ids.sort(reverse=True)
    for place in range(0, len(ids), 83):
        page = await database.standings.page("global", place, 3)
        assert page.rows == tuple(Ranked(1, 1200, member) for member in ids[place : place + 3])
        assert await database.standings.ahead("global", 1200, ids[place]) == place
    kept, right = await counted(database)
    assert kept == right


async def test_a_board_without_anybody_is_empty(database: Database) -> None:
    read = database.standings
    assert await read.size("global") == 0
    assert await read.rank("global", 1200) == 1
    assert await read.ahead("global", 1200, 7) == 0
    assert await read.page("global", 0, 10) == Page(0, ())
    assert await read.around("global", 1200, 7) == ()


@pytest.mark.parametrize("points", [1199, 1200, 1203, 1206, 5000])
async def test_a_spot_that_nobody_holds_has_neighbours_but_is_not_among_them(
    database: Database, points: int
) -> None:
    boards = Boards(1)
    await move(database, *boards.turn({(0, member): 1200 + member // 3 for member in range(2, 20, 2)}))
    order = boards.order(0)
    above = [row for row in order if (row.points, row.member) > (points, 11)]
    below = [row for row in order if (row.points, row.member) < (points, 11)]
    found = await database.standings.around(boards.names[0], points, 11, 3)
    assert found == (*above[-3:], *below[:3])


async def test_a_place_both_left_and_taken_is_not_touched(database: Database) -> None:
    stays = Spot("global", 1200, 7)
    await move(database, [], [stays])
    # Inserting it again would fail, and so would a histogram that counted it twice.
    await move(database, [stays], [stays, Spot("global", 1300, 8)])
    assert (await database.standings.page("global", 0, 10)).rows == (Ranked(1, 1300, 8), Ranked(2, 1200, 7))
    kept, right = await counted(database)
    assert kept == right


async def test_a_failed_unit_leaves_the_board_as_it_was(database: Database) -> None:
    await move(database, [], [Spot("global", 1200, 7)])
    with pytest.raises(DatabaseUnavailable):
        await move(database, [], [Spot("global", 1300, 8), Spot("global", 1200, 7)])
    assert await database.standings.page("global", 0, 10) == Page(1, (Ranked(1, 1200, 7),))


async def test_reading_during_a_write_shows_the_old_board_and_does_not_wait(database: Database) -> None:
    old, new = Spot("global", 1200, 7), Spot("global", 1300, 7)
    await move(database, [], [old])
    async with database.unit() as unit:
        await unit.standings.move([old], [new])
        async with asyncio.timeout(2):
            assert await database.standings.page("global", 0, 10) == Page(1, (Ranked(1, 1200, 7),))
            assert await database.standings.around("global", *old[1:]) == (Ranked(1, 1200, 7),)
            assert await database.standings.rank("global", 1250) == 1
    assert await database.standings.rank("global", 1250) == 2


async def test_every_page_is_of_one_moment_however_much_is_written_meanwhile(
    database: Database, elsewhere: Database
) -> None:
    """Everybody always has as many points as everybody else, so a page of two moments would show two values."""
    spots = [Spot("global", 0, member) for member in range(1, 8)]
    await move(database, [], spots)

    async def climb() -> None:
        held = spots
        for points in range(64, 64 * 30, 64):
            risen = [spot._replace(points=points) for spot in held]
            await move(elsewhere, held, risen)
            held = risen

    climbing = asyncio.create_task(climb())
    seen: set[int] = set()
    while not climbing.done():
        page = await database.standings.page("global", 0, 10)
        near = await database.standings.around("global", page.rows[0].points, 4)
        for rows in (page.rows, near):
            assert len({row.points for row in rows}) <= 1
            assert {row.rank for row in rows} <= {1}
        assert len(page.rows) == page.size == 7
        seen.add(page.rows[0].points)
        await asyncio.sleep(0)
    await climbing
    assert len(seen) > 2


async def test_units_that_move_the_same_boards_never_wait_for_each_other_for_ever(
    postgres_url: URL,
) -> None:
    processes = [Database(postgres_url) for _ in range(4)]
    chance = random.Random(7)  # noqa: S311

    async def wander(process: Database, first: int) -> None:
        held: dict[int, Spot] = {}
        for _ in range(15):
            async with process.unit() as unit:
                # Several times in a unit, each time over other points: no order that sorting could give.
                for _ in range(3):
                    members = chance.sample(range(first, first + 8), 4)
                    left = [held.pop(member) for member in members if member in held]
                    taken = [Spot("global", chance.randrange(0, 200), member) for member in members]
                    await unit.standings.move(left, taken)
                    held |= {spot.member: spot for spot in taken}

    try:
        async with asyncio.timeout(60):
            await asyncio.gather(*(wander(processes[n % 4], 100 * n) for n in range(8)))
        kept, right = await counted(processes[0])
        assert kept == right
    finally:
        for process in processes:
            await process.close()


STATEMENTS = ["_HIGHER", "_AHEAD", "_AHEAD_BY_AGE", "_LEVEL", "_FROM_SPOT", "_AROUND"]
STATEMENTS += ["_EQUAL_FROM_ABOVE", "_EQUAL_FROM_BELOW"]


@pytest.mark.parametrize("statement", ["_SIZE", *STATEMENTS])
def test_no_reading_on_sqlite_scans_or_sorts_a_table(sqlite_url: URL, statement: str) -> None:
    names = ("ladder", "points", "coarse", "member", "each", "width", "low", "high", "limit", "skipped")
    names += ("bucket", "greatest")
    values: dict[str, Any] = dict.fromkeys(names, 1)
    assert sqlite_url.database is not None
    with closing(sqlite3.connect(sqlite_url.database)) as connection:
        plan = [
            row[3]
            for row in connection.execute(f"EXPLAIN QUERY PLAN {getattr(standings, statement)}", values)
        ]
    touched = [step for step in plan if "places" in step or "histogram" in step]
    assert touched
    assert all(step.startswith("SEARCH") and "USING PRIMARY KEY (ladder=? AND" in step for step in touched), (
        plan
    )
    assert not any("TEMP B-TREE" in step for step in plan), plan


async def test_no_reading_on_postgresql_scans_or_sorts_a_table(postgres_url: URL) -> None:
    database = Database(postgres_url)
    try:
        # Enough rows that scanning them would not be the better way.
        await move(database, [], [Spot("global", member % 3000, member) for member in range(1, 20001)])
        values: dict[str, Any] = {"ladder": "global", "points": 1500, "coarse": 23, "member": 9000, "each": 5}
        values |= {"width": 1, "low": 1000, "high": 1063, "limit": 10, "skipped": 3}
        values |= {"bucket": 1500 * 64 + 9, "greatest": 9500}
        async with database.unit() as unit:
            connection = unit.standings._connection
            await connection.execute(text("ANALYZE places"))
            await connection.execute(text("ANALYZE histogram"))
            for statement in STATEMENTS:
                sql = getattr(standings, statement)
                used = {name: value for name, value in values.items() if f":{name}" in sql}
                plan = "\n".join(row[0] for row in await connection.execute(text(f"EXPLAIN {sql}"), used))
                assert "Seq Scan on places" not in plan, plan
                assert "Seq Scan on histogram" not in plan, plan
                assert "Sort Key: places" not in plan, plan
    finally:
        await database.close()


async def test_a_board_can_be_read_before_anything_else_has_opened_the_database(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    assert await database.standings.size("global") == 0
    await database.close()


async def test_the_boards_of_a_folder_without_a_database_are_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none' / 'rung.sqlite3'}")
    with pytest.raises(DatabaseUnavailable, match="unable to open"):
        await database.standings.size("global")
    await database.close()


async def test_the_boards_of_a_database_without_tables_are_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with pytest.raises(DatabaseUnavailable, match="no such table"):
        await database.standings.page("global", 0, 10)
    await database.close()


async def test_the_boards_of_a_server_out_of_reach_are_unavailable() -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none")
    for reading in (database.standings.size("global"), database.standings.page("global", 0, 10)):
        with pytest.raises(DatabaseUnavailable):
            await reading
    await database.close()


async def test_nothing_can_be_written_by_the_way_of_reading(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    with pytest.raises(DatabaseUnavailable, match="readonly"):
        await database._fetcher.fetch("DELETE FROM places", {})
    await database.close()


async def test_a_locked_file_is_waited_for_without_holding_up_anybody_else(sqlite_url: URL) -> None:
    assert sqlite_url.database is not None
    database = Database(sqlite_url)
    with closing(locked(sqlite_url.database)) as lock:
        reading = asyncio.create_task(database.standings.page("global", 0, 10))
        async with asyncio.timeout(2):  # the loop goes round while the reading waits
            for _ in range(5):
                await asyncio.sleep(0.02)
        assert not reading.done()
        lock.close()
    assert await reading == Page(0, ())
    await database.close()


async def test_a_file_that_stays_locked_is_unavailable(
    sqlite_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite_url.database is not None
    monkeypatch.setattr(fetching, "BUSY_SECONDS", 0.1)
    database = Database(sqlite_url)
    with closing(locked(sqlite_url.database)):
        for reading in (database.standings.size("global"), database.standings.page("global", 0, 10)):
            with pytest.raises(DatabaseUnavailable, match="locked"):
                await reading
    assert await database.standings.size("global") == 0
    await database.close()


def locked(file: str) -> sqlite3.Connection:
    """Another process that has the whole file to itself, as when one recovers it."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("INSERT INTO facts (name, value) VALUES ('lock', '1')")
    connection.execute("COMMIT")
    return connection
