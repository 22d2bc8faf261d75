"""What the bot does: every deed of the domain, with no Discord and no SQL."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions import exclusions, reports, resets, schedule_deeds, seasons, servers, settings
from bot.actions.audit_log import AuditLog
from bot.actions.blocked_channels import BlockedChannels
from bot.actions.boards import Boards
from bot.actions.due import Due
from bot.actions.duels import Duels
from bot.actions.exclusions import Exclusions
from bot.actions.first_steps import FirstSteps
from bot.actions.health import Doctor
from bot.actions.holdings import Holdings
from bot.actions.installation import Installation
from bot.actions.ladders import Ladders
from bot.actions.library import Library
from bot.actions.listing import Listing
from bot.actions.live_boards import LiveBoards
from bot.actions.me import Me
from bot.actions.news import NewsDesk
from bot.actions.own_lessons import OwnLessons
from bot.actions.paces import Paces
from bot.actions.people import People
from bot.actions.poll_counts import PollCounts
from bot.actions.polls import Polls
from bot.actions.presence import Presence
from bot.actions.privacy import Privacy
from bot.actions.promotions import Promotions
from bot.actions.quizzes import Quizzes
from bot.actions.reading import Reading
from bot.actions.reasons import Reasons
from bot.actions.reports import Reports
from bot.actions.resets import Resets
from bot.actions.reviews import Reviews
from bot.actions.roles import Roles
from bot.actions.scheduled_posts import ScheduledPosts
from bot.actions.schedules import Schedules
from bot.actions.seasons import Seasons
from bot.actions.series import SeriesActions
from bot.actions.servers import Servers
from bot.actions.settings import Settings
from bot.actions.sharing import Sharing
from bot.actions.voiding import Voiding
from bot.storage import Database
from lessons.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Actions:
    """Everything that the chat can ask for."""

    installation: Installation
    library: Library
    """What is taught everywhere."""
    holdings: Holdings
    people: People
    polls: Polls
    paces: Paces
    poll_counts: PollCounts
    quizzes: Quizzes
    doctor: Doctor
    due: Due
    duels: Duels
    first_steps: FirstSteps
    reasons: Reasons
    reading: Reading
    reports: Reports
    reviews: Reviews
    ladders: Ladders
    blocked_channels: BlockedChannels
    boards: Boards
    listing: Listing
    live_boards: LiveBoards
    me: Me
    news: NewsDesk
    own_lessons: OwnLessons
    servers: Servers
    series: SeriesActions
    schedules: Schedules
    scheduled_posts: ScheduledPosts
    roles: Roles
    seasons: Seasons
    settings: Settings
    sharing: Sharing
    audit_log: AuditLog
    exclusions: Exclusions
    resets: Resets
    voiding: Voiding
    presence: Presence
    privacy: Privacy
    promotions: Promotions

    async def drain(self) -> None:
        """Return when every answer in flight has been recorded."""
        await self.polls.drain()
        await self.quizzes.drain()


def make_actions(database: Database, catalogue: Catalogue, clock: Callable[[], datetime]) -> Actions:
    """The actions over a database and a catalogue; the clock gives aware moments."""
    library = Holdings(catalogue, database)
    people = People(database, clock)
    polls = Polls(database, library, clock)
    quizzes = Quizzes(database, library, clock)
    reviews = Reviews(database, library, clock)
    ladders = Ladders(database)
    schedules = Schedules(database, library, clock)
    own_lessons = OwnLessons(database, library, clock)
    return Actions(
        installation=Installation(database),
        library=library.everywhere,
        holdings=library,
        people=people,
        polls=polls,
        paces=Paces(database, clock),
        poll_counts=PollCounts(database, clock),
        quizzes=quizzes,
        doctor=Doctor(database, clock),
        due=Due(database, clock),
        duels=Duels(database, library, clock),
        first_steps=FirstSteps(database, schedules),
        reasons=Reasons(database, library, clock),
        reading=Reading(database, library, people, clock),
        reports=Reports(database, library, clock),
        reviews=reviews,
        ladders=ladders,
        me=Me(database, library, ladders=ladders, quizzes=quizzes, reviews=reviews, clock=clock),
        blocked_channels=BlockedChannels(database, clock),
        boards=Boards(database, clock),
        listing=Listing(database, clock),
        live_boards=LiveBoards(database, clock),
        own_lessons=own_lessons,
        news=NewsDesk(database, library, clock),
        servers=Servers(database, clock),
        series=SeriesActions(database, library, polls, clock),
        schedules=schedules,
        scheduled_posts=ScheduledPosts(database, library, clock),
        roles=Roles(database, clock),
        seasons=Seasons(database, clock),
        settings=Settings(database, clock),
        audit_log=AuditLog(
            database,
            servers.UNDOING
            | settings.UNDOING
            | exclusions.UNDOING
            | reports.UNDOING
            | resets.UNDOING
            | schedule_deeds.UNDOING
            | seasons.UNDOING
            | own_lessons.undoing,
            clock,
        ),
        exclusions=Exclusions(database, clock),
        resets=Resets(database, clock),
        voiding=Voiding(database, library, clock),
        sharing=Sharing(database, clock),
        presence=Presence(database, polls, clock),
        privacy=Privacy(database, people, clock),
        promotions=Promotions(database, library, clock),
    )
