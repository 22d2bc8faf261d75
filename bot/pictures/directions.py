"""The pictures room's reading directions: the Unicode bidirectional algorithm for one line.

https://www.unicode.org/reports/tr9/ without explicit directions, which are taken out of names beforehand.
"""

import unicodedata
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")

_CLOSING = dict(zip("([{⁅〈《「『【〔（［｛", ")]}⁆〉》」』】〕）］｝", strict=True))


def levels(text: str) -> list[int]:
    """Each character's embedding level: odd is read from right to left. The first strong character leads."""
    kinds = [unicodedata.bidirectional(sign) or "L" for sign in text]
    leading = next((kind for kind in kinds if kind in {"L", "R", "AL"}), "L")
    base = 0 if leading == "L" else 1
    if base == 0 and not any(kind in {"R", "AL", "AN"} for kind in kinds):
        return [0] * len(text)
    _resolve_weak(kinds, "L" if base == 0 else "R")
    _resolve_brackets(text, kinds, "L" if base == 0 else "R")
    _resolve_neutral(kinds, "L" if base == 0 else "R")
    found = [_level(kind, base) for kind in kinds]
    for index in range(len(text) - 1, -1, -1):
        if not text[index].isspace():
            break
        found[index] = base
    return found


def _level(kind: str, base: int) -> int:
    if base % 2:
        return base if kind == "R" else base + 1
    return {"L": base, "R": base + 1}.get(kind, base + 2)


def _resolve_weak(kinds: list[str], edge: str) -> None:
    before, strong = edge, edge
    for index, kind in enumerate(kinds):  # W1 to W3; BN is passed over as if it were a mark
        now = before if kind in {"NSM", "BN"} else kind
        if now in {"L", "R", "AL"}:
            strong = now
        elif now == "EN" and strong == "AL":
            now = "AN"
        before = now
        kinds[index] = now
    _resolve_separators(kinds)
    strong = edge
    for index, kind in enumerate(kinds):  # W6, W7
        if kind in {"L", "R", "AL"}:
            strong = kind
        if kind == "AL":
            kinds[index] = "R"
        elif kind in {"ES", "ET", "CS"}:
            kinds[index] = "ON"
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"


def _resolve_separators(kinds: list[str]) -> None:
    for index in range(1, len(kinds) - 1):  # W4
        around = kinds[index - 1]
        if around == kinds[index + 1] and (
            (kinds[index] in {"ES", "CS"} and around == "EN") or (kinds[index] == "CS" and around == "AN")
        ):
            kinds[index] = around
    for order in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):  # W5
        step = 1 if order.step > 0 else -1
        for index in order:
            if kinds[index] == "ET" and kinds[index - step] == "EN":
                kinds[index] = "EN"


_DIRECTED = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


def _resolve_brackets(text: str, kinds: list[str], edge: str) -> None:
    for opened, closed in _pairs(text, kinds):  # N0
        inside = {_DIRECTED[kind] for kind in kinds[opened + 1 : closed] if kind in _DIRECTED}
        if not inside:
            continue
        before = next((_DIRECTED[kind] for kind in reversed(kinds[:opened]) if kind in _DIRECTED), edge)
        kinds[opened] = kinds[closed] = edge if edge in inside else before


def _pairs(text: str, kinds: list[str]) -> list[tuple[int, int]]:
    waiting: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for index, sign in enumerate(text):
        if kinds[index] != "ON":
            continue
        if sign in _CLOSING:
            waiting.append((_CLOSING[sign], index))
            continue
        for depth in range(len(waiting) - 1, -1, -1):
            if waiting[depth][0] == sign:
                found.append((waiting[depth][1], index))
                del waiting[depth:]
                break
    return sorted(found)


def _resolve_neutral(kinds: list[str], edge: str) -> None:
    directed = _DIRECTED
    index, before = 0, edge
    while index < len(kinds):  # N1, N2
        if kinds[index] in directed:
            before = directed[kinds[index]]
            index += 1
            continue
        end = index
        while end < len(kinds) and kinds[end] not in directed:
            end += 1
        after = directed[kinds[end]] if end < len(kinds) else edge
        kinds[index:end] = [before if before == after else edge] * (end - index)
        index = end


def as_seen(items: Sequence[_T], item_levels: Sequence[int]) -> list[_T]:
    """The items, which are given as they are read, from left to right as they are seen (L2)."""
    order = list(range(len(items)))
    for level in range(max(item_levels, default=0), 0, -1):
        index = 0
        while index < len(order):
            end = index
            while end < len(order) and item_levels[order[end]] >= level:
                end += 1
            order[index:end] = reversed(order[index:end])
            index = max(end, index + 1)
    return [items[index] for index in order]
