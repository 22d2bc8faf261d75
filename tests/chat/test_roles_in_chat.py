"""Roles follow titles: as moderators choose them, and as members see them given and taken."""

from typing import Any

import discord
import pytest
from chat_stage import Stage, both, prose, seen
from simcord import HttpLogEntry
from simcord.builders import RoleHandle

from bot.storage.matches import TitleRow
from bot.storage.ratings import RatingRow
from ladder.standings import Ladder
from ladder.tiers import Tier

MANAGER = discord.Permissions(manage_guild=True, manage_roles=True, send_messages=True)


@pytest.fixture
def boss(stage: Stage) -> Any:
    """A moderator who may give roles, and stands above all that titles have."""
    top = stage.guild.create_role("Boss", permissions=MANAGER)
    return stage.guild.add_member(stage.env.create_user("boss"), roles=[top])


def own_role(stage: Stage) -> Any:
    guild = stage.env.backend.get_guild(stage.guild.id)
    return next(role for role in guild.roles.values() if role.managed)


def let_the_bot(stage: Stage, *, manage_roles: bool) -> None:
    """Whether the bot may give roles."""
    permissions = discord.Permissions.all()
    permissions.update(administrator=False, manage_roles=manage_roles)
    stage.env.backend.edit_role(stage.guild.id, own_role(stage).id, {"permissions": permissions.value})


async def roles_page(stage: Stage, who: Any) -> Any:
    shown = stage.looked_at(await who.slash(stage.quiz, "settings"))
    return await stage.choose(who, shown, "settings1", "roles")


async def choose(stage: Stage, who: Any, tier: Tier, role: Any) -> Any:
    shown = await stage.choose(who, await roles_page(stage, who), "roletier1", str(tier.floor))
    return stage.looked_at(await who.select(shown, [role], custom_id=f"tierrole1:{tier.floor}"))


async def hold(stage: Stage, who: Any, tier: Tier) -> None:
    """The member has this title from now on, as an answer would have made it."""
    now = stage.env.now()
    async with stage.database.unit() as unit:
        await unit.sightings.note(stage.guild.id, who.id, who.name, now)
        await unit.matches.hold_titles([TitleRow(who.id, tier, 1250, now)])
        world = Ladder.world().key
        before = list((await unit.ratings.of(who.id)).values())
        row = RatingRow(who.id, world, 0.0, 30.0, tier.floor + 20, 30, 20, 30, now, listed=True)
        await unit.ratings.write([row], before=before)
        await unit.role_dues.add([who.id], now)


def roles_of(stage: Stage, who: Any) -> set[str]:
    guild = stage.env.backend.get_guild(stage.guild.id)
    member = stage.env.backend.get_member(stage.guild.id, who.id)
    return {guild.roles[role].name for role in member.role_ids if role in guild.roles}


def changes(stage: Stage) -> list[HttpLogEntry]:
    return [
        one
        for one in stage.env.http_requests
        if "/members/" in one.path and "/roles/" in one.path and one.method in {"PUT", "DELETE"}
    ]


@pytest.fixture
def silver(stage: Stage, boss: Any) -> Any:
    return stage.guild.create_role("Silver people")


@pytest.fixture
def gold(stage: Stage, boss: Any) -> Any:
    return stage.guild.create_role("Gold people")


@both
async def test_a_title_brings_its_role_and_takes_the_last_one_one_change_a_second(
    stage: Stage, boss: Any, silver: Any, gold: Any
) -> None:
    assert "Gold: no role" in prose(await roles_page(stage, boss))
    told = prose(await choose(stage, boss, Tier.SILVER, silver))
    assert f"✅ Silver goes with <@&{silver.id}> from now on." in told
    await choose(stage, boss, Tier.GOLD, gold)
    ben, cleo = stage.members[:2]
    await hold(stage, ben, Tier.SILVER)
    await hold(stage, cleo, Tier.GOLD)
    await stage.env.advance_time(10)
    assert roles_of(stage, ben) == {"Silver people"}
    assert roles_of(stage, cleo) == {"Gold people"}
    before = len(changes(stage))
    await hold(stage, ben, Tier.GOLD)
    await stage.env.advance_time(1)
    assert len(changes(stage)) <= before + 1
    await stage.env.advance_time(5)
    assert roles_of(stage, ben) == {"Gold people"}
    assert len(changes(stage)) == before + 2
    log = stage.env.backend.get_guild(stage.guild.id).audit_log_entries
    assert log[-1].reason == "Rung: the title is Gold now"
    await hold(stage, ben, Tier.SILVER)
    await stage.env.advance_time(6)
    assert roles_of(stage, ben) == {"Silver people"}
    posted = [one for one in stage.quiz.history() if not one.flags.ephemeral]
    assert posted == [], "quietly"


