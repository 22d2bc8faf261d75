"""Seasons on the moderators' panel: starting, naming, lengthening and ending them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.actions.refusals import Refusal
from bot.actions.seasons import LONGEST_NAME, Ending, SeasonView
from bot.chat.audit_words import telling
from bot.chat.panel import BackButton, ForModerators, ModeratorsForm, guild_of, page_screen
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import shown_words
from bot.storage.audit_log import LogEntry
from bot.words import N_, _, ngettext

WORD = "ladder"
"""The name of the panel's page, in buttons."""

_SEASON = r"(?P<season>\d+)"


async def season_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """The season that runs and what can be done about it, or how one is begun."""
    seasons, guild = actions_of(interaction).seasons, guild_of(interaction)
    running = await seasons.running(guild)
    if running is None:
        return [
            text(
                _("### 🏁 No season runs here"),
                _(
                    "A season is a second ladder beside the all-time one: everybody starts it near the rating they have, only those who answer during it stand on it, and when it ends its standings are kept."
                ),
            ),
            row(StartButton(), StartMonthlyButton()),
        ]
    return [
        text(*_running_lines(running)),
        row(
            RenameButton(running.id),
            LengthenButton(running.id),
            RepeatButton(running.id, "off" if running.monthly else "on"),
            EndButton(running.id),
        ),
    ]


def _running_lines(running: SeasonView) -> list[str]:
    left = ngettext("{n} day left", "{n} days left", running.days_left)
    return [
        f"### 🏁 {shown_words(running.name)}",
        _(
            "{since} to {until} · {left}",
            since=_day(running.starts_at),
            until=discord.utils.format_dt(running.ends_at, "f"),
            left=left,
        ),
        ngettext("{n} member stands on its ladder", "{n} members stand on its ladder", running.size),
        "-# "
        + (
            _("Monthly: when it ends, the next begins by itself and lasts to the end of its month.")
            if running.monthly
            else _("When it ends, no other begins by itself.")
        ),
    ]


def confirm_screen(running: SeasonView, open_polls: int) -> Screen:
    """What ending the season now would do, before it is done."""
    happens = [
        ngettext(
            "Its standings, of {n} member, stay as they are for ever.",
            "Its standings, of {n} members, stay as they are for ever.",
            running.size,
        ),
        _("The first three, the biggest climber and the most faithful are honoured."),
        _("The all-time ladder and everybody's rating there are untouched."),
        _("The next season begins at once, as they run monthly here. Turn that off first if it should not.")
        if running.monthly
        else _("No other season begins until a moderator starts one."),
    ]
    if open_polls:
        happens.append(
            ngettext(
                "{n} poll is open: its answers count for the season that runs when it closes, not for this one.",
                "{n} polls are open: their answers count for the season that runs when they close, not for this one.",
                open_polls,
            )
        )
    return Screen(
        card(
            text(_("# 🏁 End “{name}” now?", name=shown_words(running.name))),
            text(*(f"- {one}" for one in happens)),
            line(),
            row(EndNowButton(running.id), BackButton(WORD, _("Let it run"))),
        )
    )


def _ended_words(ending: Ending) -> str:
    told = _("✅ “{name}” has ended.", name=shown_words(ending.ended.name))
    honoured = ngettext("{n} honour was given.", "{n} honours were given.", len(ending.ended.honours))
    begun = [_("“{name}” has begun.", name=shown_words(ending.next.name))] if ending.next else []
    return " ".join([told, honoured, *begun])


def _day(moment: datetime) -> str:
    return discord.utils.format_dt(moment, "D")


async def _changed(interaction: discord.Interaction[Any], told: str) -> None:
    await turn_to(interaction, await page_screen(interaction, WORD, told))


def _started_words(season: SeasonView) -> str:
    return _(
        "✅ “{name}” has begun and runs until {until}.",
        name=shown_words(season.name),
        until=discord.utils.format_dt(season.ends_at, "f"),
    )


class StartButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seasonstart1"):
    """Asks for the name and the length of a new season."""

    def __init__(self) -> None:
        super().__init__(
            button(_("Start a season"), "seasonstart1", style=discord.ButtonStyle.primary, emoji="🏁")
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(StartForm())


class StartForm(ModeratorsForm):
    """What a new season is called, and how long it lasts."""

    def __init__(self) -> None:
        super().__init__(_("Start a season"))
        self.name = self.ask(_("Name"), max_length=LONGEST_NAME, placeholder=_("Winter cup"))
        self.days = self.ask(_("How many days it lasts"), max_length=3, default="30")

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Start it and show the panel."""
        started = await actions_of(interaction).seasons.start(
            guild_of(interaction),
            by=interaction.user.id,
            name=self.name.value,
            days=_days(self.days.value),
        )
        await _changed(interaction, _started_words(started))


class StartMonthlyButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"seasonmonthly1"
):
    """Starts a season that lasts to the end of the month, and then the next."""

    def __init__(self) -> None:
        super().__init__(button(_("Start monthly seasons"), "seasonmonthly1", emoji="📅"))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Start it and show the panel."""
        started = await actions_of(interaction).seasons.start(guild_of(interaction), by=interaction.user.id)
        await _changed(interaction, _started_words(started))


class RenameButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"seasonname1:{_SEASON}"
):
    """Asks for the season's new name."""

    def __init__(self, season: int) -> None:
        super().__init__(button(_("Rename"), f"seasonname1:{season}", emoji="✏️"))
        self.season = season

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(RenameForm(self.season))


