"""Deleting everything about a server: proved over every table there is, whatever comes to be one."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Integer, SmallInteger, String, Table, Text, update

from bot.storage import Database, Unit
from bot.storage.columns import metadata
from bot.storage.experience import ExperienceRow
from bot.storage.meanings import Asked
from bot.storage.purging import KEPT_WITHOUT, OF_MEMBERS
from bot.storage.ratings import RatingRow
from bot.storage.server_tables import servers
from bot.storage.upserts import upsert
from ladder.standings import Ladder
from tests.storage.conftest import ASKED, NOON
from tests.storage.test_erasure import contents, made_up

GONE, STAYS = 700_000_000_000_000_001, 700_000_000_000_000_002
MEMBERS = (800_000_000_000_000_101, 800_000_000_000_000_202, 800_000_000_000_000_303)
MONDAY = date(2026, 2, 23)
MONTH = timedelta(days=30)

OF_SERVERS = {table.name for table in metadata.sorted_tables if "guild" in table.c}

NOT_SERVERS = {
    "facts": "the installation's",
    "meanings": "questions; those of a server's own lessons go with it",
    "poll_events": "go with their poll's place",
    "poll_answers": "the members', and go with a poll about a server's own lesson",
    "scheduled_posts": "go with their schedule",
    "honours": "go with their season",
    "news": "the member's",
    "first_attempts": "the member's; those at a server's own questions go",
    "forgotten": "hashes that name nobody and nothing",
    "quiz_questions": "the member's; those of a server's own lessons go with their quiz",
    "reading": "the member's; a server's own lessons go",
    "members": "the member's",
    "ratings": "go with the server's ladders",
    "places": "go with the server's ladders",
    "histogram": "go with the server's ladders",
    "activity": "the member's",
    "matches": "the member's, against the library's lessons alone",
    "titles": "the member's",
    "shares": "forgotten after a day",
    "paces": "of the whole bot",
}
"""Tables that name no server, and what becomes of their rows."""


def test_every_table_names_a_server_or_is_known_to_go_otherwise() -> None:
    assert {table.name for table in metadata.sorted_tables} == OF_SERVERS | NOT_SERVERS.keys()
    assert not OF_SERVERS & NOT_SERVERS.keys()
    assert {table.name for table in OF_MEMBERS} > KEPT_WITHOUT


def own_question(guild: int) -> Asked:
    return Asked(
        meaning=f"{guild}".ljust(64, "0"),
        question=f"{guild}:own",
        stem="Ours?",
        options=("yes", "no"),
        key=0,
        explanation="Because.",
        feedback=(None, None),
        repairs=(None, None),
        lesson=f"{guild}-own",
        lesson_title="Own",
        category="logic",
    )


async def fill(unit: Unit, guild: int, first: int) -> None:
    """Rows about the server in every table that can hold any, a few of each, numbered from there on."""
    numbers = iter(range(first, first + 100_000))
    connection = unit.polls._connection
    for asked in (ASKED, own_question(guild)):
        await unit.meanings.keep([asked])
        keys: dict[str, int] = {}
        # Schedules before their posts, which name them without a foreign key.
        for table in sorted(metadata.sorted_tables, key=lambda one: one.name == "scheduled_posts"):
            if table.name in {
                "ratings",
                "experience",
                "places",
                "histogram",
                "facts",
                "meanings",
                "forgotten",
            }:
                continue
            for member in MEMBERS:
                row = _row(table, {"guild": guild, "member": member}, asked, keys, numbers)
                await connection.execute(upsert(connection, table).values(row).on_conflict_do_nothing())
                keys |= {
                    f"{table.name}.{column.name}": row[column.name]
                    for column in table.primary_key
                    if column.name in row
                }
    for member in MEMBERS:
        season = f"season:{guild}:{first}"
        mine = [
            RatingRow(member, key, 1200.5, 1.0, 1150, 1, 1, 1, NOON, listed=True)
            for key in (Ladder.server(guild).key, season, "category:logic")
            if guild == GONE or key != "category:logic"
        ]
        await unit.ratings.write(mine, before=[])
        await unit.experience.write([ExperienceRow(member, guild, MONDAY, 30, listed=True)], before=[])


def _row(
    table: Table, whose: dict[str, Any], asked: Asked, keys: dict[str, int], numbers: Iterator[int]
) -> dict[str, Any]:
    known: dict[str, Any] = {
        **whose,
        "question": asked.question,
        "meaning": asked.meaning,
        "lesson": asked.lesson,
        "ladder": Ladder.server(whose["guild"]).key,
        "schedule": keys.get("schedules.schedule"),
    }
    row: dict[str, Any] = {}
    for column in table.c:
        if column.name in known and not (column.primary_key and column.name == table.name[:-1]):
            row[column.name] = known[column.name]
        elif column.foreign_keys and column.name != "meaning":
            (key,) = column.foreign_keys
            row[column.name] = keys[str(key.column)]
        elif isinstance(column.type, JSON | SmallInteger) or column.info:
            row[column.name] = made_up(column, next(numbers))
        elif isinstance(column.type, String | Text):
            row[column.name] = str(next(numbers))[: getattr(column.type, "length", None) or 9]
        elif isinstance(column.type, Integer) or column.type.python_type is int:
            row[column.name] = next(numbers)
        else:
            row[column.name] = made_up(column, next(numbers))
    if table.name == "servers":
        row |= {"left_at": None, "score": None}
    if table.name == "matches":
        row["lesson"] = ASKED.lesson
    return row


async def purge(database: Database, guild: int, *, limit: int) -> None:
    while True:
        async with database.unit() as unit:
            some = await unit.purging.members(guild, limit) or await unit.purging.stragglers(guild, limit)
            if not some:
                break
            await unit.purging.take_members(guild, some)
    more = True
    while more:
        async with database.unit() as unit:
            more = await unit.purging.take_rows(guild, limit)
    async with database.unit() as unit:
        assert await unit.purging.forget(guild, NOON)


@pytest.mark.parametrize("limit", [1, 500])
async def test_nothing_is_left_that_tells_of_the_server_and_nothing_else_is_touched(
    database: Database, limit: int
) -> None:
    async with database.unit() as unit:
        await fill(unit, GONE, 1)
        await fill(unit, STAYS, 200_000)
        await unit.polls._connection.execute(
            update(servers).where(servers.c.guild == GONE).values(left_at=NOON - MONTH)
        )
    before = await contents(database)
    for name in OF_SERVERS:
        assert any(str(GONE) in written(row) for row in before[name]), name
    await purge(database, GONE, limit=limit)
    after = await contents(database)
    for name, rows in after.items():
        assert not [row for row in rows if str(GONE) in written(row)], name
    for name, rows in before.items():
        stays = [row for row in rows if str(STAYS) in written(row)]
        assert [row for row in after[name] if str(STAYS) in written(row)] == stays, name
    for name in KEPT_WITHOUT:
        assert len(after[name]) >= len([row for row in before[name] if str(STAYS) in written(row)])
    async with database.reading() as unit:
        faults = await unit.audit.boards()
    assert (faults.missing, faults.surplus, faults.miscounted) == (0, 0, 0)


async def test_a_server_that_is_there_again_is_not_forgotten(database: Database) -> None:
    async with database.unit() as unit:
        assert await unit.presence.arrive(GONE, "Academy", None)
        assert not await unit.presence.arrive(GONE, "Academy", None)
        assert not await unit.purging.forget(GONE, NOON)
        await unit.presence.leave(GONE, NOON)
        await unit.presence.leave(GONE, NOON + MONTH)
        assert await unit.presence.left_at(GONE) == NOON
        assert not await unit.purging.forget(GONE, NOON - MONTH)
        assert await unit.purging.forget(GONE, NOON)
        assert await unit.presence.known() == {}


def written(row: tuple[Any, ...]) -> str:
    """Everything that stands in a row."""
    return json.dumps(row, default=str)
