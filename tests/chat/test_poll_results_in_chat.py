"""What a channel sees of a poll's result, what it is told of it later, and what each voter hears since."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from chat_stage import (
    Stage,
    both,
    buttons,
    key_letter,
    poll_id,
    prose,
    seen,
    small_lesson,
    texts,
    wrong_letter,
)
from sqlalchemy import text

from bot.actions.polls import PollResult
from bot.chat.poll_results import result_screen
from lessons.catalogue import Catalogue

QUESTION = "curated:rlhf-dpo-removes"


@pytest.fixture
def right(catalogue: Catalogue) -> str:
    return key_letter(catalogue, QUESTION)


@pytest.fixture
def wrong(catalogue: Catalogue) -> str:
    return wrong_letter(catalogue, QUESTION)


async def answer(stage: Stage, message: Any, *letters: str) -> None:
    """The members answer in turn, each with their letter."""
    for person, letter in zip(stage.members, letters, strict=False):
        await person.click(message, label=letter)


async def close(stage: Stage, message: Any) -> Any:
    """The message once its poll is over."""
    await stage.as_the_bot(lambda: stage.bot.actions.polls.close(poll_id(message)))
    await stage.env.advance_time(65)
    return stage.now_shown(message)


def replies(stage: Stage, channel: Any = None) -> list[Any]:
    """Replies that the bot posted."""
    where = channel or stage.quiz
    return [one for one in where.history() if "The result is in" in "\n".join(texts(one))]


class TestTheResult:
    async def test_it_says_how_the_room_did_against_the_machine_and_who_climbed(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        await answer(stage, message, right, wrong, right, right)
        told = prose(await close(stage, message))
        assert "The Platinum machine gets such questions right 62 % of the time; you: **75 %**" in told
        assert re.search(r"📈 Climbed most: \*\*ben\*\* \+\d+, \*\*dan\*\* \+\d+, \*\*eve\*\* \+\d+", told)
        assert "cleo" not in told, "whoever was wrong is not named"

    async def test_of_few_answers_bars_have_shares_as_well_but_the_room_none_and_no_name_is_said(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        await answer(stage, message, right, wrong)
        told = prose(await close(stage, message))
        assert told.count("50 % (1)") == 2
        assert "you: **1 of 2**" in told
        assert "Climbed" not in told

    async def test_whoever_is_hidden_is_not_named(self, stage: Stage, right: str) -> None:
        message = await stage.poll()
        await answer(stage, message, right, right, right)
        await stage.as_the_bot(lambda: stage.bot.actions.privacy.hide(stage.members[0].id))
        told = prose(await close(stage, message))
        assert "ben" not in told
        assert re.search(r"Climbed most: \*\*cleo\*\* \+\d+, \*\*dan\*\* \+\d+$", told, re.MULTILINE)

    async def test_a_name_cannot_format_or_mention(self, stage: Stage, right: str) -> None:
        message = await stage.poll()
        await answer(stage, message, right, right, right)
        async with stage.database.unit() as unit:
            await unit.sightings.note(stage.guild.id, stage.members[0].id, "||@everyone||", stage.env.now())
        told = prose(await close(stage, message))
        assert "@everyone" not in told
        assert r"\|\|" in told

    async def test_a_poll_without_any_answer_says_nothing_of_a_room(self, stage: Stage) -> None:
        told = prose(await close(stage, await stage.poll()))
        assert "machine gets such questions" not in told
        assert "Nobody answered this time." in told


class TestTheHiddenAnswer:
    @pytest.fixture
    def catalogue(self) -> Catalogue:
        return Catalogue((small_lesson("logic", "Logic"),))

    async def shown(self, stage: Stage, right: int = 3, wrong: int = 1) -> list[str]:
        """The lines of a result whose answer is hidden."""
        prepared = await stage.as_the_bot(
            lambda: stage.bot.actions.polls.prepare(
                guild=stage.guild.id,
                channel=stage.quiz.id,
                starter=stage.moderator.id,
                duration=timedelta(minutes=30),
                locale="en-US",
                question="logic-1",
                spoiler=True,
            )
        )
        await stage.as_the_bot(
            lambda: stage.bot.posts.post(prepared, stage.bot.get_partial_messageable(stage.quiz.id))
        )
        message = stage.quiz.last_message
        await answer(stage, message, *("A" * right + "B" * wrong))
        stage.env.backend.advance_clock(1000)
        return prose(await close(stage, message)).split("\n")

    async def test_nothing_outside_the_bars_tells_which_is_right(self, stage: Stage) -> None:
        lines = await self.shown(stage)
        seen_at_once = re.sub(r"\|\|.*?\|\|", "", "\n".join(lines), flags=re.DOTALL)
        for giveaway in ("✅", "❌", "right**", "75 %**", "It is right because it is", "Right:", "📈"):
            assert giveaway not in seen_at_once
        assert "📊 Result · Logic" in seen_at_once
        assert "75 % (3)" in seen_at_once

    async def test_behind_the_bars_is_the_whole_answer(self, stage: Stage) -> None:
        told = "\n".join(await self.shown(stage))
        assert "||✅ **Right: A.** It is right because it is.||" in told
        assert "||✅|| **A**  the right one" in told
        assert "||❌|| **B**  the wrong one" in told
        assert "you: **75 %**||" in told

    async def test_the_options_stand_in_their_order_under_marks_of_one_length(self, stage: Stage) -> None:
        found = re.findall(r"^\|\|(.)\|\| \*\*([A-E])\*\*", "\n".join(await self.shown(stage)), re.MULTILINE)
        assert found == [("✅", "A"), ("❌", "B"), ("❌", "C")]

    async def test_bars_in_a_text_do_not_bare_it(self, stage: Stage) -> None:
        await self.shown(stage)
        shown = await stage.as_the_bot(lambda: stage.bot.actions.polls.view(1))
        assert isinstance(shown, PollResult)
        barred = replace(shown.asked, explanation="a || b |", options=("x || y", "z", "w"))
        told = prose(result_screen(replace(shown, asked=barred)))
        assert told.count("||") == 2 * (3 + 1 + 1 + 1)

    async def test_the_announcement_does_not_give_it_away(self, stage: Stage) -> None:
        await self.shown(stage)
        (reply,) = replies(stage)
        assert "%" not in prose(reply)


class TestTheAnnouncement:
    @both
    async def test_a_long_polls_result_is_announced_once_by_a_reply(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll(duration="11m")
        await answer(stage, message, right, wrong, right)
        await stage.later(663)
        assert "📊 Result" in prose(stage.now_shown(message))
        await stage.env.advance_time(65)
        (reply,) = replies(stage)
        assert f"The result is in: **67 %** right. [See it]({message.jump_url})" in prose(reply)
        _poll, sent = stage.requests("POST", f"/channels/{stage.quiz.id}/messages")
        assert isinstance(sent.json, dict)
        assert sent.json["message_reference"]["message_id"] == message.id
        assert sent.json["allowed_mentions"]["parse"] == []
        assert not sent.json["allowed_mentions"].get("replied_user")
        assert sent.json["enforce_nonce"]
        await stage.restart()
        await stage.env.advance_time(130)
        assert len(replies(stage)) == 1

    async def test_a_short_poll_is_not_announced(self, stage: Stage, right: str) -> None:
        message = await stage.poll(duration="10m")
        await answer(stage, message, right, right, right)
        await stage.later(718)
        assert "📊 Result" in prose(stage.now_shown(message))
        assert replies(stage) == []

    async def test_a_reply_that_discord_refuses_as_to_a_deleted_message_is_not_tried_again(
        self, stage: Stage, right: str
    ) -> None:
        message = await stage.poll(duration="11m")
        await answer(stage, message, right)
        path = f"/channels/{stage.quiz.id}/messages"
        stage.env.inject_error("POST", path, status=400, code=50035, message="Unknown message")
        await stage.later(958)
        assert replies(stage) == []

    async def test_where_the_bot_may_not_write_it_is_not_tried_again(self, stage: Stage, right: str) -> None:
        message = await stage.poll(duration="11m")
        await answer(stage, message, right)
        stage.forbid(stage.quiz, send_messages=False)
        await stage.later(778)
        tried = len(stage.requests("POST", "/messages"))
        assert "📊 Result" in prose(stage.now_shown(message))
        await stage.later(198)
        assert len(stage.requests("POST", "/messages")) == tried

    async def test_one_that_discord_could_not_take_is_sent_a_minute_later(
        self, stage: Stage, right: str
    ) -> None:
        message = await stage.poll(duration="11m")
        await answer(stage, message, right)
        path = f"/channels/{stage.quiz.id}/messages"
        stage.env.inject_error("POST", path, status=500, code=0, message="not now")
        since = len(stage.env.http_requests)
        await stage.env.advance_time(960)
        assert len(replies(stage)) == 1
        assert len(stage.requests("POST", f"{stage.quiz.id}/messages", since)) == 2

    async def announced_and_forgotten(self, stage: Stage, right: str, *, replied: bool) -> Any:
        """A long poll whose result is shown, and of which the database does not know whether a reply tells."""
        message = await stage.poll(duration="11m")
        await answer(stage, message, right)
        if not replied:
            path = f"/channels/{stage.quiz.id}/messages"
            stage.env.inject_error("POST", path, status=400, code=50035, message="not now")
        await stage.env.advance_time(730)
        assert len(replies(stage)) == replied
        async with stage.database.unit() as unit:
            await unit.polls._connection.execute(text("UPDATE polls SET announced_at = NULL"))
        return message

    @pytest.mark.parametrize("replied", [True, False])
    async def test_one_of_which_nothing_is_known_any_more_is_looked_for_before_it_is_sent(
        self, stage: Stage, right: str, *, replied: bool
    ) -> None:
        message = await self.announced_and_forgotten(stage, right, replied=replied)
        await stage.moderator.send(stage.quiz, "What was it?", reply_to=message)
        since = len(stage.env.http_requests)
        await stage.env.advance_time(130)
        assert len(replies(stage)) == 1
        assert len(stage.requests("GET", f"{stage.quiz.id}/messages", since)) == 1
        assert len(stage.requests("POST", f"{stage.quiz.id}/messages", since)) == (not replied)

    async def test_a_channel_that_has_gone_on_by_a_hundred_messages_is_left_in_peace(
        self, stage: Stage, right: str
    ) -> None:
        await self.announced_and_forgotten(stage, right, replied=False)
        for number in range(100):
            stage.env.backend.create_message(stage.quiz.id, stage.moderator.id, f"word {number}")
        await stage.env.advance_time(130)
        assert replies(stage) == []


class TestTheNews:
    async def test_the_next_private_message_says_what_came_of_the_polls_since(
        self, stage: Stage, right: str
    ) -> None:
        first = await stage.poll()
        ben = stage.members[0]
        assert "Since then" not in seen(await ben.click(first, label=right))
        await close(stage, first)
        second = await stage.poll(question="rlhf-score-difference")
        told = seen(await ben.click(second, label="A"))
        assert re.search(
            r"Recorded, and final.*-# 📬 Since then: \*\*\+\d+\*\* from 1 poll$", told, re.DOTALL
        )
        assert "Since then" not in seen(await ben.click(second, label="A"))
        assert "Since then" not in seen(await stage.members[1].click(second, label="A"))

    @pytest.mark.parametrize("command", ["rank", "quiz", "lesson", "read", "ladder", "review", "me"])
    async def test_every_private_answer_to_a_command_tells_it(
        self, stage: Stage, right: str, command: str
    ) -> None:
        ben = stage.members[0]
        message = await stage.poll()
        await ben.click(message, label=right)
        await close(stage, message)
        options = {"lesson": "rlhf-basics"} if command in {"quiz", "read"} else {}
        shown = stage.looked_at(await ben.slash(stage.quiz, command.replace("read", "lesson"), **options))
        assert prose(shown).split("\n")[-1].startswith("-# 📬 Since then: **+")

    async def test_where_there_is_no_room_for_it_it_is_told_the_next_time(
        self, stage: Stage, right: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ben = stage.members[0]
        message = await stage.poll()
        await ben.click(message, label=right)
        await close(stage, message)
        monkeypatch.setattr("bot.chat.news._MOST_PARTS", 3)
        assert "Since then" not in seen(await ben.slash(stage.quiz, "lesson"))
        monkeypatch.undo()
        assert "Since then" in seen(await ben.slash(stage.quiz, "lesson"))

    async def test_the_own_result_and_practice_tell_it_too(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        ben, cleo = stage.members[:2]
        message = await stage.poll()
        await answer(stage, message, right, wrong)
        result = await close(stage, message)
        assert "📬 Since then: **+" in prose(await stage.press(ben, result, "My result"))
        second = await stage.poll(question="rlhf-score-difference")
        stage.env.backend.advance_clock(301)  # the clockwork has not come round yet
        late = await cleo.click(second, label="A")
        assert "this is practice" in seen(late)
        assert "📬 Since then: **−" in seen(late)

    async def test_a_match_that_polls_completed_is_told_with_it(self, stage: Stage) -> None:
        ben = stage.members[0]
        questions = stage.catalogue.lesson("rlhf-basics").questions
        posted = [await stage.poll(question=question.id) for question in questions]
        for message, question in zip(posted, questions, strict=True):
            await ben.click(message, label="ABCDE"[question.key])
        await stage.later(398)
        told = seen(await ben.slash(stage.quiz, "lesson"))
        assert re.search(r"Since then: \*\*\+\d+\*\* from 7 polls · .* Platinum .*in RLHF Basics", told)

    async def test_an_answer_comes_though_the_news_cannot_be_read(self, stage: Stage, right: str) -> None:
        async def broken(_member: int) -> None:
            raise RuntimeError("no news")

        message = await stage.poll()
        original = type(stage.bot.actions.news).of
        type(stage.bot.actions.news).of = lambda _desk, member: broken(member)  # type: ignore[method-assign,assignment]
        try:
            assert "Recorded, and final" in seen(await stage.members[0].click(message, label=right))
        finally:
            type(stage.bot.actions.news).of = original  # type: ignore[method-assign]


class TestMyResult:
    async def test_it_is_there_after_the_close_with_its_two_buttons(self, stage: Stage, right: str) -> None:
        message = await stage.poll()
        await answer(stage, message, right)
        result = await close(stage, message)
        assert list(buttons(result)) == ["My result", "Lesson"]
        own = await stage.press(stage.members[0], result, "My result")
        assert "✅ **Right.**" in prose(own)
        assert "Weight:** 0.5" in prose(await stage.press(stage.members[0], own, "Why?"))

    async def test_its_receipt_has_old_and_new_rating_what_was_expected_and_the_weight(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        await answer(stage, message, right, wrong)
        result = await close(stage, message)
        numbers = r"^-# Expected \d+ % · difficulty 💠 Platinum 1880 · weight 0\.5$"
        for person, sign in zip(stage.members[:2], ("✅", "❌"), strict=True):
            told = prose(await stage.press(person, result, "My result"))
            assert sign in told
            assert re.search(r"^Rating: 1100 → \*\*\d+\*\* \([+−]\d+\)$", told, re.MULTILINE), told
            assert re.search(numbers, told, re.MULTILINE), told
