"""Private ballots, previews and the server's choice, as moderators and members live them."""

import re
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
    walk,
)

from bot.chat.ballots import BallotButton

QUESTION = "curated:rlhf-dpo-removes"


def options_of(ballot: Any) -> list[str]:
    """The options on a ballot, in the order in which they stand there."""
    return [line[7:] for line in prose(ballot).split("\n") if re.match(r"\*\*[A-E]\*\*  ", line)]


async def preview(stage: Stage, **options: Any) -> Any:
    options = {"lesson": "rlhf-basics", "question": "rlhf-dpo-removes", "duration": "5m"} | options
    return stage.looked_at(await stage.moderator.slash(stage.quiz, "poll", **options))


async def opened(stage: Stage, who: Any, message: Any) -> Any:
    return await stage.press(who, message, "Answer")


class TestThePreview:
    async def test_shows_the_poll_as_it_will_look_to_nobody_else_and_keeps_nothing(
        self, stage: Stage
    ) -> None:
        shown = await preview(stage)
        told = prose(shown)
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        assert "👀 **Preview**: nobody else sees this yet." in told
        assert f"### {found[1].stem}" in told
        assert all(
            f"**{letter}**  {one.text}" in told for letter, one in zip("ABCD", found[1].options, strict=True)
        )
        assert "open for 5 minutes · 0 answered" in told
        assert list(buttons(shown)) == ["Lesson", "Post", "Change", "Cancel"], "the letters wait"
        assert stage.quiz.history(viewer=stage.members[0]) == []
        async with stage.database.reading() as unit:
            assert await unit.polls.get(1) is None

    async def test_cancel_posts_nothing(self, stage: Stage) -> None:
        shown = await preview(stage)
        assert "Nothing was posted." in prose(await stage.press(stage.moderator, shown, "Cancel"))
        assert stage.quiz.history(viewer=stage.members[0]) == []

    async def test_everything_can_be_changed_even_after_a_restart(self, stage: Stage) -> None:
        shown = await preview(stage)
        await stage.press(stage.moderator, shown, "Change")
        await stage.choose(stage.moderator, shown, "pollset1:q:", "curated:rlhf-score-difference")
        await stage.restart()
        await stage.choose(stage.moderator, shown, "pollset1:t:", "3600")
        await stage.choose(stage.moderator, shown, "pollset1:b:", "private")
        await stage.choose(stage.moderator, shown, "pollset1:s:", "1")
        await stage.press(stage.moderator, shown, "Back to the preview")
        now = stage.now_shown(shown)
        assert "open for 1 hour" in prose(now)
        assert "The result hides the answer until it is pressed." in prose(now)
        await stage.press(stage.moderator, shown, "Post")
        poll = await stage.stored_poll(poll_id(stage.quiz.last_message))
        assert (poll.question, poll.ballot, poll.spoiler) == (
            "curated:rlhf-score-difference",
            "private",
            True,
        )
        assert (poll.closes_at - poll.opened_at).total_seconds() == 3600

    async def test_a_second_press_on_post_posts_no_second_poll(self, stage: Stage) -> None:
        shown = await preview(stage)
        press = buttons(shown)["Post"]
        first, second = await stage.at_once(
            [
                stage.moderator.click(shown, custom_id=press),
                stage.moderator.click(shown, custom_id=press),
            ]
        )
        assert first.acknowledged
        assert second.acknowledged
        assert len(stage.quiz.history(viewer=stage.members[0])) == 1

    async def test_its_ids_do_not_tell_which_option_is_right(self, stage: Stage) -> None:
        shown = await preview(stage)
        ids = " ".join(custom_ids(shown))
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        assert found[1].options[found[1].key].text not in ids
        samples = [one for one in custom_ids(shown) if one.startswith("pollsample1:")]
        assert samples == [f"pollsample1:{at}" for at in range(4)]


