"""What may happen to a poll's message between its post and its result, and how much Discord is asked meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from chat_stage import Stage, key_letter, poll_id, prose, seen, small_lesson
from simcord import ChannelHandle

from bot.chat.poll_cards import open_screen
from lessons.catalogue import Catalogue

QUESTION = "curated:rlhf-dpo-removes"


@pytest.fixture
def right(catalogue: Catalogue) -> str:
    return key_letter(catalogue, QUESTION)


def edits(stage: Stage, message: Any) -> int:
    return len(stage.requests("PATCH", f"/messages/{message.id}"))


def fail_edits(stage: Stage, message: Any, *, status: int, code: int = 0, times: int | None = 1) -> None:
    path = f"/channels/*/messages/{message.id}"
    stage.env.inject_error("PATCH", path, status=status, code=code, message="not so", times=times)


async def over_and_done_with(stage: Stage, poll: int) -> None:
    """The poll is closed and rated, and Discord is asked no more."""
    stored = await stage.stored_poll(poll)
    assert stored.state == "closed"
    assert stored.delivered_at is not None
    assert len(await stage.stored_answers(poll)) == 1
    before = len(stage.env.http_requests)
    await stage.later(298)
    assert len(stage.env.http_requests) == before, "no loop of edits"


class TestAccidents:
    @pytest.fixture
    async def poll(self, stage: Stage, right: str) -> Any:
        message = await stage.poll()
        await stage.members[0].click(message, label=right)
        await stage.env.advance_time(10)
        return message

    async def test_a_deleted_message_is_let_go_with_a_word_in_the_log(
        self, stage: Stage, poll: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        await stage.moderator.delete(poll)
        await stage.later(303)
        assert f"Message {poll.id} is gone (10008); what it counted is kept" in caplog.text
        await over_and_done_with(stage, poll_id(poll))

    async def test_a_deleted_message_that_was_to_count_closes_its_poll_with_what_was_answered(
        self, stage: Stage, poll: Any
    ) -> None:
        await stage.members[1].click(poll, label="A")
        await stage.moderator.delete(poll)
        await stage.env.advance_time(10)
        stored = await stage.stored_poll(poll_id(poll))
        assert (stored.state, len(await stage.stored_answers(poll_id(poll)))) == ("closed", 2)
        assert stored.delivered_at is not None
        tried = edits(stage, poll)
        await stage.later(303)
        assert edits(stage, poll) == tried, "the first refusal is the last"
        assert (await stage.poll()).id != poll.id, "its question can be asked again at once"

    async def test_a_deleted_channel_is_let_go_with_a_word_in_the_log(
        self, stage: Stage, poll: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO")
        stage.env.backend.delete_channel(stage.quiz.id)
        await stage.later(303)
        assert f"Message {poll.id} is gone (10003); what it counted is kept" in caplog.text
        await over_and_done_with(stage, poll_id(poll))

    async def test_a_permission_lost_before_the_result_is_named_in_the_log(
        self, stage: Stage, poll: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        stage.forbid(stage.quiz, view_channel=False)
        await stage.later(303)
        assert f"Channel {stage.quiz.id} is closed to the bot" in caplog.text
        assert "Give the bot's role View Channel there" in caplog.text
        await over_and_done_with(stage, poll_id(poll))

    async def test_a_bot_that_was_removed_from_the_server_closes_its_polls_in_silence(
        self, stage: Stage, poll: Any
    ) -> None:
        stage.env.backend.remove_guild(stage.guild.id)
        await stage.later(303)
        await over_and_done_with(stage, poll_id(poll))

    async def test_a_deleted_role_of_the_bots_does_not_keep_the_result_from_being_shown(
        self, stage: Stage, poll: Any
    ) -> None:
        guild = stage.env.backend.get_guild(stage.guild.id)
        own = next(role for role in guild.roles.values() if role.managed)
        stage.env.backend.delete_role(guild.id, own.id)
        await stage.later(303)
        assert "📊 Result" in prose(stage.now_shown(poll))

    async def test_a_moderator_whose_role_was_deleted_no_longer_manages_what_others_started(
        self, stage: Stage, poll: Any
    ) -> None:
        other = stage.guild.add_member(stage.env.create_user("otto"), roles=[stage.moderators])
        stage.env.backend.delete_role(stage.guild.id, stage.moderators.id)
        result = await other.click(poll, label="Manage")
        assert "Only whoever started this poll, or a moderator, can" in seen(result)
        assert (await stage.stored_poll(poll_id(poll))).state == "open"

    async def test_a_channel_that_is_gone_before_the_post_is_told_of(self, stage: Stage) -> None:
        path = f"/channels/{stage.quiz.id}/messages"
        stage.env.inject_error("POST", path, status=404, code=10003, message="Unknown Channel")
        preview = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics")
        told = await stage.press(stage.moderator, stage.looked_at(preview), "Post")
        assert "This channel is gone, so nothing was posted." in prose(told)

    async def test_a_post_of_which_discord_says_nothing_is_neither_repeated_nor_left_open(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = f"/channels/{stage.quiz.id}/messages"
        stage.env.inject_error("POST", path, status=503)
        await stage.env.advance_time(1)
        preview = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics", duration="1h")
        told = await stage.press(stage.moderator, stage.looked_at(preview), "Post")
        assert "Discord did not say whether it posted the poll." in prose(told)
        await stage.env.advance_time(65)
        await stage.later(958)
        posted = [one for one in stage.quiz.history() if not one.flags.ephemeral]
        assert len(posted) <= 1
        async with stage.database.reading() as unit:
            still = await unit.polls.open_questions([stage.guild.id])
        assert bool(still) == bool(posted), "what is open stands in the channel"


@pytest.mark.parametrize("accident", ["message", "channel", "permission"])
@pytest.mark.parametrize(
    ("ask", "confirm", "told"),
    [
        (
            "Close now",
            "Close it now",
            "🔒 Closed, and every answer counts. Its message cannot show the result",
        ),
        (
            "Cancel without rating",
            "Cancel the poll",
            "🚫 Cancelled: it rates nobody. Its message cannot say so",
        ),
    ],
)
async def test_whoever_ends_a_poll_whose_message_cannot_show_it_is_told_so(
    stage: Stage, accident: str, ask: str, confirm: str, told: str
) -> None:
    message = await stage.poll()
    await stage.members[0].click(message, label="A")
    shown = await stage.press(stage.moderator, message, "Manage")
    await stage.press(stage.moderator, shown, ask)
    if accident == "message":
        await stage.moderator.delete(message)
    elif accident == "permission":
        fail_edits(stage, message, status=403, code=50001)
    else:
        fail_edits(stage, message, status=404, code=10003)
    assert told in prose(await stage.press(stage.moderator, shown, confirm))
    tried = edits(stage, message)
    await stage.env.advance_time(120)
    assert edits(stage, message) == tried, "the first refusal is the last"


class TestPostsFoundLate:
    """Discord answered with an error and posted all the same, and the bot may not read the channel's history."""

    @pytest.fixture
    async def poll(self, stage: Stage) -> Any:
        stage.forbid(stage.quiz, read_message_history=False)
        polls = stage.bot.actions.polls
        prepared = await polls.prepare(
            guild=stage.guild.id,
            channel=stage.quiz.id,
            starter=stage.moderator.id,
            duration=timedelta(hours=1),
            locale="en-US",
            question="rlhf-dpo-removes",
        )
        stage.env.backend.advance_clock(180)
        channel = stage.bot.get_partial_messageable(stage.quiz.id, guild_id=stage.guild.id)
        await stage.as_the_bot(lambda: channel.send(view=open_screen(prepared)))
        return stage.quiz.last_message

    async def test_one_is_taken_up_by_the_first_press(self, stage: Stage, poll: Any) -> None:
        await stage.env.advance_time(65)
        assert (await stage.stored_poll(1)).state == "posting"
        assert "Recorded, and final" in seen(await stage.members[0].click(poll, label="A"))
        await stage.later(958)
        assert (await stage.stored_poll(1)).state == "open"
        assert "1 answered" in prose(stage.now_shown(poll))

    async def test_one_is_taken_up_by_the_first_press_however_late(self, stage: Stage, poll: Any) -> None:
        await given_up(stage)
        assert "Recorded, and final" in seen(await stage.members[0].click(poll, label="A"))
        await stage.env.advance_time(10)
        assert "1 answered" in prose(stage.now_shown(poll))
        assert "⚙️ Manage this poll" in seen(await stage.moderator.click(poll, label="Manage"))

    async def test_one_whose_question_was_asked_again_by_then_tells_whoever_presses_so(
        self, stage: Stage, poll: Any
    ) -> None:
        await given_up(stage)
        await stage.poll()
        told = seen(await stage.members[0].click(poll, label="A"))
        assert "This poll was withdrawn, so nothing was recorded. Ask a moderator for a new one." in told
        told = seen(await stage.moderator.click(poll, label="Manage"))
        assert "so it was withdrawn and takes no answers. Post a new one with /poll." in told
        assert await stage.stored_answers(1) == {}
        async with stage.database.reading() as unit:
            assert await unit.attempts.of(stage.members[0].id, [QUESTION]) == {}


