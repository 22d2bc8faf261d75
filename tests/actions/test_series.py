"""Series: a lesson checked together, question by question, whoever takes the steps and whatever fails meanwhile."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions.peer_rounds import DISCUSSION
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.series_steps import PATIENCE, Ask, Begin, BreakOff, Discuss, Step, SumUp
from bot.storage.polls import Poll
from bot.storage.series import Series
from lessons.catalogue import Catalogue
from tests.actions.school import (
    ADA,
    CHANNEL,
    GUILD,
    KOFI,
    MATEO,
    MESSAGE,
    OTHER_GUILD,
    STARTER,
    School,
    make_lesson,
)
from tests.conftest import HandClock

THREAD = CHANNEL + 1
CROWD = range(2**62 + 200, 2**62 + 210)


async def begun(
    school: School, lesson: str = "chance", *, peer: bool = False, settled: bool = True
) -> Series:
    series = await school.actions.series.begin(
        guild=GUILD,
        home=CHANNEL,
        starter=STARTER,
        lesson=lesson,
        duration=timedelta(minutes=5),
        ballot="direct",
        spoiler=False,
        peer=peer,
        locale="en-US",
    )
    if settled:
        await school.actions.series.settled(series.id, THREAD)
    return series


async def steps(school: School) -> list[Step]:
    """What the clockwork would be told to do now."""
    found = [await school.actions.series.step(series) for series in await school.actions.series.due()]
    return [step for step in found if step is not None]


async def ask(school: School) -> Ask:
    """The next question, posted."""
    (step,) = await steps(school)
    assert isinstance(step, Ask)
    await school.polls.posted(step.shown.poll.id, MESSAGE)
    return step


async def close_due(school: School, clock: HandClock) -> None:
    clock.forward(minutes=5)
    for poll in await school.polls.due():
        await school.polls.close(poll)


async def answer(school: School, step: Ask, right: int, total: int) -> None:
    """So many of the crowd answer, and so many of them are right."""
    key = step.shown.asked.key
    for at, member in enumerate(CROWD[:total]):
        await school.press(step.shown.poll.id, member, key if at < right else (key + 1) % 3)


async def all_polls(school: School, series: Series) -> list[tuple[int | None, str, int | None]]:
    """Place, state and earlier poll of everything that was put down."""
    async with school.database.reading() as unit:
        found = [await unit.polls.get(id) for id in await unit.series.polls(series.id)]
    return [(poll.place, poll.state, poll.earlier) for poll in found if poll is not None]


async def test_the_questions_come_one_after_the_other_and_then_the_summary(
    school: School, clock: HandClock
) -> None:
    series = await begun(school)
    asked: list[str] = []
    for _ in range(3):
        step = await ask(school)
        asked.append(step.shown.asked.question)
        assert (step.shown.poll.channel, step.shown.poll.series) == (THREAD, series.id)
        assert await steps(school) == []
        await close_due(school, clock)
    assert asked == [f"curated:chance-{number}" for number in range(3)]
    (done,) = await steps(school)
    assert isinstance(done, SumUp)
    assert len(done.summary.lines) == 3
    await school.actions.series.summed_up(series.id)
    clock.forward(hours=1)
    assert await steps(school) == []


async def test_nothing_is_asked_before_the_series_has_its_channel_which_is_looked_for_in_the_end(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    series = await begun(school, settled=False)
    assert await steps(school) == []
    for _ in range(2):
        clock.forward(seconds=PATIENCE.total_seconds())
        (step,) = await steps(elsewhere)
        assert isinstance(step, Begin)
        assert await steps(school) == [], "one looks at a time"
    await elsewhere.actions.series.settled(series.id, CHANNEL)
    assert (await ask(school)).shown.poll.channel == CHANNEL


async def test_a_summary_is_due_since_it_first_was_however_often_it_is_tried(
    school: School, clock: HandClock
) -> None:
    series = await begun(school)
    await ask(school)
    await school.actions.series.stop(series.id, STARTER, moderator=False)
    stopped_at = clock()
    for _ in range(3):
        (step,) = await steps(school)
        assert isinstance(step, SumUp)
        assert step.series.ended_at == stopped_at
        clock.forward(seconds=PATIENCE.total_seconds())


async def test_two_processes_never_ask_a_question_twice(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    series = await begun(school)
    for place in range(3):
        both = await asyncio.gather(
            *(one.actions.series.step(series.id) for one in (school, elsewhere) for _ in range(4))
        )
        (step,) = [step for step in both if step is not None]
        assert isinstance(step, Ask)
        assert step.shown.poll.place == place
        await school.polls.posted(step.shown.poll.id, MESSAGE)
        await close_due(school, clock)
    both = await asyncio.gather(*(one.actions.series.step(series.id) for one in (school, elsewhere)))
    assert len([step for step in both if isinstance(step, SumUp)]) == 1
    assert [place for place, _, _ in await all_polls(school, series)] == [0, 1, 2]


async def test_a_question_that_died_with_its_process_is_not_put_down_twice(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    series = await begun(school)
    (lost,) = await steps(school)
    assert isinstance(lost, Ask)
    assert await steps(elsewhere) == []
    clock.forward(seconds=1)
    (found,) = await elsewhere.polls.postings()
    await elsewhere.polls.posted(found.poll.id, MESSAGE)
    assert await all_polls(school, series) == [(0, "open", None)]
    await close_due(school, clock)
    assert (await ask(elsewhere)).shown.poll.place == 1


async def test_a_question_of_which_nobody_ever_heard_is_asked_again(school: School, clock: HandClock) -> None:
    series = await begun(school)
    await steps(school)
    clock.forward(minutes=5)
    assert (await ask(school)).shown.poll.place == 0
    assert await all_polls(school, series) == [(0, "withdrawn", None), (0, "open", None)]


async def test_a_summary_that_died_with_its_process_is_told_again(school: School, clock: HandClock) -> None:
    series = await begun(school)
    await ask(school)
    await school.actions.series.stop(series.id, STARTER, moderator=False)
    (first,) = await steps(school)
    assert isinstance(first, SumUp)
    assert await steps(school) == []
    clock.forward(seconds=PATIENCE.total_seconds())
    (again,) = await steps(school)
    assert again.series.id == series.id
    assert isinstance(again, SumUp)


async def test_a_question_that_cannot_be_posted_is_tried_three_times_and_then_the_series_ends(
    school: School, clock: HandClock
) -> None:
    series = await begun(school)
    early: list[Step] = []
    while not early:
        (step,) = await steps(school)
        assert isinstance(step, Ask)
        await school.polls.withdraw(step.shown.poll.id)
        early = await steps(school)
        clock.forward(seconds=PATIENCE.total_seconds())
    (end,) = early
    assert isinstance(end, BreakOff)
    clock.forward(days=1)
    assert await steps(school) == []
    assert [state for _, state, _ in await all_polls(school, series)] == ["withdrawn"] * 3


async def test_a_series_whose_channel_is_gone_is_never_taken_up_again(
    school: School, clock: HandClock
) -> None:
    series = await begun(school)
    (step,) = await steps(school)
    assert isinstance(step, Ask)
    assert await school.actions.series.not_posted(step.shown.poll) is None  # nobody knows yet
    await school.polls.withdraw(step.shown.poll.id)
    end = await school.actions.series.not_posted(step.shown.poll)
    assert end is not None
    assert end.series.id == series.id
    assert await school.actions.series.not_posted(step.shown.poll) is None
    clock.forward(days=1)
    assert await steps(school) == []


async def test_a_question_in_another_poll_here_is_passed_over(school: School, clock: HandClock) -> None:
    await school.poll("chance-0", lesson="chance", minutes=600)
    series = await begun(school)
    assert list(series.questions) == ["chance-1", "chance-2"]
    await ask(school)
    await school.poll("chance-2", lesson="chance", minutes=600)
    await close_due(school, clock)
    (done,) = await steps(school)
    assert isinstance(done, SumUp)
    assert done.summary.left == 1


async def test_a_lesson_whose_questions_are_all_open_here_is_refused(school: School) -> None:
    for number in range(3):
        await school.poll(f"chance-{number}", lesson="chance")
    with pytest.raises(Refusal, match="Every question of this lesson is in an open poll here already"):
        await begun(school)


async def test_a_channel_checks_one_lesson_at_a_time(school: School) -> None:
    series = await begun(school)
    with pytest.raises(Refusal, match="is being checked together here already"):
        await begun(school, "logic")
    await school.actions.series.stop(series.id, STARTER, moderator=False)
    await begun(school, "logic")


async def test_skipping_closes_the_question_and_goes_on(school: School, clock: HandClock) -> None:
    series = await begun(school)
    step = await ask(school)
    await answer(school, step, 1, 1)
    with pytest.raises(Refusal, match="only just been asked"):
        await school.actions.series.skip(series.id, STARTER, moderator=False)
    clock.forward(seconds=10)
    with pytest.raises(NotAllowed, match="Only whoever started this, or a moderator"):
        await school.actions.series.skip(series.id, ADA, moderator=False)
    await school.actions.series.skip(series.id, ADA, moderator=True)
    assert (await ask(school)).shown.poll.place == 1
    assert (await all_polls(school, series))[0] == (0, "closed", None)
    assert await school.entries(CROWD[0])


async def test_of_two_who_skip_a_question_at_once_one_does(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    series = await begun(school)
    step = await ask(school)
    clock.forward(seconds=10)
    poll = step.shown.poll.id
    results = await asyncio.gather(
        *(
            one.actions.series.skip(series.id, STARTER, moderator=True, expected=poll)
            for one in (school, elsewhere) * 2
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Poll) for one in results) == 1
    assert sum(isinstance(one, Refusal) and "over already" in str(one) for one in results) == 3
    assert (await ask(school)).shown.poll.place == 1
    clock.forward(seconds=10)
    with pytest.raises(Refusal, match="over already"):
        await school.actions.series.skip(series.id, STARTER, moderator=True, expected=poll)
    assert (await all_polls(school, series))[1] == (1, "open", None)


async def test_a_question_that_is_found_to_stand_after_a_stop_is_closed_at_once(
    school: School, clock: HandClock
) -> None:
    series = await begun(school)
    (step,) = await steps(school)
    assert isinstance(step, Ask)
    steering = await school.actions.series.steering(series.id, STARTER, moderator=False)
    assert steering.poll is not None
    assert steering.poll.state == "posting"
    with pytest.raises(Refusal, match="only just been asked"):
        await school.actions.series.skip(series.id, STARTER, moderator=False)
    await school.actions.series.stop(series.id, STARTER, moderator=False)
    clock.forward(seconds=2)
    (done,) = await steps(school)
    assert isinstance(done, SumUp)
    await school.polls.posted(step.shown.poll.id, MESSAGE)
    assert await school.polls.due() == [step.shown.poll.id]
    assert await school.polls.close_due(step.shown.poll.id) is not None


async def test_stopping_closes_the_question_and_sums_up_what_was_asked(
    school: School, clock: HandClock
) -> None:
    series = await begun(school)
    step = await ask(school)
    await answer(school, step, 2, 3)
    with pytest.raises(NotAllowed):
        await school.actions.series.stop(series.id, ADA, moderator=False)
    await school.actions.series.stop(series.id, STARTER, moderator=False)
    (done,) = await steps(school)
    assert isinstance(done, SumUp)
    assert [(line.answers, line.right) for line in done.summary.lines] == [(3, 2)]
    assert (done.summary.left, done.series.state) == (2, "stopped")
    with pytest.raises(Refusal, match="over already"):
        await school.actions.series.skip(series.id, STARTER, moderator=False)


class TestSummary:
    async def test_it_holds_the_room_against_the_machine_and_names_who_climbed_most(
        self, school: School, clock: HandClock
    ) -> None:
        series = await begun(school)
        await school.actions.people.meet(ADA, "Ada", GUILD, None)
        for place in range(3):
            step = await ask(school)
            key = step.shown.asked.key
            await school.press(step.shown.poll.id, ADA, key)
            await school.press(step.shown.poll.id, KOFI, key if place else (key + 1) % 3)
            await school.press(step.shown.poll.id, MATEO, (key + 1) % 3)
            await close_due(school, clock)
        (done,) = await steps(school)
        assert isinstance(done, SumUp)
        summary = done.summary
        assert [(line.answers, line.right) for line in summary.lines] == [(3, 1), (3, 2), (3, 2)]
        assert summary.room == pytest.approx(5 / 9)
        assert summary.machine is not None
        assert 0.5 < summary.machine < 0.7
        entries = await school.entries(ADA, f"server:{GUILD}")
        climbed = entries[-1].rating_after - entries[0].rating_before
        assert (summary.climber, summary.climbed) == ("Ada", climbed)
        assert series.id == done.series.id

    async def test_whoever_is_hidden_is_not_named(self, school: School, clock: HandClock) -> None:
        await begun(school)
        await school.actions.privacy.hide(ADA)
        step = await ask(school)
        await school.press(step.shown.poll.id, ADA, step.shown.asked.key)
        for member in (KOFI, MATEO):
            await school.press(step.shown.poll.id, member, step.shown.asked.key + 1)
        await close_due(school, clock)
        await school.actions.series.stop(step.series.id, STARTER, moderator=False)
        (done,) = await steps(school)
        assert isinstance(done, SumUp)
        assert (done.summary.climber, done.summary.climbed) == (None, 0)

    async def test_nobody_at_all_is_no_failure(self, school: School) -> None:
        series = await begun(school)
        await school.actions.series.stop(series.id, STARTER, moderator=False)
        (done,) = await steps(school)
        assert isinstance(done, SumUp)
        assert (done.summary.lines, done.summary.room) == ((), None)


class TestPeerRound:
    async def test_split_answers_are_withheld_discussed_and_asked_again_unrated(
        self, school: School, clock: HandClock
    ) -> None:
        series = await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        withheld = await school.actions.series.withheld(first.shown.poll.id)
        assert withheld is not None
        assert withheld.again_at == clock() + DISCUSSION
        assert withheld.until == clock() + DISCUSSION + timedelta(minutes=5)
        with pytest.raises(Refusal, match="Opinions are split"):
            await school.polls.own_result(first.shown.poll.id, CROWD[0])
        assert await school.entries(CROWD[0]) == []
        (discuss,) = await steps(school)
        assert isinstance(discuss, Discuss)
        assert discuss.again_at == clock() + DISCUSSION
        assert await steps(school) == []
        clock.forward(seconds=PATIENCE.total_seconds())
        (opened,) = await steps(school)
        assert isinstance(opened, Discuss), "nobody said that it was opened"
        assert opened.again_at == discuss.again_at
        await school.actions.series.discussed(opened)
        clock.forward(seconds=PATIENCE.total_seconds())
        assert await steps(school) == []
        clock.forward(seconds=(DISCUSSION - 2 * PATIENCE).total_seconds())
        again = await ask(school)
        assert (again.shown.poll.earlier, again.shown.poll.rated) == (first.shown.poll.id, False)
        assert again.shown.asked == first.shown.asked
        withheld = await school.actions.series.withheld(first.shown.poll.id)
        assert withheld is not None
        assert withheld.until == again.shown.poll.closes_at
        await answer(school, again, 6, 6)
        await close_due(school, clock)
        assert await school.actions.series.withheld(first.shown.poll.id) is None
        assert await school.actions.series.withheld(again.shown.poll.id) is None
        assert {len(await school.entries(member)) for member in CROWD[:6]} == {1}
        assert (await ask(school)).shown.poll.place == 1
        shown = await school.actions.series.unshown(series.id)
        assert [one.poll.id for one in shown] == [first.shown.poll.id, again.shown.poll.id]

    @pytest.mark.parametrize(("right", "total"), [(1, 6), (5, 6), (2, 4), (0, 0)])
    async def test_a_room_that_is_not_split_goes_on_at_once(
        self, school: School, clock: HandClock, right: int, total: int
    ) -> None:
        await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, right, total)
        await close_due(school, clock)
        assert await school.actions.series.withheld(first.shown.poll.id) is None
        assert (await ask(school)).shown.poll.place == 1

    async def test_without_the_option_nothing_is_withheld(self, school: School, clock: HandClock) -> None:
        await begun(school)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        assert await school.actions.series.withheld(first.shown.poll.id) is None

    async def test_a_press_after_the_close_does_not_get_the_key_out_of_it(
        self, school: School, clock: HandClock
    ) -> None:
        await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        with pytest.raises(Refusal, match="Opinions are split"):
            await school.press(first.shown.poll.id, ADA, 0)

    @pytest.mark.parametrize("what", ["skip", "stop"])
    async def test_a_discussion_that_is_ended_shows_its_result(
        self, school: School, clock: HandClock, what: str
    ) -> None:
        series = await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        await steps(school)
        await getattr(school.actions.series, what)(series.id, STARTER, moderator=False)
        assert await school.actions.series.withheld(first.shown.poll.id) is None
        await school.polls.own_result(first.shown.poll.id, CROWD[0])
        (step,) = await steps(school)
        assert isinstance(step, Ask if what == "skip" else SumUp)

    async def test_skipping_a_split_question_while_it_is_open_leads_to_no_discussion(
        self, school: School, clock: HandClock
    ) -> None:
        series = await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        clock.forward(seconds=10)
        await school.actions.series.skip(series.id, STARTER, moderator=False)
        assert await school.actions.series.withheld(first.shown.poll.id) is None
        assert (await ask(school)).shown.poll.place == 1

    async def test_a_discussion_goes_on_through_a_restart(
        self, school: School, elsewhere: School, clock: HandClock
    ) -> None:
        await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        clock.forward(hours=1)  # the bot was off
        again = await ask(elsewhere)
        assert again.shown.poll.earlier == first.shown.poll.id

    async def test_a_question_under_discussion_is_in_no_other_poll_here(
        self, school: School, clock: HandClock
    ) -> None:
        await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        await steps(school)
        with pytest.raises(Refusal, match="in an open poll here already"):
            await school.poll("chance-0", lesson="chance")
        await school.poll("chance-0", lesson="chance", guild=OTHER_GUILD)
        clock.forward(seconds=DISCUSSION.total_seconds())
        assert (await ask(school)).shown.poll.earlier == first.shown.poll.id

    async def test_a_question_that_is_not_taught_any_more_is_not_asked_again_and_its_result_is_shown(
        self, school: School, clock: HandClock
    ) -> None:
        series = await begun(school, peer=True)
        first = await ask(school)
        await answer(school, first, 3, 6)
        await close_due(school, clock)
        await steps(school)
        clock.forward(seconds=DISCUSSION.total_seconds())
        whole = make_lesson("chance", category="Chance", rating=1800, questions=3, options=3)
        later = School(school.database, clock, Catalogue((replace(whole, questions=whole.questions[1:]),)))
        assert (await ask(later)).shown.poll.place == 1
        (shown,) = await later.actions.series.unshown(series.id)
        assert shown.poll.id == first.shown.poll.id
        assert {len(await school.entries(member)) for member in CROWD[:6]} == {1}
