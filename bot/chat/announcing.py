"""Announcements: a short reply to a long poll's message, once its result is there."""

import logging

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.poll_results import PollResult
from bot.chat.poll_results import right_words
from bot.chat.screens import Screen, note
from bot.words import _, speaking

log = logging.getLogger(__name__)

_SERVER_FAILURE = 500


class Announcements:
    """Tells channels that the results of long polls are in, each once."""

    def __init__(self, client: discord.Client, actions: Actions) -> None:
        self._client = client
        self._actions = actions

    async def announce(self) -> None:
        """Reply to the polls whose results are there and were not announced yet."""
        for result in await self._actions.news.to_announce():
            # Noted before it is sent: whatever happens in between, it is never told twice.
            at = await self._actions.news.announce(result.poll.id)
            if at is not None and not await self._reply(result):
                await self._actions.news.not_announced(result.poll.id, at)

    async def _reply(self, result: PollResult) -> bool:
        """Whether that is done, or need not be tried again."""
        poll = result.poll
        if poll.message is None:
            return True
        channel = self._client.get_partial_messageable(poll.channel, guild_id=poll.guild)
        message = channel.get_partial_message(poll.message)
        try:
            # The nonce makes Discord refuse a second copy, should the request be repeated.
            await message.reply(
                view=announcement(result, message.jump_url),
                nonce=f"result:{poll.id}",
                mention_author=False,
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except discord.HTTPException as failed:
            log.info("The result of poll %s was not announced (%s)", poll.id, failed)
            return failed.status < _SERVER_FAILURE
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            log.warning("The result of poll %s could not be announced yet: %s", poll.id, failed)
            return False
        return True


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
