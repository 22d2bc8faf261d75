"""Lessons checked together: begun in a channel, and carried on by the clockwork."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.refusals import Refusal
from bot.actions.series_steps import Ask, Begin, BreakOff, Discuss, Step, SumUp
from bot.chat import sharing
from bot.chat.blocked_channels import note_refusal
from bot.chat.edits import Edits
from bot.chat.postings import NONCE_LASTS, is_refusal, look_back
from bot.chat.posts import Posts
from bot.chat.replies import actions_of
from bot.chat.screens import Screen, note
from bot.chat.series_screens import broken_off_screen, head_screen, over_screen, summary_screen
from bot.chat.wording import shortened
from bot.storage.polls import Poll
from bot.storage.series import Series
from bot.words import _

log = logging.getLogger(__name__)

ALL = "all"
"""What stands for every question of a lesson where one question can be named."""

_LONGEST_NAME = 100
_HAS_A_THREAD = 160004
"""How Discord refuses a second thread on a message; the first has the message's id."""
_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


async def post_head(interaction: discord.Interaction[Any], channel: Any, series: Series) -> Screen:
    """Post the head of a series, with a thread where the channel allows one; where its first question comes."""
    actions = actions_of(interaction)
    try:
        head = await _send_head(channel, series)
    except _FAILURES as failed:
        await actions.series.call_off(series.id)
        if isinstance(failed, discord.Forbidden | discord.NotFound):
            raise sharing.post_failed(channel) from None
        raise
    await actions.blocked_channels.proved(channel.id)
    place = await _place(interaction.client, series, head.id)
    await actions.series.settled(series.id, place)
    where = _("in its thread {thread}", thread=f"<#{place}>") if place != series.home else _("right here")
    return note(
        _("🤝 Begun: [see its head]({link})", link=head.jump_url),
        "-# "
        + _("The first question comes in a moment, {where}. Skip and Stop are on the head.", where=where),
    )


async def _send_head(channel: discord.abc.Messageable, series: Series) -> discord.Message:
    # The nonce makes Discord refuse a second copy, should the request be repeated.
    return await channel.send(view=head_screen(series), nonce=f"series:{series.id}")


async def _place(client: discord.Client, series: Series, head: int) -> int:
    """Where the questions stand: in a thread on the head, or in its channel where there can be none."""
    channel = client.get_channel(series.home)
    if not isinstance(channel, discord.TextChannel):
        return series.home
    may = channel.permissions_for(channel.guild.me)
    if not (may.create_public_threads and may.send_messages_in_threads):
        return series.home
    try:
        name = shortened(series.lesson_title, _LONGEST_NAME)
        return (await channel.get_partial_message(head).create_thread(name=name)).id
    except discord.HTTPException as failed:
        if failed.code == _HAS_A_THREAD:
            return head
        log.info("No thread for series %s: %s", series.id, failed)
        return series.home


