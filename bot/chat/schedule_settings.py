"""The panel's page about schedules: the list, adding one, and pausing, skipping and removing it."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.actions.library import Library
from bot.actions.schedule_deeds import MOST
from bot.actions.schedules import ScheduleView
from bot.chat import schedule_edits
from bot.chat import schedule_words as words
from bot.chat.panel import BackButton, ForModerators, guild_of, page, page_screen
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, library_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import shortened
from bot.storage.schedules import Kind
from bot.words import N_, _, ngettext

_LAST = 2
"""How many outcomes of each schedule the list shows."""


@page(words.WORD, N_("Schedules"), "📅")
async def schedule_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """Every schedule in a sentence, with when it posts next and what came of the last hours."""
    actions, guild = actions_of(interaction), guild_of(interaction)
    views = await actions.schedules.of(guild)
    zone = (await actions.settings.of(guild)).zone
    library = await library_of(interaction)
    add = row(*(AddButton(kind) for kind in words.KINDS)) if len(views) < MOST else None
    if not views:
        return [
            text(
                _("Nothing is posted by itself here yet."),
                "- "
                + _(
                    "**A lesson a week**: on its first day the lesson, with a button to read it; on the following days its questions, each with the answer to the one before."
                ),
                "- " + _("**A question a day**: one from all lessons, with yesterday's answer."),
                "- "
                + _(
                    "**A weekly recap**: who moved up, new titles, the question answered best and the one missed most. Nobody is named as wrong."
                ),
                "-# "
                + _(
                    "Choose one: you are asked for the channel, and everything else has a good default that you can change."
                ),
            ),
            *([add] if add else []),
        ]
    counted = ngettext("{n} schedule", "{n} schedules", len(views))
    return [
        text(f"-# {counted} · " + _("times are those of {zone}", zone=f"`{zone}`")),
        *(text(*_lines(view, library)) for view in views),
        row(OpenSelect(views)),
        *([add] if add else []),
    ]


def _lines(view: ScheduleView, library: Library) -> list[str]:
    schedule = view.schedule
    return [
        f"### {words.kind_words(schedule.kind)}",
        words.sentence(view, library),
        f"**{words.next_words(schedule)}**",
        *(f"-# {words.outcome_words(one, library)}" for one in view.outcomes[:_LAST]),
    ]


def schedule_screen(view: ScheduleView, library: Library, told: str = "") -> Screen:
    """One schedule, and what can be done with it."""
    schedule = view.schedule
    hints = [] if schedule.kind == "recap" else ["-# " + words.runs_out_words(schedule)]
    if schedule.kind == "lesson":
        hints.append(
            "-# "
            + _(
                "When a lesson has fewer questions than the week has days, questions of other lessons follow. Where the first day was missed, the next one posts the lesson."
            )
        )
    if schedule.kind == "recap":
        hints.append(
            "-# "
            + _("A week in which nobody answered anything has no recap. Members who hide are not in it.")
        )
    else:
        hints.append(
            "-# " + _("A question closes five minutes before this schedule's next hour at the latest.")
        )
    outcomes = [f"-# {words.outcome_words(one, library)}" for one in view.outcomes]
    return Screen(
        card(
            text(_("# 📅 Schedule {number}", number=schedule.id), told),
            line(),
            text(
                f"### {words.kind_words(schedule.kind)}",
                words.sentence(view, library),
                f"**{words.next_words(schedule)}**",
            ),
            text(*hints),
            *([line(), text(_("**What came of it**"), *outcomes)] if outcomes else []),
            line(),
            row(
                schedule_edits.EditButton(schedule.id, "when"), schedule_edits.EditButton(schedule.id, "what")
            ),
            row(
                PauseButton(schedule.id, "off" if schedule.state == "on" else "on"),
                SkipButton(schedule.id, disabled=schedule.state != "on"),
                RemoveButton(schedule.id),
                BackButton(words.WORD, _("Back")),
            ),
        )
    )


async def _show(interaction: discord.Interaction[Any], view: ScheduleView, told: str) -> None:
    await turn_to(interaction, schedule_screen(view, await library_of(interaction), told))


class AddButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"scheduleadd1:(?P<kind>lesson|question|recap)",
):
    """Asks for the channel of a new schedule."""

    def __init__(self, kind: Kind) -> None:
        style = discord.ButtonStyle.primary if kind == "lesson" else discord.ButtonStyle.secondary
        super().__init__(
            button(words.kind_word(kind), f"scheduleadd1:{kind}", emoji=words.KINDS[kind][0], style=style)
        )
        self.kind: Kind = kind

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Ask."""
        await turn_to(
            interaction,
            Screen(
                card(
                    text(
                        f"# {words.kind_words(self.kind)}",
                        _(
                            "In which channel? It begins with the next hour that is planned, and you can change everything then."
                        ),
                    ),
                    row(NewChannelSelect(self.kind)),
                    row(BackButton(words.WORD, _("Back"))),
                )
            ),
        )


