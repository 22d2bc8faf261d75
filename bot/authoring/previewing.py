"""A lesson as Discord would show it: its pages, which the bot itself lays out, and its questions."""

from collections.abc import Iterator
from typing import Any

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.chat.lessons import lesson_screen
from bot.chat.wording import RIGHT, WRONG, machine, tier_colour
from lessons.catalogue import Catalogue
from lessons.model import Lesson, Question

Message = list[dict[str, Any]]
"""The parts of one message, as the objects of Discord's API."""


def pages(catalogue: Catalogue, lesson: Lesson) -> Iterator[Message]:
    """Each page, as the bot sends it to whoever reads."""
    library = Library(catalogue)
    for page in library.pages(lesson):
        yield lesson_screen(library, lesson, page.number).to_components()  # pyright: ignore[reportReturnType]


def questions(lesson: Lesson, *, key: bool) -> Iterator[Message]:
    """Each question with its options in the order of the file; with the key, also what is told after an answer."""
    count = len(lesson.questions)
    for number, question in enumerate(lesson.questions, start=1):
        facts = f"-# Question {number} of {count} · {lesson.title} · {machine(lesson.rating)} · {question.id}"
        parts = [_text(facts), _text(f"### {question.stem}"), _text("\n\n".join(_options(question, key=key)))]
        if key:
            parts += [{"type": 14}, _text(f"💡 {question.explanation}")]
        yield [{"type": 17, "accent_color": tier_colour(lesson.rating), "components": parts}]


def _options(question: Question, *, key: bool) -> Iterator[str]:
    for letter, option in zip(LETTERS, question.options, strict=False):
        sign = f"{RIGHT if option.correct else WRONG} " if key else ""
        told = [f"{sign}**{letter}**  {option.text}"]
        if key and option.feedback:
            repairs = f" (→ {option.repairs})" if option.repairs else ""
            told.append(f"> {' '.join(option.feedback.split())}{repairs}")
        yield "\n".join(told)


def _text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}
