"""Holdings: all that is taught anywhere, and what of it is offered where somebody asks."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from bot.actions.library import Library
from bot.actions.settings import settings_of
from bot.storage import Database, DatabaseUnavailable, Unit
from bot.storage.own_lessons import Edition
from lessons.catalogue import Catalogue
from lessons.loading import read_checked
from lessons.model import CURATED, Lesson, Question
from lessons.owned import owned, owner_of
from lessons.slugs import slug_of

log = logging.getLogger(__name__)

_MOST_KEPT = 32 * 1024 * 1024
"""Characters of servers' own lessons that are kept as read, so that no server fills the memory with hers."""

_MOST_LIBRARIES = 256


class Known:
    """Questions that are still asked, of those whose identities were asked for, and all curated ones."""

    def __init__(self, curated: Catalogue, own: Iterable[Lesson] = ()) -> None:
        self._curated = curated
        self._own = {one.identity: (lesson, one) for lesson in own for one in lesson.questions}

    def question(self, identity: str) -> tuple[Lesson, Question] | None:
        """The question with this identity and its lesson as it is now, or None if it is not asked any more."""
        return self._curated.question(identity) or self._own.get(identity)


class Holdings:
    """The curated lessons, and those that servers have written for themselves.

    Servers' own are read from the database when they are needed, for their servers alone; what a process keeps
    of them is only what it has read before, named by its version, so that all processes agree at once.
    """

    def __init__(self, curated: Catalogue, database: Database) -> None:
        self.curated = curated
        self.everywhere = Library(curated)
        """What is offered outside all servers."""
        self._database = database
        self._known = Known(curated)
        self._slugs = frozenset(lesson.slug for lesson in curated)
        self._read: OrderedDict[Edition, tuple[Lesson | None, int]] = OrderedDict()
        self._kept = 0
        self._libraries: OrderedDict[int, tuple[object, Library]] = OrderedDict()

    async def of(self, guild: int | None, unit: Unit | None = None) -> Library:
        """What is offered in the server, or (None) outside all servers.

        Asked outside a unit it is what was offered last, while the database is out of reach.
        """
        if guild is None:
            return self.everywhere
        if unit is not None:
            return await self._offered(unit, guild)
        try:
            async with self._database.reading() as reading:
                return await self._offered(reading, guild)
        except DatabaseUnavailable as error:
            log.warning("Lessons are offered as they were last: %s", error)
            return self._libraries[guild][1] if guild in self._libraries else self.everywhere

    async def find(self, slug: str, guild: int | None, unit: Unit) -> Lesson | None:
        """The lesson of this slug, curated or the server's own, offered or not; None if there is none any more."""
        return self.curated.find(slug) or (await self.of(guild, unit)).find(slug)

    async def _offered(self, unit: Unit, guild: int) -> Library:
        categories = (await settings_of(unit, guild)).categories
        editions = await unit.own_lessons.published(guild)
        if categories is None and not editions:
            self._libraries.pop(guild, None)
            return self.everywhere
        version = categories, tuple(editions)
        if guild not in self._libraries or self._libraries[guild][0] != version:
            own = await self.read(unit, editions)
            self._libraries[guild] = version, self._library(own.values(), categories)
        self._libraries.move_to_end(guild)
        while len(self._libraries) > _MOST_LIBRARIES:
            self._libraries.popitem(last=False)
        return self._libraries[guild][1]

    def _library(self, own: Iterable[Lesson], categories: Sequence[str] | None) -> Library:
        known = Catalogue((*self.curated, *own))
        offered = Catalogue(
            tuple(
                lesson
                for lesson in known
                if lesson.owner != CURATED or categories is None or slug_of(lesson.category) in categories
            )
        )
        return Library(offered, known)

    async def knowing(self, unit: Unit, questions: Iterable[str]) -> Known:
        """The questions of these identities, whoever's they are, as they are now."""
        wanted: dict[str, set[str]] = {}
        for identity in questions:
            owner = owner_of(identity)
            if owner != CURATED:
                wanted.setdefault(owner, set()).add(identity.partition(":")[2])
        if not wanted:
            return self._known
        editions = [
            edition
            for owner, ids in wanted.items()
            if owner.isdecimal()
            for edition in await unit.own_lessons.holding(int(owner), ids)
        ]
        return Known(self.curated, (await self.read(unit, editions)).values())

    async def read(self, unit: Unit, editions: Iterable[Edition]) -> Mapping[Edition, Lesson]:
        """The lessons of these editions, without those that this program cannot read any more."""
        wanted = list(editions)
        unread = [one for one in wanted if one not in self._read]
        sources = await unit.own_lessons.sources(unread)
        found: dict[Edition, Lesson | None] = {}
        for edition, source in sources.items():
            # Reading a long file takes a while, in which everybody else is answered.
            lesson = await asyncio.to_thread(self._lesson, edition, source)
            if lesson is None:
                log.warning("Server %s's lesson %s is not a lesson any more", edition.guild, edition.name)
            found[edition] = lesson
        found |= {one: self._read[one][0] for one in wanted if one in self._read}
        for edition in wanted:
            self._keep(edition, found.get(edition), len(sources.get(edition, "")))
        return {one: lesson for one in wanted if (lesson := found.get(one)) is not None}

    def _lesson(self, edition: Edition, source: str) -> Lesson | None:
        lesson = read_checked(edition.name, source.encode(), str(edition.guild))
        return owned(lesson, self._slugs) if lesson is not None else None

    def _keep(self, edition: Edition, lesson: Lesson | None, length: int) -> None:
        """Keep what was read, in place of what was not needed for longest."""
        if edition in self._read:
            self._read.move_to_end(edition)
            return
        self._read[edition] = lesson, length
        self._kept += length
        while self._kept > _MOST_KEPT and len(self._read) > 1:
            _, (_, gone) = self._read.popitem(last=False)
            self._kept -= gone
