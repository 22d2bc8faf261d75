"""The polls' messages: posted, kept in step with the answers, and turned into results."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, cast

import discord

from bot.actions import Actions
from bot.actions.poll_counts import OFTEN, SELDOM
from bot.actions.polls import CancelledPoll, OpenPoll, PollResult
from bot.chat import peer_rounds, poll_cards
from bot.chat.edits import Edited, Edits
from bot.chat.postings import Postings
from bot.chat.screens import Screen

log = logging.getLogger(__name__)

Over = PollResult | CancelledPoll

_A_MOMENT = 0.5
"""Seconds that are waited for edits; longer ones go on by themselves while other polls are looked after."""


class Posts:
    """The polls' messages: posted, kept in step with the answers, and turned into results."""

    def __init__(
        self, client: discord.Client, actions: Actions, edits: Edits, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._actions = actions
        self._clock = clock
        self._edits = edits
        self._postings = Postings(client, actions, clock)
        self.post, self.send, self.resume = self._postings.post, self._postings.send, self._postings.resume
        self._dirty: dict[int, datetime] = {}
        """Polls with answers that their message may not count yet, and from when on this is looked into."""
        self._refused: set[int] = set()
        """Polls whose message takes no counts any more."""
        self._over: dict[int, Over] = {}
        """What the messages of polls that are over are to show."""
        self._over_from: dict[int, datetime] = {}
        """From when on that may be tried again."""
        self._under_way: dict[int, asyncio.Task[bool]] = {}

    async def post_again(self) -> None:
        """Post every open poll anew, where the messages of old are gone but their channels are not."""
        for shown in await self._actions.polls.open_polls():
            channel = self._client.get_channel(shown.poll.channel)
            if isinstance(channel, discord.abc.Messageable):
                message = await channel.send(view=poll_cards.open_screen(shown))
                await self._actions.polls.reposted(shown.poll.id, shown.poll.channel, message.id)

    async def recount(self) -> None:
        """Bring every open poll up to date whose message is not known to be, as if somebody had just answered."""
        for shown in await self._actions.polls.open_polls():
            if shown.answered != shown.poll.counted:
                self.changed(shown.poll.id)

    def changed(self, poll: int) -> None:
        """Somebody answered, or the poll closes at another time; the message will say so before long."""
        if poll not in self._refused:
            self._dirty.setdefault(poll, self._clock() + OFTEN)

    async def count(self) -> frozenset[int]:
        """Bring messages up to date, results first: gathered, seldom, and never one edit an answer.

        The polls of which it is known by then that their message can never show it: it is gone, or closed to the bot.
        """
        now = self._clock()
        results = [poll for poll in self._over if self._over_from.get(poll, now) <= now]
        counts = sorted((since, poll) for poll, since in self._dirty.items() if since <= now)
        wanted = [poll for poll in (*results, *(poll for _, poll in counts)) if poll not in self._under_way]
        if not wanted:
            return frozenset()
        granted = await self._edits.grant(len(wanted))
        begun: dict[asyncio.Task[bool], int] = {}
        # Somebody may have begun one meanwhile.
        for poll in [poll for poll in wanted if poll not in self._under_way][:granted]:
            self._under_way[poll] = task = asyncio.create_task(
                self._bring_up_to_date(poll), name=f"poll {poll}"
            )
            begun[task] = poll
        if not begun:
            return frozenset()
        ended, _pending = await asyncio.wait(begun, timeout=_A_MOMENT)
        return frozenset(begun[task] for task in ended if not task.result())

    async def deliver(self, over: Iterable[Over]) -> frozenset[int]:
        """Turn messages into results, as soon as the pace allows; those gone or closed to the bot are let go.

        The polls of those, as far as they are known at once.
        """
        for one in over:
            self.forget(one.poll.id)
            self._over.setdefault(one.poll.id, one)
        return await self.count()

    def forget(self, poll: int) -> None:
        """The poll takes no more answers, so there is nothing to count."""
        self._dirty.pop(poll, None)
        self._refused.discard(poll)

    async def drain(self) -> None:
        """Return when every edit that was begun has ended."""
        while self._under_way:
            await asyncio.wait(list(self._under_way.values()))

    async def _bring_up_to_date(self, poll: int) -> bool:
        """Whether the message shows it now, or may still come to."""
        try:
            over = self._over.get(poll)
            return await (self._show(over) if over is not None else self._recount(poll))
        except Exception:
            log.exception("The message of poll %s could not be brought up to date", poll)
            if self._over.pop(poll, None) is None:  # a result is found again by the sweep
                self._dirty.setdefault(poll, self._clock() + SELDOM)
            return True
        finally:
            del self._under_way[poll]

    async def _recount(self, poll: int) -> bool:
        self._dirty.pop(poll, None)
        turn = await self._actions.poll_counts.turn(poll)
        if turn is None:
            return True
        if not turn.own:
            self._dirty.setdefault(poll, turn.until)
            return True
        shown = await self._actions.polls.view(poll)
        if not isinstance(shown, OpenPoll) or shown.poll.message is None:
            return True
        edited = await self._edits.edit(shown.poll.channel, shown.poll.message, poll_cards.open_screen(shown))
        # The edit may have waited its turn while somebody closed the poll, and then it covers the result.
        latest = await self._actions.polls.view(poll)
        if not isinstance(latest, OpenPoll):
            self.forget(poll)
            return await self._show(latest)
        if edited.wait is not None:
            until = max(turn.until, self._clock() + edited.wait)
            await self._actions.poll_counts.rest(poll, turn, until)
            self._dirty[poll] = until
        elif edited.gone:
            await self._close_unseen(poll)
        elif not edited.shown:
            self._dirty.pop(poll, None)
            self._refused.add(poll)
        elif not await self._actions.poll_counts.counted(shown, turn):
            self._dirty[poll] = self._clock()
        return not edited.refused

    async def _close_unseen(self, poll: int) -> None:
        """Close a poll that nobody can answer any more, because its message is gone: what was answered counts."""
        self.forget(poll)
        result = await self._actions.polls.close(poll)
        if result.poll.state != "withheld":
            await self._actions.polls.delivered(poll)
        log.info("Poll %s is closed before its time, with all that was answered", poll)

    async def _show(self, over: Over) -> bool:
        poll = over.poll
        if poll.state == "withheld":
            # Its round may have ended while this waited for its turn.
            latest = await self._actions.polls.view(poll.id)
            over = latest if isinstance(latest, PollResult) else over
        edited = Edited(shown=True)
        if poll.message is not None:
            screen = await end_screen(self._actions, over)
            edited = await self._edits.edit(poll.channel, poll.message, screen, wake=True)
        if edited.wait is not None:
            self._over[poll.id] = over
            self._over_from[poll.id] = self._clock() + edited.wait
            return True
        self._over.pop(poll.id, None)
        self._over_from.pop(poll.id, None)
        if over.poll.state != "withheld":
            await self._actions.polls.delivered(poll.id)
        return not edited.refused


async def end_screen(actions: Actions, over: Over) -> Screen:
    """What the message of a poll shows that is over."""
    if isinstance(over, CancelledPoll):
        return poll_cards.cancelled_screen(over)
    return await peer_rounds.end_screen(actions, over)


def posts_of(interaction: discord.Interaction[Any]) -> Posts:
    """The polls' messages."""
    return cast("Posts", interaction.client.posts)
