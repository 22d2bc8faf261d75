"""Where a long text is cut: between paragraphs, else lines, else sentences, else words; code stays code."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_CODE_BLOCK = re.compile(r"```(?:(?P<language>[A-Za-z0-9_+.#-]{0,20})\n)?.*?```", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]*_~|`]*(?=\s|(?<=[。！？]))")
_PAIRED = ("`", "**", "__", "~~", "||")
_WORTHWHILE = 1 / 3
"""A finer cut is better than one that leaves less of the room than this filled."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A code block: where it stands, where its first line begins, and how it opens again after a cut."""

    start: int
    body: int
    end: int
    opening: str


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, budget: int, stretched: int) -> list[str]:
    """Split a text into pieces of at most `budget` code units; a rest of up to `stretched` stays whole.

    Only whitespace at the cuts is dropped. A code block that is cut is closed and opened again, which may
    take a piece past the budget by the four signs that close it.
    """
    rest = text.strip("\n").rstrip()
    pieces: list[str] = []
    while units(rest) > stretched:
        reach = _reach(rest, budget)
        blocks = [block for block in _blocks(rest) if block.start < reach]
        end = _cut(rest, reach, blocks)
        block = next((block for block in blocks if block.start < end < block.end), None)
        before, after = rest[:end].rstrip(), rest[end:]
        if block is None:
            rest = after.lstrip("\n") if "\n" in after[: len(after) - len(after.lstrip())] else after.lstrip()
        else:
            before += "\n```"
            rest = block.opening + after.removeprefix("\n")
        if before:
            pieces.append(before)
    return [*pieces, rest]


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    for found in _CODE_BLOCK.finditer(text):
        language = found["language"]
        body = found.start() + 3 if language is None else found.end("language") + 1
        blocks.append(_Block(found.start(), body, found.end(), f"```{language or ''}\n"))
    return blocks


def _reach(text: str, budget: int) -> int:
    """How many characters of the text fill this many code units."""
    encoded = text[:budget].encode("utf-16-le", "surrogatepass")[: budget * 2]
    return len(encoded.decode("utf-16-le", "ignore"))


def _cut(text: str, reach: int, blocks: list[_Block]) -> int:
    """Where the first piece of the text ends: at most `reach`, and never at the start."""
    least = int(reach * _WORTHWHILE)

    def in_prose(position: int) -> bool:
        return not any(block.start < position < block.end for block in blocks)

    def at_line_of_code(position: int) -> bool:
        return any(block.body < position < block.end - 3 for block in blocks)

    window = text[: reach + 1]
    lines = [found.start() for found in re.finditer("\n", window)]
    paragraphs = [found.start() for found in re.finditer(r"\n[ \t]*\n", window)]
    sentences = [found.end() for found in _SENTENCE_END.finditer(window)]
    words = [found.start() for found in re.finditer(r"\s+", window)]
    ways: list[tuple[list[int], Callable[[int], bool]]] = [
        (paragraphs, lambda end: in_prose(end) and not _leads_in(text, end)),
        (lines, lambda end: in_prose(end) and not _leads_in(text, end)),
        (lines, at_line_of_code),
        (sentences, lambda end: in_prose(end) and _is_closed(text, end)),
        (words, lambda end: in_prose(end) and _is_closed(text, end)),
        (words, in_prose),
    ]
    for ends, allowed in ways:
        for end in reversed(ends):
            if end < max(least, 1) or end > reach:
                continue
            if text[:end].strip() and allowed(end):
                return end
    return _hard_cut(text, reach, blocks)


def _leads_in(text: str, end: int) -> bool:
    """Whether the line that ends here announces the next, as headings and colons do."""
    line = text[text.rfind("\n", 0, end) + 1 : end].strip()
    return line.startswith("#") or line.rstrip("*_ ").endswith(":")


def _is_closed(text: str, end: int) -> bool:
    """Whether no bold, code or spoiler that opened in this line is still open here."""
    line = text[text.rfind("\n", 0, end) + 1 : end]
    return all(line.count(sign) % 2 == 0 for sign in _PAIRED)


def _hard_cut(text: str, reach: int, blocks: list[_Block]) -> int:
    """A cut inside a word: before a code block's fence rather than in it, and not before a combining sign."""
    end = reach
    for block in blocks:
        if block.start < end <= block.body:
            end = block.start if block.start > 0 else block.body + 1
        elif block.end - 3 <= end < block.end:
            end = block.end - 4 if block.end - 4 > block.body else block.end
    while 1 < end < len(text) and end > reach - 16 and _joins(text, end):
        end -= 1
    return end


def _joins(text: str, end: int) -> bool:
    around = text[end - 1 : end + 1]
    return "\u200d" in around or bool(unicodedata.combining(text[end])) or text[end] in "\ufe0e\ufe0f"
