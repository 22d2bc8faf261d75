"""The pictures room's choice of a font for each letter of the world's scripts."""

import unicodedata
from enum import Enum
from functools import cache, lru_cache

from bot.pictures.glyphs import FONTS, Font
from bot.pictures.graphemes import EMOJI_STYLE, TEXT_STYLE, invisible

_LATIN, _EMOJI, _PLAIN = "Inter", "NotoColorEmoji", "NotoSans"
_CHINESE = (_LATIN, _PLAIN, "NotoSansSC", "NotoSansKR", "NotoSansJP")
_JAPANESE = (_LATIN, _PLAIN, "NotoSansJP", "NotoSansSC", "NotoSansKR")
_WORLD = tuple((FONTS / "order.txt").read_text(encoding="ascii").split())

# Below U+1F000 these alone are emoji without being asked to (Emoji_Presentation in emoji-data.txt of Unicode).
_BASIC_EMOJI = frozenset(
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
)


class Weight(Enum):
    """How heavy letters are."""

    MEDIUM = "Medium"
    BOLD = "Bold"


@cache
def font(name: str, weight: Weight) -> Font:
    """The shipped font of that name; only Latin, Greek and Cyrillic have a bold of their own, the rest is thickened."""
    if name == _LATIN:
        return Font(f"Inter-{weight.value}.ttf")
    if name == _EMOJI or weight is Weight.MEDIUM:
        return Font(f"{name}.ttf")
    return Font(f"{name}.ttf", 0.02 if name in _CHINESE else 0.028)


def is_colour(name: str) -> bool:
    """Whether the font's glyphs have colours of their own."""
    return name == _EMOJI


def is_japanese(text: str) -> bool:
    """Whether there are kana in the text, so that its kanji are to be drawn as in Japan."""
    return any("\u3040" <= sign <= "\u30ff" for sign in text)


@lru_cache(maxsize=16_384)
def font_name(letter: str, japanese: bool) -> str | None:
    """The font that draws all of a letter (a grapheme), or None if no shipped font does."""
    needed = [sign for sign in letter if not invisible(sign)]
    if not needed:
        return _PLAIN
    if any(unicodedata.category(sign) == "Co" for sign in needed):
        return None  # for private use: what a font happens to draw there is not what the writer saw
    if _is_emoji(letter) and all(_covers(_EMOJI, sign) for sign in needed):
        return _EMOJI
    order = _JAPANESE if japanese else _CHINESE
    return next(
        (name for name in (*order, *_WORLD, _EMOJI) if all(_covers(name, sign) for sign in needed)), None
    )


def _is_emoji(letter: str) -> bool:
    if TEXT_STYLE in letter:
        return False
    return EMOJI_STYLE in letter or letter[0] >= "\U0001f000" or letter[0] in _BASIC_EMOJI


def _covers(name: str, sign: str) -> bool:
    drawn_by = font(name, Weight.MEDIUM)
    if drawn_by.covers(ord(sign)):
        return True
    parts = unicodedata.normalize("NFD", sign)
    return parts != sign and all(drawn_by.covers(ord(part)) for part in parts)
