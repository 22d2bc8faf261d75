"""Migrations: they build exactly the tables, all or nothing, and refuse in sentences what they cannot do."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.engine import URL

from bot.storage import Database, DatabaseUnavailable
from bot.storage.audit import BoardFaults
from bot.storage.columns import metadata
from bot.storage.database import parse_url
from bot.storage.migrating import SchemaState, shown, state, upgrade
from tests.storage.test_unit_of_work import as_nobody

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def postgres_url(own_postgres_url: URL) -> URL:
    """One for each test: they alter its tables."""
    return own_postgres_url


async def run(url: URL, *statements: str) -> None:
    """Do something to a database that the program would not do."""
    database = Database(url)
    async with database.unit() as unit:
        for statement in statements:
            await unit.facts._connection.exec_driver_sql(statement)
    await database.close()


async def upgrade_to(url: URL, revision: str) -> None:
    """What an earlier version of the program would have made."""
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    database = Database(url)
    async with database.unit() as unit:

        def apply(connection: Connection) -> None:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

        await unit.facts._connection.run_sync(apply)
    await database.close()


async def tables(url: URL) -> set[str]:
    """The tables that a database has."""
    database = Database(url)
    async with database.reading() as unit:
        found = await unit.facts._connection.run_sync(
            lambda connection: connection.dialect.get_table_names(connection)
        )
    await database.close()
    return set(found)


@pytest.fixture
async def empty(url: URL, tmp_path: Path) -> AsyncGenerator[URL]:
    """A database without anything in it."""
    if url.get_backend_name() == "sqlite":
        yield url.set(database=str(tmp_path / "new.sqlite3"))
    else:
        await run(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        yield url


async def test_an_upgrade_from_nothing_makes_a_database_that_works(empty: URL) -> None:
    found = await upgrade(empty)
    assert found.current is None
    assert not found.up_to_date
    after = await state(empty)
    assert after.up_to_date
    assert await tables(empty) == {*metadata.tables, "alembic_version"}
    database = Database(empty)
    async with database.unit() as unit:
        await unit.facts.put("colour", "blue")
    await database.close()


async def test_a_second_upgrade_changes_nothing(url: URL) -> None:
    await run(url, "INSERT INTO facts VALUES ('colour', 'blue')")
    before = await state(url)
    assert await upgrade(url) == before == SchemaState("0006", "0006", known=True)
    database = Database(url)
    async with database.reading() as unit:
        assert await unit.facts.get("colour") == "blue"
    await database.close()


async def test_the_migrations_build_exactly_the_tables_of_the_program(url: URL) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    database = Database(url)
    async with database.unit() as unit:
        assert await unit.facts._connection.run_sync(differences) == []
        await unit.facts._connection.exec_driver_sql("ALTER TABLE facts ADD COLUMN colour TEXT")
        assert len(await unit.facts._connection.run_sync(differences)) == 1
    await database.close()


def test_tables_kept_in_their_key_alone_are_built_so(sqlite_url: URL) -> None:
    with closing(sqlite3.connect(str(sqlite_url.database))) as connection:
        built = dict(
            connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
        )
    for table in metadata.tables.values():
        compact = table.dialect_options["sqlite"]["with_rowid"] is False
        assert ("WITHOUT ROWID" in built[table.name]) is compact


async def test_a_database_newer_than_the_program_is_refused_and_left_alone(url: URL) -> None:
    await run(url, "UPDATE alembic_version SET version_num = '9999'")
    found = await state(url)
    assert (found.current, found.known, found.up_to_date) == ("9999", False, False)
    with pytest.raises(DatabaseUnavailable, match=r"9999.*newer version of rung; install that version"):
        await upgrade(url)
    assert await state(url) == found


async def test_an_upgrade_that_fails_half_way_leaves_nothing_behind(empty: URL) -> None:
    await run(empty, "CREATE TABLE quizzes (surprise INTEGER)")
    with pytest.raises(DatabaseUnavailable, match=r"quizzes.* already exists"):
        await upgrade(empty)
    assert await tables(empty) == {"quizzes"}
    await run(empty, "DROP TABLE quizzes")
    await upgrade(empty)
    assert (await state(empty)).up_to_date


async def test_processes_that_start_together_all_find_the_database_ready(empty: URL) -> None:
    program = (
        "import asyncio, sys; from bot.storage.migrating import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    )
    url = empty.render_as_string(hide_password=False)
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, url, cwd=REPOSITORY, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(3)
    ]
    outputs = await asyncio.gather(*(process.communicate() for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], outputs
    assert (await state(empty)).up_to_date


async def test_asking_for_the_state_changes_nothing(sqlite_url: URL, tmp_path: Path) -> None:
    file = Path(str(sqlite_url.database))
    content = file.read_bytes()
    assert (await state(sqlite_url)).up_to_date
    assert file.read_bytes() == content
    blank = tmp_path / "blank.sqlite3"
    blank.touch()
    found = await state(f"sqlite:///{blank}")
    assert (found.current, found.known, found.up_to_date) == (None, True, False)
    assert blank.read_bytes() == b""


async def test_a_state_of_a_file_that_is_not_there_is_refused_and_makes_none(tmp_path: Path) -> None:
    missing = tmp_path / "missing.sqlite3"
    with pytest.raises(DatabaseUnavailable, match="does not exist yet; `rung migrate` creates it"):
        await state(f"sqlite:///{missing}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ask", [state, upgrade])
async def test_a_missing_folder_or_a_folder_for_a_file_is_refused_in_a_sentence(
    tmp_path: Path, ask: object
) -> None:
    asking = upgrade if ask is upgrade else state
    with pytest.raises(DatabaseUnavailable, match=r"the folder .*nowhere does not exist; create it"):
        await asking(f"sqlite:///{tmp_path}/nowhere/rung.sqlite3")
    with pytest.raises(DatabaseUnavailable, match="is a folder; name a file in it"):
        await asking(f"sqlite:///{tmp_path}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("closed", ["folder", "file"])
async def test_what_may_not_be_read_is_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, sqlite_url: URL, closed: str
) -> None:
    file = Path(str(sqlite_url.database))
    shut = file if closed == "file" else file.parent
    shut.chmod(0)
    try:
        with as_nobody():
            for ask in (state, upgrade):
                with pytest.raises(DatabaseUnavailable) as raised:
                    await ask(sqlite_url)
                assert str(file.parent) in str(raised.value)
    finally:
        shut.chmod(0o700)


async def test_a_file_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "rung.sqlite3"
    file.write_text("Dear diary, " * 100)
    for ask in (state, upgrade):
        with pytest.raises(DatabaseUnavailable, match=r"rung.sqlite3: file is not a database"):
            await ask(f"sqlite:///{file}")
    assert file.read_text() == "Dear diary, " * 100


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://rung:hunter2@127.0.0.1:1/rung",
        "postgres://rung:hunter2@nowhere.invalid/rung?sslmode=require",
        "postgresql://127.0.0.1:1/rung?user=rung&password=hunter2",
        "postgresql://rung:hunter2@127.0.0.1:port/rung",
        "mysql://rung:hunter2@127.0.0.1/rung",
    ],
)
async def test_a_password_is_in_no_message(url: str) -> None:
    for ask in (state, upgrade):
        with pytest.raises(DatabaseUnavailable) as raised:
            await ask(url)
        assert "hunter2" not in str(raised.value)


def test_a_url_is_shown_with_all_but_its_password() -> None:
    assert shown(parse_url("postgres://rung:hunter2@host/rung?ssl=require")) == (
        "postgresql://rung:***@host/rung?ssl=require"
    )
    assert (
        shown(parse_url("postgres://host/rung?user=rung&password=hunter2"))
        == "postgresql://host/rung?user=rung"
    )


@pytest.mark.parametrize("released", ["0001", "0002"])
async def test_an_upgrade_keeps_every_answer_and_builds_the_boards_from_them(
    empty: URL, released: str
) -> None:
    await upgrade_to(empty, released)
    at = "'2026-11-15 23:59:59.000000'"
    before = [
        (
            "INSERT INTO meanings VALUES"
            " ('a', 'curated:q', 'stem', '[]', 0, 'why', '[]', '[]', 'lesson', 'Lesson', 'category')"
        ),
        f"INSERT INTO quizzes VALUES (1, 5, 9, 'lesson', 'Lesson', {at}, {at})",
        f"INSERT INTO quiz_questions VALUES (1, 0, 'curated:q', 'a', 1500, '[0, 1]', {at}, 0, {at})",
        f"INSERT INTO first_attempts VALUES (5, 'curated:q', 'quiz:1', {at})",
        f"INSERT INTO sightings VALUES (9, 5, 'Ada', {at}), (0, 5, 'ada', {at})",
        *(
            f"INSERT INTO journal VALUES (5, '{ladder}', 1, 'answer', 'curated:q', 'a', 0, 1200, 0, 1298.125, 1,"
            f" 1100, 1203, 0.361, 250, 1, 1500, true, {at}, 9, 'quiz:1')"
            for ladder in ("global", "server:9", "category:category")
        ),
        *(
            f"INSERT INTO ratings VALUES (5, '{ladder}', 1298.125, 1, 1203, 1, 1, 1, {at})"
            for ladder in ("global", "server:9", "category:category")
        ),
    ]
    if released == "0002":
        before.append(f"INSERT INTO matches VALUES (5, 'lesson', 1, 1500, 5, 1, 1, 'draw', {at}, 'quiz:1')")
    await run(empty, *before)
    await upgrade(empty)
    database = Database(empty)
    for ladder in ("global", "server:9", "category:category"):
        assert (await database.standings.page(ladder, 0, 9)).rows == ((1, 1203, 5),)
    for week in ("xp:2026-11-09", "xp:9:2026-11-09"):
        assert (await database.standings.page(week, 0, 9)).rows == ((1, 10, 5),)
    async with database.reading() as unit:
        assert (await unit.audit.boards()) == BoardFaults(0, 0, 0)
        assert await unit.experience.total(5) == 10
        assert (await unit.listing.activity([5]))[5].idle is False
        assert len(await unit.ratings.entries(5, "global")) == 1
        assert (await unit.quizzes.get([1]))[1].attempt == 1
        assert [match.entries for match in await unit.matches.of([5])] == [1] * (released == "0002")
        reveals = await unit.sightings.reveals([5], ["curated:q"])
    assert reveals == {}
    await database.close()


async def test_what_a_server_had_chosen_is_among_its_settings(empty: URL) -> None:
    await upgrade_to(empty, "0005")
    await run(
        empty,
        "INSERT INTO servers (guild, name, competes, ballot, announces_in) VALUES"
        " (7, 'Academy', true, 'private', 800000000000000001), (8, 'School', false, 'direct', NULL)",
    )
    await upgrade(empty)
    database = Database(empty)
    async with database.reading() as unit:
        assert await unit.choices.of(7) == {"ballot": "private", "titles_channel": 800000000000000001}
        assert await unit.choices.of(8) == {}
        kept = await unit.servers.get(7)
    assert kept is not None
    assert (kept.name, kept.competes) == ("Academy", True)
    await database.close()
