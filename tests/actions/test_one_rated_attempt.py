"""Whichever way a question comes to somebody, its first attempt is rated once for good, and a retry changes nothing."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from bot.actions.audit import verify
from bot.actions.duel_standing import Faced
from bot.actions.openings import Busy, Opening
from bot.actions.quizzes import Put
from bot.actions.refusals import Refusal
from bot.actions.reviews import Asking
from bot.storage import Database
from ladder.review import RATED_STEPS
from lessons.catalogue import Catalogue
from tests.actions.school import CHANNEL, MESSAGE, School, make_lesson
from tests.conftest import HandClock

_worlds = itertools.count(2**61, 1000)
"""Every example has members and a server of its own."""

TAUGHT = Catalogue((make_lesson("logic", questions=3), make_lesson("proof", questions=5)))
QUESTIONS = [one.identity for lesson in TAUGHT for one in lesson.questions]

members, places = st.integers(0, 1), st.integers(0, 3)
lessons, somewhere = st.sampled_from(["logic", "proof"]), st.booleans()
deeds = st.one_of(
    st.tuples(st.just("post"), st.sampled_from(QUESTIONS)),
    st.tuples(st.just("press"), members, places),
    st.tuples(st.just("close")),
    st.tuples(st.just("open"), members, lessons, somewhere, st.booleans()),
    st.tuples(st.just("go_on"), members, places),
    st.tuples(st.just("go_on"), members, places),
    st.tuples(st.just("challenge"), members, lessons),
    st.tuples(st.just("fight"), members, places),
    st.tuples(st.just("fight"), members, places),
    st.tuples(st.just("review"), members, places, somewhere),
    st.tuples(st.just("remember"), members, st.booleans()),
    st.tuples(st.just("report"), members),
    st.tuples(st.just("delete"), members),
    st.tuples(st.just("restart")),
    st.tuples(st.just("wait"), st.sampled_from([11, 60 * 25, 60 * 24 * 8, 60 * 24 * 61, 60 * 24 * 181])),
)
stories = st.lists(deeds, min_size=6, max_size=40)


class Life:
    """Two people in one server, and all ways in which a question can come to them."""

    def __init__(self, databases: list[Database], clock: HandClock, base: int) -> None:
        self.databases, self.clock, self.base = databases, clock, base
        self.guild = base + 100
        self.school = School(databases[0], clock, TAUGHT)
        self.other = School(databases[1], clock, TAUGHT)
        self.poll: int | None = None
        self.quizzes: dict[int, int] = {}
        self.duel: int | None = None
        self.rated: Counter[tuple[int, str, str, int]] = Counter()
        """What was ever rated: (member, question, kind, step); a deletion takes nothing out of it."""
        self.counted: set[tuple[int, str, int]] = set()

    async def do(self, deed: str, *terms: Any) -> None:
        """One deed; a refusal is a fine answer to it."""
        with contextlib.suppress(Refusal):
            await getattr(self, deed)(*terms)
        await self._count()

    async def twice(self, event: Callable[[School], Awaitable[object]]) -> None:
        """An event reaches both processes at once, and one of them once more afterwards."""
        await asyncio.gather(event(self.school), event(self.other), return_exceptions=False)
        before = await self._kept()
        with contextlib.suppress(Refusal):
            await event(self.other)
        assert await self._kept() == before, "a retry changes nothing"

    async def post(self, question: str) -> None:
        self.poll = await self.school.poll(question, guild=self.guild)

    async def press(self, member: int, option: int) -> None:
        if (poll := self.poll) is not None:
            await self.twice(lambda school: school.press(poll, self.base + member, option))

    async def close(self) -> None:
        if (poll := self.poll) is not None:
            await self.twice(lambda school: school.polls.close(poll))

    async def open(self, member: int, lesson: str, here: bool, versus: bool) -> None:
        who, where = self.base + member, self.guild if here else None
        found = await self.school.quizzes.open(member=who, lesson=lesson, guild=where, versus=versus)
        if isinstance(found, Busy):
            found = await self.school.quizzes.instead(
                found.quiz.id, member=who, lesson=lesson, guild=where, versus=versus
            )
        if isinstance(found, Opening):
            self.quizzes[member] = found.quiz.id

    async def go_on(self, member: int, place: int) -> None:
        if member in self.quizzes:
            await self._answer(self.quizzes[member], member, place)

    async def _answer(self, quiz: int, member: int, place: int) -> None:
        put = await self.school.quizzes.put(quiz, self.base + member)
        if isinstance(put, Put):
            at = put.question.position
            await self.twice(lambda school: school.quizzes.answer(quiz, at, place, self.base + member))

    async def challenge(self, member: int, lesson: str) -> None:
        faced = await self.school.actions.duels.challenge(
            guild=self.guild,
            channel=CHANNEL,
            challenger=self.base + member,
            opponent=self.base + 1 - member,
            lesson=lesson,
            locale="en-US",
        )
        if isinstance(faced, Faced):
            self.duel = duel = faced.duel.id
            await self.school.actions.duels.posted(duel, MESSAGE)
            await self.twice(
                lambda school: school.actions.duels.accept(duel, self.base + 1 - member, MESSAGE)
            )

    async def fight(self, member: int, place: int) -> None:
        if self.duel is not None:
            found = await self.school.actions.duels.play(self.duel, self.base + member)
            if isinstance(found, Opening):
                await self._answer(found.quiz.id, member, place)

    async def review(self, member: int, place: int, here: bool) -> None:
        where = self.guild if here else None
        shown = await self.school.actions.reviews.ask(self.base + member, where)
        if isinstance(shown, Asking):
            question, number = shown.asked.question, shown.upcoming.number
            await self.twice(
                lambda school: school.actions.reviews.answer(
                    member=self.base + member, guild=where, question=question, number=number, place=place
                )
            )

    async def remember(self, member: int, right: bool) -> None:
        """Years go by in which everything that is due is reviewed, and all but the last time right."""
        for time in range(6):
            await self.wait(60 * 24 * 181)
            shown = await self.school.actions.reviews.ask(self.base + member, None)
            if isinstance(shown, Asking):
                options = [one == shown.asked.key for one in shown.order]
                await self.review(member, options.index(right or time < 5), False)

    async def report(self, member: int) -> None:
        """Somebody reports the first question, and opens the report as a moderator does, with its answer."""
        reports, who = self.school.actions.reports, self.base + member
        question = await reports.in_library(QUESTIONS[0])
        await reports.report(member=who, guild=self.guild, question=question, reason="It is wrong.")
        await reports.open(guild=self.guild, question=QUESTIONS[0], by=who)

    async def delete(self, member: int) -> None:
        await self.school.actions.privacy.delete(self.base + member)

    async def restart(self) -> None:
        self.school = School(self.databases[0], self.clock, TAUGHT)
        await self.school.quizzes.expire()

    async def wait(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)
        for poll in await self.school.polls.due():
            await self.school.polls.close_due(poll)
        await self.school.quizzes.expire()
        for duel in await self.school.actions.duels.due():
            await self.school.actions.duels.settle(duel)

    async def _kept(self) -> list[object]:
        kept: list[object] = []
        for member in (self.base, self.base + 1):
            card = await self.school.actions.ladders.card(member, self.guild)
            kept += [card, await self.school.entries(member), await self.school.ratings(member)]
        return kept

    async def _count(self) -> None:
        """Note what has been rated since, before anything can take it away again."""
        for member in (self.base, self.base + 1):
            entries = [
                one for one in await self.school.entries(member) if one.question and one.kind != "void"
            ]
            keys = Counter((member, one.question or "", one.kind, one.step) for one in entries)
            for key, times in keys.items():
                assert times == 1, f"{key} is rated {times} times"
            now = set(keys)
            before = {key for key in self.rated if key[0] == member}
            if now < before and not now:
                # A deletion: whatever is rated from now on must not have been rated before it.
                self.counted |= {(who, question, step) for who, question, _kind, step in before}
            assert not {(who, question, step) for who, question, _, step in now} & self.counted
            self.rated |= keys


@settings(
    max_examples=10,
)
@given(story=stories)
def test_no_way_leads_to_a_second_rated_attempt_and_no_retry_to_anything(
    url: URL, story: list[tuple[str, Any]]
) -> None:
    async def run() -> None:
        databases = [Database(url), Database(url)]
        try:
            life = Life(databases, HandClock(), next(_worlds))
            for deed in story:
                await life.do(*deed)
            steps = {step for _member, _question, kind, step in life.rated if kind == "review"}
            assert steps <= RATED_STEPS
            assert (await verify(databases[0], progress=lambda _done, _all: None)).faults == ()
        finally:
            for database in databases:
                await database.close()

    asyncio.run(run())
