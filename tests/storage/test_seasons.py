"""Seasons as they are stored: one running a server at most, ended once, held while answers are rated."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import URL

from bot.storage import Database
from bot.storage.ratings import Entry, RatingRow
from bot.storage.seasons import Deeds, Honour, Season
from tests.storage.conftest import ASKED, BIG, NOON

GUILD, OTHER = BIG + 1, BIG + 2
ADA, BEN, CLEO = BIG + 11, BIG + 12, BIG + 13
MONTH = timedelta(days=30)


async def begin(database: Database, guild: int = GUILD, **changes: Any) -> Season:
    """A season that runs from noon for a month."""
    values: dict[str, Any] = {
        "name": "Winter",
        "starts_at": NOON,
        "ends_at": NOON + MONTH,
        "monthly": False,
        "starter": ADA,
    }
    async with database.unit() as unit:
        season = await unit.seasons.start(guild, **values | changes)
    assert season is not None
    return season


async def close(database: Database, season: Season, at: datetime = NOON) -> Season | None:
    async with database.unit() as unit:
        return await unit.seasons.change(season.guild, season.id, ended_at=at)


async def stand(
    database: Database, season: Season, member: int, *steps: tuple[datetime, int], listed: bool = True
) -> None:
    """Put a member on the season's ladder, from 1100, by answers at these moments that led to these ratings."""
    entries: list[Entry] = []
    before = 1100
    for sequence, (at, rating) in enumerate(steps, start=1):
        entries.append(
            Entry(
                member=member,
                ladder=season.ladder.key,
                sequence=sequence,
                kind="answer",
                question=f"curated:{sequence}",
                meaning=ASKED.meaning,
                step=0,
                estimate_before=1200.0,
                evidence_before=0.0,
                estimate_after=1200.0,
                evidence_after=1.0,
                rating_before=before,
                rating_after=rating,
                predicted=0.5,
                k=24.0,
                weight=1.0,
                difficulty=1500,
                correct=True,
                at=at,
                guild=season.guild,
                source=f"quiz:{sequence}",
            )
        )
        before = rating
    row = RatingRow(
        member, season.ladder.key, 1200.0, 1.0, before, len(steps), 0, len(steps), NOON, listed=listed
    )
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        await unit.ratings.write([row], entries, before=[])


async def test_a_season_comes_back_as_it_was_started(database: Database) -> None:
    season = await begin(database, name="Été 🌞", ends_at=NOON + timedelta(days=366))
    async with database.reading() as unit:
        assert await unit.seasons.running([GUILD, OTHER]) == {GUILD: season}
        assert await unit.seasons.get(GUILD, season.id) == season
        assert await unit.seasons.get(OTHER, season.id) is None
    assert season.ladder.key == f"season:{GUILD}:{season.id}"
    assert season.ended_at is None


async def test_a_server_has_one_running_season_and_another_after_it(database: Database) -> None:
    first = await begin(database)
    await begin(database, OTHER)
    async with database.unit() as unit:
        again = await unit.seasons.start(
            GUILD, name="Twice", starts_at=NOON, ends_at=NOON + MONTH, monthly=False, starter=None
        )
    assert again is None
    await close(database, first)
    second = await begin(database, name="Next")
    async with database.reading() as unit:
        assert (await unit.seasons.running([GUILD]))[GUILD] == second
        assert await unit.seasons.ended(GUILD, limit=5) == [await unit.seasons.get(GUILD, first.id)]
        assert await unit.seasons.count_ended(GUILD) == 1


async def test_a_season_changes_only_while_it_runs_and_only_in_its_own_server(database: Database) -> None:
    season = await begin(database)
    async with database.unit() as unit:
        assert await unit.seasons.change(OTHER, season.id, name="Stolen") is None
        renamed = await unit.seasons.change(GUILD, season.id, name="Summer")
    assert renamed is not None
    assert renamed.name == "Summer"
    ended = await close(database, season)
    assert ended is not None
    assert ended.ended_at == NOON
    assert await close(database, season, NOON + MONTH) is None
    async with database.unit() as unit:
        assert await unit.seasons.change(GUILD, season.id, name="Too late") is None


