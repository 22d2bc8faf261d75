"""Schedules: a walk over their page, and everything that it and their posts can say."""

from collections.abc import Awaitable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from bot.actions.asking import asked
from bot.actions.library import Library
from bot.actions.planning import EVERY_DAY
from bot.actions.poll_results import PollResult
from bot.actions.polls import OpenPoll
from bot.actions.recaps import Moved, Recap, Titled
from bot.actions.refusals import Refusal
from bot.actions.scheduled_posts import WeeksLesson
from bot.actions.schedules import ScheduleView
from bot.chat import poll_cards, schedule_edits, schedule_settings, schedule_words, scheduled_screens
from bot.chat.audit_words import entry_words
from bot.chat.screens import Screen, note
from bot.storage.audit_log import LogEntry
from bot.storage.polls import Poll
from bot.storage.schedules import Kind, PostState, Schedule, ScheduledPost
from bot.words import speaking
from ladder.poll import tally
from ladder.tiers import Level, Tier
from lessons.catalogue import Catalogue
from tests.words.pseudo import PERSON, SERVER
from tests.words.shelf import HUGE, shelf

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_VALUES: dict[str, tuple[Any, ...]] = {
    "channel": (1,),
    "kind": get_args(Kind),
    "weekdays": (EVERY_DAY,),
    "minute": (545,),
    "categories": (("logic",), None),
    "levels": (("expert",), None),
    "picking": ("mixed", "hardest"),
    "fresh_days": (1, 7),
    "seconds": (3_600,),
    "mention": (1, None),
}
_ALL_LEVELS = tuple(level.value for level in Level)


async def walk_through(walk: Any) -> None:
    """Plan each kind, change everything, and be refused whatever can be."""
    ada, room = walk.ada, walk.room
    shown = await walk.slash(ada, "settings")

    async def press(start: str) -> None:
        await walk.press(ada, walk.seen_again(shown), start)

    async def choose(start: str, value: Any) -> None:
        await walk.choose(ada, walk.seen_again(shown), start, value)

    async def page() -> None:
        await choose("settings1:", "schedules")

    await page()
    for kind in get_args(Kind):
        await page()
        await press(f"scheduleadd1:{kind}")
        await choose("schedulenew1:", room)
        await press("settingsback1:")
    await choose("scheduleopen1", "1")
    await press("scheduleedit1:1:when")
    await choose("schedulein1:", room)
    for name, value in (("weekdays", "0"), ("minute", "540")):
        await choose(f"scheduleset1:1:{name}", value)
    role = walk.guild.create_role("Роль")
    await choose("scheduleping1:", role)
    custom_id = "scheduletime1:1"
    for typed in ("25:00", "18:30"):
        form: Any = await ada.click(walk.seen_again(shown), custom_id=custom_id)
        walk.note()
        await walk.fill(ada, form, typed)
    await walk.forge(ada, walk.seen_again(shown), "scheduleping1:1", str(walk.guild.id))
    await press("schedulelook1:")
    await press("scheduleedit1:1:what")
    for name, value in (
        ("kind", "question"),
        ("picking", "hardest"),
        ("seconds", "3600"),
        ("fresh_days", "30"),
        ("levels", "beginner"),
        ("categories", shelf().categories[0].slug),
    ):
        await choose(f"scheduleset1:1:{name}", value)
    await press("schedulelook1:")
    for start in ("scheduleskip1:", "schedulepause1:", "schedulepause1:", "scheduleremove1:"):
        await press(start)
    await _refusals(walk)
    for screen in screens(shelf()):
        walk.tour.screen(screen)
    with speaking(SERVER):
        for screen in posts(shelf()):
            walk.tour.screen(screen, public=True)


