"""Matches against the machines, and the titles they earn."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "matches",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=False),
        sa.Column(
            "attempt", sa.SmallInteger(), autoincrement=False, nullable=False, comment="1, then the rematches"
        ),
        sa.Column("difficulty", sa.Integer(), nullable=False, comment="the machine's rating"),
        sa.Column("questions", sa.SmallInteger(), nullable=False),
        sa.Column("own", sa.SmallInteger(), nullable=False, comment="the member's right answers"),
        sa.Column("machine", sa.SmallInteger(), nullable=False, comment="the machine's"),
        sa.Column("outcome", sa.String(length=4), nullable=False, comment="win, draw, loss"),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "source",
            sa.String(length=40),
            nullable=False,
            comment="the poll or quiz whose answer completed it",
        ),
        sa.PrimaryKeyConstraint("member", "lesson", "attempt", name=op.f("pk_matches")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "titles",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False, comment="the floor of the tier held"),
        sa.Column("beaten", sa.Integer(), nullable=True, comment="the highest machine ever beaten"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_titles")),
        sqlite_with_rowid=False,
    )
