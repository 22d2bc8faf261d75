"""Boards for a whole channel: shared by moderators, and live ones that follow the ladder."""

import re
from typing import Any

from chat_stage import Stage, both, buttons, channel_of, prose, seen

from bot.storage.ratings import RatingRow
from bot.storage.server_tables import live_boards
from ladder.standings import Ladder


async def stand(stage: Stage, ratings: dict[int, int], where: Ladder | None = None) -> None:
    """Give people these ratings on the server's ladder, or move them there."""
    ladder = where or Ladder.server(stage.guild.id)
    async with stage.database.unit() as unit:
        held = [row for row in await unit.ratings.hold(ratings) if row.ladder == ladder.key]
        await unit.ratings.write(
            [
                RatingRow(member, ladder.key, float(one), 40.0, one, 12, 9, 0, stage.env.now(), True)
                for member, one in ratings.items()
            ],
            before=held,
        )
        for member in stage.members:
            await unit.sightings.note(0, member.id, member.name, stage.env.now())


async def live(stage: Stage, who: Any = None, channel: Any = None, **options: Any) -> Any:
    """Ask for a live board; the answer."""
    return await (who or stage.moderator).slash(channel or stage.quiz, "ladder", live=True, **options)


async def posted(stage: Stage, **options: Any) -> Any:
    """A live board's message."""
    answer = await live(stage, **options)
    assert answer.ephemeral
    assert "Posted" in seen(answer), seen(answer)
    return (options.get("channel") or stage.quiz).last_message


def edits(stage: Stage, message: Any, since: int = 0) -> int:
    return len(stage.requests("PATCH", f"/messages/{message.id}", since))


def rows_of(shown: Any) -> list[str]:
    return [line for line in prose(shown).split("\n") if re.match(r"`\s*\d+`", line)]


async def kept(stage: Stage) -> list[int]:
    """The messages that are live boards by what is stored."""
    async with stage.database.reading() as unit:
        rows = await unit.live_boards._connection.execute(live_boards.select())
        return [row.message for row in rows]


