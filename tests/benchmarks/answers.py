"""Durable solo answers a second: ours beside an ORM session an answer, and beside raw sqlite3, all writing the same rows.

Each answer is marked, moves three ratings (world, category, server) with their journal rows and places, two rows
of XP and the histograms, and is answered only after the commit. The ORM arm does the same in a session of its own
for each answer, as a bot would that begins from SQLAlchemy's tutorial; the raw arm is the standard library's
sqlite3 in one thread, with the rule itself, prepared tuples and a batch as large as ours. Rounds of the arms take
turns, and no arm clears up after another: each begins with garbage collected. That the arms leave the same rows in
every table is looked at first. A poll's presses, which store one row each, are printed apart. PostgreSQL is the one
from the wheel.

Beside the rates stand the ratio of the process's own time, raw's to ours, which does not depend on who else uses the
machine, and the 99th of 100 waits for ours, in milliseconds.
"""

import asyncio
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import URL

from bot.actions import Actions, make_actions
from bot.actions.openings import Opening
from bot.actions.quizzes import Put
from bot.storage import Database
from bot.storage.migrating import upgrade
from lessons.catalogue import Catalogue
from tests.actions.school import make_lesson
from tests.benchmarks import answers_orm, answers_raw

ROUNDS = 5
GUILD = 10**17
FIRST_ID = 5 * 10**17
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LESSON = make_lesson("logic", questions=ROUNDS + 1)

Arm = Callable[[list["Waiting"]], Awaitable[None]]


class Waiting:
    """One member's answer that is about to be given."""

    def __init__(self, put: Put, place: int, member: int) -> None:
        self.quiz, self.member, self.place = put.quiz.id, member, place
        self.position, self.question = put.question.position, put.question.question
        self.meaning, self.difficulty = put.question.meaning, put.question.difficulty
        self.option = put.question.arrangement[place]
        self.options = len(put.options)
        self.correct = self.option == int(put.question.question.rpartition("-")[2]) % len(put.options)
        self.guild, self.category = GUILD, "logic"
        self.at, self.week = NOW, NOW.date() - timedelta(days=NOW.weekday())


class Class:
    """People who take the same quiz over one database, a question a round."""

    def __init__(self, url: str | URL, people: int) -> None:
        self.database = Database(url)
        self.actions: Actions = make_actions(self.database, Catalogue((LESSON,)), lambda: NOW)
        self.members = range(FIRST_ID, FIRST_ID + people)
        self.quizzes: dict[int, int] = {}
        self.waits: list[float] = []
        """Milliseconds until each answer given here was acknowledged."""

    async def begin(self) -> None:
        """Open everybody's quiz."""
        for member in self.members:
            opening = await self.actions.quizzes.open(member=member, lesson="logic", guild=GUILD)
            assert isinstance(opening, Opening)
            self.quizzes[member] = opening.quiz.id

    async def next(self) -> list[Waiting]:
        """Show everybody the next question."""
        waiting: list[Waiting] = []
        for number, (member, quiz) in enumerate(self.quizzes.items()):
            put = await self.actions.quizzes.put(quiz, member)
            assert isinstance(put, Put)
            waiting.append(Waiting(put, number % 4, member))
        return waiting

    async def answer(self, waiting: list[Waiting]) -> None:
        """Everybody answers at once through the bot's own actions."""
        await asyncio.gather(*(self._answer(one, time.perf_counter()) for one in waiting))

    async def _answer(self, one: Waiting, since: float) -> None:
        await self.actions.quizzes.answer(one.quiz, one.position, one.place, one.member)
        self.waits.append((time.perf_counter() - since) * 1e3)


async def timed(work: Awaitable[None]) -> tuple[float, float]:
    """Seconds that it took, and seconds of the processors that this process took for it."""
    began, used = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - began, time.process_time() - used


