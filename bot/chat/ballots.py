"""Private ballots: one button opens a member's own, on which the options lie in an order of their own."""

from typing import Any

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.ballots import OwnBallot
from bot.actions.polls import Practice, Recorded
from bot.chat import posts, receipts
from bot.chat.news import whisper_news, with_news
from bot.chat.poll_results import practice_screen
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, library_with, turn_to
from bot.chat.screens import Screen, card, line, rows, text
from bot.chat.wording import relative, tier_colour
from bot.words import _


def ballot_screen(own: OwnBallot) -> Screen:
    """The question with the member's own order of options; nothing tells which is right."""
    poll, asked = own.poll, own.asked
    options = "\n\n".join(
        f"**{LETTERS[at]}**  {asked.options[option]}" for at, option in enumerate(own.order)
    )
    told = (
        _("⌛ This poll is closed, so this is practice and moves no rating.")
        if own.over
        else _("⏳ Your choice is final. The poll closes {when}.", when=relative(poll.closes_at))
    )
    return Screen(
        card(
            text("-# " + _("🗳️ Your own ballot · {lesson}", lesson=asked.lesson_title)),
            text(f"### {asked.stem}"),
            text(options),
            line(),
            text(f"-# {told}", "-# " + _("The letters are yours alone: others have another order.")),
            *rows(BallotButton(poll.id, at) for at in range(len(own.order))),
            colour=tier_colour(poll.difficulty),
        )
    )


def recorded_screen(recorded: Recorded) -> Screen:
    """The private receipt of an answer: what it was and that it is final, with no hint whether it is right."""
    asked = recorded.asked
    # On a ballot of one's own a letter means nothing to others, and nothing once the ballot is gone.
    letters = recorded.poll.ballot == "direct"
    chosen = receipts.option_words(asked, recorded.option, letters=letters)
    if recorded.fresh:
        told = _("🗳️ Recorded, and final: {option}", option=chosen)
    else:
        told = _("🗳️ You have answered already, and the first answer stands: {option}", option=chosen)
    closes = _("The result comes {when}, in the poll itself.", when=relative(recorded.poll.closes_at))
    return Screen(text(told, f"-# {closes}"))


class OpenBallotButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollballot1:(?P<poll>\d+)"):
    """Opens the ballot of whoever presses."""

    def __init__(self, poll: int) -> None:
        label = _("Answer")
        super().__init__(button(label, f"pollballot1:{poll}", style=discord.ButtonStyle.primary, emoji="🗳️"))
        self.poll = poll

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the ballot privately, or what was answered."""
        message: Any = interaction.message
        own = await actions_of(interaction).polls.ballot(
            self.poll, member=interaction.user.id, message=message.id
        )
        screen = recorded_screen(own) if isinstance(own, Recorded) else ballot_screen(own)
        await whisper_news(interaction, screen)


class BallotButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"poll2:(?P<poll>\d+):(?P<place>[0-4])"
):
    """Answers a poll on a ballot; its id holds where the option is shown, and not which one it is."""

    def __init__(self, poll: int, place: int) -> None:
        super().__init__(button(LETTERS[place], f"poll2:{poll}:{place}", style=discord.ButtonStyle.primary))
        self.poll, self.place = poll, place

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Record the answer, and show the receipt in place of the ballot."""
        actions = actions_of(interaction)
        outcome = await actions.polls.answer(
            self.poll,
            member=interaction.user.id,
            option=self.place,
            channel=interaction.channel_id or 0,
            message=None,
            shuffled=True,
        )
        if isinstance(outcome, Practice):
            await turn_to(
                interaction,
                await with_news(
                    interaction,
                    practice_screen(await library_with(interaction, outcome.asked.lesson), outcome),
                ),
            )
            return
        if outcome.fresh:
            posts.posts_of(interaction).changed(self.poll)
        await turn_to(interaction, await with_news(interaction, recorded_screen(outcome)))


ITEMS = (OpenBallotButton, BallotButton)
