"""Locks on whom or what a unit is about; SQLite has one writer and needs none."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def lock(connection: AsyncConnection, snowflakes: Iterable[int]) -> None:
    """Wait until no other unit holds any of these members or servers, and hold them until this one ends.

    Locks are taken in the ids' order, so that two units never wait for each other; no two things in Discord
    share an id.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(m) FROM (SELECT unnest(CAST(:m AS bigint[])) AS m) AS x"),
            {"m": sorted(set(snowflakes))},
        )
