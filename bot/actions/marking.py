"""Marking: what came of answers in quizzes, many at once, each recorded and rated in one unit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.actions.asking import as_served
from bot.actions.books import Evidence
from bot.actions.giving_way import giving_way
from bot.actions.holdings import Holdings
from bot.actions.matches import FIRST
from bot.actions.rating import Moved, Practised, moved, rate_all
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.versus import settle_at_one_go
from bot.storage import Unit
from bot.storage.meanings import Asked
from bot.storage.quizzes import TIME_RAN_OUT, Kind, Quiz, QuizHead, QuizQuestion
from bot.storage.ratings import Entry
from bot.words import N_
from ladder.evidence import SOLO_WEIGHT


class Verdict(NamedTuple):
    """What came of one answer."""

    quiz: QuizHead
    question: QuizQuestion
    asked: Asked
    option: int
    """As authored; `TIME_RAN_OUT` when the question was left unanswered."""
    fresh: bool
    """Whether this press is the answer; if not, an earlier one was."""
    moved: tuple[Moved, ...]
    """Empty if this was not the member's first attempt at the question."""
    told: bool = False
    """Whether the member had been told the answer elsewhere after it was shown here, so that it counts as wrong."""

    @property
    def correct(self) -> bool:
        """Whether the answer was right."""
        return self.option == self.asked.key


class Answer(NamedTuple):
    """A press on one of a quiz's options."""

    quiz: int
    position: int
    place: int
    """Where the chosen option lies in this attempt; `TIME_RAN_OUT` for the clock's own answer."""
    member: int
    at: datetime
    given_up: bool = False
    """Whether the member gives the quiz up, with which not even an open poll's question waits any longer."""


async def mark(unit: Unit, library: Holdings, answers: Sequence[Answer]) -> list[Verdict | Exception]:
    """Record answers and rate those that are first attempts; what came of each, or why it was refused."""
    quizzes, questions = await unit.quizzes.asked((one.quiz, one.position) for one in answers)
    sheet = _Sheet(quizzes, questions, await _held_back(unit, quizzes.values()))
    taken = [sheet.take(one) for one in answers]
    fresh = [one for one in taken if isinstance(one, _Taken) and one.fresh]
    await unit.quizzes.record(
        (one.quiz.id, one.question.position, one.option, one.answer.at) for one in fresh
    )
    asked = await _asked(unit, library, taken)
    pairs = [(one.quiz.member, one.question.question) for one in fresh]
    claims = await unit.attempts.sources(pairs)
    chosen = {
        (one.quiz.member, one.question.question): one.quiz.source
        for one in fresh
        if one.option != TIME_RAN_OUT
    }
    if taken_over := await giving_way(unit, claims, chosen):
        here = {pair: chosen[pair] for pair in taken_over}
        await unit.attempts.move(here, answers[0].at)
        claims |= here
    # A question that was shown here first may have been answered in a poll since, and its key with it.
    told = await unit.polls.told(pairs)
    evidence: list[Evidence] = []
    practised: list[Practised] = []
    for one in fresh:
        pair = one.quiz.member, one.question.question
        served = asked[one.question.meaning]
        if claims.get(pair) == one.quiz.told:
            evidence.append(_evidence(one, served)._replace(correct=False))
        elif claims.get(pair) == one.quiz.source and pair not in told:
            evidence.append(_evidence(one, served))
        else:
            practised.append(
                Practised(
                    one.quiz.member, served.lesson, one.quiz.source, one.answer.at, guild=one.quiz.guild
                )
            )
    entries = await rate_all(unit, library, evidence, practised)
    over = [quiz for quiz in sheet.quizzes.values() if not quiz.left and quiz.finished_at is None]
    await finish(unit, library, over, answers[0].at)
    again = {(one.quiz.member, one.quiz.source) for one in taken if isinstance(one, _Taken) and not one.fresh}
    # What earlier presses had given, this batch's own fresh answers among them.
    for member, source in sorted(again):
        known = set(entries)
        entries += [one for one in await unit.ratings.entries_of(member, source) if one not in known]
    told_of: dict[tuple[int, str | None], list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.ladder, entry.sequence)):
        if entry.kind == "answer":
            told_of.setdefault((entry.member, entry.question), []).append(entry)
    return [
        _verdict(sheet.quizzes[one.quiz.id], one, asked[one.question.meaning], told_of, claims)
        if isinstance(one, _Taken)
        else one
        for one in taken
    ]


class _Taken(NamedTuple):
    """An answer that was taken: now, or as an earlier press gave it."""

    answer: Answer
    quiz: QuizHead
    question: QuizQuestion
    option: int
    fresh: bool


