"""Alembic's entry: runs on the connection it is handed, or on the database named by ``-x database=URL``."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection

from bot.storage.columns import Moment, metadata
from bot.storage.database import parse_url
from bot.storage.engines import open_engines


def render(kind: str, item: object, autogen: object) -> str | Literal[False]:
    """Write a revision in SQLAlchemy's own types, so that it stays as it is when ours change."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def migrate(connection: Connection) -> None:
    """Run the revisions asked for on this connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate_by_url(url: str) -> None:
    engines = open_engines(parse_url(url))
    async with engines.writer.begin() as connection:
        await connection.run_sync(migrate)
    await engines.dispose()


handed = context.config.attributes.get("connection")
if handed is not None:
    migrate(handed)
else:
    asyncio.run(
        _migrate_by_url(context.get_x_argument(as_dictionary=True).get("database", "sqlite:///rung.sqlite3"))
    )
