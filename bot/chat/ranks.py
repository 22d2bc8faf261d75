"""Ranks in chat: one person's card, history and receipts, and two people side by side."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.ladders import Card, History
from bot.actions.refusals import Refusal
from bot.chat import rank_cards
from bot.chat.commands import everywhere
from bot.chat.news import with_news
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, meet, server_of, turn_to
from bot.words import N_, _

log = logging.getLogger(__name__)

_PATIENCE = 1.5
"""Seconds for what only adorns a card, a face or a name."""
_FACE = 128
"""Pixels; as wide as a card shows it."""

Person = discord.User | discord.Member


async def face_of(person: Person | None) -> bytes | None:
    """The person's avatar; None for one without, whom the initial stands for."""
    if person is None or person.display_avatar == person.default_avatar:
        return None
    face = person.display_avatar.replace(size=_FACE, format="png")
    return await _soon(face.read())


async def person_of(interaction: discord.Interaction[Any], member: int) -> Person | None:
    """Who that is; None if Discord does not say soon enough."""
    if member == interaction.user.id:
        return interaction.user
    return await _soon(interaction.client.fetch_user(member))


async def _soon(work: Any) -> Any:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await work
    except Exception as error:  # noqa: BLE001 - a card does without
        log.info("Left out of a picture: %r", error)
        return None


async def _name(
    interaction: discord.Interaction[Any], seen: str | None, member: int, person: Person | None
) -> str | None:
    """The name last seen here, or else the one borne now, which may take a question to Discord."""
    if seen is not None:
        return seen
    person = person or await person_of(interaction, member)
    return person.display_name if person is not None else None


async def _check_visible(interaction: discord.Interaction[Any], member: int) -> None:
    """Refuse to show somebody who is hidden to anybody else."""
    if member != interaction.user.id and await actions_of(interaction).privacy.is_hidden(member):
        raise Refusal(
            N_("This member keeps rating and place to themselves. Choose somebody else, or see yours: /rank")
        )


async def card_of(interaction: discord.Interaction[Any], member: int, person: Person | None = None) -> Card:
    """The person's card under the name last seen; refused to others if the person is hidden."""
    await _check_visible(interaction, member)
    shown = await actions_of(interaction).ladders.card(member, server_of(interaction))
    return replace(shown, name=await _name(interaction, shown.name, member, person))


async def _history_of(interaction: discord.Interaction[Any], member: int) -> History:
    await _check_visible(interaction, member)
    shown = await actions_of(interaction).ladders.history(member, server_of(interaction))
    return replace(shown, name=await _name(interaction, shown.name, member, None))


async def show_card(interaction: discord.Interaction[Any], member: int, person: Person | None) -> None:
    """Show somebody's card in place of what stands there."""
    shown = await card_of(interaction, member, person)
    picture = await rank_cards.card_picture(shown, await face_of(person))
    own = member == interaction.user.id
    screen = rank_cards.card_screen(
        actions_of(interaction).library,
        shown,
        own=own,
        picture=picture,
        shares=server_of(interaction) is not None,
    )
    await turn_to(interaction, await with_news(interaction, screen))


async def _compare(interaction: discord.Interaction[Any], member: int, other: Person) -> None:
    if other.id == member:
        raise Refusal(N_("Nobody differs from themselves. Choose somebody else."))
    await interaction.response.defer()
    one, two = await card_of(interaction, member), await card_of(interaction, other.id, other)
    ladders, guild = actions_of(interaction).ladders, server_of(interaction)
    courses = [replace(await ladders.history(shown.member, guild), name=shown.name) for shown in (one, two)]
    picture = await rank_cards.history_picture(courses)
    await turn_to(
        interaction, rank_cards.comparison_screen(one, two, picture=picture, viewer=interaction.user.id)
    )


class CardButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"rankcard1:(?P<member>\d+)"):
    """Goes back to a person's card."""

    def __init__(self, member: int) -> None:
        super().__init__(button(_("Back to the card"), f"rankcard1:{member}", emoji="🪪"))
        self.member = member

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the card in place of the message."""
        await interaction.response.defer()
        await show_card(interaction, self.member, await person_of(interaction, self.member))


class HistoryButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"rankhistory1:(?P<member>\d+)"):
    """Shows a person's rating over time."""

    def __init__(self, member: int, emoji: str | None = None) -> None:
        super().__init__(button(_("History"), f"rankhistory1:{member}", emoji=emoji))
        self.member = member

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the plot in place of the message."""
        await interaction.response.defer()
        shown = await _history_of(interaction, self.member)
        own = self.member == interaction.user.id
        await turn_to(
            interaction,
            rank_cards.history_screen(shown, own=own, picture=await rank_cards.history_picture([shown])),
        )


class AgainstButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"rankagainst1:(?P<member>\d+)"):
    """Compares a person with whoever presses, and who presses on their own card with somebody to be chosen."""

    def __init__(self, member: int, emoji: str | None = None) -> None:
        super().__init__(button(_("Compare"), f"rankagainst1:{member}", emoji=emoji))
        self.member = member

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show both, or the choice."""
        if self.member != interaction.user.id:
            await _compare(interaction, self.member, interaction.user)
            return
        own = await card_of(interaction, self.member, interaction.user)
        await turn_to(interaction, rank_cards.comparison_screen(own, None))


class OtherSelect(Pressable, ui.DynamicItem[ui.UserSelect[Any]], template=r"rankother1:(?P<member>\d+)"):
    """Chooses with whom a person is compared."""

    def __init__(self, member: int) -> None:
        super().__init__(
            ui.UserSelect(custom_id=f"rankother1:{member}", placeholder=_("Choose somebody to compare with"))
        )
        self.member = member

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show both in place of the message."""
        await _compare(interaction, self.member, self.item.values[0])


class WhyButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"rankwhy1:(?P<member>\d+):(?P<page>-?\d+)"
):
    """Turns to a page of the receipts; they are for the person whose answers they are, and nobody else."""

    def __init__(
        self, member: int, page: int, label: str = "…", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"rankwhy1:{member}:{page}", emoji=emoji, disabled=disabled))
        self.member, self.page = member, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the message."""
        if interaction.user.id != self.member:
            raise Refusal(N_("Receipts are only for the person whose answers they are. See yours: /rank"))
        shown = await actions_of(interaction).ladders.receipts(self.member, self.page)
        await turn_to(interaction, rank_cards.receipts_screen(shown))


@everywhere(locale_str("rank"), locale_str("See your place, rating and title, or somebody else's"))
@app_commands.rename(member=locale_str("member"))
@app_commands.describe(member=locale_str("Whose; yours if left out"))
async def rank_command(interaction: discord.Interaction[Any], member: discord.User | None = None) -> None:
    """Show a person's card."""
    # A face may take longer to come than Discord waits for an answer.
    await interaction.response.defer(ephemeral=True, thinking=True)
    await meet(interaction)
    person = member or interaction.user
    await show_card(interaction, person.id, person)


@app_commands.context_menu(name=locale_str("Tutor rank"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def rank_menu(interaction: discord.Interaction[Any], person: discord.User) -> None:
    """Show the card of the person who was clicked."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await meet(interaction)
    await show_card(interaction, person.id, person)


COMMANDS = (rank_command, rank_menu)
ITEMS = (CardButton, HistoryButton, AgainstButton, OtherSelect, WhyButton)
