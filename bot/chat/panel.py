"""The moderators' panel: its pages, the way from one to another, and who may press anything on it."""

import secrets
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.actions.refusals import Refusal
from bot.actions.settings import SETTINGS
from bot.chat.access import require_command
from bot.chat.audit_words import entry_words
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, answering, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.words import N_, _

Parts = Callable[[discord.Interaction[Any]], Awaitable[Sequence[AnyItem]]]

LOG = "audit"
"""The page of the audit log."""

_WORD = r"(?P<word>[a-z]+)"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the panel."""

    title: str
    """A marked message."""
    emoji: str
    parts: Parts
    """What stands on it for whoever looks at it."""

    @property
    def heading(self) -> str:
        """The title in the language being spoken."""
        return _(self.title)


@dataclass(frozen=True, slots=True)
class Glance:
    """What of a page is told on the first one."""

    words: str
    """How things are set, in a line."""
    advice: str = ""
    """What a newcomer should do there next, if anything."""


Glances = Callable[[discord.Interaction[Any]], Awaitable[Glance]]

GLANCES: dict[str, Glances] = {}
"""By the word of a page, what is told of it on the first page."""

PAGES: dict[str, Page] = {}
"""The table of pages by the word under which buttons name them."""

_ORDER = (
    "overview",
    "channels",
    "polls",
    "schedules",
    "ladder",
    "roles",
    "announcements",
    "time",
    "lessons",
    "order",
    "reports",
    "audit",
    "health",
)
"""The words of the pages, in the order in which they are offered."""


def page(word: str, title: str, emoji: str) -> Callable[[Parts], Parts]:
    """Put what this draws into the panel as a page of its own."""

    def put(parts: Parts) -> Parts:
        PAGES[word] = Page(title, emoji, parts)
        return parts

    return put


def glance(word: str) -> Callable[[Glances], Glances]:
    """Let the first page of the panel tell this of the page of that word."""

    def put(told: Glances) -> Glances:
        GLANCES[word] = told
        return told

    return put


async def page_screen(
    interaction: discord.Interaction[Any],
    word: str,
    told: str = "",
    entry: int | None = None,
    parts: Sequence[AnyItem] | None = None,
) -> Screen:
    """A page of the panel, under a sentence on what has just been changed; the first page for an unknown word.

    ``entry`` is the change in the audit log: it can be taken back with a button beside the sentence. ``parts``
    stand on the page instead of what it shows at first.
    """
    word = word if word in PAGES else offered()[0]
    shown = PAGES[word]
    parts = await shown.parts(interaction) if parts is None else parts
    top: AnyItem = text(_("# ⚙️ Settings"), told)
    if entry is not None:
        top = ui.Section(top, accessory=UndoButton(word, entry))
    head = [top, line(), text(f"## {shown.emoji} {shown.heading}")]
    return Screen(card(*head, *parts, line(), row(PageSelect(word, listed=True))))


async def changed(
    interaction: discord.Interaction[Any], word: str, told: str, entry: int | None = None
) -> None:
    """Show the page as it is after a change, with what was changed, and how to take it back."""
    await turn_to(interaction, await page_screen(interaction, word, told, entry))


def offered() -> list[str]:
    """The words of the pages that there are, in their order."""
    return sorted(PAGES, key=_ORDER.index)


def guild_of(interaction: discord.Interaction[Any]) -> int:
    """The server whose panel it is."""
    return interaction.guild_id or 0


async def require_manager(interaction: discord.Interaction[Any]) -> None:
    """Refuse whoever may not use the panel, or may not any more."""
    await require_command(
        interaction,
        "settings",
        N_(
            "Only somebody with the permission “Manage Server” can change the settings, or whom this server allows /settings under Integrations; that is not you here now. Ask whoever manages this server."
        ),
    )


class ForModerators:
    """What makes a button or select of the panel: whoever presses it is asked for the permission each time."""

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the press asks for, if whoever pressed may."""
        await require_manager(interaction)
        await self.permitted(interaction)

    @abstractmethod
    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """What the press asks for."""


