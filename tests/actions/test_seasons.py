"""Seasons: a ladder beside the all-time one, ended once, and remembered."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from bot.actions.audit import verify
from bot.actions.honours import FEWEST_DAYS, MOST_SHARING, honours_of, places_of
from bot.actions.listing import depart, hide, leave_idle, show
from bot.actions.rating import void
from bot.actions.refusals import Refusal
from bot.actions.seasons import Ending, Honoured, PastSeason, Seasons, SeasonView
from bot.storage import Database, DatabaseUnavailable
from bot.storage.ratings import RatingRow
from bot.storage.seasons import Deeds, Honour
from bot.storage.standings import Spot
from bot.words import speaking
from ladder.standings import Ladder
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, LESSONS, MATEO, OTHER_GUILD, STARTER, School, make_lesson
from tests.conftest import HandClock

LONG = Catalogue((*LESSONS, make_lesson("long", questions=14)))


@pytest.fixture
def school(database: Database, clock: HandClock) -> School:
    return School(database, clock, LONG)


@pytest.fixture
def seasons(school: School) -> Seasons:
    return school.actions.seasons


async def begin(seasons: Seasons, guild: int = GUILD, days: int | None = 30) -> SeasonView:
    return await seasons.start(guild, by=STARTER, name="" if days is None else "Winter", days=days)


async def poll(
    school: School,
    *right: int,
    wrong: tuple[int, ...] = (),
    guild: int = GUILD,
    lesson: str | None = None,
) -> None:
    """A poll that these members answer, and that closes."""
    opened = await school.prepare(guild=guild, lesson=lesson)
    await school.polls.posted(opened.poll.id, 1)
    key = opened.asked.key
    for member in right:
        await school.press(opened.poll.id, member, key)
    for member in wrong:
        await school.press(opened.poll.id, member, 1 - key if key < 2 else 0)
    await school.polls.close(opened.poll.id, STARTER, moderator=True)


async def row(school: School, member: int, ladder: Ladder) -> RatingRow | None:
    return (await school.ratings(member)).get(ladder.key)


def told(past: PastSeason, kind: str) -> list[tuple[int, int, int]]:
    return [(one.place, one.member, one.value) for one in past.honours if one.kind == kind]


async def test_a_season_begins_near_the_rating_that_a_member_has_in_the_server(
    school: School, seasons: Seasons
) -> None:
    await poll(school, ADA, lesson="logic")
    quiz = (await school.quiz(KOFI, "long")).quiz.id
    for _ in range(12):
        await school.solve(quiz, KOFI)
    before = {member: await row(school, member, Ladder.server(GUILD)) for member in (ADA, KOFI)}
    season = await begin(seasons)
    await poll(school, ADA, MATEO, wrong=(KOFI,), lesson="chance")
    for member, evidence in ((ADA, 0.5), (KOFI, 10.0)):
        (entry,) = await school.entries(member, season.ladder.key)
        was = before[member]
        assert was is not None
        assert (entry.estimate_before, entry.evidence_before) == (was.estimate, evidence)
    (entry,) = await school.entries(MATEO, season.ladder.key)
    assert (entry.estimate_before, entry.evidence_before) == (1200.0, 0.0)


async def test_the_all_time_ladders_are_untouched_by_a_season(school: School, seasons: Seasons) -> None:
    await begin(seasons, OTHER_GUILD)
    for member, guild in ((ADA, GUILD), (KOFI, OTHER_GUILD)):
        quiz = (await school.quiz(member, "long", guild)).quiz.id
        for number in range(6):
            await school.solve(quiz, member, right=number % 3 > 0)
    for ladder in (Ladder.world(), Ladder.category("logic"), None):
        ada = await row(school, ADA, ladder or Ladder.server(GUILD))
        kofi = await row(school, KOFI, ladder or Ladder.server(OTHER_GUILD))
        assert ada is not None
        assert kofi is not None
        assert (ada.estimate, ada.evidence, ada.rating) == (kofi.estimate, kofi.evidence, kofi.rating)


async def test_only_who_answers_during_a_season_stands_on_it(school: School, seasons: Seasons) -> None:
    await poll(school, ADA)
    season = await begin(seasons)
    await poll(school, KOFI)
    await poll(school, MATEO, guild=OTHER_GUILD)
    running = (await seasons.overview(GUILD)).running
    assert running is not None
    assert running.size == 1
    assert await row(school, KOFI, season.ladder) is not None
    assert await row(school, ADA, season.ladder) is None


async def test_a_season_is_named_renamed_and_lengthened(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    season = await begin(seasons)
    assert (season.name, season.size, season.days_left, season.monthly) == ("Winter", 0, 30, False)
    assert await seasons.running(GUILD) == season
    assert await seasons.running(OTHER_GUILD) is None
    assert (await seasons.rename(GUILD, season.id, " The\n\tcup ")).name == "The cup"
    clock.forward(days=2, hours=1)
    lengthened = await seasons.lengthen(GUILD, season.id, 10)
    assert lengthened.ends_at == season.ends_at + timedelta(days=10)
    assert lengthened.days_left == 38
    assert (await seasons.repeat(GUILD, season.id, monthly=True)).monthly
    assert not (await seasons.repeat(GUILD, season.id, monthly=False)).monthly


@pytest.mark.parametrize("name", ["", "  \n", "\u200d", "\u200b\u202e", "x" * 61])
async def test_a_season_needs_a_name_of_a_decent_length(seasons: Seasons, name: str) -> None:
    with pytest.raises(Refusal, match="name"):
        await seasons.start(GUILD, by=STARTER, name=name, days=3)
    season = await begin(seasons)
    with pytest.raises(Refusal, match="name"):
        await seasons.rename(GUILD, season.id, name)


async def test_a_season_lasts_a_day_to_a_year(seasons: Seasons, clock: HandClock) -> None:
    for days in (-1, 0, 367, 10**9):
        with pytest.raises(Refusal, match="1 to 366 days"):
            await seasons.start(GUILD, by=STARTER, name="Winter", days=days)
    season = await seasons.start(GUILD, by=STARTER, name="Winter", days=366)
    with pytest.raises(Refusal, match="366 days at most"):
        await seasons.lengthen(GUILD, season.id, 1)
    for days in (0, -3):
        with pytest.raises(Refusal, match="only be lengthened"):
            await seasons.lengthen(GUILD, season.id, days)
    clock.forward(days=366)
    with pytest.raises(Refusal, match="has ended"):
        await seasons.lengthen(GUILD, season.id, 1)


async def test_a_server_has_one_season_at_a_time(seasons: Seasons) -> None:
    season = await begin(seasons)
    for days in (30, None):
        with pytest.raises(Refusal, match="runs here already"):
            await begin(seasons, days=days)
    await begin(seasons, OTHER_GUILD)
    await seasons.end(GUILD, season.id)
    assert (await begin(seasons)).id != season.id


async def test_two_moderators_who_start_one_at_once_have_started_one(
    seasons: Seasons, elsewhere: School
) -> None:
    outcomes = await asyncio.gather(begin(seasons), begin(elsewhere.actions.seasons), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["Refusal", "SeasonView"]


async def test_a_season_ends_once_whoever_ends_it(
    school: School, seasons: Seasons, elsewhere: School
) -> None:
    season = await begin(seasons)
    await poll(school, ADA, wrong=(KOFI,))
    outcomes = await asyncio.gather(
        seasons.end(GUILD, season.id),
        elsewhere.actions.seasons.end(GUILD, season.id),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in outcomes) == ["Ending", "Refusal"]
    ending = next(one for one in outcomes if isinstance(one, Ending))
    with pytest.raises(Refusal, match="perhaps by somebody else just now"):
        await seasons.end(GUILD, season.id)
    assert await seasons.end_due() == 0
    assert (await seasons.overview(GUILD)).past == (ending.ended,)


async def test_another_servers_season_is_nobodys_to_change(seasons: Seasons) -> None:
    season = await begin(seasons)
    for change in (
        seasons.end(OTHER_GUILD, season.id),
        seasons.rename(OTHER_GUILD, season.id, "Mine"),
        seasons.lengthen(OTHER_GUILD, season.id, 3),
        seasons.repeat(OTHER_GUILD, season.id, monthly=True),
    ):
        with pytest.raises(Refusal, match="has ended"):
            await change
    assert await seasons.running(GUILD) == season
    assert await seasons.past(OTHER_GUILD, season.id) is None


@pytest.mark.parametrize("days", [30, None])
async def test_a_poll_that_is_open_at_the_end_counts_for_whatever_runs_when_it_closes(
    school: School, seasons: Seasons, days: int | None
) -> None:
    season = await begin(seasons, days=days)
    await poll(school, ADA)
    opened = await school.prepare()
    await school.polls.posted(opened.poll.id, 1)
    await school.press(opened.poll.id, ADA, opened.asked.key)
    assert await seasons.open_polls(GUILD) == 1
    before = await school.ratings(ADA)
    ending = await seasons.end(GUILD, season.id)
    await school.polls.close(opened.poll.id, STARTER, moderator=True)
    after = await school.ratings(ADA)
    assert after[season.ladder.key] == before[season.ladder.key]
    assert after["global"].answers == before["global"].answers + 1
    assert len(await school.entries(ADA, season.ladder.key)) == 1
    if days is None:
        assert ending.next is not None
        assert after[ending.next.ladder.key].answers == 1
    else:
        assert ending.next is None
    assert await seasons.past(GUILD, season.id) == ending.ended


async def test_an_end_that_fails_halfway_has_not_happened(school: School, seasons: Seasons) -> None:
    season = await begin(seasons, days=None)
    await poll(school, ADA)
    async with school.database.unit() as unit:
        # The same honour a second time is what the database will not take.
        await unit.seasons.honour([Honour(season.id, "climber", ADA, 1, 1)])
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            await seasons.end(GUILD, season.id)
        running = await seasons.running(GUILD)
        assert running is not None
        assert running.id == season.id
        await poll(school, ADA)
    answered = await row(school, ADA, season.ladder)
    assert answered is not None
    assert answered.answers == 3
    async with school.database.unit() as unit:
        await unit.seasons._connection.execute(text("DELETE FROM honours"))
    ending = await seasons.end(GUILD, season.id)
    assert told(ending.ended, "place") == [(1, ADA, answered.rating)]
    assert ending.next is not None


async def test_monthly_seasons_end_with_the_month_and_follow_each_other(
    seasons: Seasons, clock: HandClock
) -> None:
    season = await begin(seasons, days=None)
    assert season.name == "March 2026"
    assert season.ends_at == datetime(2026, 4, 1, tzinfo=UTC)
    assert await seasons.end_due() == 0
    clock.now = season.ends_at + timedelta(seconds=1)
    assert await seasons.end_due() == 1
    assert await seasons.end_due() == 0
    running, past = (shown := await seasons.overview(GUILD)).running, shown.past
    assert running is not None
    assert (running.name, running.monthly) == ("April 2026", True)
    assert running.ends_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert [(one.name, one.ended_at) for one in past] == [("March 2026", season.ends_at)]


async def test_after_months_of_downtime_the_next_season_begins_now_and_none_is_made_up(
    seasons: Seasons, clock: HandClock
) -> None:
    season = await begin(seasons, days=None)
    clock.now = datetime(2026, 6, 17, 12, tzinfo=UTC)
    assert await seasons.end_due() == 1
    shown = await seasons.overview(GUILD)
    assert shown.running is not None
    assert (shown.running.name, shown.running.starts_at) == ("June 2026", clock.now)
    assert shown.running.ends_at == datetime(2026, 7, 1, tzinfo=UTC)
    assert [(one.id, one.ended_at) for one in shown.past] == [(season.id, season.ends_at)]


async def test_a_monthly_season_may_begin_on_the_last_of_december(seasons: Seasons, clock: HandClock) -> None:
    clock.now = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
    season = await begin(seasons, days=None)
    assert (season.name, season.ends_at) == ("December 2026", datetime(2027, 1, 1, tzinfo=UTC))
    assert season.days_left == 1


async def test_a_month_is_named_in_the_language_of_whoever_looks(seasons: Seasons) -> None:
    await begin(seasons, days=None)
    with speaking("de"):
        running = await seasons.running(GUILD)
    assert running is not None
    assert running.name == "März 2026"


async def test_a_season_of_days_ends_by_itself_and_is_the_last(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    await begin(seasons, days=1)
    clock.forward(days=1)
    assert await seasons.end_due() == 1
    shown = await seasons.overview(GUILD)
    assert shown.running is None
    assert [one.name for one in shown.past] == ["Winter"]


async def test_two_processes_that_end_what_is_due_end_it_once(
    seasons: Seasons, elsewhere: School, clock: HandClock
) -> None:
    for guild in range(GUILD, GUILD + 6):
        await begin(seasons, guild, days=None)
    clock.forward(days=40)
    ended = await asyncio.gather(seasons.end_due(), elsewhere.actions.seasons.end_due())
    assert sum(ended) == 6
    assert (await seasons.overview(GUILD)).past_count == 1


async def test_seasons_that_all_end_at_once_are_ended_a_few_in_one_go(
    seasons: Seasons, clock: HandClock
) -> None:
    for guild in range(GUILD, GUILD + 23):
        await begin(seasons, guild, days=None)
    clock.forward(days=40)
    assert [await seasons.end_due() for _ in range(4)] == [10, 10, 3, 0]


async def test_a_season_that_cannot_be_ended_does_not_keep_the_others_running(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    broken, whole = await begin(seasons), await begin(seasons, OTHER_GUILD)
    await poll(school, ADA)
    async with school.database.unit() as unit:
        await unit.seasons.honour([Honour(broken.id, "climber", ADA, 1, 1)])
    clock.forward(days=31)
    with pytest.raises(ExceptionGroup, match="1 seasons could not be ended"):
        await seasons.end_due()
    assert await seasons.running(GUILD) is not None
    assert await seasons.past(OTHER_GUILD, whole.id) is not None


async def test_answers_in_flight_at_the_end_count_for_one_season_and_whole(
    school: School, seasons: Seasons, elsewhere: School
) -> None:
    season = await begin(seasons, days=None)
    opened = [await school.prepare() for _ in range(8)]
    for one in opened:
        await school.polls.posted(one.poll.id, 1)
        for member in (ADA, KOFI, MATEO):
            await school.press(one.poll.id, member, one.asked.key)
    closing = [school.polls.close(one.poll.id, STARTER, moderator=True) for one in opened]
    ending, _ = await asyncio.gather(
        elsewhere.actions.seasons.end(GUILD, season.id), asyncio.gather(*closing)
    )
    assert ending.next is not None
    for member in (ADA, KOFI, MATEO):
        ratings = await school.ratings(member)
        first, second = ratings.get(season.ladder.key), ratings.get(ending.next.ladder.key)
        for one in (first, second):
            if one is not None:
                entries = await school.entries(member, one.ladder)
                assert [entry.sequence for entry in entries] == list(range(1, one.answers + 1))
                assert entries[-1].rating_after == one.rating
        assert sum(one.answers for one in (first, second) if one is not None) == 8
        for honour in ending.ended.honours:
            if honour.kind == "place" and honour.member == member:
                assert first is not None
                assert honour.value == first.rating
        assert (first is not None) == (ending.ended.size == 3)


async def test_honours_go_to_the_first_three_the_climber_and_the_faithful(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    async with school.database.unit() as unit:
        await unit.sightings.note(GUILD, ADA, "Ada", clock())
    await poll(school, MATEO)
    season = await begin(seasons)
    await poll(school, ADA, wrong=(KOFI,))
    clock.forward(days=1)
    await poll(school, KOFI, MATEO)
    ending = await seasons.end(GUILD, season.id)
    ratings = {}
    for member in (ADA, KOFI, MATEO):
        found = await row(school, member, season.ladder)
        assert found is not None
        ratings[member] = found.rating
    order = sorted(ratings, key=lambda member: -ratings[member])
    assert order[-1] == KOFI
    places = [(place, member, ratings[member]) for place, member in enumerate(order, start=1)]
    assert told(ending.ended, "place") == places
    (entry,) = await school.entries(ADA, season.ladder.key)
    assert told(ending.ended, "climber") == [(1, ADA, ratings[ADA] - entry.rating_before)]
    assert told(ending.ended, "faithful") == [(1, KOFI, 2)]
    assert Honoured("climber", 1, ADA, "Ada", ratings[ADA] - entry.rating_before) in ending.ended.honours
    assert ending.ended.size == 3


async def test_hidden_members_are_not_named_among_the_honoured(school: School, seasons: Seasons) -> None:
    season = await begin(seasons)
    await poll(school, ADA, KOFI, wrong=(MATEO,))
    await seasons.end(GUILD, season.id)

    async def first() -> set[int]:
        past = await seasons.past(GUILD, season.id)
        assert past is not None
        return {one.member for one in past.honours if one.place == 1}

    assert await first() == {ADA, KOFI}
    async with school.database.unit() as unit:
        await hide(unit, ADA, school.clock())
    assert await first() == {KOFI}
    past = await seasons.past(GUILD, season.id)
    assert past is not None
    assert past.size == 2
    async with school.database.unit() as unit:
        await show(unit, ADA, school.clock())
    assert await first() == {ADA, KOFI}


async def test_who_is_hidden_at_the_end_wins_nothing(school: School, seasons: Seasons) -> None:
    season = await begin(seasons)
    await poll(school, ADA, wrong=(KOFI,))
    async with school.database.unit() as unit:
        await hide(unit, ADA, school.clock())
    ending = await seasons.end(GUILD, season.id)
    assert {one.member for one in ending.ended.honours} == {KOFI}


async def test_who_fell_silent_during_a_long_season_is_in_its_final_standings(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    season = await begin(seasons, days=200)
    await poll(school, ADA)
    clock.forward(days=100)
    async with school.database.unit() as unit:
        assert await leave_idle(unit, clock()) == 1
    await poll(school, wrong=(KOFI,))
    running = await seasons.running(GUILD)
    assert running is not None
    assert running.size == 1
    ending = await seasons.end(GUILD, season.id)
    assert ending.ended.size == 2
    assert [member for _, member, _ in told(ending.ended, "place")] == [ADA, KOFI]


async def test_a_season_in_which_nobody_answered_has_no_honours(seasons: Seasons) -> None:
    season = await begin(seasons)
    ending = await seasons.end(GUILD, season.id)
    assert (ending.ended.size, ending.ended.honours) == (0, ())


async def test_past_seasons_are_paged_through(seasons: Seasons) -> None:
    ids: list[int] = []
    for _ in range(4):
        season = await begin(seasons)
        await seasons.end(GUILD, season.id)
        ids.insert(0, season.id)
    shown = await seasons.overview(GUILD, offset=1, limit=2)
    assert [one.id for one in shown.past] == ids[1:3]
    assert shown.past_count == 4


def deeds(*ratings: int) -> list[Deeds]:
    return [Deeds(number, rating, 0, 1, 1) for number, rating in enumerate(ratings, start=1)]


def won(kind: str, *shown: Deeds) -> list[tuple[int, int, int]]:
    top = [Spot("season:1:7", one.rating, one.member) for one in shown]
    given = [*places_of(7, top), *honours_of(7, shown)]
    return [(one.place, one.member, one.value) for one in given if one.kind == kind]


def test_equals_share_a_place_and_leave_the_next_one_empty() -> None:
    assert [place for place, _, _ in won("place", *deeds(9, 8, 8, 7))] == [1, 2, 2]
    assert [place for place, _, _ in won("place", *deeds(9, 9, 8, 7))] == [1, 1, 3]
    assert [place for place, _, _ in won("place", *deeds(9, 8, 7, 7))] == [1, 2, 3, 3]
    assert [place for place, _, _ in won("place", *deeds(9))] == [1]


def test_what_a_crowd_would_have_to_share_is_no_honour() -> None:
    assert [place for place, _, _ in won("place", *deeds(9, 8, *[7] * 11))] == [1, 2]
    assert won("place", *deeds(*[7] * 11)) == []
    assert won("climber", *(Deeds(number, 7, 5, 1, 1) for number in range(11))) == []


def test_the_climber_gained_something_and_the_faithful_came_again() -> None:
    assert won("climber", Deeds(1, 9, 0, 1, 1), Deeds(2, 8, -5, 1, 1)) == []
    assert won("climber", Deeds(1, 9, 3, 1, 1), Deeds(2, 8, 3, 1, 1)) == [(1, 1, 3), (1, 2, 3)]
    assert won("faithful", Deeds(1, 9, 0, 1, 50)) == []
    assert won("faithful", Deeds(1, 9, 0, 3, 4), Deeds(2, 8, 0, 3, 5)) == [(1, 2, 3)]


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(-2, 3), st.integers(0, 3), st.integers(1, 3)), max_size=30
    )
)
def test_honours_are_few_and_nobody_better_goes_without(
    drawn: list[tuple[int, int, int, int]],
) -> None:
    drawn.sort(reverse=True)
    shown = [Deeds(member, *values) for member, values in enumerate(drawn, start=1)]
    by_member = {one.member: one for one in shown}
    for kind in ("place", "climber", "faithful"):
        winners = won(kind, *shown)
        assert len({member for _, member, _ in winners}) == len(winners)
        for place, member, _ in winners:
            one = by_member[member]
            if kind == "place":
                assert place == 1 + sum(other.rating > one.rating for other in shown) <= 3
            elif kind == "climber":
                assert one.climbed == max(other.climbed for other in shown) > 0
            else:
                assert one.days == max(other.days for other in shown) >= FEWEST_DAYS
        assert all(sum(place == at for place, _, _ in winners) <= MOST_SHARING for at in range(1, 4))


async def test_final_standings_stay_whoever_leaves_hides_or_has_a_question_voided_later(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    season = await begin(seasons)
    question = "logic-1"
    poll = await school.poll(question)
    for member, option in ((ADA, 1), (KOFI, 1), (MATEO, 0)):
        await school.press(poll, member, option)
    await school.polls.close(poll, STARTER, moderator=True)
    async with school.database.unit() as unit:
        await depart(unit, GUILD, MATEO, clock())
        await hide(unit, ADA, clock())
    ended = (await seasons.end(GUILD, season.id)).ended
    page = await school.database.standings.page(season.ladder.key, 0, 9)
    assert [row.member for row in page.rows] == [KOFI, MATEO]
    assert [member for _, member, _ in told(ended, "place")] == [KOFI, MATEO]
    async with school.database.unit() as unit:
        await depart(unit, GUILD, KOFI, clock())
        await void(unit, f"curated:{question}", at=clock(), guild=None, members=[ADA, KOFI, MATEO])
        await show(unit, ADA, school.clock())
    past = await seasons.past(GUILD, season.id)
    assert past is not None
    after = await school.database.standings.page(season.ladder.key, 0, 9)
    assert {row.member for row in after.rows} == {ADA, KOFI, MATEO}
    assert {row.points for row in after.rows} == {row.points for row in page.rows}
    assert [(place, member) for place, member, _ in told(past, "place")] == [
        (row.rank, row.member) for row in after.rows
    ]
    assert (await verify(school.database, progress=lambda *_: None)).faults == ()


async def test_a_season_waits_for_polls_that_were_due_when_it_ended(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    season = await begin(seasons)
    clock.now = season.ends_at - timedelta(minutes=5)
    poll = await school.poll("logic-1", minutes=4)
    await school.press(poll, ADA, 1)
    clock.now = season.ends_at + timedelta(seconds=1)
    assert await seasons.end_due() == 0
    await school.polls.close(poll)
    assert await seasons.end_due() == 1
    assert await row(school, ADA, season.ladder) is not None


async def test_a_poll_that_cannot_be_closed_holds_up_no_season_for_long(
    school: School, seasons: Seasons, clock: HandClock
) -> None:
    season = await begin(seasons)
    await school.poll("logic-1", minutes=60)
    clock.now = season.ends_at + timedelta(minutes=14)
    assert await seasons.end_due() == 0
    clock.now = season.ends_at + timedelta(minutes=15)
    assert await seasons.end_due() == 1


async def test_what_moderators_do_with_a_season_is_in_the_log_and_most_can_be_taken_back(
    seasons: Seasons, school: School, clock: HandClock
) -> None:
    season = await seasons.start(GUILD, by=STARTER, name="Winter", days=10)
    await seasons.rename(GUILD, season.id, "Spring", STARTER)
    await seasons.rename(GUILD, season.id, "Spring", STARTER)
    await seasons.lengthen(GUILD, season.id, 5, STARTER)
    await seasons.repeat(GUILD, season.id, monthly=True, by=STARTER)
    log = school.actions.audit_log
    entries = (await log.page(GUILD, 0)).entries
    assert [one.what for one in entries] == [
        "season_monthly",
        "season_ends_at",
        "season_name",
        "season_started",
    ]
    for one in entries[:3]:
        await log.undo(GUILD, one.id, STARTER)
    now = await seasons.running(GUILD)
    assert now is not None
    assert (now.name, now.ends_at, now.monthly) == ("Winter", season.ends_at, False)
    lengthened = await seasons.lengthen(GUILD, season.id, 5, STARTER)
    clock.now = season.ends_at + timedelta(days=1)
    latest = (await log.page(GUILD, 0)).entries[0]
    with pytest.raises(Refusal, match="over by then"):
        await log.undo(GUILD, latest.id, STARTER)
    await seasons.end(GUILD, season.id, STARTER)
    ended = (await log.page(GUILD, 0)).entries[0]
    assert (ended.what, ended.before) == ("season_ended", "Winter")
    with pytest.raises(Refusal, match="cannot be taken back"):
        await log.undo(GUILD, ended.id, STARTER)
    with pytest.raises(Refusal, match="has ended"):
        await log.undo(GUILD, entries[3].id, STARTER)
    assert lengthened.ends_at > clock()
