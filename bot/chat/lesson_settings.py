"""The panel's page about lessons: which of the library's are served, and those that the server has written itself."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.lesson_archives import Archive
from bot.actions.own_lessons import MOST_LESSONS, OWN_LESSON, OwnLesson, OwnList
from bot.chat import handing_in, lesson_previews, own_figures, own_lesson_pages
from bot.chat.audit_words import telling
from bot.chat.own_lesson_pages import state_words
from bot.chat.panel import ForModerators, changed, guild_of, page, page_screen
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, ask, turn_to, whisper
from bot.chat.screens import AnyItem, Document, Screen, card, line, row, shown_document, text
from bot.chat.wording import shortened
from bot.storage.audit_log import LogEntry
from bot.words import N_, _, ngettext
from lessons.catalogue import Category

WORD = own_lesson_pages.WORD
_MOST_CATEGORIES = 25


@page(WORD, N_("Lessons"), "📚")
async def lesson_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """What is served, and the first of the server's own lessons."""
    return await _parts(interaction, 0)


async def _parts(interaction: discord.Interaction[Any], number: int) -> list[AnyItem]:
    actions, guild = actions_of(interaction), guild_of(interaction)
    served = (await actions.settings.of(guild)).categories
    return [
        *served_parts(actions.library.catalogue.categories, served),
        line(),
        *own_parts(await actions.own_lessons.list(guild, number)),
    ]


def served_parts(categories: Sequence[Category], served: Sequence[str] | None) -> list[AnyItem]:
    """Which categories of the library are served, and the choice of others."""
    chosen = [one for one in categories if served is None or one.slug in served]
    told = (
        _("All categories of the library are served.")
        if len(chosen) == len(categories)
        else ngettext(
            "{n} of {total} categories of the library is served.",
            "{n} of {total} categories of the library are served.",
            len(chosen),
            total=len(categories),
        )
    )
    hint = _("Others are neither listed nor asked here; whatever is open goes on, and links stay.")
    parts: list[AnyItem] = [text(_("### The library"), told, f"-# {hint}")]
    if categories:
        parts.append(row(ServedSelect(categories[:_MOST_CATEGORIES], {one.slug for one in chosen})))
    return parts


def own_parts(own: OwnList) -> list[AnyItem]:
    """The server's own lessons, and the ways to more of them."""
    heading = _("### This server's own lessons")
    if not own.lessons:
        return [
            text(
                heading,
                _("There are none yet. A lesson is a YAML file: hand one in, look at it, publish it."),
                "-# "
                + _(
                    "It is taught here alone and rates this server's ladder alone; its machine gives no titles."
                ),
            ),
            row(HandInButton()),
        ]
    counted = ngettext("{n} of {most} lessons", "{n} of {most} lessons", own.held, most=MOST_LESSONS)
    if own.count > 1:
        counted = f"{counted} · " + _("page {number} of {count}", number=own.number + 1, count=own.count)
    buttons: list[AnyItem] = [HandInButton(), DownloadButton(0)]
    if own.count > 1:
        last = own.number + 1 == own.count
        buttons += [
            OwnListButton(own.number - 1, _("Previous"), "◀️", disabled=own.number == 0),
            OwnListButton(own.number + 1, _("Next"), "▶️", disabled=last),
        ]
    return [
        text(heading, *map(_listed, own.lessons), f"-# {counted}"),
        row(own_lesson_pages.OwnLessonSelect(own.lessons)),
        row(*buttons),
    ]


def _listed(one: OwnLesson) -> str:
    facts = [f"`{one.name}`", state_words(one)]
    if one.answers:
        facts.append(ngettext("{n} first answer", "{n} first answers", one.answers))
    return f"- **{own_lesson_pages.title_words(one.shown)}** · " + " · ".join(facts)


