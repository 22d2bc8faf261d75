"""Live boards: which channels show a ladder as it stands, and when each message is due to be looked at again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.storage import Database, Unit
from bot.storage.live_boards import LiveBoard

EVERY = timedelta(minutes=1)
"""The least time between two edits of one message."""


class LiveBoards:
    """Rows that say which message shows what; they are the truth when the bot starts anew."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def find(self, channel: int, scope: str) -> LiveBoard | None:
        """The live board of this scope in the channel, or None."""
        async with self._database.reading() as unit:
            return await unit.live_boards.of(channel, scope)

    async def posted(
        self, *, message: int, guild: int, channel: int, scope: str, locale: str, starter: int, shown: str
    ) -> bool:
        """Keep a board that was posted; false if the channel has one of this scope by now."""
        board = LiveBoard(message, guild, channel, scope, locale, starter, shown, self._clock())
        async with self._database.unit() as unit:
            added = await unit.live_boards.add(board)
            if added:
                await _log(unit, board, "board_posted", by=starter, at=self._clock())
            return added

    async def due(self) -> list[LiveBoard]:
        """Boards whose messages may be edited within a minute, the one edited longest ago first."""
        async with self._database.reading() as unit:
            return await unit.live_boards.due(self._clock())

    async def edited(self, message: int, shown: str) -> bool:
        """Note what the message shows now; false if it is no live board any more."""
        async with self._database.unit() as unit:
            return await unit.live_boards.edited(message, shown, self._clock())

    async def put_off(self, message: int, wait: timedelta) -> None:
        """Leave the board alone for so long, and edit it then whatever it shows."""
        async with self._database.unit() as unit:
            await unit.live_boards.edited(message, "", self._clock() + wait - EVERY)

    async def stop(self, message: int, channel: int, scope: str, by: int) -> None:
        """Let go of the board because a moderator said so; nothing happens if it was gone already."""
        async with self._database.unit() as unit:
            board = await unit.live_boards.of(channel, scope)
            if board is not None and board.message == message and await unit.live_boards.remove(message):
                await _log(unit, board, "board_stopped", by=by, at=self._clock())

    async def remove(self, message: int) -> bool:
        """Let go of the board; false if it was gone already."""
        async with self._database.unit() as unit:
            return await unit.live_boards.remove(message)


async def _log(unit: Unit, board: LiveBoard, what: str, *, by: int, at: datetime) -> None:
    """Note in the server's log which ladder it was, and where."""
    await unit.audit_log.add(
        guild=board.guild, by=by, at=at, what=what, subject=board.scope, after=board.channel
    )
