"""Posting a poll exactly once, whatever happens between the intention and the message."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.polls import OpenPoll
from bot.actions.refusals import Refusal
from bot.chat import poll_cards
from bot.chat.blocked_channels import note_refusal
from bot.words import N_

log = logging.getLogger(__name__)

NONCE_LASTS = timedelta(minutes=1)
"""How long a post may be repeated; Discord knows its nonce for "a few minutes", so not for fewer than two."""

_MOST_READ = 100
_TOO_MANY_REQUESTS, _ITS_OWN_FAULT = 429, 500


class Postings:
    """Posts of polls: each is repeated while Discord would notice, and looked for afterwards."""

    def __init__(self, client: discord.Client, actions: Actions, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._under_way: set[int] = set()

    async def post(self, shown: OpenPoll, channel: discord.abc.Messageable) -> discord.Message:
        """Post a prepared poll; where Discord refuses that, the poll is withdrawn and the reason raised.

        Where Discord did not say, the poll is neither posted anew nor withdrawn: `resume` finds out.
        """
        poll = shown.poll.id
        self._under_way.add(poll)
        try:
            # The nonce makes Discord refuse a second copy, should the request be repeated.
            message = await channel.send(view=poll_cards.open_screen(shown), nonce=poll)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            if not is_refusal(failed):
                log.warning("Discord did not say whether it posted poll %s: %s", poll, failed)
                raise Refusal(
                    N_(
                        "Discord did not say whether it posted the poll. If it is not here within two minutes, nothing was posted: use /poll again."
                    )
                ) from None
            await self._actions.polls.withdraw(poll)
            await note_refusal(self._client, self._actions, shown.poll.guild, shown.poll.channel, failed)
            if isinstance(failed, discord.NotFound):
                raise Refusal(
                    N_("This channel is gone, so nothing was posted. Use /poll in another one.")
                ) from None
            raise
        finally:
            self._under_way.discard(poll)
        await self._actions.polls.posted(poll, message.id)
        await self._actions.blocked_channels.proved(shown.poll.channel)
        return message

    async def resume(self) -> None:
        """Find out what became of posts that a process began and did not see through."""
        for shown in await self._actions.polls.postings():
            if shown.poll.id in self._under_way:
                continue
            try:
                await self._resume(shown)
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
                log.warning("Poll %s is still neither posted nor withdrawn: %s", shown.poll.id, failed)
        await self._actions.polls.give_up_postings()

    async def _resume(self, shown: OpenPoll) -> None:
        poll, now = shown.poll, self._clock()
        channel = self._client.get_partial_messageable(poll.channel, guild_id=poll.guild)
        try:
            may_repeat = now - poll.opened_at < NONCE_LASTS and now < poll.closes_at
            if may_repeat and not await self._actions.blocked_channels.is_blocked(poll.channel):
                message = await channel.send(view=poll_cards.open_screen(shown), nonce=poll.id)
                found: int | None = message.id
            else:
                found = await self._find(shown, channel)
        except discord.HTTPException as failed:
            if not is_refusal(failed):
                raise
            log.warning(
                "Poll %s was withdrawn: its channel %s refuses it (%s)", poll.id, poll.channel, failed
            )
            await self._actions.polls.withdraw(poll.id)
            await note_refusal(self._client, self._actions, poll.guild, poll.channel, failed)
            return
        if found is not None:
            log.info("Poll %s stands in its channel as message %s", poll.id, found)
            await self._actions.polls.posted(poll.id, found)

    async def _find(self, shown: OpenPoll, channel: discord.abc.Messageable) -> int | None:
        """The poll's message among those posted since the intention was put down."""
        own = self._client.user
        since = shown.poll.opened_at - NONCE_LASTS
        async for message in channel.history(limit=_MOST_READ, after=since, oldest_first=True):
            if own is not None and message.author.id == own.id and _shows(message, shown.poll.id):
                return message.id
        return None


def is_refusal(failed: Exception) -> bool:
    """Whether Discord itself said that it will not, rather than nothing, or that it cannot just now."""
    if not isinstance(failed, discord.HTTPException):
        return False
    return failed.status != _TOO_MANY_REQUESTS and failed.status < _ITS_OWN_FAULT


def _shows(message: discord.Message, poll: int) -> bool:
    wanted = re.compile(rf"(?:poll|ballot)[a-z]*\d+:{poll}(?::.*)?")
    return any(wanted.fullmatch(one) for one in _custom_ids(message.components))


def _custom_ids(components: Any) -> Iterator[str]:
    for one in components:
        custom_id = getattr(one, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id
        yield from _custom_ids(getattr(one, "children", ()))
