"""Meeting people: remembering under which name somebody was seen last, and where."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.storage import Database
from bot.storage.sightings import ANYWHERE

_REFRESH = timedelta(hours=12)
_REMEMBERED = 20_000


class People:
    """Whom the bot has met; a name is written only when it is new or half a day old."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._recent: dict[tuple[int, int], tuple[str, datetime]] = {}

    async def meet(
        self, member: int, name: str, guild: int | None = None, nickname: str | None = None
    ) -> None:
        """Note the member's own name, and in a server the name borne there."""
        now = self._clock()
        places = [(ANYWHERE, name)] if guild is None else [(ANYWHERE, name), (guild, nickname or name)]
        fresh = [(place, shown) for place, shown in places if self._is_news(place, member, shown, now)]
        if not fresh:
            return
        async with self._database.unit() as unit:
            for place, shown in fresh:
                await unit.sightings.note(place, member, shown, now)
        for place, shown in fresh:
            self._remember(place, member, shown, now)

    def _is_news(self, place: int, member: int, shown: str, now: datetime) -> bool:
        known = self._recent.get((place, member))
        return known is None or known[0] != shown or now - known[1] > _REFRESH

    def _remember(self, place: int, member: int, shown: str, now: datetime) -> None:
        self._recent.pop((place, member), None)
        self._recent[place, member] = (shown, now)
        while len(self._recent) > _REMEMBERED:
            del self._recent[next(iter(self._recent))]
