"""What follows from one member's journals: ratings, XP, the title, and when the last answer was."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from bot.actions.books import earned_in, retitled, won
from bot.actions.chains import Journals
from bot.storage.matches import Match, TitleRow
from bot.storage.ratings import Entry, RatingRow, is_undoing, undoing
from ladder.experience import earned, week_of
from ladder.match import Outcome
from ladder.rating import Standing, blend
from ladder.standings import Ladder

_WORLD = Ladder.world().key


def ratings(journals: Journals) -> dict[str, RatingRow]:
    """Where each journal ends, by ladder; whether it is listed is not the journal's to say."""
    ends = {ladder: _end(journal) for ladder, journal in journals.items()}
    world = ends.get(_WORLD)
    whole = Standing(world.estimate, world.evidence) if world is not None else None
    return {
        ladder: row._replace(rating=blend(whole, Standing(row.estimate, row.evidence)).rating)
        if Ladder.parse(ladder).is_server
        else row
        for ladder, row in ends.items()
    }


def _end(journal: Sequence[Entry]) -> RatingRow:
    end = journal[-1]
    answers = [entry for entry in journal if entry.kind in {"answer", "review"}]
    right, wrong = counted(journal)
    return RatingRow(
        member=end.member,
        ladder=end.ladder,
        estimate=end.estimate_after,
        evidence=end.evidence_after,
        rating=Standing(end.estimate_after, end.evidence_after).rating,
        answers=right + wrong,
        correct=right,
        entries=len(journal),
        answered_at=answers[-1].at if answers else end.at,
        listed=False,
    )


def counted(journal: Sequence[Entry]) -> tuple[int, int]:
    """How many right and wrong answers count: those since the last reset that stands, without voided ones."""
    undone = {one.source for one in journal if one.kind == "reset"}
    begins = max(
        (
            one.sequence
            for one in journal
            if one.kind == "reset" and not is_undoing(one.source) and undoing(one.source) not in undone
        ),
        default=0,
    )
    counting = {
        (one.question, one.step): bool(one.correct)
        for one in journal
        if one.kind in {"answer", "review"} and one.sequence > begins
    }
    for one in journal:
        if one.kind == "void":
            counting.pop((one.question, one.step), None)
    right = sum(counting.values())
    return right, len(counting) - right


def experience(
    journals: Journals, reviewed: Iterable[tuple[str, int | None, datetime]]
) -> dict[tuple[int, date], int]:
    """The XP earned, by server (or everywhere) and week; one answer earns once on all its ladders.

    ``reviewed`` are the reviews answered correctly, rated or not: of which question, in which server, and when.
    """
    right = {
        entry.question: (entry.question or "", entry.guild, entry.at)
        for journal in journals.values()
        for entry in journal
        if entry.kind == "answer" and entry.correct
    }
    xp: dict[tuple[int, date], int] = {}
    for review, answers in ((False, right.values()), (True, reviewed)):
        amount = earned(correct=True, review=review)
        for question, guild, at in answers:
            for place in earned_in(question, guild):
                key = place, week_of(at).date()
                xp[key] = xp.get(key, 0) + amount
    return xp


def last_answer_at(journals: Journals) -> datetime | None:
    """When the member's last answer was that counted."""
    moments = [
        entry.at for journal in journals.values() for entry in journal if entry.kind in {"answer", "review"}
    ]
    return max(moments, default=None)


class Stage(NamedTuple):
    """How a member stood in the world when the journal had a certain length."""

    rating: int | None
    held: TitleRow | None
    """The title before the wins of that moment."""
    wins: Sequence[Match]

    def title(self, without: Collection[Match] = ()) -> TitleRow | None:
        """The title by the wins of that moment, leaving out some."""
        held = self.held
        for match in self.wins:
            if match not in without:
                held = won(held, match, self.rating)
        return held


def stages(journal: Sequence[Entry], matches: Iterable[Match]) -> Iterator[Stage]:
    """What the changes of the world's rating and the wins led to, at each length of the journal from 0."""
    wins: dict[int, list[Match]] = {}
    for match in matches:
        if match.outcome is Outcome.WIN:
            wins.setdefault(match.entries, []).append(match)
    stage = Stage(None, None, wins.get(0, ()))
    yield stage
    for length, entry in enumerate(journal, 1):
        held = stage.title()
        if held is not None and not _is_followed(entry, journal[length : length + 1]):
            held = retitled(held, entry.rating_after, entry.at)
        stage = Stage(entry.rating_after, held, wins.get(length, ()))
        yield stage


def title(journals: Journals, matches: Iterable[Match]) -> TitleRow | None:
    """The title that the changes of the world's rating and the wins led to, in their order."""
    wins = [match for match in matches if match.outcome is Outcome.WIN]
    if not wins:
        return None
    *_, last = stages(journals.get(_WORLD, ()), wins)
    return last.title()


def _is_followed(entry: Entry, following: Sequence[Entry]) -> bool:
    """Whether this is but the first half of one change: what an idle member's answer did before it counted."""
    return entry.kind == "idle" and any((one.source, one.at) == (entry.source, entry.at) for one in following)
