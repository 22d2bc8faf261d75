"""Killed with SIGKILL around the reply that tells of a result, a bot replies once, however long it was gone."""

import asyncio
from contextlib import suppress

import pytest

from tests.crashes.lasting import NONCE_LASTS, Death, until, wire
from tests.crashes.observed import Observed

POST = r"/channels/\d+/messages"
ELEVEN_MINUTES = 11 * 60 + 1
A_MOMENT = 3


def replies(bench: Observed) -> list[str]:
    """Every reply in the channel that tells of the result."""
    return [wire(one) for one in bench.discord.posted() if "The result is in" in wire(one)]


async def announced(bench: Observed) -> None:
    """Wait until it is noted that the reply was sent."""

    async def noted() -> bool:
        return (await bench.stored()).announced_at is not None

    await until(noted)


async def dying(bench: Observed, *, effective: bool) -> None:
    """A long poll was answered and its channel shows the result; the process is killed as it replies to it."""
    await bench.open_poll("11m")
    await bench.answered("A", "B", "C")
    await bench.discord.kill()
    bench.discord.death = Death("POST", POST, effective, showing="The result is in")
    await bench.restarted(later=ELEVEN_MINUTES)
    await bench.settled("closed")
    with suppress(TimeoutError):
        async with asyncio.timeout(A_MOMENT):
            await until(lambda: bench.discord.death is None)
    if bench.discord.death is not None:
        # Its first look for what is to be announced came before the result was noted as shown.
        await bench.discord.kill()
        await bench.restarted()
    await bench.discord.died()


@pytest.mark.parametrize("effective", [False, True], ids=["before the reply", "after the reply"])
@pytest.mark.parametrize("later", [0, NONCE_LASTS + 10], ids=["at once", "when the nonce is forgotten"])
async def test_the_result_is_announced_once(bench: Observed, *, effective: bool, later: float) -> None:
    await dying(bench, effective=effective)
    assert len(replies(bench)) == effective
    assert (await bench.stored()).announced_at is None
    await bench.restarted(later=later)
    await announced(bench)
    assert len(replies(bench)) == 1
    assert bool(bench.discord.asked("GET", POST)) == bool(later), "the channel is read only when it must be"
    await bench.discord.kill()
    await bench.restarted()
    assert len(replies(bench)) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("later", [0, NONCE_LASTS + 10], ids=["at once", "when the nonce is forgotten"])
async def test_two_processes_announce_it_once(bench: Observed, later: float) -> None:
    await dying(bench, effective=True)
    bench.discord.ahead += later
    await bench.discord.start_bot()
    await bench.restarted()
    await announced(bench)
    assert len(replies(bench)) == 1
