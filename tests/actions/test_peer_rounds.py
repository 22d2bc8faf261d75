"""Peer rounds: until a split question has been asked again, nothing anywhere tells what its answer is, or moves by it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions.peer_rounds import DISCUSSION
from bot.actions.presence import KEPT_FOR
from bot.actions.quizzes import Put
from bot.actions.refusals import Refusal
from bot.actions.series_steps import ATTEMPTS, PATIENCE, Ask, BreakOff, Discuss, SumUp
from bot.actions.versus import NoMatch
from bot.storage import Database
from bot.storage.columns import metadata
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
        if over.poll.state != "withheld":
            await school.polls.delivered(over.poll.id)


async def sweep(*processes: School) -> None:
    """Whatever round is over is ended, by all processes at once, as the clockwork does it."""
    for poll in await processes[0].polls.rounds_over():
        await asyncio.gather(*(process.polls.end_round(poll) for process in processes))


LOOKED_AT = (
    "journal",
    "ratings",
    "places",
    "histogram",
    "experience",
    "activity",
    "matches",
    "titles",
    "promotions",
    "role_dues",
)
"""Tables of what anybody can look at that a rating moves."""


async def looked_at(school: School) -> dict[str, Sequence[Any]]:
    """All that is in them."""
    async with school.database.reading() as unit:
        return {
            name: (await unit.polls._connection.execute(select(metadata.tables[name]))).all()
            for name in LOOKED_AT
        }


async def rated(school: School, poll: int) -> dict[int, int]:
    """By member who answered it, how often this poll has moved their rating in the world."""
    return {
        member: [entry.source for entry in await school.entries(member)].count(f"poll:{poll}")
        for member in await school.answers(poll)
    }


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
    async def test_no_receipt_tells_of_it(self, school: School, clock: HandClock) -> None:
        ladders = school.actions.ladders
        await split(school, clock)
        await asked_again(school, clock)
        for member in (BEN, CLEO):
            assert (await ladders.receipts(member, 0)).receipts == ()
        await close_due(school, clock)
        for member in (BEN, CLEO):
            (receipt,) = (await ladders.receipts(member, 0)).receipts
            assert (receipt.stem, receipt.correct) == ("chance 0?", member == BEN)

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
        assert len((await school.actions.ladders.receipts(BEN, 0)).receipts) == 1
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


class TestRating:
    """Whatever ends a round rates every answer of its first poll, once; and until then nothing moves."""

    @pytest.fixture
    async def first(self, school: School, clock: HandClock) -> Ask:
        """The first poll of a round, with six answers of which three are right."""
        return await split(school, clock)

    async def test_nothing_that_anybody_can_look_at_moves_before_the_result_is_shown(
        self, school: School, clock: HandClock
    ) -> None:
        lesson = make_lesson("chance", category="Chance", rating=1800, questions=5, options=3)
        school = School(school.database, clock, Catalogue((lesson,)))
        before = await looked_at(school)
        first = await split(school, clock)
        await school.polls.close(first.shown.poll.id)
        assert await looked_at(school) == before
        quiz = (await school.quiz(BEN, "chance", OTHER_GUILD)).quiz.id
        for _ in lesson.questions:  # after which a match waits for the poll alone
            await school.solve(quiz, BEN)
        before = await looked_at(school)
        again = await asked_again(school, clock)
        for member in (BEN, CLEO):
            await school.press(again.shown.poll.id, member, 0)
        assert await looked_at(school) == before
        assert before["matches"] == []
        await close_due(school, clock)
        assert set((await rated(school, first.shown.poll.id)).values()) == {1}
        assert len((await looked_at(school))["matches"]) == 1
        await school.audit([BEN, CLEO])

    @pytest.mark.parametrize("how", ["time", "hand", "cancel", "skip", "stop"])
    async def test_the_end_of_the_second_poll_rates_the_first_one_once(
        self, school: School, elsewhere: School, clock: HandClock, first: Ask, how: str
    ) -> None:
        again = (await asked_again(school, clock)).shown.poll
        await school.press(again.id, ADA, 0)
        clock.forward(seconds=10)

        async def end(process: School) -> None:
            series = process.actions.series
            if how == "time":
                await process.polls.close_due(again.id)
            elif how == "hand":
                await process.polls.close(again.id, STARTER)
            elif how == "cancel":
                await process.polls.cancel(again.id, STARTER)
            else:
                await getattr(series, how)(first.series.id, STARTER, moderator=False)

        if how == "time":
            clock.forward(minutes=5)
        await asyncio.gather(*(end(one) for one in (school, elsewhere)), return_exceptions=True)
        assert set((await rated(school, first.shown.poll.id)).values()) == {1}
        assert await school.entries(ADA) == [], "what was answered after the discussion rates nobody"
        await sweep(school, elsewhere)
        for process in (school, elsewhere):
            await process.polls.close(first.shown.poll.id)
        assert set((await rated(school, first.shown.poll.id)).values()) == {1}
        own = await school.polls.own_result(first.shown.poll.id, BEN)
        assert own.moved
        assert own.poll.closed_at == clock()

    @pytest.mark.parametrize("what", ["skip", "stop"])
    async def test_a_process_that_ends_between_ending_a_discussion_and_rating_leaves_that_to_the_next(
        self, school: School, elsewhere: School, clock: HandClock, first: Ask, what: str
    ) -> None:
        async with school.database.unit() as unit:
            series = await unit.series.get(first.series.id)
            assert series is not None
            changed = {"next_at": first.shown.poll.opened_at} if what == "skip" else {"state": "stopped"}
            await unit.series.change(series, **changed)
        assert set((await rated(school, first.shown.poll.id)).values()) == {0}
        with pytest.raises(Refusal, match="Opinions are split"):
            await school.polls.own_result(first.shown.poll.id, BEN)
        await sweep(elsewhere, school)
        await sweep(elsewhere, school)
        assert set((await rated(school, first.shown.poll.id)).values()) == {1}

    async def test_a_series_that_cannot_go_on_rates_what_it_withholds(
        self, school: School, clock: HandClock, first: Ask
    ) -> None:
        await steps(school)
        clock.forward(seconds=DISCUSSION.total_seconds())
        for _ in range(ATTEMPTS):
            (step,) = await steps(school)
            assert isinstance(step, Ask)
            assert await school.polls.rounds_over() == []
            await school.polls.withdraw(step.shown.poll.id)
            clock.forward(seconds=PATIENCE.total_seconds())
        (step,) = await steps(school)
        assert isinstance(step, BreakOff)
        await sweep(school)
        assert set((await rated(school, first.shown.poll.id)).values()) == {1}

    async def test_a_lesson_that_is_not_taught_any_more_is_rated_before_it_is_summed_up(
        self, school: School, clock: HandClock, first: Ask
    ) -> None:
        await steps(school)
        clock.forward(seconds=DISCUSSION.total_seconds())
        later = School(school.database, clock, Catalogue((make_lesson("logic"),)))
        assert await steps(later) == []
        (step,) = await steps(later)
        assert isinstance(step, SumUp)
        assert [line.answers for line in step.summary.lines] == [6]
        assert set((await rated(school, first.shown.poll.id)).values()) == {1}

    async def test_a_round_that_nobody_carries_on_is_rated_in_the_end(
        self, school: School, clock: HandClock, first: Ask
    ) -> None:
        clock.forward(days=7)
        await sweep(school)
        assert set((await rated(school, first.shown.poll.id)).values()) == {0}
        clock.forward(days=1, minutes=5)
        await sweep(school)
        assert set((await rated(school, first.shown.poll.id)).values()) == {1}

    @pytest.mark.parametrize("closed", [True, False])
    async def test_a_server_that_is_forgotten_has_its_answers_rated_first(
        self, school: School, clock: HandClock, closed: bool
    ) -> None:
        await school.actions.presence.came(GUILD, "Academy", greets=True)
        await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        if closed:
            await close_due(school, clock)
        await school.actions.presence.went(GUILD, "Academy")
        clock.forward(seconds=KEPT_FOR.total_seconds())
        while await school.actions.presence.purge(GUILD):
            pass
        # The journals are their members' own, without the poll's server.
        assert {len(await school.entries(member)) for member in CROWD[:6]} == {1}
        assert set(await school.ratings(BEN)) == {"global", "category:chance"}

    async def test_an_answer_in_the_round_is_the_first_attempt_whatever_is_answered_in_a_quiz_meanwhile(
        self, school: School, clock: HandClock
    ) -> None:
        """The round's answer at 12:00, the same question in a quiz at 12:03, the round's end after that."""
        quiz = (await school.quiz(BEN, "chance", OTHER_GUILD)).quiz.id
        first = await split(school, clock)
        answered_at = (await school.answers(first.shown.poll.id))[BEN].answered_at
        clock.forward(minutes=3)
        while (put := await school.quizzes.put(quiz, BEN)) and isinstance(put, Put):
            right = put.question.question != QUESTION
            verdict = await school.solve(quiz, BEN, right=right)
            assert bool(verdict.moved) == right, (
                "the quiz's other questions are rated, and this one is practice"
            )
        await sweep(school)
        await school.actions.series.skip(first.series.id, STARTER, moderator=False)
        entries = await school.entries(BEN)
        assert [entry.question for entry in entries].count(QUESTION) == 1
        last = entries[-1]
        assert (last.question, last.source, last.correct) == (QUESTION, f"poll:{first.shown.poll.id}", True)
        assert last.weight == 0.5, "it was given before anything was revealed"
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        assert last.at == clock() > answered_at
        await school.audit([BEN])

    async def test_a_quiz_that_was_answered_first_stays_the_only_one_that_is_rated(
        self, school: School, clock: HandClock
    ) -> None:
        quiz = (await school.quiz(BEN, "chance", OTHER_GUILD)).quiz.id
        while isinstance(put := await school.quizzes.put(quiz, BEN), Put):
            await school.quizzes.answer(quiz, put.question.position, 0, BEN)
        first = await split(school, clock)
        await asked_again(school, clock)
        await close_due(school, clock)
        assert (await rated(school, first.shown.poll.id))[BEN] == 0
        assert [entry.question for entry in await school.entries(BEN)].count(QUESTION) == 1

    async def test_whoever_deletes_their_data_meanwhile_is_not_rated(
        self, school: School, clock: HandClock, first: Ask
    ) -> None:
        await school.actions.privacy.delete(BEN)
        await asked_again(school, clock)
        await close_due(school, clock)
        assert await school.entries(BEN) == []
        result = await school.polls.close(first.shown.poll.id)
        assert result.tally.total == 6
        assert {len(await school.entries(member)) for member in CROWD[1:6]} == {1}
