"""News: each voter hears once what came of their polls, and each channel that a long poll's result is in."""

import asyncio
import random
from datetime import timedelta

import pytest

from bot.actions.news import News
from ladder.match import Outcome
from ladder.standings import Ladder
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, LESSONS, MATEO, School, make_lesson
from tests.conftest import HandClock


async def close(school: School, *polls: int) -> None:
    """The polls close and their channels are shown the results."""
    for poll in polls:
        await school.polls.close(poll)
        await school.polls.delivered(poll)


async def gained(school: School, member: int, *polls: int, ladder: str = "global") -> int:
    """What the polls did to the member's rating, read from the journal."""
    sources = {f"poll:{poll}" for poll in polls}
    return sum(
        entry.rating_after - entry.rating_before
        for entry in await school.entries(member, ladder)
        if entry.source in sources
    )


async def of(school: School, member: int) -> News | None:
    return await school.actions.news.of(member)


class TestNewsForAVoter:
    async def test_closed_polls_are_news_once(self, school: School, clock: HandClock) -> None:
        polls = [await school.poll(question) for question in ("logic-1", "logic-2", "chance-0")]
        for poll in polls:
            await school.press(poll, ADA, 1)
        assert await of(school, ADA) is None, "nothing has closed yet"
        clock.forward(minutes=5)
        await close(school, *polls)
        assert await of(school, ADA) == News(await gained(school, ADA, *polls), 3, ())
        assert await of(school, ADA) is None

    async def test_only_what_closed_since_is_news(self, school: School, clock: HandClock) -> None:
        first, second = await school.poll("logic-1"), await school.poll("logic-2")
        for poll in (first, second):
            await school.press(poll, ADA, 1)
        await close(school, first)
        assert await of(school, ADA) == News(await gained(school, ADA, first), 1, ())
        clock.forward(minutes=1)
        await close(school, second)
        assert await of(school, ADA) == News(await gained(school, ADA, second), 1, ())

    async def test_a_result_that_its_channel_was_not_shown_yet_is_no_news_before_that(
        self, school: School
    ) -> None:
        poll = await school.poll("logic-1")
        await school.press(poll, ADA, 1)
        await school.polls.close(poll)
        assert await of(school, ADA) is None
        await school.polls.delivered(poll)
        assert await of(school, ADA) is not None

    async def test_others_polls_are_no_news(self, school: School) -> None:
        poll = await school.poll("logic-1")
        await school.press(poll, KOFI, 1)
        await close(school, poll)
        assert await of(school, ADA) is None

    async def test_practice_is_no_news(self, school: School, clock: HandClock) -> None:
        for _again in range(2):
            poll = await school.poll("logic-1")
            await school.press(poll, ADA, 1)
            await close(school, poll)
            clock.forward(minutes=1)
        assert (await of(school, ADA) or News(0, 0, ())).polls == 1

    async def test_a_question_asked_again_in_a_peer_round_is_no_news_and_moves_nothing(
        self, school: School
    ) -> None:
        prepared = await school.polls.prepare(
            guild=GUILD,
            channel=1,
            starter=2,
            duration=timedelta(minutes=5),
            locale="en-US",
            question="logic-1",
            rated=False,
        )
        await school.polls.posted(prepared.poll.id, 3)
        await school.press(prepared.poll.id, ADA, 1)
        await close(school, prepared.poll.id)
        assert await school.ratings(ADA) == {}
        assert await of(school, ADA) is None

    async def test_a_servers_own_lesson_is_told_by_the_servers_ladder(
        self, school: School, clock: HandClock
    ) -> None:
        own = make_lesson("own", owner=str(GUILD))
        here = School(school.database, clock, Catalogue((own,)))
        poll = await here.poll("own-1")
        await here.press(poll, ADA, 1)
        await close(here, poll)
        assert await here.entries(ADA) == []
        points = await gained(here, ADA, poll, ladder=Ladder.server(GUILD).key)
        assert points > 0
        assert await of(here, ADA) == News(points, 1, ())

    async def test_whoever_was_never_told_anything_is_not_told_of_ancient_polls(
        self, school: School, clock: HandClock
    ) -> None:
        poll = await school.poll("logic-1")
        await school.press(poll, ADA, 1)
        await close(school, poll)
        clock.forward(days=31)
        assert await of(school, ADA) is None

    async def test_a_match_that_a_poll_settled_is_news(self, school: School, clock: HandClock) -> None:
        lesson = make_lesson("long", rating=1900, questions=5)
        here = School(school.database, clock, Catalogue((lesson,)))
        polls = [await here.poll(question.id) for question in lesson.questions]
        for poll, question in zip(polls, lesson.questions, strict=True):
            await here.press(poll, ADA, question.key)
            await here.press(poll, KOFI, (question.key + 1) % 4)
        await close(here, *polls)
        for member, outcomes in ((ADA, {Outcome.WIN, Outcome.DRAW}), (KOFI, {Outcome.LOSS, Outcome.DRAW})):
            told = await of(here, member)
            assert told is not None
            assert (told.points, told.polls) == (await gained(here, member, *polls), 5)
            (match,) = told.matches
            assert (match.lesson_title, match.difficulty) == ("Long", 1900)
            assert match.outcome in outcomes

    async def test_a_match_that_a_quiz_settled_is_none_of_its(self, school: School, clock: HandClock) -> None:
        lesson = make_lesson("long", questions=5)
        here = School(school.database, clock, Catalogue((lesson,)))
        poll = await here.poll("long-0")
        await here.press(poll, ADA, 0)
        await close(here, poll)
        clock.forward(minutes=1)
        quiz = await here.quiz(ADA, "long")
        for _question in range(4):
            await here.solve(quiz.quiz.id, ADA)
        told = await of(here, ADA)
        assert told is not None
        assert told.matches == ()

    async def test_after_a_deletion_there_is_no_news_and_nothing_is_noted(self, school: School) -> None:
        poll = await school.poll("logic-1")
        await school.press(poll, ADA, 1)
        await close(school, poll)
        await school.actions.privacy.delete(ADA)
        assert await of(school, ADA) is None
        async with school.database.reading() as unit:
            assert "news" not in await unit.erasure.counts(ADA)

    async def test_what_is_noted_goes_with_a_deletion(self, school: School) -> None:
        poll = await school.poll("logic-1")
        await school.press(poll, ADA, 1)
        await close(school, poll)
        await of(school, ADA)
        async with school.database.reading() as unit:
            assert (await unit.erasure.counts(ADA))["news"] == 1
        await school.actions.privacy.delete(ADA)
        async with school.database.reading() as unit:
            assert "news" not in await unit.erasure.counts(ADA)

    @pytest.mark.parametrize("told_before", [False, True])
    async def test_two_processes_that_are_asked_at_once_tell_it_once(
        self, school: School, elsewhere: School, clock: HandClock, told_before: bool
    ) -> None:
        questions = ["logic-1", "logic-2"] if told_before else ["logic-1"]
        for question in questions:
            poll = await school.poll(question)
            await school.press(poll, ADA, 1)
            await close(school, poll)
            clock.forward(minutes=1)
            if question != questions[-1]:
                assert await of(school, ADA) is not None
        asked = [of(process, ADA) for process in (school, elsewhere) * 5]
        told = [one for one in await asyncio.gather(*asked) if one is not None]
        assert len(told) == 1

    @pytest.mark.parametrize("seed", range(3))
    async def test_whatever_the_order_each_poll_is_told_once_and_none_is_left_out(
        self, school: School, clock: HandClock, seed: int
    ) -> None:
        chance = random.Random(seed)  # noqa: S311 - a plan, not a secret
        questions = [question.id for lesson in LESSONS for question in lesson.questions]
        chance.shuffle(questions)
        open_polls: list[int] = []
        everything: dict[int, list[int]] = {ADA: [], KOFI: [], MATEO: []}
        told: dict[int, list[News]] = {member: [] for member in everything}
        while questions or open_polls:
            clock.forward(seconds=chance.randrange(1, 9))
            deed = chance.choice(["open", "close", "ask"])
            if deed == "open" and questions:
                poll = await school.poll(questions.pop())
                open_polls.append(poll)
                for member in chance.sample(sorted(everything), chance.randrange(4)):
                    await school.press(poll, member, chance.randrange(3))
                    everything[member].append(poll)
            elif deed == "close" and open_polls:
                await close(school, open_polls.pop(chance.randrange(len(open_polls))))
            else:
                asked = chance.choices(sorted(everything), k=4)
                for member, news in zip(
                    asked, await asyncio.gather(*(of(school, one) for one in asked)), strict=True
                ):
                    told[member] += [news] if news is not None else []
        for member, polls in everything.items():
            if (last := await of(school, member)) is not None:
                told[member].append(last)
            assert sum(news.polls for news in told[member]) == len(polls)
            assert sum(news.points for news in told[member]) == await gained(school, member, *polls)


