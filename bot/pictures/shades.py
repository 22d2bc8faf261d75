"""The pictures room's gradients, as masks; shared, so nobody may draw on them."""

from functools import lru_cache
from typing import Any, cast

from PIL import Image


@lru_cache(maxsize=32)
def downwards(width: int, height: int, strongest: int = 255) -> Image.Image:
    """A mask of 0 at the top to ``strongest`` (up to 255) at the bottom."""
    return _levelled(
        _stretched(Image.linear_gradient("L"), width, height), [v * strongest // 255 for v in range(256)]
    )


@lru_cache(maxsize=32)
def upwards(width: int, height: int, strongest: int = 255) -> Image.Image:
    """A mask of ``strongest`` (up to 255) at the top to 0 at the bottom."""
    return downwards(width, height, strongest).transpose(Image.Transpose.FLIP_TOP_BOTTOM)


@lru_cache(maxsize=8)
def rightwards(width: int, height: int) -> Image.Image:
    """A mask of 0 at the left to 255 at the right."""
    return _stretched(Image.linear_gradient("L").rotate(90), width, height)


@lru_cache(maxsize=8)
def glow(width: int, height: int, strongest: int) -> Image.Image:
    """A mask of ``strongest`` in the middle that is 0 well before the edges."""
    falling = [max(0, 255 - 2 * value) * strongest // 255 for value in range(256)]
    return _levelled(_stretched(Image.radial_gradient("L"), width, height), falling)


# Pillow types these two partly by NumPy's, which is not installed.
def _stretched(mask: Image.Image, width: int, height: int) -> Image.Image:
    return cast("Any", mask).resize((width, height))


def _levelled(mask: Image.Image, table: list[int]) -> Image.Image:
    return cast("Any", mask).point(table)
