"""What schedules post besides questions: the lesson of the week, and the week in review."""

from typing import Any

import discord
from discord import ui

from bot.actions.poll_results import PollResult
from bot.actions.polls import OpenPoll
from bot.actions.recaps import Recap
from bot.actions.scheduled_posts import Due, WeeksLesson
from bot.chat import ladders, lessons
from bot.chat.poll_cards import earlier_parts, mention_parts, open_screen
from bot.chat.poll_results import right_words
from bot.chat.pressing import Pressable, button
from bot.chat.replies import whisper
from bot.chat.scopes import SERVER
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import (
    change_words,
    day,
    lesson_facts,
    quoted_name,
    shortened,
    tier_colour,
    tier_sign,
    tier_word,
)
from bot.words import _, ngettext, speaking

_SHORT = 200


def screen_of(due: Due) -> Screen:
    """The post as its channel sees it at first."""
    content = due.content
    if isinstance(content, OpenPoll):
        return open_screen(content)
    with speaking(due.locale):
        if isinstance(content, Recap):
            return recap_screen(due.post.id, content, due.mention)
        return lesson_screen(due.post.id, content, due.mention)


def lesson_screen(post: int, content: WeeksLesson, mention: int | None) -> Screen:
    """What the week is about, and the button that opens a copy of one's own."""
    lesson = content.lesson
    follow = (
        ngettext(
            "The next {n} day of this schedule asks a question from it.",
            "The next {n} days of this schedule ask a question from it each.",
            content.questions,
        )
        if content.questions
        else ""
    )
    return Screen(
        *mention_parts(mention),
        *earlier_parts(content.earlier),
        card(
            text(
                "-# " + _("📖 The lesson of the week"),
                f"# {lesson.title}",
                lesson.summary,
                f"-# {lesson_facts(lesson)}",
            ),
            line(),
            text(
                "-# " + _("Press Read: only you see what opens, and it keeps your place."),
                f"-# {follow}" if follow else "",
            ),
            row(ReadButton(post, lesson.slug)),
            colour=tier_colour(lesson.rating),
        ),
    )


def recap_screen(post: int, recap: Recap, mention: int | None) -> Screen:
    """The week in a server."""
    parts: list[AnyItem] = [
        text(
            _("# 🗓️ The week in review"),
            "-# " + _("{since} to {until}", since=day(recap.since), until=day(recap.until)),
            " · ".join(
                [
                    ngettext("{n} question answered", "{n} questions answered", recap.polls),
                    ngettext("by {n} member", "by {n} members", recap.members),
                ]
            )
            if recap.polls
            else "",
        )
    ]
    if recap.movers:
        moved = [f"{quoted_name(one.name)} {change_words(one.points)}" for one in recap.movers]
        parts += [line(), text(_("### 📈 Moved up most"), " · ".join(moved))]
    if recap.titled:
        titled = [
            f"{quoted_name(one.name)}: {tier_sign(one.tier)} {tier_word(one.tier)}" for one in recap.titled
        ]
        parts += [line(), text(_("### 🏆 New titles"), *titled)]
    if recap.best is not None:
        parts += [line(), text(_("### 💡 Answered best"), *_question_lines(recap.best))]
    if recap.missed is not None:
        parts += [line(), text(_("### 🧩 Missed most: worth another look"), *_question_lines(recap.missed))]
        parts.append(row(lessons.StudyButton(recap.missed.asked.lesson)))
    return Screen(*mention_parts(mention), card(*parts, line(), row(RecapLadderButton(post))))


def _question_lines(result: PollResult) -> list[str]:
    poll = result.poll
    link = f"https://discord.com/channels/{poll.guild}/{poll.channel}/{poll.message}"
    return [
        shortened(result.asked.stem, _SHORT),
        "-# "
        + " · ".join(
            [
                _("{right} right", right=right_words(result)),
                result.asked.lesson_title,
                _("[see why]({link})", link=link),
            ]
        ),
    ]


class ReadButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"scheduledread1:(?P<post>\d+):(?P<slug>[a-z0-9-]+)",
):
    """Opens the lesson of the week in private, where one left it."""

    def __init__(self, post: int | str, slug: str) -> None:
        super().__init__(
            button(_("Read"), f"scheduledread1:{post}:{slug}", style=discord.ButtonStyle.primary, emoji="📖")
        )
        self.slug = slug

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show a copy of one's own."""
        await lessons.open_lesson(interaction, self.slug, whisper)


class RecapLadderButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"scheduledrecap1:(?P<post>\d+)"):
    """From the week in review to the server's ladder, in private."""

    def __init__(self, post: int | str) -> None:
        super().__init__(button(_("Ladder"), f"scheduledrecap1:{post}", emoji="🪜"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the board."""
        await whisper(interaction, await ladders.board_screen(interaction, SERVER))


ITEMS = (ReadButton, RecapLadderButton)
