"""Every table, in SQLAlchemy Core; the migrations build exactly this, and ``alembic check`` proves it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; a naive one is refused, because nobody could tell what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: UTC, without the zone where the database has none."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database: always aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a column declared INTEGER.
_Serial = BigInteger().with_variant(Integer, "sqlite")


def _own(name: str, **options: Any) -> Column[int]:
    """The id of the person whose row this is; the row goes when its person's data is deleted."""
    return Column(name, BigInteger, autoincrement=False, info={"person": "own"}, **options)


def _hand(name: str, *, nullable: bool, comment: str | None = None) -> Column[int]:
    """The id of a person who had a hand in a row of somebody else's; nobody's (0) once that person's data is deleted."""
    return Column(name, BigInteger, nullable=nullable, comment=comment, info={"person": "hand"})


def _where(condition: str) -> dict[str, Any]:
    """Rows that a partial index holds."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _compact() -> dict[str, Any]:
    """SQLite keeps such a table in its primary key alone: one tree to write instead of two."""
    return {"sqlite_with_rowid": False}


facts = Table(
    "facts",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    comment="What the installation remembers about itself",
)

sightings = Table(
    "sightings",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False, comment="0: anywhere"),
    _own("member", primary_key=True),
    Column("name", String(100), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "member"),
    **_compact(),
)

acquaintances = Table(
    "acquaintances",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    _own("member", primary_key=True),
    Column("since", Moment, primary_key=True, comment="the first of meetings at most 30 days apart"),
    Column("until", Moment, nullable=False, comment="the last of them"),
    Index(None, "member"),
    comment="When the bot met whom in which server",
    **_compact(),
)

meanings = Table(
    "meanings",
    metadata,
    Column("meaning", String(64), primary_key=True, comment="SHA-256 of stem, options and key"),
    Column("question", String(100), nullable=False, comment="owner:id"),
    Column("stem", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("key", SmallInteger, nullable=False),
    Column("explanation", Text, nullable=False, comment="as first served"),
    Column("feedback", JSON, nullable=False, comment="one text or null an option, as first served"),
    Column("repairs", JSON, nullable=False, comment="one section id or null an option, as first served"),
    Column("lesson", String(60), nullable=False),
    Column("lesson_title", String(100), nullable=False),
    Column("category", String(60), nullable=False, comment="the category's slug"),
    Index(None, "question"),
)

polls = Table(
    "polls",
    metadata,
    Column("poll", _Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=True),
    _hand("starter", nullable=False),
    Column("question", String(100), nullable=False),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("locale", String(10), nullable=False, comment="the language of the post"),
    Column("state", String(10), nullable=False, comment="posting, open, closed, cancelled, withdrawn"),
    Column("ballot", String(10), nullable=False, server_default=text("'direct'"), comment="direct, private"),
    Column(
        "spoiler",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="whether the result hides the answer until it is pressed",
    ),
    Column(
        "rated",
        Boolean,
        nullable=False,
        server_default=true(),
        comment="false for a question asked again in a peer round",
    ),
    Column("series", BigInteger, nullable=True, comment="the lesson that is checked together"),
    Column("place", SmallInteger, nullable=True, comment="of its questions, from 0"),
    Column("earlier", BigInteger, nullable=True, comment="the poll whose question a peer round asks again"),
    Column(
        "announced_at",
        Moment,
        nullable=True,
        comment="when a reply told of the result, or was found needless",
    ),
    Column("opened_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("closed_at", Moment, nullable=True),
    _hand("closed_by", nullable=True, comment="null: the clock"),
    Column("delivered_at", Moment, nullable=True, comment="when the channel was shown the result"),
    Index(None, "state", "closes_at"),
    Index(None, "guild", "question"),
    Index(None, "question", "closed_at"),
    Index(None, "series", "place"),
)

poll_events = Table(
    "poll_events",
    metadata,
    Column("poll", _Serial, ForeignKey("polls.poll"), primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False, comment="from 1"),
    Column("kind", String(10), nullable=False, comment="opened, extended, closed, cancelled"),
    _hand("by", nullable=True, comment="null: the clock"),
    Column("at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=True, comment="from then on"),
    comment="What was done with a poll, by whom",
    **_compact(),
)

series = Table(
    "series",
    metadata,
    Column("series", _Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("home", BigInteger, nullable=False, comment="the channel in which it was asked for"),
    Column("channel", BigInteger, nullable=False, comment="where its questions stand: a thread, or the same"),
    _hand("starter", nullable=False),
    Column("lesson", String(60), nullable=False),
    Column("lesson_title", String(100), nullable=False),
    Column("questions", JSON, nullable=False, comment="their ids in the order in which they are asked"),
    Column("place", SmallInteger, nullable=False, comment="of the question asked last; -1: none yet"),
    Column("seconds", Integer, nullable=False, comment="how long each stays open"),
    Column("ballot", String(10), nullable=False, comment="direct, private"),
    Column("spoiler", Boolean, nullable=False),
    Column("peer", Boolean, nullable=False, comment="whether split answers are discussed and asked again"),
    Column("locale", String(10), nullable=False),
    Column("state", String(10), nullable=False, comment="running, stopped, done"),
    Column("opened_at", Moment, nullable=False),
    Column("next_at", Moment, nullable=True, comment="when the next step is due; null: when a poll closes"),
    Column("summed_up_at", Moment, nullable=True, comment="when the summary was posted, or could not be"),
    Index(None, "state", "next_at"),
)

news = Table(
    "news",
    metadata,
    _own("member", primary_key=True),
    Column("told_at", Moment, nullable=False, comment="results of polls since then are news"),
    **_compact(),
)

poll_answers = Table(
    "poll_answers",
    metadata,
    Column("poll", _Serial, ForeignKey("polls.poll"), primary_key=True, autoincrement=False),
    Column(
        "member",
        BigInteger,
        primary_key=True,
        autoincrement=False,
        comment="below 0: somebody whose data was deleted",
        info={"person": "ballot"},
    ),
    Column("option", SmallInteger, nullable=False),
    Column("answered_at", Moment, nullable=False),
    Index(None, "member"),
    **_compact(),
)

first_attempts = Table(
    "first_attempts",
    metadata,
    _own("member", primary_key=True),
    Column("question", String(100), primary_key=True),
    Column("source", String(40), nullable=False, comment="poll:7 or quiz:7, the only one that may rate it"),
    Column("claimed_at", Moment, nullable=False),
    Index(None, "source"),
    **_compact(),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("digest", String(32), primary_key=True, comment="a keyed hash of member and question"),
    comment="First attempts of people whose data was deleted: nothing already seen is rated again",
    **_compact(),
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("quiz", _Serial, primary_key=True),
    _own("member", nullable=False),
    Column("guild", BigInteger, nullable=True, comment="null: not in a server"),
    Column("lesson", String(60), nullable=False),
    Column("lesson_title", String(100), nullable=False),
    Column(
        "attempt",
        SmallInteger,
        nullable=False,
        server_default=text("1"),
        comment="1: first attempts as they come; from 2 on a rematch against the machine",
    ),
    Column(
        "kind",
        String(10),
        nullable=False,
        server_default=text("'check'"),
        comment="check; versus: a match against the machine at one go; duel",
    ),
    Column("duel", BigInteger, nullable=True, comment="the duel that it is one side of"),
    Column("opened_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=True),
    Index(None, "member", "finished_at"),
    Index(None, "duel"),
    Index(None, "finished_at", "opened_at"),
)

quiz_questions = Table(
    "quiz_questions",
    metadata,
    Column("quiz", _Serial, ForeignKey("quizzes.quiz"), primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False, comment="from 0"),
    Column("question", String(100), nullable=False),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("arrangement", JSON, nullable=False, comment="the option shown at each place"),
    Column("shown_at", Moment, nullable=True),
    Column("option", SmallInteger, nullable=True, comment="as authored, not as shown; -1: time ran out"),
    Column("answered_at", Moment, nullable=True),
    **_compact(),
)

duels = Table(
    "duels",
    metadata,
    Column("duel", _Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=True),
    _own("challenger", nullable=False),
    _own("opponent", nullable=False),
    Column("lesson", String(60), nullable=False),
    Column("lesson_title", String(100), nullable=False),
    Column("questions", JSON, nullable=False, comment="the ids of those that both are asked"),
    Column("locale", String(10), nullable=False, comment="the language of the post"),
    Column("state", String(10), nullable=False, comment="asked, running, done"),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("shown_at", Moment, nullable=True, comment="when the channel was shown what came of it"),
    Index(None, "state", "expires_at"),
    Index(None, "challenger"),
    Index(None, "opponent"),
    comment="Friendly matches of two people; declined and expired ones are deleted",
)

reading = Table(
    "reading",
    metadata,
    _own("member", primary_key=True),
    Column("lesson", String(60), primary_key=True),
    Column("section", String(48), nullable=False, comment="where the member is"),
    Column("opened_at", Moment, nullable=False, comment="when that was"),
    Column("read_at", Moment, nullable=True, comment="when the last page was reached first"),
    comment="How far members have come in lessons",
    **_compact(),
)

reviews = Table(
    "reviews",
    metadata,
    _own("member", primary_key=True),
    Column("question", String(100), primary_key=True),
    Column("number", SmallInteger, primary_key=True, autoincrement=False, comment="from 1"),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("step", SmallInteger, nullable=False, comment="2, 7, 21, 60 or 180 days"),
    Column("option", SmallInteger, nullable=False, comment="as authored"),
    Column("correct", Boolean, nullable=False),
    Column("answered_at", Moment, nullable=False),
    Column("guild", BigInteger, nullable=True, comment="null: not in a server"),
    Column("next_step", SmallInteger, nullable=False),
    Column("due_at", Moment, nullable=False, comment="when that step is due"),
    comment="Answers to due reviews; the last one of a question says when it is due again",
    **_compact(),
)

members = Table(
    "members",
    metadata,
    _own("member", primary_key=True),
    Column("zone", String(64), nullable=True, comment="an IANA time zone; null: UTC"),
    Column("reminder_hour", SmallInteger, nullable=True, comment="of the day there; null: no reminders"),
    Column("reminder_due_at", Moment, nullable=True, comment="when to look next; null: not at all"),
    Column("ignored_since", Moment, nullable=True, comment="the first reminder since the last answer"),
    Column("stopped", String(10), nullable=True, comment="why reminders ended: ignored, blocked"),
    Column("refuses_duels", Boolean, nullable=False, server_default=false()),
    Column("locale", String(10), nullable=True, comment="the language of reminders"),
    Index(None, "reminder_due_at"),
    comment="What members have chosen for themselves",
    **_compact(),
)

reports = Table(
    "reports",
    metadata,
    _own("member", primary_key=True, comment="who reports"),
    Column("question", String(100), primary_key=True),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("guild", BigInteger, nullable=True, comment="null: not in a server"),
    Column("reason", String(500), nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("state", String(10), nullable=False, comment="open, dismissed, voided"),
    Column("decided_at", Moment, nullable=True),
    _hand("decided_by", nullable=True),
    Index(None, "guild", "state"),
    Index(None, "question", "state"),
    comment="Questions that members find wrong",
    **_compact(),
)

promotions = Table(
    "promotions",
    metadata,
    _own("member", primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("tier", Integer, primary_key=True, autoincrement=False, comment="the floor of the title earned"),
    Column("earned_at", Moment, nullable=False),
    Column("told_at", Moment, nullable=True, comment="when it was announced, or found needless"),
    Index(None, "told_at", "earned_at"),
    comment="Titles earned by an answer in a server, each there once",
    **_compact(),
)

ratings = Table(
    "ratings",
    metadata,
    _own("member", primary_key=True),
    Column("ladder", String(80), primary_key=True, comment="global, category:SLUG, server:ID, season:ID:ID"),
    Column("estimate", Float, nullable=False),
    Column("evidence", Float, nullable=False),
    Column("rating", Integer, nullable=False, comment="the one number people see"),
    Column("answers", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("entries", Integer, nullable=False, comment="rows of the journal so far"),
    Column("answered_at", Moment, nullable=False),
    Column("listed", Boolean, nullable=False, comment="whether it has its place on the board"),
    **_compact(),
)

places = Table(
    "places",
    metadata,
    Column(
        "ladder", String(80), primary_key=True, comment="as in ratings; also xp:WEEK, xp:ID:WEEK, servers"
    ),
    Column("points", Integer, primary_key=True, autoincrement=False),
    _own("member", primary_key=True, comment="a server's id on the board of servers"),
    comment="The boards: whoever is listed, in the order in which they stand",
    **_compact(),
)

histogram = Table(
    "histogram",
    metadata,
    Column("ladder", String(80), primary_key=True),
    Column(
        "width",
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        comment="points in a bucket: 1 or 64; 0: equals, by the age of their ids",
    ),
    Column(
        "bucket",
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="points, divided by the width; for width 0, points * 64 + age",
    ),
    Column("members", Integer, nullable=False),
    comment="How many places there are at which points, kept in step with them",
    **_compact(),
)

experience = Table(
    "experience",
    metadata,
    _own("member", primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False, comment="0: everywhere together"),
    Column("week", Date, primary_key=True, comment="its Monday, in UTC"),
    Column("xp", Integer, nullable=False),
    Column("listed", Boolean, nullable=False, comment="whether it has its place on the week's board"),
    **_compact(),
)

activity = Table(
    "activity",
    metadata,
    _own("member", primary_key=True),
    Column("answered_at", Moment, nullable=False, comment="the last answer that counted"),
    Column("idle", Boolean, nullable=False, comment="whether the current boards were left for it"),
    Index(None, "idle", "answered_at"),
    **_compact(),
)

unlisted = Table(
    "unlisted",
    metadata,
    _own("member", primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False, comment="0: every board"),
    Column("reason", String(10), primary_key=True, comment="hidden, departed, excluded"),
    Column("since", Moment, nullable=False),
    _hand("by", nullable=True, comment="who excluded the member"),
    comment="Who is on no board, or not on a server's",
    **_compact(),
)

journal = Table(
    "journal",
    metadata,
    _own("member", primary_key=True),
    Column("ladder", String(80), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False, comment="from 1, without gaps"),
    Column("kind", String(10), nullable=False, comment="answer, review, void, idle, reset"),
    Column("question", String(100), nullable=True),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=True),
    Column("step", SmallInteger, nullable=False, comment="0: first attempt; else the review's days"),
    Column("estimate_before", Float, nullable=False),
    Column("evidence_before", Float, nullable=False),
    Column("estimate_after", Float, nullable=False),
    Column("evidence_after", Float, nullable=False),
    Column("rating_before", Integer, nullable=False, comment="as it was shown then"),
    Column("rating_after", Integer, nullable=False),
    Column("predicted", Float, nullable=True),
    Column("k", Float, nullable=True),
    Column("weight", Float, nullable=True),
    Column("difficulty", Integer, nullable=True),
    Column("correct", Boolean, nullable=True),
    Column("at", Moment, nullable=False),
    Column("guild", BigInteger, nullable=True),
    Column("source", String(40), nullable=False, comment="poll:7 or quiz:7"),
    UniqueConstraint("member", "ladder", "question", "step", "kind"),
    **_compact(),
)

matches = Table(
    "matches",
    metadata,
    _own("member", primary_key=True),
    Column("lesson", String(60), primary_key=True),
    Column("attempt", SmallInteger, primary_key=True, autoincrement=False, comment="1, then the rematches"),
    Column("difficulty", Integer, nullable=False, comment="the machine's rating"),
    Column("questions", SmallInteger, nullable=False),
    Column("own", SmallInteger, nullable=False, comment="the member's right answers"),
    Column("machine", SmallInteger, nullable=False, comment="the machine's"),
    Column("outcome", String(4), nullable=False, comment="win, draw, loss"),
    Column("settled_at", Moment, nullable=False),
    Column("source", String(40), nullable=False, comment="the poll or quiz whose answer completed it"),
    Column("entries", Integer, nullable=False, comment="rows of the world's journal up to it"),
    **_compact(),
)

titles = Table(
    "titles",
    metadata,
    _own("member", primary_key=True),
    Column("tier", Integer, nullable=False, comment="the floor of the tier held"),
    Column("beaten", Integer, nullable=True, comment="the highest machine ever beaten"),
    Column("changed_at", Moment, nullable=False),
    **_compact(),
)

seasons = Table(
    "seasons",
    metadata,
    Column("season", _Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("name", String(60), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True, comment="null: it runs"),
    Column("monthly", Boolean, nullable=False, comment="whether the next one begins by itself"),
    _hand("starter", nullable=True, comment="null: the clock"),
    Index("uq_seasons_running", "guild", unique=True, **_where("ended_at IS NULL")),
    Index(None, "ended_at", "ends_at"),
    Index(None, "guild", "season"),
)

honours = Table(
    "honours",
    metadata,
    Column("season", _Serial, ForeignKey("seasons.season"), primary_key=True, autoincrement=False),
    Column("kind", String(10), primary_key=True, comment="place, climber, faithful"),
    _own("member", primary_key=True),
    Column("place", SmallInteger, nullable=False, comment="1 to 3; 1 for the other kinds"),
    Column("value", Integer, nullable=False, comment="rating, rating points climbed, days with answers"),
    Index(None, "member"),
    **_compact(),
)

servers = Table(
    "servers",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False),
    Column("competes", Boolean, nullable=False, comment="whether it stands among servers"),
    Column("score", Integer, nullable=True, comment="null: too few members for one"),
    Column("scored_at", Moment, nullable=True),
    Column("ballot", String(10), nullable=False, server_default=text("'direct'"), comment="direct, private"),
    Column("announces_in", BigInteger, nullable=True, comment="the channel told of new titles; null: none"),
    Index(None, "competes", "scored_at"),
    **_compact(),
)

live_boards = Table(
    "live_boards",
    metadata,
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("scope", String(80), nullable=False),
    Column("locale", String(10), nullable=False, comment="the language of the post"),
    _hand("starter", nullable=False),
    Column("shown", String(64), nullable=False, comment="SHA-256 of what the message shows"),
    Column("edited_at", Moment, nullable=False),
    Index("uq_live_boards_channel", "channel", "scope", unique=True),
    Index(None, "edited_at"),
    **_compact(),
)
