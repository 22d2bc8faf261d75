"""What comes back to a member: reviews, their own page, reminders; and reports, and titles that are told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.actions import me as me_actions
from bot.actions import reasons
from bot.actions import reviews as review_actions
from bot.actions.asking import asked
from bot.actions.climbing import Climb
from bot.actions.ladders import Card, Place, Strength
from bot.actions.library import Library
from bot.actions.me import Learned, Profile
from bot.actions.promotions import Announcement
from bot.actions.rating import Moved
from bot.actions.refusals import Refusal
from bot.actions.reviews import AllClear, Asking, ReviewVerdict
from bot.actions.zones import require_zone
from bot.chat import (
    me,
    promotions,
    reminders,
    reviews,
)
from bot.chat.screens import Screen, note
from bot.storage.members import Choices
from bot.storage.promotions import Promotion
from bot.storage.quizzes import Quiz, QuizQuestion
from bot.storage.reviews import Reviewed, Upcoming
from ladder.standings import Ladder
from ladder.streak import Streak
from ladder.tiers import NextStep, Tier
from lessons.catalogue import Catalogue
from tests.words.pseudo import PERSON, SERVER

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def returning(catalogue: Catalogue) -> Iterator[Screen]:
    """Reviews from the first question to the last, and what stands in their way."""
    library = Library(catalogue)
    lesson = catalogue.lessons[0]
    served = asked(lesson, lesson.questions[0])
    asking = Asking(
        served,
        tuple(range(len(served.options))),
        Upcoming(served.question, served.meaning, 1, 60, _NOW),
        1,
        lesson.rating,
        rated=True,
    )
    sitting = reviews.Sitting(3, 7, 2)
    wrong = (served.key + 1) % len(served.options)
    for clear in (AllClear(None, known=False), AllClear(None), AllClear(_NOW)):
        yield reviews.clear_screen(clear)
        yield reviews.done_screen(sitting, clear)
    for waiting in (1, 2, 5):
        yield reviews.done_screen(sitting, replace(asking, waiting=waiting))
    yield reviews.question_screen(asking, sitting)
    moved = Moved(Ladder.world(), 1500, 1502, 0.5, 1700, 0.25, 1.0)
    for option in (served.key, wrong):
        correct = option == served.key
        review = Reviewed(1, served.question, 1, served.meaning, 60, option, correct, _NOW, None, 180, _NOW)
        for more in (True, False):
            verdict = ReviewVerdict(
                served, review, lesson.rating, 2 * correct, (moved,) if more else (), fresh=more, more=more
            )
            yield reviews.verdict_screen(library, verdict, sitting)
            verdict = replace(verdict, climb=Climb(Tier.SILVER, Tier.GOLD))
            yield reviews.verdict_screen(library, verdict, sitting)
    for refusal in (
        review_actions.gone(),
        review_actions.early(),
        review_actions.held(),
        review_actions.placeless(),
    ):
        yield note(str(refusal))


def own_pages(catalogue: Catalogue) -> Iterator[Screen]:
    """One's own page in all its states, and the reminders."""
    library = Library(catalogue)
    lesson = catalogue.lessons[0]
    served = asked(lesson, lesson.questions[0])
    place = Place(1, 1843, 40, 30, provisional=True)
    strength = Strength(catalogue.categories[0].slug, 1843, provisional=True)
    card = Card(
        1, "Хтось", place, 3, None, 0, Tier.GOLD, NextStep(Tier.PLATINUM, 0, needs_win=True), (strength,)
    )
    question = QuizQuestion(1, 0, "", "", 1700, (0, 1), None, None, None)
    due = Asking(served, (), Upcoming(served.question, served.meaning, 1, 2, _NOW), 1, 1700, rated=False)
    choices = Choices(1)
    streaks = (
        Streak(0, False, None, None),
        Streak(1, True, None, date(2026, 1, 1)),
        Streak(2, False, None, date(2026, 1, 1)),
        Streak(5, False, date(2026, 1, 3), date(2026, 1, 1)),
    )
    for streak, n in zip(streaks, (0, 1, 2, 5), strict=True):
        quiz = Quiz(1, 1, None, lesson.slug, lesson.title, _NOW, None, (question,) * max(n, 1))
        yield me.profile_screen(
            library, Profile(card, streak, Learned(n, n, n, 54), quiz, due, choices, False), "Хтось", _NOW
        )
    empty = Card(1, None, None, 0, None, 0, Tier.IRON, None)
    for own in (
        replace(choices, zone="Europe/Kyiv", reminder_hour=18, refuses_duels=True),
        replace(choices, stopped="blocked"),
        replace(choices, stopped="ignored"),
    ):
        for clear in (AllClear(None), AllClear(_NOW)):
            shown = Profile(empty, streaks[0], Learned(0, 0, 0, 54), None, clear, own, True)
            yield me.profile_screen(library, shown, "Хтось", _NOW)
        yield me.reminders_screen(own)
    for told in (
        me.zone_noted(replace(choices, zone="Europe/Kyiv"), _NOW),
        me.hour_noted(replace(choices, reminder_hour=18)),
        me.stopped_noted(),
        me.duels_noted(refuses=True),
        me.duels_noted(refuses=False),
    ):
        yield note(told)
    yield reminders.reminder_screen(PERSON)
    for refusal in (
        me_actions.no_such_hour(),
        reasons.unanswered(),
        reasons.late(),
    ):
        yield note(str(refusal))
    try:
        require_zone("немає")
    except Refusal as refusal:
        yield note(str(refusal))


def congratulations() -> Iterator[Screen]:
    """What channels are told of titles, in their server's language."""
    promotion = Promotion(1, 2, Tier.PLATINUM, _NOW)
    for beaten in ("Жаби", None):
        yield promotions.congratulation(Announcement(promotion, 3, "Хтось", 1843, beaten), SERVER)
