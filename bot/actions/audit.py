"""The proof that every rating equals its journal, and the mending of those that do not."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby

from bot.storage import Database
from bot.storage.ratings import Entry, RatingRow
from ladder.rating import FIRST_ESTIMATE, Standing, blend, rate
from ladder.standings import Ladder

_AT_ONCE = 500
_CLOSE = 1e-9
"""What float64 may lose between two machines, in rating points."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at, and every place where a rating and its journal disagree."""

    members: int
    entries: int
    faults: tuple[str, ...]
    mended: int
    """Ratings written anew from the journal."""


async def verify(database: Database, *, mend: bool = False, progress: Callable[[int], None]) -> Audit:
    """Follow every journal from its first entry to its last, by the rule, and compare where it ends.

    To mend, ratings are written anew from the journal; the journal itself is never changed. ``progress``
    hears how many members have been looked at.
    """
    members = entries = mended = 0
    faults: list[str] = []
    last = -1
    while True:
        async with database.unit() if mend else database.reading() as unit:
            some = await unit.audit.members(last, _AT_ONCE)
            if not some:
                return Audit(members, entries, tuple(faults), mended)
            if mend:
                await unit.ratings.hold(some)
            kept = {(row.member, row.ladder): row for row in await unit.audit.ratings(some)}
            read = await unit.audit.entries(some)
            derived: dict[tuple[int, str], RatingRow] = {}
            for key, group in groupby(read, key=lambda one: (one[0].member, one[0].ladder)):
                journal = list(group)
                faults += _broken_chain(journal)
                derived[key] = _derived([entry for entry, _ in journal])
            _blend_servers(derived)
            wrong = [key for key in {*kept, *derived} if kept.get(key) != derived.get(key)]
            faults += [_told(kept.get(key), derived.get(key), key) for key in sorted(wrong)]
            if mend:
                anew = [derived[key] for key in wrong if key in derived]
                await unit.ratings.write(anew, [])
                mended += len(anew)
        members, entries, last = members + len(some), entries + len(read), some[-1]
        progress(members)


def _broken_chain(journal: list[tuple[Entry, int]]) -> list[str]:
    """Where an entry does not follow from the one before it, or from the rule."""
    faults: list[str] = []
    before: Entry | None = None
    for number, (entry, options) in enumerate(journal, start=1):
        where = f"member {entry.member}, {entry.ladder}, entry {entry.sequence}"
        if entry.sequence != number:
            faults.append(f"{where}: entry {number} is missing")
        elif before is None and not _begins(entry):
            faults.append(f"{where}: nobody starts there")
        elif before is not None and (before.estimate_after, before.evidence_after) != (
            entry.estimate_before,
            entry.evidence_before,
        ):
            faults.append(f"{where}: it does not begin where entry {before.sequence} ended")
        if entry.kind == "answer" and not _follows(entry, options):
            faults.append(f"{where}: the rule gives another result")
        before = entry
    return faults


def _begins(entry: Entry) -> bool:
    """Whether a journal may begin so: without evidence, and but for a server's at the estimate of all."""
    seeded = Ladder.parse(entry.ladder).guild_id is not None
    return entry.evidence_before == 0 and (seeded or entry.estimate_before == FIRST_ESTIMATE)


def _follows(entry: Entry, options: int) -> bool:
    if entry.difficulty is None or entry.weight is None or entry.correct is None:
        return False
    change = rate(
        Standing(entry.estimate_before, entry.evidence_before),
        difficulty=entry.difficulty,
        options=options,
        correct=entry.correct,
        weight=entry.weight,
    )
    return math.isclose(change.after.estimate, entry.estimate_after, abs_tol=_CLOSE) and math.isclose(
        change.after.evidence, entry.evidence_after, abs_tol=_CLOSE
    )


def _derived(entries: list[Entry]) -> RatingRow:
    """The rating at which a journal ends; a server's is not blended yet."""
    end = entries[-1]
    answers = [entry for entry in entries if entry.kind == "answer"]
    return RatingRow(
        member=end.member,
        ladder=end.ladder,
        estimate=end.estimate_after,
        evidence=end.evidence_after,
        rating=Standing(end.estimate_after, end.evidence_after).rating,
        answers=len(answers),
        correct=sum(bool(entry.correct) for entry in answers),
        entries=len(entries),
        answered_at=answers[-1].at if answers else end.at,
    )


def _blend_servers(derived: dict[tuple[int, str], RatingRow]) -> None:
    for key, row in derived.items():
        if Ladder.parse(row.ladder).guild_id is not None:
            world = derived.get((row.member, Ladder.world().key))
            whole = Standing(world.estimate, world.evidence) if world is not None else None
            derived[key] = replace(row, rating=blend(whole, Standing(row.estimate, row.evidence)).rating)


def _told(kept: RatingRow | None, derived: RatingRow | None, key: tuple[int, str]) -> str:
    where = f"member {key[0]}, {key[1]}"
    if derived is None:
        return f"{where}: no journal explains this rating"
    if kept is None:
        return f"{where}: the journal ends at {derived.rating}, and there is no rating"
    return (
        f"{where}: the rating is {kept.rating}, and the journal ends at {derived.rating}, or a count differs"
    )
