"""Every table about polls."""

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
    false,
    text,
    true,
)

from bot.storage.columns import Moment, Serial, compact, hand, metadata, own

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
