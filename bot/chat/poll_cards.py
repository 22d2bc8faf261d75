"""A poll as its channel sees it while it is open, and the buttons on it."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.poll_results import PollResult
from bot.actions.polls import CancelledPoll, OpenPoll, Practice
from bot.chat import ballots, lessons, poll_controls, posts
from bot.chat.news import whisper_news
from bot.chat.poll_results import practice_screen, right_words
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, library_with
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import RIGHT, answers_words, machine, relative, shortened, tier_colour
from bot.storage.meanings import Asked
from bot.storage.polls import Ballot, Poll
from bot.words import _, speaking

_SHORT = 200
"""Characters of a question, or of an option, where it is only told of."""


def open_screen(shown: OpenPoll) -> Screen:
    """The question and how to answer it; no tally, and nothing that tells which option is right."""
    poll = shown.poll
    with speaking(poll.locale):
        answers: list[AnyItem] = (
            [ballots.OpenBallotButton(poll.id)]
            if poll.ballot == "private"
            else [AnswerButton(poll.id, at) for at in range(len(shown.asked.options))]
        )
        closes = _("closes {when}", when=relative(poll.closes_at))
        return Screen(
            *mention_parts(poll.mention),
            *earlier_parts(shown.earlier),
            question_card(
                shown.asked,
                poll.difficulty,
                poll.ballot,
                " · ".join([*_in_series(poll), closes, answers_words(shown.answered)]),
                [
                    *rows(answers),
                    row(lessons.StudyButton(shown.asked.lesson), poll_controls.ManageButton(poll.id)),
                ],
            ),
        )


def mention_parts(role: int | None) -> list[AnyItem]:
    """What pings the role, above a post's card; nothing for none."""
    return [text(f"<@&{role}>")] if role is not None else []


def earlier_parts(result: PollResult | None) -> list[AnyItem]:
    """The answer to the last question of a schedule, with which its next post opens."""
    if result is None or result.poll.message is None:
        return []
    poll, asked = result.poll, result.asked
    link = f"https://discord.com/channels/{poll.guild}/{poll.channel}/{poll.message}"
    right = shortened(asked.options[asked.key], _SHORT)
    told = _("{right} right", right=right_words(result)) if result.tally.total else ""
    see = _("[see why]({link})", link=link)
    return [
        card(
            text(
                "-# " + _("🔁 The answer to the last question"),
                shortened(asked.stem, _SHORT),
                f"{RIGHT} **{right}**"
                if poll.ballot == "private"
                else f"{RIGHT} **{LETTERS[asked.key]}** {right}",
                "-# " + " · ".join(one for one in (told, see) if one),
            )
        )
    ]


def _in_series(poll: Poll) -> list[str]:
    """Which question of its series it is, and whether it was asked before."""
    if poll.place is None:
        return []
    told = [_("question {number}", number=poll.place + 1)]
    return told if poll.rated else [*told, _("asked again, so it moves no rating")]


def question_card(
    asked: Asked, difficulty: int, ballot: Ballot, until: str, buttons: Sequence[AnyItem]
) -> AnyItem:
    """The question as it is posted. On a private ballot options have no letter that everybody sees alike."""
    signs = ["•"] * len(LETTERS) if ballot == "private" else [f"**{letter}**" for letter in LETTERS]
    options = "\n\n".join(f"{signs[at]}  {option}" for at, option in enumerate(asked.options))
    private = (
        "-# " + _("🗳️ Everybody answers on a private ballot, with the options in another order")
        if ballot == "private"
        else ""
    )
    return card(
        text("-# " + _("✏️ Check yourself · {lesson}", lesson=asked.lesson_title)),
        text(f"### {asked.stem}"),
        text(options),
        line(),
        text(
            "-# " + _("{machine}: harder lessons earn more", machine=machine(difficulty)),
            private,
            f"-# ⏳ {until}",
        ),
        *buttons,
        colour=tier_colour(difficulty),
    )


def cancelled_screen(cancelled: CancelledPoll) -> Screen:
    """That the poll is no more; neither its answer nor its tally."""
    poll, asked = cancelled.poll, cancelled.asked
    with speaking(poll.locale):
        return Screen(
            card(
                text("-# " + _("🚫 Cancelled · {lesson}", lesson=asked.lesson_title)),
                text(f"### {asked.stem}"),
                text(
                    _(
                        "This poll was cancelled {when}. It rates nobody, and its question can be asked again.",
                        when=relative(poll.closed_at or poll.closes_at),
                    )
                ),
                row(lessons.StudyButton(asked.lesson)),
            )
        )


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
            library = await library_with(interaction, outcome.asked.lesson)
            await whisper_news(interaction, practice_screen(library, outcome))
            return
        if outcome.fresh:
            posts.posts_of(interaction).changed(self.poll)
        await whisper_news(interaction, ballots.recorded_screen(outcome))


ITEMS = (AnswerButton,)
