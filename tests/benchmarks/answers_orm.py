"""The ORM arm: a session and a transaction an answer, with mapped classes over the same tables."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import registry

from bot.storage.ladder_tables import activity, experience, histogram, journal, places, ratings
from bot.storage.tables import quiz_questions
from ladder.rating import Standing, blend, rate
from tests.benchmarks.answers_raw import counted


class Answer: ...


class Rating: ...


class Entry: ...


class Place: ...


class Count: ...


class Experience: ...


class Active: ...


_registry = registry()
for _class, _table in (
    (Answer, quiz_questions),
    (Rating, ratings),
    (Entry, journal),
    (Place, places),
    (Count, histogram),
    (Experience, experience),
    (Active, activity),
):
    _registry.map_imperatively(_class, _table)


def _made(mapped: type, /, **values: Any) -> Any:
    made = mapped()
    for name, value in values.items():
        setattr(made, name, value)
    return made


class Orm:
    """One session an answer, all at once; SQLite's writers wait in line for the one connection."""

    def __init__(self, url: URL) -> None:
        # With hundreds waiting a slow machine takes longer than the pool's half minute.
        one_writer: dict[str, Any] = {}
        if url.get_backend_name() == "sqlite":
            one_writer = {
                "pool_size": 1,
                "max_overflow": 0,
                "connect_args": {"isolation_level": None},
            }
        self._engine = create_async_engine(url, pool_timeout=600, **one_writer)
        if one_writer:

            @event.listens_for(self._engine.sync_engine, "connect")
            def prepare(connection: Any, record: Any) -> None:
                for pragma in ("journal_mode = WAL", "synchronous = FULL", "wal_autocheckpoint = 5000"):
                    connection.execute(f"PRAGMA {pragma}")

            @event.listens_for(self._engine.sync_engine, "begin")
            def begin(connection: Connection) -> None:
                connection.exec_driver_sql("BEGIN IMMEDIATE")

        self._session = async_sessionmaker(self._engine, expire_on_commit=False)
        self._is_server = not one_writer

    async def answer(self, waiting: Sequence[Any]) -> None:
        """Everybody answers at once, each in a session of their own."""
        await asyncio.gather(*(self._answer(one) for one in waiting))

    async def _answer(self, one: Any) -> None:
        async with self._session() as session, session.begin():
            question = await session.get_one(Answer, (one.quiz, one.position))
            question.option, question.answered_at = one.option, one.at  # type: ignore[attr-defined]
            left, taken = await self._rate(session, one)
            if one.correct:
                for guild in (0, one.guild):
                    row = await session.get(Experience, (one.member, guild, one.week))
                    board = f"xp:{guild}:{one.week}" if guild else f"xp:{one.week}"
                    if row is None:
                        row = _made(
                            Experience, member=one.member, guild=guild, week=one.week, xp=0, listed=True
                        )
                        session.add(row)
                    else:
                        left.append((board, row.xp, one.member))  # type: ignore[attr-defined]
                    row.xp += 10  # type: ignore[attr-defined]
                    taken.append((board, row.xp, one.member))  # type: ignore[attr-defined]
            if self._is_server:
                # As ours does: sessions would take the few rows of the histogram crosswise, and PostgreSQL ends those.
                await session.execute(text("SELECT pg_advisory_xact_lock(-1)"))
            for spot in left:
                await session.delete(await session.get_one(Place, spot))
            for ladder, points, member in taken:
                session.add(_made(Place, ladder=ladder, points=points, member=member))
            for ladder, width, bucket, change in counted(left, taken):
                count = await session.get(Count, (ladder, width, bucket))
                if count is None:
                    count = _made(Count, ladder=ladder, width=width, bucket=bucket, members=0)
                    session.add(count)
                count.members += change  # type: ignore[attr-defined]
            await session.merge(_made(Active, member=one.member, answered_at=one.at, idle=False))

    async def _rate(self, session: AsyncSession, one: Any) -> tuple[list[Any], list[Any]]:
        keys = [f"server:{one.guild}", f"category:{one.category}", "global"]
        rows = [await session.get(Rating, (one.member, key)) for key in keys]
        seed = rows[2].estimate if rows[2] is not None else 1200.0  # type: ignore[attr-defined]
        left: list[Any] = []
        moved: list[Any] = []
        for key, row in zip(keys, rows, strict=True):
            if row is None:
                row = _made(  # noqa: PLW2901
                    Rating,
                    member=one.member,
                    ladder=key,
                    estimate=seed if key is keys[0] else 1200.0,
                    evidence=0.0,
                    rating=1100,
                    answers=0,
                    correct=0,
                    entries=0,
                    listed=True,
                    answered_at=one.at,
                )
                session.add(row)
            else:
                left.append((key, row.rating, one.member))  # type: ignore[attr-defined]
            change = rate(
                Standing(row.estimate, row.evidence),  # type: ignore[attr-defined]
                difficulty=one.difficulty,
                options=one.options,
                correct=one.correct,
                weight=1.0,
            )
            moved.append((key, row, change))
        world = moved[2][2].after
        taken: list[Any] = []
        for key, row, change in moved:
            shown = blend(world, change.after).rating if key is keys[0] else change.after.rating
            session.add(
                _made(
                    Entry,
                    member=one.member,
                    ladder=key,
                    sequence=row.entries + 1,
                    kind="answer",
                    question=one.question,
                    meaning=one.meaning,
                    step=0,
                    estimate_before=change.before.estimate,
                    evidence_before=change.before.evidence,
                    estimate_after=change.after.estimate,
                    evidence_after=change.after.evidence,
                    rating_before=row.rating,
                    rating_after=shown,
                    predicted=change.predicted,
                    k=change.k,
                    weight=1.0,
                    difficulty=one.difficulty,
                    correct=one.correct,
                    at=one.at,
                    guild=one.guild,
                    source=f"quiz:{one.quiz}",
                )
            )
            row.estimate, row.evidence, row.rating = change.after.estimate, change.after.evidence, shown
            row.answers, row.correct, row.entries = (
                row.answers + 1,
                row.correct + one.correct,
                row.entries + 1,
            )
            row.answered_at = one.at
            taken.append((key, shown, one.member))
        return left, taken

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()
