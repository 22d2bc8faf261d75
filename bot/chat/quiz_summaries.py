"""After a quiz: how it went, what it changed, and what to do next."""

from collections.abc import Sequence

from bot.actions.library import Library
from bot.actions.summaries import Summary
from bot.chat import lessons, quizzes, receipts, shelves
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import RIGHT, change_words, tier_colour
from bot.storage.quizzes import Quiz
from bot.words import _, ngettext

_REPAIRS = 4
"""Sections worth reading again that are offered at most."""


def summary_screen(library: Library, summary: Summary, told: Sequence[str] = ()) -> Screen:
    """How a quiz went, what it changed, and what to do next; ``told`` is how the duel stands that it belongs to."""
    quiz = summary.quiz
    repairs = _repairs(library, summary)
    parts: list[AnyItem] = [
        text(_title(quiz)),
        *([text(*told)] if told else []),
        text(*_outcome_lines(summary), *_change_lines(summary)),
    ]
    if repairs:
        parts += [line(), text(_("Worth reading again:")), *rows(repairs)]
    parts += [line(), text(*_next_lines(summary)), row(*_ways_on(library, summary))]
    return Screen(card(*parts, colour=tier_colour(quiz.questions[0].difficulty)))


def _title(quiz: Quiz) -> str:
    if quiz.kind == "versus":
        return _("# ⚔️ {lesson}: the match is over", lesson=quiz.lesson_title)
    if quiz.kind == "duel":
        return _("# 🤺 {lesson}: your side of the duel", lesson=quiz.lesson_title)
    return _("# ✏️ {lesson}: done", lesson=quiz.lesson_title)


def _outcome_lines(summary: Summary) -> list[str]:
    quiz = summary.quiz
    lines: list[str] = []
    if not quiz.begun:
        return [_("It was left before it began, so nothing was counted. Start it anew with /quiz.")]
    if quiz.kind == "versus" and summary.match is None:
        lines.append(_("Too few of its questions are left in the library, so nobody has won this match."))
    lines += receipts.match_lines(summary.match, summary.title, summary.climb, summary.rating)
    told = summary.match is not None and summary.match.questions == summary.total and quiz.kind == "versus"
    if summary.total and not told:
        lines.append(
            _(
                "{sign} **{correct} of {total}** right",
                sign=RIGHT,
                correct=summary.correct,
                total=summary.total,
            )
        )
    if summary.lost:
        lines.append(
            ngettext(
                "{n} question was taken out of the library meanwhile and does not count.",
                "{n} questions were taken out of the library meanwhile and do not count.",
                summary.lost,
            )
        )
    return lines


def _change_lines(summary: Summary) -> list[str]:
    if not summary.quiz.begun:
        return []
    if summary.moved is None:
        return [_("All of it was practice, so your rating stays as it is.")]
    changed = ngettext(
        "Rating {before} → **{after}** ({change}) from {n} first answer",
        "Rating {before} → **{after}** ({change}) from {n} first answers",
        summary.rated,
        before=summary.moved.before,
        after=summary.moved.after,
        change=change_words(summary.moved.change),
    )
    earned = _("+{xp} XP", xp=summary.xp)
    return [f"{changed} · {earned}" if summary.xp else changed]


def _next_lines(summary: Summary) -> list[str]:
    lines: list[str] = []
    if summary.missing is not None:
        lines.append(receipts.next_step_words(summary.missing))
    if summary.rated:
        lines.append(_("In two days /review asks you about it again, so that it stays."))
    return lines or [_("Next: another lesson, or your place with /ladder.")]


def _ways_on(library: Library, summary: Summary) -> list[AnyItem]:
    quiz = summary.quiz
    lesson = library.find(quiz.lesson)
    ways: list[AnyItem] = []
    if lesson is not None and summary.versus:
        ways.append(quizzes.VersusButton(quiz.lesson, lesson.rating))
    following = library.after(lesson) if lesson is not None else None
    if following is not None:
        ways.append(lessons.OpenButton(following.slug, _("Next: {lesson}", lesson=following.title), "▶️"))
    if lesson is not None:
        ways.append(lessons.OpenButton(quiz.lesson, _("Read the lesson")))
    return [*ways, shelves.ShelfButton(shelves.View().encode(), _("← Lessons"))]


def _repairs(library: Library, summary: Summary) -> list[AnyItem]:
    buttons: dict[str, AnyItem] = {}
    for slug, id in summary.to_repair:
        lesson = library.find(slug)
        section = lesson.section(id) if lesson else None
        if lesson is not None and section is not None:
            found = lessons.StudyButton(slug, library.page_of(lesson, id), section.title)
            # Sections that share a page share a button: a message may not hold two of one custom_id.
            buttons.setdefault(found.custom_id, found)
    return list(buttons.values())[:_REPAIRS]
