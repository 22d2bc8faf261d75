"""A lesson's questions, all answered by whatever way, settle a match against its machine; a win earns a title."""

import pytest
from sqlalchemy import text

from bot.actions.ladders import Card
from bot.actions.quizzes import Put
from bot.actions.summaries import Summary
from bot.actions.versus import NoMatch, Played
from bot.storage import Database
from bot.storage.matches import Match, TitleRow
from bot.storage.ratings import RatingRow
from ladder.match import Outcome
from ladder.standings import Ladder
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, School, make_lesson
from tests.conftest import HandClock

FIVE = Catalogue(
    (
        make_lesson("five", rating=1250, questions=5, options=4),
        make_lesson("four", rating=1250, questions=4, options=4),
    )
)


@pytest.fixture
def school(database: Database, clock: HandClock) -> School:
    return School(database, clock, FIVE)


async def play(
    school: School,
    member: int,
    *,
    right: bool,
    lesson: str = "five",
    stop_after: int = 99,
    versus: bool = False,
) -> int:
    """Answer a quiz; its id."""
    quiz = (await school.quiz(member, lesson, versus=versus)).quiz.id
    for _ in range(stop_after):
        put = await school.quizzes.put(quiz, member)
        if not isinstance(put, Put):
            break
        await school.quizzes.answer(quiz, put.question.position, school.place(put, right=right), member)
    return quiz


async def summary(school: School, quiz: int, member: int) -> Summary:
    shown = await school.quizzes.put(quiz, member)
    assert isinstance(shown, Summary)
    return shown


async def card(school: School, member: int) -> Card:
    return await school.actions.ladders.card(member, GUILD)


async def beat(school: School, member: int, difficulty: int, machine: int = 0) -> None:
    """Rig the machine: its draw is fixed by a secret, so tests store a match that is settled."""
    async with school.database.unit() as unit:
        await unit.matches.add(
            [Match(member, "other", 1, difficulty, 5, 5, machine, Outcome.WIN, school.clock(), "quiz:999", 0)]
        )
        await unit.matches.hold_titles([TitleRow(member, Tier.IRON, difficulty, school.clock())])


async def test_the_last_first_answer_settles_the_match_and_says_so_in_the_summary(school: School) -> None:
    quiz = await play(school, ADA, right=False)
    match = (await summary(school, quiz, ADA)).match
    assert match is not None
    assert (match.member, match.lesson, match.attempt) == (ADA, "five", 1)
    assert (match.difficulty, match.questions, match.own) == (1250, 5, 0)
    assert 0 <= match.machine <= 5
    assert match.outcome is (Outcome.DRAW if match.machine == 0 else Outcome.LOSS)


async def test_no_match_is_settled_while_a_question_is_open(school: School) -> None:
    await play(school, ADA, right=True, stop_after=4)
    async with school.database.reading() as unit:
        assert await unit.matches.played([ADA], "five") == frozenset()


async def test_a_lesson_of_four_questions_has_no_match(school: School) -> None:
    quiz = await play(school, ADA, right=True, lesson="four")
    assert (await summary(school, quiz, ADA)).match is None


async def test_polls_alone_complete_a_match_and_the_own_result_says_so(school: School) -> None:
    polls = [await school.poll(f"five-{number}") for number in range(5)]
    for poll, number in zip(polls, range(5), strict=True):
        await school.press(poll, ADA, school.key(f"curated:five-{number}"))
        await school.press(poll, KOFI, 0)
    for poll in polls:
        await school.polls.close(poll)
    told = [await school.polls.own_result(poll, ADA) for poll in polls]
    assert [one.match is not None for one in told] == [False, False, False, False, True]
    match = told[-1].match
    assert match is not None
    assert match.own == 5
    assert match.outcome is not Outcome.LOSS
    async with school.database.reading() as unit:
        assert await unit.matches.played([ADA, KOFI], "five") == {ADA, KOFI}


async def test_polls_and_a_quiz_together_complete_one_match(school: School) -> None:
    poll = await school.poll("five-0")
    await school.press(poll, ADA, school.key("curated:five-0"))
    await play(school, ADA, right=True)
    await school.polls.close(poll)
    match = (await school.polls.own_result(poll, ADA)).match
    assert match is not None
    assert match.own == 5


async def test_another_process_and_a_retry_meet_the_same_machine(school: School, database: Database) -> None:
    await play(school, ADA, right=True)
    async with database.unit() as unit:
        first = await unit.facts.get("machine secret")
        assert await unit.facts.keep("machine secret", "00" * 32) == first
    other = School(database, school.clock, FIVE)
    await play(other, KOFI, right=True)
    async with database.reading() as unit:
        assert await unit.facts.get("machine secret") == first


async def test_a_win_with_the_rating_there_makes_the_title_in_the_same_transaction(school: School) -> None:
    await beat(school, ADA, 1250)
    assert (await card(school, ADA)).title is Tier.IRON
    await play(school, ADA, right=True)
    shown = await card(school, ADA)
    assert shown.world is not None
    assert shown.world.rating >= 1200
    assert shown.title is Tier.BRONZE
    assert shown.next is not None
    assert shown.next.tier is Tier.SILVER
    assert shown.next.needs_win


async def test_a_rating_without_a_win_stays_in_iron_and_says_whom_to_beat(school: School) -> None:
    quiz = await play(school, ADA, right=True, lesson="four")
    assert (await summary(school, quiz, ADA)).title is Tier.IRON
    shown = await card(school, ADA)
    assert shown.world is not None
    assert shown.world.rating >= 1200
    assert shown.title is Tier.IRON
    assert shown.next is not None
    assert (shown.next.tier, shown.next.points_missing, shown.next.needs_win) == (Tier.BRONZE, 0, True)


