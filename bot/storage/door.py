"""The batch door: many waiting people, one transaction, each answered only after the commit."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.storage.database import Database, DatabaseUnreachable, OutcomeUnknown, Unit

Item = TypeVar("Item")
Result = TypeVar("Result")


class BatchDoor(Generic[Item, Result]):
    """Commits whatever waits in one unit of work, in the order it came.

    ``work`` gets a unit and the items and returns one result an item; a result that is an exception is
    raised to its own waiter. When the whole batch fails it is rolled back and every item is tried alone, so
    that one bad item cannot fail its neighbours; a database out of reach is no item's fault, and fails all
    that wait for it at once. After a commit of which nobody can tell what came, too, every item is tried again:
    ``work`` must see for itself that it has done one before. Nothing runs while nothing waits.
    """

    def __init__(
        self,
        database: Database,
        work: Callable[[Unit, Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        at_most: int = 500,
    ) -> None:
        self._database = database
        self._work = work
        self._at_most = at_most
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """The item's result once it is durable; raises what the work says of it, or why it was not stored."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write(), name="batch door")
            self._writer.add_done_callback(self._abandon)
        return await future

    async def drain(self) -> None:
        """Return when everything that waited has been answered."""
        while self._writer is not None:
            await asyncio.wait([self._writer])

    async def _write(self) -> None:
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._at_most))]
                try:
                    await self._commit(batch)
                except DatabaseUnreachable as error:
                    _fail_all(batch, error)
                except Exception as error:  # noqa: BLE001 - whatever it is, its waiters must hear of it
                    await self._commit_alone(batch, error)
        finally:
            self._leave(batch)

    def _abandon(self, writer: "asyncio.Task[None]") -> None:
        if self._writer is writer:  # cancelled before its first step, it never came to leave
            self._leave(())

    def _leave(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        self._writer = None
        # Only a cancelled writer leaves anybody waiting: they must not wait for ever.
        for _, future in (*batch, *self._waiting):
            future.cancel()
        self._waiting.clear()

    async def _commit_alone(
        self, batch: Sequence[tuple[Item, asyncio.Future[Result]]], error: Exception
    ) -> None:
        unknown = isinstance(error, OutcomeUnknown)
        if len(batch) == 1 and not unknown:
            _fail(batch[0][1], error)
            return
        for place, one in enumerate(batch):
            try:
                await self._commit([one])
            except DatabaseUnreachable as gone:
                # Nobody is told that nothing was recorded who may have been.
                _fail_all(batch[place:], error if unknown else gone)
                return
            except Exception as own_error:  # noqa: BLE001
                _fail(one[1], own_error)

    async def _commit(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        async with self._database.unit() as unit:
            results = await self._work(unit, [item for item, _ in batch])
            answered = list(zip((future for _, future in batch), results, strict=True))
        for future, result in answered:
            if isinstance(result, Exception):
                _fail(future, result)
            elif not future.done():
                future.set_result(result)


def _fail_all(batch: "Sequence[tuple[Item, asyncio.Future[Result]]]", error: Exception) -> None:
    for _, future in batch:
        _fail(future, error)


def _fail(future: "asyncio.Future[Result]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
