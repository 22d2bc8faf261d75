"""How commands are declared, and the one answer to all their failures."""

from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.chat.replies import answer_failure, begin

AnyCommand = app_commands.Command[Any, ..., Any]
Callback = Callable[..., Coroutine[Any, Any, None]]


def everywhere(name: locale_str, description: locale_str) -> Callable[[Callback], AnyCommand]:
    """Declare a command that people may use in servers, in DMs and through an installation of their own."""

    def declare(callback: Callback) -> AnyCommand:
        command: AnyCommand = app_commands.command(name=name, description=description)(callback)
        command = app_commands.allowed_installs(guilds=True, users=True)(command)
        return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(command)

    return declare


def in_servers(
    name: locale_str, description: locale_str, permissions: discord.Permissions | None = None
) -> Callable[[Callback], AnyCommand]:
    """Declare a command that needs a server; who may use it there is for Discord to decide.

    The permissions are what it takes until the server's own settings say otherwise; None: nothing.
    """

    def declare(callback: Callback) -> AnyCommand:
        command: AnyCommand = app_commands.command(name=name, description=description)(callback)
        if permissions is not None:
            command = app_commands.default_permissions(permissions)(command)
        command = app_commands.allowed_installs(guilds=True, users=False)(command)
        return app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)(command)

    return declare


class Tree(app_commands.CommandTree[Any]):
    """The commands, each answered in the language of whoever uses it."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Speak the person's language in whatever follows."""
        begin(interaction)
        return True

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Tell the person, who has typed something and waits."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await answer_failure(interaction, cause)
