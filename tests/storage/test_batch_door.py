"""The batch door: many waiting people, few transactions, and nobody is told of what is not durable."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import URL

from bot.storage import BatchDoor, Database, DatabaseUnavailable, Unit
from tests.conftest import commits
from tests.storage.conftest import new_poll


class Ledger:
    """Work that writes each item down, and remembers in which batches they came."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    async def write(self, unit: Unit, items: Sequence[str]) -> Sequence[str | Exception]:
        self.batches.append(list(items))
        results: list[str | Exception] = []
        for item in items:
            if item.startswith("refused"):
                results.append(LookupError(item))
                continue
            if item.startswith("poison"):
                await unit.polls.add(**new_poll(meaning=item))
            if item.startswith("bug"):
                raise ZeroDivisionError
            await unit.facts.put(item, "written")
            results.append(item.upper())
        return results


async def stored(database: Database, items: Sequence[str]) -> list[str]:
    async with database.reading() as unit:
        return [item for item in items if await unit.facts.get(item) is not None]


async def soon(*waiting: Awaitable[Any]) -> list[Any]:
    """What becomes of everybody, exceptions included; nobody may wait for long."""
    async with asyncio.timeout(5):
        return await asyncio.gather(*waiting, return_exceptions=True)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what it waits for is the database's, not ours to signal
            await asyncio.sleep(0)


async def test_many_who_wait_share_few_transactions(database: Database, elsewhere: Database) -> None:
    ledger = Ledger()
    door = BatchDoor(database, ledger.write)
    items = [f"item {number}" for number in range(300)]
    with commits(database) as counted:
        assert await soon(*(door.submit(item) for item in items)) == [item.upper() for item in items]
        assert len(counted) <= 2
    assert await stored(elsewhere, items) == items


async def test_those_who_come_during_a_commit_share_the_next(database: Database) -> None:
    ledger = Ledger()
    door = BatchDoor(database, ledger.write)
    first = asyncio.create_task(door.submit("first"))
    await until(lambda: ledger.batches)
    rest = [asyncio.create_task(door.submit(f"later {number}")) for number in range(20)]
    await soon(first, *rest)
    assert [len(batch) for batch in ledger.batches] == [1, 20]


async def test_each_is_answered_only_after_the_commit(database: Database, elsewhere: Database) -> None:
    door = BatchDoor(database, Ledger().write, at_most=7)

    async def submit_and_look(item: str) -> list[str]:
        await door.submit(item)
        return await stored(elsewhere, [item])

    items = [f"item {number}" for number in range(30)]
    assert await soon(*(submit_and_look(item) for item in items)) == [[item] for item in items]


async def test_a_crash_before_the_commit_tells_nobody_of_success(
    database: Database, elsewhere: Database
) -> None:
    door = BatchDoor(database, Ledger().write)
    engine = database._engines.writer.sync_engine

    def crash(connection: Any) -> None:
        raise OSError("the lights went out")

    event.listen(engine, "commit", crash)
    items = [f"item {number}" for number in range(5)]
    outcomes = await soon(*(door.submit(item) for item in items))
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    assert await stored(elsewhere, items) == []
    event.remove(engine, "commit", crash)
    assert await soon(*(door.submit(item) for item in items)) == [item.upper() for item in items]


async def test_order_is_kept_over_batches_of_limited_size(database: Database) -> None:
    ledger = Ledger()
    door = BatchDoor(database, ledger.write, at_most=10)
    items = [f"item {number:02}" for number in range(35)]
    answered: list[str] = []

    async def submit(item: str) -> None:
        answered.append(await door.submit(item))

    await soon(*(submit(item) for item in items))
    assert [len(batch) for batch in ledger.batches] == [10, 10, 10, 5]
    assert [item for batch in ledger.batches for item in batch] == items
    assert answered == [item.upper() for item in items]


async def test_one_that_is_refused_does_not_touch_its_neighbours(database: Database) -> None:
    ledger = Ledger()
    door = BatchDoor(database, ledger.write)
    outcomes = await soon(*(door.submit(item) for item in ("before", "refused", "after")))
    assert outcomes[0::2] == ["BEFORE", "AFTER"]
    assert isinstance(outcomes[1], LookupError)
    assert len(ledger.batches) == 1
    assert await stored(database, ["before", "refused", "after"]) == ["before", "after"]


