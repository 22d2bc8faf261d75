"""Ballots, lessons checked together, peer rounds, and what is done with a poll while it is open."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "news",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "told_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="results of polls since then are news",
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_news")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "series",
        sa.Column("series", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("home", sa.BigInteger(), nullable=False, comment="the channel in which it was asked for"),
        sa.Column(
            "channel",
            sa.BigInteger(),
            nullable=False,
            comment="where its questions stand: a thread, or the same",
        ),
        sa.Column("starter", sa.BigInteger(), nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column("lesson_title", sa.String(length=100), nullable=False),
        sa.Column(
            "questions", sa.JSON(), nullable=False, comment="their ids in the order in which they are asked"
        ),
        sa.Column(
            "place", sa.SmallInteger(), nullable=False, comment="of the question asked last; -1: none yet"
        ),
        sa.Column("seconds", sa.Integer(), nullable=False, comment="how long each stays open"),
        sa.Column("ballot", sa.String(length=10), nullable=False, comment="direct, private"),
        sa.Column("spoiler", sa.Boolean(), nullable=False),
        sa.Column(
            "peer",
            sa.Boolean(),
            nullable=False,
            comment="whether split answers are discussed and asked again",
        ),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="running, stopped, done"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "next_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the next step is due; null: when a poll closes",
        ),
        sa.Column(
            "summed_up_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the summary was posted, or could not be",
        ),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_series")),
    )
    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_series_state_next_at"), ["state", "next_at"], unique=False)

    op.create_table(
        "poll_events",
        sa.Column(
            "poll", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.SmallInteger(), autoincrement=False, nullable=False, comment="from 1"),
        sa.Column(
            "kind", sa.String(length=10), nullable=False, comment="opened, extended, closed, cancelled"
        ),
        sa.Column("by", sa.BigInteger(), nullable=True, comment="null: the clock"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True, comment="from then on"),
        sa.ForeignKeyConstraint(["poll"], ["polls.poll"], name=op.f("fk_poll_events_poll_polls")),
        sa.PrimaryKeyConstraint("poll", "number", name=op.f("pk_poll_events")),
        comment="What was done with a poll, by whom",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("polls", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ballot",
                sa.String(length=10),
                server_default=sa.text("'direct'"),
                nullable=False,
                comment="direct, private",
            )
        )
        batch_op.add_column(
            sa.Column(
                "spoiler",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="whether the result hides the answer until it is pressed",
            )
        )
        batch_op.add_column(
            sa.Column(
                "rated",
                sa.Boolean(),
                server_default=sa.true(),
                nullable=False,
                comment="false for a question asked again in a peer round",
            )
        )
        batch_op.add_column(
            sa.Column("series", sa.BigInteger(), nullable=True, comment="the lesson that is checked together")
        )
        batch_op.add_column(
            sa.Column("place", sa.SmallInteger(), nullable=True, comment="of its questions, from 0")
        )
        batch_op.add_column(
            sa.Column(
                "earlier",
                sa.BigInteger(),
                nullable=True,
                comment="the poll whose question a peer round asks again",
            )
        )
        batch_op.add_column(
            sa.Column(
                "announced_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when a reply told of the result, or was found needless",
            )
        )
        batch_op.create_index(batch_op.f("ix_polls_series_place"), ["series", "place"], unique=False)

    with op.batch_alter_table("servers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ballot",
                sa.String(length=10),
                server_default=sa.text("'direct'"),
                nullable=False,
                comment="direct, private",
            )
        )

    # Whoever looked forward to an old result has seen it: only new ones are announced.
    op.execute("UPDATE polls SET announced_at = closed_at WHERE state = 'closed'")
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.execute("COMMENT ON COLUMN polls.state IS 'posting, open, closed, cancelled, withdrawn'")
