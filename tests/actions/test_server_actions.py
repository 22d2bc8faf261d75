"""Servers against servers: who counts for a server, what it scores, and when it stands on their board."""

from collections.abc import Mapping

from bot.actions.listing import hide
from bot.actions.servers import SCORED_EVERY
from bot.storage import Database
from ladder.standings import Ladder
from tests.actions.school import ADA, GUILD, OTHER_GUILD, School
from tests.actions.seating import NOON, seat
from tests.conftest import HandClock

TEN = range(ADA, ADA + 10)


async def class_of(
    database: Database, guild: int, world: Mapping[int, int], *, evidence: float = 40.0, here: float = 40.0
) -> None:
    """Members with these ratings in the world, who have answered in the server too."""
    await seat(database, Ladder.world(), world, evidence=evidence)
    await seat(database, Ladder.server(guild), dict.fromkeys(world, 1234), evidence=here)


async def board(school: School, guild: int | None = GUILD) -> list[tuple[int, str | None, int]]:
    page = await school.actions.boards.page("servers", guild, 0, ADA)
    return [(row.rank, row.name, row.points) for row in page.rows]


async def test_a_server_scores_the_mean_of_its_best_twenty_in_the_world(school: School) -> None:
    servers = school.actions.servers
    await class_of(school.database, GUILD, {ADA + n: 1000 + 10 * n for n in range(30)})
    await class_of(school.database, OTHER_GUILD, {ADA + 100 + n: 1300 for n in range(5)})
    assert not await servers.competes(GUILD)
    await servers.compete(GUILD, "Academy", True)
    await servers.compete(OTHER_GUILD, "Lyceum", True)
    assert await servers.competes(GUILD)
    assert await board(school) == [], "nobody is scored while the moderator waits"
    assert await servers.score_due() == 2
    assert await board(school) == [(1, "Lyceum", 1300), (2, "Academy", 1195)]
    page = await school.actions.boards.page("servers", GUILD, 0, ADA)
    assert page.own is not None
    assert (page.own.member, page.own.rank, page.own.points, page.competes) == (GUILD, 2, 1195, True)
    around = await school.actions.boards.around("servers", GUILD, ADA)
    assert (around.around, around.rows) == (True, page.rows)
    outside = await school.actions.boards.page("servers", None, 0, ADA)
    assert (outside.rows, outside.own, outside.competes) == (page.rows, None, False)


async def test_four_members_make_no_score_and_a_fifth_does(school: School, clock: HandClock) -> None:
    await class_of(school.database, GUILD, dict.fromkeys(list(TEN)[:4], 1500))
    await school.actions.servers.compete(GUILD, "Academy", True)
    await school.actions.servers.score_due()
    waiting = await school.actions.boards.page("servers", GUILD, 0, ADA)
    assert (waiting.rows, waiting.own, waiting.competes) == ((), None, True)
    await class_of(school.database, GUILD, {TEN[4]: 1000})
    assert await school.actions.servers.score_due() == 0, "not yet"
    clock.now += SCORED_EVERY
    assert await school.actions.servers.score_due() == 1
    assert await board(school) == [(1, "Academy", 1400)]


async def test_thin_evidence_here_or_in_the_world_and_hidden_members_do_not_count(
    school: School, clock: HandClock
) -> None:
    await class_of(school.database, GUILD, dict.fromkeys(list(TEN)[:6], 1500), evidence=10.0, here=10.0)
    await class_of(school.database, GUILD, {ADA + 50: 3000}, here=9.9)
    await class_of(school.database, GUILD, {ADA + 51: 3000}, evidence=9.9)
    # Nothing but the server's own lessons: a rating here, and none in the world.
    await seat(school.database, Ladder.server(GUILD), {ADA + 52: 3000})
    await school.actions.servers.compete(GUILD, "Academy", True)
    await school.actions.servers.score_due()
    assert await board(school) == [(1, "Academy", 1500)]
    for member in list(TEN)[:2]:
        async with school.database.unit() as unit:
            await hide(unit, member, NOON)
    clock.now += SCORED_EVERY
    await school.actions.servers.score_due()
    assert await board(school) == [], "four are left"


async def test_leaving_takes_a_server_off_at_once_and_coming_back_scores_it_anew(school: School) -> None:
    servers = school.actions.servers
    await class_of(school.database, GUILD, dict.fromkeys(TEN, 1500))
    await servers.compete(GUILD, "Academy", True)
    await servers.score_due()
    await servers.compete(GUILD, "Academy", True)
    assert len(await board(school)) == 1, "entering twice costs nothing"
    await servers.compete(GUILD, "Academy", False)
    assert await board(school) == []
    assert not await servers.competes(GUILD)
    await servers.compete(GUILD, "Academy", False)
    assert await servers.score_due() == 0
    await servers.compete(GUILD, "Academy", True)
    assert await board(school) == []
    assert await servers.score_due() == 1
    assert await board(school) == [(1, "Academy", 1500)]


async def test_a_renamed_server_is_shown_under_its_new_name(school: School) -> None:
    await class_of(school.database, GUILD, dict.fromkeys(TEN, 1500))
    await school.actions.servers.rename(GUILD, "Nobody")
    await school.actions.servers.compete(GUILD, "Academy", True)
    await school.actions.servers.score_due()
    await school.actions.servers.rename(GUILD, "L" * 150)
    assert await board(school) == [(1, "L" * 100, 1500)]


async def test_a_few_servers_are_scored_at_a_time_the_one_that_waited_longest_first(
    school: School, clock: HandClock
) -> None:
    guilds = [GUILD + 1000 + n for n in range(7)]
    for guild in guilds:
        await school.actions.servers.compete(guild, str(guild), True)
    scored: list[int] = []
    while done := await school.actions.servers.score_due():
        scored.append(done)
        clock.forward(minutes=1)
    assert scored == [3, 3, 1]
    clock.now += SCORED_EVERY
    assert await school.actions.servers.score_due() == 3


async def test_whoever_hides_or_deletes_their_data_makes_no_servers_score_any_longer(school: School) -> None:
    await class_of(school.database, GUILD, dict.fromkeys(list(TEN)[:7], 1500))
    await school.actions.servers.compete(GUILD, "Academy", True)
    assert await school.actions.servers.score_due() == 1
    assert await school.actions.servers.score_due() == 0, "not yet again"
    await school.actions.privacy.hide(TEN[0])
    await school.actions.privacy.delete(TEN[1])
    assert await school.actions.servers.score_due() == 1
    assert await board(school) == [(1, "Academy", 1500)]
    await school.actions.privacy.delete(TEN[2])
    assert await school.actions.servers.score_due() == 1
    assert await board(school) == [], "four make no score"
