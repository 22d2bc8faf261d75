"""Lessons in chat: the command, the pages and the buttons that turn them."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.library import Library
from bot.chat import quizzes, shelves
from bot.chat.commands import everywhere
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, meet, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import lesson_facts, shortened, tier_colour, tier_word
from bot.words import _
from ladder.tiers import tier_of
from lessons.model import Lesson
from lessons.pages import Part


def lesson_screen(library: Library, lesson: Lesson, number: int = 1) -> Screen:
    """One page of a lesson; a number past either end shows the page at that end."""
    pages = library.pages(lesson)
    number = min(max(number, 1), len(pages))
    page, last = pages[number - 1], number == len(pages)
    parts: list[AnyItem] = [
        _heading(lesson) if number == 1 else text(f"-# {lesson.title} · {lesson.category}"),
        line(),
    ]
    parts += [_part(part) for part in page.parts]
    if last:
        parts += [
            line(),
            text(_("### 🔑 Key idea"), lesson.key_idea),
            line(),
            text(_("**Check yourself**: answer to earn rating on the learn ladder.")),
            row(quizzes.CheckButton(lesson.slug)),
        ]
    parts += [line(), text("-# " + _("Page {number} of {count}", number=number, count=len(pages)))]
    if len(lesson.sections) > 1:
        current = page.parts[0].section.id
        parts.append(row(JumpSelect(lesson.slug, lesson, current)))
    parts.append(
        row(
            PageButton(lesson.slug, number - 1, _("Previous"), "◀️", disabled=number == 1),
            PageButton(lesson.slug, number + 1, _("Next"), "▶️", disabled=last),
            shelves.ShelfButton(shelves.View().encode(), _("← Lessons")),
        )
    )
    return Screen(card(*parts, colour=tier_colour(lesson.rating)))


def _heading(lesson: Lesson) -> AnyItem:
    climb = _("beat {tier} to climb", tier=tier_word(tier_of(lesson.rating)))
    return text(f"# {lesson.title}", lesson.summary, f"-# {lesson_facts(lesson)} · {climb}")


def _part(part: Part) -> AnyItem:
    title = _("{title} (continued)", title=part.section.title) if part.continued else part.section.title
    return text(f"## {title}", part.text)


class PageButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"lesson1:(?P<slug>[a-z0-9-]+):(?P<page>\d+)"
):
    """Turns to a page of the lesson that is being read."""

    def __init__(
        self, slug: str, page: int, label: str = "…", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"lesson1:{slug}:{page}", emoji=emoji, disabled=disabled))
        self.slug, self.page = slug, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the one before."""
        await turn_to_lesson(interaction, self.slug, self.page)


class StudyButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"study1:(?P<slug>[a-z0-9-]+):(?P<page>\d+)"
):
    """Opens a lesson in a private message of its own, so that what was pressed stays."""

    def __init__(self, slug: str, page: int = 1, label: str = "") -> None:
        super().__init__(button(label or _("Lesson"), f"study1:{slug}:{page}", emoji="📖"))
        self.slug, self.page = slug, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page privately."""
        library = actions_of(interaction).library
        await whisper(interaction, lesson_screen(library, library.lesson(self.slug), self.page))


class JumpSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=r"jump1:(?P<slug>[a-z0-9-]+)"):
    """Jumps to a section."""

    def __init__(self, slug: str, lesson: Lesson | None = None, current: str = "") -> None:
        sections = lesson.sections if lesson else ()
        super().__init__(
            ui.Select(
                custom_id=f"jump1:{slug}",
                placeholder=_("Jump to a section"),
                options=[
                    discord.SelectOption(
                        label=shortened(f"{number}. {section.title}", 100),
                        value=section.id,
                        default=section.id == current,
                    )
                    for number, section in enumerate(sections, start=1)
                ],
            )
        )
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page on which the section begins."""
        library = actions_of(interaction).library
        lesson = library.lesson(self.slug)
        await turn_to(
            interaction, lesson_screen(library, lesson, library.page_of(lesson, chosen(interaction)))
        )


async def turn_to_lesson(interaction: discord.Interaction[Any], slug: str, page: int = 1) -> None:
    """Show a page in place of the message that was pressed."""
    library = actions_of(interaction).library
    await turn_to(interaction, lesson_screen(library, library.lesson(slug), page))


def lesson_choices(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    """Lessons that what was typed so far may mean."""
    found = actions_of(interaction).library.search(current, 25)
    return [
        app_commands.Choice(name=shortened(f"{one.title} · {lesson_facts(one)}", 100), value=one.slug)
        for one in found
    ]


def _begins_with(lesson: Lesson, typed: str) -> str:
    """The id of the section meant by what was chosen, or typed without choosing: an id, number or title."""
    wanted = " ".join(typed.casefold().split())
    named = {str(number): one.id for number, one in enumerate(lesson.sections, start=1)}
    named |= {one.title.casefold(): one.id for one in lesson.sections}
    named |= {one.id: one.id for one in lesson.sections}
    return named.get(wanted) or next((id for name, id in named.items() if wanted in name), typed)


@everywhere(locale_str("lesson"), locale_str("Browse the lessons, or read one section by section"))
@app_commands.rename(lesson=locale_str("lesson"), section=locale_str("section"))
@app_commands.describe(
    lesson=locale_str("The lesson to read; leave it out to see them all"),
    section=locale_str("The section to begin with"),
)
async def lesson_command(
    interaction: discord.Interaction[Any], lesson: str | None = None, section: str | None = None
) -> None:
    """Open the list, a lesson, or what a text that is no lesson may have meant."""
    library = actions_of(interaction).library
    if lesson is None:
        await whisper(interaction, shelves.shelf_screen(library, shelves.View()))
    elif (found := library.resolve(lesson)) is not None:
        page = library.page_of(found, _begins_with(found, section)) if section and section.strip() else 1
        await whisper(interaction, lesson_screen(library, found, page))
    else:
        await whisper(interaction, shelves.shelf_screen(library, shelves.View(query=lesson.strip()[:80])))
    await meet(interaction)


@lesson_command.autocomplete("lesson")
async def _lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return lesson_choices(interaction, current)


@lesson_command.autocomplete("section")
async def _section_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    lesson = actions_of(interaction).library.resolve(str(interaction.namespace.lesson or ""))
    sections = lesson.sections if lesson else ()
    wanted = current.casefold()
    return [
        app_commands.Choice(name=shortened(f"{number}. {section.title}", 100), value=section.id)
        for number, section in enumerate(sections, start=1)
        if wanted in f"{number}. {section.title}".casefold()
    ]


COMMANDS = (lesson_command,)
ITEMS = (PageButton, StudyButton, JumpSelect)
