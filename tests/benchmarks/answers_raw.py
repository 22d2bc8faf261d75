"""The raw arm: the standard library's sqlite3 in one thread, the rule itself, and one transaction a batch.

It writes the rows that the bot writes, all of them and to the same last digit. Before that it reads what an answer
must be judged by, each kind of it with one statement for the whole batch: the quizzes and their questions, the
keys, first attempts, open polls, closed polls that told the key, reveals, absences, activity, titles, running
seasons, ratings, XP, how many questions of each quiz are left, and who has met the whole lesson. It goes by what
it reads: whose the quiz is, whether the question was shown, is unanswered and is the member's first attempt, and
which option lies where. The few rules that this benchmark's school never comes to, such as a season's or an idle
member's, it does not have: where one is due it stops. It has no layers, no receipts and no way to refuse one
answer of a batch, and builds no value that is not stored.
"""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ladder.rating import Standing, blend, rate

_LADDERS = ("server", "category", "global")

_ASKED = """
SELECT q.quiz, q.position, z.member, z.guild, z.finished_at, q.question, q.meaning, q.difficulty, q.arrangement,
    q.shown_at, q.option
FROM quiz_questions AS q JOIN quizzes AS z ON z.quiz = q.quiz WHERE q.quiz IN ({}) AND q.position IN ({})
"""
_LEFT = "SELECT quiz, count(*) - count(option) FROM quiz_questions WHERE quiz IN ({}) GROUP BY quiz"
_SERVED = "SELECT meaning, key, options, category FROM meanings WHERE meaning IN ({})"
_CLAIMS = "SELECT member, question, source FROM first_attempts WHERE member IN ({}) AND question IN ({})"
_MET = """
SELECT member, count(*) FROM first_attempts WHERE member IN ({}) AND question IN (
    SELECT question FROM quiz_questions WHERE quiz = ?
) GROUP BY member
"""
_NOTHING_OF = (
    "SELECT question FROM polls WHERE guild IN ({guilds}) AND state IN ('posting', 'open')",
    """SELECT a.member, p.question FROM poll_answers AS a JOIN polls AS p ON p.poll = a.poll
    WHERE a.member IN ({members}) AND p.question IN ({questions}) AND p.state = 'closed'""",
    """SELECT a.member, p.question FROM acquaintances AS a JOIN polls AS p ON p.guild = a.guild
    WHERE a.member IN ({members}) AND p.question IN ({questions}) AND p.state = 'closed' AND p.closed_at >= a.since""",
    "SELECT member, guild, reason, since FROM unlisted WHERE member IN ({members})",
    "SELECT member, tier, beaten, changed_at FROM titles WHERE member IN ({members})",
    "SELECT guild, season FROM seasons WHERE guild IN ({guilds}) AND ended_at IS NULL",
)
_ACTIVITY = "SELECT member, answered_at, idle FROM activity WHERE member IN ({})"
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
        for pragma in (
            "foreign_keys = ON",
            "journal_mode = WAL",
            "synchronous = FULL",
            "wal_autocheckpoint = 5000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def answer(self, waiting: Sequence[Any]) -> None:
        """Record and rate all that wait, in one transaction."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, waiting)

    def _write(self, waiting: Sequence[Any]) -> None:
        run = self._connection.execute
        run("BEGIN IMMEDIATE")
        members = [one.member for one in waiting]
        marks = _marks(members)
        marked = self._mark(waiting)
        known = {(row[0], row[1]): row[2:] for row in run(_RATINGS.format(marks), members)}
        week = waiting[0].week.isoformat()
        xp = {(row[0], row[1]): row[2] for row in run(_XP.format(marks), [week, *members])}
        journal: list[tuple[Any, ...]] = []
        ratings: list[tuple[Any, ...]] = []
        left: list[tuple[str, int, int]] = []
        taken: list[tuple[str, int, int]] = []
        earned: list[tuple[int, int, str, int]] = []
        at = waiting[0].at.strftime("%Y-%m-%d %H:%M:%S.%f")
        for one, (_, correct, question, meaning, difficulty, options, category) in zip(
            waiting, marked, strict=True
        ):
            keys = [f"server:{one.guild}", f"category:{category}", "global"]
            world = known.get((one.member, "global"), (1200.0, 0.0, 1100, 0, 0, 0))
            after_world = None
            moved: list[tuple[str, Any, Any, Any]] = []
            for key in keys:
                row = known.get(
                    (one.member, key), (world[0] if key is keys[0] else 1200.0, 0.0, 1100, 0, 0, 0)
                )
                change = rate(
                    Standing(row[0], row[1]),
                    difficulty=difficulty,
                    options=options,
                    correct=correct,
                    weight=1.0,
                )
                after_world = change.after
                moved.append((key, row, change, (one.member, key) in known))
            for key, row, change, stood in moved:
                after = change.after
                shown = blend(after_world, after).rating if key is keys[0] else after.rating
                journal.append(
                    (one.member, key, row[5] + 1, question, meaning, row[0], row[1], after.estimate,
                     after.evidence, row[2], shown, change.predicted, change.k, difficulty, correct,
                     at, one.guild, f"quiz:{one.quiz}")
                )  # fmt: skip
                ratings.append(
                    (one.member, key, after.estimate, after.evidence, shown, row[3] + 1, row[4] + correct,
                     row[5] + 1, at)
                )  # fmt: skip
                if stood:
                    left.append((key, row[2], one.member))
                taken.append((key, shown, one.member))
            if correct:
                for guild in (0, one.guild):
                    before = xp.get((one.member, guild), 0)
                    board = f"xp:{guild}:{week}" if guild else f"xp:{week}"
                    earned.append((one.member, guild, week, before + 10))
                    if before:
                        left.append((board, before, one.member))
                    taken.append((board, before + 10, one.member))
        many = self._connection.executemany
        many(
            _ANSWER,
            [(mark[0], at, one.quiz, one.position) for one, mark in zip(waiting, marked, strict=True)],
        )
        many(_JOURNAL, journal)
        many(_RATING, ratings)
        many(_LEAVE, left)
        many(_TAKE, taken)
        many(_COUNT, sorted(counted(left, taken)))
        many(_EARN, earned)
        many(_ACTIVE, [(one.member, at) for one in waiting])
        run("COMMIT")

    def _mark(self, waiting: Sequence[Any]) -> list[tuple[int, bool, str, str, int, int, str]]:
        """Each answer's option, whether it is right, and the question that it answers."""
        run = self._connection.execute
        members, quizzes = [one.member for one in waiting], [one.quiz for one in waiting]
        positions = list({one.position for one in waiting})
        asked = {
            row[:2]: row[2:]
            for row in run(_ASKED.format(_marks(quizzes), _marks(positions)), [*quizzes, *positions])
        }
        left = dict(run(_LEFT.format(_marks(quizzes)), quizzes))
        questions, meanings = (
            list({row[3] for row in asked.values()}),
            list({row[4] for row in asked.values()}),
        )
        served = {row[0]: row[1:] for row in run(_SERVED.format(_marks(meanings)), meanings)}
        claims = {
            row[:2]: row[2]
            for row in run(_CLAIMS.format(_marks(members), _marks(questions)), [*members, *questions])
        }
        met = dict(run(_MET.format(_marks(members)), [*members, quizzes[0]]))
        lists = {"members": members, "questions": questions, "guilds": list({one.guild for one in waiting})}
        for statement in _NOTHING_OF:
            names = [name for name in lists if f"{{{name}}}" in statement]
            marks = {name: _marks(lists[name]) for name in names}
            found = run(statement.format(**marks), [value for name in names for value in lists[name]])
            if found.fetchall():
                raise NotImplementedError(statement)
        active = {row[0]: row[1:] for row in run(_ACTIVITY.format(_marks(members)), members)}
        marked: list[tuple[int, bool, str, str, int, int, str]] = []
        for one in waiting:
            member, guild, finished_at, question, meaning, difficulty, lies, shown_at, chosen = asked[
                one.quiz, one.position
            ]
            if member != one.member or finished_at or chosen is not None or not shown_at:
                raise PermissionError(one.member)
            idle = active.get(member, ("", 0))[1]
            if idle or guild != one.guild or claims[member, question] != f"quiz:{one.quiz}":
                raise NotImplementedError(one.member)
            if left[one.quiz] == 1 or met[member] == 0:
                raise NotImplementedError("the end of a quiz")
            option = json.loads(lies)[one.place]
            key, options, category = served[meaning]
            marked.append(
                (option, option == key, question, meaning, difficulty, len(json.loads(options)), category)
            )
        return marked

    def close(self) -> None:
        """Close the connection."""
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))


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
