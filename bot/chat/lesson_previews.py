"""Previews of a server's own lessons: its pages and questions as members see them, before anybody else does."""

from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS, asked
from bot.actions.library import Library
from bot.actions.own_lessons import Draft
from bot.chat import lessons, own_lesson_pages
from bot.chat.panel import ForModerators, changed, guild_of
from bot.chat.poll_cards import question_card
from bot.chat.pressing import Pressable, button
from bot.chat.receipts import option_words, quoted
from bot.chat.replies import actions_of, library_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import RIGHT, shown_words, tier_colour
from bot.words import _
from lessons.pages import paginate

_NAME = r"(?P<name>[a-z0-9-]+)"
_VERSION = r"(?P<number>\d+)"


def page_screen(library: Library, draft: Draft, number: int) -> Screen:
    """One page of the lesson, as members read it."""
    lesson, edition = draft.lesson, draft.edition
    pages = paginate(lesson)
    number = min(max(number, 1), len(pages))
    page, last = pages[number - 1], number == len(pages)
    parts = lessons.opening_of(library, lesson, page)
    if last:
        parts += lessons.ending_of(
            lesson, [PreviewQuestionButton(edition.name, edition.version, 1, _("Check yourself"), "✏️")]
        )
    parts += lessons.footing_of(page, len(pages))
    return Screen(
        text(_preview_words(draft)),
        card(*parts, colour=tier_colour(lesson.rating)),
        row(
            PreviewPageButton(
                edition.name, edition.version, number - 1, _("Previous"), "◀️", disabled=number == 1
            ),
            PreviewPageButton(edition.name, edition.version, number + 1, _("Next"), "▶️", disabled=last),
            PreviewQuestionButton(edition.name, edition.version, 1, _("Its questions"), "✏️", where="row"),
            EditionButton(edition.name, edition.version, _("Back")),
        ),
    )


def question_screen(draft: Draft, number: int) -> Screen:
    """One question as members are asked it."""
    lesson, edition = draft.lesson, draft.edition
    number = min(max(number, 1), len(lesson.questions))
    until = _("question {number} of {total}", number=number, total=len(lesson.questions))
    after = PreviewQuestionButton(
        edition.name, edition.version, number, _("After the answer"), "💬", where="told"
    )
    served = asked(lesson, lesson.questions[number - 1])
    return Screen(
        text(_preview_words(draft)),
        question_card(served, lesson.rating, "direct", until, [row(after)]),
        _ways(draft, number),
    )


def told_screen(draft: Draft, number: int) -> Screen:
    """What members are told after they have answered one question, by what they chose."""
    lesson, edition = draft.lesson, draft.edition
    number = min(max(number, 1), len(lesson.questions))
    served = asked(lesson, lesson.questions[number - 1])
    told = [_("{sign} Right is: {option}", sign=RIGHT, option=option_words(served, served.key, letters=True))]
    told.append(served.explanation)
    for at, feedback in enumerate(served.feedback):
        if feedback and at != served.key:
            told.append(
                _("Whoever chooses **{letter}** is told:", letter=LETTERS[at]) + "\n" + quoted(feedback)
            )
    back = PreviewQuestionButton(edition.name, edition.version, number, _("The question"), "✏️", where="row")
    return Screen(
        text(_preview_words(draft)),
        card(
            text(f"### {served.stem}"),
            line(),
            *(text(one) for one in told),
            row(back),
            colour=tier_colour(lesson.rating),
        ),
        _ways(draft, number),
    )


def _ways(draft: Draft, number: int) -> AnyItem:
    """The ways from a question to the others, to the pages and back."""
    name, version = draft.edition.name, draft.edition.version
    last = number == len(draft.lesson.questions)
    return row(
        PreviewQuestionButton(name, version, number - 1, _("Previous"), "◀️", disabled=number == 1),
        PreviewQuestionButton(name, version, number + 1, _("Next"), "▶️", disabled=last),
        PreviewPageButton(name, version, 1, _("Its pages"), "📖"),
        EditionButton(name, version, _("Back")),
    )


