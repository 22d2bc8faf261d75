"""Polls: answered once each, closed once, and every rating explained."""

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.actions.ballots import OwnBallot
from bot.actions.polls import CancelledPoll, OpenPoll, PollResult, Practice, Recorded
from bot.actions.refusals import NotAllowed, Refusal
from bot.storage import Database
from ladder.rating import Standing, blend, rate
from lessons.catalogue import Catalogue
from tests.actions.school import (
    ADA,
    CHANNEL,
    GUILD,
    KOFI,
    LESSONS,
    MATEO,
    MESSAGE,
    OTHER_GUILD,
    STARTER,
    School,
    make_lesson,
)
from tests.conftest import HandClock


async def test_a_press_is_stored_before_it_is_confirmed(school: School, elsewhere: School) -> None:
    poll = await school.poll("logic-1")
    outcome = await school.press(poll, ADA, 2)
    assert isinstance(outcome, Recorded)
    assert (outcome.option, outcome.fresh) == (2, True)
    stored = await elsewhere.answers(poll)
    assert {member: answer.option for member, answer in stored.items()} == {ADA: 2}


async def test_a_second_press_is_told_the_first_option(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 2)
    again = await school.press(poll, ADA, 1)
    assert isinstance(again, Recorded)
    assert (again.option, again.fresh) == (2, False)
    assert (await school.answers(poll))[ADA].option == 2


async def test_of_two_presses_alike_in_the_same_instant_one_is_the_answer(school: School) -> None:
    poll = await school.poll("logic-1")
    outcomes = await asyncio.gather(*(school.press(poll, ADA, 2) for _ in range(5)))
    assert sorted(isinstance(one, Recorded) and one.fresh for one in outcomes) == [False] * 4 + [True]
    assert len(await school.answers(poll)) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_each_member_has_one_answer_whatever_they_press_in_whichever_process(
    school: School, elsewhere: School, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    poll = await school.poll("logic-1")
    members = range(ADA, ADA + 12)
    presses = [(member, chance.randrange(4)) for member in members for _ in range(6)]
    chance.shuffle(presses)

    async def press(member: int, option: int) -> tuple[int, int, Recorded]:
        await asyncio.sleep(chance.random() / 50)
        outcome = await chance.choice([school, elsewhere]).press(poll, member, option)
        assert isinstance(outcome, Recorded)
        return member, option, outcome

    outcomes = await asyncio.gather(*(press(*one) for one in presses))
    fresh = [(member, option) for member, option, outcome in outcomes if outcome.fresh]
    assert sorted(member for member, _ in fresh) == list(members)
    stored = {member: answer.option for member, answer in (await school.answers(poll)).items()}
    assert stored == dict(fresh)
    assert all(outcome.option == stored[member] for member, _, outcome in outcomes)


class GivenUp(Exception):
    """What the other process had written is rolled back."""


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "given up"])
async def test_a_press_that_waited_for_the_same_members_press_elsewhere_is_told_what_is_stored(
    school: School, elsewhere: School, kept: bool
) -> None:
    """The other process has written its answer and not committed it yet, when the second press comes."""
    poll = await school.poll("logic-1")
    waiting: asyncio.Task[Recorded | Practice] | None = None
    with suppress(GivenUp):
        async with elsewhere.database.unit() as unit:
            await unit.polls.hold([poll])
            assert await unit.polls.record(poll, {ADA: 2}, {ADA: school.clock()}) == {ADA}
            waiting = asyncio.create_task(school.press(poll, ADA, 1))
            await asyncio.sleep(0.2)
            assert not waiting.done(), "nothing is acknowledged while it is not known whose answer counts"
            if not kept:
                raise GivenUp
    assert waiting is not None
    outcome = await waiting
    assert isinstance(outcome, Recorded)
    assert (outcome.option, outcome.fresh) == ((2, False) if kept else (1, True))
    assert (await elsewhere.answers(poll))[ADA].option == outcome.option


