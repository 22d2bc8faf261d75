"""Polls in chat: the command that posts them."""

import logging
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.actions.refusals import Refusal
from bot.chat import lessons
from bot.chat.commands import in_servers
from bot.chat.durations import USUAL, duration_words, parse_duration
from bot.chat.posts import posts_of
from bot.chat.replies import actions_of, meet
from bot.chat.screens import Screen, text
from bot.chat.wording import relative, shortened
from bot.words import N_, _
from ladder.poll import LONGEST, SHORTEST

log = logging.getLogger(__name__)


@in_servers(
    locale_str("poll"),
    locale_str("Post a lesson's check-yourself question to this channel"),
    discord.Permissions(manage_messages=True),
)
@app_commands.rename(
    lesson=locale_str("lesson"), question=locale_str("question"), duration=locale_str("duration")
)
@app_commands.describe(
    lesson=locale_str("The lesson to ask about; leave it out for any"),
    question=locale_str("The question; leave it out for one not asked here lately"),
    duration=locale_str("How long it stays open, such as 30s, 10m, 2h or 1d; 10m if left out"),
)
async def poll_command(
    interaction: discord.Interaction[Any],
    lesson: str | None = None,
    question: str | None = None,
    duration: str = "10m",
) -> None:
    """Post a poll in the channel where the command was given."""
    actions = actions_of(interaction)
    channel = _channel(interaction)
    lasting = parse_duration(duration)
    found = actions.library.resolve(lesson) if lesson else None
    slug = found.slug if found else lesson
    await interaction.response.defer(ephemeral=True, thinking=True)
    shown = await actions.polls.prepare(
        guild=interaction.guild_id or 0,
        channel=channel.id,
        starter=interaction.user.id,
        duration=lasting,
        locale=str(interaction.guild_locale or interaction.locale),
        lesson=slug,
        question=question,
    )
    try:
        message = await posts_of(interaction).post(shown, channel)
    except discord.Forbidden:
        raise _no_permission(channel) from None
    await interaction.edit_original_response(
        view=Screen(
            text(
                _("🗳️ Posted: [see the poll]({link})", link=message.jump_url),
                "-# "
                + _(
                    "Time to answer: {duration}; it closes {when}. You and other moderators can close it earlier.",
                    duration=duration_words(lasting),
                    when=relative(shown.poll.closes_at),
                ),
            )
        )
    )
    await meet(interaction)


def _channel(interaction: discord.Interaction[Any]) -> Any:
    channel: Any = interaction.channel
    permissions = interaction.app_permissions
    may_write = (
        permissions.send_messages_in_threads
        if isinstance(channel, discord.Thread)
        else permissions.send_messages
    )
    if not (permissions.view_channel and may_write):
        raise _no_permission(channel)
    return channel


def _no_permission(channel: Any) -> Refusal:
    return Refusal(
        N_(
            "I may not write in {channel}. Give my role “View Channel” and “Send Messages” there (in threads “Send Messages in Threads”), then use /poll again."
        ),
        channel=channel.mention,
    )


@poll_command.autocomplete("lesson")
async def _lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return lessons.lesson_choices(interaction, current)


@poll_command.autocomplete("question")
async def _question_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    library = actions_of(interaction).library
    chosen = library.resolve(str(interaction.namespace.lesson or ""))
    questions = [one for lesson in ([chosen] if chosen else library.lessons) for one in lesson.questions]
    wanted = current.casefold()
    return [
        app_commands.Choice(name=shortened(one.stem, 100), value=one.id)
        for one in questions
        if wanted in one.stem.casefold() or wanted in one.id
    ][:25]


@poll_command.autocomplete("duration")
async def _duration_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    offered = [current, *USUAL] if current else list(USUAL)
    choices: dict[str, app_commands.Choice[str]] = {}
    for one in offered:
        try:
            lasting = parse_duration(one)
        except Refusal:
            continue
        if not SHORTEST <= lasting <= LONGEST:
            continue
        words = duration_words(lasting)
        choices.setdefault(words, app_commands.Choice(name=words, value=one))
    return list(choices.values())[:25]


COMMANDS = (poll_command,)
