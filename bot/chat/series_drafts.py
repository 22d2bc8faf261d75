"""A series before it begins: shown privately as it will go, to be begun, changed or dropped."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

import discord
from discord import ui

from bot.actions.refusals import Refusal
from bot.actions.series import Outline
from bot.chat import poll_drafts, series, sharing
from bot.chat.durations import duration_words
from bot.chat.pressing import Pressable, button, chosen
from bot.chat.public_language import public_language
from bot.chat.replies import actions_of, library_of, meet, turn_to, whisper
from bot.chat.screens import Screen, card, line, row, text
from bot.chat.wording import machine, shortened, tier_colour
from bot.storage.polls import Ballot
from bot.words import N_, _, ngettext

_LONGEST_STEM, _STEMS = 200, 1_600
"""Characters for the stem of one question in a preview, and for those of all together."""


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """What is to be asked; all of it stands in the preview's buttons, and nothing in the database."""

    lesson: str
    """Its slug."""
    seconds: int
    """For each question."""
    ballot: Ballot
    spoiler: bool
    peer: bool

    @property
    def duration(self) -> timedelta:
        """For each question."""
        return timedelta(seconds=self.seconds)

    def encode(self) -> str:
        """As it stands in a custom_id: p01600:rlhf-basics."""
        return f"{self.ballot[0]}{int(self.spoiler)}{int(self.peer)}{self.seconds}:{self.lesson}"

    @classmethod
    def decode(cls, encoded: str) -> Self:
        """The plan that was encoded so."""
        match = re.fullmatch(_PLAN, encoded)
        if match is None:
            raise ValueError(f"{encoded!r} is no plan of a series")
        seconds, lesson = encoded[3:].split(":", 1)
        ballot: Ballot = "private" if encoded[0] == "p" else "direct"
        return cls(lesson, int(seconds), ballot, encoded[1] == "1", encoded[2] == "1")


_PLAN = r"[dp][01][01]\d{1,6}:.+"
_GROUP = rf"(?P<plan>{_PLAN})"


async def preview(
    interaction: discord.Interaction[Any], lesson: str | None, question: str | None, plan: SeriesPlan
) -> None:
    """Show privately what would be asked one after the other; ``plan`` names no lesson yet."""
    if question != series.ALL:
        raise Refusal(
            N_(
                "Peer rounds are for a lesson whose questions all come one after the other: choose that as the question."
            )
        )
    if not lesson:
        raise Refusal(
            N_("Name the lesson whose questions are to be asked one after the other: /poll with its name.")
        )
    found = (await library_of(interaction)).resolve(lesson)
    meant = replace(plan, lesson=found.slug if found else lesson)
    await whisper(interaction, preview_screen(await _outline(interaction, meant), meant))
    await meet(interaction)


async def _outline(interaction: discord.Interaction[Any], plan: SeriesPlan) -> Outline:
    return await actions_of(interaction).series.outline(
        guild=interaction.guild_id or 0,
        home=interaction.channel_id or 0,
        parent=sharing.parent_of(interaction.channel),
        lesson=plan.lesson,
        duration=plan.duration,
    )


