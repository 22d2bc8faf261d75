"""The moderators' panel on the walk: its pages, and everything that can be told of changes."""

from datetime import UTC, datetime
from typing import Any

from bot.actions.audit_log import MOST_EXPORTED, LogPage
from bot.chat import audit_settings
from bot.chat.audit_words import entry_words
from bot.chat.screens import Screen, note
from bot.storage.audit_log import LogEntry
from bot.words import speaking
from tests.words.pseudo import PERSON
from tests.words.shelf import shelf

_AT = datetime(2026, 1, 1, tzinfo=UTC)
_VALUES: dict[str, Any] = {
    "share_channels": list(range(1, 8)),
    "poll_channels": [1],
    "titles_channel": 1,
    "share_cooldown": 300,
    "poll_seconds": 600,
    "ballot": "private",
    "poll_mention": 1,
    "poll_cooldown": 60,
    "poll_cap": 3,
    "zone": "Europe/Kyiv",
    "locale": PERSON,
    "categories": [shelf().categories[0].slug],
    "tier_roles": [[1200, 1]],
}
_UNSET: dict[str, Any] = {"open_ladder": False, "ballot": "direct", "zone": "UTC"}


async def walk_through(walk: Any) -> None:
    """Every page, changed and taken back."""
    _told(walk)
    await _audit(walk)


def _told(walk: Any) -> None:
    with speaking(PERSON):
        for what in {*_VALUES, "open_ladder"}:
            entry = LogEntry(
                1, 1, 1, _AT, what, None, None, _UNSET.get(what), _VALUES.get(what, True), None, None
            )
            walk.tour.screen(note(entry_words(entry)))
        for competes in (True, False):
            entry = LogEntry(1, 1, 1, _AT, "competes", None, None, not competes, competes, None, None)
            walk.tour.screen(note(entry_words(entry)))


async def _audit(walk: Any) -> None:
    entry = LogEntry(1, 1, 0, _AT, "gone", None, None, None, None, None, None)
    with speaking(PERSON):
        walk.tour.screen(Screen(*audit_settings.log_parts(LogPage((), 0, 1, {}), lambda _: False)))
        walk.tour.screen(audit_settings.export_screen(LogPage((entry,) * MOST_EXPORTED, 0, 1, {})))
    ada, settings = walk.ada, walk.bot.actions.settings
    panel = await walk.slash(ada, "settings")
    await walk.bot.actions.audit_log.cut()
    await walk.choose(ada, panel, "settings1:", "audit")
    for cap in range(1, 10):
        await settings.change(walk.guild.id, ada.id, poll_cap=cap)
    change = await settings.change(walk.guild.id, 0, poll_cap=None)
    await walk.choose(ada, panel, "settings1:", "audit")
    await walk.press(ada, walk.seen_again(panel), "auditfile1")
    await walk.press(ada, walk.seen_again(panel), f"undo1:audit:{change.entry}")
    async with walk.database.unit() as unit:
        gone = await unit.audit_log.add(guild=walk.guild.id, by=ada.id, at=walk.env.now(), what="gone")
    for entry in (change.entry, 999_999, gone):
        await walk.forge(ada, walk.seen_again(panel), f"undo1:audit:{entry}")
    await settings.change(walk.guild.id, ada.id, poll_cap=5)
    change = await settings.change(walk.guild.id, ada.id, poll_cap=None)
    await settings.change(walk.guild.id, ada.id, poll_cap=5)
    await walk.forge(ada, walk.seen_again(panel), f"undo1:audit:{change.entry}")
    await walk.choose(ada, walk.seen_again(panel), "settings1:", "ladder")
    await walk.press(ada, walk.seen_again(panel), "serverstand1:")
    await walk.press(ada, walk.seen_again(panel), "undo1:ladder:")
    await walk.press(ada, walk.seen_again(panel), "undonow1:")
