"""Reading by the shortest way to each database: for what people wait for all the time."""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol, TypeVar

from sqlalchemy import TextClause, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.engines import BUSY_SECONDS
from bot.storage.failures import DatabaseUnavailable, reason

Rows = Sequence[Sequence[Any]]
Result = TypeVar("Result")
Steps = Generator[tuple[str, Mapping[str, Any]], Iterable[Sequence[Any]], Result]
"""A reading that needs several statements: it yields each, is sent its rows, and returns the result.

It need not go through all rows, and goes through them once.
"""

_RETRY_SECONDS = 0.02


class Fetcher(Protocol):
    """Runs SELECTs that both databases understand, with parameters written as ``:name``.

    Raises `DatabaseUnavailable` in place of any error of the database's own.
    """

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """The rows of one statement."""
        ...

    async def follow(self, begin: Callable[[], Steps[Result]]) -> Result:
        """The result of several statements that see one moment; they may have to begin again."""
        ...

    def close(self) -> None:
        """Let go of what the engines do not close."""
        ...


def open_fetcher(url: URL, reader: AsyncEngine) -> Fetcher:
    """The way to this database; nothing is connected yet."""
    return _File(url, reader) if url.get_backend_name() == "sqlite" else _Server(reader)


class _File:
    """SQLite, asked on the event loop's own thread: the hop to another takes several times as long as an answer.

    In WAL mode a reader waits for no writer. In the rare moments when the whole file is locked, the event loop
    must not wait in the driver, so the reading is tried again until it would be given up elsewhere too.
    """

    def __init__(self, url: URL, reader: AsyncEngine) -> None:
        arguments, options = reader.dialect.create_connect_args(url)
        self._arguments: Sequence[Any] = arguments
        self._options: dict[str, Any] = {**options, "isolation_level": None, "timeout": 0}
        self._connection: sqlite3.Connection | None = None

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        return await self._patiently(lambda connection: connection.execute(sql, parameters).fetchall())

    async def follow(self, begin: Callable[[], Steps[Result]]) -> Result:
        def together(connection: sqlite3.Connection) -> Result:
            connection.execute("BEGIN")
            try:
                steps = begin()
                statement = next(steps)
                while True:
                    statement = steps.send(connection.execute(*statement))
            except StopIteration as end:
                return end.value
            finally:
                if connection.in_transaction:  # an error may have ended it
                    connection.execute("ROLLBACK")

        return await self._patiently(together)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _patiently(self, read: Callable[[sqlite3.Connection], Result]) -> Result:
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return read(self._connection or self._connect())
            except sqlite3.Error as error:
                # The low byte: there are several kinds of being busy.
                busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > until:
                    raise DatabaseUnavailable(reason(error)) from error
            await asyncio.sleep(_RETRY_SECONDS)

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = sqlite3.connect(*self._arguments, **self._options)
        # Not mode=ro, which cannot make the file that WAL mode shares with writers, and fails where none is.
        connection.execute("PRAGMA query_only = ON")
        self._connection = connection
        return connection


class _Server:
    """PostgreSQL, without a transaction around a single statement, which sees one moment anyway."""

    def __init__(self, reader: AsyncEngine) -> None:
        self._together = reader
        self._alone = reader.execution_options(isolation_level="AUTOCOMMIT")

    async def fetch(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        try:
            async with self._alone.connect() as connection:
                return await _rows(connection, sql, parameters)
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseUnavailable(reason(error)) from error

    async def follow(self, begin: Callable[[], Steps[Result]]) -> Result:
        try:
            async with self._together.connect() as connection:
                steps = begin()
                statement = next(steps)
                while True:
                    rows = await _rows(connection, *statement)
                    try:
                        statement = steps.send(rows)
                    except StopIteration as end:
                        return end.value
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseUnavailable(reason(error)) from error

    def close(self) -> None: ...


async def _rows(connection: AsyncConnection, sql: str, parameters: Mapping[str, Any]) -> Rows:
    return (await connection.execute(_compiled(sql), parameters)).all()


@cache
def _compiled(sql: str) -> TextClause:
    return text(sql)
