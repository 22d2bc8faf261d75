"""News in chat: what came of polls since, as a small line on somebody's next private message."""

import asyncio
import logging
from typing import Any

import discord
from discord import ui

from bot.actions.news import Heard, News, SettledMatch
from bot.chat.replies import actions_of, whisper
from bot.chat.screens import Screen, text
from bot.chat.wording import change_words, shortened, shown_words, tier_sign, tier_word
from bot.words import _, ngettext
from ladder.match import Outcome
from ladder.tiers import tier_of
from lessons.splitting import units

log = logging.getLogger(__name__)

_PATIENCE = 0.5
"""Seconds for what only adorns an answer."""

_MATCHES = 3
"""Matches that are told by name; more at once are nearly never heard of."""

_MOST_TEXT, _MOST_PARTS = 4_000, 40
"""What Discord takes of one message: UTF-16 units of text, and components."""

_LONGEST = 800
"""What a line of news takes at most, in any language."""


async def with_news(interaction: discord.Interaction[Any], screen: Screen) -> Screen:
    """The private screen, and beneath it what is news to whoever it is for.

    Where it has no room left they are told another time: nothing is told twice.
    """
    if not _has_room(screen):
        return screen
    told = await news_line(interaction)
    return screen.add_item(text(told)) if told else screen


async def whisper_news(interaction: discord.Interaction[Any], screen: Screen) -> None:
    """Show a new private message, with what is news to whoever it is for."""
    await whisper(interaction, await with_news(interaction, screen))


def _has_room(screen: Screen) -> bool:
    printed = sum(units(one.content) for one in screen.walk_children() if isinstance(one, ui.TextDisplay))
    return printed + _LONGEST <= _MOST_TEXT and screen.total_children_count < _MOST_PARTS


async def news_line(interaction: discord.Interaction[Any]) -> str | None:
    """What came of the person's polls since they were last told; None for nothing, or if it cannot be had at once."""
    try:
        async with asyncio.timeout(_PATIENCE):
            news = await actions_of(interaction).news.of(interaction.user.id)
    except Exception as error:  # noqa: BLE001 - the answer itself does without
        log.info("No news was told: %r", error)
        return None
    return news_words(news) if news is not None else None


def news_words(news: News) -> str:
    """Since then: +14 from 3 polls; and what was decided about a report."""
    lines = [_poll_words(news)] if news.polls else []
    if news.heard is not None:
        lines.append(_heard_words(news.heard))
    return "\n".join(f"-# {one}" for one in lines)


def _poll_words(news: News) -> str:
    told = [
        ngettext(
            "Since then: **{change}** from {n} poll",
            "Since then: **{change}** from {n} polls",
            news.polls,
            change=change_words(news.points),
        )
    ]
    told += [_match_words(match) for match in news.matches[:_MATCHES]]
    if len(news.matches) > _MATCHES:
        told.append("…")
    if news.climb is not None:
        title = f"{tier_sign(news.climb.after)} {tier_word(news.climb.after)}"
        told.append(_("🎉 your title is {title} now", title=title))
    return "📬 " + " · ".join(told)


def _heard_words(heard: Heard) -> str:
    question = shown_words(shortened(heard.stem, 80))
    if heard.decision == "voided":
        return "🚩 " + _(
            "You reported “{question}”: it was found wrong, and what it did to ratings in that server was taken back. Thank you.",
            question=question,
        )
    if heard.decision == "mended":
        return "🚩 " + _(
            "You reported “{question}”: its lesson was mended since then. Thank you.", question=question
        )
    return "🚩 " + _(
        "You reported “{question}”: it was looked at and found right as it is. Thank you for reading closely.",
        question=question,
    )


def _match_words(match: SettledMatch) -> str:
    tier, lesson = tier_word(tier_of(match.difficulty)), match.lesson_title
    if match.outcome is Outcome.WIN:
        return _("🏆 You beat {tier} in {lesson}", tier=tier, lesson=lesson)
    if match.outcome is Outcome.DRAW:
        return _("⚔️ A draw against {tier} in {lesson}", tier=tier, lesson=lesson)
    return _("⚔️ {tier} was ahead of you in {lesson}", tier=tier, lesson=lesson)
