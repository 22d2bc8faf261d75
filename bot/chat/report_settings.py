"""The panel's page about reports: questions that members find wrong, and what to do about each."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.reports import Decided, Examined, Reported
from bot.chat.audit_words import telling
from bot.chat.lesson_settings import HandInButton
from bot.chat.order_questions import confirm_screen
from bot.chat.own_figures import answer_lines, flag_lines
from bot.chat.panel import BackButton, ForModerators, changed, guild_of, page, page_screen
from bot.chat.panel_lists import turning, turns
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import shortened, shown_words
from bot.storage.audit_log import LogEntry
from bot.storage.meanings import Asked
from bot.words import N_, _, ngettext
from ladder.statistics import FACILITY_FROM, SHARES_FROM
from lessons.splitting import units

WORD = "reports"
LISTED = 10
"""Questions that are shown at once."""

_REASONS = 5
_FLAGS = 2
_MOST = 4_000
"""Characters that Discord takes in one message."""
_QUESTION = r"(?P<question>[a-z0-9]+:[a-z0-9-]+)"


@page(WORD, N_("Reports"), "🚩")
async def report_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """The questions that wait for a decision, those reported most often first."""
    return waiting_parts(await actions_of(interaction).reports.waiting(guild_of(interaction)))


@turning(WORD)
async def _turn(interaction: discord.Interaction[Any], number: int) -> Screen:
    waiting = await actions_of(interaction).reports.waiting(guild_of(interaction))
    return await page_screen(interaction, WORD, parts=waiting_parts(waiting, number))


def waiting_parts(waiting: Sequence[Reported], number: int = 0) -> Sequence[AnyItem]:
    """The page for these questions, some at once."""
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
    count = -(-len(waiting) // LISTED)
    number = min(max(number, 0), count - 1)
    here = waiting[number * LISTED : (number + 1) * LISTED]
    shown = [
        f"- **{shortened(one.asked.stem, 80)}** · {_reports(one)} · {one.asked.lesson_title}" for one in here
    ]
    spent = "-# " + _("Opening a question shows you its answer, so it no longer counts for you.")
    return [text(counted, *shown), text(spent), row(ReportSelect(here)), *turns(WORD, number, count)]


def _reports(one: Reported) -> str:
    return ngettext("{n} report", "{n} reports", len(one.reports))


def decision_screen(one: Examined) -> Screen:
    """A question, what is said against it, what its answers say, and what can be done."""
    reported, served = one.reported, one.reported.asked
    options = [
        f"**{LETTERS[at]}** {option}{' ✅' if at == served.key else ''}"
        for at, option in enumerate(served.options)
    ]
    head = [f"-# {served.lesson_title} · `{served.question}`", f"### {served.stem}"]
    asked = [*options, "-# " + _("✅ is the answer that counts as right.")]
    if not one.is_asked:
        asked.append("-# " + _("It is not asked any more; what it did to ratings can still be taken back."))
    figures, choices, hearing = _figures_lines(one), _choice_lines(one), _hearing_line(one)
    counted = _reports(reported)
    if one.by_viewer:
        counted += " · " + _("one of them your own")
    shown = reported.reports[-_REASONS:]
    left = _MOST - units("\n".join([*head, *asked, *figures, counted, *choices, hearing]))
    room = left // len(shown) - len("> \n\n")
    reasons = [f"> {_fitted(report.reason, room)}" for report in shown]
    decisions: list[AnyItem] = [DismissButton(served.question), VoidButton(served.question)]
    ways: list[AnyItem] = [TellButton("off" if reported.tells else "on", served.question)]
    if reported.is_own:
        decisions.append(MendButton(served.question))
        ways.append(HandInButton())
    return Screen(
        card(
            text(*head),
            text(*asked),
            line(),
            text(counted, "\n\n".join(reasons)),
            line(),
            text(*figures),
            line(),
            text(*choices),
            row(*decisions),
            text(hearing),
            row(*ways, BackButton(WORD, _("Back"))),
        )
    )


def _figures_lines(one: Examined) -> list[str]:
    """What first answers say, as far as there are enough of them."""
    lines = ["📊 " + _("Here: {figures}", figures=" · ".join(answer_lines(one.here)))]
    widest = one.here
    if one.everywhere is not None:
        widest = one.everywhere
        lines.append(_("Everywhere: {figures}", figures=" · ".join(answer_lines(widest))))
    if one.here.distractors is None:
        lines.append(
            "-# "
            + _(
                "First answers alone. How many were right is told from {facility} answers on, and which wrong options were chosen from {shares}.",
                facility=FACILITY_FROM,
                shares=SHARES_FROM,
            )
        )
    return [*lines, *flag_lines(widest)[:_FLAGS]]


def _choice_lines(one: Examined) -> list[str]:
    """What each decision means."""
    choices = [
        "- " + _("**Dismiss**: the question is right as it is."),
        "- "
        + _(
            "**Void here**: what it did to ratings on this server's ladders is taken back, from everybody. XP and matches stay."
        ),
    ]
    if one.reported.is_own:
        choices.append(
            "- "
            + _(
                "**Mended**: you have published a version of its lesson without the mistake, under a new id. Ratings stay as they are."
            )
        )
    return choices


def _hearing_line(one: Examined) -> str:
    """Whether those who reported it are told what is decided."""
    told = (
        _("🔔 Whoever reported it hears once, in private, what you decide.")
        if one.reported.tells
        else _("🔕 Whoever reported it hears nothing of what you decide.")
    )
    return f"-# {told}"


def _fitted(reason: str, room: int) -> str:
    """The reason as it can be printed, cut where it would take more than so many characters once it is escaped."""
    longest = room
    while (over := units(fitted := shown_words(shortened(reason, longest))) - room) > 0:
        longest -= (over + 1) // 2  # a sign takes up to two
    return fitted


def decided_meanwhile() -> str:
    """Another moderator was there first."""
    return _("Somebody has decided about this question meanwhile. The page “Audit log” tells what.")


def dismissed(done: Decided) -> str:
    """How many reports that answers."""
    return ngettext("✅ Dismissed, with {n} report.", "✅ Dismissed, with {n} reports.", done.reports)


def mended(done: Decided) -> str:
    """How many reports that answers."""
    return ngettext("✅ Mended, with {n} report.", "✅ Mended, with {n} reports.", done.reports)


def voided(done: Decided) -> str:
    """How many changes were taken back."""
    return ngettext(
        "✅ Voided here: {n} change of a rating was taken back.",
        "✅ Voided here: {n} changes of ratings were taken back.",
        done.changes,
    )


@telling("report_dismissed", "report_voided", "report_mended", "report_reopened", "report_tells")
def _words(entry: LogEntry) -> str:
    question = f"`{entry.subject}`"
    if entry.what == "report_tells" and entry.after:
        return _("Whoever reported the question {question} is to hear what is decided", question=question)
    if entry.what == "report_tells":
        return _("Whoever reported the question {question} is to hear nothing", question=question)
    if entry.what == "report_reopened":
        return _("Reports of the question {question} wait again", question=question)
    if entry.what == "report_voided":
        decided = _("Voided the reported question {question} here", question=question)
    elif entry.what == "report_mended":
        decided = _("Reports of the question {question} answered: mended", question=question)
    else:
        decided = _("Reports of the question {question} dismissed", question=question)
    return decided + " · " + _("whoever reported it is told") if entry.after else decided


async def _show(interaction: discord.Interaction[Any], question: str) -> None:
    """Show what can be decided about the question, or that somebody has."""
    one = await actions_of(interaction).reports.open(
        guild=guild_of(interaction), question=question, by=interaction.user.id
    )
    if one is None:
        await changed(interaction, WORD, decided_meanwhile())
    else:
        await turn_to(interaction, decision_screen(one))


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
        await interaction.response.defer()  # many answers take a while to count
        await _show(interaction, chosen(interaction))


class DismissButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"reportno1:{_QUESTION}"
):
    """Leaves the question as it is."""

    def __init__(self, question: str) -> None:
        super().__init__(button(_("Dismiss"), f"reportno1:{question}", emoji="👍"))
        self.question = question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        done = await actions_of(interaction).reports.dismiss(
            guild=guild_of(interaction), question=self.question, by=interaction.user.id
        )
        if done is None:
            await changed(interaction, WORD, decided_meanwhile())
        else:
            await changed(interaction, WORD, dismissed(done), done.entry)


def void_screen(asked: Asked, members: int) -> Screen:
    """What voiding the reported question would do, before it is done."""
    return confirm_screen(
        asked, members, VoidNowButton(asked.question, _("Void it here")), BackButton(WORD, _("Leave it"))
    )


class VoidButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"reportvoid1:{_QUESTION}"
):
    """Asks whether to take back what the question did here."""

    def __init__(self, question: str) -> None:
        super().__init__(
            button(_("Void here"), f"reportvoid1:{question}", style=discord.ButtonStyle.danger, emoji="🩹")
        )
        self.question = question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Say what it would do."""
        asked, members = await actions_of(interaction).voiding.weighed(guild_of(interaction), self.question)
        await turn_to(interaction, void_screen(asked, members))


class VoidNowButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"reportvoidnow1:{_QUESTION}"
):
    """Takes back what the question did here."""

    def __init__(self, question: str, label: str = "…") -> None:
        super().__init__(
            button(label, f"reportvoidnow1:{question}", style=discord.ButtonStyle.danger, emoji="🩹")
        )
        self.question = question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the page."""
        await interaction.response.defer()
        done = await actions_of(interaction).reports.void(
            guild=guild_of(interaction), question=self.question, by=interaction.user.id
        )
        await changed(interaction, WORD, decided_meanwhile() if done is None else voided(done))


class MendButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"reportmend1:{_QUESTION}"
):
    """Answers the reports by the version that was published."""

    def __init__(self, question: str) -> None:
        super().__init__(button(_("Mended"), f"reportmend1:{question}", emoji="🔧"))
        self.question = question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        done = await actions_of(interaction).reports.mend(
            guild=guild_of(interaction), question=self.question, by=interaction.user.id
        )
        if done is None:
            await changed(interaction, WORD, decided_meanwhile())
        else:
            await changed(interaction, WORD, mended(done), done.entry)


class TellButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"reporttell1:(?P<to>on|off):{_QUESTION}",
):
    """Lets whoever reported the question hear what is decided, or not."""

    def __init__(self, to: str, question: str) -> None:
        label, emoji = (_("Tell who reported it"), "🔔") if to == "on" else (_("Tell nobody"), "🔕")
        super().__init__(button(label, f"reporttell1:{to}:{question}", emoji=emoji))
        self.to, self.question = to, question

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the question again."""
        await actions_of(interaction).reports.let_tell(
            guild=guild_of(interaction),
            question=self.question,
            tells=self.to == "on",
            by=interaction.user.id,
        )
        await interaction.response.defer()
        await _show(interaction, self.question)


ITEMS = (ReportSelect, DismissButton, VoidButton, VoidNowButton, MendButton, TellButton)
