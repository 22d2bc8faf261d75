"""Every table about ratings, and about who stands where by them."""

from sqlalchemy import (
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
    UniqueConstraint,
)

from bot.storage.columns import Moment, compact, hand, metadata, own

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
