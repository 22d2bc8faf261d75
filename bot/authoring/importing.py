"""Questions of other programs as a lesson of ours, and a located sentence about all that could not come along."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.authoring.aiken import read_aiken
from bot.authoring.drafts import Draft, Kind, Reading, Remark
from bot.authoring.gift import read_gift
from bot.authoring.opentdb import read_opentdb
from bot.authoring.tables import looks_like_table, read_table
from bot.authoring.writing import schema_line, written
from lessons.document import MOST_BYTES, is_visible
from lessons.format import (
    FEWEST_OPTIONS,
    LONGEST_CATEGORY,
    LONGEST_EXPLANATION,
    LONGEST_FEEDBACK,
    LONGEST_OPTION,
    LONGEST_QUESTION_ID,
    LONGEST_STEM,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    SLUG,
)
from lessons.problems import clipped
from lessons.slugs import slug_of, squeezed
from lessons.splitting import units

MOST_READ = 2 * 1024 * 1024
"""Bytes of a file that is brought in."""
TO_BE_WRITTEN = "To be written"

_STOP_WORDS = re.compile("an?|and|are|at|by|does?|for|from|how|i[nst]|o[fnr]|the|to|was|what|which|who")
_WORDS_OF_AN_ID = 6


_READERS: dict[Kind, Callable[[str], Reading]] = {
    Kind.GIFT: read_gift,
    Kind.AIKEN: read_aiken,
    Kind.CSV: read_table,
    Kind.OPENTDB: read_opentdb,
}
_NAMES = {
    Kind.GIFT: "Moodle GIFT",
    Kind.AIKEN: "Aiken",
    Kind.CSV: "a table (CSV)",
    Kind.OPENTDB: "Open Trivia Database",
}
_EXTENSIONS = {
    ".gift": Kind.GIFT,
    ".aiken": Kind.AIKEN,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".json": Kind.OPENTDB,
}


@dataclass(frozen=True, slots=True)
class About:
    """What the author says of the lesson that the questions go into."""

    file: Path
    """Where the lesson will be written; its name is the slug."""
    title: str
    rating: int
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """A lesson made of a foreign file, and what is to be said of it, by line."""

    lesson: str
    """The YAML of it; empty where no question could come along."""
    questions: int
    remarks: tuple[Remark, ...]


def kind_of(name: str, text: str) -> Kind | None:
    """The format of a file, by its extension and else by its content; None where neither tells."""
    by_name = _EXTENSIONS.get(Path(name).suffix.casefold())
    if by_name is not None:
        return by_name
    if text.lstrip()[:1] in ("{", "[") and _is_json(text):
        return Kind.OPENTDB
    if looks_like_table(text):
        return Kind.CSV
    if re.search(r"^\s*ANSWER:", text, re.MULTILINE) and re.search(r"^\s*[A-Z][.)]\s", text, re.MULTILINE):
        return Kind.AIKEN
    return Kind.GIFT if "{" in text and "}" in text else None


def imported(source: bytes, name: str, about: About, kind: Kind | None = None) -> Imported:
    """A lesson of the questions in these bytes, whatever they are, of a file of this name."""
    if len(source) > MOST_READ:
        return _nothing(1, f"The file is larger than {MOST_READ // 1024 // 1024} MiB; split it.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        return _nothing(
            line, f"Byte {error.start + 1} of the file is not UTF-8; save it in the encoding UTF-8."
        )
    text = re.sub("[\ufdd0-\ufdef\x00]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    kind = kind or kind_of(name, text)
    if kind is None:
        return _nothing(1, f"The format of this file cannot be told; name it with --from {'|'.join(Kind)}.")
    reading = _READERS[kind](text)
    if not reading.drafts and not reading.remarks:
        return _nothing(1, f"There is no question in this file, read as {_NAMES[kind]}.")
    origin = f"{clipped(name, 80)}, read as {_NAMES[kind]}"
    about = replace(about, category=about.category or _category(reading))
    questions = list(_accepted(reading, about.file.stem))
    lesson = _lesson(questions, reading, about, origin)
    while len(lesson.encode()) > MOST_BYTES:
        _, line = questions.pop()
        reading.lose(
            line, f"a lesson file has room for {MOST_BYTES // 1024} KiB", "import it into a second lesson"
        )
        lesson = _lesson(questions, reading, about, origin)
    return Imported(lesson if questions else "", len(questions), tuple(sorted(set(reading.remarks))))


def _nothing(line: int, sentence: str) -> Imported:
    return Imported("", 0, (Remark(line, sentence),))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _accepted(reading: Reading, slug: str) -> Iterator[tuple[dict[str, Any], int]]:
    """The questions that a lesson can hold, as they are written, each with the line it came from."""
    ids: set[str] = set()
    for draft in reading.drafts:
        if wrong := _wrong(draft):
            reading.lose(draft.line, *wrong)
        elif len(ids) == MOST_QUESTIONS:
            reading.lose(
                draft.line, f"a lesson has room for {MOST_QUESTIONS}", "import it into a second lesson"
            )
        else:
            yield _question(draft, _id(draft, slug, ids), reading), draft.line


def _wrong(draft: Draft) -> tuple[str, str] | None:
    """What keeps this from being a question of ours, and what to do about it."""
    texts = [" ".join(answer.text.split()) for answer in draft.answers]
    if not is_visible(draft.stem):
        return "it asks nothing", "write what is asked"
    if units(draft.stem) > LONGEST_STEM:
        return f"its text has {units(draft.stem)} characters and at most {LONGEST_STEM} fit", "shorten it"
    if not FEWEST_OPTIONS <= len(texts) <= MOST_OPTIONS:
        fit = f"from {FEWEST_OPTIONS} to {MOST_OPTIONS} fit"
        return f"it has {len(texts)} option{'s' * (len(texts) != 1)} and {fit}", "add or remove some"
    if not all(map(is_visible, texts)):
        return "one of its options is empty", "write or remove it"
    if longest := max(map(units, texts)) if max(map(units, texts)) > LONGEST_OPTION else 0:
        return f"an option has {longest} characters and at most {LONGEST_OPTION} fit", "shorten it"
    if len({squeezed(text) for text in texts}) < len(texts):
        return "two of its options say the same", "change one"
    if any(text.count("```") % 2 for text in (draft.stem, *texts)):
        return "a code block in it is opened and never closed", "close it with ```"
    return None


def _question(draft: Draft, id: str, reading: Reading) -> dict[str, Any]:
    options: list[dict[str, Any]] = []
    for answer in draft.answers:
        option: dict[str, Any] = {"text": " ".join(answer.text.split())}
        if answer.correct:
            option["correct"] = True
        if feedback := _kept(answer.feedback, "A feedback", LONGEST_FEEDBACK, draft.line, reading):
            option["feedback"] = feedback
        options.append(option)
    explanation = _kept(draft.explanation, "The explanation", LONGEST_EXPLANATION, draft.line, reading)
    return {
        "id": id,
        "stem": draft.stem,
        "options": options,
        "explanation": explanation or f"{TO_BE_WRITTEN}: why the right answer is right.",
    }


def _kept(text: str | None, what: str, longest: int, line: int, reading: Reading) -> str | None:
    """A text that a question can do without, if it fits."""
    if not text or not is_visible(text):
        return None
    if units(text) > longest:
        reading.remark(
            line, f"{what} was dropped: it has {units(text)} characters and at most {longest} fit."
        )
        return None
    if text.count("```") % 2:
        reading.remark(line, f"{what} was dropped: a code block in it is never closed.")
        return None
    return text


def _id(draft: Draft, slug: str, taken: set[str]) -> str:
    """An id that begins with the lesson's slug, from the question's name or first words, and not taken yet."""
    room = LONGEST_QUESTION_ID - len(slug) - 1
    name = draft.name or ""
    if re.fullmatch(SLUG, name) and name.startswith(f"{slug}-") and len(name) <= LONGEST_QUESTION_ID:
        wanted = name
    else:
        folded = unicodedata.normalize("NFKD", (name or draft.stem).casefold())
        words = re.findall("[a-z0-9]+", "".join(one for one in folded if not unicodedata.combining(one)))
        telling = [word for word in words if not _STOP_WORDS.fullmatch(word)] or words
        chosen = "-".join(telling[:_WORDS_OF_AN_ID]) or slug_of(draft.stem)
        if len(chosen) > room:
            chosen = chosen[:room].rpartition("-")[0] or chosen[:room]
        wanted = f"{slug}-{chosen.strip('-')}"
    id, number = wanted, 1
    while id in taken:
        number += 1
        id = f"{wanted[: LONGEST_QUESTION_ID - 4].rstrip('-')}-{number}"
    taken.add(id)
    return id


def _category(reading: Reading) -> str | None:
    """The one subject that the file names, if it can be a category; otherwise its subjects are said to stay behind."""
    named = [category for category in reading.categories if is_visible(category)]
    if len(named) == 1 and units(named[0]) <= LONGEST_CATEGORY:
        return named[0]
    if named:
        told = clipped(", ".join(named), 120)
        reading.remark(
            1,
            f"None of the file's subjects ({told}) became the lesson's category; choose one with --category.",
        )
    return None


def _lesson(questions: list[tuple[dict[str, Any], int]], reading: Reading, about: About, origin: str) -> str:
    head: dict[str, Any] = {
        "title": about.title,
        "summary": f"{TO_BE_WRITTEN}: what one knows after reading this.",
        "category": " ".join((about.category or "Imported").split()),
        "minutes": 1,
        "rating": about.rating,
        "sections": [
            {
                "id": "start",
                "title": TO_BE_WRITTEN,
                "text": f"{TO_BE_WRITTEN}: what the questions below check.",
            }
        ],
        "key_idea": f"{TO_BE_WRITTEN}: the one thing to remember.",
    }
    if reading.sources:
        head["sources"] = list(reading.sources)
    blocks = [written([question], indent=2) for question, _ in questions]
    return "".join(
        [
            schema_line(about.file),
            f"# The questions come from {origin}. Left to do: write the sections that\n",
            "# teach what is asked, the key idea and the summary; give each wrong option the feedback for its mistake,\n",
            "# and in `repairs` the id of the section that mends it; set minutes and rating; read every explanation.\n",
            written(head),
            "questions:\n",
            "\n".join(blocks),
        ]
    )
