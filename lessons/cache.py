"""Checked lessons kept in a file, so that a start need not check again what has not changed.

They are found by a digest of everything they came from: the files, the ledger, and this room's own code, which
holds the schema and every other rule. Whoever can write the file can write the program beside it too.
"""

import gc
import hashlib
import json
import os
import tempfile
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import Any

from lessons.model import Lesson, Option, Question, Section


def digest_of(owner: str, texts: Iterable[tuple[Path, bytes]]) -> str:
    """A SHA-256 over these files, their names, whose they are, and the rules by which they are checked."""
    found = hashlib.sha256(_rules())
    for name, text in ((owner, b""), *((str(path), text) for path, text in texts)):
        for part in (name.encode(errors="surrogateescape"), text):
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
    return found.hexdigest()


def recall(file: Path, digest: str) -> tuple[Lesson, ...] | None:
    """The lessons that were kept under this digest, or None."""
    with suppress(OSError, ValueError, TypeError, LookupError, RecursionError), _no_collecting():
        kept = json.loads(file.read_bytes())
        if kept[0] == digest:
            return tuple(map(_lesson, kept[1]))
    return None


def remember(file: Path, digest: str, lessons: Sequence[Lesson]) -> None:
    """Keep the lessons in place of those that were kept; where nothing can be written, nothing is kept."""
    text = json.dumps([digest, [astuple(lesson) for lesson in lessons]], ensure_ascii=False)
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        # Another process may be reading it, or writing its own.
        descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                opened.write(text)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


@contextmanager
def _no_collecting() -> Generator[None]:
    """Nothing of what is read is garbage, and to look for some again and again takes longer than the reading."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@cache
def _rules() -> bytes:
    here = Path(__file__).parent
    sources = sorted([*here.glob("*.py"), here / "schema.json"])
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).digest()


def _lesson(written: list[Any]) -> Lesson:
    (
        owner,
        slug,
        title,
        summary,
        category,
        minutes,
        rating,
        sections,
        key_idea,
        questions,
        requires,
        sources,
    ) = written
    return Lesson(
        owner,
        slug,
        title,
        summary,
        category,
        minutes,
        rating,
        tuple(Section(*one) for one in sections),
        key_idea,
        tuple(map(_question, questions)),
        tuple(requires),
        tuple(sources),
    )


def _question(written: list[Any]) -> Question:
    owner, id, stem, options, explanation, formerly = written
    return Question(owner, id, stem, tuple(Option(*one) for one in options), explanation, tuple(formerly))
