"""Announcements: a short reply to a long poll's message, once its result is there."""

import logging
from collections.abc import Callable
from datetime import datetime

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.poll_results import PollResult
from bot.chat.blocked_channels import note_refusal
from bot.chat.poll_results import right_words
from bot.chat.postings import NONCE_LASTS, is_refusal
from bot.chat.screens import Screen, note
from bot.words import _, speaking

log = logging.getLogger(__name__)

_MOST_READ = 100


class Announcements:
    """Tells channels that the results of long polls are in, each once.

    A reply is noted after it was sent, so none is lost with a process. None is sent twice either: for a minute
    after the result was shown Discord knows every earlier reply by its nonce, and later the channel is read first.
    """

    def __init__(self, client: discord.Client, actions: Actions, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock

    async def announce(self) -> None:
        """Reply to the polls whose results are there and were not announced yet."""
        for result in await self._actions.news.to_announce():
            poll = result.poll.id
            try:
                await self._reply(result)
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
                if not is_refusal(failed):
                    log.warning("The result of poll %s could not be announced yet: %s", poll, failed)
                    continue
                log.info("The result of poll %s is not announced (%s)", poll, failed)
                await note_refusal(
                    self._client, self._actions, result.poll.guild, result.poll.channel, failed
                )
            await self._actions.news.announced(poll)

    async def _reply(self, result: PollResult) -> None:
        poll = result.poll
        if poll.message is None:
            return
        channel = self._client.get_partial_messageable(poll.channel, guild_id=poll.guild)
        message = channel.get_partial_message(poll.message)
        now = self._clock()
        shown_at = poll.delivered_at or now
        if now - shown_at >= NONCE_LASTS and await self._is_told(message, shown_at):
            return
        # The nonce makes Discord refuse a second copy, should the request be repeated.
        await message.reply(
            view=announcement(result, message.jump_url),
            nonce=f"result:{poll.id}",
            mention_author=False,
            allowed_mentions=discord.AllowedMentions.none(),
        )

    async def _is_told(self, message: discord.PartialMessage, shown_at: datetime) -> bool:
        """Whether an earlier reply stands among what came since; a channel that has gone on by more needs none."""
        own, read = self._client.user, 0
        since = shown_at - NONCE_LASTS  # clocks differ
        async for one in message.channel.history(limit=_MOST_READ, after=since, oldest_first=True):
            read += 1
            replied = one.reference.message_id if one.reference is not None else None
            if own is not None and one.author.id == own.id and replied == message.id:
                return True
        return read >= _MOST_READ


def announcement(result: PollResult, link: str) -> Screen:
    """That the result is in, and where; how many were right only if that gives no hidden answer away."""
    with speaking(result.poll.locale):
        if result.poll.spoiler:
            return note(_("📊 The result is in: [see it]({link})", link=link))
        return note(
            _(
                "📊 The result is in: **{right}** right. [See it]({link})",
                right=right_words(result),
                link=link,
            )
        )
