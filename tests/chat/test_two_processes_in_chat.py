"""Two processes of the bot over one PostgreSQL: what a channel sees of both is what it would see of one."""

import asyncio
from collections.abc import AsyncGenerator
from functools import partial
from typing import Any

import pytest
from chat_stage import Stage, poll_id, prose
from sqlalchemy.engine import URL

from bot.actions import Actions, make_actions
from bot.chat.edits import A_SECOND, Edits
from bot.chat.posts import Posts
from bot.storage import Database

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


class Process:
    """What a process knows: its own connections, and which messages it has still to edit."""

    def __init__(self, actions: Actions, posts: Posts) -> None:
        self.actions, self.posts = actions, posts

    async def pressed(self, message: Any, member: int) -> None:
        """It hears of a press, and answers it."""
        poll = poll_id(message)
        await self.actions.polls.answer(
            poll, member=member, option=0, channel=message.channel.id, message=message.id
        )
        self.posts.changed(poll)


@pytest.fixture
async def other(stage: Stage, url: URL) -> AsyncGenerator[Process]:
    database = Database(url)
    actions = make_actions(database, stage.catalogue, stage.env.now)
    edits = Edits(stage.bot, actions, stage.env.now)
    yield Process(actions, Posts(stage.bot, actions, edits, stage.env.now))
    await database.close()


def edits(stage: Stage, message: Any) -> int:
    return len(stage.requests("PATCH", f"/messages/{message.id}"))


async def a_second(stage: Stage, other: Process, *, other_first: bool) -> None:
    """Each clockwork strikes once."""
    if other_first:
        await stage.as_the_bot(other.posts.count)
    await stage.env.advance_time(1)
    if not other_first:
        await stage.as_the_bot(other.posts.count)


@pytest.mark.parametrize("other_first", [False, True], ids=["one first", "the other first"])
async def test_five_hundred_answers_within_ten_seconds_cost_both_together_at_most_four_edits(
    stage: Stage, other: Process, other_first: bool
) -> None:
    message = await stage.poll()
    both = (Process(stage.bot.actions, stage.bot.posts), other)
    for second in range(10):
        crowd = range(2**62 + 50 * second, 2**62 + 50 * (second + 1))

        async def press(crowd: range = crowd) -> None:
            await asyncio.gather(*(both[member % 2].pressed(message, member) for member in crowd))

        await stage.as_the_bot(press)
        await a_second(stage, other, other_first=other_first)
    assert 1 <= edits(stage, message) <= 3
    for _ in range(20):
        await a_second(stage, other, other_first=other_first)
    assert "500 answered" in prose(stage.now_shown(message))
    assert edits(stage, message) <= 4


@pytest.mark.parametrize("other_first", [False, True], ids=["one first", "the other first"])
async def test_the_last_answer_is_counted_whichever_process_heard_of_it_and_nothing_is_edited_for_nothing(
    stage: Stage, other: Process, other_first: bool
) -> None:
    message = await stage.poll()
    one = Process(stage.bot.actions, stage.bot.posts)
    await stage.as_the_bot(lambda: one.pressed(message, 2**62))
    await stage.as_the_bot(lambda: other.pressed(message, 2**62 + 1))
    for _ in range(7):
        await a_second(stage, other, other_first=other_first)
    assert "2 answered" in prose(stage.now_shown(message))
    await stage.as_the_bot(lambda: other.pressed(message, 2**62 + 2))
    for _ in range(30):
        await a_second(stage, other, other_first=other_first)
    assert "3 answered" in prose(stage.now_shown(message))
    assert edits(stage, message) == 2


async def test_both_together_edit_no_more_than_seven_polls_within_a_second(
    stage: Stage, other: Process
) -> None:
    questions = [
        (lesson.slug, question.id) for lesson in stage.catalogue.lessons for question in lesson.questions
    ][:16]
    posted = [await stage.poll(lesson=lesson, question=question) for lesson, question in questions]
    one = Process(stage.bot.actions, stage.bot.posts)
    for message in posted:
        for process, member in ((one, 2**62), (other, 2**62 + 1)):
            await stage.as_the_bot(partial(process.pressed, message, member))
    a_tick: list[int] = []
    for _ in range(12):
        before = sum(edits(stage, message) for message in posted)
        await a_second(stage, other, other_first=False)
        a_tick.append(sum(edits(stage, message) for message in posted) - before)
    assert max(a_tick) == A_SECOND
    assert all("2 answered" in prose(stage.now_shown(message)) for message in posted)
