"""What tests with the bot in a process of its own share."""

from collections.abc import AsyncGenerator

import pytest
from sqlalchemy.engine import URL

from bot.storage import Database
from tests.crashes.lasting import LastingDiscord
from tests.crashes.observed import Observed


@pytest.fixture
async def bench(url: URL, database: Database) -> AsyncGenerator[Observed]:
    async with LastingDiscord(url.render_as_string(hide_password=False)).served() as discord:
        await discord.start_bot()
        yield Observed(discord, database)
