"""Reporting a question in chat: from any message that shows one, with a reason."""

import re
import secrets
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.reports import LONGEST_REASON, nothing
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, answering, ask, server_of, whisper
from bot.chat.screens import Screen, card, text
from bot.chat.wording import shortened
from bot.storage.meanings import Asked
from bot.words import _
from lessons.model import CURATED
from lessons.owned import owner_of

_IN_QUIZ = re.compile(r"(?:quiz1|why1:quiz):(\d+):(\d+)")
_IN_POLL = re.compile(r"(?:poll\w*|why1:poll|ballot\w*):(\d+)")
_IN_LIBRARY = re.compile(r"(?:rev1:.*:\d|whyrev1:\d+|report1):([a-z0-9]+:[a-z0-9-]+)$")


async def _shown_on(interaction: discord.Interaction[Any], message: discord.Message) -> Asked:
    """The question that the message shows, known by its buttons."""
    reports = actions_of(interaction).reports
    if message.author == interaction.client.user:
        for custom_id in _custom_ids(message):
            if found := _IN_QUIZ.match(custom_id):
                return await reports.in_quiz(int(found[1]), int(found[2]), interaction.user.id)
            if found := _IN_LIBRARY.match(custom_id):
                return await reports.in_library(found[1])
            if found := _IN_POLL.match(custom_id):
                return await reports.in_poll(int(found[1]))
    raise nothing()


def _custom_ids(message: discord.Message) -> list[str]:
    view = ui.LayoutView.from_message(message, timeout=None)
    return [
        custom_id
        for item in view.walk_children()
        if isinstance(custom_id := getattr(item, "custom_id", None), str)
    ]


class ReportForm(ui.Modal):
    """Why a question is wrong."""

    def __init__(self, question: Asked) -> None:
        # Forms are kept by custom_id alone, so a fixed one would be overwritten by the next person's.
        super().__init__(
            title=_("Report this question")[:45], timeout=900, custom_id=f"report:{secrets.token_hex(8)}"
        )
        self._question = question
        self.add_item(ui.TextDisplay(f"> {shortened(question.stem, 300)}"))
        self.reason = ui.TextInput[Any](
            style=discord.TextStyle.paragraph, required=True, min_length=3, max_length=LONGEST_REASON
        )
        self.add_item(
            ui.Label(
                text=_("What is wrong with it?")[:45],
                description=_("The key, an option, the wording, a fact? One or two sentences.")[:100],
                component=self.reason,
            )
        )

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Note it, and say who will read it."""

        async def submit(interaction: discord.Interaction[Any]) -> None:
            await actions_of(interaction).reports.report(
                member=interaction.user.id,
                guild=server_of(interaction),
                question=self._question,
                reason=self.reason.value,
            )
            own = owner_of(self._question.question) != CURATED
            in_server = server_of(interaction) is not None
            await whisper(interaction, thanks_screen(in_server=in_server, own=own))

        await answering(interaction, submit)


def thanks_screen(*, in_server: bool, own: bool = False) -> Screen:
    """Who will read the report: of a server's ``own`` question its moderators alone."""
    read = (
        _("It is the server's own question: its moderators find the report under /settings.")
        if own
        else _("The moderators of this server find it under /settings, and so does whoever runs this bot.")
        if in_server
        else _("Whoever runs this bot will read it.")
    )
    return Screen(
        card(
            text(
                _("# 🚩 Thank you"),
                read,
                _("Your name is not shown with it. Should the question be wrong, what it did is taken back."),
            )
        )
    )


class ReportButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"report1:(?P<question>[a-z0-9]+:[a-z0-9-]+)"
):
    """Reports the question that was just explained."""

    def __init__(self, question: str) -> None:
        super().__init__(button(_("Report this question"), f"report1:{question}", emoji="🚩"))
        self.question = question

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Ask why."""
        await ask(interaction, ReportForm(await actions_of(interaction).reports.in_library(self.question)))


@app_commands.context_menu(name=locale_str("Report this question"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def report_menu(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    """Ask why the question on this message is wrong."""
    await ask(interaction, ReportForm(await _shown_on(interaction, message)))


COMMANDS = (report_menu,)
ITEMS = (ReportButton,)
