"""The rules of evidence, as they work in the whole: what moves a rating, by how much, and who stands on a board."""

from datetime import timedelta

import pytest

from bot.actions import listing
from bot.actions.audit import verify
from bot.actions.books import Evidence
from bot.actions.quizzes import Put
from bot.actions.rating import rate_all, void
from bot.storage.ratings import Entry
from bot.storage.reviews import Reviewed
from ladder.evidence import POLL_WEIGHT, REVEALED_WEIGHT, SOLO_WEIGHT
from ladder.rating import IDLE_AFTER, Standing, after_idle
from ladder.standings import Ladder
from tests.actions.school import ADA, GUILD, KOFI, LESSONS, MATEO, OTHER_GUILD, School, make_lesson
from tests.conftest import HandClock

WORLD, HERE = Ladder.world().key, Ladder.server(GUILD).key


async def meet(school: School, member: int, guild: int = GUILD) -> None:
    await school.actions.people.meet(member, "somebody", guild)


async def reveal(school: School, question: str = "logic-1", guild: int = GUILD) -> None:
    """A poll that nobody answers, from its post to its result."""
    poll = await school.poll(question, guild=guild)
    await school.polls.close(poll)


async def solve(
    school: School, member: int, question: str = "logic-1", *, right: bool = True, guild: int | None = GUILD
) -> Entry | None:
    """The member answers a quiz up to that question; its entry in the world's journal."""
    quiz = (await school.quiz(member, question.rpartition("-")[0], guild)).quiz.id
    while isinstance(put := await school.quizzes.put(quiz, member), Put):
        place = school.place(put, right=right)
        await school.quizzes.answer(quiz, put.question.position, place, member)
    return next((one for one in await school.entries(member) if one.question == f"curated:{question}"), None)


async def weight(school: School, member: int, **where: int | None) -> float | None:
    entry = await solve(school, member, **where)  # pyright: ignore[reportArgumentType]
    assert entry is not None
    return entry.weight


async def points(school: School, ladder: str, member: int) -> int | None:
    """Where the member stands on a board; None for nowhere."""
    page = await school.database.standings.page(ladder, 0, 99)
    return next((row.points for row in page.rows if row.member == member), None)


async def sound(school: School) -> None:
    assert (await verify(school.database, progress=lambda *_: None)).faults == ()


async def test_after_a_reveal_whoever_was_met_there_answers_with_a_quarter(
    school: School, clock: HandClock
) -> None:
    await meet(school, ADA)
    await reveal(school)
    clock.forward(days=1)
    assert await weight(school, ADA) == REVEALED_WEIGHT
    assert await weight(school, KOFI) == SOLO_WEIGHT
    await sound(school)


async def test_it_is_a_quarter_wherever_the_answer_is_given(school: School, clock: HandClock) -> None:
    await meet(school, ADA)
    await reveal(school)
    clock.forward(days=1)
    assert await weight(school, ADA, guild=OTHER_GUILD) == REVEALED_WEIGHT


async def test_a_meeting_more_than_thirty_days_before_the_reveal_does_not_count(
    school: School, clock: HandClock
) -> None:
    await meet(school, ADA)
    await meet(school, KOFI)
    clock.forward(days=20)
    await meet(school, KOFI)
    clock.forward(days=11)
    await reveal(school)
    clock.forward(minutes=1)
    assert await weight(school, ADA) == SOLO_WEIGHT
    assert await weight(school, KOFI) == REVEALED_WEIGHT


async def test_a_meeting_after_the_reveal_neither_counts_nor_hides_one_before_it(
    school: School, clock: HandClock
) -> None:
    await meet(school, KOFI)
    await reveal(school)
    clock.forward(days=40)
    await meet(school, ADA)
    await meet(school, KOFI)
    assert await weight(school, ADA) == SOLO_WEIGHT
    assert await weight(school, KOFI) == REVEALED_WEIGHT


async def test_a_poll_after_a_reveal_elsewhere_weighs_a_quarter_too(school: School, clock: HandClock) -> None:
    await meet(school, ADA, OTHER_GUILD)
    await reveal(school, guild=OTHER_GUILD)
    clock.forward(days=1)
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    await school.press(poll, KOFI, 1)
    await school.polls.close(poll)
    assert [entry.weight for entry in await school.entries(ADA)] == [REVEALED_WEIGHT]
    assert [entry.weight for entry in await school.entries(KOFI)] == [POLL_WEIGHT]


