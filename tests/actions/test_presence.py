"""Servers that the bot joins, is sent away from and comes back to: kept for 30 days, and then deleted whole."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.actions import presence
from bot.actions.audit import verify
from bot.actions.presence import KEPT_FOR
from bot.actions.refusals import Refusal
from bot.storage.ratings import Entry
from bot.storage.schedules import Schedule
from ladder.standings import Ladder
from tests.actions.school import ADA, CHANNEL, GUILD, KOFI, MATEO, OTHER_GUILD, STARTER, School
from tests.actions.seating import seat
from tests.actions.test_own_lessons import SLUG, answer, publish
from tests.actions.test_review_actions import review
from tests.conftest import HandClock
from tests.own_files import own_file

EVERYBODY = (ADA, KOFI, MATEO)


async def a_busy_server(school: School, clock: HandClock) -> None:
    """Names, settings, schedules, a season, polls and quizzes about the library and the server's own lesson, reviews."""
    actions = school.actions
    await actions.presence.came(GUILD, "Academy", greets=True)
    for member, name in zip(EVERYBODY, ("Ada", "Kofi", "Mateo"), strict=True):
        await actions.people.meet(member, name, GUILD, f"{name} of the school")
        await actions.people.meet(member, name, OTHER_GUILD, name)
    await actions.settings.change(GUILD, STARTER, poll_channels=(CHANNEL,), poll_seconds=300)
    await actions.schedules.daily_question(GUILD, CHANNEL, STARTER)
    await actions.seasons.start(GUILD, by=ADA, name="Spring", days=30)
    await actions.servers.compete(GUILD, "Academy", True, STARTER)
    for guild in (GUILD, OTHER_GUILD):
        poll = await school.poll("logic-0" if guild == GUILD else "logic-1", guild=guild)
        for member, option in ((ADA, 0), (KOFI, 1), (MATEO, 0)):
            await school.press(poll, member, option)
        await school.polls.close(poll)
    for member in EVERYBODY:
        quiz = (await school.quiz(member, "chance")).quiz.id
        for _ in range(3):
            await school.solve(quiz, member, right=member != KOFI)
    clock.forward(days=2, minutes=1)
    await review(school, ADA)
    await publish(school, own_file())
    poll = await school.poll("house-rules-first", lesson=SLUG)
    for member in EVERYBODY:
        await school.press(poll, member, 0)
    await school.polls.close(poll)
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await answer(school, quiz, ADA)


async def clean(school: School) -> None:
    assert (await verify(school.database, progress=lambda *_: None)).faults == ()


async def worldly(school: School) -> dict[int, Any]:
    """What of the members is no server's: ratings, journals but for where it was, titles, first attempts."""

    def without(entry: Entry) -> Entry:
        return entry._replace(guild=None)

    found: dict[int, Any] = {}
    for member in EVERYBODY:
        rows = {key: row for key, row in (await school.ratings(member)).items() if f"{GUILD}" not in key}
        async with school.database.reading() as unit:
            journals = {
                key: [without(one) for one in await unit.ratings.entries(member, key)] for key in rows
            }
            total = await unit.experience.total(member)
            matches, titles = await unit.matches.of([member]), await unit.matches.titles([member])
        found[member] = (rows, journals, total, matches, titles, await school.first_attempts(member))
    return found


async def purged(school: School) -> int:
    """Do what the worker does; in how many pieces."""
    pieces = 0
    for guild in await school.actions.presence.to_purge():
        while await school.actions.presence.purge(guild):
            pieces += 1
    return pieces


async def schedules(school: School) -> list[Schedule]:
    return [view.schedule for view in await school.actions.schedules.of(GUILD)]


