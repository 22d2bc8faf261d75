"""Peer rounds as people meet them: what is told while a question is discussed, and what its confirmations promise."""

from typing import Any

import pytest
from chat_stage import Stage, asked_in, poll_id, prose, seen, small_lesson

from lessons.catalogue import Catalogue
from tests.chat.test_series_in_chat import LESSON, answer, begun, close, public, steer, stem, thread_of


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue((LESSON, small_lesson("other", "Other")))


@pytest.fixture
def crowd(stage: Stage) -> list[Any]:
    """Six people, enough for opinions to be split."""
    more = [stage.guild.add_member(stage.env.create_user(name)) for name in ("fay", "gus")]
    return [*stage.members, *more]


async def split(stage: Stage, crowd: list[Any]) -> tuple[Any, Any]:
    """The head, and a question whose answers were split when it closed."""
    head = await begun(stage, peer=True)
    question = public(thread_of(stage))[-1]
    await answer(stage, crowd, question, 3)
    await close(stage)
    assert "💬 Opinions are split" in prose(stage.now_shown(question))
    return head, question


async def receipts(stage: Stage, who: Any) -> str:
    card = stage.looked_at(await who.slash(stage.quiz, "rank"))
    return prose(await stage.press(who, card, "Why?"))


async def test_neither_a_card_nor_a_board_nor_a_receipt_moves_before_the_result_is_shown(
    stage: Stage, crowd: list[Any]
) -> None:
    """In the thread people talk while anybody may look at anybody's rank."""
    await split(stage, crowd)
    for who in (crowd[0], crowd[5]):
        assert "not on a ladder yet" in seen(await who.slash(stage.quiz, "rank"))
        assert "not on a ladder yet" in seen(await who.slash(stage.quiz, "rank", member=crowd[0]))
    assert "fay" not in prose(stage.looked_at(await crowd[1].slash(stage.quiz, "ladder")))
    await close(stage, 3)
    assert "not on a ladder yet" in seen(await crowd[0].slash(stage.quiz, "rank"))
    await close(stage)
    assert "✅ Question 1 of Pairs?" in await receipts(stage, crowd[0])
    assert "❌ Question 1 of Pairs?" in await receipts(stage, crowd[5])


async def test_the_news_wait_for_the_result(stage: Stage, crowd: list[Any]) -> None:
    await split(stage, crowd)
    assert "Since then" not in seen(await crowd[0].slash(stage.quiz, "rank"))
    await close(stage, 3)
    await close(stage)
    assert "Since then: **+" in seen(await crowd[0].slash(stage.quiz, "rank"))


