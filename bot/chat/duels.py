"""Duels in chat: the command that challenges somebody, and the buttons of a duel."""

from typing import Any

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str

from bot.actions.duel_standing import Faced
from bot.actions.duels import Occupied
from bot.actions.openings import Opening
from bot.actions.refusals import Refusal
from bot.chat import duel_cards, duel_posts, lessons, quiz_openings, sharing
from bot.chat.commands import in_servers
from bot.chat.news import whisper_news
from bot.chat.pressing import Pressable, button
from bot.chat.public_language import public_language
from bot.chat.replies import actions_of, library_of, meet, turn_to, whisper
from bot.chat.screens import Screen
from bot.storage.quizzes import Quiz
from bot.words import N_, _

_UNKNOWN_MESSAGE = 10008


class AcceptButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"duelaccept1:(?P<duel>\d+)"):
    """Takes a challenge up."""

    def __init__(self, duel: int) -> None:
        super().__init__(
            button(_("Accept"), f"duelaccept1:{duel}", style=discord.ButtonStyle.success, emoji="🤺")
        )
        self.duel = duel

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Let both play."""
        # The message names both from now on.
        await meet(interaction)
        message = interaction.message.id if interaction.message is not None else 0
        faced = await actions_of(interaction).duels.accept(self.duel, interaction.user.id, message)
        await _show(interaction, faced)


class DeclineButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"dueldecline1:(?P<duel>\d+)"):
    """Turns a challenge down."""

    def __init__(self, duel: int) -> None:
        super().__init__(button(_("Decline"), f"dueldecline1:{duel}"))
        self.duel = duel

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Take it away without a word to others."""
        faced = await actions_of(interaction).duels.decline(self.duel, interaction.user.id)
        await _call_off(interaction, faced, duel_cards.declined_screen())


class WithdrawButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"duelwithdraw1:(?P<duel>\d+)"):
    """Takes a challenge back."""

    def __init__(self, duel: int) -> None:
        super().__init__(button(_("Withdraw"), f"duelwithdraw1:{duel}"))
        self.duel = duel

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Take it away."""
        faced = await actions_of(interaction).duels.withdraw(self.duel, interaction.user.id)
        await _call_off(interaction, faced, duel_cards.withdrawn_screen())


class PlayButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"duelplay1:(?P<duel>\d+)"):
    """Opens one's own side of a duel."""

    def __init__(self, duel: int) -> None:
        super().__init__(button(_("Play"), f"duelplay1:{duel}", style=discord.ButtonStyle.primary, emoji="▶️"))
        self.duel = duel

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show the rules before the first question, or how the duel stands, in private."""
        member = interaction.user.id
        found = await actions_of(interaction).duels.play(self.duel, member)
        if isinstance(found, Opening):
            await whisper_news(interaction, quiz_openings.opening_screen(found))
        elif found is not None:
            await whisper_news(interaction, duel_cards.own_screen(found, member))
        else:
            await _show(interaction, None)


async def _show(interaction: discord.Interaction[Any], faced: Faced | None) -> None:
    """Show how a duel stands on what was pressed, and on its message if that is another one."""
    if faced is None:
        locale = await public_language(interaction)
        await _turn_post(interaction, duel_cards.ended_screen(locale))
        return
    posts = duel_posts.duel_posts_of(interaction)
    if _is_its_message(interaction, faced):
        await _turn_post(interaction, duel_cards.public_screen(faced))
    else:
        await turn_to(interaction, duel_cards.own_screen(faced, interaction.user.id))
        await posts.refresh(faced)
    await posts.show(faced)


async def _turn_post(interaction: discord.Interaction[Any], screen: Screen) -> None:
    """Show the screen on what was pressed; whoever pressed what somebody else has just taken away is told so."""
    try:
        await turn_to(interaction, screen)
    except discord.NotFound as gone:
        if gone.code != _UNKNOWN_MESSAGE:
            raise
        await whisper(interaction, duel_cards.ended_screen(str(interaction.locale)))


async def _call_off(interaction: discord.Interaction[Any], faced: Faced | None, told: Screen) -> None:
    """Tell whoever has called a challenge off, and take its message away; or show how it stands instead."""
    if faced is None or faced.duel.state != "done" or faced.duel.shown_at is not None:
        await _show(interaction, faced)
    else:
        await (whisper if _is_its_message(interaction, faced) else turn_to)(interaction, told)
        await duel_posts.duel_posts_of(interaction).show(faced)


def _is_its_message(interaction: discord.Interaction[Any], faced: Faced) -> bool:
    return interaction.message is not None and interaction.message.id == faced.duel.message


async def told_of_duel(interaction: discord.Interaction[Any], quiz: Quiz) -> list[str]:
    """How the duel stands that this quiz is one side of; nothing for another quiz."""
    if quiz.kind != "duel":
        return []
    faced = await actions_of(interaction).duels.of_quiz(quiz.id)
    return duel_cards.standing_lines(faced, quiz.member) if faced is not None else []


@in_servers(
    locale_str("duel"), locale_str("Challenge somebody to a friendly match over a lesson's questions")
)
@app_commands.rename(member=locale_str("member"), lesson=locale_str("lesson"))
@app_commands.describe(
    member=locale_str("Whom to challenge"),
    lesson=locale_str("The lesson to be asked about; leave it out for one that is news to both"),
)
async def duel_command(
    interaction: discord.Interaction[Any],
    member: discord.Member | discord.User,
    lesson: str | None = None,
) -> None:
    """Post a challenge to the channel at hand."""
    actions = actions_of(interaction)
    if member.bot:
        raise Refusal(N_("Bots do not duel. Challenge a person, or a lesson's machine with /quiz versus."))
    if (own := await actions.duels.waiting(interaction.user.id)) is not None:
        await whisper(interaction, duel_cards.own_screen(own, interaction.user.id))
        return
    async with sharing.for_everybody(interaction) as place:
        channel = place.channel
        if not isinstance(member, discord.Member) or not channel.permissions_for(member).view_channel:
            raise Refusal(
                N_("{member} cannot see this channel. Challenge them where both of you can read."),
                member=member.mention,
            )
        # The challenge names whoever makes it.
        await meet(interaction)
        found = (await library_of(interaction)).resolve(lesson) if lesson else None
        faced = await actions.duels.challenge(
            guild=interaction.guild_id or 0,
            channel=channel.id,
            challenger=interaction.user.id,
            opponent=member.id,
            lesson=found.slug if found is not None else lesson or None,
            locale=await public_language(interaction),
        )
        if isinstance(faced, Occupied):
            await whisper(interaction, duel_cards.own_screen(faced.faced, interaction.user.id))
            return
        message = await duel_posts.duel_posts_of(interaction).post(faced, place)
    await whisper(interaction, duel_cards.posted_screen(faced, message.jump_url))


@duel_command.autocomplete("lesson")
async def _lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return await lessons.lesson_choices(interaction, current)


COMMANDS = (duel_command,)
ITEMS = (AcceptButton, DeclineButton, WithdrawButton, PlayButton)
