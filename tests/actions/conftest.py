"""A school over a database of each kind, and a second process over the same one."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy.engine import URL

from bot.storage import Database
from tests.actions.school import School
from tests.conftest import HandClock


@pytest.fixture
def school(database: Database, clock: HandClock) -> School:
    return School(database, clock)


@pytest.fixture
async def elsewhere(url: URL, clock: HandClock) -> AsyncGenerator[School]:
    """The same bot in another process: another Database over the same database."""
    opened = Database(url)
    yield School(opened, clock)
    await opened.close()
