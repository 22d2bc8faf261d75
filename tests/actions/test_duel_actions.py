"""Duels: the same questions for two people, answers rated as ever, and nothing kept of what was not played."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from bot.actions.duel_standing import Faced
from bot.actions.duels import Occupied
from bot.actions.openings import Busy, Opening
from bot.actions.refusals import NotAllowed, Refusal
from bot.actions.summaries import Summary
from bot.storage import Database
from bot.storage.tables import duels
from lessons.catalogue import Catalogue
from tests.actions.school import CHANNEL, GUILD, MESSAGE, School, make_lesson
from tests.conftest import HandClock

BEN, CLEO, DAN, EVE = 101, 102, 103, 104


async def asked(
    school: School,
    challenger: int = BEN,
    opponent: int = CLEO,
    lesson: str | None = "logic",
    *,
    channel: int = CHANNEL,
) -> Faced:
    """A challenge that stands in its channel."""
    faced = await school.actions.duels.challenge(
        guild=GUILD, channel=channel, challenger=challenger, opponent=opponent, lesson=lesson, locale="en-US"
    )
    assert isinstance(faced, Faced), faced
    assert await school.actions.duels.posted(faced.duel.id, MESSAGE)
    return faced


async def running(
    school: School, challenger: int = BEN, opponent: int = CLEO, lesson: str = "logic"
) -> Faced:
    """A duel that both may play."""
    faced = await asked(school, challenger, opponent, lesson)
    return await accepted(school, faced)


async def accepted(school: School, faced: Faced) -> Faced:
    found = await school.actions.duels.accept(faced.duel.id, faced.duel.opponent, MESSAGE)
    assert found is not None
    assert found.duel.state == "running"
    return found


async def side(school: School, faced: Faced, member: int) -> Opening:
    """The member's side of a duel that runs."""
    found = await school.actions.duels.play(faced.duel.id, member)
    assert isinstance(found, Opening)
    return found


async def play(school: School, faced: Faced, member: int, answers: Sequence[bool]) -> int:
    """Answer so many questions, right or wrong; the quiz."""
    quiz = (await side(school, faced, member)).quiz.id
    for right in answers:
        await school.solve(quiz, member, right=right)
    return quiz


async def settled(school: School, faced: Faced) -> Faced:
    found = await school.actions.duels.settle(faced.duel.id)
    assert found is not None
    return found


async def kept(school: School) -> int:
    """How many duels are in the database, in any state."""
    async with school.database.reading() as unit:
        return await unit.facts._connection.scalar(select(func.count()).select_from(duels)) or 0


async def test_both_are_asked_the_same_questions_each_in_an_arrangement_of_their_own(
    database: Database, clock: HandClock
) -> None:
    school = School(database, clock, Catalogue((make_lesson("long", questions=9),)))
    arrangements: set[tuple[tuple[int, ...], ...]] = set()
    for number in range(8):
        faced = await running(school, 200 + number, 300 + number, "long")
        assert faced.total == 5
        sides = [(await side(school, faced, member)).quiz for member in faced.duel.sides]
        orders = {tuple(one.question for one in quiz.questions) for quiz in sides}
        assert orders == {faced.duel.questions}
        arrangements |= {tuple(one.arrangement for one in quiz.questions) for quiz in sides}
        clock.forward(minutes=6)
    assert len(arrangements) > 12


async def test_first_attempts_are_rated_as_in_any_quiz(school: School) -> None:
    faced = await running(school)
    assert (await side(school, faced, BEN)).rated == 4
    await play(school, faced, BEN, [True, True, False, True])
    (opening, alone) = (await school.quiz(DAN), DAN)
    for one in await school.entries(BEN):
        assert (one.weight, one.kind, one.difficulty) == (1.0, "answer", 1500)
    for right in (True, True, False, True):
        await school.solve(opening.quiz.id, alone, right=right)
    assert (await school.ratings(BEN))["global"].rating == (await school.ratings(DAN))["global"].rating
    await school.audit([BEN])