async def given_up(stage: Stage) -> None:
    """Nobody found the post, or pressed on it, within a quarter of an hour."""
    await stage.later(838)
    await stage.env.advance_time(65)
    assert (await stage.stored_poll(1)).state == "withdrawn"


class TestThreads:
    @pytest.fixture
    async def thread(self, stage: Stage) -> ChannelHandle:
        raw = stage.env.backend.create_thread(stage.quiz.id, "study group", stage.moderator.id)
        return ChannelHandle(stage.env, stage.guild, raw)

    async def test_one_that_fell_asleep_is_opened_again_for_the_result(
        self, stage: Stage, thread: ChannelHandle
    ) -> None:
        message = await stage.poll(thread)
        archive(stage, thread, locked=False)
        fail_edits(stage, message, status=400, code=50083)
        await stage.later(303)
        assert "📊 Result" in prose(stage.now_shown(message))
        metadata = stage.env.backend.get_channel(thread.id).thread_metadata
        assert metadata is not None
        assert not metadata.archived

    async def test_one_that_was_locked_is_left_alone(self, stage: Stage, thread: ChannelHandle) -> None:
        message = await stage.poll(thread)
        await stage.members[0].click(message, label="A")
        await stage.env.advance_time(10)
        archive(stage, thread, locked=True)
        fail_edits(stage, message, status=400, code=50083, times=None)
        await stage.later(303)
        await over_and_done_with(stage, poll_id(message))


