"""Duels: a walk through what they refuse, and their screens in all their kinds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.actions.duel_standing import Faced, Side
from bot.actions.library import Library
from bot.actions.marking import waits
from bot.actions.openings import Opening
from bot.actions.summaries import Summary
from bot.chat import duel_cards, quiz_openings, quiz_summaries
from bot.chat.screens import Screen, note
from bot.storage.duels import Duel
from bot.storage.quizzes import Quiz, QuizQuestion
from ladder.tiers import Tier
from lessons.catalogue import Catalogue
from tests.words.pseudo import SERVER
from tests.words.shelf import HUGE

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def walk_through(walk: Any) -> None:
    """Challenge whoever cannot be, press what is somebody else's, and play one duel."""
    ben, cleo, dan, eve = walk.people[6:10]
    robot = walk.guild.add_member(walk.env.create_user("robot", bot=True, global_name="Робот"))

    async def challenge(who: Any, whom: Any, lesson: str | None = HUGE) -> Any:
        await walk.slash(who, "duel", member=whom, **({"lesson": lesson} if lesson else {}))
        return next((one for one in reversed(walk.room.history()) if not one.flags.ephemeral), None)

    await walk.bot.actions.settings.change(walk.guild.id, walk.ada.id, share_channels=[walk.room.id])
    for whom in (ben, robot, walk.loner):
        await challenge(ben, whom)
    await challenge(ben, cleo, "small-1000")
    async with walk.database.unit() as unit:
        await unit.members.choose(eve.id, refuses_duels=True)
    await challenge(ben, eve)
    walk.env.inject_error("POST", "/channels/*/messages", status=503)
    await challenge(ben, cleo)
    poll = await walk.poll(lesson=HUGE, question=f"{HUGE}-1", duration="1h")
    for lesson in (HUGE, None):
        await challenge(ben, cleo, lesson)
    await walk.close(poll)
    post = await challenge(ben, cleo)
    for who, start in (
        (ben, "duelaccept1:"),
        (dan, "duelaccept1:"),
        (ben, "dueldecline1:"),
        (cleo, "duelwithdraw1:"),
    ):
        await walk.press(who, post, start)
    for who in (ben, cleo, dan):
        await challenge(who, ben if who is dan else dan)
    await walk.press(cleo, post, "duelaccept1:", public=True)
    await walk.press(dan, _now(walk, post), "duelplay1:")
    shown = await walk.press(ben, _now(walk, post), "duelplay1:")
    await walk.press(ben, shown, "quiznext1:")
    await challenge(ben, dan)
    await walk.press(dan, await challenge(dan, walk.ada), "duelwithdraw1:")
    await challenge(dan, walk.ada)  # has to wait
    walk.late += timedelta(minutes=6)
    await walk.press(walk.ada, await challenge(dan, walk.ada), "dueldecline1:")


def _now(walk: Any, post: Any) -> Any:
    """The public message as it stands now."""
    return next(one for one in walk.room.history() if one.id == post.id)


def _faced(catalogue: Catalogue) -> Faced:
    lesson = catalogue.lesson(HUGE)
    asked = tuple(one.identity for one in lesson.questions)
    duel = Duel(1, 1, 2, 3, 4, 5, lesson.slug, lesson.title, asked, SERVER, "asked", _NOW, _NOW, None, None)
    return Faced(duel, (Side(4, "х" * 32), Side(5, "ц" * 32)), 3, lesson)


def _kinds(catalogue: Catalogue) -> Iterator[Faced]:
    """A duel in every state that it may come to."""
    asked = _faced(catalogue)
    one, other = asked.sides
    yield asked
    running = replace(asked, duel=replace(asked.duel, state="running"))
    yield running
    yield replace(running, sides=(one, replace(other, answered=2)))
    yield replace(running, sides=(replace(one, answered=3, done=True), other))
    done = replace(asked, duel=replace(asked.duel, state="done"))
    yield done
    yield replace(done, sides=(replace(one, answered=3, right=3), other), lesson=None)
    for right in (1, 2, 3):
        yield replace(
            done, sides=(replace(one, answered=3, right=right), replace(other, answered=3, right=1))
        )


def posted(catalogue: Catalogue) -> Iterator[Screen]:
    """What channels are shown, in their server's language."""
    for faced in _kinds(catalogue):
        yield duel_cards.public_screen(faced)
    yield duel_cards.ended_screen(SERVER)


def private(catalogue: Catalogue) -> Iterator[Screen]:
    """What the two are shown, each for themselves."""
    for faced in _kinds(catalogue):
        for member in (4, 5):
            yield duel_cards.own_screen(faced, member)
    yield note(str(waits("duel")))
    lesson = catalogue.lesson(HUGE)
    question = QuizQuestion(1, 0, lesson.questions[0].identity, "", 2450, (0, 1), None, None, None)
    quiz = Quiz(1, 4, 1, HUGE, lesson.title, _NOW, None, (question,) * 3, kind="duel")
    yield quiz_openings.opening_screen(Opening(quiz, True, 3, 0))
    summary = Summary(replace(quiz, finished_at=_NOW), 0, 3, 0, None, None, Tier.IRON, ())
    yield quiz_summaries.summary_screen(Library(catalogue), summary)
