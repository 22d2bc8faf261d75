"""Before a quiz: its rules, the terms of a match, and what stands in its way."""

from bot.actions.openings import Busy, Opening, Outlook
from bot.actions.versus import NoMatch, Played, Score, Terms
from bot.chat import lessons, quizzes, receipts, shelves
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import RIGHT, machine, tier_colour
from bot.storage.quizzes import Quiz
from bot.words import _, ngettext
from ladder.match import FEWEST_QUESTIONS, Odds, Outcome


def outlook_screen(outlook: Outlook) -> Screen:
    """What a quiz that was asked for comes to."""
    if isinstance(outlook, Busy):
        return busy_screen(outlook)
    if isinstance(outlook, Played):
        return played_screen(outlook)
    if isinstance(outlook, NoMatch):
        return no_match_screen(outlook)
    return opening_screen(outlook)


def opening_screen(opening: Opening) -> Screen:
    """What is about to be asked, and the rules, before the first question counts."""
    quiz = opening.quiz
    left = sum(question.option is None for question in quiz.questions)
    if quiz.kind == "versus":
        title = _("# ⚔️ You versus {machine}", machine=machine(quiz.questions[0].difficulty))
        facts = [quiz.lesson_title, ngettext("{n} question", "{n} questions", left)]
    else:
        title = (
            _("# 🤺 Your side of the duel: {lesson}", lesson=quiz.lesson_title)
            if quiz.kind == "duel"
            else _("# ✏️ Check yourself: {lesson}", lesson=quiz.lesson_title)
        )
        facts = [ngettext("{n} question", "{n} questions", left), machine(quiz.questions[0].difficulty)]
    if quiz.begun:
        facts.append(_done_words(quiz))
    rules = [*_counted(opening, left), *_held_back(opening)]
    parts: list[AnyItem] = [text(title, "-# " + " · ".join(facts)), line()]
    if quiz.kind == "versus":
        parts += [*_terms(opening), text(*(f"- {rule}" for rule in [*_match_rules(opening), *rules]))]
    else:
        shown = [
            _(
                "Each press is final. A question that was shown counts as wrong if it stays unanswered for 24 hours or you give the quiz up."
            )
        ]
        if quiz.kind == "duel":
            shown = [
                _(
                    "Each press is final. A question that was shown counts as wrong if it stays unanswered for 24 hours."
                ),
                _("More right answers win the duel. The channel is told how many, not which."),
            ]
        parts.append(text(*(f"- {rule}" for rule in [rules[0], *shown, *rules[1:]])))
    buttons: list[AnyItem] = [quizzes.NextButton(quiz.id, _("Go on") if quiz.begun else _("Start"))]
    if quiz.kind == "check" and opening.match is not None and not quiz.begun:
        buttons.append(quizzes.VersusButton(quiz.lesson, quiz.questions[0].difficulty))
    buttons.append(lessons.OpenButton(quiz.lesson, _("Read the lesson first")))
    return Screen(card(*parts, row(*buttons), colour=tier_colour(quiz.questions[0].difficulty)))


def _done_words(quiz: Quiz) -> str:
    done = sum(question.option is not None for question in quiz.questions)
    return _("{done} of {total} answered already", done=done, total=len(quiz.questions))


def _counted(opening: Opening, left: int) -> list[str]:
    """Which of the questions move the rating."""
    if not opening.rated and opening.quiz.attempt > 1:
        return [_("You have answered all of them before, so your rating stays as it is.")]
    if not opening.rated:
        return [_("You have met all of them before, so they are practice and move no rating.")]
    if opening.rated == left:
        return [
            ngettext(
                "{n} question is new to you and moves your rating.",
                "All {n} of them are new to you and move your rating.",
                opening.rated,
            )
        ]
    return [
        ngettext(
            "{n} of them is new to you and moves your rating; the others are practice.",
            "{n} of them are new to you and move your rating; the others are practice.",
            opening.rated,
        )
    ]


def _held_back(opening: Opening) -> list[str]:
    if not opening.held_back:
        return []
    return [
        ngettext(
            "{n} more waits in an open poll of this server; answer it there.",
            "{n} more wait in open polls of this server; answer them there.",
            opening.held_back,
        )
    ]


def _terms(opening: Opening) -> list[AnyItem]:
    """The odds of a match that is about to begin, and what it stands at."""
    told: list[str] = []
    stands = opening.score
    if opening.match is not None:
        told += odds_lines(opening.match)
        stands = opening.match.score
    if stands is not None and stands.answered and opening.quiz.begun:
        told.append(score_words(stands))
    elif stands is not None and stands.answered:
        told.append(
            _(
                "{n} of {total} you have answered already: **you {own}, the machine {theirs}**. Only the rest is asked.",
                n=stands.answered,
                total=stands.total,
                own=stands.own,
                theirs=stands.machine,
            )
        )
    return [text(*told), line()] if told else []


def odds_lines(terms: Terms) -> list[str]:
    """How likely each outcome is, said humbly while the rating is a rough one."""
    win, draw, loss = percents(terms.odds)
    told = _(
        "Your odds: **win {win} %** · draw {draw} % · loss {loss} %",
        win=win,
        draw=draw,
        loss=loss,
    )
    rough = _("-# Your rating is still a rough guess, and so are these odds.")
    return [told, rough] if terms.provisional else [told]


def percents(odds: Odds) -> tuple[int, int, int]:
    """The chances to win, draw and lose in whole percent, which are a hundred together."""
    exact = [odds.win * 100, odds.draw * 100, odds.loss * 100]
    whole = [int(one) for one in exact]
    by_rest = sorted(range(3), key=lambda at: whole[at] - exact[at])
    for at in by_rest[: 100 - sum(whole)]:
        whole[at] += 1
    return whole[0], whole[1], whole[2]


