"""What boards show of members, and that no journal is read whole for it."""

from datetime import UTC, datetime

from sqlalchemy import create_engine, text

from bot.storage.columns import metadata
from bot.storage.trends import earlier_query


def test_ratings_of_a_week_ago_are_found_by_primary_keys_alone() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    query = earlier_query(["global", "server:1"], [1, 2, 3], datetime(2026, 1, 1, tzinfo=UTC))
    written = query.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {written}"))]
    assert sum("USING PRIMARY KEY (member=? AND ladder=?" in step for step in plan) == 3
    assert not [step for step in plan if step.startswith("SCAN") or "TEMP B-TREE" in step], plan
