"""The playground's glue: SimCord turned from a test bench into a live server; its private names stay here.

What SimCord 3.2.1 documents shows one channel to one browser that asks for news by a button. Everything
underscored below is what it takes to show several channels to several people, live; each use says why.
`requirements.py` refuses any other version.
"""

# ruff: noqa: SLF001  (the private names are this module's reason to be)
# pyright: reportPrivateUsage=false
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (SimCord types its requests, pages and clocks as Any)

import asyncio
import contextlib
import functools
import logging
import re
from collections.abc import Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import discord
import simcord
from aiohttp import web
from simcord.preview import Preview
from simcord.preview import _server as simcord_server
from simcord.preview._server import PreviewServer

from bot.playground.world import Channel, CreateBot, Member, World

PUMP_SECONDS = 0.25
"""How often simulated time catches up with real time, and open pages with the world."""

FONTS = Path(simcord_server.__file__).with_name("static") / "fonts"
"""The fonts that SimCord's pages ask for under `/fonts/`, 30 MB, the same for every room."""

_LONGEST_STEP = 30.0  # simulated seconds that pass tick by tick at once
_A_SLEEP = 300.0  # simulated seconds behind real time that only a computer that slept can be
_LONGEST_WAIT = 10.0  # seconds of real time for the bot to sync its commands, greet or close
_TRANSCRIPT_LENGTH = 500
_PORTRAITS = Path(__file__).with_name("portraits")
_SIMCORD_PAGE = FONTS.parent
_FRAME_HEAD = '<link rel="stylesheet" href="/page/frame.css"><script src="/page/frame.js"></script>'
_AVATAR = re.compile(r"/avatars/\d+/([a-z]+)\.")  # an avatar's hash is the name of its portrait
_BOT_NAME = "Rung"
_BOT_PORTRAIT = "rung"
_OWNER_PORTRAIT = "academy"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """A channel that the browser can open: who may look, where its page is and the capability to open it."""

    slug: str
    channel_id: int
    channel: Channel | None
    viewers: tuple[Member, ...]
    path: str
    capability: str
    pages: web.Application


