"""What gives a question's answer away, or leaves whoever answered it without help; each check finds one fault.

Thresholds are set so that a finding is nearly always right, since a checker that cries wolf is switched off.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lessons.faults import Fault
from lessons.grammar import article_at_the_end, asked_number, number_of, takes
from lessons.model import Question
from lessons.problems import Place, clipped
from lessons.vocabulary import kin, root, roots, words

LONGER_BY = 1.25
"""How many times as long as the next longest a key is that stands out."""

LONGER_BY_SIGNS = 10
"""How many characters longer it is at least, since among short options a few letters mean nothing."""


class Found(NamedTuple):
    """A fault of one question; the place is one inside it."""

    fault: Fault
    place: Place
    message: str


def faults_of(question: Question) -> Iterator[Found]:
    """Every fault of this question that can be seen without its lesson."""
    for look in (
        _longest_key,
        _stem_words,
        _article,
        _agreement,
        _all_of_these,
        _absolutes,
        _negative_stem,
        _overlap,
        _explanation,
        _no_feedback,
    ):
        yield from look(question)


def plain_length(option: str) -> int:
    """The length of an option as it is read, in characters."""
    return len(re.sub(r"[*_`]", "", option))


def _text(option: int) -> Place:
    return ("options", option, "text")


def _longest_key(question: Question) -> Iterator[Found]:
    lengths = [plain_length(option.text) for option in question.options]
    key = lengths.pop(question.key)
    if key >= max(lengths) * LONGER_BY and key >= max(lengths) + LONGER_BY_SIGNS:
        yield Found(
            Fault.LONGEST_KEY,
            _text(question.key),
            f"The right option has {key} characters and the next longest {max(lengths)}; shorten it, or say as "
            "much in the others.",
        )


def _stem_words(question: Question) -> Iterator[Found]:
    """Two telling words of the stem in the key, while no other option has any."""
    asked = {word for word in roots(question.stem) if len(word) >= 4}
    shared = [asked & roots(option.text) for option in question.options]
    own = shared.pop(question.key)
    if len(own) >= 2 and not any(shared):
        told = [word for word in words(question.options[question.key].text) if root(word) in own]
        yield Found(
            Fault.STEM_WORDS,
            _text(question.key),
            f"Of all options the right one alone repeats words of the stem ({clipped(', '.join(told), 60)}); "
            "reword it, or let another repeat some.",
        )


def _article(question: Question) -> Iterator[Found]:
    article = article_at_the_end(question.stem)
    if article is None:
        return
    unfit = [number for number, option in enumerate(question.options, 1) if not takes(article, option.text)]
    if unfit:
        yield Found(
            Fault.ARTICLE,
            ("stem",),
            f"The stem ends in “{article}”, which does not fit option {unfit[0]}; move the article into the options.",
        )


def _agreement(question: Question) -> Iterator[Found]:
    """A key that alone has the number that the stem asks for; options whose number is not plain are let pass."""
    asked = asked_number(question.stem)
    if asked is None:
        return
    numbers = [number_of(option.text, asked.bare) for option in question.options]
    key = numbers.pop(question.key)
    if key is asked.number and all(number not in {key, None} for number in numbers):
        yield Found(
            Fault.AGREEMENT,
            ("stem",),
            f"The stem's “{asked.words}” asks for {asked.number.value}, which only the right option is; reword the "
            "stem so that each option fits, or let others be that too.",
        )


_OF_OTHERS = re.compile(
    r"\W*((all|none|any|both|neither|either|each|two|most) of (the )?(above|below|others?|options|answers|these options)"
    r"|(all|none|both|neither) of (these|those|them)\W*$"
    r"|(both|neither|either)? ?\(?[A-E]\)? (and|or|nor) \(?[A-E]\)?\W*$)",
)


def _all_of_these(question: Question) -> Iterator[Found]:
    for number, option in enumerate(question.options):
        if _OF_OTHERS.match(option.text[:1].lower() + option.text[1:]):
            yield Found(
                Fault.ALL_OF_THESE,
                _text(number),
                "This option speaks of the others, which are shuffled; say what it means, or ask otherwise.",
            )


_STRONG = frozenset("always never impossible completely entirely certainly invariably".split())  # noqa: SIM905
_ABSOLUTE = _STRONG | frozenset("all every none nothing everything nobody everybody".split())  # noqa: SIM905


def _absolutes(question: Question) -> Iterator[Found]:
    said = [_ABSOLUTE.intersection(words(option.text)) for option in question.options]
    own = said.pop(question.key)
    strong = sum(1 for one in said if one & _STRONG)
    if own or (strong < 2 and (not strong or sum(map(bool, said)) < 2)):
        return
    told = ", ".join(sorted({word for one in said for word in one}))
    yield Found(
        Fault.ABSOLUTES,
        ("options",),
        f"Absolute words ({told}) stand in wrong options alone, which gives these away; tone them down.",
    )


_VERB = r"(?:is|are|was|were|does|do|did|can|could|would|will|should|has|have|may|must)"
_NOT = r"(?P<{0}>not|cannot|[a-z]+n[’']t)\b"
_ASKS_FOR_NOT = re.compile(
    r"\bwhich(?:(?! (?:it|they|you|he|she|we|if|when|that|who|because|where)\b) [\w-]+){0,5}? "
    rf"(?:{_VERB} (?:(?:it|they|you|he|she|we|this|these|(?:a|an|the) [\w-]+) )?)?{_NOT.format('which')}"
    rf"|\bwhat (?:{_VERB} )?{_NOT.format('what')}"
    r"|(?:^|[.:] )which(?: [\w-]+){0,5} (?:is|are) (?P<false>false|untrue|incorrect|wrong)\b *(?=\?)"
    r"|\b(?:all|which|each|every)\b[^.?!]*(?P<except>\bexcept)\b[^.?!,]{0,12}[?:.…]",
    re.IGNORECASE,
)


def _negative_stem(question: Question) -> Iterator[Found]:
    stem = question.stem
    found = _ASKS_FOR_NOT.search(stem)
    if found is None or found.lastgroup is None:
        return
    start, end = found.span(found.lastgroup)
    word = stem[start:end].strip()
    # In bold it would not be found, for the stars would stand between.
    if word.isupper():
        return
    yield Found(
        Fault.NEGATIVE_STEM,
        ("stem",),
        f"The stem asks for what is not so; put “{word}” in bold, or ask for what is so.",
    )


_TELLING_LETTERS, _TELLING_WORDS = 3, 3


def _overlap(question: Question) -> Iterator[Found]:
    said = [_spoken(option.text) for option in question.options]
    for number, one in enumerate(said):
        for other_number, other in enumerate(said):
            if number == other_number or not one:
                continue
            if one == other and other_number < number:
                yield Found(
                    Fault.OVERLAP,
                    _text(number),
                    f"This says what option {other_number + 1} says; reword one.",
                )
            elif one != other and _means_alone(one, other) and _within(one, other):
                yield Found(
                    Fault.OVERLAP,
                    _text(number),
                    f"This is a part of option {other_number + 1}, so that both may seem right; reword one.",
                )


def _spoken(option: str) -> list[str]:
    """The words of an option between spaces, so that a formula stays one."""
    bare = [word.strip(".,;:!?\"'“”‘’*_") for word in option.casefold().split()]
    return [word for word in bare if word]


def _means_alone(one: list[str], other: list[str]) -> bool:
    """Whether the one can be a part of the other: of formulas, code and lists of names, a part is another answer."""
    telling = [word for word in one if len(word) >= _TELLING_LETTERS and word.isalpha()]
    return len(telling) >= _TELLING_WORDS or all(
        (len(word) > 1 or word == "a") and re.fullmatch(r"[^\W\d_]+([-'’][^\W\d_]+)*", word)
        for word in (*one, *other)
    )


def _within(one: list[str], other: list[str]) -> bool:
    return any(other[at : at + len(one)] == one for at in range(len(other) - len(one) + 1))


_FILLER = roots(
    "answer correct correctly right wrong true false option choice see above below section text lesson"
)


def _explanation(question: Question) -> Iterator[Found]:
    """An explanation that adds nothing to stem and key, or has to do with neither them nor the other options."""
    key = question.options[question.key].text
    said = roots(question.explanation) - _FILLER
    given = roots(question.stem) | roots(key)
    whole = given.union(*(roots(f"{one.text} {one.feedback or ''}") for one in question.options))
    if not said - given or (not kin(roots(key), said) and sum(kin([word], whole) for word in said) < 2):
        yield Found(
            Fault.EXPLANATION,
            ("explanation",),
            f"This does not say what makes the right option right (“{clipped(key, 60)}”); give the reason.",
        )


def _no_feedback(question: Question) -> Iterator[Found]:
    for number, option in enumerate(question.options):
        if not option.correct and not option.feedback:
            yield Found(
                Fault.NO_FEEDBACK,
                ("options", number),
                "Whoever chooses this is told nothing; add feedback that names the mistake.",
            )
