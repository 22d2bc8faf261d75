"""Counts: whose turn it is to edit an open poll's message, so that all processes together keep its pace."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.polls import OpenPoll
from bot.storage import Database

OFTEN, SELDOM = timedelta(seconds=5), timedelta(minutes=1)
"""How long a message rests between two edits while its poll is young, and later."""

YOUNG = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """A time in which one process alone edits a poll's message."""

    until: datetime
    own: bool
    """Whether it is the caller's."""


class PollCounts:
    """Turns at the messages of open polls, and how many answers they are known to count.

    The poll's row says both, so a process that dies with its turn leaves the message to the next.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def turn(self, poll: int) -> Turn | None:
        """The turn that is on now, for the caller if nobody had it; None if the message need not be edited."""
        now = self._clock()
        async with self._database.reading() as unit:
            found = await unit.polls.get(poll)
            if found is None or found.state != "open" or found.message is None:
                return None
            if found.counted == await unit.polls.count(poll):
                return None
        if found.rests_until is not None and found.rests_until > now:
            return Turn(found.rests_until, own=False)
        until = now + (SELDOM if now - found.opened_at >= YOUNG else OFTEN)
        async with self._database.unit() as unit:
            return Turn(until, own=await unit.polls.take_turn(poll, now, until))

    async def counted(self, shown: OpenPoll, turn: Turn) -> bool:
        """Whether the message is known to show this; if somebody had a turn since, it may cover something newer."""
        async with self._database.unit() as unit:
            return await unit.polls.counted(shown.poll, turn.until, shown.answered)

    async def rest(self, poll: int, turn: Turn, until: datetime) -> None:
        """Discord takes no edit of the message before then, whoever asks."""
        async with self._database.unit() as unit:
            await unit.polls.rest(poll, turn.until, until)
