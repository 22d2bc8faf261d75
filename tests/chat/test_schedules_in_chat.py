"""Schedules as moderators plan them and as channels see their posts: from nothing to the first question, and on."""

from datetime import datetime
from itertools import pairwise
from typing import Any

from chat_stage import Stage, both, buttons, custom_ids, key_letter, poll_id, prose, seen

from bot.actions.scheduled_posts import A_SECOND


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


async def test_a_channel_that_was_deleted_pauses_its_schedule_with_the_reason(stage: Stage) -> None:
    gone = stage.guild.create_text_channel("gone")
    await plan(stage, "A question a day", gone)
    stage.env.backend.delete_channel(gone.id)
    await pass_time(stage, await next_hour(stage))
    await stage.env.advance_time(3)
    listed = prose(await page(stage))
    assert "⏸️ Paused: its channel is gone. Choose another, then resume." in listed
    assert "🚫 not posted: Discord refused it, or did not answer" in listed
    asked = len(stage.requests("POST", "/messages"))
    await pass_time(stage, stage.env.now())
    assert len(stage.requests("POST", "/messages")) == asked, "the first refusal was the last"
    shown = await stage.choose(stage.moderator, await page(stage), "scheduleopen1", "1")
    result = await stage.press(stage.moderator, shown, "Resume")
    assert "I cannot see that channel" in prose(result)


async def test_where_no_lesson_is_left_of_what_was_chosen_the_list_says_so(stage: Stage) -> None:
    shown = await plan(stage, "A question a day")
    shown = await stage.press(stage.moderator, shown, "What it posts")
    refused = await stage.choose(stage.moderator, shown, "scheduleset1:1:levels", "expert")
    assert "No lesson of these categories is at this level." in prose(refused)
    await stage.choose(stage.moderator, shown, "scheduleset1:1:categories", "statistics")
    await stage.bot.actions.settings.change(stage.guild.id, stage.moderator.id, categories=("databases",))
    warned = "⚠️ No lesson has the categories and levels chosen, so nothing will be posted."
    assert warned in prose(await page(stage))
    await pass_time(stage, await next_hour(stage))
    assert posts(stage) == []
    assert "💤 nothing to post: no lesson has the categories and levels chosen" in prose(await page(stage))


async def test_everything_about_a_schedule_can_be_changed_where_it_stands(stage: Stage) -> None:
    shown = await plan(stage, "A lesson a week")
    shown = await stage.press(stage.moderator, shown, "When and where")
    shown = await stage.choose(stage.moderator, shown, "scheduleset1:1:weekdays", "2")
    assert "✅ Changed: weekdays is Wednesday now." in prose(shown)
    shown = await stage.choose(stage.moderator, shown, "scheduleset1:1:minute", str(18 * 60))
    assert "6:00" in prose(shown)
    shown = await stage.press(stage.moderator, shown, "Done")
    shown = await stage.press(stage.moderator, shown, "What it posts")
    shown = await stage.choose(stage.moderator, shown, "scheduleset1:1:kind", "question")
    assert "on Wednesday: a question." in prose(shown)
    shown = await stage.press(stage.moderator, shown, "Done")
    before = await next_hour(stage)
    shown = await stage.press(stage.moderator, shown, "Skip the next")
    assert (await next_hour(stage) - before).days == 7
    assert "⏭️ skipped by a moderator" in prose(shown)
    shown = await stage.press(stage.moderator, shown, "Remove")
    assert "✅ Removed. The audit page can bring it back." in prose(shown)
    assert "Nothing is posted by itself here yet." in prose(shown)


async def test_whoever_may_not_manage_the_server_is_refused_on_a_moderators_message(stage: Stage) -> None:
    shown = await plan(stage, "A question a day")
    stored = stage.env.backend.get_message(shown.channel_id, shown.id)
    stored.flags &= ~(1 << 6)  # as if it had been posted for everybody
    for label in ("Pause", "Skip the next", "Remove", "When and where"):
        result = await stage.members[0].click(shown, custom_id=buttons(stage.now_shown(shown))[label])
        assert "Manage Server" in seen(result)
    assert (await stage.bot.actions.schedules.view(stage.guild.id, 1)).schedule.state == "on"


async def test_many_that_are_due_at_once_are_all_posted_so_many_a_second(stage: Stage) -> None:
    actions = stage.bot.actions.schedules
    for _ in range(8):
        await actions.add(stage.guild.id, stage.moderator.id, "question", stage.quiz.id)
    others = [stage.env.create_guild(f"School {number}") for number in range(2)]
    for guild in others:
        channel = guild.create_text_channel("quiz")
        for _ in range(8):
            await actions.add(guild.id, stage.moderator.id, "question", channel.id)
    hour = await next_hour(stage)
    before = len(stage.requests("POST", "/messages"))
    stage.env.backend.advance_clock((hour - stage.env.now()).total_seconds())
    await stage.restart()
    made = [len(stage.requests("POST", "/messages")) - before]
    for _ in range(4):
        await stage.env.advance_time(1)
        made.append(len(stage.requests("POST", "/messages")) - before)
    assert made[-1] == 24
    assert all(after - earlier <= A_SECOND for earlier, after in pairwise([0, *made])), made
