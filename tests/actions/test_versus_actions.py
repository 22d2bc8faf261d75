"""Versus the machine at one go: its odds, its score, its end, and one open quiz a person."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from sqlalchemy.engine import URL

from bot.actions.climbing import Climb
from bot.actions.openings import Busy, Opening
from bot.actions.quizzes import Put
from bot.actions.refusals import Refusal
from bot.actions.summaries import Summary
from bot.actions.versus import NoMatch, Played
from bot.storage import Database
from bot.storage.matches import Match, TitleRow
from bot.storage.quizzes import TIME_RAN_OUT
from bot.storage.ratings import RatingRow
from ladder.match import Outcome, machine_answers
from ladder.standings import Ladder
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, OTHER_GUILD, School, make_lesson
from tests.conftest import HandClock

SECRET = "17" * 32
TAUGHT = Catalogue(
    (
        make_lesson("five", rating=1880, questions=5),
        make_lesson("easy", rating=1250, questions=5),
        make_lesson("four", rating=1250, questions=4),
        make_lesson("own", rating=1250, questions=5, owner="academy"),
    )
)


@pytest.fixture
async def school(database: Database, clock: HandClock) -> School:
    async with database.unit() as unit:
        await unit.facts.put("machine secret", SECRET)
    return School(database, clock, TAUGHT)


@pytest.fixture
async def elsewhere(url: URL, clock: HandClock) -> AsyncGenerator[School]:
    """The same bot in another process."""
    opened = Database(url)
    yield School(opened, clock, TAUGHT)
    await opened.close()


def taught_without(*gone: str) -> Catalogue:
    """The library after an edit: lessons, or single questions, are no longer in it."""
    kept = (
        replace(lesson, questions=tuple(one for one in lesson.questions if one.id not in gone))
        for lesson in TAUGHT.lessons
        if lesson.slug not in gone
    )
    return Catalogue(tuple(kept))


async def rate(school: School, member: int, estimate: float, *, evidence: float = 200.0) -> None:
    """Give a member a rating in the world that somebody has long had."""
    row = RatingRow(
        member, Ladder.world().key, estimate, evidence, int(estimate), 200, 150, 0, school.clock(), True
    )
    async with school.database.unit() as unit:
        await unit.ratings.write([row], before=[])


async def challenge(
    school: School, member: int = ADA, lesson: str = "five", guild: int | None = GUILD
) -> Opening:
    return await school.quiz(member, lesson, guild, versus=True)


async def ended(school: School, quiz: int, member: int = ADA) -> Summary:
    shown = await school.quizzes.put(quiz, member)
    assert isinstance(shown, Summary)
    return shown


async def matches(school: School, member: int = ADA) -> list[Match]:
    async with school.database.reading() as unit:
        return sorted(await unit.matches.of([member]), key=lambda match: match.attempt)


def machine(question: str, member: int = ADA, attempt: int = 1) -> bool:
    return machine_answers(bytes.fromhex(SECRET), member, question, attempt, 4)


def machine_total(lesson: str, member: int = ADA, attempt: int = 1) -> int:
    return sum(machine(one.identity, member, attempt) for one in TAUGHT.lesson(lesson).questions)


def beaten_by(lesson: str) -> int:
    """A member against whom the machine misses at least one question."""
    return next(member for member in range(ADA, ADA + 500) if machine_total(lesson, member) < 5)


async def test_the_odds_are_those_of_the_design(school: School) -> None:
    await rate(school, ADA, 1720.0)
    match = (await challenge(school)).match
    assert match is not None
    assert (match.odds.win, match.odds.draw, match.odds.loss) == pytest.approx(
        (0.203601, 0.217702, 0.578697), abs=1e-6
    )
    assert not match.provisional
    unknown = (await challenge(school, KOFI)).match
    assert unknown is not None
    assert unknown.provisional
    assert unknown.odds.win < match.odds.win


async def test_the_machine_is_told_only_where_the_member_has_answered(school: School) -> None:
    opening = await challenge(school)
    assert opening.match is not None
    assert (opening.match.score.answered, opening.match.score.machine) == (0, 0)
    own = theirs = 0
    for number in range(5):
        put = await school.next(opening.quiz.id, ADA)
        assert put.score is not None
        assert (put.score.own, put.score.machine, put.score.answered) == (own, theirs, number)
        right = number != 1
        await school.quizzes.answer(
            opening.quiz.id, put.question.position, school.place(put, right=right), ADA
        )
        own, theirs = own + right, theirs + machine(put.question.question)
        stands = await school.quizzes.score(opening.quiz.id, ADA)
        assert (stands.own, stands.machine, stands.answered, stands.total) == (own, theirs, number + 1, 5)
    shown = await ended(school, opening.quiz.id)
    assert shown.match is not None
    assert (shown.match.own, shown.match.machine) == (4, machine_total("five"))
    assert shown.match.outcome is (
        Outcome.WIN if theirs < 4 else Outcome.DRAW if theirs == 4 else Outcome.LOSS
    )


async def test_a_match_rates_first_answers_as_always_and_gives_nothing_of_its_own(school: School) -> None:
    opening, check = await challenge(school), await school.quiz(KOFI, "five")
    for number in range(5):
        await school.solve(opening.quiz.id, ADA, right=number > 1)
        await school.solve(check.quiz.id, KOFI, right=number > 1)
    mine, theirs = await school.ratings(ADA), await school.ratings(KOFI)
    assert {key: (row.estimate, row.rating) for key, row in mine.items()} == {
        key: (row.estimate, row.rating) for key, row in theirs.items()
    }


async def test_first_answers_that_were_given_before_stand_and_only_the_rest_is_asked(
    school: School, clock: HandClock
) -> None:
    poll = await school.poll("five-0")
    await school.press(poll, ADA, school.key("curated:five-0"))
    await school.polls.close(poll)
    check = await school.quiz(ADA, "five")
    asked = await school.next(check.quiz.id, ADA)
    while asked.question.question == "curated:five-0":
        await school.solve(check.quiz.id, ADA)
        asked = await school.next(check.quiz.id, ADA)
    await school.quizzes.answer(check.quiz.id, asked.question.position, school.place(asked, right=False), ADA)
    opening = await challenge(school)
    assert opening.match is not None
    stands = opening.match.score
    known = ["curated:five-0", asked.question.question]
    assert (stands.own, stands.machine, stands.answered) == (1, sum(map(machine, known)), 2)
    assert {one.question for one in opening.quiz.questions}.isdisjoint(known)
    for _ in range(3):
        await school.solve(opening.quiz.id, ADA)
    match = (await ended(school, opening.quiz.id)).match
    assert match is not None
    assert (match.own, match.questions, match.machine) == (4, 5, machine_total("five"))


@pytest.mark.parametrize("leaving", ["given up", "a day passes"])
async def test_whoever_leaves_a_match_has_the_rest_wrong_in_it_and_unmet_for_the_rating(
    school: School, clock: HandClock, leaving: str
) -> None:
    opening = await challenge(school)
    await school.solve(opening.quiz.id, ADA)
    shown = await school.next(opening.quiz.id, ADA)
    if leaving == "given up":
        other = await school.quizzes.instead(opening.quiz.id, member=ADA, lesson="four", guild=GUILD)
        assert isinstance(other, Opening)
    else:
        clock.forward(hours=25)
        await school.quizzes.expire()
    (match,) = await matches(school)
    assert (match.own, match.questions, match.machine) == (1, 5, machine_total("five"))
    assert [entry.correct for entry in await school.entries(ADA)] == [True, False]
    assert len(await school.first_attempts(ADA)) == 2
    summary = await ended(school, opening.quiz.id)
    assert summary.quiz.questions[shown.question.position].option == TIME_RAN_OUT
    assert summary.match == match


async def test_a_match_that_was_opened_and_never_begun_is_none(school: School, clock: HandClock) -> None:
    await challenge(school)
    clock.forward(hours=25)
    await school.quizzes.expire()
    assert await matches(school) == []


async def test_there_is_no_match_against_what_has_no_machine(school: School) -> None:
    for lesson, why in (("four", "short"), ("own", "own")):
        found = await school.quizzes.open(member=ADA, lesson=lesson, guild=GUILD, versus=True)
        assert isinstance(found, NoMatch)
        assert found.why == why
        assert (await school.quiz(ADA, lesson)).match is None


async def test_what_waits_in_an_open_poll_puts_the_match_off_wherever_it_was_answered(
    school: School,
) -> None:
    poll = await school.poll("five-1")
    await school.press(poll, ADA, 0)
    for guild in (GUILD, OTHER_GUILD, None):
        found = await school.quizzes.open(member=ADA, lesson="five", guild=guild, versus=True)
        assert isinstance(found, NoMatch)
        assert found.why == "polls"
    elsewhere = await school.quizzes.open(member=KOFI, lesson="five", guild=OTHER_GUILD, versus=True)
    assert isinstance(elsewhere, Opening)
    await school.polls.close(poll)
    assert isinstance(await challenge(school), Opening)


async def test_a_match_waits_for_a_question_that_came_into_an_open_poll_and_takes_the_polls_answer(
    school: School, clock: HandClock
) -> None:
    opening = await challenge(school)
    for _ in range(4):
        await school.solve(opening.quiz.id, ADA)
    left = opening.quiz.questions[4].question
    poll = await school.poll(left.partition(":")[2], minutes=3000)
    with pytest.raises(Refusal, match="in an open poll here"):
        await school.quizzes.put(opening.quiz.id, ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    assert await matches(school) == []
    await school.press(poll, ADA, school.key(left))
    await school.polls.close(poll)
    (match,) = await matches(school)
    assert (match.own, match.source) == (5, f"poll:{poll}")
    assert (await ended(school, opening.quiz.id)).match == match


async def test_a_settled_match_is_shown_again_until_its_rematch_opens(
    school: School, clock: HandClock
) -> None:
    opening = await challenge(school)
    for _ in range(5):
        await school.solve(opening.quiz.id, ADA, right=False)
    again = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD, versus=True)
    assert isinstance(again, Played)
    assert again.match == (await matches(school))[0]
    clock.forward(days=7)
    rematch = await challenge(school)
    assert rematch.match is not None
    assert (rematch.quiz.attempt, rematch.quiz.kind, len(rematch.match.left)) == (2, "versus", 5)
    await school.solve(rematch.quiz.id, ADA)
    stands = await school.quizzes.score(rematch.quiz.id, ADA)
    first = next(one for one in rematch.quiz.questions if one.position == 0)
    assert (stands.own, stands.machine) == (1, machine(first.question, attempt=2))


async def test_a_win_that_was_the_missing_piece_raises_the_title_and_says_from_what(school: School) -> None:
    member = beaten_by("five")
    await rate(school, member, 1843.0)
    async with school.database.unit() as unit:
        await unit.matches.hold_titles([TitleRow(member, Tier.GOLD, 1650, school.clock())])
        gold = Match(member, "gold", 1, 1650, 5, 5, 0, Outcome.WIN, school.clock(), "quiz:999", 0)
        await unit.matches.add([gold])
    opening = await challenge(school, member)
    for _ in range(5):
        await school.solve(opening.quiz.id, member)
    shown = await ended(school, opening.quiz.id, member)
    assert shown.match is not None
    assert shown.match.outcome is Outcome.WIN
    assert shown.title is Tier.PLATINUM
    assert shown.climb is not None
    assert shown.climb.after is Tier.PLATINUM
    assert shown.missing is not None
    assert shown.missing.tier is Tier.DIAMOND


async def test_a_win_without_the_rating_says_what_is_missing(school: School) -> None:
    member = beaten_by("five")
    opening = await challenge(school, member)
    for _ in range(5):
        await school.solve(opening.quiz.id, member)
    shown = await ended(school, opening.quiz.id, member)
    assert shown.missing is not None
    assert shown.rating is not None
    assert shown.title < Tier.PLATINUM
    assert shown.missing.points_missing == shown.missing.tier.floor - shown.rating
    assert not shown.missing.needs_win


async def test_polls_that_raise_a_title_are_told_as_news_once(school: School) -> None:
    member = beaten_by("easy")
    polls = [await school.poll(f"easy-{number}") for number in range(5)]
    for number, poll in enumerate(polls):
        await school.press(poll, member, school.key(f"curated:easy-{number}"))
    for poll in polls:
        await school.polls.close(poll)
        await school.polls.delivered(poll)
    told = await school.actions.news.of(member)
    assert told is not None
    assert [one.outcome for one in told.matches] == [Outcome.WIN]
    assert told.climb == Climb(Tier.IRON, Tier.BRONZE)
    assert (await school.polls.own_result(polls[-1], member)).climb == told.climb
    assert (await school.polls.own_result(polls[0], member)).climb is None
    assert await school.actions.news.of(member) is None


async def test_the_summary_counts_the_xp_of_first_answers_once(school: School) -> None:
    opening = await school.quiz(ADA, "four")
    for number in range(4):
        await school.solve(opening.quiz.id, ADA, right=number > 0)
    assert (await ended(school, opening.quiz.id)).xp == 30
    async with school.database.reading() as unit:
        assert await unit.experience.total(ADA) == 30
    practice = await school.quiz(ADA, "four")
    for _ in range(4):
        await school.solve(practice.quiz.id, ADA)
    assert (await ended(school, practice.quiz.id)).xp == 0


class TestOneOpenQuiz:
    async def test_a_second_lesson_asks_what_to_do_with_the_first(self, school: School) -> None:
        first = await school.quiz(ADA, "four")
        await school.next(first.quiz.id, ADA)
        for versus in (False, True):
            found = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD, versus=versus)
            assert isinstance(found, Busy)
            assert (found.quiz.id, found.wanted.slug, found.versus) == (first.quiz.id, "five", versus)
            assert (found.costs, found.unshown) == (1, 3)
        assert isinstance(await school.quizzes.put(first.quiz.id, ADA), Put)
        assert await school.entries(ADA) == []

    async def test_a_quiz_of_which_nothing_was_shown_makes_room_without_a_word(self, school: School) -> None:
        first = await school.quiz(ADA, "four")
        second = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD)
        assert isinstance(second, Opening)
        assert await school.quizzes.left_open(ADA) is None
        assert (await ended(school, first.quiz.id)).rated == 0
        assert await school.first_attempts(ADA) == {}

    async def test_giving_up_counts_what_is_shown_and_nothing_else(self, school: School) -> None:
        first = await school.quiz(ADA, "four")
        await school.solve(first.quiz.id, ADA)
        shown = await school.next(first.quiz.id, ADA)
        second = await school.quizzes.instead(first.quiz.id, member=ADA, lesson="five", guild=GUILD)
        assert isinstance(second, Opening)
        entries = await school.entries(ADA)
        assert [(one.question, one.correct) for one in entries[1:]] == [(shown.question.question, False)]
        assert len(await school.first_attempts(ADA)) == 2
        again = await school.quizzes.instead(first.quiz.id, member=ADA, lesson="five", guild=GUILD)
        assert isinstance(again, Opening)
        assert again.quiz.id == second.quiz.id
        assert len(await school.entries(ADA)) == 2

    async def test_practice_is_given_up_for_nothing(self, school: School) -> None:
        first = await school.quiz(ADA, "four")
        for _ in range(4):
            await school.solve(first.quiz.id, ADA)
        again = await school.quiz(ADA, "four")
        await school.next(again.quiz.id, ADA)
        found = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD)
        assert isinstance(found, Busy)
        assert found.costs == 0
        before = await school.ratings(ADA)
        await school.quizzes.instead(again.quiz.id, member=ADA, lesson="five", guild=GUILD)
        assert await school.ratings(ADA) == before

    async def test_nothing_is_given_up_for_what_cannot_be_opened(self, school: School) -> None:
        first = await school.quiz(ADA, "four")
        await school.next(first.quiz.id, ADA)
        for number in range(5):
            await school.poll(f"five-{number}")
        with pytest.raises(Refusal, match="open poll"):
            await school.quizzes.instead(first.quiz.id, member=ADA, lesson="five", guild=GUILD)
        with pytest.raises(Refusal, match="no lesson"):
            await school.quizzes.instead(first.quiz.id, member=ADA, lesson="alchemy", guild=GUILD)
        left = await school.quizzes.left_open(ADA)
        assert left is not None
        assert left.id == first.quiz.id
        assert await school.entries(ADA) == []

    async def test_two_devices_at_once_open_one_quiz(self, school: School, elsewhere: School) -> None:
        outlooks = await asyncio.gather(
            *(
                process.quizzes.open(member=ADA, lesson=lesson, guild=GUILD, versus=versus)
                for process in (school, elsewhere)
                for lesson, versus in (("five", True), ("five", False), ("easy", True), ("four", False))
            )
        )
        async with school.database.reading() as unit:
            assert len(await unit.quizzes.unfinished(ADA)) == 1
        assert any(isinstance(one, Opening) for one in outlooks)

    async def test_giving_up_on_two_devices_and_answering_on_a_third_counts_once(
        self, school: School, elsewhere: School
    ) -> None:
        for member in range(ADA, ADA + 6):
            first = await school.quiz(member, "four")
            put = await school.next(first.quiz.id, member)
            place = school.place(put, right=True)
            await asyncio.gather(
                school.quizzes.instead(first.quiz.id, member=member, lesson="five", guild=GUILD),
                elsewhere.quizzes.instead(first.quiz.id, member=member, lesson="easy", guild=GUILD),
                school.quizzes.answer(first.quiz.id, put.question.position, place, member),
                return_exceptions=True,
            )
            assert len(await school.entries(member)) == 1
            async with school.database.reading() as unit:
                assert len(await unit.quizzes.unfinished(member)) == 1

    async def test_what_is_shown_counts_when_it_is_given_up_though_it_is_in_an_open_poll_by_now(
        self, school: School
    ) -> None:
        first = await school.quiz(ADA, "four")
        put = await school.next(first.quiz.id, ADA)
        poll = await school.poll(put.question.question.partition(":")[2])
        await school.quizzes.instead(first.quiz.id, member=ADA, lesson="five", guild=GUILD)
        await school.press(poll, ADA, school.key(put.question.question))
        await school.polls.close(poll)
        assert [(one.source, one.correct) for one in await school.entries(ADA)] == [
            (f"quiz:{first.quiz.id}", False)
        ]


class TestALibraryThatChanges:
    async def test_a_question_that_was_shown_and_is_gone_never_counts_as_wrong(
        self, school: School, clock: HandClock
    ) -> None:
        opening = await school.quiz(ADA, "four")
        put = await school.next(opening.quiz.id, ADA)
        later = School(school.database, clock, taught_without(put.question.question.partition(":")[2]))
        following = await later.next(opening.quiz.id, ADA)
        assert following.question.question != put.question.question
        for _ in range(3):
            await later.solve(opening.quiz.id, ADA)
        shown = await later.quizzes.put(opening.quiz.id, ADA)
        assert isinstance(shown, Summary)
        assert (shown.correct, shown.total, shown.lost, shown.rated) == (3, 3, 1, 3)

    @pytest.mark.parametrize("versus", [False, True])
    async def test_a_lesson_that_is_gone_ends_its_quiz_without_a_loss(
        self, school: School, clock: HandClock, versus: bool
    ) -> None:
        opening = await school.quiz(ADA, "five", versus=versus)
        await school.solve(opening.quiz.id, ADA)
        await school.next(opening.quiz.id, ADA)
        later = School(school.database, clock, taught_without("five"))
        shown = await later.quizzes.put(opening.quiz.id, ADA)
        assert isinstance(shown, Summary)
        assert (shown.correct, shown.total, shown.lost, shown.match) == (1, 1, 4, None)
        assert len(await later.entries(ADA)) == 1

    async def test_a_lost_question_costs_nothing_when_its_day_is_over(
        self, school: School, clock: HandClock
    ) -> None:
        opening = await school.quiz(ADA, "four")
        await school.next(opening.quiz.id, ADA)
        later = School(school.database, clock, taught_without("four"))
        clock.forward(hours=25)
        await later.quizzes.expire()
        assert await later.entries(ADA) == []
        assert await later.quizzes.left_open(ADA) is None

    async def test_a_question_that_is_new_since_the_match_began_counts_for_nobody(
        self, school: School, clock: HandClock
    ) -> None:
        opening = await challenge(school)
        grown = Catalogue((make_lesson("five", rating=1880, questions=6),))
        later = School(school.database, clock, grown)
        for _ in range(5):
            await later.solve(opening.quiz.id, ADA)
        (match,) = await matches(later)
        assert (match.own, match.questions, match.machine) == (5, 5, machine_total("five"))

    async def test_a_match_with_too_few_questions_left_is_none(
        self, school: School, clock: HandClock
    ) -> None:
        opening = await challenge(school)
        put = await school.next(opening.quiz.id, ADA)
        later = School(school.database, clock, taught_without(put.question.question.partition(":")[2]))
        for _ in range(4):
            await later.solve(opening.quiz.id, ADA)
        shown = await later.quizzes.put(opening.quiz.id, ADA)
        assert isinstance(shown, Summary)
        assert (shown.lost, shown.match) == (1, None)
        assert await matches(later) == []


async def test_a_match_that_the_library_made_whole_is_settled_when_it_is_asked_for(
    school: School, clock: HandClock
) -> None:
    six = School(school.database, clock, Catalogue((make_lesson("five", rating=1880, questions=6),)))
    last = await six.poll("five-5", minutes=3000)
    check = await six.quiz(ADA, "five")
    for _ in range(5):
        await six.solve(check.quiz.id, ADA)
    assert await matches(six) == []
    found = await school.quizzes.open(member=ADA, lesson="five", guild=GUILD, versus=True)
    assert isinstance(found, Played)
    (match,) = await matches(school)
    assert (match.own, match.questions) == (5, 5)
    await school.polls.close(last)
    assert await matches(school) == [match]
