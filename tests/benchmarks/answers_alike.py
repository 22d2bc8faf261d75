"""Whether the arms of the answers' benchmark write the same: every row of every table, after the same answers."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.storage.migrating import upgrade
from tests.benchmarks import answers, answers_orm, answers_raw

_PEOPLE = 40
_ROUNDS = 3
"""From the second on there are ratings, places and XP that were stored before."""


async def differing(folder: Path) -> list[str]:
    """The tables that another arm leaves otherwise than ours, after the same answers to the same quizzes."""
    quizzes: dict[int, int] = {}
    base = folder / "base.sqlite3"
    await upgrade(f"sqlite:///{base}")
    found: list[str] = []
    for number in range(_ROUNDS):
        group = answers.Class(f"sqlite:///{base}", _PEOPLE)
        if not quizzes:
            await group.begin()
            quizzes = group.quizzes
        group.quizzes = quizzes
        waiting = await group.next()
        await group.database.close()
        files = {arm: folder / f"alike-{arm}-{number}.sqlite3" for arm in ("ours", "ORM", "raw")}
        for file in files.values():
            _copy(base, file)
        await _answer(files, waiting)
        left = {arm: _rows(file) for arm, file in files.items()}
        found += [
            f"{table} ({arm}, answer {number + 1})"
            for arm in ("ORM", "raw")
            for table, rows in left["ours"].items()
            if left[arm][table] != rows
        ]
        base = files["ours"]
    return found


async def _answer(files: dict[str, Path], waiting: Sequence[answers.Waiting]) -> None:
    ours = answers.Class(f"sqlite:///{files['ours']}", _PEOPLE)
    await ours.answer(list(waiting))
    await ours.database.close()
    orm = answers_orm.Orm(answers.Class(f"sqlite:///{files['ORM']}", 0).database.url)
    await orm.answer(waiting)
    await orm.close()
    raw = answers_raw.Raw(str(files["raw"]))
    await raw.answer(waiting)
    raw.close()


def _copy(of: Path, to: Path) -> None:
    source, copy = sqlite3.connect(of), sqlite3.connect(to)
    source.backup(copy)
    source.close()
    copy.close()


def _rows(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table's rows, in an order of their own."""
    connection = sqlite3.connect(file)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
    connection.close()
    return rows
