"""The playground's shell: the page around the rooms, served on this machine to whoever has the address."""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.playground.glue import FONTS, SimulatedDiscord
from bot.playground.world import World

_HERE = Path(__file__).parent
_PAGE = _HERE / "page"
_PORTRAITS = _HERE / "portraits"
_FILES = {
    "shell.css": "text/css",
    "shell.js": "application/javascript",
    "frame.css": "text/css",
    "frame.js": "application/javascript",
}
_PICTURE_NAMES = frozenset(path.name for path in _PORTRAITS.glob("*.png"))
_FONT_NAMES = frozenset(path.name for path in FONTS.glob("*.ttf"))
_FOR_A_YEAR = "public, max-age=31536000, immutable"
_PING_SECONDS = 5.0
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
}

_log = logging.getLogger(__name__)


class Shell:
    """A loopback server with a key of its own, because its page hands out what opens every room."""

    def __init__(self, world: World, simulation: SimulatedDiscord) -> None:
        self._world = world
        self._simulation = simulation
        self._key = secrets.token_urlsafe(24)
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._listeners: set[asyncio.Queue[dict[str, Any] | None]] = set()

    @property
    def address(self) -> str:
        """Where the playground is; whoever has this address can use it."""
        return f"http://127.0.0.1:{self._port}/?key={self._key}"

    async def open(self, port: int) -> int:
        """Serve at `port`, or at a free one if that is taken; return the port."""
        application = web.Application(middlewares=[self._guard])
        application.router.add_get("/", self._index)
        application.router.add_get("/world", self._describe)
        application.router.add_get("/events", self._events)
        for order in ("/stop", "/start", "/restart"):
            application.router.add_post(order, self._order)
        application.router.add_get("/page/{name}", self._file)
        application.router.add_get("/portraits/{name}", self._portrait)
        application.router.add_get("/fonts/{name}", self._font)
        for room in self._simulation.rooms:
            application.add_subapp(room.path, room.pages)
        # Handlers outlive the browser's request, or a closed tab would cut a bot's callback short.
        runner = web.AppRunner(application, access_log=None, handler_cancellation=False, shutdown_timeout=0.5)
        await runner.setup()
        self._runner = runner
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._port = runner.addresses[0][1]
        self._simulation.bind(self._port)
        return self._port

    def announce(self) -> None:
        """Tell every open page what is new in which room, and whether the bot is on."""
        self._tell(self._news())

    async def close(self) -> None:
        """Tell every open page that this is the end, and stop serving."""
        self._tell({"stopped": True})
        for listener in self._listeners:
            listener.put_nowait(None)
        if self._runner is not None:
            await self._runner.cleanup()

    def _news(self) -> dict[str, Any]:
        return {"latest": self._simulation.latest(), "botIsOn": self._simulation.bot_is_on}

    def _tell(self, news: dict[str, Any]) -> None:
        for listener in self._listeners:
            listener.put_nowait(news)

    # ------------------------------------------------------------ the guard

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Refuse a name other than this machine's, which a page elsewhere could have bound to it."""
        allowed = {f"127.0.0.1:{self._port}", f"localhost:{self._port}"}
        if request.headers.get("Host", "") not in allowed:
            return _refusal("The playground answers at 127.0.0.1 and localhost only.")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc not in allowed:
            return _refusal("The playground answers its own pages only.")
        return await handler(request)

    def _has_key(self, request: web.Request) -> bool:
        offered = request.headers.get("X-Rung-Key") or request.query.get("key", "")
        return secrets.compare_digest(offered.encode(), self._key.encode())

    # ------------------------------------------------------------ the pages

    async def _index(self, request: web.Request) -> web.StreamResponse:
        if not self._has_key(request):
            return _refusal("Open the whole address that `rung try` printed: it ends in a key.")
        return web.FileResponse(_PAGE / "shell.html", headers=_HEADERS)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in _FILES:
            raise web.HTTPNotFound
        text = (_PAGE / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=_FILES[name], headers=_HEADERS)

    async def _portrait(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in _PICTURE_NAMES:
            raise web.HTTPNotFound
        return web.FileResponse(_PORTRAITS / name, headers=_HEADERS)

    async def _font(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in _FONT_NAMES:
            raise web.HTTPNotFound
        return web.FileResponse(FONTS / name, headers={**_HEADERS, "Cache-Control": _FOR_A_YEAR})

    async def _describe(self, request: web.Request) -> web.StreamResponse:
        if not self._has_key(request):
            return _refusal("The key is missing or wrong.")
        return web.json_response(
            {
                "guild": self._world.guild.name,
                "members": [
                    {"username": member.username, "name": member.name, "isModerator": member.is_moderator}
                    for member in self._world.members
                ],
                "rooms": [
                    {
                        "slug": room.slug,
                        "id": str(room.channel_id),
                        "name": room.channel.name if room.channel is not None else None,
                        "forStaff": room.channel is not None and room.channel.for_staff,
                        "viewers": {member.username: str(member.id) for member in room.viewers},
                        "path": room.path,
                        "capability": room.capability,
                    }
                    for room in self._simulation.rooms
                ],
            },
            headers=_HEADERS,
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """A stream of what the shell page must know, until the page goes away or the playground stops."""
        if not self._has_key(request):
            return _refusal("The key is missing or wrong.")
        stream = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await stream.prepare(request)
        news: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        news.put_nowait(self._news())
        self._listeners.add(news)
        try:
            while True:
                try:
                    item = await asyncio.wait_for(news.get(), _PING_SECONDS)
                except TimeoutError:
                    await stream.write(b": still here\n\n")
                    continue
                if item is None:
                    break
                await stream.write(f"data: {json.dumps(item)}\n\n".encode())
        except ConnectionResetError:
            _log.debug("A page went away.")
        finally:
            self._listeners.discard(news)
        return stream

    async def _order(self, request: web.Request) -> web.StreamResponse:
        """Stop the bot, or start a fresh one whether it was on or off."""
        if not self._has_key(request):
            return _refusal("The key is missing or wrong.")
        stops = request.path == "/stop"
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            await (self._simulation.stop_bot() if stops else self._simulation.restart_bot())
        except Exception as error:  # noqa: BLE001  (logged, and told to the person who asked)
            _log.exception("The bot did not %s.", "stop" if stops else "start")
            return web.json_response({"failure": str(error) or type(error).__name__}, headers=_HEADERS)
        finally:
            self.announce()
        return web.json_response({"seconds": loop.time() - began}, headers=_HEADERS)


def _refusal(sentence: str) -> web.Response:
    return web.Response(status=403, text=f"{sentence}\n", headers=_HEADERS)
