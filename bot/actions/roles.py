"""Roles: one for each tier where a server wants it, which follows its members' titles."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.settings import change, settings_of
from bot.storage import Database, Unit
from bot.storage.role_dues import EVERYBODY, RoleDue
from ladder.standings import Ladder
from ladder.tiers import Tier

APART = timedelta(seconds=1)
"""The least time between two changes of anybody's roles, for all processes together."""

_LATER = timedelta(minutes=1)
"""When a member is looked at again whose roles could not be looked at, or of whom nobody said what became."""

_AT_ONCE = 500
"""Members of a server who become due in one unit."""


@dataclass(frozen=True, slots=True)
class RoleTask:
    """One member whose roles are to be brought in step with the title."""

    member: int
    guild: int
    wanted: int | None
    """The role to be had; None: none of them."""
    title: Tier | None
    """The title that goes with it; None: the member shows none."""
    roles: frozenset[int]
    """All roles of the server that go with a title."""
    due: RoleDue | None
    """None for somebody of whom nothing is kept any more."""


@dataclass(frozen=True, slots=True)
class RolesView:
    """How roles stand in a server."""

    by_tier: dict[Tier, int]
    waiting: int
    """Members who are still to be looked at, or pages of them."""
    refused_at: datetime | None
    """Since when no role could be given."""


class Roles:
    """Which tier has which role, and whose roles are to be looked at next."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._after: dict[int, int] = {}
        """How far the pages of a server have come; a new process begins them anew, which does no harm."""

    async def view(self, guild: int) -> RolesView:
        """How roles stand in the server."""
        async with self._database.reading() as unit:
            settings = await settings_of(unit, guild)
            return RolesView(
                {Tier(floor): role for floor, role in settings.tier_roles},
                await unit.role_dues.count(guild),
                await unit.role_dues.refused_at(guild),
            )

    async def choose(self, guild: int, by: int, tier: Tier, role: int | None) -> int | None:
        """Let the tier have this role from now on, or none; everybody with a title is looked at.

        Returned is the entry in the log; None: it was so already.
        """
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            chosen = dict((await settings_of(unit, guild)).tier_roles)
            chosen.pop(tier.floor, None)
            if role is not None:
                chosen[tier.floor] = role
            values = {"tier_roles": tuple(sorted(chosen.items()))}
            return (await change(unit, guild, by=by, at=self._clock(), values=values)).entry

    async def try_again(self, guild: int, by: int) -> None:
        """Look at everybody in the server anew, whatever stood in the way."""
        async with self._database.unit() as unit:
            now = self._clock()
            await unit.role_dues.add_all(guild, now)
            await unit.audit_log.add(guild=guild, by=by, at=now, what="roles_again")

    async def refuse(self, guild: int, name: str) -> None:
        """Nobody's roles are looked at in the server until a moderator says that it is mended."""
        async with self._database.unit() as unit:
            await unit.role_dues.refuse(guild, name, self._clock())

    async def next(self) -> RoleTask | None:
        """Whose roles are to be looked at now; nobody oftener than once in `APART`, in whatever process.

        It comes again in a minute unless it is settled before.
        """
        now = self._clock()
        async with self._database.reading() as unit:
            if await unit.role_dues.next(now) is None:
                return None
        async with self._database.unit() as unit:
            if not await unit.role_dues.take_turn(now, APART):
                return None
            due = await unit.role_dues.next(now)
            mine = await unit.role_dues.move(due, now + _LATER) if due is not None else None
            if mine is None:
                return None
            if mine.member == EVERYBODY:
                await self._add_page(unit, mine, now)
                return None
            return await _task(unit, mine.guild, mine.member, mine)

    async def take_turn(self) -> bool:
        """Whether a change that is not among the due ones may be made now."""
        async with self._database.unit() as unit:
            return await unit.role_dues.take_turn(self._clock(), APART)

    async def settle(self, due: RoleDue) -> None:
        """The member's roles are as they should be, or nothing can be done about them."""
        async with self._database.unit() as unit:
            await unit.role_dues.settle(due)

    async def go_on(self, due: RoleDue) -> None:
        """One change was made, and another is still to be."""
        async with self._database.unit() as unit:
            await unit.role_dues.move(due, self._clock())

    async def to_take_away(self, member: int) -> list[RoleTask]:
        """What there is to do about the roles of somebody whose data is about to be deleted."""
        async with self._database.reading() as unit:
            return [
                RoleTask(member, guild, None, None, frozenset(role for _, role in roles), None)
                for guild, roles in await unit.role_dues.with_roles(member)
            ]

    async def _add_page(self, unit: Unit, due: RoleDue, now: datetime) -> None:
        last = await unit.role_dues.add_page(due.guild, self._after.get(due.guild, 0), _AT_ONCE, now)
        if last is None:
            self._after.pop(due.guild, None)
            await unit.role_dues.settle(due)
        else:
            self._after[due.guild] = last
            await unit.role_dues.move(due, now)


async def _task(unit: Unit, guild: int, member: int, due: RoleDue) -> RoleTask:
    """A role shows everybody the title, so whoever hides or was excluded has none, nor has whoever is not rated."""
    roles = dict((await settings_of(unit, guild)).tier_roles)
    absence = (await unit.listing.absences([member])).get(member)
    away = absence is not None and (absence.hidden or guild in absence.away_from)
    rated = Ladder.world().key in await unit.ratings.of(member)
    title = await unit.matches.title(member) if rated and not away else None
    wanted = roles.get(title.floor) if title is not None else None
    return RoleTask(member, guild, wanted, title, frozenset(roles.values()), due)
