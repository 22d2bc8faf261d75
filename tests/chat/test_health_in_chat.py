"""The page Health: a channel's permission lost, found before and after the first post fails, and mended."""

from typing import Any

import discord
from chat.test_roles_in_chat import own_role
from chat.test_schedules_in_chat import plan
from chat_stage import Stage, both, prose


async def health_page(stage: Stage) -> Any:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    return await stage.choose(stage.moderator, shown, "settings1:", "health")


async def test_at_first_there_is_nothing_to_look_at(stage: Stage) -> None:
    assert "✅ Nothing is chosen here yet that could fail." in prose(await health_page(stage))


@both
async def test_a_permission_that_is_lost_is_found_and_one_press_goes_on_when_it_is_mended(
    stage: Stage,
) -> None:
    await stage.bot.actions.settings.change(stage.guild.id, 1, titles_channel=stage.quiz.id)
    assert "✅ All is well" in prose(await health_page(stage))
    message = await stage.poll(duration="1h")
    await stage.members[0].click(message, label="A")
    stage.env.backend.advance_clock(3599)
    stage.forbid(stage.quiz, send_messages=False)
    told = prose(await health_page(stage))
    assert f"⚠️ In <#{stage.quiz.id}> (new titles) a post would fail." in told
    assert "Give my role there: “Send Messages” (Edit Channel → Permissions)." in told
    await stage.env.advance_time(120)
    page = await health_page(stage)
    assert f"⚠️ Discord refused a post in <#{stage.quiz.id}> <t:" in prose(page)
    assert "Give my role there: “Send Messages”" in prose(page)
    page = await stage.press(stage.moderator, page, "Try again")
    assert "🩺 Looked again: nothing was mended yet." in prose(page)
    stage.forbid(stage.quiz, add_reactions=False)
    assert "It looks mended: press “Try again”" in prose(await health_page(stage))
    page = await stage.press(stage.moderator, page, "Try again")
    assert f"✅ I post again in <#{stage.quiz.id}>." in prose(page)
    assert "✅ All is well" in prose(page)
    assert await stage.bot.actions.blocked_channels.of(stage.guild.id) == []
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    log = await stage.choose(stage.moderator, shown, "settings1:", "audit")
    assert f"posts again in <#{stage.quiz.id}>" in prose(log)


async def test_a_deleted_channel_and_role_are_found(stage: Stage) -> None:
    hall = stage.guild.create_text_channel("hall")
    role = stage.guild.create_role("pinged")
    await stage.bot.actions.settings.change(stage.guild.id, 1, titles_channel=hall.id, poll_mention=role.id)
    told = prose(await health_page(stage))
    assert f"⚠️ In <#{hall.id}>" not in told
    stage.env.backend.delete_channel(hall.id)
    stage.env.backend.delete_role(stage.guild.id, role.id)
    told = prose(await health_page(stage))
    assert f"⚠️ The channel <#{hall.id}> (new titles) is gone: choose another in /settings." in told
    assert f"⚠️ The role <@&{role.id}> that is to be pinged (polls) is gone" in told


async def test_missing_threads_a_role_that_cannot_be_pinged_and_a_paused_schedule_are_named(
    stage: Stage,
) -> None:
    role = stage.guild.create_role("pinged")
    able = discord.Permissions.all()
    able.update(administrator=False, mention_everyone=False)
    stage.env.backend.edit_role(stage.guild.id, own_role(stage).id, {"permissions": able.value})
    await stage.bot.actions.settings.change(
        stage.guild.id, stage.moderator.id, poll_channels=(stage.quiz.id,), poll_mention=role.id
    )
    stage.forbid(stage.quiz, create_public_threads=False)
    shown = await plan(stage, "A question a day")
    await stage.press(stage.moderator, shown, "Pause")
    page = await health_page(stage)
    told = prose(page)
    assert f"⚠️ In <#{stage.quiz.id}> a lesson that is checked together has no thread of its own" in told
    assert "Give my role there: “Create Public Threads” (Edit Channel → Permissions)." in told
    assert f"⚠️ I cannot ping <@&{role.id}> (polls)" in told
    paused = (
        f"⏸️ 1 schedule is paused by a moderator and posts nothing until it is resumed: <#{stage.quiz.id}>"
    )
    assert paused in told
    page = await stage.press(stage.moderator, page, "Schedules")
    page = await stage.choose(stage.moderator, page, "scheduleopen1", "1")
    await stage.press(stage.moderator, page, "Resume")
    assert "⏸️" not in prose(await health_page(stage))
