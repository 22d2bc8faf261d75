"""Paces: how many things of a kind all processes together may begin within a second."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.storage import Database

_A_SECOND = timedelta(seconds=1)


class Paces:
    """Keeps to so many a second, for all processes that share the database."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def grant(self, what: str, wanted: int, a_second: int, begun: Sequence[datetime] = ()) -> int:
        """How many of those wanted may begin now, which are counted then.

        ``begun`` are those that nobody was asked for, for which the others make room.
        """
        async with self._database.unit() as unit:
            now = self._clock()
            # Clocks differ: what another process began in a moment to come was begun just now.
            latest = [one for one in (*await unit.paces.begun(what), *begun) if abs(now - one) < _A_SECOND]
            granted = max(0, min(wanted, a_second - len(latest)))
            await unit.paces.put(what, [*latest, *[now] * granted])
            return granted
