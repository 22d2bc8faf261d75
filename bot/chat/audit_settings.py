"""The panel's page about the audit log: who changed what, taking it back, and the whole log as a file."""

import csv
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

import discord
from discord import ui

from bot.actions.audit_log import KEPT_FOR, MOST_EXPORTED, LogPage
from bot.actions.settings import SETTINGS
from bot.chat.audit_words import entry_words, telling
from bot.chat.panel import LOG, ForModerators, UndoButton, guild_of, page, page_screen
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, turn_to, whisper
from bot.chat.screens import AnyItem, Document, Screen, card, row, shown_document, text
from bot.chat.setting_words import setting_words
from bot.chat.wording import plain_name, relative, shortened, shown_name
from bot.storage.audit_log import LogEntry
from bot.words import N_, _, ngettext

_LONGEST = 320
"""Characters of one entry, of which eight stand on one message."""

_HEAD = (
    "entry",
    "at",
    "by",
    "name",
    "what",
    "words",
    "subject",
    "member",
    "member_name",
    "before",
    "after",
    "takes_back",
    "taken_back_by",
)
"""The columns of the file, which are the same in every language."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


telling(*(one for one in SETTINGS if one != "tier_roles"))(setting_words)


@page(LOG, N_("Audit log"), "📜")
async def audit_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """The latest changes."""
    return await _log_parts(interaction, 0)


async def _log_parts(interaction: discord.Interaction[Any], number: int) -> list[AnyItem]:
    """One page of the log."""
    log = actions_of(interaction).audit_log
    return log_parts(await log.page(guild_of(interaction), number), log.can_undo)


def log_parts(shown: LogPage, can_undo: Callable[[LogEntry], bool]) -> list[AnyItem]:
    """The entries, with a button beside each that can be taken back."""
    days = ngettext("{n} day", "{n} days", KEPT_FOR.days)
    if not shown.entries:
        told = _("Nothing has been changed here in {days}.", days=days)
        hint = _("Every change that a moderator makes appears here, and most can be taken back.")
        return [text(told, f"-# {hint}")]
    parts: list[AnyItem] = []
    for entry in shown.entries:
        words = text(*_entry_lines(entry, shown))
        parts.append(ui.Section(words, accessory=UndoButton(LOG, entry.id)) if can_undo(entry) else words)
    pages = _("page {number} of {count}", number=shown.number + 1, count=shown.count)
    parts.append(text("-# " + _("Kept for {days} · {pages}", days=days, pages=pages)))
    buttons: list[AnyItem] = []
    if shown.count > 1:
        last = shown.number + 1 == shown.count
        buttons = [
            LogPageButton(shown.number - 1, _("Newer"), "◀️", disabled=shown.number == 0),
            LogPageButton(shown.number + 1, _("Older"), "▶️", disabled=last),
        ]
    return [*parts, row(*buttons, ExportButton())]


def _entry_lines(entry: LogEntry, shown: LogPage) -> list[str]:
    head = f"**{_who(entry, shown)}** · {relative(entry.at)}"
    words = shortened(entry_words(entry), _LONGEST)
    if entry.undoes is not None:
        words = f"↩️ {words}"
    return [head, words, *(["-# " + _("Taken back since")] if entry.undone_by is not None else [])]


def _who(entry: LogEntry, shown: LogPage) -> str:
    if entry.by == 0:
        return _("somebody whose data was deleted")
    name = shown.names.get(entry.by)
    return shown_name(name) if name is not None else f"<@{entry.by}>"


def export_screen(shown: LogPage) -> Screen:
    """The entries as a file to be kept."""
    document = log_file(shown)
    told = ngettext(
        "The audit log with {n} change, as a table.",
        "The audit log with {n} changes, as a table.",
        len(shown.entries),
    )
    cut = _("Older ones did not fit the file.") if len(shown.entries) == MOST_EXPORTED else ""
    return Screen(card(text(f"📜 {told} {cut}".strip()), shown_document(document)), documents=[document])


def log_file(shown: LogPage) -> Document:
    """The entries as a table, which no spreadsheet takes for formulas."""
    written = StringIO()
    table = csv.writer(written)
    table.writerow(_HEAD)
    for entry in shown.entries:
        table.writerow(map(_cell, _values(entry, shown)))
    # Spreadsheets take a file for another encoding unless it begins so.
    return Document("audit-log.csv", written.getvalue().encode("utf-8-sig"))


def _values(entry: LogEntry, shown: LogPage) -> Sequence[object]:
    return (
        entry.id,
        entry.at,
        entry.by or None,
        _named(entry.by, shown),
        entry.what,
        entry_words(entry),
        entry.subject,
        entry.member,
        _named(entry.member, shown),
        json.dumps(entry.before, ensure_ascii=False),
        json.dumps(entry.after, ensure_ascii=False),
        entry.undoes,
        entry.undone_by,
    )


def _named(member: int | None, shown: LogPage) -> str | None:
    name = shown.names.get(member) if member else None
    return plain_name(name) if name is not None else None


def _cell(value: object) -> str:
    """The value as it is written down; what a spreadsheet would reckon out begins with an apostrophe."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    words = "" if value is None else str(value)
    return f"'{words}" if words.startswith(_FORMULA) else words


class LogPageButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"auditpage1:(?P<page>-?\d+)"
):
    """Turns the pages of the log."""

    def __init__(
        self, page: int, label: str = "…", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"auditpage1:{page}", emoji=emoji, disabled=disabled))
        self.page = page

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show that page of it."""
        parts = await _log_parts(interaction, self.page)
        await turn_to(interaction, await page_screen(interaction, LOG, parts=parts))


class ExportButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"auditfile1"):
    """Hands the log out as a file."""

    def __init__(self) -> None:
        super().__init__(button(_("Export as CSV"), "auditfile1", emoji="📄"))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Send it, in private."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        shown = await actions_of(interaction).audit_log.everything(guild_of(interaction))
        await whisper(interaction, export_screen(shown))


ITEMS = (LogPageButton, ExportButton)
