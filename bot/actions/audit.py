"""The proof that all that is shown equals the journal, and the mending of what does not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.actions import deriving
from bot.actions.chains import faults_of
from bot.actions.listing import listing_of
from bot.storage import Database, Unit
from bot.storage.experience import ExperienceRow
from bot.storage.matches import TitleRow
from bot.storage.ratings import Entry, RatingRow
from ladder.standings import Ladder
from ladder.tiers import Tier

_AT_ONCE = 500

_Journals = dict[int, dict[str, list[Entry]]]
_Compared = tuple[list[str], Callable[[], Awaitable[int]]]
"""What differs, in words, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What was looked at, and every place where something shown and the journal disagree."""

    members: int
    entries: int
    faults: tuple[str, ...]
    mended: int
    """Rows written anew from the journal."""


@dataclass(slots=True)
class _Findings:
    faults: list[str]
    mended: int = 0


async def verify(database: Database, *, mend: bool = False, progress: Callable[[int, int], None]) -> Audit:
    """Follow every journal from its first entry to its last, by the rule, and compare what is derived from it.

    Derived are ratings, XP, titles, the last answers, the boards and their histograms. To mend, they are written
    anew from the journal; the journal itself is never changed. ``progress`` hears how many members have been
    looked at, and about how many there are.
    """
    members = entries = 0
    found = _Findings([])
    last = -1
    async with database.reading() as unit:
        size = await unit.audit.size()
    while True:
        async with database.unit() if mend else database.reading() as unit:
            some = await unit.audit.members(last, _AT_ONCE)
            if not some:
                break
            if mend:
                await unit.ratings.hold(some)
            entries += await _look_at(unit, some, found, mend=mend)
        members, last = members + len(some), some[-1]
        progress(members, max(size, members))
    async with database.unit() if mend else database.reading() as unit:
        boards = await unit.audit.boards()
        if boards.missing or boards.surplus:
            found.faults.append(
                f"the boards: {boards.missing} places are missing, and {boards.surplus} ought not to be there"
            )
        if boards.miscounted:
            found.faults.append(f"the histogram: {boards.miscounted} counts are not those of the boards")
        if mend and (boards.missing or boards.surplus or boards.miscounted):
            await unit.audit.rebuild_boards()
            found.mended += boards.missing + boards.surplus + boards.miscounted
    return Audit(members, entries, tuple(found.faults), found.mended)


async def _look_at(unit: Unit, members: list[int], found: _Findings, *, mend: bool) -> int:
    """Compare everything of some members; how many entries they have."""
    read = await unit.audit.entries(members)
    journals: dict[int, dict[str, list[Entry]]] = {member: {} for member in members}
    for entry, _ in read:
        journals[entry.member].setdefault(entry.ladder, []).append(entry)
    options = {entry.meaning: count for entry, count in read if entry.meaning is not None}
    for own in journals.values():
        found.faults += faults_of(own, options)
    for compare in (_ratings, _experience, _titles, _activity):
        told, repair = await compare(unit, journals)
        found.faults += told
        if mend and told:
            found.mended += await repair()
    return len(read)


async def _ratings(unit: Unit, journals: _Journals) -> _Compared:
    members = list(journals)
    kept = {(row.member, row.ladder): row for row in await unit.audit.ratings(members)}
    listed = await listing_of(unit, members, kept.values())
    derived = {
        (member, ladder): row._replace(listed=row.answers > 0 and listed(member, Ladder.parse(ladder)))
        for member, own in journals.items()
        for ladder, row in deriving.ratings(own).items()
    }
    wrong = sorted(key for key in {*kept, *derived} if kept.get(key) != derived.get(key))

    async def repair() -> int:
        anew = [derived[key] for key in wrong if key in derived]
        # As if they had stood so before: the boards are compared, and built anew, as a whole.
        await unit.ratings.write(anew, before=anew)
        await unit.audit.forget_ratings(key for key in wrong if key not in derived)
        return len(wrong)

    return [_told(kept.get(key), derived.get(key), key) for key in wrong], repair


def _told(kept: RatingRow | None, derived: RatingRow | None, key: tuple[int, str]) -> str:
    where = f"member {key[0]}, {key[1]}"
    if derived is None:
        return f"{where}: no journal explains this rating"
    if kept is None:
        return f"{where}: the journal ends at {derived.rating}, and there is no rating"
    if kept._replace(listed=derived.listed) == derived:
        return f"{where}: it ought {'' if derived.listed else 'not '}to stand on the board"
    return (
        f"{where}: the rating is {kept.rating}, and the journal ends at {derived.rating}, or a count differs"
    )


async def _experience(unit: Unit, journals: _Journals) -> _Compared:
    members = list(journals)
    kept = {(row.member, row.guild, row.week): row for row in await unit.experience.of(members)}
    listed = await listing_of(unit, members, ())
    reviewed: dict[int, list[tuple[str, int | None, datetime]]] = {}
    for member, question, guild, at in await unit.reviews.correct(members):
        reviewed.setdefault(member, []).append((question, guild, at))
    due = [
        ExperienceRow(member, guild, week, xp, listed=False)
        for member, own in journals.items()
        for (guild, week), xp in deriving.experience(own, reviewed.get(member, ())).items()
    ]
    derived = {
        (row.member, row.guild, row.week): row._replace(listed=listed(row.member, row.ladder)) for row in due
    }
    wrong = sorted(key for key in {*kept, *derived} if kept.get(key) != derived.get(key))

    async def repair() -> int:
        anew = [derived[key] for key in wrong if key in derived]
        await unit.experience.write(anew, before=anew)
        await unit.audit.forget_experience(key for key in wrong if key not in derived)
        return len(wrong)

    return [
        f"member {member}, XP of the week from {week}{f' in server {guild}' if guild else ''}: "
        f"{kept[member, guild, week].xp if (member, guild, week) in kept else 'none'} is kept, and the journal "
        f"gives {derived[member, guild, week].xp if (member, guild, week) in derived else 'none'}"
        for member, guild, week in wrong
    ], repair


async def _titles(unit: Unit, journals: _Journals) -> _Compared:
    matches = await unit.matches.of(journals)
    kept = await unit.matches.titles(journals)
    derived = {
        member: deriving.title(own, [match for match in matches if match.member == member])
        for member, own in journals.items()
    }
    wrong = [member for member in journals if _earned(kept.get(member)) != _earned(derived[member])]

    async def repair() -> int:
        await unit.audit.forget_titles(member for member in wrong if derived[member] is None)
        anew = [held for member in wrong if (held := derived[member]) is not None]
        await unit.matches.hold_titles(anew)
        changed = [*anew, *(kept[member] for member in wrong if member in kept)]
        await unit.role_dues.add(wrong, max(one.changed_at for one in changed))
        return len(wrong)

    return [
        f"member {member}: the title is {_earned(kept.get(member))}, and the matches and the journal give "
        f"{_earned(derived[member])}"
        for member in wrong
    ], repair


def _earned(held: TitleRow | None) -> str:
    if held is None:
        return Tier.IRON.key
    return held.tier.key if held.beaten is None else f"{held.tier.key} (beaten: {held.beaten})"


async def _activity(unit: Unit, journals: _Journals) -> _Compared:
    kept = {member: one.answered_at for member, one in (await unit.listing.activity(journals)).items()}
    derived = {
        member: at for member, own in journals.items() if (at := deriving.last_answer_at(own)) is not None
    }
    wrong = [member for member in journals if kept.get(member) != derived.get(member)]

    async def repair() -> int:
        await unit.listing.answered({member: derived[member] for member in wrong if member in derived})
        await unit.audit.forget_activity(member for member in wrong if member not in derived)
        return len(wrong)

    return [f"member {member}: the last answer is not the journal's last" for member in wrong], repair
