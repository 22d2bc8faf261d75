"""Claims that give way: of a question that two quizzes show to one member, the first answer is the first attempt."""

from collections.abc import Mapping, Sequence

from bot.storage import Unit
from bot.storage.quizzes import Quiz

Pair = tuple[int, str]
"""A member and a question."""

_OF_QUIZ = "quiz:"


async def giving_way(unit: Unit, claims: Mapping[Pair, str], here: Mapping[Pair, str]) -> set[Pair]:
    """Of the pairs that are answered in a source ``here``: those claimed by another quiz that waits for its answer.

    A duel goes on beside a quiz, and whoever has seen the answer in the one may not earn by it in the other.
    """
    elsewhere = {
        pair: int(claim.removeprefix(_OF_QUIZ))
        for pair, source in here.items()
        if (claim := claims.get(pair, source)) != source and claim.startswith(_OF_QUIZ)
    }
    if not elsewhere:
        return set()
    waiting = await unit.quizzes.unanswered((quiz, question) for (_, question), quiz in elsewhere.items())
    return {pair for pair, quiz in elsewhere.items() if (quiz, pair[1]) in waiting}


async def rated_here(unit: Unit, quiz: Quiz, questions: Sequence[str]) -> set[str]:
    """Those of the questions whose answer in this quiz is the member's first attempt."""
    firsts = await unit.attempts.of(quiz.member, questions)
    claims = {(quiz.member, question): source for question, source in firsts.items()}
    ways = await giving_way(unit, claims, dict.fromkeys(claims, quiz.source))
    return {
        one
        for one in questions
        if firsts.get(one, quiz.source) in {quiz.source, quiz.told} or (quiz.member, one) in ways
    }
