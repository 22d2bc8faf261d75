"""Quizzes: in private, each question answered once, and what was shown counts."""

import asyncio
from dataclasses import fields

import pytest

from bot.actions.asking import asked
from bot.actions.marking import Verdict
from bot.actions.quizzes import Put
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.summaries import Summary
from bot.storage.quizzes import TIME_RAN_OUT
from ladder.rating import Standing, rate
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, LESSONS, OTHER_GUILD, School, make_lesson
from tests.conftest import HandClock


async def test_options_lie_differently_from_attempt_to_attempt(school: School) -> None:
    arrangements: set[tuple[int, ...]] = set()
    places: set[int] = set()
    orders: set[tuple[str, ...]] = set()
    for member in range(ADA, ADA + 25):
        opening = await school.quiz(member)
        put = await school.next(opening.quiz.id, member)
        arrangements.add(put.question.arrangement)
        places.add(school.place(put, right=True))
        orders.add(tuple(one.question for one in opening.quiz.questions))
        assert sorted(put.question.arrangement) == [0, 1, 2, 3]
    assert len(arrangements) > 8
    assert places == {0, 1, 2, 3}
    assert len(orders) > 8


async def test_a_question_that_is_put_does_not_tell_its_key(school: School) -> None:
    assert {one.name for one in fields(Put)} == {"quiz", "question", "stem", "options", "rated", "score"}
    opening = await school.quiz(ADA)
    put = await school.next(opening.quiz.id, ADA)
    found = LESSONS.question(put.question.question)
    assert found is not None
    assert put.options == tuple(found[1].options[option].text for option in put.question.arrangement)
    told = repr(put)
    assert "correct" not in told
    assert "key" not in told.replace(found[1].meaning, "")
    assert found[1].explanation not in told
    assert "Not " not in told


async def test_an_answer_is_rated_exactly_by_the_rule_at_once(school: School) -> None:
    opening = await school.quiz(ADA)
    assert (opening.taken_up, opening.rated, opening.held_back) == (False, 4, 0)
    verdict = await school.solve(opening.quiz.id, ADA)
    assert verdict.correct
    assert verdict.fresh
    change = rate(Standing(), difficulty=1500, options=4, correct=True, weight=1.0)
    rows = await school.ratings(ADA)
    assert set(rows) == {"global", "category:logic", f"server:{GUILD}"}
    assert {row.estimate for row in rows.values()} == {change.after.estimate}
    assert {one.ladder.key: (one.before, one.after, one.weight) for one in verdict.moved} == {
        key: (1100, row.rating, 1.0) for key, row in rows.items()
    }
    await school.solve(opening.quiz.id, ADA, right=False)
    rows = await school.ratings(ADA)
    after = rate(change.after, difficulty=1500, options=4, correct=False, weight=1.0).after
    assert rows["global"].estimate == after.estimate
    assert (rows["global"].answers, rows["global"].correct) == (2, 1)
    await school.audit([ADA])


async def test_outside_a_server_no_servers_ladder_moves(school: School) -> None:
    opening = await school.quiz(ADA, guild=None)
    await school.solve(opening.quiz.id, ADA)
    assert set(await school.ratings(ADA)) == {"global", "category:logic"}


async def test_a_second_press_gets_the_same_verdict_and_rates_nothing(school: School) -> None:
    opening = await school.quiz(ADA)
    put = await school.next(opening.quiz.id, ADA)
    position = put.question.position
    first = await school.quizzes.answer(opening.quiz.id, position, school.place(put, right=False), ADA)
    rows = await school.ratings(ADA)
    again = await school.quizzes.answer(opening.quiz.id, position, school.place(put, right=True), ADA)
    assert (first.fresh, again.fresh) == (True, False)
    assert (again.option, again.correct, again.moved) == (first.option, False, first.moved)
    assert await school.ratings(ADA) == rows


