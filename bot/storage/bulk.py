"""Many rows in one statement, without the work that SQLAlchemy does for each value of each row."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_rows(
    connection: AsyncConnection, table: Table, rows: Sequence[Sequence[Any]], *, replacing: bool = False
) -> None:
    """Insert rows whose values stand in the order of the table's columns.

    ``replacing``, a row with the same key as one that is stored takes its place. Values are what the columns'
    types take, as everywhere; whatever a type does to them on their way is done.
    """
    if not rows:
        return
    sql, processors = _prepared(connection.dialect, table, replacing)
    if processors:
        written: list[tuple[Any, ...]] = []
        for row in rows:
            values = list(row)
            for place, process in processors:
                values[place] = process(values[place])
            written.append(tuple(values))
    else:
        written = [tuple(row) for row in rows]
    await connection.exec_driver_sql(sql, written)


@lru_cache(maxsize=64)
def _prepared(dialect: Dialect, table: Table, replacing: bool) -> tuple[str, list[tuple[int, Any]]]:
    """The statement, and what is to be done to the values of which columns."""
    names = [column.name for column in table.c]
    statement: Any = insert(table)
    if replacing:
        statement = (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
        keys = [column.name for column in table.primary_key]
        statement = statement.on_conflict_do_update(
            index_elements=keys,
            set_={name: statement.excluded[name] for name in names if name not in keys},
        )
    sql = str(statement.compile(dialect=dialect, column_keys=names))
    processors = [
        (place, process)
        for place, column in enumerate(table.c)
        if (process := column.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    ]
    return sql, processors
