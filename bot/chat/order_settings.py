"""The panel's page about order: who stands on the boards, and what to do when something has gone wrong."""

from collections.abc import Sequence
from typing import Any, cast

import discord
from discord import ui

from bot.actions.exclusions import Excluded, ExcludedList
from bot.actions.refusals import Refusal
from bot.actions.resets import UNDOABLE_FOR
from bot.chat import order_questions, season_settings
from bot.chat.audit_words import telling
from bot.chat.panel import (
    ForModerators,
    ModeratorsForm,
    PageButton,
    changed,
    guild_of,
    page,
    page_screen,
)
from bot.chat.panel_lists import turning, turns
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, ask
from bot.chat.screens import AnyItem, Screen, line, row, text
from bot.chat.wording import plain_name, relative, shortened, shown_name
from bot.storage.audit_log import LogEntry
from bot.words import N_, _, ngettext

WORD = order_questions.WORD
_EXCLUDED = "excluded"
"""The list's word in buttons."""


@page(WORD, N_("Order"), "🧹")
async def order_parts(interaction: discord.Interaction[Any]) -> Sequence[AnyItem]:
    """Who is excluded, and every way to put something right."""
    return await _parts(interaction, 0)


async def _parts(interaction: discord.Interaction[Any], number: int) -> Sequence[AnyItem]:
    excluded = await actions_of(interaction).exclusions.of(guild_of(interaction), number)
    days = ngettext("{n} day", "{n} days", UNDOABLE_FOR.days)
    return [
        *exclusion_parts(excluded),
        line(),
        text(
            _("### 🔄 Begin the ladder anew"),
            _("For one member, or for everybody here. The world's ladder, XP and titles stay as they are."),
            "-# " + _("You type a word to confirm it, and can take it back for {days}.", days=days),
        ),
        row(ResetMemberSelect()),
        row(ResetAllButton()),
        line(),
        text(
            _("### 🩹 Questions and polls"),
            "- " + _("**Void a question**: take back what a wrong question did to ratings here."),
            "- " + _("**Open polls**: close, extend or cancel one without rating anybody."),
        ),
        row(
            order_questions.FindButton(_("Void a question")),
            order_questions.OpenPollsButton(_("Open polls")),
            PageButton("reports"),
            PageButton(season_settings.WORD, _("End the season"), "🏁"),
        ),
    ]


@turning(_EXCLUDED)
async def _turn(interaction: discord.Interaction[Any], number: int) -> Screen:
    return await page_screen(interaction, WORD, parts=await _parts(interaction, number))


def exclusion_parts(excluded: ExcludedList) -> list[AnyItem]:
    """Who is on no board here, and how to change that."""
    told = (
        [f"- {shown_name(one.name)} · {relative(one.since)}" for one in excluded.members]
        if excluded.members
        else [_("Nobody is excluded: everybody who answers here can stand on the boards.")]
    )
    parts: list[AnyItem] = [
        text(
            _("### 🚷 Off the boards"),
            *told,
            "-# "
            + _(
                "An excluded member answers and is rated as before, and stands on none of this server's boards."
            ),
        ),
        row(ExcludeSelect()),
    ]
    if not excluded.members:
        return parts
    return [*parts, row(ReadmitSelect(excluded.members)), *turns(_EXCLUDED, excluded.number, excluded.count)]


@telling("exclude", "readmit", "reset")
def _words(entry: LogEntry) -> str:
    who = f"<@{entry.member}>" if entry.member else _("somebody whose data was deleted")
    if entry.what == "exclude":
        return _("Excluded {member} from the boards", member=who)
    if entry.what == "readmit":
        return _("Readmitted {member} to the boards", member=who)
    if entry.member is None:
        return _("Ladder of the server begun anew for everybody")
    return _("Ladder of the server begun anew for {member}", member=who)


def _member(interaction: discord.Interaction[Any]) -> int:
    """Who was chosen; a bot has no rating."""
    id, told = chosen(interaction), cast("dict[str, Any]", interaction.data or {})
    users = cast("dict[str, dict[str, Any]]", told.get("resolved", {}).get("users", {}))
    if users.get(id, {}).get("bot"):
        raise Refusal(N_("Bots stand on no ladder. Choose a member."))
    return int(id)


