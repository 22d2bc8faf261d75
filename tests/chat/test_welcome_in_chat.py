"""The first minutes in a server: the welcome, its three steps, and what becomes of all that when the bot is sent away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from chat_stage import MODERATOR, Stage, both, buttons, prose, seen
from simcord.backend import serializers
from simcord.backend.ops import guilds

from bot.actions.audit import verify


@contextmanager
def inviting() -> Iterator[None]:
    """Discord tells of a server that has just invited the bot, and not of one that had an outage."""
    original = serializers.guild_create_payload

    def payload(*args: Any, **values: Any) -> Any:
        return {key: value for key, value in original(*args, **values).items() if key != "unavailable"}

    guilds.serializers.guild_create_payload = payload  # type: ignore[assignment]
    try:
        yield
    finally:
        guilds.serializers.guild_create_payload = original


async def later(stage: Stage, seconds: float) -> None:
    """So much time passes, at whose end the bot has a moment to do what is due."""
    stage.env.backend.advance_clock(seconds)
    await stage.env.advance_time(3)


def last_of(channel: Any) -> Any:
    """The last message in a channel."""
    return channel.last_message


class Town:
    """A server that invites the bot while people look on."""

    def __init__(self, stage: Stage, *channels: str, id: int | None = None) -> None:
        self.stage = stage
        stage.env.backend._reserved_ids.discard(id or 0)
        with inviting():
            self.guild = stage.env.create_guild("Town", id=id)
        role = self.guild.create_role("Moderator", permissions=MODERATOR)
        self.channels = [self.guild.create_text_channel(name) for name in channels]
        self.mayor = self.guild.add_member(stage.env.create_user("mayor"), roles=[role])
        self.second = self.guild.add_member(stage.env.create_user("second"), roles=[role])
        self.people = [self.guild.add_member(stage.env.create_user(name)) for name in ("fay", "gus")]

    @property
    def id(self) -> int:
        return self.guild.id

    def welcomes(self) -> list[Any]:
        """Every welcome that stands in a channel."""
        return [
            one for channel in self.channels for one in channel.history() if "Hello, I am Rung" in prose(one)
        ]

    def welcome(self) -> Any:
        (found,) = self.welcomes()
        return found

    async def choose(self, who: Any, channel: Any) -> Any:
        shown = self.welcome()
        return await who.select(shown, [channel], custom_id="welcomechannel1")

    async def press(self, who: Any, label: str) -> Any:
        shown = self.welcome()
        return await who.click(shown, custom_id=buttons(shown)[label])


async def town(stage: Stage, *channels: str, id: int | None = None) -> Town:
    made = Town(stage, *(channels or ("lobby", "quiz")), id=id)
    await stage.env.settle(idle=0.001)
    return made


@both
async def test_a_server_is_set_up_by_three_presses_on_its_welcome(stage: Stage) -> None:
    here = await town(stage)
    lobby, quiz = here.channels
    shown = here.welcome()
    assert shown.channel.id == lobby.id
    assert "three presses, and everything is set up" in prose(shown)
    assert "the rest under `/settings`" in prose(shown)
    assert "Choose the channel first" in seen(await here.press(here.mayor, "Every day"))
    assert "Choose the channel first" in seen(await here.press(here.mayor, "Post the first question now"))
    assert last_of(quiz) is None

    result = await here.choose(here.mayor, quiz)
    assert result.followups[-1].ephemeral
    assert f"✅ Polls are posted in <#{quiz.id}> from now on, and members share there." in seen(result)
    assert "Next: press “Post the first question now”." in seen(result)
    assert f"✅ Polls, and what members share: <#{quiz.id}>" in prose(here.welcome())

    result = await here.press(here.mayor, "Post the first question now")
    assert "🗳️ Posted: [see the poll](" in seen(result)
    assert "Next, if you like: a question every day." in seen(result)
    poll = last_of(quiz)
    assert "Recorded, and final" in seen(await here.people[0].click(poll, label="A"))
    assert "Post the first question now" not in buttons(here.welcome())
    assert poll.jump_url.split("/")[-1] in prose(here.welcome())

    result = await here.press(here.mayor, "Every day")
    assert f"✅ A question comes to <#{quiz.id}> every day at 9:00\u202fAM (`UTC`)" in seen(result)
    assert "All three steps are done." in seen(result)
    assert "✅ **All set.**" in prose(here.welcome())
    (view,) = await stage.bot.actions.schedules.of(here.id)
    assert (view.schedule.kind, view.schedule.channel) == ("question", quiz.id)
    settings = await stage.bot.actions.settings.of(here.id)
    assert settings.poll_channels == settings.share_channels == (quiz.id,)
    log = (await stage.bot.actions.audit_log.page(here.id, 0)).entries
    assert {one.what for one in log} == {"poll_channels", "share_channels", "schedule_add"}
    assert {one.by for one in log} == {here.mayor.id}

    await stage.pass_time_switched_off(seconds=3601)
    assert "📊 Result" in prose(stage.now_shown(poll))
    await stage.pass_time_switched_off(hours=8)
    assert last_of(quiz).id != poll.id, "the daily question has come"
    assert "Check yourself" in prose(last_of(quiz))


async def test_whoever_may_not_manage_the_server_is_told_so_in_private_and_changes_nothing(
    stage: Stage,
) -> None:
    here = await town(stage)
    fay = here.people[0]
    before = prose(here.welcome())
    for result in (
        await here.choose(fay, here.channels[1]),
        await here.press(fay, "Every day"),
        await here.press(fay, "Post the first question now"),
    ):
        assert result.response is not None
        assert result.response.ephemeral
        assert "Only somebody with the permission “Manage Server” can change the settings" in seen(result)
    assert prose(here.welcome()) == before
    assert (await stage.bot.actions.first_steps.of(here.id)).channel is None
    assert (await stage.bot.actions.audit_log.page(here.id, 0)).entries == ()


async def test_two_moderators_at_once_post_one_question_and_start_one_schedule(stage: Stage) -> None:
    here = await town(stage)
    quiz = here.channels[1]
    await here.choose(here.mayor, quiz)
    shown = here.welcome()
    for label in ("Post the first question now", "Every day"):
        custom_id = buttons(shown)[label]
        results = await stage.at_once(
            who.click(shown, custom_id=custom_id) for who in (here.mayor, here.second)
        )
        assert all(result.acknowledged for result in results)
        told = sorted(seen(result) for result in results)
        if label != "Every day":
            assert ["Posted: [see the poll](" in one for one in told].count(True) == 1
            assert any("A first question was posted here already." in one for one in told)
    assert len([one for one in quiz.history() if "poll" in str(buttons(one))]) == 1
    assert len(await stage.bot.actions.schedules.of(here.id)) == 1
    assert "✅ **All set.**" in prose(here.welcome())


async def test_the_welcome_goes_on_after_a_restart_and_pauses_what_it_started(stage: Stage) -> None:
    here = await town(stage)
    await stage.restart()
    await here.choose(here.mayor, here.channels[1])
    await stage.restart()
    await here.press(here.mayor, "Every day")
    assert "Pause" in buttons(here.welcome())
    assert "⏸️ No question comes by itself any more." in seen(await here.press(here.mayor, "Pause"))
    assert "⏸️ Paused: at 9:00" in prose(here.welcome())
    await here.press(here.mayor, "Every day")
    assert len(await stage.bot.actions.schedules.of(here.id)) == 1
    assert len(here.welcomes()) == 1


async def test_a_channel_in_which_the_bot_may_not_post_is_refused_with_what_it_lacks(stage: Stage) -> None:
    here = await town(stage)
    lobby, quiz = here.channels
    stage.forbid(quiz, send_messages=False)
    told = seen(await here.choose(here.mayor, quiz))
    assert f"I may not post in <#{quiz.id}>: I lack “Send Messages”." in told
    assert (await stage.bot.actions.settings.of(here.id)).poll_channels == ()
    await here.choose(here.mayor, lobby)
    stage.forbid(lobby, view_channel=False)
    for label in ("Every day", "Post the first question now"):
        told = seen(await here.press(here.mayor, label))
        assert "I lack “View Channel”" in told
    assert await stage.bot.actions.schedules.of(here.id) == []
    stage.env.backend.delete_channel(quiz.id)
    stage.forbid(lobby, add_reactions=False)
    await stage.bot.actions.settings.change(here.id, 1, poll_channels=(quiz.id,))
    assert "is gone, or I cannot see it" in seen(await here.press(here.mayor, "Every day"))


async def test_a_post_that_discord_refuses_is_no_first_question(stage: Stage) -> None:
    here = await town(stage)
    quiz = here.channels[1]
    await here.choose(here.mayor, quiz)
    stage.env.inject_error("POST", f"/channels/{quiz.id}/messages", status=403, code=50013)
    told = seen(await here.press(here.mayor, "Post the first question now"))
    assert f"Discord refused the post in <#{quiz.id}>." in told
    assert "Posted: [see the poll](" in seen(await here.press(here.mayor, "Post the first question now"))


async def test_the_welcome_stands_where_the_server_hears_of_news(stage: Stage) -> None:
    with inviting():
        guild = stage.env.create_guild("Village")
    guild.create_text_channel("rules")
    news = guild.create_text_channel("news")
    stage.env.backend.edit_guild(guild.id, {"system_channel_id": news.id})
    await stage.env.settle(idle=0.001)
    assert "Hello, I am Rung" in prose(last_of(news))


@pytest.mark.parametrize("shut", ["all", "first", "none at all"])
async def test_a_server_in_which_the_bot_may_not_post_is_left_in_peace(stage: Stage, shut: str) -> None:
    before = len(stage.env.http_requests)
    with inviting():
        guild = stage.env.create_guild("Castle")
    names = () if shut == "none at all" else ("gate", "hall")
    channels = [guild.create_text_channel(name) for name in names]
    for channel in channels[: 1 if shut == "first" else 2]:
        stage.forbid(channel, send_messages=False)
    await stage.env.settle(idle=0.001)
    posted = [one for one in stage.env.http_requests[before:] if one.path.endswith("/messages")]
    assert len(posted) == int(shut == "first")
    assert all(channel.last_message is None for channel in channels[: 1 if shut == "first" else 2])
    await stage.restart()
    await later(stage, 120)
    posted = [one for one in stage.env.http_requests[before:] if one.path.endswith("/messages")]
    assert len(posted) == int(shut == "first"), "it is greeted once, or never"


async def test_a_channel_that_refuses_after_all_is_passed_over(stage: Stage) -> None:
    with inviting():
        guild = stage.env.create_guild("Castle")
    gate, hall = (guild.create_text_channel(name) for name in ("gate", "hall"))
    stage.env.inject_error("POST", f"/channels/{gate.id}/messages", status=403, code=50013)
    await stage.env.settle(idle=0.001)
    assert gate.last_message is None
    assert "Hello, I am Rung" in prose(hall.last_message)


async def test_a_server_that_invited_the_bot_while_it_was_off_is_greeted_once(stage: Stage) -> None:
    with stage.env._bot_scope():
        await stage.bot.close()
    guild = stage.env.create_guild("Harbour")
    pier = guild.create_text_channel("pier")
    for _ in range(2):
        await stage.restart()
        await later(stage, 60)
    assert len([one for one in pier.history() if "Hello, I am Rung" in prose(one)]) == 1


async def test_a_server_that_is_known_gets_no_welcome(stage: Stage) -> None:
    assert not [one for one in stage.quiz.history() if "Hello, I am Rung" in prose(one)]
    await stage.restart()
    assert stage.quiz.last_message is None


@both
async def test_sent_away_and_invited_back_within_30_days_all_is_as_it_was(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    here = await set_up(stage)
    stage.env.backend.remove_guild(here.id)
    await later(stage, 60)
    before = len(stage.env.http_requests)
    for _ in range(3):
        await stage.pass_time_switched_off(hours=24)
    assert not [one for one in stage.env.http_requests[before:] if f"{here.id}" in one.path]
    assert not [one for one in stage.env.http_requests[before:] if f"{here.channels[1].id}" in one.path]
    back = await town(stage, id=here.id)
    assert back.welcomes() == []
    (view,) = await stage.bot.actions.schedules.of(here.id)
    assert view.schedule.state == "on"
    assert (await stage.bot.actions.settings.of(here.id)).poll_channels == (here.channels[1].id,)
    await later(stage, 60)
    (view,) = await stage.bot.actions.schedules.of(here.id)
    assert [one.state for one in view.outcomes][:3] == ["missed"] * 3
    assert "was missed at" in caplog.text


@both
async def test_sent_away_for_30_days_a_server_is_forgotten_and_greeted_anew(stage: Stage) -> None:
    here = await set_up(stage)
    fay = here.people[0]
    async with stage.database.reading() as unit:
        world = (await unit.ratings.of(fay.id))["global"]
    stage.env.backend.remove_guild(here.id)
    await later(stage, 60)
    await stage.pass_time_switched_off(hours=31 * 24)
    assert here.id not in await stage.bot.actions.presence.known()
    assert (await verify(stage.database, progress=lambda *_: None)).faults == ()
    async with stage.database.reading() as unit:
        ratings = await unit.ratings.of(fay.id)
    assert ratings["global"] == world
    assert f"server:{here.id}" not in ratings
    assert await stage.bot.actions.schedules.of(here.id) == []
    back = await town(stage, id=here.id)
    assert "three presses, and everything is set up" in prose(back.welcome())


async def set_up(stage: Stage) -> Town:
    """A server with its three steps done, in which somebody has answered."""
    here = await town(stage)
    await here.choose(here.mayor, here.channels[1])
    await here.press(here.mayor, "Post the first question now")
    await here.people[0].click(last_of(here.channels[1]), label="A")
    await here.press(here.mayor, "Every day")
    await stage.pass_time_switched_off(seconds=3601)
    return here


async def test_a_server_that_was_left_while_the_bot_was_off_is_noticed(stage: Stage) -> None:
    here = await set_up(stage)
    with stage.env._bot_scope():
        await stage.bot.close()
    stage.env.backend.remove_guild(here.id)
    await stage.restart()
    await stage.env.advance_time(2)
    assert (await stage.bot.actions.presence.known())[here.id] is not None
    assert (await stage.bot.actions.presence.known())[stage.guild.id] is None


async def test_an_outage_of_discords_is_no_farewell(stage: Stage) -> None:
    here = await set_up(stage)
    stage.env.backend.emit("GUILD_DELETE", {"id": str(here.id), "unavailable": True})
    await later(stage, 60)
    assert (await stage.bot.actions.presence.known())[here.id] is None
    stage.env.backend.emit(
        "GUILD_CREATE",
        serializers.guild_create_payload(stage.env.backend, stage.env.backend.get_guild(here.id)),
    )
    await stage.env.advance_time(2)
    assert (await stage.bot.actions.presence.known())[here.id] is None
    assert len(here.welcomes()) == 1
