"""A server's ladder from elsewhere: closed by default, opened by its moderators, and under which names."""

import pytest

from bot.actions.boards import PAGE
from bot.actions.listing import hide
from bot.actions.refusals import NotAllowed
from ladder.standings import Ladder
from tests.actions.school import ADA, GUILD, KOFI, MATEO, OTHER_GUILD, STARTER, School
from tests.actions.seating import NOON, call, seat


async def test_a_ladder_is_its_members_until_it_is_opened_and_again_once_that_is_undone(
    school: School, elsewhere: School
) -> None:
    await seat(school.database, Ladder.server(GUILD), {ADA: 1500})
    servers = school.actions.servers
    with pytest.raises(NotAllowed, match="for its members alone"):
        await school.actions.boards.abroad(GUILD, 0, KOFI)
    assert await servers.open_ladders() == {}
    entry = await servers.open_ladder(GUILD, "Academy", True, STARTER)
    assert entry is not None
    board = await elsewhere.actions.boards.abroad(GUILD, 0, KOFI)
    assert (board.server, board.size, [row.member for row in board.rows]) == ("Academy", 1, [ADA])
    assert await elsewhere.actions.servers.open_ladders() == {GUILD: "Academy"}
    assert await servers.open_ladder(GUILD, "Academy", True, STARTER) is None
    await school.actions.audit_log.undo(GUILD, entry, STARTER)
    with pytest.raises(NotAllowed):
        await elsewhere.actions.boards.abroad(GUILD, 0, KOFI)
    assert await servers.open_ladders() == {}


async def test_opening_the_ladder_does_not_enter_the_board_of_servers_nor_leave_it(school: School) -> None:
    servers = school.actions.servers
    await servers.open_ladder(GUILD, "Academy", True, STARTER)
    assert not await servers.competes(GUILD)
    await servers.compete(OTHER_GUILD, "Lyceum", True)
    await servers.open_ladder(OTHER_GUILD, "Lyceum", True, STARTER)
    assert await servers.competes(OTHER_GUILD)
    await servers.open_ladder(OTHER_GUILD, "Lyceum", False, STARTER)
    assert await servers.competes(OTHER_GUILD)


async def test_people_are_called_as_they_are_outside_and_whoever_hides_is_not_there(school: School) -> None:
    await seat(school.database, Ladder.server(GUILD), {ADA: 1500, KOFI: 1400, MATEO: 1300})
    for member, guild, name in (
        (ADA, GUILD, "Queen Ada"),
        (ADA, 0, "Ada"),
        (KOFI, GUILD, "Only here"),
        (MATEO, 0, "Mateo"),
    ):
        await call(school.database, guild, member, name)
    await school.actions.servers.open_ladder(GUILD, "Academy", True, STARTER)
    board = await school.actions.boards.abroad(GUILD, 0, STARTER)
    assert [row.name for row in board.rows] == ["Ada", None, "Mateo"]
    at_home = await school.actions.boards.page("server", GUILD, 0, STARTER)
    assert [row.name for row in at_home.rows] == ["Queen Ada", "Only here", "Mateo"]
    async with school.database.unit() as unit:
        await hide(unit, MATEO, NOON)
    board = await school.actions.boards.abroad(GUILD, 0, STARTER)
    assert [row.member for row in board.rows] == [ADA, KOFI]


async def test_a_member_who_looks_from_elsewhere_finds_their_own_place(school: School) -> None:
    await seat(school.database, Ladder.server(GUILD), {ADA + n: 1500 - n for n in range(PAGE + 1)})
    await school.actions.servers.open_ladder(GUILD, "Academy", True, STARTER)
    board = await school.actions.boards.abroad(GUILD, 99, ADA)
    assert (board.number, board.count, len(board.rows)) == (1, 2, 1)
    assert board.own is not None
    assert board.own.rank == 1


async def test_servers_are_found_by_words_of_their_names(school: School) -> None:
    servers = school.actions.servers
    for guild, name in ((GUILD, "The Academy"), (OTHER_GUILD, "100 % Lyceum"), (GUILD + 9, "Closed Academy")):
        await servers.open_ladder(guild, name, True, STARTER)
    await servers.open_ladder(GUILD + 9, "Closed Academy", False, STARTER)
    assert await servers.open_ladders("academy") == {GUILD: "The Academy"}
    assert await servers.open_ladders("0 %") == {OTHER_GUILD: "100 % Lyceum"}
    assert list((await servers.open_ladders()).values()) == ["100 % Lyceum", "The Academy"]
    assert len(await servers.open_ladders(limit=1)) == 1
    await servers.rename(GUILD, "Renamed")
    assert await servers.open_ladders("Renamed") == {GUILD: "Renamed"}
