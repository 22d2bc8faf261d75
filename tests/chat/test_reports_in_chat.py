"""Reporting a question, as people do it: from its message, with a reason, and what moderators make of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from chat.test_own_lessons_in_chat import hand_in, published
from chat_stage import (
    Stage,
    asked_in,
    both,
    buttons,
    longest_lesson,
    payload_of,
    prose,
    seen,
    small_lesson,
    units,
    walk,
)
from own_files import own_file

from bot.actions.asking import asked
from bot.actions.reports import Examined, Reported
from bot.chat.report_settings import decision_screen
from bot.storage.meanings import Asked
from bot.storage.reports import Report
from ladder.statistics import Draw, Finding, Flag, QuestionStatistics, share_of
from lessons.catalogue import Catalogue

REASON = "B is right as well, see page 12."


@pytest.fixture
def catalogue() -> Catalogue:
    """Two lessons, in which the right option says so."""
    return Catalogue((small_lesson("one", "One"), small_lesson("two", "Two", rating=1840)))


async def poll(stage: Stage) -> Any:
    return await stage.poll(lesson="one", question="one-1")


async def report(stage: Stage, who: Any, message: Any, reason: str = REASON) -> Any:
    """What the person reads after sending the form."""
    form = await who.context_menu(stage.quiz, "Report this question", message)
    if form.modal is None:
        return stage.looked_at(form)
    field = next(one["custom_id"] for one in walk(form.modal["components"]) if one["type"] == 4)
    return stage.looked_at(await who.submit_modal(form, {field: reason}))


async def opened(stage: Stage, question: str = "curated:one-1") -> Any:
    """The screen on which a moderator decides."""
    return await stage.choose(stage.moderator, await settings(stage), "reportsel1", question)


async def settings(stage: Stage) -> Any:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    return await stage.choose(stage.moderator, shown, "settings1", "reports")


@both
async def test_a_polls_question_is_reported_and_dismissed(stage: Stage) -> None:
    message = await poll(stage)
    told = await report(stage, stage.members[0], message)
    assert "# 🚩 Thank you" in prose(told)
    assert "The moderators of this server find it under /settings" in prose(told)
    page = await settings(stage)
    assert "1 question is reported." in prose(page)
    shown = await stage.choose(stage.moderator, page, "reportsel1", "curated:one-1")
    assert "Question 1 of One?" in prose(shown)
    assert f"> {REASON}" in prose(shown)
    assert "**A** the right one ✅" in prose(shown)
    assert "ben" not in prose(shown)
    page = await stage.press(stage.moderator, shown, "Dismiss")
    assert "✅ Dismissed, with 1 report." in prose(page)
    assert "No question is reported. All is well." in prose(page)


@both
async def test_from_a_report_with_its_statistics_to_the_reporter_who_hears_of_it(stage: Stage) -> None:
    message = await poll(stage)
    ben, cleo, moderator = *stage.members[:2], stage.moderator
    for learner, letter in ((ben, "B"), (cleo, "A")):
        await learner.click(message, custom_id=buttons(message)[letter])
    await stage.close(moderator, message)
    await report(stage, ben, stage.now_shown(message))
    shown = await opened(stage)
    assert "📊 Here: 2 first answers\nEverywhere: 2 first answers" in prose(shown)
    assert "How many were right is told from 20 answers on" in prose(shown)
    assert "🔕 Whoever reported it hears nothing of what you decide." in prose(shown)
    assert "Mended" not in buttons(shown)
    shown = await stage.press(moderator, shown, "Tell who reported it")
    assert "🔔 Whoever reported it hears once, in private, what you decide." in prose(shown)
    assert "Tell nobody" in buttons(shown)
    page = await stage.press(moderator, shown, "Dismiss")
    asking = await stage.press(moderator, page, "Undo")
    assert "Reports of the question `curated:one-1` dismissed · whoever reported it is told" in prose(asking)
    page = await stage.press(moderator, asking, "Take it back")
    assert "1 question is reported." in prose(page)
    asked = await stage.press(moderator, await opened(stage), "Void here")
    await stage.press(moderator, asked, "Void it here")
    heard = seen(await ben.slash(stage.quiz, "me"))
    assert "🚩 You reported “Question 1 of One?”: it was found wrong, and what it did to ratings" in heard
    assert "You reported" not in seen(await ben.slash(stage.quiz, "me"))
    assert "You reported" not in seen(await cleo.slash(stage.quiz, "me"))
    log = await stage.choose(moderator, await settings(stage), "settings1", "audit")
    assert "Voided the reported question `curated:one-1` here" in prose(log)
    assert "Reports of the question `curated:one-1` wait again" in prose(log)


@both
async def test_a_reported_question_of_the_servers_own_is_mended_and_published_anew(stage: Stage) -> None:
    ben, moderator = stage.members[0], stage.moderator
    await published(stage, own_file())
    message = await stage.poll(lesson=f"{stage.guild.id}-house-rules", question="house-rules-first")
    await report(stage, ben, message)
    own = f"{stage.guild.id}:house-rules-first"
    shown = await stage.press(moderator, await opened(stage, own), "Tell who reported it")
    assert "**Mended**: you have published a version of its lesson without the mistake" in prose(shown)
    refused = await moderator.click(shown, custom_id=buttons(stage.now_shown(shown))["Mended"])
    assert "The question is still asked as it was reported." in seen(refused)
    draft = await hand_in(stage, shown, own_file(ids=("anew", "second", "third")))
    await stage.press(moderator, draft, "Publish")
    shown = await opened(stage, own)
    assert "It is not asked any more" in prose(shown)
    page = await stage.press(moderator, shown, "Mended")
    assert "✅ Mended, with 1 report." in prose(page)
    heard = seen(await ben.slash(stage.quiz, "me"))
    assert "🚩 You reported “What about first?”: its lesson was mended since then. Thank you." in heard
    assert "Its lesson was mended since then." in prose(await report(stage, ben, message))


async def test_a_moderator_who_reported_a_question_is_told_so(stage: Stage) -> None:
    message = await poll(stage)
    await report(stage, stage.moderator, message)
    await report(stage, stage.members[0], message)
    assert "2 reports · one of them your own" in prose(await opened(stage))


async def test_a_person_reports_a_question_once(stage: Stage) -> None:
    message = await poll(stage)
    await report(stage, stage.members[0], message)
    again = await report(stage, stage.members[0], message, "Once more.")
    assert "You have reported this question already." in prose(again)
    assert "It is being looked at" in prose(again)
    await report(stage, stage.members[1], message, "A is wrong.")
    page = await settings(stage)
    assert "2 reports" in prose(page)


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ("Dismiss", "It was looked at and found right as it is."),
        ("Void here", "It was found wrong, and what it did was taken back."),
    ],
)
async def test_whoever_reports_again_hears_what_became_of_it(stage: Stage, decision: str, told: str) -> None:
    message = await poll(stage)
    await report(stage, stage.members[0], message)
    page = await stage.press(stage.moderator, await opened(stage), decision)
    if decision == "Void here":
        await stage.press(stage.moderator, page, "Void it here")
    assert told in prose(await report(stage, stage.members[0], message, "Once more."))


@both
async def test_a_moderator_who_has_opened_a_question_is_not_rated_by_it_any_more(stage: Stage) -> None:
    message = await poll(stage)
    moderator = stage.moderator
    await report(stage, moderator, message)
    page = await settings(stage)
    assert "Opening a question shows you its answer, so it no longer counts for you." in prose(page)
    await stage.choose(moderator, page, "reportsel1", "curated:one-1")
    await moderator.click(message, custom_id=buttons(message)["A"])
    await stage.close(moderator, message)
    assert (await stage.bot.actions.ladders.card(moderator.id, stage.guild.id)).world is None


async def test_a_question_that_a_quiz_had_shown_counts_as_wrong_after_its_answer_was_read(
    stage: Stage,
) -> None:
    moderator = stage.moderator
    opening = stage.looked_at(await moderator.slash(stage.quiz, "quiz", lesson="two"))
    shown = await stage.press(moderator, opening, "Start")
    await report(stage, moderator, shown)
    number = asked_in(shown)[0].split()[1]
    await stage.choose(moderator, await settings(stage), "reportsel1", f"curated:two-{number}")
    place = asked_in(shown)[1].index("the right one")
    await stage.press(moderator, shown, "ABC"[place])
    card = await stage.bot.actions.ladders.card(moderator.id, stage.guild.id)
    assert card.world is None or card.world.rating < 1100


async def test_a_page_that_is_only_looked_at_spends_nothing(stage: Stage) -> None:
    message = await poll(stage)
    moderator = stage.moderator
    await report(stage, moderator, message)
    await settings(stage)
    await moderator.click(message, custom_id=buttons(message)["A"])
    await stage.close(moderator, message)
    assert (await stage.bot.actions.ladders.card(moderator.id, stage.guild.id)).world is not None


@both
async def test_a_voided_question_gives_back_what_it_did_here(stage: Stage) -> None:
    message = await poll(stage)
    learner = stage.members[0]
    await learner.click(message, custom_id=buttons(message)["B"])
    await stage.close(stage.moderator, message)
    before = await stage.bot.actions.ladders.card(learner.id, stage.guild.id)
    await report(stage, learner, stage.now_shown(message))
    page = await settings(stage)
    shown = await stage.choose(stage.moderator, page, "reportsel1", "curated:one-1")
    asked = await stage.press(stage.moderator, shown, "Void here")
    assert "the rating of 1 member on this server's ladders is taken back" in seen(asked)
    page = await stage.press(stage.moderator, asked, "Void it here")
    assert "✅ Voided here: 1 change of a rating was taken back." in prose(page)
    after = await stage.bot.actions.ladders.card(learner.id, stage.guild.id)
    assert before.server is not None
    assert after.server is not None
    assert (before.server.answers, after.server.answers) == (1, 0)


async def test_a_question_of_a_quiz_is_reported_by_whom_it_was_shown_to(stage: Stage) -> None:
    learner = stage.members[0]
    opening = stage.looked_at(await learner.slash(stage.quiz, "quiz", lesson="two"))
    nothing = await report(stage, learner, opening)
    assert "There is no question to report here." in prose(nothing)
    shown = await stage.press(learner, opening, "Start")
    assert asked_in(shown)[0].endswith("of Two?")
    assert "Thank you" in prose(await report(stage, learner, shown))


async def test_a_message_without_a_question_is_refused_in_a_sentence(stage: Stage) -> None:
    said = await stage.members[0].send(stage.quiz, "hello")
    told = await report(stage, stage.members[1], said)
    assert "There is no question to report here." in prose(told)


async def test_what_was_typed_cannot_format_or_mention(stage: Stage) -> None:
    message = await poll(stage)
    await report(stage, stage.members[0], message, "**bold** @everyone\n# big\n[x](http://y)")
    page = await settings(stage)
    shown = prose(await stage.choose(stage.moderator, page, "reportsel1", "curated:one-1"))
    assert "@everyone" not in shown
    assert "\n# big" not in shown
    assert "**bold**" not in shown


async def test_a_member_cannot_decide_with_a_moderators_buttons(stage: Stage) -> None:
    message = await poll(stage)
    await report(stage, stage.members[0], message)
    page = await settings(stage)
    shown = await stage.choose(stage.moderator, page, "reportsel1", "curated:one-1")
    stored = stage.env.backend.get_message(shown.channel_id, shown.id)
    stored.flags &= ~(1 << 6)  # as if it had been posted for everybody
    for label in ("Dismiss", "Void here", "Tell who reported it"):
        result = await stage.members[0].click(shown, custom_id=buttons(shown)[label])
        assert "Manage Server" in seen(result)
    assert len(await stage.bot.actions.reports.waiting(stage.guild.id)) == 1


async def test_two_moderators_decide_once(stage: Stage) -> None:
    message = await poll(stage)
    await report(stage, stage.members[0], message)
    page = await settings(stage)
    other = await settings(stage)
    shown = await stage.choose(stage.moderator, page, "reportsel1", "curated:one-1")
    same = await stage.choose(stage.moderator, other, "reportsel1", "curated:one-1")
    await stage.press(stage.moderator, shown, "Dismiss")
    again = await stage.press(stage.moderator, same, "Dismiss")
    assert "Somebody has decided about this question meanwhile." in prose(again)


@both
async def test_a_question_that_was_dismissed_is_not_voided_by_a_screen_of_before(stage: Stage) -> None:
    message = await poll(stage)
    learner = stage.members[0]
    await learner.click(message, custom_id=buttons(message)["B"])
    await stage.close(stage.moderator, message)
    await report(stage, learner, stage.now_shown(message))
    shown, same = await opened(stage), await opened(stage)
    await stage.press(stage.moderator, shown, "Dismiss")
    asked = await stage.press(stage.moderator, same, "Void here")
    told = await stage.press(stage.moderator, asked, "Void it here")
    assert "Somebody has decided about this question meanwhile." in prose(told)
    card = await stage.bot.actions.ladders.card(learner.id, stage.guild.id)
    assert card.server is not None
    assert card.server.answers == 1


def examined(served: Asked, report: Report, times: int, *, own: bool = False) -> Examined:
    """The question as a moderator looks at it when as much as can be is known of it."""
    draws = tuple(Draw(option, share_of(3, 90), 0.1) for option in range(1, 5))
    findings = tuple(Finding(flag, (1, 2)) for flag in Flag)
    figures = QuestionStatistics(90, share_of(60, 90), 0.31, draws, findings)
    reported = Reported(served, (report,) * times)
    return Examined(reported, figures, None if own else figures, is_asked=False, by_viewer=True)


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("reason", ["*" * 400, "😀" * 200, "a" * 400, "@everyone ://" * 30, "ש*" * 200])
def test_the_longest_question_with_the_longest_reasons_fits_a_message(reason: str, own: bool) -> None:
    lesson = longest_lesson()
    served = asked(lesson, lesson.questions[0])
    if own:
        served = replace(served, question=served.question.replace("curated", str(2**63)))
    report = Report(
        1, served.question, served.meaning, 1, reason, datetime(2026, 1, 1, tzinfo=UTC), "open", None, None
    )
    screen = decision_screen(examined(served, report, 7, own=own))
    printed = [one["content"] for one in walk(payload_of(screen)) if one["type"] == 10]
    assert sum(map(units, printed)) < 4000
    quoted = [line for text in printed for line in text.split("\n") if line.startswith("> ")]
    assert len(quoted) == 5
    assert all(units(line) > 200 for line in quoted)


def test_a_short_reason_is_shown_whole_beside_a_short_question() -> None:
    lesson = small_lesson("one", "One")
    served = asked(lesson, lesson.questions[0])
    report = Report(
        1, served.question, served.meaning, 1, "*" * 400, datetime(2026, 1, 1, tzinfo=UTC), "open", None, None
    )
    assert "…" not in prose(decision_screen(examined(served, report, 1)))


async def test_the_operator_reads_every_report_of_a_curated_question(stage: Stage) -> None:
    await report(stage, stage.members[0], await poll(stage))
    (one,) = await stage.bot.actions.reports.everything()
    assert one.asked.question == "curated:one-1"
    assert [report.reason for report in one.reports] == [REASON]


@both
async def test_the_context_menu_of_a_member_shows_their_card(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await poll(stage)
    await ben.click(message, custom_id=buttons(message)["A"])
    await stage.close(stage.moderator, message)
    shown = stage.looked_at(await cleo.context_menu(stage.quiz, "Tutor rank", ben))
    assert "ben" in prose(shown)
    assert "World: **" in prose(shown)
    assert shown.ephemeral
