"""Polls in chat: the command that begins one, and every button that belongs to one while it is open."""

from datetime import timedelta
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import locale_str

from bot.actions.refusals import Refusal
from bot.chat import ballots, lessons, poll_cards, poll_controls, poll_drafts, series, series_drafts
from bot.chat.commands import in_servers
from bot.chat.durations import USUAL, duration_words, parse_duration
from bot.chat.poll_drafts import Plan, preview_screen
from bot.chat.replies import actions_of, library_of, meet, whisper
from bot.chat.series_drafts import SeriesPlan
from bot.chat.sharing import channel_to_write_in, parent_of
from bot.chat.wording import shortened
from bot.storage.polls import Ballot
from bot.words import _
from ladder.poll import LONGEST, SHORTEST


@in_servers(
    locale_str("poll"),
    locale_str("Post a lesson's check-yourself question to this channel"),
    discord.Permissions(manage_messages=True),
)
@app_commands.rename(
    lesson=locale_str("lesson"),
    question=locale_str("question"),
    duration=locale_str("duration"),
    ballot=locale_str("ballot"),
    spoiler=locale_str("spoiler"),
    peer=locale_str("peer"),
)
@app_commands.describe(
    lesson=locale_str("The lesson to ask about; leave it out for any"),
    question=locale_str("The question; leave it out for one not asked here lately"),
    duration=locale_str("How long it stays open, such as 10m, 2h or 1d; as usual if left out"),
    ballot=locale_str("How it is answered; as this server usually does if left out"),
    spoiler=locale_str("Whether the result hides the answer until it is pressed"),
    peer=locale_str("With all questions: whether split answers are discussed and asked again"),
)
@app_commands.choices(
    ballot=[
        app_commands.Choice(name=locale_str("Letter buttons, alike for everybody"), value="direct"),
        app_commands.Choice(
            name=locale_str("A private ballot for each, in an order of its own"), value="private"
        ),
    ]
)
async def poll_command(
    interaction: discord.Interaction[Any],
    *,
    lesson: str | None = None,
    question: str | None = None,
    duration: str | None = None,
    ballot: str | None = None,
    spoiler: bool = False,
    peer: bool = False,
) -> None:
    """Show a poll privately, to be posted in the channel where the command was given."""
    actions, guild = actions_of(interaction), interaction.guild_id or 0
    channel = channel_to_write_in(interaction)
    settings = await actions.settings.of(guild)
    lasting = timedelta(seconds=settings.poll_seconds) if duration is None else parse_duration(duration)
    how: Ballot = settings.ballot if ballot is None else "private" if ballot == "private" else "direct"
    if question == series.ALL or peer:
        together = SeriesPlan("", int(lasting.total_seconds()), how, spoiler, peer)
        await series_drafts.preview(interaction, lesson, question, together)
        return
    found = (await library_of(interaction)).resolve(lesson) if lesson else None
    draft = await actions.polls.draft(
        guild=guild,
        channel=channel.id,
        parent=parent_of(channel),
        lesson=found.slug if found else lesson,
        question=question,
        duration=lasting,
    )
    plan = Plan(draft.asked.question, int(lasting.total_seconds()), how, spoiler)
    await whisper(interaction, preview_screen(draft, plan, settings.poll_mention))
    await meet(interaction)


@poll_command.autocomplete("lesson")
async def _lesson_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    return await lessons.lesson_choices(interaction, current)


@poll_command.autocomplete("question")
async def _question_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    library = await library_of(interaction)
    chosen = library.resolve(str(interaction.namespace.lesson or ""))
    questions = [one for lesson in ([chosen] if chosen else library.lessons) for one in lesson.questions]
    wanted = current.casefold()
    together = _("All questions, one after the other")
    everything = [app_commands.Choice(name=together, value=series.ALL)]
    return [
        *(everything if chosen is not None and wanted in together.casefold() else []),
        *(
            app_commands.Choice(name=shortened(one.stem, 100), value=one.id)
            for one in questions
            if wanted in one.stem.casefold() or wanted in one.id
        ),
    ][:25]


@poll_command.autocomplete("duration")
async def _duration_choices(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    offered = [current, *USUAL] if current else list(USUAL)
    choices: dict[str, app_commands.Choice[str]] = {}
    for one in offered:
        try:
            lasting = parse_duration(one)
        except Refusal:
            continue
        if not SHORTEST <= lasting <= LONGEST:
            continue
        words = duration_words(lasting)
        choices.setdefault(words, app_commands.Choice(name=words, value=one))
    return list(choices.values())[:25]


COMMANDS = (poll_command,)
ITEMS = (*poll_cards.ITEMS, *ballots.ITEMS, *poll_controls.ITEMS, *poll_drafts.ITEMS, *series_drafts.ITEMS)
