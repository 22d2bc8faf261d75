"""The pictures room's letters: what a person takes for one, however many code points it has."""

import unicodedata

_ZWNJ, _ZWJ = "\u200c", "\u200d"
EMOJI_STYLE, TEXT_STYLE = "\ufe0f", "\ufe0e"
_JOINING_BLOCKS = {first >> 7 for first in (0x0900, 0x0980, 0x0A80, 0x0B00, 0x0C00, 0x0D00)}
"""Devanagari, Bengali, Gujarati, Oriya, Telugu and Malayalam."""
_JOINED_LEAD, _JOINED_VOWEL, _JOINED_TAIL = (0x1100, 0x1160), (0x1160, 0x11A8), (0x11A8, 0x1200)


def printable(text: str) -> str:
    """The text on one line without what cannot be seen: controls, direction marks, lone surrogates."""
    kept = [" " if sign.isspace() else sign for sign in text if sign.isspace() or not _unseen(sign)]
    return " ".join("".join(kept).split())


def _unseen(sign: str) -> bool:
    is_part_of_a_letter = sign in (_ZWNJ, _ZWJ) or 0xE0020 <= ord(sign) <= 0xE007F
    return not is_part_of_a_letter and unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def graphemes(text: str) -> list[str]:
    """The text cut between letters, so that no mark, joined emoji, flag or Korean syllable is torn apart.

    A simplification of https://www.unicode.org/reports/tr29/ that needs only the standard library's tables.
    """
    found: list[str] = []
    for sign in text:
        if found and _belongs(found[-1], sign):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _belongs(before: str, sign: str) -> bool:
    code = ord(sign)
    if code < 0x300:
        return False
    if extends(sign):
        return before != " " or sign == EMOJI_STYLE
    if _is_conjunct(before, code):
        return True
    if before[-1] == _ZWJ and unicodedata.category(sign) == "So":
        return unicodedata.category(before[0]) in {"So", "Sm", "Po"}
    if 0x1F1E6 <= code <= 0x1F1FF:
        return len(before) == 1 and 0x1F1E6 <= ord(before) <= 0x1F1FF
    last = ord(before[-1])
    if _JOINED_VOWEL[0] <= code < _JOINED_VOWEL[1]:
        return _JOINED_LEAD[0] <= last < _JOINED_VOWEL[1] or (
            0xAC00 <= last <= 0xD7A3 and (last - 0xAC00) % 28 == 0
        )
    if _JOINED_TAIL[0] <= code < _JOINED_TAIL[1]:
        return _JOINED_VOWEL[0] <= last < _JOINED_TAIL[1] or 0xAC00 <= last <= 0xD7A3
    return _JOINED_LEAD[0] <= code < _JOINED_LEAD[1] and _JOINED_LEAD[0] <= last < _JOINED_LEAD[1]


def _is_conjunct(before: str, code: int) -> bool:
    """Whether an Indian script's virama joins the next consonant to the letter before (GB9c)."""
    bare = before.rstrip(_ZWJ)
    block = code >> 7
    return (
        block in _JOINING_BLOCKS
        and unicodedata.category(chr(code)) == "Lo"
        and unicodedata.combining(bare[-1:] or " ") == 9
        and ord(bare[0]) >> 7 == block
    )


def extends(sign: str) -> bool:
    """Whether the sign is a part of the letter before it: a mark, a joiner, a skin tone, a tag."""
    code = ord(sign)
    return (
        sign in (_ZWNJ, _ZWJ)
        or unicodedata.category(sign) in {"Mn", "Mc", "Me"}
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
        or sign in "\u0e33\u0eb3"  # the Thai and Lao AM, whose ring stands on the letter before
    )


def invisible(sign: str) -> bool:
    """Whether no font needs a glyph for the sign: joiners, and selectors of a variant."""
    code = ord(sign)
    return sign in (_ZWNJ, _ZWJ, "\u034f") or 0xFE00 <= code <= 0xFE0F or 0xE0000 <= code <= 0xE01EF
