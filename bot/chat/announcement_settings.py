"""The panel's page about announcements: which channel is told of new titles."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.chat.channel_settings import channel_warnings
from bot.chat.panel import ForModerators, Glance, changed, glance, guild_of, page
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of
from bot.chat.screens import AnyItem, row, text
from bot.chat.setting_words import titles_words
from bot.words import N_, _

WORD = "announcements"


@page(WORD, N_("Announcements"), "📣")
async def announcement_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """Where new titles are told, and the choice of another channel."""
    channel = (await actions_of(interaction).settings.of(guild_of(interaction))).titles_channel
    told = (
        _("New titles are told in {channel}.", channel=f"<#{channel}>")
        if channel is not None
        else _("New titles are not announced: everybody hears of their own in private.")
    )
    return [
        text(
            _("### New titles"),
            told,
            *channel_warnings(interaction, [channel] if channel is not None else []),
            "-# "
            + _(
                "A title is earned by rating and a won match. Only promotions are told, each once, and nothing of members who hide."
            ),
        ),
        row(TitlesChannelSelect(channel)),
        row(NoTitlesButton(disabled=channel is None)),
    ]


@glance(WORD)
async def titles_told(interaction: discord.Interaction[Any]) -> Glance:
    """Where new titles are told."""
    channel = (await actions_of(interaction).settings.of(guild_of(interaction))).titles_channel
    return Glance(_("new titles are told {channel}", channel=titles_words(channel)))


class TitlesChannelSelect(
    ForModerators, Pressable, ui.DynamicItem[ui.ChannelSelect[Any]], template=r"titlesin1"
):
    """Chooses the channel that is told of new titles."""

    def __init__(self, channel: int | None = None) -> None:
        super().__init__(
            ui.ChannelSelect(
                custom_id="titlesin1",
                placeholder=_("Choose a channel"),
                channel_types=[discord.ChannelType.text, discord.ChannelType.news],
                default_values=[
                    discord.SelectDefaultValue(id=channel, type=discord.SelectDefaultValueType.channel)
                ]
                if channel is not None
                else [],
                required=True,
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note the channel; the page says what the bot lacks there."""
        channel = int(chosen(interaction))
        change = await actions_of(interaction).settings.change(
            guild_of(interaction), interaction.user.id, titles_channel=channel
        )
        told = _("✅ New titles are told in {channel} from now on.", channel=f"<#{channel}>")
        await changed(interaction, WORD, told, change.entry)


class NoTitlesButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"titlesoff1"):
    """Announces no titles any more."""

    def __init__(self, *, disabled: bool = False) -> None:
        super().__init__(button(_("Announce none"), "titlesoff1", emoji="🔕", disabled=disabled))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        change = await actions_of(interaction).settings.change(
            guild_of(interaction), interaction.user.id, titles_channel=None
        )
        told = _("✅ New titles are not announced any more.")
        await changed(interaction, WORD, told, change.entry)


ITEMS = (TitlesChannelSelect, NoTitlesButton)
