"""Order in a server: members kept off its boards, its ladder begun anew, and both taken back."""

import asyncio
from datetime import timedelta

import pytest

from bot.actions.audit import verify
from bot.actions.refusals import Refusal
from bot.actions.resets import UNDOABLE_FOR
from bot.actions.voiding import void_question
from ladder.standings import Ladder
from tests.actions.school import ADA, GUILD, KOFI, MATEO, STARTER, School
from tests.actions.test_evidence import points, solve
from tests.conftest import HandClock

WORLD, HERE = Ladder.world().key, Ladder.server(GUILD).key
XP = "xp:4611686018427387905:2026-02-23"


async def sound(school: School) -> None:
    assert (await verify(school.database, progress=lambda *_: None)).faults == ()


async def undo_latest(school: School) -> None:
    (latest, *_) = (await school.actions.audit_log.page(GUILD, 0)).entries
    await school.actions.audit_log.undo(GUILD, latest.id, STARTER)
    await school.actions.resets.go_on()


async def test_an_excluded_member_is_on_none_of_the_servers_boards_and_rated_on(school: School) -> None:
    await solve(school, ADA)
    await school.actions.exclusions.exclude(GUILD, ADA, STARTER)
    assert await points(school, HERE, ADA) is None
    assert await points(school, XP, ADA) is None
    assert await points(school, WORLD, ADA) is not None
    before = (await school.ratings(ADA))[HERE].answers
    await solve(school, ADA, "chance-1")
    assert (await school.ratings(ADA))[HERE].answers > before
    assert await points(school, HERE, ADA) is None
    await sound(school)
    (excluded,) = (await school.actions.exclusions.of(GUILD)).members
    assert excluded.member == ADA
    await school.actions.exclusions.readmit(GUILD, ADA, STARTER)
    assert await points(school, HERE, ADA) == (await school.ratings(ADA))[HERE].rating
    assert (await school.actions.exclusions.of(GUILD)).size == 0
    await sound(school)


async def test_an_exclusion_and_a_readmission_can_be_taken_back_once(school: School) -> None:
    await solve(school, ADA)
    await school.actions.exclusions.exclude(GUILD, ADA, STARTER)
    with pytest.raises(Refusal, match="excluded already"):
        await school.actions.exclusions.exclude(GUILD, ADA, STARTER)
    await undo_latest(school)
    assert await points(school, HERE, ADA) is not None
    with pytest.raises(Refusal, match="not excluded any more"):
        await school.actions.exclusions.readmit(GUILD, ADA, STARTER)
    entries = (await school.actions.audit_log.page(GUILD, 0)).entries
    assert [(one.what, one.member, one.undoes) for one in entries] == [
        ("readmit", ADA, entries[1].id),
        ("exclude", ADA, None),
    ]
    with pytest.raises(Refusal, match="taken back already"):
        await school.actions.audit_log.undo(GUILD, entries[1].id, STARTER)


async def test_a_reset_takes_a_member_back_to_the_start_here_and_touches_nothing_else(
    school: School, clock: HandClock
) -> None:
    await solve(school, ADA)
    await solve(school, KOFI, right=False)
    before, kofi = await school.ratings(ADA), await school.ratings(KOFI)
    clock.forward(hours=1)
    reached, _entry = await school.actions.resets.reset(GUILD, STARTER, ADA)
    assert reached == 1
    after = await school.ratings(ADA)
    assert (after[HERE].estimate, after[HERE].evidence) == (before[WORLD].estimate, 0.0)
    assert (after[HERE].answers, after[HERE].correct) == (0, 0)
    assert {key: row for key, row in after.items() if key != HERE} == {
        key: row for key, row in before.items() if key != HERE
    }
    assert await school.ratings(KOFI) == kofi
    assert await points(school, HERE, ADA) is None
    assert await points(school, XP, ADA) is not None
    last = (await school.entries(ADA, HERE))[-1]
    assert (last.kind, last.estimate_before) == ("reset", before[HERE].estimate)
    await sound(school)
    await solve(school, ADA, "chance-1")
    assert await points(school, HERE, ADA) is not None
    await sound(school)


async def test_a_reset_of_everybody_can_be_taken_back_and_what_came_since_counts(
    school: School, clock: HandClock
) -> None:
    for member in (ADA, KOFI):
        await solve(school, member)
    before = {member: (await school.ratings(member))[HERE] for member in (ADA, KOFI)}
    clock.forward(hours=1)
    reached, _entry = await school.actions.resets.reset(GUILD, STARTER)
    assert reached == 2
    assert await school.actions.resets.size(GUILD) == 0
    clock.forward(hours=1)
    await solve(school, MATEO)
    await solve(school, ADA, "chance-1")
    given = (await school.ratings(ADA))[HERE]
    clock.forward(days=6)
    await undo_latest(school)
    ada, kofi = (await school.ratings(ADA))[HERE], (await school.ratings(KOFI))[HERE]
    assert (kofi.estimate, kofi.evidence, kofi.answers) == (
        before[KOFI].estimate,
        before[KOFI].evidence,
        before[KOFI].answers,
    )
    assert ada.answers == before[ADA].answers + given.answers
    assert ada.evidence == before[ADA].evidence + given.evidence
    assert await school.actions.resets.size(GUILD) == 3
    await sound(school)


async def test_a_reset_older_than_a_week_stays(school: School, clock: HandClock) -> None:
    await solve(school, ADA)
    await school.actions.resets.reset(GUILD, STARTER)
    clock.now += UNDOABLE_FOR + timedelta(minutes=1)
    with pytest.raises(Refusal, match="for 7 days"):
        await undo_latest(school)
    assert await school.actions.resets.size(GUILD) == 0


async def test_a_member_without_a_rating_here_cannot_be_reset(school: School) -> None:
    await solve(school, ADA, guild=None)
    with pytest.raises(Refusal, match="no rating on this server's ladder"):
        await school.actions.resets.reset(GUILD, STARTER, ADA)
    assert (await school.actions.audit_log.page(GUILD, 0)).entries == ()


async def test_a_reset_that_was_cut_off_goes_on_and_two_processes_write_it_once(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    for member in (ADA, KOFI):
        await solve(school, member)
    clock.forward(hours=1)
    async with school.database.unit() as unit:
        await unit.resets.add(guild=GUILD, member=None, by=STARTER, at=clock())
    await asyncio.gather(school.actions.resets.go_on(), elsewhere.actions.resets.go_on())
    for member in (ADA, KOFI):
        assert [one.kind for one in await school.entries(member, HERE)].count("reset") == 1
    await sound(school)


async def test_what_a_reset_took_along_is_not_voided_again(school: School, clock: HandClock) -> None:
    await solve(school, ADA)
    clock.forward(hours=1)
    await school.actions.resets.reset(GUILD, STARTER)
    rating = (await school.ratings(ADA))[HERE]
    await void_question(school.database, "curated:logic-1", guild=GUILD, at=clock(), progress=lambda _: None)
    assert (await school.ratings(ADA))[HERE] == rating
    await sound(school)
