"""The composition root: opens what the bot needs, hands it over, and closes it on the way out."""

import asyncio
import gc
import logging
import signal
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import discord

from bot.actions import make_actions, voiding
from bot.actions.audit import Audit, verify
from bot.actions.health import Doctor
from bot.actions.holdings import Holdings
from bot.actions.library import Library
from bot.actions.reports import Reported, Reports
from bot.actions.statistics import QuestionFigures, question_statistics
from bot.chat.client import RungClient
from bot.chat.health_words import finding_words, plain_channel, plain_role
from bot.chat.server_facts import asked_facts
from bot.chat.shared_lessons import public_screen
from bot.config import Misconfigured
from bot.playground import World, serve
from bot.simulation import Options, Simulated
from bot.simulation import simulate as simulate_world
from bot.storage import Database
from bot.storage.migrating import state, upgrade
from lessons.catalogue import Catalogue
from lessons.loading import CURATED_CACHE, CURATED_CONTENT, load
from lessons.model import Lesson

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The bot could not go on; the message says why."""


def utc_now() -> datetime:
    """The only clock."""
    return datetime.now(UTC)


def load_catalogue() -> Catalogue:
    """The lessons that ship with the program; raises `lessons.loading.MalformedLessons`."""
    return load([CURATED_CONTENT], cache=CURATED_CACHE)


def create_bot(
    database: Database,
    catalogue: Catalogue,
    clock: Callable[[], datetime] = utc_now,
    *,
    always_sync: bool = False,
) -> RungClient:
    """The bot over an open, migrated database, not yet connected to anything."""
    return RungClient(make_actions(database, catalogue, clock), clock, always_sync=always_sync)


@asynccontextmanager
async def open_database(url: str) -> AsyncGenerator[Database]:
    """The database, brought up to date if it is a file of our own, and closed on the way out.

    A server is migrated by ``rung migrate`` alone, since several processes may share it.
    """
    database = Database(url)
    try:
        if database.url.get_backend_name() == "sqlite":
            await upgrade(url)
        elif not (found := await state(url)).up_to_date:
            raise Misconfigured(
                f"The database is at revision {found.current or 'none'} and this program needs {found.needed}: "
                + (
                    "run `rung migrate` first."
                    if found.known
                    else "install the newer version of rung that wrote it."
                )
            )
        yield database
    finally:
        await database.close()


async def run(token: str, url: str) -> None:
    """Serve Discord until told to stop by Ctrl-C or SIGTERM; answers in flight are recorded first.

    Raises `Stopped` when Discord refuses the token or cannot be reached.
    """
    async with open_database(url) as database, create_bot(database, load_catalogue()) as client:
        closing: list[asyncio.Task[None]] = []
        stop_on_signals(lambda: closing.append(asyncio.create_task(client.close(), name="closing")))
        freezing = asyncio.create_task(_freeze_when_ready(client), name="freezing")
        try:
            with _plainly():
                await client.start(token)
        finally:
            freezing.cancel()
        await asyncio.gather(*closing)
        if client.lost:
            raise Stopped("The connection to Discord was lost for too long; start the bot again.")


async def _freeze_when_ready(client: RungClient) -> None:
    """Spare the garbage collector what stays for good: with 10,000 servers each full look at it takes 0.4 s."""
    await client.wait_for("ready")
    gc.collect()
    gc.freeze()


async def push_commands(token: str, url: str) -> bool:
    """Tell Discord which commands there are, if they have changed; whether they had."""
    async with open_database(url) as database, create_bot(database, load_catalogue()) as client:
        with _plainly():
            await client.login(token)
        return client.synced


async def look_at_server(token: str, url: str, guild: int) -> list[str]:
    """What is wrong in a server, a sentence each; Discord is asked, and nothing is changed.

    The database is up to date. Raises `Stopped` when Discord refuses the token, does not know the bot there, or
    cannot be reached.
    """
    with _plainly():
        async with discord.Client(intents=discord.Intents.none()) as client:
            await client.login(token)
            try:
                facts = await asked_facts(client, guild)
            except (discord.NotFound, discord.Forbidden):
                raise Stopped(
                    "the bot is not in this server: invite it there, or copy the server's id anew "
                    "(Discord's settings → Advanced → Developer Mode, then Copy Server ID)"
                ) from None
    database = Database(url)
    try:
        health = await Doctor(database, utc_now).look(guild, facts)
    finally:
        await database.close()
    return [
        finding_words(
            one, plain_channel(facts), plain_role(facts), lambda at: f"since {at:%Y-%m-%d %H:%M} UTC"
        )
        for one in health.findings
    ]


async def verify_ladders(url: str, *, mend: bool, progress: Callable[[int, int], None]) -> Audit:
    """Compare all that is shown with the journal, and with ``mend`` write anew what differs."""
    async with open_database(url) as database:
        return await verify(database, mend=mend, progress=progress)


async def answer_statistics(url: str, catalogue: Catalogue) -> tuple[QuestionFigures, ...]:
    """What first attempts say about each question of the catalogue that ships with the program."""
    async with open_database(url) as database:
        return await question_statistics(database, catalogue)


async def reported_questions(url: str) -> list[Reported]:
    """Every curated question that members reported, with their reasons."""
    async with open_database(url) as database:
        return await Reports(database, Holdings(load_catalogue(), database), utc_now).everything()


async def simulate(options: Options, *, progress: Callable[[int, int], None]) -> Simulated:
    """Play a simulated world through the real actions, in a database that is gone afterwards, and measure it."""
    with tempfile.TemporaryDirectory(prefix="rung-") as folder:
        async with open_database(f"sqlite:///{Path(folder) / 'rung.sqlite3'}") as database:
            return await simulate_world(database, options, progress)


async def void_question(
    url: str, question: str, *, guild: int | None, progress: Callable[[int], None]
) -> int:
    """Take back what a question did to every rating, or to those of one server; how many changes."""
    async with open_database(url) as database:
        return await voiding.void_question(database, question, guild=guild, at=utc_now(), progress=progress)


async def play(
    file: Path,
    *,
    port: int,
    on_ready: Callable[[str], None],
    say: Callable[[str], None],
    catalogue: Catalogue | None = None,
    posted: Lesson | None = None,
) -> None:
    """Serve the bot in a simulated Discord to this machine's browsers until Ctrl-C or SIGTERM.

    Without a catalogue it has the lessons that ship; the lesson ``posted`` stands in #lessons from the start.
    """
    stop = asyncio.Event()
    stop_on_signals(stop.set)
    async with open_database(f"sqlite:///{file}") as database:
        lessons = catalogue or load_catalogue()
        bots: list[RungClient] = []

        def create(clock: Callable[[], datetime]) -> RungClient:
            # The simulated Discord is new at every start, whatever the database remembers of the last.
            bots.append(create_bot(database, lessons, clock, always_sync=True))
            return bots[-1]

        async def greet(world: World) -> None:
            await bots[-1].posts.post_again()
            if (academy := bots[-1].get_guild(world.guild.id)) is not None:
                await bots[-1].arrivals.greet(academy)
            channel = bots[-1].get_channel(world.channel("lessons").id)
            if posted is not None and isinstance(channel, discord.abc.Messageable):
                await channel.send(view=public_screen(Library(lessons), posted, 1))

        await serve(create, clock=utc_now, stop=stop, on_ready=on_ready, port=port, on_started=greet, say=say)


def stop_on_signals(stop: Callable[[], object]) -> None:
    """Call this once when the process is asked to end; asked again, it ends at once."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        log.info("Stopping: answers in flight are recorded first")
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows' loop knows no such handlers; there Ctrl-C raises KeyboardInterrupt, which ends the run too.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, asked)


@contextmanager
def _plainly() -> Generator[None]:
    """Turn what Discord or the network may say at the start into a sentence."""
    try:
        yield
    except discord.LoginFailure:
        raise Stopped(
            "Discord refused the token: reset it on the Bot page of your application at "
            "https://discord.com/developers/applications and set RUNG_TOKEN to the new one."
        ) from None
    except discord.HTTPException as error:
        raise Stopped(
            f"Discord answered that something is wrong on its side; start again later: {error}"
        ) from None
    except (aiohttp.ClientConnectionError, OSError) as error:
        raise Stopped(f"Discord cannot be reached from here: {error}") from None