class TestAnnouncements:
    async def answered(self, school: School, *, minutes: float, question: str = "logic-1") -> int:
        poll = await school.poll(question, minutes=minutes)
        await school.press(poll, ADA, 1)
        return poll

    async def due(self, school: School) -> list[int]:
        return [one.poll.id for one in await school.actions.news.to_announce()]

    async def test_a_poll_longer_than_ten_minutes_is_announced_until_that_is_noted(
        self, school: School, elsewhere: School, clock: HandClock
    ) -> None:
        poll = await self.answered(school, minutes=11)
        clock.forward(minutes=11)
        await school.polls.close(poll)
        assert await self.due(school) == [], "its channel does not show the result yet"
        await school.polls.delivered(poll)
        assert await self.due(school) == [poll]
        assert await self.due(elsewhere) == [poll], "whoever began may have died"
        processes = [school, elsewhere, school]
        await asyncio.gather(*(one.actions.news.announced(poll) for one in processes))
        assert await self.due(elsewhere) == []

    @pytest.mark.parametrize("late", [0, 2])
    async def test_a_poll_of_ten_minutes_is_not_announced_though_the_clock_closes_it_late(
        self, school: School, clock: HandClock, late: float
    ) -> None:
        poll = await self.answered(school, minutes=10)
        clock.forward(minutes=10, seconds=late)
        await close(school, poll)
        assert await self.due(school) == []

    async def test_a_long_poll_that_was_closed_at_once_is_not_announced(
        self, school: School, clock: HandClock
    ) -> None:
        poll = await self.answered(school, minutes=600)
        clock.forward(minutes=9)
        await close(school, poll)
        assert await self.due(school) == []

    async def test_a_poll_that_nobody_answered_is_not_announced(
        self, school: School, clock: HandClock
    ) -> None:
        poll = await school.poll("logic-1", minutes=60)
        clock.forward(minutes=60)
        await close(school, poll)
        assert await self.due(school) == []

    async def test_what_needs_no_announcement_never_stands_in_the_way_of_what_does(
        self, school: School, clock: HandClock
    ) -> None:
        many = make_lesson("many", questions=30)
        here = School(school.database, clock, Catalogue((many,)))
        brief = [await self.answered(here, minutes=10, question=f"many-{number}") for number in range(25)]
        clock.forward(minutes=10)
        await close(here, *brief)
        long = await self.answered(here, minutes=60, question="many-29")
        clock.forward(minutes=60)
        await close(here, long)
        found = [await self.due(here) for _minute in range(4)]
        assert [long] in found

    async def test_the_polls_of_a_series_are_not_announced(self, school: School, clock: HandClock) -> None:
        prepared = await school.polls.prepare(
            guild=GUILD,
            channel=1,
            starter=2,
            duration=timedelta(hours=1),
            locale="en-US",
            question="logic-1",
            series=7,
            place=0,
        )
        await school.polls.posted(prepared.poll.id, 3)
        await school.press(prepared.poll.id, ADA, 1)
        clock.forward(hours=1)
        await close(school, prepared.poll.id)
        assert await self.due(school) == []
