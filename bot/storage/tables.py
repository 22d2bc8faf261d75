"""Every table about learners and polls, in SQLAlchemy Core; the migrations build exactly this, and ``alembic check`` proves it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
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

polls = Table(
    "polls",
    metadata,
    Column("poll", Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("channel", BigInteger, nullable=False),
    Column("message", BigInteger, nullable=True),
    hand("starter", nullable=False),
    Column("question", String(100), nullable=False),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("locale", String(10), nullable=False, comment="the language of the post"),
    Column(
        "state", String(10), nullable=False, comment="posting, open, withheld, closed, cancelled, withdrawn"
    ),
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
    Column("schedule", BigInteger, nullable=True, comment="the schedule that posted it; null: a person did"),
    Column("mention", BigInteger, nullable=True, comment="the role that it pings; null: none"),
    Column(
        "announced_at",
        Moment,
        nullable=True,
        comment="when a reply told of the result, or was found needless",
    ),
    Column("opened_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("closed_at", Moment, nullable=True, comment="when it was over; while it is withheld, since when"),
    hand("closed_by", nullable=True, comment="null: the clock"),
    Column("delivered_at", Moment, nullable=True, comment="when the channel was shown the result"),
    Column(
        "counted",
        Integer,
        nullable=True,
        server_default=text("0"),
        comment="the answers that its message counts; null: nobody knows, so it is to be edited",
    ),
    Column(
        "rests_until",
        Moment,
        nullable=True,
        comment="until when its message is not edited again while it is open; null: it never was",
    ),
    Index(None, "state", "closes_at"),
    Index(None, "guild", "question"),
    Index(None, "question", "closed_at"),
    Index(None, "series", "place"),
    Index(None, "channel", "opened_at"),
    Index(None, "schedule", "opened_at"),
)

paces = Table(
    "paces",
    metadata,
    Column("what", String(20), primary_key=True, comment="edits, boards"),
    Column("begun", JSON, nullable=False, comment="when the latest were begun, in seconds since 1970"),
    comment="Of what all processes together may begin so many a second",
)

poll_events = Table(
    "poll_events",
    metadata,
    Column("poll", Serial, ForeignKey("polls.poll"), primary_key=True, autoincrement=False),
    Column("number", SmallInteger, primary_key=True, autoincrement=False, comment="from 1"),
    Column("kind", String(10), nullable=False, comment="opened, extended, closed, cancelled"),
    hand("by", nullable=True, comment="null: the clock"),
    Column("at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=True, comment="from then on"),
    comment="What was done with a poll, by whom",
    **compact(),
)

series = Table(
    "series",
    metadata,
    Column("series", Serial, primary_key=True),
    Column("guild", BigInteger, nullable=False),
    Column("home", BigInteger, nullable=False, comment="the channel in which it was asked for"),
    Column("channel", BigInteger, nullable=False, comment="where its questions stand: a thread, or the same"),
    hand("starter", nullable=False),
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
    Column("ended_at", Moment, nullable=True, comment="since when its summary is due"),
    Index(None, "state", "next_at"),
)

news = Table(
    "news",
    metadata,
    own("member", primary_key=True),
    Column("told_at", Moment, nullable=False, comment="results of polls since then are news"),
    **compact(),
)

poll_answers = Table(
    "poll_answers",
    metadata,
    Column("poll", Serial, ForeignKey("polls.poll"), primary_key=True, autoincrement=False),
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
    **compact(),
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

ratings = Table(
    "ratings",
    metadata,
    own("member", primary_key=True),
    Column("ladder", String(80), primary_key=True, comment="global, category:SLUG, server:ID, season:ID:ID"),
    Column("estimate", Float, nullable=False),
    Column("evidence", Float, nullable=False),
    Column("rating", Integer, nullable=False, comment="the one number people see"),
    Column("answers", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("entries", Integer, nullable=False, comment="rows of the journal so far"),
    Column("answered_at", Moment, nullable=False),
    Column("listed", Boolean, nullable=False, comment="whether it has its place on the board"),
    **compact(),
)

places = Table(
    "places",
    metadata,
    Column(
        "ladder", String(80), primary_key=True, comment="as in ratings; also xp:WEEK, xp:ID:WEEK, servers"
    ),
    Column("points", Integer, primary_key=True, autoincrement=False),
    own("member", primary_key=True, comment="a server's id on the board of servers"),
    comment="The boards: whoever is listed, in the order in which they stand",
    **compact(),
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
    **compact(),
)

experience = Table(
    "experience",
    metadata,
    own("member", primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False, comment="0: everywhere together"),
    Column("week", Date, primary_key=True, comment="its Monday, in UTC"),
    Column("xp", Integer, nullable=False),
    Column("listed", Boolean, nullable=False, comment="whether it has its place on the week's board"),
    **compact(),
)

activity = Table(
    "activity",
    metadata,
    own("member", primary_key=True),
    Column("answered_at", Moment, nullable=False, comment="the last answer that counted"),
    Column("idle", Boolean, nullable=False, comment="whether the current boards were left for it"),
    Index(None, "idle", "answered_at"),
    **compact(),
)

unlisted = Table(
    "unlisted",
    metadata,
    own("member", primary_key=True),
    Column("guild", BigInteger, primary_key=True, autoincrement=False, comment="0: every board"),
    Column("reason", String(10), primary_key=True, comment="hidden, departed, excluded"),
    Column("since", Moment, nullable=False),
    hand("by", nullable=True, comment="who excluded the member"),
    comment="Who is on no board, or not on a server's",
    **compact(),
)

journal = Table(
    "journal",
    metadata,
    own("member", primary_key=True),
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
    **compact(),
)

matches = Table(
    "matches",
    metadata,
    own("member", primary_key=True),
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
    **compact(),
)

titles = Table(
    "titles",
    metadata,
    own("member", primary_key=True),
    Column("tier", Integer, nullable=False, comment="the floor of the tier held"),
    Column("beaten", Integer, nullable=True, comment="the highest machine ever beaten"),
    Column("changed_at", Moment, nullable=False),
    **compact(),
)
