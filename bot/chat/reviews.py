"""Reviews in chat: what is due, one question after the other, ten at most in a sitting."""

from dataclasses import dataclass, replace
from typing import Any, Self

import discord
from discord import ui
from discord.app_commands import locale_str

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.actions.reviews import SITTING, AllClear, Asking, ReviewVerdict
from bot.chat import receipts, shelves
from bot.chat.commands import everywhere
from bot.chat.news import whisper_news
from bot.chat.pressing import Pressable, button
from bot.chat.replies import actions_of, library_with, meet, server_of, turn_to
from bot.chat.screens import AnyItem, Screen, card, line, row, rows, text
from bot.chat.why import ReviewReasonButton
from bot.chat.wording import RIGHT, day, machine, tier_colour
from bot.words import _, ngettext
from ladder.experience import REVIEW_CORRECT
from ladder.standings import Ladder


@dataclass(frozen=True, slots=True)
class Sitting:
    """How far somebody has come in one sitting; its buttons carry it, so that nothing has to remember it."""

    done: int = 0
    of: int = 0
    right: int = 0

    def encode(self) -> str:
        """As part of a custom_id."""
        return f"{self.done}.{self.of}.{self.right}"

    @classmethod
    def decode(cls, encoded: str) -> Self:
        """The sitting that was encoded."""
        return cls(*(int(number) for number in encoded.split(".")))


_SITTING = r"(?P<sitting>\d{1,2}\.\d{1,2}\.\d{1,2})"


def clear_screen(clear: AllClear) -> Screen:
    """Nothing is due: until when, or how reviews come about."""
    if clear.until is None and clear.known:
        told = [
            _("Nothing is due now."),
            _("A question that waits in an open poll here comes back when that has closed."),
        ]
    elif clear.until is None:
        told = [
            _("Nothing to review yet."),
            _(
                "What you answer comes back after 2, 7, 21, 60 and 180 days, a few questions at a time. Begin with a lesson."
            ),
        ]
    else:
        told = [
            _("All clear until {day}.", day=day(clear.until)),
            _("Until then there is always something new to learn."),
        ]
    return Screen(
        card(text(_("# 🔁 Reviews"), *told), row(shelves.ShelfButton(shelves.View().encode(), _("Lessons"))))
    )


def question_screen(asking: Asking, sitting: Sitting) -> Screen:
    """A question that is due, with a button an option; which is right is nowhere in it."""
    facts = [
        _("Review {number} of {total}", number=sitting.done + 1, total=sitting.of),
        asking.asked.lesson_title,
        machine(asking.difficulty),
    ]
    if asking.rated:
        facts.append(_("rated"))
    options = [
        f"**{LETTERS[place]}**  {asking.asked.options[option]}" for place, option in enumerate(asking.order)
    ]
    answers = [
        RecallButton(sitting.encode(), asking.upcoming.number, place, asking.asked.question)
        for place in range(len(options))
    ]
    return Screen(
        card(
            text("-# " + " · ".join(facts)),
            text(f"### {asking.asked.stem}"),
            text("\n\n".join(options)),
            *rows(answers),
            colour=tier_colour(asking.difficulty),
        )
    )


def verdict_screen(library: Library, verdict: ReviewVerdict, sitting: Sitting) -> Screen:
    """Whether it was remembered, when it comes up again, and the way on."""
    review, last = verdict.review, sitting.done >= sitting.of or not verdict.more
    buttons: list[AnyItem] = [GoOnButton(sitting.encode(), _("See how it went") if last else _("Go on"))]
    buttons.append(ReviewReasonButton(review.number, review.question))
    if not review.correct:
        repair = receipts.repair_button(library, verdict.asked, review.option)
        buttons += [repair] if repair is not None else []
    again = _("Comes up again {when}.", when=day(review.due_at))
    told = _("{xp} XP. {again}", xp=f"+{verdict.xp}", again=again) if verdict.xp else again
    parts = [
        text("-# " + _("Review {number} of {total}", number=sitting.done, total=sitting.of)),
        text(f"### {verdict.asked.stem}"),
        line(),
        text(*receipts.verdict_lines(verdict.asked, review.option, letters=False)),
        line(),
        text(told, *_moved_lines(verdict)),
    ]
    if not verdict.fresh:
        parts.insert(1, text(_("-# You had answered this already; this is what came of it.")))
    return Screen(card(*parts, *rows(buttons), colour=tier_colour(verdict.difficulty)))


