"""A server's own lessons, from a moderator's file to a member's answer and back."""

import io
import zipfile
from typing import Any

import simcord
from chat.test_seasons_in_chat import settings
from chat_stage import Stage, asked_in, both, buttons, custom_ids, finish_quiz, prose, seen
from own_files import own_file

from bot.actions.openings import Opening
from bot.actions.quizzes import Put
from bot.storage.experience import EVERYWHERE


async def lessons_page(stage: Stage) -> Any:
    return await stage.choose(stage.moderator, await settings(stage), "settings1:", "lessons")


async def hand_in(stage: Stage, page: Any, source: bytes, filename: str = "house-rules.yaml") -> Any:
    """Put the file into the form; what is shown then."""
    label = next(
        one for one in ("Hand in a lesson", "Hand it in again") if one in buttons(stage.now_shown(page))
    )
    form: Any = await stage.moderator.click(page, custom_id=buttons(stage.now_shown(page))[label])
    (field,) = [part["component"]["custom_id"] for part in form.modal["components"] if part.get("component")]
    return stage.looked_at(await stage.moderator.submit_modal(form, {field: (filename, source)}))


async def published(stage: Stage, source: bytes, filename: str = "house-rules.yaml") -> Any:
    """Hand the file in and publish it; the page then."""
    draft = await hand_in(stage, await lessons_page(stage), source, filename)
    return await stage.press(stage.moderator, draft, "Publish")


async def attached(stage: Stage, shown: Any, which: int = 0) -> bytes:
    """The file that goes with a message, or the next one."""
    message = stage.env.backend.get_message(shown.channel_id, shown.id)
    with stage.env._bot_scope():
        return await stage.bot.http.get_from_cdn(message.attachments[which]["url"])


@both
async def test_from_a_broken_file_to_a_rated_answer_and_back_again(stage: Stage) -> None:
    moderator, ben = stage.moderator, stage.members[0]
    page = await lessons_page(stage)
    assert "There are none yet" in seen(page)
    broken = await hand_in(stage, page, own_file().replace(b"minutes: 1", b"minutes: soon"))
    assert "1 problem in house-rules" in prose(broken)
    assert "**line 4** · `minutes`" in prose(broken)
    draft = await hand_in(stage, broken, own_file(category="Our House"))
    assert "No problem was found" in seen(draft)
    assert "could be better" in seen(draft)
    pages = await stage.press(moderator, draft, "See its pages")
    assert "nobody else sees this yet" in prose(pages)
    assert "# House Rules" in prose(pages)
    assert "### 🔑 Key idea" in prose(pages)
    question = await stage.press(moderator, pages, "Its questions")
    assert "### What about first?" in prose(question)
    question = await stage.press(moderator, question, "After the answer")
    assert "Whoever chooses **B** is told:\n> That is not it." in prose(question)
    compared = await stage.press(moderator, question, "Back")
    listed = await ben.slash(stage.quiz, "lesson")
    assert "House Rules" not in seen(listed)
    page = await stage.press(moderator, compared, "Publish")
    assert "Version 1 of “House Rules” is taught from now on" in prose(page)

    listed = await ben.slash(stage.quiz, "lesson", lesson="House Rules")
    assert "# House Rules" in seen(listed)
    opening = await stage.press(ben, stage.looked_at(listed), "Check yourself")
    summary = await finish_quiz(
        stage,
        ben,
        opening,
        lambda _, options: options.index(next(o for o in options if o.startswith("the right"))),
    )
    assert "3 of 3" in seen(summary)
    async with stage.database.reading() as unit:
        assert list(await unit.ratings.of(ben.id)) == [f"server:{stage.guild.id}"]
        assert EVERYWHERE not in {row.guild for row in await unit.experience.of([ben.id])}

    lesson = await stage.choose(moderator, page, "ownpick1", "house-rules")
    assert "3 first answers" in seen(lesson)
    figures = await stage.press(moderator, lesson, "Statistics")
    assert "1 first answer\n" in prose(figures)
    assert "difficulty: declared 1500, not measured yet" in prose(figures)

    await published(stage, own_file(category="Our House", explanation="In other words."))
    lesson = await stage.choose(moderator, await lessons_page(stage), "ownpick1", "house-rules")
    older = await stage.choose(moderator, lesson, "ownver1:", "1")
    assert "-    explanation: In other words.\n+    explanation: Because it is so." in prose(older)
    page = await stage.press(moderator, older, "Go back to this version")
    assert "Version 1 of “House Rules” is taught" in prose(page)
    result = await moderator.click(page, custom_id=buttons(stage.now_shown(page))["Download all"])
    with zipfile.ZipFile(io.BytesIO(await attached(stage, stage.looked_at(result)))) as packed:
        assert packed.namelist() == ["house-rules.yaml", "replaced/house-rules-version-2.yaml"]

    lesson = await stage.choose(moderator, page, "ownpick1", "house-rules")
    page = await stage.press(moderator, lesson, "Retire")
    assert "is retired" in prose(page)
    assert "House Rules" not in seen(await ben.slash(stage.quiz, "lesson"))
    asked = await stage.press(moderator, page, "Undo")
    assert "Lesson `house-rules`: version 1 retired" in prose(asked)
    page = await stage.press(moderator, asked, "Take it back")
    assert "House Rules" in seen(await ben.slash(stage.quiz, "lesson"))


