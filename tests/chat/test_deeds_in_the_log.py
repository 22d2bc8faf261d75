"""What moderators do away from the settings, and what they read of it in the log."""

from typing import Any

from chat.test_live_boards_in_chat import posted
from chat.test_reports_in_chat import report
from chat.test_reports_in_chat import settings as reports
from chat.test_seasons_in_chat import answer, running, settings, start
from chat.test_series_in_chat import begun, public, steer, thread_of
from chat_stage import Stage, both, prose, seen

from bot.actions.exclusions import LISTED
from bot.actions.polls import LISTED as LISTED_POLLS
from bot.chat.report_settings import LISTED as LISTED_REPORTS


async def log(stage: Stage) -> Any:
    return await stage.choose(stage.moderator, await settings(stage), "settings1:", "audit")


async def order(stage: Stage) -> Any:
    return await stage.choose(stage.moderator, await settings(stage), "settings1:", "order")


@both
async def test_polls_that_are_closed_extended_and_cancelled_stand_in_the_log(stage: Stage) -> None:
    await stage.close(stage.moderator, await stage.poll())
    shown = await stage.press(stage.moderator, await stage.poll(question="rlhf-score-difference"), "Manage")
    shown = await stage.choose(stage.moderator, shown, "pollextend1:", "600")
    await stage.press(stage.moderator, shown, "Extend the poll")
    await stage.press(stage.moderator, shown, "Cancel without rating")
    await stage.press(stage.moderator, shown, "Cancel the poll")
    told = prose(await log(stage))
    assert "Closed the poll of the question `curated:rlhf-dpo-removes` before its time" in told
    assert "Extended the poll of the question `curated:rlhf-score-difference`: <t:" in told
    assert "Cancelled the poll of the question `curated:rlhf-score-difference` without rating" in told
    assert f"**{stage.moderator.name}**" in told


async def test_a_poll_that_the_clock_closes_does_not(stage: Stage) -> None:
    await stage.poll(duration="1m")
    await stage.later(62)
    assert "Nothing has been changed here" in prose(await log(stage))


async def test_live_boards_stand_in_the_log(stage: Stage) -> None:
    message = await posted(stage)
    await stage.press(stage.moderator, message, "Stop")
    told = prose(await log(stage))
    assert f"Live board “This server's ladder” posted in <#{stage.quiz.id}>" in told
    assert f"Live board “This server's ladder” in <#{stage.quiz.id}> stopped" in told


async def test_whether_reporters_are_told_stands_in_the_log_and_can_be_taken_back(stage: Stage) -> None:
    question = "curated:rlhf-dpo-removes"
    await report(stage, stage.members[0], await stage.poll())
    page = await stage.choose(stage.moderator, await reports(stage), "reportsel1", question)
    await stage.press(stage.moderator, page, "Tell who reported it")
    page = await stage.press(stage.moderator, await log(stage), "Undo")
    page = await stage.press(stage.moderator, page, "Take it back")
    assert f"Whoever reported the question `{question}` is to hear nothing" in prose(page)
    assert "🔕" in prose(await stage.choose(stage.moderator, await reports(stage), "reportsel1", question))


async def test_a_lesson_checked_together_that_is_stopped_stands_in_the_log(stage: Stage) -> None:
    await begun(stage, lesson="rlhf-basics")
    await steer(stage, public(stage.quiz)[0], "Stop")
    where = thread_of(stage).id
    told = prose(await log(stage))
    assert f"Stopped checking the lesson `rlhf-basics` together in <#{where}>" in told
    assert "Closed the poll of the question `curated:" in told


@both
async def test_a_seasons_start_is_taken_back_until_somebody_has_answered_for_it(stage: Stage) -> None:
    await start(stage, name="Oops")
    page = await stage.press(stage.moderator, await log(stage), "Undo")
    page = await stage.press(stage.moderator, page, "Take it back")
    assert "Start of season “Oops” taken back" in prose(page)
    assert await running(stage) is None
    assert "Oops" not in seen(await stage.moderator.slash(stage.quiz, "ladder", scope="seasons"))
    await start(stage, name="Winter cup")
    await answer(stage, stage.members[0])
    page = await stage.press(stage.moderator, await log(stage), "Undo")
    page = await stage.press(stage.moderator, page, "Take it back")
    assert "Somebody has answered for this season" in prose(page)
    assert await running(stage) is not None


async def test_everybody_who_is_excluded_can_be_readmitted_from_the_list(stage: Stage) -> None:
    crowd = [stage.guild.add_member(stage.env.create_user(f"somebody{at}")) for at in range(LISTED + 1)]
    for member in crowd:
        await stage.bot.actions.exclusions.exclude(stage.guild.id, member.id, stage.moderator.id)
        await stage.env.advance_time(1)
    assert f"{LISTED + 1} members are excluded from them." in prose(await settings(stage))
    page = await stage.press(stage.moderator, await settings(stage), "Exclude or readmit")
    page = await stage.press(stage.moderator, page, "Next")
    assert "page 2 of 2" in prose(page)
    page = await stage.choose(stage.moderator, page, "readmit1", str(crowd[0].id))
    assert "can stand on this server's boards again" in prose(page)
    assert "page 1 of" not in prose(page)


async def test_every_open_poll_can_be_found_from_the_list(stage: Stage) -> None:
    questions = [(lesson.slug, one.id) for lesson in stage.catalogue.lessons for one in lesson.questions]
    for lesson, question in questions[: LISTED_POLLS + 1]:
        await stage.poll(lesson=lesson, question=question, duration="1h")
    page = await stage.press(stage.moderator, await order(stage), "Open polls")
    assert "page 1 of 2" in prose(page)
    page = await stage.press(stage.moderator, page, "Next")
    assert prose(page).count("<#") == 1
    assert f"<#{stage.quiz.id}>" in prose(page)


async def test_every_question_that_is_reported_can_be_decided_about_from_the_list(stage: Stage) -> None:
    every = [one.identity for lesson in stage.catalogue.lessons for one in lesson.questions]
    for question in (asked := every[: LISTED_REPORTS + 1]):
        served = await stage.bot.actions.reports.in_library(question)
        await stage.bot.actions.reports.report(
            member=stage.members[0].id, guild=stage.guild.id, question=served, reason="Look here."
        )
        await stage.env.advance_time(1)
    page = await reports(stage)
    assert f"{LISTED_REPORTS + 1} questions are reported." in prose(page)
    page = await stage.press(stage.moderator, page, "Next")
    assert "page 2 of 2" in prose(page)
    page = await stage.choose(stage.moderator, page, "reportsel1", asked[-1])
    page = await stage.press(stage.moderator, page, "Dismiss")
    assert f"{LISTED_REPORTS} questions are reported." in prose(page)
    assert "page 1 of" not in prose(page)
