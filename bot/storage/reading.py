"""How far members have come in which lessons."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import reading
from bot.storage.upserts import upsert


class PageTurn(NamedTuple):
    """A page that a member was shown."""

    member: int
    lesson: str
    section: str
    at: datetime
    last: bool
    """Whether the lesson ends on it."""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a member is in a lesson, and whether it was ever read to its end."""

    lesson: str
    section: str
    opened_at: datetime
    """When the member came to that section, or was there last."""
    read_at: datetime | None


class ReadingStore:
    """One bookmark for a member and lesson."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, turned: Iterable[PageTurn]) -> None:
        """Move the bookmarks to these pages, given in the order in which they were turned."""
        marks: dict[tuple[int, str], dict[str, Any]] = {}
        for one in turned:
            before = marks.get((one.member, one.lesson))
            finished = before["read_at"] if before is not None else None
            marks[one.member, one.lesson] = {
                "member": one.member,
                "lesson": one.lesson,
                "section": one.section,
                "opened_at": one.at,
                "read_at": finished or (one.at if one.last else None),
            }
        if not marks:
            return
        statement = upsert(self._connection, reading)
        # In one order everywhere, so that two units that move the same ones never wait for each other.
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["member", "lesson"],
                set_={
                    "section": statement.excluded.section,
                    "opened_at": statement.excluded.opened_at,
                    "read_at": func.coalesce(reading.c.read_at, statement.excluded.read_at),
                },
            ),
            [marks[key] for key in sorted(marks)],
        )

    async def of(self, member: int) -> list[Bookmark]:
        """Every bookmark of the member, those moved last first."""
        rows = await self._connection.execute(
            select(reading)
            .where(reading.c.member == member)
            .order_by(reading.c.opened_at.desc(), reading.c.lesson)
        )
        return [_bookmark(row) for row in rows]

    async def at(self, member: int, lesson: str) -> Bookmark | None:
        """The member's bookmark in a lesson, if it was ever opened."""
        rows = await self._connection.execute(
            select(reading).where(reading.c.member == member, reading.c.lesson == lesson)
        )
        row = rows.one_or_none()
        return _bookmark(row) if row is not None else None


def _bookmark(row: Row[Any]) -> Bookmark:
    return Bookmark(row.lesson, row.section, row.opened_at, row.read_at)
