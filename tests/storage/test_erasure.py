"""Handing out and deleting everything about a person: proved over every table there is, whatever comes to be one."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    SmallInteger,
    String,
    Table,
    func,
    insert,
    select,
)

from bot.storage import Database, Unit
from bot.storage.attempts import FORGOTTEN
from bot.storage.columns import Moment, metadata
from bot.storage.experience import ExperienceRow
from bot.storage.forgotten import digest, pseudonym
from bot.storage.ratings import RatingRow
from bot.storage.standings import Spot
from bot.storage.tables import forgotten
from ladder.standings import Ladder
from tests.storage.conftest import ASKED, NOON, new_poll

ADA, BEN = 800_000_000_000_000_101, 800_000_000_000_000_202
SERVER = 700_000_000_000_000_001
MONDAY = date(2026, 2, 23)

NOT_PEOPLE = {
    *(f"{table}.guild" for table in ("acquaintances", "experience", "journal", "live_boards", "polls")),
    *(f"{table}.guild" for table in ("quizzes", "seasons", "servers", "sightings", "unlisted")),
    *(f"{table}.channel" for table in ("live_boards", "polls")),
    *(f"{table}.message" for table in ("live_boards", "polls")),
    *(f"{table}.poll" for table in ("poll_answers", "polls")),
    *(f"{table}.quiz" for table in ("quiz_questions", "quizzes")),
    *(f"{table}.season" for table in ("honours", "seasons")),
    *(f"series.{column}" for column in ("series", "guild", "home", "channel")),
    *(f"polls.{column}" for column in ("series", "earlier")),
    "poll_events.poll",
    *(f"duels.{column}" for column in ("duel", "guild", "channel", "message")),
    *(f"{table}.guild" for table in ("reviews", "reports", "promotions")),
    "quizzes.duel",
    *(f"{table}.guild" for table in ("choices", "audit_log", "blocked_channels", "schedules", "resets")),
    *(f"{table}.guild" for table in ("role_dues", "own_lessons", "own_questions")),
    *(f"{table}.channel" for table in ("blocked_channels", "shares", "schedules")),
    *(f"audit_log.{column}" for column in ("entry", "undoes")),
    *(f"polls.{column}" for column in ("schedule", "mention")),
    *(f"schedules.{column}" for column in ("schedule", "mention")),
    *(f"scheduled_posts.{column}" for column in ("post", "schedule", "channel", "poll", "message")),
    "resets.reset",
}
"""Columns that could hold the id of a person, and hold that of something else."""

OWNERLESS = {
    "facts",
    "meanings",
    "histogram",
    "servers",
    "forgotten",
    "choices",
    "blocked_channels",
    "own_questions",
    "paces",
    "scheduled_posts",
}
"""Tables that hold nothing about anybody."""

TABLES = metadata.sorted_tables

HANDS = {table.name for table in TABLES if any(column.info.get("person") == "hand" for column in table.c)}
"""Tables with rows in which somebody else may have had a hand."""


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_that_could_hold_a_person_says_whether_it_does(table: Table) -> None:
    wide = [column for column in table.c if isinstance(column.type, BigInteger)]
    undeclared = {str(column) for column in wide if "person" not in column.info} - NOT_PEOPLE
    assert not undeclared, f"declare whose they are where the table is, or list them here: {undeclared}"
    assert all(column.info["person"] in {"own", "hand", "ballot"} for column in wide if column.info)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_belongs_to_somebody_or_is_known_to_belong_to_nobody(table: Table) -> None:
    parents = [key.column.table for key in table.foreign_keys]
    whose = [column for one in [table, *parents] for column in one.c if "person" in column.info]
    assert bool(whose) != (table.name in OWNERLESS)


def made_up(column: Column[Any], number: int) -> Any:
    """A value that fits the column; another number gives another."""
    if isinstance(column.type, Moment):
        return NOON
    if isinstance(column.type, JSON):
        return [number, "text"]
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Date):
        return MONDAY
    if isinstance(column.type, Float):
        return 1.5
    if isinstance(column.type, SmallInteger):
        return number % 100
    if isinstance(column.type, BigInteger):
        return 600_000_000_000_000_000 + number
    if isinstance(column.type, Integer):
        return number
    length = column.type.length if isinstance(column.type, String) else None
    return f"{column.name} {number}"[:length]


async def fill(unit: Unit) -> None:
    """Put rows of both people into every table: by the stores where boards must agree, made up elsewhere."""
    numbers = iter(range(1, 10_000))
    await unit.meanings.keep([ASKED])
    written = {"ratings", "experience", "places", "histogram", "forgotten"}
    for table in TABLES:
        if table.name not in written:
            for row in _rows(table, numbers):
                await unit.polls._connection.execute(insert(table).values(row))
    keys = ("global", "category:logic", f"server:{SERVER}", f"season:{SERVER}:7")
    for member in (ADA, BEN):
        rows = [
            RatingRow(member, key, 1200.5, 1.0, 1150, 1, 1, 1, NOON, listed=key != "category:logic")
            for key in keys
        ]
        await unit.ratings.write(rows, before=[])
        earned = [ExperienceRow(member, guild, MONDAY, 30, listed=True) for guild in (0, SERVER)]
        await unit.experience.write(earned, before=[])


PARENTS: dict[tuple[str, int], Any] = {}


def _rows(table: Table, numbers: Iterator[int]) -> Iterator[dict[str, Any]]:
    """Rows for each of the two: their own, and such in which they have had a hand."""
    people = [column for column in table.c if "person" in column.info]
    kinds = {column.info["person"] for column in people}
    for member in (ADA, BEN):
        # A row of the other's in which this member had a hand comes on top of the member's own.
        other = BEN if member == ADA else ADA
        owners = [member, other] if kinds == {"own", "hand"} else [member]
        for owner in owners:
            row: dict[str, Any] = {}
            for column in table.c:
                if "person" in column.info:
                    row[column.name] = owner if column.info["person"] == "own" else member
                elif column.foreign_keys:
                    (key,) = column.foreign_keys
                    parent = key.column
                    row[column.name] = (
                        ASKED.meaning if parent.table.name == "meanings" else PARENTS[str(parent), member]
                    )
                else:
                    row[column.name] = made_up(column, next(numbers))
            for column in table.primary_key:
                PARENTS[str(column), member] = row[column.name]
            if not people and not table.foreign_keys:
                yield row
                return
            yield row


async def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as it compares."""
    async with database.reading() as unit:
        return {
            table.name: sorted(
                (tuple(row) for row in await unit.polls._connection.execute(select(table))), key=repr
            )
            for table in TABLES
        }


