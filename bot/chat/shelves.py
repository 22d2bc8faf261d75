"""The list of lessons: narrowed by category and level, searched, and turned page by page."""

import base64
import logging
import secrets
from dataclasses import dataclass, replace
from typing import Any, Literal

import discord
from discord import ui

from bot.actions.library import SHELF, Library
from bot.actions.reading import OwnShelf
from bot.chat import lessons, marks, quizzes
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, answering, library_of, server_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import lesson_facts, level_word, tier_colour
from bot.storage import DatabaseUnavailable
from bot.words import _, ngettext
from ladder.tiers import Level
from lessons.model import Lesson

log = logging.getLogger(__name__)

Purpose = Literal["read", "check", "versus"]

_ALL = "-"
_SIGNS: dict[Purpose, str] = {"read": "📖", "check": "✏️", "versus": "⚔️"}
_LONGEST_QUERY = 42
"""UTF-8 bytes of a search that still fit a custom_id once they are encoded."""


@dataclass(frozen=True, slots=True)
class View:
    """What of the list is shown: a category's lessons or those that a search finds, of one level or all."""

    purpose: Purpose = "read"
    category: str | None = None
    query: str = ""
    level: Level | None = None
    number: int = 0

    def encode(self) -> str:
        """The view as part of a custom_id; a long search keeps what fits."""
        kept = self.query.encode()[:_LONGEST_QUERY].decode(errors="ignore")
        query = base64.urlsafe_b64encode(kept.encode()).decode().rstrip("=")
        where = f"q.{query}" if query else f"c.{self.category or _ALL}"
        return f"{self.purpose}:{where}:{self.level.value if self.level else _ALL}:{self.number}"

    @classmethod
    def decode(cls, encoded: str) -> "View":
        """The view that was encoded."""
        purpose, where, level, number = encoded.split(":")
        kind, _sep, value = where.partition(".")
        query = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode() if kind == "q" else ""
        return cls(
            purpose=next(one for one in _SIGNS if one == purpose),
            category=None if kind == "q" or value == _ALL else value,
            query=query,
            level=None if level == _ALL else Level(level),
            number=int(number),
        )


_VIEW = r"(?P<view>(?:read|check|versus):[cq]\.[\w-]*:[a-z-]+:\d+)"


def shelf_screen(library: Library, view: View, own: OwnShelf | None = None) -> Screen:
    """The list of lessons, with a way into each, ways to narrow it, and what one has done with them oneself."""
    shelf = (
        own.shelf
        if own is not None
        else library.shelf(category=view.category, level=view.level, text=view.query, number=view.number)
    )
    shown = replace(view, number=shelf.number)
    heading, hint = _titles(view.purpose)
    if view.query:
        counted = ngettext(
            "{n} lesson for “{query}”", "{n} lessons for “{query}”", shelf.found, query=_plain(view.query)
        )
    else:
        counted = ngettext("{n} lesson", "{n} lessons", shelf.found)
    told = f"{counted} · {hint}" if shelf.found else counted
    parts: list[AnyItem] = [text(heading, f"-# {told}"), line()]
    narrowed = view.query or view.level is not None
    if own is not None and own.path_length and view.purpose == "read" and not narrowed:
        parts += [_next(own, view), line()]
    on_path = view.category is not None and not narrowed
    parts += [
        _entry(lesson, view.purpose, own, place if on_path else None)
        for place, lesson in enumerate(shelf.lessons, start=shelf.number * SHELF + 1)
    ]
    if not shelf.lessons:
        parts.append(text(_nothing(view)))
        parts += [_entry(lesson, view.purpose, own) for lesson in shelf.near]
    parts += [line(), *_controls(library, shown, shelf.count)]
    return Screen(card(*parts, colour=tier_colour(shelf.lessons[0].rating) if shelf.lessons else None))


def _nothing(view: View) -> str:
    """That there is no such lesson; what comes nearest follows."""
    if view.query:
        return _("Nothing matches that. Did you mean one of these?")
    return _("There is nothing of that kind here. These come nearest:")


def _titles(purpose: Purpose) -> tuple[str, str]:
    """The list's heading, and what to do with it."""
    if purpose == "read":
        return _("# 📚 Lessons"), _("pick one to read")
    if purpose == "check":
        return _("# ✏️ Check yourself"), _("pick one to be asked about")
    return _("# ⚔️ Versus the machine"), _("pick one to play against its machine")


def _next(own: OwnShelf, view: View) -> AnyItem:
    """What to read now, with the way into it."""
    suggestion = own.suggestion
    if suggestion is None:
        return text(marks.all_read_words())
    told = marks.position_words(own, suggestion) if view.category else marks.next_words(suggestion)
    onward = lessons.OpenButton(
        suggestion.lesson.slug, marks.next_label(suggestion), style=discord.ButtonStyle.primary
    )
    return ui.Section(text(*told), accessory=onward)


def _entry(lesson: Lesson, purpose: Purpose, own: OwnShelf | None, place: int | None = None) -> AnyItem:
    title = f"{place}. {lesson.title}" if place is not None else lesson.title
    lines = [f"**{title}**", lesson.summary, f"-# {lesson_facts(lesson)}"]
    if own is not None:
        done = marks.mark_words(own.marks[lesson.slug], lesson)
        needed = marks.builds_on(own.unread[lesson.slug])
        lines.append("-# " + " · ".join(one for one in (done, needed) if one))
    return ui.Section(text(*lines), accessory=EntryButton(purpose, lesson.slug))


