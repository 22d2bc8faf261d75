"""One member's ratings while a unit works on them: what evidence does to each, and the journal of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from bot.storage.experience import EVERYWHERE, ExperienceRow
from bot.storage.listing import Absence, Activity
from bot.storage.matches import Match, TitleRow
from bot.storage.meanings import Asked
from bot.storage.ratings import Entry, Kind, RatingRow
from bot.storage.seasons import Season
from ladder.experience import earned, week_of
from ladder.rating import (
    Change,
    Standing,
    after_idle,
    begun_anew,
    blend,
    is_idle,
    rate,
    season_start,
    undo,
    undo_reset,
)
from ladder.review import FIRST_ATTEMPT
from ladder.standings import Ladder, is_listed
from ladder.tiers import Tier, title
from lessons.model import CURATED
from lessons.owned import is_taught, owner_of

_WORLD = Ladder.world().key


class Evidence(NamedTuple):
    """A first attempt, or a review that is rated again: what may move a rating."""

    member: int
    asked: Asked
    difficulty: int
    correct: bool
    weight: float
    at: datetime
    """When it was given."""
    guild: int | None
    source: str
    rated_at: datetime
    """When it is rated, which for a poll's is its close: the journal's moments follow one another."""
    step: int = FIRST_ATTEMPT
    """0 for a first attempt, else the review's step in days."""

    @property
    def kind(self) -> Kind:
        """The kind of its entries in the journal."""
        return "answer" if self.step == FIRST_ATTEMPT else "review"


def earned_in(question: str, guild: int | None) -> set[int]:
    """Where an answer to the question counts for XP that was given in the server, or (None) in none.

    What a server has written counts there alone: it could ask as much and as easily as it likes.
    """
    if owner_of(question) == CURATED:
        return {EVERYWHERE, guild or EVERYWHERE}
    return {guild} if guild is not None and is_taught(question, guild) else set()


def retitled(held: TitleRow, rating: int, at: datetime) -> TitleRow:
    """The title after the world's rating has changed."""
    tier = title(rating, beaten=held.beaten, held=held.tier)
    return held if tier is held.tier else replace(held, tier=tier, changed_at=at)


def won(held: TitleRow | None, match: Match, rating: int | None) -> TitleRow:
    """The title after a match was won, at this rating in the world."""
    beaten = max(match.difficulty, (held and held.beaten) or 0)
    now = TitleRow(match.member, held.tier if held else Tier.IRON, beaten, match.settled_at)
    return now if rating is None else retitled(now, rating, match.settled_at)


@dataclass(slots=True)
class _Account:
    """One rating while it is worked on; a frozen row for every step would cost more than the rating itself."""

    ladder: Ladder
    key: str
    held: RatingRow | None
    """As it is stored; None for a rating that begins here."""
    standing: Standing
    rating: int
    answers: int
    correct: int
    entries: int
    answered_at: datetime
    listed: bool
    blended: bool
    """Whether what is shown of it is the blend with the world's."""


class _Step(NamedTuple):
    """What one event did to one account."""

    account: _Account
    kind: Kind
    before: Standing
    shown_before: int
    about: Entry | Evidence | None = None
    """The answer, or the entry that is voided."""
    change: Change | None = None


