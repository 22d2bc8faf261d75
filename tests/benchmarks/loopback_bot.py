"""The bot of one arm of the loopback benchmark: ``python loopback_bot.py ARM URL PORT``."""

import asyncio
import sys
from typing import Any

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.actions import Actions
from bot.actions.polls import OpenPoll, Recorded
from bot.app import create_bot, load_catalogue
from bot.storage import Database


class Unstored:
    """Polls that answer every press with a receipt and forget it."""

    def __init__(self, actions: Actions) -> None:
        self._view = actions.polls.view
        self._known: dict[int, OpenPoll] = {}

    async def answer(self, poll: int, *, option: int, **_press: Any) -> Recorded:
        """The receipt that the first press of a member is given; the poll is looked up once."""
        if poll not in self._known:
            shown = await self._view(poll)
            assert isinstance(shown, OpenPoll)
            self._known[poll] = shown
        known = self._known[poll]
        return Recorded(known.poll, known.asked, option, fresh=True)


async def nothing(*_asked: Any, **_said: Any) -> None:
    """Neither write nor read."""


def stub(actions: Actions, arm: str) -> None:
    """Leave out what the arm is to do without."""
    if arm == "stored":
        return
    actions.polls.answer = Unstored(actions).answer  # type: ignore[method-assign]
    actions.people.meet = nothing  # type: ignore[method-assign]
    if arm == "nothing":
        actions.news.of = nothing  # type: ignore[method-assign]


async def main(arm: str, url: str, port: str) -> None:
    """Serve until killed."""
    Route.BASE = f"https://127.0.0.1:{port}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"wss://127.0.0.1:{port}/gateway")
    async with create_bot(Database(url), load_catalogue()) as client:
        stub(client.actions, arm)
        await client.start("a token")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
