"""Boards for a whole channel: who may post one, and the buttons that answer everybody in private."""

from typing import Any

import discord
from discord import ui

from bot.actions.boards import Board
from bot.actions.library import Library
from bot.actions.refusals import NotAllowed, Refusal
from bot.chat import boards, ladders
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, server_of, turn_to, whisper
from bot.chat.scopes import SCOPE
from bot.chat.screens import Screen, note
from bot.words import N_, _, speaking


def moderators_only(interaction: discord.Interaction[Any]) -> int:
    """The server in which a moderator asks; anybody else is refused."""
    server = server_of(interaction)
    if server is None:
        raise Refusal(N_("There is no server here. Open /ladder in a server, or look at the world's."))
    if not interaction.permissions.manage_messages:
        raise NotAllowed(N_("Only moderators can do that here. Everybody can look for themselves: /ladder"))
    return server


def channel_to_write_in(interaction: discord.Interaction[Any]) -> Any:
    """The channel at hand; refused where the bot may not write."""
    channel: Any = interaction.channel
    permissions = interaction.app_permissions
    may_write = (
        permissions.send_messages_in_threads
        if isinstance(channel, discord.Thread)
        else permissions.send_messages
    )
    if not (permissions.view_channel and may_write):
        raise post_failed(channel)
    return channel


def post_failed(channel: Any) -> Refusal:
    """Why nothing was posted there."""
    return Refusal(
        N_(
            "I may not write in {channel}. Give my role “View Channel” and “Send Messages” there (in threads “Send Messages in Threads”), then try again."
        ),
        channel=channel.mention,
    )


def stopped_screen(library: Library, board: Board, locale: str) -> Screen:
    """What was a live board until now, in its channel's language."""
    with speaking(locale):
        return boards.public_screen(library, board, _("⏹️ No longer live: this board stays as it stands now."))


class ShareButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardshare2:{SCOPE}:(?P<page>-?\d+)"
):
    """Posts a page of a board to the channel, as it stands."""

    def __init__(self, scope: str, page: int) -> None:
        super().__init__(button(_("Share"), f"boardshare2:{scope}:{page}", emoji="📣"))
        self.scope, self.page = scope, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Post it, if the person may."""
        if server_of(interaction) is not None and not interaction.permissions.manage_messages:
            raise NotAllowed(
                N_(
                    "Only moderators share boards here, until they have chosen channels for it. Everybody can look for themselves: /ladder"
                )
            )
        guild = moderators_only(interaction)
        channel = channel_to_write_in(interaction)
        actions = actions_of(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        board = await actions.boards.page(self.scope, guild, self.page)
        with speaking(str(interaction.guild_locale or interaction.locale)):
            screen = boards.public_screen(actions.library, board)
        try:
            message = await channel.send(view=screen)
        except (discord.Forbidden, discord.NotFound):
            raise post_failed(channel) from None
        await interaction.edit_original_response(
            view=note(_("📣 Shared: [see the board]({link})", link=message.jump_url))
        )


class OpenButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardopen2:{SCOPE}"):
    """Opens a board of one's own beside one that everybody sees."""

    def __init__(self, scope: str) -> None:
        super().__init__(button(_("Open"), f"boardopen2:{scope}", emoji="🪜"))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in private."""
        await whisper(interaction, await ladders.board_screen(interaction, self.scope))


class OwnButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardown2:{SCOPE}"):
    """Shows one's own place beside a board that everybody sees."""

    def __init__(self, scope: str) -> None:
        super().__init__(button(_("My place"), f"boardown2:{scope}", emoji="📍"))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in private."""
        await whisper(interaction, await ladders.own_screen(interaction, self.scope))


class StopButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardstop2:{SCOPE}"):
    """Ends a live board, whose message stays as it is."""

    def __init__(self, scope: str) -> None:
        super().__init__(button(_("Stop"), f"boardstop2:{scope}", emoji="⏹️"))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """End it, if the person may."""
        guild = moderators_only(interaction)
        actions = actions_of(interaction)
        if interaction.message is not None:
            await actions.live_boards.remove(interaction.message.id)
        board = await actions.boards.page(self.scope, guild, 0)
        locale = str(interaction.guild_locale or interaction.locale)
        await turn_to(interaction, stopped_screen(actions.library, board, locale))


ITEMS = (ShareButton, OpenButton, OwnButton, StopButton)