class NewChannelSelect(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.ChannelSelect[Any]],
    template=r"schedulenew1:(?P<kind>lesson|question|recap)",
):
    """Plans a new schedule in the channel chosen."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            ui.ChannelSelect(
                custom_id=f"schedulenew1:{kind}",
                placeholder=_("Choose a channel"),
                channel_types=[discord.ChannelType.text, discord.ChannelType.news],
                required=True,
            )
        )
        self.kind: Kind = kind

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Plan it, if the bot may write there, and show it."""
        channel = schedule_edits.require_channel(interaction, int(chosen(interaction)))
        view = await actions_of(interaction).schedules.add(
            guild_of(interaction), interaction.user.id, self.kind, channel
        )
        await _show(interaction, view, _("✅ Planned. It can be taken back on the audit page."))


class OpenSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"scheduleopen1"):
    """Opens one of the schedules."""

    def __init__(self, views: Sequence[ScheduleView] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id="scheduleopen1",
                placeholder=_("Change, pause, skip or remove one"),
                options=[
                    discord.SelectOption(
                        label=shortened(
                            f"{one.schedule.id} · {words.kind_word(one.schedule.kind)} · {words.time_words(one.schedule.minute)}",
                            100,
                        ),
                        value=str(one.schedule.id),
                        emoji=words.KINDS[one.schedule.kind][0],
                    )
                    for one in views
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        view = await actions_of(interaction).schedules.view(guild_of(interaction), int(chosen(interaction)))
        await _show(interaction, view, "")


class LookButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"schedulelook1:{words.SCHEDULE}"
):
    """Back from its choices to the schedule."""

    def __init__(self, schedule: int) -> None:
        super().__init__(button(_("Done"), f"schedulelook1:{schedule}", emoji="↩️"))
        self.schedule = schedule

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        await _show(
            interaction,
            await actions_of(interaction).schedules.view(guild_of(interaction), self.schedule),
            "",
        )


class PauseButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"schedulepause1:{words.SCHEDULE}:(?P<to>on|off)",
):
    """Lets a schedule rest, or go on."""

    def __init__(self, schedule: int, to: str) -> None:
        label, emoji = (_("Resume"), "▶️") if to == "on" else (_("Pause"), "⏸️")
        super().__init__(button(label, f"schedulepause1:{schedule}:{to}", emoji=emoji))
        self.schedule, self.to = schedule, to

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the schedule."""
        schedules, guild, by = actions_of(interaction).schedules, guild_of(interaction), interaction.user.id
        if self.to == "off":
            await _show(interaction, await schedules.pause(guild, self.schedule, by), _("✅ Paused."))
            return
        schedule_edits.require_channel(
            interaction, (await schedules.view(guild, self.schedule)).schedule.channel
        )
        await _show(interaction, await schedules.resume(guild, self.schedule, by), _("✅ It posts again."))


class SkipButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"scheduleskip1:{words.SCHEDULE}"
):
    """Leaves out the next hour."""

    def __init__(self, schedule: int, *, disabled: bool = False) -> None:
        super().__init__(
            button(_("Skip the next"), f"scheduleskip1:{schedule}", emoji="⏭️", disabled=disabled)
        )
        self.schedule = schedule

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the schedule."""
        view = await actions_of(interaction).schedules.skip(
            guild_of(interaction), self.schedule, interaction.user.id
        )
        await _show(interaction, view, _("✅ The next hour is skipped."))


class RemoveButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"scheduleremove1:{words.SCHEDULE}"
):
    """Removes the schedule."""

    def __init__(self, schedule: int) -> None:
        super().__init__(
            button(_("Remove"), f"scheduleremove1:{schedule}", style=discord.ButtonStyle.danger, emoji="🗑️")
        )
        self.schedule = schedule

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the list."""
        await actions_of(interaction).schedules.remove(
            guild_of(interaction), self.schedule, interaction.user.id
        )
        told = _("✅ Removed. The audit page can bring it back.")
        await turn_to(interaction, await page_screen(interaction, words.WORD, told))


ITEMS = (AddButton, NewChannelSelect, OpenSelect, LookButton, PauseButton, SkipButton, RemoveButton)
