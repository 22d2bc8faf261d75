"""Roles and channels in order, and out of it: a walk through what moderators are told of both."""

from typing import Any

import discord
from simcord.builders import RoleHandle

from bot.chat.audit_words import entry_words
from bot.chat.screens import note
from bot.chat.tier_roles import reason_words
from bot.words import speaking
from ladder.tiers import Tier
from tests.words.pseudo import PERSON


async def walk_through(walk: Any) -> None:
    """Choose roles rightly and wrongly, and let the bot give them or not."""
    await _roles(walk)
    with speaking(PERSON):
        for entry in (await walk.bot.actions.audit_log.page(walk.guild.id, 0)).entries:
            if entry.what in {"tier_roles", "roles_again"}:
                walk.tour.screen(note(entry_words(entry)))


async def _roles(walk: Any) -> None:
    ada, backend, guild = walk.ada, walk.env.backend, walk.guild
    own = next(role for role in backend.get_guild(guild.id).roles.values() if role.managed)
    gold, silver = guild.create_role("золото"), guild.create_role("срібло")
    everything = discord.Permissions.all()
    everything.update(administrator=False)

    def let_the_bot(*, manage_roles: bool) -> None:
        everything.update(manage_roles=manage_roles)
        backend.edit_role(guild.id, own.id, {"permissions": everything.value})

    async def choose(tier: Tier, role: Any) -> None:
        shown = await look()
        await walk.choose(ada, walk.seen_again(shown), "roletier1", str(tier.floor))
        await walk.choose(ada, walk.seen_again(shown), "tierrole1:", role)

    async def look() -> Any:
        shown = await walk.choose(ada, await walk.slash(ada, "settings"), "settings1:", "roles")
        return walk.seen_again(shown)

    await choose(Tier.GOLD, gold)  # not hers to give
    before = backend.get_role(guild.id, walk.moderators.id).permissions
    more = before | discord.Permissions(manage_roles=True).value
    backend.edit_role(guild.id, walk.moderators.id, {"permissions": more})
    for role in (own, backend.get_role(guild.id, guild.id)):
        await choose(Tier.GOLD, RoleHandle(walk.env, guild, role))
    let_the_bot(manage_roles=False)
    await choose(Tier.GOLD, gold)
    await walk.bot.actions.roles.refuse(guild.id, "Школа")
    await walk.press(ada, await look(), "rolesagain1")
    let_the_bot(manage_roles=True)
    await walk.press(ada, await look(), "rolesagain1")
    await choose(Tier.SILVER, silver)
    backend.edit_role(guild.id, gold.id, {"position": 90})
    await look()
    backend.delete_role(guild.id, silver.id)
    await look()
    shown = await look()
    await walk.choose(ada, walk.seen_again(shown), "roletier1", str(Tier.SILVER.floor))
    await walk.press(ada, walk.seen_again(shown), "tiernone1:")
    backend.edit_role(guild.id, walk.moderators.id, {"permissions": before})
    with speaking(PERSON):
        for title in (None, Tier.GOLD):
            walk.tour.screen(note(reason_words(title, PERSON)))
    await walk.bot.actions.roles.choose(guild.id, ada.id, Tier.IRON, guild.id)
    await walk.bot.actions.roles.choose(guild.id, ada.id, Tier.SILVER, gold.id)
    shown = await walk.choose(ada, await look(), "roletier1", str(Tier.GOLD.floor))
    backend.delete_role(guild.id, gold.id)
    await walk.forge(ada, walk.seen_again(shown), f"tierrole1:{Tier.GOLD.floor}", str(gold.id))
