"""Questions as they are served: from the catalogue's lesson to the meaning that is stored."""

from dataclasses import replace

from bot.actions.holdings import Known
from bot.storage.meanings import Asked
from lessons.model import Lesson, Question
from lessons.slugs import slug_of

LETTERS = "ABCDE"
"""What options are called on buttons."""


def asked(lesson: Lesson, question: Question) -> Asked:
    """The question as it is put to people now."""
    return Asked(
        meaning=question.meaning,
        question=question.identity,
        stem=question.stem,
        options=tuple(option.text for option in question.options),
        key=question.key,
        explanation=question.explanation,
        feedback=tuple(option.feedback for option in question.options),
        repairs=tuple(option.repairs for option in question.options),
        lesson=lesson.slug,
        lesson_title=lesson.title,
        category=slug_of(lesson.category),
    )


def as_served(stored: Asked, question: str, known: Known) -> Asked:
    """The question that has this identity and the stored meaning, with today's wording if it is still asked.

    Two questions may share a meaning, so the identity comes from whoever points at the meaning.
    """
    found = known.question(question)
    if found is None or found[1].meaning != stored.meaning:
        return replace(stored, question=question)
    return asked(*found)
