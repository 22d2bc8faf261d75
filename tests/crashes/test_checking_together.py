"""Killed with SIGKILL wherever it hurts, a bot goes on with a lesson that is checked together, and says nothing twice."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.actions import make_actions
from bot.actions.peer_rounds import DISCUSSION
from bot.actions.polls import OpenPoll
from bot.actions.series_steps import PATIENCE, Ask, Discuss
from bot.chat.poll_cards import open_screen
from bot.chat.series_screens import head_screen
from bot.storage.polls import Poll
from bot.storage.series import Series
from ladder.standings import Ladder
from lessons.catalogue import Catalogue
from tests.crashes.lasting import NONCE_LASTS, Death, until, wire
from tests.crashes.observed import Observed

POST = r"/channels/\d+/messages"
EDIT = r"/channels/\d+/messages/\d+"
THREAD = r"/channels/\d+/messages/\d+/threads"

SOON = PATIENCE.total_seconds() + 1
"""Seconds after which another process takes up a step that nobody finished."""
LATE = NONCE_LASTS + 10
LESSON = "RLHF Basics"
QUESTION, RESULT = f"-# ✏️ Check yourself · {LESSON}", f"-# 📊 Result · {LESSON}"
SUMMARY = f"### 🏁 Checked together: {LESSON}"
HEAD = f"### 🤝 Checking together: {LESSON}"
SPLIT, TWICE = f"-# 💬 Opinions are split · {LESSON}", f"-# 📊 Asked twice · {LESSON}"

sqlite_alone = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


class Left:
    """A lesson that is checked together, as a process left it that is no more."""

    def __init__(self, bench: Observed, catalogue: Catalogue) -> None:
        self.bench, self.discord = bench, bench.discord
        self.actions = make_actions(bench.database, catalogue, bench.discord.now)
        self.crowd = bench.discord.crowd(6)
        self.channel = bench.discord.channel.id
        self.head = 0
        self.told: dict[int, int] = {}
        """By member, the option that was confirmed."""

    async def begun(self, *, in_thread: bool = False, peer: bool = False) -> None:
        """Its head stands, and where wanted a thread on it."""
        series = await self.actions.series.begin(
            guild=self.discord.guild.id,
            home=self.channel,
            starter=self.discord.moderator,
            lesson="rlhf-basics",
            duration=timedelta(minutes=5),
            ballot="direct",
            spoiler=False,
            peer=peer,
            locale="en-US",
        )
        self.head = self.discord.stands(self.channel, head_screen(series))
        if in_thread:
            self.channel = self.discord.thread_on(self.head)
        await self.actions.series.settled(series.id, self.channel)

    async def asked(self) -> OpenPoll:
        """The next question stands."""
        step = await self.actions.series.step(1)
        assert isinstance(step, Ask)
        poll = step.shown.poll.id
        await self.actions.polls.posted(poll, self.discord.stands(self.channel, open_screen(step.shown)))
        return step.shown

    async def answered(self, shown: OpenPoll, right: int) -> None:
        """Everybody has answered, and so many of them rightly."""
        poll, key = await self.poll(shown.poll.id), shown.asked.key
        for at, member in enumerate(self.crowd):
            option = key if at < right else (key + 1) % len(shown.asked.options)
            await self.actions.polls.answer(
                poll.id, member=member, option=option, channel=poll.channel, message=poll.message
            )
            self.told.setdefault(member, option)

    async def poll(self, id: int) -> Poll:
        async with self.bench.database.reading() as unit:
            found = await unit.polls.get(id)
        assert found is not None
        return found

    async def series(self) -> Series:
        async with self.bench.database.reading() as unit:
            found = await unit.series.get(1)
        assert found is not None
        return found

    async def killed(self, method: str, path: str, showing: str = "", *, effective: bool) -> None:
        """A process takes over, and is killed at this request."""
        self.discord.death = Death(method, path, effective, showing)
        await self.discord.start_bot()
        await self.discord.died()

    async def open(self, id: int) -> None:
        """Wait until this poll is known to stand."""

        async def so() -> bool:
            async with self.bench.database.reading() as unit:
                found = await unit.polls.get(id)
            return found is not None and found.state == "open"

        await until(so)

    async def delivered(self, id: int) -> None:
        """Wait until the channel is known to show what came of this poll."""

        async def so() -> bool:
            return (await self.poll(id)).delivered_at is not None

        await until(so)

    async def summed_up(self) -> None:
        async def so() -> bool:
            return (await self.series()).summed_up_at is not None

        await until(so)

    def seen(self, channel: int | None = None) -> list[str]:
        """How the bot's messages begin, oldest first."""
        found = [re.search(r'"content": "([^"]*)"', wire(one)) for one in self.discord.posted(channel)]
        return [one[1] for one in found if one is not None]

    async def shows(self, *beginnings: str, channel: int | None = None) -> None:
        """Wait until the channel shows these messages; whatever an edit has to change may take a moment."""
        with suppress(TimeoutError):
            await until(lambda: self.seen(channel) == list(beginnings))
        assert self.seen(channel) == list(beginnings)

    async def agrees(self, *polls: int, discussed: bool = False) -> None:
        """These polls alone were put down, each stands where its row says, and what was confirmed is rated once.

        While it is ``discussed`` nobody is rated yet.
        """
        async with self.bench.database.reading() as unit:
            assert await unit.series.polls(1) == list(polls)
            answers = await unit.polls.answers(1)
            rated = {member: await unit.ratings.entries(member, Ladder.world().key) for member in self.told}
        assert {member: answers[member].option for member in self.told} == self.told
        assert {len(entries) for entries in rated.values()} == {0 if discussed else 1}, "rated once"
        standing = {one.id for one in self.discord.posted(self.channel)}
        assert {(await self.poll(id)).message for id in polls} <= standing


