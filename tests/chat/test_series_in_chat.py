"""Lessons checked together, as a channel lives them: begun, carried on, skipped, stopped, discussed and summed up."""

import re
from typing import Any

import pytest
from chat_stage import Stage, buttons, key_letter, poll_id, prose, seen, small_lesson, wrong_letter
from simcord import ChannelHandle

from bot.chat.edits import A_SECOND
from lessons.catalogue import Catalogue

LESSON = small_lesson("pairs", "Pairs", questions=3)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue((LESSON, small_lesson("other", "Other")))


@pytest.fixture
def crowd(stage: Stage) -> list[Any]:
    """Six people, enough for opinions to be split."""
    more = [stage.guild.add_member(stage.env.create_user(name)) for name in ("fay", "gus")]
    return [*stage.members, *more]


async def begun(stage: Stage, **options: Any) -> Any:
    """The moderator begins; the head."""
    options = {"lesson": "pairs", "question": "all", "duration": "5m"} | options
    result = await stage.moderator.slash(stage.quiz, "poll", **options)
    assert result.ephemeral
    assert "👀 **Preview**" in seen(result), seen(result)
    told = await stage.press(stage.moderator, stage.looked_at(result), "Post")
    assert "🤝 Begun" in prose(told), prose(told)
    await stage.env.advance_time(2)
    return public(stage.quiz)[0]


def public(channel: Any) -> list[Any]:
    """What everybody sees in a channel, oldest first."""
    found = [one for one in channel.history() if not one.flags.ephemeral and one.components]
    return sorted(found, key=lambda one: one.id)


def thread_of(stage: Stage) -> ChannelHandle:
    (thread,) = stage.quiz.threads
    return thread


def stem(message: Any) -> str:
    return next(line for line in prose(message).split("\n") if line.startswith("### "))[4:]


async def answer(stage: Stage, crowd: list[Any], message: Any, right: int) -> None:
    """Everybody answers, so many of them rightly."""
    question = next(one for one in LESSON.questions if one.stem == stem(message)).identity
    for at, member in enumerate(crowd):
        letter = (key_letter if at < right else wrong_letter)(stage.catalogue, question)
        await stage.press(member, message, letter)


async def close(stage: Stage, minutes: float = 5) -> None:
    await stage.later(minutes * 60 + 1)
    await stage.env.advance_time(2)


async def steer(stage: Stage, head: Any, label: str) -> Any:
    """The moderator skips or stops, and means it; the private message that says so."""
    asking = await stage.press(stage.moderator, head, label)
    return await stage.press(stage.moderator, asking, f"{label} it")


