"""Who may use a command in a server: Discord's own answer, asked again of whoever presses what a command has shown.

Discord asks it of a command alone. Whoever has a message of ours before them may press its buttons for as long as
it stands, after a role was taken from them or the Integrations page was changed.
Source: https://support.discord.com/hc/en-us/articles/10952896421783-Updates-to-Command-Permissions
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import discord

from bot.actions.refusals import NotAllowed

log = logging.getLogger(__name__)

_KEPT = timedelta(minutes=1)
"""How long it may take until what was changed under Integrations is true of buttons as well."""
_PATIENCE = 1.5
"""Seconds to wait for Discord: whoever pressed waits too, and for three at most."""

_ROLE, _MEMBER, _CHANNEL = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a server's Integrations page says of a command, or of all: by kind and id, whether it is allowed."""

    said: Mapping[tuple[int, int], bool] = field(default_factory=dict[tuple[int, int], bool])

    def of_channel(self, channel: int, guild: int) -> bool | None:
        """For a channel, else for all of them, whose id is one less than the server's; None if nothing is said."""
        said = self.said.get((_CHANNEL, channel))
        return self.said.get((_CHANNEL, guild - 1)) if said is None else said

    def of_member(self, member: int, roles: Iterable[int], guild: int) -> bool | None:
        """For a member, else for their roles, of which one that allows is enough, else for everybody."""
        said = self.said.get((_MEMBER, member))
        if said is not None:
            return said
        of_roles = [self.said[_ROLE, role] for role in roles if role != guild and (_ROLE, role) in self.said]
        return any(of_roles) if of_roles else self.said.get((_ROLE, guild))


_NOTHING = Overrides()


class Access:
    """Whether people may use commands, by what Discord last said of them."""

    def __init__(self, client: discord.Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._ids: dict[str, int] = {}
        self._kept: dict[tuple[int, str], tuple[datetime, tuple[Overrides, Overrides]]] = {}

    async def allows(self, interaction: discord.Interaction[Any], command: str) -> bool:
        """Whether whoever pressed might use the command here and now; nobody may outside of a server.

        Where Discord does not tell what the server has changed, what the command takes by default decides.
        """
        if interaction.guild_id is None:
            return False
        if interaction.permissions.administrator:
            return True
        own, common = await self._overrides(interaction.guild_id, command)
        channel: Any = interaction.channel
        where = (
            (channel.parent_id if isinstance(channel, discord.Thread) else None)
            or interaction.channel_id
            or 0
        )
        of_channel = own.of_channel(where, interaction.guild_id)
        if of_channel is None:
            of_channel = common.of_channel(where, interaction.guild_id)
        if of_channel is False:
            return False
        member = interaction.user
        roles = [role.id for role in member.roles] if isinstance(member, discord.Member) else []
        said = own.of_member(member.id, roles, interaction.guild_id)
        if said is not None:
            return said
        # What is allowed for all commands of a bot gives nobody one that takes a permission.
        if common.of_member(member.id, roles, interaction.guild_id) is False:
            return False
        asked = cast("Any", self._client).tree.get_command(command)
        return (asked.default_permissions or discord.Permissions.none()) <= interaction.permissions

    async def _overrides(self, guild: int, command: str) -> tuple[Overrides, Overrides]:
        """Of the command, and of all of the bot's."""
        now = self._clock()
        found = self._kept.get((guild, command))
        if found is None or now - found[0] >= _KEPT:
            self._kept = {key: one for key, one in self._kept.items() if now - one[0] < _KEPT}
            try:
                async with asyncio.timeout(_PATIENCE):
                    found = now, await self._fetch(guild, command)
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
                log.info("Server %s: who may use /%s is not known: %s", guild, command, failed)
                return _NOTHING, _NOTHING
            self._kept[guild, command] = found
        return found[1]

    async def _fetch(self, guild: int, command: str) -> tuple[Overrides, Overrides]:
        application = self._client.application_id or 0
        if not self._ids:
            tree = cast("Any", self._client).tree
            self._ids = {one.name: one.id for one in await tree.fetch_commands()}
        own, common = await asyncio.gather(
            self._read(application, guild, self._ids.get(command, application)),
            self._read(application, guild, application),
        )
        return own, common

    async def _read(self, application: int, guild: int, of: int) -> Overrides:
        try:
            told = await self._client.http.get_application_command_permissions(application, guild, of)
        except discord.NotFound:
            return _NOTHING  # nothing was changed there
        return Overrides(
            {(int(one["type"]), int(one["id"])): bool(one["permission"]) for one in told["permissions"]}
        )


async def require_command(interaction: discord.Interaction[Any], command: str, otherwise: str) -> None:
    """Refuse, in these words, whoever may not use the command here, or may not any more."""
    access = cast("Access", interaction.client.access)
    if not await access.allows(interaction, command):
        raise NotAllowed(otherwise)
