"""A walk through everything that the bot can say, and a note of every word that was shown."""

import json
import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
from simcord import Env, ResponseMessage, interactions
from sqlalchemy import text as sql

from bot.actions import marking, openings, quizzes
from bot.actions.asking import asked
from bot.actions.board_rows import Row, Unlisted
from bot.actions.boards import Board, Boards, OwnPlace
from bot.actions.ladders import Card, Place, Receipt, Receipts
from bot.actions.library import Library
from bot.actions.listing import relist
from bot.actions.rating import Moved
from bot.actions.refusals import Refusal
from bot.actions.seasons import Honoured, Overview, PastSeason, SeasonView
from bot.actions.series import Steering
from bot.actions.series_steps import SumUp
from bot.actions.series_summary import Line, Summary
from bot.app import create_bot
from bot.chat import (
    boards,
    peer_rounds,
    poll_controls,
    privacy,
    quiz_openings,
    quiz_summaries,
    rank_cards,
    receipts,
    series_screens,
    shelves,
)
from bot.chat import quizzes as quiz_screens
from bot.chat.client import RungClient
from bot.chat.screens import Document, note
from bot.storage import Database, DatabaseUnavailable, OutcomeUnknown
from bot.storage.experience import ExperienceRow
from bot.storage.listing import Reason
from bot.storage.matches import Match
from bot.storage.quizzes import Quiz, QuizHead, QuizQuestion
from bot.storage.seasons import Season
from bot.words import _, speaking
from ladder.experience import week_of
from ladder.match import Outcome
from ladder.standings import Ladder
from ladder.tiers import NextStep, Tier
from lessons.catalogue import Catalogue
from tests.chat_stage import forge
from tests.words import (
    complaints,
    duelling,
    keeping,
    matches,
    order,
    own_lessons,
    own_pages,
    panel,
    results,
    schedules,
    welcome,
)
from tests.words.lists import own_lists
from tests.words.pseudo import PERSON, SERVER
from tests.words.shelf import HUGE, TIERS, shelf

# SimCord looks for settled work every 50 ms; a thousandth of a second makes a click thirty times quicker.
(Env._settle_internal.__kwdefaults__ or {})["idle"] = 0.001
# Timers move with advance_time alone; otherwise a short sleep would cost real time.
Env._schedule_timer = lambda self, *args: None  # type: ignore[method-assign]

RECEIPT = Receipt(
    "answer",
    "хто " * 100,
    False,
    datetime(2026, 1, 1, tzinfo=UTC),
    Moved(Ladder.world(), 2450, 2437, 0.987654, 2450, 0.25, -12.3),
)
"""A receipt as long as they get."""

_UNRANKED = Card(
    1,
    "Хтось",
    None,
    0,
    Place(None, 1500, 40, 30, provisional=False),
    3,
    Tier.IRON,
    None,
    unlisted=Unlisted.EXCLUDED,
)
"""The card of somebody who is not on the server's ladder."""

_SHOWN_UNDER = ("content", "label", "placeholder", "description", "title")


@dataclass
class Said:
    """One message, form or list of choices that the bot sent, as Discord got it."""

    public: bool
    payload: Any

    @property
    def texts(self) -> list[str]:
        """Everything in it that people read."""
        return list(_texts(self.payload))


def _texts(payload: Any) -> Generator[str]:
    if isinstance(payload, list):
        for one in payload:
            yield from _texts(one)
    elif isinstance(payload, dict):
        for key in _SHOWN_UNDER:
            if isinstance(payload.get(key), str) and payload[key]:
                # A space at which no line is broken is a space.
                yield payload[key].replace("\u00a0", " ")
        for choice in payload.get("choices") or []:
            yield choice["name"]
        for key in ("components", "options", "accessory", "component", "items"):
            yield from _texts(payload.get(key))


@dataclass
class Tour:
    """What was said on the walk, and which commands Discord was told of."""

    said: list[Said] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def screen(self, screen: discord.ui.LayoutView, *, public: bool = False) -> None:
        """Note a screen that no click leads to."""
        self.said.append(Said(public, {"components": screen.to_components()}))


@contextmanager
def locales(person: str | dict[int, str], server: str) -> Generator[None]:
    """People use Discord in this language, or each in their own, and their server is set to that one."""
    original = interactions.base_payload

    def base_payload(*args: Any, **values: Any) -> Any:
        record, payload = original(*args, **values)
        payload["locale"] = person if isinstance(person, str) else person[values["user_id"]]
        if "guild_locale" in payload:
            payload["guild_locale"] = server
        return record, payload

    interactions.base_payload = base_payload
    try:
        yield
    finally:
        interactions.base_payload = original


