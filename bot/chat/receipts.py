"""What an answer changed, in words for the person whose answer it was."""

from collections.abc import Sequence

from bot.actions.asking import LETTERS
from bot.actions.library import Library
from bot.actions.rating import Moved
from bot.chat import lessons
from bot.chat.screens import AnyItem
from bot.chat.wording import RIGHT, WRONG, change_words, machine, relative, tier_word
from bot.storage.matches import Match
from bot.storage.meanings import Asked
from bot.words import _
from ladder.match import Outcome, rematch_opens_at
from ladder.standings import Ladder
from ladder.tiers import Tier, tier_of


def verdict_lines(asked: Asked, option: int, *, letters: bool) -> list[str]:
    """Whether the option was right, what it was, what the right one is, and why."""
    right = option == asked.key
    lines = [_("{sign} **Right.**", sign=RIGHT) if right else _("{sign} **Not this time.**", sign=WRONG)]
    if option < 0:
        lines.append(_("It was not answered within a day."))
    else:
        lines.append(_("You chose: {option}", option=option_words(asked, option, letters=letters)))
        if not right and (feedback := asked.feedback[option]):
            # The empty line ends the quotation, which would else go on in what follows.
            lines.append("> " + feedback.strip().replace("\n", "\n> ") + "\n")
    if not right:
        lines.append(_("Right is: {option}", option=option_words(asked, asked.key, letters=letters)))
    lines.append(asked.explanation)
    return lines


def option_words(asked: Asked, option: int, *, letters: bool) -> str:
    """The option in full, after its letter where options have one that everybody sees alike."""
    return f"**{LETTERS[option]}** {asked.options[option]}" if letters else f"**{asked.options[option]}**"


def repair_button(library: Library, asked: Asked, option: int) -> AnyItem | None:
    """A way to the section that repairs what made somebody choose this option."""
    lesson = library.catalogue.find(asked.lesson)
    wanted = asked.repairs[option] if option >= 0 else None
    section = lesson.section(wanted) if lesson and wanted else None
    if lesson is None or section is None:
        return None
    return lessons.StudyButton(
        lesson.slug, library.page_of(lesson, section.id), _("Read: {section}", section=section.title)
    )


def receipt_lines(moved: Sequence[Moved]) -> list[str]:
    """What the answer did to each rating, and by which numbers."""
    if not moved:
        return [_("-# Practice: you had met this question before, so it is not rated.")]
    ordered = sorted(
        moved,
        key=lambda one: (one.ladder != Ladder.world(), one.ladder.guild_id is None, one.ladder.is_season),
    )
    lines = [change_line(one) for one in ordered if one.ladder.slug is None]
    return lines + number_lines(ordered[0])


def change_line(moved: Moved) -> str:
    """What an answer did to one rating."""
    return _(
        "{ladder}: {before} → **{after}** ({change})",
        ladder=ladder_words(moved.ladder),
        before=moved.before,
        after=moved.after,
        change=change_words(moved.change),
    )


def number_lines(moved: Moved) -> list[str]:
    """By which numbers it did so."""
    lines = [
        _(
            "-# Expected {expected} % · difficulty {machine} · weight {weight:g}",
            expected=round(moved.predicted * 100),
            machine=machine(moved.difficulty),
            weight=moved.weight,
        )
    ]
    if surer := round(moved.by_certainty):
        lines.append(_("-# {points} of it because your rating is surer now", points=change_words(surer)))
    return lines


def ladder_words(ladder: Ladder) -> str:
    """A ladder's name in a receipt."""
    if ladder.is_season:
        return _("This season")
    if ladder.guild_id is not None:
        return _("This server")
    return _("Rating") if ladder == Ladder.world() else ladder.slug or ""


def match_lines(match: Match | None, title: Tier) -> list[str]:
    """How the member, who holds this title now, fared against the lesson's machine, if this settled it."""
    if match is None:
        return []
    told = _(
        "⚔️ All {n} questions answered: **you {own}, the machine {theirs}** ({machine}).",
        n=match.questions,
        own=match.own,
        theirs=match.machine,
        machine=machine(match.difficulty),
    )
    beaten = tier_of(match.difficulty)
    tier = tier_word(beaten)
    if match.outcome is Outcome.WIN and title >= beaten:
        return [told, _("🏆 You beat {tier}, and the title is yours.", tier=tier)]
    if match.outcome is Outcome.WIN:
        return [told, _("🏆 You beat {tier}. The title is yours as soon as your rating is there.", tier=tier)]
    again = _("A rematch opens {when}: /quiz", when=relative(rematch_opens_at(match.settled_at)))
    if match.outcome is Outcome.DRAW:
        return [told, _("A draw. A won match against {tier} or above opens the title.", tier=tier), again]
    return [
        told,
        _("The machine was ahead this time. Another lesson of {tier} is another match.", tier=tier),
        again,
    ]
