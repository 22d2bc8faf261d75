"""A server's settings: what its moderators chose, with a default for everything, and a log of every change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Self, cast

from bot.actions.audit_log import Undo
from bot.actions.replanning import plan_anew
from bot.actions.zones import zone_of
from bot.storage import Database, Unit
from bot.storage.audit_log import LogEntry
from bot.storage.polls import Ballot


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Everything that a server can choose; the fields' names are those of its rows and of its audit log."""

    share_channels: tuple[int, ...] = ()
    """Where members may share; none: only moderators' own posts are public."""
    poll_channels: tuple[int, ...] = ()
    """Where polls may be posted; none: wherever a moderator posts one."""
    titles_channel: int | None = None
    """The channel that is told of new titles; None: they are not announced."""
    share_cooldown: int = 300
    """Seconds between two posts of one member in one channel."""
    poll_seconds: int = 600
    """How long a poll stays open unless one says otherwise."""
    ballot: Ballot = "direct"
    """How polls are answered unless one says otherwise."""
    poll_mention: int | None = None
    """The role that polls ping; None: nobody."""
    poll_cooldown: int = 0
    """Seconds between two polls of people in one channel."""
    poll_cap: int | None = None
    """Polls of people in the server in 24 hours; None: any number."""
    open_ladder: bool = False
    """Whether people may look at this server's ladder from elsewhere."""
    zone: str = "UTC"
    """The IANA time zone in which moderators plan."""
    locale: str | None = None
    """The language of public posts; None: the one that Discord gives the server."""
    categories: tuple[str, ...] | None = None
    """Slugs of the curated categories that are served; None: all."""
    tier_roles: tuple[tuple[int, int], ...] = ()
    """The floor of a tier and the role that goes with its title, from the lowest."""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """The settings that were stored so; names that are no longer known are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: _frozen(value) for name, value in stored.items() if name in known})

    def plain(self, setting: str) -> Any:
        """The value as JSON has it."""
        return _plain(getattr(self, setting))


@dataclass(frozen=True, slots=True)
class Change:
    """What came of setting something."""

    settings: ServerSettings
    """What holds now."""
    entry: int | None
    """The entry in the log, the last if there are several; None: it was so already."""


SETTINGS = tuple(field.name for field in fields(ServerSettings))
"""The names of all settings."""

_DEFAULTS = ServerSettings()


class Settings:
    """Reading and changing what a server has chosen."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def of(self, guild: int | None) -> ServerSettings:
        """What holds in the server; the defaults where there is none."""
        if guild is None:
            return _DEFAULTS
        async with self._database.reading() as unit:
            return await settings_of(unit, guild)

    async def change(self, guild: int, by: int, **values: Any) -> Change:
        """Set these, at once, each with an entry in the log."""
        async with self._database.unit() as unit:
            return await change(unit, guild, by=by, at=self._clock(), values=values)


async def settings_of(unit: Unit, guild: int) -> ServerSettings:
    """What holds in the server."""
    return ServerSettings.read(await unit.choices.of(guild))


async def change(
    unit: Unit,
    guild: int,
    *,
    by: int,
    at: datetime,
    values: Mapping[str, Any],
    undoes: int | None = None,
) -> Change:
    """What `Settings.change` does, in a unit of the caller's; ``undoes`` is the entry that is taken back."""
    held = ServerSettings.read(await unit.choices.hold(guild))
    wanted = replace(held, **{name: _frozen(value) for name, value in values.items()})
    entry = None
    for name in values:
        before, after = held.plain(name), wanted.plain(name)
        if before == after:
            continue
        if after == _DEFAULTS.plain(name):
            await unit.choices.drop(guild, name)
        else:
            await unit.choices.put(guild, name, after)
        entry = await unit.audit_log.add(
            guild=guild, by=by, at=at, what=name, before=before, after=after, undoes=undoes
        )
        if name == "titles_channel":
            # What was earned until now is not made up for in the new channel.
            await unit.promotions.let_go(guild)
        if name == "zone":
            await plan_anew(unit, guild, zone_of(wanted.zone), at)
        if name == "tier_roles":
            await unit.role_dues.add_all(guild, at)
    return Change(wanted, entry)


async def _undo(unit: Unit, entry: LogEntry, by: int, at: datetime) -> None:
    """Set again what held before the entry."""
    await change(unit, entry.guild, by=by, at=at, values={entry.what: entry.before}, undoes=entry.id)


UNDOING: dict[str, Undo] = dict.fromkeys(SETTINGS, _undo)
"""How each setting is taken back."""


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, cast("list[Any]", value))) if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    return [_plain(one) for one in cast("tuple[Any, ...]", value)] if isinstance(value, tuple) else value
