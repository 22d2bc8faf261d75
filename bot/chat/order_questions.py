"""Questions and polls on the panel's page about order: voiding a question here, and finding the open polls."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.polls import OpenList, OpenPoll
from bot.chat.audit_words import telling
from bot.chat.panel import BackButton, ForModerators, ModeratorsForm, changed, guild_of
from bot.chat.panel_lists import turning, turns
from bot.chat.poll_controls import manage_screen
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, ask, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import answers_words, relative, shortened
from bot.storage.audit_log import LogEntry
from bot.storage.meanings import Asked
from bot.words import _, ngettext

WORD = "order"
"""The name of the panel's page, in buttons."""

_POLLS = "polls"
"""The list's word in buttons."""

_QUESTION = r"(?P<question>[a-z0-9]+:[a-z0-9-]+)"


@telling("void")
def _words(entry: LogEntry) -> str:
    return _("Voided the question {question} here", question=f"`{entry.subject}`")


def found_screen(found: Sequence[Asked]) -> Screen:
    """The questions that were meant, to choose one."""
    counted = ngettext("{n} question has these words.", "{n} questions have these words.", len(found))
    return Screen(
        card(
            text(_("# 🩹 Void a question"), counted),
            row(VoidSelect(found)),
            row(FindButton(_("Search again")), BackButton(WORD, _("Leave it"))),
        )
    )


def confirm_screen(asked: Asked, members: int, yes: AnyItem, no: AnyItem) -> Screen:
    """What voiding the question would do to so many members, before it is done."""
    happens = [
        ngettext(
            "What it did to the rating of {n} member on this server's ladders is taken back.",
            "What it did to the ratings of {n} members on this server's ladders is taken back.",
            members,
        )
        if members
        else _("It has moved nobody's rating on this server's ladders, so there is nothing to take back."),
        _("The world's ladder, XP and matches stay as they are, and so do seasons that have ended."),
        _("It may still be asked. This cannot be taken back."),
    ]
    return Screen(
        card(
            text(_("# 🩹 Void this question here?"), f"**{shortened(asked.stem, 1500)}**"),
            text(f"-# {asked.lesson_title} · `{asked.question}`"),
            text(*(f"- {one}" for one in happens)),
            line(),
            row(yes, no),
        )
    )


def voided_words(taken: int) -> str:
    """What voiding a question has changed."""
    if not taken:
        return _("Nobody's rating here has come from this question, so nothing was taken back.")
    return ngettext(
        "✅ Voided: {n} change of a rating was taken back.",
        "✅ Voided: {n} changes of ratings were taken back.",
        taken,
    )


@turning(_POLLS)
async def _turn(interaction: discord.Interaction[Any], number: int) -> Screen:
    return polls_screen(await actions_of(interaction).polls.open_in(guild_of(interaction), number))


def polls_screen(listed: OpenList) -> Screen:
    """The server's open polls, some at once, to choose one."""
    polls = listed.polls
    if not polls:
        return Screen(
            card(
                text(
                    _("# 🗳️ Open polls"),
                    _("No poll is open here. Post one with /poll in any channel."),
                ),
                row(BackButton(WORD, _("Back"))),
            )
        )
    shown = [
        f"- <#{one.poll.channel}> · {relative(one.poll.closes_at)} · {answers_words(one.answered)}\n"
        f"  **{shortened(one.asked.stem, 80)}**"
        for one in polls
    ]
    return Screen(
        card(
            text(_("# 🗳️ Open polls"), *shown),
            row(PollSelect(polls)),
            *turns(_POLLS, listed.number, listed.count),
            row(BackButton(WORD, _("Back"))),
        )
    )


class FindButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"voidfind1"):
    """Asks for words of the question."""

    def __init__(self, label: str = "…") -> None:
        super().__init__(button(label, "voidfind1", emoji="🩹"))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Ask for them."""
        await ask(interaction, FindForm())


class FindForm(ModeratorsForm):
    """Finds a question by some of its words."""

    def __init__(self) -> None:
        super().__init__(_("Void a question"))
        self.words = self.ask(_("Words of it, or a lesson"), required=True, min_length=2, max_length=100)

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show what was found."""
        found = await actions_of(interaction).voiding.find(guild_of(interaction), self.words.value)
        await turn_to(interaction, found_screen(found))


class VoidSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"voidpick1"):
    """Chooses the question."""

    def __init__(self, found: Sequence[Asked] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id="voidpick1",
                placeholder=_("Choose the question"),
                options=[
                    discord.SelectOption(
                        label=shortened(one.stem, 100),
                        value=one.question,
                        description=shortened(one.lesson_title, 100),
                    )
                    for one in found
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Say what voiding it does."""
        asked, members = await actions_of(interaction).voiding.weighed(
            guild_of(interaction), chosen(interaction)
        )
        yes, no = VoidButton(asked.question), BackButton(WORD, _("Leave it"))
        await turn_to(interaction, confirm_screen(asked, members, yes, no))


class VoidButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"voidnow1:{_QUESTION}"):
    """Voids the question."""

    def __init__(self, question: str) -> None:
        super().__init__(
            button(_("Void it here"), f"voidnow1:{question}", style=discord.ButtonStyle.danger, emoji="🩹")
        )
        self.question = question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the page."""
        await interaction.response.defer()
        taken = await actions_of(interaction).voiding.void(
            guild_of(interaction), self.question, interaction.user.id
        )
        await changed(interaction, WORD, voided_words(taken))


class OpenPollsButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"openpolls1"):
    """Lists the server's open polls."""

    def __init__(self, label: str = "…") -> None:
        super().__init__(button(label, "openpolls1", emoji="🗳️"))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show them."""
        await turn_to(interaction, await _turn(interaction, 0))


class PollSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"openpoll1"):
    """Chooses the poll."""

    def __init__(self, polls: Sequence[OpenPoll] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id="openpoll1",
                placeholder=_("Choose the poll"),
                options=[
                    discord.SelectOption(label=shortened(one.asked.stem, 100), value=str(one.poll.id))
                    for one in polls
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show what can be done with it."""
        shown = await actions_of(interaction).polls.view(int(chosen(interaction)))
        if isinstance(shown, OpenPoll) and shown.poll.guild == guild_of(interaction):
            await turn_to(interaction, manage_screen(shown))
            return
        await turn_to(interaction, await _turn(interaction, 0))


ITEMS = (FindButton, VoidSelect, VoidButton, OpenPollsButton, PollSelect)