async def test_the_result_is_there_once_both_are_done_and_not_before(school: School) -> None:
    faced = await running(school)
    quiz = await play(school, faced, BEN, [True, True, True, False])
    waiting = await school.actions.duels.of_quiz(quiz)
    assert waiting is not None
    assert waiting.duel.state == "running"
    assert [one.done for one in waiting.sides] == [True, False]
    quiz = await play(school, faced, CLEO, [True, False, True, False])
    over = await school.actions.duels.of_quiz(quiz)
    assert over is not None
    assert over.duel.state == "done"
    assert over.outcome == "match"
    assert [(one.member, one.right) for one in over.sides] == [(BEN, 3), (CLEO, 2)]
    assert over.total == 4
    assert over.winner is not None
    assert over.winner.member == BEN
    assert [one.duel.id for one in await school.actions.duels.unshown()] == [faced.duel.id]
    await school.actions.duels.shown(over)
    assert await school.actions.duels.unshown() == []
    assert await kept(school) == 1, "what was played is part of both histories"


async def test_as_many_right_answers_are_a_draw(school: School) -> None:
    faced = await running(school)
    await play(school, faced, BEN, [True, False, True, False])
    await play(school, faced, CLEO, [False, True, False, True])
    over = await settled(school, faced)
    assert over.duel.state == "done"
    assert over.winner is None


async def test_what_both_played_by_the_end_of_the_day_decides(school: School, clock: HandClock) -> None:
    faced = await running(school)
    await play(school, faced, BEN, [True, True, True, True])
    quiz = await play(school, faced, CLEO, [True])
    put = await school.next(quiz, CLEO)
    clock.forward(hours=23)
    assert await school.actions.duels.due() == []
    clock.forward(hours=2)
    assert await school.actions.duels.due() == [faced.duel.id]
    over = await settled(school, faced)
    assert (over.duel.state, over.outcome) == ("done", "match")
    assert [one.right for one in over.sides] == [4, 1]
    await school.quizzes.expire()
    entry = (await school.entries(CLEO))[-1]
    assert (entry.question, entry.correct) == (put.question.question, False), (
        "shown counts as wrong, as everywhere"
    )
    assert len(await school.entries(CLEO)) == 2, "what was not shown stays unmet"


async def test_an_answer_after_the_end_changes_no_result_and_is_rated_all_the_same(
    school: School, clock: HandClock
) -> None:
    faced = await running(school)
    await play(school, faced, BEN, [True, True, False, False])
    clock.forward(hours=20)
    quiz = await play(school, faced, CLEO, [True])
    clock.forward(hours=5)
    assert [one.right for one in (await settled(school, faced)).sides] == [2, 1]
    clock.forward(seconds=1)
    for _ in range(3):
        await school.solve(quiz, CLEO)
    assert [one.right for one in (await settled(school, faced)).sides] == [2, 1]
    assert len(await school.entries(CLEO)) == 4


async def test_a_side_left_open_at_the_end_goes_on_with_quiz(school: School, clock: HandClock) -> None:
    faced = await running(school)
    clock.forward(hours=20)
    quiz = await play(school, faced, CLEO, [True])
    clock.forward(hours=5)
    await settled(school, faced)
    left = await school.quizzes.left_open(CLEO)
    assert left is not None
    assert left.id == quiz


async def released_beside_a_check(school: School, clock: HandClock) -> tuple[int, int]:
    """A check that Cleo has begun, and her side of a duel that ended before she was done."""
    checked = (await school.quiz(CLEO, "chance")).quiz.id
    faced = await running(school)
    clock.forward(hours=20)
    await school.next(checked, CLEO)
    quiz = await play(school, faced, CLEO, [True])
    await school.next(quiz, CLEO)
    clock.forward(hours=5)
    await settled(school, faced)
    assert await unfinished(school, CLEO) == {checked, quiz}
    return checked, quiz


async def unfinished(school: School, member: int) -> set[int]:
    async with school.database.reading() as unit:
        return set(await unit.quizzes.unfinished(member))


async def test_a_side_left_beside_a_check_is_offered_in_turn_until_one_quiz_is_open(
    school: School, clock: HandClock
) -> None:
    checked, quiz = await released_beside_a_check(school, clock)
    for expected, questions in ((quiz, 3), (checked, 3)):
        left = await school.quizzes.left_open(CLEO)
        assert left is not None
        assert left.id == expected
        for _ in range(questions):
            await school.solve(left.id, CLEO)
        assert isinstance(await school.quizzes.put(left.id, CLEO), Summary)
    assert await school.quizzes.left_open(CLEO) is None
    await school.audit([CLEO])


