"""A small school for the tests of what the bot does: two lessons, and everything over a real database."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from bot.actions import make_actions
from bot.actions.marking import Verdict
from bot.actions.openings import Busy, Opening
from bot.actions.polls import OpenPoll, Practice, Recorded
from bot.actions.quizzes import Put
from bot.storage import Database
from bot.storage.polls import PollAnswer
from bot.storage.ratings import Entry, RatingRow
from ladder.rating import Standing, blend, rate
from ladder.standings import Ladder
from lessons.catalogue import Catalogue
from lessons.model import CURATED, Lesson, Option, Question, Section

GUILD, OTHER_GUILD, CHANNEL, MESSAGE, STARTER = 2**62 + 1, 2**62 + 2, 2**62 + 3, 2**62 + 4, 2**62 + 5
ADA, KOFI, MATEO = 2**62 + 101, 2**62 + 102, 2**62 + 103


def make_lesson(
    slug: str,
    *,
    category: str = "Logic",
    rating: int = 1500,
    questions: int = 4,
    options: int = 4,
    owner: str = CURATED,
    wording: str = "",
) -> Lesson:
    """A lesson whose question number n has the key n mod options; a wrong option 0 repairs "first", others "second"."""
    return Lesson(
        owner=owner,
        slug=slug,
        title=slug.title(),
        summary="",
        category=category,
        minutes=5,
        rating=rating,
        sections=(Section("first", "First", "One."), Section("second", "Second", "Two.")),
        key_idea="",
        questions=tuple(
            Question(
                owner=owner,
                id=f"{slug}-{number}",
                stem=f"{wording}{slug} {number}?",
                options=tuple(
                    Option(
                        text=f"{wording}{slug} {number} reply {option}",
                        correct=option == number % options,
                        feedback=None if option == number % options else f"Not {option}.",
                        repairs=None
                        if option == number % options
                        else ("first" if option == 0 else "second"),
                    )
                    for option in range(options)
                ),
                explanation="Because.",
            )
            for number in range(questions)
        ),
    )


LESSONS = Catalogue(
    (make_lesson("logic"), make_lesson("chance", category="Chance", rating=1800, questions=3, options=3))
)


class School:
    """One process of the bot: the actions over a database, and what tests ask of them again and again."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], catalogue: Catalogue = LESSONS
    ) -> None:
        self.database = database
        self.clock = clock
        self.catalogue = catalogue
        self.actions = make_actions(database, catalogue, clock)
        self.polls, self.quizzes = self.actions.polls, self.actions.quizzes

    async def prepare(
        self,
        question: str | None = None,
        *,
        guild: int = GUILD,
        minutes: float = 10,
        lesson: str | None = None,
    ) -> OpenPoll:
        """A poll about to be posted."""
        return await self.polls.prepare(
            guild=guild,
            channel=CHANNEL,
            starter=STARTER,
            duration=timedelta(minutes=minutes),
            locale="en-US",
            lesson=lesson,
            question=question,
        )

    async def poll(
        self,
        question: str | None = None,
        *,
        guild: int = GUILD,
        minutes: float = 10,
        lesson: str | None = None,
    ) -> int:
        """The id of an open poll."""
        prepared = await self.prepare(question, guild=guild, minutes=minutes, lesson=lesson)
        await self.polls.posted(prepared.poll.id, MESSAGE)
        return prepared.poll.id

    async def press(self, poll: int, member: int, option: int) -> Recorded | Practice:
        """A press on one of the poll's buttons."""
        return await self.polls.answer(poll, member=member, option=option, channel=CHANNEL, message=MESSAGE)

    async def quiz(
        self, member: int, lesson: str = "logic", guild: int | None = GUILD, *, versus: bool = False
    ) -> Opening:
        """A quiz, opened or taken up; another that is open is given up for it."""
        outlook = await self.quizzes.open(member=member, lesson=lesson, guild=guild, versus=versus)
        while isinstance(outlook, Busy):
            outlook = await self.quizzes.instead(
                outlook.quiz.id, member=member, lesson=lesson, guild=guild, versus=versus
            )
        assert isinstance(outlook, Opening), outlook
        return outlook

    def key(self, question: str) -> int:
        """The authored index of the right option."""
        found = self.catalogue.question(question)
        assert found is not None
        return found[1].key

    def place(self, put: Put, *, right: bool) -> int:
        """Where the right option of a question that was put lies, or the first wrong one."""
        arrangement = put.question.arrangement
        key = self.key(put.question.question)
        return next(place for place, option in enumerate(arrangement) if (option == key) is right)

    async def next(self, quiz: int, member: int) -> Put:
        """The quiz's next question; there must be one."""
        put = await self.quizzes.put(quiz, member)
        assert isinstance(put, Put)
        return put

    async def solve(self, quiz: int, member: int, *, right: bool = True) -> Verdict:
        """Show the next question and answer it."""
        put = await self.next(quiz, member)
        return await self.quizzes.answer(quiz, put.question.position, self.place(put, right=right), member)

    async def ratings(self, member: int) -> dict[str, RatingRow]:
        """Where the member stands, by ladder."""
        async with self.database.reading() as unit:
            return await unit.ratings.of(member)

    async def entries(self, member: int, ladder: str = "global") -> list[Entry]:
        """The member's journal on a ladder."""
        async with self.database.reading() as unit:
            return await unit.ratings.entries(member, ladder)

    async def answers(self, poll: int) -> dict[int, PollAnswer]:
        """What is stored of a poll."""
        async with self.database.reading() as unit:
            return await unit.polls.answers(poll)

    async def first_attempts(self, member: int) -> dict[str, str]:
        """Which poll or quiz has the member's first attempt at each question."""
        questions = [one.identity for lesson in self.catalogue for one in lesson.questions]
        async with self.database.reading() as unit:
            return await unit.attempts.of(member, questions)

    async def audit(self, members: Iterable[int]) -> None:
        """The journal explains every rating of the members, number by number."""
        for member in members:
            rows = await self.ratings(member)
            journals = {ladder: await self.entries(member, ladder) for ladder in rows}
            world = {entry.question: entry for entry in journals.get("global", [])}
            for ladder, row in rows.items():
                _audit_ladder(row, journals[ladder], world)
                if Ladder.parse(ladder).guild_id is not None:
                    whole = rows.get("global")
                    standing = Standing(whole.estimate, whole.evidence) if whole is not None else None
                    assert row.rating == blend(standing, Standing(row.estimate, row.evidence)).rating
                else:
                    assert row.rating == Standing(row.estimate, row.evidence).rating


