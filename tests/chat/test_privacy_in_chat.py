"""Privacy in chat: seeing what is kept, hiding, taking it away and deleting it."""

import json
from typing import Any

from chat_stage import Stage, both, buttons, prose, seen, walk

from bot.pictures import avatars, writing
from bot.storage.columns import metadata
from ladder.standings import Ladder


async def privacy(stage: Stage, who: Any = None) -> Any:
    return stage.looked_at(await (who or stage.members[0]).slash(stage.quiz, "privacy"))


async def rank(stage: Stage, who: Any, **options: Any) -> Any:
    return stage.looked_at(await who.slash(stage.quiz, "rank", **options))


async def form(stage: Stage, who: Any, shown: Any) -> Any:
    """The form that asks for the word."""
    result = await who.click(shown, custom_id=buttons(stage.now_shown(shown))["Delete everything"])
    assert result.modal is not None
    return result


async def type_into(stage: Stage, who: Any, opened: Any, typed: str) -> Any:
    field = opened.modal["components"][1]["component"]["custom_id"]
    return stage.looked_at(await who.submit_modal(opened, {field: typed}))


async def answered_poll(stage: Stage) -> Any:
    """A poll that ben and cleo have answered, and that has closed."""
    message = await stage.poll()
    for who in stage.members[:2]:
        await stage.press(who, message, "A")
    await stage.close(stage.moderator, message)
    return message


async def on_the_board(stage: Stage) -> list[int]:
    page = await stage.database.standings.page(Ladder.server(stage.guild.id).key, 0, 50)
    return [row.member for row in page.rows]


async def test_privacy_says_in_plain_words_what_is_kept_and_why(stage: Stage) -> None:
    shown = await privacy(stage)
    assert shown.ephemeral
    for words in (
        "**Your names**",
        "**Your answers**",
        "so that boards can show who stands there",
        "Your messages are never read",
        "**Kept just now**: nothing.",
        "**You are shown**",
        "For each question that you met a scrambled mark remains, a keyed hash",
    ):
        assert words in prose(shown), prose(shown)
    assert list(buttons(shown)) == ["Hide me", "Export", "Delete everything", "My page"]


async def test_whoever_hides_from_their_own_page_finds_back_to_it(stage: Stage) -> None:
    ben = stage.members[0]
    page = stage.looked_at(await ben.slash(stage.quiz, "me"))
    shown = await stage.press(ben, page, "Hide me")
    assert "**You are hidden.**" in prose(shown)
    back = await stage.press(ben, shown, "My page")
    assert back.id == page.id
    assert "You are hidden: only you see your rating." in prose(back)


async def test_privacy_counts_what_is_kept(stage: Stage) -> None:
    await answered_poll(stage)
    shown = prose(await privacy(stage))
    assert "**Kept just now**: 2 names, 1 answer in polls, 3 changes of ratings, " in shown


async def test_asking_what_is_kept_leaves_no_trace(stage: Stage) -> None:
    dan = stage.members[2]
    shown = await privacy(stage, dan)
    await stage.press(dan, shown, "Export")
    await stage.press(dan, shown, "Hide me")
    await stage.press(dan, shown, "Show me again")
    assert "**Kept just now**: nothing." in prose(await privacy(stage, dan))


async def test_privacy_works_in_a_direct_message(stage: Stage) -> None:
    loner = stage.env.create_user("loner")
    shown = stage.looked_at(await loner.slash("privacy"))
    shown = await stage.press(loner, shown, "Hide me")
    assert "**You are hidden.**" in prose(shown)


@both
async def test_whoever_hides_is_off_the_board_at_once_and_can_come_back(stage: Stage) -> None:
    await answered_poll(stage)
    ben = stage.members[0]
    assert ben.id in await on_the_board(stage)
    shown = await stage.press(ben, await privacy(stage), "Hide me")
    assert "**You are hidden.** You are on no board" in prose(shown)
    assert "Hide me" not in buttons(shown)
    assert ben.id not in await on_the_board(stage)
    shown = await stage.press(ben, shown, "Show me again")
    assert "**You are shown**" in prose(shown)
    assert ben.id in await on_the_board(stage)


