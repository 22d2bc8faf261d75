"""Whose roles are looked at and when: after a change of title, of a setting, of what is shown; one a second."""

import pytest

from bot.actions.rating import void
from bot.actions.roles import RoleTask
from bot.storage import Database
from bot.storage.matches import Match, TitleRow
from ladder.match import Outcome
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, OTHER_GUILD, STARTER, School, make_lesson
from tests.conftest import HandClock

LESSONS = Catalogue(tuple(make_lesson(f"lesson-{number}", rating=1250, questions=5) for number in range(6)))
IRON_ROLE, BRONZE_ROLE = 2**62 + 900, 2**62 + 901


@pytest.fixture
def school(database: Database, clock: HandClock) -> School:
    return School(database, clock, LESSONS)


async def next_task(school: School) -> RoleTask | None:
    """The next member looked at, a second after the last; pages of members are gone through."""
    for _turn in range(3):
        school.clock.forward(seconds=1)  # type: ignore[attr-defined]
        if (task := await school.actions.roles.next()) is not None:
            return task
    return None


async def settled(school: School) -> list[tuple[int, int, int | None]]:
    """Everybody who is due, each looked at and settled: member, server, role wanted."""
    found = []
    while (task := await next_task(school)) is not None:
        assert task.due is not None
        await school.actions.roles.settle(task.due)
        found.append((task.member, task.guild, task.wanted))
    return found


async def solve(school: School, number: int, member: int = ADA, *, right: bool = True) -> None:
    opened = await school.quiz(member, f"lesson-{number}", GUILD)
    for _ in opened.quiz.questions:
        await school.solve(opened.quiz.id, member, right=right)
    await school.quizzes.put(opened.quiz.id, member)


async def climb(school: School, member: int = ADA) -> None:
    """Answer until the title of Bronze is held."""
    async with school.database.unit() as unit:
        await unit.matches.add(
            [Match(member, "other", 1, 1250, 5, 5, 0, Outcome.WIN, school.clock(), "quiz:999", 0)]
        )
        await unit.matches.hold_titles([TitleRow(member, Tier.IRON, 1250, school.clock())])
    for number in range(6):
        await solve(school, number, member)


async def choose_roles(school: School) -> None:
    await school.actions.roles.choose(GUILD, STARTER, Tier.IRON, IRON_ROLE)
    await school.actions.roles.choose(GUILD, STARTER, Tier.BRONZE, BRONZE_ROLE)


async def test_a_rise_is_due_in_every_server_with_roles_in_which_the_member_was_met(school: School) -> None:
    for guild in (GUILD, OTHER_GUILD, OTHER_GUILD + 1):
        await school.actions.people.meet(ADA, "Ada", guild)
    for guild in (GUILD, OTHER_GUILD):
        await school.actions.roles.choose(guild, STARTER, Tier.BRONZE, BRONZE_ROLE)
    assert await settled(school) == [], "nobody has a title"
    await climb(school)
    assert await settled(school) == [(ADA, GUILD, BRONZE_ROLE), (ADA, OTHER_GUILD, BRONZE_ROLE)]
    assert await settled(school) == []


async def test_a_newcomers_first_rated_answer_brings_the_role_of_iron(school: School) -> None:
    await choose_roles(school)
    await solve(school, 0, right=False)
    await school.actions.people.meet(ADA, "Ada", GUILD)
    assert await settled(school) == [(ADA, GUILD, IRON_ROLE)]


async def test_somebody_rated_elsewhere_is_due_when_first_met_here(school: School) -> None:
    await choose_roles(school)
    await climb(school)
    assert await settled(school) == [], "never met in the server"
    await school.actions.people.meet(ADA, "Ada", GUILD)
    assert await settled(school) == [(ADA, GUILD, BRONZE_ROLE)]


