"""What time alone makes due, asked at one go: a bot with nothing to do reads once a second, and no more."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.columns import Moment
from bot.storage.poll_tables import polls, series
from bot.storage.server_tables import role_dues, seasons, servers
from ladder.poll import LONGEST

Instant = datetime | ColumnElement[datetime]

PATIENCE = timedelta(minutes=15)
"""How long the end of a season waits for polls that are due: one that cannot be closed must not hold it up."""

LOST = LONGEST + timedelta(days=1)
"""After so long nothing comes of a peer round any more, whatever its series says: its answers are rated without it."""


def poll_is_due(now: Instant) -> ColumnElement[bool]:
    """An open poll whose time is over."""
    return and_(polls.c.state == "open", polls.c.closes_at <= now)


def round_is_over(lost_since: Instant) -> ColumnElement[bool]:
    """A poll that is withheld for a peer round which is over, or has gone on since then; outer join `series`.

    A round goes on while its question is open again, and before that while its series stays with it.
    """
    again = polls.alias("again")
    asked_again = exists().where(
        again.c.series == polls.c.series, again.c.place == polls.c.place, again.c.earlier == polls.c.poll
    )
    stays = and_(
        series.c.state == "running",
        series.c.place == polls.c.place,
        # Nobody skipped it; see `bot.actions.peer_rounds.skipped`.
        or_(series.c.next_at.is_(None), series.c.next_at != polls.c.opened_at),
        ~asked_again.where(again.c.state.in_(["closed", "cancelled"])),
    )
    goes_on = or_(func.coalesce(stays, false()), asked_again.where(again.c.state == "open"))
    return and_(polls.c.state == "withheld", or_(~goes_on, polls.c.closed_at <= lost_since))


def series_is_due(now: Instant) -> ColumnElement[bool]:
    """One for which something may be to do: no question of its is open, and no wait is on."""
    still_open = exists().where(
        polls.c.series == series.c.series,
        or_(polls.c.state == "open", and_(polls.c.state == "posting", polls.c.closes_at > now)),
    )
    return and_(
        or_(
            and_(series.c.state == "running", series.c.next_at.is_(None)),
            and_(series.c.state.in_(["running", "stopped", "done"]), series.c.next_at <= now),
        ),
        ~still_open,
    )


def season_is_due(now: Instant, waits_since: Instant) -> ColumnElement[bool]:
    """A running season whose time is over.

    While polls of its server are due to be closed it waits a little, so that they still count for it.
    """
    waiting = exists().where(
        polls.c.guild == seasons.c.guild, polls.c.state == "open", polls.c.closes_at <= seasons.c.ends_at
    )
    return and_(
        seasons.c.ended_at.is_(None),
        seasons.c.ends_at <= now,
        or_(~waiting, seasons.c.ends_at <= waits_since),
    )


def role_is_due(now: Instant) -> ColumnElement[bool]:
    """A member's roles that are to be looked at, where the bot is and may give any; outer join `servers`."""
    return and_(role_dues.c.due_at <= now, servers.c.roles_refused_at.is_(None), servers.c.left_at.is_(None))


_NOW = bindparam("now", type_=Moment())
_WAITS_SINCE = bindparam("waits_since", type_=Moment())
_LOST_SINCE = bindparam("lost_since", type_=Moment())
_ANYTHING = select(
    or_(
        exists().where(poll_is_due(_NOW)),
        exists(
            select(polls.c.poll)
            .outerjoin(series, series.c.series == polls.c.series)
            .where(round_is_over(_LOST_SINCE))
        ),
        exists().where(series_is_due(_NOW)),
        exists().where(season_is_due(_NOW, _WAITS_SINCE)),
        exists(
            select(role_dues.c.member)
            .outerjoin(servers, servers.c.guild == role_dues.c.guild)
            .where(role_is_due(_NOW))
        ),
    )
)


class DueStore:
    """Whether there is anything to do at all."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def anything(self, now: datetime) -> bool:
        """Whether a poll, a peer round, a lesson checked together, a season or a member's roles are due."""
        given = {"now": now, "waits_since": now - PATIENCE, "lost_since": now - LOST}
        return bool(await self._connection.scalar(_ANYTHING, given))
