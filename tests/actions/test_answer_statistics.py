"""What first attempts say about questions: counted once, from the journal, however they were answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.actions.statistics import QuestionFigures, difficulty_of_all, question_statistics
from bot.lesson_figures import answer_json, answer_lines
from bot.storage import Database
from ladder.statistics import Flag
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, LESSONS, MATEO, School, make_lesson
from tests.conftest import HandClock

ASKED = "logic-1"
KEY = 1


async def figures(school: School, catalogue: Catalogue | None = None) -> dict[str, QuestionFigures]:
    found = await question_statistics(school.database, catalogue or school.catalogue)
    return {one.question.id: one for one in found}


async def ask_everybody(school: School, options: dict[int, int], question: str = ASKED) -> None:
    """Put the question to members in a poll, each of whom presses an option."""
    poll = await school.poll(question, lesson="logic")
    for member, option in options.items():
        await school.press(poll, member, option)
    await school.polls.close(poll)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that are sent to the database in the block."""
    sent: list[str] = []
    engine = database._engines.reader.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


async def test_without_answers_every_question_is_there_with_none(school: School) -> None:
    found = await figures(school)
    assert list(found) == [question.id for lesson in LESSONS for question in lesson.questions]
    assert {(one.statistics.answers, one.statistics.facility, one.measured) for one in found.values()} == {
        (0, None, None)
    }


async def test_answers_count_alike_from_polls_and_quizzes_each_with_its_option_as_written(
    school: School,
) -> None:
    crowd = {ADA + number: (KEY, 0, 2, 3)[number % 4] for number in range(58)}
    await ask_everybody(school, crowd)
    for member, right in ((ADA + 100, True), (ADA + 101, False)):
        opening = await school.quiz(member)
        for _ in opening.quiz.questions:
            put = await school.next(opening.quiz.id, member)
            hit = put.question.arrangement.index(KEY if right else 3)
            miss = school.place(put, right=False)
            await school.quizzes.answer(
                opening.quiz.id,
                put.question.position,
                hit if put.question.question == f"curated:{ASKED}" else miss,
                member,
            )
    told = (await figures(school))[ASKED].statistics
    assert told.answers == 60
    assert told.facility is not None
    assert told.facility.hits == 16
    assert told.distractors is not None
    assert [(draw.option, draw.chosen.hits) for draw in told.distractors] == [(0, 15), (2, 14), (3, 15)]
    assert (await figures(school))["logic-0"].statistics.answers == 2


async def test_below_its_number_of_answers_a_figure_is_not_shown_but_the_number_is(school: School) -> None:
    await ask_everybody(school, {ADA + number: KEY for number in range(19)})
    one = (await figures(school))[ASKED]
    assert (one.statistics.answers, one.statistics.facility, one.measured) == (19, None, None)
    (header, line, _) = answer_lines([one])
    assert header == "logic, rated 1500"
    assert "n 19 " in line
    assert answer_json(one)["n"] == 19


async def test_a_question_that_ran_out_of_time_is_wrong_and_chose_nothing(
    school: School, clock: HandClock
) -> None:
    opening = await school.quiz(ADA)
    put = await school.next(opening.quiz.id, ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    asked = put.question.question.partition(":")[2]
    await ask_everybody(
        school, {ADA + number: school.key(put.question.question) for number in range(1, 60)}, asked
    )
    told = (await figures(school))[asked].statistics
    assert told.facility is not None
    assert (told.answers, told.facility.hits) == (60, 59)
    assert told.distractors is not None
    assert sum(draw.chosen.hits for draw in told.distractors) == 0


async def test_a_review_a_season_and_a_servers_ladder_add_nothing(school: School, clock: HandClock) -> None:
    opening = await school.quiz(ADA)
    for _ in opening.quiz.questions:
        await school.solve(opening.quiz.id, ADA)
    clock.forward(days=400)
    due = await school.actions.reviews.ask(ADA, GUILD)
    assert due is not None
    await school.actions.reviews.answer(
        member=ADA, guild=GUILD, question=f"curated:{ASKED}", number=1, place=0
    )
    assert {one.statistics.answers for name, one in (await figures(school)).items() if "logic" in name} == {1}


async def test_an_open_poll_tells_nothing_before_its_close(school: School) -> None:
    poll = await school.poll(ASKED, lesson="logic")
    await school.press(poll, ADA, KEY)
    assert (await figures(school))[ASKED].statistics.answers == 0
    await school.polls.close(poll)
    assert (await figures(school))[ASKED].statistics.answers == 1


async def test_it_is_one_query_however_many_questions_there_are(school: School) -> None:
    await ask_everybody(school, dict.fromkeys((ADA, KOFI, MATEO), KEY))
    with statements(school.database) as sent:
        await figures(school)
    assert len([one for one in sent if one.lstrip().upper().startswith("SELECT")]) == 1


async def test_a_question_that_left_the_library_is_left_out(school: School) -> None:
    await ask_everybody(school, {ADA: KEY})
    assert list(await figures(school, Catalogue((make_lesson("chance"),)))) == [
        f"chance-{number}" for number in range(4)
    ]


async def test_answers_to_a_wording_that_meant_the_same_count_and_to_any_other_do_not(school: School) -> None:
    await ask_everybody(school, {ADA: KEY, KOFI: 0})
    old = LESSONS.lesson("logic")
    new = make_lesson("logic", wording="New ")
    declared = replace(
        new,
        questions=tuple(
            replace(one, formerly=(before.meaning,))
            for one, before in zip(new.questions, old.questions, strict=True)
        ),
    )
    assert (await figures(school, Catalogue((new,))))[ASKED].statistics.answers == 0
    assert (await figures(school, Catalogue((declared,))))[ASKED].statistics.answers == 2


async def test_an_easy_question_is_flagged_and_measured_as_easier_than_its_label(school: School) -> None:
    await ask_everybody(school, {ADA + number: KEY if number % 12 else 0 for number in range(72)})
    one = (await figures(school))[ASKED]
    assert Flag.EASIER_THAN_LABELLED in {finding.flag for finding in one.statistics.findings}
    assert one.measured is not None
    assert one.measured.difficulty < one.lesson.rating - 300
    assert one.measured.error > 0
    assert difficulty_of_all([one]) == one.measured.difficulty
    (_, line, _) = answer_lines([one])
    assert "92% right" in line
    assert "A 8% B* 92% C 0% D 0%" in line
    assert "easier than labelled" in line


async def test_a_servers_own_lessons_are_told_from_its_own_ladder(
    database: Database, clock: HandClock
) -> None:
    own = make_lesson("house", owner=str(GUILD))
    assert await question_statistics(database, Catalogue((own,))) == ()
    (first, *_) = await question_statistics(database, Catalogue((own,)), owner=str(GUILD))
    assert first.question.identity == f"{GUILD}:house-0"


@pytest.mark.parametrize("owner", ["cur%", "cur_ted", "c"])
async def test_an_owner_is_matched_as_it_is_spelled(school: School, owner: str) -> None:
    await ask_everybody(school, {ADA: KEY})
    async with school.database.reading() as unit:
        assert await unit.statistics.first_attempts(owner, "global") == []
        assert len(await unit.statistics.first_attempts("curated", "global")) == 1
