"""Lesson files to a catalogue; malformed ones are refused, all at once, naming file, line and key."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lessons.cache import digest_of, recall, remember
from lessons.catalogue import Catalogue
from lessons.consistency import check_consistency
from lessons.document import MOST_BYTES, Document, Mark, read_document
from lessons.format import SLUG
from lessons.ledger import ledger_of, read_ledger, with_history
from lessons.library import check_library
from lessons.model import CURATED, Lesson
from lessons.problems import MalformedLessons, Problem
from lessons.refusals import validate
from lessons.slugs import LONGEST_SLUG, slug_of

__all__ = [
    "CURATED_CACHE",
    "CURATED_CONTENT",
    "Checked",
    "MalformedLessons",
    "Problem",
    "check",
    "check_texts",
    "load",
]

CURATED_CONTENT = Path(__file__).parent / "content"
"""The folder of the lessons that ship with the program."""

CURATED_CACHE = Path(__file__).parent / "__pycache__" / "lessons.json"
"""Where these are kept once they are checked, beside the compiled program."""


class Checked(NamedTuple):
    """The lessons that are well-formed, and everything that is wrong with the others."""

    lessons: tuple[Lesson, ...]
    problems: tuple[Problem, ...]
    documents: tuple[Document, ...]
    """The files of those lessons, in the same order."""


_Text = tuple[Path, Path | None, bytes]
"""A file, the folder that it was found under, and what is in it."""


def load(roots: Sequence[Path], owner: str = CURATED, *, cache: Path | None = None) -> Catalogue:
    """The catalogue of all lessons under these folders; raises `MalformedLessons` with all their problems.

    With a ``cache`` file, lessons are not checked again while neither they nor the program have changed.
    """
    problems: list[Problem] = []
    texts = _gather(roots, problems)
    ledgers = {path: ledger for path in map(ledger_of, roots) if (ledger := read_ledger(path)) is not None}
    digest = digest_of(
        owner, [*((file, text) for file, _, text in texts), *((path, path.read_bytes()) for path in ledgers)]
    )
    if cache is not None and not problems and (known := recall(cache, digest)) is not None:
        return Catalogue(known)
    checked = _check(texts, owner, problems)
    if not checked.lessons and not checked.problems:
        raise MalformedLessons(
            [Problem(Path(), 1, 1, "", "The library is empty; name a folder that holds lessons.")]
        )
    if checked.problems:
        raise MalformedLessons(checked.problems)
    lessons = checked.lessons
    for ledger in ledgers.values():
        lessons = with_history(lessons, ledger)
    if cache is not None:
        remember(cache, digest, lessons)
    return Catalogue(lessons)


def check(paths: Iterable[Path], owner: str = CURATED) -> Checked:
    """Check lone lesson files, and folders as libraries: a folder a category, in it a file a lesson.

    A lone file may also build on the lessons that ship with the program.
    """
    problems: list[Problem] = []
    texts = _gather(paths, problems)
    lone = any(root is None for _, root, _ in texts)
    return _check(texts, owner, problems, known=_curated_slugs() if lone else ())


def check_texts(texts: Iterable[tuple[Path, bytes]], owner: str, known: Collection[str] = ()) -> Checked:
    """Check lesson files that are held in memory, such as uploads; the paths name them and need not exist.

    ``known`` names further lessons that they may build on.
    """
    problems: list[Problem] = []
    named = [(path, None, source) for path, source in texts if _is_named_well(path, problems)]
    return _check(named, owner, problems, known)


def read_checked(slug: str, source: bytes, owner: str) -> Lesson | None:
    """The lesson of a text that was found well-formed once; None if it has not even a lesson's shape any more.

    Rules of a later program do not take away what is being taught.
    """
    document = read_document(source, Path(f"{slug}.yaml"))
    written = validate(document) if document.complete else None
    return written.as_lesson(slug, owner) if written is not None else None


def _gather(paths: Iterable[Path], problems: list[Problem]) -> list[_Text]:
    files: dict[Path, Path | None] = {}
    for path in paths:
        if path.is_dir():
            found = sorted(_files_under(path, problems))
            if not found:
                problems.append(
                    _of_file(path, "There is no lesson in this folder; add one, ending in .yaml.")
                )
            for file in found:
                files.setdefault(file, path)
        else:
            files.setdefault(path, None)
    return [
        (file, root, source) for file, root in files.items() if (source := _read(file, problems)) is not None
    ]


def _check(
    texts: Iterable[_Text],
    owner: str,
    problems: list[Problem],
    known: Collection[str] = (),
) -> Checked:
    lessons: list[tuple[Document, Lesson]] = []
    documents: list[Document] = []
    for path, root, source in texts:
        document = read_document(source, path)
        if document.complete:
            written = validate(document)
            check_consistency(document)
            _check_path(document, root)
            documents.append(document)
            if written and not document.problems:
                lessons.append((document, written.as_lesson(path.stem, owner)))
        problems.extend(document.problems)
    problems.extend(check_library(documents, known))
    troubled = {problem.path for problem in problems}
    sound = [pair for pair in lessons if pair[0].path not in troubled]
    return Checked(
        tuple(lesson for _, lesson in sound),
        tuple(sorted(set(problems))),
        tuple(document for document, _ in sound),
    )


def _curated_slugs() -> set[str]:
    return {path.stem for path in _files_under(CURATED_CONTENT, [])}


def _files_under(root: Path, problems: list[Problem]) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        problems.append(_of_file(Path(error.filename), f"The folder cannot be read ({error.strerror})."))

    for folder, _, names in os.walk(root, onerror=refuse):
        for name in names:
            if not name.startswith(".") and name.lower().endswith((".yaml", ".yml")):
                yield Path(folder, name)


def _read(path: Path, problems: list[Problem]) -> bytes | None:
    if not path.exists():
        problems.append(_of_file(path, "There is no such file or folder; check the path."))
        return None
    if not _is_named_well(path, problems):
        return None
    if not path.is_file():
        problems.append(_of_file(path, "This is not an ordinary file; put a lesson file here, or remove it."))
        return None
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        problems.append(_of_file(path, f"The file cannot be read ({error.strerror}); check its permissions."))
        return None


def _is_named_well(path: Path, problems: list[Problem]) -> bool:
    if path.suffix != ".yaml":
        problems.append(_of_file(path, f"Lesson files end in .yaml; rename it to {path.stem}.yaml."))
        return False
    return True


def _check_path(document: Document, root: Path | None) -> None:
    path = document.path
    if not re.fullmatch(SLUG, path.stem) or len(path.stem) > LONGEST_SLUG:
        document.refuse_at(
            Mark(1, 1),
            "",
            "The file name is the lesson's slug: lower-case letters and digits with single hyphens between, "
            f"at most {LONGEST_SLUG} characters; rename it, for example to {slug_of(path.stem)}.yaml.",
        )
    for place, category in document.find("category"):
        if root is not None and isinstance(category, str) and category:
            wanted = Path(slug_of(category), path.name)
            if path.relative_to(root) != wanted:
                document.refuse(
                    place, f"A lesson of this category belongs in {root / wanted}; move the file."
                )


def _of_file(path: Path, message: str) -> Problem:
    return Problem(path, 1, 1, "", message)