def archive(stage: Stage, thread: ChannelHandle, *, locked: bool) -> None:
    metadata = {"archived": True, "locked": locked}
    stage.env.backend.edit_channel(thread.id, {}, thread_metadata=metadata)


class TestHowMuchDiscordIsAsked:
    @pytest.fixture
    def catalogue(self) -> Catalogue:
        return Catalogue((small_lesson("logic", "Logic", questions=20),))

    async def poll(self, stage: Stage, number: int = 1, **options: Any) -> Any:
        return await stage.poll(lesson="logic", question=f"logic-{number}", **options)

    async def test_five_hundred_answers_within_ten_seconds_cost_at_most_four_edits(
        self, stage: Stage
    ) -> None:
        crowd = [stage.guild.add_member(stage.env.create_user(f"person{n}")) for n in range(500)]
        message = await self.poll(stage)
        for start in range(0, 500, 50):
            presses = [person.click(message, label="A") for person in crowd[start : start + 50]]
            results = await stage.at_once(presses)
            assert all("Recorded, and final" in seen(one) for one in results)
            await stage.env.advance_time(1)
        assert edits(stage, message) <= 4
        await stage.env.advance_time(10)
        assert "500 answered" in prose(stage.now_shown(message))
        assert edits(stage, message) <= 4

    async def test_twenty_polls_that_change_at_once_are_edited_ten_a_second_at_most(
        self, stage: Stage
    ) -> None:
        posted = [await self.poll(stage, n) for n in range(1, 20)]
        for message in posted:
            await stage.members[0].click(message, label="A")
        a_second: list[int] = []
        for _ in range(12):
            before = len(stage.requests("PATCH"))
            await stage.env.advance_time(1)
            a_second.append(len(stage.requests("PATCH")) - before)
        assert max(a_second) <= 10
        assert all("1 answered" in prose(stage.now_shown(one)) for one in posted)

    async def test_results_keep_the_pace_and_are_all_shown(self, stage: Stage) -> None:
        posted = [await self.poll(stage, n) for n in range(1, 20)]
        a_second: list[int] = []
        for _ in range(320):
            before = len(stage.requests("PATCH"))
            await stage.env.advance_time(1)
            a_second.append(len(stage.requests("PATCH")) - before)
        assert max(a_second) <= 10
        assert all("📊" in prose(stage.now_shown(one)) for one in posted)

    async def test_a_refused_count_is_not_tried_again_and_the_result_once(self, stage: Stage) -> None:
        message = await self.poll(stage)
        stage.forbid(stage.quiz, view_channel=False)
        for person in stage.members:
            await person.click(message, label="A")
            await stage.env.advance_time(10)
        assert edits(stage, message) == 1
        await stage.later(598)
        assert edits(stage, message) == 2

    async def test_a_message_edited_too_often_gets_its_result_ten_minutes_later(self, stage: Stage) -> None:
        message = await self.poll(stage)
        fail_edits(stage, message, status=429, code=30046)
        await stage.later(303)
        assert edits(stage, message) == 1
        await stage.later(498)
        assert edits(stage, message) == 1, "Discord is left alone meanwhile"
        await stage.env.advance_time(110)
        assert "📊" in prose(stage.now_shown(message))
        assert edits(stage, message) == 2

    async def test_where_discord_is_at_a_loss_the_result_is_tried_later_and_later(self, stage: Stage) -> None:
        message = await self.poll(stage)
        fail_edits(stage, message, status=503, times=4)
        await stage.later(299)
        seen_after = []
        for _ in range(16):
            await stage.env.advance_time(60)
            seen_after.append(edits(stage, message))
        assert seen_after[0] <= 2
        assert seen_after[-1] == 5, "after 1, 2, 4 and 8 minutes"
        assert "📊" in prose(stage.now_shown(message))
