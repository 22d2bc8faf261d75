"""Promotions in chat: a new title told to the channel that a server chose for it."""

import asyncio
import logging

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.promotions import Announcement
from bot.chat.blocked_channels import note_refusal
from bot.chat.postings import is_refusal
from bot.chat.screens import Screen, card, text
from bot.chat.wording import quoted_name, tier_colour, tier_word, title_words
from bot.words import _, speaking

log = logging.getLogger(__name__)


class Congratulations:
    """Tells servers of their members' new titles, each once, beside the clockwork, which does not wait for it."""

    def __init__(self, client: discord.Client, actions: Actions) -> None:
        self._client = client
        self._actions = actions
        self._announcing: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Begin to announce what was earned, unless that is still being done."""
        if self._announcing is None or self._announcing.done():
            self._announcing = asyncio.create_task(self._announce(), name="announcing titles")

    async def drain(self) -> None:
        """Return when what has been begun is announced."""
        if self._announcing is not None:
            await asyncio.wait([self._announcing])

    async def _announce(self) -> None:
        try:
            await self.announce()
        except Exception:
            log.exception("Announcing titles failed and will be tried again")

    async def announce(self) -> None:
        """Announce what was earned since; where a channel refuses that, it is left at that."""
        for one in await self._actions.promotions.to_announce():
            try:
                await self._post(one)
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
                if not is_refusal(failed):
                    log.warning("A title could not be announced yet: %s", failed)
                    continue
                await note_refusal(self._client, self._actions, one.promotion.guild, one.channel, failed)
            await self._actions.promotions.told(one.promotion)

    async def _post(self, one: Announcement) -> None:
        promotion = one.promotion
        guild = self._client.get_guild(promotion.guild)
        chosen = (await self._actions.settings.of(promotion.guild)).locale
        channel = self._client.get_partial_messageable(one.channel, guild_id=promotion.guild)
        # The nonce makes Discord refuse a second copy, should the request be repeated.
        await channel.send(
            view=congratulation(one, chosen or (str(guild.preferred_locale) if guild is not None else "")),
            nonce=f"{promotion.member}:{promotion.tier.floor}",
            allowed_mentions=discord.AllowedMentions.none(),
        )


def congratulation(one: Announcement, locale: str) -> Screen:
    """Who has earned which title, and by beating what."""
    with speaking(locale):
        tier = one.promotion.tier
        told = _(
            "🏆 {name} is **{title}** now.",
            name=quoted_name(one.name),
            title=title_words(tier, one.rating),
        )
        how = (
            _(
                "-# Beat the machine of “{lesson}” with a rating of {rating}.",
                lesson=one.beaten,
                rating=one.rating,
            )
            if one.beaten is not None
            else _(
                "-# Beat a {tier} machine before, and has the rating for it now: {rating}.",
                tier=tier_word(tier),
                rating=one.rating,
            )
        )
        return Screen(card(text(told, how), colour=tier_colour(tier.floor)))
