"""A storm: 500 members press within ten seconds on one poll, while 50 other polls with 20 answers each close.

The real client, actions and SQLite on disk, over an in-memory Discord whose clock keeps pace with the real one, so
that the bot's own clockwork closes the polls and paces its edits; nothing is compressed. Members press at random
moments, and each wait is counted from the moment that was drawn, whatever kept the process from getting to it.
Beside the storm the same presses are measured while nothing else happens.
"""

import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
from simcord import Env, interactions
from simcord.backend import serializers

from bot.storage import Database
from bot.storage.migrating import upgrade
from lessons.catalogue import Catalogue
from tests.benchmarks.clicks import answers, poll_number
from tests.chat_stage import make_bot, small_lesson
from tests.crashes.lasting import wire

PEOPLE, OTHERS, VOTERS = 500, 50, 20
SECONDS = 10.0
ROUNDS = 3
OPEN = 300.0
"""Seconds for which the other polls are open."""
STEP = 0.05
"""Seconds after which the simulated clock is brought up to the real one."""

acknowledged: dict[int, float] = {}
edited: list[datetime] = []


def watch() -> None:
    """Note when the first reply to an interaction was accepted, and when edits are sent by the simulated clock."""
    for name in ("send_message", "defer"):
        real = getattr(discord.InteractionResponse, name)

        async def timed(self: Any, *args: Any, _real: Any = real, **options: Any) -> Any:
            result = await _real(self, *args, **options)
            acknowledged.setdefault(self._parent.id, time.perf_counter())
            return result

        setattr(discord.InteractionResponse, name, timed)
    edit = discord.PartialMessage.edit

    async def noted(self: Any, **options: Any) -> Any:
        edited.append(discord.utils.utcnow())
        return await edit(self, **options)

    discord.PartialMessage.edit = noted  # type: ignore[method-assign]


@dataclass
class Found:
    """What one round came to."""

    waits: list[float] = field(default_factory=list)
    """Seconds from the moment of a press to its acknowledgement."""
    recorded: int = 0
    """Presses whose person was told that the answer is recorded."""
    stored: int = 0
    deferred: int = 0
    counts: int = 0
    """Edits of the pressed poll's message."""
    results: int = 0
    """Edits of the others' messages."""
    in_time: int = 0
    """Results that stood when the ten seconds were over."""
    most: int = 0
    """Edits within one second of the simulated clock."""
    late: float = 0.0
    """By how many seconds the simulated clock was ever behind the real one."""


