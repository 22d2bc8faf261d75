"""Changing a schedule: one screen for when and where it posts, and one for what."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

import discord
from discord import ui

from bot.actions.library import Library
from bot.actions.planning import bits_of, days_in
from bot.actions.refusals import Refusal
from bot.actions.schedules import ScheduleView
from bot.chat import schedule_settings
from bot.chat import schedule_words as words
from bot.chat.durations import duration_words
from bot.chat.panel import ForModerators, ModeratorsForm, guild_of
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, ask, library_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, text
from bot.chat.wording import level_word
from bot.words import N_, _, ngettext
from ladder.tiers import Level

Side = Literal["when", "what"]

_DURATIONS = (600, 3_600, 4 * 3_600, 8 * 3_600, 12 * 3_600, 86_400, 2 * 86_400, 3 * 86_400, 7 * 86_400)
_FRESH = (7, 14, 30, 60, 90, 180, 365)


def require_channel(interaction: discord.Interaction[Any], channel: int) -> int:
    """The channel, if the bot may post there; else what to do."""
    guild = interaction.guild
    place = guild.get_channel(channel) if guild is not None else None
    if guild is None or place is None:
        raise Refusal(N_("I cannot see that channel. Give my role “View Channel” there, then choose again."))
    allowed = place.permissions_for(guild.me)
    if not (allowed.view_channel and allowed.send_messages):
        raise Refusal(
            N_(
                "I may not write in {channel}. Give my role “View Channel” and “Send Messages” there, then choose again."
            ),
            channel=place.mention,
        )
    return channel


def edit_screen(view: ScheduleView, side: Side, library: Library, told: str = "") -> Screen:
    """A schedule's choices of one side, each of which holds at once."""
    schedule = view.schedule
    head = text(
        _("# 📅 Schedule {number}: when and where", number=schedule.id)
        if side == "when"
        else _("# 📅 Schedule {number}: what it posts", number=schedule.id),
        told,
        words.sentence(view, library),
        f"**{words.next_words(schedule)}**",
    )
    if side == "when":
        choices: list[AnyItem] = [
            row(ChannelSelect(schedule.id, schedule.channel)),
            row(ChoiceSelect(schedule.id, "weekdays", view)),
            row(ChoiceSelect(schedule.id, "minute", view)),
            row(MentionSelect(schedule.id, schedule.mention)),
            row(TimeButton(schedule.id), schedule_settings.LookButton(schedule.id)),
        ]
        hint = "-# " + _(
            "Times are those of {zone}; the page “Language and time” changes that. For another hour of the day, add another schedule.",
            zone=f"`{view.zone}`",
        )
    else:
        picked = ("categories", "levels", "picking", "seconds", "fresh_days")
        names = ("kind", *(() if schedule.kind == "recap" else picked))
        choices = [row(ChoiceSelect(schedule.id, name, view, library)) for name in names]
        choices.append(row(schedule_settings.LookButton(schedule.id)))
        hint = "" if schedule.kind == "recap" else "-# " + words.runs_out_words(schedule)
    return Screen(card(head, text(hint) if hint else line(), *choices))


def _options(name: str, view: ScheduleView, library: Library | None) -> list[discord.SelectOption]:
    """What can be chosen, with what is chosen now."""
    schedule = view.schedule
    option = discord.SelectOption
    if name == "kind":
        return [
            option(label=words.kind_word(kind), value=kind, emoji=emoji, default=kind == schedule.kind)
            for kind, (emoji, _label) in words.KINDS.items()
        ]
    if name == "weekdays":
        days = days_in(schedule.weekdays)
        return [
            option(label=words.weekday_word(day), value=str(day), default=day in days) for day in range(7)
        ]
    if name == "minute":
        hours = sorted({*range(0, 24 * 60, 60), schedule.minute})
        return [
            option(label=words.time_words(at), value=str(at), default=at == schedule.minute) for at in hours
        ]
    if name == "categories":
        known = library.catalogue.categories if library is not None else ()
        return [
            option(label=one.name[:100], value=one.slug, default=one.slug in (schedule.categories or ()))
            for one in known[:25]
        ]
    if name == "levels":
        return [
            option(label=level_word(one), value=one.value, default=one.value in (schedule.levels or ()))
            for one in Level
        ]
    if name == "picking":
        return [
            option(label=words.order_word(order), value=order, default=order == schedule.picking)
            for order in words.ORDERS
        ]
    if name == "seconds":
        spans = sorted({*_DURATIONS, schedule.seconds})
        return [
            option(
                label=_("Open for {duration}", duration=duration_words(timedelta(seconds=one))),
                value=str(one),
                default=one == schedule.seconds,
            )
            for one in spans
        ]
    days = sorted({*_FRESH, schedule.fresh_days})
    return [
        option(
            label=ngettext("Nothing shown in the last {n} day", "Nothing shown in the last {n} days", one),
            value=str(one),
            default=one == schedule.fresh_days,
        )
        for one in days
    ]


_PLACEHOLDERS = {
    "kind": N_("What it posts"),
    "weekdays": N_("Weekdays"),
    "minute": N_("Time"),
    "categories": N_("All categories"),
    "levels": N_("All levels"),
    "picking": N_("Order"),
    "seconds": N_("How long questions stay open"),
    "fresh_days": N_("Repetitions"),
}
_SEVERAL = {"weekdays": 1, "categories": 0, "levels": 0}
"""Choices of which several can be made, and how many at least."""
_OF_WHEN = {"weekdays", "minute", "channel", "mention"}


