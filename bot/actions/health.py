"""Health: what keeps the bot from doing in a server what its moderators chose, found before the first post fails."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.actions.blocked_channels import lift
from bot.actions.settings import ServerSettings, settings_of
from bot.storage import Database, Unit
from bot.storage.blocked_channels import BlockedChannel
from ladder.tiers import Tier

Use = Literal["share", "polls", "titles", "schedules", "boards"]
"""What a channel is for."""

NEEDS: Mapping[Use, tuple[str, ...]] = {
    "share": ("view_channel", "send_messages", "attach_files"),
    "polls": ("view_channel", "send_messages", "read_message_history"),
    "titles": ("view_channel", "send_messages"),
    "schedules": ("view_channel", "send_messages", "read_message_history"),
    "boards": ("view_channel",),
}
"""Discord's permissions for each use: pictures are attached, and a reply needs the history."""

_THREADS = ("create_public_threads", "send_messages_in_threads")

_IN_THREADS: frozenset[Use] = frozenset({"boards"})

Fault = Literal["deleted", "unfit", "above", "forbidden"]
"""Why a role cannot be given: it is everybody's or an app's (``unfit``), or the bot may not give any (``forbidden``)."""

Kind = Literal[
    "blocked", "gone", "lacking", "threadless", "roles_refused", "tier_role", "mention_gone", "mention_shut"
]
"""What is wrong; where a channel is ``threadless``, lessons checked together do without a thread of their own."""


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """A channel or thread, and what the bot may do there."""

    id: int
    name: str
    may: frozenset[str]
    """Discord's names of permissions."""
    is_thread: bool = False


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role of the server."""

    id: int
    name: str
    position: int
    is_unfit: bool
    """Whether it is everybody's or an app's."""
    is_mentionable: bool


@dataclass(frozen=True, slots=True)
class Ranks:
    """The roles of a server, and where the bot stands among them."""

    may: frozenset[str]
    """The bot's permissions in the whole server."""
    top: int
    """The position of the highest of the bot's roles."""
    roles: Mapping[int, RoleFacts]

    def fault_of(self, role: int) -> Fault | None:
        """Why the bot cannot give this role; None if it can."""
        found = self.roles.get(role)
        if found is None:
            return "deleted"
        if found.is_unfit:
            return "unfit"
        if "manage_roles" not in self.may:
            return "forbidden"
        return "above" if found.position >= self.top else None


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What Discord says of a server and of the bot in it."""

    ranks: Ranks
    channels: Mapping[int, ChannelFacts]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What moderators have chosen that needs Discord's leave."""

    channels: Mapping[int, frozenset[Use]]
    tier_roles: Mapping[Tier, int]
    mentions: Mapping[int, frozenset[Use]]
    """Roles that are pinged, and by what."""
    blocked: tuple[BlockedChannel, ...] = ()
    roles_refused_at: datetime | None = None
    paused: tuple[int, ...] = ()
    """Channels of schedules that post nothing until a moderator resumes them."""

    @property
    def checked(self) -> int:
        """How many channels and roles there are to look at."""
        return len(self.channels) + len(self.tier_roles) + len(self.mentions)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    kind: Kind
    id: int
    """The channel's or the role's."""
    uses: frozenset[Use] = frozenset[Use]()
    lacking: tuple[str, ...] = ()
    """Discord's names of the permissions that are missing."""
    fault: Fault | None = None
    tier: Tier | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a server stands."""

    findings: tuple[Finding, ...]
    checked: int
    """How many channels and roles were looked at."""
    paused: tuple[int, ...] = ()
    """The channels of schedules that moderators have paused: not wrong, and easily forgotten."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of trying again."""

    channels: tuple[int, ...]
    """In which the bot posts again."""
    roles: bool
    """Whether it gives roles again."""
    health: Health = field(default=Health((), 0))
    """How the server stands now."""