async def test_a_third_quiz_begins_only_when_the_side_and_the_check_are_both_given_up(
    school: School, clock: HandClock
) -> None:
    checked, quiz = await released_beside_a_check(school, clock)
    later = School(school.database, clock, Catalogue((*school.catalogue, make_lesson("sets", questions=3))))
    for expected in (quiz, checked):
        found = await later.quizzes.open(member=CLEO, lesson="sets", guild=GUILD)
        assert isinstance(found, Busy)
        assert (found.quiz.id, found.costs) == (expected, 1)
        last = await later.quizzes.instead(expected, member=CLEO, lesson="sets", guild=GUILD)
        assert isinstance(last, Busy) is (expected == quiz)
    assert isinstance(last, Opening)
    assert await unfinished(later, CLEO) == {last.quiz.id}
    await later.audit([CLEO])


async def test_a_duel_that_one_alone_played_is_no_match_and_leaves_nothing(
    school: School, clock: HandClock
) -> None:
    faced = await running(school)
    await play(school, faced, BEN, [True] * 4)
    clock.forward(hours=25)
    over = await settled(school, faced)
    assert over.outcome == "alone"
    await school.actions.duels.shown(over)
    assert await kept(school) == 0
    assert len(await school.entries(BEN)) == 4


async def test_declined_withdrawn_and_expired_challenges_leave_nothing_behind(
    school: School, clock: HandClock
) -> None:
    duels = school.actions.duels
    declined = await asked(school, BEN, CLEO)
    withdrawn = await asked(school, DAN, EVE)
    for off in (await duels.decline(declined.duel.id, CLEO), await duels.withdraw(withdrawn.duel.id, DAN)):
        assert off is not None
        assert (off.duel.state, off.outcome) == ("done", "nothing")
        await duels.shown(off)
    clock.forward(minutes=6)
    expired = await asked(school, BEN, CLEO)
    clock.forward(hours=25)
    assert await duels.due() == [expired.duel.id]
    await duels.shown(await settled(school, expired))
    assert await kept(school) == 0
    for member in (BEN, CLEO, DAN, EVE):
        assert (await school.actions.privacy.overview(member)).kept == {}


async def test_a_running_duel_that_nobody_played_leaves_nothing_behind(
    school: School, clock: HandClock
) -> None:
    faced = await running(school)
    clock.forward(hours=25)
    over = await settled(school, faced)
    assert over.outcome == "nothing"
    await school.actions.duels.shown(over)
    assert await kept(school) == 0
    assert await school.first_attempts(BEN) == {}


@pytest.mark.parametrize("state", ["asked", "running"])
async def test_each_person_is_in_one_duel_at_a_time(school: School, state: str) -> None:
    faced = await asked(school, BEN, CLEO)
    if state == "running":
        await accepted(school, faced)
    for member in (BEN, CLEO):
        own = await school.actions.duels.challenge(
            guild=GUILD, channel=9, challenger=member, opponent=DAN, lesson="logic", locale="en-US"
        )
        assert isinstance(own, Occupied)
        assert own.faced.duel.id == faced.duel.id
        with pytest.raises(Refusal, match="has a duel already"):
            await asked(school, DAN, member, channel=9)


async def test_two_who_challenge_each_other_at_once_make_one_duel(school: School, elsewhere: School) -> None:
    results = await asyncio.gather(
        asked(school, BEN, CLEO),
        asked(elsewhere, CLEO, BEN),
        asked(school, DAN, CLEO),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Faced) for one in results) == 1
    assert await kept(school) == 1


async def test_whoever_refuses_duels_is_not_challenged(school: School) -> None:
    await school.actions.me.refuse_duels(CLEO, refuses=True)
    with pytest.raises(Refusal, match="takes no challenges"):
        await asked(school)
    await school.actions.me.refuse_duels(CLEO, refuses=False)
    await asked(school)


async def test_nobody_challenges_themselves(school: School) -> None:
    with pytest.raises(Refusal, match="takes two"):
        await asked(school, BEN, BEN)


async def test_of_a_challenge_that_could_not_be_posted_nothing_is_kept(school: School) -> None:
    faced = await school.actions.duels.challenge(
        guild=GUILD, channel=CHANNEL, challenger=BEN, opponent=CLEO, lesson="logic", locale="en-US"
    )
    assert isinstance(faced, Faced)
    await school.actions.duels.not_posted(faced)
    assert await kept(school) == 0
    await asked(school, BEN, CLEO)


