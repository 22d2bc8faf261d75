"""The library: finding a lesson and turning its pages."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.actions.refusals import Refusal
from bot.words import N_
from ladder.tiers import Level, level_of
from lessons.catalogue import Catalogue, UnknownLesson
from lessons.model import Lesson
from lessons.owned import name_of
from lessons.pages import Page, page_of, paginate

SHELF = 6
"""Lessons on one screen of the list."""

_NEAR = 3
"""Lessons that are offered instead where none is as wanted."""

_OWNER = re.compile(r"^\d+-")


@dataclass(frozen=True, slots=True)
class Shelf:
    """One screen of the list of lessons."""

    lessons: tuple[Lesson, ...]
    number: int
    """From 0."""
    count: int
    found: int
    """How many lessons there are over all screens."""
    near: tuple[Lesson, ...]
    """What may have been meant when nothing was found."""


_pages = lru_cache(maxsize=512)(paginate)


class Library:
    """The lessons that can be learned, where somebody asks."""

    def __init__(self, catalogue: Catalogue, known: Catalogue | None = None) -> None:
        """The catalogue is what is offered; ``known`` is that and what can be opened without being offered."""
        self.catalogue = catalogue
        self.known = known or catalogue

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Every lesson that is offered, by category and then from the easiest."""
        return self.catalogue.lessons

    def find(self, slug: str) -> Lesson | None:
        """The lesson with this slug, offered or not; None if there is none."""
        return self.known.find(slug)

    def lesson(self, slug: str) -> Lesson:
        """The lesson of that name; a title, or one mistyped, is refused with what may have been meant."""
        found = self.find(slug)
        if found is not None:
            return found
        # Members never saw the owner's id in front of the name of a lesson that is gone.
        name = _OWNER.sub("", slug)[:80]
        try:
            return self.catalogue.lesson(name)
        except UnknownLesson as unknown:
            if not unknown.suggestions:
                raise Refusal(
                    N_("There is no lesson “{name}”. See them all with /lesson."), name=name
                ) from None
            raise Refusal(
                N_("There is no lesson “{name}”. Did you mean {near}? See them all with /lesson."),
                name=name,
                near=", ".join(f"**{lesson.title}**" for lesson in unknown.suggestions),
            ) from None

    def resolve(self, text: str) -> Lesson | None:
        """The lesson meant by what somebody typed without choosing from the list: a slug or a title."""
        wanted = text.strip().casefold()
        return next(
            (one for one in self.lessons if wanted in {one.slug, name_of(one), one.title.casefold()}), None
        )

    def pages(self, lesson: Lesson) -> tuple[Page, ...]:
        """The lesson's pages; every section is on them whole."""
        return _pages(lesson)

    def page_of(self, lesson: Lesson, section: str) -> int:
        """The number of the page on which a section begins; the first for a section that is no longer there."""
        page = page_of(self.pages(lesson), section)
        return page.number if page is not None else 1

    def search(self, text: str, limit: int) -> tuple[Lesson, ...]:
        """What the text may mean, best first, forgiving typing mistakes; everything for an empty text."""
        return self.catalogue.search(text, limit)

    def required(self, lesson: Lesson) -> tuple[Lesson, ...]:
        """The lessons that this one builds on."""
        return self.known.required(lesson)

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that follows on the path of this one's category, or None at its end."""
        return self.catalogue.after(lesson)

    def path(self, category: str | None) -> tuple[Lesson, ...]:
        """A category's lessons in the order of reading, or those of all categories one after the other."""
        slugs = [one.slug for one in self.catalogue.categories] if category is None else [category]
        return tuple(lesson for slug in slugs for lesson in self.catalogue.path(slug))

    def shelf(self, *, category: str | None, level: Level | None, text: str, number: int) -> Shelf:
        """One screen of the list along its paths, narrowed by whatever is given; one past the end is the last."""
        browsed = self.path(category)
        if text:
            allowed = {lesson.slug for lesson in browsed}
            browsed = tuple(one for one in self.search(text, len(self.lessons)) if one.slug in allowed)
        if level is not None:
            browsed = tuple(lesson for lesson in browsed if level_of(lesson.rating) is level)
        count = max(1, -(-len(browsed) // SHELF))
        number = min(max(number, 0), count - 1)
        near = () if browsed else self._nearest(category, level, text)
        return Shelf(browsed[number * SHELF : (number + 1) * SHELF], number, count, len(browsed), near)

    def _nearest(self, category: str | None, level: Level | None, text: str) -> tuple[Lesson, ...]:
        """A few lessons where there are none as wanted: by what was typed, or else by their level."""
        if text or level is None:
            return self.catalogue.nearest(text, _NEAR)
        levels = list(Level)
        wanted = levels.index(level)

        def distance(lesson: Lesson) -> tuple[int, int]:
            own = levels.index(level_of(lesson.rating))
            return abs(own - wanted), lesson.rating if own > wanted else -lesson.rating

        return tuple(sorted(self.path(category) or self.lessons, key=distance)[:_NEAR])
