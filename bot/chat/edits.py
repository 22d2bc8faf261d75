"""Edits of messages that the bot makes of its own accord: how many, and what a refusal means."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import discord

from bot.actions import Actions
from bot.chat.blocked_channels import note_refusal
from bot.chat.screens import Screen

log = logging.getLogger(__name__)

A_SECOND = 7
"""Edits of polls, series and duels that may begin within one second; live boards make the other three of the bot's ten."""

_ARCHIVED = 50083
_TOO_OFTEN = 30046
"""Discord takes no more edits of a message that is over an hour old, for a while that it does not tell."""

_SOON, _LATER, _LATEST = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of an edit."""

    shown: bool
    """Whether the message shows it now."""
    wait: timedelta | None = None
    """How long to leave the message alone before it is tried again; None: it need not be tried again."""

    @property
    def refused(self) -> bool:
        """Whether the message can never show it: it is gone, or closed to the bot."""
        return not self.shown and self.wait is None


class Edits:
    """Edits of messages: counted, so that the whole bot stays within its pace."""

    def __init__(self, client: discord.Client, actions: Actions, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._begun: deque[datetime] = deque()
        self._failed: dict[int, int] = {}
        """How often in a row Discord could not edit a message."""

    def may_begin(self) -> bool:
        """Whether one more edit may begin now, which is counted then."""
        now = self._clock()
        while self._begun and not timedelta(0) <= now - self._begun[0] < timedelta(seconds=1):
            self._begun.popleft()
        if len(self._begun) >= A_SECOND:
            return False
        self.begin()
        return True

    def begin(self) -> None:
        """Count an edit that somebody waits for, and that others make room for."""
        self._begun.append(self._clock())

    async def edit(self, channel: int, message: int, screen: Screen, *, wake: bool = False) -> Edited:
        """Show the screen in the message; ``wake`` opens a thread for it that was archived for its silence.

        A refusal is final. Where Discord is at a loss, it is asked again later and later; a message that was
        edited too often is given ten minutes at first. It is never posted anew instead: two messages of one
        poll would be one too many as soon as Discord takes the edit of the first.
        """
        target = self._client.get_partial_messageable(channel).get_partial_message(message)
        try:
            await target.edit(view=screen, allowed_mentions=discord.AllowedMentions.none())
        except discord.NotFound as gone:
            log.info("Message %s is gone (%s); what it counted is kept", message, gone.code)
            return self._over(message)
        except discord.Forbidden as refused:
            log.warning(
                "Channel %s is closed to the bot (%s), so message %s stays as it is. Give the bot's role "
                "View Channel there; all answers are kept, and everybody finds their own under /rank",
                channel,
                refused.code,
                message,
            )
            await self._block(channel, refused)
            return self._over(message)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            code = failed.code if isinstance(failed, discord.HTTPException) else None
            if code == _ARCHIVED:
                if wake and await self._wake(channel):
                    return await self.edit(channel, message, screen)
                log.info("Thread %s is archived, so message %s stays as it is", channel, message)
                return self._over(message)
            return self._again(message, failed, _LATER if code == _TOO_OFTEN else _SOON)
        self._failed.pop(message, None)
        return Edited(shown=True)

    async def _block(self, channel: int, refused: discord.Forbidden) -> None:
        place = self._client.get_channel(channel)
        if isinstance(place, discord.abc.GuildChannel | discord.Thread):
            await note_refusal(self._client, self._actions, place.guild.id, channel, refused)

    def _over(self, message: int) -> Edited:
        self._failed.pop(message, None)
        return Edited(shown=False)

    def _again(self, message: int, failed: Exception, first: timedelta) -> Edited:
        failures = self._failed.get(message, 0)
        self._failed[message] = failures + 1
        wait = min(first * 2**failures, _LATEST)
        if isinstance(failed, discord.RateLimited):
            wait = max(wait, timedelta(seconds=failed.retry_after))
        log.warning("Message %s could not be edited and is left alone for %s: %s", message, wait, failed)
        return Edited(shown=False, wait=wait)

    async def _wake(self, channel: int) -> bool:
        """Whether the thread could be opened again; one that was locked is left closed."""
        try:
            thread = await self._client.fetch_channel(channel)
            if not isinstance(thread, discord.Thread) or thread.locked:
                return False
            await thread.edit(archived=False)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            log.info("Thread %s could not be opened again: %s", channel, failed)
            return False
        return True


def edits_of(interaction: discord.Interaction[Any]) -> Edits:
    """Edits of messages."""
    return cast("Edits", interaction.client.edits)