def archive_screen(archive: Archive) -> Screen:
    """One of the zip files, and the way to the next."""
    name = "lessons.zip" if archive.parts == 1 else f"lessons-{archive.part + 1}-of-{archive.parts}.zip"
    document = Document(name, archive.content)
    told = ngettext(
        "📦 {n} file, as it was handed in.", "📦 {n} files, as they were handed in.", archive.files
    )
    hint = _(
        "What is taught lies at the top; drafts, replaced and retired versions have folders of their own."
    )
    parts: list[AnyItem] = [text(told, f"-# {hint}"), shown_document(document)]
    if archive.part + 1 < archive.parts:
        parts.append(row(DownloadButton(archive.part + 1, _("Next part"))))
    return Screen(card(*parts), documents=[document])


@telling(OWN_LESSON, "draft_kept", "draft_dropped")
def own_lesson_words(entry: LogEntry) -> str:
    """What was done with one of the server's own lessons."""
    name = f"`{entry.subject}`"
    if entry.what == "draft_kept":
        return _("Lesson {name}: version {after} handed in as a draft", name=name, after=entry.after)
    if entry.what == "draft_dropped":
        return _("Lesson {name}: its draft dropped", name=name)
    if entry.after is None:
        return _("Lesson {name}: version {before} retired", name=name, before=entry.before)
    if entry.before is None:
        return _("Lesson {name}: version {after} published", name=name, after=entry.after)
    return _(
        "Lesson {name}: version {after} in place of {before}",
        name=name,
        before=entry.before,
        after=entry.after,
    )


class ServedSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"served1"):
    """Chooses the categories of the library that are served."""

    def __init__(
        self, categories: Sequence[Category] = (), served: frozenset[str] | set[str] = frozenset()
    ) -> None:
        super().__init__(
            ui.Select(
                custom_id="served1",
                placeholder=_("Choose the categories to serve"),
                min_values=1,
                max_values=max(1, len(categories)),
                options=[
                    discord.SelectOption(
                        label=shortened(one.name, 100), value=one.slug, default=one.slug in served
                    )
                    for one in categories
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it and show the page."""
        actions, data = actions_of(interaction), interaction.data
        known = [one.slug for one in actions.library.catalogue.categories]
        wanted = [one for one in known if one in (data or {}).get("values", ())]
        done = await actions.settings.change(
            guild_of(interaction),
            interaction.user.id,
            categories=None if len(wanted) == len(known) else tuple(wanted),
        )
        told = (
            _("✅ Every category of the library is served.")
            if len(wanted) == len(known)
            else ngettext(
                "✅ {n} category of the library is served.",
                "✅ {n} categories of the library are served.",
                len(wanted),
            )
        )
        await changed(interaction, WORD, told, done.entry)


class OwnListButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"ownlist1:(?P<page>-?\d+)"
):
    """Turns the pages of the list."""

    def __init__(
        self, page: int, label: str = "…", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"ownlist1:{page}", emoji=emoji, disabled=disabled))
        self.page = page

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show that page of it."""
        parts = await _parts(interaction, self.page)
        await turn_to(interaction, await page_screen(interaction, WORD, parts=parts))


class HandInButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"ownhandin1"):
    """Asks for a lesson's file."""

    def __init__(self) -> None:
        super().__init__(
            button(_("Hand in a lesson"), "ownhandin1", emoji="📥", style=discord.ButtonStyle.primary)
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show the form."""
        await ask(interaction, handing_in.HandInForm())


class DownloadButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"ownzip1:(?P<page>\d+)"
):
    """Hands out all that the server has written."""

    def __init__(self, page: int, label: str = "") -> None:
        super().__init__(button(label or _("Download all"), f"ownzip1:{page}", emoji="📦"))
        self.page = page

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Send it, in private."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        archive = await actions_of(interaction).own_lessons.archive(guild_of(interaction), self.page)
        await whisper(interaction, archive_screen(archive))


ITEMS = (
    ServedSelect,
    OwnListButton,
    HandInButton,
    DownloadButton,
    *handing_in.ITEMS,
    *lesson_previews.ITEMS,
    *own_figures.ITEMS,
    *own_lesson_pages.ITEMS,
)
