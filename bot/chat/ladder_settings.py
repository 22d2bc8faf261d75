"""The panel's page about the ladder: its seasons, and whether the server stands among servers."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.chat.audit_words import telling
from bot.chat.panel import ForModerators, PageButton, changed, guild_of, page
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of
from bot.chat.screens import AnyItem, line, row, text
from bot.chat.season_settings import WORD, season_parts
from bot.storage.audit_log import LogEntry
from bot.words import N_, _, ngettext
from ladder.standings import SCORED_MEMBERS


@page(WORD, N_("Ladder and seasons"), "🪜")
async def ladder_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """The season, then the switch for servers against servers."""
    actions, guild = actions_of(interaction), guild_of(interaction)
    competes = await actions.servers.competes(guild)
    is_open = (await actions.settings.of(guild)).open_ladder
    told = (
        _("This server stands among servers, under its name, where everybody can see it.")
        if competes
        else _("This server does not stand among servers.")
    )
    return [
        *await season_parts(interaction),
        line(),
        text(
            _("### 👀 Who may look"),
            _("Everybody may look at this server's ladder, from anywhere: /ladder, option “server”.")
            if is_open
            else _("Members alone may look at this server's ladder, and here alone."),
            "-# "
            + _(
                "From elsewhere people are called by their own names, never by what they are called here. Whoever hides in /privacy stands on no ladder; seasons, XP and posts stay in this server."
            ),
        ),
        row(OpenLadderButton("off" if is_open else "on")),
        line(),
        *excluded_parts(await actions.exclusions.size(guild)),
        line(),
        text(
            _("### ⚔️ Servers against servers"),
            told,
            "-# "
            + _(
                "A server's score is the mean rating in the world of its best {most} members, at least five with ten quiz answers each, or twice as many in polls. No member is named there.",
                most=SCORED_MEMBERS,
            ),
        ),
        row(CompeteButton("off" if competes else "on")),
    ]


def excluded_parts(excluded: int) -> list[AnyItem]:
    """How many members are kept off the boards, and the way to change that."""
    told = (
        ngettext("{n} member is excluded from them.", "{n} members are excluded from them.", excluded)
        if excluded
        else _("Nobody is excluded from them.")
    )
    return [
        text(_("### 🚷 Off the boards"), told),
        row(PageButton("order", _("Exclude or readmit"), "🚷")),
    ]


@telling("competes")
def _competes_words(entry: LogEntry) -> str:
    return _("Entered the board of servers") if entry.after else _("Left the board of servers")


class CompeteButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"serverstand1:(?P<to>on|off)"
):
    """Lets the server stand among servers, or takes it off their board."""

    def __init__(self, to: str) -> None:
        label = _("Enter the board of servers") if to == "on" else _("Leave the board of servers")
        super().__init__(button(label, f"serverstand1:{to}", emoji="⚔️"))
        self.to = to

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it and show the panel."""
        name = interaction.guild.name if interaction.guild is not None else ""
        entry = await actions_of(interaction).servers.compete(
            guild_of(interaction), name, self.to == "on", interaction.user.id
        )
        told = (
            _("✅ This server stands among servers now; its score comes within minutes.")
            if self.to == "on"
            else _("✅ This server has left the board of servers.")
        )
        await changed(interaction, WORD, told, entry)


class OpenLadderButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"ladderopen1:(?P<to>on|off)"
):
    """Lets everybody look at the server's ladder, or its members alone."""

    def __init__(self, to: str) -> None:
        label, emoji = (_("Open to everybody"), "👀") if to == "on" else (_("Members alone"), "🔒")
        super().__init__(button(label, f"ladderopen1:{to}", emoji=emoji))
        self.to = to

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it and show the page."""
        name = interaction.guild.name if interaction.guild is not None else ""
        entry = await actions_of(interaction).servers.open_ladder(
            guild_of(interaction), name, self.to == "on", interaction.user.id
        )
        told = (
            _("✅ Everybody can look at this server's ladder now: /ladder, option “server”.")
            if self.to == "on"
            else _("✅ Only members can look at this server's ladder now.")
        )
        await changed(interaction, WORD, told, entry)


ITEMS = (CompeteButton, OpenLadderButton)
