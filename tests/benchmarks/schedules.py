"""10,000 servers with a question at nine in 24 zones: planning by the minute, and posting the largest zone at the bot's pace."""

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.actions import make_actions
from bot.actions.planning import EVERY_DAY, next_occurrence
from bot.actions.scheduled_posts import A_SECOND, ScheduledPosts
from bot.storage import Database
from bot.storage.migrating import upgrade
from bot.storage.schedules import Schedule
from bot.storage.server_tables import choices, schedules
from lessons.loading import CURATED_CONTENT, load

SERVERS = 10_000
ZONES = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Halifax",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Atlantic/Azores",
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Kyiv",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)
LARGEST = "America/New_York"
_SHARE = 0.2
"""Of all servers, in the largest zone; the others are spread evenly."""

NINE = 9 * 60
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def zone_of_server(number: int) -> str:
    """Where the server with this number is."""
    return LARGEST if number < SERVERS * _SHARE else ZONES[number % len(ZONES)]


async def fill(database: Database) -> None:
    """A schedule for every server, planned, and its zone."""
    rows = [
        {
            "guild": number + 1,
            "channel": number + 1,
            "kind": "question",
            "weekdays": EVERY_DAY,
            "minute": NINE,
            "picking": "mixed",
            "fresh_days": 90,
            "seconds": 86_400,
            "state": "on",
            "next_at": next_occurrence(EVERY_DAY, NINE, ZoneInfo(zone_of_server(number)), NOON),
            "created_at": NOON,
            "starter": 1,
        }
        for number in range(SERVERS)
    ]
    zones = [
        {"guild": number + 1, "setting": "zone", "value": zone_of_server(number)} for number in range(SERVERS)
    ]
    async with database.unit() as unit:
        connection = unit.schedules._connection
        await connection.execute(insert(schedules), rows)
        await connection.execute(insert(choices), zones)


def naive_due(everybody: list[Schedule], zones: dict[int, ZoneInfo], now: datetime) -> list[Schedule]:
    """What a planner does that keeps no next time: look at every schedule's clock each minute."""
    return [
        one
        for one in everybody
        if (local := now.astimezone(zones[one.guild])).hour * 60 + local.minute == one.minute
        and one.weekdays >> local.weekday() & 1
    ]


async def planning(database: Database, posts: ScheduledPosts, now: list[datetime]) -> None:
    """A minute in which nothing is due, asked each second, beside looking at everybody once."""
    async with database.reading() as unit:
        everybody = await unit.schedules.due(NOON + timedelta(days=2), SERVERS)
    zones = {one.guild: ZoneInfo(zone_of_server(one.guild - 1)) for one in everybody}
    assert len(everybody) == SERVERS
    seconds: list[float] = []
    for second in range(60):
        now[0] = NOON + timedelta(seconds=second)
        began = time.perf_counter()
        assert await posts.due(A_SECOND) == []
        seconds.append(time.perf_counter() - began)
    began = time.perf_counter()
    naive_due(everybody, zones, NOON)
    looked = time.perf_counter() - began
    began = time.perf_counter()
    async with database.reading() as unit:
        await unit.schedules.due(NOON + timedelta(days=2), SERVERS)
    read = time.perf_counter() - began
    print("Planning, a minute in which nothing is due")
    print(f"{'by the next time in the row, 60 looks':48}{sum(seconds) * 1000:>10.1f} ms")
    print(f"{'  a look, median':48}{statistics.median(seconds) * 1000:>10.2f} ms")
    print(f"{'naive: all rows read, every clock looked at':48}{(read + looked) * 1000:>10.1f} ms")
    print(f"{'  of that, the clocks alone':48}{looked * 1000:>10.1f} ms")


async def posting(posts: ScheduledPosts, now: list[datetime]) -> None:
    """Everything that is due at nine in the largest zone, taken by tens, as the bot does each second."""
    nine = next_occurrence(EVERY_DAY, NINE, ZoneInfo(LARGEST), NOON)
    now[0] = nine - timedelta(seconds=1)
    while found := await posts.due(100):
        # Zones that had nine before.
        for one in found:
            await posts.take(one.id, "en-US")
    taken, looks, spent, slowest = 0, 0, 0.0, 0.0
    while True:
        now[0] = nine + timedelta(seconds=looks)
        began = time.perf_counter()
        due = await posts.due(A_SECOND)
        for one in due:
            taken += (await posts.take(one.id, "en-US")).due is not None
        took = time.perf_counter() - began
        if not due:
            break
        looks, spent, slowest = looks + 1, spent + took, max(slowest, took)
    print()
    print(f"Posting the largest zone: {taken} servers at nine in {LARGEST}")
    print(f"{f'paced, {A_SECOND} a second: seconds on the clock':48}{looks:>10}")
    print(f"{'  picking and putting down, of each second':48}{spent / looks * 1000:>10.1f} ms")
    print(f"{'  the slowest second':48}{slowest * 1000:>10.1f} ms")
    print(f"{'  one post':48}{spent / taken * 1000:>10.2f} ms")
    print(f"{'naive: all at once, while polls wait to be closed':48}{spent:>10.1f} s")
    late = timedelta(seconds=looks)
    print(f"{'the last one is late by':48}{late!s:>10}   (missed from 0:15:00)")


async def run(folder: Path) -> None:
    """Both figures over one database."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    await upgrade(url)
    database = Database(url)
    now = [NOON]
    posts = make_actions(database, load([CURATED_CONTENT]), lambda: now[0]).scheduled_posts
    began = time.perf_counter()
    await fill(database)
    print(
        f"{SERVERS} servers in {len(ZONES)} zones, on SQLite; filled in {time.perf_counter() - began:.1f} s"
    )
    print()
    await planning(database, posts, now)
    await posting(posts, now)
    await database.close()


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(run(Path(name)))


if __name__ == "__main__":
    main()
