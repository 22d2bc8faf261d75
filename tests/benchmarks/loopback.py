"""The whole bot over HTTPS on loopback, with 500 presses in flight: from an interaction's bytes to the reply received.

The real bot runs in a process of its own, over SQLite on disk; the Discord it talks to is a gateway and a REST
service on 127.0.0.1 with a self-signed certificate. A press is an event of some kilobytes on the gateway's socket;
it is over when its reply has arrived whole. Beside it the same bot in a second process with the same receipt to
every press that stores nothing: no answer, no name, and no look for news, so that it does not touch its database
at all between two ticks. A third arm writes nothing but looks for news as the bot does. Rounds of the arms take
turns, and one arm's process idles while another's is measured.
"""

import asyncio
import json
import os
import re
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from simcord.backend import serializers
from simcord.backend.models import Message
from simcord.interactions import base_payload

from bot.app import load_catalogue
from bot.storage import Database
from bot.storage.migrating import upgrade
from tests.crashes.lasting import LastingDiscord, until, wire

AT_ONCE = 500
PEOPLE = 2_500
ROUNDS = 5
REPLY = re.compile(r"(?:interactions/(?P<interaction>\d+)|webhooks/\d+)/(?P<token>[^/]+)(?:/callback)?")
DEFERRED = 5
ARMS = ("stored", "news only", "nothing")
CHILD = Path(__file__).with_name("loopback_bot.py")


class Loopback(LastingDiscord):
    """A Discord over HTTPS to which several bots are connected, of which one at a time hears what happens."""

    def __init__(self, folder: Path) -> None:
        super().__init__("")
        self.certificate = certificate(folder)
        self.heard_by: web.WebSocketResponse | None = None
        self.replies: dict[int, bytes] = {}
        """What each press was told, as it came."""
        self.replied = asyncio.Semaphore(0)
        self.started: list[asyncio.subprocess.Process] = []
        """Bots, each with an environment of its own."""
        self.presses: dict[str, int] = {}
        """The presses that are measured, by their interactions' tokens."""
        self.deferred = 0
        """Presses that were told to wait."""
        self.shown: dict[str, Any] = {}

    @asynccontextmanager
    async def served(self) -> AsyncGenerator["Loopback"]:
        """Reachable on a port of loopback; whatever bots are left are killed afterwards."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate)
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
        await site.start()
        self._port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        try:
            yield self
        finally:
            await self.kill()
            await runner.cleanup()

    async def connect(self, arm: str, url: str) -> "Bot":
        """Start the bot of this arm over this database."""
        known = len(self._sessions)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(CHILD),
            arm,
            url,
            str(self._port),
            cwd=CHILD.parents[2],
            env=os.environ | {"SSL_CERT_FILE": str(self.certificate)},
        )
        self.started.append(process)
        await until(lambda: len(self._sessions) > known)
        return Bot(self, arm, url, self._sessions[-1], process.pid)

    async def kill(self) -> None:
        """Kill every process of the bot with SIGKILL."""
        for process in self.started:
            if process.returncode is None:
                process.kill()
            await process.wait()
        self.started.clear()
        self._sessions.clear()

    def _tell(self, event: str, payload: Any) -> None:
        everybody = self._sessions
        self._sessions = [one for one in everybody if one is self.heard_by]
        super()._tell(event, payload)
        self._sessions = everybody

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        """Take a reply to a measured press as cheaply as can be; all else is dealt with as usual."""
        matched = REPLY.fullmatch(request.match_info["path"])
        if matched is None or request.method != "POST" or matched["token"] not in self.presses:
            return await super()._rest(request)
        id, said = self.presses[matched["token"]], await request.read()
        if matched["interaction"] and json.loads(said)["type"] == DEFERRED:
            self.deferred += 1
        else:
            self.replies[id] = said
            self.replied.release()
        interaction = {"id": str(id), "type": 3, "response_message_id": str(id + 1)}
        answer = {"interaction": interaction} if matched["interaction"] else self.shown
        return web.Response(body=json.dumps(answer).encode(), content_type="application/json")


class Bot:
    """One arm's process, and its rounds."""

    def __init__(
        self, discord: Loopback, arm: str, url: str, socket: web.WebSocketResponse, process: int
    ) -> None:
        self.discord, self.arm, self.socket, self.process = discord, arm, socket, process
        self.database = Database(url)
        self.rates: list[float] = []
        self.busy: list[float] = []
        """How much of a core the bot used."""
        self.served: list[float] = []
        """How much of one this process did, which plays Discord."""
        self.told = self.stored = 0
        # A question that is in an open poll is not asked again.
        self.questions = iter(
            [(one.slug, asked.id) for one in load_catalogue().lessons for asked in one.questions]
        )

    def forget(self) -> None:
        """Begin to measure."""
        self.rates, self.busy, self.served, self.told, self.stored = [], [], [], 0, 0

    async def post(self) -> tuple[int, Message]:
        """A poll of this bot's own, and its message."""
        discord = self.discord
        discord.heard_by = self.socket
        discord._nonces.clear()  # bots with databases of their own number their polls alike
        known = {one.id for one in discord.posted()}
        lesson, question = next(self.questions)
        asked = discord.command("poll", lesson=lesson, question=question, duration="1h")
        await until(lambda: "Preview" in discord.answer_to(asked))
        preview = discord.backend.get_message(asked.channel_id, asked.message_id or 0)
        (yes,) = re.findall(r"pollpost1:[^\"]+", wire(preview))
        pressed = discord.press(discord.moderator, preview, yes)
        await until(lambda: "Posted" in discord.answer_to(pressed))
        (message,) = [one for one in discord.posted() if one.id not in known]
        return int(re.findall(r"poll1:(\d+):0", wire(message))[0]), message

    def events(self, poll: int, message: Message, people: list[int]) -> list[str]:
        """The bytes of one press a person, which are measured from now on."""
        discord = self.discord
        discord.presses, discord.replies = {}, {}
        discord.shown = dict(serializers.message_payload(discord.backend, message))
        events: list[str] = []
        for number, person in enumerate(people):
            record, payload = base_payload(
                discord.backend,
                type=3,
                channel_id=discord.channel.id,
                guild_id=discord.guild.id,
                user_id=person,
                data={"custom_id": f"poll1:{poll}:{number % 3}", "component_type": 2},
            )
            payload["message"] = discord.shown
            discord.presses[record.token] = record.id
            events.append(json.dumps({"op": 0, "s": 3, "t": "INTERACTION_CREATE", "d": payload}))
        return events

    async def round(self, people: list[int]) -> None:
        """Everybody presses once on a new poll; the first presses open the connections and are not timed."""
        poll, message = await self.post()
        events = self.events(poll, message, people)
        await self.press_all(events[:AT_ONCE])
        used, own, began = processor_seconds(self.process), time.process_time(), time.perf_counter()
        await self.press_all(events[AT_ONCE:])
        seconds = time.perf_counter() - began
        self.rates.append((len(events) - AT_ONCE) / seconds)
        self.busy.append((processor_seconds(self.process) - used) / seconds)
        self.served.append((time.process_time() - own) / seconds)
        self.told += sum(b"Recorded, and final" in one for one in self.discord.replies.values())
        async with self.database.reading() as unit:
            self.stored += await unit.polls.count(poll)

    async def press_all(self, events: list[str]) -> None:
        """Send the events, so many at once, until each has its reply."""
        self.discord.replied = replied = asyncio.Semaphore(AT_ONCE)
        for event in events:
            await replied.acquire()
            await self.socket.send_str(event)
        for _ in range(AT_ONCE):
            await replied.acquire()


