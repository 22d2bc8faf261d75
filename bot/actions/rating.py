"""Rating: what an answer is worth on every ladder that it touches, and the journal that explains it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.library import Library
from bot.actions.matches import settle_completed
from bot.storage import Unit
from bot.storage.matches import Match, TitleRow
from bot.storage.meanings import Asked
from bot.storage.ratings import Entry, RatingRow
from ladder.match import Outcome
from ladder.rating import Change, Standing, blend, rate
from ladder.standings import Ladder
from ladder.tiers import Tier, title
from lessons.model import CURATED

_WORLD = Ladder.world().key


@dataclass(frozen=True, slots=True)
class Evidence:
    """A first attempt: the only kind of answer that moves a rating."""

    member: int
    asked: Asked
    difficulty: int
    correct: bool
    weight: float
    at: datetime
    guild: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Moved:
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


async def rate_all(unit: Unit, library: Library, evidence: Sequence[Evidence]) -> None:
    """Move every rating that the evidence touches, in its order, and write the journal.

    Matches that are complete now are settled, and titles follow, all in the same unit. The caller has made
    sure, in this unit, that each is its member's first attempt; the journal's own uniqueness refuses a second.
    """
    if not evidence:
        return
    held = await unit.ratings.hold(one.member for one in evidence)
    titles = await unit.matches.titles(one.member for one in evidence)
    books = {
        member: _Books(member, titles.get(member)) for member in dict.fromkeys(one.member for one in evidence)
    }
    for row in held:
        books[row.member].open(row)
    for one in evidence:
        books[one.member].enter(one)
    await unit.ratings.write(
        [row for book in books.values() for row in book.rows()],
        [entry for book in books.values() for entry in book.entries],
    )
    settled = await settle_completed(
        unit, library, [(one.member, one.asked.lesson, one.source, one.at) for one in evidence]
    )
    for match in settled:
        if match.outcome is Outcome.WIN:
            books[match.member].win(match)
    await unit.matches.hold_titles([book.title for book in books.values() if book.title is not None])


def moved(entry: Entry) -> Moved:
    """The receipt of an answer that is in the journal."""
    before = Standing(entry.estimate_before, entry.evidence_before)
    after = Standing(entry.estimate_after, entry.evidence_after)
    return Moved(
        ladder=Ladder.parse(entry.ladder),
        before=entry.rating_before,
        after=entry.rating_after,
        predicted=entry.predicted or 0.0,
        difficulty=entry.difficulty or 0,
        weight=entry.weight or 0.0,
        by_certainty=(after.cautious - before.cautious) - (after.estimate - before.estimate),
    )


class _Books:
    """One member's ratings while a unit works on them."""

    def __init__(self, member: int, held: TitleRow | None) -> None:
        self._member = member
        self.title = held
        self._rows: dict[str, RatingRow] = {}
        self.entries: list[Entry] = []

    def open(self, row: RatingRow) -> None:
        self._rows[row.ladder] = row

    def rows(self) -> list[RatingRow]:
        return list(self._rows.values())

    def enter(self, one: Evidence) -> None:
        earlier = len(self.entries)
        # The server's ladder is seeded from the world's as it was before this answer.
        if one.guild is not None:
            self._move(Ladder.server(one.guild), one)
        if one.asked.question.startswith(f"{CURATED}:"):
            self._move(Ladder.category(one.asked.category), one)
            self._move(Ladder.world(), one)
        self._reblend(earlier)
        self._retitle(one.at)

    def win(self, match: Match) -> None:
        beaten = max(match.difficulty, (self.title and self.title.beaten) or 0)
        held = self.title.tier if self.title else Tier.IRON
        self.title = TitleRow(self._member, held, beaten, match.settled_at)
        self._retitle(match.settled_at)

    def _retitle(self, at: datetime) -> None:
        """Titles depend on what was held, so they are asked for after every change, in its order."""
        world = self._rows.get(_WORLD)
        # Without a win there is but the first title, which needs no row.
        if world is None or self.title is None:
            return
        earned = title(world.rating, beaten=self.title.beaten, held=self.title.tier)
        if earned is not self.title.tier:
            self.title = replace(self.title, tier=earned, changed_at=at)

    def _move(self, ladder: Ladder, one: Evidence) -> None:
        row = self._rows.get(ladder.key) or self._first(ladder, one.at)
        change = rate(
            Standing(row.estimate, row.evidence),
            difficulty=one.difficulty,
            options=len(one.asked.options),
            correct=one.correct,
            weight=one.weight,
        )
        self._rows[ladder.key] = replace(
            row,
            estimate=change.after.estimate,
            evidence=change.after.evidence,
            rating=change.after.rating,
            answers=row.answers + 1,
            correct=row.correct + one.correct,
            entries=row.entries + 1,
            answered_at=one.at,
        )
        self.entries.append(_entry(row, change, one))

    def _first(self, ladder: Ladder, at: datetime) -> RatingRow:
        world = self._rows.get(_WORLD)
        start = Standing()
        if ladder.guild_id is not None and world is not None:
            start = Standing(world.estimate, 0.0)
        return RatingRow(
            member=self._member,
            ladder=ladder.key,
            estimate=start.estimate,
            evidence=start.evidence,
            rating=start.rating,
            answers=0,
            correct=0,
            entries=0,
            answered_at=at,
        )

    def _reblend(self, earlier: int) -> None:
        """Bring every server's shown rating in step with the world's estimate, and this answer's entries with it.

        The entries before these stay as they are: each tells what was shown after its own answer.
        """
        world = self._rows.get(_WORLD)
        whole = Standing(world.estimate, world.evidence) if world is not None else None
        for key, row in self._rows.items():
            if Ladder.parse(key).guild_id is not None:
                shown = blend(whole, Standing(row.estimate, row.evidence)).rating
                self._rows[key] = replace(row, rating=shown)
        self.entries[earlier:] = [
            replace(entry, rating_after=self._rows[entry.ladder].rating) for entry in self.entries[earlier:]
        ]


def _entry(row: RatingRow, change: Change, one: Evidence) -> Entry:
    return Entry(
        member=row.member,
        ladder=row.ladder,
        sequence=row.entries + 1,
        kind="answer",
        question=one.asked.question,
        meaning=one.asked.meaning,
        step=0,
        estimate_before=change.before.estimate,
        evidence_before=change.before.evidence,
        estimate_after=change.after.estimate,
        evidence_after=change.after.evidence,
        rating_before=row.rating,
        rating_after=change.after.rating,
        predicted=change.predicted,
        k=change.k,
        weight=one.weight,
        difficulty=one.difficulty,
        correct=one.correct,
        at=one.at,
        guild=one.guild,
        source=one.source,
    )