class Together:
    """Carries series on, from whatever their rows say."""

    def __init__(
        self,
        client: discord.Client,
        actions: Actions,
        posts: Posts,
        edits: Edits,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._actions = actions
        self._posts = posts
        self._edits = edits
        self._clock = clock
        self._heads: dict[int, tuple[datetime, Series]] = {}
        """Series whose head is to say that they are over, and from when on that may be tried."""

    async def go_on(self) -> None:
        """Take every step that is due."""
        for series in await self._actions.series.due():
            try:
                step = await self._actions.series.step(series)
                if step is not None:
                    await self._carry_out(step)
            except Exception:
                # One series that cannot go on must not hold up the others.
                log.exception("A step of series %s failed and will be tried again", series)

    async def _carry_out(self, step: Step) -> None:
        # What was withheld until now, or closed by a skip, is shown before anything follows it.
        if shown := await self._actions.series.unshown(step.series.id):
            await self._posts.deliver(shown)
        if isinstance(step, Begin):
            await self._begin(step.series)
        elif isinstance(step, Ask):
            await self._ask(step)
        elif isinstance(step, Discuss):
            await self._open_discussion(step)
        elif isinstance(step, SumUp):
            await self._sum_up(step)
        else:
            await self._tell_home(step)

    async def _begin(self, series: Series) -> None:
        """Find or post the head of a series that a process began and did not see through."""
        channel = self._channel(series, series.home)
        head: int | None = None
        try:
            if self._clock() - series.opened_at >= NONCE_LASTS:
                named = rf"seriesskip1:{series.id}"
                head = (await look_back(self._client, channel, series.opened_at, named)).message
            elif not await self._actions.blocked_channels.is_blocked(series.home):
                head = (await _send_head(channel, series)).id
        except _FAILURES as failed:
            log.warning("The head of series %s was neither posted nor found: %s", series.id, failed)
            if not is_refusal(failed):
                return  # it is tried again
            await note_refusal(self._client, self._actions, series.guild, series.home, failed)
        if head is None:
            await self._actions.series.call_off(series.id)
        else:
            place = await _place(self._client, series, head)
            await self._actions.series.settled(series.id, place)

    async def _ask(self, step: Ask) -> None:
        poll = step.shown.poll
        if await self._actions.blocked_channels.is_blocked(poll.channel):
            await self._actions.polls.withdraw(poll.id)
            await self._break_off(poll)
            return
        try:
            await self._posts.post(step.shown, self._channel(step.series, step.series.channel))
        except (discord.HTTPException, Refusal) as failed:
            log.warning("Poll %s of series %s was not posted: %s", poll.id, step.series.id, failed)
            await self._break_off(poll)

    async def _break_off(self, poll: Poll) -> None:
        end = await self._actions.series.not_posted(poll)
        if end is not None:
            await self._tell_home(end)

    async def _open_discussion(self, step: Discuss) -> None:
        """A thread on the question; a series that has one of its own, or may have none, talks where it stands."""
        poll = step.poll
        if step.series.channel == step.series.home and poll.message is not None:
            message = self._channel(step.series, poll.channel).get_partial_message(poll.message)
            try:
                await message.create_thread(name=shortened(step.stem, _LONGEST_NAME))
            except _FAILURES as failed:
                log.info("No thread to discuss poll %s in: %s", poll.id, failed)
                if not is_refusal(failed):
                    return  # it is tried again
        await self._actions.series.discussed(step)

    async def _sum_up(self, step: SumUp) -> None:
        series = step.series
        try:
            await self._post_summary(step)
        except _FAILURES as failed:
            log.warning("The summary of series %s was not posted: %s", series.id, failed)
            if not is_refusal(failed):
                return  # it is tried again
            await note_refusal(self._client, self._actions, series.guild, series.channel, failed)
        if series.channel == series.home:
            await self._actions.series.summed_up(series.id)
        else:
            self._heads[series.id] = (self._clock(), series)

    async def _post_summary(self, step: SumUp) -> None:
        series, now = step.series, self._clock()
        since = series.ended_at or now
        if now - since >= NONCE_LASTS:
            named = rf"seriesstudy1:{series.id}:.*"
            history = await look_back(self._client, self._channel(series, series.channel), since, named)
            if not history.lacks_it:
                return  # it stands there, or nobody can tell, and two would be one too many
        await self._say(series, series.channel, summary_screen(step), "summary")

    async def show_over(self) -> None:
        """Say on heads that their series are over, at the pace of all edits."""
        now = self._clock()
        for since, series in list(self._heads.values()):
            if since > now:
                continue
            if not await self._edits.grant(1):
                return
            # A thread bears the id of the message on which it was made.
            edited = await self._edits.edit(series.home, series.channel, over_screen(series))
            del self._heads[series.id]
            if edited.wait is not None:
                self._heads[series.id] = (now + edited.wait, series)
            await self._actions.series.summed_up(series.id)

    async def _tell_home(self, step: BreakOff) -> None:
        series = step.series
        if series.channel == series.home:
            return
        try:
            await self._say(series, series.home, broken_off_screen(series), "broken")
        except _FAILURES as failed:
            log.warning("Nobody could be told that series %s ended: %s", series.id, failed)
            await note_refusal(self._client, self._actions, series.guild, series.home, failed)

    async def _say(self, series: Series, channel: int, screen: Screen, what: str) -> None:
        """Post it once, unless the channel is blocked."""
        if not await self._actions.blocked_channels.is_blocked(channel):
            await self._channel(series, channel).send(view=screen, nonce=f"{what}:{series.id}")

    def _channel(self, series: Series, channel: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(channel, guild_id=series.guild)
