"""A small bot for the playground's tests: something of everything that the real one does."""

import asyncio
import io
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands, tasks


class Memory:
    """What the toy keeps over a restart, as a database would."""

    def __init__(self) -> None:
        self.votes: dict[int, int] = {}
        self.clocks: list[tuple[int, int, datetime]] = []
        self.bots: list[ToyBot] = []
        self.seen: list[tuple[int, int]] = []
        self.failure: str | None = None

    def create_bot(self, now: Callable[[], datetime]) -> "ToyBot":
        bot = ToyBot(self, now)
        self.bots.append(bot)
        return bot


class VoteButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"toy:v1:vote:(?P<poll>\d+)"):
    def __init__(self, poll: int, votes: int = 0) -> None:
        super().__init__(discord.ui.Button(label=f"Count {votes}", custom_id=f"toy:v1:vote:{poll}"))
        self.poll = poll

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: Any, match: Any
    ) -> "VoteButton":
        return cls(int(match["poll"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        memory = interaction.client.memory
        await interaction.response.defer()
        await asyncio.sleep(0)
        memory.votes[self.poll] = memory.votes.get(self.poll, 0) + 1
        await interaction.edit_original_response(view=poll_view(self.poll, memory.votes[self.poll]))


def poll_view(poll: int, votes: int) -> discord.ui.LayoutView:
    view = discord.ui.LayoutView(timeout=None)
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow()
    row.add_item(VoteButton(poll, votes))
    view.add_item(
        discord.ui.Container(
            discord.ui.TextDisplay(f"### What does the reward model predict?\nAnswers so far: **{votes}**"),
            discord.ui.Separator(),
            row,
            accent_colour=discord.Colour.gold(),
        )
    )
    return view


class NoteModal(discord.ui.Modal, title="A note"):
    text: discord.ui.TextInput[Any] = discord.ui.TextInput(label="What should be remembered?")

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"Noted: {self.text.value}", ephemeral=True)


class ColourView(discord.ui.View):
    @discord.ui.select(
        placeholder="Choose a colour", options=[discord.SelectOption(label=name) for name in ("Red", "Green")]
    )
    async def choose(self, interaction: discord.Interaction[Any], select: discord.ui.Select[Any]) -> None:
        await interaction.response.send_message(f"You chose {select.values[0]}.", ephemeral=True)


class ToyBot(commands.Bot):
    def __init__(self, memory: Memory, now: Callable[[], datetime]) -> None:
        super().__init__(commands.when_mentioned, intents=discord.Intents(guilds=True), max_messages=None)
        self.memory = memory
        self.now = now
        self.closed_cleanly = False
        self.tidying: asyncio.Task[None] | None = None
        for command in (hello, secret, vote, countdown, note, colour, broken, mail):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        if self.memory.failure is not None:
            raise RuntimeError(self.memory.failure)
        self.add_dynamic_items(VoteButton)
        self.tick.start()

    async def close(self) -> None:
        self.tick.cancel()
        await asyncio.sleep(0.2)
        self.closed_cleanly = True
        self.tidying = asyncio.create_task(asyncio.to_thread(time.sleep, 0.3))
        await super().close()

    @tasks.loop(seconds=0.5)
    async def tick(self) -> None:
        due = [entry for entry in self.memory.clocks if entry[2] <= self.now()]
        for entry in due:
            self.memory.clocks.remove(entry)
            message = self.get_partial_messageable(entry[0]).get_partial_message(entry[1])
            await message.edit(content="Time is up.")


@app_commands.command(description="Say hello")
@app_commands.describe(whom="Somebody in particular")
async def hello(interaction: discord.Interaction[Any], whom: str | None = None) -> None:
    await interaction.response.send_message(f"Hello, {whom or interaction.user.display_name}!")


@app_commands.command(description="Say something in private")
async def secret(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message(f"Only for {interaction.user.display_name}.", ephemeral=True)


@app_commands.command(description="Post a poll")
async def vote(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message(view=poll_view(7, 0))


@app_commands.command(description="Start a clock")
async def countdown(interaction: discord.Interaction[Any], seconds: int) -> None:
    bot: Any = interaction.client
    ends_at = bot.now() + timedelta(seconds=seconds)
    await interaction.response.send_message(f"Time is up <t:{int(ends_at.timestamp())}:R>.")
    message = await interaction.original_response()
    bot.memory.clocks.append((message.channel.id, message.id, ends_at))


@app_commands.command(description="Write a note")
async def note(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_modal(NoteModal(custom_id=f"note-{interaction.id}"))


@app_commands.command(description="Choose a colour")
async def colour(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("Which one?", view=ColourView(), ephemeral=True)


@app_commands.command(description="Fail without an answer")
async def broken(interaction: discord.Interaction[Any]) -> None:
    raise RuntimeError("broken on purpose")


@app_commands.command(description="Write to me")
async def mail(interaction: discord.Interaction[Any]) -> None:
    picture = io.BytesIO(await interaction.user.display_avatar.read())
    message = await interaction.user.send("A private word.", file=discord.File(picture, "you.png"))
    bot: Any = interaction.client
    bot.memory.seen.append((interaction.user.id, message.channel.id))
    await interaction.response.send_message(f"Sent: {message.jump_url}", ephemeral=True)


@hello.autocomplete("whom")
async def suggest(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=name, value=name)
        for name in ("World", "Wombat")
        if current.lower() in name.lower()
    ]
