"""Live boards: messages that follow a ladder, in whatever channels moderators posted them."""

import hashlib
import json
import logging
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import aiohttp
import discord

from bot.actions import Actions
from bot.actions.boards import Board
from bot.actions.live_boards import EVERY
from bot.actions.refusals import Refusal
from bot.chat import boards, sharing
from bot.chat.audit_words import telling
from bot.chat.blocked_channels import note_refusal
from bot.chat.departures import Departures
from bot.chat.edits import BOARDS_A_SECOND, Edits
from bot.chat.public_language import public_language
from bot.chat.replies import actions_of
from bot.chat.scopes import SEASON, SEASONS, scope_name
from bot.chat.screens import Screen, note
from bot.chat.wording import relative
from bot.storage.audit_log import LogEntry
from bot.storage.live_boards import LiveBoard
from bot.words import N_, _, speaking

log = logging.getLogger(__name__)

_GONE = {10003, 10008}
"""Unknown channel, unknown message."""
_TOO_OFTEN = 30046
"""Discord takes no more edits of an old message for a while."""

_LATER = timedelta(minutes=10)
"""How long a board is left alone that was edited too often."""
_WHENEVER = datetime(2015, 1, 1, tzinfo=UTC)
"""Stands for the moment of the last change where two boards are compared."""


class LiveMessages:
    """The messages of live boards, each edited at most once a minute and only when its board changed."""

    def __init__(
        self,
        client: discord.Client,
        actions: Actions,
        edits: Edits,
        departures: Departures,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._actions = actions
        self._edits = edits
        self._departures = departures
        self._clock = clock
        self._waiting: deque[LiveBoard] = deque()

    async def gather(self) -> None:
        """Line up what may be edited within a minute; to be called once a minute."""
        if not self._waiting:
            self._waiting.extend(await self._actions.live_boards.due())

    async def follow(self) -> None:
        """Bring a few of those lined up in step with their ladders."""
        for _turn in range(min(BOARDS_A_SECOND, len(self._waiting))):
            if self._clock() - self._waiting[0].edited_at < EVERY:
                return
            live = self._waiting.popleft()
            if not await self._refresh(live):
                self._waiting.appendleft(live)
                return

    async def post(
        self, channel: discord.abc.Messageable, *, board: Board, guild: int, locale: str, starter: int
    ) -> discord.Message | None:
        """Post the board as a live one; None if the channel has one of its scope by now."""
        message = await channel.send(view=self.screen(board, locale))
        kept = await self._actions.live_boards.posted(
            message=message.id,
            guild=guild,
            channel=message.channel.id,
            scope=board.scope,
            locale=locale,
            starter=starter,
            shown=self._fingerprint(board, locale),
        )
        if kept:
            return message
        await message.delete()
        return None

    def screen(self, board: Board, locale: str, changed_at: datetime | None = None) -> Screen:
        """The live board in its channel's language; as of now, if no moment is given."""
        with speaking(locale):
            told = _(
                "🔴 Live: follows every answer · changed {when}", when=relative(changed_at or self._clock())
            )
            return boards.public_screen(self._actions.library, board, told, live=True)

    async def _refresh(self, live: LiveBoard) -> bool:
        """Bring it in step; False if the pace of all edits lets it wait."""
        if self._client.get_guild(live.guild) is None:
            return True  # another process serves that server, or the bot was removed from it
        board = await self._actions.boards.page(live.scope, live.guild, 0)
        shown = self._fingerprint(board, live.locale)
        # It may have been stopped since it was lined up.
        if shown == live.shown or await self._actions.live_boards.find(live.channel, live.scope) != live:
            return True
        if not await self._edits.grant_board():
            return False
        if not await self._edit(live, self.screen(board, live.locale)):
            return True
        self._departures.shown(board)
        if not await self._actions.live_boards.edited(live.message, shown):
            # It was stopped while it was edited.
            await self._edit(live, sharing.stopped_screen(self._actions.library, board, live.locale))
        return True

    async def _edit(self, live: LiveBoard, screen: Screen) -> bool:
        """Whether the message shows this now; one that is gone is let go, a closed channel is left alone."""
        target = self._client.get_partial_messageable(live.channel).get_partial_message(live.message)
        try:
            await target.edit(view=screen, allowed_mentions=discord.AllowedMentions.none())
        except discord.NotFound as gone:
            await note_refusal(self._client, self._actions, live.guild, live.channel, gone)
            if gone.code in _GONE:
                log.info("Live board %s is gone (%s)", live.message, gone.code)
                await self._actions.live_boards.remove(live.message)
            return False
        except discord.Forbidden as refused:
            await note_refusal(self._client, self._actions, live.guild, live.channel, refused)
            return False
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as failed:
            log.warning("Live board %s could not be edited yet: %s", live.message, failed)
            if isinstance(failed, discord.HTTPException) and failed.code == _TOO_OFTEN:
                await self._actions.live_boards.put_off(live.message, _LATER)
            return False
        return True

    def _fingerprint(self, board: Board, locale: str) -> str:
        shown = self.screen(board, locale, _WHENEVER).to_components()
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


@telling("board_posted", "board_stopped")
def _entry_words(entry: LogEntry) -> str:
    scope, channel = entry.subject or "", f"<#{entry.after}>"
    ladder = scope_name(scope)
    if entry.what == "board_posted":
        return _("Live board “{ladder}” posted in {channel}", ladder=ladder, channel=channel)
    return _("Live board “{ladder}” in {channel} stopped", ladder=ladder, channel=channel)


def live_messages_of(interaction: discord.Interaction[Any]) -> LiveMessages:
    """The messages of live boards."""
    return cast("LiveMessages", interaction.client.live_messages)


async def post(interaction: discord.Interaction[Any], scope: str) -> None:
    """Post a live board where the command was given, unless the channel has it already."""
    guild = sharing.moderators_only(interaction)
    if scope == SEASONS or scope.startswith(f"{SEASON}:"):
        raise Refusal(
            N_("What is over does not change, so there is nothing to follow. Choose another ladder.")
        )
    actions, message = actions_of(interaction), None
    async with sharing.for_everybody(interaction) as place:
        channel = place.channel
        await interaction.response.defer(ephemeral=True, thinking=True)
        if await actions.live_boards.find(channel.id, scope) is None:
            message = await live_messages_of(interaction).post(
                channel,
                board=await actions.boards.page(scope, guild, 0),
                guild=guild,
                locale=await public_language(interaction),
                starter=interaction.user.id,
            )
    if message is None:
        known = await actions.live_boards.find(channel.id, scope)
        where = f"https://discord.com/channels/{guild}/{channel.id}/{known.message if known else ''}"
        raise Refusal(N_("This channel has this live board already: {link}"), link=where)
    await interaction.edit_original_response(
        view=note(
            _("🔴 Posted: [see the board]({link})", link=message.jump_url),
            "-# "
            + _(
                "It follows every answer, within a minute or so. A moderator ends it with its button “Stop”; pin it so that people find it."
            ),
        )
    )
