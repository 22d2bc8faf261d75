"""What a lesson's answers propose to change in its file, for an author to judge line by line."""

from collections.abc import Sequence

from bot.actions.statistics import QuestionFigures, difficulty_of_all
from ladder.statistics import Finding, Flag
from lessons.proposing import Proposal, Proposed, propose

_LETTERS = "ABCDE"
_LABELS = (Flag.EASIER_THAN_LABELLED, Flag.HARDER_THAN_LABELLED)
_RATINGS_APART = 20
"""Proposed ratings are multiples of this many points, since no measure is finer."""


def anything_proposed(figures: Sequence[QuestionFigures]) -> bool:
    """Whether any of these questions is flagged."""
    return any(one.statistics.findings for one in figures)


def proposed_changes(figures: Sequence[QuestionFigures], source: str, name: str) -> Proposed:
    """What the figures of one lesson's questions propose for its file, whose text and name these are."""
    proposals = [proposal for one in figures if (proposal := _proposal(one)) is not None]
    return propose(source, name, proposals, rating=_rating(figures))


def _proposal(one: QuestionFigures) -> Proposal | None:
    findings = one.statistics.findings
    if not findings:
        return None
    miskeyed = next((finding for finding in findings if finding.flag is Flag.MISKEYED), None)
    key = miskeyed.options[0] if miskeyed is not None and len(miskeyed.options) == 1 else None
    return Proposal(one.question.id, tuple(_note(one, finding) for finding in findings), key)


def _note(one: QuestionFigures, finding: Finding) -> str:
    told, measured = one.statistics, one.measured
    of = f"(n {told.answers})"
    letters = ", ".join(_LETTERS[option] for option in finding.options)
    match finding.flag:
        case Flag.MISKEYED:
            return (
                f"{of} Those who know more choose {letters}, not the key. If that is right, it needs a new id and "
                "no feedback, and the old key needs feedback; if not, reword the question."
            )
        case Flag.EASIER_THAN_LABELLED | Flag.HARDER_THAN_LABELLED:
            at = "" if measured is None else f": answers speak of {measured.difficulty} ± {measured.error}"
            return f"{of} This is {finding.flag.value} ({one.lesson.rating}){at}."
        case Flag.WEAK:
            return f"{of} Being right hardly goes with knowing more; look for what can be read in two ways."
        case Flag.TOO_EASY:
            return f"{of} Nearly everybody is right; ask about a harder case, or write likelier mistakes."
        case Flag.GUESS_LEVEL:
            return (
                f"{of} Answers are no better than guesses; check the key, and whether the lesson teaches it."
            )
        case Flag.DEAD_DISTRACTOR:
            return f"{of} Hardly anybody chooses {letters}; write a likelier mistake, or leave it out."


def _rating(own: Sequence[QuestionFigures]) -> int | None:
    """Another rating for the lesson, if at least half of its questions are mislabelled to the same side."""
    for side in _LABELS:
        flagged = [one for one in own if any(finding.flag is side for finding in one.statistics.findings)]
        if len(flagged) * 2 >= len(own):
            measured = difficulty_of_all(own)
            return None if measured is None else round(measured / _RATINGS_APART) * _RATINGS_APART
    return None
