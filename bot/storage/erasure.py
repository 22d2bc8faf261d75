"""Everything that is kept about one person, over whatever tables there are: to hand out, and to delete."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Row,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import metadata
from bot.storage.experience import ExperienceStore
from bot.storage.forgotten import Forgotten
from bot.storage.ladder_tables import places
from bot.storage.poll_tables import poll_answers
from bot.storage.ratings import RatingStore
from bot.storage.standings import Spot, StandingsStore
from bot.storage.tables import first_attempts

NOBODY = 0
"""Whose hand a row shows once its person's data was deleted."""

_TABLES = metadata.sorted_tables
"""Every table, parents before their children."""

_SPOTS_AT_ONCE = 100

Person = Literal["own", "hand", "ballot"]


class Erasure:
    """Goes by what tables declare of each column, so that a new table cannot be forgotten.

    Places are kept in the order of the boards and not by member, so they are found by the ratings and the XP
    that are listed.
    """

    def __init__(self, connection: AsyncConnection, forgotten: Forgotten) -> None:
        self._connection = connection
        self._forgotten = forgotten

    async def counts(self, member: int) -> dict[str, int]:
        """How many rows each table keeps that are the member's own; without tables that keep none."""
        found: dict[str, int] = {}
        for table in _TABLES:
            condition = _about(table, member, ("own", "ballot"))
            if condition is not None and table is not places:
                counted = await self._connection.scalar(
                    select(func.count()).select_from(table).where(condition)
                )
                found[table.name] = counted or 0
        return {name: count for name, count in found.items() if count}

    async def export(self, member: int) -> dict[str, list[dict[str, Any]]]:
        """By table, every row about the member, ready for JSON: ids are text, moments ISO 8601 in UTC.

        Rows of others in which the member only had a hand are there as well, without the others' ids.
        """
        exported: dict[str, list[dict[str, Any]]] = {}
        for table in _TABLES:
            if table is places:
                rows = await self._places(member)
            elif (condition := _about(table, member)) is not None:
                order = list(table.primary_key)
                rows = (await self._connection.execute(select(table).where(condition).order_by(*order))).all()
            else:
                continue
            exported[table.name] = [_plain(table, row, member) for row in rows]
        return exported

    async def erase(self, member: int) -> None:
        """Delete what is the member's own, and take the member's name off all else.

        Ballots go on under a pseudonym, so that tallies stay; of first attempts keyed hashes remain, so that
        none is ever rated again. The unit is ``alone``, so that nothing in flight can write what was deleted.
        """
        await StandingsStore(self._connection).move(left=await self._spots(member), taken=())
        questions = await self._connection.scalars(
            select(first_attempts.c.question).where(first_attempts.c.member == member)
        )
        await self._forgotten.remember(member, list(questions))
        await self._cast_anew(member)
        for table in reversed(_TABLES):
            own = _about(table, member, ("own",))
            if own is not None and table is not places:
                await self._connection.execute(delete(table).where(own))
            for column in _columns(table, "hand"):
                await self._connection.execute(update(table).where(column == member).values({column: NOBODY}))

    async def _cast_anew(self, member: int) -> None:
        """Let the member's ballots go on under pseudonyms."""
        polls = await self._connection.scalars(
            select(poll_answers.c.poll).where(poll_answers.c.member == member)
        )
        renamed = await self._forgotten.pseudonyms(member, polls)
        if renamed:
            await self._connection.execute(
                update(poll_answers)
                .where(poll_answers.c.poll == bindparam("of_poll"), poll_answers.c.member == member)
                .values(member=bindparam("pseudonym")),
                [{"of_poll": poll, "pseudonym": pseudonym} for poll, pseudonym in renamed.items()],
            )

    async def _spots(self, member: int) -> list[Spot]:
        """The member's places on all boards."""
        ratings = await RatingStore(self._connection).of(member)
        experience = await ExperienceStore(self._connection).of([member])
        return sorted(row.spot for row in [*ratings.values(), *experience] if row.listed)

    async def _places(self, member: int) -> list[Row[Any]]:
        spots = await self._spots(member)
        found: list[Row[Any]] = []
        for start in range(0, len(spots), _SPOTS_AT_ONCE):
            some = spots[start : start + _SPOTS_AT_ONCE]
            key = tuple_(places.c.ladder, places.c.points, places.c.member)
            found += (await self._connection.execute(select(places).where(key.in_(some)))).all()
        return found


def _columns(table: Table, *kinds: Person) -> list[Column[Any]]:
    return [column for column in table.c if column.info.get("person") in kinds]


def _about(
    table: Table, member: int, kinds: Sequence[Person] = ("own", "hand", "ballot")
) -> ColumnElement[bool] | None:
    """Which rows of a table are about the member; None if none ever is.

    A table that says of no column whose it is belongs to whom its parent belongs.
    """
    if any("person" in column.info for column in table.c):
        columns = _columns(table, *kinds)
        return or_(*(column == member for column in columns)) if columns else None
    for key in table.foreign_keys:
        for column in _columns(key.column.table, "own"):
            return key.parent.in_(select(key.column).where(column == member))
    return None


def _plain(table: Table, row: Row[Any], member: int) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for column, value in zip(table.c, row, strict=True):
        if "person" in column.info and value not in {member, None}:
            continue
        plain[column.name] = _json(column, value)
    return plain


def _json(column: Column[Any], value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    # Whoever reads JSON with JavaScript would round an id.
    if isinstance(value, int) and isinstance(column.type, BigInteger):
        return str(value)
    return value
