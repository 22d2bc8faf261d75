"""Cuts the fonts that the pictures room ships out of the published ones; fonts/README.md says where those are.

Run as ``python -m bot.pictures.cutting SOURCES`` after laying the published files into the folder SOURCES. Left out
are hints, vertical metrics, and characters that an earlier font draws already.
"""

import sys
from pathlib import Path
from typing import Any, cast

import uharfbuzz  # pyright: ignore[reportMissingTypeStubs]

from bot.pictures.glyphs import FONTS

hb = cast("Any", uharfbuzz)

ALWAYS = (0x20, 0xA0, 0x200C, 0x200D, 0x25CC)
DROPPED = ("vhea", "vmtx", "VORG", "BASE", "STAT", "DSIG", "gasp", "prep", "SVG ", "MATH")


def jis() -> set[int]:
    """The kanji of JIS X 0208, with both kana and what stands beside them."""
    signs: set[int] = set()
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            try:
                signs.add(ord(bytes((row, cell)).decode("euc_jp")))
            except UnicodeDecodeError:
                continue
    return {sign for sign in signs if sign > 0x2E7F}


def hangul() -> set[int]:
    """Korean syllables and the letters they are made of."""
    ranges = ((0x1100, 0x1200), (0x3130, 0x3190), (0xA960, 0xA980), (0xAC00, 0xD7A4), (0xD7B0, 0xD800))
    return {sign for first, end in ranges for sign in range(first, end)}


def cut(source: Path, target: Path, *, only: set[int] | None = None, but: set[int] | None = None) -> set[int]:
    """Write the font with some of its characters; return those."""
    face = hb.Face(hb.Blob.from_file_path(str(source)))
    kept = set(face.unicodes)
    if only is not None:
        kept &= only
    kept -= (but or set()) - set(ALWAYS)
    wanted = hb.SubsetInput()
    wanted.flags = hb.SubsetFlags.NO_HINTING
    wanted.unicode_set.set(hb.Set(kept))
    for tag in DROPPED:
        wanted.drop_table_tag_set.add(int.from_bytes(tag.encode(), "big"))
    target.write_bytes(hb.subset(face, wanted).blob.data)
    return kept


def main(sources: Path) -> None:
    """Cut them all."""
    seen = cut(sources / "Inter_500Medium.ttf", FONTS / "Inter-Medium.ttf")
    cut(sources / "Inter_700Bold.ttf", FONTS / "Inter-Bold.ttf")
    cut(sources / "NotoColorEmoji_400Regular.ttf", FONTS / "NotoColorEmoji.ttf")
    # Kept whole beside Inter: a letter and its marks must come from one font.
    seen |= cut(sources / "NotoSans-Regular.ttf", FONTS / "NotoSans.ttf")
    cut(sources / "NotoSansJP_500Medium.ttf", FONTS / "NotoSansJP.ttf", only=jis(), but=seen)
    east = cut(sources / "NotoSansKR_500Medium.ttf", FONTS / "NotoSansKR.ttf", only=hangul(), but=seen)
    east |= cut(sources / "NotoSansSC_500Medium.ttf", FONTS / "NotoSansSC.ttf", but=seen)
    for name in (FONTS / "order.txt").read_text(encoding="ascii").split():
        seen |= cut(sources / f"{name}-Regular.ttf", FONTS / f"{name}.ttf", but=seen | east)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