def _value(name: str, values: Sequence[str]) -> Any:
    """What was chosen, as the schedule keeps it."""
    if name == "weekdays":
        return bits_of(map(int, values))
    if name in {"categories", "levels"}:
        return tuple(values) or None
    return int(values[0]) if name in {"minute", "seconds", "fresh_days"} else values[0]


async def _change(interaction: discord.Interaction[Any], schedule: int, name: str, value: Any) -> None:
    """Change it and show the side on which it stands."""
    actions = actions_of(interaction)
    view = await actions.schedules.edit(guild_of(interaction), schedule, interaction.user.id, **{name: value})
    told = words.change_words(name, value)
    side: Side = "when" if name in _OF_WHEN else "what"
    await turn_to(interaction, edit_screen(view, side, await library_of(interaction), told))


def _values(interaction: discord.Interaction[Any]) -> list[str]:
    data: Any = interaction.data or {}
    return list(data.get("values") or [])


class EditButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"scheduleedit1:{words.SCHEDULE}:(?P<side>when|what)",
):
    """Opens the choices of one side."""

    def __init__(self, schedule: int, side: Side) -> None:
        label, emoji = (_("When and where"), "🕘") if side == "when" else (_("What it posts"), "🎯")
        super().__init__(
            button(label, f"scheduleedit1:{schedule}:{side}", emoji=emoji, style=discord.ButtonStyle.primary)
        )
        self.schedule = schedule
        self.side: Side = side

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show them."""
        actions = actions_of(interaction)
        view = await actions.schedules.view(guild_of(interaction), self.schedule)
        await turn_to(interaction, edit_screen(view, self.side, await library_of(interaction)))


class ChoiceSelect(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Select[Any]],
    template=rf"scheduleset1:{words.SCHEDULE}:(?P<name>kind|weekdays|minute|categories|levels|picking|seconds|fresh_days)",
):
    """Chooses one thing about a schedule."""

    def __init__(
        self, schedule: int, name: str, view: ScheduleView | None = None, library: Library | None = None
    ) -> None:
        options = _options(name, view, library) if view is not None else []
        several = name in _SEVERAL
        super().__init__(
            ui.Select(
                custom_id=f"scheduleset1:{schedule}:{name}",
                placeholder=_(_PLACEHOLDERS[name]),
                options=options,
                min_values=_SEVERAL.get(name, 1),
                max_values=max(1, len(options)) if several else 1,
                required=_SEVERAL.get(name, 1) > 0,
            )
        )
        self.schedule, self.name = schedule, name

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it and show the choices."""
        await _change(interaction, self.schedule, self.name, _value(self.name, _values(interaction)))


class ChannelSelect(
    ForModerators, Pressable, ui.DynamicItem[ui.ChannelSelect[Any]], template=rf"schedulein1:{words.SCHEDULE}"
):
    """Chooses where a schedule posts."""

    def __init__(self, schedule: int, channel: int | None = None) -> None:
        kind = discord.SelectDefaultValueType.channel
        super().__init__(
            ui.ChannelSelect(
                custom_id=f"schedulein1:{schedule}",
                placeholder=_("Choose a channel"),
                channel_types=[discord.ChannelType.text, discord.ChannelType.news],
                default_values=[discord.SelectDefaultValue(id=channel, type=kind)]
                if channel is not None
                else [],
                required=True,
            )
        )
        self.schedule = schedule

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it, if the bot may write there, and show the choices."""
        channel = require_channel(interaction, int(_values(interaction)[0]))
        await _change(interaction, self.schedule, "channel", channel)


class MentionSelect(
    ForModerators, Pressable, ui.DynamicItem[ui.RoleSelect[Any]], template=rf"scheduleping1:{words.SCHEDULE}"
):
    """Chooses the role that a schedule's posts ping; none of its own accord."""

    def __init__(self, schedule: int, role: int | None = None) -> None:
        kind = discord.SelectDefaultValueType.role
        super().__init__(
            ui.RoleSelect(
                custom_id=f"scheduleping1:{schedule}",
                placeholder=_("Pings nobody; choose a role to ping"),
                min_values=0,
                max_values=1,
                default_values=[discord.SelectDefaultValue(id=role, type=kind)] if role is not None else [],
                required=False,
            )
        )
        self.schedule = schedule

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it and show the choices."""
        roles = _values(interaction)
        if roles and int(roles[0]) == interaction.guild_id:
            raise Refusal(N_("Everybody is not pinged every day. Choose a role that members can leave."))
        await _change(interaction, self.schedule, "mention", int(roles[0]) if roles else None)


class TimeButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"scheduletime1:{words.SCHEDULE}"
):
    """Asks for a time of day that is no full hour."""

    def __init__(self, schedule: int) -> None:
        super().__init__(button(_("To the minute"), f"scheduletime1:{schedule}", emoji="⏱️"))
        self.schedule = schedule

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await ask(interaction, TimeForm(self.schedule))


class TimeForm(ModeratorsForm):
    """At which minute of the day a schedule posts."""

    def __init__(self, schedule: int) -> None:
        super().__init__(_("Time of day"))
        self._schedule = schedule
        self.time = self.ask(_("Time, from 00:00 to 23:59"), max_length=5, placeholder="18:30")

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Change it and show the choices."""
        typed = re.fullmatch(r"(\d{1,2})[:.]?(\d{2})", self.time.value.strip())
        if typed is None or int(typed[1]) > 23 or int(typed[2]) > 59:
            raise Refusal(N_("Write the time as hours and minutes from 00:00 to 23:59, such as 18:30."))
        await _change(interaction, self._schedule, "minute", int(typed[1]) * 60 + int(typed[2]))


ITEMS = (EditButton, ChoiceSelect, ChannelSelect, MentionSelect, TimeButton)
