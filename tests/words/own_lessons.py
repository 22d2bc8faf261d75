"""The page about lessons on the walk: what is served, a file from hand to hand, and everything that is refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.actions import own_lessons
from bot.actions.lesson_archives import Archive
from bot.actions.own_lessons import Draft, OwnLesson, OwnList, Rejected
from bot.actions.refusals import Refusal
from bot.actions.statistics import QuestionFigures
from bot.chat import handing_in, lesson_previews, lesson_settings, own_figures, own_lesson_pages, reports
from bot.chat.audit_words import entry_words
from bot.chat.screens import Screen, note
from bot.storage.audit_log import LogEntry
from bot.storage.own_lessons import Edition
from bot.words import speaking
from ladder.difficulty import Measured
from ladder.statistics import Draw, Finding, Flag, QuestionStatistics, share_of
from lessons.catalogue import Catalogue
from lessons.faults import Fault, Warned
from lessons.model import Lesson
from lessons.problems import Problem
from lessons.proposing import Proposed
from tests.words.pseudo import PERSON
from tests.words.shelf import shelf

_AT = datetime(2026, 1, 1, tzinfo=UTC)


def _file(ids: str = "абв", why: str = "Бо так.") -> bytes:
    questions = "".join(
        f"""
  - id: mine-{number}
    stem: Хто там, {sign}?
    options:
      - {{text: Я {sign}, correct: true}}
      - {{text: Ти, feedback: Ні., repairs: s1}}
      - {{text: Вони, feedback: Теж ні.}}
    explanation: {why}
    allow: {{explanation: Так треба.}}"""
        for number, sign in enumerate(ids)
    )
    return f"""title: Наше
summary: Про нас.
category: Своє
minutes: 2
rating: 1500
sections:
  - {{id: s1, title: Перше, text: {"Слово. " * 250}}}
  - {{id: s2, title: Друге, text: Кінець.}}