class Walk:
    """A server with its people, and what they do."""

    def __init__(self, env: Env, database: Database, tour: Tour) -> None:
        self.env, self.database, self.tour = env, database, tour
        self.late = timedelta()
        """How far the bot's clock runs ahead of the simulated Discord's."""
        guild = env.create_guild("Школа")
        self.guild = guild
        self.room = guild.create_text_channel("кімната")
        self.moderators = guild.create_role(
            "Мод",
            permissions=discord.Permissions(manage_messages=True, manage_guild=True, send_messages=True),
        )
        self.ada = guild.add_member(env.create_user("ada", global_name="Ада"), roles=[self.moderators])
        self.people = [
            guild.add_member(env.create_user(f"user{number}", global_name=f"Учень {number}"))
            for number in range(12)
        ]
        self.loner = env.create_user("loner", global_name="Самотній")

    @property
    def bot(self) -> RungClient:
        return self.env.bot  # type: ignore[return-value]

    def note(self, *, public: bool | None = None) -> None:
        """Write down what the bot sent since the last time: answers are private, the channel is public."""
        for request in self.env.http_requests:
            if request.method == "PUT" and request.path.endswith("/commands"):
                self.tour.commands = request.json  # type: ignore[assignment]
            elif request.json is not None:
                payload = request.json.get("data", request.json)  # type: ignore[union-attr]
                shown = request.path.startswith("/channels") if public is None else public
                self.tour.said.append(Said(shown, payload))
        self.env.http_requests.clear()

    async def slash(self, actor: Any, name: str, /, **options: Any) -> Any:
        """Give a command; the message that answers it."""
        where = (self.room,) if hasattr(actor, "guild") else ()
        result = await actor.slash(*where, name, **options)
        self.note()
        return result.followups[-1] if result.followups else result.response

    async def press(self, actor: Any, message: Any, start: str, *, public: bool | None = None) -> Any:
        """Press the first button whose custom_id starts so; what it opened, or the message that it changed."""
        ids = [id for id in custom_ids(message) if id.startswith(start)]
        assert ids, (start, custom_ids(message))
        result = await actor.click(message, custom_id=ids[0])
        self.note(public=public)
        return result.response or message

    async def fill(self, actor: Any, form: Any, *words: str) -> None:
        """Write into the fields of a form from the top, and send it."""
        fields = [
            part["component"]["custom_id"] for part in form.modal["components"] if part.get("component")
        ]
        await actor.submit_modal(form, dict(zip(fields, words, strict=True)))
        self.note()

    async def choose(self, actor: Any, message: Any, start: str, value: Any) -> Any:
        """Choose from a select."""
        await actor.select(
            message, [value], custom_id=next(id for id in custom_ids(message) if id.startswith(start))
        )
        self.note()
        return message

    def seen_again(self, message: Any) -> Any:
        """The message as it stands now."""
        stored = self.env.backend.get_message(message.channel_id, message.id)
        return ResponseMessage(self.env, stored)

    async def forge(self, actor: Any, message: Any, custom_id: str, *values: str) -> None:
        """Press what is no longer, or never was, on the message."""
        await forge(self.env, actor, message, custom_id, *values)
        self.note()

    async def type(self, actor: Any, command: str, option: str, text: str, **filled: Any) -> None:
        """Type into an option and read what is offered."""
        where = (self.room,) if hasattr(actor, "guild") else ()
        await actor.autocomplete(*where, command, option, text, **filled)
        self.note()

    async def poll(self, **options: Any) -> Any:
        """The moderator posts a poll; its message."""
        shown = await self.slash(self.ada, "poll", **options)
        await self.press(self.ada, shown, "pollpost1:")
        return self.room.last_message

    async def close(self, post: Any) -> None:
        """The moderator closes a poll before its time."""
        shown = await self.press(self.ada, post, "pollmanage1:")
        await self.press(self.ada, shown, "pollend1:")
        await self.press(self.ada, self.seen_again(shown), "pollendnow1:")


def custom_ids(message: Any) -> list[str]:
    """The custom_ids of whatever can be used on a message."""
    found: list[str] = []

    def walk(raw: Any) -> None:
        if isinstance(raw, list):
            for one in raw:
                walk(one)
        elif isinstance(raw, dict):
            if raw.get("custom_id") and not raw.get("disabled"):
                found.append(raw["custom_id"])
            walk(raw.get("components"))
            walk(raw.get("accessory"))

    walk([one if isinstance(one, dict) else one.to_dict() for one in message.components])
    return found


class _Errors(logging.Handler):
    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        self._told.append(f"{record.name}: {record.getMessage()} {record.exc_info and record.exc_info[1]!r}")


@contextmanager
def noted_errors(told: list[str]) -> Generator[None]:
    """Errors that are only logged, since a button's exception reaches nobody."""
    handler = _Errors(told)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


async def whole_tour(file: Path) -> Tour:
    """Do everything that can be done, over a fresh migrated database in this file."""
    tour = Tour()
    database = Database(f"sqlite:///{file}")
    walks: list[Walk] = []
    bot = create_bot(
        database,
        shelf(),
        lambda: (env.now() + walks[0].late) if walks else env.now(),
        always_sync=True,
    )
    env = Env(bot)
    with locales(PERSON, SERVER), noted_errors(tour.errors):
        await env.start()
        walks.append(Walk(env, database, tour))
        try:
            for part in (
                _first_steps,
                _reading,
                _typing,
                _quizzes,
                _polls,
                _series,
                _standings,
                _boards,
                _privacy,
                duelling.walk_through,
                _settings,
                panel.walk_through,
                order.walk_through,
                schedules.walk_through,
                keeping.walk_through,
                welcome.walk_through,
                own_lessons.walk_through,
                complaints.walk_through,
                _forgeries,
                _failures,
            ):
                await part(walks[0])
        finally:
            with env._bot_scope():
                await bot.close()
            await env.shutdown()
            await database.close()
        await _unreachable(tour)
    return tour


async def _first_steps(walk: Walk) -> None:
    for actor in (walk.ada, walk.people[0], walk.loner):
        shown = await walk.slash(actor, "help")
        await walk.press(actor, shown, "shelf1:")
    ben = walk.people[0]
    await walk.slash(ben, "ladder")
    await walk.slash(ben, "rank")
    await walk.slash(ben, "rank", member=walk.people[1])
    for scope in ("season", "seasons", "xp", "servers", f"category:{shelf().categories[0].slug}"):
        await walk.slash(ben, "ladder", scope=scope)
    for scope in ("server", "xp", "servers"):
        await walk.slash(walk.loner, "ladder", scope=scope)
    for scope in ("nonsense", "season:99"):
        await walk.slash(ben, "ladder", scope=scope)


