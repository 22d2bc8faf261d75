"""The real bot in a process of its own, talking to a Discord on loopback: ``python child.py URL PORT SHIFT``."""

import asyncio
import logging
import sys
from datetime import UTC, datetime, timedelta

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import create_bot, load_catalogue
from bot.storage import Database


async def main(url: str, port: str, shift: str) -> None:
    """Serve until killed; ``shift`` is by how many seconds the clock is ahead."""
    logging.basicConfig(level=logging.INFO)
    Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/gateway")
    ahead = timedelta(seconds=float(shift))
    async with create_bot(Database(url), load_catalogue(), lambda: datetime.now(UTC) + ahead) as client:
        await client.start("a token")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
