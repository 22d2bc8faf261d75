"""How the end of a stem agrees with the options that follow it: in article, and in number.

English has many exceptions, so whatever is not plain is taken to agree.
"""

import re
from enum import Enum
from typing import NamedTuple


class Number(Enum):
    """Whether one is spoken of, or several."""

    ONE = "one thing"
    SEVERAL = "several things"


class Asked(NamedTuple):
    """What a stem asks for: the words that ask, their number, and what they make of an option without an article."""

    words: str
    number: Number
    bare: Number | None


_MARKS = re.compile(r"\*|~~")
_BLANK = r"(?:[\s:.]*|[\s:.]*(?:_|…|\.\.)[\s_….:?]*)$"
"""The end of a stem that the options complete; a question mark stands there only after what is to be filled in."""

_ARTICLE = re.compile(rf"(?<![/(])\b(an?){_BLANK}")
_SOUND = re.compile(r"(?!uni[^mn]|use|usual|one\b|eu)[aeiou]|hour|honest|heir", re.IGNORECASE)
_SOUND_OF_NUMBER = re.compile(r"8|1[18](?!\d)")
_SPELLED = re.compile(r"[A-Z]{2}|[A-Za-z]\b|\W")


def article_at_the_end(stem: str) -> str | None:
    """The “a” or “an” with which the stem ends."""
    found = _ARTICLE.search(_MARKS.sub("", stem))
    return found[1] if found else None


def takes(article: str, option: str) -> bool:
    """Whether the option may follow this article; what is read letter by letter may follow either."""
    read = _MARKS.sub("", option).lstrip("_")
    if _SPELLED.match(read):
        return True
    sounds = _SOUND_OF_NUMBER if read[:1].isdigit() else _SOUND
    return bool(sounds.match(read)) == (article.casefold() == "an")


_COMPLETED = re.compile(
    rf"(?<![/(])\b(?P<verb>is|was|are|were)(?P<named> (?:called|known as|named))?(?: (?P<the>the))?{_BLANK}",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"(?:^|[.?!:;,]\s+|\n)(?:(?:and|but|so|then) )?(?P<asks>(?:what|which|who) (?P<verb>is|was|are|were))"
    r" (?!(?:not|\w+(?:ed|en|ing))\b)[^.?!:\n]*\?\W*$",
    re.IGNORECASE,
)


def asked_number(stem: str) -> Asked | None:
    """What number of things the stem's end asks for: “…: these are the”, or “What are …?”"""
    plain = _MARKS.sub("", stem)
    if article := article_at_the_end(stem):
        return Asked(article, Number.ONE, Number.ONE)
    if found := _COMPLETED.search(plain):
        number = _of_verb(found["verb"])
        # Only a noun follows “are the”, while “are” may be followed by what sort they are.
        bare = Number.ONE if found["the"] or number is Number.ONE else None
        return Asked(found[0].rstrip(" _….:?\n"), number, bare)
    if found := _QUESTION.search(plain):
        return Asked(found["asks"], _of_verb(found["verb"]), None)
    return None


def _of_verb(verb: str) -> Number:
    return Number.ONE if verb.casefold() in {"is", "was"} else Number.SEVERAL


_ONE = frozenset("a an one each every another".split())  # noqa: SIM905
_SEVERAL = frozenset(
    "two three four five six seven eight nine ten several many few these those".split()  # noqa: SIM905
)
_AMOUNTS = frozenset("couple dozen few lot number pair range set variety".split())  # noqa: SIM905
"""After “a”, what may be spoken of as one or as several."""

_UNLIKE_PLURALS = frozenset(
    """
    across afterwards alias always analysis atlas axis bias bus canvas chaos gas hence its lens less mathematics news
    perhaps physics plus series sometimes species statistics status thus towards yes
    """.split()  # noqa: SIM905
)
_IRREGULAR = frozenset("children criteria feet geese men mice people phenomena teeth women".split())  # noqa: SIM905
_AFTER_THE_NOUN = frozenset(
    """
    about above after against along among around as at before behind below between by during for from in inside into
    like near of off on onto out outside over per since than that through to towards under until up when where which
    while who whose with within without
    """.split()  # noqa: SIM905
)
_CLAUSES = frozenset(
    """
    are because be been but can cannot could did do does falls gets gives goes grows had has have he how i if is it makes
    may might must neither needs no nobody none nor not nothing or rises she should so somebody someone stays takes they
    was we were what why will would you
    """.split()  # noqa: SIM905
)
_LONGEST_PHRASE = 4
"""So many words of an option may lead to its noun; more are a sentence more often than not."""


def number_of(option: str, bare: Number | None) -> Number | None:
    """The number of an option that is plainly a noun with what belongs to it; None of everything else.

    ``bare`` is what a noun in the singular without an article counts as.
    """
    if re.search(r"[\d`=<>/\\(,;:]", option):
        return None
    said = [word.strip(".;:!?\"'“”‘’*_").casefold() for word in option.split()]
    phrase: list[str] = []
    for word in said:
        if word in _AFTER_THE_NOUN:
            break
        phrase.append(word)
    if not phrase or _CLAUSES.intersection(said):
        return None
    if "and" in phrase:
        return Number.SEVERAL if _is_pair(phrase) else None
    first, noun = phrase[0], phrase[-1]
    inner = phrase[1:-1]
    if first in _ONE:
        return None if _AMOUNTS.intersection(phrase) else Number.ONE
    if first not in _SEVERAL and first not in {"the", "this"}:
        inner = phrase[:-1]
        # “Sorting lists” and “slowly falling” are no nouns.
        if phrase[0].endswith("ing") or noun.endswith("ly"):
            return None
    # “The leader sends messages” is a sentence.
    if len(inner) >= _LONGEST_PHRASE or any(map(_is_plural, inner)):
        return None
    if first in _SEVERAL or _is_plural(noun):
        return Number.SEVERAL
    return Number.ONE if first in {"the", "this"} and len(phrase) > 1 else bare


def _is_pair(phrase: list[str]) -> bool:
    """“Salt and sand”, “the root and the leaf”, and no sentence."""
    things = [word for word in phrase if word not in _ONE and word != "the"]
    return len(things) == 3 and things[1] == "and"


def _is_plural(word: str) -> bool:
    if word in _IRREGULAR:
        return True
    return (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "'s", "’s"))
        and word not in _UNLIKE_PLURALS
    )
