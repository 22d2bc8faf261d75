"""A stage on which tests play people: the real bot in a simulated Discord, over a real database."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

import discord
import pytest
import simcord
from simcord import Env, actors
from simcord.backend import serializers
from simcord.builders import ChannelHandle

from bot.app import create_bot
from bot.chat.client import RungClient
from bot.storage import Database
from bot.storage.polls import Poll, PollAnswer
from lessons.catalogue import Catalogue
from lessons.format import (
    LONGEST_CATEGORY,
    LONGEST_EXPLANATION,
    LONGEST_FEEDBACK,
    LONGEST_KEY_IDEA,
    LONGEST_OPTION,
    LONGEST_QUESTION_ID,
    LONGEST_SECTION,
    LONGEST_SLUG,
    LONGEST_SOURCE,
    LONGEST_STEM,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    MOST_MINUTES,
    MOST_OPTIONS,
    MOST_REQUIRED,
    MOST_SECTIONS,
    MOST_SOURCES,
)
from lessons.model import CURATED, Lesson, Option, Question, Section

# SimCord looks for settled work every 50 ms; a thousandth of a second makes a click thirty times quicker.
(Env._settle_internal.__kwdefaults__ or {})["idle"] = 0.001
# Timers move with advance_time alone; otherwise a short sleep would cost real time.
Env._schedule_timer = lambda self, *args: None  # type: ignore[method-assign]

MODERATOR = discord.Permissions(manage_messages=True, manage_guild=True, send_messages=True)

both = pytest.mark.parametrize("url", ["sqlite", "postgresql"], indirect=True)
"""For a test that is to run on either kind of database."""

Payload = dict[str, Any]


class Stage:
    """A server with its people, and what they can see and press."""

    def __init__(self, env: Env, database: Database, catalogue: Catalogue) -> None:
        self.env = env
        self.database = database
        self.catalogue = catalogue
        self.guild = env.create_guild("Academy")
        self.quiz = self.guild.create_text_channel("quiz")
        self.moderators = self.guild.create_role("Moderator", permissions=MODERATOR)
        self.moderator = self.guild.add_member(env.create_user("ada"), roles=[self.moderators])
        self.members = [
            self.guild.add_member(env.create_user(name)) for name in ("ben", "cleo", "dan", "eve")
        ]

    @property
    def bot(self) -> RungClient:
        assert isinstance(self.env.bot, RungClient)
        return self.env.bot

    async def restart(self) -> None:
        """The process ends and a new one starts over the same database."""
        with self.env._bot_scope():
            await self.bot.close()
        await self.env.restart_bot(make_bot([self.env], self.database, self.catalogue))

    async def later(self, seconds: float) -> None:
        """So many seconds pass at one go, then two more, tick by tick, in which the bot does what is due.

        A tick costs 10 to 20 ms of the machine's time, with nothing to do; let time pass in ticks where they matter.
        """
        self.env.backend.advance_clock(seconds)
        await self.env.advance_time(2)

    async def pass_time_switched_off(self, *, hours: float = 0, seconds: float = 0) -> None:
        """The bot is switched off for a while; when it starts again it is given a moment to look around."""
        self.env.backend.advance_clock(hours * 3600 + seconds)
        await self.restart()
        await self.env.advance_time(2)

    async def poll(self, channel: Any = None, **options: Any) -> Any:
        """The moderator posts a poll; the public message."""
        where = channel or self.quiz
        options = {"lesson": "rlhf-basics", "question": "rlhf-dpo-removes", "duration": "5m"} | options
        given = {name: value for name, value in options.items() if value is not None}
        result = await self.moderator.slash(where, "poll", **given)
        assert "Preview" in seen(result), seen(result)
        assert result.ephemeral
        shown = await self.press(self.moderator, self.looked_at(result), "Post")
        assert "Posted" in seen(shown), seen(shown)
        return where.last_message

    async def close(self, who: Any, message: Any) -> Any:
        """Close a poll before its time; its message then."""
        shown = await self.press(who, message, "Manage")
        await self.press(who, shown, "Close now")
        await self.press(who, shown, "Close it now")
        return self.now_shown(message)

    def now_shown(self, message: Any) -> Any:
        """The message as it stands now."""
        return simcord.ResponseMessage(
            self.env, self.env.backend.get_message(channel_of(message), message.id)
        )

    async def press(self, who: Any, message: Any, label: str) -> Any:
        """Press the button with this label; the message that the person then looks at."""
        result = await who.click(message, custom_id=buttons(self.now_shown(message))[label])
        return self.looked_at(result)

    async def choose(self, who: Any, message: Any, prefix: str, value: str) -> Any:
        """Choose from the select whose custom_id begins so; the message that the person then looks at."""
        custom_id = next(one for one in custom_ids(self.now_shown(message)) if one.startswith(prefix))
        return self.looked_at(await who.select(message, [value], custom_id=custom_id))

    def looked_at(self, result: simcord.InteractionResult) -> simcord.ResponseMessage:
        assert result.acknowledged, f"nobody answered: {result!r}"
        shown = result.followups[-1] if result.followups else result.response
        if shown is None:
            source = result._interaction.source_message_id
            assert source is not None
            shown = simcord.ResponseMessage(
                self.env, self.env.backend.get_message(result._interaction.channel_id, source)
            )
        return shown

    async def at_once(self, presses: Iterable[Awaitable[Any]]) -> list[Any]:
        """Clicks that all reach the bot before it has dealt with the first."""

        async def at_leisure(**_ignored: Any) -> None:
            return

        self.env._settle_internal = at_leisure  # type: ignore[method-assign]
        try:
            results = [await press for press in presses]
        finally:
            del self.env._settle_internal
        await self.env.settle(idle=0.001)
        return results

    async def as_the_bot(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """Run a piece of the bot's own work to its end."""
        with self.env._bot_scope():
            return await work()

    async def stored_poll(self, poll: int) -> Poll:
        async with self.database.reading() as unit:
            found = await unit.polls.get(poll)
        assert found is not None
        return found

    async def stored_answers(self, poll: int) -> dict[int, PollAnswer]:
        async with self.database.reading() as unit:
            return await unit.polls.answers(poll)

    def requests(self, method: str, ending: str = "", since: int = 0) -> list[simcord.HttpLogEntry]:
        """What the bot asked of Discord, by method and the end of the path."""
        return [
            one
            for one in self.env.http_requests[since:]
            if one.method == method and one.path.endswith(ending)
        ]

    def forbid(self, channel: Any, **denied: bool) -> None:
        """Deny the bot these permissions in a channel."""
        from simcord.backend.models import Overwrite
        from simcord.enums import OverwriteType

        _, deny = discord.PermissionOverwrite(**denied).pair()  # type: ignore[arg-type]
        self.env.backend.set_overwrite(
            channel.id,
            Overwrite(
                target_id=self.env.backend.bot_user.id, type=OverwriteType.MEMBER, allow=0, deny=deny.value
            ),
        )