class Books:
    """One member's ratings, XP and title, from how they were held to how they are to be stored."""

    def __init__(
        self,
        member: int,
        *,
        held: TitleRow | None = None,
        absence: Absence | None = None,
        activity: Activity | None = None,
        seasons: Mapping[int, Season] | None = None,
    ) -> None:
        """``seasons`` are those that run, by server, of all servers that may concern the member."""
        self._member = member
        self.title = held
        self._absence = absence or Absence()
        self._activity = activity
        self._seasons = seasons or {}
        self._accounts: dict[str, _Account] = {}
        self.entries: list[Entry] = []
        self._earned: dict[tuple[int, date], int] = {}
        self._answered = False
        self.back_in: set[int] = set()
        """Servers that the member was thought to have left, and answered in."""

    def open(self, row: RatingRow) -> None:
        """Begin with a rating as it is stored."""
        self._accounts[row.ladder] = _Account(
            Ladder.parse(row.ladder),
            row.ladder,
            row,
            Standing(row.estimate, row.evidence),
            row.rating,
            row.answers,
            row.correct,
            row.entries,
            row.answered_at,
            row.listed,
            Ladder.parse(row.ladder).is_server,
        )

    def rows(self) -> tuple[list[RatingRow], list[RatingRow]]:
        """The ratings that are not as they were held, as they are to be stored and as they were held.

        Those that are new were not held.
        """
        rows: list[RatingRow] = []
        before: list[RatingRow] = []
        for account in self._accounts.values():
            row = RatingRow(
                self._member,
                account.key,
                account.standing.estimate,
                account.standing.evidence,
                account.rating,
                account.answers,
                account.correct,
                account.entries,
                account.answered_at,
                self._is_listed(account),
            )
            if row != account.held:
                rows.append(row)
                if account.held is not None:
                    before.append(account.held)
        return rows, before

    def _is_listed(self, account: _Account) -> bool:
        if not account.answers:
            # Nobody stands on a ladder without an answer that counts there.
            return False
        if not self._answered or self.is_over(account.ladder):
            return account.listed
        # Whoever has just answered is not idle.
        return is_listed(
            account.ladder, hidden=self._absence.hidden, idle=False, away_from=self._absence.away_from
        )

    def is_over(self, ladder: Ladder) -> bool:
        """Whether it is the ladder of a season that has ended, to which nothing is written any more."""
        if not ladder.is_season:
            return False
        running = self._seasons.get(ladder.guild_id or 0)
        return running is None or running.ladder != ladder

    @property
    def entries_in_the_world(self) -> int:
        """How long the member's journal of the world's ladder is now."""
        world = self._accounts.get(_WORLD)
        return world.entries if world is not None else 0

    @property
    def last_answer_at(self) -> datetime | None:
        """When the member's last answer was that counted, if there is a new one."""
        return self._activity.answered_at if self._activity is not None and self._answered else None

    def enter(self, one: Evidence) -> None:
        """Rate the answer on every ladder that it touches."""
        self._wake(one)
        self._answered = True
        steps: list[_Step] = []
        owner = owner_of(one.asked.question)
        # A season is seeded from the server's ladder, and that from the world's, as they were before this answer.
        if one.guild is not None and (owner == CURATED or owner == str(one.guild)):
            if self._absence.left_before(one.guild, one.at):
                self._absence = self._absence.back_in(one.guild)
                self.back_in.add(one.guild)
            season = self._seasons.get(one.guild)
            if season is not None and one.at < season.ends_at:
                steps.append(self._rate(season.ladder, one))
            steps.append(self._rate(Ladder.server(one.guild), one))
        if owner == CURATED:
            steps.append(self._rate(Ladder.category(one.asked.category), one))
            steps.append(self._rate(Ladder.world(), one))
        self._post(steps, at=one.rated_at, guild=one.guild, source=one.source)
        self._retitle(one.rated_at)
        xp = earned(correct=one.correct, review=one.step != FIRST_ATTEMPT)
        if xp:
            week = week_of(one.rated_at).date()
            for place in earned_in(one.asked.question, one.guild):
                self._earned[place, week] = self._earned.get((place, week), 0) + xp
        if self._activity is None or one.rated_at > self._activity.answered_at:
            self._activity = Activity(one.rated_at, idle=False)

    def void(self, voided: Entry, *, at: datetime, guild: int | None, source: str) -> None:
        """Take back what one entry of the journal did to its ladder; later entries keep what they did."""
        account = self._accounts.get(voided.ladder)
        if account is None or voided.weight is None:
            return
        account.answers -= 1
        account.correct -= bool(voided.correct)
        after = undo(account.standing, voided.estimate_after - voided.estimate_before, voided.weight)
        self._post([_step(account, "void", after, voided)], at=at, guild=guild, source=source)
        self._retitle(at)

    def reset(self, ladder: Ladder, *, at: datetime, source: str) -> None:
        """Begin a server's ladder anew for the member, as before the first answer there."""
        account = self._accounts[ladder.key]
        world = self._accounts.get(_WORLD)
        account.answers = account.correct = 0
        after = begun_anew(world.standing if world is not None else None)
        step = _step(account, "reset", after)
        self._post([step], at=at, guild=ladder.guild_id, source=source)

    def undo_reset(self, reset: Entry, *, answers: int, correct: int, at: datetime, source: str) -> None:
        """Take a reset back; what was answered since counts beside what counted before, which is so many answers."""
        account = self._accounts[reset.ladder]
        account.answers += answers
        account.correct += correct
        before = Standing(reset.estimate_before, reset.evidence_before)
        after = undo_reset(account.standing, before, Standing(reset.estimate_after, reset.evidence_after))
        self._post([_step(account, "reset", after)], at=at, guild=reset.guild, source=source)

    def win(self, match: Match) -> None:
        """Note a match that was won, and the title it may bring."""
        world = self._accounts.get(_WORLD)
        self.title = won(self.title, match, world.rating if world is not None else None)

    def _retitle(self, at: datetime) -> None:
        """Titles depend on what was held, so they are asked for after every change, in its order."""
        world = self._accounts.get(_WORLD)
        # Without a win there is but the first title, which needs no row.
        if world is not None and self.title is not None:
            self.title = retitled(self.title, world.rating, at)

    def weeks(self) -> set[date]:
        """The weeks in which XP was earned."""
        return {week for _, week in self._earned}

    def experience(self, known: Mapping[tuple[int, int, date], ExperienceRow]) -> list[ExperienceRow]:
        """The XP rows as they are to be stored, over those known by member, server and week."""
        rows: list[ExperienceRow] = []
        for (guild, week), xp in self._earned.items():
            row = known.get((self._member, guild, week)) or ExperienceRow(
                self._member, guild, week, 0, listed=False
            )
            listed = is_listed(
                row.ladder, hidden=self._absence.hidden, idle=False, away_from=self._absence.away_from
            )
            rows.append(row._replace(xp=row.xp + xp, listed=listed))
        return rows

    def _wake(self, one: Evidence) -> None:
        """Evidence from before a long silence counts less from now on, with an entry of its own a ladder."""
        if self._activity is None or not is_idle(self._activity.answered_at, one.at):
            return
        steps: list[_Step] = []
        for account in self._accounts.values():
            before = account.standing
            after = after_idle(before)
            if after != before and not self.is_over(account.ladder):
                steps.append(_step(account, "idle", after))
        self._post(steps, at=one.rated_at, guild=one.guild, source=one.source)

    def _rate(self, ladder: Ladder, one: Evidence) -> _Step:
        account = self._accounts.get(ladder.key) or self._begin(ladder, one.rated_at)
        change = rate(
            account.standing,
            difficulty=one.difficulty,
            options=len(one.asked.options),
            correct=one.correct,
            weight=one.weight,
        )
        account.answers += 1
        account.correct += one.correct
        account.answered_at = one.rated_at
        return _step(account, one.kind, change.after, one, change)

    def _begin(self, ladder: Ladder, at: datetime) -> _Account:
        start = Standing()
        world = self._accounts.get(_WORLD)
        if ladder.guild_id is not None and world is not None:
            start = Standing(world.standing.estimate, 0.0)
        if ladder.is_season:
            own = self._accounts.get(Ladder.server(ladder.guild_id or 0).key)
            start = season_start(own.standing if own is not None else start)
        account = _Account(
            ladder,
            ladder.key,
            None,
            start,
            start.rating,
            0,
            0,
            0,
            at,
            listed=False,
            blended=ladder.is_server,
        )
        self._accounts[ladder.key] = account
        return account

    def _post(self, steps: Sequence[_Step], *, at: datetime, guild: int | None, source: str) -> None:
        """Bring every server's shown rating in step with the world's estimate, then write the entries.

        It is kept in step here, in the answer's own transaction, and not blended when a board is read: with a
        stored number boards have an index, and an exact page takes microseconds, where blending a server of
        100,000 takes 0.4 s a look; an answer pays for it only by the servers its member stands on
        (`tests/benchmarks/blend.py`: twice the time on five of them, four times on twenty). Earlier entries stay as they are: each tells what was shown after its own event.
        """
        world = self._accounts.get(_WORLD)
        whole = world.standing if world is not None else None
        for account in self._accounts.values():
            if account.blended:
                account.rating = blend(whole, account.standing).rating
        for step in steps:
            account = step.account
            account.entries += 1
            self.entries.append(_entry(self._member, step, at=at, guild=guild, source=source))


