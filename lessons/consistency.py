"""What the parts of one lesson owe each other, checked on whatever could be read of it."""

from lessons.document import Document
from lessons.problems import Place, clipped, key_of
from lessons.refusals import suggestion
from lessons.slugs import squeezed


def check_consistency(document: Document) -> None:
    """Note repeated ids and options, missing or double keys, repairs that lead nowhere, open code blocks."""
    _refuse_repeated(document, ("sections", None, "id"))
    _refuse_repeated(document, ("questions", None, "id"))
    for place, _ in document.find("questions", None):
        _refuse_repeated(document, (*place, "options", None, "text"))
        _check_correct(document, place)
    _check_repairs(document)
    _check_code_blocks(document)


def _refuse_repeated(document: Document, pattern: tuple[str | int | None, ...]) -> None:
    seen: dict[str, Place] = {}
    for place, value in document.find(*pattern):
        if isinstance(value, str) and value:
            first = seen.setdefault(squeezed(value), place)
            if first != place:
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
