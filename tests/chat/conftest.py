"""What tests of the chat share: a stage with people on it, and a log that must stay clean."""

import logging
from collections.abc import AsyncGenerator, Generator
from dataclasses import replace
from typing import Any

import discord
import pytest
from chat_stage import Stage, make_bot
from simcord import Env

from bot.actions.refusals import Refusal
from bot.storage import Database, DatabaseUnavailable
from lessons.catalogue import Catalogue


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest) -> Any:
    """SQLite, unless a test asks for both."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def catalogue(curated: Catalogue) -> Catalogue:
    """What is taught on stage: three lessons of the library, so that it may grow."""
    known = ("rlhf-basics", "transaction-isolation", "base-rates")
    return Catalogue(tuple(replace(curated.lesson(slug), requires=()) for slug in known))


@pytest.fixture
async def stage(
    request: pytest.FixtureRequest, database: Database, catalogue: Catalogue
) -> AsyncGenerator[Stage]:
    world: list[Env] = []
    env = Env(make_bot(world, database, catalogue), settle_timeout=60)  # generous, for a busy machine
    world.append(env)
    await env.start()
    try:
        yield Stage(env, database, catalogue)
    finally:
        with env._bot_scope():
            await env.bot.close()
        await env.shutdown()
    if "failures_expected" not in request.fixturenames:
        assert [one for one in env.errors if not _is_told(getattr(one, "original", one))] == []


def _is_told(error: BaseException) -> bool:
    """Whether the bot deals with it: it tells the person, or lets be what Discord no longer waits for."""
    too_late = isinstance(error, discord.NotFound) and error.code == 10062
    return too_late or isinstance(error, (Refusal, DatabaseUnavailable))


@pytest.fixture
def failures_expected(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """For a test in which the bot is made to fail; it looks into the log itself."""
    return caplog


@pytest.fixture(autouse=True)
def _no_swallowed_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """What a dynamic item's callback raises is only logged, so the log must stay clean."""
    yield
    if "failures_expected" in request.fixturenames:
        return
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            swallowed = (
                record.name.startswith(("discord", "bot", "asyncio")) and record.levelno >= logging.ERROR
            )
            assert not swallowed, record.getMessage()
