"""The panel's page about polls: how they are answered in this server."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.chat.panel import ForModerators, changed, guild_of, page
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of
from bot.chat.screens import AnyItem, row, text
from bot.storage.polls import Ballot
from bot.words import N_, _

WORD = "polls"


@page(WORD, N_("Polls"), "🗳️")
async def poll_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """The server's choice between the two ballots."""
    usual = (await actions_of(interaction).settings.of(guild_of(interaction))).ballot
    told = (
        _("Polls here are answered on **private ballots**.")
        if usual == "private"
        else _("Polls here are answered by **letter buttons**.")
    )
    return [
        text(
            _("### Ballots"),
            told,
            "-# " + _("Letter buttons: one press on A, B, C or D, which everybody sees alike."),
            "-# "
            + _(
                "Private ballots: one button opens a ballot that only the member sees, its options in an order of its own, so that “it's B” helps nobody."
            ),
            "-# "
            + _("Either way nobody sees what others chose before the close. /poll can choose otherwise."),
        ),
        row(UsualBallotButton("direct" if usual == "private" else "private")),
    ]


class UsualBallotButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollusual1:(?P<to>direct|private)"
):
    """Chooses how polls are answered in the server."""

    def __init__(self, to: Ballot) -> None:
        label = _("Use private ballots") if to == "private" else _("Use letter buttons")
        super().__init__(button(label, f"pollusual1:{to}", emoji="🗳️"))
        self.to: Ballot = to

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it and show the panel."""
        change = await actions_of(interaction).settings.change(
            guild_of(interaction), interaction.user.id, ballot=self.to
        )
        told = (
            _("✅ Polls posted from now on have private ballots.")
            if self.to == "private"
            else _("✅ Polls posted from now on have letter buttons.")
        )
        await changed(interaction, WORD, told, change.entry)


ITEMS = (UsualBallotButton,)
