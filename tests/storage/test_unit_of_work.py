"""A unit of work commits whole or not at all, and what a database says never escapes as its own error."""

import asyncio
import os
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.engine import URL, make_url

from bot.storage import Database, DatabaseUnavailable
from bot.storage.ratings import RatingRow
from tests.storage.conftest import ASKED, BIG, NOON, new_poll


class ChangedMyMind(Exception):
    """Raised inside a unit."""


async def fact(database: Database, name: str = "colour") -> str | None:
    async with database.reading() as unit:
        return await unit.facts.get(name)


async def test_leaving_a_unit_commits_it(database: Database, elsewhere: Database) -> None:
    async with database.unit() as unit:
        await unit.facts.put("colour", "blue")
        assert await fact(elsewhere) is None
    assert await fact(elsewhere) == "blue"


async def test_raising_inside_a_unit_rolls_everything_back(database: Database, elsewhere: Database) -> None:
    async def change() -> None:
        async with database.unit() as unit:
            await unit.facts.put("colour", "blue")
            await unit.meanings.keep([ASKED])
            poll = await unit.polls.add(**new_poll())
            await unit.polls.record(poll, {BIG: 1}, {BIG: NOON})
            await unit.attempts.claim([(BIG, ASKED.question)], "poll:1", NOON)
            raise ChangedMyMind

    with pytest.raises(ChangedMyMind):
        await change()
    async with elsewhere.reading() as unit:
        assert await unit.facts.get("colour") is None
        assert await unit.meanings.get([ASKED.meaning]) == {}
        assert await unit.polls.open_questions([BIG + 1]) == {}
        assert await unit.attempts.of(BIG, [ASKED.question]) == {}


async def test_a_released_savepoint_is_rolled_back_with_its_unit(database: Database) -> None:
    async def change() -> None:
        async with database.unit() as unit:
            async with unit.facts._connection.begin_nested():
                await unit.facts.put("colour", "blue")
            assert await unit.facts.get("colour") == "blue"
            raise ChangedMyMind

    with pytest.raises(ChangedMyMind):
        await change()
    assert await fact(database) is None


async def test_a_unit_after_a_failed_one_works(database: Database) -> None:
    for _ in range(20):  # more often than any pool has connections
        with pytest.raises(DatabaseUnavailable):
            async with database.unit() as unit:
                await unit.polls.add(**new_poll(meaning="unknown"))
    async with database.unit() as unit:
        await unit.facts.put("colour", "blue")
    assert await fact(database) == "blue"


async def test_reading_never_waits_for_a_writer(database: Database) -> None:
    async with database.unit() as unit:
        await unit.facts.put("colour", "blue")
    async with database.unit() as unit:
        await unit.facts.put("colour", "green")
        async with asyncio.timeout(2):
            assert set(await asyncio.gather(*(fact(database) for _ in range(10)))) == {"blue"}
    assert await fact(database) == "green"


async def test_reading_has_one_view_however_much_is_written_meanwhile(
    database: Database, elsewhere: Database
) -> None:
    async with database.reading() as view:
        assert await view.facts.get("colour") is None
        async with elsewhere.unit() as unit:
            await unit.facts.put("colour", "blue")
        assert await view.facts.get("colour") is None
    assert await fact(database) == "blue"


async def test_reading_has_one_view_whatever_it_reads_first(database: Database, elsewhere: Database) -> None:
    async with database.reading() as unit:
        assert await unit.meanings.get([ASKED.meaning]) == {}
        async with elsewhere.unit() as other:
            await other.meanings.keep([ASKED])
        assert await unit.meanings.get([ASKED.meaning]) == {}
        assert await unit.listing.activity([BIG]) == {}
    async with database.reading() as unit:
        assert await unit.meanings.get([ASKED.meaning]) == {ASKED.meaning: ASKED}