def _step(
    account: _Account,
    kind: Kind,
    after: Standing,
    about: Entry | Evidence | None = None,
    change: Change | None = None,
) -> _Step:
    """Move the account there; what is shown of a server's is blended when the whole event is known."""
    step = _Step(account, kind, account.standing, account.rating, about, change)
    account.standing = after
    if not account.blended:
        account.rating = after.rating
    return step


def _entry(member: int, step: _Step, *, at: datetime, guild: int | None, source: str) -> Entry:
    account, about, change = step.account, step.about, step.change
    if isinstance(about, Evidence):
        question, meaning = about.asked.question, about.asked.meaning
    else:
        question, meaning = (about.question, about.meaning) if about is not None else (None, None)
    # By place, in the order of the columns: by name it would take twice as long.
    return Entry(
        member,
        account.key,
        account.entries,
        step.kind,
        question,
        meaning,
        about.step if about is not None else FIRST_ATTEMPT,
        step.before.estimate,
        step.before.evidence,
        account.standing.estimate,
        account.standing.evidence,
        step.shown_before,
        account.rating,
        change.predicted if change is not None else None,
        change.k if change is not None else None,
        about.weight if about is not None else None,
        about.difficulty if about is not None else None,
        about.correct if about is not None else None,
        at,
        guild,
        source,
    )