async def test_a_server_left_for_30_days_is_deleted_and_its_members_ratings_are_not(
    school: School, clock: HandClock
) -> None:
    await a_busy_server(school, clock)
    await clean(school)
    for owner, question in (("curated", "logic-0"), (GUILD, "house-rules-first")):
        served = await school.actions.reports.in_library(f"{owner}:{question}")
        await school.actions.reports.report(member=ADA, guild=GUILD, question=served, reason="Look here.")
    before = await worldly(school)
    await school.actions.presence.went(GUILD, "Academy")
    clock.forward(days=29, hours=23)
    assert await school.actions.presence.to_purge() == []
    assert await purged(school) == 0
    assert len(await schedules(school)) == 1
    clock.forward(hours=1)
    assert await school.actions.presence.to_purge() == [GUILD]
    await purged(school)
    assert await worldly(school) == before
    await clean(school)
    assert await schedules(school) == []
    assert (await school.actions.settings.of(GUILD)).poll_channels == ()
    assert (await school.actions.audit_log.page(GUILD, 0)).entries == ()
    async with school.database.reading() as unit:
        left = [(one.question, one.guild, one.reason) for one in await unit.reports.all()]
    assert left == [("curated:logic-0", None, "Look here.")], "what the library's authors are to read"
    assert [one.slug for one in (await school.actions.holdings.of(GUILD)).lessons] == ["chance", "logic"]
    for key in (Ladder.server(GUILD).key, Ladder.servers().key):
        assert (await school.database.standings.page(key, 0, 9)).size == 0
    async with school.database.reading() as unit:
        assert GUILD not in await unit.presence.known()
        assert await unit.sightings.names(GUILD, [ADA]) == {ADA: "Ada"}
    assert await school.actions.presence.came(GUILD, "Academy", greets=True) == "new"


