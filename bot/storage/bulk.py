"""One statement for many rows, without the work that SQLAlchemy does for each value of each row.

A statement is compiled once, and on SQLite given to the driver itself, which crosses to its thread and back once:
through SQLAlchemy's adapter it takes four times as long, and that is most of what a small batch costs. Statements
that need nothing of one another cross together.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from json import dumps
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    Float,
    Select,
    Table,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

from bot.storage.failures import DatabaseUnavailable, reason

Rows = Sequence[Sequence[Any]]
Among = Callable[[ColumnElement[Any], str], ColumnElement[bool]]
"""Whether a column is one of the values in the list of that name."""

_Convert = Callable[[Any], Any] | None
_Lists = dict[str, Iterable[Any]]


class _Step(NamedTuple):
    """A statement with the values that it is run with, ready for the driver."""

    sql: str
    given: Sequence[Any]
    many: bool
    """Whether it is run once for each of the rows given, and finds nothing."""


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
        await run_all(connection, (self, rows))

    def step(self, dialect: Dialect, rows: Rows) -> _Step:
        """It with these rows, at least one."""
        if dialect.name not in self._prepared:
            self._prepared[dialect.name] = self._prepare(dialect)
        sql, places, converts = self._prepared[dialect.name]
        held = list(zip(*rows, strict=True))
        return _Step(sql, list(_converted([held[place] for place in places], converts)), many=True)

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

    def __init__(self, make: Callable[[Among], Select[*tuple[Any, ...]] | CompoundSelect[Any]]) -> None:
        self._make = make
        self._prepared: dict[str, tuple[str, list[Callable[[_Lists], Any]], list[_Convert]]] = {}

    async def rows(self, connection: AsyncConnection, **lists: Iterable[Any]) -> list[Sequence[Any]]:
        """What is found for the lists, each under its name."""
        (found,) = await find_all(connection, self, **lists)
        return found

    def step(self, dialect: Dialect, lists: _Lists) -> _Step:
        """It with these lists, of which it takes those that it knows."""
        if dialect.name not in self._prepared:
            self._prepared[dialect.name] = self._prepare(dialect)
        sql, parameters, _ = self._prepared[dialect.name]
        return _Step(sql, tuple(parameter(lists) for parameter in parameters), many=False)

    def read(self, dialect: Dialect, found: Rows) -> list[Sequence[Any]]:
        """What the driver found, as rows hold it."""
        _, _, converts = self._prepared[dialect.name]
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


Work = tuple[Many, Rows]
"""A statement and the rows for each of which it is run."""


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


async def run_all(connection: AsyncConnection, *work: Work) -> None:
    """Run each for its rows, one after the other; nothing happens for none."""
    await _follow(connection, [one.step(connection.dialect, rows) for one, rows in work if rows])


async def find_all(
    connection: AsyncConnection, *wanted: Lookup, **lists: Iterable[Any]
) -> list[list[Sequence[Any]]]:
    """What each finds for those of the lists that it knows, looked up one after the other."""
    dialect = connection.dialect
    found = await _follow(connection, [one.step(dialect, lists) for one in wanted])
    return [one.read(dialect, rows) for one, rows in zip(wanted, found, strict=True)]


async def _follow(connection: AsyncConnection, steps: Sequence[_Step]) -> list[Rows]:
    """Take the steps in the transaction; on SQLite with one crossing to the driver's thread."""
    if not steps:
        return []
    if connection.dialect.name != "sqlite":
        return [await _take(connection, step) for step in steps]
    if not connection.in_transaction():
        await connection.begin()
    # Not connection.get_raw_connection(), which costs a greenlet; in a transaction it is connected.
    driver: Any = cast("Connection", connection.sync_connection).connection.driver_connection

    def together() -> list[Rows]:
        own: sqlite3.Connection = driver._conn  # noqa: SLF001
        return [
            own.executemany(step.sql, step.given).fetchall()
            if step.many
            else own.execute(step.sql, step.given).fetchall()
            for step in steps
        ]

    try:
        # What the driver does for each of its methods; it has no public one for several statements.
        return await driver._execute(together)  # noqa: SLF001
    except sqlite3.Error as error:
        raise DatabaseUnavailable(reason(error)) from error


async def _take(connection: AsyncConnection, step: _Step) -> Rows:
    result = await connection.exec_driver_sql(step.sql, step.given)  # pyright: ignore[reportArgumentType]
    return [] if step.many else result.all()


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
