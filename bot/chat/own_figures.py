"""What first answers say about the questions of one of the server's own lessons, a few questions at a time."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.proposals import anything_proposed
from bot.actions.statistics import QuestionFigures
from bot.chat import own_lesson_pages
from bot.chat.panel import ForModerators, guild_of
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, turn_to, whisper
from bot.chat.screens import AnyItem, Document, Screen, card, line, row, shown_document, text
from bot.chat.wording import shortened, shown_words
from bot.words import _, ngettext
from ladder.statistics import (
    DISCRIMINATION_FROM,
    FACILITY_FROM,
    SHARES_FROM,
    Finding,
    Flag,
    QuestionStatistics,
)
from lessons.proposing import Proposed

_NAME = r"(?P<name>[a-z0-9-]+)"
_ON_A_PAGE = 4
_UNBROKEN = "\u00a0"
"""A space at which no line is broken."""


def figures_screen(name: str, figures: Sequence[QuestionFigures], number: int) -> Screen:
    """The figures of a few questions, each with how many answers they come from."""
    count = max(1, -(-len(figures) // _ON_A_PAGE))
    number = min(max(number, 1), count)
    shown = figures[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
    hint = _(
        "First answers alone. Facility from {facility} answers, discrimination from {discrimination}, shares from {shares}; nothing is hidden because of a flag.",
        facility=FACILITY_FROM,
        discrimination=DISCRIMINATION_FROM,
        shares=SHARES_FROM,
    )
    parts: list[AnyItem] = [text(_("## 📊 Statistics of {name}", name=f"`{name}`"), f"-# {hint}")]
    for one in shown:
        parts += [line(), text(*question_lines(one))]
    if not shown:
        parts += [line(), text(_("This version cannot be read any more, so there is nothing to count."))]
    buttons: list[AnyItem] = []
    if count > 1:
        buttons = [
            FiguresButton(name, number - 1, _("Previous"), "◀️", disabled=number == 1),
            FiguresButton(name, number + 1, _("Next"), "▶️", disabled=number == count),
        ]
    if anything_proposed(figures):
        buttons.append(ProposedButton(name))
    return Screen(card(*parts, line(), row(*buttons, own_lesson_pages.OwnLessonButton(name, _("Back")))))


def proposed_screen(name: str, proposed: Proposed) -> Screen:
    """What the figures propose to change, as a patch and as the file that it makes."""
    patch = Document(f"{name}.patch", proposed.patch.encode())
    whole = Document(f"{name}.yaml", proposed.text.encode())
    told = _("What the answers propose to change in {name}, for you to judge", name=f"`{name}.yaml`")
    hint = _(
        "Apply the patch to your file with `git apply`, or start from the second file, which has it applied. Do what each comment asks for or not, remove the comment, and hand the file in again. Until then nothing changes."
    )
    parts: list[AnyItem] = [text(f"### 🛠️ {told}", hint), shown_document(patch), shown_document(whole)]
    return Screen(card(*parts), documents=[patch, whole])


def question_lines(one: QuestionFigures) -> list[str]:
    """One question's figures, and the flags that ask a person to look at it."""
    lines = [f"**{shown_words(shortened(one.question.stem, 120))}**", f"-# `{one.question.id}`"]
    lines += answer_lines(one.statistics)
    declared = _("declared {rating}", rating=one.lesson.rating)
    measured = (
        _("measured {rating} ± {error}", rating=one.measured.difficulty, error=one.measured.error)
        if one.measured is not None
        else _("not measured yet")
    )
    lines.append(_("difficulty: {declared}, {measured}", declared=declared, measured=measured))
    return lines + flag_lines(one.statistics)


def answer_lines(found: QuestionStatistics) -> list[str]:
    """How many first answers there were, how many were right, and how wrong options were chosen; each from enough on."""
    told = [ngettext("{n} first answer", "{n} first answers", found.answers)]
    if found.facility is not None:
        told.append(_("{percent} % right", percent=round(found.facility.share * 100)))
    if found.discrimination is not None:
        told.append(_("discrimination {value}", value=f"{found.discrimination:.2f}"))
    lines = [" · ".join(told)]
    if found.distractors is not None:
        shares = [
            f"{LETTERS[one.option]}{_UNBROKEN}{round(one.chosen.share * 100)}{_UNBROKEN}%"
            for one in found.distractors
        ]
        lines.append(_("wrong options: {shares}", shares=" · ".join(shares)))
    return lines


def flag_lines(found: QuestionStatistics) -> list[str]:
    """The flags that ask a person to look at the question, a line each."""
    return [f"⚠️ {flag_words(finding)}" for finding in found.findings]


def flag_words(finding: Finding) -> str:
    """What a flag asks to look at."""
    letters = ", ".join(LETTERS[option] for option in finding.options)
    match finding.flag:
        case Flag.MISKEYED:
            return _("Those who know more choose {options}, not the key. Is the key right?", options=letters)
        case Flag.EASIER_THAN_LABELLED:
            return _("It is easier than the lesson's rating says.")
        case Flag.HARDER_THAN_LABELLED:
            return _("It is harder than the lesson's rating says.")
        case Flag.WEAK:
            return _("Being right hardly goes with knowing more. Can it be read in two ways?")
        case Flag.TOO_EASY:
            return _("Nearly everybody is right. Ask about a harder case, or write likelier mistakes.")
        case Flag.GUESS_LEVEL:
            return _("Answers are no better than guesses. Is the key right, and does the lesson teach it?")
        case Flag.DEAD_DISTRACTOR:
            return _(
                "Hardly anybody chooses {options}. Write a likelier mistake, or leave it out.",
                options=letters,
            )


class FiguresButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"ownstats1:{_NAME}:(?P<page>\d+)"
):
    """Shows the figures of a lesson's questions."""

    def __init__(
        self, name: str, page: int, label: str = "…", emoji: str = "📊", *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"ownstats1:{name}:{page}", emoji=emoji, disabled=disabled))
        self.name, self.page = name, page

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show them in place of the message."""
        figures = await actions_of(interaction).own_lessons.statistics(guild_of(interaction), self.name)
        await turn_to(interaction, figures_screen(self.name, figures, self.page))


class ProposedButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"ownpropose1:{_NAME}"
):
    """Hands out what the figures propose to change in the lesson's file."""

    def __init__(self, name: str) -> None:
        super().__init__(button(_("Download the proposed changes"), f"ownpropose1:{name}", emoji="🛠️"))
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Hand it to whoever pressed alone."""
        proposed = await actions_of(interaction).own_lessons.proposed(guild_of(interaction), self.name)
        await whisper(interaction, proposed_screen(self.name, proposed))


ITEMS = (FiguresButton, ProposedButton)
