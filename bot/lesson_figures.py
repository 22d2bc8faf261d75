"""How the commands show figures of a library: at a glance, and what its answers say, with a patch for it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.actions.proposals import anything_proposed, proposed_changes
from bot.actions.statistics import QuestionFigures
from ladder.statistics import DISCRIMINATION_FROM, FACILITY_FROM, SHARES_FROM, Finding
from ladder.tiers import Tier, tier_of
from lessons.glance import Glance, Shelf, glance
from lessons.model import Lesson

_LETTERS = "ABCDE"


def at_a_glance(lessons: Sequence[Lesson]) -> Glance:
    """The counts of these lessons, by tier and category."""
    return glance(
        lessons, lambda rating: tier_of(rating).name.capitalize(), [one.name.capitalize() for one in Tier]
    )


def glance_lines(found: Glance) -> Iterator[str]:
    """The counts as a table."""
    yield f"{'':<24}{'lessons':>8}{'questions':>11}{'words':>9}"
    yield _shelf_line(found.whole)
    for title, shelves in (("categories", found.categories), ("tiers", found.tiers)):
        yield f"\n{title}"
        yield from (_shelf_line(shelf) for shelf in shelves)
    questions = max(found.whole.questions, 1)
    options = ", ".join(f"{count} of {size} options" for size, count in found.options.items())
    positions = ", ".join(
        f"{_LETTERS[place]} {count} ({count / questions:.0%})" for place, count in enumerate(found.positions)
    )
    yield f"\nquestions: {options}"
    yield f"right options: {positions}"
    yield (
        f"the right option is the one longest in {found.longest} of {found.whole.questions} questions "
        f"({found.longest / questions:.0%}; chance would make it {found.longest_by_chance / questions:.0%})"
    )


def glance_json(found: Glance) -> dict[str, Any]:
    """The counts for other programs."""
    return asdict(found)


def answer_lines(figures: Sequence[QuestionFigures]) -> Iterator[str]:
    """What first attempts say, a line a question that has any."""
    answered = [one for one in figures if one.statistics.answers]
    lesson = None
    for one in answered:
        if one.lesson is not lesson:
            lesson = one.lesson
            yield f"{lesson.slug}, rated {lesson.rating}"
        yield "  " + _answer_line(one)
    yield (
        f"{len(answered)} of {len(figures)} questions have answers. The share of right answers is shown from "
        f"{FACILITY_FROM}, the correlation r of being right with the rating from {DISCRIMINATION_FROM}, and who "
        f"chose what from {SHARES_FROM} (the right option has a star)."
    )


def answer_json(one: QuestionFigures) -> dict[str, Any]:
    """What first attempts say about one question, for other programs; null where answers are too few."""
    told = one.statistics
    return {
        "question": one.question.identity,
        "lesson": one.lesson.slug,
        "n": told.answers,
        "facility": None
        if told.facility is None
        else {"share": told.facility.share, "low": told.facility.low, "high": told.facility.high},
        "discrimination": told.discrimination,
        "distractors": None
        if told.distractors is None
        else [
            {"option": draw.option + 1, "share": draw.chosen.share, "correlation": draw.correlation}
            for draw in told.distractors
        ],
        "declared": one.lesson.rating,
        "measured": None if one.measured is None else asdict(one.measured),
        "flags": [
            {"flag": finding.flag.value, "options": [option + 1 for option in finding.options]}
            for finding in told.findings
        ],
    }


def proposed_patch(figures: Sequence[QuestionFigures], files: dict[str, Path]) -> str:
    """A unified diff of everything that is flagged; ``files`` are those of the lessons, by slug."""
    here = Path.cwd()
    patches: list[str] = []
    for slug, path in files.items():
        own = [one for one in figures if one.lesson.slug == slug]
        if anything_proposed(own):
            absolute = path.absolute()
            name = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
            source = path.read_bytes().decode("utf-8-sig")
            patches.append(proposed_changes(own, source, name.as_posix().lstrip("/")).patch)
    return "".join(patches)


def _shelf_line(shelf: Shelf) -> str:
    return f"{shelf.name:<24}{shelf.lessons:>8}{shelf.questions:>11}{shelf.words:>9}"


def _answer_line(one: QuestionFigures) -> str:
    told = one.statistics
    right = f"{told.facility.share:.0%} right" if told.facility is not None else "-"
    r = f"r {told.discrimination:+.2f}" if told.discrimination is not None else "-"
    measured = "-" if one.measured is None else f"measured {one.measured.difficulty} ± {one.measured.error}"
    flags = "; ".join(_flag(finding) for finding in told.findings)
    line = f"{one.question.id:<44} n {told.answers:<5} {right:<10} {r:<8} {measured:<22} {_shares(one):<32} {flags}"
    return line.rstrip()


def _shares(one: QuestionFigures) -> str:
    told = one.statistics
    if told.distractors is None or told.facility is None:
        return "-"
    shares = {draw.option: draw.chosen.share for draw in told.distractors}
    shares[one.question.key] = told.facility.share
    return " ".join(
        f"{_LETTERS[option]}{'*' if option == one.question.key else ''} {share:.0%}"
        for option, share in sorted(shares.items())
    )


def _flag(finding: Finding) -> str:
    options = ", ".join(_LETTERS[option] for option in finding.options)
    return f"{finding.flag.value} ({options})" if options else finding.flag.value
