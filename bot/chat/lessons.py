"""Lessons in chat: the command, the pages and the buttons that turn them."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.library import Library
from bot.chat import marks, quizzes, shared_lessons, shelves
from bot.chat.commands import everywhere
from bot.chat.news import whisper_news
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, library_of, library_with, meet, server_of, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import lesson_facts, shortened, tier_colour, tier_word
from bot.storage import DatabaseUnavailable
from bot.words import _
from ladder.tiers import tier_of
from lessons.model import Lesson
from lessons.pages import Page, Part

log = logging.getLogger(__name__)

Show = Callable[[discord.Interaction[Any], Screen], Awaitable[None]]
"""How a screen is shown: in place of what was pressed, or in a message of its own."""


def lesson_screen(
    library: Library, lesson: Lesson, number: int = 1, *, resumed: bool = False, shares: bool = True
) -> Screen:
    """One page of a lesson; a number past either end shows the page at that end.

    ``resumed`` says that somebody comes back to it, ``shares`` that there is a channel to share it with.
    """
    pages = library.pages(lesson)
    number = min(max(number, 1), len(pages))
    page, last = pages[number - 1], number == len(pages)
    parts = opening_of(library, lesson, page, resumed=resumed)
    if last:
        follows = library.after(lesson)
        ways: list[AnyItem] = [quizzes.CheckButton(lesson.slug)]
        if follows is not None:
            ways.append(OpenButton(follows.slug, _("On to {lesson}", lesson=follows.title), "⏭️"))
        parts += ending_of(lesson, ways)
    parts += footing_of(page, len(pages))
    if len(lesson.sections) > 1:
        parts.append(row(JumpSelect(lesson.slug, lesson, section_of(lesson, page))))
    buttons: list[AnyItem] = [
        PageButton(lesson.slug, number - 1, _("Previous"), "◀️", disabled=number == 1),
        PageButton(lesson.slug, number + 1, _("Next"), "▶️", disabled=last),
        shelves.ShelfButton(shelves.View().encode(), _("← Lessons")),
    ]
    if shares:
        buttons.append(shared_lessons.ShareButton(lesson.slug, number))
    return Screen(card(*parts, row(*buttons), colour=tier_colour(lesson.rating)))


def opening_of(library: Library, lesson: Lesson, page: Page, *, resumed: bool = False) -> list[AnyItem]:
    """A page's heading and its prose."""
    if page.number == 1:
        climb = _("beat {tier} to climb", tier=tier_word(tier_of(lesson.rating)))
        needed = marks.builds_on(library.required(lesson))
        heading = text(
            f"# {lesson.title}",
            lesson.summary,
            f"-# {lesson_facts(lesson)} · {climb}",
            f"-# {needed}" if needed else "",
        )
    else:
        left = [_("where you left off")] if resumed else []
        heading = text("-# " + " · ".join([lesson.title, lesson.category, *left]))
    return [heading, line(), *(_part(part) for part in page.parts)]


def ending_of(lesson: Lesson, ways: list[AnyItem]) -> list[AnyItem]:
    """What stands below the prose of the last page: the idea to keep, and the ways on."""
    return [
        line(),
        text(_("### 🔑 Key idea"), lesson.key_idea),
        line(),
        text(_("**Check yourself**: answer to earn rating on the learn ladder.")),
        row(*ways),
    ]


def footing_of(page: Page, count: int) -> list[AnyItem]:
    """The sources that stand on a page, and which page it is."""
    parts: list[AnyItem] = []
    if page.sources:
        named = (f"-# • {source}" for source in page.sources)
        parts += [line(), text("-# " + _("**Sources**"), *named)]
    return [*parts, line(), text("-# " + _("Page {number} of {count}", number=page.number, count=count))]


def section_of(lesson: Lesson, page: Page) -> str:
    """The id of the section that a page begins with."""
    return page.parts[0].section.id if page.parts else lesson.sections[-1].id


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
        await show_page(interaction, self.slug, self.page)


class OpenButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"lessonopen1:(?P<slug>[a-z0-9-]+)"):
    """Opens a lesson where it was left, in place of what was shown."""

    def __init__(
        self,
        slug: str,
        label: str = "…",
        emoji: str = "📖",
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(button(label, f"lessonopen1:{slug}", emoji=emoji, style=style))
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        await open_lesson(interaction, self.slug)


class StudyButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"study1:(?P<slug>[a-z0-9-]+):(?P<page>\d+)"
):
    """Opens a lesson in a private message of its own, so that what was pressed stays."""

    def __init__(
        self, slug: str, page: int = 1, label: str = "", emoji: str = "📖", *, disabled: bool = False
    ) -> None:
        super().__init__(
            button(label or _("Lesson"), f"study1:{slug}:{page}", emoji=emoji, disabled=disabled)
        )
        self.slug, self.page = slug, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page privately; whoever only looks something up keeps their place in the lesson."""
        await show_page(interaction, self.slug, self.page, whisper, noted=False)


class JumpSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=r"jump1:(?P<slug>[a-z0-9-]+)"):
    """Jumps to a section."""

    def __init__(self, slug: str, lesson: Lesson | None = None, current: str = "") -> None:
        super().__init__(sections_select(f"jump1:{slug}", lesson, current))
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page on which the section begins."""
        library = await library_with(interaction, self.slug)
        number = library.page_of(library.lesson(self.slug), chosen(interaction))
        await show_page(interaction, self.slug, number)


def sections_select(custom_id: str, lesson: Lesson | None, current: str = "") -> ui.Select[Any]:
    """A select of a lesson's sections, to be wrapped in a dynamic item."""
    return ui.Select(
        custom_id=custom_id,
        placeholder=_("Jump to a section"),
        options=[
            discord.SelectOption(
                label=shortened(f"{number}. {section.title}", 100),
                value=section.id,
                default=section.id == current,
            )
            for number, section in enumerate(lesson.sections if lesson else (), start=1)
        ],
    )


async def open_lesson(interaction: discord.Interaction[Any], slug: str, show: Show = turn_to) -> None:
    """Show the lesson where whoever asks left it, which is its beginning while the database is out of reach."""
    lesson = (await library_with(interaction, slug)).lesson(slug)
    try:
        number = await actions_of(interaction).reading.page_for(interaction.user.id, lesson)
    except DatabaseUnavailable as error:
        log.warning("A lesson was opened at its beginning: %s", error)
        number = 1
    await show_page(interaction, slug, number, show, resumed=True)


async def show_page(
    interaction: discord.Interaction[Any],
    slug: str,
    number: int,
    show: Show = turn_to,
    *,
    resumed: bool = False,
    noted: bool = True,
) -> None:
    """Show a page, then note, unless told not to, that whoever asked is there.

    A failure to note it is nothing they need know.
    """
    library = await library_with(interaction, slug)
    lesson = library.lesson(slug)
    last = len(library.pages(lesson))
    number = min(max(number, 1), last)
    if number == last:
        # It names the lesson that follows, which is one of those taught here.
        library = await library_of(interaction)
    in_server = server_of(interaction) is not None
    await show(interaction, lesson_screen(library, lesson, number, resumed=resumed, shares=in_server))
    if not noted:
        return
    try:
        await actions_of(interaction).reading.turned(interaction.user.id, lesson, number)
    except Exception as error:  # noqa: BLE001 - the page is there already
        log.warning("A page was not noted: %s", error)


async def lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    """Lessons that what was typed so far may mean."""
    found = (await library_of(interaction)).search(current, 25)
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
    library = await library_of(interaction)
    if lesson is None:
        await whisper_news(interaction, await shelves.own_shelf(interaction, shelves.View()))
    elif (found := library.resolve(lesson)) is not None:
        if section and section.strip():
            page = library.page_of(found, _begins_with(found, section))
            await show_page(interaction, found.slug, page, whisper_news)
        else:
            await open_lesson(interaction, found.slug, whisper_news)
    else:
        view = shelves.View(query=lesson.strip()[:80])
        await whisper_news(interaction, await shelves.own_shelf(interaction, view))
    await meet(interaction)


@lesson_command.autocomplete("lesson")
async def _lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return await lesson_choices(interaction, current)


@lesson_command.autocomplete("section")
async def _section_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    lesson = (await library_of(interaction)).resolve(str(interaction.namespace.lesson or ""))
    sections = lesson.sections if lesson else ()
    wanted = current.casefold()
    return [
        app_commands.Choice(name=shortened(f"{number}. {section.title}", 100), value=section.id)
        for number, section in enumerate(sections, start=1)
        if wanted in f"{number}. {section.title}".casefold()
    ]


COMMANDS = (lesson_command,)
ITEMS = (PageButton, OpenButton, StudyButton, JumpSelect)
