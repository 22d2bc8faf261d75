"""Following a journal entry by entry: where one does not begin at the last one's end, or breaks the rule."""

import math
from collections.abc import Iterator, Mapping, Sequence

from bot.storage.ratings import Entry
from ladder.rating import FIRST_ESTIMATE, Standing, after_idle, blend, rate, season_start, undo
from ladder.standings import Ladder

_CLOSE = 1e-9
"""What float64 may lose between two machines, in rating points."""

Journals = Mapping[str, Sequence[Entry]]
"""One member's journals by ladder, each in its order."""


def faults_of(journals: Journals, options: Mapping[str, int]) -> list[str]:
    """Where the member's journals have gaps or break the rule; ``options`` counts those of each meaning."""
    faults: list[str] = []
    for ladder, journal in journals.items():
        before: Entry | None = None
        given: dict[tuple[str | None, int], Entry] = {}
        for number, entry in enumerate(journal, start=1):
            where = f"member {entry.member}, {ladder}, entry {entry.sequence}"
            if entry.sequence != number:
                faults.append(f"{where}: entry {number} is missing")
            elif before is None and not _begins(entry, journals):
                faults.append(f"{where}: nobody starts there")
            elif before is not None and not _same(_after(before), _before(entry)):
                faults.append(f"{where}: it does not begin where entry {before.sequence} ended")
            due = _due(entry, given, options.get(entry.meaning or "", 0))
            if due is not None and not _same(due, _after(entry)):
                faults.append(f"{where}: the rule gives another result")
            faults += [f"{where}: {wrong}" for wrong in _wrongly_shown(entry, before, journals, options)]
            if entry.kind in {"answer", "review"}:
                given[entry.question, entry.step] = entry
            before = entry
    return faults


def _begins(entry: Entry, journals: Journals) -> bool:
    """Whether a journal may begin so: as everybody does, or where its seed was at that moment."""
    ladder = Ladder.parse(entry.ladder)
    if ladder.guild_id is None:
        return _same(_before(entry), Standing(FIRST_ESTIMATE, 0.0))
    if ladder.is_season:
        own = _alongside(entry, journals.get(Ladder.server(ladder.guild_id).key, ()))
        return own is not None and _same(_before(entry), season_start(_before(own)))
    if entry.evidence_before:
        return False
    world = _alongside(entry, journals.get(Ladder.world().key, ()))
    # What only counts in the server has no entry in the world's journal that would tell the seed.
    return world is None or math.isclose(entry.estimate_before, world.estimate_before, abs_tol=_CLOSE)


def _wrongly_shown(
    entry: Entry, before: Entry | None, journals: Journals, options: Mapping[str, int]
) -> Iterator[str]:
    """Numbers of an entry that people are shown, and that do not follow from its estimates."""
    ladder = Ladder.parse(entry.ladder)
    if ladder.is_server:
        # What is shown there is blended with the world's estimate, which other answers move as well.
        world = _alongside(entry, journals.get(Ladder.world().key, ()))
        if world is not None and entry.rating_after != blend(_after(world), _after(entry)).rating:
            yield "the rating shown after it is not the blend"
    else:
        began = before.rating_after if before is not None else _before(entry).rating
        if (entry.rating_before, entry.rating_after) != (began, _after(entry).rating):
            yield "the ratings shown are not those of its estimates"
    if entry.kind in {"answer", "review"} and entry.difficulty is not None and entry.weight is not None:
        change = rate(
            _before(entry),
            difficulty=entry.difficulty,
            options=options.get(entry.meaning or "", 0),
            correct=bool(entry.correct),
            weight=entry.weight,
        )
        if not (_near(entry.predicted, change.predicted) and _near(entry.k, change.k)):
            yield "the chance or the step is not the rule's"


def _near(kept: float | None, due: float) -> bool:
    return kept is not None and math.isclose(kept, due, abs_tol=_CLOSE)


def _alongside(entry: Entry, journal: Sequence[Entry]) -> Entry | None:
    """The entry of another ladder that the same event made."""
    # The source tells a void in one server from a later one everywhere.
    wanted = entry.kind, entry.question, entry.step, entry.source
    return next(
        (other for other in journal if (other.kind, other.question, other.step, other.source) == wanted), None
    )


def _due(entry: Entry, given: Mapping[tuple[str | None, int], Entry], options: int) -> Standing | None:
    """Where the entry ought to end; None for a kind that ends where it was set."""
    before = _before(entry)
    if entry.kind == "idle":
        return after_idle(before)
    if entry.kind == "void":
        voided = given.get((entry.question, entry.step))
        if voided is None or voided.weight is None:
            return before
        return undo(before, voided.estimate_after - voided.estimate_before, voided.weight)
    if entry.kind == "reset":
        return None
    if entry.difficulty is None or entry.weight is None or entry.correct is None:
        return before
    return rate(
        before,
        difficulty=entry.difficulty,
        options=options,
        correct=entry.correct,
        weight=entry.weight,
    ).after


def _before(entry: Entry) -> Standing:
    return Standing(entry.estimate_before, entry.evidence_before)


def _after(entry: Entry) -> Standing:
    return Standing(entry.estimate_after, entry.evidence_after)


def _same(one: Standing, other: Standing) -> bool:
    return math.isclose(one.estimate, other.estimate, abs_tol=_CLOSE) and math.isclose(
        one.evidence, other.evidence, abs_tol=_CLOSE
    )