@pytest.fixture
def left(asleep: Observed, curated: Catalogue) -> Left:
    return Left(asleep, curated)


@sqlite_alone
@pytest.mark.parametrize(
    ("path", "effective", "later"),
    [
        pytest.param(POST, False, SOON, id="before the head"),
        pytest.param(POST, False, LATE, id="never posted"),
        pytest.param(THREAD, True, LATE, id="between thread and its being noted"),
    ],
)
async def test_a_lesson_begins_once(left: Left, *, path: str, effective: bool, later: float) -> None:
    discord = left.discord
    await discord.start_bot()
    asked = discord.command("poll", lesson="rlhf-basics", question="all", duration="5m")
    await until(lambda: "Preview" in discord.answer_to(asked))
    preview = discord.backend.get_message(asked.channel_id, asked.message_id or 0)
    (yes,) = re.findall(r"seriespost1:[^\"]+", wire(preview))
    discord.death = Death("POST", path, effective, "" if path == THREAD else "Checking together")
    discord.press(discord.moderator, preview, yes)
    await discord.died()
    await left.bench.restarted(later=later)
    if path == POST and not effective and later == LATE:
        await until(lambda: discord.asked("GET", POST))

        async def called_off() -> bool:
            return (await left.series()).state == "stopped"

        await until(called_off)
        await left.shows()
        return
    await left.open(1)
    await left.shows(HEAD)
    (thread,) = discord.guild.thread_ids
    assert thread == discord.posted()[0].id
    await left.shows(QUESTION, channel=thread)


@pytest.mark.parametrize("effective", [False, True], ids=["before the post", "between post and message id"])
async def test_the_next_question_is_asked_once(left: Left, effective: bool) -> None:
    await left.begun(in_thread=True)
    await left.answered(await left.asked(), 4)
    await left.actions.polls.close(1, left.discord.moderator, moderator=True)
    await left.killed("POST", POST, "poll1:2:", effective=effective)
    assert (await left.poll(2)).state == "posting"
    await left.bench.restarted()
    await left.open(2)
    await left.delivered(1)
    await left.shows(RESULT, QUESTION, channel=left.channel)
    await left.agrees(1, 2)


@pytest.mark.parametrize(
    ("effective", "later"),
    [
        pytest.param(False, SOON, id="before the summary"),
        pytest.param(True, LATE, id="between summary and noting it, when the nonce is forgotten"),
    ],
)
async def test_the_summary_is_posted_once(left: Left, *, effective: bool, later: float) -> None:
    await left.begun(in_thread=True)
    await left.answered(await left.asked(), 4)
    await left.actions.series.stop(1, left.discord.moderator, moderator=True)
    await left.killed("POST", POST, "Checked together", effective=effective)
    assert (await left.series()).summed_up_at is None
    await left.bench.restarted(later=later)
    await left.summed_up()
    await left.delivered(1)
    await left.shows(RESULT, SUMMARY, channel=left.channel)
    assert "⏹️ Stopped." in wire(left.discord.posted()[0]), "the head says so too"
    await left.agrees(1)


