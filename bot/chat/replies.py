"""The one place that turns whatever happens into an answer for the person who asked."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, cast

import aiohttp
import discord
from discord import ui

from bot.actions import Actions
from bot.actions.library import Library
from bot.actions.refusals import Refusal
from bot.chat.screens import Screen, note
from bot.storage import DatabaseUnavailable, OutcomeUnknown
from bot.words import _, speak

log = logging.getLogger(__name__)

_TOO_LATE = {10062, 10015, 50027, 40060}
"""Discord's words for an interaction that waited too long, whose 15 minutes are over, or that somebody has answered."""

PATIENCE = 1.5
"""Seconds after which whoever waits is told so; Discord itself gives up after 3."""

_ANSWERING, _LATE = object(), object()
"""Notes on an interaction: that an answer is on its way, and the task that asks for more time."""


def actions_of(interaction: discord.Interaction[Any]) -> Actions:
    """What the bot can do."""
    return cast("Actions", interaction.client.actions)


def server_of(interaction: discord.Interaction[Any]) -> int | None:
    """The server in which somebody asks, of those that the bot is in; None where only the person installed it."""
    if interaction.is_user_integration() and not interaction.is_guild_integration():
        return None
    return interaction.guild_id


async def library_of(interaction: discord.Interaction[Any]) -> Library:
    """What is taught where somebody asks."""
    return await actions_of(interaction).holdings.of(server_of(interaction))


async def library_with(interaction: discord.Interaction[Any], slug: str) -> Library:
    """A library in which the lesson can be looked up, if there is one here; nothing is read for curated ones."""
    everywhere = actions_of(interaction).library
    return everywhere if everywhere.find(slug) is not None else await library_of(interaction)


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
    """Speak the person's language for the rest of this task, which a closing bot lets finish.

    Should it have no answer after `PATIENCE`, the person is told to wait.
    """
    speak(str(interaction.locale))
    task = asyncio.current_task()
    at_work = cast("set[asyncio.Task[Any]]", interaction.client.at_work)
    if task is not None:
        at_work.add(task)
        task.add_done_callback(at_work.discard)
        if interaction.type is not discord.InteractionType.autocomplete:
            timer = asyncio.get_running_loop().call_later(PATIENCE, _ask_for_time, interaction)
            task.add_done_callback(lambda _: timer.cancel())


def _ask_for_time(interaction: discord.Interaction[Any]) -> None:
    if _ANSWERING not in interaction.extras and not interaction.response.is_done():
        interaction.extras[_LATE] = asyncio.create_task(_defer(interaction), name="asking for time")


async def _defer(interaction: discord.Interaction[Any]) -> None:
    try:
        if _is_private(interaction.message):
            await interaction.response.defer()
        else:
            await interaction.response.defer(ephemeral=True, thinking=True)
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
        log.warning("A person who waits could not be told so: %s", failed)


def _is_private(message: discord.Message | None) -> bool:
    return message is not None and message.flags.ephemeral


async def _may_answer(interaction: discord.Interaction[Any]) -> bool:
    """Whether the person can still be answered; more time is not asked for from now on."""
    interaction.extras[_ANSWERING] = True
    if (late := interaction.extras.get(_LATE)) is not None:
        await asyncio.wait([late])
    if interaction.is_expired():
        # Discord counts answers to what has expired, and bans for them.
        log.warning("An answer took longer than the 15 minutes that Discord waits for it")
        return False
    return True


async def answer_failure(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Tell the person what went wrong: a refusal verbatim, anything else under a reference that is logged."""
    if isinstance(error, discord.HTTPException) and error.code in _TOO_LATE:
        # Whatever it asked for is done and stored; the person may press again to be told.
        log.warning("An interaction had expired, or another process had answered it: %s", error)
        return
    try:
        await whisper(interaction, note(_words_for(error)))
    except discord.HTTPException as failed:
        # Whoever waited too long, or has left, cannot be told any more.
        log.warning("Could not tell a person of a failure: %s", failed)


def _words_for(error: Exception) -> str:
    if isinstance(error, Refusal):
        return str(error)
    if isinstance(error, OutcomeUnknown):
        log.error("The database did not say whether it has stored something: %s", error)
        return _(
            "⚠️ The database broke off just as it was to store this, so it may be recorded or not. Please press again in a minute: what is recorded will be shown, and counts once."
        )
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
    if not await _may_answer(interaction):
        return
    if interaction.response.is_done():
        await interaction.followup.send(view=screen, files=screen.files(), ephemeral=True)
    else:
        await interaction.response.send_message(view=screen, files=screen.files(), ephemeral=True)


async def ask(interaction: discord.Interaction[Any], form: ui.Modal) -> None:
    """Show a form; whoever had to wait so long that Discord opens none any more is asked to press again."""
    if not await _may_answer(interaction):
        return
    if interaction.response.is_done():
        await whisper(interaction, note(press_again()))
    else:
        await interaction.response.send_modal(form)


def press_again() -> str:
    """That a form came too late."""
    return _("That took too long for the form to open, and nothing is lost. Please press again.")


async def turn_to(interaction: discord.Interaction[Any], screen: Screen) -> None:
    """Show the screen in place of the message that was pressed."""
    if not await _may_answer(interaction):
        return
    # Pictures of what was shown before would stay on the message, so its attachments are always named.
    shown: dict[str, Any] = {
        "view": screen,
        "attachments": screen.files(),
        "allowed_mentions": discord.AllowedMentions.none(),
    }
    pressed = interaction.message
    if not interaction.response.is_done():
        await interaction.response.edit_message(**shown)
    elif _LATE not in interaction.extras or pressed is None or _is_private(pressed):
        await interaction.edit_original_response(**shown)
    else:
        # What the interaction shows by now is the private word that it takes longer, not the message.
        await pressed.edit(**shown)
        await interaction.delete_original_response()


async def meet(interaction: discord.Interaction[Any]) -> None:
    """Note under which name the person is seen here; a failure to do so is nothing the person need know."""
    user = interaction.user
    nickname = user.display_name if isinstance(user, discord.Member) else None
    own_name = user.global_name or user.name
    try:
        await actions_of(interaction).people.meet(user.id, own_name, server_of(interaction), nickname)
    except Exception as error:  # noqa: BLE001 - the person has been answered already
        log.warning("A name was not noted: %s", error)