def _member_select(custom_id: str, placeholder: str) -> ui.UserSelect[Any]:
    return ui.UserSelect(custom_id=custom_id, placeholder=placeholder, required=True)


class ExcludeSelect(ForModerators, Pressable, ui.DynamicItem[ui.UserSelect[Any]], template=r"exclude1"):
    """Takes a member off the boards."""

    def __init__(self) -> None:
        super().__init__(_member_select("exclude1", _("Exclude a member from the boards")))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the page."""
        member = _member(interaction)
        entry = await actions_of(interaction).exclusions.exclude(
            guild_of(interaction), member, interaction.user.id
        )
        told = _("✅ {member} stands on none of this server's boards now.", member=f"<@{member}>")
        await changed(interaction, WORD, told, entry)


class ReadmitSelect(ForModerators, Pressable, ui.DynamicItem[ui.Select[Any]], template=r"readmit1"):
    """Lets a member stand on the boards again."""

    def __init__(self, excluded: Sequence[Excluded] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id="readmit1",
                placeholder=_("Readmit a member"),
                options=[
                    discord.SelectOption(label=shortened(plain_name(one.name), 100), value=str(one.member))
                    for one in excluded
                ],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do it and show the page."""
        member = int(chosen(interaction))
        entry = await actions_of(interaction).exclusions.readmit(
            guild_of(interaction), member, interaction.user.id
        )
        told = _("✅ {member} can stand on this server's boards again.", member=f"<@{member}>")
        await changed(interaction, WORD, told, entry)


class ResetMemberSelect(
    ForModerators, Pressable, ui.DynamicItem[ui.UserSelect[Any]], template=r"resetmember1"
):
    """Asks for the word that begins a member's ladder anew."""

    def __init__(self) -> None:
        super().__init__(_member_select("resetmember1", _("Begin anew for a member")))

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Ask for it."""
        await ask(interaction, ResetForm(_member(interaction)))


class ResetAllButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"resetall1"):
    """Asks for the word that begins everybody's ladder anew."""

    def __init__(self) -> None:
        super().__init__(
            button(_("Begin anew for everybody"), "resetall1", style=discord.ButtonStyle.danger, emoji="🔄")
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Ask for it."""
        await ask(interaction, ResetForm(None))


class ResetForm(ModeratorsForm):
    """The confirmation, which has to be typed."""

    def __init__(self, member: int | None) -> None:
        super().__init__(_("Begin the ladder anew"))
        self._member = member
        self._word = _("RESET")
        days = ngettext("{n} day", "{n} days", UNDOABLE_FOR.days)
        about = (
            _("Everybody's rating here begins again at their rating in the world.")
            if member is None
            else _("The member's rating here begins again at their rating in the world.")
        )
        lasting = _(
            "Nobody has a place until the next answer here. It can be taken back for {days}.", days=days
        )
        self.add_item(ui.TextDisplay(f"{about} {lasting}"))
        self.typed = self.ask(
            _("To confirm, type {word}", word=self._word),
            required=True,
            max_length=40,
            placeholder=self._word,
        )

    async def submitted(self, interaction: discord.Interaction[Any]) -> None:
        """Begin anew, if that was the word."""
        if self.typed.value.strip().casefold() != self._word.casefold():
            raise Refusal(
                N_("Nothing was changed, because that was not the word. Press again and type {word}."),
                word=self._word,
            )
        await interaction.response.defer()
        reached, entry = await actions_of(interaction).resets.reset(
            guild_of(interaction), interaction.user.id, self._member
        )
        told = ngettext(
            "✅ The ladder here was begun anew for {n} member.",
            "✅ The ladder here was begun anew for {n} members.",
            reached,
        )
        await changed(interaction, WORD, told, entry)


ITEMS = (ExcludeSelect, ReadmitSelect, ResetMemberSelect, ResetAllButton, *order_questions.ITEMS)