def processor_seconds(process: int) -> float:
    """How long a process has computed; not a number where the system does not tell."""
    file = Path(f"/proc/{process}/stat")
    if not file.exists():
        return float("nan")
    fields = file.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def certificate(folder: Path) -> Path:
    """A key and a self-signed certificate for 127.0.0.1, in one file."""
    file = folder / "loopback.pem"
    own = folder / "own.pem"
    words = f"""req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1
        -addext subjectAltName=IP:127.0.0.1 -keyout {file} -out {own}"""
    subprocess.run(["openssl", *words.split()], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + own.read_bytes())
    return file


async def measure() -> None:
    """Print one table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            discord = await stack.enter_async_context(Loopback(folder).served())
            bots: list[Bot] = []
            for arm in ARMS:
                url = f"sqlite:///{folder / arm.replace(' ', '-')}.sqlite3"
                await upgrade(url)
                bots.append(await discord.connect(arm, url))
                stack.push_async_callback(bots[-1].database.close)
            people = discord.crowd(PEOPLE)
            for bot in bots:
                await bot.round(people)  # to warm up, and to meet everybody
                bot.forget()
            for number in range(ROUNDS):
                for bot in bots if number % 2 else reversed(bots):
                    await bot.round(people)
            report(discord, bots)


def report(discord: Loopback, bots: list[Bot]) -> None:
    """The table."""
    plain = statistics.median(bots[-1].rates)
    print(f"Presses a second over HTTPS on loopback, {AT_ONCE} in flight, medians of {ROUNDS} rounds")
    print(f"{'':12}{'presses/s':>10}{'/ nothing':>11}{'bot busy':>10}{'Discord busy':>14}   stored = told so")
    for bot in bots:
        rate = statistics.median(bot.rates)
        print(
            f"{bot.arm:12}{rate:>10,.0f}{rate / plain:>11.2f}{statistics.median(bot.busy):>10.0%}"
            f"{statistics.median(bot.served):>14.0%}   {bot.stored} = {bot.told}"
        )
    print(
        f"{discord.deferred} presses were told to wait first, those that only open the connections among them"
    )


def main() -> None:
    """Measure."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
