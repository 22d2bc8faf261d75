"""What the file format refuses, said in sentences that an author can act on."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from lessons.document import ALIAS, MOST_PROBLEMS, Document, Unfit
from lessons.format import ONE_LINE, WrittenLesson, keys_at
from lessons.problems import Place, clipped, key_of
from lessons.splitting import units


def validate(document: Document) -> WrittenLesson | None:
    """The document as a lesson of the right shape, or None with every reason noted in the document."""
    try:
        return WrittenLesson.model_validate(document.plain)
    except ValidationError as refused:
        _note(document, refused.errors(include_url=False))
        return None


def suggestion(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, if there is one."""
    found = process.extractOne(word[:80].casefold(), list(known), scorer=fuzz.ratio, score_cutoff=70)
    return found[0] if found else None


def _note(document: Document, errors: list[ErrorDetails]) -> None:
    meant: set[Place] = set()
    # Nobody is told of more problems than so many, and the sentences about them take their time.
    for error in errors[: MOST_PROBLEMS + 1]:
        if error["type"] == "extra_forbidden":
            place = error["loc"]
            known = keys_at(place[:-1])
            wrong = str(place[-1])
            near = suggestion(wrong, known)
            if near is not None:
                meant.add((*place[:-1], near))
                advice = f"did you mean “{near}”?"
            else:
                advice = f"the keys here are {', '.join(known)}."
            named = f"“{clipped(wrong)}” is not a key of a lesson file" if wrong else "A key is missing"
            document.refuse(place, f"{named}; {advice}", document.keys[place])
    for error in errors:
        if document.full:
            break
        place = error["loc"]
        if error["type"] == "missing":
            if place not in meant:
                document.refuse_at(
                    document.marks[place[:-1]], key_of(place), "This key is missing; add it and its value."
                )
        elif error["type"] != "extra_forbidden" and error["input"] != ALIAS:
            document.refuse(place, _sentence(document, place, error))


def _sentence(document: Document, place: Place, error: ErrorDetails) -> str:
    value: object = error["input"]
    found = clipped(document.spellings.get(place, "")) or _kind(value)
    match error["type"]:
        case "string_type":
            return _not_a_text(value, document.spellings.get(place, ""))
        case "int_type":
            return f"A whole number belongs here, not {found}; write digits without quotes, such as 6."
        case "bool_type":
            return f"Either true or false belongs here, not {found}; write one of them without quotes."
        case "list_type":
            return f"A list belongs here, not {found}; begin each item with a dash and a space."
        case "model_type":
            keys = ", ".join(keys_at(place))
            return f"Keys and values belong here, not {found}; the keys are {keys}."
        case "dict_type":
            return f"Codes and reasons belong here, not {found}; write a code, a colon and the reason."
        case _:
            return _beyond_limits(value, error)


def _beyond_limits(value: object, error: ErrorDetails) -> str:
    limits: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "string_too_short":
            return "This is empty; write something, or remove the key if it is optional."
        case "string_too_long":
            length, most = units(str(value)), limits["max_length"]
            counted = "" if length == len(str(value)) else ", an emoji counting as two,"
            return f"This has {length} characters{counted} and at most {most} fit; shorten it."
        case "string_pattern_mismatch" if limits["pattern"] == ONE_LINE:
            return "This has several lines and only one fits; join them."
        case "string_pattern_mismatch":
            written = clipped(str(value))
            return (
                f"“{written}” is not an id; use lower-case letters and digits, with single hyphens between."
            )
        case "greater_than_equal":
            return f"{value} is too low; the lowest is {limits['ge']}."
        case "less_than_equal":
            return f"{value} is too high; the highest is {limits['le']}."
        case "too_short":
            return (
                f"Too few items ({limits['actual_length']}) are here; the fewest is {limits['min_length']}."
            )
        case "too_long":
            return f"Too many items are here; the most is {limits['max_length']}."
        case _:
            return f"This value does not fit ({error['msg']}); see lessons/schema.json for what does."


def _not_a_text(value: object, spelling: str) -> str:
    if isinstance(value, dict):
        return "A text belongs here, not keys and values; put quotes around a text that holds a colon."
    if isinstance(value, list):
        return (
            "A text belongs here, not a list; put quotes around a text that begins with a dash or a bracket."
        )
    if not spelling:
        return "There is nothing here; write a text, or remove the key if it is optional."
    return f"YAML reads {clipped(spelling)} as {_kind(value)}, and a text is meant; put quotes around it."


def _kind(value: object) -> str:
    match value:
        case Unfit(what):
            return what
        case bool():
            return "true or false"
        case int():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "keys and values"
