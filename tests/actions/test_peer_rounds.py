"""Peer rounds: until a split question has been asked again, nothing anywhere tells what its answer is."""

from datetime import timedelta

import pytest

from bot.actions.peer_rounds import DISCUSSION
from bot.actions.quizzes import Put
from bot.actions.refusals import Refusal
from bot.actions.series_steps import Ask, Discuss
from bot.actions.versus import NoMatch
from bot.storage import Database
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, CHANNEL, GUILD, MESSAGE, OTHER_GUILD, STARTER, School, make_lesson
from tests.actions.test_series import CROWD, answer, ask, begun, close_due, steps
from tests.conftest import HandClock

BEN, CLEO = CROWD[0], CROWD[5]
"""Who was right at first, and who was not."""
QUESTION = "curated:chance-0"


async def split(school: School, clock: HandClock, *, right: int = 3) -> Ask:
    """The first poll of a series with peer rounds, closed with so many right of six."""
    await begun(school, peer=True)
    first = await ask(school)
    await answer(school, first, right, 6)
    await close_due(school, clock)
    return first


async def asked_again(school: School, clock: HandClock) -> Ask:
    """The discussion is begun and over, and the question is asked again."""
    assert isinstance((await steps(school))[0], Discuss)
    clock.forward(seconds=DISCUSSION.total_seconds())
    return await ask(school)


async def show_all(school: School) -> None:
    """The channel is shown every result that it may be shown, as the clockwork does it."""
    for over in await school.polls.undelivered():
        if await school.actions.series.withheld(over.poll.id) is None:
            await school.polls.delivered(over.poll.id)


async def questions_of(school: School, member: int, guild: int | None = GUILD) -> set[str]:
    """What a quiz asks of the member that is begun now."""
    return {one.question for one in (await school.quiz(member, "chance", guild)).quiz.questions}


class TestQuizzes:
    async def test_the_question_is_in_no_quiz_of_the_server_until_the_round_is_over(
        self, school: School, clock: HandClock
    ) -> None:
        await split(school, clock)
        await show_all(school)
        assert QUESTION not in await questions_of(school, ADA)
        assert QUESTION in await questions_of(school, ADA + 1, OTHER_GUILD)
        await asked_again(school, clock)
        await show_all(school)
        assert QUESTION not in await questions_of(school, ADA + 2)
        await close_due(school, clock)
        await ask(school)
        await show_all(school)
        assert QUESTION in await questions_of(school, ADA + 3)

    async def test_a_quiz_begun_before_neither_puts_it_nor_takes_its_answer(
        self, school: School, clock: HandClock
    ) -> None:
        quiz = (await school.quiz(ADA, "chance")).quiz.id
        shown = await school.next(quiz, ADA)
        while shown.question.question != QUESTION:
            await school.quizzes.answer(quiz, shown.question.position, 0, ADA)
            shown = await school.next(quiz, ADA)
        other = (await school.quiz(BEN, "chance")).quiz.id
        await split(school, clock)
        with pytest.raises(Refusal, match="in an open poll here"):
            await school.quizzes.answer(quiz, shown.question.position, 0, ADA)
        put: object = None
        for _ in range(2):
            put = await school.quizzes.put(other, BEN)
            assert isinstance(put, Put)
            assert put.question.question != QUESTION
            await school.quizzes.answer(other, put.question.position, 0, BEN)
        with pytest.raises(Refusal, match="in an open poll here"):
            await school.quizzes.put(other, BEN)

    @pytest.mark.parametrize("what", ["skip", "stop"])
    async def test_a_discussion_that_is_ended_gives_it_back(
        self, school: School, clock: HandClock, what: str
    ) -> None:
        first = await split(school, clock)
        await steps(school)
        await getattr(school.actions.series, what)(first.series.id, STARTER, moderator=False)
        await steps(school)
        await show_all(school)
        assert QUESTION in await questions_of(school, ADA)


