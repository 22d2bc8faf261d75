"""The pictures room's tier emblems: a ladder that gains rungs, a stronger frame, wings and a crown.

Each tier is told by its form alone: the number of rungs and the outline differ, not only the colour.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import copysign, cos, pi, sin, sqrt

from PIL import Image, ImageChops, ImageDraw

from bot.pictures.colours import NIGHT, Colour, accent, mixed
from bot.pictures.shades import downwards
from ladder.tiers import Tier

_FINE = 4
"""How many times finer than shown an emblem is drawn."""

_Point = tuple[float, float]
_Shape = Sequence[_Point]


def _regular(corners: int, radius: float, *, turned: float = 0.0, middle: _Point = (50, 50)) -> _Shape:
    steps = [2 * pi * (index + turned) / corners - pi / 2 for index in range(corners)]
    return [(middle[0] + radius * cos(step), middle[1] + radius * sin(step)) for step in steps]


def _mirrored(half: _Shape) -> _Shape:
    return [*half, *((100 - x, y) for x, y in reversed(half))]


def _cushion(radius: float) -> _Shape:
    """A square with soft corners."""
    steps = [2 * pi * index / 96 for index in range(96)]
    return [(50 + radius * _swollen(cos(step)), 50 + radius * _swollen(sin(step))) for step in steps]


def _swollen(value: float) -> float:
    return copysign(sqrt(abs(value)), value)


_FRAMES: dict[Tier, _Shape] = {
    Tier.IRON: _regular(64, 35),
    Tier.BRONZE: _cushion(38),
    Tier.SILVER: _mirrored([(50, 9), (34, 16), (16, 18), (16, 52), (22, 70), (36, 84), (50, 92)]),
    Tier.GOLD: _regular(6, 42, middle=(50, 52)),
    Tier.PLATINUM: _mirrored([(50, 5), (38, 17), (17, 24), (21, 50), (17, 76), (38, 83), (50, 95)]),
    Tier.DIAMOND: _mirrored([(50, 8), (28, 8), (7, 36), (50, 95)]),
    Tier.MASTER: _mirrored([(50, 7), (30, 20), (30, 66), (50, 94)]),
    Tier.GRANDMASTER: _mirrored([(50, 26), (30, 26), (27, 40), (31, 70), (50, 95)]),
}
_FEATHERS: dict[Tier, Sequence[_Shape]] = {
    Tier.MASTER: (
        [(26, 26), (1, 15), (7, 33), (26, 43)],
        [(26, 47), (6, 38), (12, 54), (26, 60)],
        [(26, 64), (13, 58), (17, 70), (29, 76)],
    ),
    Tier.GRANDMASTER: (
        [(25, 34), (0, 14), (2, 36), (24, 50)],
        [(24, 54), (2, 42), (7, 60), (26, 66)],
        [(27, 70), (9, 64), (15, 78), (31, 80)],
        [(33, 84), (19, 81), (27, 92), (42, 93)],
    ),
}
_CROWN: _Shape = [(33, 22), (29, 3), (40, 12), (50, 0), (60, 12), (71, 3), (67, 22)]
_RUNGS = {
    Tier.IRON: (1, 32, 68),
    Tier.BRONZE: (2, 32, 68),
    Tier.SILVER: (3, 27, 73),
    Tier.GOLD: (3, 38, 78),
    Tier.PLATINUM: (4, 24, 76),
    Tier.DIAMOND: (4, 18, 70),
    Tier.MASTER: (5, 22, 78),
    Tier.GRANDMASTER: (5, 33, 80),
}
"""How many rungs, and from where to where the rails go."""


@lru_cache(maxsize=64)
def emblem(tier: Tier, size: int) -> Image.Image:
    """The tier's emblem on a transparent square of so many pixels; shared, so nobody may draw on it."""
    full = size * _FINE
    colour = accent(tier)
    drawn = Image.new("RGBA", (full, full), (*colour, 0))
    for feather in _FEATHERS.get(tier, ()):
        for side in (feather, [(100 - x, y) for x, y in feather]):
            _plate(drawn, side, mixed(colour, NIGHT, 0.15), mixed(colour, NIGHT, 0.6), edge=None)
    _plate(drawn, _FRAMES[tier], mixed(colour, NIGHT, 0.42), mixed(colour, NIGHT, 0.78), edge=colour)
    if tier is Tier.DIAMOND:
        _facets(drawn, colour)
    if tier is Tier.GOLD:
        _plate(drawn, _star((50, 25), 9.5), mixed(colour, (255, 255, 255), 0.5), colour, edge=None)
    if tier is Tier.GRANDMASTER:
        _plate(drawn, _CROWN, mixed((255, 208, 96), (255, 255, 255), 0.3), (232, 158, 46), edge=None)
    _ladder(drawn, tier, mixed(colour, (255, 255, 255), 0.72))
    return drawn.reduce(_FINE)


