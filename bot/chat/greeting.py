"""The welcome of a server that the bot has just joined: three steps for its moderators, and all is set up."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
from discord import ui

from bot.actions.first_steps import Steps
from bot.actions.refusals import Refusal
from bot.chat.durations import duration_words
from bot.chat.health_words import permission_words
from bot.chat.panel import ForModerators, guild_of
from bot.chat.posts import posts_of
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.public_language import public_language
from bot.chat.replies import actions_of, library_of, turn_to, whisper
from bot.chat.schedule_words import time_words
from bot.chat.screens import AnyItem, Screen, card, line, note, row, text
from bot.chat.wording import relative
from bot.words import N_, _, speaking

_KINDS = [discord.ChannelType.text, discord.ChannelType.news]
_NEEDED = ("view_channel", "send_messages")

_OPEN_FOR = timedelta(hours=1)
"""How long the first question stays open: long enough for whoever is about, and its result comes the same day."""


def may_post(channel: discord.abc.GuildChannel) -> bool:
    """Whether the bot may post in the channel."""
    return not lacking(channel)


def lacking(channel: discord.abc.GuildChannel) -> list[str]:
    """Which permissions the bot lacks to post there, by their names in the library."""
    may = channel.permissions_for(channel.guild.me)
    return [name for name in _NEEDED if not getattr(may, name)]


def greeting_screen(steps: Steps, guild: discord.Guild | None = None) -> Screen:
    """What a server sees of the bot first, and how far its moderators have come with it."""
    told = (
        _("✅ **All set.** Whoever reads along here can begin: `/lesson`, `/quiz`, `/ladder`.")
        if steps.all_done
        else _("**Whoever manages this server:** three presses, and everything is set up.")
    )
    return Screen(
        card(
            text(
                _("# 👋 Hello, I am Rung"),
                _(
                    "I teach in short lessons, ask about them in polls and quizzes, and keep a ladder on which every right answer counts."
                ),
            ),
            line(),
            text(told),
            text(_("### 1. The channel"), _channel_words(steps)),
            row(HomeSelect(steps.channel, guild)),
            _step(
                _("### 2. A question every day"),
                _daily_words(steps),
                DailyButton("off" if steps.asks_daily else "on"),
            ),
            _step(
                _("### 3. The first question"),
                _first_words(steps),
                FirstButton() if steps.first is None else None,
            ),
            line(),
            text(
                "-# "
                + _(
                    "Everything else has a good default; whoever manages this server finds the rest under `/settings`."
                )
            ),
        )
    )


def _step(heading: str, words: str, press: ui.Item[Any] | None) -> AnyItem:
    if press is None:
        return text(heading, words)
    return ui.Section(text(heading, words), accessory=press)


def _channel_words(steps: Steps) -> str:
    if steps.channel is None:
        return _("Where may I post polls, and where may members share what they read and reach?")
    return _("✅ Polls, and what members share: {channel}", channel=f"<#{steps.channel}>")


def _daily_words(steps: Steps) -> str:
    daily = steps.daily
    if daily is None:
        return _("One from the whole library each morning, with yesterday's answer.")
    values = {"time": time_words(daily.minute), "zone": f"`{steps.zone}`", "channel": f"<#{daily.channel}>"}
    if daily.next_at is None:
        return _("⏸️ Paused: at {time} ({zone}) in {channel}", **values)
    return _("✅ At {time} ({zone}) in {channel}, next {when}", when=relative(daily.next_at), **values)


def _first_words(steps: Steps) -> str:
    first = steps.first
    if first is None:
        return _(
            "An easy one, open for {duration}, so that everybody sees how it goes.",
            duration=duration_words(_OPEN_FOR),
        )
    if first.message is None:
        return _("✅ Posted in {channel}", channel=f"<#{first.channel}>")
    link = f"https://discord.com/channels/{first.guild}/{first.channel}/{first.message}"
    return _("✅ Posted in {channel}: [see the poll]({link})", channel=f"<#{first.channel}>", link=link)


async def _answer(
    interaction: discord.Interaction[Any], words: Callable[[Steps], Awaitable[list[str]]]
) -> None:
    """Bring the welcome up to date for everybody, and tell whoever pressed what has changed and what is next."""
    steps = await actions_of(interaction).first_steps.of(guild_of(interaction))
    with speaking(await public_language(interaction)):
        screen = greeting_screen(steps, interaction.guild)
    told = [*await words(steps), _next_words(steps)]
    await turn_to(interaction, screen)
    await whisper(interaction, note(*told))


def _next_words(steps: Steps) -> str:
    if steps.first is None:
        left = _("Next: press “Post the first question now”.")
    elif not steps.asks_daily:
        left = _("Next, if you like: a question every day.")
    else:
        left = _("All three steps are done.")
    return f"-# {left} " + _("The rest is under /settings, where the page Audit log takes changes back.")


def _home_of(steps: Steps, guild: discord.Guild | None) -> Any:
    """The channel that was chosen, in which the bot may post; else a refusal that says what to do."""
    if steps.channel is None:
        raise Refusal(N_("Choose the channel first, in the list above this button. Then press again."))
    return _usable(guild.get_channel(steps.channel) if guild is not None else None, steps.channel)


def _usable(channel: Any, id: int) -> Any:
    if channel is None:
        raise Refusal(
            N_("{channel} is gone, or I cannot see it. Choose another one in the list."), channel=f"<#{id}>"
        )
    if lacks := lacking(channel):
        raise Refusal(
            N_(
                "I may not post in {channel}: I lack {permissions}. Give my role that there (Edit Channel → Permissions), then try again."
            ),
            channel=channel.mention,
            permissions=permission_words(lacks),
        )
    return channel


class HomeSelect(
    ForModerators, Pressable, ui.DynamicItem[ui.ChannelSelect[Any]], template=r"welcomechannel1"
):
    """Chooses where polls are posted and members share."""

    def __init__(self, channel: int | None = None, guild: discord.Guild | None = None) -> None:
        there = channel is not None and guild is not None and guild.get_channel(channel) is not None
        default = discord.SelectDefaultValue(id=channel or 0, type=discord.SelectDefaultValueType.channel)
        super().__init__(
            ui.ChannelSelect(
                custom_id="welcomechannel1",
                placeholder=_("Choose the channel"),
                channel_types=_KINDS,
                required=True,
                default_values=[default] if there else [],
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Note it, if the bot may post there."""
        id, guild = int(chosen(interaction)), interaction.guild
        _usable(guild.get_channel(id) if guild is not None else None, id)
        await actions_of(interaction).settings.change(
            guild_of(interaction), interaction.user.id, poll_channels=(id,), share_channels=(id,)
        )

        async def words(_steps: Steps) -> list[str]:
            return [
                _(
                    "✅ Polls are posted in {channel} from now on, and members share there.",
                    channel=f"<#{id}>",
                )
            ]

        await _answer(interaction, words)


