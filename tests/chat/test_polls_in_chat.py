"""Polls, as a channel lives them: posted, answered in private, counted, closed, whatever happens meanwhile."""

import asyncio
import re
import sqlite3
from typing import Any

import pytest
from chat_stage import (
    Stage,
    both,
    buttons,
    custom_ids,
    key_letter,
    payload_of,
    poll_id,
    prose,
    seen,
    small_lesson,
    walk,
    wrong_letter,
)
from simcord import ChannelHandle

from bot.actions import make_actions
from bot.storage import Database
from ladder.standings import Ladder
from lessons.catalogue import Catalogue

QUESTION = "curated:rlhf-dpo-removes"


@pytest.fixture
def right(catalogue: Catalogue) -> str:
    return key_letter(catalogue, QUESTION)


@pytest.fixture
def wrong(catalogue: Catalogue) -> str:
    return wrong_letter(catalogue, QUESTION)


async def closed(stage: Stage, message: Any) -> Any:
    """The message after the poll's five minutes."""
    await stage.later(303)
    return stage.now_shown(message)


class TestPosting:
    async def test_a_poll_shows_the_question_its_options_and_when_it_closes(self, stage: Stage) -> None:
        message = await stage.poll()
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        told = prose(message)
        assert "✏️ Check yourself · RLHF Basics" in told
        assert f"### {found[1].stem}" in told
        for letter, option in zip("ABCD", found[1].options, strict=True):
            assert f"**{letter}**  {option.text}" in told
        assert re.search(r"closes <t:\d+:R> · 0 answered", told)
        assert list(buttons(message)) == ["A", "B", "C", "D", "Lesson", "Manage"]

    async def test_the_moderator_is_told_privately_where_it_is_and_how_long_it_stays(
        self, stage: Stage
    ) -> None:
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics", duration="90s")
        assert result.ephemeral
        shown = await stage.press(stage.moderator, stage.looked_at(result), "Post")
        posted = next(one for one in stage.quiz.history() if not one.flags.ephemeral)
        assert f"🗳️ Posted: [see the poll]({posted.jump_url})" in seen(shown)
        assert "90 seconds" in seen(shown)

    async def test_nothing_in_a_poll_tells_which_option_is_right(self, stage: Stage) -> None:
        message = await stage.poll()
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        wire = str([one.json for one in stage.requests("POST", f"/channels/{stage.quiz.id}/messages")])
        assert found[1].explanation[:40] not in wire
        assert not any(option.feedback and option.feedback[:40] in wire for option in found[1].options)
        ids = [one for one in custom_ids(message) if one.startswith("poll1:")]
        assert ids == [f"poll1:{poll_id(message)}:{at}" for at in range(4)]
        assert len({str(sorted(_without_words(one))) for one in _answer_buttons(message)}) == 1

    async def test_without_a_question_one_is_taken_that_was_not_asked_yet(self, stage: Stage) -> None:
        stems: set[str] = set()
        for _ in stage.catalogue.lesson("rlhf-basics").questions:
            stems.add(prose(await stage.poll(question=None)).split("\n")[1])
        assert len(stems) == 7
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics")
        assert "Every question of this lesson is in an open poll here already" in seen(result)

    async def test_a_member_who_is_no_moderator_does_not_have_the_command(self, stage: Stage) -> None:
        assert "poll" not in stage.members[0].available_commands(stage.quiz)
        assert "poll" in stage.moderator.available_commands(stage.quiz)
        assert "poll" not in stage.moderator.user.available_commands()

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"duration": "soon"}, "Write the duration as a number and a unit: 30s, 10m, 2h or 1d."),
            ({"duration": "5s"}, "A poll stays open for 30 seconds to 7 days."),
            ({"duration": "8d"}, "A poll stays open for 30 seconds to 7 days."),
            ({"lesson": "rlhf-basic"}, "Did you mean **RLHF Basics**"),
            ({"lesson": "rlhf-basics", "question": "what?"}, "There is no such question there."),
        ],
    )
    async def test_what_cannot_be_posted_is_refused_with_what_to_do_instead(
        self, stage: Stage, options: dict[str, str], told: str
    ) -> None:
        result = await stage.moderator.slash(stage.quiz, "poll", **options)
        assert result.ephemeral
        assert told in seen(result)
        assert [one for one in stage.quiz.history() if not one.flags.ephemeral] == []

    async def test_a_question_that_is_open_here_is_not_posted_twice(self, stage: Stage) -> None:
        await stage.poll()
        result = await stage.moderator.slash(
            stage.quiz, "poll", lesson="rlhf-basics", question="rlhf-dpo-removes"
        )
        assert "This question is in an open poll here already." in seen(result)

    @pytest.mark.parametrize("denied", ["send_messages", "view_channel"])
    async def test_a_channel_closed_to_the_bot_is_named_with_the_permissions_it_needs(
        self, stage: Stage, denied: str
    ) -> None:
        stage.forbid(stage.quiz, **{denied: False})
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics")
        assert f"I may not write in {stage.quiz.mention}" in seen(result)
        assert "“View Channel” and “Send Messages”" in seen(result)
        await nothing_is_open(stage)

    async def test_a_permission_that_is_lost_at_the_last_moment_leaves_nothing_open(
        self, stage: Stage
    ) -> None:
        path = f"/channels/{stage.quiz.id}/messages"
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="rlhf-basics")
        stage.env.inject_error("POST", path, status=403, code=50013, message="Missing Permissions")
        result = await stage.moderator.click(stage.looked_at(result), label="Post")
        assert f"I may not write in {stage.quiz.mention}" in seen(result)
        await nothing_is_open(stage)

    async def test_durations_are_offered_in_words_and_only_possible_ones(self, stage: Stage) -> None:
        offered = await stage.moderator.autocomplete(stage.quiz, "poll", "duration", "")
        assert [one["name"] for one in offered][:3] == ["30 seconds", "1 minute", "5 minutes"]
        assert offered[-1] == {"name": "7 days", "value": "7d"}
        typed = await stage.moderator.autocomplete(stage.quiz, "poll", "duration", "45s")
        assert typed[0] == {"name": "45 seconds", "value": "45s"}
        for impossible in ("5s", "0", "9d", "soon"):
            offered = await stage.moderator.autocomplete(stage.quiz, "poll", "duration", impossible)
            assert offered[0]["name"] == "30 seconds"

    async def test_questions_are_offered_by_their_words(self, stage: Stage) -> None:
        offered = await stage.moderator.autocomplete(
            stage.quiz, "poll", "question", "dpo remove", lesson="rlhf-basics"
        )
        assert [one["value"] for one in offered] == ["rlhf-dpo-removes"]