async def test_a_hidden_members_rank_is_shown_to_nobody_else(stage: Stage) -> None:
    await answered_poll(stage)
    ben, cleo = stage.members[:2]
    open_still = await rank(stage, cleo, member=ben)
    await stage.press(ben, await privacy(stage), "Hide me")
    refusal = "This member keeps rating and place to themselves."
    assert refusal in prose(await rank(stage, cleo, member=ben))
    for label in ("History", "Compare"):
        told = await stage.press(cleo, open_still, label)
        assert refusal in prose(told)
        assert "1" not in prose(told), "no number is told"
    own = await rank(stage, ben)
    assert "World: **" in prose(own)
    assert "since" in prose(await stage.press(ben, own, "History"))
    comparing = await stage.press(cleo, await rank(stage, cleo), "Compare")
    chosen = next(one["custom_id"] for one in walk_of(comparing) if one["type"] == 5)
    told = stage.looked_at(await cleo.select(comparing, [ben], custom_id=chosen))
    assert refusal in prose(told)
    await stage.press(ben, await privacy(stage), "Show me again")
    assert refusal not in prose(await rank(stage, cleo, member=ben))


def walk_of(message: Any) -> Any:
    return walk([one if isinstance(one, dict) else one.to_dict() for one in message.components])


async def test_an_export_is_a_private_file_that_can_be_read(stage: Stage) -> None:
    await answered_poll(stage)
    ben, cleo = stage.members[:2]
    sent = await stage.press(ben, await privacy(stage), "Export")
    assert sent.ephemeral
    assert "Everything that is kept about you" in prose(sent)
    (attachment,) = stage.env.backend.get_message(sent.channel_id, sent.id).attachments
    assert attachment["filename"] == "rung-export.json"
    assert any(one["type"] == 13 for one in walk_of(sent)), "the file can be seen on the message"
    content = stage.env.backend.cdn.get(attachment["url"])
    assert content is not None
    told = json.loads(content)
    assert told["member"] == str(ben.id)
    assert [row["poll"] for row in told["tables"]["poll_answers"]["rows"]] == ["1"]
    assert told["tables"]["journal"]["about"].startswith("Every change of your ratings")
    assert str(cleo.id) not in content.decode()


@both
async def test_a_deletion_needs_the_word_and_then_leaves_nothing(stage: Stage) -> None:
    message = await answered_poll(stage)
    ben = stage.members[0]
    shown = await privacy(stage)
    opened = await form(stage, ben, shown)
    assert opened.modal["title"] == "Delete everything"
    assert "nobody can bring them back" in json.dumps(opened.modal)
    for wrong in ("delet", "yes", "DELETE everything"):
        refused = await type_into(stage, ben, await form(stage, ben, shown), wrong)
        assert "Nothing was deleted" in prose(refused)
        assert "type DELETE" in prose(refused)
        assert ben.id in await on_the_board(stage)
    gone = await type_into(stage, ben, opened, " delete ")
    assert "# 🗑️ Deleted" in prose(gone)
    assert "Polls still count your answers, without your name." in prose(gone)
    assert "a keyed hash" in prose(gone)
    assert not buttons(gone)
    async with stage.database.reading() as unit:
        for table in metadata.sorted_tables:
            rows = (await unit.polls._connection.execute(table.select())).all()
            assert str(ben.id) not in repr(rows), table.name
    assert "2 answered" in prose(stage.now_shown(message))
    own = stage.looked_at(await ben.click(message, label="My result"))
    assert "You answered this one before you deleted your data" in prose(own)
    assert "**Kept just now**: nothing." in prose(await privacy(stage))


async def test_a_deleted_members_second_press_on_an_open_poll_is_refused_kindly(stage: Stage) -> None:
    message = await stage.poll()
    ben = stage.members[0]
    await stage.press(ben, message, "A")
    await type_into(stage, ben, await form(stage, ben, await privacy(stage)), "DELETE")
    told = await stage.press(ben, message, "B")
    assert "You answered this poll before you deleted your data." in prose(told)
    assert len(await stage.stored_answers(1)) == 1


async def test_no_face_and_no_name_is_kept_for_pictures_after_a_deletion(stage: Stage) -> None:
    await answered_poll(stage)
    ben = stage.members[0]
    await rank(stage, ben)
    assert writing.line.cache_info().currsize
    assert avatars._initial.cache_info().currsize
    await type_into(stage, ben, await form(stage, ben, await privacy(stage)), "DELETE")
    for kept in (writing.line, avatars._initial, avatars._round):
        assert not kept.cache_info().currsize


async def test_the_buttons_outlive_a_restart(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await privacy(stage)
    await stage.restart()
    shown = await stage.press(ben, shown, "Hide me")
    assert "**You are hidden.**" in seen(shown)
