"""Whether time alone has made anything due."""

from collections.abc import Callable
from datetime import datetime

from bot.storage import Database


class Due:
    """What the clockwork asks before it looks for anything in particular."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def anything(self) -> bool:
        """Whether a poll is to close, a lesson checked together goes on, a season ends, or roles are to follow."""
        async with self._database.reading() as unit:
            return await unit.due.anything(self._clock())
