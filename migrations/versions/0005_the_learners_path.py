"""Reading marks, reviews, duels, reports, what members choose for themselves, and titles to tell of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "duels",
        sa.Column("duel", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.BigInteger(), nullable=False),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.Column("challenger", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("opponent", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("lesson_title", sa.String(length=100), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False, comment="the ids of those that both are asked"),
        sa.Column("locale", sa.String(length=10), nullable=False, comment="the language of the post"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="asked, running, done"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "shown_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the channel was shown what came of it",
        ),
        sa.PrimaryKeyConstraint("duel", name=op.f("pk_duels")),
        comment="Friendly matches of two people; declined and expired ones are deleted",
    )
    with op.batch_alter_table("duels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duels_challenger"), ["challenger"], unique=False)
        batch_op.create_index(batch_op.f("ix_duels_opponent"), ["opponent"], unique=False)
        batch_op.create_index(batch_op.f("ix_duels_state_expires_at"), ["state", "expires_at"], unique=False)

    op.create_table(
        "members",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True, comment="an IANA time zone; null: UTC"),
        sa.Column(
            "reminder_hour", sa.SmallInteger(), nullable=True, comment="of the day there; null: no reminders"
        ),
        sa.Column(
            "reminder_due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when to look next; null: not at all",
        ),
        sa.Column(
            "ignored_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="the first reminder since the last answer",
        ),
        sa.Column(
            "stopped", sa.String(length=10), nullable=True, comment="why reminders ended: ignored, blocked"
        ),
        sa.Column("refuses_duels", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=True, comment="the language of reminders"),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_members")),
        comment="What members have chosen for themselves",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_members_reminder_due_at"), ["reminder_due_at"], unique=False)

    op.create_table(
        "promotions",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "tier", sa.Integer(), autoincrement=False, nullable=False, comment="the floor of the title earned"
        ),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was announced, or found needless",
        ),
        sa.PrimaryKeyConstraint("member", "guild", "tier", name=op.f("pk_promotions")),
        comment="Titles earned by an answer in a server, each there once",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("promotions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_promotions_told_at_earned_at"), ["told_at", "earned_at"], unique=False
        )

    op.create_table(
        "reading",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("section", sa.String(length=48), nullable=False, comment="where the member is"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, comment="when that was"),
        sa.Column(
            "read_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the last page was reached first",
        ),
        sa.PrimaryKeyConstraint("member", "lesson", name=op.f("pk_reading")),
        comment="How far members have come in lessons",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reports",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False, comment="who reports"),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("meaning", sa.String(length=64), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=True, comment="null: not in a server"),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="open, dismissed, voided"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["meaning"], ["meanings.meaning"], name=op.f("fk_reports_meaning_meanings")),
        sa.PrimaryKeyConstraint("member", "question", name=op.f("pk_reports")),
        comment="Questions that members find wrong",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_guild_state"), ["guild", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_question_state"), ["question", "state"], unique=False)

    op.create_table(
        "reviews",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False, comment="from 1"),
        sa.Column("meaning", sa.String(length=64), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False, comment="2, 7, 21, 60 or 180 days"),
        sa.Column("option", sa.SmallInteger(), nullable=False, comment="as authored"),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=True, comment="null: not in a server"),
        sa.Column("next_step", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, comment="when that step is due"),
        sa.ForeignKeyConstraint(["meaning"], ["meanings.meaning"], name=op.f("fk_reviews_meaning_meanings")),
        sa.PrimaryKeyConstraint("member", "question", "number", name=op.f("pk_reviews")),
        comment="Answers to due reviews; the last one of a question says when it is due again",
        sqlite_with_rowid=False,
    )
    # Not in a batch: rebuilding a table that others refer to would break their references on SQLite.
    op.add_column(
        "quizzes",
        sa.Column(
            "kind",
            sa.String(length=10),
            server_default=sa.text("'check'"),
            nullable=False,
            comment="check; versus: a match against the machine at one go; duel",
        ),
    )
    op.add_column(
        "quizzes",
        sa.Column("duel", sa.BigInteger(), nullable=True, comment="the duel that it is one side of"),
    )
    op.create_index(op.f("ix_quizzes_duel"), "quizzes", ["duel"], unique=False)
    op.add_column(
        "servers",
        sa.Column(
            "announces_in",
            sa.BigInteger(),
            nullable=True,
            comment="the channel told of new titles; null: none",
        ),
    )