async def compare(folder: Path, people: int, server: URL | None) -> None:
    """One table's lines: so many people wait at once."""
    classes: dict[str, Class] = {}
    arms: dict[str, Arm] = {}
    for name in ("ours", "ORM", "raw sqlite3"):
        url = f"sqlite:///{folder / f'{name}-{people}.sqlite3'}"
        await upgrade(url)
        classes[name] = Class(url, people)
    arms["ours"] = classes["ours"].answer
    orm = answers_orm.Orm(classes["ORM"].database.url)
    arms["ORM"] = orm.answer
    raw = answers_raw.Raw(str(classes["raw sqlite3"].database.url.database))
    arms["raw sqlite3"] = raw.answer
    postgres_orm: answers_orm.Orm | None = None
    if server is not None:
        for name in ("ours, PostgreSQL", "ORM, PostgreSQL"):
            classes[name] = Class(await fresh(server, f"answers_{name[:3].lower()}_{people}"), people)
        postgres_orm = answers_orm.Orm(classes["ORM, PostgreSQL"].database.url)
        arms |= {
            "ours, PostgreSQL": classes["ours, PostgreSQL"].answer,
            "ORM, PostgreSQL": postgres_orm.answer,
        }
    rates: dict[str, list[float]] = {name: [] for name in arms}
    spent: dict[str, list[float]] = {name: [] for name in arms}
    for group in classes.values():
        await group.begin()
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for name, arm in arms.items():
            waiting = await classes[name].next()
            gc.collect()
            took, used = await timed(arm(waiting))
            rates[name].append(len(waiting) / took)
            spent[name].append(used)
    medians = {name: statistics.median(found) for name, found in rates.items()}
    own_time = statistics.median(spent["raw sqlite3"]) / statistics.median(spent["ours"])
    waits = sorted(classes["ours"].waits)
    cells = [f"{medians[name]:>10,.0f}" for name in arms]
    print(
        f"{people:>6}  " + "".join(cells) + f"{medians['ours'] / medians['ORM']:>10.1f}"
        f"{medians['ours'] / medians['raw sqlite3']:>10.2f}{own_time:>10.2f}{waits[len(waits) * 99 // 100]:>10.1f}"
        + (f"{medians['ours, PostgreSQL'] / medians['ORM, PostgreSQL']:>10.1f}" if server else "")
    )
    await orm.close()
    raw.close()
    if postgres_orm is not None:
        await postgres_orm.close()
    for group in classes.values():
        await group.database.close()


async def presses(folder: Path, people: int) -> None:
    """A poll's presses, so many at once."""
    url = f"sqlite:///{folder / f'presses-{people}.sqlite3'}"
    await upgrade(url)
    group = Class(url, people)
    polls = group.actions.polls
    rates: list[float] = []
    for number in range(ROUNDS):
        shown = await polls.prepare(
            guild=GUILD,
            channel=1,
            starter=1,
            duration=timedelta(hours=1),
            locale="en-US",
            question=f"logic-{number}",
        )
        await polls.posted(shown.poll.id, 1)

        async def press(poll: int = shown.poll.id) -> None:
            await asyncio.gather(
                *(polls.answer(poll, member=one, option=0, channel=1, message=1) for one in group.members)
            )

        took, _ = await timed(press())
        rates.append(people / took)
    print(f"{people:>6}  {statistics.median(rates):>10,.0f}")
    await group.database.close()


async def fresh(server: URL, name: str) -> URL:
    """A migrated database of that name on a PostgreSQL server."""
    from sqlalchemy import text
    from sqlalchemy.ext.asyncio import create_async_engine

    from bot.storage.database import parse_url

    engine = create_async_engine(parse_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    await upgrade(server.set(database=name))
    return server.set(database=name)


def main() -> None:
    """Print the tables."""
    from tests.benchmarks.answers_alike import differing
    from tests.benchmarks.postgres import running

    people = [int(one) for one in sys.argv[1:]] or [1, 50, 500]
    with running() as server, tempfile.TemporaryDirectory() as folder:
        unlike = asyncio.run(differing(Path(folder)))
        print(f"Rows that differ between the arms: {', '.join(unlike) or 'none, in any table'}")
        print("Durable solo answers a second, by how many wait at once (medians of five rounds)")
        names = ["ours", "ORM", "raw"] + (["ours, PG", "ORM, PG"] if server else [])
        ratios = ["x ORM", "x raw", "own time", "p99 ms"] + (["PG x ORM"] if server else [])
        print("waiting " + "".join(f"{name:>10}" for name in names + ratios))
        for count in people:
            asyncio.run(compare(Path(folder), count, server))
        print("\nA poll's presses a second")
        for count in people:
            asyncio.run(presses(Path(folder), count))


if __name__ == "__main__":
    main()
