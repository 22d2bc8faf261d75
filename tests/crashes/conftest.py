"""What tests with the bot in a process of its own share."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy.engine import URL

from bot.storage import Database
from tests.crashes.lasting import LastingDiscord
from tests.crashes.observed import Observed


@pytest.fixture
async def asleep(url: URL, database: Database) -> AsyncGenerator[Observed]:
    """A bench before any bot was started."""
    async with LastingDiscord(url.render_as_string(hide_password=False)).served() as discord:
        yield Observed(discord, database)


@pytest.fixture
async def bench(asleep: Observed) -> Observed:
    await asleep.discord.start_bot()
    return asleep