async def test_nothing_can_be_written_where_only_reading_was_meant(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.reading() as unit:
            await unit.facts.put("colour", "blue")
    async with database.unit() as unit:
        await unit.facts.put("colour", "green")
    assert await fact(database) == "green"


async def test_no_update_is_lost_between_units_that_read_and_then_write(
    database: Database, elsewhere: Database
) -> None:
    async def count_up(process: Database) -> None:
        async with process.unit() as unit:
            held = {row.ladder: row for row in await unit.ratings.hold([BIG, BIG + 1])}
            await asyncio.sleep(0)
            answers = held["global"].answers if held else 0
            row = RatingRow(BIG, "global", 1200.0, 0.0, 1100, answers + 1, 0, 0, NOON, False)
            await unit.ratings.write([row], before=[])

    await asyncio.gather(*(count_up(process) for process in (database, elsewhere) * 25))
    async with database.reading() as unit:
        assert (await unit.ratings.of(BIG))["global"].answers == 50


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_on_sqlite_any_unit_that_reads_and_then_writes_is_alone(
    database: Database, elsewhere: Database
) -> None:
    async def count_up(process: Database) -> None:
        async with process.unit() as unit:
            known = int(await unit.facts.get("count") or 0)
            await asyncio.sleep(0)
            await unit.facts.put("count", str(known + 1))

    await asyncio.gather(*(count_up(process) for process in (database, elsewhere) * 25))
    assert await fact(database, "count") == "50"


async def test_closing_waits_for_what_is_under_way(url: URL, database: Database) -> None:
    ending = Database(url)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        async with ending.unit() as unit:
            begun.set()
            await go_on.wait()
            await unit.facts.put("last", "written")

    working = asyncio.create_task(work())
    await begun.wait()
    closed = asyncio.create_task(ending.close())
    await asyncio.sleep(0.05)
    assert not closed.done()
    go_on.set()
    await asyncio.gather(working, closed)
    assert await fact(database, "last") == "written"


@pytest.mark.parametrize("seed", range(3))
async def test_cancelled_units_leave_nothing_behind_and_hold_up_nobody(
    database: Database, elsewhere: Database, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311

    async def work(number: int) -> None:
        async with database.unit() as unit:
            await unit.facts.put(f"half {number}", "written")
            await asyncio.sleep(0.001)
            await unit.facts.put(f"whole {number}", "written")

    tasks = [asyncio.create_task(work(number)) for number in range(12)]
    for number, task in enumerate(tasks):
        # Every third has just begun; the others are cancelled anywhere, or are through.
        await asyncio.sleep(chance.random() / 200 if number % 3 else 0)
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert any(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    async with asyncio.timeout(3), elsewhere.unit() as unit:
        await unit.facts.put("colour", "blue")
    async with asyncio.timeout(3), database.unit() as unit:
        await unit.facts.put("colour", "green")
        for number in range(12):
            half, whole = [await unit.facts.get(f"{part} {number}") for part in ("half", "whole")]
            assert half == whole


async def test_a_moment_comes_back_aware_and_in_utc(database: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    moment = datetime(2026, 3, 2, 1, 30, 15, 123456, tzinfo=tokyo)
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        poll = await unit.polls.add(**new_poll(opened_at=moment, closes_at=moment + timedelta(hours=1)))
    async with database.reading() as unit:
        found = await unit.polls.get(poll)
        assert found is not None
        assert found.opened_at == moment
        assert found.opened_at.tzinfo is UTC or found.opened_at.utcoffset() == timedelta(0)
        assert (await unit.polls.last_asked(BIG + 1, [ASKED.question]))[ASKED.question] == moment
        assert found.closed_at is None


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match="has no time zone"):
        async with database.unit() as unit:
            await unit.sightings.note(1, 2, "Ada", NOON.replace(tzinfo=None))
    async with database.reading() as unit:
        assert await unit.sightings.names(1, [2]) == {}


async def test_ids_far_beyond_todays_come_back_whole(database: Database) -> None:
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        poll = await unit.polls.add(
            **new_poll(guild=BIG, channel=BIG + 1, starter=2**63 - 1, message=BIG + 3)
        )
        await unit.polls.record(poll, {BIG + 4: 0, BIG + 5: 1}, dict.fromkeys((BIG + 4, BIG + 5), NOON))
    async with database.reading() as unit:
        found = await unit.polls.get(poll)
        assert found is not None
        assert (found.guild, found.channel, found.starter, found.message) == (
            BIG,
            BIG + 1,
            2**63 - 1,
            BIG + 3,
        )
        assert set(await unit.polls.answers(poll)) == {BIG + 4, BIG + 5}


async def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable):
        async with database.unit() as unit:
            await unit.polls.add(**new_poll())
    with pytest.raises(DatabaseUnavailable):
        async with database.unit() as unit:
            await unit.polls.record(4711, {1: 0}, {1: NOON})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://rung:hunter2@127.0.0.1:1/rung",
        "postgres://rung:hunter2@nowhere.invalid/rung",
        "postgresql://rung:hunter2@127.0.0.1:1/rung?sslmode=require",
    ],
)
async def test_a_server_out_of_reach_is_unavailable_in_words_without_the_password(url: str) -> None:
    database = Database(url)
    for block in (database.unit, database.reading):
        with pytest.raises(DatabaseUnavailable) as raised:
            async with block():
                pass
        assert str(raised.value)
        assert "hunter2" not in str(raised.value)
    await database.close()


async def test_a_database_that_the_server_does_not_have_is_unavailable(postgres_url: URL) -> None:
    database = Database(postgres_url.set(database="no_such_database"))
    with pytest.raises(DatabaseUnavailable, match="no_such_database"):
        async with database.unit():
            pass
    await database.close()


