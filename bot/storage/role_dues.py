"""Whose role in which server is to be compared with their title, the longest due first."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.due import role_is_due
from bot.storage.ladder_tables import ratings
from bot.storage.server_tables import choices, role_dues, servers
from bot.storage.tables import facts, sightings
from bot.storage.upserts import upsert
from ladder.standings import Ladder

EVERYBODY = 0
"""Stands for all members of a server, who are added page by page."""

_PACE = "roles_paced_at"
_SETTING = "tier_roles"


class RoleDue(NamedTuple):
    """A member whose roles are to be looked at, from that moment on."""

    member: int
    guild: int
    due_at: datetime


class RoleDueStore:
    """One row a member and server. Whoever works on one moves its moment on first, so that no two do."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, members: Iterable[int], at: datetime) -> None:
        """The members' titles may have changed: they are due wherever they were met and titles have roles."""
        wanted = sorted(set(members))
        if wanted:
            # In one order, so that two units never wait for each other.
            await self._put(
                select(sightings.c.member, sightings.c.guild, literal(at, role_dues.c.due_at.type))
                .join(choices, (choices.c.guild == sightings.c.guild) & (choices.c.setting == _SETTING))
                .where(sightings.c.member.in_(wanted))
                .order_by(sightings.c.member, sightings.c.guild)
            )

    async def add_all(self, guild: int, at: datetime) -> None:
        """Everybody in the server is due, and whatever kept its roles from being given is to be tried again."""
        await self._connection.execute(
            update(servers).where(servers.c.guild == guild).values(roles_refused_at=None)
        )
        await self._connection.execute(
            upsert(self._connection, role_dues)
            .values(member=EVERYBODY, guild=guild, due_at=at)
            .on_conflict_do_update(index_elements=["member", "guild"], set_={"due_at": at})
        )

    async def add_page(self, guild: int, after: int, limit: int, at: datetime) -> int | None:
        """The next members of the server, by id, who have a rating are due; the last of them, None after all."""
        page = (
            select(sightings.c.member)
            .where(sightings.c.guild == guild, sightings.c.member > after)
            .order_by(sightings.c.member)
            .limit(limit)
        )
        last = await self._connection.scalar(select(func.max(page.subquery().c.member)))
        if last is None:
            return None
        await self._put(
            select(sightings.c.member, sightings.c.guild, literal(at, role_dues.c.due_at.type))
            .join(
                ratings, (ratings.c.member == sightings.c.member) & (ratings.c.ladder == Ladder.world().key)
            )
            .where(sightings.c.guild == guild, sightings.c.member > after, sightings.c.member <= last)
            .order_by(sightings.c.member)
        )
        return last

    async def next(self, now: datetime) -> RoleDue | None:
        """The longest due, leaving out servers that the bot is gone from, or in which roles cannot be given."""
        row = (
            await self._connection.execute(
                select(role_dues)
                .outerjoin(servers, servers.c.guild == role_dues.c.guild)
                .where(role_is_due(now))
                .order_by(role_dues.c.due_at, role_dues.c.member)
                .limit(1)
            )
        ).one_or_none()
        return RoleDue(*row) if row is not None else None

    async def count(self, guild: int) -> int:
        """How many are due in the server."""
        counted = await self._connection.scalar(
            select(func.count()).select_from(role_dues).where(role_dues.c.guild == guild)
        )
        return counted or 0

    async def move(self, due: RoleDue, to: datetime) -> RoleDue | None:
        """Due at another moment; None if somebody was there first, or something has changed since."""
        moved = await self._connection.execute(
            update(role_dues)
            .where(
                role_dues.c.member == due.member,
                role_dues.c.guild == due.guild,
                role_dues.c.due_at == due.due_at,
            )
            .values(due_at=to)
        )
        return due._replace(due_at=to) if moved.rowcount == 1 else None

    async def settle(self, due: RoleDue) -> None:
        """Nothing is left to do, unless something has changed since."""
        await self._connection.execute(
            delete(role_dues).where(
                role_dues.c.member == due.member,
                role_dues.c.guild == due.guild,
                role_dues.c.due_at == due.due_at,
            )
        )

    async def drop(self, guild: int) -> None:
        """Nobody is due in the server."""
        await self._connection.execute(delete(role_dues).where(role_dues.c.guild == guild))

    async def with_roles(self, member: int) -> list[tuple[int, Any]]:
        """The servers in which the member was met and titles have roles, each with what it has set."""
        rows = await self._connection.execute(
            select(choices.c.guild, choices.c.value)
            .join(sightings, sightings.c.guild == choices.c.guild)
            .where(sightings.c.member == member, choices.c.setting == _SETTING)
            .order_by(choices.c.guild)
        )
        return [(row.guild, row.value) for row in rows]

    async def refuse(self, guild: int, name: str, at: datetime) -> None:
        """Roles cannot be given in the server, until it is tried again."""
        await self._connection.execute(
            upsert(self._connection, servers)
            .values(guild=guild, name=name[:100], competes=False, roles_refused_at=at)
            .on_conflict_do_update(index_elements=["guild"], set_={"roles_refused_at": at})
        )

    async def refused_at(self, guild: int) -> datetime | None:
        """Since when roles cannot be given in the server."""
        return await self._connection.scalar(
            select(servers.c.roles_refused_at).where(servers.c.guild == guild)
        )

    async def take_turn(self, now: datetime, apart: timedelta) -> bool:
        """Whether it is so long since any process took a turn; then this is one."""
        statement = upsert(self._connection, facts).values(name=_PACE, value=_plain(now))
        taken = await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["name"],
                set_={"value": statement.excluded.value},
                where=facts.c.value <= _plain(now - apart),
            )
        )
        return taken.rowcount == 1

    async def _put(self, wanted: Select[*tuple[Any, ...]]) -> None:
        statement = upsert(self._connection, role_dues).from_select(["member", "guild", "due_at"], wanted)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["member", "guild"], set_={"due_at": statement.excluded.due_at}
            )
        )


def _plain(moment: datetime) -> str:
    """The moment as text that sorts as moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