class _Sheet:
    """The quizzes of a batch, as they stand after one answer and the next."""

    def __init__(
        self,
        quizzes: Mapping[int, QuizHead],
        questions: Mapping[tuple[int, int], QuizQuestion],
        held_back: Mapping[int, frozenset[str]],
    ) -> None:
        self.quizzes = dict(quizzes)
        self._questions = dict(questions)
        self._held_back = held_back

    def take(self, answer: Answer) -> _Taken | Refusal:
        """Take one answer, after those before it."""
        quiz = self.quizzes.get(answer.quiz)
        question = self._questions.get((answer.quiz, answer.position))
        refusal = _refusal(quiz, question, answer)
        if refusal is not None or quiz is None or question is None:
            return refusal or unknown()
        if question.option is not None:
            return _Taken(answer, quiz, question, question.option, fresh=False)
        if question.question in self._held_back.get(quiz.guild or 0, ()) and not answer.given_up:
            return waits(quiz.kind)
        chose = answer.place != TIME_RAN_OUT
        option = question.arrangement[answer.place] if chose else TIME_RAN_OUT
        answered = question._replace(option=option, answered_at=answer.at)
        self._questions[answer.quiz, answer.position] = answered
        self.quizzes[quiz.id] = quiz._replace(left=quiz.left - 1)
        return _Taken(answer, quiz, answered, option, fresh=True)


async def _held_back(unit: Unit, quizzes: Iterable[QuizHead]) -> dict[int, frozenset[str]]:
    guilds = {quiz.guild for quiz in quizzes if quiz.guild is not None}
    return await unit.polls.open_questions(guilds)


async def _asked(unit: Unit, library: Holdings, taken: Iterable[_Taken | Refusal]) -> dict[str, Asked]:
    questions = {one.question.meaning: one.question.question for one in taken if isinstance(one, _Taken)}
    stored = await unit.meanings.get(questions)
    known = await library.knowing(unit, questions.values())
    return {meaning: as_served(stored[meaning], question, known) for meaning, question in questions.items()}


def _verdict(
    quiz: QuizHead,
    taken: _Taken,
    served: Asked,
    entries: Mapping[tuple[int, str | None], Sequence[Entry]],
    claims: Mapping[tuple[int, str], str],
) -> Verdict:
    pair = quiz.member, taken.question.question
    return Verdict(
        quiz=quiz,
        question=taken.question,
        asked=served,
        option=taken.option,
        fresh=taken.fresh,
        moved=tuple(moved(entry) for entry in entries.get(pair, ())),
        told=claims.get(pair) == quiz.told,
    )


async def finish(unit: Unit, library: Holdings, quizzes: Sequence[QuizHead | Quiz], at: datetime) -> None:
    """End quizzes, and settle the matches at one go that they may have been."""
    if not quizzes:
        return
    await unit.quizzes.finish((quiz.id for quiz in quizzes), at)
    matches = [quiz.id for quiz in quizzes if quiz.kind == "versus" or quiz.attempt != FIRST]
    for quiz in (await unit.quizzes.get(matches)).values() if matches else ():
        if quiz.begun:
            await settle_at_one_go(unit, library, quiz, at)


def _refusal(quiz: QuizHead | None, question: QuizQuestion | None, answer: Answer) -> Refusal | None:
    if quiz is None or question is None:
        return unknown()
    if quiz.member != answer.member:
        return NotAllowed(N_("This quiz is somebody else's. Start your own with /quiz."))
    if answer.place != TIME_RAN_OUT and answer.place not in range(len(question.arrangement)):
        return Refusal(N_("This question has no such option. Choose one of its buttons."))
    if question.shown_at is None and question.option is None:
        return Refusal(N_("This question was not asked yet. Go on with /quiz."))
    if quiz.finished_at is not None and question.option is None:
        return Refusal(N_("This quiz is over. Start a new one with /quiz."))
    return None


def _evidence(taken: _Taken, served: Asked) -> Evidence:
    return Evidence(
        member=taken.quiz.member,
        asked=served,
        difficulty=taken.question.difficulty,
        correct=taken.option == served.key,
        weight=SOLO_WEIGHT,
        at=taken.answer.at,
        guild=taken.quiz.guild,
        source=taken.quiz.source,
        rated_at=taken.answer.at,
    )


def waits(kind: Kind = "check") -> Refusal:
    """All that is left of a quiz is in an open poll of its server."""
    if kind == "duel":
        return Refusal(
            N_(
                "What is left of your side is in an open poll here. Answer it there, and press “Play” again when it has closed."
            )
        )
    return Refusal(
        N_(
            "What is left of this quiz is in an open poll here. Answer it there, and go on with /quiz when it has closed."
        )
    )


def unknown() -> Refusal:
    """There is no such quiz."""
    return Refusal(N_("This quiz is no longer known here. Start a new one with /quiz."))
