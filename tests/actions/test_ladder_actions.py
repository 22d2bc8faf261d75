"""A member's standing, history and receipts."""

from datetime import timedelta

import pytest

from bot.actions.board_rows import Unlisted
from bot.actions.ladders import Card, Ladders, Place
from bot.actions.listing import hide
from bot.storage import Database
from bot.storage.sightings import ANYWHERE
from ladder.rating import Standing
from ladder.standings import Ladder
from ladder.tiers import Tier
from tests.actions.school import ADA, GUILD, KOFI, School
from tests.actions.seating import NOON, call, seat, write_journal


async def write_hourly(database: Database, member: int, length: int) -> None:
    """Answers an hour apart, each of which gained a point."""
    hours = range(1, length + 1)
    await write_journal(
        database,
        member,
        Ladder.world(),
        {NOON + timedelta(hours=hour): Standing(1100.0 + hour, 1e6) for hour in hours},
        began=Standing(1100.0, 1e6),
    )


async def test_a_card_tells_both_places_and_the_strongest_category_first(database: Database) -> None:
    await seat(database, Ladder.world(), [1250, 1300])
    await seat(database, Ladder.server(GUILD), [1280])
    await seat(database, Ladder.category("logic"), [1150, 1400])
    await seat(database, Ladder.category("chance"), [1270, 1100, 1290])
    await call(database, GUILD, ADA, "The Countess")
    await call(database, ANYWHERE, ADA, "Ada")
    card = await Ladders(database).card(ADA, GUILD)
    assert card.world is not None
    assert card.server is not None
    assert card.name == "The Countess"
    assert (card.world.rank, card.world_size, card.server.rank, card.server_size) == (2, 2, 1, 1)
    assert [(one.slug, one.rating) for one in card.by_category] == [("chance", 1270), ("logic", 1150)]
    assert card.title == Tier.IRON
    assert card.next is not None
    assert (card.next.tier, card.next.points_missing, card.next.needs_win) == (Tier.BRONZE, 0, True)
    elsewhere = await Ladders(database).card(ADA, None)
    assert (elsewhere.server, elsewhere.server_size, elsewhere.name) == (None, 0, "Ada")


async def test_a_card_of_somebody_who_is_hidden_has_ratings_and_no_ranks(database: Database) -> None:
    for ladder in (Ladder.world(), Ladder.server(GUILD)):
        await seat(database, ladder, [1250, 1300])
    async with database.unit() as unit:
        await hide(unit, ADA, NOON)
    card = await Ladders(database).card(ADA, GUILD)
    assert card.world is not None
    assert card.server is not None
    assert (card.world.rating, card.world.rank, card.server.rank) == (1250, None, None)
    assert (card.world_size, card.server_size, card.unlisted) == (1, 1, Unlisted.HIDDEN)


async def test_the_card_of_a_stranger_is_empty(database: Database) -> None:
    card = await Ladders(database).card(ADA, GUILD)
    assert (card.name, card.world, card.server, card.by_category) == (None, None, None, ())
    assert card.next is not None
    assert card.next.points_missing == 1200


async def test_a_card_has_the_ratings_around_the_last_thirty_changes(school: School) -> None:
    opened = await school.quiz(ADA)
    for right in (True, False, True, True):
        await school.solve(opened.quiz.id, ADA, right=right)
    card = await school.actions.ladders.card(ADA, GUILD)
    history = await school.actions.ladders.history(ADA, GUILD)
    assert card.world is not None
    assert card.recent == tuple(rating for _, rating in history.points)
    assert (card.recent[0], card.recent[-1], len(card.recent)) == (1100, card.world.rating, 5)
    assert card.xp == 10 * card.world.correct > 0
    await write_hourly(school.database, KOFI, 40)
    many = await school.actions.ladders.card(KOFI, GUILD)
    assert many.recent == tuple(range(1110, 1141))


@pytest.mark.parametrize(
    ("title", "rating", "progress"),
    [
        (Tier.IRON, 300, 0.25),
        (Tier.IRON, 1630, 1.0),
        (Tier.GOLD, 1600, 0.0),
        (Tier.GOLD, 1560, 0.0),
        (Tier.GOLD, 1750, 0.75),
        (Tier.GRANDMASTER, 2350, 1.0),
    ],
)
def test_progress_runs_from_the_titles_floor_to_the_next(title: Tier, rating: int, progress: float) -> None:
    place = Place(1, rating, 40, 30, provisional=False)
    assert Card(ADA, "Ada", place, 1, None, 0, title, None).progress == progress


async def test_a_history_tells_what_was_shown_and_since_when(database: Database) -> None:
    await write_hourly(database, ADA, 3)
    await call(database, GUILD, ADA, "The Countess")
    history = await Ladders(database).history(ADA, GUILD)
    assert (history.member, history.name) == (ADA, "The Countess")
    assert [rating for _, rating in history.points] == [1100, 1101, 1102, 1103]
    assert [at for at, _ in history.points] == [NOON + timedelta(hours=hours) for hours in (1, 1, 2, 3)]
    assert (await Ladders(database).history(KOFI, GUILD)).points == ()


async def test_receipts_are_those_of_the_journal_the_latest_first(school: School) -> None:
    opened = await school.quiz(ADA)
    for right in (True, False, True, True):
        await school.solve(opened.quiz.id, ADA, right=right)
    shown = await school.actions.ladders.receipts(ADA, 0)
    assert (shown.member, shown.number, shown.count, len(shown.receipts)) == (ADA, 0, 1, 4)
    async with school.database.reading() as unit:
        entries = await unit.ratings.entries(ADA, Ladder.world().key)
    for receipt, entry in zip(shown.receipts, reversed(entries), strict=True):
        assert receipt.stem.endswith("?")
        assert receipt.stem.replace(" ", "-").removesuffix("?") == (entry.question or "").partition(":")[2]
        assert (receipt.correct, receipt.at) == (entry.correct, entry.at)
        assert receipt.moved is not None
        assert (receipt.moved.before, receipt.moved.after) == (entry.rating_before, entry.rating_after)
        assert receipt.moved.predicted == entry.predicted


async def test_receipts_are_paged_by_ten_and_a_page_past_the_end_is_the_last(database: Database) -> None:
    await write_hourly(database, ADA, 23)
    ladders = Ladders(database)
    pages = [await ladders.receipts(ADA, number) for number in (-1, 0, 1, 2, 3)]
    assert [page.number for page in pages] == [0, 0, 1, 2, 2]
    assert {page.count for page in pages} == {3}
    after = [receipt.moved.after for page in pages[1:4] for receipt in page.receipts if receipt.moved]
    assert after == list(range(1123, 1100, -1))
    nothing = await ladders.receipts(KOFI, 5)
    assert (nothing.receipts, nothing.number, nothing.count) == ((), 0, 1)