def score_words(score: Score) -> str:
    """How both sides of a match stand: You 3, the machine 2 of 4."""
    return _(
        "⚔️ You **{own}**, the machine **{theirs}** of {n}",
        own=score.own,
        theirs=score.machine,
        n=score.answered,
    )


def _match_rules(opening: Opening) -> list[str]:
    total = opening.match.score.total if opening.match is not None else len(opening.quiz.questions)
    rules = [
        _("More right answers than the machine win the match; as many are a draw."),
        _(
            "All of it is one go, and each press is final: what was shown and stays unanswered for 24 hours counts as wrong, and if you leave, so does the rest in the match."
        ),
        _("The match itself moves no rating. A win can earn you the title."),
    ]
    if opening.quiz.attempt > 1:
        again = _("This is a rematch over all {n} questions, in a new order.", n=total)
        rules.insert(0, again)
    return rules


def busy_screen(busy: Busy) -> Screen:
    """Another quiz is open: what giving it up costs, and the choice."""
    quiz = busy.quiz
    asked = _("To start **{lesson}**, finish it first or give it up.", lesson=busy.wanted.title)
    if busy.versus:
        asked = _(
            "To meet {machine} in **{lesson}**, finish it first or give it up.",
            machine=machine(busy.wanted.rating),
            lesson=busy.wanted.title,
        )
    return Screen(
        card(
            text(_("# ✏️ You have a quiz open"), *_open_quiz(quiz), asked),
            line(),
            text(_("If you give it up:"), *(f"- {one}" for one in _costs(busy))),
            row(
                quizzes.NextButton(quiz.id, _("Go on with it")),
                quizzes.InsteadButton(quiz.id, "v" if busy.versus else "c", busy.wanted.slug),
                quizzes.KeepButton(quiz.id),
            ),
            colour=tier_colour(quiz.questions[0].difficulty),
        )
    )


def _open_quiz(quiz: Quiz) -> list[str]:
    name = (
        _(
            "{lesson} versus {machine}",
            lesson=quiz.lesson_title,
            machine=machine(quiz.questions[0].difficulty),
        )
        if quiz.kind == "versus"
        else quiz.lesson_title
    )
    return [f"**{name}** · {_done_words(quiz)}"]


def _costs(busy: Busy) -> list[str]:
    quiz, unanswered = busy.quiz, sum(one.option is None for one in busy.quiz.questions)
    told = [
        ngettext(
            "{n} question that was shown and not answered counts as wrong in your rating.",
            "{n} questions that were shown and not answered count as wrong in your rating.",
            busy.costs,
        )
        if busy.costs
        else _("Your rating stays as it is.")
    ]
    if quiz.kind == "versus":
        settled = ngettext(
            "The match is over, and its {n} unanswered question counts as wrong in it.",
            "The match is over, and its {n} unanswered questions count as wrong in it.",
            unanswered,
        )
        told.insert(0, settled)
    if busy.unshown:
        told.append(
            ngettext(
                "{n} question that was not shown stays open to you.",
                "{n} questions that were not shown stay open to you.",
                busy.unshown,
            )
        )
    return told


def left_open_screen(quiz: Quiz, purpose: shelves.Purpose = "check") -> Screen:
    """A quiz is open: going on with it, or looking for another lesson for that purpose."""
    return Screen(
        card(
            text(_("# ✏️ You have a quiz open"), *_open_quiz(quiz)),
            row(
                quizzes.NextButton(quiz.id, _("Go on with it")),
                shelves.ShelfButton(shelves.View(purpose).encode(), _("Choose another lesson"), "📚"),
            ),
            colour=tier_colour(quiz.questions[0].difficulty),
        )
    )


def kept_screen(quiz: int) -> Screen:
    """Nothing was given up."""
    return Screen(
        text(_("{sign} Nothing was changed, and your quiz stays open.", sign=RIGHT)),
        row(quizzes.NextButton(quiz, _("Go on with it"))),
    )


def played_screen(played: Played) -> Screen:
    """A match that is over: what came of it, and when it may be played again."""
    match, lesson = played.match, played.lesson
    told = receipts.match_lines(match, played.title)
    if match.outcome is Outcome.WIN:
        told.append(_("A machine is beaten once and for all; its questions are here for practice."))
    else:
        told.append(_("Until then its questions are here for practice."))
    return Screen(
        card(
            text(_("# ⚔️ {lesson}: this match is played", lesson=lesson.title), *told),
            row(
                quizzes.CheckButton(lesson.slug),
                shelves.ShelfButton(shelves.View("check").encode(), _("Choose another lesson"), "📚"),
            ),
            colour=tier_colour(match.difficulty),
        )
    )


def no_match_screen(found: NoMatch) -> Screen:
    """Why there is no match now, and what there is instead."""
    lesson = found.lesson
    if found.why == "short":
        why = _(
            "A match takes {n} questions or more, and this lesson has fewer. You can check yourself with what it has.",
            n=FEWEST_QUESTIONS,
        )
    elif found.why == "own":
        why = _(
            "This lesson is the server's own, and only the library's lessons have a machine to beat. You can check yourself with it."
        )
    else:
        why = _(
            "Some of its questions wait in polls that are still open, so the match cannot be played at one go now. Come back when they have closed, or check yourself with the others."
        )
    return Screen(
        card(
            text(_("# ⚔️ {lesson}: no match now", lesson=lesson.title), why),
            row(
                quizzes.CheckButton(lesson.slug),
                shelves.ShelfButton(shelves.View("check").encode(), _("Choose another lesson"), "📚"),
            ),
            colour=tier_colour(lesson.rating),
        )
    )