async def _reading(walk: Walk) -> None:
    ben = walk.people[0]
    listed = await walk.slash(ben, "lesson")
    await walk.press(ben, listed, "shelf1:read:c.-:-:1")
    await walk.choose(ben, listed, "shelf1l:", "beginner")
    await walk.choose(ben, listed, "shelf1l:", "expert")
    category = shelf().categories[0].slug
    await walk.choose(ben, listed, "shelf1c:", category)
    form: Any = await ben.click(
        listed, custom_id=next(id for id in custom_ids(listed) if id.startswith("shelf1s:"))
    )
    walk.note()
    await walk.fill(ben, form, "сходинка")
    await walk.slash(ben, "lesson", lesson="фхцчшщ ьєї")
    await walk.slash(ben, "quiz", lesson="фхцчшщ ьєї")
    await walk.slash(ben, "quiz")
    page = await walk.slash(ben, "lesson", lesson=HUGE)
    while any(id.startswith(f"lesson1:{HUGE}:") for id in custom_ids(page)[-3:-2]):
        onward = custom_ids(page)[-3]
        await ben.click(page, custom_id=onward)
        walk.note()
        if any(id.startswith("check1:") for id in custom_ids(page)):
            break
    await walk.choose(ben, page, "jump1:", "s2")
    await walk.slash(ben, "lesson", lesson=HUGE, section="s5")
    for rating in TIERS:
        await walk.slash(ben, "lesson", lesson=f"small-{rating}")
    await walk.choose(ben, page, "jump1:", "s2")
    await walk.slash(ben, "lesson", lesson=HUGE)  # where it was left
    await _sharing_lessons(walk)


async def _sharing_lessons(walk: Walk) -> None:
    ada, ben = walk.ada, walk.people[0]
    await walk.slash(ben, "lesson", lesson=HUGE, section="s1")
    for section in ("s1", "s5"):
        page = await walk.slash(ada, "lesson", lesson=HUGE, section=section)
        await walk.press(ben, await walk.slash(ben, "lesson", lesson=HUGE), "lessonshare1:")  # may not
        await walk.press(ada, page, "lessonshare1:")
    post: Any = walk.room.last_message
    for start in ("study1:", "checkown1:", "shelfown1"):
        await walk.press(ben, post, start)
    await ben.select(post, ["s2"], custom_id=f"jumpown1:{HUGE}")
    walk.note()
    alone = await walk.slash(walk.loner, "lesson", lesson=HUGE)
    await walk.forge(walk.loner, alone, f"lessonshare1:{HUGE}:1")


async def _typing(walk: Walk) -> None:
    for command in ("lesson", "quiz", "poll"):
        await walk.type(walk.ada, command, "lesson", "")
        await walk.type(walk.ada, command, "lesson", "сходинка")
    await walk.type(walk.ada, "lesson", "section", "", lesson=HUGE)
    await walk.type(walk.ada, "poll", "question", "", lesson=HUGE)
    for duration in ("", "1s", "45s", "90", "3h", "2d", "soon"):
        await walk.type(walk.ada, "poll", "duration", duration)
    await walk.type(walk.ada, "ladder", "scope", "")
    await walk.type(walk.loner, "ladder", "scope", "")


async def _quizzes(walk: Walk) -> None:
    ben, cleo, dan, eve = walk.people[:4]
    shown = await walk.slash(ben, "quiz", lesson=HUGE)
    quiz = next(id for id in custom_ids(shown) if id.startswith("quiznext1:")).partition(":")[2]
    await walk.forge(ben, shown, f"quiz1:{quiz}:1:0")  # not asked yet
    own = await walk.slash(cleo, "help")
    await walk.forge(cleo, own, f"quiznext1:{quiz}")
    await walk.forge(cleo, own, f"quiz1:{quiz}:0:0")
    await walk.press(ben, shown, "quiznext1:")
    await _answer(walk, ben, shown, wrong=True)
    await walk.forge(ben, shown, f"quiz1:{quiz}:0:0")  # answered already
    repair = await walk.press(ben, shown, "study1:")
    assert repair is not shown
    shown = await walk.slash(ben, "quiz", lesson=HUGE)  # taken up
    for position, wrong in ((1, True), (2, False)):
        await walk.press(ben, shown, f"quiznext1:{quiz}")
        assert f"quiz1:{quiz}:{position}:0" in custom_ids(shown)
        await _answer(walk, ben, shown, wrong=wrong)
    await walk.press(ben, shown, f"quiznext1:{quiz}")
    # All right, then once more as practice.
    for _round in range(2):
        shown = await walk.slash(ben, "quiz", lesson="small-1300")
        await walk.press(ben, shown, "quiznext1:")
        await _answer(walk, ben, shown, wrong=False)
        await walk.press(ben, shown, "quiznext1:")
    # From a list and from a lesson.
    listed = await walk.slash(dan, "quiz")
    await walk.press(dan, listed, "entry1:check:")
    page = await walk.slash(dan, "lesson", lesson="small-1500")
    await walk.press(dan, page, "check1:")
    quiz = next(id for id in custom_ids(page) if id.startswith("quiznext1:")).partition(":")[2]
    await walk.press(dan, page, "quiznext1:")
    await walk.forge(dan, page, f"quiz1:{quiz}:0:4")  # has three options
    await _answer(walk, dan, page, wrong=True)
    await walk.press(dan, page, "quiznext1:")
    # A list to choose an opponent from, and an answer that is explained before it is given.
    await walk.slash(walk.people[5], "quiz", versus="machine")
    shown = await walk.slash(walk.people[5], "quiz", lesson="small-1500")
    quiz = next(id for id in custom_ids(shown) if id.startswith("quiznext1:")).partition(":")[2]
    await walk.forge(walk.people[5], shown, f"why1:quiz:{quiz}:0")
    # Left for more than a day.
    shown = await walk.slash(eve, "quiz", lesson="small-2100")
    quiz = next(id for id in custom_ids(shown) if id.startswith("quiznext1:")).partition(":")[2]
    await walk.press(eve, shown, "quiznext1:")
    walk.late += timedelta(hours=25)
    await walk.bot.actions.quizzes.expire()
    await walk.forge(eve, shown, f"quiz1:{quiz}:0:0")
    # Answered in the moment in which it was given up.
    late = await walk.slash(eve, "quiz", lesson="small-2300")
    await walk.press(eve, late, "quiznext1:")
    async with walk.database.unit() as unit:
        await unit.polls._connection.execute(
            sql("UPDATE quizzes SET finished_at = opened_at WHERE finished_at IS NULL AND member = :member"),
            {"member": eve.id},
        )
    await walk.press(eve, late, "quiz1:")


