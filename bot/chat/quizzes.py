"""Checking oneself in chat: the command, the questions in private, and the verdicts."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.actions.quizzes import Opening, Put, Summary, Verdict
from bot.chat import lessons, receipts, shelves
from bot.chat.commands import everywhere
from bot.chat.news import with_news
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, meet, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import RIGHT, change_words, machine, tier_colour
from bot.words import _, ngettext


def opening_screen(opening: Opening) -> Screen:
    """What is about to be asked, and the rules, before the first question counts."""
    quiz = opening.quiz
    left = sum(question.option is None for question in quiz.questions)
    asked = ngettext("{n} question", "{n} questions", left)
    facts = [asked, machine(quiz.questions[0].difficulty)]
    if opening.taken_up:
        facts.append(
            _(
                "{done} of {total} answered already",
                done=len(quiz.questions) - left,
                total=len(quiz.questions),
            )
        )
    counted = ngettext(
        "{n} of them is new to you and moves your rating; the others are practice.",
        "{n} of them are new to you and move your rating; any others are practice.",
        opening.rated,
    )
    if quiz.attempt > 1:
        counted = _(
            "This is a rematch: answer more of them right than the machine does. It moves no rating and can still win the title."
        )
    rules = [
        counted
        if opening.rated or quiz.attempt > 1
        else _("You have met all of them before, so they are practice and move no rating."),
        _(
            "Each press is final. A question that was shown and stays unanswered for 24 hours counts as wrong."
        ),
    ]
    if opening.held_back:
        rules.append(
            ngettext(
                "{n} more waits in an open poll of this server; answer it there.",
                "{n} more wait in open polls of this server; answer them there.",
                opening.held_back,
            )
        )
    return Screen(
        card(
            text(_("# ✏️ Check yourself: {lesson}", lesson=quiz.lesson_title), "-# " + " · ".join(facts)),
            line(),
            text(*(f"- {rule}" for rule in rules)),
            row(
                NextButton(quiz.id, _("Go on") if opening.taken_up else _("Start")),
                lessons.PageButton(quiz.lesson, 1, _("Read the lesson first"), "📖"),
            ),
            colour=tier_colour(quiz.questions[0].difficulty),
        )
    )


def question_screen(put: Put) -> Screen:
    """A question with a button an option; which is right is nowhere in it."""
    question, total = put.question, len(put.quiz.questions)
    facts = [
        _("Question {number} of {total}", number=question.position + 1, total=total),
        put.quiz.lesson_title,
        machine(question.difficulty),
        _("rated") if put.rated else _("rematch") if put.quiz.attempt > 1 else _("practice"),
    ]
    options = [f"**{LETTERS[place]}**  {option}" for place, option in enumerate(put.options)]
    answers = [PlaceButton(put.quiz.id, question.position, place) for place in range(len(put.options))]
    return Screen(
        card(
            text("-# " + " · ".join(facts)),
            text(f"### {put.stem}"),
            text("\n\n".join(options)),
            *rows(answers),
            colour=tier_colour(question.difficulty),
        )
    )


def verdict_screen(library: Library, verdict: Verdict) -> Screen:
    """Whether the answer was right and why, what it changed, and the way on."""
    asked, quiz = verdict.asked, verdict.quiz
    buttons: list[AnyItem] = [NextButton(quiz.id, _("Next question") if quiz.left else _("See how it went"))]
    repair = None if verdict.correct else receipts.repair_button(library, asked, verdict.option)
    if repair is not None:
        buttons.append(repair)
    parts = [
        text(
            "-# "
            + _(
                "Question {number} of {total}",
                number=verdict.question.position + 1,
                total=quiz.total,
            )
        ),
        text(f"### {asked.stem}"),
        line(),
        text(*receipts.verdict_lines(asked, verdict.option, letters=False)),
        line(),
        text(*receipts.receipt_lines(verdict.moved)),
    ]
    if verdict.told:
        told = _("-# You were shown its answer elsewhere after it was asked here, so it counts as wrong.")
        parts.append(text(told))
    if not verdict.fresh:
        parts.insert(1, text(_("-# You had answered this already; this is what came of it.")))
    return Screen(card(*parts, *rows(buttons), colour=tier_colour(verdict.question.difficulty)))


def summary_screen(library: Library, summary: Summary) -> Screen:
    """How a quiz went, what it changed, and what to do next."""
    quiz = summary.quiz
    lines = [
        _("{sign} **{correct} of {total}** right", sign=RIGHT, correct=summary.correct, total=summary.total)
    ]
    if summary.moved is not None:
        lines.append(
            ngettext(
                "Rating {before} → **{after}** ({change}) from {n} first answer",
                "Rating {before} → **{after}** ({change}) from {n} first answers",
                summary.rated,
                before=summary.moved.before,
                after=summary.moved.after,
                change=change_words(summary.moved.change),
            )
        )
    elif all(question.option is None for question in quiz.questions):
        lines.append(_("It was left before it began, so nothing was counted. Start it anew with /quiz."))
    else:
        lines.append(_("All of it was practice, so your rating stays as it is."))
    lines += receipts.match_lines(summary.match, summary.title)
    repairs = _repairs(library, summary)
    if repairs:
        lines.append(_("Worth reading again:"))
    else:
        lines.append(_("Next: another lesson, or your place with /ladder."))
    return Screen(
        card(
            text(_("# ✏️ {lesson}: done", lesson=quiz.lesson_title)),
            text(*lines),
            *rows(repairs),
            line(),
            row(
                lessons.PageButton(quiz.lesson, 1, _("Read the lesson"), "📖"),
                shelves.ShelfButton(shelves.View().encode(), _("← Lessons")),
            ),
            colour=tier_colour(quiz.questions[0].difficulty),
        )
    )


def _repairs(library: Library, summary: Summary) -> list[AnyItem]:
    buttons: dict[str, AnyItem] = {}
    for slug, id in summary.to_repair:
        lesson = library.catalogue.find(slug)
        section = lesson.section(id) if lesson else None
        if lesson is not None and section is not None:
            found = lessons.StudyButton(slug, library.page_of(lesson, id), section.title)
            # Sections that share a page share a button: a message may not hold two of one custom_id.
            buttons.setdefault(found.custom_id, found)
    return list(buttons.values())[:5]


class CheckButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"check1:(?P<slug>[a-z0-9-]+)"):
    """From a lesson to its questions."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            button(_("Check yourself"), f"check1:{slug}", style=discord.ButtonStyle.primary, emoji="✏️")
        )
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show what is about to be asked in place of the lesson."""
        await turn_to_opening(interaction, self.slug)


class NextButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"quiznext1:(?P<quiz>\d+)"):
    """Asks the next question."""

    def __init__(self, quiz: int, label: str = "…") -> None:
        super().__init__(button(label, f"quiznext1:{quiz}", style=discord.ButtonStyle.primary, emoji="▶️"))
        self.quiz = quiz

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the question, or the summary after the last."""
        actions = actions_of(interaction)
        shown = await actions.quizzes.put(self.quiz, interaction.user.id)
        screen = question_screen(shown) if isinstance(shown, Put) else summary_screen(actions.library, shown)
        await turn_to(interaction, screen)


class PlaceButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"quiz1:(?P<quiz>\d+):(?P<position>\d+):(?P<place>[0-4])",
):
    """Answers with the option that lies at this place in this attempt."""

    def __init__(self, quiz: int, position: int, place: int) -> None:
        super().__init__(
            button(LETTERS[place], f"quiz1:{quiz}:{position}:{place}", style=discord.ButtonStyle.primary)
        )
        self.quiz, self.position, self.place = quiz, position, place

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Record the answer, then say what came of it."""
        actions = actions_of(interaction)
        verdict = await actions.quizzes.answer(self.quiz, self.position, self.place, interaction.user.id)
        await turn_to(interaction, verdict_screen(actions.library, verdict))


async def turn_to_opening(interaction: discord.Interaction[Any], slug: str) -> None:
    """Show what is about to be asked in place of the message that was pressed."""
    actions = actions_of(interaction)
    opening = await actions.quizzes.open(member=interaction.user.id, lesson=slug, guild=interaction.guild_id)
    await turn_to(interaction, await with_news(interaction, opening_screen(opening)))


@everywhere(locale_str("quiz"), locale_str("Check yourself: a lesson's questions, in private"))
@app_commands.rename(lesson=locale_str("lesson"))
@app_commands.describe(
    lesson=locale_str("The lesson to be asked about; leave it out to choose from the list")
)
async def quiz_command(interaction: discord.Interaction[Any], lesson: str | None = None) -> None:
    """Begin a quiz, or take up the one that was left."""
    actions = actions_of(interaction)
    found = actions.library.resolve(lesson) if lesson else None
    if found is not None:
        opening = await actions.quizzes.open(
            member=interaction.user.id, lesson=found.slug, guild=interaction.guild_id
        )
        await whisper(interaction, await with_news(interaction, opening_screen(opening)))
    else:
        view = shelves.View("check", query=(lesson or "").strip()[:80])
        await whisper(interaction, shelves.shelf_screen(actions.library, view))
    await meet(interaction)


@quiz_command.autocomplete("lesson")
async def _lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return lessons.lesson_choices(interaction, current)


COMMANDS = (quiz_command,)
ITEMS = (CheckButton, NextButton, PlaceButton)