async def test_everybody_with_a_title_gets_a_role_that_is_chosen_later(
    stage: Stage, boss: Any, gold: Any
) -> None:
    for member in stage.members:
        await hold(stage, member, Tier.GOLD)
    await choose(stage, boss, Tier.GOLD, gold)
    await stage.env.advance_time(12)
    assert [roles_of(stage, member) for member in stage.members] == [{"Gold people"}] * 4
    assert "⏳" not in prose(await roles_page(stage, boss))


async def test_a_role_above_the_bots_is_flagged_and_given_once_that_is_mended(
    stage: Stage, boss: Any, gold: Any
) -> None:
    ben = stage.members[0]
    await hold(stage, ben, Tier.GOLD)
    await choose(stage, boss, Tier.GOLD, gold)
    stage.env.backend.edit_role(stage.guild.id, gold.id, {"position": 90})
    await stage.env.advance_time(10)
    assert changes(stage) == [], "Discord is not even asked"
    told = prose(await roles_page(stage, boss))
    assert f"<@&{gold.id}> ⚠️ this role is not below mine; drag mine above it" in told
    stage.env.backend.edit_role(stage.guild.id, gold.id, {"position": 1})
    shown = await stage.press(boss, await roles_page(stage, boss), "Bring up to date")
    assert "⚠️" not in prose(shown)
    await stage.env.advance_time(10)
    assert roles_of(stage, ben) == {"Gold people"}


async def test_a_deleted_role_is_flagged_and_the_others_are_given(
    stage: Stage, boss: Any, silver: Any, gold: Any
) -> None:
    ben, cleo = stage.members[:2]
    await choose(stage, boss, Tier.SILVER, silver)
    await choose(stage, boss, Tier.GOLD, gold)
    stage.env.backend.delete_role(stage.guild.id, gold.id)
    await hold(stage, ben, Tier.GOLD)
    await hold(stage, cleo, Tier.SILVER)
    await stage.env.advance_time(10)
    assert (roles_of(stage, ben), roles_of(stage, cleo)) == (set(), {"Silver people"})
    assert "⚠️ this role was deleted; choose another" in prose(await roles_page(stage, boss))


async def test_without_manage_roles_the_bot_stops_and_one_press_brings_it_back(
    stage: Stage, boss: Any, gold: Any
) -> None:
    ben = stage.members[0]
    let_the_bot(stage, manage_roles=False)
    told = prose(await choose(stage, boss, Tier.GOLD, gold))
    assert "⚠️ It cannot be given yet: I may not give roles; give my role “Manage Roles”" in told
    await hold(stage, ben, Tier.GOLD)
    await stage.env.advance_time(10)
    asked = len(stage.env.http_requests)
    await stage.env.advance_time(60)
    assert len(stage.env.http_requests) == asked
    shown = await roles_page(stage, boss)
    assert "⚠️ Discord has let me give no roles since" in prose(shown)
    still = await boss.click(shown, label="Bring up to date")
    assert "I may still not give roles here." in seen(still)
    let_the_bot(stage, manage_roles=True)
    await stage.press(boss, await roles_page(stage, boss), "Bring up to date")
    await stage.env.advance_time(10)
    assert roles_of(stage, ben) == {"Gold people"}