class TestBeginning:
    async def test_the_lesson_gets_a_thread_of_its_own_and_the_first_question_stands_in_it(
        self, stage: Stage
    ) -> None:
        head = await begun(stage)
        assert "### 🤝 Checking together: Pairs" in prose(head)
        assert "3 questions, one after the other" in prose(head)
        assert list(buttons(head)) == ["Skip", "Stop", "Lesson"]
        thread = thread_of(stage)
        assert thread.name == "Pairs"
        (question,) = public(thread)
        assert stem(question) == "Question 1 of Pairs?"

    async def test_without_the_permission_for_threads_the_questions_stand_in_the_channel(
        self, stage: Stage
    ) -> None:
        stage.forbid(stage.quiz, create_public_threads=False)
        await begun(stage)
        assert stage.quiz.threads == []
        assert stem(public(stage.quiz)[-1]) == "Question 1 of Pairs?"

    async def test_a_thread_that_discord_refuses_leaves_them_in_the_channel(self, stage: Stage) -> None:
        stage.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160006)
        await begun(stage)
        assert stem(public(stage.quiz)[-1]) == "Question 1 of Pairs?"

    async def test_all_questions_are_offered_for_a_lesson(self, stage: Stage) -> None:
        choices = await stage.moderator.autocomplete(stage.quiz, "poll", "question", "", lesson="pairs")
        assert choices[0]["name"] == "All questions, one after the other"
        assert choices[0]["value"] == "all"
        choices = await stage.moderator.autocomplete(stage.quiz, "poll", "question", "")
        assert all(one["value"] != "all" for one in choices)

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"lesson": "pair"}, "Did you mean **Pairs**"),
            ({"duration": "5s"}, "A poll stays open for 30 seconds to 7 days."),
        ],
    )
    async def test_what_cannot_be_begun_is_refused(
        self, stage: Stage, options: dict[str, str], told: str
    ) -> None:
        result = await stage.moderator.slash(
            stage.quiz, "poll", **({"lesson": "pairs", "question": "all"} | options)
        )
        assert told in seen(result)
        assert public(stage.quiz) == []

    async def test_it_needs_a_lesson(self, stage: Stage) -> None:
        result = await stage.moderator.slash(stage.quiz, "poll", question="all")
        assert "Name the lesson" in seen(result)

    async def test_a_peer_round_needs_all_questions(self, stage: Stage) -> None:
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="pairs", peer=True)
        assert "Peer rounds are for a lesson whose questions all come one after the other" in seen(result)

    async def test_private_ballots_go_through_the_whole_lesson(self, stage: Stage) -> None:
        await begun(stage, ballot="private")
        thread = thread_of(stage)
        await close(stage)
        assert [next(iter(buttons(one))) for one in public(thread)] == ["My result", "Answer"]

    async def test_a_second_one_in_the_channel_is_refused_with_where_the_first_is(self, stage: Stage) -> None:
        await begun(stage)
        result = await stage.moderator.slash(stage.quiz, "poll", lesson="other", question="all")
        assert "**Pairs** is being checked together here already" in seen(result)
        assert f"<#{thread_of(stage).id}>" in seen(result)

    async def test_a_channel_that_closes_at_the_last_moment_leaves_nothing_running(
        self, stage: Stage
    ) -> None:
        path = f"/channels/{stage.quiz.id}/messages"
        shown = await stage.moderator.slash(stage.quiz, "poll", lesson="pairs", question="all")
        stage.env.inject_error("POST", path, status=403, code=50013, message="Missing Permissions")
        result = await stage.moderator.click(stage.looked_at(shown), label="Post")
        assert "I may not write in" in seen(result)
        await stage.env.advance_time(60)
        assert public(stage.quiz) == []
        await begun(stage)


class TestThePreview:
    async def shown(self, stage: Stage, **options: Any) -> Any:
        options = {"lesson": "pairs", "question": "all", "duration": "5m"} | options
        return stage.looked_at(await stage.moderator.slash(stage.quiz, "poll", **options))

    async def test_it_says_to_nobody_else_what_will_be_asked_and_how(self, stage: Stage) -> None:
        shown = await self.shown(stage, peer=True, spoiler=True, ballot="private")
        told = prose(shown)
        assert shown.flags.ephemeral
        assert "### 🤝 Checking together: Pairs" in told
        assert "⚪ Silver 1500 · 3 questions · 5 minutes for each" in told
        assert "**1.** Question 1 of Pairs?\n**2.** Question 2 of Pairs?\n**3.** Question 3 of Pairs?" in told
        assert "Where opinions are split, people talk it over and are asked once more." in told
        assert "Answered on private ballots." in told
        assert "Results hide their answers until they are pressed." in told
        assert list(buttons(shown)) == ["Post", "Change", "Cancel"]
        await stage.env.advance_time(60)
        assert public(stage.quiz) == []
        assert stage.quiz.threads == []

    async def test_cancel_posts_nothing(self, stage: Stage) -> None:
        shown = await stage.press(stage.moderator, await self.shown(stage), "Cancel")
        assert "Nothing was posted." in prose(shown)
        await stage.env.advance_time(60)
        assert public(stage.quiz) == []

    async def test_everything_can_be_changed_even_after_a_restart(self, stage: Stage) -> None:
        shown = await self.shown(stage)
        await stage.restart()
        await stage.press(stage.moderator, shown, "Change")
        for prefix, value in (("t", "60"), ("b", "private"), ("s", "1"), ("p", "1")):
            await stage.choose(stage.moderator, shown, f"seriesset1:{prefix}:", value)
        told = prose(await stage.press(stage.moderator, shown, "Back to the preview"))
        assert "3 questions · 1 minute for each" in told
        assert "asked once more" in told
        await stage.press(stage.moderator, shown, "Post")
        await stage.env.advance_time(2)
        (question,) = public(thread_of(stage))
        stored = await stage.stored_poll(poll_id(question))
        assert (stored.ballot, stored.spoiler) == ("private", True)
        assert (stored.closes_at - stored.opened_at).total_seconds() == 60
        assert "Where opinions are split" in prose(public(stage.quiz)[0])

    async def test_two_presses_on_post_begin_it_once(self, stage: Stage) -> None:
        shown = await self.shown(stage)
        results = await stage.at_once(stage.moderator.click(shown, label="Post") for _ in range(2))
        assert all(one.acknowledged for one in results)
        await stage.env.advance_time(2)
        assert len(public(stage.quiz)) == 1
        assert len(public(thread_of(stage))) == 1


