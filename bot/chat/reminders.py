"""Reminders: one message a day at most to those who asked for it, when something is due."""

import asyncio
import logging

import aiohttp
import discord

from bot.actions import Actions
from bot.chat import reviews
from bot.chat.me import StopRemindersButton
from bot.chat.screens import Screen, card, row, text
from bot.storage.members import Choices
from bot.words import _, speaking

log = logging.getLogger(__name__)

_AT_ONCE = 20
"""Reminders sent one after the other in a minute: Discord frowns on bots that open many conversations at once."""


class Reminders:
    """Sends what is due beside the clockwork, which does not wait for it."""

    def __init__(self, client: discord.Client, actions: Actions) -> None:
        self._client = client
        self._actions = actions
        self._sending: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Begin to send what is due, unless that is still being done."""
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send(), name="reminding")

    async def drain(self) -> None:
        """Return when what has been begun is sent."""
        if self._sending is not None:
            await asyncio.wait([self._sending])

    async def _send(self) -> None:
        try:
            async for one in self._actions.me.to_remind(_AT_ONCE):
                await self._remind(one)
        except Exception:
            log.exception("Reminding failed and will be tried again")

    async def _remind(self, one: Choices) -> None:
        try:
            channel = await self._client.create_dm(discord.Object(one.member))
            await channel.send(
                view=reminder_screen(one.locale or ""), allowed_mentions=discord.AllowedMentions.none()
            )
        except (discord.Forbidden, discord.NotFound):
            await self._actions.me.unreachable(one.member)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            # It was noted as sent: a day without a reminder is better than two on one day.
            log.warning("A reminder could not be sent: %s", failed)


def reminder_screen(locale: str) -> Screen:
    """That something is due, and a way to be left alone."""
    with speaking(locale):
        return _reminder()


def _reminder() -> Screen:
    return Screen(
        card(
            text(_("# 🔁 Time for a review"), _("A few questions you answered are ready to come back.")),
            row(
                reviews.GoOnButton(reviews.Sitting().encode(), _("Review")),
                StopRemindersButton(),
            ),
            text("-# " + _("You asked for this with /me. One message a day at most.")),
        )
    )