async def test_a_lesson_retired_while_a_quiz_is_open_ends_it_fairly(stage: Stage) -> None:
    ben = stage.members[0]
    await published(stage, own_file())
    opening = await stage.press(
        ben, stage.looked_at(await ben.slash(stage.quiz, "lesson", lesson="house-rules")), "Check yourself"
    )
    shown = await stage.press(ben, opening, "Start")
    _, options = asked_in(shown)
    shown = await stage.press(ben, shown, "ABC"[options.index(next(o for o in options if "right one" in o))])
    lesson = await stage.choose(stage.moderator, await lessons_page(stage), "ownpick1", "house-rules")
    await stage.press(stage.moderator, lesson, "Retire")
    summary = await stage.press(ben, shown, "Next question")
    assert "1 of 1" in seen(summary)
    assert "2 questions were taken out of the library meanwhile and do not count." in seen(summary)


async def test_a_member_with_the_moderators_message_is_refused_at_every_button(stage: Stage) -> None:
    ben = stage.members[0]
    draft = await hand_in(stage, await lessons_page(stage), own_file())
    page = await published(stage, own_file(explanation="Second."))
    lesson = await stage.choose(stage.moderator, page, "ownpick1", "house-rules")
    ids = {
        one
        for shown in (draft, lesson)
        for one in custom_ids(stage.now_shown(shown))
        if one.startswith("own")
    }
    assert len(ids) > 6
    # Whoever knows a message's id can press what stands on it, be it private to somebody else.
    stored = stage.env.backend.get_message(lesson.channel_id, lesson.id)
    stored.flags &= ~64
    for custom_id in custom_ids(stage.now_shown(lesson)):
        if custom_id in ids:
            pressed = (
                ben.select(lesson, ["1"], custom_id=custom_id)
                if custom_id.startswith("ownver1")
                else ben.click(lesson, custom_id=custom_id)
            )
            assert "Only somebody with the permission “Manage Server”" in seen(await pressed), custom_id
    form: Any = await stage.moderator.click(await lessons_page(stage), custom_id="ownhandin1")
    (field,) = [part["component"]["custom_id"] for part in form.modal["components"] if part.get("component")]
    stage.env.backend.edit_role(stage.guild.id, stage.moderators.id, {"permissions": 0})
    told = await stage.moderator.submit_modal(form, {field: ("other.yaml", own_file("other", title="Other"))})
    assert "Only somebody with the permission “Manage Server”" in seen(told)
    async with stage.database.reading() as unit:
        assert [one.state for one in await unit.own_lessons.editions(stage.guild.id)] == ["published"]


async def test_a_huge_file_is_refused_without_being_fetched(stage: Stage) -> None:
    page = await lessons_page(stage)
    fetched: list[str] = []
    original = stage.bot.http.get_from_cdn

    async def get_from_cdn(url: str) -> bytes:
        fetched.append(url)
        return await original(url)

    stage.bot.http.get_from_cdn = get_from_cdn  # type: ignore[method-assign]
    told = await hand_in(stage, page, b"x" * 300_000)
    assert "larger than 256 KiB" in seen(told)
    assert not fetched
    told = await hand_in(stage, await lessons_page(stage), bytes(range(256)), "photo.png")
    assert "Lesson files end in .yaml" in prose(told)
    assert fetched


