"""Lesson pages for a whole channel: who may post one, and the buttons that answer everybody in private."""

from typing import Any

import discord
from discord import ui

from bot.actions.library import Library
from bot.chat import lessons, quizzes, sharing, shelves
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.public_language import public_language
from bot.chat.replies import library_of, library_with, whisper
from bot.chat.screens import AnyItem, Screen, card, note, row, text
from bot.chat.wording import tier_colour
from bot.words import _, speaking
from lessons.model import Lesson


def public_screen(library: Library, lesson: Lesson, number: int) -> Screen:
    """One page of a lesson as everybody sees it; whatever is pressed there opens in private."""
    pages = library.pages(lesson)
    number = min(max(number, 1), len(pages))
    page, last = pages[number - 1], number == len(pages)
    parts = lessons.opening_of(library, lesson, page)
    if last:
        parts += lessons.ending_of(lesson, [OwnCheckButton(lesson.slug)])
    parts += lessons.footing_of(page, len(pages))
    if len(lesson.sections) > 1:
        parts.append(row(OwnJumpSelect(lesson.slug, lesson)))
    buttons: list[AnyItem] = [
        lessons.StudyButton(lesson.slug, number - 1, _("Previous"), "◀️", disabled=number == 1),
        lessons.StudyButton(lesson.slug, number + 1, _("Next"), "▶️", disabled=last),
        OwnShelfButton(),
    ]
    hint = text("-# " + _("Read on with the buttons: what they open, only you see."))
    return Screen(card(*parts, row(*buttons), hint, colour=tier_colour(lesson.rating)))


class ShareButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"lessonshare1:(?P<slug>[a-z0-9-]+):(?P<page>\d+)",
):
    """Posts a page to the channel."""

    def __init__(self, slug: str, page: int) -> None:
        super().__init__(button(_("Share"), f"lessonshare1:{slug}:{page}", emoji="📣"))
        self.slug, self.page = slug, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Post it, if the person may."""
        async with sharing.for_everybody(interaction) as place:
            library = await library_of(interaction)
            lesson = library.lesson(self.slug)
            await interaction.response.defer(ephemeral=True, thinking=True)
            with speaking(await public_language(interaction)):
                screen = public_screen(library, lesson, self.page)
            message = await place.post(view=screen)
        await interaction.edit_original_response(
            view=note(_("📣 Shared: [see the page]({link})", link=message.jump_url))
        )


class OwnJumpSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=r"jumpown1:(?P<slug>[a-z0-9-]+)"):
    """Opens a section beside a page that everybody sees."""

    def __init__(self, slug: str, lesson: Lesson | None = None) -> None:
        super().__init__(lessons.sections_select(f"jumpown1:{slug}", lesson))
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page on which the section begins, in private."""
        library = await library_with(interaction, self.slug)
        number = library.page_of(library.lesson(self.slug), chosen(interaction))
        await lessons.show_page(interaction, self.slug, number, whisper)


class OwnCheckButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"checkown1:(?P<slug>[a-z0-9-]+)"):
    """From a page that everybody sees to the lesson's questions."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            button(_("Check yourself"), f"checkown1:{slug}", style=discord.ButtonStyle.primary, emoji="✏️")
        )
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show what is about to be asked, in private."""
        await quizzes.whisper_opening(interaction, self.slug)


class OwnShelfButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"shelfown1"):
    """Opens the list beside a page that everybody sees."""

    def __init__(self) -> None:
        super().__init__(button(_("Lessons"), "shelfown1", emoji="📚"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in private."""
        await whisper(interaction, await shelves.own_shelf(interaction, shelves.View()))


ITEMS = (ShareButton, OwnJumpSelect, OwnCheckButton, OwnShelfButton)