class ModeratorsForm(ui.Modal):
    """A form of the panel; whoever sends it is asked for the permission once more."""

    def __init__(self, title: str) -> None:
        # Forms are kept by custom_id alone, so a fixed one would be overwritten by the next person's.
        super().__init__(title=title[:45], timeout=900, custom_id=f"settings:{secrets.token_hex(8)}")

    def ask(self, label: str, description: str = "", **options: Any) -> ui.TextInput[Any]:
        """A field for one line of text."""
        field = ui.TextInput[Any](**options)
        self.add_item(ui.Label(text=label[:45], description=description[:100] or None, component=field))
        return field

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Do what was filled in, if whoever sent it may."""

        async def submit(interaction: discord.Interaction[Any]) -> None:
            await require_manager(interaction)
            await self.submitted(interaction)

        await answering(interaction, submit)

    @abstractmethod
    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """What was filled in is to be done."""


class PageSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=rf"settings1:{_WORD}"):
    """Chooses the page of the panel."""

    def __init__(self, word: str, *, listed: bool = False) -> None:
        super().__init__(
            ui.Select(
                custom_id=f"settings1:{word}",
                placeholder=_("Choose a page"),
                options=[
                    discord.SelectOption(
                        label=one.heading[:100], value=value, emoji=one.emoji, default=value == word
                    )
                    for value, one in ((value, PAGES[value]) for value in offered())
                ]
                if listed
                else [],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page chosen."""
        await turn_to(interaction, await page_screen(interaction, chosen(interaction)))


class PageButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"settingsto1:{_WORD}"):
    """Leads from one page of the panel to another."""

    def __init__(self, word: str, label: str = "", emoji: str | None = None) -> None:
        shown = PAGES.get(word)
        if shown is not None:
            label, emoji = label or shown.heading, emoji or shown.emoji
        super().__init__(button(label or "…", f"settingsto1:{word}", emoji=emoji))
        self.word = word

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        await turn_to(interaction, await page_screen(interaction, self.word))


class BackButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"settingsback1:{_WORD}"
):
    """Goes back to a page of the panel, with nothing changed."""

    def __init__(self, word: str, label: str = "…") -> None:
        super().__init__(button(label, f"settingsback1:{word}", emoji="↩️"))
        self.word = word

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the message."""
        await turn_to(interaction, await page_screen(interaction, self.word))


class UndoButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"undo1:{_WORD}:(?P<entry>\d+)"
):
    """Takes a change back: a setting at once, and what weighs more after asking."""

    def __init__(self, word: str, entry: int) -> None:
        super().__init__(button(_("Undo"), f"undo1:{word}:{entry}", emoji="↩️"))
        self.word, self.entry = word, entry

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Take it back and show the page, or ask first."""
        found = await actions_of(interaction).audit_log.find(guild_of(interaction), self.entry)
        if found is None or found.what in SETTINGS or not actions_of(interaction).audit_log.can_undo(found):
            await _undo(interaction, self.word, self.entry)
            return
        asked = Screen(
            card(
                text(_("# ↩️ Take this back?"), entry_words(found)),
                line(),
                row(UndoNowButton(self.word, self.entry), BackButton(self.word, _("Leave it"))),
            )
        )
        await turn_to(interaction, asked)


class UndoNowButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"undonow1:{_WORD}:(?P<entry>\d+)"
):
    """Takes a change back that was asked about."""

    def __init__(self, word: str, entry: int) -> None:
        super().__init__(
            button(_("Take it back"), f"undonow1:{word}:{entry}", style=discord.ButtonStyle.danger, emoji="↩️")
        )
        self.word, self.entry = word, entry

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Take it back and show the page."""
        await _undo(interaction, self.word, self.entry)


async def _undo(interaction: discord.Interaction[Any], word: str, entry: int) -> None:
    try:
        undone = await actions_of(interaction).audit_log.undo(
            guild_of(interaction), entry, interaction.user.id
        )
    except Refusal as refusal:
        # What was pressed may be an old screen, so the page is shown as it is now.
        await changed(interaction, word, f"⚠️ {refusal}")
        return
    told = _("✅ Taken back. It was: {change}", change=entry_words(undone))
    # On the log's own page the new entry has its button already.
    await changed(interaction, word, told, undone.undone_by if word != LOG else None)


ITEMS = (PageSelect, PageButton, BackButton, UndoButton, UndoNowButton)
