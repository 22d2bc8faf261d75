"""The pictures room's plot of ratings over time, one person's or two people's."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from operator import itemgetter

from PIL import Image, ImageChops, ImageDraw

from bot.pictures.colours import FIRST, GRID, NIGHT, PANEL, SECOND, SOFT, TEXT, Colour, accent, mixed
from bot.pictures.encoding import png
from bot.pictures.facts import HistoryFacts, Series
from bot.pictures.fallback import Weight
from bot.pictures.paths import Point, cut_at, dashes, thinned
from bot.pictures.shades import upwards
from bot.pictures.ticks import moments, ratings
from bot.pictures.writing import fitting, line, write

WIDTH, HEIGHT = 900, 500
"""In pixels."""

_LEFT, _RIGHT, _BOTTOM = 84, 800, 446
_FINE = 3
_LEAST_RATING_SPAN = 60.0
_LEAST_TIME_SPAN = 120.0
"""In seconds, so that the answers of one quiz do not stand above each other."""
_AROUND_ONE_MOMENT = 3 * 86_400.0
"""In seconds: a single moment is shown among days."""
_GAP, _GAP_OF_FEW = 0.1, 3.0
"""The longest stretch without an answer that is drawn as a full line: a tenth of the width, or three times the
average stretch where there are few points."""
_MARKED = 40
"""Up to so many points each is marked; of more, only the last is."""
_LATEST = 250_000_000_000.0
"""In seconds UTC, the year 9892: calendars end at 9999."""
_LABEL, _LABEL_ROOM = 32, 80
"""A label's height and room in the right margin, in pixels."""
_COLOURS = (FIRST, SECOND)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where moments and ratings lie on the picture."""

    top: int
    start: float
    end: float
    low: float
    high: float

    def x(self, moment: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (moment - self.start) / (self.end - self.start)

    def y(self, rating: float) -> float:
        return _BOTTOM - (_BOTTOM - self.top) * (rating - self.low) / (self.high - self.low)

    def projected(self, points: Sequence[Point]) -> list[Point]:
        """Moments and ratings as x and y; two calls for each of 20,000 points would be most of the plot's time."""
        start, low = self.start, self.low
        across, up = (_RIGHT - _LEFT) / (self.end - start), (_BOTTOM - self.top) / (self.high - low)
        return [
            (_LEFT + across * (moment - start), _BOTTOM - up * (rating - low)) for moment, rating in points
        ]


def history(facts: HistoryFacts) -> bytes:
    """A plot of ratings as a PNG of 900 by 500 pixels; no text on it is smaller than 20 pixels.

    The first two series are drawn: the first as a full line with round marks, the second dashed with square ones,
    both named in a legend when there are two. Stretches without an answer are dotted. Of the points within a pixel's width the first, lowest, highest and last count. The same values
    give the same bytes, as far as ``tick_words`` does. It is safe in a thread.
    """
    known = [(series, _clean(series.points)) for series in facts.series[:2]]
    frame = _frame([points for _, points in known], _top(facts))
    canvas = Image.new("RGB", (WIDTH, HEIGHT), PANEL)
    _bands(canvas, frame, facts)
    _axes(canvas, frame, facts)
    lines = [thinned(frame.projected(points)) for _, points in known]
    if len(lines) == 1:
        _under(canvas, frame, lines[0])
    for index in range(len(lines) - 1, -1, -1):
        _line(canvas, frame, lines[index], second=index == 1)
    _band_words(canvas, frame, facts)
    _latest(canvas, frame, [points[-1][1] if points else None for _, points in known])
    _heading(canvas, facts, [series for series, _ in known])
    return png(canvas)


def _top(facts: HistoryFacts) -> int:
    return 34 + (40 if facts.title else 0) + (36 if len(facts.series) > 1 else 0)


