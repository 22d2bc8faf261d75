"""Seasons, as moderators run them and as everybody else sees that they may not."""

from typing import Any

import pytest
from chat_stage import Stage, both, buttons, prose, seen
from simcord.backend.errors import SetupError

from bot.storage.seasons import Season


async def settings(stage: Stage, who: Any = None) -> Any:
    who = who or stage.moderator
    shown = stage.looked_at(await who.slash(stage.quiz, "settings"))
    return await stage.choose(who, shown, "settings1:", "ladder")


async def fill(stage: Stage, panel: Any, label: str, **words: str) -> Any:
    """The moderator opens the form behind a button and sends it; what is shown then."""
    form = await stage.moderator.click(panel, custom_id=buttons(stage.now_shown(panel))[label])
    return stage.looked_at(await send(stage, stage.moderator, form, *words.values()))


async def send(stage: Stage, who: Any, form: Any, *words: str) -> Any:
    """Fill in the fields of a form from the top, and send it."""
    fields = [part["component"]["custom_id"] for part in form.modal["components"]]
    return await who.submit_modal(form, dict(zip(fields, words, strict=True)))


async def start(stage: Stage, name: str = "Winter cup", days: str = "30") -> Any:
    return await fill(stage, await settings(stage), "Start a season", name=name, days=days)


async def running(stage: Stage) -> Season | None:
    async with stage.database.reading() as unit:
        return (await unit.seasons.running([stage.guild.id])).get(stage.guild.id)


async def answer(stage: Stage, *who: Any) -> None:
    """A poll that these people answer, and that closes."""
    message = await stage.poll(duration="1m")
    for person in who:
        await person.click(message, label="A")
    await stage.env.advance_time(70)


async def test_a_moderator_starts_a_season(stage: Stage) -> None:
    panel = await settings(stage)
    assert panel.ephemeral
    assert "No season runs here" in prose(panel)
    panel = await start(stage)
    assert "✅ “Winter cup” has begun and runs until <t:" in prose(panel)
    assert "### 🏁 Winter cup" in prose(panel)
    assert "30 days left" in prose(panel)
    assert "0 members stand on its ladder" in prose(panel)
    assert "When it ends, no other begins by itself." in prose(panel)
    assert "Start a season" not in buttons(panel)
    season = await running(stage)
    assert season is not None
    assert (season.ends_at - season.starts_at).days == 30
    assert season.starter == stage.moderator.id


@both
async def test_whoever_answers_during_a_season_stands_on_it(stage: Stage) -> None:
    await start(stage)
    await answer(stage, *stage.members[:2])
    assert "2 members stand on its ladder" in prose(await settings(stage))


async def test_a_season_is_renamed(stage: Stage) -> None:
    panel = await start(stage)
    panel = await fill(stage, panel, "Rename", name="  Spring \n cup ")
    assert "✅ The season is called “Spring cup” now." in prose(panel)
    assert "### 🏁 Spring cup" in prose(panel)


async def test_nothing_in_a_seasons_name_formats_or_mentions(stage: Stage) -> None:
    panel = await start(stage, name="**@everyone** <@1> [x](https://x.y)")
    assert "**@everyone**" not in prose(panel)
    assert "<@1>" not in prose(panel)
    assert "https://" not in prose(panel)


async def test_a_season_is_lengthened(stage: Stage) -> None:
    panel = await start(stage)
    panel = await fill(stage, panel, "Lengthen", days="7")
    assert "✅ The season runs until <t:" in prose(panel)
    assert "37 days left" in prose(panel)


async def test_what_cannot_be_is_refused_in_a_sentence(stage: Stage) -> None:
    panel = await settings(stage)
    for name, days, told in (
        ("   ", "30", "A season needs a name."),
        ("\u200b", "30", "A season needs a name."),
        ("Cup", "0", "A season lasts 1 to 366 days."),
        ("Cup", "400", "A season lasts 1 to 366 days."),
        ("Cup", "1 d", "Write how many days as a number, such as 30."),
        ("Cup", "-3", "Write how many days as a number, such as 30."),
    ):
        assert told in seen(await fill(stage, panel, "Start a season", name=name, days=days))
    assert await running(stage) is None
    running_panel = await start(stage)
    assert "A season runs here already." in seen(
        await fill(stage, panel, "Start a season", name="Another", days="3")
    )
    for days, told in (
        ("0", "A season can only be lengthened"),
        ("999", "A season lasts 366 days at most"),
        ("…", "Write how many days as a number"),
    ):
        assert told in seen(await fill(stage, running_panel, "Lengthen", days=days))


async def test_a_season_is_ended_after_a_look_at_what_that_does(stage: Stage) -> None:
    panel = await start(stage)
    await answer(stage, *stage.members[:3])
    await stage.poll(duration="1h", question="rlhf-fault-still-avoided")
    asked = await stage.press(stage.moderator, panel, "End now")
    assert "End “Winter cup” now?" in prose(asked)
    assert "Its standings, of 3 members, stay as they are for ever." in prose(asked)
    assert "1 poll is open: its answers count for the season that runs when it closes" in prose(asked)
    back = await stage.press(stage.moderator, asked, "Let it run")
    assert "### 🏁 Winter cup" in prose(back)
    asked = await stage.press(stage.moderator, back, "End now")
    done = await stage.press(stage.moderator, asked, "End it now")
    assert "✅ “Winter cup” has ended." in prose(done)
    assert "No season runs here" in prose(done)
    assert await running(stage) is None


