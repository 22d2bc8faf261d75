"""Posting what schedules have planned: each hour once, at the bot's pace, beside the clockwork."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.polls import OpenPoll
from bot.actions.scheduled_posts import A_SECOND, LATE, Due
from bot.chat import scheduled_screens
from bot.chat.postings import NONCE_LASTS, Unsaid, is_refusal, look_back, pinged
from bot.chat.posts import Posts
from bot.storage.blocked_channels import Reason

log = logging.getLogger(__name__)

_UNDER_WAY = 50
"""Posts that Discord has not answered yet, at most."""
_SWEEP = timedelta(minutes=1)


class ScheduledMessages:
    """Makes the posts whose hour has come; whatever it knows between two looks is in the database."""

    def __init__(
        self, client: discord.Client, actions: Actions, posts: Posts, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._actions = actions
        self._posts = posts
        self._clock = clock
        self._looking: asyncio.Task[None] | None = None
        self._under_way: dict[int, asyncio.Task[None]] = {}
        """Tasks that post, by the post's id."""
        self._begun: deque[datetime] = deque()
        self._swept_at: datetime | None = None
        self._quiet_since: datetime | None = None
        """When nothing was due any more; None: something may still be."""
        self._unsettled = False
        """Whether it was open at the last look what became of some post."""

    async def look(self) -> None:
        """Begin what is due as far as the pace allows; nobody waits for it, least of all polls that are to close."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="looking for due schedules")

    async def drain(self) -> None:
        """Return when every post that was begun is made, or has failed."""
        if self._looking is not None:
            await asyncio.wait([self._looking])
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def _look(self) -> None:
        try:
            now = self._clock()
            if not self._is_quiet(now):
                await self._begin_due(now)
            sweeps = self._swept_at is None or now - self._swept_at >= _SWEEP
            if sweeps or self._unsettled:
                self._unsettled = await self._actions.scheduled_posts.settle()
            if sweeps:
                self._swept_at = now
                await self._resume()
        except Exception:
            log.exception("Looking for due schedules failed and will be tried again")

    def _is_quiet(self, now: datetime) -> bool:
        """Whether nothing can have come due since the last look: every hour that is planned begins a minute."""
        since = self._quiet_since
        return since is not None and _minute(since) == _minute(now)

    async def _begin_due(self, now: datetime) -> None:
        room = self._room()
        found = await self._actions.scheduled_posts.due(room) if room else []
        self._quiet_since = now if room and not found else None
        for schedule in found:
            taken = await self._actions.scheduled_posts.take(schedule.id, self._locale(schedule.guild))
            for missed in taken.missed:
                log.warning(
                    "Schedule %s of server %s was missed at %s: nobody was there to post it in time",
                    schedule.id,
                    schedule.guild,
                    missed,
                )
            if taken.due is not None:
                self._begun.append(self._clock())
                self._begin(taken.due)

    def _room(self) -> int:
        """How many posts may begin now."""
        now = self._clock()
        while self._begun and not timedelta(0) <= now - self._begun[0] < timedelta(seconds=1):
            self._begun.popleft()
        return max(0, min(A_SECOND - len(self._begun), _UNDER_WAY - len(self._under_way)))

    def _begin(self, due: Due) -> None:
        task = asyncio.create_task(self._post(due), name=f"scheduled post {due.post.id}")
        self._under_way[due.post.id] = task

    async def _post(self, due: Due) -> None:
        post = due.post
        channel = self._client.get_partial_messageable(post.channel, guild_id=due.guild)
        try:
            if isinstance(due.content, OpenPoll):
                message = await self._posts.send(due.content, channel)
            else:
                message = await self._send(due, channel)
        except Unsaid:
            return
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            await self._not_posted(due, failed)
        except Exception:
            log.exception(
                "Scheduled post %s could not be made; what became of it is found out later", post.id
            )
        else:
            await self._actions.scheduled_posts.posted(post.id, message.id)
        finally:
            self._under_way.pop(post.id, None)

    async def _send(self, due: Due, channel: discord.abc.Messageable) -> discord.Message:
        # The nonce makes Discord refuse a second copy, should the request be repeated.
        return await channel.send(
            view=scheduled_screens.screen_of(due),
            nonce=f"scheduled:{due.post.id}",
            allowed_mentions=pinged(due.mention),
        )

    async def _not_posted(self, due: Due, failed: Exception) -> None:
        post = due.post
        if not is_refusal(failed):
            log.warning("Discord did not say whether it made scheduled post %s: %s", post.id, failed)
        elif (reason := _closed_by(failed)) is not None and self._client.get_guild(due.guild) is not None:
            log.warning(
                "Channel %s takes no post (%s), so its schedules are paused until a moderator has mended that",
                post.channel,
                failed,
            )
            await self._actions.scheduled_posts.refused(post.id, reason)
        else:
            log.warning("Discord does not take scheduled post %s: %s", post.id, failed)
            await self._actions.scheduled_posts.failed(post.id)

    async def _resume(self) -> None:
        """Find out what became of posts that a process began and did not see through."""
        # Whatever is under way now may be posted by the time that its row has been read.
        under_way = set(self._under_way)
        for due in await self._actions.scheduled_posts.postings(self._locale):
            if due.post.id in under_way:
                continue
            try:
                await self._take_up(due)
            except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
                await self._not_posted(due, failed)

    async def _take_up(self, due: Due) -> None:
        post, now = due.post, self._clock()
        channel = self._client.get_partial_messageable(post.channel, guild_id=due.guild)
        found: int | None = None
        again = now - post.at < NONCE_LASTS
        if not again:
            named = rf"scheduled[a-z]+\d+:{post.id}(?::.*)?"
            history = await look_back(self._client, channel, post.at, named)
            found = history.message
            again = history.lacks_it and now - post.due_at < LATE
        if again:
            found = (await self._send(due, channel)).id
        if found is not None:
            await self._actions.scheduled_posts.posted(post.id, found)

    def _locale(self, guild: int) -> str:
        known = self._client.get_guild(guild)
        return str(known.preferred_locale) if known is not None else ""


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _closed_by(failed: Exception) -> Reason | None:
    """Why a channel takes no post of the bot's any more; None where the refusal is about something else."""
    if isinstance(failed, discord.NotFound):
        return "gone"
    return "forbidden" if isinstance(failed, discord.Forbidden) else None
