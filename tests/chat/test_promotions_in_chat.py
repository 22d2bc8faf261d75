"""New titles, told to the channel that moderators chose for it, and nowhere else."""

from typing import Any

import discord
import pytest
from chat_stage import Stage, both, finish_quiz, prose, seen, small_lesson

from bot.storage.matches import Match, TitleRow
from ladder.match import Outcome
from ladder.tiers import Tier
from lessons.catalogue import Catalogue


@pytest.fixture
def catalogue() -> Catalogue:
    """Enough lessons of Bronze to climb there."""
    return Catalogue(tuple(small_lesson(f"l{n}", f"Lesson {n}", rating=1250, questions=5) for n in range(5)))


def right(_stem: str, options: Any) -> int:
    return list(options).index("the right one")


async def page(stage: Stage) -> Any:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    return await stage.choose(stage.moderator, shown, "settings1", "announcements")


async def choose(stage: Stage, channel: Any) -> Any:
    shown = await page(stage)
    result = await stage.moderator.select(shown, [channel], custom_id="titlesin1")
    return stage.looked_at(result)


async def climb(stage: Stage, who: Any) -> None:
    """Earn the title of Bronze in the server."""
    now = stage.env.now()
    async with stage.database.unit() as unit:
        await unit.matches.add([Match(who.id, "other", 1, 1250, 5, 5, 0, Outcome.WIN, now, "quiz:999", 0)])
        await unit.matches.hold_titles([TitleRow(who.id, Tier.IRON, 1250, now)])
    for lesson in stage.catalogue:
        opening = stage.looked_at(await who.slash(stage.quiz, "quiz", lesson=lesson.slug))
        await finish_quiz(stage, who, opening, right)


async def announce(stage: Stage) -> None:
    await stage.as_the_bot(stage.bot.congratulations.announce)


@both
async def test_a_new_title_is_told_once_where_moderators_want_it(stage: Stage) -> None:
    wins = stage.guild.create_text_channel("wins")
    assert "New titles are not announced" in prose(await page(stage))
    told = prose(await choose(stage, wins))
    assert f"✅ New titles are told in <#{wins.id}> from now on." in told
    await climb(stage, stage.members[0])
    await announce(stage)
    await announce(stage)
    (message,) = wins.history()
    assert "🏆 **ben** is **🟤 Bronze" in prose(message)
    assert "rating" in prose(message) or "Beat a Bronze machine before" in prose(message)


async def test_the_clockwork_does_not_wait_for_discord_to_take_an_announcement(stage: Stage) -> None:
    wins = stage.guild.create_text_channel("wins")
    await choose(stage, wins)
    await climb(stage, stage.members[0])
    told = stage.bot.congratulations

    async def look_twice() -> int:
        before = len(stage.env.http_requests)
        await told.look()
        await told.look()
        at_once = len(stage.env.http_requests) - before
        await told.drain()
        return at_once

    assert await stage.as_the_bot(look_twice) == 0
    (message,) = wins.history()
    assert "🏆 **ben** is **🟤 Bronze" in prose(message)


async def test_without_a_channel_nothing_is_told(stage: Stage) -> None:
    await climb(stage, stage.members[0])
    before = len(stage.requests("POST", "/messages"))
    await announce(stage)
    assert len(stage.requests("POST", "/messages")) == before


async def test_a_member_who_hides_is_told_of_nowhere(stage: Stage) -> None:
    wins = stage.guild.create_text_channel("wins")
    await choose(stage, wins)
    learner = stage.members[0]
    await climb(stage, learner)
    await stage.bot.actions.privacy.hide(learner.id)
    await announce(stage)
    assert wins.history() == []


async def test_a_channel_that_the_bot_cannot_write_in_is_kept_with_a_warning_of_what_to_do(
    stage: Stage,
) -> None:
    own: Any = stage.env.bot.user
    shut = {own: discord.PermissionOverwrite(send_messages=False)}
    wins = stage.guild.create_text_channel("wins", overwrites=shut)
    told = prose(await choose(stage, wins))
    assert f"⚠️ In <#{wins.id}> I lack `Send Messages`. Give them to my role there." in told
    assert f"New titles are told in <#{wins.id}>." in told


async def test_a_channel_that_refuses_later_is_tried_once(stage: Stage) -> None:
    wins = stage.guild.create_text_channel("wins")
    await choose(stage, wins)
    await climb(stage, stage.members[0])
    stage.forbid(wins, send_messages=False)
    before = len(stage.requests("POST", "/messages"))
    await announce(stage)
    await announce(stage)
    assert len(stage.requests("POST", "/messages")) == before + 1


async def test_announcements_can_be_turned_off(stage: Stage) -> None:
    wins = stage.guild.create_text_channel("wins")
    shown = await choose(stage, wins)
    shown = await stage.press(stage.moderator, shown, "Announce none")
    assert "✅ New titles are not announced any more." in prose(shown)
    await climb(stage, stage.members[0])
    await announce(stage)
    assert wins.history() == []


async def test_only_a_moderator_chooses_the_channel(stage: Stage) -> None:
    wins = stage.guild.create_text_channel("wins")
    shown = await page(stage)
    stored = stage.env.backend.get_message(shown.channel_id, shown.id)
    stored.flags &= ~(1 << 6)  # as if it had been posted for everybody
    result = await stage.members[0].select(shown, [wins], custom_id="titlesin1")
    assert "Manage Server" in seen(result)
