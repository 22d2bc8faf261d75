"""One statement for many rows, without the work that SQLAlchemy does for each value of each row."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import Executable

Rows = Sequence[Sequence[Any]]


class Many:
    """A statement that is run once for each of many rows, in one go.

    Values are what the types of the columns take, as everywhere, and whatever a type does to them is done; equal
    values, such as the moment of a whole batch, are converted once.
    """

    def __init__(self, names: Iterable[str], make: Callable[[Dialect], Executable]) -> None:
        """``names`` are the statement's parameters in the order in which rows hold their values."""
        self._names = tuple(names)
        self._make = make
        self._prepared: dict[str, tuple[str, list[tuple[int, Any]]]] = {}

    async def run(self, connection: AsyncConnection, rows: Rows) -> None:
        """Run it for the rows; nothing happens for none."""
        if not rows:
            return
        dialect = connection.dialect
        if dialect.name not in self._prepared:
            self._prepared[dialect.name] = self._prepare(dialect)
        sql, columns = self._prepared[dialect.name]
        converted = [
            [row[place] for row in rows]
            if convert is None
            else _converted([row[place] for row in rows], convert)
            for place, convert in columns
        ]
        await connection.exec_driver_sql(sql, list(zip(*converted, strict=True)))

    def _prepare(self, dialect: Dialect) -> tuple[str, list[tuple[int, Any]]]:
        """The statement, and for each of its parameters in turn: where rows hold it, and what is done to it."""
        statement: Any = self._make(dialect)
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(self._names))
        placed: list[str] = compiled.positiontup
        columns: list[tuple[int, Any]] = [
            (
                self._names.index(name),
                compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect),
            )
            for name in placed
        ]
        return str(compiled), columns


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


def _converted(values: Iterable[Any], convert: Callable[[Any], Any]) -> list[Any]:
    known: dict[Any, Any] = {}
    for value in values:
        if value not in known:
            known[value] = convert(value)
    return [known[value] for value in values]
