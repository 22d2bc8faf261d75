"""Reading: where one left off, what is read, and what is next."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.actions import make_actions
from bot.actions.library import Library
from bot.actions.reading import Mark, OwnShelf
from bot.storage import Database
from bot.storage.reading import PageTurn
from lessons.catalogue import Catalogue
from lessons.model import Lesson, Section
from tests.actions.school import ADA, KOFI, School, make_lesson
from tests.conftest import HandClock, commits


def lesson(
    slug: str, *requires: str, category: str = "Logic", rating: int = 1500, sections: int = 3
) -> Lesson:
    """A lesson with a page for each section."""
    return replace(
        make_lesson(slug, category=category, rating=rating),
        requires=requires,
        sections=tuple(Section(f"s{number}", f"Part {number}", "a " * 700) for number in range(sections)),
    )


SETS = lesson("sets", rating=900)
RELATIONS = lesson("relations", "sets", rating=1000)
ORDERS = lesson("orders", "relations", "chance", rating=800)
CHANCE = lesson("chance", category="Chance", rating=1100)
ODDS = lesson("odds", "chance", category="Chance", rating=700)
LIBRARY = Catalogue((SETS, RELATIONS, ORDERS, CHANCE, ODDS))


@pytest.fixture
def school(database: Database, clock: HandClock) -> School:
    return School(database, clock, LIBRARY)


async def shelf(school: School, member: int = ADA, category: str | None = None, text: str = "") -> OwnShelf:
    return await school.actions.reading.shelf(member, category=category, level=None, text=text, number=0)


async def read(school: School, one: Lesson, member: int = ADA) -> None:
    """Turn every page of a lesson."""
    for page in school.actions.library.pages(one):
        await school.actions.reading.turned(member, one, page.number)


async def following(school: School, category: str | None = None) -> tuple[str, str] | None:
    found = (await shelf(school, category=category)).suggestion
    return (found.why, found.lesson.slug) if found is not None else None


async def test_a_lesson_opens_where_it_was_left_also_in_another_process(
    school: School, database: Database, clock: HandClock
) -> None:
    reading = school.actions.reading
    assert await reading.page_for(ADA, SETS) == 1
    await reading.turned(ADA, SETS, 2)
    assert await reading.page_for(ADA, SETS) == 2
    assert await School(database, clock, LIBRARY).actions.reading.page_for(ADA, SETS) == 2
    assert await reading.page_for(KOFI, SETS) == 1
    assert await reading.page_for(ADA, CHANCE) == 1
    await reading.turned(ADA, SETS, 1)
    assert await reading.page_for(ADA, SETS) == 1


async def test_a_lesson_read_to_its_end_opens_at_its_beginning_and_stays_read(school: School) -> None:
    reading = school.actions.reading
    await read(school, SETS)
    assert await reading.page_for(ADA, SETS) == 1
    await reading.turned(ADA, SETS, 2)
    assert await reading.page_for(ADA, SETS) == 2
    assert (await shelf(school)).marks["sets"] == Mark(section=2, read=True)


async def test_a_lesson_that_is_edited_opens_at_the_section_or_at_its_beginning_when_that_is_gone(
    school: School, database: Database, clock: HandClock
) -> None:
    await school.actions.reading.turned(ADA, SETS, 2)
    moved = replace(SETS, sections=(Section("new", "New", "b " * 900), *SETS.sections))
    lost = replace(SETS, sections=SETS.sections[2:])
    for edited, page, section in ((moved, 3, 3), (lost, 1, 1)):
        later = School(database, clock, Catalogue((edited, CHANCE)))
        assert await later.actions.reading.page_for(ADA, edited) == page
        assert (await shelf(later)).marks["sets"] == Mark(section=section)


async def test_a_lesson_that_was_removed_is_forgotten_by_what_is_next(
    school: School, database: Database, clock: HandClock
) -> None:
    await school.actions.reading.turned(ADA, SETS, 2)
    assert await following(school) == ("left", "sets")
    later = School(database, clock, Catalogue((RELATIONS, CHANCE)))
    assert await following(later) == ("start", "relations")


async def test_the_marks_tell_what_was_done(school: School) -> None:
    await school.actions.reading.turned(ADA, SETS, 2)
    await read(school, RELATIONS)
    quiz = (await school.quiz(ADA, "chance", None)).quiz.id
    for right in (True, True, False):
        await school.solve(quiz, ADA, right=right)
    found = (await shelf(school)).marks
    assert found == {
        "sets": Mark(section=2),
        "relations": Mark(section=3, read=True),
        "orders": Mark(),
        "chance": Mark(answered=3, right=2),
        "odds": Mark(),
    }
    assert set((await shelf(school, KOFI)).marks.values()) == {Mark()}


async def test_a_beaten_machine_is_marked(database: Database, clock: HandClock) -> None:
    easy = make_lesson("easy", questions=20, options=4)
    school = School(database, clock, Catalogue((easy,)))
    async with database.unit() as unit:
        # So that the machine answers the same each time, and not all of it right.
        await unit.facts.keep("machine secret", "07" * 32)
    quiz = (await school.quiz(ADA, "easy", None)).quiz.id
    for _ in easy.questions:
        await school.solve(quiz, ADA)
    assert (await shelf(school)).marks["easy"] == Mark(answered=20, right=20, beaten=True)


async def test_nothing_found_gives_marks_for_what_may_have_been_meant(school: School) -> None:
    await school.actions.reading.turned(ADA, SETS, 2)
    found = await shelf(school, text="qqqq zzzz")
    assert not found.shelf.lessons
    assert found.marks.keys() == {one.slug for one in found.shelf.near} != set()


async def test_a_screen_of_lessons_costs_as_many_statements_as_one_lesson(
    school: School, database: Database, clock: HandClock
) -> None:
    def counted(on: Any) -> list[str]:
        said: list[str] = []
        event.listen(on, "before_cursor_execute", lambda *given: said.append(given[2]))
        return said

    def selects() -> int:
        return sum(statement.startswith("SELECT") for statement in said)

    said = counted(database._engines.reader.sync_engine)
    await shelf(school)
    assert selects() == 3
    await shelf(School(database, clock, Catalogue((SETS,))))
    assert selects() == 6


async def test_what_is_next_follows_the_path_that_was_opened_last(school: School, clock: HandClock) -> None:
    assert await following(school) == ("start", "sets"), "the easiest that builds on nothing"
    await school.actions.reading.turned(ADA, CHANCE, 1)
    assert await following(school) == ("left", "chance")
    clock.forward(minutes=1)
    await school.actions.reading.turned(ADA, SETS, 2)
    assert await following(school) == ("left", "sets"), "of two, the one that was opened last"
    clock.forward(minutes=1)
    await read(school, SETS)
    assert await following(school) == ("left", "chance")
    clock.forward(minutes=1)
    await read(school, CHANCE)
    assert await following(school) == ("next", "odds"), "the path that was followed last"
    await read(school, RELATIONS)
    clock.forward(minutes=1)
    await read(school, ODDS)
    assert await following(school) == ("next", "orders"), "its path is at its end"
    await read(school, ORDERS)
    assert await following(school) is None


async def test_a_category_tells_how_far_one_is_and_what_is_next_on_its_path(school: School) -> None:
    found = await shelf(school, category="logic")
    assert [one.slug for one in found.shelf.lessons] == ["sets", "relations", "orders"]
    assert (found.path_read, found.path_length) == (0, 3)
    assert found.unread == {"sets": (), "relations": (SETS,), "orders": (RELATIONS, CHANCE)}
    await school.actions.reading.turned(ADA, CHANCE, 1)
    await read(school, SETS)
    assert await following(school, "logic") == ("next", "relations")
    await read(school, RELATIONS)
    found = await shelf(school, category="logic")
    assert (found.path_read, found.path_length, found.unread["orders"]) == (2, 3, (CHANCE,))
    assert await following(school, "logic") == ("next", "chance"), "what the rest builds on lies elsewhere"
    await read(school, CHANCE)
    await read(school, ORDERS)
    assert await following(school, "logic") is None
    assert (await shelf(school, category="logic")).path_read == 3


async def test_sources_on_a_page_of_their_own_belong_to_the_last_section(
    database: Database, clock: HandClock
) -> None:
    long = replace(SETS, sources=tuple(f"{number} {'s' * 290}" for number in range(10)))
    school = School(database, clock, Catalogue((long,)))
    pages = school.actions.library.pages(long)
    assert not pages[-1].parts
    await school.actions.reading.turned(ADA, long, len(pages) - 1)
    assert (await shelf(school)).marks["sets"] == Mark(section=3)
    await school.actions.reading.turned(ADA, long, len(pages))
    assert (await shelf(school)).marks["sets"] == Mark(section=3, read=True)


async def test_a_class_that_turns_pages_at_once_shares_few_commits(
    school: School, database: Database
) -> None:
    with commits(database) as counted:
        await asyncio.gather(
            *(school.actions.reading.turned(member, SETS, 1 + member % 3) for member in range(1, 101))
        )
    assert len(counted) <= 3
    assert (await shelf(school, 3)).marks["sets"] == Mark(section=1)
    assert (await shelf(school, 2)).marks["sets"] == Mark(section=3, read=True)


async def test_two_devices_agree_on_what_was_turned_last(school: School, elsewhere: School) -> None:
    elsewhere = School(elsewhere.database, elsewhere.clock, LIBRARY)
    await school.actions.reading.turned(ADA, SETS, 3)
    await elsewhere.actions.reading.turned(ADA, SETS, 1)
    await asyncio.gather(
        *(process.actions.reading.turned(ADA, SETS, 2) for process in (school, elsewhere) for _ in range(20))
    )
    assert await school.actions.reading.page_for(ADA, SETS) == 2
    assert (await shelf(elsewhere)).marks["sets"] == Mark(section=2, read=True)


async def test_a_deletion_takes_the_bookmarks_and_whatever_was_about_to_be_noted(
    school: School, clock: HandClock
) -> None:
    await read(school, SETS)
    assert (await school.actions.privacy.overview(ADA)).kept == {"reading": 1}
    await asyncio.gather(
        *(school.actions.reading.turned(ADA, CHANCE, 1) for _ in range(5)), school.actions.privacy.delete(ADA)
    )
    assert (await school.actions.privacy.overview(ADA)).kept == {}
    assert await following(school) == ("start", "sets")
    clock.forward(minutes=2)
    await school.actions.reading.turned(ADA, SETS, 2)
    assert (await shelf(school)).marks["sets"] == Mark(section=2), "whoever goes on begins anew"


async def test_the_export_holds_the_bookmarks(school: School) -> None:
    await school.actions.reading.turned(ADA, SETS, 2)
    _, content = await school.actions.privacy.export(ADA)
    assert b'"section": "s1"' in content


TURNS = st.lists(
    st.tuples(st.sampled_from([ADA, KOFI]), st.sampled_from(LIBRARY.lessons), st.integers(1, 3)), max_size=12
)


@pytest.fixture
def own_database(sqlite_template: Path, tmp_path: Path) -> Any:
    """A maker of fresh databases, one for each example."""
    import shutil

    counted = iter(range(10_000))

    def make() -> Database:
        file = tmp_path / f"{next(counted)}.sqlite3"
        shutil.copy(sqlite_template, file)
        return Database(f"sqlite:///{file}")

    return make


@settings(max_examples=25)
@given(turns=TURNS, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_turns_noted_together_come_to_the_same_as_one_by_one(
    own_database: Any, turns: list[tuple[int, Lesson, int]], cuts: list[int]
) -> None:
    clock = HandClock()
    library = Library(LIBRARY)

    def turn(at: int, member: int, one: Lesson, number: int) -> PageTurn:
        section = one.sections[number - 1].id
        return PageTurn(member, one.slug, section, clock() + timedelta(seconds=at), number == 3)

    noted = [turn(at, *given) for at, given in enumerate(turns)]
    bounds = [0, *sorted(cuts), len(noted)]
    batches = [noted[start:end] for start, end in pairwise(bounds)]

    async def kept(groups: list[list[PageTurn]]) -> Any:
        database = own_database()
        try:
            for group in groups:
                async with database.unit() as unit:
                    await unit.reading.note(group)
            async with database.reading() as unit:
                bookmarks = [await unit.reading.of(member) for member in (ADA, KOFI)]
            actions = make_actions(database, LIBRARY, clock)
            for member in (ADA, KOFI):
                own = await actions.reading.shelf(member, category=None, level=None, text="", number=0)
                done = {one.slug for one in library.lessons if own.marks[one.slug].read}
                if own.suggestion is None:
                    assert len(done) == len(library.lessons)
                else:
                    assert own.suggestion.lesson.slug not in done
                    if own.suggestion.why != "left":
                        assert set(own.suggestion.lesson.requires) <= done
            return bookmarks
        finally:
            await database.close()

    together = asyncio.run(kept(batches))
    assert together == asyncio.run(kept([[one] for one in noted]))
    for member, bookmarks in zip((ADA, KOFI), together, strict=True):
        last = {one.lesson: one for one in noted if one.member == member}
        assert {one.lesson: one.section for one in bookmarks} == {
            slug: one.section for slug, one in last.items()
        }
