"""What moderators choose, plan, write and do: settings, a log, schedules, roles, resets and own lessons."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_log",
        sa.Column("entry", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "what", sa.String(length=40), nullable=False, comment="a setting, or a deed such as exclude"
        ),
        sa.Column(
            "subject",
            sa.String(length=100),
            nullable=True,
            comment="the schedule, lesson, question or poll it was done to",
        ),
        sa.Column("member", sa.BigInteger(), nullable=True, comment="the person it was done to"),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("undoes", sa.BigInteger(), nullable=True, comment="the entry that this one takes back"),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_audit_log")),
        comment="What moderators have changed in their server; kept for 180 days",
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_log_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_log_guild_entry"), ["guild", "entry"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_log_undoes"), ["undoes"], unique=False)

    op.create_table(
        "blocked_channels",
        sa.Column("channel", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False, comment="forbidden, gone"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_blocked_channels")),
        comment="Channels that refused a post; nothing is posted there until a moderator has mended it",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("blocked_channels", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_blocked_channels_guild"), ["guild"], unique=False)

    op.create_table(
        "paces",
        sa.Column("what", sa.String(length=20), nullable=False, comment="edits, boards"),
        sa.Column(
            "begun", sa.JSON(), nullable=False, comment="when the latest were begun, in seconds since 1970"
        ),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_paces")),
        comment="Of what all processes together may begin so many a second",
    )

    op.create_table(
        "choices",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "setting",
            sa.String(length=40),
            nullable=False,
            comment="a field of bot.actions.settings.ServerSettings",
        ),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("guild", "setting", name=op.f("pk_choices")),
        comment="What a server's moderators have set; whatever is not here has its default",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "own_lessons",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, comment="from 1"),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="the file as it was handed in"),
        sa.Column(
            "state", sa.String(length=10), nullable=False, comment="draft, published, replaced, retired"
        ),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("guild", "slug", "version", name=op.f("pk_own_lessons")),
        comment="A server's own lessons, with every version that was ever handed in",
    )
    with op.batch_alter_table("own_lessons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_own_lessons_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_own_lessons_published",
            ["guild", "slug"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "own_questions",
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False, comment="its id, without the owner"),
        sa.Column(
            "meaning",
            sa.String(length=64),
            nullable=False,
            comment="of stem, options and key, as first published",
        ),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("guild", "question", name=op.f("pk_own_questions")),
        comment="What the ids of a server's questions mean for good",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "resets",
        sa.Column("reset", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column(
            "member",
            sa.BigInteger(),
            autoincrement=False,
            nullable=True,
            comment="null: everybody on the server's ladder",
        ),
        sa.Column("by", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "done_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when all members were reached; null: some are still to be",
        ),
        sa.PrimaryKeyConstraint("reset", name=op.f("pk_resets")),
        comment="Server ladders that were begun anew; the journal's entries of kind reset are the snapshot",
    )
    with op.batch_alter_table("resets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resets_done_at"), ["done_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_resets_guild_at"), ["guild", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_resets_member"), ["member"], unique=False)

    op.create_table(
        "role_dues",
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guild", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member", "guild", name=op.f("pk_role_dues")),
        comment="Members whose role in a server may not be that of their title",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("role_dues", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_dues_due_at"), ["due_at"], unique=False)

    op.create_table(
        "schedules",
        sa.Column("schedule", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("guild", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=10),
            nullable=False,
            comment="lesson: one a week; question: from everywhere; recap",
        ),
        sa.Column(
            "weekdays", sa.SmallInteger(), nullable=False, comment="bits from Monday, 1, to Sunday, 64"
        ),
        sa.Column(
            "minute", sa.SmallInteger(), nullable=False, comment="of the day on the server's clock, from 0"
        ),
        sa.Column("categories", sa.JSON(), nullable=True, comment="slugs; null: all"),
        sa.Column("levels", sa.JSON(), nullable=True, comment="words of levels; null: all"),
        sa.Column(
            "picking",
            sa.String(length=10),
            nullable=False,
            comment="mixed: to the server's level; hardest: first",
        ),
        sa.Column(
            "fresh_days",
            sa.SmallInteger(),
            nullable=False,
            comment="nothing is asked that was revealed there in so many",
        ),
        sa.Column("seconds", sa.Integer(), nullable=False, comment="how long a question stays open"),
        sa.Column("mention", sa.BigInteger(), nullable=True, comment="the role that is pinged; null: none"),
        sa.Column("state", sa.String(length=10), nullable=False, comment="on, paused, removed"),
        sa.Column(
            "reason",
            sa.String(length=20),
            nullable=True,
            comment="why it is paused: moderator, gone, forbidden",
        ),
        sa.Column("lesson", sa.String(length=60), nullable=True, comment="the lesson of the running week"),
        sa.Column(
            "lesson_on", sa.DateTime(timezone=True), nullable=True, comment="when that lesson was posted"
        ),
        sa.Column(
            "next_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it posts next; null: not until it is resumed",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starter", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("schedule", name=op.f("pk_schedules")),
        comment="What is posted in a channel at fixed hours",
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedules_guild"), ["guild"], unique=False)
        batch_op.create_index(batch_op.f("ix_schedules_state_next_at"), ["state", "next_at"], unique=False)

    op.create_table(
        "shares",
        sa.Column("channel", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("member", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "member", name=op.f("pk_shares")),
        comment="When a member last posted something in a channel by the bot",
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shares_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_shares_member"), ["member"], unique=False)

    op.create_table(
        "scheduled_posts",
        sa.Column("post", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("schedule", sa.BigInteger(), nullable=False),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=False, comment="the hour that it was planned for"
        ),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="lesson, question, recap"),
        sa.Column("channel", sa.BigInteger(), nullable=False),
        sa.Column("lesson", sa.String(length=60), nullable=True),
        sa.Column("question", sa.String(length=100), nullable=True),
        sa.Column("poll", sa.BigInteger(), nullable=True),
        sa.Column(
            "state",
            sa.String(length=10),
            nullable=False,
            comment="posting, posted, skipped, missed, failed, empty, unmatched",
        ),
        sa.Column("message", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when its state was noted"),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_scheduled_posts")),
        sa.UniqueConstraint("schedule", "due_at", name=op.f("uq_scheduled_posts_schedule_due_at")),
        comment="What became of each hour at which a schedule was due",
    )
    with op.batch_alter_table("scheduled_posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scheduled_posts_poll"), ["poll"], unique=False)
        batch_op.create_index(batch_op.f("ix_scheduled_posts_state"), ["state"], unique=False)

    with op.batch_alter_table("polls", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "schedule",
                sa.BigInteger(),
                nullable=True,
                comment="the schedule that posted it; null: a person did",
            )
        )
        batch_op.add_column(
            sa.Column("mention", sa.BigInteger(), nullable=True, comment="the role that it pings; null: none")
        )
        batch_op.add_column(
            sa.Column(
                "counted",
                sa.Integer(),
                server_default=sa.text("0"),
                nullable=True,
                comment="the answers that its message counts; null: nobody knows, so it is to be edited",
            )
        )
        batch_op.add_column(
            sa.Column(
                "rests_until",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="until when its message is not edited again while it is open; null: it never was",
            )
        )
        batch_op.create_index(
            batch_op.f("ix_polls_channel_opened_at"), ["channel", "opened_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_polls_schedule_opened_at"), ["schedule", "opened_at"], unique=False
        )

    with op.batch_alter_table("series", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "ended_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="since when its summary is due",
            )
        )

    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "tells",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="whether the reporter is to hear of it",
            )
        )
        batch_op.add_column(
            sa.Column(
                "told_at", sa.DateTime(timezone=True), nullable=True, comment="when the reporter heard of it"
            )
        )

    # What two columns held is two of many settings now.
    chosen = op.get_bind().execute(sa.text("SELECT guild, ballot, announces_in FROM servers")).all()
    rows = [
        {"guild": guild, "setting": "ballot", "value": ballot}
        for guild, ballot, _ in chosen
        if ballot == "private"
    ]
    rows += [
        {"guild": guild, "setting": "titles_channel", "value": channel}
        for guild, _, channel in chosen
        if channel
    ]
    choices = sa.table(
        "choices",
        sa.column("guild", sa.BigInteger()),
        sa.column("setting", sa.String()),
        sa.column("value", sa.JSON()),
    )
    op.bulk_insert(choices, rows)
    keyed = {"sqlite_with_rowid": False}
    with op.batch_alter_table("servers", schema=None, table_kwargs=keyed) as batch_op:
        batch_op.add_column(
            sa.Column(
                "welcomed_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when its moderators were greeted, or could not be",
            )
        )
        batch_op.add_column(
            sa.Column(
                "left_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when the bot had to go; null: it is there",
            )
        )
        batch_op.add_column(
            sa.Column(
                "roles_refused_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="since when it may not give roles; null: it may",
            )
        )
        batch_op.create_index(batch_op.f("ix_servers_left_at"), ["left_at"], unique=False)
        batch_op.drop_column("ballot")
        batch_op.drop_column("announces_in")

    # Servers in which the bot was before are known, so that it does not greet them, and notices when it is gone.
    op.execute(
        "INSERT INTO servers (guild, name, competes)"
        " SELECT guild, '', false FROM sightings WHERE guild > 0 UNION SELECT guild, '', false FROM polls WHERE guild > 0"
        " ON CONFLICT DO NOTHING"
    )

    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.execute("COMMENT ON COLUMN reports.state IS 'open, dismissed, voided, mended'")
        op.execute("COMMENT ON COLUMN polls.state IS 'posting, open, withheld, closed, cancelled, withdrawn'")
        op.execute(
            "COMMENT ON COLUMN polls.closed_at IS 'when it was over; while it is withheld, since when'"
        )