async def _answer(walk: Walk, actor: Any, message: Any, *, wrong: bool) -> None:
    """Answer the question shown; the right option of our questions is the one ending in 0."""
    raw = "\n".join(_texts(message.components))
    places = [id for id in custom_ids(message) if id.startswith("quiz1:")]
    letters = dict(zip("ABCDE", places, strict=False))
    right = next(letter for letter in letters if f"**{letter}**  Я 0" in raw or f"**{letter}**  я0" in raw)
    chosen = next(letter for letter in letters if (letter != right) == wrong)
    await actor.click(message, custom_id=letters[chosen])
    walk.note()


async def _polls(walk: Walk) -> None:
    ben, cleo, dan, eve = walk.people[:4]
    question = f"{HUGE}-1"
    for refused in (
        {"duration": "soon"},
        {"duration": "5s"},
        {"lesson": "зовсім не те"},
        {"lesson": HUGE, "question": "none"},
    ):
        await walk.slash(walk.ada, "poll", **refused)
    post = await walk.poll(lesson=HUGE, question=question, duration="10m")
    await walk.slash(walk.ada, "poll", lesson=HUGE, question=question)
    await walk.slash(eve, "quiz", lesson=HUGE)  # one is held back
    number = next(id for id in custom_ids(post) if id.startswith("poll1:")).split(":")[1]
    await walk.press(dan, post, f"poll1:{number}:0")
    await walk.press(dan, post, f"poll1:{number}:1")  # a second time
    await walk.press(cleo, post, f"poll1:{number}:1")
    await walk.press(ben, post, f"poll1:{number}:1")  # has met it in a quiz
    for member in walk.people[4:]:
        await walk.press(member, post, f"poll1:{number}:{member.id % 5}")
    await walk.press(cleo, post, "pollmanage1:")  # may not
    await walk.press(cleo, post, "study1:")
    await walk.env.advance_time(7)  # the counts are brought up to date
    walk.note()
    walk.late += timedelta(minutes=11)
    await walk.env.advance_time(3)  # closes by itself
    walk.note()
    post = next(one for one in walk.room.history() if one.id == post.id)
    await walk.forge(walk.ada, post, f"poll1:{number}:2")  # too late, and wrong
    await walk.forge(walk.ada, post, f"poll1:{number}:0")
    for member in (dan, cleo, ben, eve):
        await walk.press(member, post, "pollmine1:")
    # One that nobody answers, closed by hand.
    post = await walk.poll(lesson="small-1700", duration="1h")
    number = next(id for id in custom_ids(post) if id.startswith("poll1:")).split(":")[1]
    await walk.forge(dan, post, f"poll1:{number}:4")  # has three options
    await walk.slash(walk.ada, "poll", lesson="small-1700")
    await walk.slash(ben, "quiz", lesson="small-1700")
    await walk.close(post)
    await walk.forge(walk.ada, post, f"pollmanage1:{number}")
    await _by_somebody_else(walk, int(number))
    await walk.forge(walk.ada, post, f"pollmanage1:{number}")
    # One that cannot be posted, and one for which Discord changed its mind.
    shown = await walk.slash(walk.ada, "poll", lesson="small-1900")
    walk.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await walk.press(walk.ada, shown, "pollpost1:")
    async with walk.database.unit() as unit:
        connection = unit.polls._connection
        withdrawn = await connection.scalar(sql("SELECT poll FROM polls WHERE state = 'withdrawn'"))
        lost = await unit.polls.get(withdrawn)
        assert lost is not None
    # Somebody asks the same question meanwhile, so that one stays withdrawn.
    rival = await walk.bot.actions.polls.prepare(
        guild=lost.guild,
        channel=lost.channel,
        starter=lost.starter,
        duration=timedelta(minutes=5),
        locale=lost.locale,
        lesson="small-1900",
        question=lost.question.rpartition(":")[2],
    )
    await walk.forge(dan, post, f"poll1:{withdrawn}:0")
    await walk.forge(dan, post, f"pollmine1:{withdrawn}")
    await walk.forge(walk.ada, post, f"pollmanage1:{withdrawn}")
    await walk.bot.actions.polls.withdraw(rival.poll.id)
    for actor in (walk.ada, dan):  # whose question is gone, and who may not post
        await walk.forge(actor, post, "pollpost1:d060:curated:none")
    await walk.forge(walk.ada, post, "pollsample1:0")
    # A channel that is gone, and a Discord that does not say what it did.
    for status, code in ((404, 10003), (503, 0)):
        walk.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
        await walk.press(walk.ada, shown, "pollpost1:")
    async with walk.database.unit() as unit:
        unsaid = await unit.polls._connection.scalar(sql("SELECT poll FROM polls WHERE state = 'posting'"))
    await walk.bot.actions.polls.withdraw(unsaid)
    await _ballots(walk)