class TestWhatTheMemberSees:
    async def test_a_receipt_says_neither_what_was_asked_nor_whether_it_was_right(
        self, school: School, clock: HandClock
    ) -> None:
        ladders = school.actions.ladders
        await split(school, clock)
        await show_all(school)
        for member in (BEN, CLEO):
            (receipt,) = (await ladders.receipts(member, 0)).receipts
            assert (receipt.stem, receipt.correct, receipt.moved) == ("", False, None)
        await asked_again(school, clock)
        assert (await ladders.receipts(BEN, 0)).receipts[0].moved is None
        await close_due(school, clock)
        await ask(school)
        await show_all(school)
        for member in (BEN, CLEO):
            (receipt,) = (await ladders.receipts(member, 0)).receipts
            assert (receipt.stem, receipt.correct) == ("chance 0?", member == BEN)
            assert receipt.moved is not None

    async def test_the_history_and_the_cards_curve_leave_it_out(
        self, school: School, clock: HandClock
    ) -> None:
        ladders = school.actions.ladders
        before = await school.poll("logic-1")
        for member in (BEN, CLEO):
            await school.press(before, member, 1)
        await school.polls.close(before)
        known = [(await ladders.history(one, GUILD)).points for one in (BEN, CLEO)]
        await split(school, clock)
        quiz = (await school.quiz(BEN, "logic")).quiz.id
        assert [(await ladders.history(one, GUILD)).points for one in (BEN, CLEO)] == known
        assert len((await ladders.card(BEN, GUILD)).recent) == 2
        for _ in range(4):  # one of them is practice by now
            await school.solve(quiz, BEN)
        assert len((await ladders.history(BEN, GUILD)).points) == len(known[0]) + 3
        await asked_again(school, clock)
        await close_due(school, clock)
        await ask(school)
        await show_all(school)
        assert len((await ladders.history(BEN, GUILD)).points) == len(known[0]) + 4
        assert len((await ladders.history(CLEO, GUILD)).points) == len(known[1]) + 1
        assert len((await ladders.card(BEN, GUILD)).recent) == 6

    async def test_neither_the_list_of_lessons_nor_the_own_page_counts_it(
        self, school: School, clock: HandClock
    ) -> None:
        async def right(member: int) -> int | None:
            found = await school.actions.reading.shelf(member, category=None, level=None, text="", number=0)
            mark = found.marks["chance"]
            return mark.right if mark.answered else None

        async def checked(member: int) -> int:
            return (await school.actions.me.profile(member, GUILD)).learned.checked

        await split(school, clock)
        await show_all(school)
        assert (await right(BEN), await right(CLEO)) == (None, None)
        quiz = (await school.quiz(BEN, "chance", OTHER_GUILD)).quiz.id
        for _ in range(3):  # one of them is practice by now
            await school.solve(quiz, BEN)
        assert (await right(BEN), await checked(BEN)) == (2, 0)
        await asked_again(school, clock)
        await show_all(school)
        assert (await right(BEN), await right(CLEO)) == (2, None)
        await close_due(school, clock)
        await ask(school)
        await show_all(school)
        assert (await right(BEN), await right(CLEO)) == (3, 0)
        assert await checked(BEN) == 1

    async def test_a_match_neither_counts_it_nor_begins_until_its_result_is_shown(
        self, database: Database, clock: HandClock
    ) -> None:
        lesson = make_lesson("chance", category="Chance", rating=1800, questions=5, options=3)
        school = School(database, clock, Catalogue((lesson,)))
        match = (await school.quiz(BEN, "chance", OTHER_GUILD, versus=True)).quiz.id
        await split(school, clock)
        await show_all(school)
        stands = await school.quizzes.score(match, BEN)
        assert (stands.own, stands.machine, stands.answered, stands.total) == (0, 0, 0, 5)
        refused = await school.quizzes.open(member=CLEO, lesson="chance", guild=OTHER_GUILD, versus=True)
        assert isinstance(refused, NoMatch)
        assert refused.why == "polls"
        await asked_again(school, clock)
        await close_due(school, clock)
        await ask(school)
        await show_all(school)
        assert (await school.quizzes.score(match, BEN)).answered == 1
        begun = await school.quiz(CLEO, "chance", OTHER_GUILD, versus=True)
        assert begun.match is not None
        assert begun.match.score.answered == 1

    async def test_it_is_no_news_until_its_result_is_shown(self, school: School, clock: HandClock) -> None:
        await split(school, clock)
        await show_all(school)
        assert await school.actions.news.of(BEN) is None
        await asked_again(school, clock)
        await show_all(school)
        assert await school.actions.news.of(BEN) is None
        await close_due(school, clock)
        await show_all(school)
        told = await school.actions.news.of(BEN)
        assert told is not None
        assert told.polls == 1

    @pytest.mark.parametrize("right", [1, 6])
    async def test_answers_that_are_not_split_are_told_as_soon_as_the_channel_is(
        self, school: School, clock: HandClock, right: int
    ) -> None:
        await split(school, clock, right=right)
        await show_all(school)
        (receipt,) = (await school.actions.ladders.receipts(BEN, 0)).receipts
        assert receipt.moved is not None
        assert QUESTION in await questions_of(school, ADA)


class TestLatePresses:
    async def test_one_gets_no_key_and_spends_nothing(self, school: School, clock: HandClock) -> None:
        first = await split(school, clock)
        for member in (ADA, BEN):
            with pytest.raises(Refusal, match="Opinions are split"):
                await school.press(first.shown.poll.id, member, 0)
        assert await school.first_attempts(ADA) == {}

    async def test_one_before_anybody_has_closed_gets_none_either(
        self, school: School, clock: HandClock
    ) -> None:
        await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        clock.forward(minutes=5)
        with pytest.raises(Refusal, match="its result comes in a moment"):
            await school.press(first.shown.poll.id, ADA, 0)
        assert await school.first_attempts(ADA) == {}

    async def test_a_ballot_is_not_even_opened(self, school: School, clock: HandClock) -> None:
        series = await school.actions.series.begin(
            guild=GUILD,
            home=CHANNEL,
            starter=STARTER,
            lesson="chance",
            duration=timedelta(minutes=5),
            ballot="private",
            spoiler=False,
            peer=True,
            locale="en-US",
        )
        await school.actions.series.settled(series.id, CHANNEL)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        with pytest.raises(Refusal, match="Opinions are split"):
            await school.polls.ballot(first.shown.poll.id, member=ADA, message=MESSAGE)