class Storm:
    """A server, its people, the poll that all of them press and the others that close meanwhile."""

    def __init__(self, env: Env, bot: Any, draw: random.Random) -> None:
        self.env, self.bot, self.draw = env, bot, draw
        self.guild = env.create_guild("Bench")
        self.channel = self.guild.create_text_channel("quiz")
        role = self.guild.create_role("Moderator", permissions=discord.Permissions(manage_messages=True))
        self.moderator = self.guild.add_member(env.create_user("ada"), roles=[role])
        self.people = [self.guild.add_member(env.create_user(f"p{number}")) for number in range(PEOPLE)]

    async def post(self, number: int, duration: str) -> Any:
        """Post the poll that asks this question."""
        asked = await self.moderator.slash(
            self.channel, "poll", lesson="storm", question=f"storm-{number}", duration=duration
        )
        assert asked.response is not None
        await self.moderator.click(asked.response, label="Post")
        return self.channel.last_message

    def press(self, person: Any, message: Any, option: int) -> Any:
        """Send the event of one press; the interaction's record."""
        backend = self.env.backend
        record, payload = interactions.base_payload(
            backend,
            type=3,
            channel_id=self.channel.id,
            guild_id=self.guild.id,
            user_id=person.id,
            data={"custom_id": f"poll1:{poll_number(message)}:{option}", "component_type": 2},
        )
        stored = backend.get_message(self.channel.id, message.id)
        payload["message"] = dict(serializers.message_payload(backend, stored))
        record.source_message_id = stored.id
        backend.emit("INTERACTION_CREATE", payload)
        return record

    async def prepare(self, others: int) -> Any:
        """Post the others so that they close one after the other in the ten seconds to come; the poll to press."""
        for number in range(2, 2 + others):
            message = await self.post(number, f"{OPEN:.0f}s")
            for person in self.draw.sample(self.people, VOTERS):
                self.press(person, message, self.draw.randrange(3))
            await self.env.advance_time(SECONDS / others)
        poll = await self.post(1, "1h")
        # Whatever the preparation made the bot do is done by then.
        await self.env.advance_time(OPEN - SECONDS - 0.1 if others else 60)
        return poll

    async def keep_time(self, began: float, found: Found) -> None:
        """Keep the simulated clock at the pace of the real one, as far as the bot comes to rest in between."""
        elapsed = 0.0
        while True:
            await asyncio.sleep(STEP)
            ahead = time.perf_counter() - began - elapsed
            elapsed += ahead
            found.late = max(found.late, ahead)
            await self.env.advance_time(ahead)

    async def press_all(self, message: Any, began: float) -> list[tuple[Any, float]]:
        """Everybody presses once; records and the moments that were drawn for them."""
        moments = sorted(self.draw.uniform(0, SECONDS) for _ in self.people)
        pressed: list[tuple[Any, float]] = []
        for person, moment in zip(self.draw.sample(self.people, PEOPLE), moments, strict=True):
            await asyncio.sleep(began + moment - time.perf_counter())
            pressed.append((self.press(person, message, self.draw.randrange(3)), began + moment))
        return pressed

    def edits(self, since: int) -> Counter[int]:
        """How often each message was edited since so many requests."""
        prefix = f"/channels/{self.channel.id}/messages/"
        asked = self.env.http_requests[since:]
        return Counter(
            int(one.path.removeprefix(prefix))
            for one in asked
            if one.method == "PATCH" and one.path.startswith(prefix)
        )

    async def round(self, others: int) -> Found:
        """One storm, or the same presses with no other polls."""
        poll = await self.prepare(others)
        since, found = len(self.env.http_requests), Found()
        edited.clear()
        began = time.perf_counter()
        clock = asyncio.create_task(self.keep_time(began, found))
        pressed = await self.press_all(poll, began)
        await asyncio.sleep(began + SECONDS - time.perf_counter())
        found.in_time = sum(one != poll.id for one in self.edits(since))
        while any(record.id not in acknowledged for record, _ in pressed):
            await asyncio.wait([clock], timeout=STEP)
        # Results go on at the bot's pace, and the last answers are counted.
        await asyncio.sleep(SECONDS)
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
        edits = self.edits(since)
        found.counts = edits.pop(poll.id, 0)
        found.results = edits.total()
        second = timedelta(seconds=1)
        found.most = max((sum(at <= one < at + second for one in edited) for at in edited), default=0)
        found.waits = [acknowledged[record.id] - moment for record, moment in pressed]
        found.recorded = sum(self.was_recorded(record) for record, _ in pressed)
        found.stored = await answers(self.bot.actions.polls, poll_number(poll))
        found.deferred = sum(
            one.path.endswith("/callback") and bool(one.json) and one.json["type"] == 5
            for one in self.env.http_requests[since:]
        )
        return found

    def was_recorded(self, record: Any) -> bool:
        """Whether the person was told so."""
        shown = self.env.backend.messages[self.channel.id].get(record.message_id or 0)
        return shown is not None and "Recorded, and final" in wire(shown)


async def measure(others: int, seed: int) -> Found:
    """One round in a world and a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        await upgrade(url)
        database = Database(url)
        world: list[Env] = []
        lesson = small_lesson("storm", "A storm", questions=OTHERS + 1)
        bot = make_bot(world, database, Catalogue((lesson,)))
        world.append(Env(bot, settle_timeout=60))
        env = world[0]
        await env.start()
        try:
            return await Storm(env, bot, random.Random(seed)).round(others)
        finally:
            with env._bot_scope():
                await bot.close()
            await env.shutdown()
            await database.close()


def row(name: str, rounds: list[Found]) -> None:
    """One line of the table: the waits of all rounds together, the rest as medians."""
    waits = sorted(wait * 1000 for one in rounds for wait in one.waits)

    def middle(of: str) -> float:
        return statistics.median(getattr(one, of) for one in rounds)

    print(
        f"{name:24}{waits[len(waits) // 2]:>8.1f}{waits[int(len(waits) * 0.99)]:>8.1f}{waits[-1]:>8.1f}"
        f"{middle('deferred'):>10.0f}{middle('counts'):>8.0f}{middle('results'):>9.0f}{middle('in_time'):>9.0f}"
        f"{middle('most'):>9.0f}{middle('late') * 1000:>10.0f}   {sum(one.stored for one in rounds)} = {sum(one.recorded for one in rounds)}"
    )


def main() -> None:
    """Print one table."""
    watch()
    arms: dict[str, list[Found]] = {"nothing else": [], f"{OTHERS} others close": []}
    for number in range(ROUNDS):
        for name, found in arms.items():
            found.append(asyncio.run(measure(OTHERS if name != "nothing else" else 0, number)))
    print(f"{PEOPLE} members press within {SECONDS:.0f} s on one poll, {ROUNDS} rounds")
    print(
        f"{'':24}{'p50 ms':>8}{'p99 ms':>8}{'worst':>8}{'deferred':>10}{'counts':>8}{'results':>9}"
        f"{'in 10 s':>9}{'most/s':>9}{'clock ms':>10}   stored = told so"
    )
    for name, found in arms.items():
        row(name, found)
    print("counts, results: edits of the pressed poll and of the closed ones; most/s: edits in one second;")
    print(
        "clock: by how much the simulated clock fell behind, after which the bot has as much to catch up with"
    )


if __name__ == "__main__":
    main()