async def test_a_challenge_whose_posting_was_cut_short_is_given_up(school: School, clock: HandClock) -> None:
    faced = await school.actions.duels.challenge(
        guild=GUILD, channel=CHANNEL, challenger=BEN, opponent=CLEO, lesson="logic", locale="en-US"
    )
    assert isinstance(faced, Faced)
    clock.forward(minutes=1)
    assert await school.actions.duels.due() == []
    clock.forward(minutes=2)
    assert await school.actions.duels.due() == [faced.duel.id]
    await school.actions.duels.shown(await settled(school, faced))
    assert await kept(school) == 0
    assert not await school.actions.duels.posted(faced.duel.id, MESSAGE), "a late message is to go again"


async def test_only_the_opponent_accepts_and_only_the_two_play(school: School) -> None:
    faced = await asked(school)
    duels = school.actions.duels
    for member, told in ((BEN, "for the other side"), (DAN, "somebody else")):
        with pytest.raises(NotAllowed, match=told):
            await duels.accept(faced.duel.id, member, MESSAGE)
    for member, told in ((BEN, "withdraw your challenge"), (DAN, "somebody else")):
        with pytest.raises(NotAllowed, match=told):
            await duels.decline(faced.duel.id, member)
    for member, told in ((CLEO, "You can decline it"), (DAN, "somebody else")):
        with pytest.raises(NotAllowed, match=told):
            await duels.withdraw(faced.duel.id, member)
    await accepted(school, faced)
    with pytest.raises(NotAllowed, match="Two others play"):
        await duels.play(faced.duel.id, DAN)


async def test_a_late_press_finds_a_duel_as_it_stands_by_now(school: School, elsewhere: School) -> None:
    faced = await asked(school)
    answers = await asyncio.gather(
        school.actions.duels.accept(faced.duel.id, CLEO, MESSAGE),
        elsewhere.actions.duels.withdraw(faced.duel.id, BEN),
        elsewhere.actions.duels.accept(faced.duel.id, CLEO, MESSAGE),
    )
    states = {one.duel.state for one in answers if one is not None}
    stands = await settled(school, faced)
    assert stands.duel.state in states
    async with school.database.reading() as unit:
        sides = await unit.duels.quizzes_of(faced.duel.id)
    assert len(sides) == (2 if stands.duel.state == "running" else 0)


async def test_a_lesson_too_short_or_in_open_polls_is_refused(
    school: School, database: Database, clock: HandClock
) -> None:
    short = School(database, clock, Catalogue((make_lesson("short", questions=2),)))
    with pytest.raises(Refusal, match="takes 3 questions or more"):
        await asked(short, lesson="short")
    with pytest.raises(Refusal, match="No lesson has enough"):
        await asked(short, lesson=None)
    await school.poll("chance-1")
    with pytest.raises(Refusal, match="open polls here"):
        await asked(school, lesson="chance")
    await school.poll("logic-1")
    faced = await asked(school, lesson="logic")
    assert set(faced.duel.questions) == {"curated:logic-0", "curated:logic-2", "curated:logic-3"}


async def test_without_a_lesson_it_is_the_one_that_both_know_least(school: School) -> None:
    opening = await school.quiz(CLEO, "logic")
    for _ in range(4):
        await school.solve(opening.quiz.id, CLEO)
    faced = await asked(school, BEN, CLEO, lesson=None)
    assert faced.duel.lesson == "chance"


async def test_among_news_to_both_it_is_the_lesson_nearest_to_their_ratings(
    database: Database, clock: HandClock
) -> None:
    school = School(
        database,
        clock,
        Catalogue(tuple(make_lesson(f"at-{rating}", rating=rating) for rating in (1000, 1400, 2000))),
    )
    assert (await asked(school, lesson=None)).duel.lesson == "at-1000", "both begin at 1100"


async def test_questions_that_neither_has_met_are_preferred(database: Database, clock: HandClock) -> None:
    school = School(database, clock, Catalogue((make_lesson("long", questions=8),)))
    opening = await school.quiz(BEN, "long")
    met = {(await school.solve(opening.quiz.id, BEN)).question.question for _ in range(3)}
    faced = await asked(school, lesson="long")
    assert len(faced.duel.questions) == 5
    assert not met & set(faced.duel.questions)


