"""Whom the bot met where, when, and under which name."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup
from bot.storage.parts import in_parts
from bot.storage.poll_tables import polls
from bot.storage.tables import acquaintances, sightings
from bot.storage.upserts import upsert
from ladder.evidence import MET_WITHIN

ANYWHERE = 0
"""The place under which a person's own name stands, as against a server's nickname."""


class Sighting(NamedTuple):
    """A member seen in a place under a name."""

    guild: int
    member: int
    name: str
    seen_at: datetime


class Sightings:
    """Display names as last seen; a mention would show a raw id to whoever has not met the member."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, guild: int, member: int, name: str, seen_at: datetime) -> None:
        """Remember a name, in place of the one remembered for this member there."""
        await self.note_all([Sighting(guild, member, name, seen_at)])

    async def note_all(self, seen: Iterable[Sighting]) -> set[int]:
        """Remember many names; of two for one member in one place the later stays.

        Returned are those who were met in a server for the first time, or after a long while.
        """
        # In one order, so that two processes that meet the same people never wait for each other.
        latest = {(one.guild, one.member): one for one in seen}
        rows = [{**latest[key]._asdict(), "name": latest[key].name[:100]} for key in sorted(latest)]
        statement = upsert(self._connection, sightings)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["guild", "member"],
                set_={"name": statement.excluded.name, "seen_at": statement.excluded.seen_at},
            ),
            rows,
        )
        return await self._meet({key: one.seen_at for key, one in latest.items() if key[0] != ANYWHERE})

    async def _meet(self, met: Mapping[tuple[int, int], datetime]) -> set[int]:
        """Note meetings, of which those at most 30 days apart make up one acquaintance."""
        known: dict[tuple[int, int], tuple[datetime, datetime]] = {}
        for some in in_parts(member for _, member in met):
            rows = await self._connection.execute(
                select(acquaintances)
                .where(acquaintances.c.member.in_(some), acquaintances.c.guild.in_({key[0] for key in met}))
                .order_by(acquaintances.c.since)
            )
            known |= {(row.guild, row.member): (row.since, row.until) for row in rows}
        fresh: list[dict[str, object]] = []
        again: list[dict[str, object]] = []
        newly: set[int] = set()
        for (guild, member), at in sorted(met.items()):
            since, until = known.get((guild, member), (at, at))
            if (guild, member) not in known or at - until > MET_WITHIN:
                newly.add(member)
                fresh.append({"guild": guild, "member": member, "since": at, "until": at})
            elif at > until:
                again.append({"in_guild": guild, "of_member": member, "begun": since, "met": at})
        if fresh:
            await self._connection.execute(
                upsert(self._connection, acquaintances).on_conflict_do_nothing(), fresh
            )
        if again:
            await self._connection.execute(
                update(acquaintances)
                .where(
                    acquaintances.c.guild == bindparam("in_guild"),
                    acquaintances.c.member == bindparam("of_member"),
                    acquaintances.c.since == bindparam("begun"),
                )
                .values(until=bindparam("met")),
                again,
            )
        return newly

    async def reveals(
        self, members: Iterable[int], questions: Iterable[str]
    ) -> dict[tuple[int, str], list[tuple[datetime, datetime]]]:
        """By member and question: when a server that the bot knows the member from revealed the question.

        Each is the moment of the reveal, and that of the last meeting there of an acquaintance which had begun
        by then; it may be long before the reveal, and is never after it.
        """
        found: dict[tuple[int, str], list[tuple[datetime, datetime]]] = {}
        rows = await _REVEALS.rows(self._connection, members=members, questions=questions)
        for member, question, closed_at, until in rows:
            found.setdefault((member, question), []).append((closed_at, min(until, closed_at)))
        return found

    async def names(self, guild: int, members: Iterable[int]) -> dict[int, str]:
        """The names of those of the members who were ever met: the server's nickname, else their own."""
        rows = await self._connection.execute(
            select(sightings.c.member, sightings.c.name)
            .where(sightings.c.member.in_(list(members)), sightings.c.guild.in_({guild, ANYWHERE}))
            .order_by(sightings.c.guild)  # a server's id is greater than ANYWHERE, so it overwrites
        )
        return {row.member: row.name for row in rows}


_REVEALS = Lookup(
    lambda among: (
        select(acquaintances.c.member, polls.c.question, polls.c.closed_at, acquaintances.c.until)
        .join(polls, polls.c.guild == acquaintances.c.guild)
        .where(
            among(acquaintances.c.member, "members"),
            among(polls.c.question, "questions"),
            polls.c.state == "closed",
            polls.c.closed_at >= acquaintances.c.since,
        )
    )
)
