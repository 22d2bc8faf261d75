"""What follows from one member's journals: ratings, XP, the title, and when the last answer was."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.actions.books import retitled, won
from bot.actions.chains import Journals
from bot.storage.experience import EVERYWHERE
from bot.storage.matches import Match, TitleRow
from bot.storage.ratings import Entry, RatingRow
from ladder.experience import earned, week_of
from ladder.match import Outcome
from ladder.rating import Standing, blend
from ladder.review import FIRST_ATTEMPT
from ladder.standings import Ladder

_WORLD = Ladder.world().key


def ratings(journals: Journals) -> dict[str, RatingRow]:
    """Where each journal ends, by ladder; whether it is listed is not the journal's to say."""
    ends = {ladder: _end(journal) for ladder, journal in journals.items()}
    world = ends.get(_WORLD)
    whole = Standing(world.estimate, world.evidence) if world is not None else None
    return {
        ladder: replace(row, rating=blend(whole, Standing(row.estimate, row.evidence)).rating)
        if Ladder.parse(ladder).is_server
        else row
        for ladder, row in ends.items()
    }


def _end(journal: Sequence[Entry]) -> RatingRow:
    end = journal[-1]
    answers = [entry for entry in journal if entry.kind in {"answer", "review"}]
    voided = [entry for entry in journal if entry.kind == "void"]
    return RatingRow(
        member=end.member,
        ladder=end.ladder,
        estimate=end.estimate_after,
        evidence=end.evidence_after,
        rating=Standing(end.estimate_after, end.evidence_after).rating,
        answers=len(answers) - len(voided),
        correct=sum(bool(one.correct) for one in answers) - sum(bool(one.correct) for one in voided),
        entries=len(journal),
        answered_at=answers[-1].at if answers else end.at,
        listed=False,
    )


def experience(journals: Journals) -> dict[tuple[int, date], int]:
    """The XP earned, by server (or everywhere) and week; one answer earns once on all its ladders."""
    right = {
        (entry.question, entry.step): entry
        for journal in journals.values()
        for entry in journal
        if entry.kind in {"answer", "review"} and entry.correct
    }
    xp: dict[tuple[int, date], int] = {}
    for entry in right.values():
        amount = earned(correct=True, review=entry.step != FIRST_ATTEMPT)
        for place in {EVERYWHERE, entry.guild or EVERYWHERE}:
            key = place, week_of(entry.at).date()
            xp[key] = xp.get(key, 0) + amount
    return xp


def last_answer_at(journals: Journals) -> datetime | None:
    """When the member's last answer was that counted."""
    moments = [
        entry.at for journal in journals.values() for entry in journal if entry.kind in {"answer", "review"}
    ]
    return max(moments, default=None)


def title(journals: Journals, matches: Iterable[Match]) -> TitleRow | None:
    """The title that the changes of the world's rating and the wins led to, in their order."""
    wins = sorted(
        (match for match in matches if match.outcome is Outcome.WIN), key=lambda match: match.entries
    )
    if not wins:
        return None
    journal = journals.get(_WORLD, ())
    held: TitleRow | None = None
    rating: int | None = None
    for length in range(len(journal) + 1):
        if length:
            entry = journal[length - 1]
            rating = entry.rating_after
            if held is not None and not _is_followed(entry, journal[length : length + 1]):
                held = retitled(held, rating, entry.at)
        for match in wins:
            if match.entries == length:
                held = won(held, match, rating)
    return held


def _is_followed(entry: Entry, following: Sequence[Entry]) -> bool:
    """Whether this is but the first half of one change: what an idle member's answer did before it counted."""
    return entry.kind == "idle" and any((one.source, one.at) == (entry.source, entry.at) for one in following)