@pytest.mark.parametrize(("bad", "error"), [("poison", DatabaseUnavailable), ("bug", ZeroDivisionError)])
async def test_one_that_breaks_the_batch_fails_alone(
    database: Database, bad: str, error: type[Exception]
) -> None:
    ledger = Ledger()
    door = BatchDoor(database, ledger.write)
    outcomes = await soon(*(door.submit(item) for item in ("before", bad, "after")))
    assert outcomes[0::2] == ["BEFORE", "AFTER"]
    assert isinstance(outcomes[1], error)
    assert ledger.batches == [["before", bad, "after"], ["before"], [bad], ["after"]]
    assert await stored(database, ["before", bad, "after"]) == ["before", "after"]
    assert await door.submit("afterwards") == "AFTERWARDS"


async def test_work_that_answers_too_few_has_stored_nothing(database: Database) -> None:
    async def forgetful(unit: Unit, items: Sequence[str]) -> Sequence[str | Exception]:
        for item in items:
            await unit.facts.put(item, "written")
        return []

    outcomes = await soon(*(BatchDoor(database, forgetful).submit(item) for item in ("one", "two")))
    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError]
    assert await stored(database, ["one", "two"]) == []


async def test_nothing_runs_while_nobody_waits(database: Database) -> None:
    door = BatchDoor(database, Ledger().write)
    before = asyncio.all_tasks()
    await soon(*(door.submit(f"item {number}") for number in range(10)))
    await until(lambda: asyncio.all_tasks() <= before)
    assert await door.submit("again") == "AGAIN"
    await until(lambda: asyncio.all_tasks() <= before)


async def test_one_who_stops_waiting_harms_nobody(database: Database) -> None:
    ledger = Ledger()
    door = BatchDoor(database, ledger.write)
    waiting = [asyncio.create_task(door.submit(item)) for item in ("one", "two", "poison", "four")]
    await until(lambda: ledger.batches)
    waiting[0].cancel()
    waiting[2].cancel()
    outcomes = await soon(*waiting)
    assert outcomes[1::2] == ["TWO", "FOUR"]
    assert isinstance(outcomes[0], asyncio.CancelledError)
    await door.drain()
    assert await stored(database, ["one", "two", "four"]) == ["one", "two", "four"]
    assert await door.submit("five") == "FIVE"


async def test_draining_waits_for_everybody(database: Database) -> None:
    door = BatchDoor(database, Ledger().write, at_most=3)
    waiting = [asyncio.create_task(door.submit(f"item {number}")) for number in range(10)]
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await door.drain()
    assert len(await stored(database, [f"item {number}" for number in range(10)])) == 10
    await soon(*waiting)


async def test_draining_an_idle_door_returns_at_once(database: Database) -> None:
    async with asyncio.timeout(1):
        await BatchDoor(database, Ledger().write).drain()


@pytest.mark.parametrize("begun", [False, True])
async def test_a_cancelled_writer_lets_nobody_wait_for_ever(database: Database, begun: bool) -> None:
    before = asyncio.all_tasks()
    ledger = Ledger()
    door = BatchDoor(database, ledger.write, at_most=2)
    waiting = [asyncio.create_task(door.submit(f"item {number}")) for number in range(5)]
    await until(lambda: ledger.batches if begun else len(asyncio.all_tasks()) == len(before) + 6)
    writer = next(task for task in asyncio.all_tasks() if task.get_name() == "batch door")
    writer.cancel()
    done, pending = await asyncio.wait(waiting, timeout=3)
    assert not pending
    assert all(task.cancelled() for task in done)
    async with asyncio.timeout(3):
        await door.drain()
        assert await door.submit("afterwards") == "AFTERWARDS"


async def test_a_server_out_of_reach_is_tried_once_for_all_who_wait() -> None:
    knocks: list[None] = []

    async def slam(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.append(None)
        writer.close()

    server = await asyncio.start_server(slam, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    database = Database(f"postgresql://rung:hunter2@127.0.0.1:{port}/rung?ssl=disable")
    door = BatchDoor(database, Ledger().write)
    outcomes = await soon(*(door.submit(f"item {number}") for number in range(20)))
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    assert len(knocks) <= 2
    await database.close()
    server.close()


async def test_a_locked_file_holds_up_all_who_wait_once_and_not_one_after_the_other(
    sqlite_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.engines.BUSY_SECONDS", 0.3)
    database, other = Database(sqlite_url), Database(sqlite_url)
    door = BatchDoor(database, Ledger().write)
    async with other.unit():
        async with asyncio.timeout(2):
            outcomes = await asyncio.gather(
                *(door.submit(f"item {number}") for number in range(20)), return_exceptions=True
            )
    assert all(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)
    assert await door.submit("afterwards") == "AFTERWARDS"
    await database.close()
    await other.close()
