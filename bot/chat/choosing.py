"""Settings that are chosen from a list: one select for all of them, and one way to tell of a change."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.actions.refusals import Refusal
from bot.actions.settings import ServerSettings
from bot.chat.panel import ForModerators, changed, guild_of
from bot.chat.pressing import Pressable, chosen
from bot.chat.replies import actions_of
from bot.chat.setting_words import pause_words, value_words
from bot.chat.wording import shortened
from bot.words import N_, _, ngettext
from bot.words.languages import language_words, languages

_NONE = "-"
"""What stands for no value."""


@dataclass(frozen=True, slots=True)
class _List:
    """What a setting can be chosen from."""

    page: str
    """The word of the page on which it stands."""
    heading: Callable[[], str]
    values: Callable[[], Sequence[int | str | None]]
    words: Callable[[Any], str]


def _days_words(cap: int | None) -> str:
    if cap is None:
        return _("Any number of polls")
    return ngettext("{n} poll in 24 hours", "{n} polls in 24 hours", cap)


def _pauses_words(seconds: int) -> str:
    return _("Cool-down of {pause}", pause=pause_words(seconds)) if seconds else _("No cool-down")


def _open_words(seconds: int) -> str:
    return _("Open for {duration}", duration=pause_words(seconds))


def _language_words(locale: str | None) -> str:
    return language_words(locale) if locale else _("The server's language on Discord")


LISTS = {
    "poll_seconds": _List(
        "polls",
        lambda: _("How long polls stay open"),
        lambda: (30, 60, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 259200, 604800),
        _open_words,
    ),
    "poll_cooldown": _List(
        "polls",
        lambda: _("Cool-down between two polls"),
        lambda: (0, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400),
        _pauses_words,
    ),
    "poll_cap": _List(
        "polls",
        lambda: _("Polls in 24 hours"),
        lambda: (None, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50),
        _days_words,
    ),
    "share_cooldown": _List(
        "channels",
        lambda: _("Cool-down between two posts of a member"),
        lambda: (0, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400),
        _pauses_words,
    ),
    "locale": _List(
        "time", lambda: _("Language of public posts"), lambda: (None, *languages()), _language_words
    ),
}
"""By the setting's name."""


async def choose(interaction: discord.Interaction[Any], page: str, name: str, value: Any) -> None:
    """Set it, and show the page with what holds now and the way back."""
    change = await actions_of(interaction).settings.change(
        guild_of(interaction), interaction.user.id, **{name: value}
    )
    await changed(interaction, page, f"✅ {value_words(name, change.settings.plain(name))}", change.entry)


class ListSelect(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Select[Any]],
    template=r"setting1:(?P<name>poll_seconds|poll_cooldown|poll_cap|share_cooldown|locale)",
):
    """Chooses a setting's value from a list."""

    def __init__(self, name: str, settings: ServerSettings | None = None) -> None:
        shown = LISTS[name]
        held = settings.plain(name) if settings is not None else None
        values = list(shown.values())
        if settings is not None and held not in values:
            values = [held, *values]
        super().__init__(
            ui.Select(
                custom_id=f"setting1:{name}",
                placeholder=shortened(shown.heading(), 150),
                options=[
                    discord.SelectOption(
                        label=shortened(shown.words(value), 100),
                        value=_NONE if value is None else str(value),
                        default=value == held,
                    )
                    for value in values[:25]
                ],
            )
        )
        self.name = name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Set it and show its page."""
        shown, value = LISTS[self.name], chosen(interaction)
        known = {_NONE if one is None else str(one): one for one in shown.values()}
        if value not in known:
            held = (await actions_of(interaction).settings.of(guild_of(interaction))).plain(self.name)
            if value != str(held):
                raise Refusal(N_("That cannot be chosen any more. Choose from the list as it is now."))
            known[value] = held
        await choose(interaction, shown.page, self.name, known[value])


ITEMS = (ListSelect,)
