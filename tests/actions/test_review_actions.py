"""Reviews: what was answered comes up again, moves on when it is right, and is rated at two steps only."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.audit import verify
from bot.actions.refusals import Refusal
from bot.actions.reviews import AllClear, Asking, ReviewVerdict
from bot.actions.voiding import void_question
from bot.storage import Database
from ladder.review import STEPS, next_due, review_order
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, OTHER_GUILD, School, make_lesson
from tests.conftest import HandClock

DAY = timedelta(days=1)


async def learn(school: School, member: int = ADA, lesson: str = "logic", *, right: bool = True) -> None:
    """Answer a lesson's questions for the first time."""
    opened = await school.quiz(member, lesson)
    for _ in opened.quiz.questions:
        await school.solve(opened.quiz.id, member, right=right)
    await school.quizzes.put(opened.quiz.id, member)


async def asked(school: School, member: int = ADA, guild: int | None = GUILD) -> Asking:
    shown = await school.actions.reviews.ask(member, guild)
    assert isinstance(shown, Asking)
    return shown


async def review(
    school: School, member: int = ADA, *, right: bool = True, guild: int | None = GUILD
) -> ReviewVerdict:
    """Answer what is due next."""
    return await give(school, await asked(school, member, guild), member, right=right, guild=guild)


async def give(
    school: School, shown: Asking, member: int = ADA, *, right: bool = True, guild: int | None = GUILD
) -> ReviewVerdict:
    place = next(place for place, option in enumerate(shown.order) if (option == shown.asked.key) is right)
    return await school.actions.reviews.answer(
        member=member,
        guild=guild,
        question=shown.asked.question,
        number=shown.upcoming.number,
        place=place,
    )


async def clear_until(school: School, member: int = ADA) -> datetime | None:
    shown = await school.actions.reviews.ask(member, GUILD)
    assert isinstance(shown, AllClear)
    return shown.until


async def xp(school: School, member: int = ADA) -> int:
    return (await school.actions.ladders.card(member, GUILD)).xp


async def no_faults(school: School) -> None:
    audit = await verify(school.database, progress=lambda _done, _all: None)
    assert audit.faults == ()


async def test_whoever_has_answered_nothing_has_nothing_to_review(school: School) -> None:
    assert await clear_until(school) is None
    assert not await school.actions.reviews.is_due(ADA)


async def test_a_question_comes_up_two_days_after_its_first_answer_right_or_wrong(
    school: School, clock: HandClock
) -> None:
    await learn(school, ADA)
    await learn(school, KOFI, right=False)
    assert await clear_until(school, ADA) == clock() + 2 * DAY
    clock.forward(days=2, seconds=-1)
    assert isinstance(await school.actions.reviews.ask(ADA, GUILD), AllClear)
    clock.forward(seconds=1)
    for member in (ADA, KOFI):
        shown = await asked(school, member)
        assert (shown.waiting, shown.upcoming.step, shown.upcoming.number) == (4, 2, 1)
        assert await school.actions.reviews.is_due(member)


async def test_right_moves_on_and_wrong_goes_back_to_two_days(school: School, clock: HandClock) -> None:
    await learn(school)
    clock.forward(days=2)
    right = await review(school)
    assert (right.review.correct, right.review.next_step, right.review.due_at) == (True, 7, clock() + 7 * DAY)
    wrong = await review(school, right=False)
    assert (wrong.review.correct, wrong.review.next_step) == (False, 2)
    assert wrong.review.due_at == clock() + 2 * DAY
    assert {right.xp, wrong.xp} == {2, 0}


async def test_a_sitting_is_mixed_over_lessons_and_ends_all_clear(school: School, clock: HandClock) -> None:
    await learn(school, lesson="logic")
    clock.forward(minutes=5)
    await learn(school, lesson="chance")
    clock.forward(days=3)
    lessons: list[str] = []
    for left in (6, 5, 4, 3, 2, 1, 0):
        clock.forward(minutes=1)
        verdict = await review(school)
        lessons.append(verdict.asked.lesson)
        assert verdict.more is (left > 0)
    assert lessons[:6] == ["logic", "chance"] * 3
    assert await clear_until(school) == clock() + 7 * DAY - timedelta(minutes=6)


async def test_only_the_steps_of_60_and_180_days_move_the_rating_and_each_once(
    school: School, clock: HandClock
) -> None:
    await learn(school, lesson="chance")
    before = len(await school.entries(ADA))
    rated: list[tuple[int, bool]] = []
    for step in (*STEPS, 180):
        clock.forward(days=step)
        verdicts = [await review(school) for _ in range(3)]
        assert {one.review.step for one in verdicts} == {step}
        rated.append((step, all(one.moved for one in verdicts)))
        assert any(one.moved for one in verdicts) is all(one.moved for one in verdicts)
    assert rated == [(2, False), (7, False), (21, False), (60, True), (180, True), (180, False)]
    entries = (await school.entries(ADA))[before:]
    reviews = [entry for entry in entries if entry.kind == "review"]
    assert len(reviews) == 6
    assert {entry.weight for entry in reviews} == {0.25}
    assert {entry.step for entry in reviews} == {60, 180}
    assert await xp(school) == 3 * 10 + 6 * 3 * 2
    await no_faults(school)


async def test_a_wrong_review_is_rated_too_and_a_step_that_was_rated_is_not_again(
    school: School, clock: HandClock
) -> None:
    await learn(school, lesson="chance")
    for step in (2, 7, 21):
        clock.forward(days=step)
        for _ in range(3):
            await review(school)
    clock.forward(days=60)
    wrong = [await review(school, right=False) for _ in range(3)]
    assert all(change.change <= 0 for one in wrong for change in one.moved)
    assert all(one.moved for one in wrong)
    for step in (2, 7, 21):
        clock.forward(days=step)
        for _ in range(3):
            await review(school)
    clock.forward(days=60)
    again = [await review(school) for _ in range(3)]
    assert {one.review.step for one in again} == {60}
    assert not any(one.moved for one in again)
    await no_faults(school)


