"""Ladders in chat: the command, and the buttons of a board that somebody called up for themselves."""

import re
import secrets
from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.boards import PAGE
from bot.actions.library import Library
from bot.actions.refusals import Refusal
from bot.actions.seasons import PastSeason
from bot.chat import boards, live_boards
from bot.chat.commands import everywhere
from bot.chat.departures import departures_of
from bot.chat.news import whisper_news
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, answering, meet, server_of, turn_to
from bot.chat.scopes import FIRST_SCOPE, SCOPE, SEASON, SEASONS, SERVER, WORLD, named_scopes
from bot.chat.screens import Screen
from bot.chat.wording import shortened
from bot.words import N_, _

_CHOICES = 25
"""What a select takes, and a list to choose from while one types."""

_LONGEST_ID, _NO_ID = 19, 2**63
"""Digits of a server's id, and what is above every one."""


async def board_screen(interaction: discord.Interaction[Any], scope: str, number: int = 0) -> Screen:
    """A page of a board as the person sees it from here."""
    actions, guild = actions_of(interaction), server_of(interaction)
    if scope == SEASONS:
        if guild is None:
            raise Refusal(N_("There is no server here. Open /ladder in a server, or look at the world's."))
        number = max(number, 0)
        page = await actions.seasons.overview(
            guild, offset=number * boards.SEASONS_TOLD, limit=boards.SEASONS_TOLD
        )
        return boards.seasons_screen(actions.library, page, number)
    board = await actions.boards.page(scope, guild, number, interaction.user.id)
    departures_of(interaction).shown(board)
    return boards.board_screen(actions.library, board, in_server=guild is not None)


async def own_screen(interaction: discord.Interaction[Any], scope: str) -> Screen:
    """The person's own place on a board, with its neighbours."""
    actions, guild = actions_of(interaction), server_of(interaction)
    board = await actions.boards.around(scope, guild, interaction.user.id)
    departures_of(interaction).shown(board)
    return boards.board_screen(actions.library, board, in_server=guild is not None)


async def foreign_screen(interaction: discord.Interaction[Any], guild: int, number: int = 0) -> Screen:
    """A page of the ladder of a server in which the person is not; of the one they are in, its own board."""
    actions, here = actions_of(interaction), server_of(interaction)
    if guild == here:
        return await board_screen(interaction, SERVER, number)
    board = await actions.boards.abroad(guild, number, interaction.user.id)
    departures_of(interaction).shown(board)
    return boards.foreign_screen(actions.library, board, guild, in_server=here is not None)


class BoardButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"board1:{FIRST_SCOPE}:(?P<page>-?\d+)"
):
    """Leads from another screen to a page of a board."""

    _prefix = "board1"

    def __init__(
        self, scope: str, page: int, label: str = "…", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"{self._prefix}:{scope}:{page}", emoji=emoji, disabled=disabled))
        self.scope, self.page = scope, page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the message."""
        await turn_to(interaction, await board_screen(interaction, self.scope, self.page))


class TurnButton(BoardButton, template=rf"board2:{SCOPE}:(?P<page>-?\d+)"):
    """Turns a board's pages."""

    _prefix = "board2"


class ForeignButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"boardof1:(?P<guild>\d+):(?P<page>-?\d+)"
):
    """Turns the pages of another server's ladder."""

    def __init__(
        self,
        guild: str | int,
        page: int,
        label: str = "…",
        emoji: str | None = None,
        *,
        disabled: bool = False,
    ) -> None:
        super().__init__(button(label, f"boardof1:{guild}:{page}", emoji=emoji, disabled=disabled))
        self.guild, self.page = int(guild), page

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page in place of the message, if everybody may still look at it."""
        await turn_to(interaction, await foreign_screen(interaction, self.guild, self.page))


class TopButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardtop2:{SCOPE}"):
    """Goes to the top of a board."""

    def __init__(self, scope: str, *, disabled: bool = False) -> None:
        super().__init__(button(_("Top"), f"boardtop2:{scope}", emoji="⏫", disabled=disabled))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the first page in place of the message."""
        await turn_to(interaction, await board_screen(interaction, self.scope))


class MineButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardmine2:{SCOPE}"):
    """Goes to the place of whoever presses, and those next to it."""

    _prefix = "boardmine2"

    def __init__(self, scope: str, *, disabled: bool = False) -> None:
        super().__init__(button(_("My place"), f"{self._prefix}:{scope}", emoji="📍", disabled=disabled))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the message."""
        await turn_to(interaction, await own_screen(interaction, self.scope))


class FirstMineButton(MineButton, template=rf"boardme1:{FIRST_SCOPE}"):
    """The same on boards as they were posted at first."""

    _prefix = "boardme1"


class RankButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"boardrank2:{SCOPE}"):
    """Asks for the rank to jump to."""

    _prefix = "boardrank2"

    def __init__(self, scope: str) -> None:
        super().__init__(button(_("Go to a rank"), f"{self._prefix}:{scope}", emoji="🔢"))
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await interaction.response.send_modal(RankForm(self.scope))


class FirstRankButton(RankButton, template=rf"boardjump1:{FIRST_SCOPE}"):
    """The same on boards as they were posted at first."""

    _prefix = "boardjump1"


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
            await turn_to(interaction, await board_screen(interaction, self._scope, (int(typed) - 1) // PAGE))

        await answering(interaction, show)


class LadderSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=rf"boardscope2:{SCOPE}"):
    """Chooses the ladder."""

    _prefix = "boardscope2"

    def __init__(self, scope: str, library: Library | None = None, *, in_server: bool = False) -> None:
        shown = SEASONS if scope.startswith(f"{SEASON}:") else scope
        named = named_scopes(library, in_server=in_server) if library is not None else {}
        super().__init__(
            ui.Select(
                custom_id=f"{self._prefix}:{scope}",
                placeholder=_("Choose a ladder"),
                options=[
                    discord.SelectOption(label=shortened(name, 100), value=one, default=one == shown)
                    for one, name in list(named.items())[:_CHOICES]
                ],
            )
        )
        self.scope = scope

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the first page of the ladder chosen."""
        await turn_to(interaction, await board_screen(interaction, chosen(interaction)))


class FirstLadderSelect(LadderSelect, template=rf"boardscope1:{FIRST_SCOPE}"):
    """The same on boards as they were posted at first."""

    _prefix = "boardscope1"


class SeasonSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template="boardpast2"):
    """Chooses one of the seasons that are over."""

    def __init__(self, past: Iterable[PastSeason] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id="boardpast2",
                placeholder=_("Final standings of a season"),
                options=[
                    discord.SelectOption(
                        label=shortened(boards.season_label(season), 100), value=f"{SEASON}:{season.id}"
                    )
                    for season in past
                ],
            )
        )

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show its final standings."""
        await turn_to(interaction, await board_screen(interaction, chosen(interaction)))


@everywhere(locale_str("ladder"), locale_str("See who stands where"))
@app_commands.rename(scope=locale_str("scope"), live=locale_str("live"), server=locale_str("server"))
@app_commands.describe(
    scope=locale_str("Which ladder; this server's if left out"),
    live=locale_str("For moderators: post it here as a board that follows answers"),
    server=locale_str("Another server whose ladder is open to everybody"),
)
async def ladder_command(
    interaction: discord.Interaction[Any],
    scope: str | None = None,
    live: bool = False,
    server: str | None = None,
) -> None:
    """Show a ladder's first page, or post it as a live board."""
    if server is not None:
        if scope is not None or live:
            raise Refusal(
                N_("Of another server you can look at its ladder alone: leave the other choices out.")
            )
        await meet(interaction)
        found = await _named_server(interaction, server)
        await whisper_news(interaction, await foreign_screen(interaction, found))
        return
    wanted = _meant(actions_of(interaction).library, scope, in_server=server_of(interaction) is not None)
    await meet(interaction)
    if live:
        await live_boards.post(interaction, wanted)
    else:
        await whisper_news(interaction, await board_screen(interaction, wanted))


def _meant(library: Library, typed: str | None, *, in_server: bool) -> str:
    """The scope chosen from the list, or typed by its name; another server's ladder is nobody's to name."""
    if typed is None:
        return SERVER if in_server else WORLD
    if re.fullmatch(SCOPE, typed):
        return typed
    wanted = " ".join(typed.casefold().split())
    named = named_scopes(library, in_server=in_server)
    found = next((scope for scope, name in named.items() if wanted in {scope, name.casefold()}), None)
    if found is None:
        raise Refusal(N_("There is no such ladder. Choose one from the list."))
    return found


@ladder_command.autocomplete("scope")
async def _scope_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    named = named_scopes(actions_of(interaction).library, in_server=server_of(interaction) is not None)
    return [
        app_commands.Choice(name=shortened(name, 100), value=scope)
        for scope, name in named.items()
        if current.casefold() in name.casefold()
    ][:_CHOICES]


async def _named_server(interaction: discord.Interaction[Any], typed: str) -> int:
    """The server chosen from the list, or the one of that name whose ladder is open."""
    wanted = typed.strip()
    if wanted.isdecimal() and len(wanted) <= _LONGEST_ID and int(wanted) < _NO_ID:
        return int(wanted)
    named = await actions_of(interaction).servers.open_ladders(wanted)
    found = [guild for guild, name in named.items() if name.casefold() == wanted.casefold()]
    if len(found) != 1:
        raise Refusal(
            N_(
                "There is no one server of this name whose ladder is open to everybody. Choose it from the list."
            )
        )
    return found[0]


@ladder_command.autocomplete("server")
async def _server_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    named = await actions_of(interaction).servers.open_ladders(current.strip(), _CHOICES)
    return [
        app_commands.Choice(name=shortened(name, 100), value=str(guild))
        for guild, name in named.items()
        if guild != server_of(interaction)
    ]


COMMANDS = (ladder_command,)
ITEMS = (
    BoardButton,
    ForeignButton,
    TurnButton,
    TopButton,
    MineButton,
    FirstMineButton,
    RankButton,
    FirstRankButton,
    LadderSelect,
    FirstLadderSelect,
    SeasonSelect,
)
