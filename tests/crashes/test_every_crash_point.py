"""Killed with SIGKILL wherever it hurts, a bot posts once, closes once, and has lost nothing that it confirmed."""

from datetime import timedelta

import pytest

from tests.crashes.lasting import NONCE_LASTS, Death, until, wire
from tests.crashes.observed import Observed

POST = r"/channels/\d+/messages"
EDIT = r"/channels/\d+/messages/\d+"
ANSWER = r"/interactions/\d+/.*/callback"
REPLY = r"/webhooks/\d+/.*"
CONTROLS = {
    "extended": ("pollextend1:1", "pollextendnow1:1:"),
    "cancelled": ("pollcancel1:1", "pollcancelnow1:1"),
}
"""What asks whether to, and what confirms it."""


class TestPosting:
    @pytest.mark.parametrize(
        "death",
        [
            pytest.param(Death("POST", POST, effective=False), id="before the post"),
            pytest.param(Death("POST", POST, effective=True), id="between post and message id"),
            pytest.param(Death("PATCH", REPLY, effective=False), id="after the message id"),
        ],
    )
    async def test_posts_once_when_it_is_back_at_once(self, bench: Observed, death: Death) -> None:
        bench.discord.death = death
        await bench.post()
        await bench.discord.died()
        await bench.restarted()
        await bench.settled("open")
        told = await bench.answered("A", "B")
        await bench.agrees(told)

    async def test_finds_in_the_channels_history_what_discord_has_forgotten_the_nonce_of(
        self, bench: Observed
    ) -> None:
        bench.discord.death = Death("POST", POST, effective=True)
        await bench.post()
        await bench.discord.died()
        standing = bench.the_message().id
        await bench.restarted(later=NONCE_LASTS + 10)
        await bench.settled("open")
        assert bench.the_message().id == standing
        await bench.agrees(await bench.answered("A"))

    async def test_takes_up_a_post_with_its_first_press_where_no_history_may_be_read(
        self, bench: Observed
    ) -> None:
        bench.discord.death = Death("POST", POST, effective=True)
        await bench.post()
        await bench.discord.died()
        bench.discord.forbid(read_message_history=False)
        await bench.restarted(later=NONCE_LASTS + 10)
        await until(lambda: bench.discord.asked("GET", POST))
        assert (await bench.stored()).state == "posting"
        told = await bench.answered("A")
        await bench.settled("open")
        await bench.agrees(told)

    async def test_never_posts_what_was_not_posted_when_the_nonce_is_forgotten(self, bench: Observed) -> None:
        bench.discord.death = Death("POST", POST, effective=False)
        await bench.post()
        await bench.discord.died()
        await bench.restarted(later=16 * 60)

        async def withdrawn() -> bool:
            return (await bench.stored()).state == "withdrawn"

        await until(withdrawn)
        assert bench.discord.posted() == []


class TestAnswering:
    @pytest.mark.parametrize("effective", [False, True], ids=["before the receipt", "after the receipt"])
    async def test_nothing_is_confirmed_that_is_not_stored(self, bench: Observed, effective: bool) -> None:
        message = await bench.open_poll()
        told = await bench.answered("A", "B")
        last = bench.discord.members[2]
        bench.discord.death = Death("POST", ANSWER, effective)
        bench.discord.press(last, message, "poll1:1:2")
        await bench.discord.died()
        await bench.restarted()
        again = bench.discord.press(last, message, "poll1:1:3")
        await until(lambda: "the first answer stands: **C**" in bench.discord.answer_to(again))
        await bench.agrees(told | {last: 2})

    @pytest.mark.parametrize("effective", [False, True], ids=["before the count", "after the count"])
    async def test_the_count_is_right_after_a_kill(self, bench: Observed, effective: bool) -> None:
        await bench.open_poll()
        bench.discord.death = Death("PATCH", EDIT, effective, showing="2 answered")
        told = await bench.answered("A", "B")
        await bench.discord.died()
        await bench.restarted()
        await until(lambda: "2 answered" in wire(bench.the_message()))
        await bench.agrees(told)


