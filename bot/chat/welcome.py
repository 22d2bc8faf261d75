"""The first steps, for whoever asks."""

from typing import Any

import discord
from discord.app_commands import locale_str

from bot.chat import ladders, shelves
from bot.chat.commands import everywhere
from bot.chat.replies import meet, server_of, whisper
from bot.chat.scopes import SERVER, WORLD
from bot.chat.screens import Screen, card, line, row, text
from bot.words import _


def help_screen(*, moderator: bool, in_server: bool) -> Screen:
    """What to do first, fitted to who asks and where."""
    steps = [
        _("**/lesson**: read a lesson, section by section"),
        _("**/quiz**: check yourself in private; every first answer counts"),
        _("**/review**: what you learned comes back before you forget it"),
        _("**/ladder**: who stands where, and your own place"),
        _("**/rank**: your rating, your title, and what is missing for the next"),
        _("**/me**: your own page: streak, reminders, time zone"),
        _("**/privacy**: what is kept about you; hide, export or delete it"),
    ]
    parts = [
        text(_("# 🪜 Rung"), _("Read a lesson, answer its questions, climb the ladder.")),
        line(),
        text(*(f"- {step}" for step in steps)),
    ]
    if moderator:
        parts += [
            line(),
            text(
                _("**For moderators**"),
                "- "
                + _("**/poll**: post a question to this channel; it closes by itself and rates everybody"),
                "- " + _("**/settings**: start and end seasons, and all else about Rung in this server"),
                "- " + _("Who may use /poll is set under Server Settings → Integrations → Rung"),
            ),
        ]
    elif in_server:
        parts += [
            line(),
            text(
                _("Polls in the channels count too: press a letter, once; the result comes when they close."),
                _("**/duel**: a friendly match with somebody over the same questions"),
            ),
        ]
    parts += [
        line(),
        text(
            "-# "
            + _(
                "A right answer earns rating, more on a harder lesson; a wrong one costs some. Only your first answer to a question counts."
            )
        ),
        row(
            shelves.ShelfButton(shelves.View().encode(), _("Lessons"), "📚"),
            ladders.BoardButton(SERVER if in_server else WORLD, 0, _("Ladder"), "🪜"),
        ),
    ]
    return Screen(card(*parts))


@everywhere(locale_str("help"), locale_str("The first steps"))
async def help_command(interaction: discord.Interaction[Any]) -> None:
    """Show the first steps."""
    moderator = server_of(interaction) is not None and interaction.permissions.manage_messages
    await whisper(interaction, help_screen(moderator=moderator, in_server=server_of(interaction) is not None))
    await meet(interaction)


COMMANDS = (help_command,)
