"""What people hear when the database takes its time, on real clocks: nothing is confirmed that is not stored."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from simcord.backend.models.interaction import ResponseKind
from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.storage import Database
from tests.crashes.lasting import until
from tests.crashes.observed import Observed

IN_TIME = 3
"""Seconds that Discord waits."""

REFUSED = "so nothing was recorded"


@asynccontextmanager
async def held_up(database: Database) -> AsyncGenerator[None]:
    """Nobody else can write meanwhile."""
    async with database.unit(alone=True):
        yield


async def test_a_press_that_takes_longer_is_deferred_privately_and_answered_later(bench: Observed) -> None:
    message = await bench.open_poll()
    async with held_up(bench.database):
        pressed_at = time.monotonic()
        press = bench.discord.press(bench.discord.members[0], message, "poll1:1:0")
        await until(lambda: press.responded)
        assert 1 < time.monotonic() - pressed_at < IN_TIME
        assert press.loading
        assert press.ephemeral
    await until(lambda: "Recorded, and final: **A**" in bench.discord.answer_to(press))
    await bench.agrees({bench.discord.members[0]: 0})


async def test_five_hundred_presses_at_once_are_all_acknowledged_and_confirmed_only_when_stored(
    bench: Observed,
) -> None:
    message = await bench.open_poll()
    crowd = bench.discord.crowd(500)
    async with held_up(bench.database):
        presses = {member: bench.discord.press(member, message, "poll1:1:1") for member in crowd}
        await until(lambda: all(press.responded for press in presses.values()))
        told = {bench.discord.answer_to(press) for press in presses.values()}
        assert not any("Recorded" in words for words in told), "nothing is confirmed yet"
    for member, press in presses.items():
        await until(lambda press=press: bench.discord.answer_to(press) != "")
        if REFUSED in bench.discord.answer_to(press):  # the machine was so busy that the database gave up
            presses[member] = bench.discord.press(member, message, "poll1:1:1")
    for press in presses.values():
        await until(lambda press=press: "Recorded, and final: **B**" in bench.discord.answer_to(press))
    await bench.agrees(dict.fromkeys(crowd, 1))


async def test_a_database_that_goes_in_the_middle_is_told_of_and_the_press_may_be_repeated(
    bench: Observed, url: URL
) -> None:
    message = await bench.open_poll()
    member = bench.discord.members[0]
    async with held_up(bench.database):
        press = bench.discord.press(member, message, "poll1:1:0")
        await until(lambda: press.responded)
        if url.get_backend_name() == "postgresql":
            await disconnect_all(bench.database)
        # SQLite's writer gives up by itself after some seconds.
        await until(lambda: REFUSED in bench.discord.answer_to(press))
    again = bench.discord.press(member, message, "poll1:1:1")
    await until(lambda: "Recorded, and final: **B**" in bench.discord.answer_to(again))
    await bench.agrees({member: 1})


async def disconnect_all(database: Database) -> None:
    """The server throws out everybody else who waits."""
    async with database._engines.reader.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
        )


async def test_an_interaction_that_expired_is_stored_and_not_answered(bench: Observed) -> None:
    message = await bench.open_poll()
    member = bench.discord.members[0]
    bench.discord.ahead -= 16 * 60
    late = bench.discord.press(member, message, "poll1:1:2")
    bench.discord.ahead += 16 * 60

    async def stored() -> bool:
        async with bench.database.reading() as unit:
            return await unit.polls.count(1) == 1

    await until(stored)
    again = bench.discord.press(member, message, "poll1:1:0")
    await until(lambda: "the first answer stands: **C**" in bench.discord.answer_to(again))
    assert bench.discord.asked("POST", rf"/interactions/{late.id}/.*") == 0, "Discord counts such answers"


async def test_a_private_message_that_takes_longer_to_turn_turns_all_the_same(bench: Observed) -> None:
    await bench.open_poll()
    private = await bench.about_to_close()
    async with held_up(bench.database):
        press = bench.discord.press(bench.discord.moderator, private, "pollendnow1:1")
        await until(lambda: press.responded)
        assert press.response_kind is ResponseKind.DEFERRED_UPDATE
        await asyncio.sleep(0.2)
        assert "🔒 Closed" not in bench.discord.answer_to(press)
    await until(lambda: "🔒 Closed" in bench.discord.answer_to(press))
    await bench.settled("closed")


async def test_a_press_that_is_quick_enough_is_answered_at_once(bench: Observed) -> None:
    message = await bench.open_poll()
    async with held_up(bench.database):
        press = bench.discord.press(bench.discord.members[0], message, "poll1:1:0")
        await asyncio.sleep(0.8)
        assert not press.responded
    await until(lambda: "Recorded, and final: **A**" in bench.discord.answer_to(press))
    assert press.response_kind is ResponseKind.MESSAGE
    await asyncio.sleep(1)
    assert bench.discord.asked("POST", rf"/interactions/{press.id}/.*") == 1