class TestGoingOn:
    async def test_the_next_question_comes_when_one_closes_and_a_summary_in_the_end(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        head = await begun(stage)
        thread = thread_of(stage)
        for number, right in ((1, 6), (2, 3), (3, 0)):
            question = public(thread)[-1]
            assert stem(question) == f"Question {number} of Pairs?"
            await answer(stage, crowd, question, right)
            await close(stage)
            assert "Right:" in prose(stage.now_shown(question))
        told = prose(public(thread)[-1])
        assert "### 🏁 Checked together: Pairs" in told
        assert "**1.** Question 1 of Pairs?\n**100 %** right" in told
        assert "**2.** Question 2 of Pairs?\n**50 %** right" in told
        assert "**3.** Question 3 of Pairs?\n**0 %** right" in told
        assert re.search(r"⚔️ The room: \*\*50 %\*\* right · the \w+ machine: \*\*6\d %\*\*", told)
        assert "The machine was ahead this time." in told
        assert "📈 Climbed most: **ben** +" in told
        assert all(f"**{one.user.name}**" not in told for one in crowd[3:])
        assert list(buttons(public(thread)[-1])) == ["Lesson"]
        over = stage.now_shown(head)
        assert "🏁 All questions were asked." in prose(over)
        assert list(buttons(over)) == ["Lesson"]
        await stage.env.advance_time(120)
        assert len(public(thread)) == 4

    async def test_a_result_that_hides_its_answer_hides_it_in_the_summary_too(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        head = await begun(stage, spoiler=True)
        thread = thread_of(stage)
        await answer(stage, crowd, public(thread)[-1], 3)
        await steer(stage, head, "Stop")
        await stage.env.advance_time(3)
        assert "Question 1 of Pairs?\n||**50 %** right||" in prose(public(thread)[-1])

    async def test_a_restart_in_the_middle_goes_on_and_asks_nothing_twice(self, stage: Stage) -> None:
        await begun(stage)
        await stage.pass_time_switched_off(hours=2)
        await stage.env.advance_time(3)
        thread = thread_of(stage)
        assert [stem(one) for one in public(thread)] == ["Question 1 of Pairs?", "Question 2 of Pairs?"]
        await stage.restart()
        await stage.env.advance_time(3)
        assert len(public(thread)) == 2

    async def test_a_question_that_is_cancelled_is_passed_over(self, stage: Stage) -> None:
        await begun(stage)
        thread = thread_of(stage)
        await stage.bot.actions.polls.cancel(poll_id(public(thread)[-1]), stage.moderator.id, moderator=True)
        await stage.env.advance_time(2)
        assert stem(public(thread)[-1]) == "Question 2 of Pairs?"

    async def test_a_thread_that_is_deleted_ends_it_with_one_sentence_in_the_channel(
        self, stage: Stage
    ) -> None:
        await begun(stage)
        stage.env.backend.delete_channel(thread_of(stage).id)
        await close(stage)
        told = prose(public(stage.quiz)[-1])
        assert "**Pairs** could not be checked to its end" in told
        count = len(public(stage.quiz))
        await stage.later(598)
        assert len(public(stage.quiz)) == count
        await begun(stage, lesson="other")

    async def test_a_permission_that_is_lost_ends_it_and_is_not_tried_again_and_again(
        self, stage: Stage
    ) -> None:
        stage.forbid(stage.quiz, create_public_threads=False)
        await begun(stage)
        stage.forbid(stage.quiz, send_messages=False)
        await close(stage)
        since = len(stage.env.http_requests)
        await stage.later(598)
        assert stage.requests("POST", "/messages", since) == []

    async def test_a_summary_that_discord_cannot_take_now_comes_later_and_once(self, stage: Stage) -> None:
        head = await begun(stage)
        thread = thread_of(stage)
        stage.env.inject_error("POST", f"/channels/{thread.id}/messages", status=503)
        await steer(stage, head, "Stop")
        await stage.env.advance_time(3)
        assert "Checked together" not in prose(public(thread)[-1])
        await stage.env.advance_time(60)
        await stage.env.advance_time(60)
        summaries = [one for one in public(thread) if "Checked together" in prose(one)]
        assert len(summaries) == 1


class TestTheHeadInTheEnd:
    """Its edit is one of the bot's, and keeps their pace."""

    async def ended(self, stage: Stage) -> Any:
        """A series that somebody has stopped elsewhere, so that only the clockwork can say so; its head."""
        head = await begun(stage)
        await stage.bot.actions.series.stop(1, stage.moderator.id, moderator=True)
        return head

    async def test_it_waits_while_others_are_edited(self, stage: Stage) -> None:
        head = await self.ended(stage)
        for _ in range(A_SECOND):
            stage.bot.edits.begin()
        await stage.as_the_bot(stage.bot.together.go_on)
        assert "Checked together" in prose(public(thread_of(stage))[-1])
        assert list(buttons(stage.now_shown(head))) == ["Skip", "Stop", "Lesson"]
        await stage.env.advance_time(3)
        assert list(buttons(stage.now_shown(head))) == ["Lesson"]

    async def test_where_discord_is_at_a_loss_it_is_tried_again_and_the_summary_is_not(
        self, stage: Stage
    ) -> None:
        head = await self.ended(stage)
        path = f"/channels/{stage.quiz.id}/messages/{head.id}"
        stage.env.inject_error("PATCH", path, status=503)
        await stage.env.advance_time(3)
        assert list(buttons(stage.now_shown(head))) == ["Skip", "Stop", "Lesson"]
        await stage.env.advance_time(62)
        assert list(buttons(stage.now_shown(head))) == ["Lesson"]
        summaries = [one for one in public(thread_of(stage)) if "Checked together" in prose(one)]
        assert len(summaries) == 1


class TestSteering:
    async def test_a_moderator_skips_a_question_and_its_answers_count(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        head = await begun(stage)
        thread = thread_of(stage)
        question = public(thread)[-1]
        await answer(stage, crowd, question, 6)
        await stage.env.advance_time(5)
        told = await steer(stage, head, "Skip")
        assert "⏭️ Skipped: its result is shown now." in seen(told)
        await stage.env.advance_time(3)
        assert "Right:" in prose(stage.now_shown(question))
        assert stem(public(thread)[-1]) == "Question 2 of Pairs?"
        asking = await stage.press(stage.moderator, head, "Skip")
        told = await stage.moderator.click(asking, label="Skip it")
        assert "only just been asked" in seen(told)

    async def test_stopping_closes_the_question_and_sums_up(self, stage: Stage) -> None:
        head = await begun(stage)
        thread = thread_of(stage)
        question = public(thread)[-1]
        assert "⏹️ Stopped. The summary follows in a moment." in prose(await steer(stage, head, "Stop"))
        over = stage.now_shown(head)
        assert "⏹️ Stopped." in prose(over)
        assert list(buttons(over)) == ["Lesson"]
        await stage.env.advance_time(3)
        assert "Nobody answered this time." in prose(stage.now_shown(question))
        told = prose(public(thread)[-1])
        assert "**1.** Question 1 of Pairs?\n-# nobody answered" in told
        assert "2 questions were not asked." in told

    @pytest.mark.parametrize(
        ("label", "then"), [("Skip", "What comes next follows"), ("Stop", "Nothing more is asked")]
    )
    async def test_what_shows_an_answer_says_so_before_and_does_nothing_until_it_is_confirmed(
        self, stage: Stage, crowd: list[Any], label: str, then: str
    ) -> None:
        head = await begun(stage)
        question = public(thread_of(stage))[-1]
        await answer(stage, crowd, question, 2)
        await stage.env.advance_time(5)
        asking = await stage.press(stage.moderator, head, label)
        assert asking.flags.ephemeral
        told = prose(asking)
        assert "The question takes no more answers (6 answered): first attempts are rated at once" in told
        assert "the channel sees the right answer and how the answers fell." in told
        assert then in told
        assert "discussed" not in told
        assert (await stage.stored_poll(poll_id(question))).state == "open"
        await stage.press(stage.moderator, asking, f"{label} it")
        await stage.env.advance_time(3)
        assert "Right:" in prose(stage.now_shown(question))
        own = await stage.press(crowd[0], stage.now_shown(question), "My result")
        assert "Rating:" in seen(own)

    async def test_of_two_who_skip_at_once_one_does_and_the_next_question_stays(self, stage: Stage) -> None:
        head = await begun(stage)
        await stage.env.advance_time(5)
        other = stage.guild.add_member(stage.env.create_user("otto"), roles=[stage.moderators])
        both = [await stage.press(who, head, "Skip") for who in (stage.moderator, other)]
        results = await stage.at_once(
            who.click(asking, label="Skip it")
            for who, asking in zip((stage.moderator, other), both, strict=True)
        )
        told = sorted(seen(one) if one.response else "skipped" for one in results)
        assert len([one for one in told if "This question is over already" in one]) == 1, told
        await stage.env.advance_time(5)
        assert stem(public(thread_of(stage))[-1]) == "Question 2 of Pairs?"
        again = await other.click(both[1], label="Skip it")
        assert "This question is over already" in seen(again)
        assert (await stage.stored_poll(2)).state == "open"

    async def test_stopping_in_a_channel_without_threads_says_so_on_the_head(self, stage: Stage) -> None:
        stage.forbid(stage.quiz, create_public_threads=False)
        head = await begun(stage)
        await steer(stage, head, "Stop")
        assert "⏹️ Stopped." in prose(stage.now_shown(head))
        told = await stage.press(stage.members[0], stage.now_shown(head), "Lesson")
        assert told is not None

    @pytest.mark.parametrize("label", ["Skip", "Stop"])
    async def test_others_are_told_who_may(self, stage: Stage, label: str) -> None:
        head = await begun(stage)
        told = await stage.press(stage.members[0], head, label)
        assert told.flags.ephemeral
        assert "Only whoever started this, or a moderator" in seen(told)

    async def test_what_is_over_says_so(self, stage: Stage) -> None:
        stage.forbid(stage.quiz, create_public_threads=False)
        head = await begun(stage)
        await stage.bot.actions.series.stop(1, stage.moderator.id, moderator=True)
        await stage.env.advance_time(3)
        told = await stage.press(stage.moderator, head, "Skip")
        assert "This is over already." in seen(told)


class TestPeerRound:
    async def test_split_answers_are_discussed_and_asked_again_and_both_results_stand_together(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        head = await begun(stage, peer=True)
        assert "Where opinions are split" in prose(head)
        thread = thread_of(stage)
        first = public(thread)[-1]
        await answer(stage, crowd, first, 3)
        await close(stage)
        split = stage.now_shown(first)
        assert "💬 Opinions are split · Pairs" in prose(split)
        assert "The same question comes again <t:" in prose(split)
        assert "Right:" not in prose(split)
        assert "%" not in prose(split)
        assert "It is right because it is." not in str(stage.requests("PATCH")[-1].json)
        told = await stage.press(crowd[0], split, "My result")
        assert "the result waits until the same question has been asked again. It comes <t:" in seen(told)
        assert len(public(thread)) == 1
        await stage.env.advance_time(120)
        assert "💬 Opinions are split" in prose(stage.now_shown(first))
        await close(stage, 1)
        again = public(thread)[-1]
        assert stem(again) == stem(first)
        await answer(stage, crowd, again, 5)
        await close(stage)
        both = prose(stage.now_shown(again))
        assert "📊 Asked twice · Pairs" in both
        assert "before: 50 % (3)" in both
        assert "after: 83 % (5)" in both
        assert "Right before the discussion: **50 %**; after it: **83 %**" in both
        assert "📊 Result · Pairs" in prose(stage.now_shown(first))
        own = await stage.press(crowd[0], stage.now_shown(again), "My result")
        assert "Rating:" in seen(own)
        assert stem(public(thread)[-1]) == "Question 2 of Pairs?"
        await steer(stage, head, "Stop")
        await stage.env.advance_time(3)
        assert "Question 1 of Pairs?\n50 % → **83 %** right" in prose(public(thread)[-1])

    async def test_in_a_channel_the_discussion_gets_a_thread_on_the_question(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        stage.forbid(stage.quiz, create_public_threads=False)
        await begun(stage, peer=True)
        stage.forbid(stage.quiz, add_reactions=False)
        question = public(stage.quiz)[-1]
        await answer(stage, crowd, question, 3)
        await close(stage)
        assert thread_of(stage).name == "Question 1 of Pairs?"

    async def test_without_that_permission_it_is_discussed_in_the_channel(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        stage.forbid(stage.quiz, create_public_threads=False)
        await begun(stage, peer=True)
        question = public(stage.quiz)[-1]
        await answer(stage, crowd, question, 3)
        await close(stage)
        assert stage.quiz.threads == []
        await close(stage, 3)
        assert stem(public(stage.quiz)[-1]) == stem(question)
        assert public(stage.quiz)[-1].id != question.id

    async def test_a_question_closed_by_hand_is_discussed_as_well(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        await begun(stage, peer=True)
        question = public(thread_of(stage))[-1]
        await answer(stage, crowd, question, 3)
        assert "💬 Opinions are split" in prose(await stage.close(stage.moderator, question))

    async def test_a_restart_during_the_discussion_loses_nothing(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        await begun(stage, peer=True)
        thread = thread_of(stage)
        question = public(thread)[-1]
        await answer(stage, crowd, question, 3)
        await close(stage)
        await stage.pass_time_switched_off(hours=1)
        await stage.env.advance_time(3)
        assert "💬 Opinions are split" in prose(stage.now_shown(question))
        assert [stem(one) for one in public(thread)] == [stem(question)] * 2

    async def test_a_room_that_agrees_goes_on(self, stage: Stage, crowd: list[Any]) -> None:
        await begun(stage, peer=True)
        question = public(thread_of(stage))[-1]
        await answer(stage, crowd, question, 6)
        await close(stage)
        assert "📊 Result · Pairs" in prose(stage.now_shown(question))

    async def test_skipping_a_discussion_shows_the_result(self, stage: Stage, crowd: list[Any]) -> None:
        head = await begun(stage, peer=True)
        question = public(thread_of(stage))[-1]
        await answer(stage, crowd, question, 3)
        await close(stage)
        await steer(stage, head, "Skip")
        await stage.env.advance_time(3)
        assert "📊 Result · Pairs" in prose(stage.now_shown(question))
        assert stem(public(thread_of(stage))[-1]) == "Question 2 of Pairs?"
