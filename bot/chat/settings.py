"""The command that opens the moderators' panel; a page of it is one file, imported here."""

from typing import Any

import discord
from discord.app_commands import locale_str

from bot.chat import (
    announcement_settings,
    audit_settings,
    channel_settings,
    choosing,
    health_settings,
    ladder_settings,
    lesson_settings,
    order_settings,
    overview_settings,
    panel,
    panel_lists,
    poll_settings,
    report_settings,
    role_settings,
    schedule_edits,
    schedule_settings,
    season_settings,
    time_settings,
)
from bot.chat.commands import in_servers
from bot.chat.replies import meet, whisper


@in_servers(
    locale_str("settings"),
    locale_str("For moderators: see and change how Rung works in this server"),
    discord.Permissions(manage_guild=True),
)
async def settings_command(interaction: discord.Interaction[Any]) -> None:
    """Open the panel."""
    await whisper(interaction, await panel.page_screen(interaction, overview_settings.WORD))
    await meet(interaction)


COMMANDS = (settings_command,)
ITEMS = (
    *panel.ITEMS,
    *panel_lists.ITEMS,
    *ladder_settings.ITEMS,
    *season_settings.ITEMS,
    *poll_settings.ITEMS,
    *announcement_settings.ITEMS,
    *report_settings.ITEMS,
    *order_settings.ITEMS,
    *audit_settings.ITEMS,
    *schedule_settings.ITEMS,
    *schedule_edits.ITEMS,
    *role_settings.ITEMS,
    *channel_settings.ITEMS,
    *choosing.ITEMS,
    *time_settings.ITEMS,
    *health_settings.ITEMS,
    *lesson_settings.ITEMS,
)
