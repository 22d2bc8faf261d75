"""Ladders: who stands where, page by page, and under which name."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.actions.ladders import PAGE, Card, Ladders, Place, ladder_of
from bot.actions.refusals import Refusal
from bot.storage import Database
from bot.storage.ratings import Entry, RatingRow
from bot.storage.sightings import ANYWHERE
from ladder.standings import Ladder
from ladder.tiers import Tier
from tests.actions.school import ADA, GUILD, KOFI, OTHER_GUILD, School

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def seat(
    database: Database, ladder: Ladder, ratings: Sequence[int], *, evidence: float = 40.0, first: int = ADA
) -> None:
    """Put members on a ladder, one for each rating."""
    async with database.unit() as unit:
        await unit.ratings.write(
            [
                RatingRow(
                    member=first + number,
                    ladder=ladder.key,
                    estimate=float(rating),
                    evidence=evidence,
                    rating=rating,
                    answers=10 + number,
                    correct=5,
                    entries=0,
                    answered_at=NOON,
                )
                for number, rating in enumerate(ratings)
            ],
            [],
        )


async def name(database: Database, guild: int, member: int, shown: str) -> None:
    async with database.unit() as unit:
        await unit.sightings.note(guild, member, shown, NOON)


async def write_journal(database: Database, member: int, length: int) -> None:
    """Answers an hour apart, each of which gained a point."""
    async with database.unit() as unit:
        await unit.ratings.write(
            [],
            [
                Entry(
                    member=member,
                    ladder=Ladder.world().key,
                    sequence=number,
                    kind="answer",
                    question=f"curated:{number}",
                    meaning=None,
                    step=0,
                    estimate_before=1099.0 + number,
                    evidence_before=number - 1.0,
                    estimate_after=1100.0 + number,
                    evidence_after=float(number),
                    rating_before=1099 + number,
                    rating_after=1100 + number,
                    predicted=0.5,
                    k=30.0,
                    weight=1.0,
                    difficulty=1500,
                    correct=True,
                    at=NOON + timedelta(hours=number),
                    guild=None,
                    source=f"quiz:{number}",
                )
                for number in range(1, length + 1)
            ],
        )


def plain_ranks(ratings: Sequence[int]) -> dict[int, int]:
    """Each member's rank by counting who is better."""
    return {ADA + n: 1 + sum(other > one for other in ratings) for n, one in enumerate(ratings)}


