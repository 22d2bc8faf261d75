"""What an answer changed, in words for the person whose answer it was."""

from collections.abc import Sequence

from bot.actions.asking import LETTERS
from bot.actions.climbing import Climb
from bot.actions.library import Library
from bot.actions.rating import Moved
from bot.chat import lessons
from bot.chat.screens import AnyItem
from bot.chat.wording import RIGHT, WRONG, change_words, machine, relative, tier_word, title_words
from bot.storage.matches import Match
from bot.storage.meanings import Asked
from bot.words import _, ngettext
from ladder.match import Outcome, rematch_opens_at
from ladder.standings import Ladder
from ladder.tiers import NextStep, Tier, tier_of


def verdict_lines(asked: Asked, option: int, *, letters: bool) -> list[str]:
    """Whether the option was right, what it was, what the right one is, and why."""
    right = option == asked.key
    lines = [_("{sign} **Right.**", sign=RIGHT) if right else _("{sign} **Not this time.**", sign=WRONG)]
    if option < 0:
        lines.append(_("It was left unanswered."))
    else:
        lines.append(_("You chose: {option}", option=option_words(asked, option, letters=letters)))
        if not right and (feedback := asked.feedback[option]):
            # The empty line ends the quotation, which would else go on in what follows.
            lines.append(quoted(feedback) + "\n")
    if not right:
        lines.append(_("Right is: {option}", option=option_words(asked, asked.key, letters=letters)))
    # The explanation stands apart, or it would read as the end of the option.
    lines.append("\n" + asked.explanation)
    return lines


def quoted(words: str) -> str:
    """What somebody is told, as a quotation."""
    return "> " + words.strip().replace("\n", "\n> ")


def option_words(asked: Asked, option: int, *, letters: bool) -> str:
    """The option in full, after its letter where options have one that everybody sees alike."""
    return f"**{LETTERS[option]}** {asked.options[option]}" if letters else f"**{asked.options[option]}**"


def repair_button(library: Library, asked: Asked, option: int) -> AnyItem | None:
    """A way to the section that repairs what made somebody choose this option."""
    lesson = library.find(asked.lesson)
    wanted = asked.repairs[option] if option >= 0 else None
    section = lesson.section(wanted) if lesson and wanted else None
    if lesson is None or section is None:
        return None
    return lessons.StudyButton(
        lesson.slug, library.page_of(lesson, section.id), _("Read: {section}", section=section.title)
    )


def receipt_lines(moved: Sequence[Moved]) -> list[str]:
    """What the answer did to the rating that counts most, in one line; the rest is behind Why?"""
    if not moved:
        return [_("-# Practice: it is not rated.")]
    return [change_line(_counting_most(moved))]


def whole_receipt_lines(moved: Sequence[Moved]) -> list[str]:
    """The same, and by which numbers."""
    return [*receipt_lines(moved), *(number_lines(_counting_most(moved)) if moved else ())]


def _counting_most(moved: Sequence[Moved]) -> Moved:
    return min(moved, key=lambda one: (one.ladder != Ladder.world(), one.ladder.is_season))


def change_line(moved: Moved, name: str | None = None) -> str:
    """What an answer did to one rating; ``name`` is the ladder's where it has one of its own."""
    return _(
        "{ladder}: {before} → **{after}** ({change})",
        ladder=name or ladder_words(moved.ladder),
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


def match_lines(
    match: Match | None, title: Tier, climb: Climb | None = None, rating: int | None = None
) -> list[str]:
    """How the member, who holds this title now, fared against the lesson's machine, if a match was settled.

    ``climb`` is what came of their title by it, at this rating in the world.
    """
    if match is None:
        return climb_lines(climb, rating)
    told = _(
        "⚔️ **You {own}, the machine {theirs}** of {n} questions ({machine}).",
        n=match.questions,
        own=match.own,
        theirs=match.machine,
        machine=machine(match.difficulty),
    )
    beaten = tier_of(match.difficulty)
    tier = tier_word(beaten)
    risen = climb_lines(climb, rating)
    if match.outcome is Outcome.WIN:
        if risen:
            won = _("🏆 You beat {tier}!", tier=tier)
        elif title >= beaten:
            won = _("🏆 You beat {tier}.", tier=tier)
        else:
            won = _("🏆 You beat {tier}. The title is yours as soon as your rating is there.", tier=tier)
        return [told, won, *risen]
    again = _("A rematch opens {when}.", when=relative(rematch_opens_at(match.settled_at)))
    if match.outcome is Outcome.DRAW:
        return [
            told,
            _("A draw. A won match against {tier} or above opens the title.", tier=tier),
            *risen,
            again,
        ]
    behind = _("The machine was ahead this time. Another lesson of {tier} is another match.", tier=tier)
    return [told, behind, *risen, again]


def climb_lines(climb: Climb | None, rating: int | None) -> list[str]:
    """A title that rose: 1843 points: Gold I becomes Platinum IV."""
    if climb is None or rating is None:
        return []
    return [
        _(
            "🎉 {rating} points: {before} becomes **{after}**.",
            rating=rating,
            before=title_words(climb.before, rating),
            after=title_words(climb.after, rating),
        )
    ]


def next_step_words(step: NextStep | None) -> str:
    """What is missing for the next title."""
    if step is None:
        return _("There is no higher title. Keep it.")
    tier = tier_word(step.tier)
    if step.points_missing and step.needs_win:
        return ngettext(
            "Next: {n} more point, then beat {tier} to climb.",
            "Next: {n} more points, then beat {tier} to climb.",
            step.points_missing,
            tier=tier,
        )
    if step.points_missing:
        return ngettext(
            "Next: {n} more point makes you {tier}.",
            "Next: {n} more points make you {tier}.",
            step.points_missing,
            tier=tier,
        )
    return _("Next: beat {tier} to climb.", tier=tier)
