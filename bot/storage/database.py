"""The database as the rest of the bot sees it: units of work that commit whole or not at all."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.attempts import Attempts
from bot.storage.audit import AuditStore
from bot.storage.audit_log import AuditLogStore
from bot.storage.blocked_channels import BlockedChannelStore
from bot.storage.choices import ChoiceStore
from bot.storage.due import DueStore
from bot.storage.duels import DuelStore
from bot.storage.engines import Engines, open_engines
from bot.storage.erasure import Erasure
from bot.storage.experience import ExperienceStore
from bot.storage.facts import Facts
from bot.storage.failures import DatabaseUnavailable, DatabaseUnreachable, OutcomeUnknown, reason
from bot.storage.fetching import open_fetcher
from bot.storage.forgotten import Forgotten
from bot.storage.listing import ListingStore
from bot.storage.live_boards import LiveBoardStore
from bot.storage.locks import enter
from bot.storage.matches import MatchStore
from bot.storage.meanings import Meanings
from bot.storage.members import MemberStore
from bot.storage.news import NewsStore
from bot.storage.own_lessons import OwnLessonStore
from bot.storage.paces import PaceStore
from bot.storage.polls import PollStore
from bot.storage.presence import PresenceStore
from bot.storage.promotions import PromotionStore
from bot.storage.purging import Purging
from bot.storage.quizzes import QuizStore
from bot.storage.ratings import RatingStore
from bot.storage.reading import ReadingStore
from bot.storage.recaps import RecapStore
from bot.storage.reports import ReportStore
from bot.storage.resets import ResetStore
from bot.storage.reviews import ReviewStore
from bot.storage.role_dues import RoleDueStore
from bot.storage.schedules import ScheduleStore
from bot.storage.seasons import SeasonStore
from bot.storage.series import SeriesStore
from bot.storage.servers import ServerStore
from bot.storage.shares import ShareStore
from bot.storage.sightings import Sightings
from bot.storage.standings import Standings, StandingsStore
from bot.storage.statistics import StatisticsStore
from bot.storage.trends import Trends

_LAST_UNITS = 5
"""Seconds that a database which is closed gives to what is under way: cut in the middle it would leak a connection."""


class Unit:
    """One transaction, and the stores that work inside it."""

    def __init__(self, connection: AsyncConnection) -> None:
        forgotten = Forgotten(connection)
        self.attempts = Attempts(connection, forgotten)
        self.audit = AuditStore(connection)
        self.audit_log = AuditLogStore(connection)
        self.blocked_channels = BlockedChannelStore(connection)
        self.choices = ChoiceStore(connection)
        self.due = DueStore(connection)
        self.duels = DuelStore(connection)
        self.experience = ExperienceStore(connection)
        self.erasure = Erasure(connection, forgotten)
        self.facts = Facts(connection)
        self.listing = ListingStore(connection)
        self.live_boards = LiveBoardStore(connection)
        self.matches = MatchStore(connection)
        self.meanings = Meanings(connection)
        self.members = MemberStore(connection)
        self.news = NewsStore(connection)
        self.own_lessons = OwnLessonStore(connection)
        self.paces = PaceStore(connection)
        self.polls = PollStore(connection, forgotten)
        self.presence = PresenceStore(connection)
        self.promotions = PromotionStore(connection)
        self.purging = Purging(connection)
        self.quizzes = QuizStore(connection)
        self.ratings = RatingStore(connection)
        self.reading = ReadingStore(connection)
        self.reports = ReportStore(connection)
        self.resets = ResetStore(connection)
        self.reviews = ReviewStore(connection)
        self.recaps = RecapStore(connection)
        self.schedules = ScheduleStore(connection)
        self.role_dues = RoleDueStore(connection)
        self.seasons = SeasonStore(connection)
        self.series = SeriesStore(connection)
        self.servers = ServerStore(connection)
        self.shares = ShareStore(connection)
        self.sightings = Sightings(connection)
        self.standings = StandingsStore(connection)
        self.statistics = StatisticsStore(connection)
        self.trends = Trends(connection)


class Database:
    """A SQLite file or a PostgreSQL server; open it once, close it on the way out."""

    def __init__(self, url: str | URL) -> None:
        self.url = parse_url(url)
        self._engines = engines_for(self.url)
        self._fetcher = open_fetcher(self.url, self._engines.reader)
        self.standings = Standings(self._fetcher)
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @asynccontextmanager
    async def unit(self, *, alone: bool = False) -> AsyncGenerator[Unit]:
        """A unit of work: leaving the block commits, raising inside it rolls everything back.

        One that is ``alone`` waits until no other is under way, in any process, and holds up all that begin.
        Raises `DatabaseUnavailable` in place of any error of the database's own, `DatabaseUnreachable` before
        the block is entered, `OutcomeUnknown` if nobody can tell whether what the block did was committed.
        """
        begun = ended = False
        try:
            with self._counted():
                async with self._engines.writer.begin() as connection:
                    await enter(connection, alone=alone)
                    begun = True
                    yield Unit(connection)
                    ended = True
        except (SQLAlchemyError, OSError) as error:
            if ended and _is_broken_off(error):
                raise OutcomeUnknown(reason(error)) from error
            raise (DatabaseUnavailable if begun else DatabaseUnreachable)(reason(error)) from error

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Unit]:
        """A consistent view to read from, which never waits for a writer on SQLite; nothing is kept of it.

        Raises `DatabaseUnavailable` in place of any error of the database's own.
        """
        try:
            with self._counted():
                async with self._engines.reader.connect() as connection:
                    yield Unit(connection)
        except (SQLAlchemyError, OSError) as error:
            raise DatabaseUnavailable(reason(error)) from error

    @contextlib.contextmanager
    def _counted(self) -> Generator[None]:
        self._under_way += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    async def close(self) -> None:
        """Close every connection, once whatever is under way has ended; for some seconds it is waited for."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_UNITS):
                await self._idle.wait()
        self._fetcher.close()
        await self._engines.dispose()


