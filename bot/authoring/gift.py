"""Moodle's GIFT format, read by Moodle's own rules; of its question types, those with options come along."""

import re
from collections.abc import Iterator

from bot.authoring.drafts import Answer, Draft, Reading
from bot.authoring.markup import LONGEST, cleaned, formula_in, from_html, from_plain, holds_html

_ESCAPED = {sign: chr(0xFDD0 + place) for place, sign in enumerate(":#={}~\\")}
"""Escaped signs wait as characters that Unicode reserves for a program's own use."""
_NEW_LINE = chr(0xFDD7)
_RESTORED = str.maketrans({stand_in: sign for sign, stand_in in _ESCAPED.items()} | {_NEW_LINE: "\n"})
_ESCAPE = re.compile(r"\\([:#={}~\\n])")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}


def read_gift(text: str) -> Reading:
    """The questions of a GIFT file that have options, and a remark on everything else."""
    reading = Reading()
    for line, block in _blocks(text):
        _Block(reading, line).read(block)
    return reading


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """What stands between blank lines, without comments, and the line where it begins."""
    lines: list[str] = []
    first = 0
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            continue
        if stripped.startswith("$CATEGORY:"):
            yield number, stripped
        elif stripped:
            first = first or number
            lines.append(line)
        elif lines:
            yield first, "\n".join(lines).strip()
            lines, first = [], 0


class _Block:
    """One question of the file on its way into a draft."""

    def __init__(self, reading: Reading, line: int) -> None:
        self._reading = reading
        self._line = line
        self._format = "moodle"

    def read(self, block: str) -> None:
        if block.startswith("$CATEGORY:"):
            name = cleaned(block.removeprefix("$CATEGORY:").rstrip("/").rpartition("/")[2])
            if name and not name.startswith("$"):
                self._reading.categories[name] = None
            return
        if len(block) > LONGEST:
            self._reading.lose(self._line, f"it has {len(block)} characters", "shorten it")
            return
        text = _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], _NEW_LINE), block)
        name, text = self._named(text)
        start, end = text.find("{"), text.find("}")
        if start < 0 and end < 0:
            self._reading.lose(
                self._line, "it has no answers between { and }", "a lesson's section may hold it"
            )
            return
        if start < 0 or end < start:
            self._reading.lose(
                self._line, "its braces do not match", "write \\{ and \\} for braces in the text"
            )
            return
        answers = text[start + 1 : end].strip()
        blank = "" if end == len(text) - 1 else "_____"
        # The stem's format is that of everything else, so it is read first.
        if found := _FORMAT.match(text):
            self._format = found[1].lower()
            text = text[found.end() :]
            start, end = start - found.end(), end - found.end()
        stem = self._words(text[:start] + blank + text[end + 1 :])
        answers, general = self._general(answers)
        kind = _refused(answers)
        if kind:
            self._reading.lose(self._line, f"it is {kind}", "a lesson's question has options to choose from")
            return
        if "{" in text[end + 1 :]:
            self._reading.lose(
                self._line, "it has answers between { and } twice", "put a blank line between two questions"
            )
            return
        found_answers, why = self._truth(answers) if "~" not in answers else self._options(answers)
        if found_answers:
            key = next(one for one in found_answers if one.correct)
            explanation = general or why or key.feedback
            if not general and not why and key.feedback:
                found_answers = [Answer(one.text, True) if one is key else one for one in found_answers]
            self._reading.drafts.append(Draft(self._line, stem, tuple(found_answers), explanation, name))

    def _named(self, text: str) -> tuple[str | None, str]:
        if not text.startswith("::") or "::" not in text[2:]:
            return None, text.removeprefix("::")
        name, _, rest = text[2:].partition("::")
        return cleaned(name.translate(_RESTORED)) or None, rest.strip()

    def _general(self, answers: str) -> tuple[str, str | None]:
        before, mark, after = answers.rpartition("####")
        return (before.strip(), self._words(after) or None) if mark else (answers, None)

    def _truth(self, answers: str) -> tuple[list[Answer], str | None]:
        truth, *comments = answers.split("#", 2)
        told = [self._words(comment) or None for comment in comments] + [None, None]
        right = _TRUTHS[truth.strip()]
        return [
            Answer("True", right, None if right else told[0]),
            Answer("False", not right, told[0] if right else None),
        ], told[1]

    def _options(self, answers: str) -> tuple[list[Answer], None]:
        before, *pieces = answers.replace("=", "~=").split("~")
        if before.strip():
            pieces.insert(0, before)
        found: list[Answer] = []
        weights: list[float] = []
        for piece in filter(None, map(str.strip, pieces)):
            weight, rest = (100.0, piece[1:]) if piece.startswith("=") else (0.0, piece)
            if weighed := _WEIGHT.match(rest.strip()):
                weight, rest = float(weighed[1]), rest.strip()[weighed.end() :]
            text, _, feedback = rest.partition("#")
            weights.append(weight)
            found.append(Answer(self._words(text), weight >= 100, self._words(feedback) or None))
        right = sum(one.correct for one in found)
        if right > 1:
            why = "a question here has exactly one; write \\= for an equals sign that is part of a text"
            self._reading.lose(self._line, f"{right} of its answers are right", why)
        elif not right and any(weight > 0 for weight in weights):
            why = "a question here has exactly one right answer"
            self._reading.lose(self._line, "several of its answers are right in part", why)
        elif not right:
            self._reading.lose(self._line, "none of its answers is right", "mark one with =")
        else:
            if any(weight not in (0, 100) for weight in weights):
                self._reading.remark(
                    self._line, "Weights were dropped: here one answer is right and the others are wrong."
                )
            return found, None
        return [], None

    def _words(self, text: str) -> str:
        """A text of the file in Discord's Markdown, by its own format or else the stem's."""
        text, kind = text.strip(), self._format
        if not text:
            return ""
        if found := _FORMAT.match(text):
            kind, text = found[1].lower(), text[found.end() :].strip()
        text = text.translate(_RESTORED)
        if formula_in(text):
            self._reading.remark(
                self._line,
                "There is a formula in TeX, which Discord does not draw; write it in words or as code.",
            )
        if kind == "markdown":
            return cleaned(text)
        if kind == "plain" or not holds_html(text):
            return from_plain(text)
        # Moodle's own format keeps line breaks, which HTML does not.
        words, lost = from_html(text if kind == "html" else text.replace("\n", "<br>"))
        self._reading.remark(self._line, *(f"{clause[0].upper()}{clause[1:]}." for clause in lost))
        return words


def _refused(answers: str) -> str | None:
    """What kind of question this is, if it is one that has no options to choose from."""
    if not answers:
        return "an essay"
    if answers.startswith("#"):
        return "a numerical question"
    if "~" in answers:
        return None
    if "=" in answers and "->" in answers:
        return "a matching question"
    return None if answers.partition("#")[0].strip() in _TRUTHS else "a question with a typed answer"
