"""The pictures room's pen: lines of text in any script, shortened between letters where they must fit."""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PIL import Image, ImageDraw

from bot.pictures.colours import Colour
from bot.pictures.directions import as_seen
from bot.pictures.fallback import Weight, font, is_colour
from bot.pictures.glyphs import Font, Placed, Sticker, ink, sticker
from bot.pictures.graphemes import printable
from bot.pictures.layout import BOX, Run, laid, shortened, width

_ABOVE, _BELOW = 1.3, 0.6
"""How far a line's ink may reach above and below its baseline, in em."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that was laid out, in pixels; its pictures are shared, so nobody may draw on them."""

    text: str
    """What was written, after shortening."""
    width: float
    mask: Image.Image
    left: int
    top: int
    stickers: tuple[tuple[Sticker, int], ...]


def write(
    canvas: Image.Image,
    at: tuple[float, float],
    text: str,
    *,
    size: int,
    colour: Colour,
    weight: Weight = Weight.MEDIUM,
    room: int | None = None,
    align: float = 0.0,
) -> float:
    """Write a line of text and return its width in pixels.

    ``at`` is on the baseline, at the line's left end (``align`` 0), middle (0.5) or right end (1). ``size`` is in
    pixels per em. A line wider than ``room`` is shortened.
    """
    drawn = line(text, size, weight, room)
    x, y = round(at[0] - drawn.width * align), round(at[1])
    canvas.paste(colour, (x + drawn.left, y + drawn.top), drawn.mask)
    for picture, dx in drawn.stickers:
        canvas.paste(picture.picture, (x + dx + picture.dx, y + picture.dy), picture.picture)
    return drawn.width


def fitting(text: str, sizes: tuple[int, ...], weight: Weight, room: int) -> int:
    """The first of the sizes at which the text fits the room unshortened, or the last."""
    ems = width(laid(printable(text), weight))
    return next((size for size in sizes if ems * size <= room), sizes[-1])


@lru_cache(maxsize=1024)
def line(text: str, size: int, weight: Weight, room: int | None = None) -> Line:
    """The text laid out on one line, shortened with “…” if it is wider than ``room`` pixels."""
    shown = printable(text)
    runs = laid(shown, weight)
    if room is not None and width(runs) * size > room:
        shown, runs = shortened(shown, weight, room / size)
    return _drawn(shown, runs, size, weight)


def _drawn(text: str, runs: tuple[Run, ...], size: int, weight: Weight) -> Line:
    placed: list[Placed] = []
    stickers: list[tuple[Sticker, int]] = []
    boxes: list[float] = []
    x = 0.0
    for run in as_seen(runs, [run.level for run in runs]):
        if run.name is None:
            for sign in run.text:
                boxes.append(x)
                placed += _code_point(ord(sign), x, size)
                x += BOX * size
            continue
        drawn_by = font(run.name, weight)
        for glyph in run.glyphs:
            if is_colour(run.name):
                picture = sticker(drawn_by, glyph.number, size)
                if picture:
                    stickers.append((picture, round(x + glyph.dx * size)))
            else:
                placed.append(Placed(drawn_by, glyph.number, x + glyph.dx * size, glyph.dy * size, size))
            x += glyph.advance * size
    margin = ceil(size * 0.4)
    above, below = ceil(size * _ABOVE), ceil(size * _BELOW)
    mask = ink(placed, left=-margin, bottom=-below, width=ceil(x) + 2 * margin, height=above + below)
    for box in boxes:
        _outline(mask, margin + box, above, size)
    return Line(text, x, mask, -margin, -above, tuple(stickers))


def _code_point(code: int, x: float, size: int) -> list[Placed]:
    """The digits of a character that no font draws, in two rows within its box."""
    digits = f"{code:04X}"
    half = (len(digits) + 1) // 2
    small = size * (0.4 if half == 2 else 0.31)
    latin: Font = font("Inter", Weight.MEDIUM)
    placed: list[Placed] = []
    for row, y in ((digits[:half], 0.4), (digits[half:], 0.02)):
        glyphs = latin.shaped(row, leftwards=False)
        at = x + (BOX * size - sum(glyph.advance for glyph in glyphs) * small) / 2
        for glyph in glyphs:
            placed.append(Placed(latin, glyph.number, at, y * size, small))
            at += glyph.advance * small
    return placed


def _outline(mask: Image.Image, x: float, baseline: int, size: int) -> None:
    inset = size * 0.06
    box = (x + inset, baseline - size * 0.78, x + BOX * size - inset, baseline + size * 0.1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius=size * 0.1, outline=190, width=max(1, size // 20))
