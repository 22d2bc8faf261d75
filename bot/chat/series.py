"""Lessons checked together: begun in a channel, and carried on by the clockwork."""

import logging
from typing import Any

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.refusals import Refusal
from bot.actions.series_steps import Ask, BreakOff, Discuss, Step, SumUp
from bot.chat import sharing
from bot.chat.blocked_channels import note_refusal
from bot.chat.posts import Posts
from bot.chat.replies import actions_of
from bot.chat.screens import Screen, note
from bot.chat.series_screens import broken_off_screen, head_screen, show_over, summary_screen
from bot.chat.wording import shortened
from bot.storage.polls import Poll
from bot.storage.series import Series
from bot.words import _

log = logging.getLogger(__name__)

ALL = "all"
"""What stands for every question of a lesson where one question can be named."""

_LONGEST_NAME = 100
_SERVER_FAILURE = 500
_FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)


async def post_head(interaction: discord.Interaction[Any], channel: Any, series: Series) -> Screen:
    """Post the head of a series, with a thread where the channel allows one; where its first question comes."""
    actions = actions_of(interaction)
    try:
        head = await channel.send(view=head_screen(series), nonce=f"series:{series.id}")
    except _FAILURES as failed:
        await actions.series.call_off(series.id)
        if isinstance(failed, discord.Forbidden | discord.NotFound):
            raise sharing.post_failed(channel) from None
        raise
    thread = await _thread(interaction, channel, head, series)
    await actions.blocked_channels.proved(channel.id)
    await actions.series.settled(series.id, channel.id if thread is None else thread.id)
    where = _("in its thread {thread}", thread=thread.mention) if thread is not None else _("right here")
    return note(
        _("🤝 Begun: [see its head]({link})", link=head.jump_url),
        "-# "
        + _("The first question comes in a moment, {where}. Skip and Stop are on the head.", where=where),
    )


async def _thread(
    interaction: discord.Interaction[Any], channel: Any, head: discord.Message, series: Series
) -> discord.Thread | None:
    """A thread for the questions; None where there can be none."""
    may = interaction.app_permissions
    if not (
        isinstance(channel, discord.TextChannel)
        and may.create_public_threads
        and may.send_messages_in_threads
    ):
        return None
    try:
        return await head.create_thread(name=shortened(series.lesson_title, _LONGEST_NAME))
    except discord.HTTPException as failed:
        log.info("No thread for series %s: %s", series.id, failed)
        return None


class Together:
    """Carries series on, from whatever their rows say."""

    def __init__(self, client: discord.Client, actions: Actions, posts: Posts) -> None:
        self._client = client
        self._actions = actions
        self._posts = posts

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
        if isinstance(step, Ask):
            await self._ask(step)
        elif isinstance(step, Discuss):
            await self._open_discussion(step)
        elif isinstance(step, SumUp):
            await self._sum_up(step)
        else:
            await self._tell_home(step)

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
        if step.series.channel != step.series.home or poll.message is None:
            return
        message = self._channel(step.series, poll.channel).get_partial_message(poll.message)
        try:
            await message.create_thread(name=shortened(step.stem, _LONGEST_NAME))
        except _FAILURES as failed:
            log.info("No thread to discuss poll %s in: %s", poll.id, failed)

    async def _sum_up(self, step: SumUp) -> None:
        series = step.series
        try:
            await self._say(series, series.channel, summary_screen(step), "summary")
        except _FAILURES as failed:
            log.warning("The summary of series %s was not posted: %s", series.id, failed)
            if not isinstance(failed, discord.HTTPException) or failed.status >= _SERVER_FAILURE:
                return  # it is tried again
            await note_refusal(self._client, self._actions, series.guild, series.channel, failed)
        await self._actions.series.summed_up(series.id)
        if series.channel != series.home:
            # A thread bears the id of the message on which it was made.
            await show_over(self._client, series, series.channel)

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