async def _ballots(walk: Walk) -> None:
    """Previews that are changed and dropped, private ballots, and a poll that is extended and cancelled."""
    ada, (ben, cleo, dan, eve) = walk.ada, walk.people[:4]
    shown = await walk.slash(ada, "poll", lesson="small-1900", ballot="private", spoiler=True)
    await walk.press(ada, shown, "pollchange1:")
    for start, value in (("pollset1:b:", "direct"), ("pollset1:t:", "604800"), ("pollset1:s:", "0")):
        await walk.choose(ada, walk.seen_again(shown), start, value)
    await walk.press(ada, walk.seen_again(shown), "pollpreview1:")
    await walk.press(ada, walk.seen_again(shown), "polldrop1")
    post = await walk.poll(lesson="small-1900", duration="5m", ballot="private", spoiler=True)
    number = next(id for id in custom_ids(post) if id.startswith("pollballot1:")).split(":")[1]
    left = [await walk.press(one, post, "pollballot1:") for one in (ben, cleo, dan)]
    await walk.press(ben, left[0], "poll2:")
    await walk.press(ben, post, "pollballot1:")  # has answered
    controls = [await walk.press(ada, post, "pollmanage1:") for _ in range(3)]
    for one in controls[:2]:
        await walk.choose(ada, walk.seen_again(one), "pollextend1:", "600")
        await walk.press(ada, walk.seen_again(one), "pollback1:")
        await walk.choose(ada, walk.seen_again(one), "pollextend1:", "600")
        await walk.press(ada, walk.seen_again(one), "pollextendnow1:")  # the second is too late
    for _turn in range(2):
        await walk.forge(ada, controls[0], f"pollextendnow1:{number}:604800:1")
        await _by_somebody_else(walk, int(number))
    poll = await walk.bot.actions.polls.view(int(number))
    due = int(poll.poll.closes_at.timestamp())
    await walk.forge(ada, controls[0], f"pollextendnow1:{number}:604800:{due}")  # past seven days
    await walk.press(ada, walk.seen_again(controls[2]), "pollcancel1:")
    await walk.press(ada, walk.seen_again(controls[2]), "pollcancelnow1:")
    await walk.env.advance_time(3)
    walk.note()
    await walk.press(cleo, left[1], "poll2:")
    await walk.forge(ada, controls[0], f"pollend1:{number}")
    await _by_somebody_else(walk, int(number))
    await walk.forge(ada, controls[0], f"pollend1:{number}")
    post = await walk.poll(lesson="small-1900", duration="7d", ballot="private")
    ballot = await walk.press(eve, post, "pollballot1:")
    number = next(id for id in custom_ids(post) if id.startswith("pollballot1:")).split(":")[1]
    controlled = await walk.bot.actions.polls.control(int(number), ada.id, moderator=True)
    with speaking(PERSON):
        walk.tour.screen(poll_controls.manage_screen(controlled))
    walk.late += timedelta(days=7)
    await walk.forge(ada, controls[0], f"pollend1:{number}")  # its time is over, and nobody has closed it yet
    await walk.forge(eve, ballot, f"pollballot1:{number}")
    await walk.press(eve, ballot, "poll2:")  # too late
    await walk.env.advance_time(3)
    walk.note()
    await walk.forge(ada, controls[0], f"pollend1:{number}")
    panel = await walk.slash(ada, "settings")
    await walk.choose(ada, panel, "settings1:", "polls")
    for _turn in range(2):
        await walk.press(ada, walk.seen_again(panel), "pollusual1:")


async def _by_somebody_else(walk: Walk, poll: int) -> None:
    """What was done with the poll last was not the moderator's doing."""
    async with walk.database.unit() as unit:
        for statement in (
            "UPDATE polls SET closed_by = :who WHERE poll = :poll AND closed_at IS NOT NULL",
            'UPDATE poll_events SET "by" = :who WHERE poll = :poll AND number > 1',
        ):
            given = {"who": walk.people[0].id, "poll": poll}
            await unit.polls._connection.execute(sql(statement), given)


async def _controlled(walk: Walk, post: Any) -> None:
    """Ask whether to close a question of a series, and whether to cancel it; it is left as it is."""
    shown = await walk.press(walk.ada, post, "pollmanage1:")
    for begins in ("pollend1:", "pollback1:", "pollcancel1:"):
        await walk.press(walk.ada, walk.seen_again(shown), begins)


async def _series(walk: Walk) -> None:
    ada, ben = walk.ada, walk.people[0]

    async def pass_time(**amount: float) -> None:
        walk.late += timedelta(**amount)
        await walk.env.advance_time(3)
        walk.note()

    await walk.slash(ada, "poll", question="all")  # names no lesson
    await walk.slash(ada, "poll", peer=True)  # names one question
    shown = await walk.slash(ada, "poll", lesson="small-1900", question="all", ballot="direct")
    await walk.press(ada, shown, "serieschange1:")
    for start, value in (("t", "30"), ("b", "private"), ("s", "1"), ("p", "1")):
        await walk.choose(ada, walk.seen_again(shown), f"seriesset1:{start}:", value)
    await walk.press(ada, walk.seen_again(shown), "seriespreview1:")
    await walk.press(ada, walk.seen_again(shown), "polldrop1")
    shown = await walk.slash(
        ada, "poll", lesson=HUGE, question="all", duration="30s", peer=True, ballot="direct"
    )
    await walk.press(ada, shown, "seriespost1:")
    thread = walk.room.threads[0]
    head = next(one for one in walk.room.history() if one.id == thread.id)
    await walk.slash(ada, "poll", lesson=HUGE, question="all")
    await walk.press(ben, head, "seriesskip1:")  # may not
    await pass_time()
    asking = await walk.press(ada, head, "seriesskip1:")
    await walk.press(ada, asking, "seriesskipnow1:")  # too soon
    post: Any = thread.last_message
    number = next(id for id in custom_ids(post) if id.startswith("poll1:")).split(":")[1]
    for at, member in enumerate(walk.people[:6]):
        await walk.press(member, post, f"poll1:{number}:{at % 2}")
    await _controlled(walk, post)
    await pass_time(seconds=31)
    post = next(one for one in thread.history() if one.id == post.id)
    await walk.press(ben, post, "pollmine1:")  # withheld
    await walk.press(ada, head, "seriesskip1:")  # the discussion
    await pass_time(minutes=3)
    await pass_time(seconds=5)
    await _controlled(walk, thread.last_message)
    asking = await walk.press(ada, head, "seriesskip1:")
    await walk.press(ada, asking, "seriesskipnow1:")
    await walk.forge(ada, head, "seriesskip1:1")  # between two questions
    await walk.forge(ada, asking, f"seriesskipnow1:1:{number}")  # a question that is over
    await pass_time(seconds=5)
    await walk.forge(ada, asking, f"seriesskipnow1:1:{number}")
    asking = await walk.press(ada, head, "seriesstop1:")
    await walk.press(ada, asking, "seriesstopnow1:")
    await pass_time()
    for series in (1, 99):
        await walk.forge(ada, head, f"seriesskip1:{series}")
    walk.env.inject_error("POST", "/channels/*/messages/*/threads", status=403, code=50013)
    shown = await walk.slash(ada, "poll", lesson="small-1900", question="all", duration="30s")
    await walk.press(ada, shown, "seriespost1:")
    await pass_time()
    await pass_time(seconds=31)
    # What takes a room that answers as the machine does, and a channel that is gone in the middle.
    async with walk.database.reading() as unit:
        series = await unit.series.get(1)
        assert series is not None
        poll = await unit.polls.get(int(number))
        assert poll is not None
        asked = (await unit.meanings.get([poll.meaning]))[poll.meaning]
    lines = tuple(Line(poll, asked, *counted) for counted in ((2, 1, None), (9, 9, (9, 9)), (0, 0, None)))
    for summary in (
        Summary(lines, 1, 0.6, 0.6, None, 0),
        Summary(lines, 0, 0.7, 0.6, "Хтось", 12),
        Summary(lines, 0, 0.5, 0.6, None, 0),
        Summary((), 2, None, None, None, 0),
    ):
        walk.tour.screen(series_screens.summary_screen(SumUp(series, summary)), public=True)
    with speaking(PERSON):
        for steered in (None, replace(poll, state="posting")):
            walk.tour.screen(series_screens.stop_screen(Steering(series, steered, 2), 1))
        walk.tour.screen(poll_controls.closed_screen(replace(poll, state="withheld")))
        for cancelled in (False, True):
            walk.tour.screen(poll_controls.unseen_screen(cancelled=cancelled))
    first: Any = await walk.bot.actions.polls.view(int(number))
    walk.tour.screen(peer_rounds.both_screen(first, first), public=True)
    walk.tour.screen(series_screens.over_screen(replace(series, state="done")), public=True)
    walk.tour.screen(series_screens.broken_off_screen(series), public=True)
    walk.tour.screen(series_screens.head_screen(replace(series, questions=["1"])), public=True)


