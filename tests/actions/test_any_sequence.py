"""Whatever people do, in whichever order and process: every answer is kept and the journal explains every rating."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.actions.marking import Verdict
from bot.actions.openings import Busy, Opening
from bot.actions.polls import Practice, Recorded
from bot.actions.quizzes import Put
from bot.actions.refusals import Refusal
from bot.storage import Database
from lessons.catalogue import Catalogue
from tests.actions.school import School, make_lesson
from tests.conftest import HandClock

_worlds = itertools.count(2**62, 1000)
"""Every example has members and servers of its own."""

TAUGHT = Catalogue(
    (
        make_lesson("logic"),
        make_lesson("chance", category="Chance", rating=1800, questions=3, options=3),
        make_lesson("proof", questions=5),
    )
)
"""One of these lessons has a machine to beat."""

members, slots, options = st.integers(0, 2), st.integers(0, 3), st.integers(0, 3)
questions = st.sampled_from([one.id for lesson in TAUGHT for one in lesson.questions])
lessons, guilds = st.sampled_from(["logic", "chance", "proof"]), st.sampled_from([1, 2, None])
deeds = st.one_of(
    st.tuples(st.just("post"), guilds.filter(bool), questions),
    st.tuples(st.just("press"), slots, members, options),
    st.tuples(st.just("press"), slots, members, options),
    st.tuples(st.just("close"), slots),
    st.tuples(st.just("reveal"), slots, members),
    st.tuples(st.just("open"), members, lessons, guilds, st.booleans()),
    st.tuples(st.just("instead"), members, lessons, guilds, st.booleans()),
    st.tuples(st.just("go_on"), members, options),
    st.tuples(st.just("go_on"), members, options),
    st.tuples(st.just("expire")),
    st.tuples(st.just("wait"), st.sampled_from([1, 11, 60 * 25, 60 * 24 * 8])),
)
rounds = st.lists(st.lists(deeds, min_size=1, max_size=6), min_size=3, max_size=14)


class World:
    """Two processes over one database, and what they told people."""

    def __init__(self, processes: list[School], clock: HandClock, base: int) -> None:
        self.processes, self.clock, self.base = processes, clock, base
        self.polls: list[int] = []
        self.quizzes: dict[int, list[int]] = {0: [], 1: [], 2: []}
        self.told: dict[tuple[int, int], int] = {}
        """The option that a press on a poll was told to be the member's answer."""
        self.fresh: set[tuple[int, int]] = set()
        self.verdicts: dict[tuple[int, int], int] = {}

    async def do(self, school: School, deed: str, *terms: object) -> None:
        """One deed; a refusal is a fine answer to it."""
        deeds: dict[str, Callable[..., Awaitable[None]]] = {
            "post": self.post,
            "press": self.press,
            "close": self.close,
            "reveal": self.reveal,
            "open": self.open,
            "instead": self.instead,
            "go_on": self.go_on,
        }
        try:
            if deed == "wait":
                self.clock.forward(minutes=int(str(terms[0])))
            elif deed == "expire":
                await school.quizzes.expire()
            else:
                await deeds[deed](school, *terms)
        except Refusal:
            pass

    async def post(self, school: School, guild: int, question: str) -> None:
        self.polls.append(await school.poll(question, guild=self.base + 100 + guild))

    async def press(self, school: School, slot: int, member: int, option: int) -> None:
        if slot >= len(self.polls):
            return
        poll = self.polls[-1 - slot]
        outcome = await school.press(poll, self.base + member, option)
        if isinstance(outcome, Practice):
            return
        assert isinstance(outcome, Recorded)
        assert self.told.setdefault((poll, self.base + member), outcome.option) == outcome.option
        if outcome.fresh:
            assert outcome.option == option
            assert (poll, self.base + member) not in self.fresh
            self.fresh.add((poll, self.base + member))

    async def close(self, school: School, slot: int) -> None:
        if slot < len(self.polls):
            await school.polls.close(self.polls[-1 - slot])

    async def reveal(self, school: School, slot: int, member: int) -> None:
        if slot < len(self.polls):
            await school.polls.own_result(self.polls[-1 - slot], self.base + member)

    async def open(self, school: School, member: int, lesson: str, guild: int | None, versus: bool) -> None:
        where = self.base + 100 + guild if guild is not None else None
        outlook = await school.quizzes.open(
            member=self.base + member, lesson=lesson, guild=where, versus=versus
        )
        if isinstance(outlook, Opening | Busy):
            self.quizzes[member].append(outlook.quiz.id)

    async def instead(
        self, school: School, member: int, lesson: str, guild: int | None, versus: bool
    ) -> None:
        if not self.quizzes[member]:
            return
        where = self.base + 100 + guild if guild is not None else None
        outlook = await school.quizzes.instead(
            self.quizzes[member][-1], member=self.base + member, lesson=lesson, guild=where, versus=versus
        )
        if isinstance(outlook, Opening | Busy):
            self.quizzes[member].append(outlook.quiz.id)

    async def go_on(self, school: School, member: int, place: int) -> None:
        if not self.quizzes[member]:
            return
        put = await school.quizzes.put(self.quizzes[member][-1], self.base + member)
        if isinstance(put, Put):
            verdict = await school.quizzes.answer(
                put.quiz.id, put.question.position, place, self.base + member
            )
            assert isinstance(verdict, Verdict)
            key = put.quiz.id, put.question.position
            assert self.verdicts.setdefault(key, verdict.option) == verdict.option

    async def check(self) -> None:
        """Close everything, then compare what people were told with what is stored."""
        school = self.processes[0]
        results = {poll: await school.polls.close(poll) for poll in self.polls}
        stored = {
            (poll, member): answer.option
            for poll in self.polls
            for member, answer in (await school.answers(poll)).items()
        }
        assert stored == self.told
        assert set(stored) == self.fresh
        for poll, result in results.items():
            assert result.tally.total == sum(one == poll for one, _ in stored)
        async with school.database.reading() as unit:
            quizzes = await unit.quizzes.get({quiz for mine in self.quizzes.values() for quiz in mine})
        for (quiz, position), option in self.verdicts.items():
            assert quizzes[quiz].questions[position].option == option
        answered = {
            (quiz.member, one.question, quiz.source)
            for quiz in quizzes.values()
            for one in quiz.questions
            if one.option is not None
        } | {(member, results[poll].poll.question, f"poll:{poll}") for poll, member in stored}
        everybody = [self.base + member for member in range(3)]
        for member in everybody:
            firsts = {
                question: source
                for question, source in (await school.first_attempts(member)).items()
                if (member, question, source) in answered
            }
            entries = await school.entries(member)
            rated = {entry.question: entry.source for entry in entries}
            assert len(entries) == len(rated)
            assert rated.items() <= firsts.items()
            # What a quiz showed first, and a poll answered since, is not rated in the quiz any more.
            polled = {results[poll].poll.question for poll, who in stored if who == member}
            assert all(
                firsts[one].startswith("quiz:") and one in polled for one in firsts.keys() - rated.keys()
            )
            async with school.database.reading() as unit:
                assert len(await unit.quizzes.unfinished(member)) <= 1
                settled = await unit.matches.of([member])
            assert len({(one.lesson, one.attempt) for one in settled}) == len(settled)
        await school.audit(everybody)


@settings(
    max_examples=25,
)
@given(story=rounds)
def test_every_answer_is_kept_and_every_rating_explained(
    url: URL, story: list[list[tuple[str, object]]]
) -> None:
    async def run() -> None:
        clock = HandClock()
        databases = [Database(url), Database(url)]
        try:
            world = World([School(database, clock, TAUGHT) for database in databases], clock, next(_worlds))
            for deeds in story:
                await asyncio.gather(
                    *(world.do(world.processes[number % 2], *deed) for number, deed in enumerate(deeds))
                )
            await world.check()
        finally:
            for database in databases:
                await database.close()

    asyncio.run(run())
