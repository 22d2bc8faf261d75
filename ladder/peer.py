"""The ladder room's peer rounds: when split answers are worth a discussion before the same question is asked again."""

FEWEST_ANSWERS = 5
"""With fewer answers nobody could tell a split room from chance."""

FEWEST_RIGHT, MOST_RIGHT = 30, 70
"""In percent: below, too few know to convince the others; above, nearly everybody knows already.

https://doi.org/10.1119/1.1374249
"""


def wants_discussion(right: int, total: int) -> bool:
    """Whether 30 to 70 % were right, both included, among at least five answers.

    More right answers than answers, or fewer than none, raise ValueError.
    """
    if not 0 <= right <= total:
        raise ValueError(f"of {total} answers 0 to {total} are right, not {right}")
    return total >= FEWEST_ANSWERS and FEWEST_RIGHT * total <= 100 * right <= MOST_RIGHT * total