def _audit_ladder(row: RatingRow, journal: list[Entry], world: dict[str | None, Entry]) -> None:
    assert [entry.sequence for entry in journal] == list(range(1, row.entries + 1))
    assert len({(entry.question, entry.step) for entry in journal}) == len(journal)
    assert row.answers == len(journal) > 0
    assert row.correct == sum(bool(entry.correct) for entry in journal)
    local = Ladder.parse(row.ladder).guild_id is not None
    seed = world[journal[0].question].estimate_before if local and world else 1200.0
    standing = Standing(seed, 0.0)
    shown: int | None = None
    for entry in journal:
        assert (entry.estimate_before, entry.evidence_before) == (standing.estimate, standing.evidence)
        assert entry.difficulty is not None
        assert entry.weight is not None
        assert entry.correct is not None
        options = {1500: 4, 1800: 3}[entry.difficulty]
        change = rate(
            standing,
            difficulty=entry.difficulty,
            options=options,
            correct=entry.correct,
            weight=entry.weight,
        )
        standing = change.after
        assert (entry.estimate_after, entry.evidence_after) == (standing.estimate, standing.evidence)
        assert (entry.predicted, entry.k) == (change.predicted, change.k)
        if local and world:
            whole = world[entry.question]
            before = blend(Standing(whole.estimate_before, whole.evidence_before), change.before)
            after = blend(Standing(whole.estimate_after, whole.evidence_after), change.after)
            assert (entry.rating_before, entry.rating_after) == (before.rating, after.rating)
        elif not local:
            assert entry.rating_before == (change.before.rating if shown is None else shown)
            assert entry.rating_after == change.after.rating
            shown = entry.rating_after
    assert (row.estimate, row.evidence) == (standing.estimate, standing.evidence)
    assert row.answered_at == journal[-1].at