@sqlite_alone
async def test_a_summary_that_was_never_posted_comes_however_late(left: Left) -> None:
    await left.begun(in_thread=True)
    await left.asked()
    await left.actions.series.stop(1, left.discord.moderator, moderator=True)
    await left.killed("POST", POST, "Checked together", effective=False)
    await left.bench.restarted(later=LATE)
    await left.summed_up()
    await left.shows(RESULT, SUMMARY, channel=left.channel)


class TestPeerRound:
    @pytest.fixture
    async def split(self, left: Left) -> Left:
        """A question on which opinions were split, closed with nobody there to show so."""
        await left.begun(peer=True)
        await left.answered(await left.asked(), 3)
        await left.actions.polls.close(1, left.discord.moderator, moderator=True)
        return left

    async def discussed(self, left: Left) -> None:
        """The discussion was opened, and its time is over."""
        step = await left.actions.series.step(1)
        assert isinstance(step, Discuss)
        left.discord.thread_on(step.poll.message or 0)
        await left.actions.series.discussed(step)
        left.discord.ahead += DISCUSSION.total_seconds()

    async def test_the_discussion_is_opened_once_and_tells_no_result(self, split: Left) -> None:
        """Between the close and the thread."""
        await split.killed("POST", THREAD, effective=False)
        assert split.discord.guild.thread_ids == []
        await split.bench.restarted(later=SOON)
        again_at = ((await split.poll(1)).closed_at or split.discord.now()) + DISCUSSION

        async def opened() -> bool:
            return (await split.series()).next_at == again_at

        await until(opened)
        assert split.discord.guild.thread_ids == [(await split.poll(1)).message]
        await split.shows(HEAD, SPLIT)
        await split.agrees(1, discussed=True)

    @pytest.mark.parametrize(
        "effective", [False, True], ids=["between thread and second post", "between post and message id"]
    )
    async def test_the_question_is_asked_again_once(self, split: Left, effective: bool) -> None:
        await self.discussed(split)
        await split.killed("POST", POST, "poll1:2:", effective=effective)
        await split.bench.restarted()
        await split.open(2)
        again = await split.poll(2)
        assert (again.earlier, again.rated) == (1, False)
        await split.shows(HEAD, SPLIT, QUESTION)
        await split.agrees(1, 2, discussed=True)

    async def test_split_answers_are_withheld_by_whoever_is_back(self, left: Left) -> None:
        """Between the first close and the edit that shows it."""
        await left.begun(peer=True)
        await left.answered(await left.asked(), 3)
        left.discord.ahead += 301
        await left.killed("PATCH", EDIT, "Opinions are split", effective=False)
        await left.bench.restarted()
        await left.shows(HEAD, SPLIT)
        await left.agrees(1, discussed=True)

    @pytest.mark.parametrize("what", ["skip", "stop"])
    async def test_a_discussion_that_was_ended_is_rated_by_whoever_is_back(
        self, split: Left, what: str
    ) -> None:
        """Between the end of the discussion and the rating, which a killed process did not come to."""
        async with split.bench.database.unit() as unit:
            series = await split.series()
            changed = {"next_at": (await split.poll(1)).opened_at} if what == "skip" else {"state": "stopped"}
            await unit.series.change(series, **changed)
        await split.killed("PATCH", EDIT, "Result", effective=False)
        await split.agrees(1)
        await split.bench.restarted()
        await split.delivered(1)
        assert split.seen()[1] == RESULT

    async def test_both_results_are_shown_in_the_end(self, split: Left) -> None:
        """Between the second close and the edit."""
        await self.discussed(split)
        await split.answered(await split.asked(), 5)
        await split.actions.polls.close(2, split.discord.moderator, moderator=True)
        await split.killed("PATCH", EDIT, "Asked twice", effective=False)
        await split.bench.restarted()
        await split.open(3)
        for poll in (1, 2):
            await split.delivered(poll)
        await split.shows(HEAD, RESULT, TWICE, QUESTION)
        shown = wire(split.discord.posted()[2])
        assert "before: 50 % (3)" in shown
        assert "after: 83 % (5)" in shown
        await split.agrees(1, 2, 3)
