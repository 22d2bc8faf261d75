"""English as far as a checker needs it: which words a text is made of, and which of them carry its meaning."""

import re
from collections.abc import Iterable

_BLOCK = re.compile(r"```.*?(```|$)", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*(?:['’][^\W\d_]+)?")
_ENDINGS = (
    "ations",
    "ation",
    "ingly",
    "ings",
    "ing",
    "edly",
    "ed",
    "ies",
    "es",
    "ers",
    "er",
    "ly",
    "s",
    "e",
    "y",
)
_SHORTEST_ROOT = 3

_SMALL = frozenset(
    """
    a about above after again against all also although always am among an and another any anything are around as
    at away be became because become becomes been before being below between both but by can cannot come comes
    could did do does doing done down during each either else enough ever every everything few for from further get
    gets give given gives go goes had has have having he her here hers him his how however i if in instead into is
    it its itself just keep keeps kind kinds know known knows last least less let lets like likely made make makes
    making many may me mean means might more most much must my need needs neither never next no nobody none nor not
    nothing now of off often on once one ones only or other others our out over own part parts per perhaps possible
    put quite rather really same say says see seen shall she should show shows since so some something somewhat
    still such sure take taken takes tell than that the their them themselves then there therefore these they thing
    things this those though three through thus till to together too toward towards turn turns twice two under until
    up upon us use used uses using very was way ways we well were what whatever when whenever where whether which
    while who whole whom whose why will with within without would yet you your yours
    """.split()  # noqa: SIM905
)


def prose(text: str) -> str:
    """The text without its code."""
    return _CODE.sub(" ", _BLOCK.sub(" ", text))


def code(text: str) -> str:
    """The text's code, be it in blocks or in lines."""
    return " ".join([*(found[0] for found in _BLOCK.finditer(text)), *_CODE.findall(_BLOCK.sub(" ", text))])


def words(text: str) -> list[str]:
    """Every word and number of the text, in small letters."""
    return _WORD.findall(text.casefold())


def roots(text: str) -> set[str]:
    """The words that carry the text's meaning, cut down to what their forms have in common; numbers as they are."""
    return {root(word) for word in words(text) if word not in _SMALL}


def root(word: str) -> str:
    """The word without its ending, roughly: sorts, sorted and sorting have one root."""
    word = word.partition("'")[0].partition("’")[0]
    if not word.isalpha():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            stripped = word.removesuffix(ending)
            # stopped, stopping: the consonant was doubled for the ending.
            return stripped[:-1] if len(stripped) > 3 and stripped[-1] == stripped[-2] != "s" else stripped
    return word


def kin(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether the two have a root in common, or two that begin with the same five letters."""
    mine, theirs = set(one), set(other)
    begun = {word[:5] for word in theirs if len(word) >= 5}
    return bool(mine & theirs) or any(word[:5] in begun for word in mine if len(word) >= 5)
