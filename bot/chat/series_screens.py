"""Series as their channel sees them: the message at their head, and the summary at their end."""

from datetime import timedelta
from typing import Any

import discord
from discord import ui

from bot.actions.poll_results import FEWEST_FOR_SHARES
from bot.actions.series_steps import SumUp
from bot.actions.series_summary import Line, Summary
from bot.chat import lessons
from bot.chat.durations import duration_words
from bot.chat.poll_results import hidden
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, turn_to, whisper
from bot.chat.screens import Screen, card, line, note, row, text
from bot.chat.wording import change_words, quoted_name, shortened, tier_colour, tier_word
from bot.storage.series import Series
from bot.words import _, ngettext, speaking
from ladder.tiers import tier_of

_LONGEST_STEM, _STEMS = 120, 840
"""Characters for the stem of one question in a summary, and for those of all together."""


def head_screen(series: Series) -> Screen:
    """What is about to be asked, with what its starter and moderators need to steer it."""
    with speaking(series.locale):
        peer = _("Where opinions are split, you talk it over and are asked once more.") if series.peer else ""
        lasting = duration_words(timedelta(seconds=series.seconds))
        return Screen(
            card(
                _title(series),
                text(
                    ngettext(
                        "{n} question. Answer in private; the result comes when it closes.",
                        "{n} questions, one after the other: the next comes when one closes. Answer in private.",
                        len(series.questions),
                    ),
                    peer,
                    "-# "
                    + _(
                        "Time for each: {duration}. A moderator can skip a question, or stop.",
                        duration=lasting,
                    ),
                ),
                row(SkipButton(series.id), StopButton(series.id), lessons.StudyButton(series.lesson)),
            )
        )


def over_screen(series: Series) -> Screen:
    """What is left of the head when nothing more is asked."""
    with speaking(series.locale):
        told = _("⏹️ Stopped.") if series.state == "stopped" else _("🏁 All questions were asked.")
        where = (
            _("The summary: {channel}", channel=f"<#{series.channel}>")
            if series.channel != series.home
            else ""
        )
        return Screen(card(_title(series), text(told, where), row(lessons.StudyButton(series.lesson))))


def summary_screen(step: SumUp) -> Screen:
    """How the room did, question by question and against the machine, and who climbed most."""
    series, summary = step.series, step.summary
    with speaking(series.locale):
        rating = summary.lines[0].poll.difficulty if summary.lines else 0
        room = min(_LONGEST_STEM, _STEMS // max(1, len(summary.lines)))
        asked = "\n".join(
            f"**{number}.** {shortened(one.asked.stem, room)}\n{_line_end(one)}"
            for number, one in enumerate(summary.lines, start=1)
        )
        left = (
            "-# " + ngettext("{n} question was not asked.", "{n} questions were not asked.", summary.left)
            if summary.left
            else ""
        )
        return Screen(
            card(
                text(_("### 🏁 Checked together: {lesson}", lesson=series.lesson_title)),
                text(asked or _("No question was asked to its end.")),
                line(),
                text(*_room(summary, rating), left),
                text(_("Next: take the same questions on your own with /quiz, or read the lesson again.")),
                row(lessons.StudyButton(series.lesson)),
                colour=tier_colour(rating) if rating else None,
            )
        )


def broken_off_screen(series: Series) -> Screen:
    """That a series could not go on."""
    with speaking(series.locale):
        return note(
            _(
                "⚠️ **{lesson}** could not be checked to its end: {channel} is gone or closed to me. What was answered counts; start again with /poll.",
                lesson=series.lesson_title,
                channel=f"<#{series.channel}>",
            )
        )


def _title(series: Series) -> Any:
    return text(_("### 🤝 Checking together: {lesson}", lesson=series.lesson_title))


def _line_end(one: Line) -> str:
    if not one.answers:
        return "-# " + _("nobody answered")
    # How many were right tells which bar of a result is the right one's.
    return hidden(_rights(one)) if one.poll.spoiler else _rights(one)


def _rights(one: Line) -> str:
    before = _share(one.right, one.answers)
    if one.again is None or not one.again[0]:
        return _("**{right}** right", right=before)
    after = _share(one.again[1], one.again[0])
    return _("{before} → **{after}** right", before=before, after=after)


def _share(right: int, answers: int) -> str:
    if answers < FEWEST_FOR_SHARES:
        return _("{count} of {total}", count=right, total=answers)
    return _("{share} %", share=round(100 * right / answers))


def _room(summary: Summary, rating: int) -> list[str]:
    if summary.room is None or summary.machine is None:
        return [_("Nobody answered this time.")]
    room, machine = round(summary.room * 100), round(summary.machine * 100)
    told = _(
        "⚔️ The room: **{room} %** right · the {tier} machine: **{machine} %**",
        room=room,
        machine=machine,
        tier=tier_word(tier_of(rating)),
    )
    outcome = (
        _("The room was ahead.")
        if room > machine
        else _("The machine was ahead this time.")
        if room < machine
        else _("It was a draw.")
    )
    climbed = (
        _(
            "📈 Climbed most: {names}",
            names=f"{quoted_name(summary.climber)} {change_words(summary.climbed)}",
        )
        if summary.climber is not None
        else ""
    )
    return [f"{told}\n{outcome}", climbed]


class SkipButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seriesskip1:(?P<series>\d+)"):
    """Goes on to the next question, for whoever started the series and for moderators."""

    def __init__(self, series: int) -> None:
        super().__init__(button(_("Skip"), f"seriesskip1:{series}", emoji="⏭️"))
        self.series = series

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Close the question; the clockwork asks the next one."""
        moderator = interaction.permissions.manage_messages
        await actions_of(interaction).series.skip(self.series, interaction.user.id, moderator=moderator)
        await whisper(interaction, note(_("⏭️ Skipped. What comes next follows in a moment.")))


class StopButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seriesstop1:(?P<series>\d+)"):
    """Ends the series, for whoever started it and for moderators."""

    def __init__(self, series: int) -> None:
        super().__init__(button(_("Stop"), f"seriesstop1:{series}", emoji="⏹️"))
        self.series = series

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Close the question; the clockwork sums up."""
        moderator = interaction.permissions.manage_messages
        stopped = await actions_of(interaction).series.stop(
            self.series, interaction.user.id, moderator=moderator
        )
        await turn_to(interaction, over_screen(stopped))


ITEMS = (SkipButton, StopButton)
