"""Lessons as an Anki package: a deck for each lesson below its category's, a card for each question.

genanki writes the form of package that every Anki reads. The other library, Anki's own, is under the AGPL,
which this program could not be distributed with under its licence.
"""

# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false, reportMissingModuleSource=false
# (genanki has no types)

import hashlib
import html
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from bot.actions.asking import LETTERS
from bot.chat.wording import lesson_facts
from lessons.model import Lesson, Question
from lessons.slugs import slug_of

_FIELDS = ("Question", "Options", "Answer", "Explanation", "Mistakes", "Lesson")
_FRONT = '<div class="lesson">{{Lesson}}</div><div class="stem">{{Question}}</div>{{Options}}'
_BACK = (
    '{{FrontSide}}<hr id="answer"><div class="key">{{Answer}}</div>{{Explanation}}'
    '{{#Mistakes}}<div class="mistakes">{{Mistakes}}</div>{{/Mistakes}}'
)
_STYLE = """
.card { font-family: system-ui, sans-serif; font-size: 18px; line-height: 1.45; max-width: 40em; margin: 0 auto; }
.lesson { font-size: 13px; opacity: 0.65; }
.stem { font-weight: 600; margin: 0.8em 0; }
.key { font-weight: 600; color: #2e9e5b; }
.mistakes { font-size: 15px; opacity: 0.85; }
.options { padding-left: 1.6em; }
.options > li { list-style-type: upper-alpha; margin: 0.3em 0; }
pre { text-align: left; overflow-x: auto; }
"""


class AnkiUnavailable(Exception):
    """The extra `authors` is not installed; the message is a sentence that says what to do."""


def write_anki(lessons: Sequence[Lesson], file: Path) -> None:
    """Write one package of these lessons over an earlier one; imported again it updates its notes.

    A note is the same note as long as its question's identity is the same. Raises `AnkiUnavailable`.
    """
    if find_spec("genanki") is None:
        raise AnkiUnavailable(
            "Anki packages need the extra `authors`, which is not installed: "
            "in the project's folder, pip install -c constraints.txt -e '.[authors]'"
        )
    import genanki  # noqa: PLC0415  (an extra)

    kind = genanki.Model(
        _number("note type of Rung, form 1"),
        "Rung question",
        fields=[{"name": name} for name in _FIELDS],
        templates=[{"name": "Question", "qfmt": _FRONT, "afmt": _BACK}],
        css=_STYLE,
    )
    decks: list[Any] = []
    for lesson in lessons:
        name = f"Rung::{_level(lesson.category)}::{_level(lesson.title)}"
        deck = genanki.Deck(_number(f"deck {lesson.owner}:{lesson.slug}"), name, html.escape(lesson.summary))
        for number, question in enumerate(lesson.questions):
            deck.add_note(
                genanki.Note(
                    kind,
                    fields=_fields(lesson, question),
                    guid=genanki.guid_for("rung", question.identity),
                    tags=["rung", f"rung::{slug_of(lesson.category)}", f"rung::lesson::{lesson.slug}"],
                    due=number,
                )
            )
        decks.append(deck)
    _write(genanki.Package(decks), file)


def _write(package: Any, file: Path) -> None:
    """Write beside the file and then in its place, so that no half a package is ever there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="rung-", dir=file.parent) as folder:
        # genanki leaves the database that it packs among the temporary files.
        before, tempfile.tempdir = tempfile.tempdir, folder
        try:
            package.write_to_file(str(Path(folder, "package")))
        finally:
            tempfile.tempdir = before
        Path(folder, "package").replace(file)


def _fields(lesson: Lesson, question: Question) -> list[str]:
    options = "".join(f"<li>{_line(option.text)}</li>" for option in question.options)
    right = question.options[question.key]
    told = [
        f"<li><b>{letter}</b>: {_line(option.feedback)}</li>"
        for letter, option in zip(LETTERS, question.options, strict=False)
        if option.feedback
    ]
    return [
        _block(question.stem),
        f'<ol class="options">{options}</ol>',
        f"{LETTERS[question.key]}: {_line(right.text)}",
        _block(question.explanation),
        f"<ul>{''.join(told)}</ul>" if told else "",
        f"<b>{html.escape(lesson.title)}</b> · {html.escape(lesson_facts(lesson))}",
    ]


_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("strikethrough")


def _block(text: str) -> str:
    return str(_MARKDOWN.render(text)).strip()


def _line(text: str) -> str:
    return str(_MARKDOWN.renderInline(" ".join(text.split())))


def _level(name: str) -> str:
    """A name as one level of a deck's, which :: divides."""
    return name.replace("::", ": ")


def _number(of: str) -> int:
    """A number that is always the same for this text, in the range that Anki gives ids in."""
    return int.from_bytes(hashlib.sha256(of.encode()).digest()[:5]) + (1 << 30)