class SimulatedDiscord:
    """A Discord in memory with a real bot in it; one lock keeps browser, clock and restarts apart."""

    def __init__(self, create_bot: CreateBot, world: World, clock: Callable[[], datetime]) -> None:
        """Nothing happens yet; simulated time will follow `clock` (aware, UTC)."""
        self._create_bot = create_bot
        self._world = world
        self._clock = clock
        self._env: simcord.Env | None = None
        self._lock = asyncio.Lock()
        self._previews: list[Preview] = []
        self._servers: list[_FramedServer] = []
        self._published = 0
        self._unannounced = False
        self._errors_seen = 0
        self._complaint: str | None = None
        self.rooms: tuple[Room, ...] = ()
        self.bot_is_on = False
        """Whether a bot takes part; without one, time and people go on."""

    def now(self) -> datetime:
        """The simulated moment, aware and in UTC; the clock's until the simulation runs."""
        return self._env.now() if self._env is not None else self._clock()

    # --------------------------------------------------------------- a life

    async def start(self) -> None:
        """Build the world, start the bot in it, and open every room."""
        env = simcord.Env(self._create_bot(self.now), check_errors=False)
        # These shadow methods that SimCord looks up on itself. Timers move with the pump alone, or each
        # would also fire by real time. Settling polls every millisecond instead of every 50. And what the bot
        # makes of its commands' errors is its own affair, or each polite refusal would be a failed action.
        env._schedule_timer = _no_real_timer
        env._settle_internal = functools.partial(env._settle_internal, idle=0.001)
        env._capture_errors = _no_capture
        env.backend.cdn.get = functools.partial(_picture, env.backend.cdn.get)
        guild, actors = self._build(env)
        _set_epoch(env, self._clock())
        self._env = env
        self.bot_is_on = True
        await env.start()
        await self._sync_commands()
        self.rooms = await self._open_rooms(env, guild, actors)

    async def greet(self, greeting: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine of the bot's side to its end, as the bot's own work."""
        async with self._lock:
            await self._as_the_bot(greeting)

    def bind(self, port: int) -> None:
        """Tell every room the port that it is served at, which its host and origin checks compare."""
        for server in self._servers:
            server.port = port

    async def pump(self, changed: Callable[[], None]) -> None:
        """Move time and republish what changed, for ever; `changed` is called after each publication."""
        while True:
            await asyncio.sleep(PUMP_SECONDS)
            try:
                async with self._lock:
                    await self._advance()
                    self._publish_news()
            except TimeoutError as error:
                self._complain(f"The bot kept working for too long, and the playground went on: {error}")
            except Exception:  # noqa: BLE001  (logged; a pump that dies stops the whole world)
                _log.exception("The playground could not move time.")
            else:
                self._report_errors()
                if self._unannounced:
                    self._unannounced = False
                    changed()

    async def stop_bot(self) -> None:
        """Close the bot and leave the world without one: what people do meanwhile reaches nobody."""
        async with self._lock:
            await self._let_bot_go()

    async def restart_bot(self) -> None:
        """Close the bot, if it is on, and start a fresh one in the same world, as a deployment would."""
        env = self._running()
        async with self._lock:
            await self._let_bot_go()
            bot = self._create_bot(self.now)
            try:
                await env.restart_bot(bot)
            except BaseException:
                env._started = True  # SimCord gives the world up with the bot; here the bot is merely off
                await self._close_bot()
                raise
            self.bot_is_on = True
            await self._sync_commands()
            self._publish()

    async def close(self) -> None:
        """Close the bot and every room; nothing of the world is kept."""
        if self._env is None:
            return
        async with self._lock:
            await self._let_bot_go()
            # It is not started if its first bot failed to start, and then there is nothing to shut down.
            if self._env._started:
                await self._env.shutdown()
            self._report_errors()

    # -------------------------------------------------------------- looking

    def latest(self) -> dict[str, dict[str, str]]:
        """The newest message each member sees in each room and did not write: slug, username, message id."""
        backend = self._running().backend
        newest: dict[str, dict[str, str]] = {}
        for room in self.rooms:
            messages = sorted(
                backend.messages.get(room.channel_id, {}).values(),
                key=lambda message: message.id,
                reverse=True,
            )
            for viewer in room.viewers:
                for message in messages:
                    if message.author_id != viewer.id and message.visible_to(viewer.id):
                        newest.setdefault(room.slug, {})[viewer.username] = str(message.id)
                        break
        return newest

    # ------------------------------------------------------------- building

    def _build(self, env: simcord.Env) -> tuple[simcord.GuildHandle, dict[Member, simcord.MemberActor]]:
        world = self._world
        env.backend.bot_user.name = _BOT_NAME
        env.backend.bot_user.avatar = _BOT_PORTRAIT
        with _moment(env, world.guild.owner_created_at):
            owner = env.create_user("academy", global_name=world.guild.owner_name, avatar=_OWNER_PORTRAIT)
        with _moment(env, world.guild.created_at):
            guild = env.create_guild(world.guild.name, id=world.guild.id, owner=owner)
            moderators = guild.create_role(
                "Moderator",
                permissions=discord.Permissions(
                    manage_guild=True,
                    manage_messages=True,
                    manage_channels=True,
                    manage_roles=True,
                    moderate_members=True,
                ),
                color=0xE0729A,
                hoist=True,
            )
        for channel in world.channels:
            # The preview has no way into a thread, so nobody is to be led into one.
            bot = discord.PermissionOverwrite(create_public_threads=False)
            overwrites: dict[Any, discord.PermissionOverwrite] = {guild.roles[_BOT_NAME]: bot}
            if channel.for_staff:
                bot.update(view_channel=True)
                overwrites |= {
                    guild.default_role: discord.PermissionOverwrite(view_channel=False),
                    moderators: discord.PermissionOverwrite(view_channel=True),
                }
            with _moment(env, channel.created_at):
                guild.create_text_channel(channel.name, topic=channel.topic, overwrites=overwrites)
        actors: dict[Member, simcord.MemberActor] = {}
        for member in world.members:
            with _moment(env, member.joined_at):
                user = env.create_user(member.username, global_name=member.name, avatar=member.username)
                roles = [moderators] if member.is_moderator else []
                actors[member] = guild.add_member(user, roles=roles)
            with _moment(env, member.first_wrote_at):
                env.backend.get_dm_channel(user.id)
        return guild, actors

    async def _open_rooms(
        self, env: simcord.Env, guild: simcord.GuildHandle, actors: Mapping[Member, simcord.MemberActor]
    ) -> tuple[Room, ...]:
        rooms: list[Room] = []
        for channel in self._world.channels:
            seeing = {member: actors[member] for member in self._world.members_of(channel)}
            rooms.append(
                await self._open_room(env, channel.name, guild.channels[channel.name], channel, seeing)
            )
        for member, actor in actors.items():
            slug = f"with-{member.username}"
            rooms.append(await self._open_room(env, slug, actor.user.dm_channel, None, {member: actor.user}))
        return tuple(rooms)

    async def _open_room(
        self,
        env: simcord.Env,
        slug: str,
        handle: simcord.ChannelHandle,
        channel: Channel | None,
        viewers: Mapping[Member, simcord.MemberActor | simcord.UserHandle],
    ) -> Room:
        preview = env.preview(handle, viewers=tuple(viewers.values()), layout="channel")
        # A server of its own would take a port, forbid frames, and send its fonts anew at every look.
        server = _FramedServer(preview, f"/rooms/{slug}")
        preview._server = server
        await preview.__aenter__()
        env._preview = None  # the environment remembers one preview, and refuses a second
        preview._action = functools.partial(self._act, preview, preview._action)
        # New pages inherit the first page's window, which would end at the newest message of this moment.
        first = preview._python
        if first is not None:
            first.target_id = first.window_end_id = None
        self._previews.append(preview)
        self._servers.append(server)
        return Room(slug, handle.id, channel, tuple(viewers), server.path, preview.capability, server.pages)

    # --------------------------------------------------------------- moving

    async def _act(
        self,
        preview: Preview,
        act: Callable[[str | None, Mapping[str, Any]], Coroutine[Any, Any, dict[str, Any]]],
        context_id: str | None,
        body: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Run one action of a page, which is brought up to date first if it shows what was.

        SimCord refuses an action whose page was published since; as the pump publishes all the time, most
        clicks would be lost. The control is still looked up in the message as it is now.
        """
        env = self._running()
        async with self._lock:
            page = preview._pages.get(context_id or "")
            if page is not None:
                body = {**body, "published_revision": page.revision, "bot_generation": env._generation}
            env._preview = preview  # the environment tells this one preview that its action reached the bot
            try:
                return await act(context_id, body)
            finally:
                env._preview = None
                self._publish_news()

    async def _advance(self) -> None:
        env = self._running()
        if not env._started:  # while a first bot that failed to start is closed, time stands still
            return
        behind = (self._clock() - env.now()).total_seconds()
        if behind > _A_SLEEP:
            # A computer that slept does not make up for every second either: it finds that they are gone.
            env.backend.advance_clock(behind - _LONGEST_STEP)
        if behind > 0:
            await env.advance_time(min(behind, _LONGEST_STEP))

    def _publish_news(self) -> None:
        """Publish every page if anything crossed between bot and Discord; the record of it is kept short."""
        backend = self._running().backend
        if len(backend.transcript) == self._published:
            return
        self._publish()
        self._unannounced = True
        if len(backend.transcript) > _TRANSCRIPT_LENGTH:
            backend.transcript.clear()
            backend.http_requests.clear()
        self._published = len(backend.transcript)

    def _publish(self) -> None:
        # Preview.refresh() does this for one preview, after settling the whole bot again, and for the page of
        # its first viewer too, which nobody sees. Publishing one page may expire another.
        for preview in self._previews:
            preview._advance_presentation_time()
            for page in tuple(preview._pages.values()):
                if page is not preview._python and page.id in preview._pages:
                    preview._publish(page, reason="refresh")

    # -------------------------------------------------------------- the bot

    async def _sync_commands(self) -> None:
        tree = getattr(self._running().bot, "tree", None)
        if isinstance(tree, discord.app_commands.CommandTree):
            await self._as_the_bot(tree.sync())

    async def _let_bot_go(self) -> None:
        if self.bot_is_on:
            env = self._running()
            await self._close_bot()
            self.bot_is_on = False
            if not env._started:
                return
            # What the bot began to tidy up when it closed, such as a connection to its database, would be cut
            # short, and SimCord would wait for its end for ever.
            try:
                await env._settle_internal()
            except TimeoutError as error:
                _log.warning("The bot was stopped in the middle of something: %s", error)
            # Closing alone would leave a fake gateway that feeds events to a closed bot.
            await env._detach_bot()

    async def _close_bot(self) -> None:
        try:
            await self._as_the_bot(self._running().bot.close())
        except Exception:  # noqa: BLE001  (logged; the next bot must start all the same)
            _log.exception("The bot did not close cleanly.")

    async def _as_the_bot(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run the bot's own work while time goes on, so that a sleep inside it ends."""
        with self._running()._bot_scope():  # outside of it the bot would reach for the real Discord
            task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _LONGEST_WAIT
        while not task.done() and loop.time() < deadline:
            await asyncio.wait({task}, timeout=0.05)
            if not task.done():
                await self._advance()
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
            raise TimeoutError(f"The bot did not finish within {_LONGEST_WAIT:.0f} seconds.")
        await task

    def _report_errors(self) -> None:
        """Log what SimCord caught on the bot's behalf, which nobody else would hear of."""
        env = self._running()
        for error in env.errors_since(self._errors_seen):
            _log.error("The bot raised: %s", error, exc_info=error)
        self._errors_seen = env.error_cursor

    def _complain(self, sentence: str) -> None:
        if sentence != self._complaint:
            self._complaint = sentence
            _log.warning(sentence)

    def _running(self) -> simcord.Env:
        if self._env is None:
            raise RuntimeError("The simulated Discord has not started.")
        return self._env


class _FramedServer(PreviewServer):
    """SimCord's pages and their API as a part of the shell's own server, which may frame them."""

    _SECURITY_HEADERS = {  # noqa: RUF012  (a plain override of SimCord's class attribute)
        **PreviewServer._SECURITY_HEADERS,
        "X-Frame-Options": "SAMEORIGIN",
        "Content-Security-Policy": PreviewServer._SECURITY_HEADERS["Content-Security-Policy"].replace(
            "frame-ancestors 'none'", "frame-ancestors 'self'"
        ),
    }

    def __init__(self, preview: Preview, path: str) -> None:
        """Serve the preview's pages under `path`."""
        super().__init__(preview)
        self.path = path
        self.pages = web.Application()

    async def start(self) -> None:
        """Lay out the routes instead of taking a port; the shell serves them under `path`."""
        simcord_server.web = web  # SimCord imports it lazily, in the method that this one replaces
        router = self.pages.router
        router.add_get("/", self._static)
        for route, name in self._STATIC_FILES.items():
            if route != "/" and name not in self._FONT_FILES:
                router.add_get(route, self._static)
        router.add_post("/api/pages", self._pages)
        router.add_delete("/api/pages/{context_id}", self._delete_page)
        router.add_get("/api/state", self._state)
        router.add_get("/api/commands", self._commands)
        router.add_get("/api/action-result", self._action_result)
        router.add_post("/api/action", self._action)
        router.add_get("/api/assets/{asset_id}", self._asset)

    async def close(self) -> None:
        """Forget the port, which is the shell's to give back."""
        self.port = None

    async def _static(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Host", "") not in self._allowed_hosts():
            raise web.HTTPForbidden
        name = self._STATIC_FILES[request.path.removeprefix(self.path)]
        path = _SIMCORD_PAGE.parent / name if name == "protocol.schema.json" else _SIMCORD_PAGE / name
        kind = self._STATIC_CONTENT_TYPES.get(name, "application/javascript")
        text = path.read_text(encoding="utf-8")
        if name == "index.html":
            text = self._framed(text)
        return web.Response(text=text, content_type=kind, headers=self._SECURITY_HEADERS)

    def _framed(self, page: str) -> str:
        """SimCord's page with its own addresses made relative, and with our style and script in it."""
        return page.replace('href="/preview.css">', f'href="preview.css">{_FRAME_HEAD}').replace(
            'src="/app.js"', 'src="app.js"'
        )

    async def _pages(self, request: web.Request) -> web.Response:
        """Open a page in the time zone of the browser, which is the only person's at this machine."""
        zone = request.headers.get("X-Rung-Zone", "")
        with contextlib.suppress(ValueError, ZoneInfoNotFoundError):
            self.preview.timezone = ZoneInfo(zone).key
        return await super()._pages(request)


def _no_real_timer(record: object, callback: object, args: object, schedule_context: object) -> None:
    """Leave a timer to the simulated clock."""


def _no_capture() -> None:
    """Leave errors to the bot."""


def _picture(stored: Callable[[str], bytes | None], url: str) -> bytes | None:
    """What lies at an address of the CDN: a portrait for every avatar, and otherwise what was uploaded."""
    avatar = _AVATAR.search(url)
    return (_PORTRAITS / f"{avatar[1]}.png").read_bytes() if avatar is not None else stored(url)


def _set_epoch(env: simcord.Env, moment: datetime) -> None:
    """Make it `moment` in the simulation, whose clock counts from a date that SimCord fixed."""
    clock = env.backend.clock
    clock._epoch = moment - timedelta(seconds=clock.elapsed)


@contextlib.contextmanager
def _moment(env: simcord.Env, moment: datetime) -> Generator[None]:
    """Build something as of `moment`, from which SimCord makes its snowflake."""
    _set_epoch(env, moment)
    yield
