"""How settings are told: what each is called, and its values in words."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from bot.chat.durations import duration_words
from bot.storage.audit_log import LogEntry
from bot.words import _, ngettext
from bot.words.languages import language_words

_LISTED = 4
"""How many of several are named."""


def channels_words(channels: Sequence[int] | None, none: str) -> str:
    """The channels, a few of them by name; ``none`` where there are none."""
    return _several([f"<#{channel}>" for channel in channels or ()]) or none


def shares_words(channels: Sequence[int] | None) -> str:
    """Where members may share."""
    return channels_words(channels, _("nowhere, only moderators share"))


def polls_words(channels: Sequence[int] | None) -> str:
    """Where polls may be posted."""
    return channels_words(channels, _("anywhere"))


def titles_words(channel: int | None) -> str:
    """Where new titles are told."""
    return f"<#{channel}>" if channel else _("nowhere")


def pause_words(seconds: int | None) -> str:
    """How long a cool-down is."""
    return duration_words(timedelta(seconds=seconds)) if seconds else _("none")


def ballot_words(ballot: str | None) -> str:
    """How polls are answered."""
    return _("private ballots") if ballot == "private" else _("letter buttons")


def mention_words(role: int | None) -> str:
    """Whom polls ping."""
    return f"<@&{role}>" if role else _("nobody")


def cap_words(cap: int | None) -> str:
    """How many polls there may be in a day."""
    return ngettext("{n} a day", "{n} a day", cap) if cap else _("any number")


def spoken_words(locale: str | None) -> str:
    """In which language the bot posts."""
    return language_words(locale) if locale else _("the server's on Discord")


def _several(named: Sequence[str]) -> str:
    left = len(named) - _LISTED
    more = [ngettext("{n} more", "{n} more", left)] if left > 0 else []
    return ", ".join([*named[:_LISTED], *more])


def _categories_words(slugs: Sequence[str] | None) -> str:
    return _("all") if slugs is None else _several([f"`{slug}`" for slug in slugs]) or _("none")


def _open_words(is_open: bool) -> str:
    return _("for everybody") if is_open else _("for members only")


_SETTINGS: dict[str, tuple[Callable[[], str], Callable[[Any], str]]] = {
    "share_channels": (lambda: _("Where members may share"), shares_words),
    "poll_channels": (lambda: _("Where polls may be posted"), polls_words),
    "titles_channel": (lambda: _("Where new titles are told"), titles_words),
    "share_cooldown": (lambda: _("Cool-down between two posts of a member"), pause_words),
    "poll_seconds": (lambda: _("How long polls stay open"), pause_words),
    "ballot": (lambda: _("How polls are answered"), ballot_words),
    "poll_mention": (lambda: _("Whom polls ping"), mention_words),
    "poll_cooldown": (lambda: _("Cool-down between two polls"), pause_words),
    "poll_cap": (lambda: _("Polls in 24 hours"), cap_words),
    "open_ladder": (lambda: _("This server's ladder"), _open_words),
    "zone": (lambda: _("Time zone"), lambda zone: f"`{zone}`"),
    "locale": (lambda: _("Language of public posts"), spoken_words),
    "categories": (lambda: _("Categories served"), _categories_words),
}


def value_words(name: str, value: Any) -> str:
    """A setting with its value: How polls are answered: letter buttons."""
    setting, words = _SETTINGS[name]
    return _("{setting}: {value}", setting=setting(), value=words(value))


def setting_words(entry: LogEntry) -> str:
    """From what to what a setting was changed."""
    name, words = _SETTINGS[entry.what]
    return _(
        "{setting}: {before} → {after}", setting=name(), before=words(entry.before), after=words(entry.after)
    )
