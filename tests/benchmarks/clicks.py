"""Clicks through the whole bot: from the gateway's event to the acknowledgement, with a durable answer in between.

The real client, actions and SQLite on disk, over an in-memory Discord; beside it the same press on a button that
stores nothing (a lesson's page), so that what storing costs can be seen apart from what Discord's library costs.
"""

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord import Env, interactions

from bot.actions.polls import Polls
from bot.app import create_bot, load_catalogue
from bot.storage import Database
from bot.storage.migrating import upgrade

PEOPLE = 500
ROUNDS = 5

acknowledged: dict[int, float] = {}


def watch_acknowledgements() -> None:
    """Note the moment at which the reply to an interaction was accepted."""
    for name in ("send_message", "edit_message"):
        real = getattr(discord.InteractionResponse, name)

        async def timed(self: Any, *args: Any, _real: Any = real, **options: Any) -> Any:
            result = await _real(self, *args, **options)
            acknowledged[self._parent.id] = time.perf_counter()
            return result

        setattr(discord.InteractionResponse, name, timed)


class Crowd:
    """People who all look at one message."""

    def __init__(self, env: Env, guild: Any, channel: Any) -> None:
        self.env, self.guild, self.channel = env, guild, channel
        self.people = [guild.add_member(env.create_user(f"p{number}")) for number in range(PEOPLE)]

    def press(self, person: Any, message: Any, custom_id: str) -> tuple[int, float]:
        """Send the event of one press; its id and the moment."""
        stored = self.env.backend.get_message(self.channel.id, message.id)
        record, payload = interactions.base_payload(
            self.env.backend,
            type=3,
            channel_id=self.channel.id,
            guild_id=self.guild.id,
            user_id=person.id,
            data={"custom_id": custom_id, "component_type": 2},
        )
        from simcord.backend import serializers

        payload["message"] = dict(serializers.message_payload(self.env.backend, stored))
        record.source_message_id = stored.id
        started = time.perf_counter()
        self.env.backend.emit("INTERACTION_CREATE", payload)
        return record.id, started

    async def press_all(self, message: Any, custom_id: str, at_once: int, count: int) -> list[float]:
        """Seconds from press to acknowledgement, with so many presses in flight."""
        times: list[float] = []
        for start in range(0, count, at_once):
            sent = [self.press(self.people[(start + n) % PEOPLE], message, custom_id) for n in range(at_once)]
            # An event a press would be timed along with it.
            while any(id not in acknowledged for id, _ in sent):  # noqa: ASYNC110
                await asyncio.sleep(0)
            times += [acknowledged[id] - began for id, began in sent]
        await self.env.settle(timeout=60)
        return times


async def measure() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        await upgrade(url)
        database = Database(url)
        env: Any = None
        bot = create_bot(database, load_catalogue(), lambda: env.now(), always_sync=True)  # noqa: PLW0108 - env comes after
        env = Env(bot, settle_timeout=60)
        await env.start()
        guild = env.create_guild("Bench")
        channel = guild.create_text_channel("quiz")
        crowd = Crowd(env, guild, channel)
        role = guild.create_role("Moderator", permissions=discord.Permissions(manage_messages=True))
        moderator = guild.add_member(env.create_user("ada"), roles=[role])

        print(
            f"Python {sys.version.split()[0]}, discord.py {discord.__version__}, simcord {simcord.__version__}"
        )
        print(f"{'':34}{'clicks/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'stored':>8}")
        for at_once in (1, 50, 500):
            stored_rates, plain_rates = [], []
            stored_times: list[float] = []
            plain_times: list[float] = []
            stored = 0
            for _ in range(ROUNDS):
                count = PEOPLE if at_once > 1 else 100
                result = await moderator.slash(channel, "poll", lesson="rlhf-basics", duration="1h")
                assert result.response is not None
                await moderator.click(result.response, label="Post")
                poll = channel.last_message
                number = poll_number(poll)
                began = time.perf_counter()
                stored_times += await crowd.press_all(poll, f"poll1:{number}:0", at_once, count)
                stored_rates.append(count / (time.perf_counter() - began))
                stored += await answers(bot.actions.polls, number)
                began = time.perf_counter()
                plain_times += await crowd.press_all(poll, "study1:rlhf-basics:1", at_once, count)
                plain_rates.append(count / (time.perf_counter() - began))
                await bot.actions.polls.close(number)
            row(f"answers, {at_once} at once", stored_rates, stored_times, stored)
            row(f"lesson pages, {at_once} at once", plain_rates, plain_times, None)
            ratio = statistics.median(stored_rates) / statistics.median(plain_rates)
            print(f"{'  answers / pages':34}{ratio:>10.2f}")
        with env._bot_scope():
            await bot.close()
        await env.shutdown()
        await database.close()


def poll_number(message: Any) -> int:
    """The poll's id, from its first button."""
    found = [
        child.custom_id
        for top in message.components
        for row_ in getattr(top, "children", [])
        for child in getattr(row_, "children", [])
        if getattr(child, "custom_id", "") and child.custom_id.startswith("poll1:")
    ]
    return int(found[0].split(":")[1])


async def answers(polls: Polls, number: int) -> int:
    """How many answers are stored."""
    shown = await polls.view(number)
    return getattr(shown, "answered", 0)


def row(name: str, rates: list[float], times: list[float], stored: int | None) -> None:
    """One line of the table."""
    ordered = sorted(times)
    p50, p99 = ordered[len(ordered) // 2] * 1000, ordered[int(len(ordered) * 0.99)] * 1000
    kept = "" if stored is None else str(stored)
    print(f"{name:34}{statistics.median(rates):>10.0f}{p50:>9.1f}{p99:>9.1f}{kept:>8}")


def main() -> None:
    """Settle quickly and let timers move with simulated time alone, as in the tests; then measure."""
    (Env._settle_internal.__kwdefaults__ or {})["idle"] = 0.001
    Env._schedule_timer = lambda self, *args: None  # type: ignore[method-assign]
    watch_acknowledgements()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(measure())


if __name__ == "__main__":
    main()
