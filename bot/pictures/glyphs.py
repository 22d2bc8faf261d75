"""The pictures room's only door to HarfBuzz: fonts, runs of shaped glyphs, and their ink.

Pillow alone will not do: its wheels shape and turn text only where a system FriBiDi is found at run time
(https://pillow.readthedocs.io/en/stable/installation/building-from-source.html), and it has no font fallback.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import uharfbuzz  # pyright: ignore[reportMissingTypeStubs]
from PIL import Image

_hb = cast("Any", uharfbuzz)
FONTS = Path(__file__).parent / "fonts"
"""Where the shipped fonts lie."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A shaped glyph; lengths in em."""

    number: int
    cluster: int
    """The index in the run's text of the first character that it stands for."""
    advance: float
    dx: float
    dy: float


class Font:
    """A shipped font file, read when it is first asked; safe to use from several threads."""

    def __init__(self, file_name: str, boldness: float = 0.0) -> None:
        """``boldness`` thickens every stroke, in em."""
        self._face = _hb.Face(_hb.Blob.from_file_path(str(FONTS / file_name)))
        self.font = _hb.Font(self._face)
        if boldness:
            self.font.synthetic_bold = (boldness, boldness, False)
        self.em: int = self._face.upem

    def covers(self, code: int) -> bool:
        """Whether the font has a glyph of its own for the code point."""
        return self.font.get_nominal_glyph(code) is not None

    def shaped(self, text: str, *, leftwards: bool) -> list[Glyph]:
        """The glyphs of a text that this font covers, from left to right as they are seen."""
        buffer = _hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if leftwards else "ltr"
        _hb.shape(self.font, buffer)
        em = self.em
        return [
            Glyph(
                info.codepoint, info.cluster, place.x_advance / em, place.x_offset / em, place.y_offset / em
            )
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Placed:
    """A glyph on its line: pixels from the line's start and baseline, y upwards."""

    font: Font
    number: int
    x: float
    y: float
    size: float
    """Pixels per em."""


def ink(glyphs: Iterable[Placed], *, left: int, bottom: int, width: int, height: int) -> Image.Image:
    """The glyphs' coverage as a mask of that size in pixels, whose lower left corner lies at (left, bottom)."""
    drawing = _hb.RasterDraw()
    for glyph in glyphs:
        scale = glyph.size / glyph.font.em
        drawing.transform = (scale, 0.0, 0.0, scale, glyph.x, glyph.y)
        drawing.draw_glyph(glyph.font.font, glyph.number)
    drawing.extents = _hb.RasterExtents(left, bottom, width, height, 0)
    drawn = drawing.render()
    if drawn is None:
        return Image.new("L", (width, height))
    return Image.frombytes("L", (width, height), drawn.buffer, "raw", "L", drawn.extents.stride, -1)


@dataclass(frozen=True, slots=True)
class Sticker:
    """A glyph in colours of its own, such as an emoji: pixels right of and below its place on the baseline."""

    picture: Image.Image
    dx: int
    dy: int


@lru_cache(maxsize=512)
def sticker(font: Font, number: int, size: int) -> Sticker | None:
    """A colour font's glyph at so many pixels per em, or None if there is nothing to see."""
    extents = font.font.get_glyph_extents(number)
    if extents is None or not extents.width or not extents.height:
        return None
    scale = size / font.em
    painting = _hb.RasterPaint()
    painting.transform = (scale, 0.0, 0.0, scale, 0.0, 0.0)
    painting.set_glyph_extents(extents)
    painting.paint_glyph(font.font, number)
    painted = painting.render()
    if painted is None:
        return None
    box = painted.extents
    picture = Image.frombytes("RGBA", (box.width, box.height), painted.buffer, "raw", "BGRa", box.stride, -1)
    return Sticker(picture, box.x_origin, -(box.y_origin + box.height))
