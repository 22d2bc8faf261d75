"""Boards for a whole channel: who may post one, and the buttons that answer everybody in private."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import ui

from bot.actions.boards import Board
from bot.actions.library import Library
from bot.actions.refusals import NotAllowed, Refusal
from bot.chat import boards, ladders
from bot.chat.blocked_channels import note_refusal
from bot.chat.pressing import Pressable, button
from bot.chat.public_language import public_language
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


def parent_of(channel: Any) -> int | None:
    """The channel of which this one is a thread."""
    return channel.parent_id if isinstance(channel, discord.Thread) else None


class Place:
    """Where something is being posted; whoever posts it says when it stands."""

    def __init__(self, channel: Any) -> None:
        self.channel = channel
        self.posted = False

    async def post(self, **message: Any) -> discord.Message:
        """Post it."""
        sent = await self.channel.send(**message)
        self.posted = True
        return sent


@asynccontextmanager
async def for_everybody(interaction: discord.Interaction[Any]) -> AsyncGenerator[Place]:
    """Let somebody post for everybody in the channel at hand: the one way to do so, whatever it is.

    Moderators may wherever the bot may; members in the channels chosen for it, and after a cool-down, which
    begins only if something was posted. Raises `Refusal`.
    """
    server = server_of(interaction)
    if server is None:
        raise Refusal(N_("Nobody else is here to share it with. Do it in a server that has this bot."))
    channel = channel_to_write_in(interaction)
    sharing, turn = actions_of(interaction).sharing, None
    if not interaction.permissions.manage_messages:
        turn = await sharing.take(server, interaction.user.id, channel.id, parent_of(channel))
    place = Place(channel)
    try:
        yield place
    except (discord.Forbidden, discord.NotFound) as failed:
        await note_refusal(interaction.client, actions_of(interaction), server, channel.id, failed)
        raise post_failed(channel) from None
    finally:
        if turn is not None and not place.posted:
            await sharing.give_back(turn)


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
        async with for_everybody(interaction) as place:
            actions = actions_of(interaction)
            await interaction.response.defer(ephemeral=True, thinking=True)
            board = await actions.boards.page(self.scope, server_of(interaction), self.page)
            with speaking(await public_language(interaction)):
                screen = boards.public_screen(actions.library, board)
            message = await place.post(view=screen)
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
            message = interaction.message
            await actions.live_boards.stop(message.id, message.channel.id, self.scope, interaction.user.id)
        board = await actions.boards.page(self.scope, guild, 0)
        locale = await public_language(interaction)
        await turn_to(interaction, stopped_screen(actions.library, board, locale))


ITEMS = (ShareButton, OpenButton, OwnButton, StopButton)