key_idea: Думка.
questions:{questions}
""".encode()


async def walk_through(walk: Any) -> None:
    """Choose categories; hand a lesson in, look at it, publish it twice, go back, retire it, and ask for all of them."""
    ada, first = walk.ada, shelf().categories[0].slug
    panel = await walk.slash(ada, "settings")
    await walk.choose(ada, panel, "settings1:", "lessons")
    await walk.choose(ada, walk.seen_again(panel), "served1", first)
    await _again(walk, panel, "served1", [one.slug for one in shelf().categories])
    await _hand_in(walk, panel, "ownhandin1", _file())
    for start in (
        "ownpage1:",
        "ownpage1:",
        "ownasked1:mine:1:1:page",
        "ownasked1:mine:1:1:told",
        "ownasked1:mine:1:1:row",
        "ownback1:",
        "ownpub1:",
    ):
        await walk.press(ada, walk.seen_again(panel), start)
    await _hand_in(walk, panel, "ownhandin1", _file(why="Інакше."))
    await walk.press(ada, walk.seen_again(panel), "ownback1:")
    await walk.press(ada, walk.seen_again(panel), "owndrop1:")
    await _hand_in(walk, panel, "ownhandin1", _file(why="Інакше."))
    await walk.press(ada, walk.seen_again(panel), "ownpub1:")
    await walk.choose(ada, walk.seen_again(panel), "ownpick1", "mine")
    await walk.press(ada, walk.seen_again(panel), "ownstats1:")
    await walk.press(ada, walk.seen_again(panel), "ownlesson1:")
    for version in ("2", "1"):
        await walk.choose(ada, walk.seen_again(panel), "ownver1:", version)
        if version == "2":
            await walk.press(ada, walk.seen_again(panel), "ownlesson1:")
    await walk.press(ada, walk.seen_again(panel), "ownpub1:")
    await walk.press(ada, walk.seen_again(panel), "ownzip1:")
    await walk.choose(ada, walk.seen_again(panel), "ownpick1", "mine")
    await walk.press(ada, walk.seen_again(panel), "ownretire1:")
    await walk.choose(ada, walk.seen_again(panel), "ownpick1", "mine")
    await walk.choose(ada, walk.seen_again(panel), "ownver1:", "1")
    await walk.press(ada, walk.seen_again(panel), "ownpage1:")
    await walk.forge(ada, walk.seen_again(panel), "owndrop1:mine")
    await _refusals(walk)
    _screens(walk)


async def _again(walk: Any, panel: Any, custom_id: str, values: list[str]) -> None:
    await walk.ada.select(walk.seen_again(panel), values, custom_id=custom_id)
    walk.note()


async def _hand_in(walk: Any, panel: Any, custom_id: str, source: bytes) -> None:
    form: Any = await walk.ada.click(walk.seen_again(panel), custom_id=custom_id)
    walk.note()
    await walk.fill(walk.ada, form, ("mine.yaml", source))


async def _refusals(walk: Any) -> None:
    """Everything that cannot be had, as it is said."""
    own, guild, by = walk.bot.actions.own_lessons, walk.guild.id, walk.ada.id
    lesson, library = shelf().lessons[0], shelf()
    full = [_edition(str(number)) for number in range(own_lessons.MOST_LESSONS)]
    known = replace(lesson, questions=(replace(lesson.questions[0], id="1"),))
    taken = {"1": own_lessons.Taken("", "other")}
    circle = replace(lesson, slug="a", title="А", requires=("b",))

    async def call(work: Callable[[], object]) -> None:
        work()

    asked: list[Awaitable[object]] = [
        own.archive(guild + 1, 0),
        own.retire(guild, by, "mine"),
        own.publish(guild, by, "mine", 1),
        own.publish(guild, by, "mine", 1),
        own.hand_in(guild, by, "mine.yaml", _file()),
        own.look(guild, "mine", 99),
        own.proposed(guild, "mine"),
        call(lambda: own_lessons._require_room(full, "mine")),
        call(lambda: own_lessons._new_promises(known, "mine", taken)),
        call(lambda: own_lessons._require_fits(lesson, library, ())),
        call(
            lambda: own_lessons._require_fits(
                circle, Catalogue(()), [replace(lesson, slug="b", requires=("a",))]
            )
        ),
    ]
    for one in asked:
        with speaking(PERSON):
            try:
                await one
            except Refusal as refusal:
                walk.tour.screen(note(str(refusal)))
    with speaking(PERSON):
        walk.tour.screen(note(str(own_lessons.too_large()), str(handing_in.not_given())))


def _edition(name: str = "mine", **values: Any) -> Edition:
    return replace(Edition(1, name, 1, "Наше", "published", 1, _AT, _AT), **values)


def _screens(walk: Any) -> None:
    """Screens in the kinds that the walk does not come to."""
    lesson, path = shelf().lessons[0], Path("наше.yaml")
    problems = tuple(Problem(path, line, 1, "title", "Так не годиться. " * 9) for line in range(1, 40))
    warnings = tuple(Warned(path, line, 1, "", Fault.MINUTES, "Можна краще. " * 9) for line in range(1, 40))
    waiting = _edition(version=2, state="draft", by=0)
    editions = tuple(_edition(version=number, state="replaced") for number in range(12, 0, -1))
    with speaking(PERSON):
        for count in (1, 2, 39):
            walk.tour.screen(handing_in.rejected_screen(Rejected("наше", problems[:count])))
            walk.tour.screen(
                handing_in.draft_screen(Draft(waiting, lesson, "abc", warnings[:count], replaces=None))
            )
        for own in (
            OwnLesson((waiting,), 1),
            OwnLesson((waiting, _edition()), 5),
            OwnLesson((_edition(state="retired"),), 0),
            OwnLesson(editions, 2),
            OwnLesson(editions[:9], 2),
        ):
            walk.tour.screen(own_lesson_pages.lesson_screen(own))
            walk.tour.screen(Screen(*lesson_settings.own_parts(OwnList((own,), 0, 2, 1))))
        walk.tour.screen(own_lesson_pages.edition_screen(None, waiting, []))
        walk.tour.screen(own_lesson_pages.edition_screen(_edition(), waiting, ["+ так"] * 2000))
        walk.tour.screen(own_figures.figures_screen("mine", [], 1))
        walk.tour.screen(own_figures.figures_screen("mine", [_figures(lesson)] * 9, 2))
        walk.tour.screen(own_figures.proposed_screen("mine", Proposed("", "")))
        walk.tour.screen(note(*(own_figures.flag_words(Finding(flag, (1,))) for flag in Flag)))
        for lesson in shelf().lessons[:3]:
            walk.tour.screen(lesson_previews.question_screen(Draft(_edition(), lesson, "abc"), 1))
            walk.tour.screen(lesson_previews.told_screen(Draft(_edition(), lesson, "abc"), 1))
        walk.tour.screen(reports.thanks_screen(in_server=True, own=True))
        for before, after in ((None, 1), (1, 2), (2, None)):
            entry = LogEntry(1, 1, 1, _AT, own_lessons.OWN_LESSON, "mine", None, before, after, None, None)
            walk.tour.screen(note(entry_words(entry)))
        walk.tour.screen(Screen(*lesson_settings.served_parts(shelf().categories, ())))
        walk.tour.screen(lesson_settings.archive_screen(Archive(b"", 1, 0, 2)))


def _figures(lesson: Lesson) -> QuestionFigures:
    draws = tuple(Draw(option, share_of(3, 90), 0.1) for option in range(1, 3))
    found = QuestionStatistics(90, share_of(60, 90), 0.31, draws, (Finding(Flag.DEAD_DISTRACTOR, (1, 2)),))
    return QuestionFigures(lesson, lesson.questions[0], found, Measured(1620, 40))
