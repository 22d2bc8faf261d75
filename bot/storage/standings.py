"""The boards: who stands where, kept in order and counted, so that the size of a board costs nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Many, Work, inserting, run_all
from bot.storage.fetching import Fetcher, Steps
from bot.storage.ladder_tables import histogram, places

FINE = 1
COARSE = 64
"""The widths of the histogram's levels on every board, in points."""

AGES = 0
"""The width of a third level on the boards that can become huge: equals, by the age of their ids."""

AGE_BUCKET = "points * 64 + (member >> 57)"
"""A place's bucket on the level of ages, in SQL: Discord's ids reach the next of 64 ages every 398 days.

Narrower ages would find equals no sooner, and cost up to twice as much to keep count of.
"""

_MOST = 2**31 - 1
"""A bucket above every other."""

_FEW = 100
"""So many rows are sooner skipped than gone around."""

_MANY = 500
"""So many rows are sooner found by their age than skipped."""

_NOBODY = 2**63 - 1
"""An id greater than anybody's."""

_BOARDS = -1
"""The lock of all boards on PostgreSQL; members' and servers' are never below 0."""


class Spot(NamedTuple):
    """One place on a board: a member, or a server on the board of servers, with its points."""

    ladder: str
    points: int
    member: int


class StandingsStore:
    """Moves people on the boards and keeps count of them, in the unit that changed their points."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def move(self, left: Iterable[Spot], taken: Iterable[Spot], *, after: Sequence[Work] = ()) -> None:
        """Clear the places left, which are all held, and fill those taken, which are all free or left.

        A place both left and taken costs nothing. A unit that locks members does so before it moves any.
        ``after`` is work that is to be done before, which so costs no crossing of its own.
        """
        was, now = set(left), set(taken)
        gone, come = sorted(was - now), sorted(now - was)
        if (gone or come) and self._connection.dialect.name == "postgresql":
            await run_all(self._connection, *after)
            after = ()
            # Everybody's points are counted in the same few rows of the histogram: whoever moves twice in
            # one unit would take them in an order of its own, and two such units would wait for each other.
            await self._connection.execute(text(f"SELECT pg_advisory_xact_lock({_BOARDS})"))
        await run_all(self._connection, *after, (_LEAVE, gone), (_TAKE, come), (_COUNT, _net(gone, come)))


_LEAVE = Many(
    ("of_ladder", "of_points", "of_member"),
    lambda _: delete(places).where(
        places.c.ladder == bindparam("of_ladder"),
        places.c.points == bindparam("of_points"),
        places.c.member == bindparam("of_member"),
    ),
)
_TAKE = inserting(places)
_COUNT = inserting(histogram, adding=["members"])


def _net(gone: Iterable[Spot], come: Iterable[Spot]) -> list[tuple[str, int, int, int]]:
    """The histogram's changes: ladder, width, bucket, members."""
    # Everybody is counted once, on the finest level, and the others are sums of it.
    ages = Counter((ladder, points * 64 + (member >> 57)) for ladder, points, member in come)
    ages.subtract(Counter((ladder, points * 64 + (member >> 57)) for ladder, points, member in gone))
    counts: Counter[tuple[str, int, int]] = Counter()
    for (ladder, bucket), change in ages.items():
        if not change:
            continue
        points = bucket // 64
        counts[ladder, FINE, points] += change
        counts[ladder, COARSE, points // COARSE] += change
        if _has_ages(ladder):
            counts[ladder, AGES, bucket] += change
    return [(*key, change) for key, change in sorted(counts.items()) if change]


def _has_ages(ladder: str) -> bool:
    """Whether the board is of those that can become huge."""
    return ladder == "global" or ladder.startswith("category:")


def _age_bucket(points: int, member: int) -> int:
    """`AGE_BUCKET`, in Python."""
    return points * 64 + (member >> 57)


def _ids(bucket: int) -> tuple[int, int]:
    """The least and the greatest id that a bucket of the level of ages can have."""
    age = bucket % 64
    return age << 57, ((age + 1) << 57) - 1


class Ranked(NamedTuple):
    """Who stands where: equals share the best rank, as in 1, 2, 2, 4."""

    rank: int
    points: int
    member: int


class Page(NamedTuple):
    """Part of a board, and how many stand on the whole of it."""

    size: int
    rows: tuple[Ranked, ...]


class Standings:
    """The boards as people read them: every answer is of one moment and never waits for a writer.

    How long it takes does not depend on how many stand there, but for those with equal points on the
    boards of one server or week. Raises `DatabaseUnavailable` in place of any error of the database's own.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def size(self, ladder: str) -> int:
        """How many stand on the board."""
        ((size,),) = await self._fetcher.fetch(_SIZE, {"ladder": ladder})
        return int(size)

    async def rank(self, ladder: str, points: int) -> int:
        """The rank of whoever has these points: one more than there are with more."""
        ((higher,),) = await self._fetcher.fetch(_HIGHER, _at(ladder, points))
        return 1 + int(higher)

    async def ahead(self, ladder: str, points: int, member: int) -> int:
        """How many stand before this spot on the board, which puts equals in the order of their ids, newest first."""
        sql, at = _AHEAD, {**_at(ladder, points), "member": member}
        if _has_ages(ladder):
            bucket = _age_bucket(points, member)
            sql, at = _AHEAD_BY_AGE, {**at, "bucket": bucket, "greatest": _ids(bucket)[1]}
        ((before,),) = await self._fetcher.fetch(sql, at)
        return int(before)

    async def page(self, ladder: str, offset: int, limit: int) -> Page:
        """Up to ``limit`` of the board after the first ``offset``."""
        return await self._fetcher.follow(lambda: _page(ladder, offset, limit))

    async def around(self, ladder: str, points: int, member: int, each: int = 5) -> tuple[Ranked, ...]:
        """Up to ``each`` above a spot, the spot itself if it is held, and up to ``each`` below."""
        found = await self._fetcher.fetch(_AROUND, {**_at(ladder, points), "member": member, "each": each})
        rows = sorted(((row[1], row[2]) for row in found), reverse=True)
        if (points, member) not in rows and sum(row < (points, member) for row in rows) > each:
            rows.pop()  # one was read in place of the spot
        if not rows:
            return ()
        equals = {row[1]: int(row[3]) for row in found}
        rank = 1 + int(found[0][0]) - sum(count for one, count in equals.items() if one > points)
        ranked: list[Ranked] = []
        for one, whose in rows:
            if ranked and one != ranked[-1].points:
                rank += equals[ranked[-1].points]
            ranked.append(Ranked(rank, one, whose))
        return tuple(ranked)


def _page(ladder: str, offset: int, limit: int) -> Steps[Page]:
    """Down the coarse level, then the fine one, to the points of the first row; then among equals."""
    coarse = list((yield _LEVEL, {"ladder": ladder, "width": COARSE, "low": -_MOST, "high": _MOST}))
    size = sum(members for _, members in coarse)
    if offset >= size:
        return Page(size, ())
    bucket, higher, _ = _walk(coarse, offset)
    low = bucket * COARSE
    fine = yield _LEVEL, {"ladder": ladder, "width": FINE, "low": low, "high": low + COARSE - 1}
    points, inside, equals = _walk(fine, offset - higher)
    higher += inside
    start = yield from _among_equals(ladder, points, offset - higher, equals)
    rows = yield _FROM_SPOT, {**start, "limit": limit}
    ranked: list[Ranked] = []
    rank = 1 + higher
    for place, (one, whose) in enumerate(rows, start=offset + 1):
        if one != points:
            rank, points = place, one
        ranked.append(Ranked(rank, one, whose))
    return Page(size, tuple(ranked))


def _among_equals(ladder: str, points: int, skipped: int, equals: int) -> Steps[dict[str, Any]]:
    """From where on to read, and how many rows to skip there: huge boards' equals are first told apart by age."""
    at = {"ladder": ladder, "points": points}
    least, greatest = 0, _NOBODY
    if min(skipped, equals - skipped) > _MANY and _has_ages(ladder):
        low, high = _age_bucket(points, least), _age_bucket(points, greatest)
        ages = yield _LEVEL, {"ladder": ladder, "width": AGES, "low": low, "high": high}
        bucket, younger, equals = _walk(ages, skipped)
        skipped -= younger
        least, greatest = _ids(bucket)
    if skipped <= _FEW:
        return {**at, "member": greatest, "skipped": skipped}
    below = equals - skipped - 1
    sql, end, over = (
        (_EQUAL_FROM_ABOVE, greatest, skipped) if skipped < below else (_EQUAL_FROM_BELOW, least, below)
    )
    ((member,),) = yield sql, {**at, "member": end, "skipped": over}
    return {**at, "member": member, "skipped": 0}


def _walk(level: Iterable[Sequence[Any]], offset: int) -> tuple[int, int, int]:
    """The bucket in which the row at an offset stands, how many stand above that bucket, and how many in it."""
    above = 0
    for bucket, members in level:
        if above + members > offset:
            return bucket, above, members
        above += members
    raise LookupError(f"the histogram counts {above}, so that nobody is at {offset}")


def _at(ladder: str, points: int) -> dict[str, str | int]:
    return {"ladder": ladder, "points": points, "coarse": points // COARSE}


_SIZE = """
SELECT coalesce(sum(members), 0) FROM histogram WHERE ladder = :ladder AND width = 64
"""

_HIGHER = """
SELECT coalesce((SELECT sum(members) FROM histogram
    WHERE ladder = :ladder AND width = 64 AND bucket > :coarse), 0)
+ coalesce((SELECT sum(members) FROM histogram
    WHERE ladder = :ladder AND width = 1 AND bucket > :points AND bucket < (:coarse + 1) * 64), 0)
"""

_AHEAD = f"""
{_HIGHER} + (SELECT count(*) FROM places WHERE ladder = :ladder AND points = :points AND member > :member)
"""  # noqa: S608 (of our own text alone)

_AHEAD_BY_AGE = f"""
{_HIGHER} + coalesce((SELECT sum(members) FROM histogram
    WHERE ladder = :ladder AND width = 0 AND bucket > :bucket AND bucket < (:points + 1) * 64), 0)
+ (SELECT count(*) FROM places
    WHERE ladder = :ladder AND points = :points AND member > :member AND member <= :greatest)
"""  # noqa: S608 (of our own text alone)

_LEVEL = """
SELECT bucket, members FROM histogram
WHERE ladder = :ladder AND width = :width AND bucket >= :low AND bucket <= :high ORDER BY bucket DESC
"""

_FROM_SPOT = """
SELECT points, member FROM places WHERE ladder = :ladder AND (points, member) <= (:points, :member)
ORDER BY points DESC, member DESC LIMIT :limit OFFSET :skipped
"""

_EQUAL_FROM_ABOVE = """
SELECT member FROM places WHERE ladder = :ladder AND points = :points AND member <= :member
ORDER BY member DESC LIMIT 1 OFFSET :skipped
"""

_EQUAL_FROM_BELOW = """
SELECT member FROM places WHERE ladder = :ladder AND points = :points AND member >= :member
ORDER BY member LIMIT 1 OFFSET :skipped
"""

_AROUND = f"""
{_HIGHER}, near.points, near.member, (
    SELECT members FROM histogram WHERE ladder = :ladder AND width = 1 AND bucket = near.points
)
FROM (
    SELECT * FROM (
        SELECT points, member FROM places WHERE ladder = :ladder AND (points, member) > (:points, :member)
        ORDER BY points, member LIMIT :each
    ) AS above
    UNION ALL
    SELECT * FROM (
        SELECT points, member FROM places WHERE ladder = :ladder AND (points, member) <= (:points, :member)
        ORDER BY points DESC, member DESC LIMIT :each + 1
    ) AS below
) AS near
"""  # noqa: S608 (of our own text alone)