async def _refusals(walk: Any) -> None:
    """What moderators are told who ask for what cannot be, and the words of the log."""
    actions, guild, ada = walk.bot.actions, walk.guild.id, walk.ada.id
    schedules, undo = actions.schedules, actions.audit_log.undo

    async def refused(deed: Awaitable[Any]) -> None:
        try:
            await deed
        except Refusal as refusal:
            with speaking(PERSON):
                walk.tour.screen(note(str(refusal)))
        else:
            raise AssertionError("this was to be refused")

    async def last() -> LogEntry:
        return (await actions.audit_log.page(guild, 0)).entries[0]

    await refused(schedules.view(guild, 1))  # removed on the walk
    removal = (await last()).id
    await undo(guild, removal, ada)
    await refused(undo(guild, removal, ada))
    await schedules.pause(guild, 1, ada)
    paused = (await last()).id
    await refused(schedules.skip(guild, 1, ada))
    await schedules.resume(guild, 1, ada)
    resumed = (await last()).id
    await refused(undo(guild, paused, ada))
    await schedules.pause(guild, 1, ada)
    await refused(undo(guild, resumed, ada))
    await schedules.resume(guild, 1, ada)
    await schedules.skip(guild, 1, ada)
    skipped = (await last()).id
    await undo(guild, skipped, ada)
    await schedules.skip(guild, 1, ada)
    skipped = (await last()).id
    async with walk.database.unit() as unit:
        await unit.schedules.change(1, next_at=walk.env.now() + walk.late)
    await refused(schedules.skip(guild, 1, ada))
    await schedules.pause(guild, 1, ada)
    await refused(undo(guild, skipped, ada))
    await refused(schedules.edit(guild, 1, ada, levels=("expert",), categories=("nothing",)))
    for _turn in range(5):
        await schedules.add(guild, ada, "recap", walk.room.id)
    await refused(schedules.add(guild, ada, "recap", walk.room.id))
    page = await actions.audit_log.page(guild, 0)
    told: list[str] = []
    with speaking(PERSON):
        for number in range(page.count):
            entries = (await actions.audit_log.page(guild, number)).entries
            told += [entry_words(one) for one in entries if one.what.startswith("schedule_")]
        for some in range(0, len(told), 10):
            walk.tour.screen(note(*told[some : some + 10]))
    for one in await schedules.of(guild):
        await schedules.remove(guild, one.schedule.id, ada)


def screens(catalogue: Catalogue) -> Iterator[Screen]:
    """The page's words in all their kinds."""
    library = Library(catalogue)
    with speaking(PERSON):
        for view in _views():
            yield schedule_settings.schedule_screen(view, library)
            yield schedule_edits.edit_screen(view, "when", library)
            yield schedule_edits.edit_screen(view, "what", library)
        for view in _views():
            yield note(schedule_words.sentence(view, library), schedule_words.runs_out_words(view.schedule))
        for name, values in _VALUES.items():
            yield note(*(schedule_words.change_words(name, value) for value in values))


def _views() -> Iterator[ScheduleView]:
    usual = Schedule(
        id=7,
        guild=1,
        channel=2,
        kind="lesson",
        weekdays=EVERY_DAY,
        minute=9 * 60 + 5,
        categories=tuple(one.slug for one in shelf().categories),
        levels=_ALL_LEVELS,
        picking="hardest",
        fresh_days=1,
        seconds=86_400,
        mention=3,
        state="on",
        reason=None,
        lesson=HUGE,
        lesson_on=_NOW,
        next_at=_NOW,
        created_at=_NOW,
        starter=1,
    )
    for kind in get_args(Kind):
        for weekdays in (EVERY_DAY, 1, 3):
            planned = replace(usual, kind=kind, weekdays=weekdays)
            yield ScheduleView(planned, "Pacific/Apia", tuple(_outcomes(kind)), 400, 3_000)
    for reason in ("moderator", "gone", "forbidden"):
        paused = replace(usual, state="paused", reason=reason, next_at=None)
        yield ScheduleView(paused, "UTC", (), 1, 1)
    yield ScheduleView(usual, "UTC", (), 0, 0)


def _outcomes(kind: Kind) -> Iterator[ScheduledPost]:
    for at, state in enumerate(get_args(PostState)):
        yield ScheduledPost(at, 7, _NOW, kind, 2, HUGE, None, None, state, None, _NOW)


def posts(catalogue: Catalogue) -> Iterator[Screen]:
    """What schedules post, as long as it can be."""
    lesson = catalogue.lesson(HUGE)
    served = asked(lesson, lesson.questions[0])
    poll = Poll(
        id=7,
        guild=1,
        channel=2,
        message=3,
        starter=0,
        question=served.question,
        meaning=served.meaning,
        difficulty=lesson.rating,
        locale=SERVER,
        state="closed",
        opened_at=_NOW,
        closes_at=_NOW + timedelta(days=1),
        closed_at=_NOW + timedelta(days=1),
        closed_by=None,
        schedule=7,
        mention=5,
    )
    for options in ([0, 0, 1], []):
        earlier = PollResult(poll, served, tally(options, len(served.options)))
        yield poll_cards.open_screen(OpenPoll(replace(poll, state="open"), served, 2, earlier=earlier))
        private = replace(earlier, poll=replace(poll, ballot="private"))
        for questions in (0, 1, 4):
            yield scheduled_screens.lesson_screen(1, WeeksLesson(lesson, questions, private), 5)
    named = "Ж" * 32
    week = Recap(
        _NOW - timedelta(days=7),
        _NOW,
        7,
        120,
        tuple(Moved(named, 100 - at) for at in range(5)),
        tuple(Titled(named, Tier.GOLD) for _ in range(5)),
        replace(earlier, tally=tally([0, 0, 0], len(served.options))),
        replace(earlier, tally=tally([0, 1, 1], len(served.options))),
    )
    yield scheduled_screens.recap_screen(2, week, 5)
    yield scheduled_screens.recap_screen(2, replace(week, polls=1, members=1), None)
