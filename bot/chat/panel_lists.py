"""Lists on the moderators' panel that are longer than one message: turned like pages."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.chat.panel import ForModerators
from bot.chat.pressing import Pressable, button
from bot.chat.replies import turn_to
from bot.chat.screens import AnyItem, Screen, row, text
from bot.words import _

Turn = Callable[[discord.Interaction[Any], int], Awaitable[Screen]]

_LISTS: dict[str, Turn] = {}
"""By the word under which buttons name a list, what draws the screen with that part of it, from 0."""


def turning(word: str) -> Callable[[Turn], Turn]:
    """Let this draw the screen of the list."""

    def put(turn: Turn) -> Turn:
        _LISTS[word] = turn
        return turn

    return put


def turns(word: str, number: int, count: int) -> list[AnyItem]:
    """Which of the list's parts this is, and buttons to the ones beside it; nothing for a list with one part."""
    if count <= 1:
        return []
    return [
        text("-# " + _("page {number} of {count}", number=number + 1, count=count)),
        row(
            TurnButton(word, number - 1, _("Previous"), "◀️", disabled=number == 0),
            TurnButton(word, number + 1, _("Next"), "▶️", disabled=number + 1 >= count),
        ),
    ]


class TurnButton(
    ForModerators,
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"listturn1:(?P<word>[a-z]+):(?P<number>-?\d{1,6})",
):
    """Shows another part of a list."""

    def __init__(
        self, word: str, number: int, label: str = "…", emoji: str | None = None, *, disabled: bool = False
    ) -> None:
        super().__init__(button(label, f"listturn1:{word}:{number}", emoji=emoji, disabled=disabled))
        self.word, self.number = word, int(number)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it; what is past the end is the last."""
        await turn_to(interaction, await _LISTS[self.word](interaction, self.number))


ITEMS = (TurnButton,)
