"""People: their names are remembered, and written only when there is news."""

from typing import Any

import pytest
from sqlalchemy import event

from bot.actions.people import People
from bot.storage import Database, DatabaseUnavailable
from bot.storage.sightings import ANYWHERE
from tests.actions.school import ADA, GUILD, KOFI, OTHER_GUILD
from tests.conftest import HandClock, commits


async def names(database: Database, guild: int) -> dict[int, str]:
    async with database.reading() as unit:
        return await unit.sightings.names(guild, [ADA, KOFI])


async def test_a_name_is_remembered_here_and_everywhere(database: Database, clock: HandClock) -> None:
    people = People(database, clock)
    await people.meet(ADA, "Ada", GUILD, "The Countess")
    await people.meet(KOFI, "Kofi")
    assert await names(database, GUILD) == {ADA: "The Countess", KOFI: "Kofi"}
    assert await names(database, OTHER_GUILD) == {ADA: "Ada", KOFI: "Kofi"}


async def test_without_a_nickname_the_own_name_is_borne_here_too(
    database: Database, clock: HandClock
) -> None:
    people = People(database, clock)
    await people.meet(ADA, "Ada", GUILD, "The Countess")
    await people.meet(ADA, "Ada", GUILD, None)
    assert await names(database, GUILD) == {ADA: "Ada"}


async def test_only_news_is_written(database: Database, clock: HandClock) -> None:
    people = People(database, clock)
    with commits(database) as counted:
        for _ in range(5):
            await people.meet(ADA, "Ada", GUILD, "Countess")
        assert len(counted) == 1
        clock.forward(hours=11)
        await people.meet(ADA, "Ada", GUILD, "Countess")
        assert len(counted) == 1
        await people.meet(ADA, "Ada", OTHER_GUILD)
        assert len(counted) == 2
        await people.meet(ADA, "Ada L.", GUILD, "Countess")
        assert len(counted) == 3
        clock.forward(hours=13)
        await people.meet(ADA, "Ada L.", GUILD, "Countess")
        assert len(counted) == 4


async def test_a_name_that_could_not_be_written_is_written_next_time(
    database: Database, clock: HandClock
) -> None:
    people = People(database, clock)

    def fail(connection: Any) -> None:
        raise OSError("the disk is on fire")

    engine = database._engines.writer.sync_engine
    event.listen(engine, "commit", fail)
    with pytest.raises(DatabaseUnavailable, match="on fire"):
        await people.meet(ADA, "Ada")
    event.remove(engine, "commit", fail)
    assert await names(database, GUILD) == {}
    await people.meet(ADA, "Ada")
    assert await names(database, GUILD) == {ADA: "Ada"}


async def test_a_long_name_is_cut_and_any_character_survives(database: Database, clock: HandClock) -> None:
    people = People(database, clock)
    await people.meet(ADA, "🪜" * 300)
    await people.meet(KOFI, "Ko'fi; DROP TABLE — عربى")
    assert await names(database, ANYWHERE) == {ADA: "🪜" * 100, KOFI: "Ko'fi; DROP TABLE — عربى"}


async def test_what_is_kept_in_memory_is_bounded_and_the_longest_unseen_goes_first(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.actions.people._REMEMBERED", 10)
    people = People(database, clock)
    for member in range(ADA, ADA + 30):
        await people.meet(member, "Somebody")
    assert len(people._recent) == 10
    with commits(database) as counted:
        await people.meet(ADA + 29, "Somebody")
        assert len(counted) == 0
        await people.meet(ADA, "Somebody")
        assert len(counted) == 1
