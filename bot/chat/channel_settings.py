"""The panel's page about channels: where members may share, where polls may be posted, where titles are told."""

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.chat.choosing import ListSelect, choose
from bot.chat.panel import ForModerators, Glance, PageButton, glance, guild_of, page
from bot.chat.pressing import Pressable, all_chosen, button
from bot.chat.replies import actions_of
from bot.chat.screens import AnyItem, line, row, text
from bot.chat.setting_words import pause_words, polls_words, shares_words, titles_words
from bot.words import N_, _

WORD = "channels"
_MOST = 25
_KINDS = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.forum,
    discord.ChannelType.voice,
]
_NAME = r"(?P<name>share_channels|poll_channels)"


@page(WORD, N_("Channels"), "💬")
async def channel_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """Each kind of post, where it may stand, and what the bot lacks there."""
    settings = await actions_of(interaction).settings.of(guild_of(interaction))
    return [
        text(
            _("### Sharing"),
            _(
                "Members may share lessons, boards, their own rank card and challenges: **{channels}**",
                channels=shares_words(settings.share_channels),
            ),
            _(
                "Cool-down for each member and channel: **{pause}**",
                pause=pause_words(settings.share_cooldown),
            ),
            *channel_warnings(interaction, settings.share_channels),
            "-# "
            + _("Moderators may share anywhere. Whatever nobody shares, only the person who asked sees."),
        ),
        row(ChannelsSelect("share_channels", settings.share_channels, interaction.guild)),
        row(ListSelect("share_cooldown", settings)),
        *_clear("share_channels", settings.share_channels),
        line(),
        text(
            _("### Polls"),
            _("Polls may be posted: **{channels}**", channels=polls_words(settings.poll_channels)),
            *channel_warnings(interaction, settings.poll_channels),
        ),
        row(ChannelsSelect("poll_channels", settings.poll_channels, interaction.guild)),
        *_clear("poll_channels", settings.poll_channels),
        line(),
        text(
            _("### Announcements"),
            _("New titles are told: **{channels}**", channels=titles_words(settings.titles_channel)),
            *channel_warnings(interaction, [one for one in (settings.titles_channel,) if one]),
        ),
        row(PageButton("announcements"), PageButton("polls")),
    ]


@glance(WORD)
async def channels_told(interaction: discord.Interaction[Any]) -> Glance:
    """Where members share and polls are posted."""
    settings = await actions_of(interaction).settings.of(guild_of(interaction))
    told = _(
        "members share {shares} · polls {polls}",
        shares=shares_words(settings.share_channels),
        polls=polls_words(settings.poll_channels),
    )
    chosen = settings.share_channels
    return Glance(told, "" if chosen else _("Choose where members may share, or /duel and Share are refused"))


def _clear(name: str, channels: Sequence[int]) -> list[AnyItem]:
    return [row(NoChannelsButton(name))] if channels else []


def channel_warnings(interaction: discord.Interaction[Any], channels: Iterable[int]) -> list[str]:
    """What keeps the bot from posting in these, a line for each channel in which something does."""
    guild = interaction.guild
    if guild is None:
        return []
    told: list[str] = []
    for id in channels:
        channel = guild.get_channel(id)
        if channel is None:
            told.append(_("⚠️ {channel} is gone, or I cannot see it. Choose again.", channel=f"<#{id}>"))
            continue
        may = channel.permissions_for(guild.me)
        lacks = [
            word
            for word, has in (("View Channel", may.view_channel), ("Send Messages", may.send_messages))
            if not has
        ]
        if lacks:
            told.append(
                _(
                    "⚠️ In {channel} I lack {permissions}. Give them to my role there.",
                    channel=channel.mention,
                    permissions=", ".join(f"`{word}`" for word in lacks),
                )
            )
    return told


class ChannelsSelect(
    ForModerators, Pressable, ui.DynamicItem[ui.ChannelSelect[Any]], template=rf"channels1:{_NAME}"
):
    """Chooses the channels of one kind of post."""

    def __init__(self, name: str, channels: Sequence[int] = (), guild: discord.Guild | None = None) -> None:
        there = [one for one in channels if guild is not None and guild.get_channel(one) is not None]
        label = (
            _("Choose where members may share")
            if name == "share_channels"
            else _("Choose where polls may be posted")
        )
        super().__init__(
            ui.ChannelSelect(
                custom_id=f"channels1:{name}",
                placeholder=label[:150],
                channel_types=_KINDS,
                min_values=1,
                max_values=_MOST,
                required=True,
                default_values=[
                    discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.channel)
                    for one in there[:_MOST]
                ],
            )
        )
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note them; the page says what the bot lacks there."""
        await choose(interaction, WORD, self.name, [int(one) for one in all_chosen(interaction)])


class NoChannelsButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"nochannels1:{_NAME}"
):
    """Goes back to how it is while no channel is chosen."""

    def __init__(self, name: str) -> None:
        label = _("Only moderators share") if name == "share_channels" else _("Polls anywhere")
        super().__init__(button(label, f"nochannels1:{name}", emoji="✖️"))
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        await choose(interaction, WORD, self.name, [])


ITEMS = (ChannelsSelect, NoChannelsButton)
