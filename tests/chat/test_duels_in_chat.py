"""Duels as people play them: challenged in a channel, answered in private, and told of with grace."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from chat_stage import Stage, asked_in, both, buttons, custom_ids, make_bot, prose, seen, small_lesson
from sqlalchemy import func, select

from bot.storage import Database
from bot.storage.tables import duels
from lessons.catalogue import Catalogue

pytestmark = both

LESSON = "logic-one"
RIGHT = "the right one"


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(
        (
            small_lesson(LESSON, "Logic One", questions=3),
            small_lesson("chance-one", "Chance One", category="Chance", rating=1800, questions=3),
            small_lesson("tiny", "Tiny", questions=2),
        )
    )


@pytest.fixture(autouse=True)
async def _shared(stage: Stage) -> None:
    """Moderators have chosen the channel as one in which members may post."""
    await stage.bot.actions.settings.change(
        stage.guild.id, stage.moderator.id, share_channels=[stage.quiz.id], share_cooldown=300
    )


def posts(stage: Stage) -> list[Any]:
    """What everybody sees in the channel."""
    return [one for one in stage.quiz.history() if not one.flags.ephemeral]


async def give(stage: Stage, who: Any = None, opponent: Any = None, **options: Any) -> Any:
    """Give the command; what the challenger is told in private."""
    ben, cleo = stage.members[:2]
    options = {"lesson": LESSON} | options
    given = {name: value for name, value in options.items() if value is not None}
    result = await (who or ben).slash(stage.quiz, "duel", member=opponent or cleo, **given)
    assert result.ephemeral
    return result


async def challenged(stage: Stage, who: Any = None, opponent: Any = None, **options: Any) -> Any:
    """A challenge in the channel; its message."""
    told = await give(stage, who, opponent, **options)
    assert "🤺 Challenged" in seen(told), seen(told)
    return posts(stage)[-1]


async def begun(stage: Stage) -> Any:
    """A duel of Ben and Cleo that both may play; its message."""
    message = await challenged(stage)
    await stage.press(stage.members[1], message, "Accept")
    return message


async def play(stage: Stage, who: Any, message: Any, answers: Sequence[bool]) -> Any:
    """Answer questions right or wrong, from the public message on; the last screen."""
    shown = await stage.press(who, message, "Play")
    shown = await stage.press(who, shown, "Start" if "Start" in buttons(shown) else "Go on")
    for right in answers:
        _stem, options = asked_in(shown)
        place = next(place for place, one in enumerate(options) if (one == RIGHT) is right)
        shown = await stage.press(who, shown, "ABCDE"[place])
        after = "Next question" if "Next question" in buttons(shown) else "See how it went"
        shown = await stage.press(who, shown, after)
    return shown


async def delete_everything(stage: Stage, who: Any) -> None:
    overview = stage.looked_at(await who.slash(stage.quiz, "privacy"))
    opened: Any = await who.click(overview, custom_id=buttons(overview)["Delete everything"])
    field = next(part for part in opened.modal["components"] if part.get("component"))
    await who.submit_modal(opened, {field["component"]["custom_id"]: "DELETE"})


async def kept(stage: Stage) -> int:
    async with stage.database.reading() as unit:
        return await unit.facts._connection.scalar(select(func.count()).select_from(duels)) or 0


async def test_a_challenge_says_who_challenges_whom_to_what_and_calls_nobody_else(stage: Stage) -> None:
    before = len(stage.env.http_requests)
    message = await challenged(stage)
    ben, cleo = stage.members[:2]
    told = prose(message)
    assert f"**ben** challenges <@{cleo.id}>." in told
    assert "**Logic One**" in told
    assert "3 questions" in told
    assert re.search(r"The challenge ends <t:\d+:R>", told)
    assert list(buttons(message)) == ["Accept", "Decline", "Withdraw", "Lesson"]
    (sent,) = stage.requests("POST", f"/channels/{stage.quiz.id}/messages", since=before)
    assert sent.json is not None
    assert sent.json["allowed_mentions"] == {"parse": [], "users": [cleo.id]}
    assert sent.json["nonce"]
    assert sent.json["enforce_nonce"] is True
    assert str(ben.id) not in told


async def test_a_duel_from_the_challenge_to_its_result(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await challenged(stage)
    before = len(stage.env.http_requests)
    shown = await stage.press(cleo, message, "Accept")
    assert shown.id == message.id
    assert "# 🤺 The duel is on" in prose(shown)
    assert "**ben** and **cleo** play, each in private." in prose(shown)
    assert "<@" not in prose(shown)
    assert list(buttons(shown)) == ["Play", "Lesson"]

    opening = await stage.press(ben, message, "Play")
    assert opening.ephemeral
    assert "# 🤺 Your side of the duel: Logic One" in prose(opening)
    assert "All 3 of them are new to you and move your rating." in prose(opening)
    assert "counts as wrong if it stays unanswered for 24 hours" in prose(opening)
    assert "The channel is told how many, not which." in prose(opening)
    summary = await play(stage, ben, message, [True, True, False])
    assert "# 🤺 Logic One: your side of the duel" in prose(summary)
    assert "Your side is played. The result comes to the channel when **cleo** is done" in prose(summary)
    assert "✅ **2 of 3** right" in prose(summary)
    assert "from 3 first answers" in prose(summary)
    assert "The duel is on" in prose(stage.now_shown(message)), "nothing is told before both are done"

    summary = await play(stage, cleo, message, [False, True, False])
    assert "**ben** was ahead this time: 1 to 2." in prose(summary)
    told = prose(stage.now_shown(message))
    assert "# 🏆 ben wins the duel" in told
    assert "**ben**: 2 of 3\n**cleo**: 1 of 3" in told
    assert "Question" not in told, "which were missed is nobody's business"
    assert list(buttons(stage.now_shown(message))) == ["Lesson"]
    assert len(posts(stage)) == 1
    edits = [*stage.requests("PATCH", f"/messages/{message.id}", since=before)]
    assert len(edits) == 1, "one edit beside the answer to Accept"
    await stage.later(178)
    assert len(stage.requests("PATCH", f"/messages/{message.id}", since=before)) == 1
    card = stage.looked_at(await cleo.slash(stage.quiz, "rank"))
    assert "1 of 3 right" in prose(card)


async def test_a_draw_is_told_as_one(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await begun(stage)
    await play(stage, cleo, message, [True, True, False])
    summary = await play(stage, ben, message, [True, False, True])
    assert "🤝 A draw with **cleo**, 2 to 2." in prose(summary)
    assert "# 🤝 A draw" in prose(stage.now_shown(message))


async def test_whoever_was_left_in_the_middle_goes_on_from_the_message(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await begun(stage)
    await play(stage, ben, message, [True])
    shown = await stage.press(ben, message, "Play")
    assert "1 of 3 answered already" in prose(shown)
    await play(stage, ben, message, [True, True])
    waiting = await stage.press(ben, message, "Play")
    assert "# 🤺 Your duel with cleo" in prose(waiting)
    assert "Your side is played." in prose(waiting)
    await play(stage, cleo, message, [True] * 3)


@pytest.mark.parametrize(("who", "label"), [(1, "Decline"), (0, "Withdraw")])
async def test_a_challenge_declined_or_withdrawn_is_gone_without_a_trace(
    stage: Stage, who: int, label: str
) -> None:
    message = await challenged(stage)
    told = await stage.press(stage.members[who], message, label)
    assert told.ephemeral
    assert "nothing is kept of it" in prose(told)
    assert posts(stage) == []
    assert await kept(stage) == 0
    assert await stage.members[2].slash(stage.quiz, "duel", member=stage.members[1], lesson=LESSON)
    assert await kept(stage) == 1


async def test_an_expired_challenge_is_gone_without_a_trace(stage: Stage) -> None:
    await challenged(stage)
    await stage.pass_time_switched_off(hours=23)
    assert len(posts(stage)) == 1
    await stage.pass_time_switched_off(hours=2)
    assert posts(stage) == []
    assert await kept(stage) == 0


async def test_a_duel_that_nobody_played_is_gone_without_a_trace(stage: Stage) -> None:
    await begun(stage)
    await stage.pass_time_switched_off(hours=25)
    assert posts(stage) == []
    assert await kept(stage) == 0


async def test_when_one_alone_has_played_nobody_is_named(stage: Stage) -> None:
    message = await begun(stage)
    await play(stage, stage.members[0], message, [True, True, True])
    await stage.pass_time_switched_off(hours=25)
    told = prose(stage.now_shown(message))
    assert "This duel has ended without a match." in told
    assert "ben" not in told
    assert "cleo" not in told
    assert await kept(stage) == 0


async def test_what_both_have_by_the_end_of_the_day_is_the_result(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await begun(stage)
    await play(stage, ben, message, [True, True, True])
    await play(stage, cleo, message, [True])
    await stage.pass_time_switched_off(hours=25)
    assert "**ben**: 3 of 3\n**cleo**: 1 of 3" in prose(stage.now_shown(message))


async def test_buttons_are_for_those_whom_they_concern(stage: Stage) -> None:
    ben, cleo, dan = stage.members[:3]
    message = await challenged(stage)
    for who, label, told in (
        (ben, "Accept", "now it is for the other side"),
        (dan, "Accept", "This challenge is for somebody else."),
        (ben, "Decline", "You can withdraw your challenge."),
        (dan, "Decline", "This challenge is for somebody else."),
        (cleo, "Withdraw", "You can decline it."),
        (dan, "Withdraw", "This challenge is for somebody else."),
    ):
        shown = await stage.press(who, message, label)
        assert shown.ephemeral
        assert told in prose(shown)
    await stage.press(cleo, message, "Accept")
    assert "Two others play this duel" in prose(await stage.press(dan, message, "Play"))
    assert "## The only section" in prose(await stage.press(dan, message, "Lesson"))


async def test_who_cannot_be_challenged(stage: Stage) -> None:
    ben, cleo, dan = stage.members[:3]
    assert "A duel takes two." in seen(await give(stage, ben, ben))
    robot = stage.guild.add_member(stage.env.create_user("robot", bot=True))
    assert "Bots do not duel." in seen(await give(stage, ben, robot))
    stranger = stage.env.create_user("stranger")
    assert "cannot see this channel" in seen(await give(stage, ben, stranger))
    await stage.press(cleo, stage.looked_at(await cleo.slash(stage.quiz, "me")), "Refuse duels")
    assert f"<@{cleo.id}> takes no challenges." in seen(await give(stage, ben, cleo))
    await challenged(stage, ben, dan)
    assert f"<@{dan.id}> has a duel already" in seen(await give(stage, cleo, dan))
    assert len(posts(stage)) == 1


async def test_somebody_who_cannot_see_the_channel_is_not_called_there(stage: Stage) -> None:
    hidden = stage.guild.create_role("Hidden")
    eve = stage.guild.add_member(stage.env.create_user("otto"), roles=[hidden])
    from simcord.backend.models import Overwrite
    from simcord.enums import OverwriteType

    stage.env.backend.set_overwrite(
        stage.quiz.id, Overwrite(target_id=hidden.id, type=OverwriteType.ROLE, allow=0, deny=1 << 10)
    )
    assert "cannot see this channel" in seen(await give(stage, None, eve))
    assert posts(stage) == []


async def test_lessons_that_cannot_be_duelled_over(stage: Stage) -> None:
    assert "takes 3 questions or more" in seen(await give(stage, lesson="tiny"))
    assert "There is no lesson “logik one”. Did you mean **Logic One**" in seen(
        await give(stage, lesson="logik one")
    )
    await stage.poll(lesson=LESSON, question=f"{LESSON}-1")
    assert "open polls here" in seen(await give(stage))
    message = await challenged(stage, lesson=None)
    assert "**Chance One**" in prose(message)


async def test_a_title_is_as_good_as_the_choice_from_the_list(stage: Stage) -> None:
    offered = await stage.members[0].autocomplete(
        stage.quiz, "duel", "lesson", "logic", member=stage.members[1]
    )
    assert offered[0]["value"] == LESSON
    assert "**Logic One**" in prose(await challenged(stage, lesson="Logic One"))


async def test_a_second_challenge_shows_the_first_instead(stage: Stage) -> None:
    ben, cleo, dan = stage.members[:3]
    message = await challenged(stage)
    own = await give(stage, ben, dan)
    assert f"# 🤺 Your duel with <@{cleo.id}>" in seen(own)
    assert message.jump_url in seen(own)
    assert list(buttons(stage.looked_at(own))) == ["Withdraw"]
    own = stage.looked_at(await give(stage, cleo, dan))
    assert "You are challenged." in prose(own)
    shown = await stage.press(cleo, own, "Accept")
    assert "3 questions are left to you." in prose(shown)
    assert list(buttons(shown)) == ["Play"]
    assert "The duel is on" in prose(stage.now_shown(message))
    assert "# 🤺 Your side of the duel" in prose(await stage.press(cleo, shown, "Play"))
    assert len(posts(stage)) == 1


async def test_a_challenge_is_declined_from_ones_own_screen_as_well(stage: Stage) -> None:
    cleo, dan = stage.members[1:3]
    await challenged(stage)
    own = stage.looked_at(await give(stage, cleo, dan))
    assert "✅ Declined." in prose(await stage.press(cleo, own, "Decline"))
    assert posts(stage) == []


async def test_there_is_a_rest_between_two_challenges(stage: Stage) -> None:
    ben, _, dan = stage.members[:3]
    await stage.press(ben, await challenged(stage), "Withdraw")
    assert "You can post again <t:" in seen(await give(stage, ben, dan))
    await stage.later(299)
    await challenged(stage, ben, dan)


async def test_buttons_and_results_survive_restarts(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await challenged(stage)
    await stage.restart()
    await stage.press(cleo, message, "Accept")
    await stage.restart()
    await play(stage, ben, message, [True, True])
    await stage.restart()
    await play(stage, ben, message, [True])
    await play(stage, cleo, message, [True, True])
    await stage.restart()
    await play(stage, cleo, message, [False])
    assert "# 🏆 ben wins the duel" in prose(stage.now_shown(message))


async def test_a_result_that_a_process_did_not_live_to_show_is_shown_by_the_next(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await begun(stage)
    await play(stage, ben, message, [True] * 3)
    stage.env.inject_error("PATCH", f"/channels/{stage.quiz.id}/messages/{message.id}", status=503)
    await play(stage, cleo, message, [True] * 3)
    assert "The duel is on" in prose(stage.now_shown(message))
    await stage.pass_time_switched_off(hours=1)
    await stage.env.advance_time(61)
    assert "# 🤝 A draw" in prose(stage.now_shown(message))


async def test_a_challenge_that_ran_out_while_the_bot_was_off_is_gone_when_it_is_back(stage: Stage) -> None:
    await challenged(stage)
    await stage.pass_time_switched_off(hours=30)
    assert posts(stage) == []
    assert await kept(stage) == 0


async def test_two_processes_show_one_result(stage: Stage, url: Any) -> None:
    ben, cleo = stage.members[:2]
    message = await begun(stage)
    await play(stage, ben, message, [True] * 3)
    rival = Database(url)
    try:
        other = make_bot([stage.env], rival, stage.catalogue)
        summary = await play(stage, cleo, message, [True, True, False])
        assert "1 to 2" not in prose(summary)
        before = len(stage.env.http_requests)
        assert await other.actions.duels.unshown() == []
        await stage.env.advance_time(120)
        assert stage.requests("PATCH", since=before) == []
    finally:
        await rival.close()
    assert "# 🏆 ben wins the duel" in prose(stage.now_shown(message))


@pytest.mark.parametrize("accident", ["message", "channel", "permission", "server"])
@pytest.mark.parametrize("played", [True, False])
async def test_a_duel_whose_place_is_lost_is_settled_in_silence(
    stage: Stage, accident: str, *, played: bool
) -> None:
    ben, cleo = stage.members[:2]
    message = await begun(stage)
    if played:
        await play(stage, ben, message, [True] * 3)
        await play(stage, cleo, message, [True])
    if accident == "message":
        await stage.moderator.delete(message)
    elif accident == "channel":
        stage.env.backend.delete_channel(stage.quiz.id)
    elif accident == "permission":
        stage.forbid(stage.quiz, view_channel=False)
    else:
        stage.env.backend.remove_guild(stage.guild.id)
    before = len(stage.env.http_requests)
    await stage.pass_time_switched_off(hours=25)
    await stage.env.advance_time(120)
    tried = [one for one in stage.env.http_requests[before:] if one.path.endswith(str(message.id))]
    assert len(tried) <= 1, "the first refusal stops"
    assert await kept(stage) == int(played), "what both played is theirs"
    assert await stage.bot.actions.duels.unshown() == []


@pytest.mark.parametrize("accident", ["refused", "out of order"])
async def test_a_message_that_cannot_be_deleted_says_at_least_that_it_is_over(
    stage: Stage, accident: str
) -> None:
    message = await challenged(stage)
    path = f"/channels/{stage.quiz.id}/messages/{message.id}"
    refused = accident == "refused"
    stage.env.inject_error("DELETE", path, status=400 if refused else 503, code=50083 if refused else 0)
    await stage.press(stage.members[0], message, "Withdraw")
    if refused:
        assert prose(stage.now_shown(message)) == "🤺 This duel has ended. Make another one with /duel."
    else:
        assert await kept(stage) == 1
        await stage.later(358)
        assert posts(stage) == []
    assert await kept(stage) == 0


async def test_a_player_whose_message_is_gone_finds_the_duel_with_the_command(stage: Stage) -> None:
    ben, cleo, dan = stage.members[:3]
    message = await begun(stage)
    await stage.moderator.delete(message)
    own = stage.looked_at(await give(stage, ben, dan))
    assert "3 questions are left to you." in prose(own)
    summary = await play(stage, ben, own, [True] * 3)
    assert "Your side is played" in prose(summary)
    own = stage.looked_at(await give(stage, cleo, dan))
    assert "🤺 **ben** was ahead this time: 0 to 3." in prose(await play(stage, cleo, own, [False] * 3))


async def test_where_the_bot_may_not_write_there_is_no_challenge(stage: Stage) -> None:
    stage.forbid(stage.quiz, send_messages=False)
    assert "I may not write in" in seen(await give(stage))
    assert await kept(stage) == 0


@pytest.mark.parametrize(
    ("status", "told"), [(403, "I may not write in"), (503, "did not take the challenge")]
)
async def test_a_challenge_that_discord_refuses_leaves_nothing_behind(
    stage: Stage, status: int, told: str
) -> None:
    path = f"/channels/{stage.quiz.id}/messages"
    stage.env.inject_error("POST", path, status=status, code=50013 if status == 403 else 0, message="No")
    assert told in seen(await give(stage))
    assert await kept(stage) == 0
    await challenged(stage)


async def test_deleted_data_end_a_duel_without_a_word_about_why(stage: Stage) -> None:
    ben, cleo, dan = stage.members[:3]
    message = await begun(stage)
    question = await stage.press(cleo, await stage.press(cleo, message, "Play"), "Start")
    await play(stage, ben, message, [True])
    await delete_everything(stage, ben)
    assert prose(stage.now_shown(message)) == "🤺 This duel has ended. Make another one with /duel."
    assert custom_ids(stage.now_shown(message)) == []
    assert await kept(stage) == 0
    verdict = await stage.press(cleo, question, "A")
    assert "Rating: 1100 →" in prose(verdict)
    own = stage.looked_at(await cleo.slash(stage.quiz, "quiz"))
    assert "You have a quiz open" in prose(own)
    await challenged(stage, cleo, dan)


async def test_deleted_data_take_a_challenge_away(stage: Stage) -> None:
    ben = stage.members[0]
    await challenged(stage)
    await delete_everything(stage, ben)
    assert posts(stage) == []
    assert await kept(stage) == 0


async def test_a_button_of_a_duel_that_is_gone_says_so_and_takes_the_buttons_away(stage: Stage) -> None:
    message = await challenged(stage)
    async with stage.database.unit() as unit:
        await unit.facts._connection.execute(duels.delete())
    shown = await stage.press(stage.members[1], message, "Accept")
    assert shown.id == message.id
    assert prose(shown) == "🤺 This duel has ended. Make another one with /duel."
    assert custom_ids(shown) == []


async def test_somebody_who_leaves_the_server_is_not_waited_for_longer_than_the_day(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await begun(stage)
    await play(stage, ben, message, [True] * 3)
    stage.guild.remove_member(cleo)
    await stage.pass_time_switched_off(hours=25)
    assert "has ended without a match" in prose(stage.now_shown(message))
    assert await kept(stage) == 0


async def test_who_presses_at_once_makes_one_story(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    message = await challenged(stage)
    ids = buttons(message)
    results = await stage.at_once(
        [
            cleo.click(message, custom_id=ids["Accept"]),
            ben.click(message, custom_id=ids["Withdraw"]),
            cleo.click(message, custom_id=ids["Decline"]),
        ]
    )
    assert all(one.acknowledged for one in results)
    assert await kept(stage) == len(posts(stage))
    for post in posts(stage):
        assert "The duel is on" in prose(post)
    await stage.env.advance_time(120)
    assert await kept(stage) == len(posts(stage))


async def test_a_result_can_be_seen_with_play_by_those_who_look_late(stage: Stage) -> None:
    ben, cleo, dan = stage.members[:3]
    message = await begun(stage)
    await stage.moderator.delete(message)
    own = stage.looked_at(await give(stage, ben, dan))
    await play(stage, ben, own, [True] * 3)
    await play(stage, cleo, stage.looked_at(await give(stage, cleo, dan)), [True] * 3)
    assert "🤝 A draw with **cleo**, 3 to 3." in prose(await stage.press(ben, own, "Play"))


async def test_duels_are_for_servers_alone_and_for_everybody_there(stage: Stage) -> None:
    assert "duel" in stage.members[0].available_commands(stage.quiz)
    assert "duel" not in stage.members[0].user.available_commands()
