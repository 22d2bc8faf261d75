"""What the lessons of one library owe each other."""

from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator

from lessons.document import Document
from lessons.format import MOST_REQUIRED
from lessons.problems import Place, Problem, clipped, key_of
from lessons.refusals import suggestion
from lessons.slugs import slug_of, squeezed

_Said = tuple[Document, Place, str]


def check_library(documents: Iterable[Document], known: Collection[str] = ()) -> Iterator[Problem]:
    """Slugs, titles and question ids that repeat, categories spelled in two ways, requirements without sense.

    ``known`` names further lessons that these may build on.
    """
    documents = list(documents)
    yield from _repeated_slugs(documents)
    yield from _repeated(_said(documents, "title"), "title")
    yield from _repeated(_said(documents, "questions", None, "id"), "question id")
    yield from _spellings(_said(documents, "category"))
    # More requirements than there may be are refused for their number.
    required = [one for one in _said(documents, "requires", None) if one[1][-1] in range(MOST_REQUIRED)]
    yield from _unknown(required, {*known, *(document.path.stem for document in documents)})
    yield from _circles(required)


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


def _unknown(required: list[_Said], known: Collection[str]) -> Iterator[Problem]:
    for document, place, slug in required:
        if slug not in known:
            near = suggestion(slug, known)
            advice = (
                f"did you mean “{near}”?"
                if near
                else "write the name of its file, without .yaml, or remove it."
            )
            yield _problem(document, place, f"There is no lesson “{clipped(slug)}” in the library; {advice}")


def _circles(required: list[_Said]) -> Iterator[Problem]:
    """Each requirement that leads back to the lesson which makes it."""
    needs: dict[str, list[str]] = {}
    for document, _, slug in required:
        needs.setdefault(document.path.stem, []).append(slug)
    while settled := [slug for slug, wanted in needs.items() if not any(one in needs for one in wanted)]:
        for slug in settled:
            del needs[slug]
    for document, place, slug in required:
        own = document.path.stem
        if slug != own and (way := _way(needs, slug, own)):
            shown = " → ".join([own, *way])
            yield _problem(
                document,
                place,
                f"These lessons build on each other in a circle: {clipped(shown, 200)}; remove one requirement.",
            )


def _way(needs: dict[str, list[str]], start: str, end: str) -> list[str]:
    """The shortest way along what lessons need, both ends included; empty without one."""
    came: dict[str, str] = {}
    waiting = deque([start] if end in needs else [])
    while waiting:
        slug = waiting.popleft()
        if slug == end:
            way = [end]
            while way[0] != start:
                way.insert(0, came[way[0]])
            return way
        for one in needs.get(slug, ()):
            if one != start and one not in came:
                came[one] = slug
                waiting.append(one)
    return []


def _problem(document: Document, place: Place, message: str) -> Problem:
    mark = document.marks[place]
    return Problem(document.path, mark.line, mark.column, key_of(place), message)
