"""Handing in: everything that can be said against a lesson file that a server would like to teach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lessons.catalogue import Catalogue
from lessons.checking import warnings_of
from lessons.containment import check_contained
from lessons.document import Document, Mark, read_document
from lessons.faults import Warned
from lessons.loading import check_texts
from lessons.model import Lesson
from lessons.owned import LONGEST_NAME
from lessons.problems import Place, Problem, clipped, key_of
from lessons.slugs import squeezed


class Promise(NamedTuple):
    """What the id of a published question means for good, and the name of the lesson that it was published in."""

    meaning: str
    name: str


@dataclass(frozen=True)
class Around:
    """What there is already: the library, and what the server has written."""

    curated: Catalogue
    titles: Mapping[str, str] = field(default_factory=dict[str, str])
    """The titles of the server's lessons by their names."""
    promises: Mapping[str, Promise] = field(default_factory=dict[str, Promise])
    """What the ids of the server's published questions mean."""


class HandedIn(NamedTuple):
    """What became of a file."""

    name: str
    """The name of its lesson."""
    lesson: Lesson | None
    """None if there are problems."""
    problems: tuple[Problem, ...]
    warnings: tuple[Warned, ...]
    """What may be better; it keeps nobody from teaching the lesson."""


def examine_own(filename: str, source: bytes, owner: str, around: Around) -> HandedIn:
    """Check a file that was handed in under this name, whatever is in it; nothing is looked up on a disk."""
    # Whatever somebody calls a file, the last part alone is its name.
    path = Path(PurePosixPath(filename.replace("\\", "/")).name or "lesson")
    name = path.stem
    slugs = {lesson.slug for lesson in around.curated}
    checked = check_texts([(path, source)], owner, known=slugs | around.titles.keys())
    document = read_document(source, path)
    problems = set(checked.problems)
    if document.complete:
        told = len(document.problems)
        check_contained(document)
        _check_collisions(document, name, around)
        problems.update(document.problems[told:])
    for lesson in checked.lessons:
        problems.update(_broken_promises(document, lesson, around))
    if problems:
        return HandedIn(name, None, tuple(sorted(problems)), ())
    read = list(zip(checked.documents, checked.lessons, strict=True))
    return HandedIn(name, checked.lessons[0], (), tuple(warnings_of(read)))


def _check_collisions(document: Document, name: str, around: Around) -> None:
    """Note a name, a title or question ids that somebody would take for those of another lesson."""
    start = Mark(1, 1)
    if len(name) > LONGEST_NAME:
        document.refuse_at(
            start, "", f"The file name has {len(name)} characters before .yaml; at most {LONGEST_NAME} fit."
        )
    if around.curated.find(name) is not None:
        document.refuse_at(
            start, "", f"The library has a lesson “{clipped(name)}” already; give the file another name."
        )
    titles = {squeezed(lesson.title): "the library" for lesson in around.curated}
    titles |= {squeezed(title): f"{own}.yaml" for own, title in around.titles.items() if own != name}
    for place, title in document.find("title"):
        if isinstance(title, str) and (where := titles.get(squeezed(title))):
            document.refuse(place, f"A lesson of {where} has this title already; choose another.")
    taken = {question.id for lesson in around.curated for question in lesson.questions}
    for place, id in document.find("questions", None, "id"):
        if isinstance(id, str) and id in taken:
            document.refuse(place, f"A question of the library has the id “{clipped(id)}”; choose another.")


def _broken_promises(document: Document, lesson: Lesson, around: Around) -> Iterator[Problem]:
    for number, question in enumerate(lesson.questions):
        promise = around.promises.get(question.id)
        if promise is None:
            continue
        place: Place = ("questions", number, "id")
        if promise.name != lesson.slug:
            told = f"This id was published in {clipped(promise.name)}.yaml, and stays its; give the question a new id."
        elif promise.meaning != question.meaning:
            told = (
                "This question is published, and its stem, options or key have changed; give it a new id. "
                "Feedback and explanation may be changed under the old one."
            )
        else:
            continue
        mark = document.marks[place]
        yield Problem(document.path, mark.line, mark.column, key_of(place), told)
