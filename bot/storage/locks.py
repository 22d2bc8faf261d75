"""Locks on whom or what a unit is about; SQLite has one writer and needs none."""

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_LOCKS = 128
"""PostgreSQL has room for some thousands of locks in all: one a member, and a big poll could never be closed."""

_HOUSE = -2
"""The lock of the whole house, which every unit shares; members' and servers' are never below 0."""

_SETTINGS = 1
"""The kind of lock, apart from all others, that a server's settings have."""

_SEQUENCE_BITS = 22
"""The low bits of a snowflake, which are mostly alike; above them are milliseconds."""


async def enter(connection: AsyncConnection, *, alone: bool) -> None:
    """Let this unit begin: beside others, or when none is under way any more, and then none begins before it ends.

    A unit enters before it locks anything else, so that nobody it waits for ever waits for it.
    """
    if connection.dialect.name == "postgresql":
        take = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        await connection.execute(text(f"SELECT {take}({_HOUSE})"))


async def lock_settings(connection: AsyncConnection, guild: int) -> None:
    """Wait until no other unit changes what the server has set, and keep them from it until this one ends.

    These locks are of a kind of their own, taken before those of members and servers.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(:kind, :server)"),
            {"kind": _SETTINGS, "server": (guild >> _SEQUENCE_BITS) % _LOCKS},
        )


async def lock(connection: AsyncConnection, snowflakes: Iterable[int]) -> None:
    """Wait until no other unit holds any of these members or servers, and hold them until this one ends.

    Ids share locks, so another unit may wait without need; locks are taken in one order, so that two units
    never wait for each other. A unit does this once at most.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(m) FROM (SELECT unnest(CAST(:m AS bigint[])) AS m) AS x"),
            {"m": sorted({(one >> _SEQUENCE_BITS) % _LOCKS for one in snowflakes})},
        )
