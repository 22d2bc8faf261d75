"""Rank cards for a whole channel: one's own, shared by oneself, and the buttons that answer in private."""

from typing import Any

import discord
from discord import ui

from bot.actions.refusals import NotAllowed, Refusal
from bot.chat import rank_cards, ranks, sharing
from bot.chat.pressing import Pressable, button
from bot.chat.public_language import public_language
from bot.chat.replies import actions_of
from bot.chat.screens import note
from bot.words import N_, _, speaking


class ShareButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"rankshare1:(?P<member>\d+)"):
    """Posts one's own card to the channel."""

    def __init__(self, member: int) -> None:
        super().__init__(button(_("Share"), f"rankshare1:{member}", emoji="📣"))
        self.member = member

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Post it, if the person may."""
        if interaction.user.id != self.member:
            raise NotAllowed(N_("You can share your own card alone. See it: /rank"))
        if await actions_of(interaction).privacy.is_hidden(self.member):
            raise Refusal(
                N_("You are hidden from the ladders, so your card stays yours alone. To come back: /privacy")
            )
        async with sharing.for_everybody(interaction) as place:
            await interaction.response.defer(ephemeral=True, thinking=True)
            shown = await ranks.card_of(interaction, self.member, interaction.user)
            if shown.world is None and shown.server is None:
                raise Refusal(N_("There is no card to share yet. One answer begins it: /quiz"))
            face = await ranks.face_of(interaction.user)
            with speaking(await public_language(interaction)):
                picture = await rank_cards.card_picture(shown, face)
                screen = rank_cards.public_screen(actions_of(interaction).library, shown, picture)
            message = await place.post(view=screen, files=screen.files())
        await interaction.edit_original_response(
            view=note(_("📣 Shared: [see the card]({link})", link=message.jump_url))
        )


class OpenButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"rankopen1:(?P<member>\d+)"):
    """Opens a card of one's own beside one that everybody sees."""

    def __init__(self, member: int) -> None:
        super().__init__(button(_("Open"), f"rankopen1:{member}", emoji="🪪"))
        self.member = member

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in private."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        person = await ranks.person_of(interaction, self.member)
        await ranks.show_card(interaction, self.member, person)


ITEMS = (ShareButton, OpenButton)
