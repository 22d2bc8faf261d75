"""Every screen over lessons as long as they may be, in languages 40 % longer than English."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.actions.asking import asked
from bot.actions.library import Library
from bot.actions.marking import Verdict
from bot.actions.openings import Opening
from bot.actions.peer_rounds import Withheld
from bot.actions.polls import OpenPoll, OwnResult, PollResult, Practice, Recorded
from bot.actions.quizzes import Put
from bot.actions.rating import Moved
from bot.actions.series_steps import SumUp
from bot.actions.series_summary import Line
from bot.actions.series_summary import Summary as SummaryOfSeries
from bot.actions.summaries import Summary
from bot.chat import (
    ballots,
    lessons,
    peer_rounds,
    poll_cards,
    poll_results,
    quiz_openings,
    quiz_summaries,
    quizzes,
    series_screens,
    shared_lessons,
    shelves,
)
from bot.chat.screens import Screen
from bot.storage.matches import Match
from bot.storage.polls import Poll
from bot.storage.quizzes import TIME_RAN_OUT, Quiz, QuizHead, QuizQuestion
from bot.storage.series import Series
from bot.words import speaking
from ladder.match import Outcome
from ladder.poll import tally
from ladder.standings import Ladder
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from lessons.model import Lesson, Question
from tests.words import matches
from tests.words.discord_limits import prose, too_much
from tests.words.lists import own_lists
from tests.words.pseudo import LETTERS, SERVER
from tests.words.shelf import giants

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MOVED = tuple(
    Moved(ladder, 2450, 2437, 0.987654, 2450, 0.5, -12.3)
    for ladder in (Ladder.world(), Ladder.server(10**18), Ladder.category("x"))
)
MATCH = Match(1, "lesson", 1, 2450, 40, 20, 20, Outcome.WIN, NOW, "quiz:1", 5)


@pytest.fixture(params=["curated", "giants"])
def library(request: pytest.FixtureRequest, curated: Catalogue) -> Library:
    return Library(curated if request.param == "curated" else giants())


def pages(library: Library, lesson: Lesson) -> Iterator[Screen]:
    for number in range(1, len(library.pages(lesson)) + 1):
        yield lessons.lesson_screen(library, lesson, number, resumed=True)
        yield shared_lessons.public_screen(library, lesson, number)


def lists(library: Library) -> Iterator[Screen]:
    searches = ("жаба", "gradient", "ы" * 42)
    for purpose in ("read", "check"):
        views = [shelves.View(purpose, number=number) for number in range(3)]
        views += [shelves.View(purpose, query=query) for query in searches]
        views += [shelves.View(purpose, category=one.slug) for one in library.catalogue.categories]
        for view in views:
            yield shelves.shelf_screen(library, view)
            yield from own_lists(library, view)


def of_a_poll(library: Library, lesson: Lesson, question: Question) -> Iterator[Screen]:
    served = asked(lesson, question)
    poll = Poll(
        10**9,
        1,
        2,
        3,
        4,
        served.question,
        served.meaning,
        lesson.rating,
        SERVER,
        "closed",
        NOW,
        NOW,
        NOW,
        None,
    )
    yield poll_cards.open_screen(OpenPoll(poll, served, 123_456))
    options = range(len(served.options))
    for votes in ([], list(options), [0] * 1000):
        yield poll_results.result_screen(PollResult(poll, served, tally(votes, len(options))))
    yield poll_results.own_result_screen(library, OwnResult(poll, served, None, (), None, Tier.IRON))
    for option in options:
        for fresh in (True, False):
            yield ballots.recorded_screen(Recorded(poll, served, option, fresh))
        yield poll_results.practice_screen(library, Practice(poll, served, option))
        for moved, match in (((), None), (MOVED, MATCH)):
            own = OwnResult(poll, served, option, moved, match, Tier.IRON)
            yield poll_results.own_result_screen(library, own)


def of_a_series(lesson: Lesson) -> Iterator[Screen]:
    questions = [question.id for question in lesson.questions]
    series = Series(
        10**9, 1, 2, 3, 4, lesson.slug, lesson.title, questions, 0, 604_799, "private", False, True,
        SERVER, "done", NOW, NOW, None, NOW,
    )  # fmt: skip
    yield series_screens.head_screen(series)
    yield series_screens.over_screen(series)
    yield series_screens.broken_off_screen(series)
    lines: list[Line] = []
    for question in lesson.questions:
        served = asked(lesson, question)
        poll = Poll(
            10**9, 1, 2, 3, 4, served.question, served.meaning, lesson.rating, SERVER, "closed", NOW, NOW,
            NOW, None, series=1, place=39,
        )  # fmt: skip
        for hides in (True, False):
            result = PollResult(
                replace(poll, spoiler=hides),
                served,
                tally([*range(len(served.options))] * 9, len(served.options)),
            )
            yield peer_rounds.withheld_screen(result, Withheld(series, NOW, NOW))
            yield peer_rounds.both_screen(result, result)
        yield poll_cards.open_screen(OpenPoll(replace(poll, rated=False), served, 123_456))
        lines.append(Line(poll, served, 10_000, 10_000, (10_000, 10_000)))
    summary = SummaryOfSeries(tuple(lines * 40)[:40], 40, 0.5, 0.6, "Ж" * 32, 999)
    yield series_screens.summary_screen(SumUp(series, summary))


def of_a_quiz(library: Library, lesson: Lesson, question: Question) -> Iterator[Screen]:
    served = asked(lesson, question)
    options = range(len(served.options))
    put = QuizQuestion(1, 39, served.question, served.meaning, lesson.rating, tuple(options), NOW, None, None)
    quiz = Quiz(10**9, 1, 2, lesson.slug, lesson.title, NOW, None, (put,) * 40)
    for taken_up in (True, False):
        yield quiz_openings.opening_screen(Opening(quiz, taken_up, 40, 40))
    yield quizzes.question_screen(Put(quiz, put, served.stem, served.options, rated=True))
    for option in (TIME_RAN_OUT, *options):
        for fresh, moved in ((True, MOVED), (False, ())):
            head = QuizHead(10**9, 1, 2, lesson.slug, None, 1, 40, 40)
            verdict = Verdict(head, put._replace(option=option), served, option, fresh, moved)
            yield quizzes.verdict_screen(library, verdict)
    repairs = tuple((lesson.slug, section.id) for section in lesson.sections)
    for moved in (None, MOVED[0]):
        yield quiz_summaries.summary_screen(
            library, Summary(quiz, 0, 40, 40, moved, MATCH, Tier.IRON, repairs)
        )


def every_screen(library: Library) -> Iterator[Screen]:
    yield from lists(library)
    yield from matches.reasons(library)
    for lesson in library.lessons:
        yield from matches.openings(lesson)
        yield from matches.summaries(library, lesson)
        yield from pages(library, lesson)
        yield from of_a_series(lesson)
        for question in lesson.questions:
            yield from of_a_poll(library, lesson, question)
            yield from of_a_quiz(library, lesson, question)


@pytest.mark.parametrize("locale", LETTERS)
def test_every_screen_fits_discord_in_a_language_two_fifths_longer(
    pseudo: None, library: Library, locale: str
) -> None:
    fullest: dict[str, Any] = {}
    with speaking(locale):
        for screen in every_screen(library):
            payload = {"components": screen.to_components()}
            assert not too_much(payload), payload
            fullest = max(fullest, payload, key=prose)
    assert prose(fullest) > 1_500  # something big was among them
