"""Which lessons an author means: by slug those of the library, by path any file."""

from collections.abc import Sequence
from pathlib import Path

from lessons.catalogue import Catalogue, UnknownLesson
from lessons.loading import CURATED_CONTENT, Checked, MalformedLessons, check
from lessons.model import Lesson


class NoSuchLesson(Exception):
    """There is no such lesson or file; the message is a sentence that says what to do."""


def chosen(name: str) -> tuple[Lesson, Catalogue]:
    """The lesson meant, and the library with it in place of one of its slug.

    Raises `MalformedLessons` with the problems of its file alone, or `NoSuchLesson`.
    """
    shipped = check([CURATED_CONTENT])
    if not _is_path(name):
        lesson = _by_slug(shipped, name)
        return lesson, _catalogue(shipped.lessons, lesson)
    file = Path(name)
    if file.is_dir():
        raise NoSuchLesson(f"{file} is a folder; name a lesson's file, ending in .yaml, or a slug.")
    own = check([file])
    if own.problems:
        raise MalformedLessons(own.problems)
    return own.lessons[0], _catalogue(shipped.lessons, own.lessons[0])


def all_chosen(names: Sequence[str]) -> tuple[Lesson, ...]:
    """The lessons meant, or all of the library for no names; raises as `chosen` does."""
    if names:
        return tuple(chosen(name)[0] for name in dict.fromkeys(names))
    shipped = check([CURATED_CONTENT])
    if shipped.problems:
        raise MalformedLessons(shipped.problems)
    return Catalogue(shipped.lessons).lessons


def _is_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) or "/" in name or "\\" in name


def _by_slug(shipped: Checked, slug: str) -> Lesson:
    troubled = [problem for problem in shipped.problems if problem.path.stem == slug]
    if troubled:
        raise MalformedLessons(troubled)
    try:
        return Catalogue(shipped.lessons).lesson(slug)
    except UnknownLesson as unknown:
        near = f" Did you mean {unknown.suggestions[0].slug}?" if unknown.suggestions else ""
        raise NoSuchLesson(
            f"There is no lesson “{slug[:60]}” in the library.{near} For a file elsewhere give its path."
        ) from None


def _catalogue(shipped: Sequence[Lesson], lesson: Lesson) -> Catalogue:
    """The library with this lesson, which may itself stand in the way of others: those are left out."""
    others = tuple(one for one in shipped if one.slug != lesson.slug)
    try:
        return Catalogue((*others, lesson))
    except ValueError:  # a circle of requirements, by way of the lesson as it is now
        return Catalogue((lesson,))
