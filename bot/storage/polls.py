"""Polls and their answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Row, Select, func, insert, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup
from bot.storage.due import poll_is_due
from bot.storage.forgotten import Forgotten
from bot.storage.locks import lock
from bot.storage.poll_tables import poll_answers, poll_events, polls, series
from bot.storage.upserts import upsert

State = Literal["posting", "open", "withheld", "closed", "cancelled", "withdrawn"]
"""One that is withheld takes no answers any more, and is closed and rated once its peer round is over."""

Ballot = Literal["direct", "private"]
"""How a poll is answered: by a button an option that everybody sees alike, or on a ballot of one's own."""

EventKind = Literal["opened", "extended", "closed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Poll:
    """A question put to a channel, from the intention to post it to its result."""

    id: int
    guild: int
    channel: int
    message: int | None
    starter: int
    question: str
    meaning: str
    difficulty: int
    locale: str
    state: State
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    closed_by: int | None
    ballot: Ballot = "direct"
    spoiler: bool = False
    """Whether the result hides the answer until it is pressed."""
    rated: bool = True
    series: int | None = None
    """The lesson that is checked together; None for a poll of its own."""
    place: int | None = None
    """Of the series' questions, from 0."""
    earlier: int | None = None
    """The poll whose question a peer round asks again."""
    schedule: int | None = None
    """The schedule that posted it; None: a person did."""
    mention: int | None = None
    """The role that it pings; None: nobody."""
    announced_at: datetime | None = None
    """When a reply told of the result, or was found needless."""
    delivered_at: datetime | None = None
    """When the channel was shown what came of the poll."""
    counted: int | None = 0
    """The answers that its message counts; None: nobody knows, so it is to be edited."""
    rests_until: datetime | None = None
    """Until when its message is not edited again while it is open."""

    @property
    def source(self) -> str:
        """The poll's name in claims and in the journal."""
        return f"poll:{self.id}"


@dataclass(frozen=True, slots=True)
class PollAnswer:
    """What one member chose, by the option's index as authored."""

    member: int
    option: int
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class PollEvent:
    """Something that was done with a poll."""

    number: int
    """From 1 for each poll."""
    kind: EventKind
    by: int | None
    """None: the clock."""
    at: datetime
    closes_at: datetime | None
    """When the poll was to close from then on; None for one that takes no more answers."""


class PollStore:
    """Polls and their answers, at most one answer a poll and member."""

    def __init__(self, connection: AsyncConnection, forgotten: Forgotten) -> None:
        self._connection = connection
        self._forgotten = forgotten

    async def hold_server(self, guild: int) -> None:
        """Nobody else can choose a question for the server before this unit ends."""
        await lock(self._connection, [guild])

    async def add(self, **values: Any) -> int:
        """A new poll's id; values are the table's columns."""
        result = await self._connection.execute(insert(polls).values(**values))
        return cast("int", cast("Any", result.inserted_primary_key)[0])

    async def get(self, poll: int) -> Poll | None:
        """The poll, or None."""
        found = await self._polls(select(polls).where(polls.c.poll == poll))
        return found[0] if found else None

    async def hold(self, wanted: Iterable[int]) -> dict[int, Poll]:
        """Polls that nobody can close before this unit ends: an answer in flight is never missed.

        SQLite has one writer, so its unit is the lock.
        """
        statement = select(polls).where(polls.c.poll.in_(set(wanted))).order_by(polls.c.poll)
        return {poll.id: poll for poll in await self._polls(statement.with_for_update(read=True))}

    async def move(self, poll: int, *, since: State, to: State, **values: Any) -> Poll | None:
        """The poll in its new state, for the one caller that found it in the old one; None for the others."""
        row = (
            await self._connection.execute(
                update(polls)
                .where(polls.c.poll == poll, polls.c.state == since)
                .values(state=to, **values)
                .returning(*polls.c)
            )
        ).one_or_none()
        return _poll(row) if row is not None else None

    async def hold_alone(self, poll: int) -> Poll | None:
        """The poll, which nobody else can answer, extend, close or cancel before this unit ends; or None."""
        found = await self._polls(select(polls).where(polls.c.poll == poll).with_for_update())
        return found[0] if found else None

    async def extend(self, poll: int, closes_at: datetime) -> None:
        """The poll closes then, which its message is to say; the unit holds it alone."""
        await self._connection.execute(
            update(polls).where(polls.c.poll == poll).values(closes_at=closes_at, counted=None)
        )

    async def take_turn(self, poll: int, now: datetime, until: datetime) -> bool:
        """Whether the caller alone may edit the open poll's message before then; nobody could while it rests."""
        taken = await self._connection.execute(
            update(polls)
            .where(
                polls.c.poll == poll,
                polls.c.state == "open",
                or_(polls.c.rests_until.is_(None), polls.c.rests_until <= now),
            )
            .values(rests_until=until, counted=None)
        )
        return taken.rowcount == 1

    async def counted(self, shown: Poll, turn: datetime, answers: int) -> bool:
        """Whether it is noted that the message shows the poll as it was then, with these answers.

        Not if somebody had a turn since, whose edit it may cover, and not if the poll was extended since.
        """
        noted = await self._connection.execute(
            update(polls)
            .where(
                polls.c.poll == shown.id,
                polls.c.rests_until == turn,
                polls.c.closes_at == shown.closes_at,
            )
            .values(counted=answers)
        )
        if noted.rowcount == 1:
            return True
        await self._connection.execute(update(polls).where(polls.c.poll == shown.id).values(counted=None))
        return False

    async def rest(self, poll: int, turn: datetime, until: datetime) -> None:
        """Whoever had this turn leaves the message alone until then, and so does everybody else."""
        await self._connection.execute(
            update(polls).where(polls.c.poll == poll, polls.c.rests_until == turn).values(rests_until=until)
        )

    async def note(
        self, poll: int, kind: EventKind, *, by: int | None, at: datetime, closes_at: datetime | None = None
    ) -> None:
        """Put down what was done with a poll; the unit holds it, or has just changed it."""
        last = await self._connection.scalar(
            select(func.max(poll_events.c.number)).where(poll_events.c.poll == poll)
        )
        await self._connection.execute(
            insert(poll_events).values(
                poll=poll, number=(last or 0) + 1, kind=kind, by=by, at=at, closes_at=closes_at
            )
        )

    async def events(self, poll: int) -> list[PollEvent]:
        """What was done with a poll, in order."""
        rows = await self._connection.execute(
            select(poll_events).where(poll_events.c.poll == poll).order_by(poll_events.c.number)
        )
        return [PollEvent(row.number, row.kind, row.by, row.at, row.closes_at) for row in rows]

    async def move_channel(self, poll: int, *, channel: int, message: int) -> None:
        """The poll's message stands elsewhere now."""
        await self._connection.execute(
            update(polls).where(polls.c.poll == poll).values(channel=channel, message=message)
        )

    async def delivered(self, poll: int, delivered_at: datetime) -> None:
        """The channel has been shown what came of the poll, or can never be shown it."""
        await self._connection.execute(
            update(polls).where(polls.c.poll == poll).values(delivered_at=delivered_at)
        )

    async def due(self, now: datetime, limit: int) -> list[Poll]:
        """Open polls whose time is over, the longest overdue first."""
        return await self._polls(
            select(polls).where(poll_is_due(now)).order_by(polls.c.closes_at).limit(limit)
        )

    async def undelivered(self, limit: int) -> list[Poll]:
        """Polls that are over in any way of which the channel has not been told yet, oldest first."""
        return await self._polls(
            select(polls)
            .where(polls.c.state.in_(["withheld", "closed", "cancelled"]), polls.c.delivered_at.is_(None))
            .order_by(polls.c.closes_at)
            .limit(limit)
        )

    async def postings(self, opened_before: datetime) -> list[Poll]:
        """Polls that were about to be posted before that moment, and of which nothing was heard since."""
        return await self._polls(
            select(polls)
            .where(polls.c.state == "posting", polls.c.opened_at < opened_before)
            .order_by(polls.c.poll)
        )

    async def open_everywhere(self) -> list[Poll]:
        """Every open poll, oldest first."""
        return await self._polls(select(polls).where(polls.c.state == "open").order_by(polls.c.poll))

    async def open_questions(self, guilds: Iterable[int]) -> dict[int, frozenset[str]]:
        """By server, the questions whose answer is still open there: in an open poll, or in a peer round until its end."""
        found: dict[int, set[str]] = {}
        for guild, question in await _OPEN.rows(self._connection, guilds=set(guilds)):
            found.setdefault(guild, set()).add(question)
        return {guild: frozenset(questions) for guild, questions in found.items()}

    async def count_open(self, guild: int) -> int:
        """How many polls of the server take answers."""
        counted = await self._connection.scalar(
            select(func.count()).select_from(polls).where(polls.c.guild == guild, polls.c.state == "open")
        )
        return counted or 0

    async def open_in(self, guild: int, limit: int, *, offset: int = 0) -> list[Poll]:
        """The server's polls that take answers, those that close first before the others."""
        return await self._polls(
            select(polls)
            .where(polls.c.guild == guild, polls.c.state == "open")
            .order_by(polls.c.closes_at, polls.c.poll)
            .offset(offset)
            .limit(limit)
        )

    async def first_in(self, guild: int) -> Poll | None:
        """The first poll that was ever posted in the server, or is about to be."""
        found = await self._polls(
            select(polls)
            .where(polls.c.guild == guild, polls.c.state != "withdrawn")
            .order_by(polls.c.poll)
            .limit(1)
        )
        return found[0] if found else None

    async def last_asked(self, guild: int, questions: Iterable[str]) -> dict[str, datetime]:
        """When each of the questions was last asked in the server; those never asked are left out."""
        rows = await self._connection.execute(
            select(polls.c.question, func.max(polls.c.opened_at).label("asked_at"))
            .where(
                polls.c.guild == guild, polls.c.question.in_(list(questions)), polls.c.state != "withdrawn"
            )
            .group_by(polls.c.question)
        )
        return {row.question: row.asked_at for row in rows}

    async def posted_by_people(self, guild: int, since: datetime) -> list[tuple[int, datetime]]:
        """Where and when people posted polls in the server after that moment; a lesson checked together is one.

        What a schedule posted is left out, and what was put down and never posted.
        """
        single = select(polls.c.channel.label("channel"), polls.c.opened_at).where(
            polls.c.guild == guild,
            polls.c.opened_at > since,
            polls.c.state != "withdrawn",
            polls.c.series.is_(None),
            polls.c.schedule.is_(None),
        )
        together = select(series.c.home.label("channel"), series.c.opened_at).where(
            series.c.guild == guild,
            series.c.opened_at > since,
            (series.c.state == "running") | (series.c.place >= 0),
        )
        rows = await self._connection.execute(union_all(single, together))
        return [(row.channel, row.opened_at) for row in rows]

    async def record(
        self, poll: int, choices: Mapping[int, int], answered_at: Mapping[int, datetime]
    ) -> frozenset[int]:
        """Store each member's option; the members for whom this was the answer, not those who had one.

        Whoever answered before their data was deleted had one, though it is no longer under their id.
        """
        earlier = await self.answers(poll, members=choices)
        fresh = sorted(member for member in choices if member not in earlier)
        deleted = await self._forgotten.voters(poll, fresh)
        fresh = [member for member in fresh if member not in deleted]
        if not fresh:
            return frozenset()
        # The poll is held by this unit only against closing, so another process may have been quicker:
        # the primary key decides, and RETURNING tells whose row it is.
        statement = (
            upsert(self._connection, poll_answers)
            .values(
                [
                    {
                        "poll": poll,
                        "member": member,
                        "option": choices[member],
                        "answered_at": answered_at[member],
                    }
                    for member in fresh
                ]
            )
            .on_conflict_do_nothing()
            .returning(poll_answers.c.member)
        )
        return frozenset(await self._connection.scalars(statement))

    async def answered_before_deletion(self, poll: int, member: int) -> bool:
        """Whether the member answered the poll, and has deleted their data since."""
        return bool(await self._forgotten.voters(poll, [member]))

    async def told(self, pairs: Iterable[tuple[int, str]]) -> frozenset[tuple[int, str]]:
        """Those (member, question) pairs that were answered in a poll that has closed, and so shown its answer."""
        wanted = frozenset(pairs)
        rows = await _TOLD.rows(
            self._connection,
            members={member for member, _ in wanted},
            questions={question for _, question in wanted},
        )
        return wanted & {(member, question) for member, question in rows}

    async def answers(self, poll: int, members: Iterable[int] | None = None) -> dict[int, PollAnswer]:
        """The answers to a poll by member, all of them or those of the members named."""
        statement = select(poll_answers).where(poll_answers.c.poll == poll)
        if members is not None:
            statement = statement.where(poll_answers.c.member.in_(list(members)))
        rows = await self._connection.execute(statement.order_by(poll_answers.c.member))
        return {row.member: PollAnswer(row.member, row.option, row.answered_at) for row in rows}

    async def count(self, poll: int) -> int:
        """How many have answered."""
        counted = await self._connection.scalar(
            select(func.count()).select_from(poll_answers).where(poll_answers.c.poll == poll)
        )
        return counted or 0

    async def _polls(self, statement: Select[Any]) -> list[Poll]:
        return [_poll(row) for row in await self._connection.execute(statement)]


_TOLD = Lookup(
    lambda among: (
        select(poll_answers.c.member, polls.c.question)
        .join(polls, polls.c.poll == poll_answers.c.poll)
        .where(
            among(poll_answers.c.member, "members"),
            among(polls.c.question, "questions"),
            polls.c.state == "closed",
        )
    )
)


_OPEN = Lookup(
    lambda among: select(polls.c.guild, polls.c.question).where(
        among(polls.c.guild, "guilds"),
        or_(polls.c.state == "posting", polls.c.state == "open", polls.c.state == "withheld"),
    )
)


def _poll(row: Row[Any]) -> Poll:
    return Poll(
        id=row.poll,
        guild=row.guild,
        channel=row.channel,
        message=row.message,
        starter=row.starter,
        question=row.question,
        meaning=row.meaning,
        difficulty=row.difficulty,
        locale=row.locale,
        state=row.state,
        opened_at=row.opened_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        ballot=row.ballot,
        spoiler=row.spoiler,
        rated=row.rated,
        series=row.series,
        place=row.place,
        earlier=row.earlier,
        schedule=row.schedule,
        mention=row.mention,
        announced_at=row.announced_at,
        delivered_at=row.delivered_at,
        counted=row.counted,
        rests_until=row.rests_until,
    )
