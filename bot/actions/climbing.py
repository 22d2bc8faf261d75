"""Climbing: what polls, quizzes and reviews did to somebody's title, by going through the journal again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions import deriving
from bot.storage import Unit
from bot.storage.matches import Match, TitleRow
from bot.storage.ratings import Entry
from ladder.standings import Ladder
from ladder.tiers import Tier


@dataclass(frozen=True, slots=True)
class Climb:
    """A title that has risen."""

    before: Tier
    after: Tier


async def climbed(
    unit: Unit, member: int, sources: Iterable[str], *, at: datetime | None = None
) -> Climb | None:
    """What these sources made of the member's title if it rose by them, each taken by itself.

    It is None too once the title is no longer above what it was before the first of them. ``at`` narrows the
    sources to what they did at that moment.
    """
    held = (await unit.matches.titles([member])).get(member)
    if held is None:
        return None
    journal = await unit.ratings.entries(member, Ladder.world().key)
    matches = await unit.matches.of([member])
    wanted = set(sources)
    return climb_by(
        journal,
        matches,
        [one for one in journal if one.source in wanted and at in {None, one.at}],
        [one for one in matches if one.source in wanted and at in {None, one.settled_at}],
        now=held.tier,
    )


def climb_by(
    journal: Sequence[Entry],
    matches: Sequence[Match],
    entries: Iterable[Entry],
    settled: Iterable[Match],
    *,
    now: Tier,
) -> Climb | None:
    """What these entries of the journal and these settled matches, source by source, made of the title held now."""
    lengths: dict[str, list[int]] = {}
    own: dict[str, list[Match]] = {}
    for entry in entries:
        lengths.setdefault(entry.source, []).extend((entry.sequence - 1, entry.sequence))
    for match in settled:
        lengths.setdefault(match.source, []).append(min(match.entries, len(journal)))
        own.setdefault(match.source, []).append(match)
    if not lengths:
        return None
    course = list(deriving.stages(journal, matches))
    changes = [
        (
            min(spanned),
            _tier(course[min(spanned)].title(own.get(source, ()))),
            _tier(course[max(spanned)].title()),
        )
        for source, spanned in lengths.items()
    ]
    begin = min(first for first, _, _ in changes)
    if now <= min(before for first, before, _ in changes if first == begin):
        return None
    climbs = [Climb(before, after) for _, before, after in changes if after > before]
    if not climbs:
        return None
    return Climb(min(one.before for one in climbs), max(one.after for one in climbs))


def _tier(held: TitleRow | None) -> Tier:
    return held.tier if held is not None else Tier.IRON
