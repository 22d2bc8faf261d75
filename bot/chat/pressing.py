"""Buttons and selects that answer whoever presses them, whatever happens."""

import re
from abc import abstractmethod
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.chat.replies import answering
from bot.chat.wording import shortened

_NUMBERS = frozenset(
    {
        "poll",
        "quiz",
        "number",
        "option",
        "position",
        "place",
        "page",
        "member",
        "season",
        "seconds",
        "closes",
        "series",
        "duel",
        "entry",
        "schedule",
        "floor",
    }
)


class Pressable:
    """What makes a dynamic item ours: it is rebuilt from its custom_id, and its failures are answered.

    A custom_id holds names and numbers only, never which option is right. Its template is a contract with
    every message ever posted: it is never changed, a second one is added beside it. Groups of the template
    are the arguments of the constructor.
    """

    meets: ClassVar[bool] = True
    """Whether the name of whoever presses is noted."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The item that was pressed; nothing is looked up here."""
        groups = {
            name: int(value) if name in _NUMBERS else value for name, value in match.groupdict().items()
        }
        return cls(**groups)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the press asks for; whoever pressed hears of the outcome in any case."""
        await answering(interaction, self.pressed, meets=self.meets)

    @abstractmethod
    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """What the press asks for."""


def chosen(interaction: discord.Interaction[Any]) -> str:
    """The value chosen in the select that was used."""
    return all_chosen(interaction)[0]


def all_chosen(interaction: discord.Interaction[Any]) -> list[str]:
    """The values chosen in a select that takes several."""
    data: Any = interaction.data or {}
    return list(data["values"])


def button(
    label: str,
    custom_id: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    emoji: str | None = None,
    disabled: bool = False,
) -> ui.Button[Any]:
    """A button to be wrapped in a dynamic item; labels past Discord's limit are shortened."""
    return ui.Button(
        label=shortened(label, 80), custom_id=custom_id, style=style, emoji=emoji, disabled=disabled
    )