@both
async def test_a_live_board_follows_the_ladder_and_is_edited_once_a_minute_at_most(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    await stand(stage, {ben.id: 1500})
    message = await posted(stage)
    assert not getattr(message, "ephemeral", False)
    assert "# 🪜 This server's ladder" in prose(message)
    assert "🔴 Live: follows every answer · changed <t:" in prose(message)
    assert len(rows_of(message)) == 1
    await stage.env.advance_time(300)
    assert edits(stage, message) == 0, "nothing changed"
    for step in range(12):
        await stand(stage, {cleo.id: 1600 + step})
        await stage.env.advance_time(10)
    await stage.env.advance_time(65)
    assert 2 <= edits(stage, message) <= 3
    shown = stage.now_shown(message)
    assert rows_of(shown)[0].startswith("`  1` 🔩 **cleo** · **1611** Iron")
    assert "(you)" not in prose(shown)
    count = edits(stage, message)
    await stage.env.advance_time(300)
    assert edits(stage, message) == count


async def test_a_live_board_goes_on_after_a_restart(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    await stand(stage, {ben.id: 1500})
    message = await posted(stage)
    await stage.env.advance_time(61)
    await stage.restart()
    await stand(stage, {cleo.id: 1600})
    await stage.env.advance_time(62)
    assert len(rows_of(stage.now_shown(message))) == 2
    stopped = await stage.press(stage.moderator, message, "Stop")
    assert "No longer live" in prose(stopped)


async def test_the_buttons_of_a_public_board_answer_in_private_and_leave_it_alone(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    await stand(stage, {1000 + number: 2000 - number for number in range(14)} | {ben.id: 1200})
    message = await posted(stage)
    public = prose(stage.now_shown(message))
    mine = await ben.click(message, label="My place")
    assert mine.ephemeral
    assert "around your place" in seen(mine)
    assert "**ben** (you)" in seen(mine)
    whole = await cleo.click(message, label="Open")
    assert whole.ephemeral
    opened = stage.looked_at(whole)
    assert "page 1 of 2" in prose(opened)
    assert "page 2 of 2" in prose(await stage.press(cleo, opened, "Next"))
    assert prose(stage.now_shown(message)) == public


async def test_only_moderators_post_a_live_board_and_stop_it(stage: Stage) -> None:
    ben = stage.members[0]
    refused = await live(stage, ben)
    assert refused.ephemeral
    assert "Only moderators can do that here." in seen(refused)
    assert await kept(stage) == []
    assert "There is no server here." in seen(await ben.user.slash("ladder", live=True))
    message = await posted(stage)
    refused = await ben.click(message, label="Stop")
    assert refused.ephemeral
    assert "Only moderators can do that here." in seen(refused)
    assert await kept(stage) == [message.id]
    shown = await stage.press(stage.moderator, message, "Stop")
    assert "⏹️ No longer live: this board stays as it stands now." in prose(shown)
    assert "🔴" not in prose(shown)
    assert set(buttons(shown)) == {"My place", "Open"}
    assert await kept(stage) == []
    count = edits(stage, message)
    await stand(stage, {ben.id: 1500})
    await stage.env.advance_time(130)
    assert edits(stage, message) == count
    assert (await posted(stage)).id != message.id, "another may take its place"


async def test_a_channel_has_one_live_board_of_a_ladder_and_is_told_where(stage: Stage) -> None:
    message = await posted(stage)
    again = await live(stage)
    assert again.ephemeral
    assert "This channel has this live board already" in seen(again)
    assert f"/{stage.quiz.id}/{message.id}" in seen(again)
    world = await posted(stage, scope="world")
    elsewhere = await posted(stage, channel=stage.guild.create_text_channel("hall"))
    assert sorted(await kept(stage)) == sorted([message.id, world.id, elsewhere.id])


async def test_of_two_moderators_at_once_one_posts_it(stage: Stage) -> None:
    other = stage.guild.add_member(stage.env.create_user("fay"), roles=[stage.moderators])
    answers = await stage.at_once([live(stage, who) for who in (stage.moderator, other)])
    assert len(answers) == 2
    (message,) = await kept(stage)
    public = [one.id for one in stage.quiz.history() if "🔴" in prose(one)]
    assert public == [message]


async def test_what_is_over_is_not_followed(stage: Stage) -> None:
    for scope in ("seasons", "season:1"):
        assert "so there is nothing to follow" in seen(await live(stage, scope=scope))
    seasons, guild = stage.bot.actions.seasons, stage.guild.id
    started = await stage.as_the_bot(lambda: seasons.start(guild, by=1, name="Cup", days=30))
    message = await posted(stage, scope="season")
    assert "# 🏁 Cup" in prose(message)
    await stage.as_the_bot(lambda: seasons.end(guild, started.id))
    await stage.env.advance_time(62)
    assert "No season runs here" in prose(stage.now_shown(message))


async def test_a_live_board_whose_message_or_channel_is_gone_is_let_go(stage: Stage) -> None:
    ben = stage.members[0]
    hall = stage.guild.create_text_channel("hall")
    message = await posted(stage)
    await posted(stage, channel=hall)
    await stage.moderator.delete(message)
    stage.env.backend.delete_channel(hall.id)
    await stage.env.advance_time(61)
    assert len(await kept(stage)) == 2, "nobody looks before it changes"
    await stand(stage, {ben.id: 1500})
    await stage.env.advance_time(61)
    assert await kept(stage) == []
    assert [one for one in stage.quiz.history() if "🔴" in prose(one)] == [], "it is not posted again"


async def test_in_a_channel_closed_to_the_bot_it_is_kept_and_tried_again_once_that_is_lifted(
    stage: Stage,
) -> None:
    ben = stage.members[0]
    message = await posted(stage)
    stage.env.inject_error("PATCH", f"/channels/*/messages/{message.id}", status=403, code=50001)
    await stand(stage, {ben.id: 1500})
    await stage.env.advance_time(61)
    assert edits(stage, message) == 1
    await stage.env.advance_time(300)
    assert edits(stage, message) == 1
    assert await kept(stage) == [message.id]
    await stage.bot.actions.blocked_channels.lift(stage.guild.id, stage.moderator.id, stage.quiz.id)
    await stage.env.advance_time(62)
    assert len(rows_of(stage.now_shown(message))) == 1


async def test_a_failure_of_discords_is_made_up_for_and_too_many_edits_are_waited_out(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await posted(stage)
    path = f"/channels/*/messages/{message.id}"
    stage.env.inject_error("PATCH", path, status=400, code=30046)
    await stand(stage, {ben.id: 1500})
    await stage.env.advance_time(300)
    assert edits(stage, message) == 1
    await stage.env.advance_time(480)
    assert len(rows_of(stage.now_shown(message))) == 1
    stage.env.inject_error("PATCH", path, status=400, code=0)
    await stand(stage, {cleo.id: 1500})
    await stage.env.advance_time(125)
    assert len(rows_of(stage.now_shown(message))) == 2


async def test_a_board_that_changes_all_the_time_is_edited_every_minute_and_not_oftener(stage: Stage) -> None:
    cleo = stage.members[1]
    message = await posted(stage)
    for step in range(60):
        await stand(stage, {cleo.id: 1600 + step})
        await stage.env.advance_time(10)
    assert 9 <= edits(stage, message) <= 10


async def test_many_live_boards_are_followed_a_few_at_a_time_and_none_is_forgotten(stage: Stage) -> None:
    halls = [stage.guild.create_text_channel(f"hall-{number}") for number in range(8)]
    messages = [await posted(stage, channel=hall) for hall in halls]
    await stage.env.advance_time(61)
    await stand(stage, {stage.members[0].id: 1500})
    await stage.env.advance_time(63)
    assert all(len(rows_of(stage.now_shown(one))) == 1 for one in messages)


async def test_where_the_bot_may_not_write_nothing_is_posted_and_it_says_what_is_missing(
    stage: Stage,
) -> None:
    await stand(stage, {stage.members[0].id: 1500})
    stage.forbid(stage.quiz, send_messages=False)
    refused = await live(stage)
    assert f"I may not write in <#{stage.quiz.id}>" in seen(refused)
    assert await kept(stage) == []
    board = stage.looked_at(await stage.moderator.slash(stage.quiz, "ladder"))
    assert "I may not write in" in seen(await stage.moderator.click(board, label="Share"))


async def test_a_post_that_discord_refuses_leaves_nothing_behind(stage: Stage) -> None:
    await stand(stage, {stage.members[0].id: 1500})
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    assert "I may not write in" in seen(await live(stage))
    assert await kept(stage) == []
    board = stage.looked_at(await stage.moderator.slash(stage.quiz, "ladder"))
    stage.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    assert "I may not write in" in seen(await stage.moderator.click(board, label="Share"))


async def test_a_moderator_shares_a_page_which_then_stays_as_it_is(stage: Stage) -> None:
    ben = stage.members[0]
    await stand(stage, {1000 + number: 2000 - number for number in range(14)} | {ben.id: 1200})
    board = stage.looked_at(await stage.moderator.slash(stage.quiz, "ladder"))
    board = await stage.press(stage.moderator, board, "Next")
    shared = await stage.moderator.click(board, label="Share")
    assert shared.ephemeral
    assert "📣 Shared: [see the board](" in seen(shared)
    message: Any = stage.quiz.last_message
    assert "page 2 of 2" in prose(message)
    assert "**ben** · **1200**" in prose(message)
    assert set(buttons(message)) == {"My place", "Open"}
    assert "around your place" in seen(await ben.click(message, label="My place"))
    await stand(stage, {ben.id: 1900})
    await stage.env.advance_time(130)
    assert "**1200**" in prose(stage.now_shown(message))


async def test_somebody_else_is_told_who_shares(stage: Stage) -> None:
    ben = stage.members[0]
    await stand(stage, {ben.id: 1500})
    board = stage.looked_at(await ben.slash(stage.quiz, "ladder"))
    refused = await ben.click(board, label="Share")
    assert refused.ephemeral
    assert "only moderators post for everybody here, until they have chosen channels" in seen(refused)
    assert stage.quiz.last_message is None


async def test_a_public_board_calls_nobody(stage: Stage) -> None:
    rival = stage.guild.add_member(stage.env.create_user("x", global_name="@everyone <@1>"))
    await stand(stage, {rival.id: 1500})
    async with stage.database.unit() as unit:
        await unit.sightings.note(0, rival.id, "@everyone <@1>", stage.env.now())
    message = await posted(stage)
    stored = stage.env.backend.get_message(channel_of(message), message.id)
    assert not stored.mention_everyone
    assert not stored.mention_user_ids
