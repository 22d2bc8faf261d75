"""The raw arm: the standard library's sqlite3 in one thread, the rule itself, and one transaction a batch."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ladder.rating import Standing, blend, rate

_LADDERS = ("server", "category", "global")

_ANSWER = "UPDATE quiz_questions SET option = ?, answered_at = ? WHERE quiz = ? AND position = ?"
_RATINGS = """
SELECT member, ladder, estimate, evidence, rating, answers, correct, entries FROM ratings WHERE member IN ({})
"""
_XP = "SELECT member, guild, xp FROM experience WHERE week = ? AND member IN ({})"
_JOURNAL = "INSERT INTO journal VALUES (?,?,?,'answer',?,?,0,?,?,?,?,?,?,?,?,1.0,?,?,?,?,?)"
_RATING = "INSERT OR REPLACE INTO ratings VALUES (?,?,?,?,?,?,?,?,?,1)"
_LEAVE = "DELETE FROM places WHERE ladder = ? AND points = ? AND member = ?"
_TAKE = "INSERT INTO places VALUES (?,?,?)"
_COUNT = """
INSERT INTO histogram VALUES (?,?,?,?) ON CONFLICT (ladder, width, bucket)
DO UPDATE SET members = members + excluded.members
"""
_EARN = "INSERT OR REPLACE INTO experience VALUES (?,?,?,?,1)"
_ACTIVE = "INSERT OR REPLACE INTO activity VALUES (?,?,0)"


class Raw:
    """One connection, used by one thread."""

    def __init__(self, file: str) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._connection: sqlite3.Connection = self._thread.submit(self._open, file).result()

    def _open(self, file: str) -> sqlite3.Connection:
        connection = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 5000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def answer(self, waiting: Sequence[Any]) -> None:
        """Record and rate all that wait, in one transaction."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, waiting)

    def _write(self, waiting: Sequence[Any]) -> None:
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        members = [one.member for one in waiting]
        marks = ",".join("?" * len(members))
        known = {(row[0], row[1]): row[2:] for row in run(_RATINGS.format(marks), members)}
        week = waiting[0].week.isoformat()
        xp = {(row[0], row[1]): row[2] for row in run(_XP.format(marks), [week, *members])}
        journal: list[tuple[Any, ...]] = []
        ratings: list[tuple[Any, ...]] = []
        left: list[tuple[str, int, int]] = []
        taken: list[tuple[str, int, int]] = []
        earned: list[tuple[int, int, str, int]] = []
        at = waiting[0].at.strftime("%Y-%m-%d %H:%M:%S.%f")
        for one in waiting:
            keys = [f"server:{one.guild}", f"category:{one.category}", "global"]
            world = known.get((one.member, "global"), (1200.0, 0.0, 1100, 0, 0, 0))
            after_world = None
            moved: list[tuple[str, Any, Any, Any]] = []
            for key in keys:
                row = known.get(
                    (one.member, key), (world[0] if key is keys[0] else 1200.0, 0.0, 1100, 0, 0, 0)
                )
                change = rate(
                    Standing(row[0], row[1]),
                    difficulty=one.difficulty,
                    options=one.options,
                    correct=one.correct,
                    weight=1.0,
                )
                after_world = change.after
                moved.append((key, row, change, (one.member, key) in known))
            for key, row, change, stood in moved:
                after = change.after
                shown = blend(after_world, after).rating if key is keys[0] else after.rating
                journal.append(
                    (one.member, key, row[5] + 1, one.question, one.meaning, row[0], row[1], after.estimate,
                     after.evidence, row[2], shown, change.predicted, change.k, one.difficulty, one.correct,
                     at, one.guild, f"quiz:{one.quiz}")
                )  # fmt: skip
                ratings.append(
                    (one.member, key, after.estimate, after.evidence, shown, row[3] + 1, row[4] + one.correct,
                     row[5] + 1, at)
                )  # fmt: skip
                if stood:
                    left.append((key, row[2], one.member))
                taken.append((key, shown, one.member))
            if one.correct:
                for guild in (0, one.guild):
                    before = xp.get((one.member, guild), 0)
                    board = f"xp:{guild}:{week}" if guild else f"xp:{week}"
                    earned.append((one.member, guild, week, before + 10))
                    if before:
                        left.append((board, before, one.member))
                    taken.append((board, before + 10, one.member))
        many = self._connection.executemany
        many(_ANSWER, [(one.option, at, one.quiz, one.position) for one in waiting])
        many(_JOURNAL, journal)
        many(_RATING, ratings)
        many(_LEAVE, left)
        many(_TAKE, taken)
        many(_COUNT, sorted(counted(left, taken)))
        many(_EARN, earned)
        many(_ACTIVE, [(one.member, at) for one in waiting])
        run("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()


def counted(
    left: Sequence[tuple[str, int, int]], taken: Sequence[tuple[str, int, int]]
) -> list[tuple[str, int, int, int]]:
    """The histogram's changes: ladder, width, bucket, members."""
    counts: Counter[tuple[str, int, int]] = Counter()
    for spots, step in ((left, -1), (taken, 1)):
        for ladder, points, member in spots:
            for width in (1, 64):
                counts[ladder, width, points // width] += step
            if ladder == "global" or ladder.startswith("category:"):
                counts[ladder, 0, points * 64 + (member >> 57)] += step
    return [(*key, change) for key, change in counts.items() if change]
