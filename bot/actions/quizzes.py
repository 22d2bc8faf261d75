"""Quizzes: a lesson's questions in private, one after the other, each answered once; alone or versus the machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.giving_way import rated_here
from bot.actions.holdings import Holdings
from bot.actions.marking import Answer, Verdict, finish, mark, waits
from bot.actions.openings import Outlook, begin, existing, give_up, held_back
from bot.actions.refusals import Refusal
from bot.actions.summaries import Summary, summary
from bot.actions.versus import Score, answered_elsewhere, score
from bot.storage import BatchDoor, Database, Unit
from bot.storage.quizzes import Quiz, QuizQuestion
from ladder.evidence import SHOWN_COUNTS_WRONG_AFTER

_AT_ONCE = 50

_MOST_PAGES = 40
"""Pages of quizzes whose day is over that one sweep goes through; those that wait for open polls stay among them."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question put to a member, with the options as they lie for this attempt."""

    quiz: Quiz
    question: QuizQuestion
    stem: str
    options: tuple[str, ...]
    rated: bool
    score: Score | None = None
    """How the match stands before this question, if the quiz is one."""


class Quizzes:
    """What can be done with quizzes."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock
        self._door: BatchDoor[Answer, Verdict] = BatchDoor(database, self._record)

    async def open(self, *, member: int, lesson: str, guild: int | None, versus: bool = False) -> Outlook:
        """The member's quiz over the lesson, or what stands in its way. Nothing is shown yet.

        It is the one that was left, else a new one; ``versus`` wants a match against the lesson's machine.
        """
        wanted = (await self._library.of(guild)).lesson(lesson)
        async with self._database.unit() as unit:
            return await begin(unit, self._library, wanted, member, guild, versus=versus, now=self._clock())

    async def instead(
        self, quiz: int, *, member: int, lesson: str, guild: int | None, versus: bool = False
    ) -> Outlook:
        """Give a quiz up, which counts what it shows as wrong, and open another; both or neither.

        Who has one more open, since a duel was over before its end, is asked about that one next.
        """
        wanted = (await self._library.of(guild)).lesson(lesson)
        now = self._clock()
        async with self._database.unit() as unit:
            left = await existing(unit, quiz, member, lock=True)
            if left.finished_at is None:
                await give_up(unit, self._library, left, now, by_member=True)
            return await begin(unit, self._library, wanted, member, guild, versus=versus, now=now)

    async def left_open(self, member: int) -> Quiz | None:
        """The quiz that the member has begun and can go on with: the latest, if a duel's side goes on beside another."""
        async with self._database.reading() as unit:
            found = await unit.quizzes.get(await unit.quizzes.unfinished(member))
        return next((one for _, one in sorted(found.items(), reverse=True) if one.begun), None)

    async def put(self, quiz: int, member: int) -> Put | Summary:
        """Show the quiz's next question, which from now on counts; or the summary when there is none left."""
        now = self._clock()
        async with self._database.unit() as unit:
            found = await existing(unit, quiz, member, lock=True)
            left = await self._left(unit, found)
            if found.finished_at is None and not left:
                await finish(unit, self._library, [found], now)
                found = await existing(unit, quiz, member)
            if found.finished_at is not None:
                return await summary(unit, self._library, found, found.guild, now)
            held = await held_back(unit, found.guild)
            question = next((one for one in left if one.question not in held), None)
            if question is None:
                raise waits(found.kind)
            served = (await unit.meanings.get([question.meaning]))[question.meaning]
            if question.shown_at is None:
                await unit.quizzes.shown(quiz, question.position, now)
                await unit.attempts.claim([(member, question.question)], found.source, now)
            rated = await rated_here(unit, found, [question.question])
            return Put(
                quiz=found,
                question=question,
                stem=served.stem,
                options=tuple(served.options[option] for option in question.arrangement),
                rated=bool(rated),
                score=await score(unit, self._library, found) if found.kind == "versus" else None,
            )

    async def _left(self, unit: Unit, quiz: Quiz) -> list[QuizQuestion]:
        """What is still to be asked: what the library has lost, or a match has elsewhere, is not."""
        known = await self._library.knowing(unit, (one.question for one in quiz.questions))
        left = [
            one for one in quiz.questions if one.option is None and known.question(one.question) is not None
        ]
        if quiz.kind == "versus" and left:
            elsewhere = await answered_elsewhere(unit, self._library, quiz)
            left = [one for one in left if one.shown_at is not None or one.question not in elsewhere]
        return left

    async def answer(self, quiz: int, position: int, place: int, member: int) -> Verdict:
        """Record the option that lies at this place, which is durable when this returns and final."""
        return await self._door.submit(Answer(quiz, position, place, member, self._clock()))

    async def score(self, quiz: int, member: int) -> Score:
        """How the match stands that this quiz of the member's is."""
        async with self._database.unit() as unit:
            return await score(unit, self._library, await existing(unit, quiz, member))

    async def drain(self) -> None:
        """Return when every answer that waits has been recorded."""
        await self._door.drain()

    async def expire(self) -> None:
        """Count as wrong what was shown more than a day ago and never answered, and end those quizzes."""
        now = self._clock()
        since = now - SHOWN_COUNTS_WRONG_AFTER
        last: tuple[datetime, int] | None = None
        for _ in range(_MOST_PAGES):
            async with self._database.reading() as unit:
                stale = await unit.quizzes.stale(since, _AT_ONCE, after=last)
            for _opened_at, id in stale:
                await self._end(id, since, now)
            if len(stale) < _AT_ONCE:
                return
            last = stale[-1]

    async def _end(self, id: int, since: datetime, now: datetime) -> None:
        """End the quiz, unless its day is not over or a question of it waits in an open poll."""
        try:
            async with self._database.unit() as unit:
                quiz = (await unit.quizzes.get([id], lock=True)).get(id)
                if quiz is not None and await self._is_over(unit, quiz, since):
                    await give_up(unit, self._library, quiz, now, by_member=False)
        except Refusal:
            # Its question is in an open poll by now; the day is counted when that has closed.
            return

    async def _is_over(self, unit: Unit, quiz: Quiz, since: datetime) -> bool:
        """Whether its day is over, now that it is locked; a match waits for questions in open polls."""
        # Meanwhile the member may have gone on, and then the next question has a day of its own.
        if quiz.finished_at is not None or any(one.shown_at > since for one in quiz.waiting if one.shown_at):
            return False
        if quiz.kind != "versus" or not quiz.begun:
            return True
        held = await held_back(unit, quiz.guild)
        return not any(one.option is None and one.question in held for one in quiz.questions)

    async def _record(self, unit: Unit, answers: Sequence[Answer]) -> Sequence[Verdict | Exception]:
        return await mark(unit, self._library, answers)
