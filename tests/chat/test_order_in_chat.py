"""The moderators' page about order: members off the boards, ladders begun anew, questions voided, polls found."""

from typing import Any

from chat.test_seasons_in_chat import send, settings
from chat_stage import Stage, both, buttons, custom_ids, prose, seen

from ladder.standings import Ladder


async def order(stage: Stage) -> Any:
    panel = await settings(stage)
    return await stage.choose(stage.moderator, panel, "settings1:", "order")


async def answered(stage: Stage, *who: Any) -> None:
    """A poll that these people answer, and that closes."""
    message = await stage.poll(duration="1m")
    for person in who:
        await person.click(message, label="A")
    await stage.env.advance_time(70)


async def on_the_board(stage: Stage) -> int:
    return await stage.database.standings.size(Ladder.server(stage.guild.id).key)


async def pick(stage: Stage, panel: Any, prefix: str, who: Any) -> Any:
    custom_id = next(one for one in custom_ids(stage.now_shown(panel)) if one.startswith(prefix))
    return await stage.moderator.select(panel, [who], custom_id=custom_id)


async def sent(stage: Stage, form: Any, word: str) -> Any:
    """Type the word into a form that explains itself first."""
    (field,) = [part["component"]["custom_id"] for part in form.modal["components"] if part.get("component")]
    return await stage.moderator.submit_modal(form, {field: word})


@both
async def test_a_moderator_excludes_readmits_and_begins_anew(stage: Stage) -> None:
    ben, cleo = stage.members[:2]
    panel = await order(stage)
    assert "Nobody is excluded" in seen(panel)
    await answered(stage, ben, cleo)
    assert await on_the_board(stage) == 2
    panel = stage.looked_at(await pick(stage, panel, "exclude1", ben))
    assert "stands on none of this server's boards now" in seen(panel)
    assert "- ben" in prose(panel)
    assert await on_the_board(stage) == 1
    panel = await stage.choose(stage.moderator, panel, "readmit1", str(ben.id))
    assert await on_the_board(stage) == 2
    form = await pick(stage, panel, "resetmember1", ben)
    shown = stage.looked_at(await sent(stage, form, "no"))
    assert "that was not the word" in seen(shown)
    form = await stage.moderator.click(
        panel, custom_id=buttons(stage.now_shown(panel))["Begin anew for everybody"]
    )
    panel = stage.looked_at(await sent(stage, form, "reset"))
    assert "begun anew for 2 members" in seen(panel)
    assert await on_the_board(stage) == 0
    panel = await stage.press(stage.moderator, panel, "Undo")
    panel = await stage.press(stage.moderator, panel, "Take it back")
    await stage.env.advance_time(61)
    assert await on_the_board(stage) == 2


async def test_a_moderator_voids_a_question_and_finds_the_open_polls(stage: Stage) -> None:
    ben = stage.members[0]
    await answered(stage, ben)
    panel = await order(stage)
    form = await stage.moderator.click(panel, custom_id=buttons(stage.now_shown(panel))["Void a question"])
    refused = stage.looked_at(await send(stage, stage.moderator, form, "zebra crossing"))
    assert "No question has all these words" in seen(refused)
    form = await stage.moderator.click(panel, custom_id=buttons(stage.now_shown(panel))["Void a question"])
    panel = stage.looked_at(await send(stage, stage.moderator, form, "rlhf-dpo-removes"))
    panel = await stage.choose(stage.moderator, panel, "voidpick1", "curated:rlhf-dpo-removes")
    assert "Void this question here?" in seen(panel)
    assert "the rating of 1 member on this server's ladders is taken back" in seen(panel)
    panel = await stage.press(stage.moderator, panel, "Void it here")
    assert "1 change of a rating was taken back" in seen(panel)
    panel = await stage.press(stage.moderator, panel, "Open polls")
    assert "No poll is open here" in seen(panel)
    message = await stage.poll(duration="1h", question="rlhf-score-difference")
    panel = await order(stage)
    panel = await stage.press(stage.moderator, panel, "Open polls")
    number = next(int(one.split(":")[1]) for one in custom_ids(message) if one.startswith("poll"))
    panel = await stage.choose(stage.moderator, panel, "openpoll1", str(number))
    panel = await stage.press(stage.moderator, panel, "Cancel without rating")
    panel = await stage.press(stage.moderator, panel, "Cancel the poll")
    assert (await stage.stored_poll(number)).state == "cancelled"
