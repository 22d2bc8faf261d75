"""Pseudo-languages: every word of ours in look-alike letters and 40 % longer, made from the template."""

import re
import string
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from math import ceil
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

import bot.words
from bot.words.extracting import template

PERSON, SERVER = "hu", "el"
"""The locales in whose place the two pseudo-languages stand: one of people, one of their server."""

_ACCENTED = "áƀćđéƒğĥíĵķļḿñóþʠŕšťúṽŵẋýžÁƁĆĐÉƑĞĤÍĴĶĻḾÑÓṔɊŔŠŤÚṼŴẊÝŽ"
_WIDE = "".join(chr(ord(letter) + 0xFEE0) for letter in string.ascii_letters)
LETTERS = {PERSON: _ACCENTED, SERVER: _WIDE}

_KEPT = re.compile(r"\{[^}]*\}|<[^>]*>|`[^`]*`|(?<!\w)/[a-z]+\b")
"""Placeholders, timestamps and mentions, code, and the names of commands."""


def spoken(message: str, locale: str) -> str:
    """The message in the pseudo-language."""
    table = str.maketrans(string.ascii_letters, LETTERS[locale])
    kept = [*_KEPT.finditer(message), None]
    parts: list[str] = []
    at = 0
    for found in kept:
        parts.append(message[at : found.start() if found else None].translate(table))
        if found:
            parts.append(found[0])
            at = found.end()
    grown, filling = ceil(0.4 * len(message)), LETTERS[locale][14]
    if message.isalpha() and message.islower():  # it may name a command, which is one word
        return "".join(parts) + filling * grown
    # No space at the end: whatever puts words on one line would take it away.
    return "".join(parts) + (f" {filling * 6}" * grown)[:grown].rstrip()


def catalog(locale: str, say: Callable[[str, str], str] = spoken) -> Catalog:
    """Everything that the template asks for, in the pseudo-language."""
    made = Catalog(locale=locale, fuzzy=False)
    for message in read_po(BytesIO(template().encode())):
        if message.id:
            ids = message.id
            made.add(
                ids, say(ids, locale) if isinstance(ids, str) else tuple(say(one, locale) for one in ids)
            )
    return made


def write(catalog: Catalog, folder: Path, name: str) -> Path:
    """The catalogue as the file in which a language is kept."""
    file = folder / name / "rung.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        write_po(opened, catalog)
    return file


@contextmanager
def kept_in(folder: Path) -> Generator[None]:
    """Languages are read from this folder meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.words, "FOLDER", folder)
        bot.words.catalogue.cache_clear()
        yield
    bot.words.catalogue.cache_clear()


@contextmanager
def pseudo_languages(folder: Path) -> Generator[None]:
    """Both pseudo-languages can be spoken meanwhile."""
    for locale in LETTERS:
        write(catalog(locale), folder, locale)
    with kept_in(folder):
        yield
