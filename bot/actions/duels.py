"""Duels: two people answer the same questions, each in private, and the channel hears of it when both are done."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.actions.asking import asked
from bot.actions.duel_choice import FEWEST, choose
from bot.actions.duel_standing import Faced, quizzes_of, stand
from bot.actions.holdings import Holdings
from bot.actions.openings import Opening, opening_of
from bot.actions.refusals import NotAllowed, Refusal
from bot.storage import Database, Unit
from bot.storage.duels import Duel
from bot.storage.quizzes import Quiz
from bot.words import N_
from lessons.model import Lesson, Question

LASTS = timedelta(days=1)
"""How long a challenge waits, and then how long both have to play."""

_NEVER_POSTED_AFTER = timedelta(minutes=2)
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Occupied:
    """No challenge was made: whoever wanted to has a duel already."""

    faced: Faced


class Duels:
    """What can be done with duels."""

    def __init__(self, database: Database, library: Holdings, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._library = library
        self._clock = clock

    async def challenge(
        self, *, guild: int, channel: int, challenger: int, opponent: int, lesson: str | None, locale: str
    ) -> Faced | Occupied:
        """A challenge to be posted now; ``locale`` is the language of the post. Raises `Refusal`."""
        now = self._clock()
        wanted = (await self._library.of(guild)).lesson(lesson) if lesson is not None else None
        if challenger == opponent:
            raise Refusal(
                N_("A duel takes two. Challenge somebody else, or a lesson's machine with /quiz versus.")
            )
        async with self._database.unit() as unit:
            await unit.duels.hold([challenger, opponent])
            unshown = await unit.duels.unshown_of([challenger, opponent])
            waiting = [one for one in unshown if one.state != "done" and one.expires_at > now]
            own = next((one for one in waiting if challenger in one.sides), None)
            if own is not None:
                return Occupied(await stand(unit, self._library, own))
            if (await unit.members.of([opponent]))[opponent].refuses_duels:
                raise Refusal(
                    N_("{member} takes no challenges. Challenge somebody else with /duel."),
                    member=f"<@{opponent}>",
                )
            if waiting:
                raise Refusal(
                    N_("{member} has a duel already, one at a time. Try again when it is over."),
                    member=f"<@{opponent}>",
                )
            choice = await choose(unit, self._library, wanted, (challenger, opponent), guild)
            added = await unit.duels.add(
                questions=[one.identity for one in choice.questions],
                asked_at=now,
                guild=guild,
                channel=channel,
                challenger=challenger,
                opponent=opponent,
                lesson=choice.lesson.slug,
                lesson_title=choice.lesson.title,
                locale=locale,
                expires_at=now + LASTS,
            )
            return await stand(unit, self._library, added)

    async def waiting(self, member: int) -> Faced | None:
        """The duel that the member is one side of, if there is one that is not over."""
        now = self._clock()
        async with self._database.reading() as unit:
            for one in await unit.duels.unshown_of([member]):
                if one.state != "done" and one.expires_at > now:
                    return await stand(unit, self._library, one)
        return None

    async def posted(self, duel: int, message: int) -> bool:
        """The challenge stands in its channel; false if it is over already, and its message is to go."""
        async with self._database.unit() as unit:
            found = await unit.duels.get(duel, lock=True)
            if found is None or found.state == "done":
                return False
            if found.message is None:
                await unit.duels.posted(duel, message)
            return True

    async def not_posted(self, faced: Faced) -> None:
        """The challenge could not be posted, so that it never was."""
        await self.forget(faced.duel.id)

    async def accept(self, duel: int, member: int, message: int) -> Faced | None:
        """Let both play; how the duel stands then, or None if there is none. ``message`` is what was pressed."""
        now = self._clock()
        async with self._database.unit() as unit:
            found = await unit.duels.get(duel, lock=True)
            if found is not None and found.state == "asked":
                if member != found.opponent:
                    raise NotAllowed(
                        N_("You have made this challenge; now it is for the other side to accept it.")
                        if member == found.challenger
                        else N_("This challenge is for somebody else. Make one yourself with /duel.")
                    )
                if found.message is None:
                    await unit.duels.posted(duel, message)
                known = await self._library.knowing(unit, found.questions)
                left = [one for one in map(known.question, found.questions) if one]
                if found.expires_at <= now or len(left) < FEWEST:
                    await unit.duels.end(duel, now)
                else:
                    await self._begin(unit, found, left, now)
            return await self._faced_now(unit, duel)

    async def _begin(
        self, unit: Unit, duel: Duel, questions: list[tuple[Lesson, Question]], now: datetime
    ) -> None:
        await unit.duels.run(duel.id, now + LASTS)
        await unit.meanings.keep(asked(lesson, one) for lesson, one in questions)
        for member in duel.sides:
            await unit.quizzes.add(
                [
                    {
                        "question": one.identity,
                        "meaning": one.meaning,
                        "difficulty": lesson.rating,
                        "arrangement": random.sample(range(len(one.options)), len(one.options)),
                    }
                    for lesson, one in questions
                ],
                member=member,
                guild=duel.guild,
                lesson=duel.lesson,
                lesson_title=duel.lesson_title,
                kind="duel",
                duel=duel.id,
                opened_at=now,
            )

    async def decline(self, duel: int, member: int) -> Faced | None:
        """The opponent would rather not."""
        return await self._call_off(
            duel,
            member,
            by="opponent",
            otherwise=N_("Only whoever is challenged can decline. You can withdraw your challenge."),
        )

    async def withdraw(self, duel: int, member: int) -> Faced | None:
        """The challenger takes the challenge back."""
        return await self._call_off(
            duel,
            member,
            by="challenger",
            otherwise=N_("Only whoever made the challenge can withdraw it. You can decline it."),
        )

    async def _call_off(
        self, duel: int, member: int, *, by: Literal["opponent", "challenger"], otherwise: str
    ) -> Faced | None:
        """End a challenge that was not accepted; how the duel stands then, or None if there is none."""
        async with self._database.unit() as unit:
            found = await unit.duels.get(duel, lock=True)
            if found is not None and found.state == "asked":
                if member not in found.sides:
                    raise NotAllowed(N_("This challenge is for somebody else. Make one yourself with /duel."))
                if member != (found.opponent if by == "opponent" else found.challenger):
                    raise NotAllowed(otherwise)
                await unit.duels.end(duel, self._clock())
            return await self._faced_now(unit, duel)

    async def play(self, duel: int, member: int) -> Opening | Faced | None:
        """The member's own side, to begin it or go on; or how the duel stands, or None if there is none."""
        async with self._database.unit() as unit:
            found = await unit.duels.get(duel)
            if found is not None and member not in found.sides:
                raise NotAllowed(
                    N_("Two others play this duel, each in private. Challenge somebody yourself with /duel.")
                )
            if found is not None and found.state == "running" and found.expires_at > self._clock():
                quiz = (await quizzes_of(unit, found))[member]
                if quiz.finished_at is None:
                    return await opening_of(unit, quiz)
            return await self._faced_now(unit, duel)

    async def of_quiz(self, quiz: int) -> Faced | None:
        """The duel that the quiz is one side of, which ends if both have come to their end; None if it is gone."""
        async with self._database.reading() as unit:
            duel = await unit.duels.of_quiz(quiz)
        return await self.settle(duel) if duel is not None else None

    async def settle(self, duel: int) -> Faced | None:
        """End a duel whose time is over or whose sides are; how it stands then, or None if there is none."""
        now = self._clock()
        async with self._database.unit() as unit:
            found = await unit.duels.get(duel, lock=True)
            if found is None:
                return None
            if found.state != "done":
                quizzes = await quizzes_of(unit, found, lock=True)
                played = bool(quizzes) and all(one.finished_at is not None for one in quizzes.values())
                lost = found.message is None and found.asked_at < now - _NEVER_POSTED_AFTER
                if played or lost or found.expires_at <= now:
                    # The clocks of two processes differ, and every answer that was given is to count.
                    answered = [one.answered_at for quiz in quizzes.values() for one in quiz.questions]
                    await unit.duels.end(duel, max([now, *(at for at in answered if at is not None)]))
                    await _let_go(unit, quizzes.values(), now)
            return await self._faced_now(unit, duel)

    async def due(self) -> list[int]:
        """Duels to be settled."""
        now = self._clock()
        async with self._database.reading() as unit:
            return await unit.duels.due(now, now - _NEVER_POSTED_AFTER, _AT_ONCE)

    async def unshown(self) -> list[Faced]:
        """Duels that are done, and whose channel is still to be shown that."""
        async with self._database.reading() as unit:
            found = [await self._faced_now(unit, id) for id in await unit.duels.unshown(_AT_ONCE)]
        return [one for one in found if one is not None]

    async def shown(self, faced: Faced) -> None:
        """The channel shows what came of it, or cannot; nothing is kept of a duel without a match."""
        if faced.outcome != "match":
            await self.forget(faced.duel.id)
            return
        async with self._database.unit() as unit:
            await unit.duels.shown(faced.duel.id, self._clock())

    async def forget(self, duel: int) -> None:
        """Keep nothing of the duel itself."""
        async with self._database.unit() as unit:
            await unit.duels.remove(duel)

    async def _faced_now(self, unit: Unit, duel: int) -> Faced | None:
        found = await unit.duels.get(duel)
        return await stand(unit, self._library, found) if found is not None else None


async def leave(unit: Unit, member: int, now: datetime) -> list[Duel]:
    """End the member's duels without a trace, before the member's data is deleted; what their channels still show.

    The others may answer to the end what they have begun.
    """
    found = await unit.duels.unshown_of([member])
    for duel in found:
        quizzes = await quizzes_of(unit, duel, lock=True)
        await _let_go(unit, quizzes.values(), now)
        await unit.duels.remove(duel.id)
    return found


async def _let_go(unit: Unit, quizzes: Iterable[Quiz], now: datetime) -> None:
    """What was begun goes on as a quiz of its own, and what was not is over: nothing of it was seen."""
    unfinished = [one for one in quizzes if one.finished_at is None]
    await unit.quizzes.finish((one.id for one in unfinished if not one.begun), now)
    await unit.duels.release(one.id for one in unfinished if one.begun)