async def test_presses_at_once_in_two_processes_rate_once(school: School, elsewhere: School) -> None:
    opening = await school.quiz(ADA)
    put = await school.next(opening.quiz.id, ADA)
    presses = [
        process.quizzes.answer(opening.quiz.id, put.question.position, place, ADA)
        for place in range(4)
        for process in (school, elsewhere)
    ]
    verdicts = await asyncio.gather(*presses)
    assert sum(one.fresh for one in verdicts) == 1
    assert len({(one.option, one.moved) for one in verdicts}) == 1
    assert len(await school.entries(ADA)) == 1
    await school.audit([ADA])


async def test_many_members_answering_at_once_are_each_rated(school: School, elsewhere: School) -> None:
    members = range(ADA, ADA + 20)

    async def sit(member: int) -> list[Verdict]:
        process = (school, elsewhere)[member % 2]
        opening = await process.quiz(member, "chance")
        return [await process.solve(opening.quiz.id, member, right=member % 3 > 0) for _ in range(3)]

    sittings = await asyncio.gather(*(sit(member) for member in members))
    assert all(verdict.fresh and len(verdict.moved) == 3 for verdicts in sittings for verdict in verdicts)
    for member in members:
        assert len(await school.entries(member)) == 3
    await school.audit(members)


async def test_answers_in_one_batch_leave_the_journal_that_one_by_one_would(school: School) -> None:
    here = await school.quiz(ADA, "logic")
    first = await school.next(here.quiz.id, ADA)
    chance = LESSONS.lesson("chance")
    async with school.database.unit() as unit:
        await unit.meanings.keep([asked(chance, chance.questions[0])])
        # A duel goes on beside a quiz.
        there = await unit.quizzes.add(
            [
                {
                    "question": chance.questions[0].identity,
                    "meaning": chance.questions[0].meaning,
                    "difficulty": chance.rating,
                    "arrangement": [2, 0, 1],
                }
            ],
            member=ADA,
            guild=OTHER_GUILD,
            lesson=chance.slug,
            lesson_title=chance.title,
            kind="duel",
            opened_at=school.clock(),
        )
    puts = [(here.quiz.id, first), (there, await school.next(there, ADA))]
    verdicts = await asyncio.gather(
        *(
            school.quizzes.answer(quiz, put.question.position, school.place(put, right=True), ADA)
            for quiz, put in puts
        )
    )
    assert [len(one.moved) for one in verdicts] == [3, 3]
    await school.audit([ADA])


async def test_somebody_elses_quiz_is_refused(school: School) -> None:
    opening = await school.quiz(ADA)
    put = await school.next(opening.quiz.id, ADA)
    with pytest.raises(NotAllowed, match="somebody else"):
        await school.quizzes.put(opening.quiz.id, KOFI)
    mine, theirs = await asyncio.gather(
        school.quizzes.answer(opening.quiz.id, put.question.position, 0, ADA),
        school.quizzes.answer(opening.quiz.id, put.question.position, 1, KOFI),
        return_exceptions=True,
    )
    assert isinstance(theirs, NotAllowed)
    assert isinstance(mine, Verdict)
    assert mine.option == put.question.arrangement[0]
    assert await school.ratings(KOFI) == {}
    assert await school.first_attempts(KOFI) == {}


async def test_what_cannot_be_answered_is_refused(school: School) -> None:
    opening = await school.quiz(ADA)
    with pytest.raises(Refusal, match="no longer known"):
        await school.quizzes.put(opening.quiz.id + 1000, ADA)
    with pytest.raises(Refusal, match="no longer known"):
        await school.quizzes.answer(opening.quiz.id + 1000, 0, 0, ADA)
    with pytest.raises(Refusal, match="no longer known"):
        await school.quizzes.answer(opening.quiz.id, 99, 0, ADA)
    with pytest.raises(Refusal, match="not asked yet"):
        await school.quizzes.answer(opening.quiz.id, 0, 0, ADA)
    await school.next(opening.quiz.id, ADA)
    for place in (4, 9, -2):
        with pytest.raises(Refusal, match="no such option"):
            await school.quizzes.answer(opening.quiz.id, 0, place, ADA)
    with pytest.raises(Refusal, match="no lesson"):
        await school.quiz(ADA, "alchemy")
    assert await school.ratings(ADA) == {}


