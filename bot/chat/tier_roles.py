"""Tier roles: given and taken as titles change, one at a time, beside the clockwork."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from typing import Any, cast

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.roles import RoleTask
from bot.chat.server_facts import ranks_of
from bot.chat.wording import tier_word
from bot.words import _, speaking
from ladder.tiers import Tier

log = logging.getLogger(__name__)

_GONE = {10007, 10013}
"""Unknown member, unknown user."""


class RoleKeeper:
    """Keeps roles in step with titles: at most one is given or taken in a second, whatever is due."""

    def __init__(self, client: discord.Client, actions: Actions) -> None:
        self._client = client
        self._actions = actions
        self._leaving: deque[RoleTask] = deque()
        """Roles of people whose data was deleted: nothing of them is kept, so this does not outlive the process."""
        self._working: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Begin with the longest due, unless something is still under way."""
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._try(), name="keeping roles")

    @property
    def has_left_over(self) -> bool:
        """Whether roles wait of which no row tells."""
        return bool(self._leaving)

    async def drain(self) -> None:
        """Return when what was begun has ended."""
        if self._working is not None:
            await asyncio.wait([self._working])

    def let_go(self, tasks: Iterable[RoleTask]) -> None:
        """Take away the roles of somebody of whom nothing is kept any more."""
        self._leaving.extend(tasks)

    async def keep(self) -> None:
        """Look at one member, and make one change at most."""
        if self._leaving:
            if await self._actions.roles.take_turn():
                await self._bring(self._leaving.popleft())
            return
        task = await self._actions.roles.next()
        if task is not None:
            await self._bring(task)

    async def _try(self) -> None:
        try:
            await self.keep()
        except Exception:
            log.exception("Keeping roles failed and will be tried again")

    async def _bring(self, task: RoleTask) -> None:
        guild = self._client.get_guild(task.guild)
        if guild is None:
            return  # Discord has an outage there; it comes again
        if task.roles and not guild.me.guild_permissions.manage_roles:
            await self._refuse(guild, task)
            return
        try:
            more = bool(task.roles) and await self._change(guild, task)
        except discord.NotFound as gone:
            if gone.code not in _GONE:
                log.info("A role of server %s was gone as it was given: %s", guild.id, gone)
            more = False
        except discord.Forbidden as refused:
            log.warning("Server %s lets the bot give no roles: %s", guild.id, refused)
            await self._refuse(guild, task)
            return
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            log.info("A member's roles are looked at later: %s", failed)
            if task.due is None:
                self._leaving.append(task)
            return
        if task.due is None:
            if more:
                self._leaving.append(task)
        elif more:
            await self._actions.roles.go_on(task.due)
        else:
            await self._actions.roles.settle(task.due)

    async def _change(self, guild: discord.Guild, task: RoleTask) -> bool:
        """Give or take one role, the missing one first; whether there is more to do."""
        member = await guild.fetch_member(task.member)
        held = {role.id for role in member.roles} & task.roles
        ranks = ranks_of(guild)
        surplus = sorted(role for role in held if role != task.wanted and ranks.fault_of(role) is None)
        lacks = task.wanted is not None and task.wanted not in held
        reason = reason_words(task.title, str(guild.preferred_locale))
        if task.wanted is not None and lacks and ranks.fault_of(task.wanted) is None:
            await member.add_roles(discord.Object(task.wanted), reason=reason)
            return bool(surplus)
        if surplus:
            await member.remove_roles(discord.Object(surplus[0]), reason=reason)
        return len(surplus) > 1

    async def _refuse(self, guild: discord.Guild, task: RoleTask) -> None:
        if task.due is not None:
            await self._actions.roles.refuse(guild.id, guild.name)


def reason_words(title: Tier | None, locale: str) -> str:
    """What Discord's own audit log of the server says of a change."""
    with speaking(locale):
        if title is None:
            return _("Rung: no title is shown any more")
        return _("Rung: the title is {tier} now", tier=tier_word(title))


def role_keeper_of(client: Any) -> RoleKeeper:
    """Who keeps roles in step with titles."""
    return cast("RoleKeeper", client.role_keeper)
