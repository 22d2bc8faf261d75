"""How the bot speaks: message catalogues, and the language of whoever is being spoken to.

English is the language of the source, so it needs no catalogue. Another language is a file
``<locale>/rung.po`` in this folder; nothing else has to change. Whatever is wrong with such a file costs the
words that are wrong, never a reply: those are said in the next best language.
"""

import gettext
import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from bot.words.checking import faults, is_translated

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parent

_speaking: ContextVar[str] = ContextVar("speaking", default="en-US")


def N_(message: str) -> str:  # noqa: N802
    """Mark a message for translation where it is written; whoever shows it translates it."""
    return message


def _(message: str, /, **values: object) -> str:
    """The message in the current language, with its ``{named}`` values filled in."""
    translated = catalogue(_speaking.get()).gettext(message)
    return translated.format(**values) if values else translated


def ngettext(one: str, many: str, n: int, /, **values: object) -> str:
    """The message in the plural form that the current language uses for ``n``; ``{n}`` is filled in."""
    return catalogue(_speaking.get()).ngettext(one, many, n).format(n=n, **values)


def language() -> str:
    """The locale being spoken now, as Discord spells it (``en-US``, ``de``)."""
    return _speaking.get()


def speak(locale: str) -> None:
    """Speak this language for the rest of the current task."""
    _speaking.set(locale)


@contextmanager
def speaking(locale: str) -> Generator[None]:
    """Speak this language inside the block."""
    token = _speaking.set(locale)
    try:
        yield
    finally:
        _speaking.reset(token)


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The catalogue for a locale: the exact one, then its language's, then English, message by message."""
    names = dict.fromkeys((locale.replace("-", "_"), locale.partition("-")[0]))
    found = [one for name in names if (one := _read_if_there(FOLDER / name / "rung.po")) is not None]
    for better, worse in pairwise(found):
        better.add_fallback(worse)
    return found[0] if found else gettext.NullTranslations()


def _read_if_there(path: Path) -> gettext.GNUTranslations | None:
    try:
        return read(path) if path.is_file() else None
    except (OSError, ValueError, LookupError, PoFileError) as error:
        log.error("%s cannot be read, so its language is not spoken: %s", path, error)  # noqa: TRY400
        return None


def read(path: Path) -> gettext.GNUTranslations:
    """A catalogue read from a ``.po`` file, so that a language is one text file and needs no build step.

    A translation whose placeholders are not its source's is left out, and so is one that is incomplete.
    """
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parent.name)
    for message, told in list(faults(catalog)):
        log.warning("%s: the translation of %r is not used: %s", path, message.id, told)
        catalog.delete(message.id, message.context)
    for message in [one for one in catalog if one.id and not is_translated(one)]:
        # Written out, the forms that are missing would be English under this language's plural rule.
        catalog.delete(message.id, message.context)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
