"""What the lessons of one library owe each other."""

from collections import Counter
from collections.abc import Iterable, Iterator

from lessons.document import Document
from lessons.problems import Place, Problem, clipped, key_of
from lessons.slugs import slug_of, squeezed

_Said = tuple[Document, Place, str]


def check_library(documents: Iterable[Document]) -> Iterator[Problem]:
    """Slugs, titles and question ids that repeat, and categories spelled in two ways."""
    documents = list(documents)
    yield from _repeated_slugs(documents)
    yield from _repeated(_said(documents, "title"), "title")
    yield from _repeated(_said(documents, "questions", None, "id"), "question id")
    yield from _spellings(_said(documents, "category"))


def _said(documents: list[Document], *pattern: str | None) -> list[_Said]:
    return [
        (document, place, value)
        for document in documents
        for place, value in document.find(*pattern)
        if isinstance(value, str) and value
    ]


def _repeated_slugs(documents: list[Document]) -> Iterator[Problem]:
    seen: dict[str, Document] = {}
    for document in documents:
        first = seen.setdefault(document.path.stem, document)
        if first is not document:
            yield Problem(
                document.path, 1, 1, "", f"The file name is also that of {first.path}; rename one of the two."
            )


def _repeated(said: list[_Said], what: str) -> Iterator[Problem]:
    seen: dict[str, tuple[Document, Place]] = {}
    for document, place, value in said:
        other, there = seen.setdefault(squeezed(value), (document, place))
        if other is not document:
            line = other.marks[there].line
            yield _problem(
                document,
                place,
                f"The {what} “{clipped(value)}” is also in {other.path}:{line}; change one of them.",
            )


def _spellings(said: list[_Said]) -> Iterator[Problem]:
    counted = Counter(value for _, _, value in said)
    usual: dict[str, str] = {}
    for spelling, _ in counted.most_common():
        usual.setdefault(slug_of(spelling), spelling)
    for document, place, value in said:
        if usual[slug_of(value)] != value:
            yield _problem(
                document,
                place,
                f"Other lessons spell this category “{usual[slug_of(value)]}”; spell it the same.",
            )


def _problem(document: Document, place: Place, message: str) -> Problem:
    mark = document.marks[place]
    return Problem(document.path, mark.line, mark.column, key_of(place), message)
