"""Meeting people: remembering under which name somebody was seen last, and where."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.storage import BatchDoor, Database, Unit
from bot.storage.sightings import ANYWHERE, Sighting

_REFRESH = timedelta(hours=12)
_REMEMBERED = 20_000
_QUIET = timedelta(minutes=1)
"""How long nobody is noted whose data was deleted: what they pressed before may still be under way."""


class People:
    """Whom the bot has met; a name is written only when it is new or half a day old."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        # Many who come at once are noted at once, or their names would hold up each other's answers.
        self._door: BatchDoor[list[Sighting], None] = BatchDoor(database, self._note)
        self._recent: dict[tuple[int, int], tuple[str, datetime]] = {}
        self._forgotten: dict[int, datetime] = {}

    async def meet(
        self, member: int, name: str, guild: int | None = None, nickname: str | None = None
    ) -> None:
        """Note the member's own name, and in a server the name borne there."""
        now = self._clock()
        if self.is_forgotten(member, now):
            return
        places = [(ANYWHERE, name)] if guild is None else [(ANYWHERE, name), (guild, nickname or name)]
        fresh = [(place, shown) for place, shown in places if self._is_news(place, member, shown, now)]
        if not fresh:
            return
        await self._door.submit([Sighting(place, member, shown, now) for place, shown in fresh])
        if not self.is_forgotten(member, now):
            for place, shown in fresh:
                self._remember(place, member, shown, now)

    def forget(self, member: int) -> None:
        """Let go of the member's names; meetings of this minute that still wait to be noted are not noted."""
        now = self._clock()
        self._forgotten = {one: at for one, at in self._forgotten.items() if now - at < _QUIET}
        self._forgotten[member] = now
        for known in [known for known in self._recent if known[1] == member]:
            del self._recent[known]

    def is_forgotten(self, member: int, now: datetime) -> bool:
        """Whether the member's data was deleted within the last minute, so that nothing is noted of them."""
        at = self._forgotten.get(member)
        return at is not None and now - at < _QUIET

    def _is_news(self, place: int, member: int, shown: str, now: datetime) -> bool:
        known = self._recent.get((place, member))
        return known is None or known[0] != shown or now - known[1] > _REFRESH

    def _remember(self, place: int, member: int, shown: str, now: datetime) -> None:
        self._recent.pop((place, member), None)
        self._recent[place, member] = (shown, now)
        while len(self._recent) > _REMEMBERED:
            del self._recent[next(iter(self._recent))]

    async def _note(self, unit: Unit, met: Sequence[list[Sighting]]) -> Sequence[None]:
        kept = [one for seen in met for one in seen if not self.is_forgotten(one.member, one.seen_at)]
        if kept:
            newly = await unit.sightings.note_all(kept)
            await unit.role_dues.add(newly, self._clock())
        return [None] * len(met)
