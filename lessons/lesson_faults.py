"""The faults of a whole lesson, and of a library: patterns over its questions, and what makes it hard to read."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from lessons.chance import at_least, positions_chance
from lessons.faults import Fault
from lessons.model import Lesson, Question
from lessons.problems import Place
from lessons.question_faults import Found, plain_length
from lessons.splitting import units
from lessons.vocabulary import code, prose, root, roots, words

WORDS_A_MINUTE = 180
PHONE_SCREEN = 2_000
"""How many characters of a section can be read on a phone without losing the place."""

_RARE = 0.01
"""How unlikely a pattern must be, had it come by chance, to be worth a warning."""


def faults_of_lesson(lesson: Lesson, allowed: Sequence[Collection[str]]) -> Iterator[Found]:
    """Every fault of the lesson itself; ``allowed`` are the codes that each of its questions allows."""
    pairs = list(zip(lesson.questions, allowed, strict=True))
    yield from _longest_keys([one for one, codes in pairs if Fault.LONGEST_KEY not in codes])
    yield from _positions(lesson)
    yield from _minutes(lesson)
    yield from _abbreviations(
        lesson, {number for number, codes in enumerate(allowed) if Fault.ABBREVIATION in codes}
    )
    yield from _to_be_written(lesson)
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
        minutes = round(needed)
        yield Found(
            Fault.MINUTES,
            ("minutes",),
            f"{count} words take about {minutes} {'minute' if minutes == 1 else 'minutes'} at {WORDS_A_MINUTE} a "
            "minute; write that.",
        )


_UNWRITTEN = "To be written"
"""How the texts begin that stand in for an author's own in a lesson that was begun or brought in."""


def _to_be_written(lesson: Lesson) -> Iterator[Found]:
    """Told once, at the first of them: a lesson just begun consists of nothing else."""
    found = [place for place, text in _texts(lesson) if text.lstrip("-*_` ").startswith(_UNWRITTEN)]
    if found:
        more = f", and {len(found) - 1} more of this lesson" if len(found) > 1 else ""
        yield Found(
            Fault.TO_BE_WRITTEN,
            found[0],
            f"This text is still “{_UNWRITTEN}”{more}; write what belongs here.",
        )


def _texts(lesson: Lesson) -> Iterator[tuple[Place, str]]:
    """Every text that members read, in the order of the file."""
    yield ("title",), lesson.title
    yield ("summary",), lesson.summary
    for number, part in enumerate(lesson.sections):
        yield ("sections", number, "title"), part.title
        yield ("sections", number, "text"), part.text
    yield ("key_idea",), lesson.key_idea
    for number, question in enumerate(lesson.questions):
        place = ("questions", number)
        yield (*place, "stem"), question.stem
        for chosen, option in enumerate(question.options):
            yield (*place, "options", chosen, "text"), option.text
            if option.feedback:
                yield (*place, "options", chosen, "feedback"), option.feedback
        yield (*place, "explanation"), question.explanation


_CAPITALS = re.compile(r"(?<![\w-])(?P<short>[A-Z]{2,5})(?:s|es)?(?![\w(\[=-])")
_CAPITALS_AROUND = re.compile(r"[A-Z]{2,}\s*$")
_KNOWN = frozenset(
    """
    AI AM AND API ASCII BBC BST CEO CPU CSV DNA DVD EU FAQ FM GB GMT GPS GPU HIV HTML HTTP HTTPS ID IP IT JSON KB MB NASA
    NOT NULL OK OR PC PDF PIN PM RAM RNA SMS SQL TB TV UK UN URL US USA USB USD UTC VAT VIP WHO XML XOR YAML ZIP
    """.split()  # noqa: SIM905
)


def _abbreviations(lesson: Lesson, allowing: Collection[int]) -> Iterator[Found]:
    """Capitals that are spelled out nowhere: neither in brackets beside their words, nor by words with these initials.

    ``allowing`` are the numbers of the questions that may hold some.
    """
    places = [
        (place, text) for place, text in _texts(lesson) if place[-1] != "title" and place != ("summary",)
    ]
    whole = "\n".join(text for _, text in _texts(lesson))
    known = set(words(re.sub(r"\b[A-Z]{2,}s?\b", " ", whole)))
    coded = set(re.findall(r"[A-Z]+", code(whole)))
    told: set[str] = set()
    for place, text in places:
        if place[0] == "questions" and place[1] in allowing:
            continue
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
    kinds = set(short)
    return (kinds <= set("ABCDE") and len(kinds) == len(short)) or kinds <= set("IVXL") or len(kinds) == 1


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