async def test_an_answer_before_the_reveal_keeps_its_weight(school: School, clock: HandClock) -> None:
    await meet(school, ADA)
    poll = await school.poll("logic-1", guild=OTHER_GUILD, minutes=60)
    await school.press(poll, ADA, 1)
    clock.forward(minutes=1)
    await reveal(school)
    clock.forward(hours=2)
    await school.polls.close(poll)
    assert [entry.weight for entry in await school.entries(ADA)] == [POLL_WEIGHT]


async def review(school: School, member: int, step: int) -> None:
    """A review, as it will be rated."""
    async with school.database.unit() as unit:
        asked = await unit.meanings.get([one.meaning for one in LESSONS.find("logic").questions])  # type: ignore[union-attr]
        served = next(one for one in asked.values() if one.question == "curated:logic-1")
        now = school.clock()
        await rate_all(
            unit,
            school.actions.holdings,
            [Evidence(member, served, 1500, True, 0.25, now, GUILD, "review", now, step)],
        )
        await unit.reviews.add(
            Reviewed(member, served.question, 1, served.meaning, step, served.key, True, now, GUILD, 180, now)
        )


async def test_a_review_at_a_late_step_is_rated_again_once_and_earns_its_xp(
    school: School, clock: HandClock
) -> None:
    await solve(school, ADA)
    async with school.database.reading() as unit:
        before = await unit.experience.total(ADA)
    clock.forward(days=60)
    await review(school, ADA, 60)
    entries = [entry for entry in await school.entries(ADA) if entry.question == "curated:logic-1"]
    assert [(entry.kind, entry.step, entry.weight) for entry in entries] == [
        ("answer", 0, 1.0),
        ("review", 60, 0.25),
    ]
    with pytest.raises(Exception, match=r"(?i)unique"):
        await review(school, ADA, 60)
    async with school.database.reading() as unit:
        assert await unit.experience.total(ADA) == before + 2
    await sound(school)


async def test_after_ninety_days_a_member_leaves_the_boards_and_an_answer_brings_them_back(
    school: School, clock: HandClock
) -> None:
    await solve(school, ADA)
    await solve(school, KOFI)
    clock.forward(days=60)
    await solve(school, KOFI, "chance-1", guild=None)
    clock.forward(days=29, hours=23)
    assert await school.actions.listing.leave_idle() == 0
    clock.forward(hours=1)
    assert await school.actions.listing.leave_idle() == 1
    assert await school.actions.listing.leave_idle() == 0
    for ladder in (WORLD, HERE, "category:logic"):
        assert await points(school, ladder, ADA) is None
        assert await points(school, ladder, KOFI) is not None
    assert (await school.ratings(ADA))[WORLD].rating > 1100, "the rating itself stays"
    await sound(school)
    await solve(school, ADA, "chance-1", guild=None)
    for ladder in (WORLD, HERE, "category:logic", "category:chance"):
        assert await points(school, ladder, ADA) == (await school.ratings(ADA))[ladder].rating
    await sound(school)


async def test_evidence_from_before_a_long_silence_counts_forty_at_most_in_a_row_of_its_own(
    clock: HandClock, school: School
) -> None:
    big = School(
        school.database,
        clock,
        type(LESSONS)((make_lesson("long", questions=45), make_lesson("later", questions=5))),
    )
    await solve(big, ADA, "long-1")
    before = (await big.ratings(ADA))[WORLD]
    assert before.evidence == 45
    clock.forward(days=IDLE_AFTER.days)
    await solve(big, ADA, "later-1")
    idle = [entry for entry in await big.entries(ADA) if entry.kind == "idle"]
    assert [(entry.evidence_before, entry.evidence_after) for entry in idle] == [(45, 40)]
    assert idle[0].estimate_after == before.estimate
    assert idle[0].rating_after == after_idle(Standing(before.estimate, 45)).rating
    assert [entry.kind for entry in await big.entries(ADA, HERE)].count("idle") == 1
    assert (await big.ratings(ADA))["category:logic"].evidence == 40 + 5
    await sound(big)


