"""Rating: what an answer is worth on every ladder that it touches, and the journal that explains it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.actions.books import Books, Evidence
from bot.actions.holdings import Holdings
from bot.actions.listing import relist
from bot.actions.matches import settle_completed
from bot.actions.promotions import note_promotions, retitled
from bot.storage import Unit
from bot.storage.ratings import Entry, RatingRow
from ladder.evidence import revealed_weight
from ladder.match import Outcome
from ladder.rating import caution
from ladder.review import FIRST_ATTEMPT
from ladder.standings import Ladder


@dataclass(frozen=True, slots=True)
class Practised:
    """An answer that moves no rating, and may still be the last that a match waited for."""

    member: int
    lesson: str
    source: str
    at: datetime
    guild: int | None
    """The server in which it was given, if in one."""


class Moved(NamedTuple):
    """What one answer did to one rating, as it was shown then, and by which numbers."""

    ladder: Ladder
    before: int
    after: int
    predicted: float
    difficulty: int
    weight: float
    by_certainty: float
    """Rating points that came from knowing the member better, not from the answer."""

    @property
    def change(self) -> int:
        """Rating points gained or lost."""
        return self.after - self.before


async def rate_all(
    unit: Unit, library: Holdings, evidence: Sequence[Evidence], practised: Sequence[Practised] = ()
) -> list[Entry]:
    """Move every rating that the evidence touches, in its order, and write the journal; boards and XP follow.

    What was written is returned.

    Matches that are complete now are settled, and titles follow, all in the same unit. The caller has made
    sure, in this unit, that each is its member's first attempt; the journal's own uniqueness refuses a second.
    ``practised`` are answers that move nothing and may still complete a match.
    """
    if not evidence and not practised:
        return []
    members = dict.fromkeys(one.member for one in [*evidence, *practised])
    held = await unit.ratings.hold(members)
    evidence = await _weighed(unit, evidence)
    books = await _books(unit, members, held, evidence)
    titles = {member: book.title for member, book in books.items()}
    for one in evidence:
        books[one.member].enter(one)
    await _store(unit, books)
    await _come_back(unit, books)
    answered = [(one.member, one.asked.lesson, one.source, one.at) for one in evidence]
    answered += [(one.member, one.lesson, one.source, one.at) for one in practised]
    lengths = {member: book.entries_in_the_world for member, book in books.items()}
    for match in await settle_completed(unit, library, answered, lengths):
        if match.outcome is Outcome.WIN:
            books[match.member].win(match)
    held_now = [book.title for book in books.values() if book.title is not None]
    await unit.matches.hold_titles(held_now)
    guilds = {one.member: one.guild for one in [*practised, *evidence]}
    await note_promotions(unit, titles, held_now, guilds)
    known = {row.member for row in held if row.ladder == Ladder.world().key}
    newcomers = {member for member, book in books.items() if book.entries_in_the_world} - known
    if due := newcomers | retitled(titles, held_now):
        await unit.role_dues.add(due, max(one.at for one in [*evidence, *practised]))
    return [entry for book in books.values() for entry in book.entries]


async def void(
    unit: Unit, question: str, *, at: datetime, guild: int | None, members: Collection[int]
) -> int:
    """Take back what the question did to the members' ratings, in one server or (None) everywhere; how often.

    What it did there before is reversed by its stored numbers, once, without replaying what came after it. XP
    and matches stay as they are, and so do the final standings of seasons.
    """
    held = await unit.ratings.hold(members)
    entries = [
        entry
        for entry in await unit.ratings.not_voided(members, question)
        if guild is None or Ladder.parse(entry.ladder).guild_id == guild
    ]
    books = await _books(unit, dict.fromkeys(entry.member for entry in entries), held, ())
    entries = [entry for entry in entries if not books[entry.member].is_over(Ladder.parse(entry.ladder))]
    source = f"void:{guild}" if guild is not None else "void"
    titles = {member: book.title for member, book in books.items()}
    for entry in entries:
        books[entry.member].void(entry, at=at, guild=guild, source=source)
    await _store(unit, books)
    held_now = [book.title for book in books.values() if book.title is not None]
    await unit.matches.hold_titles(held_now)
    await unit.role_dues.add(retitled(titles, held_now), at)
    return len(entries)


async def _weighed(unit: Unit, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, each as light as what its member may have seen revealed before it makes it."""
    firsts = [one for one in evidence if one.step == FIRST_ATTEMPT]
    if not firsts:
        return list(evidence)
    reveals = await unit.sightings.reveals(
        {one.member for one in firsts}, {one.asked.question for one in firsts}
    )
    return [
        one._replace(weight=_lightest(one, reveals[one.member, one.asked.question]))
        if one.step == FIRST_ATTEMPT and (one.member, one.asked.question) in reveals
        else one
        for one in evidence
    ]


