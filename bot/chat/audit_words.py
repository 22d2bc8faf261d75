"""How entries of the audit log are told: each kind of deed has one place that words it."""

from collections.abc import Callable

from bot.storage.audit_log import LogEntry

Words = Callable[[LogEntry], str]

_WORDS: dict[str, Words] = {}


def telling(*deeds: str) -> Callable[[Words], Words]:
    """Let this word the entries of these deeds, in the language being spoken: from what to what."""

    def put(words: Words) -> Words:
        _WORDS.update(dict.fromkeys(deeds, words))
        return words

    return put


def worded() -> frozenset[str]:
    """The deeds for which there are words."""
    return frozenset(_WORDS)


def entry_words(entry: LogEntry) -> str:
    """What was done, in a line without the person and the moment; the bare name of what is no longer known."""
    words = _WORDS.get(entry.what)
    return words(entry) if words is not None else f"`{entry.what}`"