async def test_a_press_that_comes_twice_changes_nothing_more(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    await learn(school)
    clock.forward(days=2)
    shown = await asked(school)
    first = await give(school, shown)
    second = await give(elsewhere, shown, right=False)
    assert first.fresh
    assert not second.fresh
    assert second.review == first.review
    assert await xp(school) == 4 * 10 + 2


async def test_a_retry_of_a_rated_review_tells_what_it_had_moved(school: School, clock: HandClock) -> None:
    await learn(school, lesson="chance")
    for step in (2, 7, 21):
        clock.forward(days=step)
        for _ in range(3):
            await review(school)
    clock.forward(days=60)
    shown = await asked(school)
    first = await give(school, shown)
    clock.forward(minutes=1)
    assert (await give(school, shown)).moved == first.moved != ()


async def test_a_question_in_an_open_poll_here_waits_and_is_asked_elsewhere(
    school: School, clock: HandClock
) -> None:
    await learn(school, lesson="chance")
    clock.forward(days=2)
    shown = await asked(school)
    await school.poll(shown.asked.question.removeprefix("curated:"))
    assert (await asked(school)).asked.question != shown.asked.question
    with pytest.raises(Refusal, match="open poll"):
        await give(school, shown)
    assert (await give(school, shown, guild=OTHER_GUILD)).fresh


async def test_what_was_voided_does_not_come_up_again(school: School, clock: HandClock) -> None:
    await learn(school, lesson="chance")
    voided = "curated:chance-0"
    await void_question(school.database, voided, guild=None, at=clock(), progress=lambda _: None)
    clock.forward(days=2)
    seen = {(await review(school)).asked.question for _ in range(2)}
    assert seen == {"curated:chance-1", "curated:chance-2"}
    assert await clear_until(school) is not None


async def test_a_question_that_left_the_library_is_not_asked(school: School, clock: HandClock) -> None:
    await learn(school)
    clock.forward(minutes=1)
    await learn(school, lesson="chance")
    clock.forward(days=2)
    shown = await asked(school)
    assert shown.asked.lesson == "logic"
    rest = type(school.catalogue)(tuple(one for one in school.catalogue if one.slug == "chance"))
    later = School(school.database, clock, rest)
    assert [(await review(later)).asked.lesson for _ in range(3)] == ["chance"] * 3
    assert isinstance(await later.actions.reviews.ask(ADA, GUILD), AllClear)
    with pytest.raises(Refusal, match="not asked any more"):
        await give(later, shown)


async def test_what_left_the_library_hides_nothing_that_is_still_taught(
    database: Database, clock: HandClock
) -> None:
    many = [make_lesson(f"old-{number}", rating=1500, questions=40) for number in range(6)]
    kept = make_lesson("kept", rating=1500, questions=2)
    school = School(database, clock, Catalogue((*many, kept)))
    for lesson in (*many, kept):
        await learn(school, lesson=lesson.slug)
        clock.forward(minutes=1)
    later = School(database, clock, Catalogue((kept,)))
    assert (await clear_until(later)) == clock() - timedelta(minutes=1) + 2 * DAY
    clock.forward(days=2)
    assert (await asked(later)).waiting == 2
    assert await later.actions.reviews.is_due(ADA)


async def test_a_wording_that_was_declared_to_mean_the_same_is_reviewed_on(
    school: School, clock: HandClock
) -> None:
    await learn(school)
    before = school.catalogue.lesson("logic")
    reworded = replace(
        before,
        questions=tuple(
            replace(one, stem=f"Reworded: {one.stem}", formerly=(one.meaning,)) for one in before.questions
        ),
    )
    later = School(school.database, clock, Catalogue((reworded,)))
    clock.forward(days=2)
    assert (await review(later)).review.correct


async def test_after_a_deletion_nothing_is_due_and_an_old_screen_is_refused(
    school: School, clock: HandClock
) -> None:
    await learn(school)
    clock.forward(days=2)
    shown = await asked(school)
    await review(school)
    await school.actions.privacy.delete(ADA)
    assert await clear_until(school) is None
    with pytest.raises(Refusal, match="not asked any more"):
        await give(school, shown)


async def test_a_review_that_is_not_due_is_refused(school: School, clock: HandClock) -> None:
    await learn(school)
    with pytest.raises(Refusal, match="not due yet"):
        await school.actions.reviews.answer(
            member=ADA, guild=GUILD, question="curated:logic-0", number=1, place=0
        )


@given(
    st.binary(min_size=16, max_size=32),
    st.integers(0, 2**64 - 1),
    st.integers(1, 50),
    st.integers(2, 5),
)
def test_options_lie_in_an_order_of_the_reviews_own_and_the_same_each_time(
    secret: bytes, member: int, number: int, options: int
) -> None:
    order = review_order(secret, member, "curated:q", number, options)
    assert sorted(order) == list(range(options))
    assert order == review_order(secret, member, "curated:q", number, options)


def test_the_key_of_a_review_lies_anywhere() -> None:
    places = [review_order(b"s" * 16, ADA, f"curated:q-{n}", 1, 4).index(0) for n in range(400)]
    assert all(60 < places.count(place) < 140 for place in range(4))


def test_the_first_review_in_the_store_is_the_first_of_the_rule(clock: HandClock) -> None:
    assert next_due(0, True, clock()).due_at == next_due(0, False, clock()).due_at == clock() + 2 * DAY
