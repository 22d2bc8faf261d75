"""A poll as its channel sees it, and the buttons on it."""

from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.actions.polls import OpenPoll, OwnResult, PollResult, Practice, Recorded
from bot.chat import lessons, posts, receipts
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import RIGHT, answers_words, machine, relative, tier_colour
from bot.words import _, speaking

_BAR = 12
"""Blocks in a full bar."""


def open_screen(shown: OpenPoll) -> Screen:
    """The question with a button an option; no tally, and nothing that tells which is right."""
    poll, asked = shown.poll, shown.asked
    with speaking(poll.locale):
        options = "\n\n".join(f"**{LETTERS[at]}**  {option}" for at, option in enumerate(asked.options))
        answers = [AnswerButton(poll.id, at) for at in range(len(asked.options))]
        closes = _("closes {when}", when=relative(poll.closes_at))
        return Screen(
            card(
                text("-# " + _("✏️ Check yourself · {lesson}", lesson=asked.lesson_title)),
                text(f"### {asked.stem}"),
                text(options),
                line(),
                text(
                    "-# " + _("{machine}: harder lessons earn more", machine=machine(poll.difficulty)),
                    f"-# ⏳ {closes} · {answers_words(shown.answered)}",
                ),
                *rows(answers),
                row(lessons.StudyButton(asked.lesson), CloseButton(poll.id)),
                colour=tier_colour(poll.difficulty),
            )
        )


def result_screen(result: PollResult) -> Screen:
    """How the answers fell, which was right and why."""
    poll, asked, tally = result.poll, result.asked, result.tally
    with speaking(poll.locale):
        bars = [
            _bar(asked.options[at], at, tally.counts[at], tally.shares[at], right=at == asked.key)
            for at in range(len(asked.options))
        ]
        share = tally.shares[asked.key]
        told = (
            _("{answered} · {share} % right", answered=answers_words(tally.total), share=share)
            if tally.total
            else _("Nobody answered this time.")
        )
        closed = _("closed {when}", when=relative(poll.closed_at or poll.closes_at))
        return Screen(
            card(
                text("-# " + _("📊 Result · {lesson}", lesson=asked.lesson_title)),
                text(f"### {asked.stem}"),
                text("\n".join(bars)),
                line(),
                text(
                    _(
                        "{sign} **Right: {letter}.** {why}",
                        sign=RIGHT,
                        letter=LETTERS[asked.key],
                        why=asked.explanation,
                    )
                ),
                text(f"-# {told} · {machine(poll.difficulty)} · {closed}"),
                row(OwnResultButton(poll.id), lessons.StudyButton(asked.lesson)),
                colour=tier_colour(poll.difficulty),
            )
        )


def _bar(option: str, at: int, count: int, share: int, *, right: bool) -> str:
    filled = round(_BAR * share / 100)
    counted = _("{share} % ({count})", share=share, count=count)
    sign, word = (f"{RIGHT} ", " · " + _("**right**")) if right else ("", "")
    bar = "█" * filled + "░" * (_BAR - filled)
    return f"{sign}**{LETTERS[at]}**  {option}\n`{bar}` {counted}{word}"


def recorded_screen(recorded: Recorded) -> Screen:
    """The private receipt of an answer: what it was and that it is final, with no hint whether it is right."""
    asked = recorded.asked
    chosen = receipts.option_words(asked, recorded.option, letters=True)
    if recorded.fresh:
        told = _("🗳️ Recorded, and final: {option}", option=chosen)
    else:
        told = _("🗳️ You have answered already, and the first answer stands: {option}", option=chosen)
    closes = _("The result comes {when}, in the poll itself.", when=relative(recorded.poll.closes_at))
    return Screen(text(told, f"-# {closes}"))


def practice_screen(library: Library, practice: Practice) -> Screen:
    """What a press after the close would have been."""
    lines = receipts.verdict_lines(practice.asked, practice.option, letters=True)
    return Screen(
        text(_("⌛ This poll is closed, so this is practice and moves no rating."), *lines),
        *rows(_repair(library, practice)),
    )


def own_result_screen(library: Library, own: OwnResult) -> Screen:
    """What came of a poll for the member who asks."""
    if own.option is None:
        right = receipts.option_words(own.asked, own.asked.key, letters=True)
        return Screen(
            text(
                _("You answered this one before you deleted your data, so nothing changed for you.")
                if own.deleted
                else _("You did not answer this one, so nothing changed for you."),
                _("Right is: {option}", option=right),
                own.asked.explanation,
            ),
            row(lessons.StudyButton(own.asked.lesson)),
        )
    return Screen(
        text(*receipts.verdict_lines(own.asked, own.option, letters=True)),
        line(),
        text(*receipts.receipt_lines(own.moved), *receipts.match_lines(own.match, own.title)),
        *rows(_repair(library, own)),
    )


def _repair(library: Library, told: Practice | OwnResult) -> list[AnyItem]:
    if told.option is None or told.option == told.asked.key:
        return []
    found = receipts.repair_button(library, told.asked, told.option)
    return [found] if found is not None else []


class AnswerButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"poll1:(?P<poll>\d+):(?P<option>[0-4])"
):
    """Answers a poll."""

    def __init__(self, poll: int, option: int) -> None:
        super().__init__(button(LETTERS[option], f"poll1:{poll}:{option}", style=discord.ButtonStyle.primary))
        self.poll, self.option = poll, option

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Record the answer, then tell only whoever pressed."""
        message: Any = interaction.message
        actions = actions_of(interaction)
        outcome = await actions.polls.answer(
            self.poll,
            member=interaction.user.id,
            option=self.option,
            channel=message.channel.id,
            message=message.id,
        )
        if isinstance(outcome, Practice):
            await whisper(interaction, practice_screen(actions.library, outcome))
            return
        if outcome.fresh:
            posts.posts_of(interaction).changed(self.poll)
        await whisper(interaction, recorded_screen(outcome))


class CloseButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollclose1:(?P<poll>\d+)"):
    """Closes a poll before its time, for whoever started it and for moderators."""

    def __init__(self, poll: int) -> None:
        super().__init__(button(_("Close now"), f"pollclose1:{poll}", emoji="🔒"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Close the poll and show its result in its place."""
        actions = actions_of(interaction)
        moderator = interaction.permissions.manage_messages
        result = await actions.polls.close(self.poll, interaction.user.id, moderator=moderator)
        posts.posts_of(interaction).forget(self.poll)
        await turn_to(interaction, result_screen(result))
        await actions.polls.delivered(self.poll)


class OwnResultButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollmine1:(?P<poll>\d+)"):
    """Tells a member what came of a poll for them."""

    def __init__(self, poll: int) -> None:
        super().__init__(
            button(_("My result"), f"pollmine1:{poll}", style=discord.ButtonStyle.primary, emoji="🧾")
        )
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Tell it privately."""
        actions = actions_of(interaction)
        own = await actions.polls.own_result(self.poll, interaction.user.id)
        await whisper(interaction, own_result_screen(actions.library, own))


ITEMS = (AnswerButton, CloseButton, OwnResultButton)