class TestClosing:
    @pytest.mark.parametrize("effective", [False, True], ids=["between close and edit", "after the edit"])
    async def test_the_clock_closes_once_and_the_result_is_shown(
        self, bench: Observed, effective: bool
    ) -> None:
        await bench.open_poll()
        told = await bench.answered("A", "B", "C")
        await bench.discord.kill()
        bench.discord.death = Death("PATCH", EDIT, effective, showing="📊")
        await bench.restarted(later=301)
        await bench.discord.died()
        await bench.restarted()
        await bench.settled("closed")
        await bench.agrees(told)

    @pytest.mark.parametrize(
        "death",
        [
            pytest.param(
                Death("POST", ANSWER, effective=False, showing="🔒 Closed"), id="between close and word"
            ),
            pytest.param(Death("POST", ANSWER, effective=True, showing="🔒 Closed"), id="after the word"),
            pytest.param(Death("PATCH", EDIT, effective=False, showing="📊"), id="between close and edit"),
            pytest.param(Death("PATCH", EDIT, effective=True, showing="📊"), id="after the edit"),
        ],
    )
    async def test_a_moderator_closes_once_and_the_result_is_shown(
        self, bench: Observed, death: Death
    ) -> None:
        await bench.open_poll()
        told = await bench.answered("A", "B", "C")
        bench.discord.death = death
        await bench.close()
        await bench.discord.died()
        await bench.restarted()
        await bench.settled("closed")
        await bench.agrees(told)


class TestControlling:
    @pytest.mark.parametrize("kind", ["extended", "cancelled"])
    @pytest.mark.parametrize(
        ("path", "effective"),
        [
            pytest.param(ANSWER, False, id="before the word"),
            pytest.param(ANSWER, True, id="after the word"),
            pytest.param(EDIT, False, id="before the edit"),
            pytest.param(EDIT, True, id="after the edit"),
        ],
    )
    async def test_what_a_moderator_did_is_done_once_and_shown(
        self, bench: Observed, kind: str, path: str, effective: bool
    ) -> None:
        await bench.open_poll()
        told = await bench.answered("A", "B")
        closes = (await bench.stored()).closes_at + timedelta(minutes=10)
        shown = "🚫 Cancelled" if kind == "cancelled" else f"<t:{int(closes.timestamp())}:R>"
        word = "🚫 Cancelled" if kind == "cancelled" else "✅ Extended"
        method, showing = ("PATCH", shown) if path == EDIT else ("POST", word)
        bench.discord.death = Death(method, path, effective, showing=showing)
        await bench.controlled(*CONTROLS[kind])
        await bench.discord.died()
        await bench.restarted()
        await until(lambda: shown in wire(bench.the_message()))
        async with bench.database.reading() as unit:
            assert [event.kind for event in await unit.polls.events(1)] == ["opened", kind]
            answers = await unit.polls.answers(1)
        assert {member: answers[member].option for member in told} == told
        if kind == "extended":
            assert (await bench.stored()).closes_at == closes


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
class TestTwoProcesses:
    async def test_both_may_try_everything_and_each_thing_happens_once(self, bench: Observed) -> None:
        await bench.discord.start_bot()
        await bench.open_poll()
        told = await bench.answered("A", "B", "C", "D")
        await bench.agrees(told)
        await bench.close()
        await bench.settled("closed")
        await bench.agrees(told)

    @pytest.mark.parametrize(("kind", "shown"), [("extended", "2 answered"), ("cancelled", "🚫 Cancelled")])
    async def test_both_may_extend_it_and_cancel_it(self, bench: Observed, kind: str, shown: str) -> None:
        await bench.discord.start_bot()
        await bench.open_poll()
        await bench.answered("A", "B")
        await bench.controlled(*CONTROLS[kind])

        async def journalled() -> bool:
            async with bench.database.reading() as unit:
                return [event.kind for event in await unit.polls.events(1)] == ["opened", kind]

        await until(journalled)
        await until(lambda: shown in wire(bench.the_message()))
        assert await journalled(), "once, however many were asked"

    async def test_both_may_find_the_same_post_and_the_same_poll_due(self, bench: Observed) -> None:
        bench.discord.death = Death("POST", POST, effective=True)
        await bench.post()
        await bench.discord.died()
        await bench.discord.start_bot()
        await bench.restarted()
        await bench.settled("open")
        told = await bench.answered("A", "B")
        await bench.discord.kill()
        bench.discord.ahead += 301
        await bench.discord.start_bot()
        await bench.restarted()
        await bench.settled("closed")
        await bench.agrees(told)
