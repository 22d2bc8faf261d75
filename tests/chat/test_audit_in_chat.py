"""The audit log, as moderators read it, take changes back from it, and keep it as a file."""

import ast
import csv
from datetime import UTC, datetime
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

from chat_stage import Stage, both, buttons, prose, seen

import bot.actions
from bot.actions.audit_log import LogPage
from bot.actions.settings import SETTINGS
from bot.chat.audit_settings import log_file
from bot.chat.audit_words import entry_words, worded
from bot.storage.audit_log import LogEntry

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def logged_deeds() -> set[str]:
    """Every deed that any of the actions ever adds to the log, read from their code."""
    found: set[str] = set()
    for file in sorted(Path(bot.actions.__file__).parent.glob("*.py")):
        module = import_module(f"bot.actions.{file.stem}")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "add"
                and isinstance(node.func.value, ast.Attribute)
                and node.func.value.attr == "audit_log"
            ):
                what = next(one.value for one in node.keywords if one.arg == "what")
                if isinstance(what, ast.Constant):
                    found.add(str(what.value))
                elif isinstance(what, ast.Name) and isinstance(getattr(module, what.id, None), str):
                    found.add(getattr(module, what.id))
                elif isinstance(what, ast.IfExp):
                    found |= {ast.literal_eval(what.body), ast.literal_eval(what.orelse)}
                else:
                    assert ast.unparse(what) in {"name", "entry.what", "what"}, (file.name, ast.unparse(what))
    return found | set(SETTINGS)


async def audit_page(stage: Stage) -> Any:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    return await stage.choose(stage.moderator, shown, "settings1:", "audit")


async def test_every_deed_that_is_ever_logged_has_words(stage: Stage) -> None:
    undoable = set(stage.bot.actions.audit_log.undoable)
    assert logged_deeds() | undoable <= worded()
    assert {"ballot", "competes", "tier_roles"} <= logged_deeds()


@both
async def test_a_change_is_read_and_taken_back_from_the_log(stage: Stage) -> None:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    page = await stage.choose(stage.moderator, shown, "settings1:", "audit")
    assert "Nothing has been changed here in 180 days." in prose(page)
    page = await stage.choose(stage.moderator, page, "settings1:", "polls")
    await stage.press(stage.moderator, page, "Use private ballots")
    page = await audit_page(stage)
    assert f"**{stage.moderator.name}** · <t:" in prose(page)
    assert "How polls are answered: letter buttons → private ballots" in prose(page)
    page = await stage.press(stage.moderator, page, "Undo")
    told = "✅ Taken back. It was: How polls are answered: letter buttons → private ballots"
    assert told in prose(page)
    assert "↩️ How polls are answered: private ballots → letter buttons" in prose(page)
    assert "-# Taken back since" in prose(page)
    assert (await stage.bot.actions.settings.of(stage.guild.id)).ballot == "direct"


async def test_a_change_is_taken_back_right_where_it_was_made(stage: Stage) -> None:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    page = await stage.choose(stage.moderator, shown, "settings1:", "polls")
    page = await stage.press(stage.moderator, page, "Use private ballots")
    page = await stage.press(stage.moderator, page, "Undo")
    assert "Polls here are answered by **letter buttons**." in prose(page)
    page = await stage.press(stage.moderator, page, "Undo")  # taking back is a change itself
    assert "Polls here are answered on **private ballots**." in prose(page)


async def test_what_weighs_more_than_a_setting_is_asked_about_before_it_is_taken_back(stage: Stage) -> None:
    shown = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
    page = await stage.choose(stage.moderator, shown, "settings1:", "ladder")
    page = await stage.press(stage.moderator, page, "Enter the board of servers")
    asked = await stage.press(stage.moderator, page, "Undo")
    assert "Take this back?" in prose(asked)
    assert "Entered the board of servers" in prose(asked)
    page = await stage.press(stage.moderator, asked, "Leave it")
    assert await stage.bot.actions.servers.competes(stage.guild.id)
    page = await stage.press(stage.moderator, await audit_page(stage), "Undo")
    page = await stage.press(stage.moderator, page, "Take it back")
    assert "✅ Taken back. It was: Entered the board of servers" in prose(page)
    assert not await stage.bot.actions.servers.competes(stage.guild.id)


