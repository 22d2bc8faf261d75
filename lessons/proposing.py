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


@dataclass(frozen=True, slots=True)
class Proposed:
    """What becomes of a file, and how it differs from what it was."""

    text: str
    patch: str
    """A unified diff, ready for ``git apply``; empty where nothing is proposed."""


def propose(text: str, name: str, proposals: Sequence[Proposal], *, rating: int | None = None) -> Proposed:
    """What these proposals make of the text of a well-formed lesson file; ``name`` is the file's in the patch."""
    document = read_document(text.encode(), Path(name))
    edited = _Lines(text)
    starts = sorted({mark.line for mark in (*document.marks.values(), *document.keys.values())})
    places = {str(id): place[:-1] for place, id in document.find("questions", None, "id")}
    for proposal in proposals:
        place = places[proposal.question]
        mark = document.marks[place]
        indent = " " * max(0, mark.column - 3)
        edited.put_before(mark.line, [f"{indent}# {note}" for note in proposal.notes])
        if proposal.key is None:
            continue
        old = next(one for one, value in document.find(*place, "options", None, "correct") if value is True)
        old_line = document.keys[old].line
        # Where the mark shares its line with other keys, moving it is left to the author, whom the notes tell why.
        if edited.at(old_line).strip() != "correct: true":
            continue
        id_line = document.marks[*place, "id"].line
        edited.put(id_line, edited.at(id_line).replace(proposal.question, _next_id(proposal.question), 1))
        new: Place = (*place, "options", proposal.key, "text")
        text_key = document.keys[new]
        following = next((line for line in starts if line > text_key.line), edited.count + 1)
        edited.put(old_line, None)
        edited.put_before(following, [" " * (text_key.column - 1) + "correct: true"])
    if rating is not None:
        line = document.marks[("rating",)].line
        edited.put(line, re.sub(r"\d+", str(rating), edited.at(line), count=1))
    after = edited.whole()
    changed = difflib.unified_diff(_split(text), _split(after), f"a/{name}", f"b/{name}")
    return Proposed(after, "".join(_told(line) for line in changed))


def _split(text: str) -> list[str]:
    """The lines as a patch counts them, each with its end."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _told(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


class _Lines:
    """The lines of a file, edited by the numbers that they had at first, from 1; each keeps the end it has."""

    def __init__(self, text: str) -> None:
        self._end = "\r\n" if "\r\n" in text else "\n"
        self._ended = text.endswith("\n")
        lines = (text if self._ended else text + self._end).splitlines(keepends=True)
        self._first = lines
        self._lines: list[str | None] = [*lines, ""]
        self._before: list[list[str]] = [[] for _ in self._lines]

    @property
    def count(self) -> int:
        return len(self._first)

    def at(self, number: int) -> str:
        """The line as it was at first."""
        return self._first[number - 1]

    def put(self, number: int, line: str | None) -> None:
        self._lines[number - 1] = line

    def put_before(self, number: int, lines: Sequence[str]) -> None:
        self._before[number - 1] += [line + self._end for line in lines]

    def whole(self) -> str:
        pairs = zip(self._before, self._lines, strict=True)
        edited = "".join(line for before, own in pairs for line in (*before, own or ""))
        return edited if self._ended else edited.removesuffix(self._end)


def _next_id(id: str) -> str:
    numbered = re.fullmatch(r"(.*)-(\d{1,3})", id)
    return f"{numbered[1]}-{int(numbered[2]) + 1}" if numbered else f"{id}-2"