def preview_screen(outline: Outline, plan: SeriesPlan) -> Screen:
    """What is asked, how, and what to do with it."""
    lesson, questions = outline.lesson, outline.questions
    room = min(_LONGEST_STEM, _STEMS // max(1, len(questions)))
    count = ngettext("{n} question", "{n} questions", len(questions))
    each = _("{duration} for each", duration=duration_words(plan.duration))
    encoded = plan.encode()
    return Screen(
        text(_("👀 **Preview**: nobody else sees this yet.")),
        card(
            text(
                _("### 🤝 Checking together: {lesson}", lesson=lesson.title),
                f"-# {machine(lesson.rating)} · {count} · {each}",
            ),
            text(
                "\n".join(
                    f"**{number}.** {shortened(one.stem, room)}"
                    for number, one in enumerate(questions, start=1)
                )
            ),
            line(),
            text(
                _("Each comes when the one before has closed, and a summary in the end."),
                _("Where opinions are split, people talk it over and are asked once more.")
                if plan.peer
                else "",
                "-# "
                + (
                    _("Answered on private ballots.")
                    if plan.ballot == "private"
                    else _("Answered by letter buttons.")
                ),
                "-# " + _("Results hide their answers until they are pressed.") if plan.spoiler else "",
            ),
            colour=tier_colour(lesson.rating),
        ),
        row(
            BeginButton(encoded, _("Post")),
            ChangeSeriesButton(encoded, _("Change")),
            poll_drafts.DropButton(_("Cancel")),
        ),
    )


def change_screen(outline: Outline, plan: SeriesPlan) -> Screen:
    """Everything that can be changed of it."""
    encoded = plan.encode()
    peer = [
        poll_drafts.option(_("Every question is asked once"), "0", chosen=not plan.peer),
        poll_drafts.option(_("Split answers are discussed and asked again"), "1", chosen=plan.peer),
    ]
    return Screen(
        card(
            text(_("## ✏️ Change how it is asked"), f"**{outline.lesson.title}**"),
            line(),
            row(
                SeriesSelect(
                    "t", encoded, _("How long each question stays open"), poll_drafts.durations(plan.duration)
                )
            ),
            row(SeriesSelect("b", encoded, _("How it is answered"), poll_drafts.ballots(plan.ballot))),
            row(
                SeriesSelect(
                    "s",
                    encoded,
                    _("How the result shows the answer"),
                    poll_drafts.spoilers(hidden=plan.spoiler),
                )
            ),
            row(SeriesSelect("p", encoded, _("What happens where opinions are split"), peer)),
            row(SeriesPreviewButton(encoded, _("Back to the preview"))),
        )
    )


class BeginButton(
    poll_drafts.ForStarters, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"seriespost1:{_GROUP}"
):
    """Begins the series in the channel where the preview stands."""

    def __init__(self, plan: str, label: str = "…") -> None:
        super().__init__(button(label, f"seriespost1:{plan}", style=discord.ButtonStyle.success, emoji="📣"))
        self.plan = SeriesPlan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Begin it, and say where."""
        plan, channel = self.plan, sharing.channel_to_write_in(interaction)
        await interaction.response.defer()
        found = await actions_of(interaction).series.begin(
            guild=interaction.guild_id or 0,
            home=channel.id,
            parent=sharing.parent_of(channel),
            starter=interaction.user.id,
            lesson=plan.lesson,
            duration=plan.duration,
            ballot=plan.ballot,
            spoiler=plan.spoiler,
            peer=plan.peer,
            locale=await public_language(interaction),
        )
        await turn_to(interaction, await series.post_head(interaction, channel, found))


class ChangeSeriesButton(
    poll_drafts.ForStarters, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"serieschange1:{_GROUP}"
):
    """Shows what can be changed."""

    def __init__(self, plan: str, label: str = "…") -> None:
        super().__init__(button(label, f"serieschange1:{plan}", emoji="✏️"))
        self.plan = SeriesPlan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the preview."""
        await turn_to(interaction, change_screen(await _outline(interaction, self.plan), self.plan))


class SeriesSelect(
    poll_drafts.ForStarters,
    Pressable,
    ui.DynamicItem[ui.Select[Any]],
    template=rf"seriesset1:(?P<what>[tbsp]):{_GROUP}",
):
    """Changes the time, the ballot, the spoiler, or whether split answers are discussed."""

    def __init__(
        self, what: str, plan: str, placeholder: str = "", options: list[discord.SelectOption] | None = None
    ) -> None:
        super().__init__(
            ui.Select(
                custom_id=f"seriesset1:{what}:{plan}",
                placeholder=shortened(placeholder, 150) or None,
                options=options or [],
            )
        )
        self.what, self.plan = what, SeriesPlan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show the choices again, with this one made."""
        value = chosen(interaction)
        plan = {
            "t": lambda: replace(self.plan, seconds=int(value)),
            "b": lambda: replace(self.plan, ballot="private" if value == "private" else "direct"),
            "s": lambda: replace(self.plan, spoiler=value == "1"),
            "p": lambda: replace(self.plan, peer=value == "1"),
        }[self.what]()
        await turn_to(interaction, change_screen(await _outline(interaction, plan), plan))


class SeriesPreviewButton(
    poll_drafts.ForStarters, Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"seriespreview1:{_GROUP}"
):
    """Shows the preview again."""

    def __init__(self, plan: str, label: str = "…") -> None:
        super().__init__(
            button(label, f"seriespreview1:{plan}", style=discord.ButtonStyle.primary, emoji="👀")
        )
        self.plan = SeriesPlan.decode(plan)

    async def permitted(self, interaction: discord.Interaction[Any]) -> None:
        """Show it."""
        await turn_to(interaction, preview_screen(await _outline(interaction, self.plan), self.plan))


ITEMS = (BeginButton, ChangeSeriesButton, SeriesSelect, SeriesPreviewButton)
