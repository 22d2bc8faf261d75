"""A channel with the bot's process on one side, and what was stored on the other."""

import re

from simcord.backend.models import Interaction, Message

from bot.storage import Database
from bot.storage.polls import Poll
from ladder.standings import Ladder
from tests.crashes.lasting import LastingDiscord, until, wire


class Observed:
    """A channel with the bot's process on one side, and what was stored on the other."""

    def __init__(self, discord: LastingDiscord, database: Database) -> None:
        self.discord = discord
        self.database = database

    async def post(self, duration: str = "5m") -> Interaction:
        """The moderator asks for a poll, and posts what the preview shows."""
        told = self.discord.command(
            "poll", lesson="rlhf-basics", question="rlhf-dpo-removes", duration=duration
        )
        await until(lambda: "Preview" in self.discord.answer_to(told))
        preview = self.discord.backend.get_message(told.channel_id, told.message_id or 0)
        (yes,) = re.findall(r"pollpost1:[^\"]+", wire(preview))
        return self.discord.press(self.discord.moderator, preview, yes)

    async def open_poll(self, duration: str = "5m") -> Message:
        told = await self.post(duration)
        await until(lambda: "Posted" in self.discord.answer_to(told))
        return self.the_message()

    def the_message(self) -> Message:
        """The one message of the one poll."""
        (message,) = self.discord.posted()
        return message

    async def answered(self, *letters: str) -> dict[int, int]:
        """Members press, each is answered; what each was told is recorded."""
        poll = (await self.stored()).id
        told: dict[int, int] = {}
        for member, letter in zip(self.discord.members, letters, strict=False):
            option = "ABCD".index(letter)
            record = self.discord.press(member, self.the_message(), f"poll1:{poll}:{option}")
            await until(
                lambda record=record, letter=letter: confirmed(letter, self.discord.answer_to(record))
            )
            told[member] = option
        return told

    async def about_to_close(self) -> Message:
        """The moderator wants to close the poll; the private message that asks whether to."""
        moderator = self.discord.moderator
        asked = self.discord.press(moderator, self.the_message(), "pollmanage1:1")
        await until(lambda: "pollend1:1" in self.discord.answer_to(asked))
        private = self.discord.backend.get_message(asked.channel_id, asked.message_id or 0)
        self.discord.press(moderator, private, "pollend1:1")
        await until(lambda: "pollendnow1:1" in wire(private))
        return private

    async def controlled(self, ask: str, confirm: str) -> None:
        """The moderator uses one of the poll's controls, and means it."""
        moderator = self.discord.moderator
        asked = self.discord.press(moderator, self.the_message(), "pollmanage1:1")
        await until(lambda: ask in self.discord.answer_to(asked))
        private = self.discord.backend.get_message(asked.channel_id, asked.message_id or 0)
        self.discord.press(moderator, private, ask, *(["600"] if "extend" in ask else []))
        await until(lambda: confirm in wire(private))
        (yes,) = re.findall(rf"{confirm}[^\"]*", wire(private))
        self.discord.press(moderator, private, yes)

    async def close(self) -> Interaction:
        """The moderator closes the poll."""
        return self.discord.press(self.discord.moderator, await self.about_to_close(), "pollendnow1:1")

    async def stored(self) -> Poll:
        """The one poll."""
        async with self.database.reading() as unit:
            found = await unit.polls.get(1)
        assert found is not None
        return found

    async def restarted(self, *, later: float = 0) -> None:
        """The next process starts, after so many seconds in which nobody ran."""
        self.discord.ahead += later
        await self.discord.start_bot()

    async def settled(self, state: str) -> Poll:
        async def so() -> bool:
            found = await self.stored()
            return found.state == state and (state == "open" or found.delivered_at is not None)

        await until(so)
        return await self.stored()

    async def agrees(self, told: dict[int, int]) -> None:
        """One message, which is the stored one; one closing; and everything confirmed is stored and rated once."""
        poll = await self.stored()
        assert poll.message == self.the_message().id
        async with self.database.reading() as unit:
            answers = await unit.polls.answers(1)
            kinds = [event.kind for event in await unit.polls.events(1)]
            rated = {member: await unit.ratings.entries(member, Ladder.world().key) for member in told}
            assert await unit.polls.get(2) is None, "one poll, however often it was tried"
        assert {member: answers[member].option for member in told} == told
        assert kinds == (["opened", "closed"] if poll.state == "closed" else ["opened"])
        if poll.state == "closed":
            assert all(len(entries) == 1 for entries in rated.values()), "rated once"
            shown = wire(self.the_message())
            assert "📊" in shown
            assert f"{len(answers)} answered" in shown


def confirmed(letter: str, told: str) -> bool:
    """Whether the person was told that this is the answer.

    Where two processes hear of one press, the slower one may be the first to say so, and calls it an earlier one.
    """
    return f"🗳️ Recorded, and final: **{letter}**" in told or f"first answer stands: **{letter}**" in told
