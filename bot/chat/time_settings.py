"""The panel's page about language and time: the server's clock, and the language of public posts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.actions.refusals import Refusal
from bot.actions.settings import ServerSettings
from bot.actions.zones import likely_zones, zone_of
from bot.chat.calendar import clock_words
from bot.chat.choosing import ListSelect, choose
from bot.chat.panel import (
    ForModerators,
    Glance,
    ModeratorsForm,
    changed,
    glance,
    guild_of,
    page,
    page_screen,
)
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, turn_to
from bot.chat.screens import AnyItem, line, row, text
from bot.chat.setting_words import spoken_words
from bot.words import N_, _

WORD = "time"
_CHOICES = 25


@page(WORD, N_("Language and time"), "🌍")
async def time_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """The time zone with its clock, and the language."""
    return await _parts(interaction, [])


async def _parts(interaction: discord.Interaction[Any], candidates: Sequence[str]) -> list[AnyItem]:
    settings = await actions_of(interaction).settings.of(guild_of(interaction))
    choice: list[AnyItem] = [row(ZoneSelect(candidates, interaction.created_at))] if candidates else []
    return [
        text(
            _("### Time zone"),
            _(
                "It is **{time}** in this server's zone {zone} now.",
                time=_clock(interaction, settings),
                zone=f"`{settings.zone}`",
            ),
            "-# " + _("Everything planned here goes by this clock, across daylight saving as well."),
        ),
        *choice,
        row(ZoneButton()),
        line(),
        text(
            _("### Language"),
            _("Public posts speak: **{language}**", language=spoken_words(settings.locale)),
            "-# " + _("Whatever only one person sees speaks that person's own language."),
        ),
        row(ListSelect("locale", settings)),
    ]


@glance(WORD)
async def time_told(interaction: discord.Interaction[Any]) -> Glance:
    """The zone, its clock and the language."""
    settings = await actions_of(interaction).settings.of(guild_of(interaction))
    told = _(
        "{zone}, where it is {time} now · language: {language}",
        zone=f"`{settings.zone}`",
        time=_clock(interaction, settings),
        language=spoken_words(settings.locale),
    )
    advice = _("Set the time zone, before anything is planned by it") if settings.zone == "UTC" else ""
    return Glance(told, advice)


def _clock(interaction: discord.Interaction[Any], settings: ServerSettings) -> str:
    return clock_words(interaction.created_at.astimezone(zone_of(settings.zone)))


class ZoneButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"zoneform1"):
    """Asks for the time zone."""

    def __init__(self) -> None:
        super().__init__(button(_("Change the time zone"), "zoneform1", emoji="🕰️"))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(ZoneForm())


class ZoneForm(ModeratorsForm):
    """The name of a time zone, or of a city in it, as well as it is known."""

    def __init__(self) -> None:
        super().__init__(_("Time zone"))
        self.zone = self.ask(
            _("A city or zone"),
            _("The nearest big city in your time zone, in English"),
            max_length=60,
            placeholder="Europe/Berlin",
        )

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Set the zone that is meant, or ask which of several is."""
        found = likely_zones(self.zone.value, _CHOICES)
        if not found:
            raise Refusal(
                N_(
                    "I know no time zone like “{name}”. Write the nearest big city in it, in English, such as Berlin or New York."
                ),
                name=discord.utils.escape_markdown(discord.utils.escape_mentions(self.zone.value[:60])),
            )
        if len(found) == 1:
            await choose(interaction, WORD, "zone", found[0])
            return
        parts = await _parts(interaction, found)
        told = _("Several zones may be meant. Choose one below.")
        await turn_to(interaction, await page_screen(interaction, WORD, told, parts=parts))


class ZoneSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"zone1"):
    """Chooses one of the zones that may be meant."""

    def __init__(self, zones: Sequence[str] = (), now: datetime | None = None) -> None:
        super().__init__(
            ui.Select(
                custom_id="zone1",
                placeholder=_("Which zone is meant?")[:150],
                options=[
                    discord.SelectOption(
                        label=zone,
                        value=zone,
                        description=clock_words(now.astimezone(zone_of(zone))) if now is not None else None,
                    )
                    for zone in zones
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Set it and show the page."""
        found = likely_zones(chosen(interaction), 1)
        if found:
            await choose(interaction, WORD, "zone", found[0])
        else:
            await changed(interaction, WORD, "")


ITEMS = (ZoneButton, ZoneSelect)