async def _standings(walk: Walk) -> None:
    ben = walk.people[0]
    board = await walk.slash(ben, "ladder")
    await walk.press(ben, board, "board2:server:1")
    board = walk.seen_again(board)
    await walk.press(ben, board, "boardmine2:")
    form: Any = await ben.click(
        board, custom_id=next(id for id in custom_ids(board) if id.startswith("boardrank2:"))
    )
    walk.note()
    await walk.fill(ben, form, "сто")
    await walk.choose(ben, board, "boardscope2:", "world")
    await walk.press(ben, board, "shelf1:check")
    await walk.slash(ben, "ladder", scope=f"category:{shelf().categories[0].slug}")
    card = await walk.slash(ben, "rank")
    await walk.press(ben, card, "board1:")
    card = await walk.slash(ben, "rank", member=walk.people[2])
    for start in ("rankagainst1:", "rankcard1:", "rankhistory1:", "rankcard1:"):
        await walk.press(ben, walk.seen_again(card), start)
    card = await walk.slash(ben, "rank")
    for start in ("rankwhy1:", "rankcard1:", "rankhistory1:", "rankagainst1:"):
        await walk.press(ben, walk.seen_again(card), start)
    for other in (ben, walk.people[2], walk.people[11]):
        await walk.choose(ben, walk.seen_again(card), "rankother1:", other)
    for nobody in (walk.loner, ben):
        await walk.forge(ben, card, f"rankwhy1:{nobody.id}:0")
        await walk.forge(ben, card, f"rankhistory1:{nobody.id}")
    card = await walk.slash(walk.loner, "rank")
    await walk.forge(walk.loner, card, f"rankwhy1:{walk.loner.id}:0")
    await walk.forge(walk.loner, card, f"rankhistory1:{walk.loner.id}")
    async with walk.database.unit() as unit:
        await unit.polls._connection.execute(sql("UPDATE ratings SET rating = 1300, evidence = 99"))
        await unit.polls._connection.execute(
            sql("DELETE FROM sightings WHERE member = :member"), {"member": walk.people[2].id}
        )
    await walk.slash(ben, "rank")
    await walk.slash(ben, "ladder")
    await walk.slash(walk.loner, "ladder")


async def _boards(walk: Walk) -> None:
    ada, ben = walk.ada, walk.people[0]
    async with walk.database.unit() as unit:
        # Whatever was earned on the way may be last week's by now.
        earned = ExperienceRow(
            ben.id, walk.guild.id, week_of(walk.env.now() + walk.late).date(), 30, listed=True
        )
        known = [
            row for row in await unit.experience.of([ben.id], [earned.week]) if row.guild == earned.guild
        ]
        await unit.experience.write([earned], before=known)
    for scope in ("xp", "servers"):
        await walk.slash(ben, "ladder", scope=scope)
        await walk.slash(walk.loner, "ladder", scope=scope)
    board = await walk.slash(ben, "ladder")
    await walk.press(ben, board, "boardshare2:")  # may not
    board = await walk.slash(ada, "ladder")
    await walk.press(ada, board, "boardshare2:")
    await walk.slash(ada, "ladder", live=True)
    live = walk.room.last_message
    await walk.slash(ada, "ladder", live=True)  # is there already
    await walk.slash(ada, "ladder", live=True, scope="seasons")
    await walk.slash(ben, "ladder", live=True)
    for start in ("boardown2:", "boardopen2:", "boardstop2:"):
        await walk.press(ben, live, start)
    await walk.press(ada, live, "boardstop2:", public=True)
    walk.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    await walk.slash(ada, "ladder", live=True)
    # Absent for each of the reasons that there are.
    actions, now = walk.bot.actions, walk.env.now() + walk.late
    await actions.servers.compete(walk.guild.id, "Школа", True)
    await walk.slash(ben, "ladder", scope="servers")
    await walk.slash(walk.people[10], "ladder", scope="xp")
    reasons: list[tuple[int, int, Reason]] = [
        (7, 0, "hidden"),
        (8, walk.guild.id, "excluded"),
        (9, walk.guild.id, "departed"),
    ]
    for away, where, reason in reasons:
        async with walk.database.unit() as unit:
            await unit.listing.put(walk.people[away].id, where, reason, now)
            await relist(unit, [walk.people[away].id])
    idle = walk.people[10].id
    async with walk.database.unit() as unit:
        await unit.listing.answered({idle: now - timedelta(days=91)})
        await unit.listing.leave_idle([idle], now)
    async with walk.database.unit() as unit:
        await relist(unit, [idle])
    for away in range(7, 11):
        await walk.slash(walk.people[away], "ladder")
        await walk.slash(walk.people[away], "rank")
    async with walk.database.unit() as unit:
        await unit.listing.lift(walk.people[7].id, 0, "hidden")


