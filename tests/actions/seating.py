"""People put on ladders without having answered anything."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.storage import Database
from bot.storage.ratings import Entry, RatingRow
from ladder.rating import Standing
from ladder.standings import Ladder
from tests.actions.school import ADA

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def seat(
    database: Database,
    ladder: Ladder,
    ratings: Sequence[int] | Mapping[int, int],
    *,
    evidence: float = 40.0,
    first: int = ADA,
    listed: bool = True,
) -> None:
    """Put members on a ladder: one for each rating, from ``first`` on, or those who are named."""
    named = ratings if isinstance(ratings, Mapping) else {first + at: one for at, one in enumerate(ratings)}
    async with database.unit() as unit:
        await unit.ratings.write(
            [
                RatingRow(
                    member=member,
                    ladder=ladder.key,
                    estimate=float(rating),
                    evidence=evidence,
                    rating=rating,
                    answers=10 + number,
                    correct=5,
                    entries=0,
                    answered_at=NOON,
                    listed=listed,
                )
                for number, (member, rating) in enumerate(named.items())
            ],
            before=[],
        )


async def write_journal(
    database: Database,
    member: int,
    ladder: Ladder,
    standings: Mapping[datetime, Standing],
    *,
    began: Standing,
) -> None:
    """Answers at these moments, after which the member stood so."""
    before, shown = began, began.rating
    entries: list[Entry] = []
    for number, (at, after) in enumerate(standings.items(), start=1):
        entries.append(
            Entry(
                member=member,
                ladder=ladder.key,
                sequence=number,
                kind="answer",
                question=f"curated:{number}",
                meaning=None,
                step=0,
                estimate_before=before.estimate,
                evidence_before=before.evidence,
                estimate_after=after.estimate,
                evidence_after=after.evidence,
                rating_before=shown,
                rating_after=after.rating,
                predicted=0.5,
                k=30.0,
                weight=1.0,
                difficulty=1500,
                correct=True,
                at=at,
                guild=None,
                source=f"quiz:{number}",
            )
        )
        before, shown = after, after.rating
    async with database.unit() as unit:
        await unit.ratings.write([], entries, before=[])


async def call(database: Database, guild: int, member: int, name: str) -> None:
    """The name under which somebody was seen there."""
    async with database.unit() as unit:
        await unit.sightings.note(guild, member, name, NOON)