class TestConfirmations:
    @pytest.mark.parametrize(
        ("label", "then"), [("Skip", "Question 2 of Pairs?"), ("Stop", "🏁 Checked together")]
    )
    async def test_an_open_question_is_not_discussed_when_it_is_left(
        self, stage: Stage, crowd: list[Any], label: str, then: str
    ) -> None:
        head = await begun(stage, peer=True)
        thread = thread_of(stage)
        question = public(thread)[-1]
        await answer(stage, crowd, question, 3)
        await stage.env.advance_time(5)
        told = prose(await stage.press(stage.moderator, head, label))
        assert "the channel sees the right answer and how the answers fell. It is not discussed." in told
        await steer(stage, head, label)
        await stage.env.advance_time(3)
        assert "📊 Result · Pairs" in prose(stage.now_shown(question))
        assert then in prose(public(thread)[-1])

    @pytest.mark.parametrize("label", ["Skip", "Stop"])
    async def test_a_discussion_ends_and_its_result_is_shown(
        self, stage: Stage, crowd: list[Any], label: str
    ) -> None:
        head, question = await split(stage, crowd)
        told = prose(await stage.press(stage.moderator, head, label))
        assert (
            "The discussion ends and the question is not asked again: first attempts are rated, and" in told
        )
        assert "💬 Opinions are split" in prose(stage.now_shown(question))
        await steer(stage, head, label)
        await stage.env.advance_time(3)
        assert "📊 Result · Pairs" in prose(stage.now_shown(question))
        await stage.later(298)
        heading = f"### {stem(question)}"
        assert sum(heading in prose(one) for one in public(thread_of(stage))) == 1, "it is not asked again"
        logged = {one.what for one in (await stage.bot.actions.audit_log.page(stage.guild.id, 0)).entries}
        assert logged == {{"Skip": "discussion_ended", "Stop": "series_stopped"}[label]}

    @pytest.mark.parametrize("label", ["Skip", "Stop"])
    async def test_a_question_asked_again_shows_both_results(
        self, stage: Stage, crowd: list[Any], label: str
    ) -> None:
        head, question = await split(stage, crowd)
        await close(stage, 3)
        again = public(thread_of(stage))[-1]
        await answer(stage, crowd, again, 5)
        await stage.env.advance_time(5)
        told = prose(await stage.press(stage.moderator, head, label))
        assert (
            "first attempts are rated by what was answered before the discussion, and the channel sees"
            in told
        )
        assert "how the answers fell both times." in told
        await steer(stage, head, label)
        await stage.env.advance_time(3)
        assert "📊 Asked twice · Pairs" in prose(stage.now_shown(again))
        assert "📊 Result · Pairs" in prose(stage.now_shown(question))

    async def test_closing_a_question_by_hand_promises_no_result_where_opinions_are_split(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        await begun(stage, peer=True)
        question = public(thread_of(stage))[-1]
        await answer(stage, crowd, question, 3)
        shown = await stage.press(stage.moderator, question, "Manage")
        asking = prose(await stage.press(stage.moderator, shown, "Close now"))
        assert "discussed and asked again, and first attempts are rated after that; else" in asking
        told = prose(await stage.press(stage.moderator, shown, "Close it now"))
        assert "🔒 Closed. Opinions are split, so [the poll]" in told
        assert "shows no result yet." in told
        await stage.env.advance_time(3)
        await close(stage, 3)
        again = public(thread_of(stage))[-1]
        assert poll_id(again) != poll_id(question)
        shown = await stage.press(stage.moderator, again, "Manage")
        asking = prose(await stage.press(stage.moderator, shown, "Close now"))
        assert "First attempts are rated by what was answered before the discussion" in asking
        told = prose(await stage.press(stage.moderator, shown, "Close it now"))
        assert "Its result is in [the poll]" in told

    async def test_cancelling_a_question_asked_again_rates_and_shows_what_was_answered_before(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        _, question = await split(stage, crowd)
        await close(stage, 3)
        again = public(thread_of(stage))[-1]
        await answer(stage, crowd, again, 5)
        shown = await stage.press(stage.moderator, again, "Manage")
        asking = prose(await stage.press(stage.moderator, shown, "Cancel without rating"))
        assert "What was answered this time (6 answered) counts for nothing." in asking
        assert "first attempts are rated by what was answered before it" in asking
        told = prose(await stage.press(stage.moderator, shown, "Cancel the poll"))
        assert "🚫 Cancelled: it rates nobody" in told
        await stage.env.advance_time(3)
        assert "🚫 Cancelled · Pairs" in prose(stage.now_shown(again))
        assert "📊 Result · Pairs" in prose(stage.now_shown(question))
        assert "Climbed most" in prose(stage.now_shown(question))
        assert "✅ Question 1 of Pairs?" in await receipts(stage, crowd[0])

    async def test_between_two_questions_there_is_nothing_to_skip(self, stage: Stage) -> None:
        head = await begun(stage)
        await stage.bot.actions.polls.close(poll_id(public(thread_of(stage))[-1]))
        told = await stage.moderator.click(head, label="Skip")
        assert "No question is open just now. What comes next follows in a moment." in seen(told)


class TestBothResults:
    async def test_on_private_ballots_no_letter_stands_before_an_option(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        await begun(stage, peer=True, ballot="private")
        thread = thread_of(stage)
        for right in (3, 5):
            question = public(thread)[-1]
            await answer_on_ballots(stage, crowd, question, right)
            await close(stage)
            await close(stage, 3)
        told = prose(stage.now_shown(question))
        assert "📊 Asked twice · Pairs" in told
        assert "✅ •  the right one · **right**" in told
        assert "✅ Right is: **the right one**" in told
        assert "**A**" not in told

    async def test_where_few_answer_again_the_bars_have_shares_and_the_sentence_has_none(
        self, stage: Stage, crowd: list[Any]
    ) -> None:
        _, _question = await split(stage, crowd)
        await close(stage, 3)
        again = public(thread_of(stage))[-1]
        await answer(stage, crowd[:2], again, 2)
        await close(stage)
        told = prose(stage.now_shown(again))
        assert "before: 50 % (3)" in told
        assert "after: 100 % (2)" in told
        assert "before the discussion: **50 %**; after it: **2 of 2**" in told

    async def test_where_nobody_answers_again_it_says_so(self, stage: Stage, crowd: list[Any]) -> None:
        await split(stage, crowd)
        await close(stage, 3)
        again = public(thread_of(stage))[-1]
        await close(stage)
        told = prose(stage.now_shown(again))
        assert "Right before the discussion: **50 %**; nobody answered after it." in told
        assert "after: 0 %" not in told


async def answer_on_ballots(stage: Stage, crowd: list[Any], message: Any, right: int) -> None:
    """Everybody answers on their own ballot, so many of them rightly."""
    for at, member in enumerate(crowd):
        ballot = await stage.press(member, message, "Answer")
        _stem, options = asked_in(ballot)
        chosen = "the right one" if at < right else "the wrong one"
        await stage.press(member, ballot, "ABC"[options.index(chosen)])