def _moved_lines(verdict: ReviewVerdict) -> list[str]:
    world = next((one for one in verdict.moved if one.ladder == Ladder.world()), None)
    if world is None:
        return []
    return [receipts.change_line(world), *receipts.climb_lines(verdict.climb, world.after)]


def done_screen(sitting: Sitting, shown: Asking | AllClear) -> Screen:
    """How a sitting went, and whether to go on."""
    told = [_("{sign} **{correct} of {total}** right", sign=RIGHT, correct=sitting.right, total=sitting.done)]
    if sitting.right:
        told.append(_("{xp} XP", xp=f"+{sitting.right * REVIEW_CORRECT}"))
    buttons: list[AnyItem] = []
    if isinstance(shown, Asking):
        following = ngettext(
            "One more could follow now, or wait for you.",
            "A few more could follow now, or wait for you.",
            shown.waiting,
        )
        buttons.append(GoOnButton(Sitting().encode(), _("Go on")))
    else:
        following = (
            _("All clear until {day}.", day=day(shown.until)) if shown.until else _("Nothing else is due.")
        )
    buttons.append(shelves.ShelfButton(shelves.View().encode(), _("Lessons")))
    return Screen(card(text(_("# 🔁 Reviews: done"), " · ".join(told), following), row(*buttons)))


async def next_screen(interaction: discord.Interaction[Any], sitting: Sitting) -> Screen:
    """The sitting's next question, or how it went."""
    shown = await actions_of(interaction).reviews.ask(interaction.user.id, server_of(interaction))
    if sitting.done and (sitting.done >= sitting.of or isinstance(shown, AllClear)):
        return done_screen(sitting, shown)
    if isinstance(shown, AllClear):
        return clear_screen(shown)
    # What came due meanwhile is for the next sitting; what was answered elsewhere is missing from this one.
    left = min(shown.waiting, (sitting.of or SITTING) - sitting.done)
    return question_screen(shown, replace(sitting, of=sitting.done + left))


class RecallButton(
    Pressable,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"rev1:{_SITTING}:(?P<number>\d+):(?P<place>[0-4]):(?P<question>[a-z0-9]+:[a-z0-9-]+)",
):
    """Answers a review with the option that lies at this place."""

    def __init__(self, sitting: str, number: int, place: int, question: str) -> None:
        custom_id = f"rev1:{sitting}:{number}:{place}:{question}"
        super().__init__(button(LETTERS[place], custom_id, style=discord.ButtonStyle.primary))
        self.sitting = Sitting.decode(sitting)
        self.number, self.place, self.question = number, place, question

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Record the answer, then say what came of it."""
        actions = actions_of(interaction)
        verdict = await actions.reviews.answer(
            member=interaction.user.id,
            guild=server_of(interaction),
            question=self.question,
            number=self.number,
            place=self.place,
        )
        after = replace(
            self.sitting,
            done=self.sitting.done + 1,
            right=self.sitting.right + verdict.review.correct,
        )
        await turn_to(
            interaction, verdict_screen(await library_with(interaction, verdict.asked.lesson), verdict, after)
        )


class GoOnButton(Pressable, ui.DynamicItem[ui.Button[Any]], template=rf"revgo1:{_SITTING}"):
    """Asks the next question of a sitting, or begins one."""

    def __init__(self, sitting: str, label: str = "…") -> None:
        super().__init__(button(label, f"revgo1:{sitting}", style=discord.ButtonStyle.primary, emoji="▶️"))
        self.sitting = Sitting.decode(sitting)

    async def pressed(self, interaction: discord.Interaction[Any]) -> None:
        """Show it in place of the message."""
        await turn_to(interaction, await next_screen(interaction, self.sitting))


@everywhere(locale_str("review"), locale_str("Review what is due: questions you answered, before you forget"))
async def review_command(interaction: discord.Interaction[Any]) -> None:
    """Ask what is due, or say until when all is clear."""
    await whisper_news(interaction, await next_screen(interaction, Sitting()))
    await meet(interaction)


COMMANDS = (review_command,)
ITEMS = (RecallButton, GoOnButton)
