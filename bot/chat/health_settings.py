"""The panel's page about health: what would fail here, how to mend it, and going on once it is mended."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.health import Health, Mended, ServerFacts
from bot.actions.refusals import Refusal
from bot.chat.audit_words import telling
from bot.chat.health_words import finding_words
from bot.chat.panel import ForModerators, PageButton, changed, guild_of, page
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of
from bot.chat.screens import AnyItem, row, text
from bot.chat.server_facts import facts_of
from bot.storage.audit_log import LogEntry
from bot.words import N_, _, ngettext

WORD = "health"

_MOST = 10
"""Findings on one message, which takes no more than 4,000 characters."""


def facts_here(interaction: discord.Interaction[Any]) -> ServerFacts:
    """What the bot knows of the server in which somebody asks."""
    if interaction.guild is None or interaction.guild.unavailable:
        raise Refusal(N_("Discord has an outage here and tells me nothing of this server. Try again later."))
    return facts_of(interaction.guild)


@page(WORD, N_("Health"), "🩺")
async def health_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """What is wrong, and how to mend it."""
    facts = facts_here(interaction)
    return shown_health(await actions_of(interaction).doctor.look(guild_of(interaction), facts))


def shown_health(health: Health) -> list[AnyItem]:
    """The findings, or that all is well, and the press that looks again."""
    checked = ngettext(
        "{n} channel or role was looked at.", "{n} channels and roles were looked at.", health.checked
    )
    if not health.findings:
        told = (
            _("✅ All is well: everything that is chosen here can be done.")
            if health.checked
            else _("✅ Nothing is chosen here yet that could fail. Begin with the page Channels.")
        )
        lines = [told, f"-# {checked}" if health.checked else ""]
    else:
        lines = [f"⚠️ {finding_words(one)}" for one in health.findings[:_MOST]]
        if (more := len(health.findings) - _MOST) > 0:
            lines.append(ngettext("… and {n} more.", "… and {n} more.", more))
        lines.append(f"-# {checked}")
    if not health.paused:
        return [text(*lines), row(TryAgainButton())]
    return [text(*lines, _paused_words(health.paused)), row(TryAgainButton(), PageButton("schedules"))]


def _paused_words(channels: Sequence[int]) -> str:
    """What posts nothing because a moderator said so, which is no fault."""
    named = [f"<#{channel}>" for channel in dict.fromkeys(channels)]
    more = ["…"] if len(named) > _MOST else []
    return ngettext(
        "⏸️ {n} schedule is paused by a moderator and posts nothing until it is resumed: {channels}",
        "⏸️ {n} schedules are paused by moderators and post nothing until they are resumed: {channels}",
        len(channels),
        channels=", ".join([*named[:_MOST], *more]),
    )


def mended_words(mended: Mended) -> str:
    """What came of trying again."""
    told: list[str] = []
    if mended.channels:
        named = ", ".join(f"<#{channel}>" for channel in mended.channels)
        told.append(_("✅ I post again in {channels}.", channels=named))
    if mended.roles:
        told.append(_("✅ I give roles again, one a second."))
    if not told:
        told.append(
            _("🩺 Looked again: nothing was mended yet.")
            if mended.health.findings
            else _("🩺 Looked again: all is well.")
        )
    return " ".join(told)


class TryAgainButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"healthagain1"):
    """Looks again, and goes on wherever something was mended."""

    def __init__(self) -> None:
        super().__init__(button(_("Try again"), "healthagain1", emoji="🔄"))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do so, and say where."""
        facts = facts_here(interaction)
        mended = await actions_of(interaction).doctor.try_again(
            guild_of(interaction), interaction.user.id, facts
        )
        await changed(interaction, WORD, mended_words(mended))


@telling("unblock")
def _unblocked_words(entry: LogEntry) -> str:
    return _("posts again in {channel}", channel=f"<#{entry.subject}>")


ITEMS = (TryAgainButton,)
