"""Checking oneself in chat: the command, the questions in private, and the verdicts."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.actions.marking import Verdict
from bot.actions.quizzes import Put
from bot.actions.versus import Score
from bot.chat import duel_posts, duels, lessons, quiz_openings, quiz_summaries, receipts, shelves, why
from bot.chat.commands import everywhere
from bot.chat.news import whisper_news, with_news
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, library_of, library_with, meet, server_of, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, rows, text
from bot.chat.wording import machine, tier_colour, tier_word
from bot.storage.quizzes import TIME_RAN_OUT
from bot.words import _
from ladder.tiers import tier_of


def question_screen(put: Put) -> Screen:
    """A question with a button an option; which is right is nowhere in it."""
    question, total = put.question, len(put.quiz.questions)
    facts = [
        _("Question {number} of {total}", number=question.position + 1, total=total),
        put.quiz.lesson_title,
        machine(question.difficulty),
        _("rated") if put.rated else _("rematch") if put.quiz.attempt > 1 else _("practice"),
    ]
    if put.score is not None and put.score.answered:
        facts.append(quiz_openings.score_words(put.score))
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


def verdict_screen(library: Library, verdict: Verdict, score: Score | None = None) -> Screen:
    """Whether the answer was right and why, what it changed, and the way on; in a match also how it stands."""
    asked, quiz = verdict.asked, verdict.quiz
    buttons: list[AnyItem] = [
        NextButton(quiz.id, _("Next question") if quiz.left else _("See how it went")),
        why.ReasonButton(f"{quiz.source}:{verdict.question.position}"),
    ]
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
        text(*([quiz_openings.score_words(score)] if score else []), *receipts.receipt_lines(verdict.moved)),
    ]
    if verdict.told:
        told = _("-# You were shown its answer elsewhere after it was asked here, so it counts as wrong.")
        parts.append(text(told))
    if not verdict.fresh:
        over = (
            _("-# The time for this question is over; this is what came of it.")
            if verdict.option == TIME_RAN_OUT
            else _("-# You had answered this already; this is what came of it.")
        )
        parts.insert(1, text(over))
    return Screen(card(*parts, *rows(buttons), colour=tier_colour(verdict.question.difficulty)))


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
        if isinstance(shown, Put):
            await turn_to(interaction, question_screen(shown))
        else:
            told = await duels.told_of_duel(interaction, shown.quiz)
            await turn_to(
                interaction, quiz_summaries.summary_screen(await library_of(interaction), shown, told)
            )
            if shown.quiz.kind == "duel":
                await duel_posts.duel_posts_of(interaction).follow(self.quiz)


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
        member = interaction.user.id
        verdict = await actions.quizzes.answer(self.quiz, self.position, self.place, member)
        library = await library_with(interaction, verdict.asked.lesson)
        versus = verdict.quiz.kind == "versus"
        score = await actions.quizzes.score(self.quiz, member) if versus else None
        await turn_to(interaction, verdict_screen(library, verdict, score))
        if verdict.quiz.kind == "duel" and not verdict.quiz.left:
            await duel_posts.duel_posts_of(interaction).follow(self.quiz)


class VersusButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"versus1:(?P<slug>[a-z0-9-]+)"):
    """To a match against the lesson's machine."""

    def __init__(self, slug: str, rating: int = 0) -> None:
        opponent = f"{tier_word(tier_of(rating))} {rating}"
        super().__init__(button(_("Versus {machine}", machine=opponent), f"versus1:{slug}", emoji="⚔️"))
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the match's terms in place of the message."""
        await turn_to_opening(interaction, self.slug, versus=True)


class InsteadButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"instead1:(?P<quiz>\d+):(?P<kind>[cv]):(?P<slug>[a-z0-9-]+)",
):
    """Gives up the quiz that is open, and opens another: a check (c) or a match (v)."""

    def __init__(self, quiz: int, kind: str, slug: str) -> None:
        label = _("Give it up and start the new one")
        super().__init__(
            button(label, f"instead1:{quiz}:{kind}:{slug}", style=discord.ButtonStyle.danger, emoji="🏳️")
        )
        self.quiz, self.kind, self.slug = quiz, kind, slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Settle the one and show the other's opening."""
        outlook = await actions_of(interaction).quizzes.instead(
            self.quiz,
            member=interaction.user.id,
            lesson=self.slug,
            guild=server_of(interaction),
            versus=self.kind == "v",
        )
        await turn_to(interaction, await with_news(interaction, quiz_openings.outlook_screen(outlook)))


class KeepButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"quizkeep1:(?P<quiz>\d+)"):
    """Leaves the open quiz as it is."""

    def __init__(self, quiz: int) -> None:
        super().__init__(button(_("Cancel"), f"quizkeep1:{quiz}"))
        self.quiz = quiz

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Say that nothing has changed."""
        await turn_to(interaction, quiz_openings.kept_screen(self.quiz))


async def turn_to_opening(interaction: discord.Interaction[Any], slug: str, *, versus: bool = False) -> None:
    """Show what is about to be asked in place of the message that was pressed."""
    await turn_to(interaction, await _opening(interaction, slug, versus=versus))


async def whisper_opening(interaction: discord.Interaction[Any], slug: str, *, versus: bool = False) -> None:
    """Show what is about to be asked in a private message of its own."""
    await whisper(interaction, await _opening(interaction, slug, versus=versus))


async def _opening(interaction: discord.Interaction[Any], slug: str, *, versus: bool) -> Screen:
    outlook = await actions_of(interaction).quizzes.open(
        member=interaction.user.id, lesson=slug, guild=server_of(interaction), versus=versus
    )
    return await with_news(interaction, quiz_openings.outlook_screen(outlook))


@everywhere(locale_str("quiz"), locale_str("Check yourself, or beat a lesson's machine; in private"))
@app_commands.rename(lesson=locale_str("lesson"), versus=locale_str("versus"))
@app_commands.describe(
    lesson=locale_str("The lesson to be asked about; leave it out to choose from the list"),
    versus=locale_str("Play against the lesson's machine; leave it out to check yourself"),
)
@app_commands.choices(versus=[app_commands.Choice(name=locale_str("the lesson's machine"), value="machine")])
async def quiz_command(
    interaction: discord.Interaction[Any], lesson: str | None = None, versus: str | None = None
) -> None:
    """Begin a quiz, or take up the one that was left."""
    actions = actions_of(interaction)
    found = (await library_of(interaction)).resolve(lesson) if lesson else None
    purpose = "check" if versus is None else "versus"
    if found is not None:
        await whisper_opening(interaction, found.slug, versus=versus is not None)
    elif not lesson and (left := await actions.quizzes.left_open(interaction.user.id)) is not None:
        await whisper_news(interaction, quiz_openings.left_open_screen(left, purpose))
    else:
        view = shelves.View(purpose, query=(lesson or "").strip()[:80])
        await whisper_news(interaction, await shelves.own_shelf(interaction, view))
    await meet(interaction)


@quiz_command.autocomplete("lesson")
async def _lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return await lessons.lesson_choices(interaction, current)


COMMANDS = (quiz_command,)
ITEMS = (CheckButton, NextButton, PlaceButton, VersusButton, InsteadButton, KeepButton)
