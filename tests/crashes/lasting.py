"""A simulated Discord that bots in processes of their own reach over loopback, and that outlives them."""

import asyncio
import json
import multiprocessing
import re
import signal
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from typing import Any

import discord
from aiohttp import WSMsgType, web
from simcord.backend import Backend, serializers
from simcord.backend.errors import BackendError
from simcord.backend.models import Interaction, Message, Overwrite
from simcord.enums import OverwriteType
from simcord.http import routes as _routes  # noqa: F401 - registers what the router knows
from simcord.http.router import dispatch
from simcord.interactions import base_payload

from tests.crashes.child import serve

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([serve.__module__])
NONCE_LASTS = 180
"""Seconds; Discord says "a few minutes"."""
PATIENCE = 60
"""Seconds in which a bot must have started, or done what it is waited for, on a busy machine."""

_HEARD = ("GUILD_", "CHANNEL_", "THREAD_", "INTERACTION_")
"""What Discord tells a bot that asked for servers alone."""


@dataclass(frozen=True, slots=True)
class Death:
    """The moment at which the bot's process is killed: at a request of its own, before or after it has effect."""

    method: str
    path: str
    """A regular expression."""
    effective: bool
    showing: str = ""
    """What the body must contain."""


class LastingDiscord:
    """One server with one channel, a moderator and members, as far as the bot's processes can tell from outside."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.ahead = 0.0
        """By how many seconds all clocks are ahead."""
        self.backend = Backend()
        self._keep_time()
        self.guild = self.backend.create_guild("Academy")
        self.channel = self.backend.create_channel(self.guild.id, "quiz")
        moderator = discord.Permissions(manage_messages=True, manage_guild=True).value
        role = self.backend.create_role(self.guild.id, name="Moderator", permissions=moderator)
        self.moderator = self._member("ada", role.id)
        self.members = [self._member(name) for name in ("ben", "cleo", "dan", "eve")]
        self.death: Death | None = None
        self.processes: list[ForkServerProcess] = []
        self._sessions: list[web.WebSocketResponse] = []
        self._nonces: dict[str, tuple[float, int, int]] = {}
        self._sends: set[asyncio.Task[None]] = set()
        self._port = 0
        self.backend.subscribers.append(self._tell)

    def _member(self, name: str, *roles: int) -> int:
        user = self.backend.make_user(name)
        self.backend.add_member(self.guild.id, user.id, roles=roles)
        return user.id

    def crowd(self, people: int) -> list[int]:
        """So many members more."""
        return [self._member(f"person{number}") for number in range(people)]

    def now(self) -> datetime:
        """The time on every clock."""
        return datetime.fromtimestamp(time.time() + self.ahead, UTC)

    def _keep_time(self) -> None:
        self.backend.clock.elapsed = (self.now() - self.backend.clock._epoch).total_seconds()

    @asynccontextmanager
    async def served(self) -> AsyncGenerator["LastingDiscord"]:
        """Reachable on a port of loopback; whatever bots are left are killed afterwards."""
        app = web.Application()
        app.router.add_get("/gateway", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        try:
            yield self
        finally:
            await self.kill()
            await runner.cleanup()

    async def start_bot(self) -> None:
        """Start one more process of the bot, and wait until it has logged in."""
        known = len(self._sessions)
        process = _PROCESSES.Process(target=serve, args=(self.url, self._port, self.ahead), daemon=True)
        await asyncio.to_thread(process.start)
        self.processes.append(process)
        await until(lambda: len(self._sessions) > known)

    async def kill(self) -> None:
        """Kill every process of the bot with SIGKILL."""
        self._kill_at_once()
        for process in self.processes:
            await asyncio.to_thread(process.join)
        self.processes.clear()

    def _kill_at_once(self) -> None:
        for process in self.processes:
            if process.is_alive():
                process.kill()
        self._sessions.clear()

    async def died(self) -> None:
        """Wait until the bot was killed where its death was foreseen, which is over then."""
        for process in self.processes:
            await asyncio.to_thread(process.join, PATIENCE)
            assert process.exitcode == -signal.SIGKILL
        assert self.death is None, "the moment never came"
        self.processes.clear()

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        body: Any = None
        if request.content_type.startswith("multipart/"):
            body = json.loads(str((await request.post())["payload_json"]))
        elif request.can_read_body:
            body = await request.json()
        dying = self._foreseen(request.method, path, body)
        if dying is not None and not dying.effective:
            self._kill_at_once()
            return web.Response(status=500)
        status, answer = self._dispatch(request, path, body)
        if dying is not None:
            self._kill_at_once()
        # discord.py knows JSON by this name alone, without a charset.
        return web.Response(body=json.dumps(answer).encode(), status=status, content_type="application/json")

    def _foreseen(self, method: str, path: str, body: Any) -> Death | None:
        death = self.death
        if death is None or death.method != method or not re.fullmatch(death.path, path):
            return None
        if death.showing not in json.dumps(body, ensure_ascii=False):
            return None
        self.death = None
        return death

    def _dispatch(self, request: web.Request, path: str, body: Any) -> tuple[int, Any]:
        self._keep_time()
        nonce = body.get("nonce") if isinstance(body, dict) and body.get("enforce_nonce") else None
        if nonce is not None and (known := self._posted_under(str(nonce))) is not None:
            return 200, serializers.message_payload(self.backend, known)
        try:
            self._refuse_a_second_thread(request.method, path)
            answer = dispatch(
                self.backend, request.method, path, json=body, params=dict(request.query), files=[]
            )
        except BackendError as refused:
            return refused.status, refused.to_json()
        if nonce is not None:
            at = self.now().timestamp()
            self._nonces[str(nonce)] = (at, int(answer["channel_id"]), int(answer["id"]))
        return 200, answer if answer is not None else {}

    def _refuse_a_second_thread(self, method: str, path: str) -> None:
        """SimCord does not; a thread has the id of the message on which it was made."""
        begun = re.fullmatch(r"/channels/\d+/messages/(\d+)/threads", path)
        if method == "POST" and begun is not None and int(begun[1]) in self.backend.channels:
            raise BackendError(400, 160004, "A thread has already been created for this message")

    def _posted_under(self, nonce: str) -> Message | None:
        at, channel, message = self._nonces.get(nonce, (0.0, 0, 0))
        if self.now().timestamp() - at > NONCE_LASTS:
            return None
        return self.backend.messages.get(channel, {}).get(message)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 41250}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            said = json.loads(message.data)
            if said["op"] == 1:
                await socket.send_json({"op": 11})
            elif said["op"] == 2:
                await self._welcome(socket)
        if socket in self._sessions:
            self._sessions.remove(socket)
        return socket

    async def _welcome(self, socket: web.WebSocketResponse) -> None:
        ready = {
            "v": 10,
            "user": dict(serializers.user_payload(self.backend.bot_user)),
            "guilds": [{"id": str(self.guild.id), "unavailable": True}],
            "session_id": "one",
            "resume_gateway_url": f"ws://127.0.0.1:{self._port}/gateway",
            "application": {"id": str(self.backend.application_id), "flags": 0},
        }
        await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": ready})
        guild = dict(serializers.guild_create_payload(self.backend, self.guild))
        await socket.send_json({"op": 0, "s": 2, "t": "GUILD_CREATE", "d": guild})
        self._sessions.append(socket)

    def _tell(self, event: str, payload: Mapping[str, Any]) -> None:
        if not event.startswith(_HEARD) or event.startswith("GUILD_MEMBER"):
            return
        for socket in self._sessions:
            task = asyncio.ensure_future(
                self._send(socket, {"op": 0, "s": 3, "t": event, "d": dict(payload)})
            )
            self._sends.add(task)
            task.add_done_callback(self._sends.discard)

    async def _send(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> None:
        if not socket.closed:
            await socket.send_json(said)

    def command(self, name: str, **options: str) -> Interaction:
        """The moderator gives a command."""
        command = self.backend.commands[None][(name, 1)]
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        data = {"id": str(command["id"]), "name": name, "type": 1, "options": given}
        return self._interact(self.moderator, 2, data)

    def press(self, who: int, message: Message, custom_id: str, *chosen: str) -> Interaction:
        """Somebody presses a button, or chooses from a select."""
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": 3 if chosen else 2}
        if chosen:
            data["values"] = list(chosen)
        return self._interact(who, 3, data, message)

    def _interact(self, who: int, type: int, data: Any, message: Message | None = None) -> Interaction:
        self._keep_time()
        record, payload = base_payload(
            self.backend,
            type=type,
            channel_id=self.channel.id,
            guild_id=self.guild.id,
            user_id=who,
            data=data,
        )
        if message is not None:
            record.source_message_id = message.id
            payload["message"] = dict(serializers.message_payload(self.backend, message))
        self._tell("INTERACTION_CREATE", payload)
        return record

    def stands(self, channel: int, screen: discord.ui.LayoutView) -> int:
        """The bot has posted this there, before anybody looks; the message's id."""
        self._keep_time()
        body = {"components": screen.to_components(), "flags": discord.MessageFlags.components_v2.flag}
        path = f"/channels/{channel}/messages"
        return int(dispatch(self.backend, "POST", path, json=body, params={}, files=[])["id"])

    def thread_on(self, message: int) -> int:
        """The bot has made a thread on a message of the channel; the thread's id."""
        path, body = f"/channels/{self.channel.id}/messages/{message}/threads", {"name": "A thread"}
        return int(dispatch(self.backend, "POST", path, json=body, params={}, files=[])["id"])

    def forbid(self, **denied: bool) -> None:
        """Deny the bot these permissions in the channel."""
        _, deny = discord.PermissionOverwrite(**denied).pair()  # type: ignore[arg-type]
        bot = self.backend.bot_user.id
        overwrite = Overwrite(target_id=bot, type=OverwriteType.MEMBER, allow=0, deny=deny.value)
        self.backend.set_overwrite(self.channel.id, overwrite)

    def asked(self, method: str, path: str) -> int:
        """How often bots asked this of Discord."""
        asked = self.backend.http_requests
        return sum(one.method == method and bool(re.fullmatch(path, one.path)) for one in asked)

    def posted(self, channel: int | None = None) -> list[Message]:
        """What everybody sees of the bot in the channel or in a thread of it, oldest first."""
        messages = self.backend.messages[channel or self.channel.id].values()
        seen = (one for one in messages if one.components and not one.is_ephemeral)
        return sorted(seen, key=lambda one: one.id)

    def answer_to(self, record: Interaction) -> str:
        """What the person was shown, as it went over the wire."""
        message = self.backend.messages[self.channel.id].get(record.message_id or 0)
        return wire(message) if record.responded and message is not None and not record.loading else ""


def wire(message: Message) -> str:
    """All of a message's components as text."""
    return json.dumps(
        [getattr(one, "raw", one) for one in message.components], ensure_ascii=False, default=str
    )


async def until(holds: Any) -> None:
    """Wait until it holds; a coroutine function is awaited."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = holds()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)
