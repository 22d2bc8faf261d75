"""The pictures room's sparkline: the latest ratings as one small line without an axis."""

from PIL import Image, ImageChops, ImageDraw

from bot.pictures.colours import GRID, Colour, mixed
from bot.pictures.shades import upwards

_FINE = 3
_SHOWN = 31
"""Thirty changes lie between so many ratings."""
_LEAST_SPAN = 20
"""In rating points, so that a change of one point does not look like a leap."""
_MARGIN = 6


def spark(
    canvas: Image.Image, box: tuple[int, int, int, int], ratings: tuple[int, ...], colour: Colour
) -> None:
    """Draw the last 31 ratings, oldest first, into the box (left, top, right, bottom; pixels), the last one dotted."""
    shown = ratings[-_SHOWN:]
    left, top, right, bottom = box
    if not shown:
        return
    width, height = (right - left) * _FINE, (bottom - top) * _FINE
    margin = _MARGIN * _FINE
    low, high = min(shown), max(shown)
    spare = max(_LEAST_SPAN - (high - low), 0) / 2
    floor, span = low - spare, (high - low) + 2 * spare
    step = (width - 2 * margin) / max(len(shown) - 1, 1)
    points = [
        (margin + index * step, height - margin - (height - 2 * margin) * (rating - floor) / span)
        for index, rating in enumerate(shown)
    ]
    if len(points) == 1:
        points = [(margin, points[0][1]), (width - margin, points[0][1])]
    under = Image.new("L", (width, height))
    ImageDraw.Draw(under).polygon([(points[0][0], height), *points, (points[-1][0], height)], fill=90)
    over = Image.new("L", (width, height))
    brush = ImageDraw.Draw(over)
    brush.line(points, fill=255, width=3 * _FINE, joint="curve")
    x, y = points[-1]
    radius = 5 * _FINE
    brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    small = under.reduce(_FINE)
    canvas.paste(GRID, (left + _MARGIN, bottom, right - _MARGIN, bottom + 1))
    canvas.paste(colour, (left, top), ImageChops.multiply(small, upwards(*small.size)))
    canvas.paste(mixed(colour, (255, 255, 255), 0.25), (left, top), over.reduce(_FINE))
