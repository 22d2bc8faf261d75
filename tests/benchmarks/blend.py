"""S moves with the member's estimate anywhere: what it costs to keep it in step, and what to compute it at reading.

In step, an answer writes the shown rating and the place of its member on every server's ladder; the same solo
answers are given by people who stand on 1, 5 and 20 of them. At reading, a board of one server joins two ratings
of each of its members and sorts them by S.
"""

import asyncio
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.actions.holdings import Holdings
from bot.actions.openings import Opening
from bot.actions.quizzes import Put, Quizzes
from bot.storage import Database
from bot.storage.migrating import upgrade
from bot.storage.ratings import RatingRow
from ladder.rating import Standing, blend
from ladder.standings import Ladder
from lessons.catalogue import Catalogue
from tests.actions.school import make_lesson

ROUNDS = 5
PEOPLE = 200
"""So many answer at once; they share a transaction."""
LADDERS = (1, 5, 20)
BOARDS = (1_000, 100_000)
FIRST_ID = 10**17
FIRST_GUILD = 10**16
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LESSON = make_lesson("logic", questions=ROUNDS + 1)

MEMBERS = """
SELECT own.member, own.estimate, own.evidence, whole.estimate, whole.evidence
FROM places
CROSS JOIN ratings AS own ON own.member = places.member AND own.ladder = places.ladder
LEFT JOIN ratings AS whole ON whole.member = places.member AND whole.ladder = 'global'
WHERE places.ladder = :ladder
"""


def stand(members: int, guilds: int) -> list[RatingRow]:
    """Ratings of people who answered a while in each of the servers."""
    draw = random.Random(members * guilds)
    rows: list[RatingRow] = []
    for member in range(FIRST_ID, FIRST_ID + members):
        whole = Standing(draw.gauss(1500, 150), 60.0)
        rows.append(_row(member, Ladder.world(), whole, whole.rating))
        for guild in range(FIRST_GUILD, FIRST_GUILD + guilds):
            own = Standing(whole.estimate + draw.gauss(0, 60), draw.uniform(1, 40))
            rows.append(_row(member, Ladder.server(guild), own, blend(whole, own).rating))
    return rows


def _row(member: int, ladder: Ladder, standing: Standing, rating: int) -> RatingRow:
    answers = int(standing.evidence)
    return RatingRow(
        member, ladder.key, standing.estimate, standing.evidence, rating, answers, 0, 0, NOW, listed=True
    )


async def prepare(folder: Path, members: int, guilds: int) -> Database:
    """A database in which they stand."""
    url = f"sqlite:///{folder / f'{members}-{guilds}.sqlite3'}"
    await upgrade(url)
    database = Database(url)
    async with database.unit() as unit:
        await unit.ratings.write(stand(members, guilds), before=[])
    return database


async def answer_all(quizzes: Quizzes, opened: list[int]) -> float:
    """Put everybody's next question, then time everybody's answer; answers a second."""
    put = [await quizzes.put(quiz, FIRST_ID + number) for number, quiz in enumerate(opened)]
    asked = [one.question.position for one in put if isinstance(one, Put)]
    began = time.perf_counter()
    await asyncio.gather(
        *(
            quizzes.answer(quiz, position, 0, FIRST_ID + number)
            for number, (quiz, position) in enumerate(zip(opened, asked, strict=True))
        )
    )
    return len(opened) / (time.perf_counter() - began)


async def open_quiz(quizzes: Quizzes, member: int) -> int:
    """A new quiz of the member's; its id."""
    opening = await quizzes.open(member=member, lesson=LESSON.slug, guild=FIRST_GUILD)
    assert isinstance(opening, Opening)
    return opening.quiz.id


async def in_step(folder: Path) -> None:
    """Print answers a second, by ladders of servers."""
    arms: dict[int, tuple[Quizzes, list[int]]] = {}
    databases: list[Database] = []
    for guilds in LADDERS:
        database = await prepare(folder, PEOPLE, guilds)
        databases.append(database)
        quizzes = Quizzes(database, Holdings(Catalogue((LESSON,)), database), lambda: NOW)
        opened = [await open_quiz(quizzes, FIRST_ID + n) for n in range(PEOPLE)]
        arms[guilds] = quizzes, opened
        await answer_all(quizzes, opened)  # whoever answers first here stands on one ladder more after it
    rates: dict[int, list[float]] = {guilds: [] for guilds in LADDERS}
    for _ in range(ROUNDS):
        for guilds, arm in arms.items():
            rates[guilds].append(await answer_all(*arm))
    least = statistics.median(rates[LADDERS[0]])
    for guilds, found in rates.items():
        rate = statistics.median(found)
        more = (1 / rate - 1 / least) * 1e6 / max(1, guilds - LADDERS[0])
        print(
            f"in step, {guilds:>2} servers each: {rate:>8,.0f} solo answers/s"
            + (f", {more:.0f} µs more a ladder" if guilds > LADDERS[0] else "")
        )
    for database in databases:
        await database.close()


async def at_reading(folder: Path) -> None:
    """Print milliseconds of a board whose S is computed when it is shown, beside one that is kept in step."""
    for members in BOARDS:
        database = await prepare(folder, members, 1)
        ladder = Ladder.server(FIRST_GUILD).key
        joined: list[float] = []
        computed: list[float] = []
        kept: list[float] = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            rows = await database._fetcher.fetch(MEMBERS, {"ladder": ladder})
            joined.append(time.perf_counter() - began)
            board = sorted(
                (
                    (blend(Standing(*whole), Standing(*own)).rating, member)
                    for member, *own, whole in ((row[0], row[1], row[2], row[3:]) for row in rows)
                ),
                reverse=True,
            )
            computed.append(time.perf_counter() - began)
            began = time.perf_counter()
            page = await database.standings.page(ladder, members // 2, 10)
            kept.append(time.perf_counter() - began)
            assert [row[1:] for row in page.rows] == board[members // 2 : members // 2 + 10]
        join, whole, read = (statistics.median(times) * 1e3 for times in (joined, computed, kept))
        print(
            f"at reading, {members:>7,} members: {whole:>8,.1f} ms a board (the join alone {join:,.1f}); "
            f"a page kept in step {read:.3f} ms"
        )
        await database.close()


async def run() -> None:
    """Both ways."""
    with tempfile.TemporaryDirectory() as folder:
        await in_step(Path(folder))
        await at_reading(Path(folder))


if __name__ == "__main__":
    asyncio.run(run())
