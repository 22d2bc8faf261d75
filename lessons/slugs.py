"""Slugs: the short names of lessons and categories in paths, links and buttons."""

import hashlib
import re
import unicodedata

LONGEST_SLUG = 48

_SPELLED_OUT = {"+": " plus ", "#": " sharp ", "&": " and "}


def squeezed(text: str) -> str:
    """The text as people compare it: without case, and with single spaces."""
    return " ".join(text.casefold().split())


def slug_of(name: str) -> str:
    """The slug of this name; names that differ in letters, digits, +, # or & have different slugs.

    A name that the letters a to z cannot carry ends in a checksum.
    """
    spelled = "".join(_SPELLED_OUT.get(sign, sign) for sign in squeezed(name))
    letters = [sign for sign in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(sign)]
    lost = any(sign.isalnum() and not sign.isascii() for sign in letters)
    slug = re.sub("[^a-z0-9]+", "-", "".join(letters).casefold()).strip("-")
    if slug and not lost and len(slug) <= LONGEST_SLUG:
        return slug
    checksum = hashlib.sha256(squeezed(name).encode()).hexdigest()[:8]
    return f"{slug[: LONGEST_SLUG - 9].strip('-')}-{checksum}".strip("-")
