"""The ladder room's matches: a lesson's machine as an opponent, and what comes of a match against it."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from ladder.moments import utc
from ladder.rating import machine_chance

FEWEST_QUESTIONS = 5
"""How many questions a lesson must have for a match."""

REMATCH_AFTER = timedelta(days=7)
"""How long after a match that was not won its rematch opens."""

SHORTEST_SECRET = 16
"""The least length of the secret behind the machines' answers, in bytes: half of what SHA-256 gives."""

# A secret may serve other draws as well: each has a tag of its own, which ends at its only NUL.
_TAG = b"rung machine 1\x00"
_DRAWS = 2**64


class Outcome(Enum):
    """What came of a match, as the member sees it; the values are stored."""

    WIN = "win"
    DRAW = "draw"
    LOSS = "loss"


@dataclass(frozen=True, slots=True)
class Odds:
    """The chances of a match's outcomes, as the member sees them, each 0 to 1 and together 1."""

    win: float
    draw: float
    loss: float


def machine_answers(secret: bytes, member: int, question: str, attempt: int, options: int) -> bool:
    """Whether the machine answers correctly: fixed beforehand, the same each time, right by `machine_chance`.

    The first 8 bytes of HMAC-SHA256(secret, message), big-endian, are a whole number below 2^64, and the answer
    is correct if it is below ``machine_chance(options)`` times 2^64. The message is the tag
    ``rung machine 1`` with a NUL, the member as 8 bytes and the attempt as 8 bytes, both unsigned and
    big-endian, and the question's identity (``owner:id``) in UTF-8: only the last has no fixed length, so that
    no two cases share a message. This is a contract, and another construction needs another tag.

    ``attempt`` tells a match from its rematches, and is the same for all ways to answer within one. A secret
    of less than 16 bytes, a member or attempt outside 0 to 2^64 - 1, and options outside 2 to 5 raise
    ValueError. https://www.rfc-editor.org/rfc/rfc2104
    """
    if len(secret) < SHORTEST_SECRET:
        raise ValueError(f"a secret has at least {SHORTEST_SECRET} bytes, not {len(secret)}")
    message = (
        _TAG + _eight_bytes("a member", member) + _eight_bytes("an attempt", attempt) + question.encode()
    )
    drawn = int.from_bytes(hmac.digest(secret, message, "sha256")[:8], "big")
    return drawn < machine_chance(options) * _DRAWS


def settle(
    own_correct: Sequence[bool | None], machine_correct: Sequence[bool], *, at_one_go: bool
) -> Outcome | None:
    """What came of a match over all of a lesson's questions: more correct wins, and equal is a draw.

    Both give one entry a question, in the same order; None is a question that the member has not answered. In a
    match that was played at one go, and is over, it counts as wrong; otherwise the match is not complete, and
    neither is its outcome: None. Fewer than 5 questions, or numbers that differ, raise ValueError.
    """
    _check_as_many(own_correct, machine_correct)
    if len(own_correct) < FEWEST_QUESTIONS:
        raise ValueError(f"a match has at least {FEWEST_QUESTIONS} questions, not {len(own_correct)}")
    if not at_one_go and None in own_correct:
        return None
    own, machine = sum(map(bool, own_correct)), sum(machine_correct)
    if own == machine:
        return Outcome.DRAW
    return Outcome.WIN if own > machine else Outcome.LOSS


def odds(chances_own: Sequence[float], chances_machine: Sequence[float]) -> Odds:
    """The chances to win, draw and lose a match whose questions are answered independently.

    Both give the chance of a correct answer, 0 to 1, for one question after the other (`predicted` and
    `machine_chance`); other chances, or numbers that differ, raise ValueError. Exact but for float64: the
    numbers of correct answers are Poisson-binomial, found by convolution.
    https://en.wikipedia.org/wiki/Poisson_binomial_distribution
    """
    _check_as_many(chances_own, chances_machine)
    own, machine = _correct_answers(chances_own), _correct_answers(chances_machine)
    return Odds(
        win=sum(chance * sum(machine[:count]) for count, chance in enumerate(own)),
        draw=sum(mine * theirs for mine, theirs in zip(own, machine, strict=True)),
        loss=sum(chance * sum(own[:count]) for count, chance in enumerate(machine)),
    )


def rematch_opens_at(lost_or_drawn_at: datetime) -> datetime:
    """When the rematch of a match that was not won opens: seven days later, in UTC.

    A moment without a time zone raises ValueError.
    """
    return utc(lost_or_drawn_at) + REMATCH_AFTER


def _correct_answers(chances: Sequence[float]) -> list[float]:
    """The chance of each number of correct answers, from none to all."""
    counts = [1.0]
    for chance in chances:
        if not 0 <= chance <= 1:
            raise ValueError(f"a chance is 0 to 1, not {chance}")
        wrong = [count * (1 - chance) for count in counts]
        right = [count * chance for count in counts]
        counts = [one + other for one, other in zip([*wrong, 0.0], [0.0, *right], strict=True)]
    return counts


def _check_as_many(own: Sequence[object], machine: Sequence[object]) -> None:
    if len(own) != len(machine):
        raise ValueError(f"both sides answer the same questions, not {len(own)} and {len(machine)}")


def _eight_bytes(what: str, number: int) -> bytes:
    if number not in range(_DRAWS):
        raise ValueError(f"{what} is numbered 0 to 2^64 - 1, not {number}")
    return number.to_bytes(8, "big")
