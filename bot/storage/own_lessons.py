"""Servers' own lessons: every version that was handed in, which of them is taught, and what their questions' ids mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.server_tables import own_lessons, own_questions
from bot.storage.tables import first_attempts

State = Literal["draft", "published", "replaced", "retired"]
"""Not published yet; taught; taught until another version was; taught until its lesson was retired."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a server's own lesson, without its text."""

    guild: int
    name: str
    """Of the lesson's file, without .yaml."""
    version: int
    title: str
    state: State
    by: int
    uploaded_at: datetime
    """Together with the rest it tells this edition from any other that there ever was."""
    published_at: datetime | None


class Taken(NamedTuple):
    """What the id of a published question means for good."""

    meaning: str
    name: str
    """Of its lesson."""


class OwnLessonStore:
    """Versions are added and change their state; their texts never change, and ids are never given free."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def published(self, guild: int) -> list[Edition]:
        """What the server teaches of its own, by name."""
        return await self._editions(own_lessons.c.guild == guild, own_lessons.c.state == "published")

    async def holding(self, guild: int, questions: Iterable[str]) -> list[Edition]:
        """What the server teaches of the lessons in which the questions of these ids were published first."""
        names = select(own_questions.c.slug).where(
            own_questions.c.guild == guild, own_questions.c.question.in_(list(questions))
        )
        return await self._editions(
            own_lessons.c.guild == guild, own_lessons.c.state == "published", own_lessons.c.slug.in_(names)
        )

    async def editions(self, guild: int, name: str | None = None) -> list[Edition]:
        """Every version of the server's lessons, or of one of them: by name, the latest first."""
        which = [own_lessons.c.guild == guild]
        if name is not None:
            which.append(own_lessons.c.slug == name)
        return await self._editions(*which)

    async def sources(self, editions: Iterable[Edition]) -> dict[Edition, str]:
        """The files as they were handed in, in the order of the editions."""
        wanted = {(one.guild, one.name, one.version): one for one in editions}
        if not wanted:
            return {}
        rows = await self._connection.execute(
            select(
                own_lessons.c.guild, own_lessons.c.slug, own_lessons.c.version, own_lessons.c.source
            ).where(or_(*(_is(*key) for key in wanted)))
        )
        found = {(row.guild, row.slug, row.version): row.source for row in rows}
        return {one: found[key] for key, one in wanted.items() if key in found}

    async def sizes(self, guild: int) -> dict[tuple[str, int], int]:
        """About how long each version's file is, in characters at least, by name and version."""
        rows = await self._connection.execute(
            select(own_lessons.c.slug, own_lessons.c.version, func.length(own_lessons.c.source)).where(
                own_lessons.c.guild == guild
            )
        )
        return {(slug, version): length for slug, version, length in rows}

    async def add(self, *, guild: int, name: str, title: str, source: str, by: int, at: datetime) -> int:
        """Keep a draft; its version."""
        last = await self._connection.scalar(
            select(func.max(own_lessons.c.version)).where(
                own_lessons.c.guild == guild, own_lessons.c.slug == name
            )
        )
        version = (last or 0) + 1
        await self._connection.execute(
            insert(own_lessons).values(
                guild=guild,
                slug=name,
                version=version,
                title=title,
                source=source,
                state="draft",
                by=by,
                uploaded_at=at,
            )
        )
        return version

    async def move(self, edition: Edition, to: State, at: datetime | None = None) -> None:
        """Let the edition be in that state; published since that moment, if it never was before."""
        values: dict[str, Any] = {"state": to}
        if at is not None and edition.published_at is None:
            values["published_at"] = at
        await self._connection.execute(
            update(own_lessons).where(_is(edition.guild, edition.name, edition.version)).values(values)
        )

    async def drop_drafts(self, guild: int, name: str) -> int:
        """Keep no drafts of the lesson; how many there were."""
        gone = await self._connection.execute(
            delete(own_lessons).where(
                own_lessons.c.guild == guild, own_lessons.c.slug == name, own_lessons.c.state == "draft"
            )
        )
        return gone.rowcount

    async def ledger(self, guild: int) -> dict[str, Taken]:
        """What the ids of the server's published questions mean."""
        rows = await self._connection.execute(
            select(own_questions.c.question, own_questions.c.meaning, own_questions.c.slug).where(
                own_questions.c.guild == guild
            )
        )
        return {row.question: Taken(row.meaning, row.slug) for row in rows}

    async def take(self, guild: int, ids: Mapping[str, Taken]) -> None:
        """Note for good what these ids mean, none of which is taken."""
        if ids:
            await self._connection.execute(
                insert(own_questions),
                [
                    {"guild": guild, "question": id, "meaning": one.meaning, "slug": one.name}
                    for id, one in ids.items()
                ],
            )

    async def answers(self, guild: int) -> dict[str, int]:
        """How many members have answered or met the server's own questions, by the id of the question."""
        owner = f"{guild}:"
        rows = await self._connection.execute(
            select(first_attempts.c.question, func.count())
            .where(first_attempts.c.question.in_(_identities(owner, guild)))
            .group_by(first_attempts.c.question)
        )
        return {question.removeprefix(owner): count for question, count in rows}

    async def _editions(self, *which: ColumnElement[bool]) -> list[Edition]:
        rows = await self._connection.execute(
            select(*_EDITION)
            .where(*which)
            .order_by(own_lessons.c.guild, own_lessons.c.slug, own_lessons.c.version.desc())
        )
        return [Edition(*row) for row in rows]


def _identities(owner: str, guild: int) -> Any:
    return select(owner + own_questions.c.question).where(own_questions.c.guild == guild)


def _is(guild: int, name: str, version: int) -> ColumnElement[bool]:
    return (own_lessons.c.guild == guild) & (own_lessons.c.slug == name) & (own_lessons.c.version == version)


_EDITION = (
    own_lessons.c.guild,
    own_lessons.c.slug,
    own_lessons.c.version,
    own_lessons.c.title,
    own_lessons.c.state,
    own_lessons.c.by,
    own_lessons.c.uploaded_at,
    own_lessons.c.published_at,
)
