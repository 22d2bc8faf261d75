"""Quizzes and matches in all their states, and why answers did what they did."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

from bot.actions.climbing import Climb
from bot.actions.library import Library
from bot.actions.openings import Busy, Opening
from bot.actions.rating import Moved
from bot.actions.reasons import Reason, Unrated
from bot.actions.summaries import Summary
from bot.actions.versus import NoMatch, Obstacle, Played, Score, Terms
from bot.chat import quiz_openings, quiz_summaries, why
from bot.chat.screens import Screen
from bot.storage.matches import Match
from bot.storage.quizzes import TIME_RAN_OUT, Quiz, QuizQuestion
from ladder.match import Odds, Outcome
from ladder.standings import Ladder
from ladder.tiers import NextStep, Tier
from lessons.model import Lesson

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_QUESTION = QuizQuestion(1, 0, "", "", 1700, (0, 1), None, None, None)
_ODDS = Odds(win=0.203601, draw=0.217702, loss=0.578697)
MOVED = Moved(Ladder.world(), 2450, 2437, 0.987654, 2450, 1.0, 12.3)


def _quiz(lesson: Lesson, kind: str, *states: str, attempt: int = 1) -> Quiz:
    questions = tuple(
        _QUESTION._replace(
            position=at,
            shown_at=None if state == "unshown" else _NOW,
            option={"right": 0, "over": TIME_RAN_OUT}.get(state),
        )
        for at, state in enumerate(states)
    )
    quiz = Quiz(1, 1, None, lesson.slug, lesson.title, _NOW, _NOW, questions, attempt)
    return replace(quiz, kind="versus" if kind == "versus" else "check")


def openings(lesson: Lesson) -> Iterator[Screen]:
    """Everything that may be shown before a quiz."""
    unshown = ("unshown",) * 5
    for provisional in (True, False):
        for answered in (0, 2):
            terms = Terms(1, lesson.questions, Score(1, 1, answered, 5), _ODDS, provisional)
            for kind in ("check", "versus"):
                for rated in (0, 1, 2, 5):
                    quiz = _quiz(lesson, kind, *unshown)
                    yield quiz_openings.opening_screen(Opening(quiz, False, rated, rated, terms))
            rematch = _quiz(lesson, "versus", *unshown, attempt=2)
            yield quiz_openings.opening_screen(Opening(rematch, False, 0, 0, terms))
    for kind in ("check", "versus"):
        one = _quiz(lesson, kind, "unshown")
        yield quiz_openings.opening_screen(Opening(one, False, 1, 1))
        begun = _quiz(lesson, kind, "right", "shown", "unshown")
        yield quiz_openings.opening_screen(Opening(begun, True, 2, 0, score=Score(1, 0, 1, 3)))
        yield quiz_openings.left_open_screen(begun)
        for costs in (0, 1, 2):
            for versus in (True, False):
                for states in (("right", "shown", "unshown"), ("shown", "shown", "unshown", "unshown")):
                    busy = Busy(_quiz(lesson, kind, *states), lesson, versus, costs)
                    yield quiz_openings.outlook_screen(busy)
        yield quiz_openings.outlook_screen(Busy(_quiz(lesson, kind, "shown"), lesson, False, 1))
    yield quiz_openings.kept_screen(1)
    for obstacle in get_args(Obstacle):
        yield quiz_openings.outlook_screen(NoMatch(lesson, obstacle))
    for outcome in Outcome:
        for title in (Tier.IRON, Tier.GOLD):
            yield quiz_openings.outlook_screen(Played(lesson, _match(outcome), title))


def _match(outcome: Outcome) -> Match:
    return Match(1, "", 1, 1700, 5, 3, 3, outcome, _NOW, "quiz:1", 5)


def summaries(library: Library, lesson: Lesson) -> Iterator[Screen]:
    """Everything that may be shown after a quiz."""
    for kind in ("check", "versus"):
        quiz = _quiz(lesson, kind, "right", "right")
        bare = Summary(quiz, 2, 2, 0, None, None, Tier.IRON, ())
        for lost in (0, 1, 2):
            yield quiz_summaries.summary_screen(library, replace(bare, lost=lost))
        yield quiz_summaries.summary_screen(library, replace(bare, quiz=_quiz(lesson, kind, "unshown")))
        for rated in (1, 2):
            moved = replace(bare, rated=rated, moved=MOVED, xp=10 * rated, versus=True)
            yield quiz_summaries.summary_screen(library, moved)
        for outcome in Outcome:
            for climb in (None, Climb(Tier.SILVER, Tier.GOLD)):
                for title in (Tier.IRON, Tier.GOLD):
                    step = NextStep(Tier.PLATINUM, 157, needs_win=True)
                    full = replace(
                        bare, match=_match(outcome), title=title, climb=climb, rating=1643, missing=step
                    )
                    yield quiz_summaries.summary_screen(library, full)
        risen = replace(bare, climb=Climb(Tier.SILVER, Tier.GOLD), rating=1643)
        yield quiz_summaries.summary_screen(library, risen)


def reasons(library: Library) -> Iterator[Screen]:
    """Every explanation of a change, and of none."""
    for why_not in get_args(Unrated):
        for at in (None, _NOW):
            nothing = Reason("curated:q", "Хто?", False, "answer", True, (), False, why_not, at)
            yield why.why_screen(library, nothing)
    category = library.catalogue.categories[0].slug if library.catalogue.categories else "logic"
    ladders = (Ladder.world(), Ladder.server(1), Ladder.season(1, 1), Ladder.category(category))
    for weight in (1.0, 0.5, 0.25):
        moved = tuple(MOVED._replace(ladder=ladder, weight=weight) for ladder in ladders)
        for voided in (True, False):
            yield why.why_screen(
                library, Reason("curated:q", "Хто? " * 99, True, "answer", weight == 1.0, moved, voided)
            )
        yield why.why_screen(library, Reason("curated:q", "Хто?", True, "review", True, moved, False))