def about(table: Table, rows: list[tuple[Any, ...]], member: int) -> list[tuple[Any, ...]]:
    """The rows in which the member's id stands in a column for people."""
    people = [at for at, column in enumerate(table.c) if "person" in column.info]
    return [row for row in rows if any(row[at] == member for at in people)]


async def test_an_export_holds_every_row_about_the_member_and_nothing_of_anybody_else(
    database: Database,
) -> None:
    async with database.unit() as unit:
        await fill(unit)
    before = await contents(database)
    assert [name for name, rows in before.items() if not rows] == ["forgotten"]
    async with database.reading() as unit:
        exported = await unit.erasure.export(ADA)
        assert not any((await unit.erasure.export(4711)).values())
    assert set(exported) == {table.name for table in TABLES} - OWNERLESS
    for table in TABLES:
        if table.name == "quiz_questions":
            assert len(exported[table.name]) == 1
        elif table.name not in OWNERLESS:
            assert len(exported[table.name]) == len(about(table, before[table.name], ADA)) > 0, table.name
    written = json.dumps(exported)
    assert str(ADA) in written
    assert str(BEN) not in written
    (answer,) = exported["poll_answers"]
    assert answer["member"] == str(ADA)
    assert answer["answered_at"] == "2026-03-01T12:00:00+00:00"
    assert exported["quizzes"][0]["quiz"] == exported["quiz_questions"][0]["quiz"]
    # A member whom Ada excluded is no business of her export's.
    assert {row.get("member") for row in exported["unlisted"]} == {str(ADA), None}


async def test_what_is_counted_is_the_members_own(database: Database) -> None:
    async with database.unit() as unit:
        await fill(unit)
    async with database.reading() as unit:
        counts = await unit.erasure.counts(ADA)
        assert await unit.erasure.counts(4711) == {}
    assert counts["quiz_questions"] == counts["journal"] == counts["poll_answers"] == 1
    assert counts["ratings"] == 4
    assert not counts.keys() & {*OWNERLESS, "polls", "live_boards", "seasons", "places"}


