"""Whoever leaves the boards while a season ends is in its final standings, whichever of the two was first."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.actions.audit import verify
from bot.actions.listing import depart, leave_idle
from bot.storage import Database, Unit
from bot.storage.standings import Spot
from ladder.rating import IDLE_AFTER
from ladder.standings import Ladder
from tests.actions.school import GUILD, OTHER_GUILD, STARTER, School
from tests.conftest import HandClock

ANN, BEN, CLEO = ((2**40 + number) << 22 for number in (1, 2, 3))
"""Members who do not share a lock."""

Work = Callable[[School], Awaitable[object]]
Hold = Callable[[Unit], Awaitable[object]]


async def departs(school: School) -> None:
    async with school.database.unit() as unit:
        await depart(unit, GUILD, ANN, school.clock())


async def falls_silent(school: School) -> None:
    async with school.database.unit() as unit:
        assert await leave_idle(unit, school.clock()) == 1


async def end(school: School) -> None:
    running = await school.actions.seasons.running(GUILD)
    assert running is not None
    await school.actions.seasons.end(GUILD, running.id)


@pytest.fixture
async def season(school: School, clock: HandClock) -> Ladder:
    """The ladder of a season in which Ann has been silent for long, Ben answers, and Cleo has left."""
    season = await school.actions.seasons.start(GUILD, by=STARTER, name="Spring", days=200)
    for members in ((ANN, BEN, CLEO), (BEN, CLEO)):
        for member in members:
            await school.solve((await school.quiz(member)).quiz.id, member)
        clock.forward(days=IDLE_AFTER.days - 1)
    async with school.database.unit() as unit:
        await depart(unit, GUILD, CLEO, clock())
    return season.ladder


async def interleave(url: URL, hold: Hold, works: Iterable[Awaitable[object]]) -> None:
    """Do the works, each begun when those before it have ended or wait; what is held is let go at the end."""
    apart = Database(url)
    tasks: list[asyncio.Task[object]] = []
    async with asyncio.timeout(20):
        async with apart.unit() as unit:
            await hold(unit)
            for work in works:
                tasks.append(asyncio.ensure_future(work))
                while not await settled(apart, tasks):  # noqa: ASYNC110 - PostgreSQL tells nobody who waits
                    await asyncio.sleep(0.02)
        await asyncio.gather(*tasks)
    await apart.close()


async def settled(database: Database, tasks: list[asyncio.Task[object]]) -> bool:
    """Whether each of the tasks has ended or waits; on SQLite, where all wait for the one writer, they just do."""
    if database.url.get_backend_name() == "sqlite":
        return True
    async with database.reading() as unit:
        waiting = await unit.facts._connection.scalar(
            text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        )
    return sum(task.done() for task in tasks) + (waiting or 0) >= len(tasks)


async def hold_cleo(unit: Unit) -> None:
    await unit.ratings.hold([CLEO])


async def hold_the_boards(unit: Unit) -> None:
    spot = Spot(Ladder.world().key, 1, ANN)
    await unit.standings.move((), [spot])
    await unit.standings.move([spot], ())


@pytest.mark.parametrize("leaves", [departs, falls_silent])
@pytest.mark.parametrize("hold", [hold_cleo, hold_the_boards])
@pytest.mark.parametrize("turn", [1, -1], ids=["end first", "leaving first"])
async def test_whoever_leaves_while_a_season_ends_keeps_the_place_in_it(
    school: School, elsewhere: School, *, season: Ladder, leaves: Work, hold: Hold, turn: int
) -> None:
    await interleave(school.database.url, hold, [end(school), leaves(elsewhere)][::turn])
    page = await school.database.standings.page(season.key, 0, 9)
    assert sorted(row.member for row in page.rows) == [ANN, BEN, CLEO]
    assert (await verify(school.database, progress=lambda *_: None)).faults == ()


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_an_end_waits_for_no_other_servers_season(
    school: School, elsewhere: School, season: Ladder
) -> None:
    other = await school.actions.seasons.start(OTHER_GUILD, by=STARTER, name="Cup", days=200)
    for member in (ANN, BEN, CLEO):
        await school.solve((await school.quiz(member, "chance", OTHER_GUILD)).quiz.id, member)
    async with elsewhere.database.unit() as unit:
        assert await unit.seasons.get(OTHER_GUILD, other.id, lock=True) is not None
        async with asyncio.timeout(10):
            await end(school)
    assert await school.database.standings.size(season.key) == 3


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_press_while_a_quiz_answer_is_in_flight_is_not_rated_as_well(
    school: School, elsewhere: School
) -> None:
    quiz = (await school.quiz(ANN)).quiz.id
    put = await school.next(quiz, ANN)
    polls: list[int] = []

    async def hold_her(unit: Unit) -> None:
        await unit.ratings.hold([ANN])

    async def press() -> None:
        polls.append(await elsewhere.poll(put.question.question.removeprefix("curated:")))
        await elsewhere.press(polls[0], ANN, 0)

    right = school.place(put, right=True)
    answered = school.quizzes.answer(quiz, put.question.position, right, ANN)
    await interleave(school.database.url, hold_her, [answered, press()])
    await elsewhere.polls.close(polls[0])
    await school.audit([ANN])
    assert len(await school.entries(ANN)) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_server_leaves_its_board_while_a_member_leaves_theirs(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    await school.solve((await school.quiz(ANN)).quiz.id, ANN)
    await school.actions.servers.compete(GUILD, "Here", competes=True)
    clock.forward(minutes=1)
    hidden = school.actions.privacy.hide(ANN)
    gone = elsewhere.actions.servers.compete(GUILD, "Here", competes=False)
    await interleave(school.database.url, hold_the_boards, [hidden, gone])
    assert not await school.actions.servers.competes(GUILD)
