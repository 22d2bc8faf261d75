"""The panel's page about polls: how long, how often, how they are answered, and whom they ping."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.refusals import Refusal
from bot.chat.choosing import ListSelect, choose
from bot.chat.panel import ForModerators, Glance, PageButton, changed, glance, guild_of, page
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of
from bot.chat.screens import AnyItem, line, row, text
from bot.chat.setting_words import cap_words, mention_words, pause_words, polls_words
from bot.storage.polls import Ballot
from bot.words import N_, _

WORD = "polls"


@page(WORD, N_("Polls"), "🗳️")
async def poll_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """What holds for polls that people post."""
    settings = await actions_of(interaction).settings.of(guild_of(interaction))
    usual, role = settings.ballot, settings.poll_mention
    told = (
        _("Polls here are answered on **private ballots**.")
        if usual == "private"
        else _("Polls here are answered by **letter buttons**.")
    )
    return [
        text(
            _("They stay open for **{duration}**.", duration=pause_words(settings.poll_seconds)),
            _("Cool-down in each channel: **{pause}**", pause=pause_words(settings.poll_cooldown)),
            _("Polls in 24 hours: **{cap}**", cap=cap_words(settings.poll_cap)),
            _("Where they may be posted: **{channels}**", channels=polls_words(settings.poll_channels)),
            "-# "
            + _(
                "A lesson checked together counts as one. Cool-down and number hold for what people post; scheduled polls come all the same."
            ),
        ),
        *(row(ListSelect(name, settings)) for name in ("poll_seconds", "poll_cooldown", "poll_cap")),
        line(),
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
        row(UsualBallotButton("direct" if usual == "private" else "private"), PageButton("channels")),
        line(),
        text(
            _("### Ping"),
            _("A new poll pings: **{role}**", role=mention_words(role)),
            *ping_warnings(interaction.guild, role),
            "-# " + _("Once, with its post, and nobody else; neither its counts nor its result ping."),
        ),
        row(MentionSelect(role, interaction.guild)),
        *([row(NoMentionButton())] if role is not None else []),
    ]


@glance(WORD)
async def polls_told(interaction: discord.Interaction[Any]) -> Glance:
    """How long they last, and whom they ping."""
    settings = await actions_of(interaction).settings.of(guild_of(interaction))
    return Glance(
        _(
            "open for {duration} · ping {role} · {cap}",
            duration=pause_words(settings.poll_seconds),
            role=mention_words(settings.poll_mention),
            cap=cap_words(settings.poll_cap),
        )
    )


def ping_warnings(guild: discord.Guild | None, role: int | None) -> list[str]:
    """What keeps the bot from pinging the role."""
    if guild is None or role is None:
        return []
    found = guild.get_role(role)
    if found is None:
        return [_("⚠️ This role is gone, so nobody is pinged. Choose another.")]
    if not found.mentionable and not guild.me.guild_permissions.mention_everyone:
        return [
            _(
                "⚠️ I may not ping {role}: allow anyone to mention it in its settings, or give my role {permission}.",
                role=found.mention,
                permission="`Mention All Roles`",
            )
        ]
    return []


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


class MentionSelect(ForModerators, Pressable, ui.DynamicItem[ui.RoleSelect[Any]], template=r"pollping1"):
    """Chooses the role that polls ping."""

    def __init__(self, role: int | None = None, guild: discord.Guild | None = None) -> None:
        there = role is not None and guild is not None and guild.get_role(role) is not None
        super().__init__(
            ui.RoleSelect(
                custom_id="pollping1",
                placeholder=_("Choose the role that polls ping")[:150],
                required=True,
                default_values=[discord.SelectDefaultValue(id=role, type=discord.SelectDefaultValueType.role)]
                if there and role is not None
                else [],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it; everybody at once is no role for that."""
        role = int(chosen(interaction))
        if role == guild_of(interaction):
            raise Refusal(
                N_("Polls never ping everybody. Make a role that members can take, and choose that.")
            )
        await choose(interaction, WORD, "poll_mention", role)


class NoMentionButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollnoping1"):
    """Lets polls ping nobody."""

    def __init__(self) -> None:
        super().__init__(button(_("Ping nobody"), "pollnoping1", emoji="🔕"))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        await choose(interaction, WORD, "poll_mention", None)


ITEMS = (UsualBallotButton, MentionSelect, NoMentionButton)
