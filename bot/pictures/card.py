"""The pictures room's rank card: who somebody is on the ladder, on one picture to be proud of."""

from functools import lru_cache
from math import isfinite

from PIL import Image, ImageDraw

from bot.pictures.avatars import disc, portrait
from bot.pictures.colours import GRID, NIGHT, PANEL, SOFT, TEXT, TRACK, accent, mixed
from bot.pictures.emblems import emblem
from bot.pictures.encoding import png
from bot.pictures.facts import CardFacts
from bot.pictures.fallback import Weight
from bot.pictures.shades import glow, rightwards
from bot.pictures.sparklines import spark
from bot.pictures.writing import fitting, line, write
from ladder.tiers import Tier

WIDTH, HEIGHT = 900, 300
"""In pixels."""

_AVATAR, _AVATAR_AT = 128, (36, 36)
_TEXT_LEFT, _TEXT_ROOM = 192, 476
_EMBLEM, _EMBLEM_AT = 124, (713, 18)
_RIGHT_MIDDLE = 775
_BAR = (34, 246, 648, 266)
_SPARK = (684, 212, 866, 268)
_FINE = 3


def card(standing: CardFacts, avatar: bytes | None = None) -> bytes:
    """A rank card as a PNG of 900 by 300 pixels; no text on it is smaller than 22 pixels.

    ``avatar`` is a PNG, JPEG, WebP or GIF, best of 128 by 128 pixels, which is how it is shown; without one, or with
    one that cannot be read, the name's initial stands for it. The same values give the same bytes. It is safe in a thread and keeps no value but the caches' recent ones.
    """
    canvas = _base(standing.tier).copy()
    face = portrait(standing.name, avatar, _AVATAR)
    canvas.paste(face, _AVATAR_AT, face)
    _who(canvas, standing)
    _rating(canvas, standing)
    _progress(canvas, standing)
    spark(canvas, _SPARK, standing.recent, accent(standing.tier))
    return png(canvas)


def _who(canvas: Image.Image, standing: CardFacts) -> None:
    size = fitting(standing.name, (42, 38, 34, 30), Weight.BOLD, _TEXT_ROOM)
    write(
        canvas, (_TEXT_LEFT, 65), standing.name, size=size, colour=TEXT, weight=Weight.BOLD, room=_TEXT_ROOM
    )
    write(
        canvas,
        (_TEXT_LEFT, 109),
        standing.title,
        size=30,
        colour=accent(standing.tier),
        weight=Weight.BOLD,
        room=_TEXT_ROOM,
    )
    for row, place in enumerate(standing.places[:2]):
        write(canvas, (_TEXT_LEFT, 146 + 31 * row), place, size=24, colour=SOFT, room=_TEXT_ROOM)


def _rating(canvas: Image.Image, standing: CardFacts) -> None:
    number = str(standing.rating)
    size = fitting(number + "?" * standing.provisional, (58, 48, 38, 28), Weight.BOLD, 200)
    drawn = line(number, size, Weight.BOLD, 200)
    mark = line("?", size, Weight.BOLD).width if standing.provisional else 0.0
    left = _RIGHT_MIDDLE - (drawn.width + mark) / 2
    write(canvas, (left, 190), number, size=size, colour=TEXT, weight=Weight.BOLD, room=200)
    if standing.provisional:
        write(canvas, (left + drawn.width + 2, 190), "?", size=size, colour=SOFT, weight=Weight.BOLD)


def _progress(canvas: Image.Image, standing: CardFacts) -> None:
    left, top, right, bottom = _BAR
    xp = line(standing.xp, 24, Weight.MEDIUM, 240).width
    write(canvas, (right, 230), standing.xp, size=24, colour=SOFT, room=240, align=1)
    write(canvas, (left, 230), standing.missing, size=24, colour=TEXT, room=int(right - left - xp - 24))
    done = min(max(standing.progress, 0.0), 1.0) if isfinite(standing.progress) else 0.0
    if done > 0:
        # Never shorter than it is high, so that its ends stay round.
        width = max(bottom - top, round((right - left) * done))
        canvas.paste(_filling(standing.tier), (left, top), _pill(width, bottom - top))


@lru_cache(maxsize=16)
def _filling(tier: Tier) -> Image.Image:
    """The bar's colours at its full length; a mask shows as much of it as is done."""
    size = (_BAR[2] - _BAR[0], _BAR[3] - _BAR[1])
    colour = accent(tier)
    return Image.composite(
        Image.new("RGB", size, mixed(colour, (255, 255, 255), 0.25)),
        Image.new("RGB", size, mixed(colour, NIGHT, 0.3)),
        rightwards(*size),
    )


@lru_cache(maxsize=64)
def _pill(width: int, height: int) -> Image.Image:
    full = (_BAR[2] - _BAR[0], height)
    mask = Image.new("L", (full[0] * _FINE, full[1] * _FINE))
    box = (0, 0, width * _FINE - 1, height * _FINE - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius=height * _FINE / 2, fill=255)
    return mask.reduce(_FINE)


@lru_cache(maxsize=16)
def _base(tier: Tier) -> Image.Image:
    """All that is the same for everybody of a tier."""
    colour = accent(tier)
    canvas = Image.new("RGB", (WIDTH, HEIGHT), PANEL)
    canvas.paste(colour, (_RIGHT_MIDDLE - 320, -130), glow(640, 420, 48))
    brush = ImageDraw.Draw(canvas)
    brush.rectangle((0, 0, 7, HEIGHT), fill=colour)
    sign = emblem(tier, _EMBLEM)
    canvas.paste(sign, _EMBLEM_AT, sign)
    canvas.paste(TRACK, (_BAR[0], _BAR[1]), _pill(_BAR[2] - _BAR[0], _BAR[3] - _BAR[1]))
    around = 5
    ring = disc(_AVATAR + 2 * around)
    canvas.paste(mixed(colour, GRID, 0.35), (_AVATAR_AT[0] - around, _AVATAR_AT[1] - around), ring)
    return canvas