async def test_of_two_who_take_a_change_back_the_second_is_shown_that_it_is_done(stage: Stage) -> None:
    await stage.bot.actions.settings.change(stage.guild.id, stage.moderator.id, poll_cap=3)
    first, second = await audit_page(stage), await audit_page(stage)
    await stage.press(stage.moderator, first, "Undo")
    page = await stage.press(stage.moderator, second, "Undo")
    assert "⚠️ This change was taken back already." in prose(page)
    assert "↩️ Polls in 24 hours: 3 a day → any number" in prose(page)


async def test_what_is_so_again_already_is_not_taken_back_once_more(stage: Stage) -> None:
    settings = stage.bot.actions.settings
    change = await settings.change(stage.guild.id, stage.moderator.id, zone="Europe/Berlin")
    await settings.change(stage.guild.id, stage.moderator.id, zone="UTC")
    custom_id = f"undo1:audit:{change.entry}"
    page = await audit_page(stage)
    await stage.moderator.click(page, custom_id=custom_id)
    assert "⚠️ It is again as it was before this change." in prose(stage.now_shown(page))


async def test_a_long_log_has_pages_and_a_log_of_half_a_year(stage: Stage) -> None:
    for cap in range(1, 12):
        await stage.bot.actions.settings.change(stage.guild.id, stage.moderator.id, poll_cap=cap)
    page = await audit_page(stage)
    assert "Kept for 180 days · page 1 of 2" in prose(page)
    page = await stage.press(stage.moderator, page, "Older")
    assert "Polls in 24 hours: any number → 1 a day" in prose(page)
    assert "Older" not in buttons(page)
    page = await stage.press(stage.moderator, page, "Newer")
    assert "Polls in 24 hours: 10 a day → 11 a day" in prose(page)
    await stage.pass_time_switched_off(hours=181 * 24)
    assert "Nothing has been changed here in 180 days." in prose(await audit_page(stage))


async def test_somebody_elses_server_shows_nothing_of_this_one(stage: Stage) -> None:
    await stage.bot.actions.settings.change(stage.guild.id + 1, stage.moderator.id, poll_cap=3)
    assert "Nothing has been changed here" in prose(await audit_page(stage))


async def test_the_log_is_handed_out_as_a_file_in_private(stage: Stage) -> None:
    await stage.bot.actions.settings.change(stage.guild.id, stage.moderator.id, poll_cap=3, zone="Asia/Tokyo")
    shown = stage.looked_at(await stage.moderator.click(await audit_page(stage), custom_id="auditfile1"))
    assert shown.ephemeral
    assert "The audit log with 2 changes, as a table." in seen(shown)


def test_no_cell_of_the_file_is_taken_for_a_formula() -> None:
    evil = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1")
    entries = tuple(
        LogEntry(at, 1, 2, AT, "competes", subject, None, False, True, None, None)
        for at, subject in enumerate(evil)
    )
    page = LogPage(entries, 0, 1, {2: '=HYPERLINK("x")'})
    rows = list(csv.DictReader(StringIO(log_file(page).content.decode("utf-8-sig"), newline="")))
    assert [row["subject"] for row in rows] == [f"'{one}" for one in evil]
    assert {row["name"] for row in rows} == {'\'=HYPERLINK("x")'}
    assert rows[0]["at"] == "2026-01-01T12:00:00+00:00"
    assert (rows[0]["before"], rows[0]["after"]) == ("false", "true")


def test_settings_of_any_size_are_told_in_a_few_words() -> None:
    channels = list(range(10**18, 10**18 + 25))
    entry = LogEntry(1, 1, 2, AT, "share_channels", None, None, [], channels, None, None)
    words = entry_words(entry)
    assert words.startswith(
        "Where members may share: nowhere, only moderators share → <#1000000000000000000>, "
    )
    assert words.endswith(", 21 more")