class RenameForm(ModeratorsForm):
    """What the season is to be called."""

    def __init__(self, season: int) -> None:
        super().__init__(_("Rename the season"))
        self._season = season
        self.name = self.ask(_("New name"), max_length=LONGEST_NAME, placeholder=_("Winter cup"))

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Rename it and show the panel."""
        named = await actions_of(interaction).seasons.rename(
            guild_of(interaction), self._season, self.name.value, interaction.user.id
        )
        await _changed(interaction, _("✅ The season is called “{name}” now.", name=shown_words(named.name)))


class LengthenButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"seasonlength1:{_SEASON}"
):
    """Asks how much longer the season is to last."""

    def __init__(self, season: int) -> None:
        super().__init__(button(_("Lengthen"), f"seasonlength1:{season}", emoji="⏳"))
        self.season = season

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(LengthenForm(self.season))


class LengthenForm(ModeratorsForm):
    """How many days the season is to last beyond its end as it is planned."""

    def __init__(self, season: int) -> None:
        super().__init__(_("Lengthen the season"))
        self._season = season
        self.days = self.ask(_("How many days longer"), max_length=3, placeholder="7")

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Lengthen it and show the panel."""
        lengthened = await actions_of(interaction).seasons.lengthen(
            guild_of(interaction), self._season, _days(self.days.value), interaction.user.id
        )
        await _changed(
            interaction,
            _(
                "✅ The season runs until {until} now.",
                until=discord.utils.format_dt(lengthened.ends_at, "f"),
            ),
        )


class RepeatButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"seasonrepeat1:{_SEASON}:(?P<to>on|off)",
):
    """Lets seasons follow each other month by month, or stops that."""

    def __init__(self, season: int, to: str) -> None:
        label = _("Run monthly") if to == "on" else _("Stop monthly")
        super().__init__(button(label, f"seasonrepeat1:{season}:{to}", emoji="📅"))
        self.season, self.to = season, to

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it and show the panel."""
        changed = await actions_of(interaction).seasons.repeat(
            guild_of(interaction), self.season, monthly=self.to == "on", by=interaction.user.id
        )
        told = (
            _("✅ When this season ends, monthly ones follow by themselves.")
            if changed.monthly
            else _("✅ This season is the last; no other begins by itself.")
        )
        await _changed(interaction, told)


class EndButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"seasonend1:{_SEASON}"):
    """Asks whether the season is really to end."""

    def __init__(self, season: int) -> None:
        super().__init__(
            button(_("End now"), f"seasonend1:{season}", style=discord.ButtonStyle.danger, emoji="🛑")
        )
        self.season = season

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Say what would happen."""
        seasons, guild = actions_of(interaction).seasons, guild_of(interaction)
        running = await seasons.running(guild)
        if running is None or running.id != self.season:
            await _changed(interaction, _("This season has ended already."))
            return
        await turn_to(interaction, confirm_screen(running, await seasons.open_polls(guild)))


class EndNowButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"seasonendnow1:{_SEASON}"
):
    """Ends the season."""

    def __init__(self, season: int) -> None:
        super().__init__(
            button(_("End it now"), f"seasonendnow1:{season}", style=discord.ButtonStyle.danger, emoji="🛑")
        )
        self.season = season

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """End it and show the panel."""
        ending = await actions_of(interaction).seasons.end(
            guild_of(interaction), self.season, interaction.user.id
        )
        await _changed(interaction, _ended_words(ending))


@telling(
    "season_started",
    "season_start_undone",
    "season_ended",
    "season_name",
    "season_ends_at",
    "season_monthly",
)
def _entry_words(entry: LogEntry) -> str:
    if entry.what == "season_start_undone":
        return _("Start of season “{name}” taken back", name=shown_words(entry.before))
    if entry.what == "season_started":
        return _("Season “{name}” started", name=shown_words(entry.after))
    if entry.what == "season_ended":
        return _("Season “{name}” ended", name=shown_words(entry.before))
    if entry.what == "season_monthly":
        return _("Seasons run monthly") if entry.after else _("Seasons do not run monthly any more")
    if entry.what == "season_ends_at":
        before, after = (_day(datetime.fromisoformat(one)) for one in (entry.before, entry.after))
        return _("End of the season: {before} → {after}", before=before, after=after)
    unnamed = _("called after its month")
    before, after = (f"“{shown_words(one)}”" if one else unnamed for one in (entry.before, entry.after))
    return _("Name of the season: {before} → {after}", before=before, after=after)


def _days(typed: str) -> int:
    words = typed.strip()
    if not words.isdecimal():
        raise Refusal(N_("Write how many days as a number, such as 30."))
    return int(words)


ITEMS = (
    StartButton,
    StartMonthlyButton,
    RenameButton,
    LengthenButton,
    RepeatButton,
    EndButton,
    EndNowButton,
)