async def test_a_quiz_is_taken_up_where_it_was_left(school: School, clock: HandClock) -> None:
    opening = await school.quiz(ADA)
    await school.solve(opening.quiz.id, ADA)
    shown = await school.next(opening.quiz.id, ADA)
    clock.forward(hours=3)
    again = await school.quiz(ADA)
    assert again.taken_up
    assert (again.quiz.id, again.rated) == (opening.quiz.id, 3)
    put = await school.next(again.quiz.id, ADA)
    assert (put.stem, put.options, put.question.position) == (shown.stem, shown.options, 1)
    assert not (await school.quiz(KOFI)).taken_up


async def test_quizzes_opened_at_once_are_one_quiz(school: School, elsewhere: School) -> None:
    """Else the second would tell the answers of the first, which alone is rated."""
    openings = await asyncio.gather(*(process.quiz(ADA) for process in (school, elsewhere) * 4))
    assert len({one.quiz.id for one in openings}) == 1
    assert sorted(one.taken_up for one in openings) == [False] + [True] * 7


async def test_a_finished_quiz_makes_room_for_another_which_is_practice(school: School) -> None:
    opening = await school.quiz(ADA, "chance")
    for _ in range(3):
        await school.solve(opening.quiz.id, ADA)
    rows = await school.ratings(ADA)
    again = await school.quiz(ADA, "chance")
    assert (again.taken_up, again.rated) == (False, 0)
    put = await school.next(again.quiz.id, ADA)
    assert not put.rated
    verdict = await school.solve(again.quiz.id, ADA)
    assert verdict.fresh
    assert verdict.moved == ()
    assert await school.ratings(ADA) == rows


async def test_a_question_in_an_open_poll_is_held_back_in_that_server_only(school: School) -> None:
    poll = await school.poll("chance-1")
    here = await school.quiz(ADA, "chance", GUILD)
    assert (here.held_back, len(here.quiz.questions)) == (1, 2)
    assert "curated:chance-1" not in {one.question for one in here.quiz.questions}
    assert (await school.quiz(KOFI, "chance", OTHER_GUILD)).held_back == 0
    assert (await school.quiz(KOFI + 1, "chance", None)).held_back == 0
    await school.polls.close(poll)
    assert (await school.quiz(KOFI + 2, "chance", GUILD)).held_back == 0


async def test_a_lesson_all_of_which_is_in_open_polls_is_refused_for_now(school: School) -> None:
    for number in range(3):
        await school.poll(f"chance-{number}")
    with pytest.raises(Refusal, match="open poll here"):
        await school.quiz(ADA, "chance")


async def test_only_what_was_shown_is_claimed(school: School) -> None:
    opening = await school.quiz(ADA)
    assert await school.first_attempts(ADA) == {}
    put = await school.next(opening.quiz.id, ADA)
    assert put.rated
    assert await school.first_attempts(ADA) == {put.question.question: f"quiz:{opening.quiz.id}"}


async def test_what_was_shown_and_left_for_a_day_counts_as_wrong(school: School, clock: HandClock) -> None:
    opening = await school.quiz(ADA)
    await school.solve(opening.quiz.id, ADA)
    left = await school.next(opening.quiz.id, ADA)
    clock.forward(hours=23, minutes=59)
    await school.quizzes.expire()
    assert len(await school.entries(ADA)) == 1
    clock.forward(minutes=2)
    await school.quizzes.expire()
    entries = await school.entries(ADA)
    assert [entry.correct for entry in entries] == [True, False]
    assert entries[1].question == left.question.question
    assert set(await school.first_attempts(ADA)) == {entry.question for entry in entries}
    summary = await school.quizzes.put(opening.quiz.id, ADA)
    assert isinstance(summary, Summary)
    assert (summary.correct, summary.total, summary.rated) == (1, 4, 2)
    assert summary.quiz.finished_at == clock()
    assert summary.quiz.questions[left.question.position].option == TIME_RAN_OUT
    await school.quizzes.expire()
    assert len(await school.entries(ADA)) == 2
    await school.audit([ADA])