def _lightest(one: Evidence, reveals: Iterable[tuple[datetime, datetime]]) -> float:
    weight = one.weight
    for revealed_at, met_at in reveals:
        if revealed_at < one.at:
            weight = revealed_weight(weight, revealed_at, met_at)
    return weight


async def _books(
    unit: Unit, members: Iterable[int], held: Iterable[RatingRow], evidence: Iterable[Evidence]
) -> dict[int, Books]:
    """The books of the members, whose ratings are held."""
    wanted = set(members)
    rows = [row for row in held if row.member in wanted]
    titles = await unit.matches.titles(wanted)
    absences = await unit.listing.absences(wanted)
    activity = await unit.listing.activity(wanted)
    guilds = {Ladder.parse(row.ladder).guild_id for row in rows} | {one.guild for one in evidence}
    seasons = await unit.seasons.running((guild for guild in guilds if guild is not None), lock=True)
    books = {
        member: Books(
            member,
            held=titles.get(member),
            absence=absences.get(member),
            activity=activity.get(member),
            seasons=seasons,
        )
        for member in wanted
    }
    for row in rows:
        books[row.member].open(row)
    return books


async def _store(unit: Unit, books: Mapping[int, Books]) -> None:
    rows: list[RatingRow] = []
    before: list[RatingRow] = []
    for book in books.values():
        own, held = book.rows()
        rows += own
        before += held
    await unit.ratings.write(
        rows, [entry for book in books.values() for entry in book.entries], before=before
    )
    earning = {member: book for member, book in books.items() if book.weeks()}
    if earning:
        weeks = sorted({week for book in earning.values() for week in book.weeks()})
        known = {(row.member, row.guild, row.week): row for row in await unit.experience.of(earning, weeks)}
        earned = [row for book in earning.values() for row in book.experience(known)]
        keys = {(row.member, row.guild, row.week) for row in earned}
        await unit.experience.write(earned, before=[row for key, row in known.items() if key in keys])
    await unit.listing.answered(
        {member: book.last_answer_at for member, book in books.items() if book.last_answer_at is not None}
    )


async def _come_back(unit: Unit, books: Mapping[int, Books]) -> None:
    """Whoever was thought to have left a server and answers there is back."""
    back = [(member, guild) for member, book in sorted(books.items()) for guild in sorted(book.back_in)]
    for member, guild in back:
        await unit.listing.lift(member, guild, "departed")
    if back:
        # Their ratings stand on the boards again by this answer, but not yet the XP of other weeks.
        await relist(unit, [member for member, _ in back])


def moved(entry: Entry) -> Moved:
    """The receipt of an answer that is in the journal."""
    return Moved(
        ladder=Ladder.parse(entry.ladder),
        before=entry.rating_before,
        after=entry.rating_after,
        predicted=entry.predicted or 0.0,
        difficulty=entry.difficulty or 0,
        weight=entry.weight or 0.0,
        by_certainty=caution(entry.evidence_before) - caution(entry.evidence_after),
    )
