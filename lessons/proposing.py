"""A patch for a lesson file: what its answers suggest to change, for an author to judge line by line."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lessons.document import read_document
from lessons.problems import Place


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to say above a question, and what to change in it."""

    question: str
    """Its id, without the owner."""
    notes: tuple[str, ...]
    key: int | None = None
    """The option to make right, counted from 0; it makes the question another one, so it gets a new id."""


def patch(path: Path, proposals: Sequence[Proposal], *, rating: int | None = None) -> str:
    """A unified diff of this well-formed lesson file, ready for ``git apply``; empty where nothing is proposed."""
    text = path.read_text(encoding="utf-8")
    document = read_document(text.encode(), path)
    before = text.splitlines()
    edited = _Lines(before)
    starts = sorted({mark.line for mark in (*document.marks.values(), *document.keys.values())})
    places = {str(id): place[:-1] for place, id in document.find("questions", None, "id")}
    for proposal in proposals:
        place = places[proposal.question]
        mark = document.marks[place]
        indent = " " * max(0, mark.column - 3)
        edited.put_before(mark.line, [f"{indent}# {note}" for note in proposal.notes])
        if proposal.key is not None:
            id_line = document.marks[*place, "id"].line
            edited.put(
                id_line, before[id_line - 1].replace(proposal.question, _next_id(proposal.question), 1)
            )
            old = next(
                one for one, value in document.find(*place, "options", None, "correct") if value is True
            )
            new: Place = (*place, "options", proposal.key, "text")
            old_line, text_key = document.keys[old].line, document.keys[new]
            following = next((line for line in starts if line > text_key.line), len(before) + 1)
            if before[old_line - 1].strip() == "correct: true":
                edited.put(old_line, None)
                edited.put_before(following, [" " * (text_key.column - 1) + "correct: true"])
    if rating is not None:
        line = document.marks[("rating",)].line
        edited.put(line, re.sub(r"\d+", str(rating), before[line - 1], count=1))
    here = Path.cwd()
    absolute = path.absolute()
    name = (absolute.relative_to(here) if absolute.is_relative_to(here) else absolute).as_posix().lstrip("/")
    changed = difflib.unified_diff(before, edited.all(), f"a/{name}", f"b/{name}", lineterm="")
    return "".join(f"{line}\n" for line in changed)


class _Lines:
    """The lines of a file, edited by the numbers that they had at first, from 1."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines: list[list[str]] = [[line] for line in lines] + [[]]
        self._before: list[list[str]] = [[] for _ in self._lines]

    def put(self, number: int, line: str | None) -> None:
        self._lines[number - 1] = [] if line is None else [line]

    def put_before(self, number: int, lines: Sequence[str]) -> None:
        self._before[number - 1] += lines

    def all(self) -> list[str]:
        pairs = zip(self._before, self._lines, strict=True)
        return [line for before, own in pairs for line in (*before, *own)]


def _next_id(id: str) -> str:
    numbered = re.fullmatch(r"(.*)-(\d{1,3})", id)
    return f"{numbered[1]}-{int(numbered[2]) + 1}" if numbered else f"{id}-2"
