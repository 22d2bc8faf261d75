"""Everything that can be said against lessons: what is wrong with them, and every fault not allowed by their authors."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lessons.document import Document
from lessons.faults import Fault, Warned
from lessons.ledger import Ledger, broken_promise, disappeared, ledger_of, read_ledger, unpublished
from lessons.lesson_faults import faults_of_lesson, longest_keys, too_often_longest
from lessons.loading import check
from lessons.model import Lesson, Question
from lessons.problems import MalformedLessons, Place, Problem, key_of
from lessons.question_faults import faults_of

Read = tuple[Document, Lesson]
"""A lesson, and the file that it was read from."""


class Examined(NamedTuple):
    """The well-formed lessons, what is wrong with others and with their ledgers, and the faults of the former."""

    lessons: tuple[Lesson, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Warned, ...]


def examine(paths: Sequence[Path]) -> Examined:
    """Check lesson files and folders of them for form, faults, and what their folders' ledgers promise."""
    checked = check(paths)
    read = list(zip(checked.documents, checked.lessons, strict=True))
    problems, warnings = list(checked.problems), warnings_of(read)
    for path in paths:
        whole = path.is_dir()
        # A lone file stands in the folder of its category.
        folder = path if whole else path.absolute().parent.parent
        try:
            ledger = read_ledger(ledger_of(folder))
        except MalformedLessons as malformed:
            problems += malformed.problems
            continue
        if ledger is None:
            continue
        own = [pair for pair in read if pair[0].path == path or (whole and pair[0].path.is_relative_to(path))]
        problems += _broken_promises(own, ledger)
        warnings += _unpublished(own, ledger)
        if whole and not checked.problems:
            ids = {question.id for _, lesson in own for question in lesson.questions}
            problems += disappeared(ledger, ledger_of(folder), ids)
    return Examined(checked.lessons, tuple(sorted(set(problems))), tuple(sorted(set(warnings))))


def warnings_of(read: Sequence[Read]) -> list[Warned]:
    """Every fault of these lessons and of them together, in the order of files and lines."""
    return sorted([*(one for pair in read for one in _of_lesson(*pair)), *_of_library(read)])


def warned(document: Document, place: Place, fault: Fault, message: str) -> Warned:
    """The fault with the position of the value at this place, or of the nearest around it."""
    marked = place
    while marked not in document.marks:
        marked = marked[:-1]
    mark = document.marks[marked]
    return Warned(document.path, mark.line, mark.column, key_of(place), fault, message)


def allowed(document: Document, place: Place) -> frozenset[str]:
    """The codes that the lesson (place ``()``) or one of its questions allows."""
    for _, value in document.find(*place, "allow"):
        if isinstance(value, dict):
            return frozenset(map(str, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return frozenset()


def _broken_promises(read: Iterable[Read], ledger: Ledger) -> Iterator[Problem]:
    for document, lesson in read:
        for number, question in enumerate(lesson.questions):
            if told := broken_promise(ledger, question):
                place = ("questions", number, "id")
                mark = document.marks[place]
                yield Problem(document.path, mark.line, mark.column, key_of(place), told)


def _unpublished(read: Iterable[Read], ledger: Ledger) -> Iterator[Warned]:
    for document, lesson in read:
        for number, question in enumerate(lesson.questions):
            place = ("questions", number)
            if unpublished(ledger, question) and Fault.UNPUBLISHED not in allowed(document, place):
                yield warned(
                    document,
                    (*place, "id"),
                    Fault.UNPUBLISHED,
                    "This id is not in the ledger yet; run “rung lessons publish” before members see it.",
                )


def _of_lesson(document: Document, lesson: Lesson) -> Iterator[Warned]:
    for number, question in enumerate(lesson.questions):
        place = ("questions", number)
        for found in faults_of(question):
            if found.fault not in allowed(document, place):
                yield warned(document, (*place, *found.place), found.fault, found.message)
    questions = [allowed(document, ("questions", number)) for number in range(len(lesson.questions))]
    for found in faults_of_lesson(lesson, questions):
        if found.fault not in allowed(document, ()):
            yield warned(document, found.place, found.fault, found.message)


def _counted(document: Document, lesson: Lesson) -> list[Question]:
    """The questions whose long keys are not allowed."""
    return [
        question
        for number, question in enumerate(lesson.questions)
        if Fault.LONGEST_KEY not in allowed(document, ("questions", number))
    ]


def _of_library(read: Iterable[Read]) -> Iterator[Warned]:
    """Whether the longest option is a good guess over all lessons; told in the file that has the most such keys."""
    counted = [
        (document, _counted(document, lesson))
        for document, lesson in read
        if Fault.LONGEST_KEYS not in allowed(document, ())
    ]
    if len(counted) > 1 and (told := too_often_longest([one for _, some in counted for one in some])):
        worst, _ = max(counted, key=lambda pair: longest_keys(pair[1]))
        yield warned(
            worst,
            ("questions",),
            Fault.LONGEST_KEYS,
            f"Over the library: {told.lower()[:1]}{told[1:]}; this file has the most of them.",
        )