async def test_a_season_that_somebody_else_just_ended_is_not_ended_again(stage: Stage) -> None:
    panel = await start(stage)
    asked = await stage.press(stage.moderator, panel, "End now")
    other = await settings(stage)
    done = await stage.press(
        stage.moderator, await stage.press(stage.moderator, other, "End now"), "End it now"
    )
    assert "has ended" in prose(done)
    await start(stage, name="The next")
    told = await stage.press(stage.moderator, asked, "End it now")
    assert "This season has ended, perhaps by somebody else just now." in prose(told)
    season = await running(stage)
    assert season is not None
    assert season.name == "The next"


async def test_monthly_seasons_follow_each_other_by_themselves(stage: Stage) -> None:
    panel = await stage.press(stage.moderator, await settings(stage), "Start monthly seasons")
    first = await running(stage)
    assert first is not None
    assert first.monthly
    assert first.ends_at.day == 1
    assert first.ends_at.hour == 0
    month = first.starts_at.strftime("%B %Y")
    assert f"### 🏁 {month}" in prose(panel)
    assert "the next begins by itself" in prose(panel)
    seconds = (first.ends_at - stage.env.now()).total_seconds()
    await stage.pass_time_switched_off(seconds=seconds + 3600)
    second = await running(stage)
    assert second is not None
    assert second.id != first.id
    assert f"### 🏁 {second.starts_at.strftime('%B %Y')}" in prose(await settings(stage))


async def test_monthly_seasons_are_switched_off_and_on(stage: Stage) -> None:
    panel = await start(stage)
    panel = await stage.press(stage.moderator, panel, "Run monthly")
    assert "✅ When this season ends, monthly ones follow by themselves." in prose(panel)
    asked = await stage.press(stage.moderator, panel, "End now")
    assert "The next season begins at once, as they run monthly here." in prose(asked)
    panel = await stage.press(stage.moderator, asked, "Let it run")
    panel = await stage.press(stage.moderator, panel, "Stop monthly")
    assert "✅ This season is the last" in prose(panel)


async def test_whoever_may_not_manage_the_server_cannot_press_what_is_left_open(stage: Stage) -> None:
    panel = await start(stage)
    form = await stage.moderator.click(panel, custom_id=buttons(panel)["Rename"])
    stage.env.backend.edit_role(stage.guild.id, stage.moderators.id, {"permissions": 0})
    refused = "Only somebody with the permission “Manage Server” can change the settings"
    for label in ("Rename", "Lengthen", "End now", "Run monthly"):
        assert refused in prose(await stage.press(stage.moderator, panel, label)), label
    assert refused in seen(await send(stage, stage.moderator, form, "Mine now"))
    season = await running(stage)
    assert season is not None
    assert (season.name, season.monthly) == ("Winter cup", False)


async def test_an_ordinary_member_is_not_offered_the_settings(stage: Stage) -> None:
    with pytest.raises(SetupError, match="default-member-permissions"):
        await settings(stage, stage.members[0])


async def test_who_was_let_into_the_settings_without_the_permission_changes_nothing(stage: Stage) -> None:
    await start(stage)
    helper = stage.guild.add_member(stage.env.create_user("helper"), roles=[stage.moderators])
    panel = await settings(stage, helper)
    stage.env.backend.edit_role(stage.guild.id, stage.moderators.id, {"permissions": 0})
    for label in ("End now", "Enter the board of servers"):
        assert "Manage Server" in prose(await stage.press(helper, panel, label))
    shown = await stage.choose(helper, panel, "settings1:", "ladder")
    assert "Manage Server" in prose(shown)
    assert await running(stage) is not None


async def test_the_settings_are_pages_behind_a_select(stage: Stage) -> None:
    panel = await settings(stage)
    assert "# ⚙️ Settings" in prose(panel)
    assert "## 🪜 Ladder and seasons" in prose(panel)
    await start(stage)
    panel = await stage.choose(stage.moderator, panel, "settings1:", "ladder")
    assert "### 🏁 Winter cup" in prose(panel)


async def test_a_server_stands_among_servers_when_a_moderator_says_so(stage: Stage) -> None:
    panel = await settings(stage)
    assert "This server does not stand among servers." in prose(panel)
    panel = await stage.press(stage.moderator, panel, "Enter the board of servers")
    assert "✅ This server stands among servers now" in prose(panel)
    assert "This server stands among servers, under its name" in prose(panel)
    async with stage.database.reading() as unit:
        row = await unit.servers.get(stage.guild.id)
    assert row is not None
    assert (row.name, row.competes) == ("Academy", True)
    panel = await stage.press(stage.moderator, panel, "Leave the board of servers")
    assert "✅ This server has left the board of servers." in prose(panel)


async def test_the_settings_survive_a_restart(stage: Stage) -> None:
    panel = await start(stage)
    await stage.restart()
    panel = await stage.press(stage.moderator, panel, "Run monthly")
    assert "✅" in prose(panel)


async def test_a_server_that_sends_the_bot_away_is_gone_and_is_not_scored(stage: Stage) -> None:
    servers = stage.bot.actions.servers
    await servers.compete(stage.guild.id, "Academy", True)
    stage.env.backend.remove_guild(stage.guild.id)
    await stage.env.advance_time(1)
    assert (await stage.bot.actions.presence.known())[stage.guild.id] is not None
    assert await servers.score_due() == 0
