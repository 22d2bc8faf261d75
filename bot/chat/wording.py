"""The words and signs in which values of the domain are shown everywhere alike."""

import unicodedata
from datetime import datetime

import discord

from bot.words import N_, _, ngettext
from ladder.tiers import Level, Tier, division_of, level_of, tier_of
from lessons.model import Lesson

RIGHT, WRONG = "✅", "❌"

_TIERS = {
    Tier.IRON: ("🔩", N_("Iron"), 0x6E7681),
    Tier.BRONZE: ("🟤", N_("Bronze"), 0xB0713C),
    Tier.SILVER: ("⚪", N_("Silver"), 0x9FB1C1),
    Tier.GOLD: ("🟡", N_("Gold"), 0xE0B341),
    Tier.PLATINUM: ("💠", N_("Platinum"), 0x3FB8AF),
    Tier.DIAMOND: ("💎", N_("Diamond"), 0x5AA9F8),
    Tier.MASTER: ("🔮", N_("Master"), 0xA371F7),
    Tier.GRANDMASTER: ("👑", N_("Grandmaster"), 0xF0556D),
}
_LEVELS = {
    Level.BEGINNER: N_("beginner"),
    Level.INTERMEDIATE: N_("intermediate"),
    Level.ADVANCED: N_("advanced"),
    Level.EXPERT: N_("expert"),
}


def tier_word(tier: Tier) -> str:
    """The tier's name: Platinum."""
    return _(_TIERS[tier][1])


def tier_sign(tier: Tier) -> str:
    """The tier's sign, which never stands without its word."""
    return _TIERS[tier][0]


def tier_colour(rating: int) -> int:
    """The accent of whatever is rated so."""
    return _TIERS[tier_of(rating)][2]


def level_word(level: Level) -> str:
    """The level in a plain word: advanced."""
    return _(_LEVELS[level])


def machine(rating: int) -> str:
    """A lesson's machine as tier and rating: 💠 Platinum 1880."""
    tier = tier_of(rating)
    return f"{tier_sign(tier)} {tier_word(tier)} {rating}"


def title_words(title: Tier, rating: int) -> str:
    """An earned title with its division: 🟡 Gold I."""
    division = division_of(rating, title)
    return f"{tier_sign(title)} {tier_word(title)}" + (f" {division.value}" if division else "")


def lesson_facts(lesson: Lesson) -> str:
    """Machine Learning · 6 min · advanced · 💠 Platinum 1880."""
    minutes = _("{n} min", n=lesson.minutes)
    level = level_word(level_of(lesson.rating))
    return " · ".join([lesson.category, minutes, level, machine(lesson.rating)])


def rating_words(rating: int, *, provisional: bool) -> str:
    """A rating with the question mark that thin evidence asks for: 1179?."""
    return f"{rating}?" if provisional else str(rating)


def change_words(change: int) -> str:
    """A gain or loss in rating points: +14, −3, ±0."""
    return f"+{change}" if change > 0 else f"−{-change}" if change < 0 else "±0"


def answers_words(n: int) -> str:
    """23 answered."""
    return ngettext("{n} answered", "{n} answered", n)


def relative(moment: datetime) -> str:
    """A timestamp that every client counts down by itself."""
    return f"<t:{int(moment.timestamp())}:R>"


def day(moment: datetime) -> str:
    """A date that every client shows in its reader's own zone and language."""
    return f"<t:{int(moment.timestamp())}:D>"


def shortened(words: str, longest: int) -> str:
    """The words on one line where Discord has no room for more than so many characters; a cut shows as “…”."""
    plain = " ".join(words.split())
    if len(plain) <= longest and _units(plain) <= longest:
        return plain
    kept = plain[: longest - 1]
    while _units(kept) >= longest:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _units(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"
_RIGHT_TO_LEFT = {"R", "AL", "AN"}


def plain_name(name: str | None) -> str:
    """A display name on one line, for pictures and descriptions: nothing in it is escaped.

    Signs that turn the direction of writing are left out.
    """
    visible = [
        " " if sign.isspace() else sign
        for sign in name or ""
        if sign.isspace() or sign in _JOINERS or unicodedata.category(sign) not in _INVISIBLE
    ]
    plain = " ".join("".join(visible).split())[:32].strip()
    return plain if plain.strip(_JOINERS) else _("somebody")


def shown_name(name: str | None) -> str:
    """A display name that can be printed anywhere: nothing in it formats, mentions, links or breaks the line.

    One that is written from right to left is set apart, so that it cannot reorder what stands beside it.
    """
    return shown_words(plain_name(name))


def shown_words(plain: str) -> str:
    """One line that somebody typed, such as a season's name, so that it can be printed anywhere like a name."""
    unlinked = discord.utils.escape_mentions(plain).replace("<", "‹").replace("://", ":\u200b//")
    escaped = discord.utils.escape_markdown(unlinked, ignore_links=False)
    turned = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in plain)
    return f"\u2068{escaped}\u2069" if turned else escaped


def quoted_name(name: str | None) -> str:
    """A display name in bold."""
    return f"**{shown_name(name)}**"
