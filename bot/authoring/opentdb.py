"""The JSON of the Open Trivia Database, whose texts are full of HTML entities."""

import hashlib
import json
import re
from typing import Any, cast

from bot.authoring.drafts import Answer, Draft, Reading
from bot.authoring.markup import from_entities

_DIFFICULTIES = ("easy", "medium", "hard")
SOURCE = "Open Trivia Database, opentdb.com, CC BY-SA 4.0"


def read_opentdb(text: str) -> Reading:
    """The questions of an answer of the Open Trivia Database, and a remark on each that is not whole."""
    reading = Reading(sources=(SOURCE,))
    try:
        found: Any = json.loads(text)
    except json.JSONDecodeError as error:
        reading.remark(
            error.lineno, f"This is not JSON ({error.msg}); save the database's answer as it came."
        )
        return reading
    except (ValueError, RecursionError) as error:
        reading.remark(
            1, f"This JSON cannot be read ({type(error).__name__}); save the database's answer as it came."
        )
        return reading
    listed = cast("dict[str, Any]", found).get("results") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        reading.remark(1, "There is no list “results” in this JSON; save the database's answer as it came.")
        return reading
    items = cast("list[Any]", listed)
    for number, (item, line) in enumerate(zip(items, _lines(text, items), strict=True), start=1):
        _take(item, number, line, reading)
    rated = [cast("dict[str, Any]", one).get("difficulty") for one in items if isinstance(one, dict)]
    if told := [f"{rated.count(one)} {one}" for one in _DIFFICULTIES if one in rated]:
        reading.remark(
            1,
            f"How difficult each question is ({', '.join(told)}) was dropped; a lesson has one rating, so set "
            "that by it.",
        )
    return reading


def _take(item: Any, number: int, line: int, reading: Reading) -> None:
    fields = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    stem, right = fields.get("question"), fields.get("correct_answer")
    wrong = fields.get("incorrect_answers")
    others = cast("list[Any]", wrong) if isinstance(wrong, list) else []
    if not (isinstance(stem, str) and isinstance(right, str) and all(isinstance(one, str) for one in others)):
        reading.lose(
            line,
            f"number {number} of the results lacks question, correct_answer or incorrect_answers",
            "save the database's answer as it came",
        )
        return
    category = fields.get("category")
    if isinstance(category, str) and category.strip():
        reading.categories[from_entities(category).replace("\\", "")] = None
    answers = [Answer(from_entities(one), False) for one in others]
    if sorted([right, *(one.text for one in answers)]) == ["False", "True"]:
        answers = [Answer(word, word == right) for word in ("True", "False")]
    else:
        # The right answer stands apart in the file; by the stem's checksum it lies now here, now there.
        place = hashlib.sha256(stem.encode("utf-8", "surrogatepass")).digest()[0] % (len(answers) + 1)
        answers.insert(place, Answer(from_entities(right), True))
    reading.drafts.append(Draft(line, from_entities(stem), tuple(answers)))


def _lines(text: str, items: list[Any]) -> list[int]:
    """The line on which each item begins; 1 for those that cannot be found."""
    decoder = json.JSONDecoder()
    opened = re.search(r'"results"\s*:\s*\[|^\s*\[', text)
    lines: list[int] = []
    at = opened.end() if opened else len(text)
    line, counted = 1, 0
    for item in items:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        if value != item:
            break
        line += text.count("\n", counted, at)
        counted = at
        lines.append(line)
        at = end
    return lines + [1] * (len(items) - len(lines))
