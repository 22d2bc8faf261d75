"""The pictures room's lines: points thinned to what a pixel can show, cut at gaps and into dashes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import hypot

Point = tuple[float, float]


def thinned(points: Iterable[Point]) -> list[Point]:
    """The points, which go from left to right in pixels, at most four in a column: first, lowest, highest, last."""
    found: list[Point] = []
    column: list[Point] = []
    at: int | None = None
    for point in points:
        now = int(point[0])
        if now != at:
            found += _outermost(column)
            column, at = [], now
        column.append(point)
    return found + _outermost(column)


def _outermost(column: list[Point]) -> list[Point]:
    if len(column) <= 4:
        return column
    inner = range(1, len(column) - 1)
    chosen = {min(inner, key=lambda index: column[index][1]), max(inner, key=lambda index: column[index][1])}
    return [column[0], *(column[index] for index in sorted(chosen)), column[-1]]


def cut_at(points: Sequence[Point], widest: float) -> list[list[Point]]:
    """The points as lines, a new one wherever nothing is known for more than so many pixels."""
    lines: list[list[Point]] = []
    for point in points:
        if lines and point[0] - lines[-1][-1][0] <= widest:
            lines[-1].append(point)
        else:
            lines.append([point])
    return lines


def dashes(points: Sequence[Point], drawn: float, left_out: float) -> Iterator[list[Point]]:
    """A line in strokes: lengths in pixels along it."""
    stroke: list[Point] = [points[0]] if points else []
    is_drawn, remaining = True, drawn
    for (x0, y0), (x1, y1) in pairwise(points):
        length = hypot(x1 - x0, y1 - y0)
        done = 0.0
        while length - done > remaining:
            done += remaining
            turn = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if is_drawn:
                yield [*stroke, turn]
            is_drawn = not is_drawn
            stroke = [turn]
            remaining = drawn if is_drawn else left_out
        remaining -= length - done
        stroke.append((x1, y1))
    if is_drawn and len(stroke) > 1:
        yield stroke