class DailyButton(
    ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"welcomedaily1:(?P<wanted>on|off)"
):
    """Lets a question come every day, or none; it says which, so that two who press it want the same."""

    def __init__(self, wanted: str) -> None:
        label, emoji = (_("Every day"), "📅") if wanted == "on" else (_("Pause"), "⏸️")
        style = discord.ButtonStyle.primary if wanted == "on" else discord.ButtonStyle.secondary
        super().__init__(button(label, f"welcomedaily1:{wanted}", style=style, emoji=emoji))
        self.wanted = wanted

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Do so."""
        actions, guild, by = actions_of(interaction), guild_of(interaction), interaction.user.id
        if self.wanted == "off":
            await actions.first_steps.stop_daily(guild, by)
            await _answer(interaction, _stopped)
            return
        home = _home_of(await actions.first_steps.of(guild), interaction.guild)
        await actions.first_steps.ask_daily(guild, by, home.id)
        await _answer(interaction, _started)


async def _stopped(_steps: Steps) -> list[str]:
    return [_("⏸️ No question comes by itself any more.")]


async def _started(steps: Steps) -> list[str]:
    daily = steps.daily
    if daily is None or daily.next_at is None:
        return await _stopped(steps)
    return [
        _(
            "✅ A question comes to {channel} every day at {time} ({zone}), the first {when}. Days, hour and topics are chosen under /settings, on the page Schedules.",
            channel=f"<#{daily.channel}>",
            time=time_words(daily.minute),
            zone=f"`{steps.zone}`",
            when=relative(daily.next_at),
        )
    ]


class FirstButton(ForModerators, Pressable, ui.DynamicItem[ui.Button[Any]], template=r"welcomefirst1"):
    """Posts the first question, once for a server."""

    def __init__(self) -> None:
        super().__init__(
            button(
                _("Post the first question now"),
                "welcomefirst1",
                style=discord.ButtonStyle.success,
                emoji="📣",
            )
        )

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Post one of the easiest lesson's in the channel that was chosen."""
        actions, guild = actions_of(interaction), guild_of(interaction)
        home = _home_of(await actions.first_steps.of(guild), interaction.guild)
        lessons = (await library_of(interaction)).lessons
        if not lessons:
            raise Refusal(
                N_("No lesson is served here yet. Choose categories under /settings, on its page Lessons.")
            )
        settings = await actions.settings.of(guild)
        await interaction.response.defer()
        shown = await actions.polls.prepare(
            guild=guild,
            channel=home.id,
            starter=interaction.user.id,
            duration=_OPEN_FOR,
            locale=await public_language(interaction),
            lesson=min(lessons, key=lambda one: one.rating).slug,
            ballot=settings.ballot,
            first=True,
        )
        try:
            message = await posts_of(interaction).post(shown, home)
        except discord.Forbidden:
            raise Refusal(
                N_(
                    "Discord refused the post in {channel}. Give my role “View Channel” and “Send Messages” there, then press again."
                ),
                channel=home.mention,
            ) from None

        async def words(_steps: Steps) -> list[str]:
            return [
                _("🗳️ Posted: [see the poll]({link})", link=message.jump_url),
                _(
                    "It closes {when}, and then its answer is shown. Its button “Manage” ends it earlier; post others with /poll.",
                    when=relative(shown.poll.closes_at),
                ),
            ]

        await _answer(interaction, words)


ITEMS = (HomeSelect, DailyButton, FirstButton)