def _controls(library: Library, view: View, count: int) -> list[AnyItem]:
    buttons: list[AnyItem] = []
    if count > 1:
        buttons += [
            ShelfButton(
                replace(view, number=max(view.number - 1, 0)).encode(),
                _("Previous"),
                "◀️",
                disabled=view.number == 0,
            ),
            ShelfButton(
                replace(view, number=view.number + 1).encode(),
                _("Next"),
                "▶️",
                disabled=view.number + 1 == count,
            ),
        ]
    buttons.append(SearchButton(view.encode()))
    if view.query or view.category or view.level:
        buttons.append(ShelfButton(View(view.purpose).encode(), _("Show all"), "📚"))
    return [
        row(CategorySelect(view.encode(), library)),
        row(LevelSelect(view.encode())),
        row(*buttons),
    ]


def _plain(query: str) -> str:
    return discord.utils.escape_markdown(discord.utils.escape_mentions(query))


class EntryButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"entry1:(?P<purpose>read|check|versus):(?P<slug>[a-z0-9-]+)",
):
    """A way from the list into a lesson, or into its questions."""

    def __init__(self, purpose: Purpose, slug: str) -> None:
        labels: dict[Purpose, str] = {
            "read": _("Read"),
            "check": _("Check yourself"),
            "versus": _("Versus"),
        }
        super().__init__(button(labels[purpose], f"entry1:{purpose}:{slug}", emoji=_SIGNS[purpose]))
        self.purpose: Purpose = purpose
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Open the lesson or its quiz in place of the list."""
        if self.purpose == "read":
            await lessons.open_lesson(interaction, self.slug)
        else:
            await quizzes.turn_to_opening(interaction, self.slug, versus=self.purpose == "versus")


class ShelfButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=f"shelf1:{_VIEW}"):
    """A way to another part of the list."""

    def __init__(
        self, view: str, label: str = "", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label or _("Lessons"), f"shelf1:{view}", emoji=emoji, disabled=disabled))
        self.view_shown = View.decode(view)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show that part in place of the message."""
        await turn_to_shelf(interaction, self.view_shown)


class CategorySelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=f"shelf1c:{_VIEW}"):
    """Narrows the list to a category."""

    def __init__(self, view: str, library: Library | None = None) -> None:
        current = View.decode(view)
        categories = library.catalogue.categories[:24] if library else ()
        super().__init__(
            ui.Select(
                custom_id=f"shelf1c:{view}",
                options=[
                    discord.SelectOption(
                        label=_("Every category"),
                        value=_ALL,
                        default=current.category is None and not current.query,
                    ),
                    *(
                        discord.SelectOption(
                            label=category.name,
                            value=category.slug,
                            default=category.slug == current.category,
                        )
                        for category in categories
                    ),
                ],
                placeholder=_("Every category"),
            )
        )
        self.view_shown = current

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the category chosen."""
        category = chosen(interaction)
        view = View(
            self.view_shown.purpose, None if category == _ALL else category, level=self.view_shown.level
        )
        await turn_to_shelf(interaction, view)


class LevelSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=f"shelf1l:{_VIEW}"):
    """Narrows the list to a level."""

    def __init__(self, view: str) -> None:
        current = View.decode(view)
        super().__init__(
            ui.Select(
                custom_id=f"shelf1l:{view}",
                options=[
                    discord.SelectOption(label=_("Every level"), value=_ALL, default=current.level is None),
                    *(
                        discord.SelectOption(
                            label=level_word(level), value=level.value, default=level is current.level
                        )
                        for level in Level
                    ),
                ],
            )
        )
        self.view_shown = current

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the level chosen."""
        level = chosen(interaction)
        view = replace(self.view_shown, level=None if level == _ALL else Level(level), number=0)
        await turn_to_shelf(interaction, view)


class SearchButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=f"shelf1s:{_VIEW}"):
    """Asks what to search for."""

    def __init__(self, view: str) -> None:
        super().__init__(button(_("Search"), f"shelf1s:{view}", emoji="🔎"))
        self.view_shown = View.decode(view)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(SearchForm(self.view_shown))


class SearchForm(ui.Modal):
    """What to search for."""

    def __init__(self, view: View) -> None:
        # Forms are kept by custom_id alone, so a fixed one would be overwritten by the next person's.
        super().__init__(
            title=_("Search the lessons")[:45], timeout=900, custom_id=f"search:{secrets.token_hex(8)}"
        )
        self._view = view
        self.query = ui.TextInput[Any](required=True, max_length=80, default=view.query or None)
        self.add_item(ui.Label(text=_("A word of the title or subject")[:45], component=self.query))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Show what was found in place of the list."""

        async def show(interaction: discord.Interaction[Any]) -> None:
            await turn_to_shelf(interaction, View(self._view.purpose, query=self.query.value.strip()))

        await answering(interaction, show)


async def own_shelf(interaction: discord.Interaction[Any], view: View) -> Screen:
    """Part of the list for whoever asks; without their own marks while the database is out of reach."""
    actions = actions_of(interaction)
    try:
        own = await actions.reading.shelf(
            interaction.user.id,
            category=view.category,
            level=view.level,
            text=view.query,
            number=view.number,
            guild=server_of(interaction),
        )
    except DatabaseUnavailable as error:
        log.warning("The list of lessons was shown without marks: %s", error)
        own = None
    return shelf_screen(await library_of(interaction), view, own)


async def turn_to_shelf(interaction: discord.Interaction[Any], view: View) -> None:
    """Show part of the list in place of the message that was pressed."""
    await turn_to(interaction, await own_shelf(interaction, view))


ITEMS = (EntryButton, ShelfButton, CategorySelect, LevelSelect, SearchButton)
