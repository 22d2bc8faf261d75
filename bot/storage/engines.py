"""The engines: one connection that writes and several that read on SQLite, one pool on PostgreSQL."""

import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from json import loads
from typing import Any

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

BUSY_SECONDS = 5
"""How long a writer waits for another process's write before it gives up; other processes write rarely."""


@dataclass(frozen=True, slots=True)
class Engines:
    """Where to write and where to read; on PostgreSQL they share one pool."""

    writer: AsyncEngine
    reader: AsyncEngine

    async def dispose(self) -> None:
        """Close every connection."""
        await self.writer.dispose()
        await self.reader.dispose()


def open_engines(url: URL) -> Engines:
    """Engines for a database URL; nothing is connected yet. Raises ImportError without the URL's driver."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    engine = create_async_engine(
        url,
        pool_size=10,
        max_overflow=5,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={"timeout": 10},
        json_deserializer=_read,
    )
    # One view for the whole of a reading, as on SQLite; by default each statement would have its own.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(engine, reader)


def _sqlite(url: URL) -> Engines:
    # The driver's own transactions run SELECT outside them, which loses updates; so the driver begins
    # nothing (isolation_level None) and SQLAlchemy's begin event says what to do.
    connect: dict[str, Any] = {
        "isolation_level": None,
        "timeout": BUSY_SECONDS,
        "async_creator_fn": _connected,
    }
    options: dict[str, Any] = {
        "max_overflow": 0,
        "pool_timeout": 30,
        "connect_args": connect,
        "json_deserializer": _read,
    }
    writer = create_async_engine(url, pool_size=1, **options)
    reader = create_async_engine(url, pool_size=3, **options)

    @event.listens_for(writer.sync_engine, "connect")
    def prepare_writer(connection: Any, record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        _pragmas(connection, "journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 5000")

    @event.listens_for(reader.sync_engine, "connect")
    def prepare_reader(connection: Any, record: Any) -> None:  # pyright: ignore[reportUnusedFunction]
        _pragmas(connection, "query_only = ON")

    @event.listens_for(writer.sync_engine, "begin")
    def begin_writing(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        _run(connection, "BEGIN IMMEDIATE")

    @event.listens_for(reader.sync_engine, "begin")
    def begin_reading(connection: Connection) -> None:  # pyright: ignore[reportUnusedFunction]
        _run(connection, "BEGIN")

    return Engines(writer, reader)


async def _connected(*where: Any, **how: Any) -> aiosqlite.Connection:
    connection = aiosqlite.connect(*where, **how)
    thread = connection._thread  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        # The thread of a file that could not be opened still says goodbye to the event loop; aiosqlite does
        # not wait for that, and a loop that is closed by then makes it an error that nobody can catch.
        thread.join()
        raise


def _read(json: str | float) -> Any:
    """The value in a JSON column; a list is a tuple."""
    if not isinstance(json, str):  # SQLite has made a number of what looked like one
        return json
    return _read_list(json) if json.startswith("[") else loads(json)


@lru_cache(maxsize=4_096)
def _read_list(json: str) -> tuple[Any, ...]:
    """There are few arrangements of options, and all are read again and again."""
    return tuple(loads(json))


def _run(connection: Connection, sql: str) -> None:
    """Run a statement that finds nothing, with one crossing to the driver's thread instead of three."""

    def run(driver: Any) -> Any:
        return driver.execute(sql)

    adapter: Any = connection.connection.dbapi_connection
    try:
        adapter.run_async(run)
    except sqlite3.Error as error:
        raise DBAPIError(sql, None, error) from error  # as SQLAlchemy's own way would


def _pragmas(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in ("foreign_keys = ON", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
