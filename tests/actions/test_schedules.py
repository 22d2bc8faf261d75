"""Schedules: planned, changed, paused, skipped and removed, and each hour posted once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.polls import OpenPoll
from bot.actions.recaps import Recap
from bot.actions.refusals import Refusal
from bot.actions.scheduled_posts import Due, WeeksLesson
from lessons.model import Lesson
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


async def test_the_server_s_clock_is_what_counts_over_both_changes_and_a_new_zone_plans_anew(
    school: School, clock: HandClock
) -> None:
    settings = school.actions.settings
    for zone, edges in {
        "Europe/Berlin": ("2026-03-28T08:00", "2026-03-29T07:00", "2026-10-24T07:00", "2026-10-25T08:00"),
        "America/New_York": ("2026-03-07T14:00", "2026-03-08T13:00", "2026-10-31T13:00", "2026-11-01T14:00"),
        "Australia/Lord_Howe": (
            "2026-10-02T22:30",
            "2026-10-03T22:00",
            "2027-04-02T22:00",
            "2027-04-03T22:30",
        ),
    }.items():
        await settings.change(GUILD, STARTER, zone=zone)
        for before, after in (edges[:2], edges[2:]):
            clock.now = at(before) - timedelta(minutes=1)
            schedule = await add(school)
            view = await school.actions.schedules.view(GUILD, schedule)
            assert view.schedule.next_at == at(before)
            clock.now = at(before)
            assert await posted(school, schedule)
            view = await school.actions.schedules.view(GUILD, schedule)
            assert view.schedule.next_at == at(after), zone
            await school.actions.schedules.remove(GUILD, schedule, STARTER)
    clock.now = at("2027-06-01T12:00")
    schedule = await add(school)
    for zone, planned in (("Asia/Kolkata", "2027-06-02T03:30"), ("UTC", "2027-06-02T09:00")):
        change = await settings.change(GUILD, STARTER, zone=zone)
        view = await school.actions.schedules.view(GUILD, schedule)
        assert view.schedule.next_at == at(planned)
    assert change.entry is not None
    await school.actions.audit_log.undo(GUILD, change.entry, STARTER)
    view = await school.actions.schedules.view(GUILD, schedule)
    assert view.schedule.next_at == at("2027-06-02T03:30"), "taken back, it is planned anew, too"


async def deed(school: School) -> int:
    """The last entry of the log."""
    return (await school.actions.audit_log.page(GUILD, 0)).entries[0].id


async def test_every_deed_is_in_the_log_and_can_be_taken_back(school: School, clock: HandClock) -> None:
    clock.now = at("2026-03-01T12:00")
    schedules, undo = school.actions.schedules, school.actions.audit_log.undo
    schedule = await add(school)

    async def next_at() -> datetime | None:
        return (await schedules.view(GUILD, schedule)).schedule.next_at

    planned = await next_at()
    await schedules.skip(GUILD, schedule, ADA)
    assert await next_at() == at("2026-03-03T09:00")
    assert await states(school, schedule) == ["skipped"]
    skipped = await deed(school)
    await schedules.edit(GUILD, schedule, ADA, minute=600)
    edited = await deed(school)
    assert await next_at() == at("2026-03-02T10:00")
    await undo(GUILD, edited, KOFI)
    assert await next_at() == at("2026-03-03T09:00"), "what was skipped stays so"
    await undo(GUILD, skipped, KOFI)
    assert await next_at() == planned
    await schedules.pause(GUILD, schedule, ADA)
    assert await next_at() is None
    await undo(GUILD, await deed(school), KOFI)
    assert await next_at() == planned
    await schedules.edit(GUILD, schedule, ADA, categories=("chance",), weekdays=1)
    view = await schedules.view(GUILD, schedule)
    assert (view.schedule.categories, view.lessons, view.questions) == (("chance",), 1, 3)
    await undo(GUILD, await deed(school), KOFI)
    assert (await schedules.view(GUILD, schedule)).schedule.categories is None
    await schedules.remove(GUILD, schedule, ADA)
    assert await schedules.of(GUILD) == []
    await undo(GUILD, await deed(school), KOFI)
    assert [one.schedule.id for one in await schedules.of(GUILD)] == [schedule]
    entries = (await school.actions.audit_log.page(GUILD, 99)).entries
    await undo(GUILD, entries[-1].id, KOFI)
    assert await schedules.of(GUILD) == [], "taken back, it was never added"


async def test_another_server_cannot_touch_it(school: School) -> None:
    schedule = await add(school)
    with pytest.raises(Refusal):
        await school.actions.schedules.remove(GUILD + 1, schedule, ADA)


async def test_a_week_is_a_lesson_and_its_questions_then_those_of_others(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-01T12:00")  # a Sunday
    schedule = await add(school, "lesson")
    seen: list[str] = []
    week: Lesson | None = None
    for day in range(2, 7):
        clock.now = at(f"2026-03-0{day}T09:00")
        due = await posted(school, schedule)
        if isinstance(due.content, WeeksLesson):
            assert day == 2
            assert due.content.questions == 4
            week = due.content.lesson
        else:
            assert isinstance(due.content, OpenPoll)
            assert (due.content.earlier is None) == (day == 3)
            seen.append(due.content.poll.question)
            clock.now = due.content.poll.closes_at
            await school.polls.close_due(due.content.poll.id)
    assert week is not None
    own = [one.identity for one in week.questions]
    assert seen[: len(own)] == own[:4]
    clock.now = at("2026-03-09T09:00")
    due = await posted(school, schedule)
    assert isinstance(due.content, WeeksLesson)
    assert due.content.lesson != week, "the one that the server has not seen"
    assert due.content.earlier is not None


async def test_a_first_day_that_was_missed_is_made_up_for_by_the_next(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-01T12:00")
    schedule = await add(school, "lesson")
    clock.now = at("2026-03-03T09:00")
    content = (await posted(school, schedule)).content
    assert isinstance(content, WeeksLesson)
    assert content.questions == 3, "from Wednesday to Friday"
    assert await states(school, schedule) == ["posted", "missed"]


async def test_nothing_shown_lately_comes_again_until_all_was_and_then_the_oldest(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-01T12:00")
    schedule = await add(school)
    await school.actions.schedules.edit(GUILD, schedule, ADA, picking="hardest")
    asked: list[str] = []
    for day in range(9):
        clock.now = at("2026-03-02T09:00") + timedelta(days=day)
        due = await posted(school, schedule)
        assert isinstance(due.content, OpenPoll)
        asked.append(due.content.poll.question)
        clock.now = due.content.poll.closes_at
        await school.polls.close_due(due.content.poll.id)
    questions = {one.identity for lesson in school.catalogue for one in lesson.questions}
    assert set(asked[:7]) == questions
    assert all("chance" in one for one in asked[:3]), "the hardest first"
    assert asked[7:] == asked[:2], "then what was shown longest ago"


async def test_a_channel_that_refuses_pauses_all_that_is_planned_there_until_it_is_mended(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-01T12:00")
    first, second = await add(school), await add(school, "lesson")
    clock.now = at("2026-03-02T09:00")
    due = await take(school, first)
    assert due is not None
    await school.actions.scheduled_posts.refused(due.post.id, "forbidden")
    for schedule in (first, second):
        view = await school.actions.schedules.view(GUILD, schedule)
        assert (view.schedule.state, view.schedule.reason) == ("paused", "forbidden")
    assert await states(school, first) == ["failed"]
    (blocked,) = await school.actions.blocked_channels.of(GUILD)
    assert blocked.channel == CHANNEL
    await school.actions.blocked_channels.lift(GUILD, ADA, CHANNEL)
    for schedule in (first, second):
        assert (await school.actions.schedules.view(GUILD, schedule)).schedule.state == "on"


async def test_a_recap_tells_of_the_week_and_names_nobody_who_hides_or_was_wrong(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-03T12:00")
    schedule = await add(school, "recap")
    for member, name in ((ADA, "ada"), (KOFI, "kofi"), (MATEO, "mateo")):
        await school.actions.people.meet(member, name, GUILD, None)
    for question, right in (("logic-0", 3), ("logic-1", 1)):
        poll = await school.poll(question)
        key = school.key(f"curated:{question}")
        for at_, member in enumerate((ADA, KOFI, MATEO)):
            await school.press(poll, member, key if at_ < right else 3 - key)
        clock.forward(minutes=11)
        await school.polls.close_due(poll)
        await school.polls.delivered(poll)
    await school.actions.privacy.hide(KOFI)
    clock.now = at("2026-03-08T18:00")
    due = await posted(school, schedule)
    assert isinstance(due.content, Recap)
    week = due.content
    assert (week.polls, week.members) == (2, 3)
    assert week.movers[0].name == "ada"
    assert "kofi" not in {one.name for one in (*week.movers, *week.titled)}
    assert week.best is not None
    assert week.missed is not None
    assert (week.best.poll.question, week.missed.poll.question) == ("curated:logic-0", "curated:logic-1")


async def test_a_week_without_answers_has_no_recap(school: School, clock: HandClock) -> None:
    clock.now = at("2026-03-03T12:00")
    schedule = await add(school, "recap")
    clock.now = at("2026-03-08T18:00")
    assert await take(school, schedule) is None
    assert await states(school, schedule) == ["empty"]


async def test_where_no_lesson_has_what_is_chosen_the_hour_says_so(school: School, clock: HandClock) -> None:
    clock.now = at("2026-03-03T12:00")
    schedule = await add(school)
    await school.actions.schedules.edit(GUILD, schedule, ADA, categories=("chance",))
    await school.actions.settings.change(GUILD, ADA, categories=("logic",))
    clock.now = at("2026-03-04T09:00")
    assert await take(school, schedule) is None
    assert await states(school, schedule) == ["unmatched"]


async def test_what_became_of_hours_is_kept_for_180_days_and_posted_lessons_for_good(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-02T08:00")
    lesson, question = await add(school, "lesson"), await add(school)
    clock.now = at("2026-03-02T09:00")
    await posted(school, lesson)
    await posted(school, question)
    await school.actions.scheduled_posts.settle()
    clock.forward(days=181)
    await school.actions.scheduled_posts.cut()
    assert await states(school, lesson) == ["posted"]
    assert await states(school, question) == []


async def test_a_question_that_nobody_got_right_is_the_one_missed_most_and_never_the_best(
    school: School, clock: HandClock
) -> None:
    clock.now = at("2026-03-03T12:00")
    schedule = await add(school, "recap")
    poll = await school.poll("logic-0")
    for member in (ADA, KOFI, MATEO):
        await school.press(poll, member, 3 - school.key("curated:logic-0"))
    clock.forward(minutes=11)
    await school.polls.close_due(poll)
    await school.polls.delivered(poll)
    clock.now = at("2026-03-08T18:00")
    content = (await posted(school, schedule)).content
    assert isinstance(content, Recap)
    assert content.best is None
    assert content.missed is not None