async def nothing_is_open(stage: Stage) -> None:
    async with stage.database.reading() as unit:
        assert await unit.polls.open_everywhere() == []
        assert await unit.polls.open_questions([stage.guild.id]) == {}


def _answer_buttons(message: Any) -> list[dict[str, Any]]:
    return [one for one in walk(payload_of(message)) if str(one.get("custom_id")).startswith("poll1:")]


def _without_words(button: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in button.items() if key not in {"label", "custom_id", "id"}]


class TestAnswering:
    @both
    async def test_four_people_answer_each_once_and_each_in_private(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        ben, cleo, dan, eve = stage.members
        for person, letter in ((ben, right), (cleo, wrong), (dan, right), (eve, wrong)):
            result = await person.click(message, label=letter)
            assert result.ephemeral
            assert f"🗳️ Recorded, and final: **{letter}**" in seen(result)
            assert "Right" not in seen(result)
            assert "✅" not in seen(result)
            assert "❌" not in seen(result)
            assert re.search(r"The result comes <t:\d+:R>, in the poll itself", seen(result))
        again = await ben.click(message, label=wrong)
        assert f"You have answered already, and the first answer stands: **{right}**" in seen(again)
        answers = await stage.stored_answers(poll_id(message))
        assert {member: "ABCD"[one.option] for member, one in answers.items()} == {
            ben.id: right,
            cleo.id: wrong,
            dan.id: right,
            eve.id: wrong,
        }
        for person in stage.members:
            visible = stage.quiz.history(viewer=person)
            receipts = [one for one in visible if "Recorded, and final" in prose(one)]
            assert len(receipts) == 1, "nobody sees what others chose"

    @both
    async def test_two_presses_of_one_person_at_once_are_one_answer(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        ben = stage.members[0]
        results = await stage.at_once([ben.click(message, label=right), ben.click(message, label=wrong)])
        told = [seen(one) for one in results]
        assert sum("Recorded, and final" in one for one in told) == 1
        assert sum("You have answered already" in one for one in told) == 1
        assert len(await stage.stored_answers(poll_id(message))) == 1

    async def test_while_a_poll_is_open_its_channel_sees_how_many_answered_and_no_tally(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        before = prose(message)
        for person, letter in zip(stage.members, (right, wrong, right, right), strict=True):
            await person.click(message, label=letter)
        await stage.env.advance_time(10)
        now = prose(stage.now_shown(message))
        assert "4 answered" in now
        assert now.replace("4 answered", "0 answered") == before
        assert "%" not in now
        assert "█" not in now

    async def test_fifty_answers_within_ten_seconds_cost_at_most_three_edits(self, stage: Stage) -> None:
        crowd = [stage.guild.add_member(stage.env.create_user(f"person{n}")) for n in range(50)]
        message = await stage.poll()
        ending = f"/channels/{stage.quiz.id}/messages/{message.id}"
        before = len(stage.requests("PATCH", ending))
        for start in range(0, 50, 5):
            presses = [person.click(message, label="A") for person in crowd[start : start + 5]]
            results = await stage.at_once(presses)
            assert all("Recorded, and final" in seen(one) for one in results)
            await stage.env.advance_time(1)
        assert len(stage.requests("PATCH", ending)) - before <= 3
        await stage.env.advance_time(10)
        assert "50 answered" in prose(stage.now_shown(message))
        assert len(stage.requests("PATCH", ending)) - before <= 3
        await stage.env.advance_time(60)
        assert len(stage.requests("PATCH", ending)) - before <= 3, "nothing new, no edit"

    async def test_an_old_poll_is_edited_at_most_once_a_minute(self, stage: Stage) -> None:
        message = await stage.poll(duration="1d")
        await stage.pass_time_switched_off(hours=2)
        ending = f"/messages/{message.id}"
        before = len(stage.requests("PATCH", ending))
        for number in range(10):
            person = stage.guild.add_member(stage.env.create_user(f"late{number}"))
            await person.click(message, label="A")
            await stage.env.advance_time(6)
        assert len(stage.requests("PATCH", ending)) - before <= 2
        await stage.env.advance_time(61)
        assert "10 answered" in prose(stage.now_shown(message))

    async def test_answers_that_a_restart_left_uncounted_are_counted_after_it(
        self, stage: Stage, right: str
    ) -> None:
        message = await stage.poll()
        await stage.members[0].click(message, label=right)
        await stage.restart()
        assert "0 answered" in prose(stage.now_shown(message))
        await stage.env.advance_time(12)
        assert "1 answered" in prose(stage.now_shown(message))

    async def test_a_press_after_a_restart_is_recorded(self, stage: Stage, right: str) -> None:
        message = await stage.poll()
        await stage.restart()
        result = await stage.members[0].click(message, label=right)
        assert "Recorded, and final" in seen(result)
        await stage.env.advance_time(10)
        assert "1 answered" in prose(stage.now_shown(message))

    async def test_the_lesson_opens_beside_the_poll_and_not_over_it(self, stage: Stage) -> None:
        message = await stage.poll()
        before = prose(message)
        opened = await stage.press(stage.members[0], message, "Lesson")
        assert opened.ephemeral
        assert "# RLHF Basics" in prose(opened)
        assert prose(stage.now_shown(message)) == before

    async def test_a_late_press_is_practice_and_moves_nothing(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        old = {label: custom_id for label, custom_id in buttons(message).items() if label in "ABCD"}
        stage.env.backend.advance_clock(301)  # the clockwork has not come round yet
        late = await stage.members[0].click(message, custom_id=old[wrong])
        told = seen(late)
        assert late.ephemeral
        assert "⌛ This poll is closed, so this is practice and moves no rating." in told
        assert "❌ **Not this time.**" in told
        assert f"Right is: **{right}**" in told
        assert any(label.startswith("Read: ") for label in buttons(late.response))
        await stage.env.advance_time(2)
        why = await stage.members[0].click(stage.looked_at(late), label="Why?")
        assert "Yours came later, so it is practice: nothing changed." in seen(why)
        assert await stage.stored_answers(poll_id(message)) == {}
        rank = seen(await stage.members[0].slash(stage.quiz, "rank"))
        assert "You are not on a ladder yet" in rank

    async def test_a_poll_in_a_thread_is_answered_and_closed_there(self, stage: Stage, right: str) -> None:
        raw = stage.env.backend.create_thread(stage.quiz.id, "study group", stage.moderator.id)
        thread = ChannelHandle(stage.env, stage.guild, raw)
        message = await stage.poll(thread)
        assert "Recorded, and final" in seen(await stage.members[0].click(message, label=right))
        await stage.later(303)
        assert "📊 Result" in prose(stage.now_shown(message))


class TestClosing:
    @both
    async def test_a_poll_closes_by_itself_and_tells_everybody_how_it_fell_and_why(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        for person, letter in zip(stage.members, (right, wrong, right, right), strict=True):
            await person.click(message, label=letter)
        result = await closed(stage, message)
        told = prose(result)
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        assert "📊 Result · RLHF Basics" in told
        assert f"### {found[1].stem}" in told
        lines = told.split("\n")
        row = next(at for at, line in enumerate(lines) if line.startswith(f"✅ **{right}**"))
        assert lines[row + 1] == "`█████████░░░` 75 % (3) · **right**"
        other = next(at for at, line in enumerate(lines) if line.startswith(f"**{wrong}**"))
        assert lines[other + 1] == "`███░░░░░░░░░` 25 % (1)"
        assert told.count("**right**") == 1
        assert f"✅ **Right: {right}.** {found[1].explanation}" in told
        assert "The Platinum machine gets such questions right 62 % of the time; you: **75 %**" in told
        assert "4 answered · 💠 Platinum 1880 · closed <t:" in told
        assert list(buttons(result)) == ["My result", "Lesson"]
        assert stage.members[1].name not in told, "whoever was wrong is not named"

    async def test_each_asks_privately_what_came_of_it_for_them(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        message = await stage.poll()
        ben, cleo, dan, _ = stage.members
        await ben.click(message, label=right)
        await cleo.click(message, label=wrong)
        result = await closed(stage, message)

        won = await stage.press(ben, result, "My result")
        assert won.ephemeral
        assert "✅ **Right.**" in prose(won)
        gained = re.search(r"^Rating: 1100 → \*\*(\d+)\*\* \(\+\d+\)", prose(won), re.MULTILINE)
        assert gained is not None
        told = prose(await stage.press(ben, won, "Why?"))
        assert re.search(r"^This server: 1100 → \*\*\d+\*\*", told, re.MULTILINE)
        assert "**Weight:** 0.5" in told

        lost = await stage.press(cleo, result, "My result")
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        chosen = found[1].options["ABCD".index(wrong)]
        assert "❌ **Not this time.**" in prose(lost)
        assert f"You chose: **{wrong}** {chosen.text}" in prose(lost)
        assert f"> {chosen.feedback}" in prose(lost)
        repair = next(label for label in buttons(lost) if label.startswith("Read: "))
        assert repair.removeprefix("Read: ") in prose(await stage.press(cleo, lost, repair))

        absent = await stage.press(dan, result, "My result")
        assert "You did not answer this one, so nothing changed for you." in prose(absent)
        assert f"Right is: **{right}**" in prose(absent)

        ladder = prose(stage.looked_at(await ben.slash(stage.quiz, "ladder")))
        assert "# 🪜 This server's ladder" in ladder
        assert ladder.index("**ben** (you)") < ladder.index("**cleo**")
        rank = prose(stage.looked_at(await ben.slash(stage.quiz, "rank")))
        assert f"World: **{gained[1]}?** · place **1** of 2 · 1 of 1 right" in rank

    async def test_an_answer_to_a_question_that_was_met_before_is_not_rated_again(
        self, stage: Stage, right: str, wrong: str
    ) -> None:
        first = await stage.poll()
        ben = stage.members[0]
        await ben.click(first, label=wrong)
        await closed(stage, first)
        await ben.slash(stage.quiz, "rank")  # the first private message since also tells the news
        before = prose(stage.looked_at(await ben.slash(stage.quiz, "rank")))
        second = await stage.poll()
        await ben.click(second, label=right)
        own = await stage.press(ben, await closed(stage, second), "My result")
        assert "✅ **Right.**" in prose(own)
        assert "Practice: it is not rated." in prose(own)
        assert prose(stage.looked_at(await ben.slash(stage.quiz, "rank"))) == before

    async def test_a_poll_that_nobody_answered_says_so(self, stage: Stage, right: str) -> None:
        told = prose(await closed(stage, await stage.poll()))
        assert "Nobody answered this time." in told
        assert f"Right: {right}." in told
        assert told.count("`░░░░░░░░░░░░` 0") == 4

    async def test_another_moderator_closes_it_early(self, stage: Stage, right: str) -> None:
        other = stage.guild.add_member(stage.env.create_user("otto"), roles=[stage.moderators])
        message = await stage.poll()
        await stage.members[0].click(message, label=right)
        shown = await stage.close(other, message)
        assert shown.id == message.id
        assert "📊 Result" in prose(shown)
        edits = len(stage.requests("PATCH", f"/messages/{message.id}"))
        await stage.later(398)
        assert "📊 Result" in prose(stage.now_shown(message))
        assert len(stage.requests("PATCH", f"/messages/{message.id}")) == edits, "shown once is enough"

    async def test_whoever_started_it_may_close_it_without_being_a_moderator_any_more(
        self, stage: Stage
    ) -> None:
        message = await stage.poll()
        member = stage.env.backend.get_guild(stage.guild.id).members[stage.moderator.id]
        member.role_ids.clear()
        assert "📊 Result" in prose(await stage.close(stage.moderator, message))

    async def test_anybody_else_is_refused_and_told_when_it_closes(self, stage: Stage) -> None:
        message = await stage.poll()
        result = await stage.members[0].click(message, label="Manage")
        assert result.ephemeral
        assert "Only whoever started this poll, or a moderator, can close, extend or cancel it." in seen(
            result
        )
        assert re.search(r"It closes by itself <t:\d+:R>", seen(result))
        assert "📊" not in prose(stage.now_shown(message))
        assert (await stage.stored_poll(poll_id(message))).state == "open"

    @both
    async def test_the_clock_and_the_button_at_once_close_it_once(self, stage: Stage, right: str) -> None:
        message = await stage.poll()
        ben = stage.members[0]
        await ben.click(message, label=right)
        asking = await stage.press(stage.moderator, message, "Manage")
        await stage.press(stage.moderator, asking, "Close now")
        stage.env.backend.advance_clock(301)
        with stage.env._bot_scope():
            by_the_clock = asyncio.ensure_future(stage.bot._close_due())
        await stage.press(stage.moderator, asking, "Close it now")
        await by_the_clock
        await stage.env.advance_time(90)
        assert "📊 Result" in prose(stage.now_shown(message))
        async with stage.database.reading() as unit:
            entries = await unit.ratings.entries(ben.id, Ladder.world().key)
        assert len(entries) == 1, "rated once"

    @both
    async def test_two_processes_that_close_it_at_once_rate_it_once(
        self, stage: Stage, right: str, url: Any
    ) -> None:
        message = await stage.poll()
        ben = stage.members[0]
        await ben.click(message, label=right)
        asking = await stage.press(stage.moderator, message, "Manage")
        await stage.press(stage.moderator, asking, "Close now")
        rival_database = Database(url)
        rival = make_actions(rival_database, stage.catalogue, stage.env.now)
        try:
            elsewhere = asyncio.ensure_future(rival.polls.close(poll_id(message)))
            await stage.press(stage.moderator, asking, "Close it now")
            result = await elsewhere
        finally:
            await rival_database.close()
        await stage.env.advance_time(90)
        assert "📊 Result" in prose(stage.now_shown(message))
        assert result.tally.total == 1
        async with stage.database.reading() as unit:
            assert len(await unit.ratings.entries(ben.id, Ladder.world().key)) == 1

    async def test_a_count_that_was_still_on_its_way_does_not_cover_the_result(
        self, stage: Stage, right: str
    ) -> None:
        """The edit waits its turn at Discord's gate while a moderator closes the poll."""
        message = await stage.poll()
        await stage.members[0].click(message, label=right)
        stage.env.backend.advance_clock(6)
        at_the_gate, go_on = asyncio.Event(), asyncio.Event()
        through = stage.bot.http.edit_message

        async def slow(*args: Any, **kwargs: Any) -> Any:
            stage.bot.http.edit_message = through  # type: ignore[method-assign]
            at_the_gate.set()
            await stage.env.external_wait(go_on.wait(), reason="the gate is closed")
            return await through(*args, **kwargs)

        stage.bot.http.edit_message = slow  # type: ignore[method-assign]
        with stage.env._bot_scope():
            counting = asyncio.ensure_future(stage.bot.posts.count())
        await at_the_gate.wait()
        await stage.as_the_bot(lambda: stage.bot.actions.polls.close(poll_id(message), stage.moderator.id))
        go_on.set()
        await counting
        await stage.env.advance_time(2)
        assert "📊 Result" in prose(stage.now_shown(message))
        assert list(buttons(stage.now_shown(message))) == ["My result", "Lesson"]

    async def test_an_overdue_poll_closes_when_the_bot_starts_again(self, stage: Stage, right: str) -> None:
        message = await stage.poll()
        await stage.members[0].click(message, label=right)
        await stage.pass_time_switched_off(hours=3)
        assert "📊 Result" in prose(stage.now_shown(message))
        own = await stage.press(stage.members[0], message, "My result")
        assert "✅ **Right.**" in prose(own)

    async def test_a_result_that_could_not_be_shown_is_shown_a_minute_later(self, stage: Stage) -> None:
        message = await stage.poll(duration="90s")
        path = f"/channels/{stage.quiz.id}/messages/{message.id}"
        stage.env.inject_error("PATCH", path, status=400, code=0, message="not now")
        await stage.env.advance_time(95)
        assert "📊" not in prose(stage.now_shown(message))
        await stage.env.advance_time(61)
        assert "📊 Result" in prose(stage.now_shown(message))


async def kept(stage: Stage, poll: int) -> None:
    """The answers are kept and rated, and Discord is asked no more."""
    assert (await stage.stored_poll(poll)).state == "closed"
    assert len(await stage.stored_answers(poll)) == 1
    async with stage.database.reading() as unit:
        assert await unit.polls.undelivered(10) == []
    before = len(stage.env.http_requests)
    await stage.later(198)
    assert len(stage.env.http_requests) == before, "no loop of edits"
    rank = prose(stage.looked_at(await stage.members[0].slash(stage.guild.channels["other"], "rank")))
    assert "1 of 1 right" in rank


class TestWhatTheWorldDoesMeanwhile:
    @pytest.fixture
    async def poll(self, stage: Stage, right: str) -> Any:
        stage.guild.create_text_channel("other")
        message = await stage.poll()
        await stage.members[0].click(message, label=right)
        await stage.env.advance_time(10)
        return message

    async def test_a_poll_whose_message_was_deleted_is_rated_and_kept(self, stage: Stage, poll: Any) -> None:
        id = poll_id(poll)
        await stage.moderator.delete(poll)
        await stage.later(303)
        await kept(stage, id)

    async def test_a_poll_whose_channel_was_deleted_is_rated_and_kept(self, stage: Stage, poll: Any) -> None:
        id = poll_id(poll)
        stage.env.backend.delete_channel(stage.quiz.id)
        await stage.later(303)
        await kept(stage, id)

    async def test_a_poll_in_a_channel_that_was_closed_to_the_bot_is_rated_and_kept(
        self, stage: Stage, poll: Any
    ) -> None:
        id = poll_id(poll)
        stage.forbid(stage.quiz, view_channel=False)
        await stage.later(303)
        await kept(stage, id)

    async def test_a_count_into_a_closed_channel_is_tried_once(self, stage: Stage, poll: Any) -> None:
        stage.forbid(stage.quiz, view_channel=False)
        before = len(stage.requests("PATCH"))
        await stage.members[1].click(poll, label="A")
        await stage.env.advance_time(60)
        assert len(stage.requests("PATCH")) - before == 1

    async def test_losing_the_right_to_write_does_not_keep_the_result_from_being_shown(
        self, stage: Stage, poll: Any
    ) -> None:
        """To edit its own message the bot need not be allowed to write new ones."""
        stage.forbid(stage.quiz, send_messages=False)
        await stage.later(303)
        assert "📊 Result" in prose(stage.now_shown(poll))


class TestManyPolls:
    @pytest.fixture
    def catalogue(self) -> Catalogue:
        return Catalogue((small_lesson("logic", "Logic", questions=20),))

    async def test_polls_of_old_do_not_keep_a_young_one_from_being_counted(self, stage: Stage) -> None:
        old = [await stage.poll(lesson="logic", question=f"logic-{n}", duration="1d") for n in range(1, 9)]
        await stage.pass_time_switched_off(hours=2)
        ben, cleo = stage.members[:2]
        for message in old:
            await ben.click(message, label="A")
        await stage.env.advance_time(12)
        for message in old:
            await cleo.click(message, label="A")
        young = await stage.poll(lesson="logic", question="logic-9")
        await ben.click(young, label="A")
        await stage.env.advance_time(8)
        assert "1 answered" in prose(stage.now_shown(young))

    async def test_many_polls_that_fall_due_together_all_close(self, stage: Stage) -> None:
        posted = [await stage.poll(lesson="logic", question=f"logic-{n}") for n in range(1, 13)]
        await stage.later(308)
        assert all("📊 Result" in prose(stage.now_shown(one)) for one in posted)

    async def test_a_poll_that_cannot_be_closed_does_not_keep_the_others_open(
        self, stage: Stage, failures_expected: pytest.LogCaptureFixture
    ) -> None:
        first = await stage.poll(lesson="logic", question="logic-1", duration="1m")
        second = await stage.poll(lesson="logic", question="logic-2", duration="2m")
        assert stage.database.url.database
        with sqlite3.connect(stage.database.url.database) as damaged:
            damaged.execute("UPDATE polls SET meaning = 'gone' WHERE poll = ?", [poll_id(first)])
        damaged.close()
        await stage.env.advance_time(130)
        assert "📊 Result" in prose(stage.now_shown(second))
        assert f"Closing poll {poll_id(first)} failed and will be tried again" in failures_expected.text
