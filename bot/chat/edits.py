"""Edits of messages that the bot makes of its own accord: how many, and what a refusal means."""

import logging
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

A_SECOND, BOARDS_A_SECOND = 7, 3
"""Edits that all processes together may begin within one second: of polls, series and duels, and of live boards."""

_ARCHIVED = 50083
_GONE = {10003, 10008}
"""Unknown channel, unknown message."""
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

    gone: bool = False
    """Whether there is no such message any more, in a channel that may be gone itself."""

    @property
    def refused(self) -> bool:
        """Whether the message can never show it: it is gone, or closed to the bot."""
        return not self.shown and self.wait is None


class Edits:
    """Edits of messages: counted, so that the whole bot, in all its processes, stays within its pace."""

    def __init__(self, client: discord.Client, actions: Actions, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._begun: list[datetime] = []
        """Edits that nobody was asked for."""
        self._failed: dict[int, int] = {}
        """How often in a row Discord could not edit a message."""

    async def grant(self, wanted: int) -> int:
        """How many of so many edits may begin now, which are counted then."""
        begun, self._begun = self._begun, []
        return await self._actions.paces.grant("edits", wanted, A_SECOND, begun)

    def begin(self) -> None:
        """Count an edit that somebody waits for, and that others make room for."""
        self._begun.append(self._clock())

    async def grant_board(self) -> bool:
        """Whether a live board may be edited now, which is counted then."""
        return await self._actions.paces.grant("boards", 1, BOARDS_A_SECOND) == 1

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
            return self._over(message, gone=gone.code in _GONE)
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

    def _over(self, message: int, *, gone: bool = False) -> Edited:
        self._failed.pop(message, None)
        return Edited(shown=False, gone=gone)

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
