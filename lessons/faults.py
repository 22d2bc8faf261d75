"""What the checker warns of: the faults of question writing, each with a code by which an author may allow it."""

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class Fault(StrEnum):
    """A fault that a well-formed lesson may have; its value is the code that `allow` names."""

    LONGEST_KEY = "longest-key"
    STEM_WORDS = "stem-words"
    ARTICLE = "article"
    AGREEMENT = "agreement"
    ALL_OF_THESE = "all-of-these"
    ABSOLUTES = "absolutes"
    NEGATIVE_STEM = "negative-stem"
    OVERLAP = "overlap"
    EXPLANATION = "explanation"
    NO_FEEDBACK = "no-feedback"
    UNPUBLISHED = "unpublished"
    LONGEST_KEYS = "longest-keys"
    KEY_POSITIONS = "key-positions"
    MINUTES = "minutes"
    ABBREVIATION = "abbreviation"
    LONG_SECTION = "long-section"
    TO_BE_WRITTEN = "to-be-written"


OF_LESSONS = {
    Fault.LONGEST_KEYS: "in more questions than chance makes likely, the right option is the longest",
    Fault.KEY_POSITIONS: "the right options lie far from evenly over the places A, B, C and so on",
    Fault.MINUTES: "the minutes are off by more than half, at 180 words a minute",
    Fault.ABBREVIATION: "an abbreviation is nowhere spelled out",
    Fault.LONG_SECTION: "a section is longer than 2,000 characters",
    Fault.TO_BE_WRITTEN: "a text still begins with the words “To be written”",
}
"""The faults of a whole lesson, which its own `allow` allows."""

OF_QUESTIONS = {
    Fault.LONGEST_KEY: "the right option is clearly longer than every other",
    Fault.STEM_WORDS: "words of the stem come again in the right option alone",
    Fault.ARTICLE: "“a” or “an” at the end of the stem does not fit every option",
    Fault.AGREEMENT: "the right option alone is singular or plural as the stem asks",
    Fault.ALL_OF_THESE: "an option speaks of the others, as “all of the above” does",
    Fault.ABSOLUTES: "words such as always and never stand in wrong options alone",
    Fault.NEGATIVE_STEM: "the stem asks for what is not so, and the word for it is not in bold",
    Fault.OVERLAP: "one option says what another says, or is a part of it",
    Fault.EXPLANATION: "the explanation adds nothing to stem and key, or is about something else",
    Fault.NO_FEEDBACK: "a wrong option has no feedback",
    Fault.UNPUBLISHED: "the question is not in the library's ledger",
    Fault.ABBREVIATION: "an abbreviation in it is nowhere spelled out",
}
"""The faults of one question, which its `allow` allows."""


class Warned(NamedTuple):
    """One fault, and where it stands; line and column count from 1."""

    path: Path
    line: int
    column: int
    key: str
    fault: Fault
    message: str

    def __str__(self) -> str:
        """As a `Problem` is written, with the code behind it."""
        where = f"{self.path}:{self.line}:{self.column}: "
        return f"{where}{self.key}: {self.message} [{self.fault}]"
