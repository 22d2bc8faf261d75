"""The moderators' panel on the walk: its pages, and everything that can be told of changes."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord

from bot.actions.audit_log import MOST_EXPORTED, LogPage
from bot.actions.refusals import Refusal
from bot.chat import audit_settings, poll_settings, schedule_edits
from bot.chat.audit_words import entry_words
from bot.chat.screens import Screen, note
from bot.storage.audit_log import LogEntry
from bot.words import speaking
from tests.words.pseudo import PERSON, SERVER
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


def custom_ids(message: Any) -> list[str]:
    """The custom_ids of whatever can be used on a message."""
    from tests.words.tour import custom_ids

    return custom_ids(message)


async def walk_through(walk: Any) -> None:
    """Every page, changed and taken back."""
    _told(walk)
    await _first_page(walk)
    await _channels(walk)
    await _polls(walk)
    await _time(walk)
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


async def _first_page(walk: Any) -> None:
    """With much to do, and with nothing left."""
    settings = walk.bot.actions.settings
    before = await settings.of(walk.guild.id)
    for zone, channels in (("UTC", []), ("Europe/Kyiv", [walk.room.id])):
        await settings.change(walk.guild.id, walk.ada.id, zone=zone, share_channels=channels)
        await walk.slash(walk.ada, "settings")
    await settings.change(walk.guild.id, walk.ada.id, share_channels=list(before.share_channels))


async def _channels(walk: Any) -> None:
    """Channels chosen for members and polls, one of them closed to the bot and one gone; posts in them and elsewhere."""
    ada, ben = walk.ada, walk.people[0]
    settings = walk.bot.actions.settings
    panel = await walk.slash(ada, "settings")
    await walk.choose(ada, panel, "settings1:", "channels")
    for start in ("channels1:share_channels", "channels1:poll_channels"):
        await walk.choose(ada, walk.seen_again(panel), start, walk.room)
        await walk.choose(ada, walk.seen_again(panel), "settings1:", "channels")
    await walk.choose(ada, walk.seen_again(panel), "setting1:share_cooldown", "0")
    await walk.choose(ada, walk.seen_again(panel), "setting1:share_cooldown", "600")
    card = await walk.slash(ben, "rank")
    for _turn in range(2):
        await walk.press(ben, card, "rankshare1:")  # the second is too soon
    post = next(one for one in reversed(walk.room.history()) if "rankopen1:" in "".join(custom_ids(one)))
    await walk.press(ben, post, "rankopen1:")
    other = await walk.slash(walk.people[1], "help")
    await walk.forge(walk.people[1], other, f"rankshare1:{ben.id}")
    await walk.bot.actions.privacy.hide(ben.id)
    await walk.press(ben, card, "rankshare1:")
    await walk.bot.actions.privacy.show(ben.id)
    newcomer = walk.guild.add_member(walk.env.create_user("new", global_name="Нова"))
    shown = await walk.slash(newcomer, "help")
    await walk.forge(newcomer, shown, f"rankshare1:{newcomer.id}")
    alone = await walk.slash(walk.loner, "help")
    await walk.forge(walk.loner, alone, f"rankshare1:{walk.loner.id}")
    own: Any = walk.bot.user
    shut = walk.guild.create_text_channel(
        "глухо", overwrites={own: discord.PermissionOverwrite(send_messages=False)}
    )
    for kind in ("share_channels", "poll_channels"):
        await settings.change(walk.guild.id, ada.id, **{kind: [shut.id, 1]})
    await walk.press(ben, card, "rankshare1:")
    await walk.slash(ada, "poll", lesson="small-1500")
    await walk.choose(ada, walk.seen_again(panel), "settings1:", "channels")
    for start in ("nochannels1:share_channels", "nochannels1:poll_channels"):
        await walk.press(ada, walk.seen_again(panel), start)
    await walk.press(ada, walk.seen_again(panel), "settingsto1:announcements")


async def _polls(walk: Any) -> None:
    """Limits of polls, and a role that they ping."""
    ada, settings = walk.ada, walk.bot.actions.settings
    panel = await walk.slash(ada, "settings")
    await walk.choose(ada, panel, "settings1:", "polls")
    for start, value in (("setting1:poll_seconds", "600"), ("setting1:poll_cooldown", "86400")):
        await walk.choose(ada, walk.seen_again(panel), start, value)
    await walk.choose(ada, walk.seen_again(panel), "pollping1", walk.moderators)
    await walk.choose(ada, walk.seen_again(panel), "pollping1", walk.guild.default_role)
    walk.late += timedelta(days=2)
    post = await walk.poll(lesson="small-1500", duration="1h")
    await walk.slash(ada, "poll", lesson="small-1700")  # too soon
    await settings.change(walk.guild.id, ada.id, poll_cooldown=0, poll_cap=1)
    await walk.slash(ada, "poll", lesson="small-1700")  # too many
    await settings.change(walk.guild.id, ada.id, poll_cap=None)
    await walk.close(post)
    with speaking(PERSON):
        for role in (_Role, None):
            walk.tour.screen(note(*poll_settings.ping_warnings(_Guild(role), 1)))  # type: ignore[arg-type]
        for guild in (None, _Guild(None)):
            try:
                schedule_edits.require_channel(SimpleNamespace(guild=guild), 1)  # type: ignore[arg-type]
            except Refusal as refusal:
                walk.tour.screen(note(str(refusal)))
    await walk.forge(ada, walk.seen_again(panel), "setting1:poll_cap", "99")
    await walk.press(ada, walk.seen_again(panel), "pollnoping1")


class _Role:
    mention = "<@&1>"
    mentionable = False


class _Guild:
    """A server in which the bot may do nothing."""

    def __init__(self, role: type[_Role] | None) -> None:
        self._role = role
        self.me = type("Me", (), {"guild_permissions": discord.Permissions.none()})

    def get_channel(self, _id: int) -> Any:
        return SimpleNamespace(mention="<#1>", permissions_for=lambda _me: discord.Permissions.none())

    def get_role(self, _id: int) -> type[_Role] | None:
        return self._role


async def _time(walk: Any) -> None:
    """The clock, and a language for public posts."""
    ada = walk.ada
    panel = await walk.slash(ada, "settings")
    await walk.choose(ada, panel, "settings1:", "time")
    for typed in ("цццц", "kyiv", "indiana"):
        form = await ada.click(walk.seen_again(panel), custom_id="zoneform1")
        walk.note()
        await walk.fill(ada, form, typed)
    await walk.choose(ada, walk.seen_again(panel), "zone1", "America/Indiana/Knox")
    await walk.choose(ada, walk.seen_again(panel), "setting1:locale", SERVER)
    await walk.choose(ada, walk.seen_again(panel), "setting1:locale", "-")


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
