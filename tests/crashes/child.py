"""The real bot in a process of its own, talking to a Discord on loopback."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import create_bot, load_catalogue
from bot.storage import Database

CATALOGUE = load_catalogue()
"""Read once, before any process is forked, as all the modules are: a start costs a tenth of what it costs anew."""


def serve(url: str, port: int, ahead: float) -> None:
    """Serve until killed, with a clock that is so many seconds ahead."""
    asyncio.run(_serve(url, port, timedelta(seconds=ahead)))


async def _serve(url: str, port: int, ahead: timedelta) -> None:
    logging.basicConfig(level=logging.INFO)
    Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/gateway")
    async with create_bot(Database(url), CATALOGUE, lambda: datetime.now(UTC) + ahead) as client:
        await client.start("a token")