async def _privacy(walk: Walk) -> None:
    ben, cleo = walk.people[0], walk.people[6]
    nobody = walk.env.create_user("nemo", global_name="Ніхто")
    await walk.slash(nobody, "privacy")
    post = await walk.poll(lesson="small-1300", duration="1h")
    number = next(id for id in custom_ids(post) if id.startswith("poll1:")).split(":")[1]
    await walk.press(cleo, post, f"poll1:{number}:0")
    await walk.slash(cleo, "quiz", lesson="small-1500")
    shown = await walk.slash(cleo, "privacy")
    await walk.press(cleo, shown, "privacyhide1")
    await walk.slash(ben, "rank", member=cleo)
    shown = await walk.slash(cleo, "privacy")
    await walk.press(cleo, shown, "privacyshow1")
    await walk.press(cleo, shown, "privacyexport1")
    with speaking(PERSON):
        _name, content = await walk.bot.actions.privacy.export(cleo.id)
        exported = json.loads(content)
        about = [exported["about"], *(table["about"] for table in exported["tables"].values())]
        walk.tour.screen(note(*about))
        packed = Document("rung-export.json.gz", content)
        walk.tour.screen(privacy.export_screen(packed))
        word = _("DELETE")
    for typed in ("so", word):
        shown = await walk.slash(cleo, "privacy")
        form: Any = await cleo.click(shown, custom_id="privacydelete1")
        walk.note()
        await walk.fill(cleo, form, typed)
    await walk.press(cleo, post, f"poll1:{number}:1")  # answered before
    await walk.close(post)
    post = next(one for one in walk.room.history() if one.id == post.id)
    await walk.press(cleo, post, "pollmine1:")


async def _settings(walk: Walk) -> None:
    ada = walk.ada

    async def opened() -> Any:
        return await walk.choose(ada, await walk.slash(ada, "settings"), "settings1:", "ladder")

    shown, stale = await opened(), await opened()

    async def fill(start: str, *words: str, message: Any = shown) -> None:
        custom_id = next(id for id in custom_ids(walk.seen_again(message)) if id.startswith(start))
        form: Any = await ada.click(message, custom_id=custom_id)
        walk.note()
        await walk.fill(ada, form, *words)

    for name, days in ((" ", "3"), ("Кубок", "0"), ("Кубок", "так"), ("Кубок", "30")):
        await fill("seasonstart1", name, days)
    await fill("seasonstart1", "Другий", "3", message=stale)
    await fill("seasonname1:", "Зимовий кубок")
    for days in ("0", "7", "900"):
        await fill("seasonlength1:", days)
    with speaking(PERSON):
        try:
            await walk.bot.actions.seasons.start(walk.guild.id, by=ada.id, name="я" * 61, days=3)
        except Refusal as refusal:
            walk.tour.screen(note(str(refusal)))
    for page in ("reports", "announcements"):
        await walk.choose(ada, shown, "settings1:", page)
    await _titles_channel(walk, walk.seen_again(shown))
    await walk.choose(ada, shown, "settings1:", "ladder")
    await walk.press(ada, walk.seen_again(shown), "seasonend1:")  # the next press ends it
    await walk.press(ada, walk.seen_again(shown), "settingsback1:")
    await walk.press(ada, walk.seen_again(shown), "seasonrepeat1:")
    post = await walk.poll(lesson="small-1500", duration="1h")
    form: Any = await walk.people[0].context_menu(walk.room, "Report this question", post)
    walk.note()
    await walk.fill(walk.people[0], form, "Хиба")
    confirming = await walk.press(ada, walk.seen_again(shown), "seasonend1:")
    stale = await opened()
    await walk.press(ada, walk.seen_again(confirming), "seasonendnow1:")
    await walk.press(ada, stale, "seasonend1:")
    await walk.press(ada, walk.seen_again(shown), "seasonrepeat1:")
    stale = await opened()
    await walk.press(ada, walk.seen_again(shown), "seasonend1:")
    await walk.press(ada, walk.seen_again(shown), "seasonendnow1:")
    await walk.press(ada, stale, "seasonrepeat1:")
    await walk.press(ada, walk.seen_again(shown), "seasonmonthly1")
    for _turn in range(2):
        await walk.press(ada, walk.seen_again(shown), "serverstand1:")
    await walk.close(post)
    role = walk.env.backend.get_role(walk.guild.id, walk.moderators.id)
    permissions, role.permissions = role.permissions, 0
    await walk.press(ada, walk.seen_again(shown), "seasonend1:")
    role.permissions = permissions


async def _titles_channel(walk: Walk, page: Any) -> None:
    """A channel for new titles: one that the bot cannot write in, one that it can, and none."""
    own: Any = walk.bot.user
    shut = {own: discord.PermissionOverwrite(send_messages=False)}
    quiet = walk.guild.create_text_channel("тихо", overwrites=shut)
    for channel in (quiet, walk.room):
        await walk.choose(walk.ada, page, "titlesin1", channel)
    await walk.press(walk.ada, walk.seen_again(page), "titlesoff1")


async def _forgeries(walk: Walk) -> None:
    ben = walk.people[0]
    shown = await walk.slash(ben, "help")
    for custom_id in ("study1:0:1", "poll1:999999:0", "pollmine1:999999", "quiznext1:999999"):
        await walk.forge(ben, shown, custom_id)
    await walk.forge(ben, shown, "boardscope1:world", "category:-")


