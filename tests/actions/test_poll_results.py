"""Results of polls: counted, and with those who climbed most, of whom none is named who would not be on a board."""

import pytest

from bot.actions.poll_results import PollResult
from bot.actions.refusals import Refusal
from ladder.standings import Ladder
from tests.actions.school import ADA, GUILD, KOFI, MATEO, OTHER_GUILD, STARTER, School
from tests.conftest import HandClock

EVERYBODY = [ADA, KOFI, MATEO, *range(ADA + 10, ADA + 15)]
SERVER = Ladder.server(GUILD).key


async def meet(school: School, *members: int) -> None:
    for member in members:
        await school.actions.people.meet(member, f"name {member}", GUILD, f"nick {member}")


async def answered(
    school: School, question: str, right: list[int], wrong: list[int], guild: int = GUILD
) -> PollResult:
    """The result of a poll that they answered so."""
    poll = await school.poll(question, guild=guild)
    key = school.key(f"curated:{question}")
    for member in [*right, *wrong]:
        await school.press(poll, member, key if member in right else (key + 1) % 3)
    return await school.polls.close(poll)


def named(result: PollResult) -> list[int]:
    return [one.member for one in result.climbers]


async def test_the_three_who_climbed_most_are_named_as_they_are_called_there(school: School) -> None:
    await meet(school, *EVERYBODY)
    veteran = EVERYBODY[-1]
    # Whoever is well known already climbs less by the same answer.
    await answered(school, "logic-0", [veteran], [])
    await answered(school, "logic-2", [veteran], [])
    result = await answered(school, "logic-1", [veteran, ADA, KOFI, MATEO], EVERYBODY[3:5])
    assert named(result) == [ADA, KOFI, MATEO], "equals by who answered first"
    for one in result.climbers:
        (entry,) = await school.entries(one.member, SERVER)
        assert one.points == entry.rating_after - entry.rating_before > 0
        assert one.name == f"nick {one.member}"


async def test_nobody_who_lost_is_named(school: School) -> None:
    await meet(school, *EVERYBODY)
    assert named(await answered(school, "logic-1", [], EVERYBODY)) == []
    assert named(await answered(school, "logic-2", [ADA], [KOFI, MATEO])) == [ADA]


async def test_with_fewer_than_three_answers_nobody_is_named_since_the_other_would_be_known_to_be_wrong(
    school: School,
) -> None:
    await meet(school, *EVERYBODY)
    assert named(await answered(school, "logic-1", [ADA], [KOFI])) == []
    assert named(await answered(school, "logic-2", [ADA, KOFI], [])) == []


async def test_whoever_is_on_no_board_is_not_named_and_the_next_is(school: School, clock: HandClock) -> None:
    hidden, departed, excluded, deleted = EVERYBODY[:4]
    await meet(school, *EVERYBODY)
    await school.actions.privacy.hide(hidden)
    async with school.database.unit() as unit:
        await unit.listing.put(departed, GUILD, "departed", clock())
        await unit.listing.put(excluded, GUILD, "excluded", clock(), by=STARTER)
        await unit.listing.put(EVERYBODY[4], OTHER_GUILD, "departed", clock())
    poll = await school.poll("logic-1")
    for member in EVERYBODY:
        await school.press(poll, member, 1)
    await school.actions.privacy.delete(deleted)
    # Answering again lists whoever had left, so they leave once more.
    result = await school.polls.close(poll)
    assert result.tally.total == len(EVERYBODY)
    async with school.database.unit() as unit:
        await unit.listing.put(departed, GUILD, "departed", clock())
    shown = await school.polls.view(poll)
    assert isinstance(shown, PollResult)
    assert named(shown) == EVERYBODY[4:7]


async def test_whoever_was_never_met_by_name_is_not_named(school: School) -> None:
    await meet(school, KOFI)
    assert named(await answered(school, "logic-1", [ADA, KOFI, MATEO], [])) == [KOFI]


async def test_a_practised_answer_climbs_nowhere(school: School) -> None:
    await meet(school, *EVERYBODY)
    await answered(school, "logic-1", [], [ADA, KOFI, MATEO])
    assert named(await answered(school, "logic-1", [ADA, KOFI, MATEO], [])) == []


async def test_many_hidden_members_do_not_hide_those_who_are_shown(school: School) -> None:
    crowd = list(range(ADA + 100, ADA + 180))
    await meet(school, *crowd)
    poll = await school.poll("logic-1")
    for member in crowd:
        await school.press(poll, member, 1)
    for member in crowd[:-2]:
        await school.actions.privacy.hide(member)
    assert named(await school.polls.close(poll)) == crowd[-2:]


async def test_a_cancelled_poll_has_no_result_for_its_voters_and_says_that_nothing_was_rated(
    school: School,
) -> None:
    poll = await school.poll("logic-1")
    await school.press(poll, ADA, 1)
    await school.polls.cancel(poll, STARTER, moderator=False)
    with pytest.raises(Refusal, match=r"This poll was cancelled, so nothing was rated\."):
        await school.polls.own_result(poll, ADA)
    assert await school.ratings(ADA) == {}
