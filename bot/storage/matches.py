"""Matches against the lessons' machines, and the titles they earn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.bulk import Lookup
from bot.storage.ladder_tables import journal, matches, titles
from bot.storage.parts import in_parts
from bot.storage.tables import first_attempts, meanings, quiz_questions, quizzes
from bot.storage.upserts import upsert
from ladder.match import Outcome
from ladder.standings import Ladder
from ladder.tiers import Tier


@dataclass(frozen=True, slots=True)
class Match:
    """A settled match: the member against the lesson's machine, over all of the lesson's questions."""

    member: int
    lesson: str
    attempt: int
    """1 for the match of first attempts, then the rematches."""
    difficulty: int
    questions: int
    own: int
    machine: int
    outcome: Outcome
    settled_at: datetime
    source: str
    entries: int
    """How long the member's journal of the world's ladder was when it was settled."""


@dataclass(frozen=True, slots=True)
class TitleRow:
    """The title a member holds, and the highest machine ever beaten."""

    member: int
    tier: Tier
    beaten: int | None
    changed_at: datetime


class MatchStore:
    """Matches are settled once; titles follow them and the rating."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def met(self, members: Iterable[int], questions: Iterable[str]) -> frozenset[int]:
        """Those of the members who have met every one of the questions, and so may have answered them all."""
        asked = set(questions)
        counted = await _COUNT_MET.rows(self._connection, members=members, questions=asked)
        return frozenset(member for member, met in counted if met == len(asked))

    async def first_answers(
        self, members: Iterable[int], questions: Iterable[str]
    ) -> dict[int, dict[str, bool]]:
        """By member, whether each rated first attempt at one of the questions was right."""
        found: dict[int, dict[str, bool]] = {}
        asked = list(questions)
        for some in in_parts(members):
            rows = await self._connection.execute(
                select(journal.c.member, journal.c.question, journal.c.correct).where(
                    journal.c.member.in_(some),
                    journal.c.ladder == Ladder.world().key,
                    journal.c.kind == "answer",
                    journal.c.question.in_(asked),
                )
            )
            for row in rows:
                found.setdefault(row.member, {})[row.question] = row.correct
        return found

    async def practice(self, members: Iterable[int], questions: Iterable[str]) -> dict[int, dict[str, bool]]:
        """By member, whether the first answer in a quiz to each of the questions was right, rated or not.

        Left out are those whose first attempt is a poll's, since it counts once that poll has closed, and those
        met before the member's data was deleted.
        """
        found: dict[int, dict[str, bool]] = {}
        asked = list(questions)
        for some in in_parts(members):
            rows = await self._connection.execute(
                select(quizzes.c.member, quiz_questions.c.question, quiz_questions.c.option, meanings.c.key)
                .join(quiz_questions, quiz_questions.c.quiz == quizzes.c.quiz)
                .join(meanings, meanings.c.meaning == quiz_questions.c.meaning)
                .join(
                    first_attempts,
                    and_(
                        first_attempts.c.member == quizzes.c.member,
                        first_attempts.c.question == quiz_questions.c.question,
                    ),
                )
                .where(
                    quizzes.c.member.in_(some),
                    quizzes.c.attempt == 1,
                    quiz_questions.c.question.in_(asked),
                    quiz_questions.c.option.is_not(None),
                    first_attempts.c.source.not_like("poll:%"),
                )
                .order_by(quizzes.c.quiz)
            )
            for row in rows:
                found.setdefault(row.member, {}).setdefault(row.question, row.option == row.key)
        return found

    async def played(self, members: Iterable[int], lesson: str) -> frozenset[int]:
        """Those of the members whose first match against the lesson is settled."""
        found: set[int] = set()
        for some in in_parts(members):
            found.update(
                await self._connection.scalars(
                    select(matches.c.member).where(
                        matches.c.member.in_(some), matches.c.lesson == lesson, matches.c.attempt == 1
                    )
                )
            )
        return frozenset(found)

    async def add(self, settled: Sequence[Match]) -> None:
        """Store settled matches."""
        if settled:
            await self._connection.execute(insert(matches), [_values(one) for one in settled])

    async def completed_by(self, member: int, source: str) -> Match | None:
        """The match that an answer in this poll or quiz completed for the member; one asks about one lesson."""
        found = await self._connection.execute(
            select(matches).where(matches.c.member == member, matches.c.source == source)
        )
        row = found.one_or_none()
        return _match(row) if row is not None else None

    async def of(self, members: Iterable[int]) -> list[Match]:
        """Every settled match of the members."""
        found: list[Match] = []
        for some in in_parts(members):
            rows = await self._connection.execute(select(matches).where(matches.c.member.in_(some)))
            found += [_match(row) for row in rows]
        return found

    async def titles(self, members: Iterable[int]) -> dict[int, TitleRow]:
        """The titles of those of the members who hold one beyond the first."""
        rows = await _TITLES.rows(self._connection, members=members)
        return {
            member: TitleRow(member, Tier(tier), beaten, changed_at)
            for member, tier, beaten, changed_at in rows
        }

    async def title(self, member: int) -> Tier:
        """The member's title; everybody starts in Iron."""
        held = (await self.titles([member])).get(member)
        return held.tier if held is not None else Tier.IRON

    async def hold_titles(self, held: Sequence[TitleRow]) -> None:
        """Store the titles as they are now."""
        if held:
            statement = upsert(self._connection, titles)
            await self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["member"],
                    set_={name: statement.excluded[name] for name in ("tier", "beaten", "changed_at")},
                ),
                [
                    {
                        "member": one.member,
                        "tier": one.tier.floor,
                        "beaten": one.beaten,
                        "changed_at": one.changed_at,
                    }
                    for one in held
                ],
            )


_COUNT_MET = Lookup(
    lambda among: (
        select(first_attempts.c.member, func.count())
        .where(among(first_attempts.c.member, "members"), among(first_attempts.c.question, "questions"))
        .group_by(first_attempts.c.member)
    )
)
_TITLES = Lookup(
    lambda among: select(titles.c.member, titles.c.tier, titles.c.beaten, titles.c.changed_at).where(
        among(titles.c.member, "members")
    )
)


def _values(one: Match) -> dict[str, Any]:
    return {
        name: getattr(one, name) if name != "outcome" else one.outcome.value
        for name in (column.name for column in matches.c)
    }


def _match(row: Row[Any]) -> Match:
    return Match(
        member=row.member,
        lesson=row.lesson,
        attempt=row.attempt,
        difficulty=row.difficulty,
        questions=row.questions,
        own=row.own,
        machine=row.machine,
        outcome=Outcome(row.outcome),
        settled_at=row.settled_at,
        source=row.source,
        entries=row.entries,
    )
