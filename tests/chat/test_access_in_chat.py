"""Who may use /poll and /settings is Discord's own choice, and asked again of everybody who presses."""

from typing import Any

import pytest
from chat.test_promises_of_buttons import SAMPLES
from chat_stage import Stage, forge, seen

from bot.chat import settings

POLL = {"lesson": "rlhf-basics", "question": "rlhf-dpo-removes", "duration": "5m"}
REFUSED = "Only somebody whom this server allows /poll can post polls here"


async def command(stage: Stage, name: str) -> Any:
    """The command as Discord knows it."""
    return next(one for one in await stage.as_the_bot(stage.bot.tree.fetch_commands) if one.name == name)


async def test_a_role_taken_between_the_preview_and_the_post_is_missed(stage: Stage) -> None:
    preview = await stage.moderator.slash(stage.quiz, "poll", **POLL)
    stage.env.backend.get_guild(stage.guild.id).members[stage.moderator.id].role_ids.clear()
    for label in ("Post", "Change"):
        assert REFUSED in seen(await stage.press(stage.moderator, preview.response, label))
    assert stage.quiz.last_message is None


async def test_whom_integrations_allow_it_needs_no_permission(stage: Stage) -> None:
    tutors = stage.guild.create_role("Tutor")
    tutor = stage.guild.add_member(stage.env.create_user("fay"), roles=[tutors])
    for name in ("poll", "settings"):
        stage.guild.set_command_permissions(await command(stage, name), {tutors: True})
    preview = await tutor.slash(stage.quiz, "poll", **POLL)
    assert "Posted" in seen(await stage.press(tutor, preview.response, "Post"))
    panel = await tutor.slash(stage.quiz, "settings")
    polls = await stage.choose(tutor, panel.response, "settings1", "polls")
    assert "Only somebody" not in seen(polls)


async def test_whom_integrations_forbid_it_is_refused_within_a_minute(stage: Stage) -> None:
    panel = await stage.moderator.slash(stage.quiz, "settings")
    assert "a change counts within a minute" in seen(panel)
    shown = await stage.choose(stage.moderator, panel.response, "settings1", "polls")
    assert "Only somebody" not in seen(shown)
    stage.guild.set_command_permissions(await command(stage, "settings"), {stage.moderators: False})
    await stage.later(60)
    refused = await stage.choose(stage.moderator, panel.response, "settings1", "ladder")
    assert "or whom this server allows /settings under Integrations" in seen(refused)


async def test_whom_a_channel_is_forbidden_is_refused_there_alone(stage: Stage) -> None:
    other = stage.guild.create_text_channel("other")
    previews = [await stage.moderator.slash(where, "poll", **POLL) for where in (stage.quiz, other)]
    stage.guild.set_command_permissions(await command(stage, "poll"), {stage.quiz: False})
    assert REFUSED in seen(await stage.press(stage.moderator, previews[0].response, "Post"))
    assert "Posted" in seen(await stage.press(stage.moderator, previews[1].response, "Post"))


@pytest.mark.parametrize("status", [403, 500])
async def test_where_discord_does_not_tell_the_permission_decides(
    stage: Stage, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    preview = await stage.moderator.slash(stage.quiz, "poll", **POLL)
    path = "/applications/*/guilds/*/commands/*/permissions"
    stage.env.inject_error("GET", path, status=status, times=None)
    assert "Posted" in seen(await stage.press(stage.moderator, preview.response, "Post"))
    assert "who may use /poll is not known" in caplog.text


async def test_nobody_else_can_use_anything_that_the_panel_ever_shows(stage: Stage) -> None:
    learner = stage.members[0]
    message = await stage.poll()
    before = [request.path for request in stage.requests("POST")]
    panel = [one for one in SAMPLES if type(one) in settings.ITEMS]
    assert len(panel) > 60
    for one in panel:
        values = ("1",) if one.item.type.name.endswith("select") else ()
        refused = await forge(stage.env, learner, message, one.custom_id, *values)
        assert "Only somebody with the permission “Manage Server”" in seen(refused), one.custom_id
    log = await stage.bot.actions.audit_log.page(stage.guild.id, 0)
    assert log.entries == ()
    assert all("/callback" in path for path in [one.path for one in stage.requests("POST")][len(before) :])