_guilds = itertools.count(GUILD + 1000)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ratings=st.lists(st.integers(1500, 1504), min_size=1, max_size=37))
@example(ratings=[1500] * 25)
@example(ratings=[1501] * 9 + [1500] * 3)
@example(ratings=[1502] * 10 + [1501] * 10 + [1500])
def test_pages_and_ranks_with_many_ties_are_those_of_a_plain_sort(url: URL, ratings: list[int]) -> None:
    async def run() -> None:
        database = Database(url)
        try:
            ladder, ladders = Ladder.server(next(_guilds)), Ladders(database)
            await seat(database, ladder, ratings)
            pages = -(-len(ratings) // PAGE)
            seen: list[Place] = []
            for number in range(pages):
                board = await ladders.board(ladder, number, ADA)
                assert (board.number, board.count, board.size) == (number, pages, len(ratings))
                seen += board.places
            ranks = plain_ranks(ratings)
            assert {place.member: place.rank for place in seen} == ranks
            assert len(seen) == len(ratings)
            assert [place.rating for place in seen] == sorted(ratings, reverse=True)
            for number in {0, len(ratings) // 2, len(ratings) - 1}:
                own = (await ladders.board(ladder, 0, ADA + number)).own
                assert own is not None
                assert (own.member, own.rank, own.rating) == (
                    ADA + number,
                    ranks[ADA + number],
                    ratings[number],
                )
        finally:
            await database.close()

    asyncio.run(run())


async def test_a_page_past_the_end_is_the_last_and_one_before_the_first_is_the_first(
    database: Database,
) -> None:
    await seat(database, Ladder.world(), list(range(1100, 1123)))
    ladders = Ladders(database)
    last = await ladders.board(Ladder.world(), 99, ADA)
    assert (last.number, last.count, [place.rating for place in last.places]) == (2, 3, [1102, 1101, 1100])
    assert [place.rank for place in last.places] == [21, 22, 23]
    assert (await ladders.board(Ladder.world(), -1, ADA)).number == 0


async def test_an_empty_ladder_has_one_empty_page(database: Database) -> None:
    board = await Ladders(database).board(Ladder.world(), 3, ADA)
    assert (board.places, board.number, board.count, board.size, board.own) == ((), 0, 1, 0, None)


async def test_whoever_has_no_place_sees_the_board_without_one(database: Database) -> None:
    await seat(database, Ladder.world(), [1500])
    await seat(database, Ladder.server(GUILD), [1500], first=KOFI)
    board = await Ladders(database).board(Ladder.world(), 0, KOFI)
    assert [place.member for place in board.places] == [ADA]
    assert board.own is None


async def test_a_place_has_a_question_mark_below_thirty_answers_of_evidence(database: Database) -> None:
    await seat(database, Ladder.world(), [1500], evidence=29.9)
    await seat(database, Ladder.world(), [1400], evidence=30.0, first=KOFI)
    board = await Ladders(database).board(Ladder.world(), 0, ADA)
    assert [place.provisional for place in board.places] == [True, False]


async def test_a_server_knows_its_nicknames_and_the_world_peoples_own_names(database: Database) -> None:
    for ladder in (Ladder.world(), Ladder.server(GUILD), Ladder.server(OTHER_GUILD)):
        await seat(database, ladder, [1503, 1502, 1501])
    await name(database, ANYWHERE, ADA, "Ada")
    await name(database, GUILD, ADA, "The Countess")
    await name(database, ANYWHERE, KOFI, "Kofi")

    async def names(ladder: Ladder) -> list[str | None]:
        return [place.name for place in (await Ladders(database).board(ladder, 0, ADA)).places]

    assert await names(Ladder.server(GUILD)) == ["The Countess", "Kofi", None]
    assert await names(Ladder.server(OTHER_GUILD)) == ["Ada", "Kofi", None]
    assert await names(Ladder.world()) == ["Ada", "Kofi", None]


async def test_a_card_tells_both_places_and_the_strongest_category_first(database: Database) -> None:
    await seat(database, Ladder.world(), [1250, 1300])
    await seat(database, Ladder.server(GUILD), [1280])
    await seat(database, Ladder.category("logic"), [1150, 1400])
    await seat(database, Ladder.category("chance"), [1270, 1100, 1290])
    await name(database, GUILD, ADA, "The Countess")
    await name(database, ANYWHERE, ADA, "Ada")
    card = await Ladders(database).card(ADA, GUILD)
    assert card.world is not None
    assert card.server is not None
    assert (card.name, card.world.name, card.server.name) == ("The Countess", "Ada", "The Countess")
    assert (card.world.rank, card.world_size, card.server.rank, card.server_size) == (2, 2, 1, 1)
    assert card.categories == ("chance", "logic")
    assert [(place.rating, place.rank) for place in card.by_category] == [(1270, 2), (1150, 2)]
    assert card.title == Tier.IRON
    assert card.next is not None
    assert (card.next.tier, card.next.points_missing, card.next.needs_win) == (Tier.BRONZE, 0, True)
    elsewhere = await Ladders(database).card(ADA, None)
    assert (elsewhere.server, elsewhere.server_size, elsewhere.name) == (None, 0, "Ada")


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
    await write_journal(school.database, KOFI, 40)
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
    place = Place(1, ADA, "Ada", rating, 40, 30, provisional=False, title=title)
    assert Card(ADA, "Ada", place, 1, None, 0, title, None, (), ()).progress == progress


async def test_a_history_tells_what_was_shown_and_since_when(database: Database) -> None:
    await write_journal(database, ADA, 3)
    await name(database, GUILD, ADA, "The Countess")
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
        assert (receipt.moved.before, receipt.moved.after) == (entry.rating_before, entry.rating_after)
        assert receipt.moved.predicted == entry.predicted


async def test_receipts_are_paged_by_ten_and_a_page_past_the_end_is_the_last(database: Database) -> None:
    await write_journal(database, ADA, 23)
    ladders = Ladders(database)
    pages = [await ladders.receipts(ADA, number) for number in (-1, 0, 1, 2, 3)]
    assert [page.number for page in pages] == [0, 0, 1, 2, 2]
    assert {page.count for page in pages} == {3}
    after = [receipt.moved.after for page in pages[1:4] for receipt in page.receipts]
    assert after == list(range(1123, 1100, -1))
    nothing = await ladders.receipts(KOFI, 5)
    assert (nothing.receipts, nothing.number, nothing.count) == ((), 0, 1)


def test_a_scope_names_a_ladder() -> None:
    assert ladder_of("server", GUILD) == Ladder.server(GUILD)
    assert ladder_of("world", GUILD) == ladder_of("world", None) == Ladder.world()
    assert ladder_of("category:machine-learning", None) == Ladder.category("machine-learning")


@pytest.mark.parametrize("scope", ["", "galaxy", "category:", "category:Not A Slug", "server:", "server:0"])
def test_a_scope_that_names_none_is_refused(scope: str) -> None:
    with pytest.raises(Refusal, match="no such ladder"):
        ladder_of(scope, GUILD)


def test_a_servers_ladder_is_not_shown_to_another_server() -> None:
    with pytest.raises(Refusal):
        ladder_of(f"server:{OTHER_GUILD}", GUILD)


def test_outside_a_server_the_servers_ladder_is_refused_with_the_way_on() -> None:
    with pytest.raises(Refusal, match="no server here"):
        ladder_of("server", None)
