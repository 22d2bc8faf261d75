"""Why? beside a verdict: what an answer did to one's ratings, by which numbers, and by what rule."""

from typing import Any

import discord
from discord import ui

from bot.actions.library import Library
from bot.actions.rating import Moved
from bot.actions.reasons import Reason, Unrated
from bot.chat import receipts
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, whisper
from bot.chat.reports import ReportButton
from bot.chat.scopes import category_words
from bot.chat.screens import Screen, card, line, row, text
from bot.chat.wording import RIGHT, WRONG, change_words, machine, relative, shortened
from bot.words import N_, _
from ladder.evidence import POLL_WEIGHT, SOLO_WEIGHT

_STEM = 300
"""Characters of a question that are quoted."""

_UNRATED: dict[Unrated, str] = {
    "earlier": N_("Only your first attempt at a question is rated, and that was another one."),
    "waiting": N_(
        "Your first attempt at it is in a poll that is still open. It counts when that poll closes."
    ),
    "told": N_("You were shown its answer before you gave yours, so yours proves nothing either way."),
    "forgotten": N_("You had met it before you deleted your data, so it is not rated a second time."),
    "review": N_(
        "A review is for your memory: it earns XP when it is right, and only those after 60 and 180 days are rated."
    ),
    "again": N_("This poll asked it a second time, after the room had talked it over. That is never rated."),
}


def why_screen(library: Library, reason: Reason) -> Screen:
    """Everything that explains one change of a rating, or why there was none."""
    said = _("{sign} right", sign=RIGHT) if reason.correct else _("{sign} wrong", sign=WRONG)
    heading = text(_("### 🧾 Why?"), f"-# {shortened(reason.stem, _STEM)} · {said}")
    report = row(ReportButton(reason.question))
    if not reason.moved:
        because = _UNRATED[reason.unrated or "told"]
        told = [_("**Nothing moved.**"), _(because)]
        if reason.earlier_at is not None:
            told.append(_("It was rated {when}.", when=relative(reason.earlier_at)))
        if reason.unrated != "review":
            told.append(_("-# Practice costs nothing, earns nothing, and still teaches."))
        return Screen(card(heading, line(), text(*told), report))
    changes = [receipts.change_line(one, _category(library, one)) for one in reason.moved]
    parts = [heading, line(), text(*changes)]
    if reason.voided:
        parts.append(text(_("↩️ All of it was taken back since, because the question was wrong.")))
    return Screen(card(*parts, line(), text(*_number_lines(reason)), line(), text("-# " + _rule()), report))


def _category(library: Library, moved: Moved) -> str | None:
    return category_words(library, moved.ladder.slug) if moved.ladder.slug is not None else None


def _number_lines(reason: Reason) -> list[str]:
    first = reason.moved[0]
    lines = [
        _("**Expected:** you would be right {chance} times in 100.", chance=round(first.predicted * 100)),
        _("**Difficulty:** {machine}", machine=machine(first.difficulty)),
        _("**Weight:** {weight:g}, {why}", weight=first.weight, why=_weight_words(reason, first.weight)),
    ]
    certain = round(first.by_certainty)
    if certain:
        lines.append(
            _(
                "**Certainty:** {points} of it, because your rating is surer now. While answers are few it is shown lower than it is thought to be.",
                points=change_words(certain),
            )
        )
    return lines


def _weight_words(reason: Reason, weight: float) -> str:
    if reason.kind == "review":
        return _("because a review shows that you have kept it, and adds a little")
    if weight not in {SOLO_WEIGHT, POLL_WEIGHT}:
        return _("because its answer had been shown in a server where you were around")
    if weight == POLL_WEIGHT:
        return _("because it was answered in a channel's poll, among others")
    return _("because it was answered alone")


def _rule() -> str:
    return _(
        "The rule: a right answer earns more the less it was expected, a wrong one costs more the more the right one was expected, and the steps get smaller the more is known of you."
    )


class ReasonButton(
    Pressable, ui.DynamicItem[ui.Button[Any]], template=r"why1:(?P<answer>quiz:\d+:\d+|poll:\d+)"
):
    """Explains what an answer did: ``quiz:ID:POSITION`` or ``poll:ID``."""

    def __init__(self, answer: str) -> None:
        super().__init__(button(_("Why?"), f"why1:{answer}", emoji="🧾"))
        self.answer = answer

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Explain it in a private message of its own, so that the verdict stays."""
        actions, member = actions_of(interaction), interaction.user.id
        kind, *numbers = self.answer.split(":")
        if kind == "quiz":
            reason = await actions.reasons.of_quiz(int(numbers[0]), int(numbers[1]), member)
        else:
            reason = await actions.reasons.of_poll(int(numbers[0]), member)
        await whisper(interaction, why_screen(actions.library, reason))


class ReviewReasonButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=r"whyrev1:(?P<number>\d+):(?P<question>[a-z0-9]+:[a-z0-9-]+)",
):
    """Explains what the answer to a review did."""

    def __init__(self, number: int, question: str) -> None:
        super().__init__(button(_("Why?"), f"whyrev1:{number}:{question}", emoji="🧾"))
        self.number, self.question = number, question

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Explain it in a private message of its own, so that the verdict stays."""
        actions = actions_of(interaction)
        reason = await actions.reasons.of_review(self.question, self.number, interaction.user.id)
        await whisper(interaction, why_screen(actions.library, reason))


ITEMS = (ReasonButton, ReviewReasonButton)
