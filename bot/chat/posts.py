"""The polls' messages: posted, kept in step with the answers, and turned into results."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.polls import OpenPoll, PollResult
from bot.chat import poll_cards
from bot.chat.screens import Screen

log = logging.getLogger(__name__)

_GONE = {10003, 10008}
"""Unknown channel, unknown message."""

_OFTEN, _SELDOM = timedelta(seconds=5), timedelta(minutes=1)
_YOUNG = timedelta(hours=1)
_EDITS_A_TICK = 5


class Posts:
    """The polls' messages: posted, kept in step with the answers, and turned into results."""

    def __init__(self, client: discord.Client, actions: Actions, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._dirty: dict[int, datetime] = {}
        """Polls with answers that their message does not count yet, and from when on it may."""
        self._rests_until: dict[int, datetime] = {}
        """When the message of a poll may be edited again."""

    async def post(self, shown: OpenPoll, channel: discord.abc.Messageable) -> discord.Message:
        """Post a prepared poll; where that fails it is withdrawn, and the reason raised."""
        try:
            # The nonce makes Discord refuse a second copy, should the request be repeated.
            message = await channel.send(view=poll_cards.open_screen(shown), nonce=shown.poll.id)
        except discord.HTTPException:
            await self._actions.polls.withdraw(shown.poll.id)
            raise
        await self._actions.polls.posted(shown.poll.id, message.id)
        return message

    async def post_again(self) -> None:
        """Post every open poll anew, where the messages of old are gone but their channels are not."""
        for shown in await self._actions.polls.open_polls():
            channel = self._client.get_channel(shown.poll.channel)
            if isinstance(channel, discord.abc.Messageable):
                message = await channel.send(view=poll_cards.open_screen(shown))
                await self._actions.polls.reposted(shown.poll.id, shown.poll.channel, message.id)

    async def recount(self) -> None:
        """Bring every open poll that has answers up to date, as if somebody had just answered each."""
        for shown in await self._actions.polls.open_polls():
            if shown.answered:
                self.changed(shown.poll.id)

    def changed(self, poll: int) -> None:
        """Somebody answered; the message will say so before long."""
        now = self._clock()
        self._dirty.setdefault(poll, max(self._rests_until.get(poll, now), now + _OFTEN))

    async def count(self) -> None:
        """Bring the counts of answers up to date: gathered, seldom, and never one edit an answer."""
        now = self._clock()
        ready = [poll for poll, since in self._dirty.items() if since <= now]
        for poll in ready[:_EDITS_A_TICK]:
            self._dirty.pop(poll, None)
            shown = await self._actions.polls.view(poll)
            if isinstance(shown, PollResult):
                self.forget(poll)
                continue
            rest = _SELDOM if now - shown.poll.opened_at >= _YOUNG else _OFTEN
            self._rests_until[poll] = now + rest
            if not await self._edit(shown.poll.channel, shown.poll.message, poll_cards.open_screen(shown)):
                self._dirty.setdefault(poll, now + rest)
            # The edit may have waited its turn while somebody closed the poll, and then it covers the result.
            latest = await self._actions.polls.view(poll)
            if isinstance(latest, PollResult):
                await self.deliver(latest)

    async def deliver(self, result: PollResult) -> None:
        """Turn the poll's message into its result; one that is gone or closed to the bot is let go."""
        self.forget(result.poll.id)
        if await self._edit(result.poll.channel, result.poll.message, poll_cards.result_screen(result)):
            await self._actions.polls.delivered(result.poll.id)

    def forget(self, poll: int) -> None:
        """The poll takes no more answers, so there is nothing to count."""
        self._dirty.pop(poll, None)
        self._rests_until.pop(poll, None)

    async def _edit(self, channel: int, message: int | None, screen: Screen) -> bool:
        """Whether the message is as it should be, or need not be tried again."""
        if message is None:
            return True
        target = self._client.get_partial_messageable(channel).get_partial_message(message)
        try:
            await target.edit(view=screen, allowed_mentions=discord.AllowedMentions.none())
        except discord.NotFound as gone:
            log.info("Message %s is gone (%s); the poll's answers are kept", message, gone.code)
            return gone.code in _GONE
        except discord.Forbidden as refused:
            log.warning("Channel %s is closed to the bot (%s); the result is kept", channel, refused.code)
            return True
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            log.warning("Message %s could not be edited yet: %s", message, failed)
            return False
        return True


def posts_of(interaction: discord.Interaction[Any]) -> Posts:
    """The polls' messages."""
    return cast("Posts", interaction.client.posts)
