"""What a channel's refusal means: the first one is the last, until somebody has mended the channel."""

import logging

import discord

from bot.actions import Actions

log = logging.getLogger(__name__)

_GONE = 10003
_SHUT = {50001, 50013}
"""Missing access, missing permissions."""


async def note_refusal(
    client: discord.Client, actions: Actions, guild: int | None, channel: int, failed: Exception
) -> None:
    """Block the channel if it is this that the failure is about; a server that the bot is not in has none.

    It never raises: whoever calls this has a failure to deal with already.
    """
    if guild is None or client.get_guild(guild) is None or not isinstance(failed, discord.HTTPException):
        return
    if not (failed.code == _GONE or (isinstance(failed, discord.Forbidden) and failed.code in _SHUT)):
        return
    log.warning("Channel %s refuses the bot (%s), which posts nothing there any more", channel, failed.code)
    try:
        await actions.blocked_channels.block(channel, guild, "gone" if failed.code == _GONE else "forbidden")
    except Exception:
        log.exception("Channel %s could not be noted as closed; its next refusal is", channel)