async def test_a_connection_cut_in_the_middle_loses_its_unit_and_no_other(postgres_url: URL) -> None:
    database, killer = Database(postgres_url), Database(postgres_url)

    async def be_cut() -> None:
        async with database.unit() as unit:
            await unit.facts.put("colour", "blue")
            process = await unit.facts._connection.exec_driver_sql("SELECT pg_backend_pid()")
            async with killer.unit() as other:
                await other.facts._connection.exec_driver_sql(
                    f"SELECT pg_terminate_backend({process.scalar_one()})"
                )
            await asyncio.sleep(0.05)
            await unit.facts.put("colour", "green")

    with pytest.raises(DatabaseUnavailable):
        await be_cut()
    assert await fact(database) is None
    async with database.unit() as unit:
        await unit.facts.put("colour", "red")
    assert await fact(killer) == "red"
    await database.close()
    await killer.close()


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("nonsense hunter2", "cannot be read"),
        ("postgresql://rung:hunter2@host:port/rung", "cannot be read"),
        ("postgresql://rung:hun:ter2@host:hunter2/rung", "cannot be read"),
        ("mysql://rung:hunter2@host/rung", "'mysql' is not a database this program knows"),
        ("sqlite://", "would forget everything"),
        ("sqlite:///:memory:", "would forget everything"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_with_advice(url: str, advice: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=advice) as raised:
        Database(url)
    assert "hunter2" not in str(raised.value)


def test_the_ssl_mode_of_a_hosters_url_is_understood() -> None:
    assert dict(Database("postgres://u:p@h/d?sslmode=require").url.query) == {"ssl": "require"}


async def test_a_file_that_cannot_be_written_is_unavailable_for_writing(sqlite_url: URL) -> None:
    file = Path(str(sqlite_url.database))
    # Bytes 18 and 19 are the versions needed to write and to read it; of a later one SQLite keeps its hands off.
    # https://www.sqlite.org/fileformat2.html#file_format_version_numbers
    content = bytearray(file.read_bytes())
    content[18] = 9
    file.write_bytes(content)
    database = Database(sqlite_url)
    with pytest.raises(DatabaseUnavailable, match="readonly"):
        async with database.unit() as unit:
            await unit.facts.put("colour", "blue")
    await database.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without a superuser's way past permissions."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_a_file_in_a_closed_folder_is_unavailable(sqlite_url: URL) -> None:
    folder = Path(str(sqlite_url.database)).parent
    database = Database(sqlite_url)
    folder.chmod(0)
    try:
        with as_nobody(), pytest.raises(DatabaseUnavailable, match="unable to open"):
            async with database.unit():
                pass
    finally:
        folder.chmod(0o700)
        await database.close()


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "rung.sqlite3").write_text("Dear diary, " * 100)
    database = Database(f"sqlite:///{tmp_path}/rung.sqlite3")
    for block in (database.unit, database.reading):
        with pytest.raises(DatabaseUnavailable, match="not a database"):
            async with block() as unit:
                await unit.facts.get("colour")
    await database.close()


def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    """A thread that outlives its event loop ends in an error, which is printed and which nobody can catch."""
    ended: list[BaseException | None] = []

    async def look() -> None:
        database = Database(f"sqlite:///{tmp_path}/no/such/folder/rung.sqlite3")
        for block in (database.unit, database.reading):
            with pytest.raises(DatabaseUnavailable, match="unable to open"):
                async with block():
                    pass
        await database.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "excepthook", lambda said: ended.append(said.exc_value))
        for _ in range(50):
            asyncio.run(look())
    assert not ended


async def test_a_full_disk_loses_the_unit_and_nothing_older(sqlite_url: URL) -> None:
    database = Database(sqlite_url)
    async with database.unit() as unit:
        await unit.facts.put("colour", "blue")
        pages = await unit.facts._connection.exec_driver_sql("PRAGMA page_count")
        await unit.facts._connection.exec_driver_sql(f"PRAGMA max_page_count = {pages.scalar_one() + 5}")

    async def write_a_novel() -> None:
        async with database.unit() as unit:
            await unit.facts.put("colour", "green")
            await unit.facts.put("novel", "long " * 20_000)

    with pytest.raises(DatabaseUnavailable, match="full"):
        await write_a_novel()
    assert await fact(database) == "blue"
    assert await fact(database, "novel") is None
    async with database.unit() as unit:
        await unit.facts._connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    await write_a_novel()
    assert await fact(database, "novel") == "long " * 20_000
    await database.close()


async def test_a_file_that_another_program_keeps_locked_is_unavailable_after_a_while(
    sqlite_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.engines.BUSY_SECONDS", 0.2)
    database = Database(sqlite_url)
    with closing(sqlite3.connect(str(sqlite_url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable, match="locked"):
            async with database.unit():
                pass
        assert await fact(database) is None
        other.execute("ROLLBACK")
    async with database.unit() as unit:
        await unit.facts.put("colour", "blue")
    assert await fact(database) == "blue"
    await database.close()


async def test_a_url_object_serves_as_well_as_its_text(sqlite_url: URL) -> None:
    database = Database(make_url(str(sqlite_url)))
    assert await fact(database) is None
    await database.close()