async def test_a_purge_that_was_killed_is_completed_by_the_next_process(
    school: School, elsewhere: School, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_MEMBERS", 1)
    monkeypatch.setattr(presence, "_ROWS", 3)
    await a_busy_server(school, clock)
    before = await worldly(school)
    await school.actions.presence.went(GUILD, "Academy")
    clock.forward(days=31)
    pieces = 0
    for turn, process in enumerate([school, elsewhere] * 50):
        # Each process forgets what the other one has done, as a fresh one would.
        if not await process.actions.presence.purge(GUILD):
            break
        pieces = turn + 1
        if turn < 4:
            await clean(process)
    assert pieces > 6
    assert await worldly(school) == before
    assert await school.actions.presence.to_purge() == []
    await clean(elsewhere)


async def test_two_processes_that_purge_at_once_count_nothing_twice(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    await a_busy_server(school, clock)
    await school.actions.presence.went(GUILD, "Academy")
    clock.forward(days=31)
    await asyncio.gather(purged(school), purged(elsewhere))
    await clean(school)
    assert await school.actions.presence.known() == {}


async def test_a_server_that_is_back_within_30_days_finds_all_as_it_was(
    school: School, clock: HandClock
) -> None:
    clock.now = datetime.fromisoformat("2026-03-01T12:00+00:00")
    await a_busy_server(school, clock)
    before = await schedules(school), await school.actions.settings.of(GUILD)
    await school.actions.presence.went(GUILD, "Academy")
    await school.actions.presence.went(GUILD, "Academy")
    clock.forward(days=5)
    assert await school.actions.scheduled_posts.due(10) == []
    assert await school.actions.presence.came(GUILD, "Academy", greets=True) == "back"
    assert await school.actions.presence.came(GUILD, "Academy", greets=True) == "known"
    assert (await schedules(school), await school.actions.settings.of(GUILD)) == before
    (due,) = await school.actions.scheduled_posts.due(10)
    taken = await school.actions.scheduled_posts.take(due.id, "en-US")
    assert taken.due is None
    assert len(taken.missed) >= 5
    (view,) = await school.actions.schedules.of(GUILD)
    assert {one.state for one in view.outcomes} == {"missed"}
    assert view.schedule.next_at is not None
    assert view.schedule.next_at > clock()
    await clean(school)


async def test_a_server_stands_among_servers_while_the_bot_is_in_it(school: School, clock: HandClock) -> None:
    async def standing() -> int:
        await school.actions.servers.score_due()
        return (await school.database.standings.page(Ladder.servers().key, 0, 9)).size

    for ladder in (Ladder.world(), Ladder.server(GUILD)):
        await seat(school.database, ladder, [1300] * 5)
    await school.actions.presence.came(GUILD, "Academy", greets=True)
    await school.actions.servers.compete(GUILD, "Academy", True, STARTER)
    assert await standing() == 1
    await school.actions.presence.went(GUILD, "Academy")
    clock.forward(days=1)
    assert await standing() == 0
    await school.actions.presence.came(GUILD, "Academy", greets=True)
    assert await standing() == 1
    await school.actions.presence.went(GUILD, "Academy")
    clock.forward(days=31)
    await purged(school)
    assert await standing() == 0
    async with school.database.reading() as unit:
        assert await unit.servers.get(GUILD) is None


async def test_a_server_is_new_to_one_caller_alone(school: School, elsewhere: School) -> None:
    processes = [school, elsewhere] * 4
    came = await asyncio.gather(
        *(one.actions.presence.came(GUILD, "Academy", greets=True) for one in processes)
    )
    assert Counter(came) == {"new": 1, "known": 7}


async def test_whoever_comes_back_after_30_days_is_new_though_nobody_had_purged_it_yet(
    school: School, clock: HandClock
) -> None:
    await a_busy_server(school, clock)
    poll = await school.poll("logic-2")
    await school.press(poll, ADA, 2)
    await school.actions.presence.went(GUILD, "Academy")
    clock.forward(days=40)
    before = (await school.ratings(ADA))["global"].entries
    assert await school.actions.presence.came(GUILD, "Academy", greets=True) == "new"
    assert await schedules(school) == []
    # The answer in the poll that was still open is rated all the same.
    assert (await school.ratings(ADA))["global"].entries == before + 1
    assert f"server:{GUILD}" not in await school.ratings(ADA)
    await clean(school)
    fresh = await school.poll("logic-3")
    assert fresh > poll, "no number of a poll is given again: messages of old still name them"


async def test_nothing_is_purged_of_a_server_that_the_bot_is_in(school: School, clock: HandClock) -> None:
    await a_busy_server(school, clock)
    clock.forward(days=40)
    assert await school.actions.presence.to_purge() == []
    assert not await school.actions.presence.purge(GUILD)
    assert not await school.actions.presence.purge(OTHER_GUILD)
    assert len(await schedules(school)) == 1
    assert timedelta(days=30) == KEPT_FOR


async def test_the_first_question_is_posted_once(school: School, elsewhere: School) -> None:
    async def first(process: School) -> bool:
        try:
            await process.polls.prepare(
                guild=GUILD,
                channel=CHANNEL,
                starter=STARTER,
                duration=timedelta(hours=1),
                locale="en-US",
                first=True,
            )
        except Refusal:
            return False
        return True

    assert sorted(await asyncio.gather(*(first(one) for one in (school, elsewhere)))) == [False, True]
    found = (await school.actions.first_steps.of(GUILD)).first
    assert found is not None
    await school.polls.withdraw(found.id)
    assert await first(elsewhere), "what was never posted keeps nobody from the next"


@pytest.mark.parametrize("by_hand", [False, True])
async def test_a_daily_question_goes_on_and_off_however_often_it_is_wanted(
    school: School, *, by_hand: bool
) -> None:
    steps = school.actions.first_steps
    for _ in range(2):
        await steps.ask_daily(GUILD, STARTER, CHANNEL)
    assert len(await schedules(school)) == 1
    assert (await steps.of(GUILD)).asks_daily
    if by_hand:
        await school.actions.schedules.pause(GUILD, (await schedules(school))[0].id, STARTER)
    else:
        for _ in range(2):
            await steps.stop_daily(GUILD, STARTER)
    assert not (await steps.of(GUILD)).asks_daily
    await steps.ask_daily(GUILD, ADA, CHANNEL)
    assert (await steps.of(GUILD)).asks_daily
    assert len(await schedules(school)) == 1