async def test_after_a_refusal_nothing_more_is_asked_and_a_failure_is_made_up_for(
    stage: Stage, boss: Any, gold: Any
) -> None:
    ben, cleo = stage.members[:2]
    await choose(stage, boss, Tier.GOLD, gold)
    await stage.env.advance_time(3)
    path = f"/guilds/{stage.guild.id}/members/{ben.id}/roles/{gold.id}"
    stage.env.inject_error("PUT", path, status=400, code=0)
    await hold(stage, ben, Tier.GOLD)
    await stage.env.advance_time(5)
    assert roles_of(stage, ben) == set()
    await stage.env.advance_time(65)
    assert roles_of(stage, ben) == {"Gold people"}
    path = f"/guilds/{stage.guild.id}/members/{cleo.id}/roles/{gold.id}"
    stage.env.inject_error("PUT", path, status=403, code=60003)
    await hold(stage, cleo, Tier.GOLD)
    await stage.env.advance_time(100)
    assert len([one for one in changes(stage) if str(cleo.id) in one.path]) == 1
    assert "⚠️ Discord has let me give no roles since" in prose(await roles_page(stage, boss))


async def test_whoever_has_left_is_let_be(stage: Stage, boss: Any, gold: Any) -> None:
    ben = stage.members[0]
    await choose(stage, boss, Tier.GOLD, gold)
    await stage.env.advance_time(3)
    await hold(stage, ben, Tier.GOLD)
    stage.env.backend.remove_member(stage.guild.id, ben.id)
    await stage.env.advance_time(5)
    view = await stage.bot.actions.roles.view(stage.guild.id)
    assert (view.waiting, changes(stage)) == (0, [])


async def test_roles_that_nobody_may_be_given_are_refused_with_why(stage: Stage, boss: Any) -> None:
    everybody = stage.env.backend.get_role(stage.guild.id, stage.guild.id)
    for role in (RoleHandle(stage.env, stage.guild, one) for one in (own_role(stage), everybody)):
        shown = await stage.choose(boss, await roles_page(stage, boss), "roletier1", "1600")
        result = await boss.select(shown, [role], custom_id="tierrole1:1600")
        assert "Nobody can be given" in seen(result)


async def test_nobody_makes_others_more_powerful_than_they_could_themselves(
    stage: Stage, boss: Any, gold: Any
) -> None:
    """Ada may manage the server, and not its roles."""
    shown = await stage.choose(stage.moderator, await roles_page(stage, stage.moderator), "roletier1", "1600")
    result = await stage.moderator.select(shown, [gold], custom_id="tierrole1:1600")
    assert "Choose a role that you could give yourself" in seen(result)
    stage.env.backend.edit_role(stage.guild.id, gold.id, {"position": 90})
    shown = await stage.choose(boss, await roles_page(stage, boss), "roletier1", "1600")
    result = await boss.select(shown, [gold], custom_id="tierrole1:1600")
    assert "Choose a role that you could give yourself" in seen(result)


async def test_only_moderators_choose_roles(stage: Stage, boss: Any, gold: Any) -> None:
    shown = await stage.choose(boss, await roles_page(stage, boss), "roletier1", "1600")
    stored = stage.env.backend.get_message(shown.channel_id, shown.id)
    stored.flags &= ~(1 << 6)  # as if it had been posted for everybody
    result = await stage.members[0].select(shown, [gold], custom_id="tierrole1:1600")
    assert "Manage Server" in seen(result)


async def test_a_deletion_of_ones_data_takes_the_role_as_well(stage: Stage, boss: Any, gold: Any) -> None:
    ben = stage.members[0]
    await choose(stage, boss, Tier.GOLD, gold)
    await hold(stage, ben, Tier.GOLD)
    await stage.env.advance_time(6)
    assert roles_of(stage, ben) == {"Gold people"}
    shown = stage.looked_at(await ben.slash(stage.quiz, "privacy"))
    form = await ben.click(shown, label="Delete everything")
    await ben.submit_modal(form, {_field(form): "DELETE"})
    await stage.env.advance_time(6)
    assert roles_of(stage, ben) == set()


def _field(form: Any) -> str:
    return next(part["component"]["custom_id"] for part in form.modal["components"] if part.get("component"))
