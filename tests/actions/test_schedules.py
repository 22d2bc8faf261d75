"""Schedules: planned, changed, paused, skipped and removed, and each hour posted once."""

import asyncio
from datetime import UTC, datetime

from bot.actions.polls import OpenPoll
from bot.actions.scheduled_posts import Due
from tests.actions.school import ADA, CHANNEL, GUILD, KOFI, MATEO, STARTER, School
from tests.conftest import HandClock

LOCALE = "en-US"


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


async def take(school: School, schedule: int) -> Due | None:
    return (await school.actions.scheduled_posts.take(schedule, LOCALE)).due


async def posted(school: School, schedule: int) -> Due:
    """The hour that has come is taken, and its post made."""
    due = await take(school, schedule)
    assert due is not None
    if isinstance(due.content, OpenPoll):
        await school.polls.posted(due.content.poll.id, due.post.id)
    await school.actions.scheduled_posts.posted(due.post.id, due.post.id)
    return due


async def states(school: School, schedule: int) -> list[str]:
    """What became of the schedule's hours, the latest first."""
    return [one.state for one in (await school.actions.schedules.view(GUILD, schedule)).outcomes]


async def add(school: School, kind: str = "question") -> int:
    return (await school.actions.schedules.add(GUILD, STARTER, kind, CHANNEL)).schedule.id  # type: ignore[arg-type]


async def test_a_question_a_day_is_posted_at_its_hour_and_opens_with_yesterdays_answer(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-01T12:00")
    view = await school.actions.schedules.daily_question(GUILD, CHANNEL, STARTER)
    again = await school.actions.schedules.daily_question(GUILD, CHANNEL, STARTER)
    assert again.schedule == view.schedule, "asked for twice, planned once"
    schedule = view.schedule.id
    assert view.schedule.next_at == at("2026-03-02T09:00")
    clock.now = at("2026-03-02T08:59:59")
    assert await school.actions.scheduled_posts.due(9) == []
    clock.now = at("2026-03-02T09:00")
    (found,) = await school.actions.scheduled_posts.due(9)
    assert found.id == schedule
    first = await posted(school, schedule)
    assert isinstance(first.content, OpenPoll)
    assert first.content.earlier is None
    poll = first.content.poll
    assert poll.schedule == schedule
    assert poll.closes_at == at("2026-03-03T08:55"), "before the next one"
    assert await take(school, schedule) is None, "once"
    key = school.key(poll.question)
    for member in (ADA, KOFI, MATEO):
        await school.press(poll.id, member, key)
    clock.now = at("2026-03-03T08:55")
    await school.polls.close_due(poll.id)
    clock.now = at("2026-03-03T09:00:01")
    second = await posted(school, schedule)
    assert isinstance(second.content, OpenPoll)
    assert second.content.poll.question != poll.question
    assert second.content.earlier is not None
    assert second.content.earlier.poll.id == poll.id
    assert second.content.earlier.right == 3
    shown = await school.polls.view(second.content.poll.id)
    assert isinstance(shown, OpenPoll)
    assert shown.earlier == second.content.earlier, "an edit shows it, too"
    assert await states(school, schedule) == ["posted", "posted"]


async def test_two_processes_never_both_take_an_hour(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    schedule = await add(school)
    clock.now = at("2026-03-02T09:00")
    taken = await asyncio.gather(*(take(one, schedule) for one in (school, elsewhere) * 5))
    assert len([one for one in taken if one is not None]) == 1
    async with school.database.reading() as unit:
        assert len((await unit.schedules.posts([schedule], 9))[schedule]) == 1


async def test_an_hour_is_made_up_for_a_quarter_of_an_hour_and_missed_then(
    school: School, clock: HandClock
) -> None:
    schedule = await add(school)
    clock.now = at("2026-03-02T09:14:59")
    assert await take(school, schedule) is not None
    clock.now = at("2026-03-05T12:00")
    taken = await school.actions.scheduled_posts.take(schedule, LOCALE)
    assert taken.due is None
    assert taken.missed == tuple(at(f"2026-03-0{day}T09:00") for day in (3, 4, 5))
    view = await school.actions.schedules.view(GUILD, schedule)
    assert view.schedule.next_at == at("2026-03-06T09:00")
    assert [one.state for one in view.outcomes] == ["missed", "missed", "missed", "posting"]
