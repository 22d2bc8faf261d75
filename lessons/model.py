"""What a lesson is: frozen values that every other part of the lessons room speaks in."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

CURATED = "curated"
"""The owner of every lesson that ships with the program; a server's own lessons carry its id."""


@dataclass(frozen=True, slots=True)
class Option:
    """One possible reply to a question, and what it tells about whoever chose it."""

    text: str
    correct: bool
    feedback: str | None = None
    repairs: str | None = None
    """The id of the section that repairs the misconception behind this option."""


@dataclass(frozen=True)
class Question:
    """A check-yourself question with two to five options, exactly one of them correct."""

    owner: str
    id: str
    stem: str
    options: tuple[Option, ...]
    explanation: str
    formerly: tuple[str, ...] = ()
    """The meanings of earlier wordings, which its authors have declared to ask the same."""

    def means(self, meaning: str) -> bool:
        """Whether this meaning is the question's, or that of a wording that asked the same."""
        return meaning == self.meaning or meaning in self.formerly

    @property
    def identity(self) -> str:
        """The name under which an attempt is rated once and for ever: ``owner:id``."""
        return f"{self.owner}:{self.id}"

    @cached_property
    def key(self) -> int:
        """The index of the correct option, counted from 0."""
        return next(index for index, option in enumerate(self.options) if option.correct)

    @cached_property
    def meaning(self) -> str:
        """A SHA-256 over stem, options and key: an owner's questions mean the same if and only if it is equal.

        Feedback and explanation may be reworded without changing what was asked. Servers' own questions mean
        nothing to anybody else, so that what one server wrote is never shown for the words of another.
        """
        asked: list[object] = [self.stem, [option.text for option in self.options], self.key]
        if self.owner != CURATED:
            asked.append(self.owner)
        canonical = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of a lesson, in the Markdown that Discord draws."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson: something to read, and questions to check oneself with."""

    owner: str
    slug: str
    title: str
    summary: str
    category: str
    minutes: int
    rating: int
    """The rating of the lesson's machine, 100 to 3500: the difficulty of its questions."""
    sections: tuple[Section, ...]
    key_idea: str
    questions: tuple[Question, ...]
    requires: tuple[str, ...] = ()
    """The slugs of the lessons that this one builds on."""
    sources: tuple[str, ...] = ()
    """Where to read on, a line each."""

    def section(self, id: str) -> Section | None:
        """The section with this id, or None."""
        return next((section for section in self.sections if section.id == id), None)

    def question(self, id: str) -> Question | None:
        """The question with this id (without its owner), or None."""
        return next((question for question in self.questions if question.id == id), None)
