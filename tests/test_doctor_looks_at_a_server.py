"""``rung doctor --server``: over a Discord that answers on loopback, as an operator reads it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import discord
import pytest
from discord.http import Route
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from sqlalchemy.engine import URL
from typer.testing import CliRunner

from bot.__main__ import app
from bot.checkup import Finding, checkup
from bot.config import Config
from bot.storage import Database
from tests.crashes.lasting import LastingDiscord

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMg.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789abc"


@pytest.fixture
def url(sqlite_url: URL) -> URL:
    return sqlite_url


@pytest.fixture
async def world(url: URL, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[LastingDiscord]:
    async with LastingDiscord(url.render_as_string(hide_password=False)).served() as served:
        monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{served._port}/api/v10")
        yield served


async def looked_at(url: URL, server: int, token: str | None = TOKEN) -> list[Finding]:
    """What the doctor says of a server, after all else is well."""
    config = Config(token=token, database_url=url.render_as_string(hide_password=False))  # type: ignore[arg-type]
    found = await checkup(config, server)
    return [one for one in found if one.what == f"server {server}"]


async def test_it_says_that_all_is_well(url: URL, world: LastingDiscord) -> None:
    (told,) = await looked_at(url, world.guild.id)
    assert told == Finding(told.what, True, "everything that its moderators chose can be done")


async def test_it_names_what_is_missing_where_and_how_to_give_it(
    url: URL, database: Database, world: LastingDiscord
) -> None:
    async with database.unit() as unit:
        await unit.choices.put(world.guild.id, "titles_channel", world.channel.id)
        await unit.choices.put(world.guild.id, "tier_roles", [[1600, 12345]])
        await unit.blocked_channels.block(world.channel.id, world.guild.id, "forbidden", world.now())
    deny = discord.Permissions(send_messages=True).value
    world.backend.set_overwrite(
        world.channel.id,
        Overwrite(target_id=world.backend.bot_user.id, type=OverwriteType.MEMBER, allow=0, deny=deny),
    )
    shut, role = await looked_at(url, world.guild.id)
    assert not shut.well
    assert f"Discord refused a post in #{world.channel.name} since 20" in shut.told
    assert "Give my role there: “Send Messages” (Edit Channel → Permissions)." in shut.told
    assert role.told == "The role 12345 of Gold: this role was deleted; choose another."


async def test_a_server_that_the_bot_is_not_in_is_told_in_a_sentence(url: URL, world: LastingDiscord) -> None:
    (told,) = await looked_at(url, 4711)
    assert not told.well
    assert told.told.startswith("the bot is not in this server: invite it there")


async def test_without_a_token_it_says_what_comes_first(url: URL, world: LastingDiscord) -> None:
    (told,) = await looked_at(url, world.guild.id, token=None)
    assert told.told.startswith("not looked at: mend what stands above first")


async def test_without_discord_it_says_so(url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:9/api/v10")
    (told,) = await looked_at(url, 4711)
    assert told.told.startswith("Discord cannot be reached from here")


async def test_without_a_database_nothing_is_made(world: LastingDiscord, tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite3"
    (told,) = await looked_at(URL.create("sqlite", database=str(file)), world.guild.id)
    assert "not looked at" in told.told
    assert not file.exists()


def test_the_command_prints_a_line_for_it_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNG_TOKEN", raising=False)
    result = CliRunner().invoke(app, ["doctor", "--server", "4711"])
    assert result.exit_code == 1
    assert "FIX  server 4711: not looked at" in result.output