async def test_a_title_is_lost_only_more_than_fifty_points_below_its_floor(school: School) -> None:
    async with school.database.unit() as unit:
        now = school.clock()
        await unit.ratings.write(
            [RatingRow(ADA, Ladder.world().key, 1600.0, 200.0, 1599, 200, 150, 0, now, True)], before=[]
        )
        await unit.matches.hold_titles([TitleRow(ADA, Tier.GOLD, 1650, now)])
    titles: list[tuple[int, Tier]] = []
    quiz = (await school.quiz(ADA, "five")).quiz.id
    while isinstance(put := await school.quizzes.put(quiz, ADA), Put):
        await school.quizzes.answer(quiz, put.question.position, school.place(put, right=False), ADA)
        shown = await card(school, ADA)
        assert shown.world is not None
        titles.append((shown.world.rating, shown.title))
    assert titles[-1][0] < 1550
    for rating, title in titles:
        assert title is (Tier.GOLD if rating >= 1550 else Tier.SILVER)


async def test_a_match_is_settled_once_though_the_lesson_gains_a_question(
    school: School, database: Database
) -> None:
    await play(school, ADA, right=False)
    grown = School(database, school.clock, Catalogue((make_lesson("five", rating=1250, questions=6),)))
    await play(grown, ADA, right=True)
    async with database.reading() as unit:
        rows = await unit.matches.first_answers([ADA], [f"curated:five-{number}" for number in range(6)])
        assert len(rows[ADA]) == 6
        counted = await unit.facts._connection.scalar(text("SELECT count(*) FROM matches"))
    assert counted == 1


async def matches(school: School, member: int = ADA) -> list[Match]:
    async with school.database.reading() as unit:
        return sorted(await unit.matches.of([member]), key=lambda match: match.attempt)


async def lose(school: School) -> None:
    """All wrong: at best a draw against a machine that is all wrong as well."""
    await play(school, ADA, right=False)
    (match,) = await matches(school)
    assert match.outcome is not Outcome.WIN


async def test_seven_days_after_a_match_that_was_not_won_all_questions_make_a_rematch(
    school: School, clock: HandClock
) -> None:
    await lose(school)
    before = await school.ratings(ADA)
    clock.forward(days=6, hours=23)
    too_early = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD, versus=True)
    assert isinstance(too_early, Played)
    clock.forward(hours=1)
    assert (await school.quiz(ADA, "five")).match is not None, "a check offers it"
    opening = await school.quiz(ADA, "five", versus=True)
    assert (opening.quiz.attempt, len(opening.quiz.questions), opening.rated) == (2, 5, 0)
    quiz = await play(school, ADA, right=True, versus=True)
    _, rematch = await matches(school)
    assert (rematch.attempt, rematch.own, rematch.source) == (2, 5, f"quiz:{quiz}")
    assert rematch.outcome is (Outcome.DRAW if rematch.machine == 5 else Outcome.WIN)
    assert (await summary(school, quiz, ADA)).match == rematch
    after = await school.ratings(ADA)
    assert after == before, "a rematch is unrated"


async def test_a_rematch_that_is_won_brings_the_title_and_is_the_last(
    school: School, clock: HandClock
) -> None:
    await lose(school)
    async with school.database.unit() as unit:
        held = await unit.ratings.hold([ADA])
        world = next(row for row in held if row.ladder == Ladder.world().key)
        high = world._replace(estimate=1700.0, rating=1650)
        await unit.ratings.write([high], before=[world])
    for attempt in range(2, 9):
        clock.forward(days=7)
        assert (await school.quiz(ADA, "five", versus=True)).quiz.attempt == attempt
        await play(school, ADA, right=True, versus=True)
        if (await matches(school))[-1].outcome is Outcome.WIN:
            break
    assert (await card(school, ADA)).title is Tier.BRONZE
    clock.forward(days=30)
    over = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD, versus=True)
    assert isinstance(over, Played)
    assert over.match.outcome is Outcome.WIN
    assert (await school.quiz(ADA, "five")).match is None


async def test_what_stays_unanswered_in_a_rematch_counts_as_wrong(school: School, clock: HandClock) -> None:
    await lose(school)
    clock.forward(days=7)
    await play(school, ADA, right=True, stop_after=2, versus=True)
    clock.forward(days=2)
    await school.quizzes.expire()
    _, rematch = await matches(school)
    assert (rematch.own, rematch.questions) == (2, 5)


async def test_a_rematch_that_was_never_begun_is_none(school: School, clock: HandClock) -> None:
    await lose(school)
    clock.forward(days=7)
    await school.quiz(ADA, "five", versus=True)
    clock.forward(days=2)
    await school.quizzes.expire()
    assert len(await matches(school)) == 1
    assert (await school.quiz(ADA, "five", versus=True)).quiz.attempt == 2


async def test_there_is_no_rematch_while_a_question_is_in_an_open_poll_here(
    school: School, clock: HandClock
) -> None:
    await lose(school)
    clock.forward(days=7)
    await school.poll("five-1")
    found = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD, versus=True)
    assert isinstance(found, NoMatch)
    assert found.why == "polls"
    opening = await school.quiz(ADA, "five")
    assert (opening.quiz.attempt, opening.held_back) == (1, 1)


async def test_the_machine_answers_a_rematch_anew_and_the_same_however_often_it_is_asked(
    school: School, clock: HandClock
) -> None:
    async with school.database.unit() as unit:
        await unit.facts.put("machine secret", "17" * 32)
    await lose(school)
    seen: set[int] = set()
    for _ in range(8):
        clock.forward(days=7)
        await play(school, ADA, right=False, versus=True)
        seen.add((await matches(school))[-1].machine)
    assert len(seen) > 1
