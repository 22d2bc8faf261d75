"""The Discord client: what it listens to, what it offers, and what it does on its own as time passes."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import discord
from discord.ext import tasks

from bot.actions import Actions
from bot.actions.polls import PollResult
from bot.chat import (
    duels,
    greeting,
    ladders,
    lessons,
    me,
    poll_results,
    polls,
    privacy,
    quizzes,
    ranks,
    reports,
    reviews,
    scheduled_screens,
    series_screens,
    settings,
    shared_cards,
    shared_lessons,
    sharing,
    shelves,
    welcome,
    why,
)
from bot.chat.access import Access
from bot.chat.announcing import Announcements
from bot.chat.arrivals import Arrivals
from bot.chat.commands import Tree
from bot.chat.departures import Departures
from bot.chat.duel_posts import DuelPosts
from bot.chat.edits import Edits
from bot.chat.live_boards import LiveMessages
from bot.chat.posts import Posts
from bot.chat.promotions import Congratulations
from bot.chat.reminders import Reminders
from bot.chat.scheduled_posts import ScheduledMessages
from bot.chat.series import Together
from bot.chat.syncing import WordsTranslator, sync
from bot.chat.tier_roles import RoleKeeper
from bot.storage import DatabaseUnavailable

log = logging.getLogger(__name__)

# A tutor does not speak, so it is no news that what voice needs is not installed.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

COMMANDS = (
    *lessons.COMMANDS,
    *quizzes.COMMANDS,
    *duels.COMMANDS,
    *reviews.COMMANDS,
    *me.COMMANDS,
    *reports.COMMANDS,
    *polls.COMMANDS,
    *ladders.COMMANDS,
    *ranks.COMMANDS,
    *privacy.COMMANDS,
    *settings.COMMANDS,
    *welcome.COMMANDS,
)
ITEMS = (
    *lessons.ITEMS,
    *shared_cards.ITEMS,
    *shared_lessons.ITEMS,
    *shelves.ITEMS,
    *quizzes.ITEMS,
    *duels.ITEMS,
    *why.ITEMS,
    *reviews.ITEMS,
    *me.ITEMS,
    *reports.ITEMS,
    *polls.ITEMS,
    *poll_results.ITEMS,
    *series_screens.ITEMS,
    *scheduled_screens.ITEMS,
    *ladders.ITEMS,
    *sharing.ITEMS,
    *ranks.ITEMS,
    *privacy.ITEMS,
    *settings.ITEMS,
    *greeting.ITEMS,
)


PATIENCE_OFFLINE = timedelta(minutes=5)
_LAST_WORDS = 10
"""Seconds that a closing bot gives each thing that it has begun."""
_A_DAY = timedelta(days=1)
_HALF_A_TICK = timedelta(seconds=0.5)


class RungClient(discord.Client):
    """The bot on Discord; whatever it knows between two events is in the database."""

    def __init__(
        self,
        actions: Actions,
        clock: Callable[[], datetime],
        *,
        always_sync: bool = False,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=60,
        )
        self.actions = actions
        self.edits = Edits(self, actions, clock)
        self.posts = Posts(self, actions, self.edits, clock)
        self.announcements = Announcements(self, actions, clock)
        self.together = Together(self, actions, self.posts, self.edits, clock)
        self.scheduled = ScheduledMessages(self, actions, self.posts, clock)
        self.duels = DuelPosts(self, actions, self.edits, clock)
        self.departures = Departures(self, actions, clock)
        self.arrivals = Arrivals(self, actions, clock)
        self.congratulations = Congratulations(self, actions)
        self.reminders = Reminders(self, actions)
        self.live_messages = LiveMessages(self, actions, self.edits, self.departures, clock)
        self.role_keeper = RoleKeeper(self, actions)
        self.tree = Tree(self)
        self.access = Access(self, clock)
        self._clock = clock
        self._always_sync = always_sync
        self._ticked_at: datetime | None = None
        self._swept_at: datetime | None = None
        self._cut_at: datetime | None = None
        self._offline_since: datetime | None = None
        self._ticking = asyncio.Lock()
        self._ending: asyncio.Task[None] | None = None
        self.at_work: set[asyncio.Task[Any]] = set()
        """Tasks in which somebody is being answered."""
        self.synced = False
        """Whether Discord was told of changed commands at the start."""
        self.lost = False
        """Whether the bot ended because it could not get back to Discord."""

    async def setup_hook(self) -> None:
        """Register what can be used and start the clockwork; on_ready would do it again and again."""
        for command in COMMANDS:
            self.tree.add_command(command)
        self.add_dynamic_items(*ITEMS)
        await self.tree.set_translator(WordsTranslator())
        self.synced = await sync(self.tree, self.actions.installation, always=self._always_sync)
        if self.synced:
            log.info("Discord was told of %d commands", len(COMMANDS))
        self.clockwork.start()

    async def on_disconnect(self) -> None:
        """Note since when."""
        self._offline_since = self._offline_since or self._clock()

    async def on_resumed(self) -> None:
        """All is well again."""
        self._offline_since = None

    async def on_ready(self) -> None:
        """Say so, and find out what has happened meanwhile."""
        self._offline_since = None
        log.info("Ready as %s in %d servers", self.user, len(self.guilds))
        await self._try("looking around", self.arrivals.look_around)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Greet a server that has invited the bot."""
        await self._try("greeting a server", partial(self.arrivals.joined, guild))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Find out what a server is that had an outage."""
        await self._try("coming back to a server", partial(self.arrivals.available, guild))

    async def on_guild_update(self, before: discord.Guild, after: discord.Guild) -> None:
        """Show a server that was renamed under its new name."""
        if before.name != after.name:
            await self._try("renaming a server", partial(self.actions.servers.rename, after.id, after.name))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Leave a server alone that has sent the bot away; an outage is told otherwise."""
        await self._try("leaving a server", partial(self.arrivals.left, guild))

    @tasks.loop(seconds=1)
    async def clockwork(self) -> None:
        """Whatever is due: closings first, then counts, and once a minute what was left undone."""
        now = self._clock()
        if self._ticked_at is not None and timedelta(0) <= now - self._ticked_at < _HALF_A_TICK:
            # After a computer's sleep the loop makes up for every second that it missed, all in one go.
            return
        self._ticked_at = now
        async with self._ticking:
            await self._tick(now)

    async def _tick(self, now: datetime) -> None:
        due = await self._is_anything_due()
        if due:
            await self._try("closing polls", self._close_due)
        await self._try("posting what is planned", self.scheduled.look)
        if due:
            await self._try("checking lessons together", self.together.go_on)
            # After the polls: those due by then still count for the season.
            await self._try("ending seasons", self.actions.seasons.end_due)
        await self._try("showing which lessons are checked", self.together.show_over)
        await self._try("counting answers", self.posts.count)
        await self._try("following ladders", self.live_messages.follow)
        if due or self.role_keeper.has_left_over:
            await self._try("keeping roles", self.role_keeper.look)
        if self._offline_since is not None and now - self._offline_since > PATIENCE_OFFLINE:
            # A resume can be retried for ever against an address that only fails; a fresh process cannot.
            log.critical("No connection to Discord for %s; ending, to be started afresh", PATIENCE_OFFLINE)
            self.lost = True
            self._ending = asyncio.create_task(self.close(), name="ending")
            return
        if self._swept_at is None:
            # Answers that came just before the last process ended may not be counted on their message yet.
            await self._try("recounting answers", self.posts.recount)
        if self._swept_at is None or (now - self._swept_at).total_seconds() >= 60:
            self._swept_at = now
            await self._try("delivering results", self._deliver_left)
            await self._try("announcing results", self.announcements.announce)
            await self._try("finding out about postings", self.posts.resume)
            await self._try("expiring quizzes", self.actions.quizzes.expire)
            await self._try("looking after duels", self.duels.look)
            await self._try("announcing titles", self.congratulations.look)
            await self._try("reminding", self.reminders.look)
            await self._try("resetting ladders", self.actions.resets.go_on)
            await self._try("scoring servers", self.actions.servers.score_due)
            await self._try("lining up live boards", self.live_messages.gather)
            await self._try("looking for who has left", self.departures.look)
            await self._try("forgetting servers", self.arrivals.look)
            await self._try("leaving boards for idleness", self.actions.listing.leave_idle)
        if self._cut_at is None or now - self._cut_at >= _A_DAY:
            self._cut_at = now
            await self._try("cutting the audit log", self.actions.audit_log.cut)
            await self._try("cutting what schedules posted", self.actions.scheduled_posts.cut)
            await self._try("forgetting who shared when", self.actions.sharing.cut)

    @clockwork.before_loop
    async def _wait(self) -> None:
        await self.wait_until_ready()

    async def _is_anything_due(self) -> bool:
        try:
            return await self.actions.due.anything()
        except DatabaseUnavailable:
            # Each work that needs the database says in its own words that it failed.
            return True

    async def _close_due(self) -> None:
        closed: list[PollResult] = []

        async def close(poll: int, how: Callable[[int], Awaitable[PollResult | None]]) -> None:
            if (result := await how(poll)) is not None:
                closed.append(result)

        for poll in await self.actions.polls.due():
            # One poll that cannot be closed must not keep the others open.
            await self._try(f"closing poll {poll}", partial(close, poll, self.actions.polls.close_due))
        for poll in await self.actions.polls.rounds_over():
            await self._try(
                f"ending the round of poll {poll}", partial(close, poll, self.actions.polls.end_round)
            )
        # Delivering may have to wait for Discord, and no poll should stay open meanwhile.
        await self.posts.deliver(closed)

    async def _deliver_left(self) -> None:
        await self.posts.deliver(await self.actions.polls.undelivered())

    async def _try(self, what: str, work: Callable[[], Any]) -> None:
        # A tasks.loop ends for good at the first exception, so none may leave it.
        try:
            await work()
        except Exception:
            log.exception("%s failed and will be tried again", what.capitalize())

    async def close(self) -> None:
        """Stop: nothing new is begun, answers in flight are recorded, then the connection ends."""
        if self.is_closed():
            return
        # A tick that has begun is let finish: cut in the middle of a transaction it would cost the connection.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ticking.acquire(), _LAST_WORDS)
        self.clockwork.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS):
                # Whoever was recorded is told so, too, before the connection goes.
                while at_work := [one for one in self.at_work if one is not asyncio.current_task()]:
                    await asyncio.wait(at_work)
                await self.actions.drain()
                await self.scheduled.drain()
                await self.posts.drain()
                await self.congratulations.drain()
                await self.role_keeper.drain()
                await self.reminders.drain()
                await self.duels.drain()
                await self.arrivals.drain()
        await super().close()
