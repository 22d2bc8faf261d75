"""One statement for many rows, without the work that SQLAlchemy does for each value of each row.

A statement is compiled once, and on SQLite given to the driver itself, which crosses to its thread and back once:
through SQLAlchemy's adapter it takes four times as long, and that is most of what a small batch costs.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from json import dumps
from typing import Any, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Dialect, Float, Select, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from bot.storage.failures import DatabaseUnavailable, reason

Rows = Sequence[Sequence[Any]]
Among = Callable[[ColumnElement[Any], str], ColumnElement[bool]]
"""Whether a column is one of the values in the list of that name."""

_Result = TypeVar("_Result")
_Convert = Callable[[Any], Any] | None
_Lists = dict[str, Iterable[Any]]


class Many:
    """A statement that is run once for each of many rows, in one go.

    Values are what the types of the columns take, as everywhere, and whatever a type does to them is done; equal
    values, such as the moment of a whole batch, are converted once.
    """

    def __init__(self, names: Iterable[str], make: Callable[[Dialect], Executable]) -> None:
        """``names`` are the statement's parameters in the order in which rows hold their values."""
        self._names = tuple(names)
        self._make = make
        self._prepared: dict[str, tuple[str, list[int], list[_Convert]]] = {}

    async def run(self, connection: AsyncConnection, rows: Rows) -> None:
        """Run it for the rows; nothing happens for none."""
        if not rows:
            return
        dialect = connection.dialect
        if dialect.name not in self._prepared:
            self._prepared[dialect.name] = self._prepare(dialect)
        sql, places, converts = self._prepared[dialect.name]
        held = list(zip(*rows, strict=True))
        converted = list(_converted([held[place] for place in places], converts))
        driver = await _sqlite_driver(connection)
        if driver is not None:
            await _asked(driver.executemany(sql, converted))
        else:
            await connection.exec_driver_sql(sql, converted)

    def _prepare(self, dialect: Dialect) -> tuple[str, list[int], list[_Convert]]:
        """The statement, and for each of its parameters in turn: where rows hold it, and what is done to it."""
        statement: Any = self._make(dialect)
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(self._names))
        return (
            str(compiled),
            [self._names.index(name) for name in compiled.positiontup],
            [_binder(compiled.binds[name].type, dialect) for name in compiled.positiontup],
        )


class Lookup:
    """A SELECT about any number of members, questions or the like: each list is one parameter.

    Rows hold what the types of the columns give, as everywhere; equal values are converted once.
    """

    def __init__(self, make: Callable[[Among], Select[*tuple[Any, ...]]]) -> None:
        self._make = make
        self._prepared: dict[str, tuple[str, list[Callable[[_Lists], Any]], list[_Convert]]] = {}

    async def rows(self, connection: AsyncConnection, **lists: Iterable[Any]) -> list[Sequence[Any]]:
        """What is found for the lists, each under its name."""
        dialect = connection.dialect
        if dialect.name not in self._prepared:
            self._prepared[dialect.name] = self._prepare(dialect)
        sql, parameters, converts = self._prepared[dialect.name]
        given = tuple(parameter(lists) for parameter in parameters)
        driver = await _sqlite_driver(connection)
        if driver is not None:
            found: Rows = await _asked(driver.execute_fetchall(sql, given))
        else:
            found = (await connection.exec_driver_sql(sql, given)).all()
        if not found or not any(converts):
            return list(found)
        return list(_converted(list(zip(*found, strict=True)), converts))

    def _prepare(self, dialect: Dialect) -> tuple[str, list[Callable[[_Lists], Any]], list[_Convert]]:
        """The statement, how each of its parameters is made of the lists, and what is done to each column."""
        types: dict[str, Any] = {}

        def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
            types[name] = column.type
            if dialect.name == "sqlite":
                return column.in_(select(func.json_each(bindparam(name)).table_valued("value").c.value))
            return column == any_(bindparam(name, type_=ARRAY(column.type)))

        statement = self._make(among)
        compiled: Any = statement.compile(dialect=dialect)
        pack = dumps if dialect.name == "sqlite" else list[Any]

        def parameter(name: str) -> Callable[[_Lists], Any]:
            if name in types:
                convert = _binder(types[name], dialect)
                if convert is None:
                    return lambda lists: pack(list(lists[name]))
                return lambda lists: pack([convert(value) for value in lists[name]])
            convert = _binder(compiled.binds[name].type, dialect)
            constant: Any = compiled.params[name]
            return lambda _: constant if convert is None else convert(constant)

        return (
            str(compiled),
            [parameter(name) for name in compiled.positiontup],
            [_reader(column.type, dialect) for column in statement.selected_columns],
        )


def inserting(table: Table, *, replacing: Sequence[str] = (), adding: Sequence[str] = ()) -> Many:
    """Rows in the order of the table's columns.

    Where a row with its key is stored already, the columns ``replacing`` take the new values, and to those
    ``adding`` they are added; without either, a second row with one key is an error.
    """

    def make(dialect: Dialect) -> Executable:
        # The two dialects' constructs share every method used here.
        statement = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
        if not replacing and not adding:
            return statement
        changes: dict[str, Any] = {name: statement.excluded[name] for name in replacing}
        changes |= {name: table.c[name] + statement.excluded[name] for name in adding}
        return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes)

    return Many((column.name for column in table.c), make)


async def _sqlite_driver(connection: AsyncConnection) -> Any:
    """The driver's own connection on SQLite, inside the transaction; None on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return None
    if not connection.in_transaction():
        await connection.begin()
    return (await connection.get_raw_connection()).driver_connection


async def _asked(answer: Awaitable[_Result]) -> _Result:
    try:
        return await answer
    except sqlite3.Error as error:
        raise DatabaseUnavailable(reason(error)) from error


def _binder(of: Any, dialect: Dialect) -> _Convert:
    return of.dialect_impl(dialect).bind_processor(dialect)


def _reader(of: Any, dialect: Dialect) -> _Convert:
    # Both drivers read floats as they are, for which SQLAlchemy would ask each result again.
    return None if isinstance(of, Float) else of.dialect_impl(dialect).result_processor(dialect, None)


def _converted(columns: Rows, converts: Iterable[_Convert]) -> Iterable[tuple[Any, ...]]:
    """The rows of these columns, each value converted as its column is."""
    return zip(
        *(
            column if convert is None else _once_each(column, convert)
            for column, convert in zip(columns, converts, strict=True)
        ),
        strict=True,
    )


def _once_each(values: Iterable[Any], convert: Callable[[Any], Any]) -> list[Any]:
    known = {value: convert(value) for value in set(values)}
    return [known[value] for value in values]