def channel_of(message: Any) -> int:
    return message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id


def poll_id(message: Any) -> int:
    """The poll whose buttons a message shows."""
    return next(int(one.split(":")[1]) for one in custom_ids(message) if one.startswith("poll"))


def payload_of(shown: Any) -> list[Payload]:
    """The components of a message, or of a screen of ours, as they go over the wire."""
    if isinstance(shown, discord.ui.LayoutView):
        return list(shown.to_components())
    return [one if isinstance(one, dict) else one.to_dict() for one in shown.components]


def walk(raw: Any) -> Iterator[Payload]:
    """Every component in a tree of components."""
    for one in raw:
        yield one
        yield from walk(one.get("components") or [])
        for inner in ("accessory", "component"):
            if isinstance(one.get(inner), dict):
                yield from walk([one[inner]])


def texts(shown: Any) -> list[str]:
    """Every visible text of a message's components, in order."""
    found: list[str] = []
    for one in walk(payload_of(shown)):
        found += [one[key] for key in ("content", "label", "placeholder") if isinstance(one.get(key), str)]
        found += [option["label"] for option in one.get("options") or []]
    return found


def seen(result: Any) -> str:
    """What a person sees of an answer, a message or a screen."""
    message = result
    if isinstance(result, simcord.InteractionResult):
        message = result.followups[-1] if result.followups else result.response
        assert message is not None, f"nobody answered: {result!r}"
    return "\n".join(texts(message))


def prose(shown: Any) -> str:
    """What stands printed on a message, without its buttons and selects."""
    return "\n".join(one["content"] for one in walk(payload_of(shown)) if one["type"] == 10)


def buttons(shown: Any) -> dict[str, str]:
    """Labels to custom_ids of the buttons that can be pressed."""
    return {
        one.get("label", ""): one["custom_id"]
        for one in walk(payload_of(shown))
        if one["type"] == 2 and one.get("custom_id") and not one.get("disabled")
    }


def custom_ids(shown: Any) -> list[str]:
    """Every custom_id of a message, disabled ones too."""
    return [one["custom_id"] for one in walk(payload_of(shown)) if one.get("custom_id")]


async def forge(env: Env, actor: Any, message: Any, custom_id: str, *values: str) -> Any:
    """Press what is no longer, or never was, on the message."""
    data: dict[str, Any] = {"custom_id": custom_id, "component_type": 3 if values else 2}
    item: dict[str, Any] = {"type": data["component_type"], "custom_id": custom_id}
    item |= {"options": [{"label": one, "value": one} for one in values]} if values else {"style": 2}
    if values:
        data["values"] = list(values)
    stored = actors._visible_message(actor, message)
    shown: dict[str, Any] = dict(serializers.message_payload(env.backend, stored))
    # discord.py lets nobody press what the message does not have.
    shown["components"] = [*shown["components"], {"type": 1, "components": [item]}]
    channel = ChannelHandle(env, getattr(actor, "guild", None), env.backend.get_channel(stored.channel_id))
    return await actors._dispatch_actor_interaction(
        actor, 3, channel, data, extra={"message": shown}, source_message_id=stored.id
    )


