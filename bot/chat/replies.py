"""The one place that turns whatever happens into an answer for the person who asked."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, cast

import discord

from bot.actions import Actions
from bot.actions.refusals import Refusal
from bot.chat.screens import Screen, note
from bot.storage import DatabaseUnavailable
from bot.words import _, speak

log = logging.getLogger(__name__)

_EXPIRED = 10062


def actions_of(interaction: discord.Interaction[Any]) -> Actions:
    """What the bot can do."""
    return cast("Actions", interaction.client.actions)


async def answering(
    interaction: discord.Interaction[Any],
    work: Callable[[discord.Interaction[Any]], Awaitable[None]],
    *,
    meets: bool = True,
) -> None:
    """Do the work in the person's language; whatever goes wrong, the person is told in words.

    ``meets`` says whether the person's name is noted afterwards.
    """
    begin(interaction)
    try:
        await work(interaction)
    except Exception as error:  # noqa: BLE001 - nobody may be left without an answer
        await answer_failure(interaction, error)
    else:
        if meets:
            await meet(interaction)


def begin(interaction: discord.Interaction[Any]) -> None:
    """Speak the person's language for the rest of this task, which a closing bot lets finish."""
    speak(str(interaction.locale))
    task = asyncio.current_task()
    at_work = cast("set[asyncio.Task[Any]]", interaction.client.at_work)
    if task is not None:
        at_work.add(task)
        task.add_done_callback(at_work.discard)


async def answer_failure(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tell the person what went wrong: a refusal verbatim, anything else under a reference that is logged."""
    if isinstance(error, discord.NotFound) and error.code == _EXPIRED:
        log.warning("An interaction expired before it was answered")
        return
    try:
        await whisper(interaction, note(_words_for(error)))
    except discord.HTTPException as failed:
        # Whoever waited too long, or has left, cannot be told any more.
        log.warning("Could not tell a person of a failure: %s", failed)


def _words_for(error: Exception) -> str:
    if isinstance(error, Refusal):
        return str(error)
    if isinstance(error, DatabaseUnavailable):
        log.error("The database is unavailable: %s", error)
        return _(
            "⚠️ The database cannot be reached just now, so nothing was recorded. Please try again in a minute."
        )
    reference = secrets.token_hex(4)
    log.error("Failure %s", reference, exc_info=error)
    return _(
        "⚠️ Something went wrong here, and it is not your fault. Try again; if it stays so, give a moderator this reference: `{reference}`",
        reference=reference,
    )


async def whisper(interaction: discord.Interaction[Any], screen: Screen) -> None:
    """Show a new private message."""
    if interaction.response.is_done():
        await interaction.followup.send(view=screen, files=screen.files(), ephemeral=True)
    else:
        await interaction.response.send_message(view=screen, files=screen.files(), ephemeral=True)


async def turn_to(interaction: discord.Interaction[Any], screen: Screen) -> None:
    """Show the screen in place of the message that was pressed."""
    # Pictures of what was shown before would stay on the message, so its attachments are always named.
    unmentioned = discord.AllowedMentions.none()
    if interaction.response.is_done():
        await interaction.edit_original_response(
            view=screen, attachments=screen.files(), allowed_mentions=unmentioned
        )
    else:
        await interaction.response.edit_message(
            view=screen, attachments=screen.files(), allowed_mentions=unmentioned
        )


async def meet(interaction: discord.Interaction[Any]) -> None:
    """Note under which name the person is seen here; a failure to do so is nothing the person need know."""
    user = interaction.user
    nickname = user.display_name if isinstance(user, discord.Member) else None
    own_name = user.global_name or user.name
    try:
        await actions_of(interaction).people.meet(user.id, own_name, interaction.guild_id, nickname)
    except Exception as error:  # noqa: BLE001 - the person has been answered already
        log.warning("A name was not noted: %s", error)
