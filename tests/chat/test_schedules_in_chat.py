"""Schedules as moderators plan them and as channels see their posts: from nothing to the first question, and on."""

from datetime import datetime
from typing import Any

from chat_stage import Stage, both, buttons, custom_ids, key_letter, poll_id, prose


async def page(stage: Stage) -> Any:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    return await stage.choose(stage.moderator, shown, "settings1", "schedules")


async def plan(stage: Stage, label: str, channel: Any = None) -> Any:
    """A moderator plans something in a channel; the schedule's screen."""
    asked = await stage.press(stage.moderator, await page(stage), label)
    result = await stage.moderator.select(
        asked,
        [channel or stage.quiz],
        custom_id=next(one for one in custom_ids(asked) if "schedulenew1" in one),
    )
    return stage.looked_at(result)


async def pass_time(stage: Stage, until: datetime) -> None:
    """The bot is started anew at that moment, and looks around."""
    await stage.pass_time_switched_off(seconds=(until - stage.env.now()).total_seconds())


async def next_hour(stage: Stage, schedule: int = 1) -> datetime:
    view = await stage.bot.actions.schedules.view(stage.guild.id, schedule)
    assert view.schedule.next_at is not None
    return view.schedule.next_at


def posts(stage: Stage) -> list[Any]:
    """What schedules have posted, oldest first; not the replies that tell of results."""
    return [one for one in stage.quiz.history() if not one.flags.ephemeral and buttons(one)]


@both
async def test_from_nothing_to_a_question_a_day_with_yesterdays_answer_over_a_restart(stage: Stage) -> None:
    assert "Nothing is posted by itself here yet." in prose(await page(stage))
    shown = await plan(stage, "A question a day")
    assert f"In <#{stage.quiz.id}> at 9:00" in prose(shown)
    assert "every day: a question." in prose(shown)
    assert "Next: <t:" in prose(shown)
    await stage.restart()
    await pass_time(stage, await next_hour(stage))
    (first,) = posts(stage)
    poll = await stage.stored_poll(poll_id(first))
    assert poll.state == "open"
    right = key_letter(stage.catalogue, poll.question)
    for member in stage.members[:3]:
        await stage.press(member, first, right)
    await pass_time(stage, poll.closes_at)
    await pass_time(stage, await next_hour(stage))
    _, second = posts(stage)
    assert "🔁 The answer to the last question" in prose(second)
    assert "100 % right" in prose(second)
    assert f"/{first.id})" in prose(second)
    listed = prose(await page(stage))
    assert listed.count("✅ posted") == 2


async def test_a_lesson_a_week_opens_a_copy_of_ones_own_and_asks_its_questions(stage: Stage) -> None:
    await plan(stage, "A lesson a week")
    await pass_time(stage, await next_hour(stage))
    (lesson,) = posts(stage)
    assert "📖 The lesson of the week" in prose(lesson)
    opened = await stage.press(stage.members[0], lesson, "Read")
    assert opened.flags.ephemeral
    title = next(one for one in stage.catalogue if f"# {one.title}" in prose(lesson)).title
    assert f"# {title}" in prose(opened)
    await pass_time(stage, await next_hour(stage))
    _, question = posts(stage)
    assert f"✏️ Check yourself · {title}" in prose(question)
