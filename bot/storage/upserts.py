"""The one thing that both databases can do and SQLAlchemy spells differently for each: ON CONFLICT."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def upsert(connection: AsyncConnection, table: Table) -> sqlite.Insert:
    """An INSERT that can be told what to do ON CONFLICT, for the database at hand.

    The two dialects' constructs share every method used here, so one type stands for both.
    """
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)  # pyright: ignore[reportReturnType]
