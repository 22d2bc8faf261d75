"""Ratings and the journal that explains every change of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup, inserting
from bot.storage.ladder_tables import journal, ratings
from bot.storage.locks import lock
from bot.storage.parts import in_parts
from bot.storage.standings import Spot, StandingsStore
from bot.storage.tables import first_attempts

Kind = Literal["answer", "review", "void", "idle", "reset"]


_UNDONE = ":undone"


def undoing(source: str) -> str:
    """The source of entries that take back a reset of this source."""
    return source + _UNDONE


def is_undoing(source: str) -> bool:
    """Whether entries of this source take back a reset."""
    return source.endswith(_UNDONE)


class RatingRow(NamedTuple):
    """Where a member stands on a ladder; in the order of its columns."""

    member: int
    ladder: str
    estimate: float
    evidence: float
    rating: int
    answers: int
    correct: int
    entries: int
    answered_at: datetime
    listed: bool
    """Whether it has its place on the board."""

    @property
    def spot(self) -> Spot:
        """Its place on the board, if it has one."""
        return Spot(self.ladder, self.rating, self.member)


class Entry(NamedTuple):
    """One row of the journal: what moved one rating, and by which numbers; in the order of its columns."""

    member: int
    ladder: str
    sequence: int
    kind: Kind
    question: str | None
    meaning: str | None
    step: int
    estimate_before: float
    evidence_before: float
    estimate_after: float
    evidence_after: float
    rating_before: int
    rating_after: int
    predicted: float | None
    k: float | None
    weight: float | None
    difficulty: int | None
    correct: bool | None
    at: datetime
    guild: int | None
    source: str


class RatingStore:
    """Ratings are derived; the journal is append-only and explains them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self, members: Iterable[int]) -> list[RatingRow]:
        """Every rating of the members, which nobody else can change before this unit ends.

        The members are locked, not their rows, so that one without any row yet is held too.
        """
        wanted = sorted(set(members))
        await lock(self._connection, wanted)
        return [rating_of(row) for row in await _OF.rows(self._connection, members=wanted)]

    async def write(
        self, rows: Sequence[RatingRow], entries: Sequence[Entry] = (), *, before: Iterable[RatingRow]
    ) -> None:
        """Store the ratings as they stand now and append the entries that led there; boards follow.

        ``before`` are the same ratings as they were held in this unit.
        """
        await StandingsStore(self._connection).move(
            left=[row.spot for row in before if row.listed],
            taken=[row.spot for row in rows if row.listed],
            after=[(_APPEND, entries), (_STORE, rows)],
        )

    async def of(self, member: int) -> dict[str, RatingRow]:
        """Everything the member stands on, by ladder."""
        rows = await self._connection.execute(select(ratings).where(ratings.c.member == member))
        return {row.ladder: rating_of(row) for row in rows}

    async def entries(self, member: int, ladder: str) -> list[Entry]:
        """The member's journal on a ladder, oldest first."""
        rows = await self._connection.execute(
            select(journal)
            .where(journal.c.member == member, journal.c.ladder == ladder)
            .order_by(journal.c.sequence)
        )
        return [entry_of(row) for row in rows]

    async def latest(self, member: int, ladder: str, limit: int, *, offset: int = 0) -> list[Entry]:
        """The end of the member's journal on a ladder, newest first."""
        rows = await self._connection.execute(
            select(journal)
            .where(journal.c.member == member, journal.c.ladder == ladder)
            .order_by(journal.c.sequence.desc())
            .offset(offset)
            .limit(limit)
        )
        return [entry_of(row) for row in rows]

    async def course(self, member: int, ladder: str) -> list[tuple[datetime, int, int]]:
        """When the member's rating on a ladder changed, and what was shown before and after, oldest first."""
        rows = await self._connection.execute(
            select(journal.c.at, journal.c.rating_before, journal.c.rating_after)
            .where(journal.c.member == member, journal.c.ladder == ladder)
            .order_by(journal.c.sequence)
        )
        return [(row.at, row.rating_before, row.rating_after) for row in rows]

    async def length(self, member: int, ladder: str) -> int:
        """How many entries the member's journal on a ladder has."""
        counted = await self._connection.scalar(
            select(func.max(journal.c.sequence)).where(journal.c.member == member, journal.c.ladder == ladder)
        )
        return counted or 0

    async def not_voided(self, members: Iterable[int], question: str) -> list[Entry]:
        """What the question did to the members' ratings and was not taken back yet."""
        found: list[Entry] = []
        for some in in_parts(members):
            rows = await self._connection.execute(
                select(journal)
                .where(journal.c.member.in_(some), journal.c.question == question)
                .order_by(journal.c.member, journal.c.ladder, journal.c.sequence)
            )
            entries = [entry_of(row) for row in rows]
            gone = {(one.member, one.ladder, one.step) for one in entries if one.kind == "void"}
            begins = await self._begins(some)
            found += [
                one
                for one in entries
                if one.kind in {"answer", "review"}
                and (one.member, one.ladder, one.step) not in gone
                # What a reset has taken along cannot be taken back again.
                and one.sequence > begins.get((one.member, one.ladder), 0)
            ]
        return found

    async def _begins(self, members: Sequence[int]) -> dict[tuple[int, str], int]:
        """At which entry the members' journals were begun anew by a reset that stands, by member and ladder."""
        rows = await self._connection.execute(
            select(journal.c.member, journal.c.ladder, journal.c.sequence, journal.c.source)
            .where(journal.c.member.in_(members), journal.c.kind == "reset")
            .order_by(journal.c.sequence)
        )
        begins: dict[tuple[int, str], dict[str, int]] = {}
        for member, ladder, sequence, source in rows:
            own = begins.setdefault((member, ladder), {})
            if is_undoing(source):
                own.pop(source.removesuffix(_UNDONE), None)
            else:
                own[source] = sequence
        return {key: max(own.values()) for key, own in begins.items() if own}

    async def on_ladder(self, ladder: str, after: int, limit: int) -> list[int]:
        """The next members, by id, who have a rating on the ladder, listed or not."""
        rows = await self._connection.scalars(
            select(ratings.c.member)
            .where(ratings.c.ladder == ladder, ratings.c.member > after)
            .order_by(ratings.c.member)
            .limit(limit)
        )
        return list(rows)

    async def answerers(self, question: str, after: int, limit: int) -> list[int]:
        """The next members, by id, of whose first attempts the question is one."""
        rows = await self._connection.scalars(
            select(first_attempts.c.member)
            .where(first_attempts.c.question == question, first_attempts.c.member > after)
            .order_by(first_attempts.c.member)
            .limit(limit)
        )
        return list(rows)

    async def moved_by(self, question: str, ladder: str) -> list[int]:
        """The members whose rating on the ladder the question has ever moved."""
        rows = await self._connection.scalars(
            select(journal.c.member)
            .distinct()
            .where(
                journal.c.ladder == ladder,
                journal.c.question == question,
                journal.c.member.in_(
                    select(first_attempts.c.member).where(first_attempts.c.question == question)
                ),
            )
        )
        return list(rows)

    async def entries_of(self, member: int, source: str) -> list[Entry]:
        """What one poll or quiz changed for the member, by ladder and in order."""
        rows = await self._connection.execute(
            select(journal)
            .where(journal.c.member == member, journal.c.source == source)
            .order_by(journal.c.ladder, journal.c.sequence)
        )
        return [entry_of(row) for row in rows]


_OF = Lookup(lambda among: select(ratings).where(among(ratings.c.member, "members")))
_APPEND = inserting(journal)
_STORE = inserting(ratings, replacing=[column.name for column in ratings.c if not column.primary_key])


def rating_of(row: Sequence[Any]) -> RatingRow:
    """The value of a row of the ratings' table."""
    return RatingRow(*row)


def entry_of(row: Sequence[Any]) -> Entry:
    """The value of a row of the journal."""
    return Entry(*row)