def make_bot(world: list[Env], database: Database, catalogue: Catalogue) -> RungClient:
    """A bot that tells the time of the simulated world that is put into the list, now or later."""
    return create_bot(database, catalogue, lambda: world[0].now(), always_sync=True)  # noqa: PLW0108


def units(text: str) -> int:
    """Length as Discord counts it."""
    return len(text.encode("utf-16-le")) // 2


def words(length: int, seed: str = "word") -> str:
    """Prose of exactly this many characters."""
    return (f"{seed} " * (length // (len(seed) + 1) + 1))[: length - 1] + "."


def small_lesson(
    slug: str, title: str, *, category: str = "Logic", rating: int = 1500, questions: int = 2
) -> Lesson:
    """A short lesson; A is always right as written, and B's mistake is repaired by its only section."""
    return Lesson(
        owner=CURATED,
        slug=slug,
        title=title,
        summary=f"What {title} is about.",
        category=category,
        minutes=2,
        rating=rating,
        sections=(Section("only", "The only section", "A short text."),),
        key_idea="One idea.",
        questions=tuple(
            Question(
                CURATED,
                f"{slug}-{number}",
                f"Question {number} of {title}?",
                (
                    Option("the right one", correct=True),
                    Option("the wrong one", correct=False, feedback="Because of this.", repairs="only"),
                    Option("the other wrong one", correct=False),
                ),
                "It is right because it is.",
            )
            for number in range(1, questions + 1)
        ),
    )


def longest_lesson(number: int = 0, *, section_text: int = LONGEST_SECTION) -> Lesson:
    """A lesson whose every text is as long as the loader lets it be."""
    slug = f"{number:02}-" + "s" * (LONGEST_SLUG - 3)
    ids = [f"{at:02}-" + "i" * (LONGEST_SLUG - 3) for at in range(MOST_SECTIONS)]
    return Lesson(
        owner=CURATED,
        slug=slug,
        title=words(LONGEST_TITLE, f"title{number}"),
        summary=words(LONGEST_SUMMARY, "summary"),
        category=words(LONGEST_CATEGORY, "category"),
        minutes=MOST_MINUTES,
        rating=1999,
        sections=tuple(
            Section(id, words(LONGEST_TITLE, f"section{at}"), words(section_text))
            for at, id in enumerate(ids)
        ),
        key_idea=words(LONGEST_KEY_IDEA, "idea"),
        questions=tuple(
            Question(
                CURATED,
                f"{number:02}-{asked}-" + "q" * (LONGEST_QUESTION_ID - 5),
                words(LONGEST_STEM, f"stem{asked}"),
                tuple(
                    Option(
                        words(LONGEST_OPTION, f"option{at}"),
                        correct=at == asked % MOST_OPTIONS,
                        feedback=words(LONGEST_FEEDBACK, "feedback"),
                        repairs=ids[at],
                    )
                    for at in range(MOST_OPTIONS)
                ),
                words(LONGEST_EXPLANATION, "explained"),
            )
            for asked in range(7)
        ),
        requires=tuple(f"{at:02}-" + "s" * (LONGEST_SLUG - 3) for at in range(number))[:MOST_REQUIRED],
        sources=(words(LONGEST_SOURCE, "source"),) * MOST_SOURCES,
    )


def key_letter(catalogue: Catalogue, identity: str) -> str:
    """Under which letter a poll shows the right option."""
    found = catalogue.question(identity)
    assert found is not None
    return "ABCDE"[found[1].key]


def wrong_letter(catalogue: Catalogue, identity: str) -> str:
    return next(letter for letter in "ABCD" if letter != key_letter(catalogue, identity))


async def finish_quiz(stage: Stage, who: Any, opening: Any, pick: Callable[[str, Sequence[str]], int]) -> Any:
    """Answer every question with the option that ``pick`` names by its place; the summary."""
    shown = await stage.press(who, opening, "Start")
    while True:
        stem, options = asked_in(shown)
        shown = await stage.press(who, shown, "ABCDE"[pick(stem, options)])
        after = "Next question" if "Next question" in buttons(shown) else "See how it went"
        shown = await stage.press(who, shown, after)
        if after == "See how it went":
            return shown


def asked_in(shown: Any) -> tuple[str, list[str]]:
    """The stem and the options of a question, read from its message."""
    printed = prose(shown)
    stem = next(line for line in printed.split("\n") if line.startswith("### ")).removeprefix("### ")
    options = [line[7:] for line in printed.split("\n") if line[:2] == "**" and line[3:7] == "**  "]
    return stem, options
