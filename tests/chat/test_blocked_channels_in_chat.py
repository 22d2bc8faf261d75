"""A channel that has refused the bot once is left alone, until it takes a post or a moderator has mended it."""

from typing import Any

from chat_stage import Stage, both, prose

from bot.storage.matches import TitleRow
from bot.storage.promotions import Promotion
from bot.storage.ratings import RatingRow
from ladder.standings import Ladder
from ladder.tiers import Tier


def posts(stage: Stage, channel: Any) -> int:
    return len(stage.requests("POST", f"/channels/{channel.id}/messages"))


async def blocked(stage: Stage) -> list[tuple[int, str]]:
    found = await stage.bot.actions.blocked_channels.of(stage.guild.id)
    return [(one.channel, one.reason) for one in found]


async def closed_result(stage: Stage) -> Any:
    """A poll of an hour has closed, so its channel is about to be told."""
    message = await stage.poll(duration="1h")
    await stage.members[0].click(message, label="A")
    stage.env.backend.advance_clock(3599)
    return message


async def earn_bronze(stage: Stage) -> None:
    """A title that its channel is to be told of."""
    who, now = stage.members[1].id, stage.env.now()
    world = Ladder.world().key
    async with stage.database.unit() as unit:
        await unit.matches.hold_titles([TitleRow(who, Tier.BRONZE, 1250, now)])
        await unit.ratings.write(
            [RatingRow(who, world, 0.0, 30.0, 1300, 30, 20, 30, now, listed=True)], [], before=[]
        )
        await unit.promotions.add([Promotion(who, stage.guild.id, Tier.BRONZE, now)])


@both
async def test_a_reply_that_is_refused_is_the_last_thing_that_is_tried_there(stage: Stage) -> None:
    await closed_result(stage)
    stage.forbid(stage.quiz, send_messages=False)
    await stage.env.advance_time(120)
    assert await blocked(stage) == [(stage.quiz.id, "forbidden")]
    asked = posts(stage, stage.quiz)
    stage.forbid(stage.quiz, add_reactions=False)  # mended, of which nobody tells the bot
    await stage.bot.actions.settings.change(stage.guild.id, 1, titles_channel=stage.quiz.id)
    await earn_bronze(stage)
    await stage.later(298)
    assert posts(stage, stage.quiz) == asked


async def test_a_channel_that_takes_what_a_moderator_posts_is_free_again(stage: Stage) -> None:
    await stage.bot.actions.blocked_channels.block(stage.quiz.id, stage.guild.id, "forbidden")
    await stage.poll()
    assert await blocked(stage) == []


async def test_a_deleted_channel_is_known_to_be_gone(stage: Stage) -> None:
    hall = stage.guild.create_text_channel("hall")
    await stage.bot.actions.settings.change(stage.guild.id, 1, titles_channel=hall.id)
    # The channel is deleted in the very moment in which something is posted there.
    path = f"/channels/{hall.id}/messages"
    stage.env.inject_error("POST", path, status=404, code=10003, message="Unknown Channel")
    await earn_bronze(stage)
    await stage.as_the_bot(stage.bot.congratulations.announce)
    assert await blocked(stage) == [(hall.id, "gone")]


async def test_a_lesson_together_ends_where_a_channel_refuses_a_question(stage: Stage) -> None:
    shown = await stage.moderator.slash(
        stage.quiz, "poll", lesson="rlhf-basics", question="all", duration="5m"
    )
    await stage.press(stage.moderator, stage.looked_at(shown), "Post")
    await stage.env.advance_time(2)
    (thread,) = stage.quiz.threads
    first = next(one for one in thread.history() if "Closes" in prose(one) or "closes" in prose(one))
    assert first is not None
    await stage.bot.actions.blocked_channels.block(thread.id, stage.guild.id, "forbidden")
    asked = posts(stage, thread)
    await stage.later(303)
    await stage.env.advance_time(60)
    assert posts(stage, thread) == asked
    told = [prose(one) for one in stage.quiz.history()]
    assert any("is gone or closed to me" in one for one in told), told


async def test_a_server_that_the_bot_has_left_blocks_nothing(stage: Stage) -> None:
    await closed_result(stage)
    stage.env.backend.remove_guild(stage.guild.id)
    await stage.env.advance_time(120)
    assert await blocked(stage) == []
