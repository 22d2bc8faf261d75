"""Killed with SIGKILL around the post of a schedule, a bot makes it once, be it a question or a lesson."""

from datetime import timedelta
from typing import Literal

import pytest

from bot.actions import make_actions
from bot.app import load_catalogue
from bot.storage.schedules import Schedule, ScheduledPost
from tests.crashes.lasting import NONCE_LASTS, Death, until
from tests.crashes.observed import Observed

POST = r"/channels/\d+/messages"

kinds = pytest.mark.parametrize("kind", ["question", "lesson"])
moments = pytest.mark.parametrize("effective", [False, True], ids=["about to post", "posted"])


async def plan(bench: Observed, kind: Literal["question", "lesson"]) -> int:
    """A schedule whose hour has just come."""
    actions = make_actions(bench.database, load_catalogue(), bench.discord.now)
    guild, channel = bench.discord.guild.id, bench.discord.channel.id
    schedule = (await actions.schedules.add(guild, bench.discord.moderator, kind, channel)).schedule.id
    async with bench.database.unit() as unit:
        await unit.schedules.change(schedule, next_at=bench.discord.now())
    return schedule


async def posted_once(bench: Observed, schedule: int) -> None:
    """The hour is noted as posted, once, as the one message that stands there; the next is planned."""

    async def noted() -> bool:
        return [one.state for one in await posts(bench, schedule)] == ["posted"]

    await until(noted)
    (post,) = await posts(bench, schedule)
    (message,) = bench.discord.posted()
    assert post.message == message.id
    planned = await known(bench, schedule)
    assert planned.next_at is not None
    assert planned.next_at > bench.discord.now() + timedelta(minutes=1)
    if post.poll is not None:
        async with bench.database.reading() as unit:
            poll = await unit.polls.get(post.poll)
            assert await unit.polls.get(post.poll + 1) is None
        assert poll is not None
        assert (poll.state, poll.message) == ("open", message.id)


async def posts(bench: Observed, schedule: int) -> list[ScheduledPost]:
    async with bench.database.reading() as unit:
        return (await unit.schedules.posts([schedule], 9))[schedule]


async def known(bench: Observed, schedule: int) -> Schedule:
    async with bench.database.reading() as unit:
        found = await unit.schedules.get(schedule)
    assert found is not None
    return found


@kinds
@moments
async def test_it_posts_once_when_it_is_back_at_once(
    bench: Observed, kind: Literal["question", "lesson"], effective: bool
) -> None:
    bench.discord.death = Death("POST", POST, effective)
    schedule = await plan(bench, kind)
    await bench.discord.died()
    assert [one.state for one in await posts(bench, schedule)] == ["posting"]
    await bench.restarted()
    await posted_once(bench, schedule)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@kinds
@moments
async def test_it_posts_once_and_late_when_discord_has_forgotten_the_nonce(
    bench: Observed, kind: Literal["question", "lesson"], effective: bool
) -> None:
    bench.discord.death = Death("POST", POST, effective)
    schedule = await plan(bench, kind)
    await bench.discord.died()
    standing = [one.id for one in bench.discord.posted()]
    assert len(standing) == effective
    await bench.restarted(later=NONCE_LASTS + 10)
    await posted_once(bench, schedule)
    assert [one.id for one in bench.discord.posted()][: len(standing)] == standing


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@kinds
async def test_where_no_history_may_be_read_it_does_not_post_what_may_stand_there(
    bench: Observed, kind: Literal["question", "lesson"]
) -> None:
    bench.discord.death = Death("POST", POST, effective=True)
    schedule = await plan(bench, kind)
    await bench.discord.died()
    bench.discord.forbid(read_message_history=False)
    asked = bench.discord.asked("GET", POST)
    await bench.restarted(later=NONCE_LASTS + 10)
    await until(lambda: bench.discord.asked("GET", POST) > asked)
    assert len(bench.discord.posted()) == 1
    await bench.discord.kill()
    await bench.restarted(later=31 * 60)

    async def given_up() -> bool:
        return [one.state for one in await posts(bench, schedule)] == ["failed"]

    await until(given_up)
    assert len(bench.discord.posted()) == 1


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_an_hour_that_nobody_was_there_for_is_missed_and_not_posted(bench: Observed) -> None:
    await bench.discord.kill()
    schedule = await plan(bench, "question")
    await bench.restarted(later=16 * 60)

    async def missed() -> bool:
        return [one.state for one in await posts(bench, schedule)] == ["missed"]

    await until(missed)
    assert bench.discord.posted() == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
@kinds
async def test_two_processes_post_it_once(bench: Observed, kind: Literal["question", "lesson"]) -> None:
    await bench.discord.start_bot()
    schedule = await plan(bench, kind)
    await posted_once(bench, schedule)
