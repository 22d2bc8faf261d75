"""What a translation must keep of its source, in the room where the bot learns to speak."""

from collections.abc import Iterable, Iterator
from string import Formatter

from babel.messages.catalog import Catalog, Message


def placeholders(message: str) -> frozenset[str]:
    """The ``{placeholders}`` of a message as they are written; braces that do not pair raise ValueError."""
    return frozenset(
        "{" + field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
        for _text, field, spec, conversion in Formatter().parse(message)
        if field is not None
    )


def faults(catalog: Catalog) -> Iterator[tuple[Message, str]]:
    """Translations that cannot be spoken, and why: each form has exactly the placeholders of its source.

    What is not translated, or still marked as fuzzy, is no fault.
    """
    for message in catalog:
        if message.id and is_translated(message):
            for form in _texts(message.string):
                told = _fault(_texts(message.id), form)
                if told is not None:
                    yield message, told
                    break


def is_translated(message: Message) -> bool:
    """Whether somebody has put the whole message into words, every plural form of it, and is sure of them."""
    return not message.fuzzy and all(_texts(message.string))


def _fault(sources: tuple[str, ...], form: str) -> str | None:
    try:
        wanted = frozenset[str]().union(*map(placeholders, sources))
        found = placeholders(form)
    except ValueError as error:
        return f"braces do not pair ({error}) in it or its source: “{form}”"
    if missing := wanted - found:
        return f"it lacks {', '.join(sorted(missing))} in “{form}”"
    if unknown := found - wanted:
        return f"its source has no {', '.join(sorted(unknown))} as in “{form}”"
    return None


def _texts(message: str | Iterable[str] | None) -> tuple[str, ...]:
    """A message's text, or the texts of its plural forms."""
    return (message or "",) if isinstance(message, str | None) else tuple(message)