async def test_after_a_deletion_no_table_holds_the_member_and_nobody_else_is_touched(
    database: Database,
) -> None:
    async with database.unit() as unit:
        await fill(unit)
    before = await contents(database)
    async with database.unit(alone=True) as unit:
        await unit.erasure.erase(ADA)
    after = await contents(database)

    assert str(ADA) not in repr(after)
    quizzes = {row[0] for row in about(metadata.tables["quizzes"], before["quizzes"], ADA)}
    for table in TABLES:
        rows = before[table.name]
        hers = about(table, rows, ADA)
        if table.name == "quiz_questions":
            hers = [row for row in rows if row[0] in quizzes]
        if table.name == "histogram":  # which counts everybody, and has a test of its own
            continue
        untouched = {repr(row) for row in rows if row not in hers}
        stands = set(map(repr, after[table.name]))
        assert untouched <= stands, table.name
        if table.name not in {"facts", "forgotten", "poll_answers", *HANDS}:
            assert stands == untouched, table.name
    assert {row[0] for row in after["facts"]} - {row[0] for row in before["facts"]} == {"privacy secret"}
    # Rows in which she only had a hand stay, without her.
    for name in HANDS - {"unlisted", "reports", "resets"}:
        assert len(after[name]) == len(before[name])
    assert {row[4] for row in after["unlisted"] if row[0] == BEN} == {0, BEN}
    assert sorted(row[1] < 0 for row in after["poll_answers"]) == [False, True]
    assert len(after["forgotten"]) == 1
    async with database.reading() as unit:
        assert await unit.erasure.counts(ADA) == {}
        assert not any((await unit.erasure.export(ADA)).values())


async def test_after_a_deletion_boards_are_counted_right(database: Database) -> None:
    async with database.unit() as unit:
        await fill(unit)
    async with database.unit(alone=True) as unit:
        await unit.erasure.erase(ADA)
    everything = await contents(database)
    places = [row for row in everything["places"] if row[2] == BEN]
    assert places == everything["places"]
    for key in {row[0] for row in places}:
        assert await database.standings.size(key) == 1
    assert {row[3] for row in everything["histogram"]} <= {0, 1}
    assert "category:logic" not in {row[0] for row in places}


async def test_deleting_twice_is_deleting_once(database: Database) -> None:
    async with database.unit() as unit:
        await fill(unit)
    async with database.unit(alone=True) as unit:
        await unit.erasure.erase(ADA)
    once = await contents(database)
    async with database.unit(alone=True) as unit:
        await unit.erasure.erase(ADA)
        await unit.erasure.erase(4711)
    assert await contents(database) == once


async def test_the_board_of_servers_is_not_a_persons(database: Database) -> None:
    """Its places hold servers' ids, and one may well be some person's too."""
    async with database.unit() as unit:
        await unit.standings.move([], [Spot("servers", 1700, ADA)])
    async with database.unit(alone=True) as unit:
        assert not any((await unit.erasure.export(ADA)).values())
        await unit.erasure.erase(ADA)
    assert await database.standings.size(Ladder.servers().key) == 1


async def test_an_attempt_that_was_forgotten_is_never_claimed_again(
    database: Database, elsewhere: Database
) -> None:
    async with database.unit() as unit:
        await unit.attempts.claim([(ADA, "curated:a"), (BEN, "curated:a")], "poll:1", NOON)
    async with database.unit(alone=True) as unit:
        await unit.erasure.erase(ADA)
    async with elsewhere.unit() as unit:
        await unit.attempts.claim([(ADA, "curated:a"), (ADA, "curated:b")], "quiz:2", NOON)
    async with database.reading() as unit:
        assert await unit.attempts.of(ADA, ["curated:a", "curated:b", "curated:c"]) == {
            "curated:a": FORGOTTEN,
            "curated:b": "quiz:2",
        }
        assert await unit.attempts.of(BEN, ["curated:a"]) == {"curated:a": "poll:1"}
        assert await unit.attempts.claimed_by("poll:1") == {(BEN, "curated:a")}