async def _failures(walk: Walk) -> None:
    ben, original = walk.people[0], Boards.page
    for error in (RuntimeError("unexpected"), DatabaseUnavailable("away"), OutcomeUnknown("half")):

        async def fail(*_args: Any, error: Exception = error) -> Board:
            raise error

        Boards.page = fail  # type: ignore[method-assign]
        try:
            await walk.slash(ben, "ladder")
            shown = await walk.slash(ben, "help")
            await walk.press(ben, shown, "board1:")
        finally:
            Boards.page = original  # type: ignore[method-assign]


async def _unreachable(tour: Tour) -> None:
    """What nobody comes to see yet: titles above Iron, and a library without lessons."""
    card = Card(1, "Хтось", Place(1, 2450, 40, 30, provisional=False), 3, None, 0, Tier.GRANDMASTER, None)
    library = Library(Catalogue(()))
    with speaking(PERSON):
        for step in (
            None,
            NextStep(Tier.GOLD, 1, needs_win=True),
            NextStep(Tier.GOLD, 30, needs_win=False),
            NextStep(Tier.GOLD, 0, needs_win=True),
        ):
            shown = replace(card, next=step)
            picture = await rank_cards.card_picture(shown, None)
            tour.screen(rank_cards.card_screen(library, shown, own=True, picture=picture))
        tour.screen(rank_cards.receipts_screen(Receipts(1, (RECEIPT,) * 10, 1, 3)))
        others = tuple(replace(RECEIPT, kind=kind) for kind in ("review", "void", "idle"))
        tour.screen(rank_cards.receipts_screen(Receipts(1, others, 0, 1)))
        for outcome, title in (
            (Outcome.WIN, Tier.GOLD),
            (Outcome.WIN, Tier.IRON),
            (Outcome.DRAW, Tier.IRON),
            (Outcome.LOSS, Tier.IRON),
        ):
            match = Match(1, "", 1, 1700, 5, 3, 3, outcome, datetime(2026, 1, 1, tzinfo=UTC), "quiz:1", 5)
            tour.screen(note(*receipts.match_lines(match, title)))
        tour.screen(note(str(marking.waits())))
        now = datetime(2026, 1, 1, tzinfo=UTC)
        question = QuizQuestion(1, 0, "", "", 1700, (0, 1), None, None, None)
        quiz = Quiz(1, 1, None, "slug", "", now, now, (question,))
        nothing = quizzes.Summary(quiz, 0, 1, 0, None, None, Tier.IRON, ())
        tour.screen(quiz_summaries.summary_screen(library, nothing))
        lesson = next(iter(shelf()))
        served = asked(lesson, lesson.questions[0])
        head = QuizHead(1, 1, None, "slug", None, 1, 1, 0)
        answered = question._replace(option=1)
        tour.screen(
            quiz_screens.verdict_screen(
                library, quizzes.Verdict(head, answered, served, 1, fresh=True, moved=(), told=True)
            )
        )
        rematch = replace(quiz, attempt=2)
        tour.screen(quiz_openings.opening_screen(openings.Opening(rematch, False, 0, 0)))
        tour.screen(quiz_screens.question_screen(quizzes.Put(rematch, question, "Хто?", ("Я", "Ти"), False)))
        tour.screen(shelves.shelf_screen(library, shelves.View()))
        for category in (None, shelf().categories[0].slug):
            for screen in own_lists(Library(shelf()), shelves.View(category=category)):
                tour.screen(screen)
        for screen in (
            *matches.openings(lesson),
            *matches.summaries(Library(shelf()), lesson),
            *matches.reasons(Library(shelf())),
        ):
            tour.screen(screen)
        _seasons(tour, library)
        for screen in results.news():
            tour.screen(screen)
        for screen in results.posted(shelf()):
            tour.screen(screen, public=True)
        for screen in (
            *own_pages.returning(shelf()),
            *own_pages.own_pages(shelf()),
            *complaints.complaints(shelf()),
            *duelling.private(shelf()),
        ):
            tour.screen(screen)
        for screen in (*own_pages.congratulations(), *duelling.posted(shelf())):
            tour.screen(screen, public=True)
        try:
            library.lesson("немає")
        except Refusal as refusal:
            tour.screen(note(str(refusal)))


def _seasons(tour: Tour, library: Library) -> None:
    """Boards of seasons that run and are over, with everything that may stand on them."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    ladder = Ladder.season(1, 1)
    rows = [Row(at, at, None, 2450, 40, title=Tier.GRANDMASTER, trend=5 - at) for at in (1, 2, 2, 4, 5)]
    rows = [replace(one, member=at) for at, one in enumerate(rows)]
    for ended_at in (None, end):
        season = Season(1, 1, "", start, end, ended_at, monthly=True, starter=None)
        board = Board("season" if ended_at is None else "season:1", ladder, season=season)
        tour.screen(boards.board_screen(library, board, in_server=True))
        own = OwnPlace(0, 1, 2450)
        full = replace(board, rows=tuple(rows), size=5, own=own)
        for whose in (own, None):
            tour.screen(boards.board_screen(library, replace(full, own=whose), in_server=True))
    server = Board("servers", Ladder.servers(), (Row(1, 9, "Школа", 1650),), size=1, own=OwnPlace(9, 1, 1650))
    tour.screen(boards.board_screen(library, server, in_server=True))
    tour.screen(rank_cards.card_screen(library, _UNRANKED, own=False))
    won = [
        Honoured("place", place, member, None, 1650)
        for place, member in ((1, 1), *((2, at) for at in range(9)))
    ]
    won += [Honoured("climber", 1, 1, None, 120), Honoured("faithful", 1, 1, None, 20)]
    past = tuple(PastSeason(at, "Жнива", ladder, start, end, at, tuple(won[: at * 6])) for at in range(3))
    running = SeasonView(1, "Жнива", ladder, start, end, monthly=True, size=0, days_left=3)
    for overview in (Overview(None, past, 3), Overview(running, (), 0)):
        tour.screen(boards.seasons_screen(library, overview))
