"""Every table about learners, in SQLAlchemy Core; the migrations build exactly these and those beside them, and ``alembic check`` proves it."""

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
    false,
    text,
)

from bot.storage.columns import Moment, Serial, compact, hand, metadata, own

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
    own("member", primary_key=True),
    Column("name", String(100), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "member"),
    **compact(),
)

acquaintances = Table(
    "acquaintances",
    metadata,
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    own("member", primary_key=True),
    Column("since", Moment, primary_key=True, comment="the first of meetings at most 30 days apart"),
    Column("until", Moment, nullable=False, comment="the last of them"),
    Index(None, "member"),
    comment="When the bot met whom in which server",
    **compact(),
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

first_attempts = Table(
    "first_attempts",
    metadata,
    own("member", primary_key=True),
    Column("question", String(100), primary_key=True),
    Column("source", String(40), nullable=False, comment="poll:7 or quiz:7, the only one that may rate it"),
    Column("claimed_at", Moment, nullable=False),
    Index(None, "source"),
    **compact(),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("digest", String(32), primary_key=True, comment="a keyed hash of member and question"),
    comment="First attempts of people whose data was deleted: nothing already seen is rated again",
    **compact(),
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("quiz", Serial, primary_key=True),
    own("member", nullable=False),
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
    Column("quiz", Serial, ForeignKey("quizzes.quiz"), primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False, comment="from 0"),
    Column("question", String(100), nullable=False),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("arrangement", JSON, nullable=False, comment="the option shown at each place"),
    Column("shown_at", Moment, nullable=True),
    Column("option", SmallInteger, nullable=True, comment="as authored, not as shown; -1: time ran out"),
    Column("answered_at", Moment, nullable=True),
    **compact(),
)

duels = Table(
    "duels",
    metadata,
    Column("duel", Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=True),
    own("challenger", nullable=False),
    own("opponent", nullable=False),
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
    own("member", primary_key=True),
    Column("lesson", String(60), primary_key=True),
    Column("section", String(48), nullable=False, comment="where the member is"),
    Column("opened_at", Moment, nullable=False, comment="when that was"),
    Column("read_at", Moment, nullable=True, comment="when the last page was reached first"),
    comment="How far members have come in lessons",
    **compact(),
)

reviews = Table(
    "reviews",
    metadata,
    own("member", primary_key=True),
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
    **compact(),
)

members = Table(
    "members",
    metadata,
    own("member", primary_key=True),
    Column("zone", String(64), nullable=True, comment="an IANA time zone; null: UTC"),
    Column("reminder_hour", SmallInteger, nullable=True, comment="of the day there; null: no reminders"),
    Column("reminder_due_at", Moment, nullable=True, comment="when to look next; null: not at all"),
    Column("ignored_since", Moment, nullable=True, comment="the first reminder since the last answer"),
    Column("stopped", String(10), nullable=True, comment="why reminders ended: ignored, blocked"),
    Column("refuses_duels", Boolean, nullable=False, server_default=false()),
    Column("locale", String(10), nullable=True, comment="the language of reminders"),
    Index(None, "reminder_due_at"),
    comment="What members have chosen for themselves",
    **compact(),
)

reports = Table(
    "reports",
    metadata,
    own("member", primary_key=True, comment="who reports"),
    Column("question", String(100), primary_key=True),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("guild", BigInteger, nullable=True, comment="null: not in a server"),
    Column("reason", String(500), nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("state", String(10), nullable=False, comment="open, dismissed, voided, mended"),
    Column("decided_at", Moment, nullable=True),
    hand("decided_by", nullable=True),
    Column(
        "tells",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="whether the reporter is to hear of it",
    ),
    Column("told_at", Moment, nullable=True, comment="when the reporter heard of it"),
    Index(None, "guild", "state"),
    Index(None, "question", "state"),
    comment="Questions that members find wrong",
    **compact(),
)

promotions = Table(
    "promotions",
    metadata,
    own("member", primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False),
    Column("tier", Integer, primary_key=True, autoincrement=False, comment="the floor of the title earned"),
    Column("earned_at", Moment, nullable=False),
    Column("told_at", Moment, nullable=True, comment="when it was announced, or found needless"),
    Index(None, "told_at", "earned_at"),
    comment="Titles earned by an answer in a server, each there once",
    **compact(),
)
