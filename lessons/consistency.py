"""What the parts of one lesson owe each other, checked on whatever could be read of it."""

from collections.abc import Collection

from lessons.document import Document
from lessons.faults import OF_LESSONS, OF_QUESTIONS
from lessons.problems import Place, clipped, key_of
from lessons.refusals import suggestion
from lessons.slugs import squeezed


def check_consistency(document: Document) -> None:
    """Note repeated ids and options, missing or double keys, repairs that lead nowhere, open code blocks.

    So are requirements that repeat, or name the lesson itself, and warnings allowed that there are not.
    """
    _refuse_repeated(document, ("sections", None, "id"))
    _refuse_repeated(document, ("questions", None, "id"))
    _refuse_repeated(document, ("requires", None))
    for place, slug in document.find("requires", None):
        if slug == document.path.stem and not document.full:
            document.refuse(place, "A lesson cannot build on itself; remove this line.")
    for place, _ in document.find("questions", None):
        _refuse_repeated(document, (*place, "options", None, "text"))
        _check_correct(document, place)
    _check_repairs(document)
    _check_code_blocks(document)
    for place, _ in document.find("allow"):
        _check_allowed(document, place, OF_LESSONS, OF_QUESTIONS, "at the question it is about")
    for place, _ in document.find("questions", None, "allow"):
        _check_allowed(document, place, OF_QUESTIONS, OF_LESSONS, "at the top of the file")


def _check_allowed(
    document: Document, place: Place, here: Collection[str], elsewhere: Collection[str], there: str
) -> None:
    for one in list(document.keys):
        if one[:-1] != place:
            continue
        code = str(one[-1])
        if code in here:
            continue
        if code in elsewhere:
            document.refuse(one, f"“{code}” is allowed {there}; move it there.", document.keys[one])
        else:
            near = suggestion(code, here)
            advice = f"did you mean “{near}”?" if near else f"the codes here are {', '.join(here)}."
            document.refuse(
                one, f"“{clipped(code)}” is no warning of the checker; {advice}", document.keys[one]
            )


def _refuse_repeated(document: Document, pattern: tuple[str | int | None, ...]) -> None:
    seen: dict[str, Place] = {}
    for place, value in document.find(*pattern):
        if isinstance(value, str) and value:
            first = seen.setdefault(squeezed(value), place)
            if first != place and not document.full:
                line = document.marks[first].line
                document.refuse(
                    place,
                    f"“{clipped(value)}” is already {key_of(first)} on line {line}; change one of the two.",
                )


def _check_correct(document: Document, question: Place) -> None:
    said = list(document.find(*question, "options", None, "correct"))
    if any(not isinstance(value, bool) for _, value in said):
        return
    correct = [place for place, value in said if value is True]
    for place in correct[1:]:
        first = document.marks[correct[0]].line
        document.refuse(place, f"A second option is correct, after line {first}; mark exactly one.")
    options = (*question, "options")
    if not correct and any(True for _ in document.find(*options, None)):
        document.refuse(options, "No option is correct; write “correct: true” at exactly one.")


def _check_repairs(document: Document) -> None:
    ids = [value for _, value in document.find("sections", None, "id") if isinstance(value, str) and value]
    if not ids or len(ids) < sum(1 for _ in document.find("sections", None)):
        return
    for place, value in document.find("questions", None, "options", None, "repairs"):
        if isinstance(value, str) and value and value not in ids:
            near = suggestion(value, ids)
            known = clipped(", ".join(dict.fromkeys(ids)), 200)
            advice = f"did you mean “{near}”?" if near else f"the sections are {known}."
            document.refuse(place, f"No section of this lesson has the id “{clipped(value)}”; {advice}")


_MARKDOWN = (
    ("sections", None, "text"),
    ("key_idea",),
    ("questions", None, "stem"),
    ("questions", None, "explanation"),
    ("questions", None, "options", None, "text"),
    ("questions", None, "options", None, "feedback"),
)


def _check_code_blocks(document: Document) -> None:
    for pattern in _MARKDOWN:
        for place, value in document.find(*pattern):
            if isinstance(value, str) and value.count("```") % 2:
                document.refuse(place, "A code block is opened and never closed; close it with ```.")
