"""What a foreign file gives: questions as they were found there, and remarks on what could not come along."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The formats that questions are read from."""

    GIFT = "gift"
    AIKEN = "aiken"
    CSV = "csv"
    OPENTDB = "opentdb"


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer, in Discord's Markdown."""

    text: str
    correct: bool
    feedback: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that began on this line, counted from 1; nobody has checked yet whether it fits a lesson."""

    line: int
    stem: str
    answers: tuple[Answer, ...]
    explanation: str | None = None
    name: str | None = None
    """What the file calls it, from which its id is made; the stem's first words serve without one."""


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """A sentence about something of the file that was changed or left behind, and its line."""

    line: int
    sentence: str


@dataclass(slots=True)
class Reading:
    """Everything that was made of a foreign file."""

    drafts: list[Draft] = field(default_factory=list[Draft])
    remarks: list[Remark] = field(default_factory=list[Remark])
    categories: dict[str, None] = field(default_factory=dict[str, None])
    """The names that the file gives its subjects, in the order of their first mention."""
    sources: tuple[str, ...] = ()
    """Whom the questions are owed to."""

    def remark(self, line: int, *sentences: str) -> None:
        """Note these sentences about a line."""
        self.remarks.extend(Remark(line, sentence) for sentence in sentences)

    def lose(self, line: int, what: str, why: str) -> None:
        """Note that a question stays behind."""
        self.remark(line, f"This question was left out: {what}; {why}.")
