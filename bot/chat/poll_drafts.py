"""A poll before it is posted: shown privately as it will look, to be posted, changed or dropped."""

import re
from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

import discord
from discord import ui

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.actions.poll_choice import Draft
from bot.actions.refusals import Refusal
from bot.chat.access import require_command
from bot.chat.durations import USUAL, duration_words, parse_duration
from bot.chat.lessons import StudyButton
from bot.chat.poll_cards import question_card
from bot.chat.posts import posts_of
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.public_language import public_language
from bot.chat.replies import actions_of, library_with, turn_to
from bot.chat.screens import Screen, card, line, note, row, rows, text
from bot.chat.sharing import channel_to_write_in, parent_of, post_failed
from bot.chat.wording import answers_words, relative, shortened
from bot.storage.polls import Ballot
from bot.words import N_, _

_MOST_CHOICES = 25


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be posted; all of it stands in the preview's buttons, and nothing in the database."""

    question: str
    """Its identity."""
    seconds: int
    ballot: Ballot
    spoiler: bool

    def encode(self) -> str:
        """As it stands in a custom_id: p1600:curated:why."""
        return f"{self.ballot[0]}{int(self.spoiler)}{self.seconds}:{self.question}"

    @classmethod
    def decode(cls, encoded: str) -> Self:
        """The plan that was encoded so."""
        match = re.fullmatch(_PLAN, encoded)
        if match is None:
            raise ValueError(f"{encoded!r} is no plan of a poll")
        seconds, question = encoded[2:].split(":", 1)
        return cls(question, int(seconds), "private" if encoded[0] == "p" else "direct", encoded[1] == "1")


_PLAN = r"[dp][01]\d{1,6}:.+"
_GROUP = rf"(?P<plan>{_PLAN})"


def preview_screen(draft: Draft, plan: Plan, pings: int | None = None) -> Screen:
    """The poll as its channel would see it, and what to do with it; ``pings`` is a role."""
    asked, lasting = draft.asked, duration_words(timedelta(seconds=plan.seconds))
    answers = (
        [SampleButton(0, _("Answer"), emoji="🗳️")]
        if plan.ballot == "private"
        else [SampleButton(at, LETTERS[at]) for at in range(len(asked.options))]
    )
    until = _("open for {duration} · {answers}", duration=lasting, answers=answers_words(0))
    hidden = _("The result hides the answer until it is pressed.") if plan.spoiler else ""
    pinging = _("Posted, it pings {role}.", role=f"<@&{pings}>") if pings is not None else ""
    return Screen(
        text(
            _("👀 **Preview**: nobody else sees this yet."),
            *(f"-# {told}" for told in (hidden, pinging) if told),
        ),
        question_card(
            asked, draft.difficulty, plan.ballot, until, [*rows(answers), row(StudyButton(asked.lesson))]
        ),
        row(
            PostButton(plan.encode(), _("Post")),
            ChangeButton(plan.encode(), _("Change")),
            DropButton(_("Cancel")),
        ),
    )


def change_screen(library: Library, draft: Draft, plan: Plan) -> Screen:
    """Everything that can be changed of it."""
    lasting = timedelta(seconds=plan.seconds)
    encoded = plan.encode()
    return Screen(
        card(
            text(_("## ✏️ Change the poll"), f"**{draft.asked.stem}**"),
            line(),
            row(ChoiceSelect("q", encoded, _("Question"), _questions(library, draft, plan))),
            row(ChoiceSelect("t", encoded, _("How long it stays open"), durations(lasting))),
            row(ChoiceSelect("b", encoded, _("How it is answered"), ballots(plan.ballot))),
            row(
                ChoiceSelect(
                    "s", encoded, _("How the result shows the answer"), spoilers(hidden=plan.spoiler)
                )
            ),
            row(PreviewButton(encoded, _("Back to the preview"))),
        )
    )


