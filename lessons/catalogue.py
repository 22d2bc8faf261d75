"""The catalogue: lessons and questions, found by name, category and text, and in which order to read them."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from lessons.model import Lesson, Question
from lessons.search import Index
from lessons.slugs import slug_of


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the library."""

    slug: str
    name: str


class UnknownLesson(LookupError):
    """No lesson has this slug; the suggestions are what was probably meant, best first."""

    def __init__(self, slug: str, suggestions: tuple[Lesson, ...]) -> None:
        self.slug = slug
        self.suggestions = suggestions
        sentence = f"There is no lesson “{slug[:100]}”."
        if suggestions:
            sentence += f" Did you mean {' or '.join(f'“{lesson.title}”' for lesson in suggestions)}?"
        super().__init__(sentence)


@dataclass(frozen=True)
class Catalogue:
    """Every lesson there is, by category, then rating, then title; no two share a slug, none builds on itself."""

    lessons: tuple[Lesson, ...]

    def __post_init__(self) -> None:
        ordered = sorted(
            self.lessons, key=lambda lesson: (*_shelf(lesson), lesson.rating, lesson.title, lesson.slug)
        )
        object.__setattr__(self, "lessons", tuple(ordered))
        if len(self._by_slug) != len(self.lessons):
            raise ValueError("two lessons of a catalogue share a slug")
        try:
            TopologicalSorter({lesson.slug: lesson.requires for lesson in ordered}).prepare()
        except CycleError as circle:
            raise ValueError(f"lessons build on each other in a circle: {circle.args[1]}") from None

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """The categories in the order of their names, each with at least one lesson."""
        found = {slug_of(lesson.category): lesson.category for lesson in reversed(self.lessons)}
        return tuple(Category(slug, name) for slug, name in reversed(found.items()))

    def find(self, slug: str) -> Lesson | None:
        """The lesson with this slug, or None."""
        return self._by_slug.get(slug)

    def lesson(self, slug: str) -> Lesson:
        """The lesson with this slug; raises `UnknownLesson` with suggestions."""
        found = self.find(slug)
        if found is None:
            raise UnknownLesson(slug, self.nearest(slug, 3))
        return found

    def question(self, identity: str) -> tuple[Lesson, Question] | None:
        """The question with this identity (``owner:id``) and its lesson, or None."""
        return self._by_identity.get(identity)

    def required(self, lesson: Lesson) -> tuple[Lesson, ...]:
        """The lessons that this one builds on, without those that this catalogue does not have."""
        return tuple(found for slug in lesson.requires if (found := self.find(slug)) is not None)

    def path(self, category_slug: str) -> tuple[Lesson, ...]:
        """A category's lessons to be read in this order: what a lesson builds on, then by rating and title."""
        return self._paths.get(category_slug, ())

    def after(self, lesson: Lesson) -> Lesson | None:
        """The next lesson on the path of this one's category, or None at its end."""
        path = self.path(slug_of(lesson.category))
        slugs = [one.slug for one in path]
        place = slugs.index(lesson.slug) + 1 if lesson.slug in slugs else len(path)
        return path[place] if place < len(path) else None

    def search(self, text: str, limit: int) -> tuple[Lesson, ...]:
        """The lessons that speak of this text, best first, typing mistakes forgiven; all without a text."""
        return tuple(self.lessons[number] for number in self._index.search(text, limit))

    def nearest(self, text: str, limit: int) -> tuple[Lesson, ...]:
        """What was probably meant, best first: always something, when there are lessons."""
        return tuple(self.lessons[number] for number in self._index.nearest(text, limit))

    @cached_property
    def _by_slug(self) -> dict[str, Lesson]:
        return {lesson.slug: lesson for lesson in self.lessons}

    @cached_property
    def _by_identity(self) -> dict[str, tuple[Lesson, Question]]:
        return {
            question.identity: (lesson, question) for lesson in self.lessons for question in lesson.questions
        }

    @cached_property
    def _by_category(self) -> dict[str, tuple[Lesson, ...]]:
        shelves: dict[str, list[Lesson]] = {}
        for lesson in self.lessons:
            shelves.setdefault(slug_of(lesson.category), []).append(lesson)
        return {slug: tuple(lessons) for slug, lessons in shelves.items()}

    @cached_property
    def _paths(self) -> dict[str, tuple[Lesson, ...]]:
        return {slug: tuple(self._in_order(lessons)) for slug, lessons in self._by_category.items()}

    def _in_order(self, lessons: Iterable[Lesson]) -> Iterator[Lesson]:
        """These lessons, easiest first, each after those it builds on, be it by way of other categories."""
        shelf = {lesson.slug: lesson for lesson in lessons}
        sorter = TopologicalSorter({slug: self._behind(slug) & shelf.keys() for slug in shelf})
        sorter.prepare()
        ready: list[tuple[int, str, str]] = []
        while sorter.is_active():
            for slug in sorter.get_ready():
                heapq.heappush(ready, (shelf[slug].rating, shelf[slug].title, slug))
            *_, slug = heapq.heappop(ready)
            yield shelf[slug]
            sorter.done(slug)

    def _behind(self, slug: str) -> set[str]:
        """The slugs of all that the lesson builds on, and of what these build on."""
        found: set[str] = set()
        asked = [slug]
        while asked:
            lesson = self.find(asked.pop())
            new = set(lesson.requires if lesson is not None else ()) - found
            found |= new
            asked += new
        return found

    @cached_property
    def _index(self) -> Index:
        return Index(self.lessons)

    def __iter__(self) -> Iterator[Lesson]:
        return iter(self.lessons)

    def __len__(self) -> int:
        return len(self.lessons)


def _shelf(lesson: Lesson) -> tuple[str, str]:
    return lesson.category.casefold(), slug_of(lesson.category)
