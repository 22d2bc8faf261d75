"""What is wrong with lesson files: problems that say where they are and what to do about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Place = tuple[str | int, ...]
"""The way to a value inside a file: keys, and indexes counted from 0."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that an author has to mend, and where it stands.

    Line and column count from 1, as editors do; so do the items in a key, as in
    ``questions[2].options[1].text``. The key is empty when the whole file is meant.
    """

    path: Path
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        """``path:line:column: key: sentence``, which terminals and editors turn into a link."""
        where = f"{self.path}:{self.line}:{self.column}: "
        return f"{where}{self.key}: {self.message}" if self.key else where + self.message


class MalformedLessons(Exception):
    """Lesson files were refused, for every one of these problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        counted = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__("\n".join([f"The lessons have {counted}:", *map(str, self.problems)]))


def key_of(place: Place) -> str:
    """The place as an author reads it, its items counted from 1."""
    key = ""
    for step in place:
        if isinstance(step, int):
            key += f"[{step + 1}]"
        else:
            key += f".{clipped(step)}" if key else clipped(step)
    return key


def clipped(text: str, longest: int = 40) -> str:
    """The text on one printable line and no longer than this, so that a sentence can quote it."""
    flat = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: longest * 4]).split())
    return flat if len(flat) <= longest and len(text) <= longest * 4 else flat[: longest - 1].rstrip() + "…"
