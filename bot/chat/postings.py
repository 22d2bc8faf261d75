"""Posting a poll exactly once, whatever happens between the intention and the message."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.polls import OpenPoll
from bot.actions.refusals import Refusal
from bot.actions.scheduled_posts import LATE
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
        try:
            return await self.send(shown, channel)
        except Unsaid:
            raise Refusal(
                N_(
                    "Discord did not say whether it posted the poll. If it is not here within two minutes, nothing was posted: use /poll again."
                )
            ) from None
        except discord.NotFound:
            raise Refusal(
                N_("This channel is gone, so nothing was posted. Use /poll in another one.")
            ) from None

    async def send(self, shown: OpenPoll, channel: discord.abc.Messageable) -> discord.Message:
        """The same, for nobody who waits: it raises Discord's own refusal, or `Unsaid`."""
        poll = shown.poll.id
        self._under_way.add(poll)
        try:
            message = await _send(shown, channel)
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            if not is_refusal(failed):
                log.warning("Discord did not say whether it posted poll %s: %s", poll, failed)
                raise Unsaid from None
            await self._actions.polls.withdraw(poll)
            await note_refusal(self._client, self._actions, shown.poll.guild, shown.poll.channel, failed)
            raise
        finally:
            self._under_way.discard(poll)
        await self._actions.polls.posted(poll, message.id)
        await self._actions.blocked_channels.proved(shown.poll.channel)
        return message

    async def resume(self) -> None:
        """Find out what became of posts that a process began and did not see through."""
        # Whatever is under way now may be posted by the time that its row has been read.
        under_way = set(self._under_way)
        for shown in await self._actions.polls.postings():
            if shown.poll.id in under_way:
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
            found: int | None = None
            again = now - poll.opened_at < NONCE_LASTS
            if not again:
                named = rf"(?:poll|ballot)[a-z]*\d+:{poll.id}(?::.*)?"
                history = await look_back(self._client, channel, poll.opened_at, named)
                found = history.message
                # What a schedule has planned is made late rather than not at all.
                again = poll.schedule is not None and history.lacks_it and now - poll.opened_at < LATE
            if (
                again
                and now < poll.closes_at
                and not await self._actions.blocked_channels.is_blocked(poll.channel)
            ):
                found = (await _send(shown, channel)).id
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


class Unsaid(Exception):
    """Discord did not say whether it posted a poll."""


@dataclass(frozen=True, slots=True)
class History:
    """What a channel's history says of a post."""

    message: int | None
    whole: bool
    """Whether all was read that has come since."""

    @property
    def lacks_it(self) -> bool:
        """Whether the post surely does not stand there."""
        return self.message is None and self.whole


async def look_back(
    client: discord.Client, channel: discord.abc.Messageable, since: datetime, named: str
) -> History:
    """Look among the messages since then for the bot's own that has a button with such a custom_id."""
    wanted, own, read = re.compile(named), client.user, 0
    # Clocks differ.
    async for message in channel.history(limit=_MOST_READ, after=since - NONCE_LASTS, oldest_first=True):
        read += 1
        by_us = own is not None and message.author.id == own.id
        if by_us and any(wanted.fullmatch(one) for one in _custom_ids(message.components)):
            return History(message.id, whole=False)
    return History(None, whole=read < _MOST_READ and _may_look_back(client, channel))


def _may_look_back(client: discord.Client, channel: discord.abc.Messageable) -> bool:
    """Whether a history in which something is missing can be trusted: without the permission it is empty."""
    place: Any = client.get_channel(getattr(channel, "id", 0))
    guild: discord.Guild | None = getattr(place, "guild", None)
    return guild is not None and place.permissions_for(guild.me).read_message_history


def pinged(role: int | None) -> discord.AllowedMentions:
    """That a post may ping this role, and nobody else."""
    return discord.AllowedMentions(
        everyone=False, users=False, roles=[discord.Object(role)] if role is not None else False
    )


async def _send(shown: OpenPoll, channel: discord.abc.Messageable) -> discord.Message:
    # The nonce makes Discord refuse a second copy, should the request be repeated.
    return await channel.send(
        view=poll_cards.open_screen(shown),
        nonce=shown.poll.id,
        allowed_mentions=pinged(shown.poll.mention),
    )


def is_refusal(failed: Exception) -> bool:
    """Whether Discord itself said that it will not, rather than nothing, or that it cannot just now."""
    if not isinstance(failed, discord.HTTPException):
        return False
    return failed.status != _TOO_MANY_REQUESTS and failed.status < _ITS_OWN_FAULT


def _custom_ids(components: Any) -> Iterator[str]:
    for one in components:
        custom_id = getattr(one, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id
        yield from _custom_ids(getattr(one, "children", ()))
