"""Roles and channels in order, and out of it: a walk through what moderators are told of both."""

from itertools import chain
from typing import Any, get_args

import discord
from simcord.builders import RoleHandle

from bot.actions.health import NEEDS, Fault, Finding, Health, Mended
from bot.chat.audit_words import entry_words
from bot.chat.health_settings import mended_words, shown_health
from bot.chat.screens import Screen, note
from bot.chat.tier_roles import reason_words
from bot.words import speaking
from ladder.tiers import Tier
from tests.words.pseudo import PERSON


async def walk_through(walk: Any) -> None:
    """Choose roles rightly and wrongly, and let the bot give them or not."""
    await _roles(walk)
    await _health(walk)
    with speaking(PERSON):
        for entry in (await walk.bot.actions.audit_log.page(walk.guild.id, 0)).entries:
            if entry.what in {"tier_roles", "roles_again", "unblock"}:
                walk.tour.screen(note(entry_words(entry)))


async def _health(walk: Any) -> None:
    """All is well, nothing is chosen, and everything that can be wrong."""
    ada, bot = walk.ada, walk.bot
    await walk.bot.actions.blocked_channels.block(walk.room.id, walk.guild.id, "forbidden")
    page = await walk.choose(ada, await walk.slash(ada, "settings"), "settings1:", "health")
    await walk.press(ada, walk.seen_again(page), "healthagain1")
    at = walk.env.now()
    uses = frozenset(NEEDS)
    wrong = [
        Finding("blocked", 1, lacking=tuple(dict.fromkeys(chain.from_iterable(NEEDS.values()))), since=at),
        Finding("blocked", 1, lacking=("send_messages_in_threads",), since=at),
        Finding("blocked", 1, since=at),
        Finding("roles_refused", 0, since=at),
        Finding("gone", 1, uses),
        Finding("lacking", 1, uses, ("view_channel",)),
        Finding("threadless", 1, uses, ("create_public_threads",)),
        *(Finding("tier_role", 1, fault=fault, tier=Tier.GOLD) for fault in get_args(Fault)),
        Finding("mention_gone", 1, uses),
        Finding("mention_shut", 1, uses),
    ]
    with speaking(PERSON):
        for health in (
            Health((), 0),
            Health((), 1),
            Health((), 1, (1,)),
            Health(tuple(wrong), 12, tuple(range(10**18, 10**18 + 12))),
            Health(tuple(wrong), 12),
            *(Health((one,), 1) for one in wrong),
        ):
            walk.tour.screen(Screen(*shown_health(health)))
        for mended in (
            Mended((1, 2), True),
            Mended((), False),
            Mended((), False, Health(tuple(wrong), 12)),
        ):
            walk.tour.screen(note(mended_words(mended)))
    guild = bot.get_guild(walk.guild.id)
    guild.unavailable = True
    await walk.press(ada, walk.seen_again(page), "healthagain1")
    guild.unavailable = False


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
