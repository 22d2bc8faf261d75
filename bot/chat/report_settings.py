"""The panel's page about reports: questions that members find wrong, and what to do about each."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.reports import Reported
from bot.chat.panel import BackButton, ForModerators, guild_of, page, page_screen
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import shortened, shown_words
from bot.words import N_, _, ngettext
from lessons.splitting import units

WORD = "reports"
_LISTED = 10
_REASONS = 5
_MOST = 4_000
"""Characters that Discord takes in one message."""
_QUESTION = r"(?P<question>[a-z0-9]+:[a-z0-9-]+)"


@page(WORD, N_("Reports"), "🚩")
async def report_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """The questions that wait for a decision, those reported most often first."""
    return waiting_parts(await actions_of(interaction).reports.waiting(guild_of(interaction)))


def waiting_parts(waiting: Sequence[Reported]) -> Sequence[AnyItem]:
    """The page for these questions."""
    if not waiting:
        return [
            text(
                _("No question is reported. All is well."),
                "-# "
                + _(
                    "Members report a question from its message: Apps → Report this question. It appears here with their reason."
                ),
            )
        ]
    counted = ngettext("{n} question is reported.", "{n} questions are reported.", len(waiting))
    shown = [
        f"- **{shortened(one.asked.stem, 80)}** · {_reports(one)} · {one.asked.lesson_title}"
        for one in waiting[:_LISTED]
    ]
    spent = "-# " + _("Opening a question shows you its answer, so it no longer counts for you.")
    return [text(counted, *shown), text(spent), row(ReportSelect(waiting[:_LISTED]))]


def _reports(one: Reported) -> str:
    return ngettext("{n} report", "{n} reports", len(one.reports))


def decision_screen(one: Reported) -> Screen:
    """A question, what is said against it, and what can be done."""
    options = [
        f"**{LETTERS[at]}** {option}{' ✅' if at == one.asked.key else ''}"
        for at, option in enumerate(one.asked.options)
    ]
    head = [f"-# {one.asked.lesson_title} · `{one.asked.question}`", f"### {one.asked.stem}"]
    asked = [*options, "-# " + _("✅ is the answer that counts as right.")]
    choices = [
        "- " + _("**Dismiss**: the question is right as it is."),
        "- "
        + _(
            "**Void here**: what it did to ratings on this server's ladders is taken back, from everybody. XP and matches stay."
        ),
    ]
    shown = one.reports[-_REASONS:]
    left = _MOST - units("\n".join([*head, *asked, _reports(one), *choices]))
    room = left // len(shown) - len("> \n")
    reasons = [f"> {_fitted(report.reason, room)}" for report in shown]
    return Screen(
        card(
            text(*head),
            text(*asked),
            line(),
            text(_reports(one), *reasons),
            line(),
            text(*choices),
            row(
                DismissButton(one.asked.question),
                VoidButton(one.asked.question),
                BackButton(WORD, _("Back")),
            ),
        )
    )


def _fitted(reason: str, room: int) -> str:
    """The reason as it can be printed, cut where it would take more than so many characters once it is escaped."""
    longest = room
    while (over := units(fitted := shown_words(shortened(reason, longest))) - room) > 0:
        longest -= (over + 1) // 2  # a sign takes up to two
    return fitted


def dismissed(answered: int) -> str:
    """How many reports that answers; none if another moderator was there first."""
    if not answered:
        return _("Somebody has decided about this question meanwhile.")
    return ngettext("✅ Dismissed, with {n} report.", "✅ Dismissed, with {n} reports.", answered)


def voided(changes: int) -> str:
    """How many changes were taken back."""
    return ngettext(
        "✅ Voided here: {n} change of a rating was taken back.",
        "✅ Voided here: {n} changes of ratings were taken back.",
        changes,
    )


class ReportSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"reportsel1"):
    """Chooses a question to decide about."""

    def __init__(self, waiting: Sequence[Reported] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id="reportsel1",
                placeholder=_("Look at a question"),
                options=[
                    discord.SelectOption(
                        label=shortened(one.asked.stem, 100),
                        value=one.asked.question,
                        description=_reports(one),
                    )
                    for one in waiting
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it with what is said against it."""
        one = await actions_of(interaction).reports.open(
            guild=guild_of(interaction), question=chosen(interaction), by=interaction.user.id
        )
        if one is None:
            await turn_to(interaction, await page_screen(interaction, WORD, dismissed(0)))
        else:
            await turn_to(interaction, decision_screen(one))


class DismissButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"reportno1:{_QUESTION}"
):
    """Leaves the question as it is."""

    def __init__(self, question: str) -> None:
        super().__init__(button(_("Dismiss"), f"reportno1:{question}", emoji="👍"))
        self.question = question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        answered = await actions_of(interaction).reports.dismiss(
            guild=guild_of(interaction), question=self.question, by=interaction.user.id
        )
        await turn_to(interaction, await page_screen(interaction, WORD, dismissed(answered)))


class VoidButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"reportvoid1:{_QUESTION}"
):
    """Takes back what the question did here."""

    def __init__(self, question: str) -> None:
        super().__init__(
            button(_("Void here"), f"reportvoid1:{question}", style=discord.ButtonStyle.danger, emoji="↩️")
        )
        self.question = question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the page."""
        changes = await actions_of(interaction).reports.void(
            guild=guild_of(interaction), question=self.question, by=interaction.user.id
        )
        told = dismissed(0) if changes is None else voided(changes)
        await turn_to(interaction, await page_screen(interaction, WORD, told))


ITEMS = (ReportSelect, DismissButton, VoidButton)
