"""The playground's world: one server, its channels and its people, with ids that never change.

An id is a snowflake of the moment at which its owner came to be, as on Discord, so that what a bot
remembers about a member of one run is about the same member in the next. The moments are a contract:
changing one gives its owner a new identity.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
from discord.utils import time_snowflake

CreateBot = Callable[[Callable[[], datetime]], discord.Client]
"""Makes a fresh bot; the argument is the clock that the bot must tell the time by (aware, UTC)."""


@dataclass(frozen=True, slots=True)
class Guild:
    """The simulated server; `id` and `owner_id` are snowflakes."""

    name: str
    created_at: datetime
    owner_name: str
    owner_created_at: datetime

    @property
    def id(self) -> int:
        """The server's snowflake."""
        return time_snowflake(self.created_at)

    @property
    def owner_id(self) -> int:
        """The snowflake of the account that owns the server, which nobody plays."""
        return time_snowflake(self.owner_created_at)


@dataclass(frozen=True, slots=True)
class Channel:
    """A text channel of the server; one that is `for_staff` is seen by moderators alone."""

    name: str
    topic: str
    created_at: datetime
    for_staff: bool = False

    @property
    def id(self) -> int:
        """The channel's snowflake."""
        return time_snowflake(self.created_at)


@dataclass(frozen=True, slots=True)
class Member:
    """A person whom the visitor can be; `username` is unique, `name` is what people read."""

    username: str
    name: str
    joined_at: datetime
    first_wrote_at: datetime
    is_moderator: bool = False

    @property
    def id(self) -> int:
        """The member's snowflake."""
        return time_snowflake(self.joined_at)

    @property
    def dm_id(self) -> int:
        """The snowflake of the member's private channel with the bot."""
        return time_snowflake(self.first_wrote_at)


@dataclass(frozen=True, slots=True)
class World:
    """Everything that a run of the playground starts with."""

    guild: Guild
    channels: tuple[Channel, ...]
    members: tuple[Member, ...]

    def channel(self, name: str) -> Channel:
        """The channel of that name; `KeyError` where there is none."""
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise KeyError(name)

    def member(self, username: str) -> Member:
        """The member of that username; `KeyError` where there is none."""
        for member in self.members:
            if member.username == username:
                return member
        raise KeyError(username)

    def members_of(self, channel: Channel) -> tuple[Member, ...]:
        """The members who see the channel."""
        return tuple(member for member in self.members if member.is_moderator or not channel.for_staff)


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


ACADEMY = World(
    guild=Guild("Rung Academy", _at(5, 9), owner_name="Academy", owner_created_at=_at(5, 8)),
    channels=(
        Channel("general", "Anything and everything", _at(5, 10)),
        Channel("lessons", "Read a lesson, a section at a time", _at(5, 11)),
        Channel("quiz", "Polls that check what the lessons said", _at(5, 12)),
        Channel("staff", "Seen by moderators only", _at(5, 13), for_staff=True),
    ),
    members=(
        Member("ada", "Ada Lindqvist", _at(6, 9), _at(6, 10), is_moderator=True),
        Member("mateo", "Mateo Ríos", _at(7, 9), _at(7, 10)),
        Member("olena", "Олена Коваль", _at(8, 9), _at(8, 10)),
        Member("kofi", "Kofi Mensah", _at(9, 9), _at(9, 10)),
    ),
)
"""Rung Academy: four channels, four members, of whom Ada is the moderator."""