async def test_a_member_who_left_is_off_the_servers_boards_until_an_answer_there(
    school: School, clock: HandClock
) -> None:
    await solve(school, ADA)
    async with school.database.unit() as unit:
        await listing.depart(unit, GUILD, ADA, clock())
    assert await points(school, HERE, ADA) is None
    assert await points(school, WORLD, ADA) is not None
    await sound(school)
    await solve(school, ADA, "chance-1", guild=OTHER_GUILD)
    assert await points(school, HERE, ADA) is None
    poll = await school.poll("chance-2")
    await school.press(poll, ADA, 0)
    await school.polls.close(poll)
    assert await points(school, HERE, ADA) is None, "that question was answered before"
    clock.forward(days=1)
    more = School(school.database, clock, type(LESSONS)((make_lesson("more"),)))
    await solve(more, ADA, "more-1")
    assert await points(school, HERE, ADA) == (await school.ratings(ADA))[HERE].rating
    await sound(school)


async def test_a_hidden_member_is_rated_and_on_no_board_until_shown_again(school: School) -> None:
    await solve(school, ADA)
    async with school.database.unit() as unit:
        await listing.hide(unit, ADA, school.clock())
    await solve(school, ADA, "chance-1")
    week = Ladder.xp(school.clock().date() - timedelta(days=school.clock().weekday())).key
    boards = [WORLD, HERE, "category:logic", "category:chance", week]
    assert [await points(school, board, ADA) for board in boards] == [None] * 5
    assert (await school.ratings(ADA))["category:chance"].answers == 3
    await sound(school)
    async with school.database.unit() as unit:
        await listing.show(unit, ADA, school.clock())
    assert None not in [await points(school, board, ADA) for board in boards]
    await sound(school)


async def test_a_void_reverses_the_stored_numbers_once_and_keeps_what_came_after(school: School) -> None:
    await solve(school, ADA)
    await solve(school, KOFI, right=False)
    await solve(school, ADA, "chance-1")
    voided = next(one for one in await school.entries(ADA) if one.question == "curated:logic-1")
    before = (await school.ratings(ADA))[WORLD]
    for _ in range(2):
        async with school.database.unit() as unit:
            await void(unit, "curated:logic-1", at=school.clock(), guild=None, members=[ADA, KOFI])
    after = (await school.ratings(ADA))[WORLD]
    assert after.estimate == before.estimate - (voided.estimate_after - voided.estimate_before)
    assert after.evidence == before.evidence - 1
    assert (after.answers, after.correct) == (before.answers - 1, before.correct - 1)
    last = (await school.entries(ADA))[-1]
    assert (last.kind, last.question, last.rating_after) == ("void", "curated:logic-1", after.rating)
    assert [entry.kind for entry in await school.entries(ADA)].count("void") == 1
    assert await points(school, WORLD, ADA) == after.rating
    await sound(school)


async def test_a_void_in_one_server_leaves_the_world_and_other_servers_alone(school: School) -> None:
    await solve(school, ADA)
    before = await school.ratings(ADA)
    async with school.database.unit() as unit:
        assert await void(unit, "curated:logic-1", at=school.clock(), guild=GUILD, members=[ADA]) == 1
    after = await school.ratings(ADA)
    assert after[WORLD] == before[WORLD]
    assert after[HERE].evidence == before[HERE].evidence - 1
    await sound(school)


async def test_a_void_does_not_bring_anybody_back_onto_a_board(school: School, clock: HandClock) -> None:
    await solve(school, ADA)
    clock.forward(days=100)
    await school.actions.listing.leave_idle()
    async with school.database.unit() as unit:
        await void(unit, "curated:logic-1", at=clock(), guild=None, members=[ADA])
    assert await points(school, WORLD, ADA) is None
    await sound(school)


async def test_xp_counts_right_first_answers_by_week_here_and_everywhere(
    school: School, clock: HandClock
) -> None:
    await solve(school, ADA)
    await solve(school, KOFI, right=False)
    monday = clock().date() - timedelta(days=clock().weekday())
    assert await points(school, Ladder.xp(monday).key, ADA) == 40
    assert await points(school, Ladder.xp(monday, GUILD).key, ADA) == 40
    assert await points(school, Ladder.xp(monday).key, KOFI) is None
    clock.forward(days=7)
    await solve(school, ADA, "chance-1", guild=OTHER_GUILD)
    assert await points(school, Ladder.xp(monday + timedelta(days=7)).key, ADA) == 30
    assert await points(school, Ladder.xp(monday + timedelta(days=7), GUILD).key, ADA) is None
    async with school.database.reading() as unit:
        assert await unit.experience.total(ADA) == 70
        assert await unit.experience.total(MATEO) == 0