def _clean(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    found = [
        (float(moment), float(rating))
        for moment, rating in points
        if 0 <= moment <= _LATEST and isfinite(rating) and abs(rating) <= 1e6
    ]
    found.sort(key=itemgetter(0))
    return found


def _frame(series: Sequence[Sequence[tuple[float, float]]], top: int) -> _Frame:
    every = [point for points in series for point in points]
    if not every:
        return _Frame(top, 0.0, _LEAST_TIME_SPAN, 1050.0, 1250.0)
    start, end = (
        min(points[0][0] for points in series if points),
        max(points[-1][0] for points in series if points),
    )
    known = [rating for _, rating in every]
    low, high = min(known), max(known)
    least = _LEAST_TIME_SPAN if end > start else _AROUND_ONE_MOMENT
    if end - start < least:
        start = max((start + end - least) / 2, 0.0)
        end = start + least
    spare = max(_LEAST_RATING_SPAN - (high - low), 0.0) / 2 + 0.1 * max(high - low, _LEAST_RATING_SPAN)
    return _Frame(top, start, end, low - spare, high + spare)


def _seen_bands(frame: _Frame, facts: HistoryFacts) -> list[tuple[float, float, Colour, str]]:
    """Upper and lower edge in pixels, colour and word of each band that lies within the frame."""
    found: list[tuple[float, float, Colour, str]] = []
    for band in facts.bands:
        above = band.tier.above
        ceiling = frame.high if above is None else min(frame.high, float(above.floor))
        floor = frame.low if band.tier.floor == 0 else max(frame.low, float(band.tier.floor))
        if ceiling > floor:
            found.append((frame.y(ceiling), frame.y(floor), accent(band.tier), band.word))
    return found


def _bands(canvas: Image.Image, frame: _Frame, facts: HistoryFacts) -> None:
    canvas.paste(NIGHT, (_LEFT, frame.top, _RIGHT, _BOTTOM))
    for upper, lower, colour, _ in _seen_bands(frame, facts):
        canvas.paste(mixed(NIGHT, colour, 0.1), (_LEFT, round(upper), _RIGHT, round(lower)))
        canvas.paste(colour, (_LEFT - 5, round(upper), _LEFT, round(lower)))
        if round(lower) < _BOTTOM:
            canvas.paste(mixed(NIGHT, colour, 0.5), (_LEFT, round(lower) - 1, _RIGHT, round(lower) + 1))


def _band_words(canvas: Image.Image, frame: _Frame, facts: HistoryFacts) -> None:
    for upper, lower, colour, word in _seen_bands(frame, facts):
        if lower - upper < 30:
            continue
        drawn = line(word, 20, Weight.BOLD, 240)
        shade = Image.new("L", (round(drawn.width) + 12, 25), 150)
        canvas.paste(mixed(NIGHT, colour, 0.1), (_LEFT + 6, round(upper) + 4), shade)
        write(canvas, (_LEFT + 12, upper + 24), word, size=20, colour=colour, weight=Weight.BOLD, room=240)


def _axes(canvas: Image.Image, frame: _Frame, facts: HistoryFacts) -> None:
    floors = {band.tier.floor for band in facts.bands}
    for rating in ratings(frame.low, frame.high, 6):
        y = round(frame.y(rating))
        if rating not in floors:
            canvas.paste(mixed(NIGHT, GRID, 0.8), (_LEFT, y, _RIGHT, y + 1))
        write(canvas, (_LEFT - 14, y + 8), str(rating), size=22, colour=SOFT, room=66, align=1)
    if not any(series.points for series in facts.series):
        return
    found, unit = moments(frame.start, frame.end, facts.zone, 6)
    free_from = 0.0
    for moment in found:
        x = round(frame.x(moment.timestamp()))
        words = facts.tick_words(moment, unit)
        half = line(words, 22, Weight.MEDIUM, 200).width / 2
        middle = min(max(x, half + 10), WIDTH - 10 - half)
        canvas.paste(mixed(NIGHT, GRID, 0.8), (x, frame.top, x + 1, _BOTTOM))
        if middle - half < free_from:
            continue
        canvas.paste(SOFT, (x, _BOTTOM, x + 1, _BOTTOM + 7))
        write(canvas, (middle, _BOTTOM + 33), words, size=22, colour=SOFT, room=200, align=0.5)
        free_from = middle + half + 16


def _fine(frame: _Frame, points: Sequence[Point]) -> list[Point]:
    return [(x * _FINE, (y - frame.top + _OVER) * _FINE) for x, y in points]


_OVER = 12
"""How far a line's thickness may reach beyond the frame, in pixels."""


def _sheet(frame: _Frame) -> Image.Image:
    return Image.new("L", (WIDTH * _FINE, (_BOTTOM - frame.top + 2 * _OVER) * _FINE))


def _line(canvas: Image.Image, frame: _Frame, points: list[Point], *, second: bool) -> None:
    if not points:
        return
    sheet = _sheet(frame)
    brush = ImageDraw.Draw(sheet)
    pieces = _pieces(points)
    for before, after in pairwise(pieces):
        for stroke in dashes(_fine(frame, [before[-1], after[0]]), 4 * _FINE, 8 * _FINE):
            brush.line(stroke, fill=150, width=2 * _FINE)
    for piece in pieces:
        strokes = dashes(_fine(frame, piece), 16 * _FINE, 9 * _FINE) if second else [_fine(frame, piece)]
        for stroke in strokes:
            # Round corners cost more than the line itself, and are not seen where points are dense.
            joint = "curve" if len(points) <= 400 else None
            brush.line(stroke, fill=255, width=4 * _FINE, joint=joint)
    marked = _fine(frame, points if len(points) <= _MARKED else points[-1:])
    for index, (x, y) in enumerate(marked, start=1):
        _mark(brush, x, y, (7 if index == len(marked) else 5) * _FINE, second=second)
    canvas.paste(_COLOURS[second], (0, frame.top - _OVER), sheet.reduce(_FINE))


def _pieces(points: list[Point]) -> list[list[Point]]:
    return cut_at(points, (_RIGHT - _LEFT) * max(_GAP, _GAP_OF_FEW / max(len(points), 1)))


def _mark(brush: ImageDraw.ImageDraw, x: float, y: float, radius: float, *, second: bool) -> None:
    box = (x - radius, y - radius, x + radius, y + radius)
    if second:
        brush.rectangle(box, fill=255)
    else:
        brush.ellipse(box, fill=255)


def _under(canvas: Image.Image, frame: _Frame, points: list[Point]) -> None:
    """A soft light below a single line."""
    if len(points) < 2:
        return
    height = _BOTTOM - frame.top
    mask = Image.new("L", (WIDTH, height))
    brush = ImageDraw.Draw(mask)
    for piece in _pieces([(x, y - frame.top) for x, y in points]):
        if len(piece) > 1:
            brush.polygon([(piece[0][0], height), *piece, (piece[-1][0], height)], fill=255)
    canvas.paste(FIRST, (0, frame.top), ImageChops.multiply(mask, upwards(WIDTH, height, 70)))


def _latest(canvas: Image.Image, frame: _Frame, last: list[float | None]) -> None:
    """The latest rating of each series in the right margin, at its height."""
    ends = [
        (frame.y(rating), rating, colour)
        for rating, colour in zip(last, _COLOURS, strict=False)
        if rating is not None
    ]
    ends.sort()
    heights = [y for y, _, _ in ends]
    if len(heights) == 2 and heights[1] - heights[0] < _LABEL:
        middle = min(max(sum(heights) / 2, frame.top + _LABEL), _BOTTOM - _LABEL)
        heights = [middle - _LABEL / 2, middle + _LABEL / 2]
    for y, (_, rating, colour) in zip(heights, ends, strict=True):
        words = str(round(rating))
        size = fitting(words, (28, 24, 20), Weight.BOLD, _LABEL_ROOM)
        lighter = mixed(colour, TEXT, 0.3)
        write(
            canvas,
            (_RIGHT + 16, y + 10),
            words,
            size=size,
            colour=lighter,
            weight=Weight.BOLD,
            room=_LABEL_ROOM,
        )


def _heading(canvas: Image.Image, facts: HistoryFacts, series: list[Series]) -> None:
    y = 46
    if facts.title:
        write(canvas, (28, y), facts.title, size=30, colour=TEXT, weight=Weight.BOLD, room=WIDTH - 56)
        y += 40
    if len(series) < 2:
        return
    x = 28.0
    for index, one in enumerate(series):
        _sample(canvas, round(x), y - 8, second=index == 1)
        x += 62
        x += write(canvas, (x, y), one.name, size=24, colour=TEXT, weight=Weight.MEDIUM, room=330) + 34


def _sample(canvas: Image.Image, x: int, y: int, *, second: bool) -> None:
    """The way that a series is drawn, as a sign of 52 pixels for the legend."""
    mask = Image.new("L", (52 * _FINE, 20 * _FINE))
    brush = ImageDraw.Draw(mask)
    ends: list[Point] = [(0, 10 * _FINE), (52 * _FINE, 10 * _FINE)]
    for stroke in dashes(ends, 14 * _FINE, 5 * _FINE) if second else [ends]:
        brush.line(stroke, fill=255, width=4 * _FINE)
    _mark(brush, 26 * _FINE, 10 * _FINE, 6 * _FINE, second=second)
    canvas.paste(_COLOURS[second], (x, y - 10), mask.reduce(_FINE))