def _scaled(shape: _Shape, full: int) -> list[_Point]:
    return [(x * full / 100, y * full / 100) for x, y in shape]


def _plate(drawn: Image.Image, shape: _Shape, above: Colour, below: Colour, *, edge: Colour | None) -> None:
    full = drawn.width
    outline = _scaled(shape, full)
    mask = Image.new("L", drawn.size)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    top = round(min(y for _, y in outline))
    bottom = max(round(max(y for _, y in outline)), top + 1)
    fade = Image.new("L", drawn.size)
    fade.paste(downwards(full, bottom - top), (0, top))
    ground = Image.composite(
        Image.new("RGB", drawn.size, below), Image.new("RGB", drawn.size, above), fade
    ).convert("RGBA")
    drawn.paste(ground, (0, 0), mask)
    if edge is not None:
        brush = ImageDraw.Draw(drawn)
        ring = [*outline, outline[0], outline[1]]
        brush.line(ring, fill=(*edge, 255), width=round(full * 0.036), joint="curve")


def _ladder(drawn: Image.Image, tier: Tier, colour: Colour) -> None:
    full = drawn.width
    rungs, top, bottom = _RUNGS[tier]
    brush = ImageDraw.Draw(drawn)
    thick = 5.2 if rungs < 5 else 4.4

    def half(y: float) -> float:
        return (8.5 if rungs > 3 else 10) + 3.0 * (y - top) / (bottom - top)

    def stroke(one: _Point, other: _Point) -> None:
        ends = _scaled([one, other], full)
        width = thick * full / 100
        brush.line(ends, fill=(*colour, 255), width=round(width))
        for x, y in ends:
            brush.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=(*colour, 255))

    for side in (-1, 1):
        stroke((50 + side * half(top), top), (50 + side * half(bottom), bottom))
    for rung in range(rungs):
        y = top + (bottom - top) * (rung + 0.5) / rungs if rungs > 1 else (top + bottom) / 2
        stroke((50 - half(y), y), (50 + half(y), y))


def _facets(drawn: Image.Image, colour: Colour) -> None:
    full = drawn.width
    over = Image.new("RGBA", drawn.size, (*colour, 0))
    brush = ImageDraw.Draw(over)
    for facet in ([(7, 36), (28, 8), (33, 36)], [(93, 36), (72, 8), (67, 36)]):
        brush.polygon(_scaled(facet, full), fill=(255, 255, 255, 70))
    for line in ([(7, 36), (93, 36)], [(33, 36), (50, 95)], [(67, 36), (50, 95)]):
        brush.line(_scaled(line, full), fill=(*colour, 120), width=round(full * 0.018))
    shape = Image.new("L", drawn.size)
    ImageDraw.Draw(shape).polygon(_scaled(_FRAMES[Tier.DIAMOND], full), fill=255)
    over.putalpha(ImageChops.multiply(over.getchannel("A"), shape))
    drawn.alpha_composite(over)


def _star(middle: _Point, radius: float) -> _Shape:
    outer, inner = _regular(5, radius, middle=middle), _regular(5, radius * 0.45, turned=0.5, middle=middle)
    return [point for pair in zip(outer, inner, strict=True) for point in pair]
