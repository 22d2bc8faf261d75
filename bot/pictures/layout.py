"""The pictures room's lines before they are drawn: runs of one font and direction, shaped, and cut to fit."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.pictures.directions import levels
from bot.pictures.fallback import Weight, font, font_name, is_japanese
from bot.pictures.glyphs import Glyph
from bot.pictures.graphemes import graphemes

BOX = 0.92
"""How wide the box is that stands for a character without a font, in em."""


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a line in one font and direction."""

    start: int
    """The index in the line of its first character."""
    text: str
    name: str | None
    """The font's name, or None where none has the characters."""
    level: int
    """Odd if it is read from right to left."""
    glyphs: tuple[Glyph, ...]
    """From left to right, none without a font."""

    @property
    def width(self) -> float:
        """In em."""
        return sum(glyph.advance for glyph in self.glyphs) if self.name else BOX * len(self.text)


def width(runs: Iterable[Run]) -> float:
    """How wide the runs are together, in em."""
    return sum(run.width for run in runs)


@lru_cache(maxsize=256)
def laid(text: str, weight: Weight, japanese: bool | None = None) -> tuple[Run, ...]:
    """A printable text in runs, in the order in which it is read.

    ``japanese`` says whether its kanji are; by default they are if there are kana among them.
    """
    in_japan = is_japanese(text) if japanese is None else japanese
    depths = levels(text)
    pieces: list[tuple[int, str, str | None, int]] = []
    start = 0
    for letter in graphemes(text):
        level, at = depths[start], start
        whole = font_name(letter, in_japan)
        parts = [(letter, whole)] if whole else [(sign, font_name(sign, in_japan)) for sign in letter]
        for part, name in parts:
            if pieces and pieces[-1][2:] == (name, level):
                pieces[-1] = (pieces[-1][0], pieces[-1][1] + part, name, level)
            else:
                pieces.append((at, part, name, level))
            at += len(part)
        start = at
    return tuple(
        Run(at, part, name, level, _shaped(part, name, weight, level)) for at, part, name, level in pieces
    )


def _shaped(text: str, name: str | None, weight: Weight, level: int) -> tuple[Glyph, ...]:
    return tuple(font(name, weight).shaped(text, leftwards=level % 2 == 1)) if name else ()


def shortened(text: str, weight: Weight, room: float) -> tuple[str, tuple[Run, ...]]:
    """The longest beginning of a too wide text that fits so many em with a “…”, at worst that alone.

    It is cut where a letter and a shaped cluster begin alike, and shaped again, as the cut changes the forms beside it.
    """
    japanese = is_japanese(text)
    for cut in reversed(_cuts(text, laid(text, weight), room)):
        kept = text[:cut].rstrip() + "…"
        runs = laid(kept, weight, japanese)
        if width(runs) <= room:
            return kept, runs
    return "…", laid("…", weight)


def _cuts(text: str, runs: Iterable[Run], room: float) -> list[int]:
    widths: dict[int, float] = {}
    for run in runs:
        if run.name is None:
            widths |= {run.start + index: BOX for index in range(len(run.text))}
        for glyph in run.glyphs:
            place = run.start + glyph.cluster
            widths[place] = widths.get(place, 0.0) + glyph.advance
    cuts: list[int] = []
    start, before = 0, 0.0
    for letter in graphemes(text):
        if before > room:
            break
        if start in widths:
            cuts.append(start)
        before += sum(widths.get(start + index, 0.0) for index in range(len(letter)))
        start += len(letter)
    return cuts