class TestPrivateBallots:
    @both
    async def test_each_has_an_order_of_its_own_that_stays_the_same(self, stage: Stage) -> None:
        message = await stage.poll(ballot="private")
        assert list(buttons(message)) == ["Answer", "Lesson", "Manage"]
        assert not re.search(r"\*\*[A-E]\*\*", prose(message)), "no letter that everybody sees alike"
        ben = stage.members[0]
        order = options_of(await opened(stage, ben, message))
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        assert sorted(order) == sorted(one.text for one in found[1].options)
        people = [stage.guild.add_member(stage.env.create_user(f"voter{n}")) for n in range(20)]
        orders = {tuple(options_of(await opened(stage, one, message))) for one in people}
        assert len(orders) > 5
        await stage.restart()
        assert options_of(await opened(stage, ben, message)) == order

    @both
    async def test_the_option_that_is_read_is_the_option_that_counts(self, stage: Stage) -> None:
        message = await stage.poll(ballot="private")
        found = stage.catalogue.question(QUESTION)
        assert found is not None
        authored = [one.text for one in found[1].options]
        wanted = dict(zip(stage.members, authored, strict=True))
        for person, text in wanted.items():
            ballot = await opened(stage, person, message)
            letter = "ABCDE"[options_of(ballot).index(text)]
            receipt = await stage.press(person, ballot, letter)
            assert f"🗳️ Recorded, and final: **{text}**" in prose(receipt)
            assert list(buttons(receipt)) == [], "the ballot is gone"
            assert "You have answered already" in prose(await opened(stage, person, message))
        answers = await stage.stored_answers(poll_id(message))
        assert {member: authored[one.option] for member, one in answers.items()} == {
            person.id: text for person, text in wanted.items()
        }
        await stage.later(303)
        assert "📊 Result" in prose(stage.now_shown(message))

    async def test_two_ballots_of_one_person_are_one_answer(self, stage: Stage) -> None:
        message = await stage.poll(ballot="private")
        ben = stage.members[0]
        first, second = await opened(stage, ben, message), await opened(stage, ben, message)
        assert "Recorded, and final" in prose(await stage.press(ben, first, "A"))
        assert "You have answered already" in prose(await stage.press(ben, second, "B"))
        assert len(await stage.stored_answers(poll_id(message))) == 1

    async def test_no_id_holds_the_option_or_the_key(self, stage: Stage) -> None:
        """Whoever reads the ids of all ballots sees the same four for everybody, whatever lies under them."""
        message = await stage.poll(ballot="private")
        poll = poll_id(message)
        seen_ids = set()
        for person in stage.members:
            ballot = await opened(stage, person, message)
            ids = custom_ids(ballot)
            assert ids == [f"poll2:{poll}:{place}" for place in range(4)]
            pressable = [one for one in walk(payload_of(ballot)) if one.get("custom_id")]
            assert len({(one["style"], one.get("emoji") is None) for one in pressable}) == 1
            seen_ids.add(tuple(ids))
        assert len(seen_ids) == 1

    async def test_a_press_after_the_close_is_practice(self, stage: Stage) -> None:
        message = await stage.poll(ballot="private")
        ben = stage.members[0]
        ballot = await opened(stage, ben, message)
        await stage.later(303)
        told = prose(await stage.press(ben, ballot, "A"))
        assert "This poll is closed, so this is practice and moves no rating." in told
        assert await stage.stored_answers(poll_id(message)) == {}

    async def test_a_button_of_old_still_answers(self, stage: Stage) -> None:
        message = await stage.poll()
        poll = poll_id(message)
        assert custom_ids(message)[:4] == [f"poll1:{poll}:{at}" for at in range(4)]
        right = key_letter(stage.catalogue, QUESTION)
        result = await stage.members[0].click(message, custom_id=f"poll1:{poll}:{'ABCD'.index(right)}")
        assert f"Recorded, and final: **{right}**" in seen(result)

    def test_a_place_is_all_that_a_ballots_id_can_hold(self) -> None:
        pattern = BallotButton.__discord_ui_compiled_template__
        assert set(pattern.groupindex) == {"poll", "place"}


class TestTheServersChoice:
    async def test_is_made_in_the_settings_and_the_command_may_choose_otherwise(self, stage: Stage) -> None:
        assert "A" in buttons(await stage.poll())
        panel = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
        await stage.choose(stage.moderator, panel, "settings1:", "polls")
        assert "answered by **letter buttons**" in prose(stage.now_shown(panel))
        await stage.press(stage.moderator, panel, "Use private ballots")
        assert "✅ Polls posted from now on have private ballots." in prose(stage.now_shown(panel))
        await stage.restart()
        assert "Answer" in buttons(await stage.poll(question="rlhf-score-difference"))
        assert "A" in buttons(await stage.poll(question=None, ballot="direct"))
        await stage.press(stage.moderator, panel, "Use letter buttons")
        assert "A" in buttons(await stage.poll(question=None))

    async def test_is_not_for_members(self, stage: Stage) -> None:
        panel = stage.looked_at(await stage.moderator.slash(stage.quiz, "settings"))
        await stage.choose(stage.moderator, panel, "settings1:", "polls")
        stage.env.backend.get_guild(stage.guild.id).members[stage.moderator.id].role_ids.clear()
        result = await stage.moderator.click(
            panel, custom_id=buttons(stage.now_shown(panel))["Use private ballots"]
        )
        assert "Only somebody with the permission “Manage Server”" in seen(result)


@pytest.mark.parametrize("ballot", ["direct", "private"])
async def test_an_open_poll_shows_no_tally_to_anybody(stage: Stage, ballot: str) -> None:
    message = await stage.poll(ballot=ballot)
    ben = stage.members[0]
    shown = message if ballot == "direct" else await opened(stage, ben, message)
    await ben.click(shown, label="A")
    await stage.env.advance_time(7)
    manage = await stage.press(stage.moderator, message, "Manage")
    for one in (stage.now_shown(message), manage):
        assert "1 answered" in prose(one)
        assert "%" not in prose(one)
        assert "█" not in prose(one)
