"""Ladders in chat: the boards."""

import re
import secrets
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.ladders import PAGE, Board, Place, ladder_of
from bot.actions.library import Library
from bot.actions.refusals import Refusal
from bot.chat import shelves
from bot.chat.commands import everywhere
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, answering, meet, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.wording import (
    quoted_name,
    rating_words,
    shortened,
    tier_sign,
    tier_word,
)
from bot.words import N_, _, ngettext
from ladder.standings import Ladder

SERVER, WORLD = "server", "world"

_SCOPE = r"(?P<scope>server|world|category:[a-z0-9-]+)"


def board_screen(library: Library, board: Board, *, in_server: bool) -> Screen:
    """One page of a ladder, the viewer's own place, and ways to the rest."""
    scope = scope_of(board.ladder)
    parts: list[AnyItem] = [text(f"# 🪜 {scope_words(library, scope)}"), line()]
    if board.places:
        parts.append(text("\n".join(_row(place, own=board.own) for place in board.places)))
        counted = ngettext("{n} on this ladder", "{n} on this ladder", board.size)
        parts.append(
            text(
                "-# "
                + _(
                    "{counted} · page {number} of {count}",
                    counted=counted,
                    number=board.number + 1,
                    count=board.count,
                )
            )
        )
    else:
        parts.append(text(_("Nobody has climbed here yet; one right answer makes a place: /quiz")))
    parts += [line(), text(_own(board)), row(ScopeSelect(scope, library, in_server=in_server))]
    buttons: list[AnyItem] = []
    if board.count > 1:
        buttons += [
            BoardButton(scope, board.number - 1, _("Previous"), "◀️", disabled=board.number == 0),
            BoardButton(scope, board.number + 1, _("Next"), "▶️", disabled=board.number + 1 == board.count),
            OwnPlaceButton(scope, disabled=board.own is None),
            JumpButton(scope),
        ]
    buttons.append(shelves.ShelfButton(shelves.View("check").encode(), _("Check yourself"), "✏️"))
    return Screen(card(*parts, *rows(buttons)))


def _row(place: Place, own: Place | None) -> str:
    tier = place.title
    name = quoted_name(place.name)
    if own is not None and own.member == place.member:
        name = _("{name} (you)", name=name)
    answers = ngettext("{n} answer", "{n} answers", place.answers)
    rating = rating_words(place.rating, provisional=place.provisional)
    return f"`{place.rank:>3}` {tier_sign(tier)} {name} · **{rating}** {tier_word(tier)} · {answers}"


def _own(board: Board) -> str:
    if board.own is None:
        return _("You have no place here yet. One answer makes one: /quiz")
    rating = rating_words(board.own.rating, provisional=board.own.provisional)
    told = _(
        "Your place: **{rank}** of {size}, rating **{rating}**",
        rank=board.own.rank,
        size=board.size,
        rating=rating,
    )
    return f"{told}\n-# {provisional_words()}" if board.own.provisional else told


def provisional_words() -> str:
    """What the question mark beside a rating means."""
    return _("“?” means that the rating still moves a lot: fewer than thirty answers stand behind it.")


def scope_of(ladder: Ladder) -> str:
    """The ladder as it is named in buttons; a server's is always that of the place where it is pressed."""
    if ladder.guild_id is not None:
        return SERVER
    return WORLD if ladder == Ladder.world() else ladder.key


def scope_words(library: Library, scope: str) -> str:
    """The heading of a board."""
    if scope == SERVER:
        return _("This server's ladder")
    if scope == WORLD:
        return _("The world's ladder")
    return category_words(library, scope.partition(":")[2])


def category_words(library: Library, slug: str) -> str:
    """A category's name; of one that is no longer taught, its slug."""
    return next((one.name for one in library.catalogue.categories if one.slug == slug), slug)


class BoardButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"board1:{_SCOPE}:(?P<page>-?\d+)"):
    """Turns to a page of a ladder."""

    def __init__(
        self, scope: str, page: int, label: str = "…", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"board1:{scope}:{page}", emoji=emoji, disabled=disabled))
        self.scope, self.page = scope, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the message."""
        await turn_to(interaction, await _board(interaction, self.scope, self.page))


class OwnPlaceButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardme1:{_SCOPE}"):
    """Turns to the page on which whoever presses stands."""

    def __init__(self, scope: str, *, disabled: bool = False) -> None:
        super().__init__(button(_("My place"), f"boardme1:{scope}", emoji="📍", disabled=disabled))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the message."""
        ladder = ladder_of(self.scope, interaction.guild_id)
        number = await actions_of(interaction).ladders.page_of(ladder, interaction.user.id)
        await turn_to(interaction, await _board(interaction, self.scope, number))


class JumpButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardjump1:{_SCOPE}"):
    """Asks for the rank to jump to."""

    def __init__(self, scope: str) -> None:
        super().__init__(button(_("Go to a rank"), f"boardjump1:{scope}", emoji="🔢"))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(RankForm(self.scope))


class RankForm(ui.Modal):
    """Which rank to look at."""

    def __init__(self, scope: str) -> None:
        # Forms are kept by custom_id alone, so a fixed one would be overwritten by the next person's.
        super().__init__(title=_("Go to a rank")[:45], timeout=900, custom_id=f"rank:{secrets.token_hex(8)}")
        self._scope = scope
        self.rank = ui.TextInput[Any](required=True, max_length=9, placeholder="1")
        self.add_item(ui.Label(text=_("The rank, as a number")[:45], component=self.rank))

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Show the page of that rank in place of the board."""

        async def show(interaction: discord.Interaction[Any]) -> None:
            typed = self.rank.value.strip()
            if not typed.isdecimal() or int(typed) < 1:
                raise Refusal(N_("Write the rank as a number, such as 25."))
            await turn_to(interaction, await _board(interaction, self._scope, (int(typed) - 1) // PAGE))

        await answering(interaction, show)


class ScopeSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=rf"boardscope1:{_SCOPE}"):
    """Chooses the ladder."""

    def __init__(self, scope: str, library: Library | None = None, *, in_server: bool = False) -> None:
        categories = library.catalogue.categories[:20] if library else ()
        scopes = [*([SERVER] if in_server else []), WORLD, *(f"category:{one.slug}" for one in categories)]
        super().__init__(
            ui.Select(
                custom_id=f"boardscope1:{scope}",
                placeholder=_("Choose a ladder"),
                options=[
                    discord.SelectOption(label=scope_words(library, one), value=one, default=one == scope)
                    for one in scopes
                ]
                if library
                else [],
            )
        )
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the first page of the ladder chosen."""
        await turn_to(interaction, await _board(interaction, chosen(interaction), 0))


async def _board(interaction: discord.Interaction[Any], scope: str, number: int) -> Screen:
    actions = actions_of(interaction)
    ladder = ladder_of(scope, interaction.guild_id)
    board = await actions.ladders.board(ladder, number, interaction.user.id)
    return board_screen(actions.library, board, in_server=interaction.guild_id is not None)


@everywhere(locale_str("ladder"), locale_str("See who stands where"))
@app_commands.rename(scope=locale_str("scope"))
@app_commands.describe(scope=locale_str("Which ladder; this server's if left out"))
async def ladder_command(interaction: discord.Interaction[Any], scope: str | None = None) -> None:
    """Show a ladder's first page."""
    wanted = _meant(actions_of(interaction).library, scope, in_server=interaction.guild_id is not None)
    await meet(interaction)
    await whisper(interaction, await _board(interaction, wanted, 0))


def _scopes(library: Library, *, in_server: bool) -> dict[str, str]:
    """Every ladder that can be looked at from here, and its name."""
    scopes = [SERVER] if in_server else []
    scopes += [WORLD, *(f"category:{one.slug}" for one in library.catalogue.categories)]
    return {scope: scope_words(library, scope) for scope in scopes}


def _meant(library: Library, typed: str | None, *, in_server: bool) -> str:
    """The scope chosen from the list, or typed by its name; another server's ladder is nobody's to name."""
    if typed is None:
        return SERVER if in_server else WORLD
    if re.fullmatch(_SCOPE, typed):
        return typed
    wanted = " ".join(typed.casefold().split())
    named = _scopes(library, in_server=in_server)
    found = next((scope for scope, name in named.items() if wanted in {scope, name.casefold()}), None)
    if found is None:
        raise Refusal(N_("There is no such ladder. Choose one from the list."))
    return found


@ladder_command.autocomplete("scope")
async def _scope_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    named = _scopes(actions_of(interaction).library, in_server=interaction.guild_id is not None)
    return [
        app_commands.Choice(name=shortened(name, 100), value=scope)
        for scope, name in named.items()
        if current.casefold() in name.casefold()
    ][:25]


COMMANDS = (ladder_command,)
ITEMS = (BoardButton, OwnPlaceButton, JumpButton, ScopeSelect)
