"""A library at a glance: how many lessons of which kind, and what their questions look like as a whole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lessons.lesson_faults import longest_keys, words_in
from lessons.model import Lesson


@dataclass(frozen=True, slots=True)
class Shelf:
    """The lessons of one category, or of one kind."""

    name: str
    lessons: int
    questions: int
    words: int


@dataclass(frozen=True, slots=True)
class Glance:
    """Counts over a library."""

    whole: Shelf
    categories: tuple[Shelf, ...]
    tiers: tuple[Shelf, ...]
    options: dict[int, int]
    """How many questions have so many options."""
    positions: tuple[int, ...]
    """How many keys are option A, B, C, D and E."""
    longest: int
    """In how many questions the key is the one longest option."""
    longest_by_chance: float


def glance(lessons: Sequence[Lesson], tier: Callable[[int], str], tiers: Sequence[str]) -> Glance:
    """The counts of these lessons; ``tier`` names that of a rating, and ``tiers`` their order."""
    questions = [question for lesson in lessons for question in lesson.questions]
    counts = [len(question.options) for question in questions]
    keys = [question.key for question in questions]
    names = sorted({lesson.category for lesson in lessons}, key=str.casefold)
    return Glance(
        whole=_shelf("all", lessons),
        categories=tuple(_shelf(name, (one for one in lessons if one.category == name)) for name in names),
        tiers=tuple(_shelf(name, (one for one in lessons if tier(one.rating) == name)) for name in tiers),
        options={count: counts.count(count) for count in sorted(set(counts))},
        positions=tuple(keys.count(place) for place in range(max(counts, default=0))),
        longest=longest_keys(questions),
        longest_by_chance=sum(1 / count for count in counts),
    )


def _shelf(name: str, lessons: Iterable[Lesson]) -> Shelf:
    found = list(lessons)
    return Shelf(
        name,
        len(found),
        sum(len(lesson.questions) for lesson in found),
        sum(words_in(lesson) for lesson in found),
    )
