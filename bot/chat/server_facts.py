"""What Discord says of a server: from the client's cache while the bot runs, or asked for one by one."""

from collections.abc import Iterable

import discord

from bot.actions.health import ChannelFacts, Ranks, RoleFacts, ServerFacts


def facts_of(guild: discord.Guild) -> ServerFacts:
    """The server as the running bot knows it."""
    return _facts(guild, guild.me, guild.channels, guild.threads)


def ranks_of(guild: discord.Guild, me: discord.Member | None = None) -> Ranks:
    """Its roles, as the running bot knows them; ``me`` is the bot there where nothing is known yet."""
    own = me or guild.me
    return Ranks(
        may=_names(own.guild_permissions),
        top=own.top_role.position,
        roles={
            role.id: RoleFacts(
                role.id, role.name, role.position, role.is_default() or role.managed, role.mentionable
            )
            for role in guild.roles
        },
    )


async def asked_facts(client: discord.Client, guild: int) -> ServerFacts:
    """The server as Discord tells it now; raises what `discord.Client.fetch_guild` raises."""
    found = await client.fetch_guild(guild)
    me = await found.fetch_member(client.user.id if client.user is not None else 0)
    return _facts(found, me, await found.fetch_channels(), await found.active_threads())


def _facts(
    guild: discord.Guild,
    me: discord.Member,
    channels: Iterable[discord.abc.GuildChannel],
    threads: Iterable[discord.Thread],
) -> ServerFacts:
    own = {one.id: ChannelFacts(one.id, one.name, _names(one.permissions_for(me))) for one in channels}
    nothing = frozenset[str]()
    # A thread has the permissions of its parent.
    inside = {
        one.id: ChannelFacts(
            one.id, one.name, own[one.parent_id].may if one.parent_id in own else nothing, is_thread=True
        )
        for one in threads
    }
    return ServerFacts(ranks_of(guild, me), own | inside)


def _names(permissions: discord.Permissions) -> frozenset[str]:
    # Discord calls it by what is seen; the library by what is done there.
    return frozenset(
        "view_channel" if name == "read_messages" else name for name, given in permissions if given
    )