@both
async def test_what_the_answers_propose_is_handed_out_where_something_is_flagged(stage: Stage) -> None:
    moderator = stage.moderator
    page = await published(stage, own_file(ids=("first",), rating=1900))
    lesson = await stage.choose(moderator, page, "ownpick1", "house-rules")
    figures = await stage.press(moderator, lesson, "Statistics")
    assert "Download the proposed changes" not in buttons(figures)

    async def crowd() -> None:
        quizzes = stage.bot.actions.quizzes
        for member in range(1, 46):
            opened = await quizzes.open(
                member=member, lesson=f"{stage.guild.id}-house-rules", guild=stage.guild.id
            )
            assert isinstance(opened, Opening)
            put = await quizzes.put(opened.quiz.id, member)
            assert isinstance(put, Put)
            place = put.question.arrangement.index(0)
            await quizzes.answer(opened.quiz.id, put.question.position, place, member)

    await stage.as_the_bot(crowd)
    lesson = await stage.press(moderator, figures, "Back")
    figures = await stage.press(moderator, lesson, "Statistics")
    pressed = await moderator.click(figures, custom_id=buttons(figures)["Download the proposed changes"])
    told = stage.looked_at(pressed)
    assert "hand the file in again" in prose(told)
    assert b"+  # (n 45) Nearly everybody is right" in await attached(stage, told)
    stored = stage.env.backend.get_message(told.channel_id, told.id)
    assert [one["filename"] for one in stored.attachments] == ["house-rules.patch", "house-rules.yaml"]
    assert stored.flags & 64
    draft = await hand_in(stage, await lessons_page(stage), await attached(stage, told, 1))
    assert "No problem was found" in seen(draft)
    stage.env.backend.edit_role(stage.guild.id, stage.moderators.id, {"permissions": 0})
    refused = await stage.press(moderator, figures, "Download the proposed changes")
    assert "Only somebody with the permission “Manage Server”" in seen(refused)


async def test_many_problems_come_as_a_file_as_well(stage: Stage) -> None:
    source = own_file(ids=tuple(f"q{number}" for number in range(30))).replace(
        b"correct: true", b"correct: maybe"
    )
    told = await hand_in(stage, await lessons_page(stage), source, "*bold* @everyone.yaml")
    assert "All of them are in this file" in prose(told)
    assert "@everyone" not in prose(told)
    lines = (await attached(stage, told)).decode().splitlines()
    assert len(lines) > 30


async def test_a_moderator_chooses_what_of_the_library_is_served(stage: Stage) -> None:
    page = await lessons_page(stage)
    assert "All categories of the library are served" in prose(page)
    page = await stage.choose(stage.moderator, page, "served1", "statistics")
    assert "✅ 1 category of the library is served." in prose(page)
    listed = seen(await stage.members[0].slash(stage.quiz, "lesson"))
    assert "Base Rates" in listed
    assert "RLHF" not in listed
    choices = await stage.members[0].autocomplete(stage.quiz, "quiz", "lesson", "RLHF")
    assert choices == []
    page = await stage.press(stage.moderator, page, "Undo")
    assert "RLHF" in seen(await stage.members[0].slash(stage.quiz, "lesson"))


async def test_an_own_lesson_is_polled_where_it_is_taught(stage: Stage) -> None:
    await published(stage, own_file())
    message = await stage.poll(lesson="House Rules", question="house-rules-second", duration="1m")
    assert "### What about second?" in prose(message)
    await stage.members[0].click(message, label="A")
    await stage.env.advance_time(70)
    assert "Because it is so." in prose(stage.now_shown(message))
    async with stage.database.reading() as unit:
        assert list(await unit.ratings.of(stage.members[0].id)) == [f"server:{stage.guild.id}"]
    assert isinstance(stage.now_shown(message), simcord.ResponseMessage)