async def test_a_change_of_the_setting_concerns_everybody_rated_and_is_logged_and_undone(
    school: School,
) -> None:
    for member in (ADA, KOFI):
        await school.actions.people.meet(member, "somebody", GUILD)
    await climb(school)
    await school.actions.roles.choose(GUILD, STARTER, Tier.BRONZE, BRONZE_ROLE)
    assert await settled(school) == [(ADA, GUILD, BRONZE_ROLE)], "Kofi has no rating"
    entry = (await school.actions.audit_log.page(GUILD, 0)).entries[0]
    assert (entry.what, entry.before, entry.after) == ("tier_roles", (), ([1200, BRONZE_ROLE],))
    await school.actions.audit_log.undo(GUILD, entry.id, STARTER)
    assert (await school.actions.roles.view(GUILD)).by_tier == {}


async def test_whoever_hides_has_no_role_and_gets_it_back(school: School) -> None:
    await choose_roles(school)
    await school.actions.people.meet(ADA, "Ada", GUILD)
    await climb(school)
    await settled(school)
    await school.actions.privacy.hide(ADA)
    assert await settled(school) == [(ADA, GUILD, None)]
    await school.actions.privacy.show(ADA)
    assert await settled(school) == [(ADA, GUILD, BRONZE_ROLE)]


async def test_questions_taken_back_take_the_title_and_its_role(school: School) -> None:
    await choose_roles(school)
    await school.actions.people.meet(ADA, "Ada", GUILD)
    await climb(school)
    assert (ADA, GUILD, BRONZE_ROLE) in await settled(school)
    for lesson in LESSONS.lessons:
        for question in lesson.questions:
            async with school.database.unit() as unit:
                await void(unit, question.identity, at=school.clock(), guild=None, members=[ADA])
    async with school.database.reading() as unit:
        held = await unit.matches.title(ADA)
    assert await settled(school) == ([(ADA, GUILD, IRON_ROLE)] if held is Tier.IRON else [])


async def test_two_processes_look_at_one_member_a_second_between_them(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    await choose_roles(school)
    for member in (ADA, KOFI):
        await school.actions.people.meet(member, "somebody", GUILD)
        await solve(school, 0, member, right=False)
    await settled(school)
    await school.actions.roles.try_again(GUILD, STARTER)
    clock.forward(seconds=1)
    assert await school.actions.roles.next() is None, "a page of members"
    clock.forward(seconds=1)
    assert await school.actions.roles.next() is None, "the end of the pages"
    clock.forward(seconds=1)
    first = await school.actions.roles.next()
    assert await elsewhere.actions.roles.next() is None
    clock.forward(seconds=1)
    second = await elsewhere.actions.roles.next()
    assert first is not None
    assert second is not None
    assert {first.member, second.member} == {ADA, KOFI}
    clock.forward(seconds=1)
    assert await school.actions.roles.next() is None, "both are in hands"
    clock.forward(minutes=1)
    assert await school.actions.roles.next() is not None, "nobody said what became of it"


async def test_a_title_that_changes_while_a_role_is_given_is_looked_at_again(school: School) -> None:
    await choose_roles(school)
    await school.actions.people.meet(ADA, "Ada", GUILD)
    await solve(school, 0, right=False)
    task = await next_task(school)
    assert task is not None
    assert task.due is not None
    await climb(school)
    await school.actions.roles.settle(task.due)
    assert (ADA, GUILD, BRONZE_ROLE) in await settled(school)


async def test_a_server_that_refuses_is_left_alone_until_a_moderator_tries_again(school: School) -> None:
    await choose_roles(school)
    await school.actions.people.meet(ADA, "Ada", GUILD)
    await school.actions.roles.refuse(GUILD, "Academy")
    await solve(school, 0, right=False)
    assert await settled(school) == []
    assert (await school.actions.roles.view(GUILD)).refused_at is not None
    await school.actions.roles.try_again(GUILD, STARTER)
    assert set(await settled(school)) == {(ADA, GUILD, IRON_ROLE)}
    assert (await school.actions.roles.view(GUILD)).refused_at is None


async def test_after_a_deletion_nothing_is_due(school: School) -> None:
    await choose_roles(school)
    await school.actions.people.meet(ADA, "Ada", GUILD)
    await solve(school, 0)
    (task,) = await school.actions.roles.to_take_away(ADA)
    assert (task.guild, task.wanted, task.roles) == (GUILD, None, {IRON_ROLE, BRONZE_ROLE})
    await school.actions.privacy.delete(ADA)
    assert await settled(school) == []
