"""Every rating equals its journal; where one does not, it is found, named, and mended from the journal."""

import pytest
from sqlalchemy import text

from bot.actions.audit import Audit, verify
from bot.actions.rating import void
from bot.storage.matches import Match
from bot.storage.ratings import RatingRow
from ladder.match import Outcome
from tests.actions.school import ADA, GUILD, KOFI, OTHER_GUILD, School
from tests.conftest import HandClock


async def audited(school: School, *, mend: bool = False) -> Audit:
    heard: list[tuple[int, int]] = []
    audit = await verify(school.database, mend=mend, progress=lambda *numbers: heard.append(numbers))
    assert heard == ([(audit.members, audit.members)] if audit.members else [])
    return audit


async def spoil(school: School, statement: str, **values: object) -> None:
    """Somebody writes into the database behind the bot's back."""
    async with school.database.unit() as unit:
        done = await unit.facts._connection.execute(text(statement), values)
        assert done.rowcount == 1


@pytest.fixture
async def busy(school: School) -> School:
    """Two members with answers in polls and quizzes, here and elsewhere."""
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    await school.press(poll, KOFI, 0)
    await school.polls.close(poll)
    for member, lesson, guild in ((ADA, "logic", OTHER_GUILD), (ADA, "chance", None), (KOFI, "chance", None)):
        quiz = (await school.quiz(member, lesson, guild)).quiz
        for number in range(len(quiz.questions)):
            await school.solve(quiz.id, member, right=number % 2 == 0)
    return school


async def test_an_empty_database_has_nothing_to_prove(school: School) -> None:
    assert await audited(school) == Audit(0, 0, (), 0)


async def test_whatever_was_answered_every_rating_equals_its_journal(busy: School) -> None:
    audit = await audited(busy)
    assert (audit.members, audit.faults) == (2, ())
    assert audit.entries > 20


async def test_a_rating_that_was_changed_is_named_and_mended(busy: School) -> None:
    before = await busy.ratings(ADA)
    await spoil(
        busy, "UPDATE ratings SET rating = 2000 WHERE member = :member AND ladder = 'global'", member=ADA
    )
    first, second = (await audited(busy)).faults
    assert f"member {ADA}, global: the rating is 2000" in first
    assert second == "the boards: 1 places are missing, and 1 ought not to be there"
    assert (await audited(busy, mend=True)).mended >= 1
    assert await busy.ratings(ADA) == before
    assert (await audited(busy)).faults == ()


async def test_a_lost_rating_comes_back_from_the_journal(busy: School) -> None:
    before = await busy.ratings(KOFI)
    await spoil(busy, "DELETE FROM ratings WHERE member = :member AND ladder = 'global'", member=KOFI)
    assert any("there is no rating" in fault for fault in (await audited(busy)).faults)
    await audited(busy, mend=True)
    assert await busy.ratings(KOFI) == before


async def test_a_lost_entry_is_named_and_never_invented(busy: School) -> None:
    await spoil(
        busy,
        "DELETE FROM journal WHERE member = :member AND ladder = 'global' AND sequence = 2",
        member=ADA,
    )
    audit = await audited(busy, mend=True)
    assert any("entry 2 is missing" in fault for fault in audit.faults)
    assert [entry.sequence for entry in await busy.entries(ADA)][:2] == [1, 3]


async def test_an_entry_that_breaks_the_rule_is_named(busy: School) -> None:
    await spoil(
        busy,
        "UPDATE journal SET correct = NOT correct WHERE member = :member AND ladder = 'global' AND sequence = 1",
        member=ADA,
    )
    assert f"member {ADA}, global, entry 1: the rule gives another result" in (await audited(busy)).faults


async def test_a_rating_that_no_journal_explains_is_named(busy: School) -> None:
    async with busy.database.unit() as unit:
        await unit.ratings.write(
            [RatingRow(7, "global", 1500.0, 3.0, 1413, 3, 3, 3, busy.clock(), True)], before=[]
        )
    assert "member 7, global: no journal explains this rating" in (await audited(busy)).faults
    await audited(busy, mend=True)
    assert (await audited(busy)).faults == ()
    assert await busy.ratings(7) == {}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("rating_after = 3000", "the ratings shown are not those of its estimates"),
        ("rating_before = 3000", "the ratings shown are not those of its estimates"),
        ("predicted = predicted / 2", "the chance or the step is not the rule's"),
        ("k = 24", "the chance or the step is not the rule's"),
    ],
)
async def test_every_number_that_is_shown_of_an_entry_is_proven(
    busy: School, change: str, fault: str
) -> None:
    where = "member = :member AND ladder = 'global' AND sequence = 2"
    await spoil(busy, f"UPDATE journal SET {change} WHERE {where}", member=ADA)
    assert any(f"entry 2: {fault}" in one for one in (await audited(busy)).faults)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "DELETE FROM places WHERE member = :member AND ladder = 'global'",
            "the boards: 1 places are missing",
        ),
        ("UPDATE experience SET xp = 7 WHERE member = :member AND guild = 0", "XP of the week from"),
        ("UPDATE activity SET answered_at = '2020-01-01 00:00:00' WHERE member = :member", "the last answer"),
        ("UPDATE titles SET tier = 2400 WHERE member = :member", "the title is grandmaster"),
        (
            "UPDATE ratings SET listed = false WHERE member = :member AND ladder = 'global'",
            "stand on the board",
        ),
        (
            (
                "UPDATE histogram SET members = members + 5 WHERE ladder = 'global' AND width = 64"
                " AND bucket = (SELECT rating / 64 FROM ratings WHERE member = :member AND ladder = 'global')"
            ),
            "the histogram: ",
        ),
    ],
)
async def test_whatever_is_derived_is_rebuilt_from_the_journal(
    busy: School, statement: str, fault: str
) -> None:
    async with busy.database.unit() as unit:
        match = Match(ADA, "logic", 1, 1900, 5, 5, 0, Outcome.WIN, busy.clock(), "quiz:1", 3)
        await unit.matches.add([match])
    await audited(busy, mend=True)
    assert (await audited(busy)).faults == ()
    async with busy.database.reading() as unit:
        before = await unit.ratings.of(ADA), await unit.matches.titles([ADA]), await unit.experience.of([ADA])
    page = await busy.database.standings.page("global", 0, 9)
    await spoil(busy, statement, member=ADA)
    assert any(fault in one for one in (await audited(busy)).faults)
    await audited(busy, mend=True)
    assert (await audited(busy)).faults == ()
    async with busy.database.reading() as unit:
        assert before == (
            await unit.ratings.of(ADA),
            await unit.matches.titles([ADA]),
            await unit.experience.of([ADA]),
        )
    assert await busy.database.standings.page("global", 0, 9) == page


async def test_a_question_voided_in_a_server_and_then_everywhere_is_no_fault(
    school: School, clock: HandClock
) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 0)
    await school.polls.close(poll)
    for guild in (GUILD, None):
        clock.forward(minutes=1)
        async with school.database.unit() as unit:
            await void(unit, "curated:logic-1", at=clock(), guild=guild, members=[ADA])
        assert (await audited(school)).faults == ()
