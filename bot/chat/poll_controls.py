"""What the starter of a poll and moderators can do with it: close it now, extend it, cancel it."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import discord
from discord import ui

from bot.actions.poll_controls import Quicker
from bot.actions.polls import OpenPoll
from bot.actions.refusals import Refusal
from bot.chat import posts
from bot.chat.audit_words import telling
from bot.chat.durations import USUAL, duration_words, parse_duration
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.replies import actions_of, turn_to, whisper
from bot.chat.screens import AnyItem, Screen, card, line, note, row, text
from bot.chat.wording import answers_words, quoted_name, relative
from bot.storage.audit_log import LogEntry
from bot.storage.polls import Poll
from bot.words import _
from ladder.poll import LONGEST


def manage_screen(shown: OpenPoll, told: str = "") -> Screen:
    """Everything that can be done with an open poll, under a sentence on what has just been changed."""
    poll = shown.poll
    left = poll.opened_at + LONGEST - poll.closes_at
    lasting = [one for one in map(parse_duration, USUAL) if one <= left]
    return Screen(
        card(
            text(_("## ⚙️ Manage this poll"), told),
            text(
                f"**{shown.asked.stem}**",
                f"-# {_closing(poll.closes_at)} · {answers_words(shown.answered)}",
                "-# " + _("How the answers fall stays hidden until the close, from you as well."),
            ),
            line(),
            *(
                [row(ExtendSelect(poll.id, lasting))]
                if lasting
                else [text("-# " + _("It stays open for seven days, and cannot be extended any more."))]
            ),
            row(EndButton(poll.id), CancelButton(poll.id)),
        )
    )


def _closing(moment: datetime) -> str:
    return _("closes {when}", when=f"{relative(moment)} (<t:{int(moment.timestamp())}:f>)")


def _confirm_screen(shown: OpenPoll, question: str, what_happens: str, yes: AnyItem) -> Screen:
    return Screen(
        card(
            text(f"## {question}", f"**{shown.asked.stem}**"),
            text(what_happens),
            row(yes, BackToControlsButton(shown.poll.id, _("Back"))),
        )
    )


def _close_screen(shown: OpenPoll) -> Screen:
    answers = answers_words(shown.answered)
    if not shown.poll.rated:
        told = _(
            "It takes no more answers ({answers}). First attempts are rated by what was answered before the discussion, and the channel sees the answer and how the answers fell both times. This cannot be taken back.",
            answers=answers,
        )
    elif shown.peer:
        told = _(
            "It takes no more answers ({answers}). Where opinions are split the question is discussed and asked again, and first attempts are rated after that; else they are rated at once, and the channel sees the answer and how the answers fell. This cannot be taken back.",
            answers=answers,
        )
    else:
        told = _(
            "It takes no more answers ({answers}). First attempts are rated at once, and the channel sees the answer and how the answers fell. This cannot be taken back.",
            answers=answers,
        )
    return _confirm_screen(
        shown, _("🔒 Close this poll now?"), told, EndNowButton(shown.poll.id, _("Close it now"))
    )


def closed_screen(poll: Poll) -> Screen:
    """That the poll is closed, and where its result is, unless that waits for a peer round."""
    link = _link(poll)
    if poll.state == "withheld":
        told = _("🔒 Closed. Opinions are split, so [the poll]({link}) shows no result yet.", link=link)
    else:
        told = _("🔒 Closed. Its result is in [the poll]({link}).", link=link)
    return Screen(text(told))


def unseen_screen(*, cancelled: bool) -> Screen:
    """That the poll is over, and that its channel does not see so."""
    return note(
        _(
            "🚫 Cancelled: it rates nobody. Its message cannot say so: it is gone, or its channel is closed to me."
        )
        if cancelled
        else _(
            "🔒 Closed, and every answer counts. Its message cannot show the result: it is gone, or its channel is closed to me. Everybody finds what it changed for them under /rank."
        )
    )


def _cancel_screen(shown: OpenPoll) -> Screen:
    answers = answers_words(shown.answered)
    if shown.poll.earlier is not None:
        told = _(
            "What was answered this time ({answers}) counts for nothing. With it the discussion is over: first attempts are rated by what was answered before it, and the channel sees the right answer and how those answers fell. This cannot be taken back.",
            answers=answers,
        )
    else:
        told = _(
            "Its answers ({answers}) count for nothing: no rating moves, and neither the right answer nor the tally is shown. The question can be asked again, and rated then. This cannot be taken back.",
            answers=answers,
        )
    return _confirm_screen(
        shown,
        _("🚫 Cancel this poll without rating?"),
        told,
        CancelNowButton(shown.poll.id, _("Cancel the poll")),
    )


def _extend_screen(shown: OpenPoll, by: timedelta) -> Screen:
    poll = shown.poll
    return _confirm_screen(
        shown,
        _("⏳ Extend this poll by {duration}?", duration=duration_words(by)),
        _(
            "It then {closes}. Whoever has answered already keeps that answer.",
            closes=_closing(poll.closes_at + by),
        ),
        ExtendNowButton(
            poll.id, int(by.total_seconds()), int(poll.closes_at.timestamp()), _("Extend the poll")
        ),
    )


@telling("poll_closed", "poll_extended", "poll_cancelled")
def _entry_words(entry: LogEntry) -> str:
    question = f"`{entry.subject}`"
    if entry.what == "poll_closed":
        return _("Closed the poll of the question {question} before its time", question=question)
    if entry.what == "poll_cancelled":
        return _("Cancelled the poll of the question {question} without rating", question=question)
    before, after = (
        f"<t:{int(datetime.fromisoformat(one).timestamp())}:f>" for one in (entry.before, entry.after)
    )
    return _(
        "Extended the poll of the question {question}: {before} → {after}",
        question=question,
        before=before,
        after=after,
    )


async def _controlled(
    interaction: discord.Interaction[Any], poll: int, message: int | None = None
) -> OpenPoll:
    """The open poll, if whoever pressed may change it; that is asked each time."""
    with _naming():
        return await actions_of(interaction).polls.control(
            poll, interaction.user.id, moderator=_moderates(interaction), message=message
        )


@contextmanager
def _naming() -> Generator[None]:
    """What is refused because somebody was quicker says who, in a way that can be printed."""
    try:
        yield
    except Quicker as quicker:
        name = cast("str | None", quicker.values["name"])
        raise Refusal(quicker.message, **(quicker.values | {"name": quoted_name(name)})) from None


def _moderates(interaction: discord.Interaction[Any]) -> bool:
    # Whoever manages the server has the panel, and with it the list of open polls.
    return interaction.permissions.manage_messages or interaction.permissions.manage_guild


def _link(poll: Poll) -> str:
    return f"https://discord.com/channels/{poll.guild}/{poll.channel}/{poll.message}"


class ManageButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollmanage1:(?P<poll>\d+)"):
    """Opens the controls privately, for whoever started the poll and for moderators."""

    def __init__(self, poll: int) -> None:
        super().__init__(button(_("Manage"), f"pollmanage1:{poll}", emoji="⚙️"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show them."""
        message: Any = interaction.message
        await whisper(interaction, manage_screen(await _controlled(interaction, self.poll, message.id)))


class CloseButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollclose1:(?P<poll>\d+)"):
    """Asks whether to close a poll; it stands on polls that were posted before there were other controls."""

    def __init__(self, poll: int) -> None:
        super().__init__(button(_("Close now"), f"pollclose1:{poll}", emoji="🔒"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Ask privately."""
        message: Any = interaction.message
        await whisper(interaction, _close_screen(await _controlled(interaction, self.poll, message.id)))


class BackToControlsButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollback1:(?P<poll>\d+)"):
    """Goes back to the controls, with nothing changed."""

    def __init__(self, poll: int, label: str = "…") -> None:
        super().__init__(button(label, f"pollback1:{poll}", emoji="↩️"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show them in place of the question."""
        await turn_to(interaction, manage_screen(await _controlled(interaction, self.poll)))


class ExtendSelect(Pressable, ui.DynamicItem[ui.Select[Any]], template=r"pollextend1:(?P<poll>\d+)"):
    """Chooses by how much a poll is to be extended."""

    def __init__(self, poll: int, lasting: Sequence[timedelta] = ()) -> None:
        super().__init__(
            ui.Select(
                custom_id=f"pollextend1:{poll}",
                placeholder=_("Extend it by…"),
                options=[
                    discord.SelectOption(
                        label=duration_words(one), value=str(int(one.total_seconds())), emoji="⏳"
                    )
                    for one in lasting
                ],
            )
        )
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Ask whether to."""
        shown = await _controlled(interaction, self.poll)
        await turn_to(interaction, _extend_screen(shown, timedelta(seconds=int(chosen(interaction)))))


class ExtendNowButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"pollextendnow1:(?P<poll>\d+):(?P<seconds>\d{1,7}):(?P<closes>\d{1,12})",
):
    """Extends a poll, unless somebody else was quicker."""

    def __init__(self, poll: int, seconds: int, closes: int, label: str = "…") -> None:
        super().__init__(
            button(
                label,
                f"pollextendnow1:{poll}:{seconds}:{closes}",
                style=discord.ButtonStyle.success,
                emoji="⏳",
            )
        )
        self.poll, self.seconds, self.closes = poll, seconds, closes

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, show the controls again, and let the poll's message say so."""
        with _naming():
            shown = await actions_of(interaction).polls.extend(
                self.poll,
                interaction.user.id,
                timedelta(seconds=self.seconds),
                _moderates(interaction),
                expected=datetime.fromtimestamp(self.closes, UTC),
            )
        posts.posts_of(interaction).changed(self.poll)
        await turn_to(
            interaction,
            manage_screen(shown, _("✅ Extended: it {closes}.", closes=_closing(shown.poll.closes_at))),
        )


class EndButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollend1:(?P<poll>\d+)"):
    """Asks whether to close a poll before its time."""

    def __init__(self, poll: int) -> None:
        super().__init__(button(_("Close now"), f"pollend1:{poll}", emoji="🔒"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Ask."""
        await turn_to(interaction, _close_screen(await _controlled(interaction, self.poll)))


class EndNowButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollendnow1:(?P<poll>\d+)"):
    """Closes a poll before its time."""

    def __init__(self, poll: int, label: str = "…") -> None:
        super().__init__(button(label, f"pollendnow1:{poll}", style=discord.ButtonStyle.danger, emoji="🔒"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, and turn the poll's message into its result."""
        actions = actions_of(interaction)
        with _naming():
            result = await actions.polls.end(
                self.poll, interaction.user.id, moderator=_moderates(interaction)
            )
        try:
            await turn_to(interaction, closed_screen(result.poll))
        finally:
            # Another process may have answered the press, but this one has closed the poll.
            unseen = await posts.posts_of(interaction).deliver([result])
        if unseen:
            await turn_to(interaction, unseen_screen(cancelled=False))


class CancelButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollcancel1:(?P<poll>\d+)"):
    """Asks whether to cancel a poll."""

    def __init__(self, poll: int) -> None:
        super().__init__(button(_("Cancel without rating"), f"pollcancel1:{poll}", emoji="🚫"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Ask."""
        await turn_to(interaction, _cancel_screen(await _controlled(interaction, self.poll)))


class CancelNowButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollcancelnow1:(?P<poll>\d+)"):
    """Cancels a poll."""

    def __init__(self, poll: int, label: str = "…") -> None:
        super().__init__(
            button(label, f"pollcancelnow1:{poll}", style=discord.ButtonStyle.danger, emoji="🚫")
        )
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Do it, and let the poll's message say so."""
        with _naming():
            cancelled = await actions_of(interaction).polls.cancel(
                self.poll, interaction.user.id, _moderates(interaction)
            )
        told = _(
            "🚫 Cancelled: it rates nobody, and [its message]({link}) says so.", link=_link(cancelled.poll)
        )
        try:
            await turn_to(interaction, Screen(text(told)))
        finally:
            unseen = await posts.posts_of(interaction).deliver([cancelled])
        if unseen:
            await turn_to(interaction, unseen_screen(cancelled=True))


ITEMS = (
    ManageButton,
    CloseButton,
    BackToControlsButton,
    ExtendSelect,
    ExtendNowButton,
    EndButton,
    EndNowButton,
    CancelButton,
    CancelNowButton,
)