def _is_broken_off(error: Exception) -> bool:
    """Whether the connection broke, rather than the database refusing what it was asked."""
    return isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def engines_for(url: URL) -> Engines:
    """Engines for a URL; raises `DatabaseUnavailable` when what its database needs is not installed."""
    try:
        return open_engines(url)
    except ImportError:
        raise DatabaseUnavailable(
            "PostgreSQL needs the extra `postgres`; in the project's folder: pip install -c constraints.txt -e '.[postgres]'"
        ) from None


def parse_url(url: str | URL) -> URL:
    """The URL with the asynchronous driver that this program uses.

    Raises `DatabaseUnavailable` for a URL that is none, or of a database that is neither of the two.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter, which would quote it, for a port that is no number
        raise DatabaseUnavailable(
            "the database URL cannot be read; write sqlite:///rung.sqlite3 or postgresql://user:password@host/name"
        ) from None
    drivers = {
        "sqlite": "sqlite+aiosqlite",
        "postgresql": "postgresql+asyncpg",
        "postgres": "postgresql+asyncpg",
    }
    driver = drivers.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise DatabaseUnavailable(
            f"{parsed.drivername!r} is not a database this program knows; use sqlite:/// or postgresql://"
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise DatabaseUnavailable(
            "a database in memory would forget everything; write sqlite:///rung.sqlite3"
        )
    parsed = parsed.set(drivername=driver)
    if driver == "postgresql+asyncpg" and "sslmode" in parsed.query:
        # What libpq and every hoster's URL call sslmode, asyncpg calls ssl.
        parsed = parsed.update_query_dict({"ssl": parsed.query["sslmode"]}).difference_update_query(
            ["sslmode"]
        )
    return parsed
