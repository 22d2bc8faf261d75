"""Boards apart from ratings, XP, seasons, servers among servers, live boards, and what privacy needs."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "acquaintances",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the first of meetings at most 30 days apart",
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="the last of them"),
        sa.PrimaryKeyConstraint("guild", "member", "since", name=op.f("pk_acquaintances")),
        comment="When the bot met whom in which server",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("acquaintances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acquaintances_member"), ["member"], unique=False)

    op.create_table(
        "activity",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "answered_at", sa.DateTime(timezone=True), nullable=False, comment="the last answer that counted"
        ),
        sa.Column(
            "idle", sa.Boolean(), nullable=False, comment="whether the current boards were left for it"
        ),
        sa.PrimaryKeyConstraint("member", name=op.f("pk_activity")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_activity_idle_answered_at"), ["idle", "answered_at"], unique=False
        )

    op.create_table(
        "experience",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "guild", sa.BigInteger(), autoincrement=False, nullable=False, comment="0: everywhere together"
        ),
        sa.Column("week", sa.Date(), nullable=False, comment="its Monday, in UTC"),
        sa.Column("xp", sa.Integer(), nullable=False),
        sa.Column(
            "listed", sa.Boolean(), nullable=False, comment="whether it has its place on the week's board"
        ),
        sa.PrimaryKeyConstraint("member", "guild", "week", name=op.f("pk_experience")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forgotten",
        sa.Column(
            "digest", sa.String(length=32), nullable=False, comment="a keyed hash of member and question"
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten")),
        comment="First attempts of people whose data was deleted: nothing already seen is rated again",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "histogram",
        sa.Column("ladder", sa.String(length=80), nullable=False),
        sa.Column(
            "width",
            sa.SmallInteger(),
            autoincrement=False,
            nullable=False,
            comment="points in a bucket: 1 or 64; 0: equals, by the age of their ids",
        ),
        sa.Column(
            "bucket",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="points, divided by the width; for width 0, points * 64 + age",
        ),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ladder", "width", "bucket", name=op.f("pk_histogram")),
        comment="How many places there are at which points, kept in step with them",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "live_boards",
        sa.Column("message", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False, comment="the language of the post"),
        sa.Column("starter", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False, comment="SHA-256 of what the message shows"),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message", name=op.f("pk_live_boards")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("live_boards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_live_boards_edited_at"), ["edited_at"], unique=False)
        batch_op.create_index("uq_live_boards_channel", ["channel", "scope"], unique=True)

    op.create_table(
        "places",
        sa.Column(
            "ladder",
            sa.String(length=80),
            nullable=False,
            comment="as in ratings; also xp:WEEK, xp:ID:WEEK, servers",
        ),
        sa.Column("points", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "member",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="a server's id on the board of servers",
        ),
        sa.PrimaryKeyConstraint("ladder", "points", "member", name=op.f("pk_places")),
        comment="The boards: whoever is listed, in the order in which they stand",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seasons",
        sa.Column("season", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="null: it runs"),
        sa.Column("monthly", sa.Boolean(), nullable=False, comment="whether the next one begins by itself"),
        sa.Column("starter", sa.BigInteger(), nullable=True, comment="null: the clock"),
        sa.PrimaryKeyConstraint("season", name=op.f("pk_seasons")),
    )
    with op.batch_alter_table("seasons", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_seasons_ended_at_ends_at"), ["ended_at", "ends_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_seasons_guild_season"), ["guild", "season"], unique=False)
        batch_op.create_index(
            "uq_seasons_running",
            ["guild"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "servers",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("competes", sa.Boolean(), nullable=False, comment="whether it stands among servers"),
        sa.Column("score", sa.Integer(), nullable=True, comment="null: too few members for one"),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("guild", name=op.f("pk_servers")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("servers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_servers_competes_scored_at"), ["competes", "scored_at"], unique=False
        )

    op.create_table(
        "unlisted",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False, comment="0: every board"),
        sa.Column("reason", sa.String(length=10), nullable=False, comment="hidden, departed, excluded"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True, comment="who excluded the member"),
        sa.PrimaryKeyConstraint("member", "guild", "reason", name=op.f("pk_unlisted")),
        comment="Who is on no board, or not on a server's",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "honours",
        sa.Column(
            "season",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="place, climber, faithful"),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False, comment="1 to 3; 1 for the other kinds"),
        sa.Column(
            "value", sa.Integer(), nullable=False, comment="rating, rating points climbed, days with answers"
        ),
        sa.ForeignKeyConstraint(["season"], ["seasons.season"], name=op.f("fk_honours_season_seasons")),
        sa.PrimaryKeyConstraint("season", "kind", "member", name=op.f("pk_honours")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("honours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_honours_member"), ["member"], unique=False)

    with op.batch_alter_table("journal", table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_journal_member_ladder_question_step"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_journal_member_ladder_question_step_kind"),
            ["member", "ladder", "question", "step", "kind"],
        )

    op.create_index("ix_polls_question_closed_at", "polls", ["question", "closed_at"])
    op.add_column(
        "quizzes",
        sa.Column(
            "attempt",
            sa.SmallInteger(),
            server_default=sa.text("1"),
            nullable=False,
            comment="1: first attempts as they come; from 2 on a rematch against the machine",
        ),
    )

    op.add_column(
        "matches",
        sa.Column("entries", sa.Integer(), nullable=True, comment="rows of the world's journal up to it"),
    )
    op.execute(
        "UPDATE matches SET entries = (SELECT coalesce(max(journal.sequence), 0) FROM journal"
        " WHERE journal.member = matches.member AND journal.ladder = 'global'"
        " AND journal.source = matches.source)"
    )
    with op.batch_alter_table("matches", table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        batch_op.alter_column("entries", existing_type=sa.Integer(), nullable=False)

    op.drop_index("ix_ratings_ladder_rating_member", table_name="ratings")
    op.add_column(
        "ratings",
        sa.Column("listed", sa.Boolean(), nullable=True, comment="whether it has its place on the board"),
    )
    op.execute(sa.update(sa.table("ratings", sa.column("listed", sa.Boolean()))).values(listed=True))
    with op.batch_alter_table("ratings", table_kwargs={"sqlite_with_rowid": False}) as batch_op:
        batch_op.alter_column("listed", existing_type=sa.Boolean(), nullable=False)

    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.execute("COMMENT ON COLUMN ratings.ladder IS 'global, category:SLUG, server:ID, season:ID:ID'")
        op.execute("COMMENT ON COLUMN poll_answers.member IS 'below 0: somebody whose data was deleted'")

    op.execute("INSERT INTO places SELECT ladder, rating, member FROM ratings")
    op.execute(
        "INSERT INTO acquaintances SELECT guild, member, seen_at, seen_at FROM sightings WHERE guild <> 0"
    )
    _fill_activity()
    _fill_experience()
    for width in (1, 64):
        op.execute(
            f"INSERT INTO histogram SELECT ladder, {width}, points / {width}, count(*) FROM places"  # noqa: S608
            f" GROUP BY ladder, points / {width}"
        )
    op.execute(
        "INSERT INTO histogram SELECT ladder, 0, points * 64 + (member >> 57), count(*) FROM places"
        " WHERE ladder = 'global' OR ladder LIKE 'category:%' GROUP BY 1, 3"
    )


def _fill_activity() -> None:
    op.execute(
        sa.insert(
            sa.table("activity", sa.column("member"), sa.column("answered_at"), sa.column("idle"))
        ).from_select(
            ["member", "answered_at", "idle"],
            sa.select(
                _JOURNAL.c.member, sa.func.max(_JOURNAL.c.at), sa.literal(False, sa.Boolean())
            ).group_by(_JOURNAL.c.member),
        )
    )


def _fill_experience() -> None:
    """Ten XP a right first attempt, in the week and the server in which it was made, and everywhere together."""
    found = op.get_bind().execute(
        sa.select(_JOURNAL.c.member, _JOURNAL.c.question, _JOURNAL.c.at, _JOURNAL.c.guild)
        .where(_JOURNAL.c.kind == "answer", _JOURNAL.c.correct.is_(True))
        .distinct()
    )
    earned: Counter[tuple[int, int, date]] = Counter()
    for member, _question, at, guild in found:
        for place in {0, guild or 0}:
            earned[member, place, _monday(at)] += 10
    for (member, guild, week), xp in earned.items():
        op.execute(sa.insert(_EXPERIENCE).values(member=member, guild=guild, week=week, xp=xp, listed=True))
        ladder = f"xp:{guild}:{week}" if guild else f"xp:{week}"
        op.execute(sa.insert(_PLACES).values(ladder=ladder, points=xp, member=member))


def _monday(at: datetime) -> date:
    day = (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).date()
    return day - timedelta(days=day.weekday())


_JOURNAL = sa.table(
    "journal",
    sa.column("member", sa.BigInteger()),
    sa.column("kind", sa.String()),
    sa.column("question", sa.String()),
    sa.column("correct", sa.Boolean()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("guild", sa.BigInteger()),
)
_EXPERIENCE = sa.table(
    "experience",
    sa.column("member", sa.BigInteger()),
    sa.column("guild", sa.BigInteger()),
    sa.column("week", sa.Date()),
    sa.column("xp", sa.Integer()),
    sa.column("listed", sa.Boolean()),
)
_PLACES = sa.table(
    "places",
    sa.column("ladder", sa.String()),
    sa.column("points", sa.Integer()),
    sa.column("member", sa.BigInteger()),
)
