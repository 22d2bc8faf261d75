"""Series as their channel sees them: the message at their head, and the summary at their end."""

from datetime import timedelta
from typing import Any

import discord
from discord import ui

from bot.actions.poll_results import FEWEST_FOR_SHARES
from bot.actions.refusals import Refusal
from bot.actions.series import Steering
from bot.actions.series_steps import SumUp
from bot.actions.series_summary import Line, Summary
from bot.chat import lessons
from bot.chat.audit_words import telling
from bot.chat.durations import duration_words
from bot.chat.edits import edits_of
from bot.chat.poll_results import hidden
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, note, row, text
from bot.chat.wording import answers_words, change_words, quoted_name, shortened, tier_colour, tier_word
from bot.storage.audit_log import LogEntry
from bot.storage.series import Series
from bot.words import N_, _, ngettext, speaking
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
                row(SummaryLessonButton(series.id, series.lesson)),
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


def _ending_words(steering: Steering) -> str:
    """What happens to the question that is steered away from."""
    poll, answers = steering.poll, answers_words(steering.answered)
    if poll is None:
        return _("No question is open just now.")
    if poll.state == "posting":
        return _(
            "The question is only just being posted. It closes as soon as it stands, and the channel sees its answer."
        )
    if poll.state == "withheld":
        return _(
            "The discussion ends and the question is not asked again: first attempts are rated, and the channel sees the right answer and how the answers fell."
        )
    if not poll.rated:
        return _(
            "The question takes no more answers ({answers}): first attempts are rated by what was answered before the discussion, and the channel sees the right answer and how the answers fell both times.",
            answers=answers,
        )
    told = _(
        "The question takes no more answers ({answers}): first attempts are rated at once, and the channel sees the right answer and how the answers fell.",
        answers=answers,
    )
    return told + " " + _("It is not discussed.") if steering.series.peer else told


def _confirm_screen(heading: str, steering: Steering, then: str, yes: AnyItem) -> Screen:
    return Screen(
        card(
            text(f"## {heading}", f"**{steering.series.lesson_title}**"),
            text(f"{_ending_words(steering)} {then}"),
            text("-# " + _("This cannot be taken back. To leave all as it is, dismiss this message.")),
            row(yes),
        )
    )


def skip_screen(steering: Steering, poll: int) -> Screen:
    """Whether to skip this poll's question, and what that shows."""
    return _confirm_screen(
        _("⏭️ Skip this question?"),
        steering,
        _("What comes next follows in a moment."),
        SkipNowButton(steering.series.id, poll, _("Skip it")),
    )


def stop_screen(steering: Steering, head: int) -> Screen:
    """Whether to stop the series that stands under this message, and what that shows."""
    return _confirm_screen(
        _("⏹️ Stop here?"),
        steering,
        _("Nothing more is asked, and the summary follows."),
        StopNowButton(steering.series.id, head, _("Stop it")),
    )


@telling("series_stopped", "discussion_ended")
def _entry_words(entry: LogEntry) -> str:
    if entry.what == "discussion_ended":
        return _("Ended the discussion of the question {question}", question=f"`{entry.subject}`")
    return _(
        "Stopped checking the lesson {lesson} together in {channel}",
        lesson=f"`{entry.subject}`",
        channel=f"<#{entry.after}>",
    )


async def _steering(interaction: discord.Interaction[Any], series: int) -> Steering:
    return await actions_of(interaction).series.steering(
        series, interaction.user.id, moderator=interaction.permissions.manage_messages
    )


class SkipButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seriesskip1:(?P<series>\d+)"):
    """Asks whoever started the series, or a moderator, whether to go on to the next question."""

    def __init__(self, series: int) -> None:
        super().__init__(button(_("Skip"), f"seriesskip1:{series}", emoji="⏭️"))
        self.series = series

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Ask privately."""
        steering = await _steering(interaction, self.series)
        if steering.poll is None or steering.poll.state == "posting":
            raise Refusal(N_("No question is open just now. What comes next follows in a moment."))
        await whisper(interaction, skip_screen(steering, steering.poll.id))


class SkipNowButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seriesskipnow1:(?P<series>\d+):(?P<poll>\d+)"
):
    """Goes on from a question to the next."""

    def __init__(self, series: int, poll: int, label: str = "…") -> None:
        super().__init__(
            button(label, f"seriesskipnow1:{series}:{poll}", style=discord.ButtonStyle.danger, emoji="⏭️")
        )
        self.series, self.poll = series, poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Close the question; the clockwork shows its result and asks the next one."""
        moderator = interaction.permissions.manage_messages
        await actions_of(interaction).series.skip(
            self.series, interaction.user.id, moderator=moderator, expected=self.poll
        )
        told = _("⏭️ Skipped: its result is shown now. What comes next follows in a moment.")
        await turn_to(interaction, note(told))


class StopButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seriesstop1:(?P<series>\d+)"):
    """Asks whoever started the series, or a moderator, whether to end it."""

    def __init__(self, series: int) -> None:
        super().__init__(button(_("Stop"), f"seriesstop1:{series}", emoji="⏹️"))
        self.series = series

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Ask privately."""
        head: Any = interaction.message
        await whisper(interaction, stop_screen(await _steering(interaction, self.series), head.id))


class StopNowButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seriesstopnow1:(?P<series>\d+):(?P<message>\d+)"
):
    """Ends the series whose head is this message."""

    def __init__(self, series: int, message: int | str, label: str = "…") -> None:
        super().__init__(
            button(label, f"seriesstopnow1:{series}:{message}", style=discord.ButtonStyle.danger, emoji="⏹️")
        )
        self.series, self.message = series, int(message)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Close the question; the clockwork shows its result and sums up."""
        stopped = await actions_of(interaction).series.stop(
            self.series, interaction.user.id, moderator=interaction.permissions.manage_messages
        )
        try:
            await turn_to(interaction, note(_("⏹️ Stopped. The summary follows in a moment.")))
        finally:
            # Another process may have answered the press, but this one has stopped it.
            edits = edits_of(interaction)
            edits.begin()
            await edits.edit(stopped.home, self.message, over_screen(stopped))


class SummaryLessonButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"seriesstudy1:(?P<series>\d+):(?P<slug>[a-z0-9-]+)",
):
    """Opens the lesson from a summary, which is told from others by its series."""

    def __init__(self, series: int | str, slug: str) -> None:
        super().__init__(button(_("Lesson"), f"seriesstudy1:{series}:{slug}", emoji="📖"))
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show its first page privately."""
        await lessons.show_page(interaction, self.slug, 1, whisper, noted=False)


ITEMS = (SkipButton, SkipNowButton, StopButton, StopNowButton, SummaryLessonButton)
