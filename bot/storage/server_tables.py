"""Every table about servers: what their moderators chose, planned, wrote and did."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.columns import Moment, Serial, compact, hand, metadata, own, where

seasons = Table(
    "seasons",
    metadata,
    Column("season", Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("name", String(60), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True, comment="null: it runs"),
    Column("monthly", Boolean, nullable=False, comment="whether the next one begins by itself"),
    hand("starter", nullable=True, comment="null: the clock"),
    Index("uq_seasons_running", "guild", unique=True, **where("ended_at IS NULL")),
    Index(None, "ended_at", "ends_at"),
    Index(None, "guild", "season"),
)

honours = Table(
    "honours",
    metadata,
    Column("season", Serial, ForeignKey("seasons.season"), primary_key=True, autoincrement=False),
    Column("kind", String(10), primary_key=True, comment="place, climber, faithful"),
    own("member", primary_key=True),
    Column("place", SmallInteger, nullable=False, comment="1 to 3; 1 for the other kinds"),
    Column("value", Integer, nullable=False, comment="rating, rating points climbed, days with answers"),
    Index(None, "member"),
    **compact(),
)

servers = Table(
    "servers",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False),
    Column("competes", Boolean, nullable=False, comment="whether it stands among servers"),
    Column("score", Integer, nullable=True, comment="null: too few members for one"),
    Column("scored_at", Moment, nullable=True),
    Column("welcomed_at", Moment, nullable=True, comment="when its moderators were greeted, or could not be"),
    Column("left_at", Moment, nullable=True, comment="when the bot had to go; null: it is there"),
    Column(
        "roles_refused_at", Moment, nullable=True, comment="since when it may not give roles; null: it may"
    ),
    Index(None, "competes", "scored_at"),
    Index(None, "left_at"),
    **compact(),
)

live_boards = Table(
    "live_boards",
    metadata,
    Column("message", BigInteger, primary_key=True, autoincrement=False),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("scope", String(80), nullable=False),
    Column("locale", String(10), nullable=False, comment="the language of the post"),
    hand("starter", nullable=False),
    Column("shown", String(64), nullable=False, comment="SHA-256 of what the message shows"),
    Column("edited_at", Moment, nullable=False),
    Index("uq_live_boards_channel", "channel", "scope", unique=True),
    Index(None, "edited_at"),
    **compact(),
)

choices = Table(
    "choices",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("setting", String(40), primary_key=True, comment="a field of bot.actions.settings.ServerSettings"),
    Column("value", JSON, nullable=False),
    comment="What a server's moderators have set; whatever is not here has its default",
    **compact(),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("entry", Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    hand("by", nullable=False),
    Column("at", Moment, nullable=False),
    Column("what", String(40), nullable=False, comment="a setting, or a deed such as exclude"),
    Column(
        "subject", String(100), nullable=True, comment="the schedule, lesson, question or poll it was done to"
    ),
    hand("member", nullable=True, comment="the person it was done to"),
    Column("before", JSON, nullable=True),
    Column("after", JSON, nullable=True),
    Column("undoes", BigInteger, nullable=True, comment="the entry that this one takes back"),
    Index(None, "guild", "entry"),
    Index(None, "at"),
    Index(None, "undoes"),
    comment="What moderators have changed in their server; kept for 180 days",
)

blocked_channels = Table(
    "blocked_channels",
    metadata,
    Column("channel", BigInteger, primary_key=True, autoincrement=False),
    Column("guild", BigInteger, nullable=False),
    Column("reason", String(10), nullable=False, comment="forbidden, gone"),
    Column("since", Moment, nullable=False),
    Index(None, "guild"),
    comment="Channels that refused a post; nothing is posted there until a moderator has mended it",
    **compact(),
)

shares = Table(
    "shares",
    metadata,
    Column("channel", BigInteger, primary_key=True, autoincrement=False),
    own("member", primary_key=True),
    Column("at", Moment, nullable=False),
    Index(None, "member"),
    Index(None, "at"),
    comment="When a member last posted something in a channel by the bot",
    **compact(),
)

schedules = Table(
    "schedules",
    metadata,
    Column("schedule", Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column(
        "kind", String(10), nullable=False, comment="lesson: one a week; question: from everywhere; recap"
    ),
    Column("weekdays", SmallInteger, nullable=False, comment="bits from Monday, 1, to Sunday, 64"),
    Column("minute", SmallInteger, nullable=False, comment="of the day on the server's clock, from 0"),
    Column("categories", JSON, nullable=True, comment="slugs; null: all"),
    Column("levels", JSON, nullable=True, comment="words of levels; null: all"),
    Column("picking", String(10), nullable=False, comment="mixed: to the server's level; hardest: first"),
    Column(
        "fresh_days",
        SmallInteger,
        nullable=False,
        comment="nothing is asked that was revealed there in so many",
    ),
    Column("seconds", Integer, nullable=False, comment="how long a question stays open"),
    Column("mention", BigInteger, nullable=True, comment="the role that is pinged; null: none"),
    Column("state", String(10), nullable=False, comment="on, paused, removed"),
    Column("reason", String(20), nullable=True, comment="why it is paused: moderator, gone, forbidden"),
    Column("lesson", String(60), nullable=True, comment="the lesson of the running week"),
    Column("lesson_on", Moment, nullable=True, comment="when that lesson was posted"),
    Column("next_at", Moment, nullable=True, comment="when it posts next; null: not until it is resumed"),
    Column("created_at", Moment, nullable=False),
    hand("starter", nullable=False),
    Index(None, "state", "next_at"),
    Index(None, "guild"),
    comment="What is posted in a channel at fixed hours",
)

scheduled_posts = Table(
    "scheduled_posts",
    metadata,
    Column("post", Serial, primary_key=True),
    Column("schedule", BigInteger, nullable=False),
    Column("due_at", Moment, nullable=False, comment="the hour that it was planned for"),
    Column("kind", String(10), nullable=False, comment="lesson, question, recap"),
    Column("channel", BigInteger, nullable=False),
    Column("lesson", String(60), nullable=True),
    Column("question", String(100), nullable=True),
    Column("poll", BigInteger, nullable=True),
    Column(
        "state",
        String(10),
        nullable=False,
        comment="posting, posted, skipped, missed, failed, empty, unmatched",
    ),
    Column("message", BigInteger, nullable=True),
    Column("at", Moment, nullable=False, comment="when its state was noted"),
    UniqueConstraint("schedule", "due_at"),
    Index(None, "state"),
    Index(None, "poll"),
    comment="What became of each hour at which a schedule was due",
)

resets = Table(
    "resets",
    metadata,
    Column("reset", Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    own("member", nullable=True, comment="null: everybody on the server's ladder"),
    hand("by", nullable=False),
    Column("at", Moment, nullable=False),
    Column("undone_at", Moment, nullable=True),
    hand("undone_by", nullable=True),
    Column(
        "done_at", Moment, nullable=True, comment="when all members were reached; null: some are still to be"
    ),
    Index(None, "guild", "at"),
    Index(None, "member"),
    Index(None, "done_at"),
    comment="Server ladders that were begun anew; the journal's entries of kind reset are the snapshot",
)

role_dues = Table(
    "role_dues",
    metadata,
    own("member", primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("due_at", Moment, nullable=False),
    Index(None, "due_at"),
    comment="Members whose role in a server may not be that of their title",
    **compact(),
)

own_lessons = Table(
    "own_lessons",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("slug", String(60), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False, comment="from 1"),
    Column("title", String(100), nullable=False),
    Column("source", Text, nullable=False, comment="the file as it was handed in"),
    Column("state", String(10), nullable=False, comment="draft, published, replaced, retired"),
    hand("by", nullable=False),
    Column("uploaded_at", Moment, nullable=False),
    Column("published_at", Moment, nullable=True),
    Index("uq_own_lessons_published", "guild", "slug", unique=True, **where("state = 'published'")),
    Index(None, "state"),
    comment="A server's own lessons, with every version that was ever handed in",
)

own_questions = Table(
    "own_questions",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("question", String(100), primary_key=True, comment="its id, without the owner"),
    Column("meaning", String(64), nullable=False, comment="of stem, options and key, as first published"),
    Column("slug", String(60), nullable=False),
    comment="What the ids of a server's questions mean for good",
    **compact(),
)
