"""Whatever people and moderators do, in whichever order and process: every board is what a plain sort would be."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.engine import URL

from bot.actions import listing
from bot.actions.audit import verify
from bot.actions.quizzes import Put
from bot.actions.rating import void
from bot.actions.refusals import Refusal
from bot.storage import Database
from bot.storage.columns import metadata
from bot.storage.ladder_tables import experience, ratings
from ladder.standings import Ladder, competition_ranks
from tests.actions.school import LESSONS, STARTER, School
from tests.conftest import HandClock

PEOPLE = 4
_worlds = itertools.count(2**62, 1000)
"""Every example has members and servers of its own."""

members, guilds, sides = st.integers(0, PEOPLE - 1), st.sampled_from([1, 2]), st.booleans()
questions = st.sampled_from([one.id for lesson in LESSONS for one in lesson.questions])
lessons = st.sampled_from(["logic", "chance"])
deeds = st.one_of(
    st.tuples(st.just("solve"), members, lessons, guilds, sides),
    st.tuples(st.just("solve"), members, lessons, guilds, sides),
    st.tuples(st.just("poll"), guilds, questions, sides),
    st.tuples(st.just("close")),
    st.tuples(st.just("void"), questions, st.sampled_from([1, 2, None])),
    st.tuples(st.just("hide"), members),
    st.tuples(st.just("show"), members),
    st.tuples(st.just("depart"), members, guilds),
    st.tuples(st.just("delete"), members),
    st.tuples(st.just("season"), guilds),
    st.tuples(st.just("end"), guilds),
    st.tuples(st.just("wait"), st.sampled_from([1, 8 * 24 * 60, 91 * 24 * 60])),
)
rounds = st.lists(st.lists(deeds, min_size=1, max_size=4), min_size=3, max_size=12)


class Town:
    """Two processes over one database, and what is known of its people apart from it."""

    def __init__(self, processes: list[School], clock: HandClock, base: int) -> None:
        self.processes, self.clock, self.base = processes, clock, base
        self.polls: list[int] = []
        self.hidden: set[int] = set()

    def guild(self, number: int | None) -> int | None:
        return self.base + 100 + number if number is not None else None

    async def do(self, school: School, deed: str, *terms: object) -> None:
        """One deed; a refusal is a fine answer to it."""
        work: Callable[..., Awaitable[None]] = getattr(self, deed)
        with contextlib.suppress(Refusal):
            await work(school, *terms)

    async def solve(self, school: School, member: int, lesson: str, guild: int, right: bool) -> None:
        quiz = (await school.quiz(self.base + member, lesson, self.guild(guild))).quiz.id
        for _ in range(2):
            put = await school.quizzes.put(quiz, self.base + member)
            if isinstance(put, Put):
                place = school.place(put, right=right)
                await school.quizzes.answer(quiz, put.question.position, place, self.base + member)

    async def poll(self, school: School, guild: int, question: str, right: bool) -> None:
        poll = await school.poll(question, guild=self.guild(guild) or 0)
        self.polls.append(poll)
        for member in range(PEOPLE):
            option = school.key(f"curated:{question}") if right else 0
            await school.press(poll, self.base + member, option)

    async def close(self, school: School) -> None:
        if self.polls:
            await school.polls.close(self.polls.pop())

    async def void(self, school: School, question: str, guild: int | None) -> None:
        async with school.database.unit() as unit:
            everybody = [self.base + member for member in range(PEOPLE)]
            await void(
                unit, f"curated:{question}", at=self.clock(), guild=self.guild(guild), members=everybody
            )

    async def hide(self, school: School, member: int) -> None:
        await school.actions.privacy.hide(self.base + member)
        self.hidden.add(self.base + member)

    async def show(self, school: School, member: int) -> None:
        await school.actions.privacy.show(self.base + member)
        self.hidden.discard(self.base + member)

    async def depart(self, school: School, member: int, guild: int) -> None:
        async with school.database.unit() as unit:
            await listing.depart(unit, self.guild(guild) or 0, self.base + member, self.clock())

    async def delete(self, school: School, member: int) -> None:
        await school.actions.privacy.delete(self.base + member)
        self.hidden.discard(self.base + member)

    async def season(self, school: School, guild: int) -> None:
        await school.actions.seasons.start(self.guild(guild) or 0, by=STARTER, name="Spring", days=30)

    async def end(self, school: School, guild: int) -> None:
        running = await school.actions.seasons.running(self.guild(guild) or 0)
        if running is not None:
            await school.actions.seasons.end(self.guild(guild) or 0, running.id)

    async def wait(self, school: School, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        await school.actions.seasons.end_due()
        while await school.actions.listing.leave_idle():
            pass

    async def check(self) -> None:
        """Compare every board with a plain sort, and everything with the journal."""
        database = self.processes[0].database
        async with database.reading() as unit:
            rows = await unit.facts._connection.execute(
                select(ratings.c.ladder, ratings.c.rating, ratings.c.member, ratings.c.listed)
            )
            weeks = await unit.facts._connection.execute(select(experience))
            standing = [tuple(row) for row in rows]
            for row in weeks:
                board = Ladder.xp(row.week, row.guild or None).key
                standing.append((board, row.xp, row.member, row.listed))
        boards: dict[str, list[tuple[int, int]]] = {}
        for ladder, points, member, listed in standing:
            boards.setdefault(ladder, [])
            assert not (listed and member in self.hidden)
            if listed:
                boards[ladder].append((points, member))
        for ladder, spots in boards.items():
            ranks = competition_ranks(points for points, _ in sorted(spots, reverse=True))
            expected = [(rank, *spot) for rank, spot in zip(ranks, sorted(spots, reverse=True), strict=True)]
            page = await database.standings.page(ladder, 0, 99)
            assert (page.size, [tuple(row) for row in page.rows]) == (len(spots), expected)
            for place, (rank, points, member) in enumerate(expected):
                around = await database.standings.around(ladder, points, member, each=2)
                assert [tuple(row) for row in around] == expected[max(place - 2, 0) : place + 3]
                assert await database.standings.rank(ladder, points) == rank
                shifted = await database.standings.page(ladder, place, 2)
                assert [tuple(row) for row in shifted.rows] == expected[place : place + 2]
        assert (await verify(database, progress=lambda *_: None)).faults == ()


async def _empty(database: Database) -> None:
    async with database.unit() as unit:
        for table in reversed(metadata.sorted_tables):
            await unit.facts._connection.execute(text(f"DELETE FROM {table.name}"))


@settings(
    max_examples=20,
)
@given(story=rounds)
def test_every_board_is_what_a_plain_sort_would_be(url: URL, story: list[list[tuple[str, object]]]) -> None:
    async def run() -> None:
        clock = HandClock()
        databases = [Database(url), Database(url)]
        try:
            await _empty(databases[0])
            town = Town([School(database, clock) for database in databases], clock, next(_worlds))
            for together in story:
                await asyncio.gather(
                    *(town.do(town.processes[number % 2], *deed) for number, deed in enumerate(together))
                )
                await town.check()
        finally:
            for database in databases:
                await database.close()

    asyncio.run(run())


async def test_a_sort_of_many_equals_by_hand(school: School, clock: HandClock) -> None:
    """The shape of the ranks that the property above compares: 1, 2, 2, 4."""
    for member, number in ((1, 2), (2, 1), (3, 1), (4, 0)):
        quiz = (await school.quiz(member, "logic")).quiz.id
        for turn in range(2):
            await school.solve(quiz, member, right=turn < number)
        clock.forward(minutes=1)
    monday = (clock() - timedelta(days=clock().weekday())).date()
    page = await school.database.standings.page(Ladder.xp(monday).key, 0, 9)
    assert [(row.rank, row.points, row.member) for row in page.rows] == [(1, 20, 1), (2, 10, 3), (2, 10, 2)]
