"""What members post for everybody: where they may, and how often."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.refusals import Refusal
from bot.actions.settings import settings_of
from bot.storage import Database
from bot.words import N_

LONGEST_COOLDOWN = timedelta(days=1)
"""The longest that a server can choose; older posts hold nobody back."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """A member's turn to post something in a channel."""

    channel: int
    member: int
    at: datetime


class Sharing:
    """Members' turns: in channels chosen for it, and after a cool-down, whatever it is that they post."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def take(self, guild: int, member: int, channel: int, parent: int | None = None) -> Turn:
        """Take the member's turn in the channel, or in a thread of its ``parent``. Raises `Refusal`.

        A thread that was not chosen itself shares the cool-down of its channel.
        """
        now = self._clock()
        async with self._database.unit() as unit:
            settings = await settings_of(unit, guild)
            place = next((one for one in (channel, parent) if one in settings.share_channels), None)
            if place is None:
                raise _elsewhere(settings.share_channels)
            rest = timedelta(seconds=settings.share_cooldown)
            last = await unit.shares.take(place, member, now, rest)
        if last is not None:
            raise Refusal(
                N_(
                    "Nothing was posted: between two posts of one member there is a pause in this channel. You can post again {when}."
                ),
                when=f"<t:{int((last + rest).timestamp()) + 1}:R>",
            )
        return Turn(place, member, now)

    async def give_back(self, turn: Turn) -> None:
        """Nothing was posted in this turn."""
        async with self._database.unit() as unit:
            await unit.shares.give_back(turn.channel, turn.member, turn.at)

    async def cut(self) -> int:
        """Forget turns that hold nobody back any more; how many."""
        async with self._database.unit() as unit:
            return await unit.shares.cut(self._clock() - LONGEST_COOLDOWN)


def named_channels(channels: Sequence[int]) -> str:
    """Where something may be posted, a few of the channels at most."""
    named = ", ".join(f"<#{channel}>" for channel in channels[:_NAMED])
    return f"{named} …" if len(channels) > _NAMED else named


def _elsewhere(channels: Sequence[int]) -> Refusal:
    if not channels:
        return Refusal(
            N_(
                "Nothing was posted: only moderators post for everybody here, until they have chosen channels for members with /settings."
            )
        )
    return Refusal(
        N_("Nothing was posted: members post for everybody in {channels}. Try again there."),
        channels=named_channels(channels),
    )