async def test_a_duel_goes_on_beside_a_quiz(school: School) -> None:
    opening = await school.quiz(BEN, "chance")
    await school.next(opening.quiz.id, BEN)
    faced = await running(school)
    await play(school, faced, BEN, [True])
    outlook = await school.quizzes.open(member=BEN, lesson="chance", guild=GUILD)
    assert isinstance(outlook, Opening)
    assert outlook.quiz.id == opening.quiz.id
    busy = await school.quizzes.open(member=BEN, lesson="logic", guild=GUILD)
    assert isinstance(busy, Busy)
    assert busy.quiz.id == opening.quiz.id


@pytest.mark.parametrize("duel_first", [True, False])
async def test_whoever_sees_an_answer_in_a_duel_earns_nothing_by_it_in_a_quiz_nor_the_other_way(
    school: School, *, duel_first: bool
) -> None:
    faced = await running(school)
    duel, quiz = (await side(school, faced, BEN)).quiz.id, (await school.quiz(BEN)).quiz.id
    # Each question is shown in one of them, and answered wrongly in the other, which tells its answer.
    shown_in, answered_in = (duel, quiz) if duel_first else (quiz, duel)
    shown = await school.next(shown_in, BEN)
    wanted = shown.question.question
    for _ in range(4):
        put = await school.next(answered_in, BEN)
        assert put.rated
        verdict = await school.quizzes.answer(
            answered_in, put.question.position, school.place(put, right=put.question.question != wanted), BEN
        )
        if put.question.question == wanted:
            assert verdict.moved
            assert not verdict.correct
            break
    else:
        raise AssertionError("the same questions are asked in both")
    again = await school.quizzes.answer(
        shown_in, shown.question.position, school.place(shown, right=True), BEN
    )
    assert again.correct
    assert not again.moved, "the first answer was the first attempt"
    await school.audit([BEN])


async def test_a_deletion_ends_the_duel_and_lets_the_other_play_on(school: School) -> None:
    faced = await running(school)
    quiz = await play(school, faced, CLEO, [True])
    await play(school, faced, BEN, [True, True])
    ended = await school.actions.privacy.delete(BEN)
    assert [one.id for one in ended] == [faced.duel.id]
    assert await kept(school) == 0
    assert await school.actions.duels.of_quiz(quiz) is None
    left = await school.quizzes.left_open(CLEO)
    assert left is not None
    assert left.id == quiz
    for _ in range(3):
        assert (await school.solve(quiz, CLEO)).moved
    assert isinstance(await school.quizzes.put(quiz, CLEO), Summary)
    assert await school.actions.duels.play(faced.duel.id, CLEO) is None
    await asked(school, DAN, CLEO)


async def test_a_number_is_never_given_to_another_duel(school: School, clock: HandClock) -> None:
    seen: set[int] = set()
    for _ in range(5):
        faced = await asked(school)
        assert faced.duel.id not in seen
        seen.add(faced.duel.id)
        await school.actions.duels.forget(faced.duel.id)
        clock.forward(minutes=6)


async def test_a_lesson_that_is_gone_before_it_is_accepted_ends_the_challenge(
    school: School, database: Database, clock: HandClock
) -> None:
    faced = await asked(school)
    later = School(database, clock, Catalogue((make_lesson("chance", category="Chance", questions=3),)))
    over = await later.actions.duels.accept(faced.duel.id, CLEO, MESSAGE)
    assert over is not None
    assert (over.duel.state, over.outcome) == ("done", "nothing")


async def test_questions_lost_in_the_middle_count_for_neither(
    school: School, database: Database, clock: HandClock
) -> None:
    faced = await running(school)
    await play(school, faced, BEN, [True] * 4)
    quiz = await play(school, faced, CLEO, [False])
    later = School(database, clock, Catalogue((make_lesson("chance", category="Chance", questions=3),)))
    assert isinstance(await later.quizzes.put(quiz, CLEO), Summary)
    over = await later.actions.duels.of_quiz(quiz)
    assert over is not None
    assert over.duel.state == "done"
    assert over.total == 1
    assert [one.right for one in over.sides] == [1, 0]
