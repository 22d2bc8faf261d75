"""Lessons as Markdown files, to be read on any page that draws Markdown; the answers are folded away."""

import html
from collections.abc import Sequence
from pathlib import Path

from bot.actions.asking import LETTERS
from bot.chat.wording import lesson_facts
from lessons.model import Lesson, Question
from lessons.slugs import slug_of


def write_pages(lessons: Sequence[Lesson], folder: Path) -> tuple[Path, ...]:
    """Write a file for each lesson, in a folder for each category, over those of an earlier time."""
    files: list[Path] = []
    for lesson in lessons:
        file = folder / slug_of(lesson.category) / f"{lesson.slug}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(as_markdown(lesson), encoding="utf-8", newline="\n")
        files.append(file)
    return tuple(files)


def as_markdown(lesson: Lesson) -> str:
    """The whole lesson: facts, sections, key idea, sources and questions."""
    blocks = [f"# {lesson.title}", lesson.summary, f"*{lesson_facts(lesson)}*"]
    if lesson.requires:
        blocks.append(f"*Builds on {', '.join(lesson.requires)}.*")
    for section in lesson.sections:
        blocks += [f"## {section.title}", section.text]
    blocks += ["## 🔑 Key idea", lesson.key_idea]
    if lesson.sources:
        blocks += ["**Sources**", "\n".join(f"- {source}" for source in lesson.sources)]
    blocks.append("## Check yourself")
    for number, question in enumerate(lesson.questions, start=1):
        blocks += [f"### Question {number}", question.stem, *_answers(question)]
    return "\n\n".join(block.strip() for block in blocks) + "\n"


def _answers(question: Question) -> list[str]:
    lettered = list(zip(LETTERS, question.options, strict=False))
    right = question.options[question.key]
    told = [f"- **{letter}**: {' '.join(one.feedback.split())}" for letter, one in lettered if one.feedback]
    return [
        "\n".join(f"- **{letter}** {option.text}" for letter, option in lettered),
        f"<details><summary>Answer ({html.escape(question.id)})</summary>",
        f"**{LETTERS[question.key]}** {right.text}",
        question.explanation,
        *(["\n".join(told)] if told else []),
        "</details>",
    ]
