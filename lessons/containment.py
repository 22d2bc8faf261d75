"""What a lesson must not do to the page that it stands on, or to the people who read it.

The library's own lessons are reviewed by hand; what a server hands in is not, so it is refused by these rules.
Everything is judged as Discord draws it: each text stands in a block of its own.
"""

import re

from lessons.document import Document
from lessons.format import LONGEST_SECTION

_EVERYWHERE = (
    ("title",),
    ("summary",),
    ("category",),
    ("key_idea",),
    ("sources", None),
    ("sections", None, "title"),
    ("sections", None, "text"),
    ("questions", None, "stem"),
    ("questions", None, "explanation"),
    ("questions", None, "options", None, "text"),
    ("questions", None, "options", None, "feedback"),
)
_AMONG_OTHERS = tuple(one for one in _EVERYWHERE if one != ("sections", None, "text"))
"""Texts that stand close to others, and on many screens; a section has its page for itself."""

_PING = re.compile(r"@(?:everyone|here)\b|<@[!&]?\d+>")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_FENCED = re.compile(r"```.*?```", re.DOTALL)
_INLINE = re.compile(r"(`{1,2})(?!`).+?(?<!`)\1(?!`)")
_ESCAPED = re.compile(r"\\.")
_BEFORE_HEADING = " \t>*+-.0123456789"
"""What may stand before the sign of a heading: quotations, and bullets and numbers of lists."""
_HEADING = re.compile(r"#{1,3}\s+\S")
_PAIRED = ("`", "||", "**", "~~", "__")


def check_contained(document: Document) -> None:
    """Note everything in the document that would ping somebody, or change how what stands around it looks."""
    for pattern in _EVERYWHERE:
        for place, value in document.find(*pattern):
            if not isinstance(value, str) or len(value) > LONGEST_SECTION:
                continue  # it is refused for its length, and not worth reading
            if found := _PING.search(value):
                document.refuse(
                    place, f"“{found[0]}” would call people; a lesson calls nobody, so remove it."
                )
            if found := _TURNED.search(value):
                sign = f"U+{ord(found[0]):04X}"
                document.refuse(
                    place, f"The invisible sign {sign} turns the direction of what follows it; remove it."
                )
    for pattern in _AMONG_OTHERS:
        for place, value in document.find(*pattern):
            if isinstance(value, str) and len(value) <= LONGEST_SECTION and (told := _breaking(value)):
                document.refuse(place, told)


def _breaking(text: str) -> str | None:
    """What in the text would change how its surroundings look, in a sentence; None if nothing does."""
    plain = _FENCED.sub("", text)
    lines = plain.split("\n")
    if any(_HEADING.match(line.lstrip(_BEFORE_HEADING)) for line in lines):
        return "A line that begins with # is a heading, which only sections have; begin it with something else, or write \\#."
    if any(line.lstrip().startswith(">>>") for line in lines):
        return (
            "What begins with >>> makes a quotation of all that follows it; write > before each line of one."
        )
    plain = _ESCAPED.sub("", _INLINE.sub("", plain))
    for sign in _PAIRED:
        if plain.count(sign) % 2:
            return (
                f"The sign {sign} is opened and never closed; close it, or write a backslash before it if it is meant "
                "as it is."
            )
    return None
