"""Reading: where a member left off, what was read, and what to read next."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.actions.holdings import Holdings
from bot.actions.library import Library, Shelf
from bot.actions.people import People
from bot.storage import BatchDoor, Database, Unit
from bot.storage.reading import Bookmark, PageTurn
from ladder.match import Outcome
from ladder.tiers import Level
from lessons.model import Lesson
from lessons.slugs import slug_of


@dataclass(frozen=True, slots=True)
class Mark:
    """What a member has done with a lesson."""

    section: int | None = None
    """The number of the section where the member is, from 1; None before the lesson was opened."""
    read: bool = False
    answered: int = 0
    """How many of the lesson's questions have a first answer."""
    right: int = 0
    """How many of those were right."""
    beaten: bool = False
    """Whether its machine is."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to read now, and why: it was left in the middle, it is next on a path, or nothing was read yet."""

    lesson: Lesson
    why: Literal["left", "next", "start"]
    section: int | None = None
    """The number of the section where it was left, from 1."""


@dataclass(frozen=True, slots=True)
class OwnShelf:
    """One screen of the list of lessons with what it says to one member."""

    shelf: Shelf
    marks: dict[str, Mark]
    """By slug, of the lessons on it."""
    unread: dict[str, tuple[Lesson, ...]]
    """By slug, what those lessons build on and the member has not read."""
    suggestion: Suggestion | None
    """What to read now, of the whole library or of the category that is shown."""
    path_read: int
    """How many lessons of what is shown, were it not narrowed any further, the member has read."""
    path_length: int


class Reading:
    """What can be done about members' places in lessons."""

    def __init__(
        self, database: Database, library: Holdings, people: People, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._library = library
        self._people = people
        self._clock = clock
        # A class that reads together turns many pages at once; they share a commit.
        self._door: BatchDoor[PageTurn, None] = BatchDoor(database, self._note)

    async def turned(self, member: int, lesson: Lesson, number: int) -> None:
        """Note that the member was shown this page; the last one makes the lesson read."""
        pages = self._library.everywhere.pages(lesson)
        parts = pages[number - 1].parts
        begun = [part.section for part in parts if not part.continued]
        # The sources may have a page of their own, behind the last section.
        section = begun[0] if begun else parts[0].section if parts else lesson.sections[-1]
        last = number == len(pages)
        await self._door.submit(PageTurn(member, lesson.slug, section.id, self._clock(), last))

    async def page_for(self, member: int, lesson: Lesson) -> int:
        """The page on which the member left the lesson: the first of one never opened or read to its end."""
        async with self._database.reading() as unit:
            left = await unit.reading.at(member, lesson.slug)
        if left is None:
            return 1
        page_of = self._library.everywhere.page_of
        number = page_of(lesson, left.section)
        ended = left.read_at is not None and number == page_of(lesson, lesson.sections[-1].id)
        return 1 if ended else number

    async def shelf(
        self,
        member: int,
        *,
        category: str | None,
        level: Level | None,
        text: str,
        number: int,
        guild: int | None = None,
    ) -> OwnShelf:
        """One screen of the list, as `Library.shelf`, with the member's own marks and what to read next.

        It is the list of the server, or (None) of everybody.
        """
        library = await self._library.of(guild)
        shelf = library.shelf(category=category, level=level, text=text, number=number)
        shown = shelf.lessons or shelf.near
        async with self._database.reading() as unit:
            bookmarks = await unit.reading.of(member)
            asked = [question.identity for lesson in shown for question in lesson.questions]
            given = await unit.matches.first_answers([member], asked) if asked else {}
            answers = given.get(member, {})
            matches = await unit.matches.of([member])
        places = {one.lesson: one for one in bookmarks}
        beaten = {match.lesson for match in matches if match.outcome is Outcome.WIN}
        read = {one.lesson for one in bookmarks if one.read_at is not None}
        path = library.path(category)
        return OwnShelf(
            shelf=shelf,
            marks={one.slug: _mark(one, places.get(one.slug), answers, beaten) for one in shown},
            unread={
                one.slug: tuple(need for need in library.required(one) if need.slug not in read)
                for one in shown
            },
            suggestion=_suggestion(library, path, bookmarks, read),
            path_read=sum(one.slug in read for one in path),
            path_length=len(path),
        )

    async def _note(self, unit: Unit, turned: Sequence[PageTurn]) -> Sequence[None]:
        await unit.reading.note(one for one in turned if not self._people.is_forgotten(one.member, one.at))
        return [None] * len(turned)


def _suggestion(
    library: Library, path: Sequence[Lesson], bookmarks: Sequence[Bookmark], read: Collection[str]
) -> Suggestion | None:
    """What the member is in the middle of, else what follows on the path of what was opened last."""
    known = {lesson.slug: lesson for lesson in path}
    opened = [known[one.lesson] for one in bookmarks if one.lesson in known]
    left = next((lesson for lesson in opened if lesson.slug not in read), None)
    if left is not None:
        place = next(one for one in bookmarks if one.lesson == left.slug)
        return Suggestion(left, "left", _number(left, place))
    ready = [
        lesson
        for lesson in path
        if lesson.slug not in read and all(need.slug in read for need in library.required(lesson))
    ]
    followed = slug_of(opened[0].category) if opened else None
    on_path = [lesson for lesson in ready if slug_of(lesson.category) == followed]
    if on_path or ready:
        found = on_path[0] if on_path else min(ready, key=lambda one: (one.rating, one.title))
        return Suggestion(found, "next" if opened else "start")
    first = next((lesson for lesson in path if lesson.slug not in read), None)
    return Suggestion(_before(library, first, read), "next") if first is not None else None


def _before(library: Library, lesson: Lesson, read: Collection[str]) -> Lesson:
    """The lesson, or what has to be read before it, which may be in another category."""
    while unread := [need for need in library.required(lesson) if need.slug not in read]:
        lesson = unread[0]
    return lesson


def _mark(lesson: Lesson, place: Bookmark | None, answers: dict[str, bool], beaten: Collection[str]) -> Mark:
    own = [answers[one.identity] for one in lesson.questions if one.identity in answers]
    return Mark(
        section=_number(lesson, place) if place is not None else None,
        read=place is not None and place.read_at is not None,
        answered=len(own),
        right=sum(own),
        beaten=lesson.slug in beaten,
    )


def _number(lesson: Lesson, place: Bookmark) -> int:
    """The number of the section; 1 for one that is gone, as the lesson then opens at its beginning."""
    ids = [section.id for section in lesson.sections]
    return ids.index(place.section) + 1 if place.section in ids else 1