async def test_due_are_the_running_seasons_whose_time_is_over_longest_first(database: Database) -> None:
    late = await begin(database, ends_at=NOON + timedelta(days=2))
    later = await begin(database, OTHER, ends_at=NOON + timedelta(days=1))
    await begin(database, OTHER + 1, ends_at=NOON + timedelta(days=5))
    async with database.reading() as unit:
        assert await unit.seasons.due(NOON, 9) == []
        assert await unit.seasons.due(NOON + timedelta(days=2), 9) == [later, late]
        assert await unit.seasons.due(NOON + timedelta(days=2), 1) == [later]
    await close(database, later)
    async with database.reading() as unit:
        assert await unit.seasons.due(NOON + timedelta(days=2), 9) == [late]


async def test_past_seasons_come_newest_first_and_page_by_page(database: Database) -> None:
    ids: list[int] = []
    for number in range(5):
        season = await begin(database, name=str(number))
        await close(database, season)
        ids.insert(0, season.id)
    async with database.reading() as unit:
        assert [one.id for one in await unit.seasons.ended(GUILD, limit=3)] == ids[:3]
        assert [one.id for one in await unit.seasons.ended(GUILD, offset=3, limit=3)] == ids[3:]


async def test_a_season_counts_who_stands_on_it(database: Database) -> None:
    season, other = await begin(database), await begin(database, OTHER)
    for member, rating in ((ADA, 1200), (BEN, 900), (CLEO, 2400)):
        await stand(database, season, member, (NOON, rating))
    async with database.reading() as unit:
        assert await unit.seasons.sizes([season, other]) == {season.id: 3, other.id: 0}
        assert await unit.seasons.sizes([]) == {}


async def test_deeds_are_told_of_whoever_has_a_place(database: Database) -> None:
    season, other = await begin(database), await begin(database, OTHER)
    before_midnight = NOON.replace(hour=23, minute=59, second=59, microsecond=999_999)
    await stand(database, season, ADA, (NOON, 1150), (before_midnight, 1140))
    await stand(database, season, BEN, (NOON, 1170), (before_midnight + timedelta(microseconds=1), 1210))
    await stand(database, season, CLEO, (NOON, 1300), listed=False)
    await stand(database, other, ADA, (NOON, 1400), (NOON + MONTH, 1500))
    async with database.reading() as unit:
        assert await unit.seasons.deeds(season) == [
            Deeds(BEN, 1210, 110, 2, 2),
            Deeds(ADA, 1140, 40, 1, 2),
        ]


async def test_an_honour_is_told_as_long_as_its_member_has_a_place(database: Database) -> None:
    season, other = await begin(database), await begin(database, OTHER)
    await stand(database, season, ADA, (NOON, 1150))
    await stand(database, season, BEN, (NOON, 1170))
    await stand(database, other, CLEO, (NOON, 1170))
    await stand(database, season, CLEO, (NOON, 1300), listed=False)
    won = [
        Honour(season.id, "place", BEN, 1, 1170),
        Honour(season.id, "place", ADA, 2, 1150),
        Honour(season.id, "climber", BEN, 1, 70),
        Honour(season.id, "faithful", ADA, 1, 3),
    ]
    async with database.unit() as unit:
        await unit.seasons.honour([Honour(season.id, "place", CLEO, 1, 1300), *reversed(won)])
        await unit.seasons.honour([])
        assert await unit.seasons.honours([season, other]) == {season.id: won, other.id: []}
        assert await unit.seasons.honours([]) == {}


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_season_does_not_end_while_answers_are_rated_for_it(
    database: Database, elsewhere: Database, url: URL
) -> None:
    season = await begin(database)
    async with database.unit() as unit:
        assert (await unit.seasons.running([GUILD], lock=True))[GUILD] == season
        async with elsewhere.unit() as beside:
            assert (await beside.seasons.running([GUILD], lock=True))[GUILD] == season
        ending = asyncio.create_task(close(elsewhere, season))
        done, _ = await asyncio.wait({ending}, timeout=0.3)
        assert not done
    assert await ending is not None


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_answers_that_waited_for_an_end_count_for_the_next_season(
    database: Database, elsewhere: Database, url: URL
) -> None:
    season = await begin(database)

    async def rated_for() -> Season:
        async with elsewhere.unit() as unit:
            return (await unit.seasons.running([GUILD], lock=True))[GUILD]

    async with database.unit() as unit:
        assert await unit.seasons.change(GUILD, season.id, ended_at=NOON) is not None
        rating = asyncio.create_task(rated_for())
        done, _ = await asyncio.wait({rating}, timeout=0.3)
        assert not done
        following = await unit.seasons.start(
            GUILD, name="", starts_at=NOON, ends_at=NOON + MONTH, monthly=True, starter=None
        )
    assert await rating == following
