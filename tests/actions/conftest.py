"""A school over a database of each kind, and a second process over the same one."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import Database
from bot.storage.columns import metadata
from bot.storage.database import parse_url
from tests.actions.school import School
from tests.conftest import HandClock


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: URL) -> URL:
    """One migrated database for all tests of this folder: emptying it is quicker than copying another."""

    async def create() -> None:
        engine = create_async_engine(parse_url(postgres_server), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("CREATE DATABASE rung_actions TEMPLATE template_rung"))
        await engine.dispose()

    asyncio.run(create())
    return postgres_server.set(database="rung_actions")


@pytest.fixture
async def postgres_url(shared_postgres: URL) -> URL:
    """The shared database, with nothing in it."""
    engine = create_async_engine(parse_url(shared_postgres))
    async with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())
    await engine.dispose()
    return shared_postgres


@pytest.fixture
def school(database: Database, clock: HandClock) -> School:
    return School(database, clock)


@pytest.fixture
async def elsewhere(url: URL, clock: HandClock) -> AsyncGenerator[School]:
    """The same bot in another process: another Database over the same database."""
    opened = Database(url)
    yield School(opened, clock)
    await opened.close()
