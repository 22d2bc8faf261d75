"""Duels: friendly matches of two people, each side of which is a quiz."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.locks import lock
from bot.storage.tables import duels, quizzes

State = Literal["asked", "running", "done"]


@dataclass(frozen=True, slots=True)
class Duel:
    """Two people, and the questions that both are asked."""

    id: int
    guild: int
    channel: int
    message: int | None
    """None while it is being posted."""
    challenger: int
    opponent: int
    lesson: str
    lesson_title: str
    questions: tuple[str, ...]
    locale: str
    state: State
    """Asked until the opponent accepts, done once nothing more is played."""
    asked_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    shown_at: datetime | None
    """When the channel was shown what came of it."""

    @property
    def sides(self) -> tuple[int, int]:
        """Who plays."""
        return self.challenger, self.opponent


class DuelStore:
    """Duels; a row stays only of those that were played."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def hold(self, members: Iterable[int]) -> None:
        """Wait until no other unit holds any of the members; until this one ends none can challenge them."""
        await lock(self._connection, members)

    async def add(self, *, questions: Sequence[str], asked_at: datetime, **values: Any) -> Duel:
        """A new challenge, which is not posted yet."""
        row: dict[str, Any] = {"state": "asked", "message": None, "ended_at": None, "shown_at": None}
        row |= {"asked_at": asked_at, **values}
        duel = _fresh_id(asked_at)
        await self._connection.execute(insert(duels).values(duel=duel, questions=list(questions), **row))
        return Duel(id=duel, questions=tuple(questions), **row)

    async def get(self, duel: int, *, lock: bool = False) -> Duel | None:
        """The duel; locked, nobody else can change it before this unit ends."""
        statement = select(duels).where(duels.c.duel == duel)
        row = (await self._connection.execute(statement.with_for_update() if lock else statement)).first()
        return _duel(row) if row is not None else None

    async def of_quiz(self, quiz: int) -> int | None:
        """The id of the duel that the quiz is one side of."""
        return await self._connection.scalar(select(quizzes.c.duel).where(quizzes.c.quiz == quiz))

    async def unshown_of(self, members: Iterable[int]) -> list[Duel]:
        """Duels of these members whose channel does not show yet what came of them."""
        wanted = list(members)
        rows = await self._connection.execute(
            select(duels)
            .where(
                duels.c.shown_at.is_(None),
                or_(duels.c.challenger.in_(wanted), duels.c.opponent.in_(wanted)),
            )
            .order_by(duels.c.asked_at)
        )
        return [_duel(row) for row in rows]

    async def quizzes_of(self, duel: int) -> dict[int, int]:
        """The quiz that is each member's side."""
        rows = await self._connection.execute(
            select(quizzes.c.member, quizzes.c.quiz).where(quizzes.c.duel == duel)
        )
        return {row.member: row.quiz for row in rows}

    async def posted(self, duel: int, message: int) -> None:
        """Note the message in which it stands."""
        await self._set(duel, message=message)

    async def run(self, duel: int, expires_at: datetime) -> None:
        """It was accepted, and ends then at the latest."""
        await self._set(duel, state="running", expires_at=expires_at)

    async def end(self, duel: int, ended_at: datetime) -> None:
        """Nothing more is played."""
        await self._set(duel, state="done", ended_at=ended_at)

    async def shown(self, duel: int, shown_at: datetime) -> None:
        """The channel was shown what came of it."""
        await self._set(duel, shown_at=shown_at)

    async def release(self, wanted: Iterable[int]) -> None:
        """Let quizzes go on by themselves, as if their members had only wanted to check themselves."""
        await self._connection.execute(
            update(quizzes).where(quizzes.c.quiz.in_(list(wanted))).values(kind="check")
        )

    async def remove(self, duel: int) -> None:
        """Keep nothing of it; what was answered stays its members' own."""
        await self._connection.execute(update(quizzes).where(quizzes.c.duel == duel).values(duel=None))
        await self._connection.execute(delete(duels).where(duels.c.duel == duel))

    async def due(self, now: datetime, posted_by: datetime, limit: int) -> list[int]:
        """Ids of open duels whose time is over, whose sides have both come to their end, or that nobody saw.

        Nobody saw those without a message that were to be posted before ``posted_by``.
        """
        playing = exists().where(quizzes.c.duel == duels.c.duel, quizzes.c.finished_at.is_(None))
        over = or_(
            duels.c.expires_at <= now,
            (duels.c.state == "running") & ~playing,
            duels.c.message.is_(None) & (duels.c.asked_at < posted_by),
        )
        rows = await self._connection.scalars(
            select(duels.c.duel)
            .where(duels.c.state.in_(["asked", "running"]), over)
            .order_by(duels.c.asked_at)
            .limit(limit)
        )
        return list(rows)

    async def unshown(self, limit: int) -> list[int]:
        """Ids of duels that are done and whose channel does not show it yet, oldest first."""
        rows = await self._connection.scalars(
            select(duels.c.duel)
            .where(duels.c.state == "done", duels.c.shown_at.is_(None))
            .order_by(duels.c.asked_at)
            .limit(limit)
        )
        return list(rows)

    async def _set(self, duel: int, **values: Any) -> None:
        await self._connection.execute(update(duels).where(duels.c.duel == duel).values(**values))


def _fresh_id(at: datetime) -> int:
    """An id that is never given again, as SQLite would after the last row is deleted: messages go on naming it."""
    return int(at.timestamp() * 1000) << 20 | secrets.randbits(20)


def _duel(row: Row[Any]) -> Duel:
    return Duel(
        id=row.duel,
        guild=row.guild,
        channel=row.channel,
        message=row.message,
        challenger=row.challenger,
        opponent=row.opponent,
        lesson=row.lesson,
        lesson_title=row.lesson_title,
        questions=tuple(row.questions),
        locale=row.locale,
        state=row.state,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        shown_at=row.shown_at,
    )
