"""Every table, in SQLAlchemy Core; the migrations build exactly this, and ``alembic check`` proves it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
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
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(100), nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "member"),
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
    Column("starter", BigInteger, nullable=False),
    Column("question", String(100), nullable=False),
    Column("meaning", String(64), ForeignKey("meanings.meaning"), nullable=False),
    Column("difficulty", Integer, nullable=False),
    Column("locale", String(10), nullable=False, comment="the language of the post"),
    Column("state", String(10), nullable=False, comment="posting, open, closed, withdrawn"),
    Column("opened_at", Moment, nullable=False),
    Column("closes_at", Moment, nullable=False),
    Column("closed_at", Moment, nullable=True),
    Column("closed_by", BigInteger, nullable=True, comment="null: the clock"),
    Column("delivered_at", Moment, nullable=True, comment="when the channel was shown the result"),
    Index(None, "state", "closes_at"),
    Index(None, "guild", "question"),
)

poll_answers = Table(
    "poll_answers",
    metadata,
    Column("poll", _Serial, ForeignKey("polls.poll"), primary_key=True, autoincrement=False),
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("option", SmallInteger, nullable=False),
    Column("answered_at", Moment, nullable=False),
    Index(None, "member"),
    **_compact(),
)

first_attempts = Table(
    "first_attempts",
    metadata,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("question", String(100), primary_key=True),
    Column("source", String(40), nullable=False, comment="poll:7 or quiz:7, the only one that may rate it"),
    Column("claimed_at", Moment, nullable=False),
    Index(None, "source"),
    **_compact(),
)

quizzes = Table(
    "quizzes",
    metadata,
    Column("quiz", _Serial, primary_key=True),
    Column("member", BigInteger, nullable=False),
    Column("guild", BigInteger, nullable=True, comment="null: not in a server"),
    Column("lesson", String(60), nullable=False),
    Column("lesson_title", String(100), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=True),
    Index(None, "member", "finished_at"),
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

ratings = Table(
    "ratings",
    metadata,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("ladder", String(80), primary_key=True, comment="global, category:SLUG, server:ID"),
    Column("estimate", Float, nullable=False),
    Column("evidence", Float, nullable=False),
    Column("rating", Integer, nullable=False, comment="the one number people see"),
    Column("answers", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("entries", Integer, nullable=False, comment="rows of the journal so far"),
    Column("answered_at", Moment, nullable=False),
    Index(None, "ladder", "rating", "member"),
    **_compact(),
)

journal = Table(
    "journal",
    metadata,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
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
    UniqueConstraint("member", "ladder", "question", "step"),
    **_compact(),
)

matches = Table(
    "matches",
    metadata,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("lesson", String(60), primary_key=True),
    Column("attempt", SmallInteger, primary_key=True, autoincrement=False, comment="1, then the rematches"),
    Column("difficulty", Integer, nullable=False, comment="the machine's rating"),
    Column("questions", SmallInteger, nullable=False),
    Column("own", SmallInteger, nullable=False, comment="the member's right answers"),
    Column("machine", SmallInteger, nullable=False, comment="the machine's"),
    Column("outcome", String(4), nullable=False, comment="win, draw, loss"),
    Column("settled_at", Moment, nullable=False),
    Column("source", String(40), nullable=False, comment="the poll or quiz whose answer completed it"),
    **_compact(),
)

titles = Table(
    "titles",
    metadata,
    Column("member", BigInteger, primary_key=True, autoincrement=False),
    Column("tier", Integer, nullable=False, comment="the floor of the tier held"),
    Column("beaten", Integer, nullable=True, comment="the highest machine ever beaten"),
    Column("changed_at", Moment, nullable=False),
    **_compact(),
)
