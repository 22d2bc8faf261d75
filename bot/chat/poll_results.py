"""The result of a poll: as its channel sees it, and as it was for one member."""

from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.actions.poll_answers import Practice
from bot.actions.poll_results import FEWEST_FOR_SHARES, OwnResult, PollResult
from bot.chat import lessons, receipts, why
from bot.chat.news import whisper_news
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, library_with
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import (
    RIGHT,
    WRONG,
    answers_words,
    change_words,
    machine,
    quoted_name,
    relative,
    tier_colour,
    tier_word,
)
from bot.storage.polls import Poll
from bot.words import _, speaking
from ladder.poll import Tally
from ladder.rating import machine_chance
from ladder.tiers import tier_of

_BAR = 12
"""Blocks in a full bar."""


def result_screen(result: PollResult) -> Screen:
    """How the answers fell, which was right and why, how the room did and who climbed.

    Where the answer is hidden, so is whatever would give it away: which bar is its own, and how many were right or climbed.
    """
    poll, asked, tally = result.poll, result.asked, result.tally
    with speaking(poll.locale):
        answer = answer_words(result)
        room = _room_words(result)
        climbers = _climbers_words(result)
        if poll.spoiler:
            answer, room, climbers = hidden(answer), hidden(room), hidden(climbers)
        told = answers_words(tally.total) if tally.total else _("Nobody answered this time.")
        closed = _("closed {when}", when=relative(poll.closed_at or poll.closes_at))
        return Screen(
            card(
                text("-# " + _("📊 Result · {lesson}", lesson=asked.lesson_title)),
                text(f"### {asked.stem}"),
                text("\n".join(_bar(result, at) for at in range(len(asked.options)))),
                line(),
                text(answer),
                *([line(), text(room, climbers)] if tally.total else []),
                text(f"-# {told} · {machine(poll.difficulty)} · {closed}"),
                row(OwnResultButton(poll.id), lessons.StudyButton(asked.lesson)),
                colour=tier_colour(poll.difficulty),
            )
        )


def answer_words(result: PollResult) -> str:
    """Which option is right, and why."""
    asked = result.asked
    if has_letters(result.poll):
        return _(
            "{sign} **Right: {letter}.** {why}", sign=RIGHT, letter=LETTERS[asked.key], why=asked.explanation
        )
    option = receipts.option_words(asked, asked.key, letters=False)
    return f"{RIGHT} {_('Right is: {option}', option=option)}\n{asked.explanation}"


def has_letters(poll: Poll) -> bool:
    """Whether everybody has seen the same options under the same letters."""
    return poll.ballot == "direct"


def sign_of(poll: Poll, at: int) -> str:
    """What stands before an option."""
    return f"**{LETTERS[at]}**" if has_letters(poll) else "•"


def bar(tally: Tally, at: int) -> str:
    """The share of an option, drawn."""
    filled = round(_BAR * tally.shares[at] / 100)
    return "`" + "█" * filled + "░" * (_BAR - filled) + "`"


def counted(tally: Tally, at: int) -> str:
    """The share of an option, and how many chose it; of no answers there are no shares."""
    count = tally.counts[at]
    return _("{share} % ({count})", share=tally.shares[at], count=count) if tally.total else str(count)


def right_words(result: PollResult) -> str:
    """How many were right, in percent where there were enough answers for that: 71 %, 2 of 2."""
    share = result.tally.shares[result.asked.key]
    return (
        _("{share} %", share=share)
        if result.tally.total >= FEWEST_FOR_SHARES
        else _("{count} of {total}", count=result.right, total=result.tally.total)
    )


def hidden(words: str) -> str:
    """The words behind a bar that whoever wants to see them presses away."""
    return f"||{unbarred(words.strip())}||" if words else ""


def unbarred(words: str) -> str:
    """The words, in which two bars, as programmers write “or”, hide nothing and end nothing hidden."""
    return words.replace("|", "|\u200b")


def _room_words(result: PollResult) -> str:
    if not result.tally.total:
        return ""
    return _(
        "⚔️ The {tier} machine gets such questions right {chance} % of the time; you: **{right}**",
        tier=tier_word(tier_of(result.poll.difficulty)),
        chance=round(machine_chance(len(result.asked.options)) * 100),
        right=right_words(result),
    )


def _climbers_words(result: PollResult) -> str:
    if not result.climbers:
        return ""
    names = [f"{quoted_name(one.name)} {change_words(one.points)}" for one in result.climbers]
    return _("📈 Climbed most: {names}", names=", ".join(names))


def _bar(result: PollResult, at: int) -> str:
    """One option and how many chose it; hidden marks are alike in length, whatever is behind them."""
    asked, tally = result.asked, result.tally
    option = f"{sign_of(result.poll, at)}  {asked.options[at]}\n{bar(tally, at)} {counted(tally, at)}"
    if result.poll.spoiler:
        return f"{hidden(RIGHT if at == asked.key else WRONG)} {unbarred(option)}"
    return f"{RIGHT} {option} · " + _("**right**") if at == asked.key else option


def practice_screen(library: Library, practice: Practice) -> Screen:
    """What a press after the close would have been."""
    lines = receipts.verdict_lines(practice.asked, practice.option, letters=has_letters(practice.poll))
    return Screen(
        text(_("⌛ This poll is closed, so this is practice and moves no rating."), *lines),
        *rows([why.ReasonButton(practice.poll.source), *_repair(library, practice)]),
    )


def own_result_screen(library: Library, own: OwnResult) -> Screen:
    """What came of a poll for the member who asks."""
    if own.option is None:
        right = receipts.option_words(own.asked, own.asked.key, letters=has_letters(own.poll))
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
        text(*receipts.verdict_lines(own.asked, own.option, letters=has_letters(own.poll))),
        line(),
        text(
            *receipts.whole_receipt_lines(own.moved),
            *receipts.match_lines(own.match, own.title, own.climb, own.rating),
        ),
        *rows([why.ReasonButton(own.poll.source), *_repair(library, own)]),
    )


def _repair(library: Library, told: Practice | OwnResult) -> list[AnyItem]:
    if told.option is None or told.option == told.asked.key:
        return []
    found = receipts.repair_button(library, told.asked, told.option)
    return [found] if found is not None else []


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
        library = await library_with(interaction, own.asked.lesson)
        await whisper_news(interaction, own_result_screen(library, own))


ITEMS = (OwnResultButton,)
