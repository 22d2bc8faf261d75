"""The pictures room's portraits: an avatar cut round, or an initial on a colour of the person's own."""

from functools import lru_cache
from io import BytesIO
from zlib import crc32

from PIL import Image, ImageDraw, ImageOps

from bot.pictures.colours import AVATAR_GROUNDS, TEXT
from bot.pictures.fallback import Weight
from bot.pictures.graphemes import graphemes, printable
from bot.pictures.writing import line, write

_LARGEST = 2048 * 2048
"""In pixels. Discord's avatars are at most 1024 wide; what is larger is not opened."""
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_FINE = 4
_DISCORD_GREY = (49, 51, 56)
"""On which a transparent avatar lies in Discord too."""


def portrait(name: str, avatar: bytes | None, size: int) -> Image.Image:
    """A round picture of so many pixels across, on a transparent square; shared, so nobody may draw on it.

    ``avatar`` is a PNG, JPEG, WebP or GIF; where it is None or cannot be read, the name's initial stands for it.
    """
    return (_round(avatar, size) if avatar else None) or _initial(name, size)


@lru_cache(maxsize=128)
def _round(avatar: bytes, size: int) -> Image.Image | None:
    try:
        with Image.open(BytesIO(avatar), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > _LARGEST:
                return None
            opened.draft("RGB", (size, size))
            seen = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, *_BOMBS):
        return None
    face = seen if seen.size == (size, size) else ImageOps.fit(seen, (size, size), Image.Resampling.BICUBIC)
    if face.mode == "RGBA":
        ground = Image.new("RGB", face.size, _DISCORD_GREY)
        ground.paste(face, (0, 0), face)
        face = ground
    face.putalpha(disc(size))
    return face


@lru_cache(maxsize=128)
def _initial(name: str, size: int) -> Image.Image:
    plain = printable(name)
    letter = next(
        (letter for letter in graphemes(plain) if letter[0].isalnum()), plain[:1] and graphemes(plain)[0]
    )
    upper = letter.upper()
    ground = AVATAR_GROUNDS[crc32(plain.encode()) % len(AVATAR_GROUNDS)]
    face = Image.new("RGB", (size, size), ground)
    shown = upper if len(graphemes(upper)) == 1 else letter
    points = round(size * 0.48)
    drawn = line(shown, points, Weight.BOLD)
    inked = drawn.mask.getbbox()
    # Letters reach differently far above and below their baseline: what is seen goes to the middle.
    baseline = size / 2 - drawn.top - (inked[1] + inked[3]) / 2 if inked else size * 0.67
    write(face, (size / 2, baseline), shown, size=points, colour=TEXT, weight=Weight.BOLD, align=0.5)
    face.putalpha(disc(size))
    return face


def forget_portraits() -> None:
    """Let go of every face and initial that is kept to be used again."""
    _round.cache_clear()
    _initial.cache_clear()


@lru_cache(maxsize=8)
def disc(size: int) -> Image.Image:
    """A mask of a full circle of so many pixels; shared, so nobody may draw on it."""
    circle = Image.new("L", (size * _FINE, size * _FINE))
    ImageDraw.Draw(circle).ellipse((0, 0, size * _FINE - 1, size * _FINE - 1), fill=255)
    return circle.reduce(_FINE)
