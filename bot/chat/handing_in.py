"""Handing in a lesson: the form for its file, what stands against it, or the draft with what to do next."""

import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.own_lessons import Draft, Rejected, too_large
from bot.actions.refusals import Refusal
from bot.chat.lesson_previews import (
    DiscardButton,
    EditionButton,
    PreviewPageButton,
    PreviewQuestionButton,
    PublishButton,
)
from bot.chat.panel import BackButton, ForModerators, ModeratorsForm, guild_of
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, ask, turn_to
from bot.chat.screens import AnyItem, Document, Screen, card, line, row, shown_document, text
from bot.chat.wording import lesson_facts, shortened, shown_words, tier_colour
from bot.words import N_, _, ngettext
from lessons.document import MOST_BYTES
from lessons.faults import Warned
from lessons.pages import paginate
from lessons.problems import Problem
from lessons.splitting import units

log = logging.getLogger(__name__)

_WORD = "lessons"
_LONGEST_LIST = 2_600


class HandInForm(ModeratorsForm):
    """Takes a lesson's file."""

    def __init__(self) -> None:
        super().__init__(_("Hand in a lesson"))
        self.file = ui.FileUpload[Any](required=True, min_values=1, max_values=1)
        self.add_item(
            ui.Label(
                text=_("The lesson's file")[:45],
                description=_(
                    "A YAML file in the authors' format, {kib} KiB at most", kib=MOST_BYTES // 1024
                )[:100],
                component=self.file,
            )
        )

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Check it, and show what came of that."""
        file = self.file.values[0]
        if file.size > MOST_BYTES:
            raise too_large()
        try:
            source = await file.read()
        except discord.HTTPException as error:
            log.warning("A lesson's file could not be fetched: %s", error)
            raise not_given() from None
        found = await actions_of(interaction).own_lessons.hand_in(
            guild_of(interaction), interaction.user.id, file.filename, source
        )
        await turn_to(
            interaction, rejected_screen(found) if isinstance(found, Rejected) else draft_screen(found)
        )


def not_given() -> Refusal:
    """The file cannot be had any more, or not now."""
    return Refusal(N_("Discord did not give me the file. Hand it in once more."))


def rejected_screen(found: Rejected) -> Screen:
    """Everything that has to be mended, with where it stands."""
    name = shown_words(shortened(found.filename, 60))
    counted = ngettext("{n} problem in {file}", "{n} problems in {file}", len(found.problems), file=name)
    lines = [problem_words(one) for one in found.problems]
    parts: list[AnyItem] = [
        text(f"## ✖️ {counted}", "-# " + _("Nothing was kept of it. Mend the file and hand it in again."))
    ]
    return _listing(
        parts, lines, [_plain_problem(one) for one in found.problems], "problems.txt", AgainButton()
    )


def problem_words(one: Problem | Warned) -> str:
    """A problem in a line: where it stands, and what to do."""
    where = _("line {number}", number=one.line)
    key = f" · `{one.key.replace('`', 'ˋ')}`" if one.key else ""
    return f"- **{where}**{key}: {shown_words(one.message)}"


def _plain_problem(one: Problem | Warned) -> str:
    return (
        f"{one.line}:{one.column}: {one.key}: {one.message}"
        if one.key
        else f"{one.line}:{one.column}: {one.message}"
    )


def draft_screen(draft: Draft) -> Screen:
    """What was handed in, what could be better, and the ways to look at it and to publish it."""
    lesson, edition = draft.lesson, draft.edition
    pages = len(paginate(lesson))
    sized = " · ".join(
        [
            ngettext("{n} page", "{n} pages", pages),
            ngettext("{n} question", "{n} questions", len(lesson.questions)),
        ]
    )
    next_words = (
        _(
            "It is version {number}, and would replace version {old}.",
            number=edition.version,
            old=draft.replaces,
        )
        if draft.replaces is not None
        else _("It is version {number}, and no version is taught now.", number=edition.version)
    )
    parts: list[AnyItem] = [
        text(
            f"## 📝 {shown_words(lesson.title)}",
            f"-# `{edition.name}.yaml` · {lesson_facts(lesson)}",
            f"-# {sized}",
        ),
        line(),
        text(
            _("No problem was found. {next}", next=next_words),
            _("Nobody else sees it yet: look at it as members will, then publish it."),
            "-# "
            + _(
                "Once it is published, its questions keep their meaning: a new stem, option or key needs a new id."
            ),
        ),
    ]
    ways: list[AnyItem] = [
        PreviewPageButton(edition.name, edition.version, 1, _("See its pages"), "📖"),
        PreviewQuestionButton(edition.name, edition.version, 1, _("See its questions"), "✏️"),
    ]
    if draft.replaces is not None:
        ways.append(EditionButton(edition.name, edition.version, _("What changes"), "🔍"))
    parts.append(row(*ways))
    end = row(
        PublishButton(edition.name, edition.version, draft.digest, _("Publish")),
        DiscardButton(edition.name),
        BackButton(_WORD, _("Decide later")),
    )
    if not draft.warnings:
        return Screen(card(*parts, end, colour=tier_colour(lesson.rating)))
    counted = ngettext(
        "**{n} thing could be better**, which keeps nobody from publishing it:",
        "**{n} things could be better**, which keeps nobody from publishing it:",
        len(draft.warnings),
    )
    parts += [line(), text(counted)]
    lines = [problem_words(one) for one in draft.warnings]
    plain = [f"{_plain_problem(one)} [{one.fault}]" for one in draft.warnings]
    return _listing(parts, lines, plain, "warnings.txt", end, room=1_400, colour=tier_colour(lesson.rating))


def _listing(
    parts: list[AnyItem],
    lines: Sequence[str],
    plain: Sequence[str],
    filename: str,
    end: AnyItem,
    *,
    room: int = _LONGEST_LIST,
    colour: int | None = None,
) -> Screen:
    """As many of the lines as fit, and all of them as a file where they do not."""
    kept: list[str] = []
    for one in lines:
        room -= units(one) + 1
        if room < 0:
            break
        kept.append(one)
    documents: list[Document] = []
    if kept:
        parts.append(text(*kept))
    if len(kept) < len(lines):
        whole = Document(filename, "\n".join(plain).encode())
        documents.append(whole)
        parts += [text("-# " + _("All of them are in this file:")), shown_document(whole)]
    last = end if isinstance(end, ui.ActionRow) else row(end, BackButton(_WORD, _("Back")))
    return Screen(card(*parts, last, colour=colour), documents=documents)


class AgainButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"ownagain1"):
    """Asks for the file once more."""

    def __init__(self) -> None:
        super().__init__(
            button(_("Hand it in again"), "ownagain1", emoji="📥", style=discord.ButtonStyle.primary)
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show the form."""
        await ask(interaction, HandInForm())


ITEMS = (AgainButton,)
