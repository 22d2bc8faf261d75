"""What Discord refuses in a message, a form or a list of choices."""

from collections.abc import Iterator
from typing import Any

_BUTTON, _SELECT, _TEXT_INPUT, _TEXT = 2, 3, 4, 10


def too_much(payload: Any) -> list[str]:
    """What is too long or too many in this payload, each in a sentence."""
    return list(_faults(payload))


def units(text: str) -> int:
    """The length as Discord counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def prose(payload: Any) -> int:
    """All text of a message together, in UTF-16 code units."""
    return sum(units(part["content"]) for part in _parts(payload) if part.get("type") == _TEXT)


def _parts(payload: Any) -> Iterator[dict[str, Any]]:
    for part in payload.get("components") or []:
        yield part
        yield from _parts(part)
        for key in ("accessory", "component"):
            if part.get(key):
                yield part[key]


def _faults(payload: Any) -> Iterator[str]:
    parts = list(_parts(payload))
    if len(parts) > 40:
        yield f"{len(parts)} components"
    if prose(payload) > 4_000:
        yield f"{prose(payload)} units of text"
    if payload.get("custom_id") and units(payload.get("title", "")) > 45:
        yield f"a form titled {payload['title']!r}"
    ids = [part["custom_id"] for part in parts if part.get("custom_id")]
    if len(set(ids)) < len(ids) or any(not 1 <= len(id) <= 100 for id in ids):
        yield f"custom_ids {ids}"
    for part in parts:
        yield from _faults_of(part)
    choices = payload.get("choices") or []
    if len(choices) > 25:
        yield f"{len(choices)} choices"
    for choice in choices:
        if not 1 <= units(choice["name"]) <= 100 or not 1 <= units(choice["value"]) <= 100:
            yield f"the choice {choice}"


def _faults_of(part: dict[str, Any]) -> Iterator[str]:
    kind = part.get("type")
    if kind == _TEXT and not part["content"].strip():
        yield "an empty text"
    if kind == _BUTTON and not (
        units(part.get("label", "")) <= 80 and (part.get("label") or part.get("emoji"))
    ):
        yield f"the button {part}"
    if "component" in part and not 1 <= units(part["label"]) <= 45:
        yield f"the label {part['label']!r}"
    if kind == 1 and not 1 <= len(part["components"]) <= 5:
        yield f"a row of {len(part['components'])}"
    if kind == _SELECT:
        options = part["options"]
        if not 1 <= len(options) <= 25 or len({one["value"] for one in options}) < len(options):
            yield f"a select of {len(options)}"
        if units(part.get("placeholder") or "") > 150:
            yield f"the placeholder {part['placeholder']!r}"
        for option in options:
            if not 1 <= units(option["label"]) <= 100 or not 1 <= len(option["value"]) <= 100:
                yield f"the option {option}"