async def test_what_is_forgotten_in_two_deletions_stays_forgotten(database: Database) -> None:
    for question in ("curated:a", "curated:b"):
        async with database.unit() as unit:
            await unit.attempts.claim([(ADA, question)], "poll:1", NOON)
        async with database.unit(alone=True) as unit:
            await unit.erasure.erase(ADA)
    async with database.reading() as unit:
        assert set(await unit.attempts.of(ADA, ["curated:a", "curated:b"])) == {"curated:a", "curated:b"}
        kept = await unit.polls._connection.scalar(select(func.count()).select_from(forgotten))
    assert kept == 2


async def test_a_ballot_goes_on_without_its_voter_and_is_known_again(
    database: Database, elsewhere: Database
) -> None:
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        poll, other = [await unit.polls.add(**new_poll()) for _ in range(2)]
        for one in (poll, other):
            await unit.polls.record(one, {ADA: 1, BEN: 0}, {ADA: NOON, BEN: NOON})
    async with database.unit(alone=True) as unit:
        await unit.erasure.erase(ADA)
    async with elsewhere.unit() as unit:
        third = await unit.polls.add(**new_poll())
        assert await unit.polls.record(poll, {ADA: 2, BEN: 2}, {ADA: NOON, BEN: NOON}) == frozenset()
        assert await unit.polls.record(third, {ADA: 2}, {ADA: NOON}) == {ADA}
        assert await unit.polls.answered_before_deletion(poll, ADA)
        assert not await unit.polls.answered_before_deletion(poll, BEN)
        assert not await unit.polls.answered_before_deletion(third, ADA)
        answers = await unit.polls.answers(poll)
        elsewhere_given = await unit.polls.answers(other)
    assert sorted(one.option for one in answers.values()) == [0, 1]
    # Two ballots of one person cannot be told to be one person's.
    assert min(answers) != min(elsewhere_given)
    assert min(answers) < 0


async def test_nothing_is_hashed_before_anybody_deletes_anything(database: Database) -> None:
    async with database.unit() as unit:
        await unit.attempts.claim([(ADA, "curated:a")], "poll:1", NOON)
        await unit.attempts.of(ADA, ["curated:a", "curated:b"])
    everything = await contents(database)
    assert everything["facts"] == everything["forgotten"] == []


async def test_nothing_begins_beside_a_unit_that_is_alone(database: Database, elsewhere: Database) -> None:
    """What is written while somebody is deleted would otherwise come back with the deletion's neighbours."""
    told: list[str] = []

    async def deletes() -> None:
        async with database.unit(alone=True) as unit:
            entered.set()
            await asyncio.sleep(0.2)
            await unit.erasure.erase(ADA)
            told.append("deleted")

    async def answers() -> None:
        await entered.wait()
        async with elsewhere.unit() as unit:
            told.append("answered")
            await unit.attempts.claim([(ADA, "curated:a")], "quiz:9", NOON)

    async with database.unit() as unit:
        await unit.attempts.claim([(ADA, "curated:a")], "poll:1", NOON)
    entered = asyncio.Event()
    await asyncio.gather(deletes(), answers())
    assert told == ["deleted", "answered"]
    async with database.reading() as unit:
        assert await unit.attempts.of(ADA, ["curated:a"]) == {"curated:a": FORGOTTEN}


SECRETS = st.binary(min_size=16, max_size=32)
MEMBERS = st.integers(1, 2**64 - 1)


@given(SECRETS, MEMBERS, st.integers(1, 2**63 - 1))
def test_a_pseudonym_is_below_zero_and_fits_its_column(secret: bytes, member: int, poll: int) -> None:
    assert -(2**63) <= pseudonym(secret, member, poll) < 0


@given(SECRETS, st.lists(st.tuples(MEMBERS, st.text()), unique=True, max_size=30))
def test_no_two_attempts_share_a_hash(secret: bytes, attempts: list[tuple[int, str]]) -> None:
    hashes = {digest(secret, *attempt) for attempt in attempts}
    assert len(hashes) == len(attempts)
    assert all(len(one) == forgotten.c.digest.type.length for one in hashes)  # type: ignore[attr-defined]


def test_hashes_are_what_they_always_were() -> None:
    """Stored ones are compared with new ones, so the construction may never change."""
    secret = bytes(range(32))
    assert digest(secret, ADA, "curated:sky") == "0d81e190c80a20a4056debe5b3928f08"
    assert pseudonym(secret, ADA, 7) == -3772891674388108198