def _questions(library: Library, draft: Draft, plan: Plan) -> list[discord.SelectOption]:
    questions = library.lesson(draft.asked.lesson).questions
    at = next(place for place, one in enumerate(questions) if one.identity == plan.question)
    first = max(0, min(at - _MOST_CHOICES // 2, len(questions) - _MOST_CHOICES))
    return [
        option(shortened(one.stem, 100), one.identity, chosen=one.identity == plan.question)
        for one in questions[first : first + _MOST_CHOICES]
    ]


def durations(lasting: timedelta) -> list[discord.SelectOption]:
    """How long something may stay open, with what is chosen by now among it."""
    return [
        option(
            _("Open for {duration}", duration=duration_words(one)),
            str(int(one.total_seconds())),
            chosen=one == lasting,
        )
        for one in sorted({lasting, *map(parse_duration, USUAL)})
    ]


def ballots(ballot: Ballot) -> list[discord.SelectOption]:
    """How it may be answered."""
    return [
        option(_("Letter buttons"), "direct", chosen=ballot == "direct"),
        option(_("Private ballots"), "private", chosen=ballot == "private"),
    ]


def spoilers(*, hidden: bool) -> list[discord.SelectOption]:
    """How a result may show the answer."""
    return [
        option(_("The result shows the answer"), "0", chosen=not hidden),
        option(_("The result hides the answer until it is pressed"), "1", chosen=hidden),
    ]


def option(label: str, value: str, *, chosen: bool) -> discord.SelectOption:
    """One choice of a select."""
    return discord.SelectOption(label=shortened(label, 100), value=value, default=chosen)


class ForStarters:
    """What makes a button or select of a preview: whoever presses it must still be one who may use /poll."""

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the press asks for, if whoever pressed may."""
        await require_command(
            interaction,
            "poll",
            N_(
                "Only somebody whom this server allows /poll can post polls here, and that is not you any more. Nothing was posted. Ask whoever manages this server."
            ),
        )
        await self.permitted(interaction)

    @abstractmethod
    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """What the press asks for."""


class PostButton(ForStarters, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"pollpost1:{_GROUP}"):
    """Posts the poll in the channel where the preview stands."""

    def __init__(self, plan: str, label: str = "…") -> None:
        super().__init__(button(label, f"pollpost1:{plan}", style=discord.ButtonStyle.success, emoji="📣"))
        self.plan = Plan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Post it, and say where it is."""
        actions, plan = actions_of(interaction), self.plan
        channel = channel_to_write_in(interaction)
        asked = (await actions.polls.drafted(plan.question)).asked
        await interaction.response.defer()
        shown = await actions.polls.prepare(
            guild=interaction.guild_id or 0,
            channel=channel.id,
            parent=parent_of(channel),
            starter=interaction.user.id,
            duration=timedelta(seconds=plan.seconds),
            locale=await public_language(interaction),
            lesson=asked.lesson,
            question=asked.question.rpartition(":")[2],
            ballot=plan.ballot,
            spoiler=plan.spoiler,
        )
        try:
            message = await posts_of(interaction).post(shown, channel)
        except discord.Forbidden:
            raise post_failed(channel) from None
        told = _(
            "Time to answer: {duration}; it closes {when}. You and other moderators can close, extend or cancel it by its button “Manage”.",
            duration=duration_words(timedelta(seconds=plan.seconds)),
            when=relative(shown.poll.closes_at),
        )
        await turn_to(
            interaction,
            Screen(text(_("🗳️ Posted: [see the poll]({link})", link=message.jump_url), f"-# {told}")),
        )


class ChangeButton(ForStarters, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"pollchange1:{_GROUP}"):
    """Shows what can be changed."""

    def __init__(self, plan: str, label: str = "…") -> None:
        super().__init__(button(label, f"pollchange1:{plan}", emoji="✏️"))
        self.plan = Plan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the preview."""
        actions = actions_of(interaction)
        draft = await actions.polls.drafted(self.plan.question)
        library = await library_with(interaction, draft.asked.lesson)
        await turn_to(interaction, change_screen(library, draft, self.plan))


class ChoiceSelect(
    ForStarters, Pressable, ui.DynamicItem[ui.Select[Any]], template=rf"pollset1:(?P<what>[qtbs]):{_GROUP}"
):
    """Changes the question, the time, the ballot or the spoiler."""

    def __init__(
        self, what: str, plan: str, placeholder: str = "", options: list[discord.SelectOption] | None = None
    ) -> None:
        super().__init__(
            ui.Select(
                custom_id=f"pollset1:{what}:{plan}",
                placeholder=shortened(placeholder, 150) or None,
                options=options or [],
            )
        )
        self.what, self.plan = what, Plan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show the choices again, with this one made."""
        actions, value = actions_of(interaction), chosen(interaction)
        plan = {
            "q": lambda: replace(self.plan, question=value),
            "t": lambda: replace(self.plan, seconds=int(value)),
            "b": lambda: replace(self.plan, ballot="private" if value == "private" else "direct"),
            "s": lambda: replace(self.plan, spoiler=value == "1"),
        }[self.what]()
        draft = await actions.polls.drafted(plan.question)
        library = await library_with(interaction, draft.asked.lesson)
        await turn_to(interaction, change_screen(library, draft, plan))


class PreviewButton(
    ForStarters, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"pollpreview1:{_GROUP}"
):
    """Shows the preview again."""

    def __init__(self, plan: str, label: str = "…") -> None:
        super().__init__(button(label, f"pollpreview1:{plan}", style=discord.ButtonStyle.primary, emoji="👀"))
        self.plan = Plan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        actions = actions_of(interaction)
        draft = await actions.polls.drafted(self.plan.question)
        settings = await actions.settings.of(interaction.guild_id)
        await turn_to(interaction, preview_screen(draft, self.plan, settings.poll_mention))


class DropButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"polldrop1"):
    """Posts nothing."""

    def __init__(self, label: str = "…") -> None:
        super().__init__(button(label, "polldrop1", emoji="✖️"))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Say so."""
        await turn_to(interaction, note(_("Nothing was posted. Use /poll whenever you like.")))


class SampleButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=r"pollsample1:(?P<place>[0-4])"):
    """Shows where a button will be; it cannot be pressed."""

    def __init__(self, place: int, label: str = "…", emoji: str | None = None) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(button(label, f"pollsample1:{place}", style=style, emoji=emoji, disabled=True))

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Say that it is only a preview."""
        raise Refusal(N_("This is a preview. Press Post, then everybody can answer."))


ITEMS = (PostButton, ChangeButton, ChoiceSelect, PreviewButton, DropButton, SampleButton)
