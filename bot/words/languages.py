"""The languages that the bot speaks: English, and those that have a catalogue."""

from babel import Locale, UnknownLocaleError

from bot import words
from bot.words.calendars import calendar

ENGLISH = "en-US"


def languages() -> tuple[str, ...]:
    """The locales that can be spoken, as Discord spells them; English first."""
    found = sorted(file.parent.name.replace("_", "-") for file in words.FOLDER.glob("*/rung.po"))
    return (ENGLISH, *(locale for locale in found if not locale.startswith("en")))


def language_words(locale: str) -> str:
    """What the language is called in the one being spoken; its code, where nobody knows a name for it."""
    try:
        known = Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return locale
    shown = Locale("en") if locale == ENGLISH else known
    return shown.get_display_name(calendar()) or locale