async def test_a_late_press_on_what_expired_is_told_that_time_ran_out(
    school: School, clock: HandClock
) -> None:
    opening = await school.quiz(ADA)
    put = await school.next(opening.quiz.id, ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    verdict = await school.quizzes.answer(
        opening.quiz.id, put.question.position, school.place(put, right=True), ADA
    )
    assert (verdict.option, verdict.fresh, verdict.correct) == (TIME_RAN_OUT, False, False)
    assert [entry.correct for entry in await school.entries(ADA)] == [False]


async def test_an_expired_quiz_shows_no_further_question(school: School, clock: HandClock) -> None:
    """Else what it showed would be claimed and could be left unanswered for ever."""
    opening = await school.quiz(ADA)
    await school.next(opening.quiz.id, ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    claimed = await school.first_attempts(ADA)
    assert isinstance(await school.quizzes.put(opening.quiz.id, ADA), Summary)
    assert await school.first_attempts(ADA) == claimed
    fresh = await school.quiz(ADA)
    assert (fresh.taken_up, fresh.rated) == (False, 3)


async def test_a_quiz_that_was_never_begun_ends_without_a_trace_in_the_ratings(
    school: School, clock: HandClock
) -> None:
    opening = await school.quiz(ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    assert await school.ratings(ADA) == {}
    assert await school.first_attempts(ADA) == {}
    assert (await school.quiz(ADA)).quiz.id != opening.quiz.id


async def test_a_question_has_its_own_day_however_old_its_quiz(school: School, clock: HandClock) -> None:
    opening = await school.quiz(ADA)
    await school.solve(opening.quiz.id, ADA)
    clock.forward(hours=20)
    await school.next(opening.quiz.id, ADA)
    clock.forward(hours=20)
    await school.quizzes.expire()
    verdict = await school.solve(opening.quiz.id, ADA)
    assert verdict.correct
    clock.forward(minutes=1)
    await school.quizzes.expire()
    assert (await school.quiz(ADA)).taken_up


async def test_expiry_in_two_processes_against_a_press_counts_once(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    quizzes = [(member, (await school.quiz(member)).quiz.id) for member in range(ADA, ADA + 8)]
    puts = [(member, quiz, await school.next(quiz, member)) for member, quiz in quizzes]
    clock.forward(hours=25)
    await asyncio.gather(
        school.quizzes.expire(),
        elsewhere.quizzes.expire(),
        *(
            school.quizzes.answer(quiz, 0, school.place(put, right=True), member)
            for member, quiz, put in puts
        ),
    )
    for member, _ in quizzes:
        assert len(await school.entries(member)) == 1
    await school.audit(member for member, _ in quizzes)


async def test_the_summary_tells_the_change_from_before_the_first_to_after_the_last(school: School) -> None:
    opening = await school.quiz(ADA)
    verdicts = [await school.solve(opening.quiz.id, ADA, right=number != 2) for number in range(4)]
    assert [verdict.quiz.left for verdict in verdicts] == [3, 2, 1, 0]
    summary = await school.quizzes.put(opening.quiz.id, ADA)
    assert isinstance(summary, Summary)
    assert (summary.correct, summary.total, summary.rated) == (3, 4, 4)
    assert summary.moved is not None
    rows = await school.ratings(ADA)
    assert (summary.moved.before, summary.moved.after) == (1100, rows["global"].rating)
    on_world = [one for verdict in verdicts for one in verdict.moved if one.ladder.key == "global"]
    assert summary.moved.change == sum(one.change for one in on_world)
    assert summary.moved.by_certainty == pytest.approx(sum(one.by_certainty for one in on_world))


async def test_a_summary_of_practice_has_no_change(school: School) -> None:
    verdicts = [await school.solve((await school.quiz(ADA, "chance")).quiz.id, ADA) for _ in range(6)]
    assert len({verdict.quiz.id for verdict in verdicts}) == 2
    summary = await school.quizzes.put(verdicts[-1].quiz.id, ADA)
    assert isinstance(summary, Summary)
    assert (summary.correct, summary.rated, summary.moved) == (3, 0, None)
    assert summary.to_repair == ()


async def test_sections_worth_reading_again_are_named_once_each(school: School) -> None:
    opening = await school.quiz(ADA)
    for _ in range(4):
        await school.solve(opening.quiz.id, ADA, right=False)
    summary = await school.quizzes.put(opening.quiz.id, ADA)
    assert isinstance(summary, Summary)
    assert summary.correct == 0
    assert set(summary.to_repair) <= {("logic", "first"), ("logic", "second")}
    assert len(summary.to_repair) == len(set(summary.to_repair)) > 0


async def test_a_quiz_outlives_the_rewording_of_its_lesson(school: School, clock: HandClock) -> None:
    opening = await school.quiz(ADA)
    later = School(
        school.database, clock, Catalogue((make_lesson("logic", wording="Reworded ", questions=2),))
    )
    put = await later.next(opening.quiz.id, ADA)
    assert put.stem.startswith("logic")
    found = LESSONS.question(put.question.question)
    assert found is not None
    place = put.question.arrangement.index(found[1].key)
    verdict = await later.quizzes.answer(opening.quiz.id, put.question.position, place, ADA)
    assert verdict.correct
    assert verdict.asked.stem == found[1].stem


async def test_leaving_the_program_waits_for_the_answers_in_flight(school: School) -> None:
    opening = await school.quiz(ADA)
    put = await school.next(opening.quiz.id, ADA)
    poll = await school.poll("chance-1")
    waiting = [
        asyncio.create_task(school.press(poll, ADA, 1)),
        asyncio.create_task(school.quizzes.answer(opening.quiz.id, put.question.position, 0, ADA)),
    ]
    await asyncio.sleep(0)
    await school.actions.drain()
    assert set(await school.answers(poll)) == {ADA}
    assert len(await school.entries(ADA)) == 1
    await asyncio.gather(*waiting)


async def test_a_left_quiz_holds_back_what_is_in_an_open_poll_by_now(
    school: School, clock: HandClock
) -> None:
    quiz = (await school.quiz(ADA)).quiz.id
    shown = await school.next(quiz, ADA)
    question = shown.question.question.partition(":")[2]
    poll = await school.poll(question)
    with pytest.raises(Refusal, match="in an open poll here"):
        await school.quizzes.answer(quiz, shown.question.position, 0, ADA)
    for _ in range(len(shown.quiz.questions) - 1):
        assert (await school.next(quiz, ADA)).question.question != shown.question.question
        await school.solve(quiz, ADA)
    with pytest.raises(Refusal, match="in an open poll here"):
        await school.quizzes.put(quiz, ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    with pytest.raises(Refusal, match="in an open poll here"):
        await school.quizzes.put(quiz, ADA)
    await school.polls.close(poll)
    await school.quizzes.expire()
    assert isinstance(await school.quizzes.put(quiz, ADA), Summary)


async def test_quizzes_that_wait_for_open_polls_keep_no_other_from_expiring(
    school: School, clock: HandClock
) -> None:
    waiting = range(KOFI + 1, KOFI + 56)
    for member in waiting:
        await school.next((await school.quiz(member)).quiz.id, member)
    for question in LESSONS.lesson("logic").questions:
        await school.poll(question.id)
    clock.forward(minutes=1)
    other = (await school.quiz(ADA, "chance")).quiz.id
    await school.next(other, ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    assert isinstance(await school.quizzes.put(other, ADA), Summary)
    assert [entry.correct for entry in await school.entries(ADA)] == [False]
    assert not await school.entries(waiting[0])


async def test_a_question_shown_here_and_answered_in_a_poll_since_is_rated_there_alone(
    school: School,
) -> None:
    quiz = (await school.quiz(ADA)).quiz.id
    shown = await school.next(quiz, ADA)
    poll = await school.poll(shown.question.question.partition(":")[2])
    await school.press(poll, ADA, 0)
    await school.polls.close(poll)
    (entry,) = await school.entries(ADA)
    assert entry.source == f"poll:{poll}"
    before = await school.ratings(ADA)
    verdict = await school.solve(quiz, ADA)
    assert verdict.question.question == shown.question.question
    assert verdict.correct
    assert verdict.moved == ()
    assert await school.ratings(ADA) == before