def findings(facts: ServerFacts, wishes: Wishes) -> list[Finding]:
    """Everything that is wrong, what has stopped the bot already first."""
    blocked = {one.channel: one for one in wishes.blocked}
    found = [
        Finding(
            "blocked",
            one.channel,
            lacking=_lacking(facts.channels[one.channel], NEEDS["titles"]),
            since=one.since,
        )
        for one in wishes.blocked
        if one.channel in facts.channels
    ]
    if wishes.roles_refused_at is not None:
        found.append(Finding("roles_refused", 0, since=wishes.roles_refused_at))
    for id, uses in sorted(wishes.channels.items()):
        channel = facts.channels.get(id)
        if channel is None:
            # Boards stand in threads as well, and those that are archived are not listed.
            if uses - _IN_THREADS:
                found.append(Finding("gone", id, uses))
        elif id not in blocked and (lacking := _lacking(channel, _needs(uses))):
            found.append(Finding("lacking", id, uses, lacking))
        elif id not in blocked and "polls" in uses and not channel.is_thread:
            missing = tuple(need for need in _THREADS if need not in channel.may)
            found += [Finding("threadless", id, uses, missing)] if missing else []
    for tier, role in sorted(wishes.tier_roles.items()):
        if (fault := facts.ranks.fault_of(role)) is not None:
            found.append(Finding("tier_role", role, fault=fault, tier=tier))
    for role, uses in sorted(wishes.mentions.items()):
        known = facts.ranks.roles.get(role)
        if known is None:
            found.append(Finding("mention_gone", role, uses))
        elif not known.is_mentionable and "mention_everyone" not in facts.ranks.may:
            found.append(Finding("mention_shut", role, uses))
    return found


def _needs(uses: Iterable[Use]) -> list[str]:
    return list(dict.fromkeys(need for use in NEEDS if use in uses for need in NEEDS[use]))


def _lacking(channel: ChannelFacts, needs: Iterable[str]) -> tuple[str, ...]:
    in_a_thread = {"send_messages": "send_messages_in_threads"} if channel.is_thread else {}
    wanted = [in_a_thread.get(need, need) for need in needs]
    return tuple(need for need in wanted if need not in channel.may)


class Doctor:
    """Looks at servers, and lets the bot go on where something was mended."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def look(self, guild: int, facts: ServerFacts) -> Health:
        """How the server stands, by what Discord says of it."""
        async with self._database.reading() as unit:
            return await _health(unit, guild, facts)

    async def try_again(self, guild: int, by: int, facts: ServerFacts) -> Mended:
        """Post again in every blocked channel in which the bot may by now, and give roles again if it may."""
        now = self._clock()
        async with self._database.unit() as unit:
            await unit.choices.hold(guild)
            wishes = await _wishes(unit, guild)
            lifted = [
                one.channel
                for one in wishes.blocked
                if (channel := facts.channels.get(one.channel)) is not None
                and not _lacking(channel, NEEDS["titles"])
            ]
            for channel in lifted:
                await lift(unit, guild, by, channel, at=now)
            roles = wishes.roles_refused_at is not None and "manage_roles" in facts.ranks.may
            if roles:
                await unit.role_dues.add_all(guild, now)
                await unit.audit_log.add(guild=guild, by=by, at=now, what="roles_again")
            return Mended(tuple(lifted), roles, await _health(unit, guild, facts))


async def _health(unit: Unit, guild: int, facts: ServerFacts) -> Health:
    wishes = await _wishes(unit, guild)
    return Health(tuple(findings(facts, wishes)), wishes.checked, wishes.paused)


async def _wishes(unit: Unit, guild: int) -> Wishes:
    settings = await settings_of(unit, guild)
    schedules = await unit.schedules.of(guild)
    places: list[tuple[int | None, Use]] = [
        *_places(settings),
        *((one.channel, "schedules") for one in schedules),
        *((channel, "boards") for channel in await unit.live_boards.channels(guild)),
    ]
    mentions: list[tuple[int | None, Use]] = [
        (settings.poll_mention, "polls"),
        *((one.mention, "schedules") for one in schedules),
    ]
    return Wishes(
        channels=_gathered(places),
        tier_roles={Tier(floor): role for floor, role in settings.tier_roles},
        mentions=_gathered(mentions),
        blocked=tuple(await unit.blocked_channels.of(guild)),
        roles_refused_at=await unit.role_dues.refused_at(guild),
        paused=tuple(one.channel for one in schedules if one.reason == "moderator"),
    )


def _places(settings: ServerSettings) -> list[tuple[int | None, Use]]:
    return [
        *((channel, "share") for channel in settings.share_channels),
        *((channel, "polls") for channel in settings.poll_channels),
        (settings.titles_channel, "titles"),
    ]


def _gathered(used: Iterable[tuple[int | None, Use]]) -> dict[int, frozenset[Use]]:
    found: dict[int, set[Use]] = {}
    for id, use in used:
        if id is not None:
            found.setdefault(id, set()).add(use)
    return {id: frozenset(uses) for id, uses in found.items()}
