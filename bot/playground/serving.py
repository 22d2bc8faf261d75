"""The playground's front door: one coroutine that serves everything until it is told to stop."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Generator
from datetime import datetime
from typing import Any

from bot.playground.requirements import check_requirements
from bot.playground.world import ACADEMY, CreateBot, World

DEFAULT_PORT = 8765
"""The port of the printed address, unless it is taken."""

_log = logging.getLogger(__name__)


async def serve(
    create_bot: CreateBot,
    *,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
    on_ready: Callable[[str], None],
    port: int = DEFAULT_PORT,
    on_started: Callable[[World], Coroutine[Any, Any, None]] | None = None,
    say: Callable[[str], None] = _log.info,
    world: World = ACADEMY,
) -> None:
    """Run the bot in a simulated Discord and serve it to the browsers of this machine until `stop` is set.

    Simulated time follows `clock` (aware, UTC), and is what the bot is given to tell the time by.
    `on_started` runs once, as the bot's own work, when the bot is ready for the first time; `on_ready` is
    called with the address when a browser may open it; `say` gets sentences that the person should read.
    Raises `PlaygroundUnavailable` when what it needs is not installed.
    """
    check_requirements()
    # Imported after the check, so that a missing extra is a sentence and not a traceback.
    with _unheard("discord.state", "discord.client"):  # SimCord tries out a client without intents first
        from bot.playground.glue import SimulatedDiscord  # noqa: PLC0415
        from bot.playground.shell import Shell  # noqa: PLC0415

    simulation = SimulatedDiscord(create_bot, world, clock)
    shell = Shell(world, simulation)
    pump: asyncio.Task[None] | None = None
    try:
        await simulation.start()
        if on_started is not None:
            await simulation.greet(on_started(world))
        taken = await shell.open(port)
        if port not in (0, taken):
            say(f"Port {port} is taken, so the playground is at port {taken}.")
        pump = asyncio.create_task(simulation.pump(shell.announce))
        on_ready(shell.address)
        await stop.wait()
    finally:
        if pump is not None:
            pump.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pump
        await shell.close()
        await simulation.close()


@contextlib.contextmanager
def _unheard(*names: str) -> Generator[None]:
    """Keep warnings about somebody else's client from a person who would take them for the bot's."""
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger in loggers:
            logger.disabled = False
