"""How likely a pattern of right options is, had their order been drawn by lot."""

from collections.abc import Sequence
from functools import lru_cache


def at_least(hits: int, options: Sequence[int]) -> float:
    """The chance that so many keys or more are the one longest option, of questions with so many options each."""
    spread = [1.0]
    for count in options:
        chance = 1 / count
        missed = [*(one * (1 - chance) for one in spread), 0.0]
        hit = [0.0, *(one * chance for one in spread)]
        spread = [one + other for one, other in zip(missed, hit, strict=True)]
    return sum(spread[hits:])


def positions_chance(keys: Sequence[int], options: Sequence[int]) -> float:
    """The chance of key positions at least as uneven as these (from 0), for questions with so many options each."""
    places = max(options, default=0)
    sizes = tuple(sorted(options))
    expected = [sum(1 / count for count in sizes if count > place) for place in range(places)]
    found = tuple(keys.count(place) for place in range(places))
    uneven = _unevenness(found, expected)
    # A tenth of all drawings or more are as uneven as that, and to go through them takes long.
    if uneven <= places + 1e-9:
        return 1.0
    return sum(
        chance
        for counts, chance in _drawings(sizes).items()
        if _unevenness(counts, expected) >= uneven - 1e-9
    )


def _unevenness(found: Sequence[int], expected: Sequence[float]) -> float:
    return sum((one - due) ** 2 / due for one, due in zip(found, expected, strict=True))


@lru_cache(maxsize=64)
def _drawings(options: tuple[int, ...]) -> dict[tuple[int, ...], float]:
    """Every way in which the keys may fall on the places, and its chance."""
    drawn = {(0,) * max(options): 1.0}
    for count in options:
        after: dict[tuple[int, ...], float] = {}
        for counts, chance in drawn.items():
            for place in range(count):
                one = (*counts[:place], counts[place] + 1, *counts[place + 1 :])
                after[one] = after.get(one, 0.0) + chance / count
        drawn = after
    return drawn
