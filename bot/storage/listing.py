"""Who may stand on the current boards: who is hidden, gone, excluded or idle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup, inserting
from bot.storage.ladder_tables import activity, unlisted
from bot.storage.parts import in_parts
from bot.storage.upserts import upsert

EVERYWHERE = 0
"""The server of an absence from every board."""

_NOWHERE: frozenset[int] = frozenset()

Reason = Literal["hidden", "departed", "excluded"]


@dataclass(frozen=True, slots=True)
class Absence:
    """From which boards a member is absent, for reasons other than time."""

    hidden: bool = False
    reasons: frozenset[tuple[int, Reason, datetime]] = field(
        default=frozenset[tuple[int, Reason, datetime]]()
    )
    """Servers, each with the reason and since when, without the absence from every board."""

    @property
    def away_from(self) -> frozenset[int]:
        """The servers on whose boards the member is not."""
        return frozenset(guild for guild, _, _ in self.reasons) if self.reasons else _NOWHERE

    def left_before(self, guild: int, at: datetime) -> bool:
        """Whether the member was thought to have left this server by then."""
        return any(
            where == guild and reason == "departed" and since <= at for where, reason, since in self.reasons
        )

    def back_in(self, guild: int) -> "Absence":
        """The absence of a member who was thought to have left this server."""
        return Absence(self.hidden, frozenset(one for one in self.reasons if one[:2] != (guild, "departed")))


@dataclass(frozen=True, slots=True)
class Activity:
    """When a member's last answer was that counted, and whether the boards were left for it."""

    answered_at: datetime
    idle: bool


class ListingStore:
    """What `bot.actions.listing` decides by."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def absences(self, members: Iterable[int]) -> dict[int, Absence]:
        """The absences of those of the members who have any."""
        found: dict[int, Absence] = {}
        for member, guild, reason, since in await _ABSENCES.rows(self._connection, members=members):
            known = found.get(member, Absence())
            if guild == EVERYWHERE:
                found[member] = Absence(True, known.reasons)
            else:
                found[member] = Absence(known.hidden, known.reasons | {(guild, reason, since)})
        return found

    async def put(
        self, member: int, guild: int, reason: Reason, since: datetime, by: int | None = None
    ) -> bool:
        """The member is absent from a server's boards, or from all; false, and nothing changes, if noted already."""
        statement = upsert(self._connection, unlisted).values(
            member=member, guild=guild, reason=reason, since=since, by=by
        )
        noted = await self._connection.execute(statement.on_conflict_do_nothing())
        return noted.rowcount == 1

    async def lift(self, member: int, guild: int, reason: Reason) -> bool:
        """The member is no longer absent for this reason; false if that was so before."""
        lifted = await self._connection.execute(
            delete(unlisted).where(
                unlisted.c.member == member, unlisted.c.guild == guild, unlisted.c.reason == reason
            )
        )
        return lifted.rowcount == 1

    async def count_excluded(self, guild: int) -> int:
        """How many members the server's moderators have excluded."""
        counted = await self._connection.scalar(
            select(func.count())
            .select_from(unlisted)
            .where(unlisted.c.guild == guild, unlisted.c.reason == "excluded")
        )
        return counted or 0

    async def excluded(self, guild: int, *, offset: int, limit: int) -> list[tuple[int, datetime]]:
        """Members whom the server's moderators have excluded and since when, the latest first."""
        rows = await self._connection.execute(
            select(unlisted.c.member, unlisted.c.since)
            .where(unlisted.c.guild == guild, unlisted.c.reason == "excluded")
            .order_by(unlisted.c.since.desc(), unlisted.c.member)
            .offset(offset)
            .limit(limit)
        )
        return [(row.member, row.since) for row in rows]

    async def activity(self, members: Iterable[int]) -> dict[int, Activity]:
        """The activity of those of the members who ever answered."""
        rows = await _ACTIVITY.rows(self._connection, members=members)
        return {member: Activity(answered_at, idle) for member, answered_at, idle in rows}

    async def answered(self, moments: Mapping[int, datetime]) -> None:
        """Note members' latest answers, after which nobody is idle."""
        await _ANSWERED.run(
            self._connection, [(member, moments[member], False) for member in sorted(moments)]
        )

    async def silent(self, since: datetime, limit: int) -> list[int]:
        """Members whose last answer was at that moment or before it, and who are still on the boards."""
        rows = await self._connection.scalars(
            select(activity.c.member)
            .where(activity.c.idle.is_(False), activity.c.answered_at <= since)
            .order_by(activity.c.answered_at)
            .limit(limit)
        )
        return list(rows)

    async def leave_idle(self, members: Iterable[int], since: datetime) -> None:
        """Those of the members who have still not answered after that moment are idle from now on."""
        for some in in_parts(members):
            await self._connection.execute(
                update(activity)
                .where(activity.c.member.in_(some), activity.c.answered_at <= since)
                .values(idle=True)
            )

    async def hidden(self, member: int) -> bool:
        """Whether the member is on no board by their own wish."""
        found = await self._connection.scalar(
            select(func.count())
            .select_from(unlisted)
            .where(unlisted.c.member == member, unlisted.c.guild == EVERYWHERE)
        )
        return bool(found)


_ABSENCES = Lookup(
    lambda among: select(unlisted.c.member, unlisted.c.guild, unlisted.c.reason, unlisted.c.since).where(
        among(unlisted.c.member, "members")
    )
)
_ACTIVITY = Lookup(lambda among: select(activity).where(among(activity.c.member, "members")))
_ANSWERED = inserting(activity, replacing=["answered_at", "idle"])
