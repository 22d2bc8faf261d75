"""Gathers every message that the bot can say into the template that translators begin with.

``python -m bot.words.extracting`` writes it anew; nothing of this runs while the bot does.
"""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

TEMPLATE = Path(__file__).with_name("rung.pot")

_ROOT = Path(__file__).parents[2]
_ROOMS = ("bot/actions", "bot/chat")
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
_COMMAND_KEYWORDS = {"locale_str": None}
_CHURNING = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To): .*\n',
    re.MULTILINE,
)
"""Headers that would differ from one writing to the next, or have nothing to say."""

_NAME = "A command's or option's name: lower case, no spaces, at most 32 letters."
_DESCRIPTION = "A command's or option's description: at most 100 characters."


def template() -> str:
    """The template: the same text for the same messages, whenever and wherever it is made."""
    catalog = Catalog(project="Rung", version="messages", fuzzy=False)
    catalog.header_comment = "# What Rung says. Made by `python -m bot.words.extracting`; do not edit."
    for file in sorted(path for room in _ROOMS for path in (_ROOT / room).rglob("*.py")):
        _gather(catalog, file)
    for message in catalog:
        # Babel takes "40 % right" for a conversion; our messages are never formatted with "%".
        message.flags.discard("python-format")
    written = BytesIO()
    write_po(written, catalog, width=0, sort_output=True, include_lineno=False)
    return _CHURNING.sub("", written.getvalue().decode())


def _gather(catalog: Catalog, file: Path) -> None:
    place = file.relative_to(_ROOT).as_posix()
    for number, message, comments, _context in extract_from_file(
        "python", file, _KEYWORDS, ["Translators:"], strip_comment_tags=True
    ):
        catalog.add(message, locations=[(place, number)], auto_comments=comments)
    for number, message, _comments, _context in extract_from_file("python", file, _COMMAND_KEYWORDS):
        name = isinstance(message, str) and message.isalpha() and message.islower()
        catalog.add(message, locations=[(place, number)], auto_comments=[_NAME if name else _DESCRIPTION])


if __name__ == "__main__":
    TEMPLATE.write_text(template(), encoding="utf-8")