async def test_a_press_after_the_close_is_practice_and_spends_the_question(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.polls.close(poll)
    outcome = await school.press(poll, ADA, 1)
    assert isinstance(outcome, Practice)
    assert (outcome.option, outcome.asked.key) == (1, 1)
    assert await school.answers(poll) == {}
    assert await school.first_attempts(ADA) == {"curated:logic-1": f"seen:{poll}"}
    opening = await school.quiz(ADA)
    assert opening.rated == len(opening.quiz.questions) - 1, (
        "whoever was told the answer has nothing to prove"
    )


async def test_opening_a_result_unanswered_spends_the_question(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, KOFI, 1)
    await school.polls.close(poll)
    await school.polls.own_result(poll, ADA)
    await school.polls.own_result(poll, KOFI)
    assert await school.first_attempts(ADA) == {"curated:logic-1": f"seen:{poll}"}
    assert await school.first_attempts(KOFI) == {"curated:logic-1": f"poll:{poll}"}
    opening = await school.quiz(ADA)
    assert opening.rated == len(opening.quiz.questions) - 1


async def test_two_questions_of_one_meaning_are_claimed_and_rated_each_by_its_own_id(
    database: Database, clock: HandClock
) -> None:
    original = make_lesson("logic")
    twin = replace(
        make_lesson("other", category="Chance"),
        questions=tuple(replace(one, id=f"other-{one.id}") for one in original.questions),
    )
    school = School(database, clock, Catalogue((original, twin)))
    for question, lesson in (("logic-1", "logic"), ("other-logic-1", "other")):
        poll = await school.poll(question, lesson=lesson)
        await school.press(poll, ADA, 1)
        assert (await school.polls.close(poll)).asked.lesson == lesson
    entries = await school.entries(ADA)
    assert [entry.question for entry in entries] == ["curated:logic-1", "curated:other-logic-1"]
    assert set(await school.ratings(ADA)) == {
        "global",
        "category:logic",
        "category:chance",
        f"server:{GUILD}",
    }


async def test_a_press_past_the_agreed_time_is_practice_though_nobody_has_closed_yet(
    school: School, clock: HandClock
) -> None:
    poll = await school.poll("logic-1", minutes=1)
    clock.forward(seconds=59)
    assert isinstance(await school.press(poll, ADA, 1), Recorded)
    clock.forward(seconds=1)
    assert isinstance(await school.press(poll, KOFI, 1), Practice)
    assert set(await school.answers(poll)) == {ADA}


async def test_a_late_second_press_leaves_the_answer_as_it_was(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    before = await school.polls.close(poll)
    assert isinstance(await school.press(poll, ADA, 3), Practice)
    assert await school.polls.close(poll) == before
    assert (await school.answers(poll))[ADA].option == 1


@pytest.mark.parametrize("option", [-1, 4, 9])
async def test_an_option_that_the_poll_does_not_have_is_refused(school: School, option: int) -> None:
    poll = await school.poll("logic-1")
    neighbour, refused = await asyncio.gather(
        school.press(poll, KOFI, 0), school.press(poll, ADA, option), return_exceptions=True
    )
    assert isinstance(refused, Refusal)
    assert isinstance(neighbour, Recorded)
    assert set(await school.answers(poll)) == {KOFI}
    assert await school.first_attempts(ADA) == {}
    assert (await school.polls.close(poll)).tally.total == 1


async def test_an_unknown_poll_is_refused_without_harm_to_others(school: School) -> None:
    poll = await school.poll("logic-1")
    known, unknown = await asyncio.gather(
        school.press(poll, ADA, 0), school.press(poll + 1000, ADA, 0), return_exceptions=True
    )
    assert isinstance(known, Recorded)
    assert isinstance(unknown, Refusal)
    with pytest.raises(Refusal):
        await school.polls.close(poll + 1000)
    with pytest.raises(Refusal):
        await school.polls.view(poll + 1000)


async def test_a_withdrawn_poll_is_refused_and_has_no_result(school: School) -> None:
    prepared = await school.prepare("logic-1")
    await school.polls.withdraw(prepared.poll.id)
    with pytest.raises(Refusal, match="never opened"):
        await school.polls.close(prepared.poll.id)
    with pytest.raises(Refusal, match="withdrawn"):
        await school.polls.answer(prepared.poll.id, member=ADA, option=0, channel=CHANNEL, message=None)
    assert await school.answers(prepared.poll.id) == {}
    assert await school.polls.open_polls() == []


async def test_a_press_opens_a_poll_whose_posting_was_never_noted_down(
    school: School, clock: HandClock
) -> None:
    prepared = await school.prepare("logic-1", minutes=60)
    assert prepared.poll.state == "posting"
    outcome = await school.polls.answer(
        prepared.poll.id, member=ADA, option=1, channel=CHANNEL, message=MESSAGE + 9
    )
    assert isinstance(outcome, Recorded)
    [shown] = await school.polls.open_polls()
    assert (shown.poll.state, shown.poll.message, shown.answered) == ("open", MESSAGE + 9, 1)
    clock.forward(minutes=20)
    await school.polls.give_up_postings()
    assert [one.poll.id for one in await school.polls.open_polls()] == [prepared.poll.id]


@pytest.mark.parametrize("seed", range(4))
async def test_a_press_and_the_giving_up_of_its_post_at_once_leave_an_answer(
    school: School, elsewhere: School, clock: HandClock, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    prepared = await school.prepare("logic-1", minutes=60)
    clock.forward(minutes=16)

    async def later(work: Awaitable[object]) -> object:
        await asyncio.sleep(chance.random() / 100)
        return await work

    pressed, *_ = await asyncio.gather(
        later(school.press(prepared.poll.id, ADA, 1)),
        later(elsewhere.polls.give_up_postings()),
        later(elsewhere.polls.posted(prepared.poll.id, MESSAGE)),
        return_exceptions=True,
    )
    assert isinstance(pressed, Recorded), pressed
    assert (await school.polls.view(prepared.poll.id)).poll.state == "open"
    assert set(await school.answers(prepared.poll.id)) == {ADA}


async def test_a_poll_that_was_given_up_is_taken_up_by_the_first_who_presses_on_its_message(
    school: School, clock: HandClock
) -> None:
    """Its message stands after all, and was found by nobody within a quarter of an hour."""
    takers: tuple[Callable[[int], Awaitable[object]], ...] = (
        lambda poll: school.press(poll, ADA, 1),
        lambda poll: school.polls.ballot(poll, member=ADA, message=MESSAGE),
        lambda poll: school.polls.control(poll, STARTER, moderator=False, message=MESSAGE),
    )
    poll = 0
    for number, take in enumerate(takers, start=1):
        poll = (await school.prepare(f"logic-{number}", minutes=90)).poll.id
        clock.forward(minutes=16)
        await school.polls.give_up_postings()
        assert (await school.polls.view(poll)).poll.state == "withdrawn"
        await take(poll)
        found = (await school.polls.view(poll)).poll
        assert (found.state, found.message) == ("open", MESSAGE)
        assert await _events(school, poll) == [(1, "opened", STARTER)]
    last = await school.press(poll, KOFI, 1)
    assert isinstance(last, Recorded)
    await school.polls.close(last.poll.id)
    assert len(await school.entries(KOFI)) == 1


async def test_a_poll_that_was_given_up_stays_so_once_its_time_is_over(
    school: School, clock: HandClock
) -> None:
    prepared = await school.prepare("logic-1", minutes=10)
    clock.forward(minutes=16)
    await school.polls.give_up_postings()
    with pytest.raises(Refusal, match="withdrawn, so nothing was recorded"):
        await school.press(prepared.poll.id, ADA, 1)


async def test_whoever_presses_on_a_poll_that_was_withdrawn_is_told_so_and_loses_nothing(
    school: School, clock: HandClock
) -> None:
    """Its message stands after all, but its question was asked again since."""
    prepared = await school.prepare("logic-1", minutes=60)
    clock.forward(minutes=16)
    await school.polls.give_up_postings()
    poll = prepared.poll.id
    again = await school.poll("logic-1")
    with pytest.raises(Refusal, match="withdrawn, so nothing was recorded"):
        await school.press(poll, ADA, 1)
    with pytest.raises(Refusal, match="withdrawn, so nothing was recorded"):
        await school.polls.ballot(poll, member=ADA, message=MESSAGE)
    with pytest.raises(Refusal, match="never opened"):
        await school.polls.own_result(poll, ADA)
    with pytest.raises(Refusal, match="so it was withdrawn and takes no answers"):
        await school.polls.control(poll, STARTER, moderator=False, message=MESSAGE)
    await school.polls.posted(poll, MESSAGE)
    assert (await school.polls.view(poll)).poll.state == "withdrawn"
    assert await school.first_attempts(ADA) == {}
    await school.press(again, ADA, 1)
    await school.polls.close(again)
    assert len(await school.entries(ADA)) == 1


async def test_two_processes_may_open_such_a_poll_at_once(school: School, elsewhere: School) -> None:
    prepared = await school.prepare("logic-1")
    outcomes = await asyncio.gather(
        *(process.press(prepared.poll.id, ADA + n, 1) for n in range(6) for process in (school, elsewhere))
    )
    assert sum(isinstance(one, Recorded) and one.fresh for one in outcomes) == 6
    assert len(await school.answers(prepared.poll.id)) == 6


async def test_a_poll_that_nobody_saw_is_given_up_after_a_quarter_of_an_hour(
    school: School, clock: HandClock
) -> None:
    prepared = await school.prepare("logic-1", minutes=60)
    clock.forward(minutes=14)
    await school.polls.give_up_postings()
    view = await school.polls.view(prepared.poll.id)
    assert isinstance(view, OpenPoll)
    assert view.poll.state == "posting"
    clock.forward(minutes=2)
    await school.polls.give_up_postings()
    view = await school.polls.view(prepared.poll.id)
    assert isinstance(view, OpenPoll)
    assert view.poll.state == "withdrawn"


async def test_closing_moves_the_ratings_exactly_by_the_rule(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    await school.press(poll, KOFI, 0)
    assert await school.ratings(ADA) == {}
    result = await school.polls.close(poll)
    assert (result.tally.counts, result.asked.key) == ((1, 1, 0, 0), 1)
    for member, correct in ((ADA, True), (KOFI, False)):
        change = rate(Standing(), difficulty=1500, options=4, correct=correct, weight=0.5)
        rows = await school.ratings(member)
        assert set(rows) == {"global", "category:logic", f"server:{GUILD}"}
        for row in rows.values():
            assert (row.estimate, row.evidence) == (change.after.estimate, 0.5)
            assert (row.answers, row.correct) == (1, int(correct))
        assert rows["global"].rating == rows["category:logic"].rating == change.shown_after
        assert rows[f"server:{GUILD}"].rating == blend(change.after, change.after).rating
        own = await school.polls.own_result(poll, member)
        assert own.option == (1 if correct else 0)
        assert {one.ladder.key: (one.before, one.after) for one in own.moved} == {
            key: (1100, row.rating) for key, row in rows.items()
        }
        assert all(one.weight == 0.5 and one.difficulty == 1500 for one in own.moved)
    await school.audit([ADA, KOFI])


async def test_a_server_ladder_starts_at_the_worlds_estimate_and_ranks_by_the_blend(school: School) -> None:
    for question in ("logic-0", "logic-1", "logic-2"):
        poll = await school.poll(question)
        await school.press(poll, ADA, int(question[-1]))
        await school.polls.close(poll)
    elsewhere_poll = await school.poll("chance-0", guild=OTHER_GUILD)
    before = (await school.ratings(ADA))["global"]
    await school.press(elsewhere_poll, ADA, 1)
    await school.polls.close(elsewhere_poll)
    [first] = await school.entries(ADA, f"server:{OTHER_GUILD}")
    assert (first.estimate_before, first.evidence_before) == (before.estimate, 0.0)
    rows = await school.ratings(ADA)
    whole = Standing(rows["global"].estimate, rows["global"].evidence)
    home = rows[f"server:{GUILD}"]
    assert home.rating == blend(whole, Standing(home.estimate, home.evidence)).rating
    assert home.entries == 3
    await school.audit([ADA])


async def test_a_servers_own_lesson_moves_that_servers_ladder_alone(
    database: Database, clock: HandClock
) -> None:
    school = School(database, clock, Catalogue((make_lesson("house", owner=str(GUILD)),)))
    poll = await school.poll("house-1")
    await school.press(poll, ADA, 1)
    await school.polls.close(poll)
    assert set(await school.ratings(ADA)) == {f"server:{GUILD}"}
    await school.audit([ADA])


async def test_a_poll_without_answers_closes_with_an_empty_result(school: School) -> None:
    poll = await school.poll("logic-1")
    result = await school.polls.close(poll)
    assert (result.tally.counts, result.tally.total) == ((0, 0, 0, 0), 0)


async def test_closing_again_gives_the_same_result_and_rates_nobody_twice(
    school: School, clock: HandClock
) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    first = await school.polls.close(poll, STARTER)
    rows = await school.ratings(ADA)
    clock.forward(hours=1)
    assert await school.polls.close(poll) == first
    assert await school.ratings(ADA) == rows
    assert (first.poll.closed_by, first.poll.closed_at) == (STARTER, clock() - timedelta(hours=1))


@pytest.mark.parametrize("seed", range(3))
async def test_rivals_in_two_processes_close_a_poll_once(
    school: School, elsewhere: School, seed: int
) -> None:
    poll = await school.poll("logic-1")
    chance = random.Random(seed)  # noqa: S311
    for number in range(8):
        await school.press(poll, ADA + number, number % 4)
    results = await asyncio.gather(
        *(chance.choice([school, elsewhere]).polls.close(poll, STARTER + n, moderator=True) for n in range(6))
    )
    assert len(set(map(repr, results))) == 1
    for number in range(8):
        assert len(await school.entries(ADA + number)) == 1
    await school.audit(range(ADA, ADA + 8))


@pytest.mark.parametrize("seed", range(3))
async def test_an_answer_in_flight_at_the_close_is_rated_or_told_that_it_is_practice(
    school: School, elsewhere: School, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    poll = await school.poll("logic-1")
    members = range(ADA, ADA + 60)

    async def press(member: int) -> tuple[int, Recorded | Practice]:
        await asyncio.sleep(chance.random() / 50)
        return member, await chance.choice([school, elsewhere]).press(poll, member, 1)

    async def close() -> PollResult:
        await asyncio.sleep(0.01)
        return await chance.choice([school, elsewhere]).polls.close(poll)

    before = await press(members[0])
    during, result = await asyncio.gather(
        asyncio.gather(*(press(member) for member in members[1:-1])), close()
    )
    outcomes = [before, *during, await press(members[-1])]
    counted = {member for member, outcome in outcomes if isinstance(outcome, Recorded)}
    assert 0 < len(counted) < len(members)
    assert result.tally.total == len(counted)
    assert set(await school.answers(poll)) == counted
    for member in members:
        assert len(await school.entries(member)) == (member in counted)
        source = f"poll:{poll}" if member in counted else f"seen:{poll}"
        assert list((await school.first_attempts(member)).values()) == [source]


async def test_only_the_starter_or_a_moderator_closes_a_poll_early(school: School) -> None:
    poll = await school.poll("logic-1")
    with pytest.raises(NotAllowed):
        await school.polls.close(poll, ADA)
    assert isinstance(await school.polls.view(poll), OpenPoll)
    assert (await school.polls.close(poll, STARTER)).poll.closed_by == STARTER
    other = await school.poll("logic-2")
    assert (await school.polls.close(other, ADA, moderator=True)).poll.closed_by == ADA
    third = await school.poll("logic-3")
    assert (await school.polls.close(third)).poll.closed_by is None


async def test_due_polls_are_named_the_longest_overdue_first(school: School, clock: HandClock) -> None:
    late = await school.poll("logic-1", minutes=5)
    early = await school.poll("logic-2", minutes=2)
    await school.poll("logic-3", minutes=60)
    assert await school.polls.due() == []
    clock.forward(minutes=5)
    assert await school.polls.due() == [early, late]
    await school.polls.close(early)
    assert await school.polls.due() == [late]


async def test_a_result_is_offered_until_it_was_delivered(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    assert await school.polls.undelivered() == []
    result = await school.polls.close(poll)
    assert await school.polls.undelivered() == [result]
    await school.polls.delivered(poll)
    assert await school.polls.undelivered() == []


async def test_a_poll_that_was_posted_again_stands_at_its_new_message(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.polls.reposted(poll, CHANNEL + 1, MESSAGE + 1)
    [shown] = await school.polls.open_polls()
    assert (shown.poll.channel, shown.poll.message) == (CHANNEL + 1, MESSAGE + 1)


async def test_the_claim_of_a_first_attempt_is_made_by_the_press_while_the_poll_is_open(
    school: School,
) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    assert await school.first_attempts(ADA) == {"curated:logic-1": f"poll:{poll}"}
    quiz = await school.quiz(ADA, guild=None)
    assert (quiz.rated, len(quiz.quiz.questions)) == (3, 4)


async def test_a_question_answered_in_a_quiz_is_not_rated_in_a_poll(school: School) -> None:
    quiz = await school.quiz(ADA, "chance")
    put = await school.next(quiz.quiz.id, ADA)
    await school.quizzes.answer(quiz.quiz.id, put.question.position, 0, ADA)
    before = await school.ratings(ADA)
    poll = await school.poll(put.question.question.partition(":")[2])
    await school.press(poll, ADA, 0)
    await school.press(poll, KOFI, 0)
    result = await school.polls.close(poll)
    assert result.tally.total == 2
    assert await school.ratings(ADA) == before
    own = await school.polls.own_result(poll, ADA)
    assert (own.option, own.moved) == (0, ())
    assert len(await school.entries(KOFI)) == 1


async def test_a_question_pressed_in_a_poll_is_not_rated_in_a_quiz(school: School) -> None:
    poll = await school.poll("chance-1")
    await school.press(poll, ADA, 1)
    await school.polls.close(poll)
    before = await school.ratings(ADA)
    quiz = await school.quiz(ADA, "chance")
    verdicts = [await school.solve(quiz.quiz.id, ADA) for _ in range(3)]
    again = next(one for one in verdicts if one.question.question == "curated:chance-1")
    assert again.correct
    assert again.moved == ()
    assert (await school.ratings(ADA))["global"].answers == before["global"].answers + 2
    await school.audit([ADA])


async def test_a_question_answered_in_two_polls_is_rated_in_the_first_alone(school: School) -> None:
    first = await school.poll("logic-1")
    second = await school.poll("logic-1", guild=OTHER_GUILD)
    await school.press(first, ADA, 1)
    await school.press(second, ADA, 0)
    await school.polls.close(second)
    assert await school.ratings(ADA) == {}
    await school.polls.close(first)
    [entry] = await school.entries(ADA)
    assert (entry.source, entry.correct) == (f"poll:{first}", True)
    assert f"server:{OTHER_GUILD}" not in await school.ratings(ADA)


async def test_what_nobody_was_asked_yet_comes_first_then_what_was_asked_longest_ago(
    school: School, clock: HandClock
) -> None:
    asked: list[str] = []
    for _ in range(9):
        poll = await school.poll(lesson="chance")
        view = await school.polls.view(poll)
        asked.append(view.poll.question)
        await school.polls.close(poll)
        clock.forward(minutes=1)
    assert set(asked[:3]) == {"curated:chance-0", "curated:chance-1", "curated:chance-2"}
    assert asked[3:6] == asked[:3]
    assert asked[6:] == asked[:3]


async def test_what_another_server_was_asked_does_not_count_here(school: School) -> None:
    there = {
        (await school.polls.view(await school.poll(lesson="chance", guild=OTHER_GUILD))).poll.question
        for _ in range(2)
    }
    here = {(await school.polls.view(await school.poll(lesson="chance"))).poll.question for _ in range(3)}
    assert len(there) == 2
    assert len(here) == 3


async def test_a_withdrawn_poll_leaves_its_question_as_if_never_asked(
    school: School, clock: HandClock
) -> None:
    for question in ("chance-0", "chance-1"):
        await school.polls.close(await school.poll(question))
    withdrawn = await school.prepare("chance-2")
    await school.polls.withdraw(withdrawn.poll.id)
    clock.forward(minutes=1)
    assert (await school.prepare(lesson="chance")).poll.question == "curated:chance-2"


async def test_a_question_in_an_open_poll_is_never_asked_again_here(school: School) -> None:
    for _ in range(3):
        await school.poll(lesson="chance")
    with pytest.raises(Refusal, match="open poll here already"):
        await school.poll(lesson="chance")
    with pytest.raises(Refusal, match="open poll here already"):
        await school.poll("chance-1")
    assert (await school.prepare()).poll.question.startswith("curated:logic")
    assert (await school.prepare("chance-1", guild=OTHER_GUILD)).poll.question == "curated:chance-1"


async def test_polls_prepared_at_once_ask_different_questions(school: School, elsewhere: School) -> None:
    processes = [school, elsewhere]
    prepared = await asyncio.gather(*(processes[number % 2].prepare() for number in range(7)))
    assert len({one.poll.question for one in prepared}) == 7


async def test_what_cannot_be_asked_is_refused(school: School) -> None:
    with pytest.raises(Refusal, match="no lesson"):
        await school.prepare(lesson="alchemy")
    with pytest.raises(Refusal, match="no such question"):
        await school.prepare("logic-99")
    with pytest.raises(Refusal, match="no such question"):
        await school.prepare("logic-1", lesson="chance")
    for minutes in (0.49, 7 * 24 * 60 + 1, -1):
        with pytest.raises(Refusal, match="30 seconds to 7 days"):
            await school.prepare("logic-1", minutes=minutes)
    assert await school.polls.open_polls() == []
    async with school.database.reading() as unit:
        assert await unit.polls.open_questions([GUILD]) == {}


@pytest.mark.parametrize("lessons", [(), (make_lesson("logic", wording="Reworded "),)])
async def test_a_poll_outlives_its_lessons_removal_and_rewording(
    school: School, database: Database, clock: HandClock, lessons: tuple[()]
) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    later = School(database, clock, Catalogue((make_lesson("chance"), *lessons)))
    pressed = await later.press(poll, KOFI, 0)
    assert pressed.asked.stem == "logic 1?"
    result = await later.polls.close(poll)
    assert (result.asked.stem, result.asked.key, result.tally.counts) == ("logic 1?", 1, (1, 1, 0, 0))
    own = await later.polls.own_result(poll, ADA)
    assert own.asked.options[1] == "logic 1 reply 1"
    assert {one.ladder.key for one in own.moved} == {"global", "category:logic", f"server:{GUILD}"}
    await school.audit([ADA, KOFI])


async def test_an_explanation_mended_later_is_the_one_that_is_shown(school: School, clock: HandClock) -> None:
    from dataclasses import replace

    poll = await school.poll("logic-1")
    logic = LESSONS.lesson("logic")
    mended = replace(
        logic, questions=tuple(replace(one, explanation="Better said.") for one in logic.questions)
    )
    later = School(school.database, clock, Catalogue((mended,)))
    assert (await later.polls.close(poll)).asked.explanation == "Better said."


async def test_nobody_sees_a_result_before_the_close(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    with pytest.raises(Refusal):
        await school.polls.own_result(poll, ADA)
    view = await school.polls.view(poll)
    assert isinstance(view, OpenPoll)
    assert view.answered == 1


async def test_whoever_did_not_answer_has_a_result_without_an_option(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.polls.close(poll)
    own = await school.polls.own_result(poll, MATEO)
    assert (own.option, own.moved) == (None, ())


async def test_answers_of_many_polls_in_one_batch_each_find_their_own(school: School) -> None:
    polls = [await school.poll(f"logic-{number}") for number in range(4)]
    await asyncio.gather(
        *(school.press(poll, ADA + n, (n + index) % 4) for index, poll in enumerate(polls) for n in range(10))
    )
    for index, poll in enumerate(polls):
        stored = {member: answer.option for member, answer in (await school.answers(poll)).items()}
        assert stored == {ADA + n: (n + index) % 4 for n in range(10)}


_guilds = itertools.count(GUILD + 1000)
"""Every example has a server of its own."""


@settings(max_examples=12)
@given(
    presses=st.lists(
        st.tuples(st.integers(0, 4), st.integers(-1, 5), st.floats(0, 0.004), st.integers(0, 1)), max_size=25
    )
)
def test_any_interleaving_of_presses_stores_each_members_first(
    url: URL, presses: list[tuple[int, int, float, int]]
) -> None:
    async def run() -> None:
        clock = HandClock()
        databases = [Database(url), Database(url)]
        try:
            processes = [School(database, clock) for database in databases]
            poll = await processes[0].poll("logic-1", guild=next(_guilds))

            async def press(member: int, option: int, after: float, process: int) -> tuple[int, int, bool]:
                await asyncio.sleep(after)
                try:
                    outcome = await processes[process].press(poll, ADA + member, option)
                except Refusal:
                    assert option not in range(4)
                    return member, option, False
                assert isinstance(outcome, Recorded)
                return member, outcome.option, outcome.fresh

            outcomes = await asyncio.gather(*(press(*one) for one in presses))
            stored = {member - ADA: one.option for member, one in (await processes[1].answers(poll)).items()}
            allowed = [one for one in outcomes if one[1] in range(4)]
            assert sorted(member for member, _, fresh in allowed if fresh) == sorted(stored)
            assert all(stored[member] == option for member, option, _ in allowed)
            result = await processes[1].polls.close(poll)
            assert result.tally.total == len(stored)
        finally:
            for database in databases:
                await database.close()

    asyncio.run(run())


async def _events(school: School, poll: int) -> list[tuple[int, str, int | None]]:
    async with school.database.reading() as unit:
        return [(one.number, one.kind, one.by) for one in await unit.polls.events(poll)]


async def test_everything_that_is_done_with_a_poll_is_put_down_in_order(
    school: School, clock: HandClock
) -> None:
    poll = await school.poll("logic-1")
    await school.polls.posted(poll, MESSAGE)
    await school.polls.extend(poll, STARTER, timedelta(minutes=5))
    await school.polls.extend(poll, KOFI, timedelta(minutes=5), moderator=True)
    clock.forward(minutes=20)
    await school.polls.close(poll)
    await school.polls.close(poll)
    assert await _events(school, poll) == [
        (1, "opened", STARTER),
        (2, "extended", STARTER),
        (3, "extended", KOFI),
        (4, "closed", None),
    ]
    async with school.database.reading() as unit:
        moments = [one.closes_at for one in await unit.polls.events(poll)]
        found = await unit.polls.get(poll)
    assert found is not None
    assert moments == [found.opened_at + timedelta(minutes=m) for m in (10, 15, 20)] + [None]


async def test_only_the_starter_or_a_moderator_extends_or_cancels(school: School) -> None:
    poll = await school.poll("logic-1")
    with pytest.raises(NotAllowed):
        await school.polls.extend(poll, ADA, timedelta(minutes=5))
    with pytest.raises(NotAllowed):
        await school.polls.cancel(poll, ADA)
    assert await _events(school, poll) == [(1, "opened", STARTER)]


@pytest.mark.parametrize("minutes", [0, 0.1, 7 * 24 * 60 - 9])
async def test_an_extension_past_seven_days_or_of_no_time_is_refused(school: School, minutes: float) -> None:
    poll = await school.poll("logic-1", minutes=10)
    with pytest.raises(Refusal, match="stays open for 7 days at most"):
        await school.polls.extend(poll, STARTER, timedelta(minutes=minutes))
    await school.polls.extend(poll, STARTER, timedelta(minutes=7 * 24 * 60 - 10))


async def test_a_poll_whose_time_is_over_is_neither_extended_nor_cancelled(
    school: School, clock: HandClock
) -> None:
    """Whoever pressed meanwhile was told the answer."""
    poll = await school.poll("logic-1")
    clock.forward(minutes=10)
    with pytest.raises(Refusal, match="The time of this poll is over"):
        await school.polls.extend(poll, STARTER, timedelta(minutes=5))
    with pytest.raises(Refusal, match="The time of this poll is over"):
        await school.polls.cancel(poll, STARTER)
    assert isinstance(await school.polls.close_due(poll), PollResult)
    with pytest.raises(Refusal, match="was closed"):
        await school.polls.extend(poll, STARTER, timedelta(minutes=5))


async def test_the_clock_does_not_close_a_poll_that_was_extended_meanwhile(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    poll = await school.poll("logic-1")
    clock.forward(minutes=9.9)
    await elsewhere.polls.extend(poll, STARTER, timedelta(minutes=5))
    clock.forward(minutes=0.2)
    assert await school.polls.close_due(poll) is None
    assert isinstance(await school.press(poll, ADA, 1), Recorded)


async def test_a_cancelled_poll_rates_nobody_and_gives_the_first_attempts_back(school: School) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    await school.press(poll, KOFI, 2)
    cancelled = await school.polls.cancel(poll, STARTER)
    assert isinstance(cancelled, CancelledPoll)
    assert cancelled.answered == 2
    assert await school.first_attempts(ADA) == {}
    assert await school.ratings(ADA) == {}
    with pytest.raises(Refusal, match="was cancelled"):
        await school.press(poll, MATEO, 1)
    with pytest.raises(Refusal, match="was cancelled"):
        await school.polls.close(poll)
    again = await school.poll("logic-1")
    await school.press(again, ADA, 1)
    await school.polls.close(again)
    assert len(await school.entries(ADA)) == 1
    await school.audit([ADA, KOFI])


async def test_what_was_shown_elsewhere_meanwhile_is_not_rated_after_a_cancelled_poll(school: School) -> None:
    """Ada answers in a poll, then meets the question in a quiz of another server, then the poll is cancelled."""
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    opening = await school.quiz(ADA, guild=OTHER_GUILD)
    put = await school.next(opening.quiz.id, ADA)
    while put.question.question != "curated:logic-1":
        await school.quizzes.answer(opening.quiz.id, put.question.position, 0, ADA)
        put = await school.next(opening.quiz.id, ADA)
    await school.polls.cancel(poll, STARTER)
    assert (await school.first_attempts(ADA))["curated:logic-1"] == f"seen:{poll}"
    again = await school.poll("logic-1")
    await school.press(again, ADA, 1)
    await school.polls.close(again)
    assert not any(one.question == "curated:logic-1" for one in await school.entries(ADA))


async def test_a_question_asked_again_unrated_rates_nobody_ever(school: School) -> None:
    prepared = await school.polls.prepare(
        guild=GUILD,
        channel=CHANNEL,
        starter=STARTER,
        duration=timedelta(minutes=10),
        locale="en-US",
        lesson="logic",
        question="logic-1",
        rated=False,
    )
    await school.polls.posted(prepared.poll.id, MESSAGE)
    await school.press(prepared.poll.id, ADA, 1)
    await school.polls.close(prepared.poll.id)
    assert await school.ratings(ADA) == {}
    assert (await school.first_attempts(ADA))["curated:logic-1"].startswith("seen:")


async def test_the_place_on_a_ballot_is_recorded_as_the_option_that_lies_there(
    school: School, elsewhere: School
) -> None:
    poll = await school.poll("logic-1")
    for member in (ADA, KOFI, MATEO):
        own = await school.polls.ballot(poll, member=member, message=MESSAGE)
        same = await elsewhere.polls.ballot(poll, member=member, message=MESSAGE)
        assert isinstance(own, OwnBallot)
        assert isinstance(same, OwnBallot)
        assert own.order == same.order
        outcome = await elsewhere.polls.answer(
            poll, member=member, option=2, channel=CHANNEL, message=None, shuffled=True
        )
        assert isinstance(outcome, Recorded)
        assert outcome.option == own.order[2]
        assert isinstance(await school.polls.ballot(poll, member=member, message=MESSAGE), Recorded)
    with pytest.raises(Refusal, match="no such option"):
        await school.polls.answer(poll, member=2**62, option=4, channel=CHANNEL, message=None, shuffled=True)


async def test_a_ballot_that_is_opened_finds_a_poll_whose_post_was_never_noted(school: School) -> None:
    prepared = await school.prepare("logic-1")
    await school.polls.ballot(prepared.poll.id, member=ADA, message=77)
    async with school.database.reading() as unit:
        found = await unit.polls.get(prepared.poll.id)
    assert found is not None
    assert (found.state, found.message) == ("open", 77)
    assert await _events(school, prepared.poll.id) == [(1, "opened", STARTER)]


async def test_a_cancelled_poll_gives_a_question_back_to_the_quiz_that_had_shown_it(
    school: School, clock: HandClock
) -> None:
    quiz = (await school.quiz(ADA, "chance")).quiz.id
    put = await school.next(quiz, ADA)
    clock.forward(minutes=1)
    poll = await school.poll(put.question.question.partition(":")[2])
    await school.press(poll, ADA, 0)
    await school.polls.cancel(poll, STARTER)
    verdict = await school.solve(quiz, ADA)
    assert verdict.question.question == put.question.question
    (entry,) = await school.entries(ADA)
    assert (entry.source, entry.correct) == (f"quiz:{quiz}", True)
