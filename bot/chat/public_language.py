"""The language of public posts: the one that a server's moderators chose, or the one that Discord gives it."""

from typing import Any

import discord

from bot.chat.replies import actions_of, server_of


async def public_language(interaction: discord.Interaction[Any]) -> str:
    """The language of what is posted for everybody where somebody asks for it."""
    chosen = (await actions_of(interaction).settings.of(server_of(interaction))).locale
    return chosen or str(interaction.guild_locale or interaction.locale)
