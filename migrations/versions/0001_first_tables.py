"""The first tables: facts, sightings, meanings, polls, quizzes, first attempts, ratings, journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
        comment="What the installation remembers about itself",
    )
    op.create_table(
        "first_attempts",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column(
            "source",
            sa.String(length=40),
            nullable=False,
            comment="poll:7 or quiz:7, the only one that may rate it",
        ),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member", "question", name=op.f("pk_first_attempts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("first_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_attempts_source"), ["source"], unique=False)

    op.create_table(
        "meanings",
        sa.Column(
            "meaning", sa.String(length=64), nullable=False, comment="SHA-256 of stem, options and key"
        ),
        sa.Column("question", sa.String(length=100), nullable=False, comment="owner:id"),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("key", sa.SmallInteger(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False, comment="as first served"),
        sa.Column(
            "feedback", sa.JSON(), nullable=False, comment="one text or null an option, as first served"
        ),
        sa.Column(
            "repairs", sa.JSON(), nullable=False, comment="one section id or null an option, as first served"
        ),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("lesson_title", sa.String(length=100), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False, comment="the category's slug"),
        sa.PrimaryKeyConstraint("meaning", name=op.f("pk_meanings")),
    )
    with op.batch_alter_table("meanings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meanings_question"), ["question"], unique=False)

    op.create_table(
        "quizzes",
        sa.Column("quiz", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member", sa.BigInteger(), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=True, comment="null: not in a server"),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("lesson_title", sa.String(length=100), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("quiz", name=op.f("pk_quizzes")),
    )
    with op.batch_alter_table("quizzes", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_quizzes_finished_at_opened_at"), ["finished_at", "opened_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_quizzes_member_finished_at"), ["member", "finished_at"], unique=False
        )

    op.create_table(
        "ratings",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ladder", sa.String(length=80), nullable=False, comment="global, category:SLUG, server:ID"),
        sa.Column("estimate", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Float(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False, comment="the one number people see"),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False, comment="rows of the journal so far"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member", "ladder", name=op.f("pk_ratings")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ratings_ladder_rating_member"), ["ladder", "rating", "member"], unique=False
        )

    op.create_table(
        "sightings",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False, comment="0: anywhere"),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guild", "member", name=op.f("pk_sightings")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("sightings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sightings_member"), ["member"], unique=False)

    op.create_table(
        "journal",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ladder", sa.String(length=80), nullable=False),
        sa.Column(
            "sequence", sa.Integer(), autoincrement=False, nullable=False, comment="from 1, without gaps"
        ),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="answer, review, void, idle, reset"),
        sa.Column("question", sa.String(length=100), nullable=True),
        sa.Column("meaning", sa.String(length=64), nullable=True),
        sa.Column(
            "step", sa.SmallInteger(), nullable=False, comment="0: first attempt; else the review's days"
        ),
        sa.Column("estimate_before", sa.Float(), nullable=False),
        sa.Column("evidence_before", sa.Float(), nullable=False),
        sa.Column("estimate_after", sa.Float(), nullable=False),
        sa.Column("evidence_after", sa.Float(), nullable=False),
        sa.Column("rating_before", sa.Integer(), nullable=False, comment="as it was shown then"),
        sa.Column("rating_after", sa.Integer(), nullable=False),
        sa.Column("predicted", sa.Float(), nullable=True),
        sa.Column("k", sa.Float(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("difficulty", sa.Integer(), nullable=True),
        sa.Column("correct", sa.Boolean(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False, comment="poll:7 or quiz:7"),
        sa.ForeignKeyConstraint(["meaning"], ["meanings.meaning"], name=op.f("fk_journal_meaning_meanings")),
        sa.PrimaryKeyConstraint("member", "ladder", "sequence", name=op.f("pk_journal")),
        sa.UniqueConstraint(
            "member", "ladder", "question", "step", name=op.f("uq_journal_member_ladder_question_step")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "polls",
        sa.Column("poll", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.Column("starter", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("meaning", sa.String(length=64), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False, comment="the language of the post"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="posting, open, closed, withdrawn"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True, comment="null: the clock"),
        sa.Column(
            "delivered_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the channel was shown the result",
        ),
        sa.ForeignKeyConstraint(["meaning"], ["meanings.meaning"], name=op.f("fk_polls_meaning_meanings")),
        sa.PrimaryKeyConstraint("poll", name=op.f("pk_polls")),
    )
    with op.batch_alter_table("polls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_polls_guild_question"), ["guild", "question"], unique=False)
        batch_op.create_index(batch_op.f("ix_polls_state_closes_at"), ["state", "closes_at"], unique=False)

    op.create_table(
        "quiz_questions",
        sa.Column(
            "quiz", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False, comment="from 0"),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("meaning", sa.String(length=64), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("arrangement", sa.JSON(), nullable=False, comment="the option shown at each place"),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "option", sa.SmallInteger(), nullable=True, comment="as authored, not as shown; -1: time ran out"
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meaning"], ["meanings.meaning"], name=op.f("fk_quiz_questions_meaning_meanings")
        ),
        sa.ForeignKeyConstraint(["quiz"], ["quizzes.quiz"], name=op.f("fk_quiz_questions_quiz_quizzes")),
        sa.PrimaryKeyConstraint("quiz", "position", name=op.f("pk_quiz_questions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_answers",
        sa.Column(
            "poll", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("option", sa.SmallInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll"], ["polls.poll"], name=op.f("fk_poll_answers_poll_polls")),
        sa.PrimaryKeyConstraint("poll", "member", name=op.f("pk_poll_answers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("poll_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_answers_member"), ["member"], unique=False)