async def test_a_match_waits_for_the_practice_of_what_was_revealed(school: School, clock: HandClock) -> None:
    five = School(school.database, clock, type(LESSONS)((make_lesson("five", questions=5),)))
    poll = await five.poll("five-0")
    await five.polls.close(poll)
    await five.polls.own_result(poll, ADA)  # which shows the answer
    quiz = (await five.quiz(ADA, "five")).quiz.id
    for number in range(5):
        async with five.database.reading() as unit:
            assert await unit.matches.played([ADA], "five") == frozenset(), number
        await five.solve(quiz, ADA, right=True)
    async with five.database.reading() as unit:
        (match,) = await unit.matches.of([ADA])
    assert (match.own, match.questions) == (5, 5)
    assert len(await five.entries(ADA)) == 4, "the revealed one is not rated"
    await sound(five)


async def shown(school: School, member: int, question: str = "logic-1") -> tuple[int, Put]:
    """The member's quiz, in which that question was put and is not answered."""
    quiz = (await school.quiz(member, question.rpartition("-")[0], OTHER_GUILD)).quiz.id
    while True:
        put = await school.next(quiz, member)
        if put.question.question == f"curated:{question}":
            return quiz, put
        await school.quizzes.answer(quiz, put.question.position, school.place(put, right=True), member)


async def entry_of(school: School, member: int, question: str = "curated:logic-1") -> Entry | None:
    return next((one for one in await school.entries(member) if one.question == question), None)


@pytest.mark.parametrize("way", ["late press", "own result"])
async def test_whoever_is_told_the_answer_after_a_quiz_showed_the_question_is_wrong_there(
    school: School, clock: HandClock, way: str
) -> None:
    poll = await school.poll("logic-1")
    await school.polls.close(poll)
    quiz, put = await shown(school, ADA)
    assert put.rated
    if way == "late press":
        await school.press(poll, ADA, 1)
    else:
        await school.polls.own_result(poll, ADA)
    place = school.place(put, right=True)
    verdict = await school.quizzes.answer(quiz, put.question.position, place, ADA)
    assert verdict.told
    entry = await entry_of(school, ADA)
    assert entry is not None
    assert (entry.correct, entry.source) == (False, f"quiz:{quiz}")
    assert verdict.moved[0].change < 0
    await sound(school)


async def test_an_answer_in_a_poll_is_the_first_attempt_where_a_quiz_only_showed_the_question(
    school: School, clock: HandClock
) -> None:
    quiz, put = await shown(school, ADA)
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 0)
    await school.polls.close(poll)
    entry = await entry_of(school, ADA)
    assert entry is not None
    assert (entry.correct, entry.source, entry.weight) == (False, f"poll:{poll}", POLL_WEIGHT)
    place = school.place(put, right=True)
    verdict = await school.quizzes.answer(quiz, put.question.position, place, ADA)
    assert (verdict.told, verdict.moved) == (False, ())
    await sound(school)


async def test_the_journals_moments_follow_one_another_though_a_poll_closes_late(
    school: School, clock: HandClock
) -> None:
    poll = await school.poll("logic-1", minutes=60)
    await school.press(poll, ADA, 1)
    clock.forward(minutes=5)
    await solve(school, ADA, "chance-1")
    clock.forward(hours=2)
    await school.polls.close(poll)
    moments = [entry.at for entry in await school.entries(ADA)]
    assert moments == sorted(moments)
    history = await school.actions.ladders.history(ADA, GUILD)
    assert history.points[-1] == (clock(), (await school.ratings(ADA))[WORLD].rating)


async def test_old_evidence_does_not_bring_a_member_back_who_has_left(
    school: School, clock: HandClock
) -> None:
    await solve(school, ADA, "chance-1")
    poll = await school.poll("logic-1", minutes=60)
    await school.press(poll, ADA, 1)
    clock.forward(minutes=5)
    async with school.database.unit() as unit:
        await listing.depart(unit, GUILD, ADA, clock())
    clock.forward(hours=2)
    await school.polls.close(poll)
    assert await points(school, HERE, ADA) is None
    await sound(school)
