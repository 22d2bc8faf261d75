"""The playground: Discord in a browser, without a token; it knows nothing of the bot but how to make one."""

from bot.playground.requirements import PlaygroundUnavailable, check_requirements
from bot.playground.serving import DEFAULT_PORT, serve
from bot.playground.world import ACADEMY, Channel, CreateBot, Guild, Member, World

__all__ = [
    "ACADEMY",
    "DEFAULT_PORT",
    "Channel",
    "CreateBot",
    "Guild",
    "Member",
    "PlaygroundUnavailable",
    "World",
    "check_requirements",
    "serve",
]