def _preview_words(draft: Draft) -> str:
    number = draft.edition.version
    if draft.edition.state == "draft":
        return _("👀 **Preview** of version {number}: nobody else sees this yet.", number=number)
    return _("👀 **Preview** of version {number}", number=number)


class PreviewPageButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"ownpage1:{_NAME}:{_VERSION}:(?P<page>\d+)",
):
    """Shows a page of a version."""

    def __init__(
        self,
        name: str,
        number: int,
        page: int,
        label: str = "…",
        emoji: str = "📖",
        *,
        disabled: bool = False,
    ) -> None:
        super().__init__(button(label, f"ownpage1:{name}:{number}:{page}", emoji=emoji, disabled=disabled))
        self.name, self.version, self.page = name, number, page

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the message."""
        draft = await actions_of(interaction).own_lessons.look(guild_of(interaction), self.name, self.version)
        await turn_to(interaction, page_screen(await library_of(interaction), draft, self.page))


class PreviewQuestionButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"ownasked1:{_NAME}:{_VERSION}:(?P<page>\d+):(?P<where>page|row|told)",
):
    """Shows a question of a version, or what is told after it; ``where`` also tells two on one message apart."""

    def __init__(
        self,
        name: str,
        number: int,
        page: int,
        label: str = "…",
        emoji: str = "✏️",
        *,
        where: str = "page",
        disabled: bool = False,
    ) -> None:
        custom_id = f"ownasked1:{name}:{number}:{page}:{where}"
        super().__init__(button(label, custom_id, emoji=emoji, disabled=disabled))
        self.name, self.version, self.page, self.where = name, number, page, where

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the message."""
        draft = await actions_of(interaction).own_lessons.look(guild_of(interaction), self.name, self.version)
        screen = told_screen if self.where == "told" else question_screen
        await turn_to(interaction, screen(draft, self.page))


class EditionButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"ownback1:{_NAME}:{_VERSION}"
):
    """Goes to a version, beside the one that is taught."""

    def __init__(self, name: str, number: int, label: str = "…", emoji: str = "↩️") -> None:
        super().__init__(button(label, f"ownback1:{name}:{number}", emoji=emoji))
        self.name, self.version = name, number

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        await own_lesson_pages.show_edition(interaction, self.name, self.version)


class PublishButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"ownpub1:{_NAME}:{_VERSION}:(?P<digest>[0-9a-f]+|-)",
):
    """Teaches a version from now on."""

    def __init__(self, name: str, number: int, digest: str, label: str = "…") -> None:
        super().__init__(
            button(label, f"ownpub1:{name}:{number}:{digest}", emoji="📣", style=discord.ButtonStyle.success)
        )
        self.name, self.version, self.digest = name, number, digest

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, and show the page with the way back."""
        done = await actions_of(interaction).own_lessons.publish(
            guild_of(interaction),
            interaction.user.id,
            self.name,
            self.version,
            None if self.digest == "-" else self.digest,
        )
        told = _(
            "✅ Version {number} of “{lesson}” is taught from now on: /lesson, /quiz and /poll offer it here.",
            number=self.version,
            lesson=shown_words(done.edition.title),
        )
        await changed(interaction, "lessons", told, done.entry)


class DiscardButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"owndrop1:{_NAME}"):
    """Keeps no draft of a lesson."""

    def __init__(self, name: str) -> None:
        super().__init__(button(_("Discard"), f"owndrop1:{name}", emoji="🗑️"))
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the page."""
        gone = await actions_of(interaction).own_lessons.discard(
            guild_of(interaction), self.name, interaction.user.id
        )
        told = (
            _("✅ The draft is discarded. Nobody has seen it.")
            if gone
            else _("There was no draft any more. Nothing was changed.")
        )
        await changed(interaction, "lessons", told)


ITEMS = (PreviewPageButton, PreviewQuestionButton, EditionButton, PublishButton, DiscardButton)
