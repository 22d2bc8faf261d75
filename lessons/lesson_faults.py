"""The faults of a whole lesson, and of a library: patterns over its questions, and what makes it hard to read."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from lessons.chance import at_least, positions_chance
from lessons.faults import Fault
from lessons.model import Lesson, Question
from lessons.question_faults import Found, plain_length
from lessons.splitting import units
from lessons.vocabulary import code, prose, root, roots, words

WORDS_A_MINUTE = 180
PHONE_SCREEN = 2_000
"""How many characters of a section can be read on a phone without losing the place."""

_RARE = 0.01
"""How unlikely a pattern must be, had it come by chance, to be worth a warning."""


def faults_of_lesson(lesson: Lesson, counted: Sequence[Question]) -> Iterator[Found]:
    """Every fault of the lesson itself; ``counted`` are the questions whose long keys are not allowed."""
    yield from _longest_keys(counted)
    yield from _positions(lesson)
    yield from _minutes(lesson)
    yield from _abbreviations(lesson)
    for number, section in enumerate(lesson.sections):
        if (length := units(section.text)) > PHONE_SCREEN:
            yield Found(
                Fault.LONG_SECTION,
                ("sections", number, "text"),
                f"This section has {length} characters, and {PHONE_SCREEN} are enough for a phone; split it.",
            )


def words_in(lesson: Lesson) -> int:
    """How many words there are to read, code and key idea included."""
    return sum(len(text.split()) for text in (*(part.text for part in lesson.sections), lesson.key_idea))


def longest_keys(questions: Iterable[Question]) -> int:
    """In how many questions the key is longer than every other option."""
    return sum(
        all(
            plain_length(option.text) < plain_length(question.options[question.key].text)
            for option in question.options
            if not option.correct
        )
        for question in questions
    )


def too_often_longest(questions: Sequence[Question]) -> str | None:
    """A sentence if the key is the longest option more often than chance makes likely, over these questions."""
    longest = longest_keys(questions)
    options = [len(question.options) for question in questions]
    if at_least(longest, options) >= _RARE:
        return None
    expected = sum(1 / count for count in options)
    return (
        f"In {longest} of {len(questions)} questions the right option is the longest, and chance would make it "
        f"{expected:.0f}"
    )


def _longest_keys(counted: Sequence[Question]) -> Iterator[Found]:
    if told := too_often_longest(counted):
        yield Found(
            Fault.LONGEST_KEYS, ("questions",), f"{told}; shorten some, or say more in the wrong options."
        )


def _positions(lesson: Lesson) -> Iterator[Found]:
    keys = [question.key for question in lesson.questions]
    if positions_chance(keys, [len(question.options) for question in lesson.questions]) < 0.05:
        counted = Counter(keys)
        shown = ", ".join(f"{'ABCDE'[place]} {counted[place]}" for place in range(max(keys) + 1))
        yield Found(
            Fault.KEY_POSITIONS,
            ("questions",),
            f"The right options are not spread evenly ({shown}); reorder some.",
        )


def _minutes(lesson: Lesson) -> Iterator[Found]:
    count = words_in(lesson)
    needed = max(1.0, count / WORDS_A_MINUTE)
    if abs(lesson.minutes - needed) > needed / 2:
        yield Found(
            Fault.MINUTES,
            ("minutes",),
            f"{count} words take about {max(1, round(needed))} minutes at {WORDS_A_MINUTE} a minute; write that.",
        )


_CAPITALS = re.compile(r"(?<![\w-])(?P<short>[A-Z]{2,5})(?:s|es)?(?![\w(\[=-])")
_CAPITALS_AROUND = re.compile(r"[A-Z]{2,}\s*$")
_KNOWN = frozenset(
    """
    AI AM AND API ASCII BBC BST CEO CPU CSV DNA DVD EU FAQ FM GB GMT GPS GPU HIV HTML HTTP HTTPS ID IP IT JSON KB MB NASA
    NOT NULL OK OR PC PDF PIN PM RAM RNA SMS SQL TB TV UK UN URL US USA USB USD UTC VAT VIP WHO XML XOR YAML ZIP
    """.split()  # noqa: SIM905
)


def _abbreviations(lesson: Lesson) -> Iterator[Found]:
    """Capitals that are spelled out nowhere: neither in brackets beside their words, nor by words with these initials."""
    places = [
        *((("sections", number, "text"), part.text) for number, part in enumerate(lesson.sections)),
        (("key_idea",), lesson.key_idea),
        *((("questions", number, "stem"), one.stem) for number, one in enumerate(lesson.questions)),
    ]
    whole = "\n".join([lesson.title, lesson.summary, *(part.title for part in lesson.sections)])
    whole = "\n".join([whole, *(text for _, text in places)])
    known = set(words(re.sub(r"\b[A-Z]{2,}s?\b", " ", whole)))
    coded = set(re.findall(r"[A-Z]+", code(whole)))
    told: set[str] = set()
    for place, text in places:
        readable = prose(text)
        for found in _CAPITALS.finditer(readable):
            short = found["short"]
            if (
                short in told
                or short in _KNOWN
                or short in coded
                or short.casefold() in known
                or _is_name(short)
            ):
                continue
            if _CAPITALS_AROUND.search(readable[: found.start()]) or re.match(
                r"\s+[A-Z]{2,}\b", readable[found.end() :]
            ):
                continue  # a shout, or words of a language such as SQL
            if not _is_explained(short, whole):
                told.add(short)
                yield Found(
                    Fault.ABBREVIATION,
                    place,
                    f"{short} is nowhere spelled out; write its words where it comes first, and it in brackets.",
                )


def _is_name(short: str) -> bool:
    """Whether the capitals name points, or people in an order, or are a Roman number."""
    return set(short) <= set("ABCDE") or set(short) <= set("IVXL") or len(set(short)) == 1


def _is_explained(short: str, text: str) -> bool:
    """Whether its words stand beside it somewhere: in brackets, or with its letters as their initials."""
    for found in re.finditer(rf"(?<!\w){short}(?:s|es)?(?!\w)", text):
        before, after = text[max(0, found.start() - 80) : found.start()], text[found.end() : found.end() + 80]
        if re.search(r"\w\W{0,4}\(\W*$", before) or re.match(r"\W{0,3}\(|,? (short|stand)", after):
            return True
        if any(short.casefold() in initials for side in (before, after) for initials in _initials(side)):
            return True
    return False


def _initials(text: str) -> Iterator[str]:
    """The initials of all the words, and of those that carry a meaning."""
    yield "".join(word[0] for word in words(text))
    yield "".join(word[0] for word in words(text) if root(word) in roots(word))
