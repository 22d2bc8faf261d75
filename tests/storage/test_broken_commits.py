"""A connection that breaks in the middle of a commit: nobody is told that nothing was recorded which was."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from bot.actions.polls import Recorded
from bot.storage import BatchDoor, Database, DatabaseUnavailable, OutcomeUnknown
from tests.actions.school import ADA, KOFI, School
from tests.conftest import HandClock
from tests.storage.test_batch_door import Ledger, stored


class Wire:
    """A way to PostgreSQL over loopback, which breaks when a commit comes through as often as it is told to."""

    def __init__(self, url: URL) -> None:
        self._socket = str(next(Path(str(url.query["host"])).glob(".s.PGSQL.*[0-9]")))
        self._server: asyncio.Server | None = None
        self._relays: set[asyncio.Task[None]] = set()
        self.breaks = 0
        self.loses = False
        """Whether what broke is not even handed on."""
        self.ends = False
        """Whether nothing comes through any more afterwards."""

    async def open(self, url: URL) -> URL:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return url.set(
            host="127.0.0.1", port=self._server.sockets[0].getsockname()[1], query={"ssl": "disable"}
        )

    async def _serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        here = asyncio.current_task()
        assert here is not None
        self._relays.add(here)
        server, asks = await asyncio.open_unix_connection(self._socket)
        back = asyncio.create_task(_relay(server, answers))
        try:
            while heard := await client.read(65536):
                if b"COMMIT;" in heard and self.breaks:
                    self.breaks -= 1
                    back.cancel()
                    await asyncio.wait([back])
                    if self.ends and self._server is not None:
                        self._server.close()
                    if not self.loses:
                        asks.write(heard)
                        await server.read(65536)  # it is done, and nobody hears of it
                    return
                asks.write(heard)
        finally:
            back.cancel()
            for one in (asks, answers):
                one.close()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)


async def _relay(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while heard := await source.read(65536):
            to.write(heard)
        to.close()


@pytest.fixture
async def wire(postgres_url: URL) -> AsyncGenerator[Wire]:
    opened = Wire(postgres_url)
    yield opened
    await opened.close()


@pytest.fixture
async def remote(wire: Wire, postgres_url: URL) -> AsyncGenerator[Database]:
    """The database, reached over the wire."""
    database = Database(await wire.open(postgres_url))
    yield database
    await database.close()


@pytest.mark.parametrize("loses", [False, True])
async def test_an_answer_whose_commit_broke_off_is_confirmed_as_what_it_is(
    remote: Database, wire: Wire, clock: HandClock, loses: bool
) -> None:
    school = School(remote, clock)
    poll = await school.poll("logic-1")
    wire.breaks, wire.loses = 1, loses
    outcome = await school.press(poll, ADA, 2)
    assert isinstance(outcome, Recorded)
    assert (outcome.option, outcome.fresh) == (2, True)
    again = await school.press(poll, ADA, 2)
    assert isinstance(again, Recorded)
    assert not again.fresh
    assert {member: one.option for member, one in (await school.answers(poll)).items()} == {ADA: 2}


async def test_of_many_every_one_is_recorded_once(remote: Database, wire: Wire, clock: HandClock) -> None:
    school = School(remote, clock)
    poll = await school.poll("logic-1")
    wire.breaks = 1
    outcomes: list[Any] = await asyncio.gather(
        *(school.press(poll, who, option) for who, option in ((ADA, 1), (KOFI, 1), (KOFI, 2)))
    )
    assert [one.fresh for one in outcomes] == [True, True, False]
    assert set(await school.answers(poll)) == {ADA, KOFI}


@pytest.mark.parametrize("loses", [False, True])
async def test_whoever_cannot_be_told_is_not_told_that_nothing_was_recorded(
    remote: Database, wire: Wire, postgres_url: URL, loses: bool
) -> None:
    door = BatchDoor(remote, Ledger().write)
    await door.submit("before")
    wire.breaks, wire.loses, wire.ends = 1, loses, True
    for failed in await asyncio.gather(*map(door.submit, ("one", "two")), return_exceptions=True):
        assert isinstance(failed, OutcomeUnknown), failed
    directly = Database(postgres_url)
    assert await stored(directly, ["one", "two"]) == ([] if loses else ["one", "two"])
    await directly.close()
    with pytest.raises(DatabaseUnavailable) as known:
        await door.submit("after")
    assert not isinstance(known.value, OutcomeUnknown)
