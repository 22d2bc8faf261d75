"""The duels' messages: posted once, turned into results, and gone with what nobody played."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, cast

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.duel_standing import Faced
from bot.actions.refusals import Refusal
from bot.chat import duel_cards, sharing
from bot.chat.edits import Edits
from bot.storage.duels import Duel
from bot.words import N_

log = logging.getLogger(__name__)

_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
_A_MOMENT, _LATER = timedelta(seconds=1), timedelta(minutes=5)
_REFUSED = 400
"""How Discord refuses to delete what it lets nobody touch, such as messages of an archived thread."""


class DuelPosts:
    """Keeps channels in step with their duels; what Discord refuses is let go at the first refusal."""

    def __init__(
        self, client: discord.Client, actions: Actions, edits: Edits, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._edits = edits
        self._under_way: set[int] = set()
        self._rests_until: dict[int, datetime] = {}
        """When the message of a duel may be tried again."""
        self._looking: asyncio.Task[None] | None = None

    async def post(self, faced: Faced, place: sharing.Place) -> discord.Message:
        """Post a challenge, which calls nobody but the opponent; where that fails it never was.

        A message that Discord has posted without saying so says that it is over as soon as somebody presses it.
        """
        duel = faced.duel
        called = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(duel.opponent)])
        try:
            message = await place.post(
                view=duel_cards.public_screen(faced), nonce=duel.id, allowed_mentions=called
            )
        except _FAILURES as failed:
            await self._actions.duels.not_posted(faced)
            if isinstance(failed, discord.Forbidden | discord.NotFound):
                raise
            log.warning("A challenge could not be posted: %s", failed)
            raise Refusal(N_("Discord did not take the challenge. Try again in a minute.")) from None
        if not await self._actions.duels.posted(duel.id, message.id):
            await self._delete(duel.channel, message.id, duel.locale)
        return message

    async def follow(self, quiz: int) -> None:
        """Somebody has come to the end of a side: show the result if both have. A failure is left to the next look."""
        try:
            faced = await self._actions.duels.of_quiz(quiz)
            if faced is not None:
                await self.show(faced)
        except Exception:
            log.exception("What came of a duel is shown later")

    async def show(self, faced: Faced) -> None:
        """Bring the message of a duel that is over up to date, once."""
        duel = faced.duel
        waits = self._rests_until.get(duel.id, self._clock()) > self._clock()
        if duel.state != "done" or duel.shown_at is not None or duel.id in self._under_way or waits:
            return
        self._under_way.add(duel.id)
        try:
            if (wait := await self._settled(faced)) is None:
                self._rests_until.pop(duel.id, None)
                await self._actions.duels.shown(faced)
            else:
                self._rests_until[duel.id] = self._clock() + wait
        finally:
            self._under_way.discard(duel.id)

    async def refresh(self, faced: Faced) -> None:
        """Show a duel that was accepted elsewhere than on its message."""
        if faced.duel.message is not None:
            self._edits.begin()
            await self._edits.edit(faced.duel.channel, faced.duel.message, duel_cards.public_screen(faced))

    async def end(self, ended: Iterable[Duel]) -> None:
        """Say neutrally that these have ended, of which nothing is kept any more; challenges go away."""
        for duel in ended:
            if duel.message is None:
                continue
            if duel.state == "asked":
                await self._delete(duel.channel, duel.message, duel.locale)
            else:
                self._edits.begin()
                await self._edits.edit(
                    duel.channel, duel.message, duel_cards.ended_screen(duel.locale), wake=True
                )

    async def look(self) -> None:
        """Begin to settle what is due and to show what is not shown yet, unless that is still being done."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="looking after duels")

    async def drain(self) -> None:
        """Return when the look that was begun has ended."""
        if self._looking is not None:
            await asyncio.wait([self._looking])

    async def _look(self) -> None:
        try:
            for duel in await self._actions.duels.due():
                # One duel that cannot be settled must not keep the others.
                await _try(duel, self._actions.duels.settle(duel))
            for faced in await self._actions.duels.unshown():
                await _try(faced.duel.id, self.show(faced))
        except Exception:
            log.exception("Looking after duels failed and will be tried again")

    async def _settled(self, faced: Faced) -> timedelta | None:
        """How long to leave the message alone before it is tried again; None: it shows what it can."""
        duel = faced.duel
        if duel.message is None:
            return None
        if faced.outcome == "nothing":
            return await self._delete(duel.channel, duel.message, duel.locale)
        if not await self._edits.grant(1):
            return _A_MOMENT
        return (
            await self._edits.edit(duel.channel, duel.message, duel_cards.public_screen(faced), wake=True)
        ).wait

    async def _delete(self, channel: int, message: int, locale: str) -> timedelta | None:
        """Delete a message, or let it say that it is over where that is refused; how long to wait for a retry."""
        try:
            await self._client.get_partial_messageable(channel).get_partial_message(message).delete()
        except (discord.NotFound, discord.Forbidden):
            return None
        except _FAILURES as failed:
            if isinstance(failed, discord.HTTPException) and failed.status == _REFUSED:
                return (await self._edits.edit(channel, message, duel_cards.ended_screen(locale))).wait
            log.warning("The message of a duel could not be deleted yet: %s", failed)
            return _LATER
        return None


async def _try(duel: int, work: Awaitable[object]) -> None:
    try:
        await work
    except Exception:
        log.exception("Looking after duel %s failed and will be tried again", duel)


def duel_posts_of(interaction: discord.Interaction[Any]) -> DuelPosts:
    """The duels' messages."""
    return cast("DuelPosts", interaction.client.duels)
