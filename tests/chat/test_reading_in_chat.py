"""Coming back to lessons, following a path, and sharing a page, as people do it."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from chat_stage import (
    Stage,
    asked_in,
    both,
    buttons,
    custom_ids,
    finish_quiz,
    prose,
    seen,
    small_lesson,
    walk,
    words,
)
from sqlalchemy.engine import URL

from bot.storage import Database, DatabaseUnavailable, Unit
from bot.storage.matches import Match
from ladder.match import Outcome
from lessons.catalogue import Catalogue
from lessons.model import Lesson, Section


def lesson(slug: str, title: str, *requires: str, rating: int = 1500, category: str = "Logic") -> Lesson:
    """A lesson with a page for each of its three sections, of which the first repairs what B gets wrong."""
    small = small_lesson(slug, title, rating=rating, category=category, questions=5)
    return replace(
        small,
        questions=tuple(
            replace(asked, options=tuple(replace(one, repairs=one.repairs and "s1") for one in asked.options))
            for asked in small.questions
        ),
        requires=requires,
        sections=tuple(Section(f"s{at}", f"Part {at}", words(1500, f"part{at}")) for at in (1, 2, 3)),
        sources=("A book about it, 1999.", "Another book, 2001."),
    )


SETS = lesson("sets", "Sets", rating=900)
RELATIONS = lesson("relations", "Relations", "sets", rating=1000)
ORDERS = lesson("orders", "Orders", "relations", "chance", rating=800)
CHANCE = lesson("chance", "Chance", rating=1100, category="Statistics")


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue((SETS, RELATIONS, ORDERS, CHANCE))


async def opened(stage: Stage, slug: str = "sets", who: Any = None, **options: Any) -> Any:
    person = who or stage.members[0]
    return stage.looked_at(await person.slash(stage.quiz, "lesson", lesson=slug, **options))


async def listed(stage: Stage, who: Any = None) -> Any:
    return stage.looked_at(await (who or stage.members[0]).slash(stage.quiz, "lesson"))


async def read(stage: Stage, slug: str, who: Any = None) -> Any:
    """Read a lesson to its end; the last page."""
    page = await opened(stage, slug, who, section="s1")
    while "Next" in buttons(page):
        page = await stage.press(who or stage.members[0], page, "Next")
    return page


def row_of(shown: Any, title: str) -> str:
    """What the list says of one lesson."""
    return next(
        one["content"]
        for one in walk([part if isinstance(part, dict) else part.to_dict() for part in shown.components])
        if one["type"] == 10 and re.match(rf"\*\*(\d+\. )?{title}\*\*", one["content"])
    )


@both
async def test_a_lesson_opens_where_one_left_it_also_after_a_restart(stage: Stage) -> None:
    ben = stage.members[0]
    page = await opened(stage)
    assert "# Sets" in prose(page)
    await stage.press(ben, page, "Next")
    again = await opened(stage)
    assert "## Part 2" in prose(again)
    assert "Sets · Logic · where you left off" in prose(again)
    await stage.restart()
    again = await opened(stage)
    assert "## Part 2" in prose(again)
    back = await stage.press(ben, again, "Previous")
    assert "# Sets" in prose(back)
    assert "where you left off" not in prose(back)
    assert "# Sets" in prose(await opened(stage, who=stage.members[1])), "others begin at the beginning"


async def test_a_section_that_is_asked_for_opens_whatever_was_left(stage: Stage) -> None:
    page = await opened(stage)
    await stage.press(stage.members[0], page, "Next")
    assert "## Part 3" in prose(await opened(stage, section="s3"))
    assert "# Sets" in prose(await opened(stage, section="s1"))


async def test_a_lesson_read_to_its_end_begins_anew(stage: Stage) -> None:
    await read(stage, "sets")
    assert "# Sets" in prose(await opened(stage))
    assert "☑️ read" in row_of(await listed(stage), "Sets")


async def test_a_jump_is_a_place_too(stage: Stage) -> None:
    page = await opened(stage)
    await stage.choose(stage.members[0], page, "jump1:", "s2")
    assert "📖 at section 2 of 3" in row_of(await listed(stage), "Sets")


@both
async def test_two_devices_share_the_place(stage: Stage) -> None:
    ben = stage.members[0]
    phone = await opened(stage)
    laptop = await opened(stage)
    await stage.press(ben, phone, "Next")
    await stage.press(ben, laptop, "Next")
    assert "## Part 3" in prose(await stage.press(ben, laptop, "Next"))
    assert "## Part 3" in prose(await stage.press(ben, phone, "Next")), "each turns its own pages"
    assert "☑️ read" in row_of(await listed(stage), "Sets")


@both
async def test_presses_at_once_leave_one_place(stage: Stage) -> None:
    ben = stage.members[0]
    pages = [await opened(stage, section="s1") for _ in range(4)]
    await stage.at_once(ben.click(page, custom_id=buttons(page)["Next"]) for page in pages)
    assert "📖 at section 2 of 3" in row_of(await listed(stage), "Sets")


@both
async def test_in_a_direct_message_reading_goes_on_as_in_a_server(stage: Stage) -> None:
    loner = stage.env.create_user("loner")
    page = stage.looked_at(await loner.slash("lesson", lesson="sets"))
    assert "Share" not in buttons(page), "nobody else is there"
    page = await stage.press(loner, page, "Next")
    page = stage.looked_at(await loner.slash("lesson", lesson="sets"))
    assert "## Part 2" in prose(page)
    shown = stage.looked_at(await loner.slash("lesson"))
    assert "▶️ **Continue: Sets**" in prose(shown)
    stored = stage.env.backend.get_message(page.channel_id, page.id)
    next(one for one in walk(stored.components) if one.get("label") == "Next")["custom_id"] = (
        "lessonshare1:sets:2"
    )
    told = await loner.click(page, custom_id="lessonshare1:sets:2")
    assert "Nobody else is here to share it with" in seen(told)


async def test_a_newcomer_is_shown_where_to_start(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await listed(stage)
    assert "🌱 **Start here: Sets**" in prose(shown)
    assert prose(shown).count("▫️ not read yet") == 4
    page = await stage.press(ben, shown, "Start")
    assert page.id == shown.id
    assert "# Sets" in prose(page)


async def test_the_list_offers_to_go_on_with_what_was_left(stage: Stage) -> None:
    ben = stage.members[0]
    page = await opened(stage)
    await stage.press(ben, page, "Next")
    shown = await listed(stage)
    assert "▶️ **Continue: Sets**\n-# 📖 at section 2 of 3" in prose(shown)
    page = await stage.press(ben, shown, "Continue")
    assert "## Part 2" in prose(page)
    shown = await stage.press(ben, page, "← Lessons")
    assert "▶️ **Continue: Sets**" in prose(shown)
    result = await ben.click(shown, custom_id="entry1:read:sets")
    assert "## Part 2" in prose(stage.looked_at(result)), "so does its own button in the list"


async def test_after_a_lesson_comes_the_next_on_its_path(stage: Stage) -> None:
    ben = stage.members[0]
    last = await read(stage, "sets")
    for words_of_the_end in ("🔑 Key idea", "**Check yourself**", "**Sources**\n-# • A book about it, 1999."):
        assert words_of_the_end in prose(last)
    assert "⏭️ **Next for you: Relations**" in prose(await listed(stage))
    page = await stage.press(ben, last, "On to Relations")
    assert page.id == last.id
    assert "# Relations" in prose(page)
    assert "🧱 builds on Sets" in prose(page)
    end = await read(stage, "orders")
    assert not [label for label in buttons(end) if label.startswith("On to")], "the path ends here"


async def test_the_marks_tell_of_checks_and_of_beaten_machines(stage: Stage) -> None:
    ben = stage.members[0]
    last = await read(stage, "sets")
    shown = await stage.press(ben, last, "Check yourself")
    shown = await stage.press(ben, shown, "Start")
    for wanted in ("the right one", "the wrong one", "the right one"):
        _, options = asked_in(shown)
        shown = await stage.press(ben, shown, "ABCDE"[options.index(wanted)])
        shown = await stage.press(ben, shown, "Next question")
    won = Match(ben.id, "chance", 1, 1100, 5, 5, 4, Outcome.WIN, stage.env.now(), "quiz:9", 5)
    async with stage.database.unit() as unit:
        await unit.matches.add([won])
    shown = await listed(stage)
    assert "☑️ read · ✏️ 3 of 5 answered, 2 right" in row_of(shown, "Sets")
    assert "🏆 machine beaten" in row_of(shown, "Chance")
    cleo = stage.members[1]
    assert "right" not in row_of(await listed(stage, cleo), "Sets"), "marks are one's own"
    await finish_quiz(stage, cleo, await quiz_of(stage, cleo), right_one)
    assert "✏️ 5 of 5 right" in row_of(await listed(stage, cleo), "Sets")


async def test_a_beaten_machine_hides_no_answers(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await stage.press(ben, await read(stage, "sets"), "Check yourself")
    shown = await stage.press(ben, shown, "Start")
    _, options = asked_in(shown)
    await stage.press(ben, shown, "ABCDE"[options.index("the right one")])
    async with stage.database.unit() as unit:
        await unit.matches.add(
            [Match(ben.id, "sets", 1, 900, 5, 5, 4, Outcome.WIN, stage.env.now(), "quiz:9", 5)]
        )
    assert "🏆 machine beaten · ✏️ 1 of 5 answered, 1 right" in row_of(await listed(stage), "Sets")


async def test_going_back_to_a_lesson_before_a_quiz_opens_it_where_it_was_left(stage: Stage) -> None:
    ben = stage.members[0]
    await stage.press(ben, await opened(stage), "Next")
    opening = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="sets"))
    assert "## Part 2" in prose(await stage.press(ben, opening, "Read the lesson first"))
    assert "📖 at section 2 of 3" in row_of(await listed(stage), "Sets")


async def test_going_on_to_a_lesson_after_a_quiz_opens_it_where_it_was_left(stage: Stage) -> None:
    ben = stage.members[0]
    for slug in ("sets", "relations"):
        await stage.press(ben, await opened(stage, slug), "Next")
    for label in ("Read the lesson", "Next: Relations"):
        done = await finish_quiz(stage, ben, await quiz_of(stage, ben), right_one)
        assert "## Part 2" in prose(await stage.press(ben, done, label))


async def test_looking_something_up_keeps_the_place_in_a_lesson(stage: Stage) -> None:
    ben = stage.members[0]
    await opened(stage, section="s2")
    shown = await stage.press(ben, await quiz_of(stage, ben), "Start")
    _, options = asked_in(shown)
    verdict = await stage.press(ben, shown, "ABCDE"[options.index("the wrong one")])
    looked_up = await stage.press(ben, verdict, "Read: Part 1")
    assert "## Part 1" in prose(looked_up)
    assert "📖 at section 2 of 3" in row_of(await listed(stage), "Sets")
    further = await stage.press(ben, await stage.press(ben, looked_up, "Next"), "Next")
    assert "## Part 3" in prose(further)
    assert "☑️ read" in row_of(await listed(stage), "Sets"), "reading on from there counts as ever"


async def quiz_of(stage: Stage, who: Any, slug: str = "sets") -> Any:
    return stage.looked_at(await who.slash(stage.quiz, "quiz", lesson=slug))


def right_one(_stem: str, options: Any) -> int:
    return list(options).index("the right one")


async def test_a_category_shows_its_path_and_how_far_one_is(stage: Stage) -> None:
    ben = stage.members[0]
    shown = await stage.choose(ben, await listed(stage), "shelf1c:", "logic")
    assert [one.split(":")[2] for one in custom_ids(shown) if one.startswith("entry1:")] == [
        "sets",
        "relations",
        "orders",
    ]
    assert "🧭 **0 of 3 read** · next: **Sets**" in prose(shown)
    assert re.findall(r"\*\*(\d+\. \w+)\*\*", prose(shown)) == ["1. Sets", "2. Relations", "3. Orders"]
    assert "🧱 builds on Relations, Chance" in row_of(shown, "Orders")
    await read(stage, "sets")
    shown = await stage.choose(ben, await listed(stage), "shelf1c:", "logic")
    assert "🧭 **1 of 3 read** · next: **Relations**" in prose(shown)
    assert "builds on" not in row_of(shown, "Relations"), "what is read is no hurdle"
    page = await stage.press(ben, shown, "Read now")
    assert "# Relations" in prose(page)
    await read(stage, "relations")
    shown = await stage.choose(ben, await listed(stage), "shelf1c:", "logic")
    assert "🧭 **2 of 3 read** · next: **Chance**" in prose(shown), "which the last one builds on"
    await read(stage, "chance")
    await read(stage, "orders")
    shown = await stage.choose(ben, await listed(stage), "shelf1c:", "logic")
    assert "🏁 **You have read everything here.**" in prose(shown)
    assert "🏁 **You have read everything here.**" in prose(await listed(stage))


async def test_a_search_shows_marks_and_nothing_else_to_read(stage: Stage) -> None:
    await read(stage, "sets")
    shown = await opened(stage, "zzz qqq")
    assert "Did you mean one of these?" in prose(shown)
    assert "Next for you" not in prose(shown)
    assert "☑️ read" in prose(await opened(stage, "Part 2 of sets"))


@both
async def test_a_lesson_that_was_removed_or_changed_meanwhile_is_no_trap(stage: Stage) -> None:
    ben = stage.members[0]
    page = await opened(stage)
    page = await stage.press(ben, page, "Next")
    stage.catalogue = Catalogue((replace(SETS, sections=SETS.sections[2:]), RELATIONS, ORDERS, CHANCE))
    await stage.restart()
    again = await opened(stage)
    assert "# Sets" in prose(again)
    assert "## Part 3" in prose(again)
    stage.catalogue = Catalogue((replace(RELATIONS, requires=()), CHANCE))
    await stage.restart()
    told = await ben.click(page, custom_id="lesson1:sets:3")
    assert "There is no lesson “sets”" in seen(told)
    shown = await listed(stage)
    assert "🌱 **Start here: Relations**" in prose(shown)


@both
async def test_whoever_deletes_their_data_in_the_middle_of_a_lesson_reads_on_and_has_no_place(
    stage: Stage,
) -> None:
    ben = stage.members[0]
    page = await opened(stage)
    page = await stage.press(ben, page, "Next")
    await stage.as_the_bot(lambda: stage.bot.actions.privacy.delete(ben.id))
    page = await stage.press(ben, page, "Next")
    assert "## Part 3" in prose(page)
    assert "🌱 **Start here: Sets**" in prose(await listed(stage))
    await stage.env.advance_time(90)
    await stage.press(ben, page, "Previous")
    assert "📖 at section 2 of 3" in row_of(await listed(stage), "Sets")


class VanishingDatabase(Database):
    """A database whose server is not there at times."""

    gone = False

    @asynccontextmanager
    async def unit(self, *, alone: bool = False) -> AsyncGenerator[Unit]:
        self._be_there()
        async with super().unit(alone=alone) as unit:
            yield unit

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Unit]:
        self._be_there()
        async with super().reading() as unit:
            yield unit

    def _be_there(self) -> None:
        if self.gone:
            raise DatabaseUnavailable("connection refused")


class TestADatabaseThatIsGone:
    @pytest.fixture
    async def database(self, url: URL) -> AsyncGenerator[VanishingDatabase]:
        opened = VanishingDatabase(url)
        yield opened
        opened.gone = False
        await opened.close()

    async def test_keeps_nobody_from_reading_and_finding_lessons(
        self, stage: Stage, database: VanishingDatabase, caplog: pytest.LogCaptureFixture
    ) -> None:
        ben = stage.members[0]
        page = await opened(stage)
        database.gone = True
        page = await stage.press(ben, page, "Next")
        assert "## Part 2" in prose(page)
        assert "A page was not noted" in caplog.text
        assert "# Chance" in prose(await opened(stage, "chance"))
        shown = await listed(stage)
        assert "**Relations**" in prose(shown)
        assert "not read yet" not in prose(shown), "nothing is claimed that is not known"
        database.gone = False
        assert "📖 at section 1 of 3" in row_of(await listed(stage), "Sets")


async def shared(stage: Stage, page: int = 1) -> Any:
    """A page that the moderator shares; the public copy."""
    shown = await opened(stage, "sets", stage.moderator, section=f"s{page}")
    told = await stage.press(stage.moderator, shown, "Share")
    assert "📣 Shared: [see the page](" in prose(told)
    return stage.quiz.last_message


async def test_a_moderator_shares_a_page_that_everybody_reads_on_by_themselves(stage: Stage) -> None:
    post = await shared(stage)
    before = seen(post)
    assert "# Sets" in prose(post)
    assert "Page 1 of 3" in prose(post)
    assert "Share" not in buttons(post)
    for who in (stage.members[0], stage.moderator):
        page = await stage.press(who, post, "Next")
        assert page.ephemeral
        assert "## Part 2" in prose(page)
        page = await stage.press(who, page, "Next")
        assert "## Part 3" in prose(page)
        jumped = await stage.choose(who, post, "jumpown1:", "s3")
        assert jumped.ephemeral
        assert "## Part 3" in prose(jumped)
        shelf = await stage.press(who, post, "Lessons")
        assert shelf.ephemeral
        assert "# 📚 Lessons" in prose(shelf)
    assert seen(stage.now_shown(post)) == before, "the public copy stays as it is"
    assert "☑️ read" in row_of(await listed(stage), "Sets"), "what was read beside it counts"


async def test_the_last_page_can_be_shared_with_its_questions(stage: Stage) -> None:
    post = await shared(stage, 3)
    before = seen(post)
    assert "🔑 Key idea" in prose(post)
    assert "A book about it, 1999." in prose(post)
    assert "Next" not in buttons(post)
    opening = await stage.press(stage.members[0], post, "Check yourself")
    assert opening.ephemeral
    assert "# ✏️ Check yourself: Sets" in prose(opening)
    assert "## Part 2" in prose(await stage.press(stage.members[1], post, "Previous"))
    assert seen(stage.now_shown(post)) == before


async def test_nobodys_marks_are_on_a_public_page(stage: Stage) -> None:
    shown = await read(stage, "sets", stage.moderator)
    await stage.press(stage.moderator, shown, "Share")
    page = await opened(stage, "sets", stage.moderator, section="s2")
    resumed = await opened(stage, "sets", stage.moderator)
    assert "where you left off" in prose(resumed)
    await stage.press(stage.moderator, page, "Share")
    for post in stage.quiz.history():
        for mark in ("☑️", "📖 at section", "where you left off", "not read yet"):
            assert mark not in prose(post)


@both
async def test_a_shared_page_outlives_a_restart_and_its_lesson(stage: Stage) -> None:
    post = await shared(stage)
    await stage.restart()
    assert "## Part 2" in prose(await stage.press(stage.members[0], post, "Next"))
    stage.catalogue = Catalogue((CHANCE,))
    await stage.restart()
    for custom_id in ("study1:sets:2", "checkown1:sets"):
        stored = stage.env.backend.get_message(post.channel.id, post.id)
        next(one for one in walk(stored.components) if one.get("label") == "Next")["custom_id"] = custom_id
        result = await stage.members[0].click(stage.now_shown(post), custom_id=custom_id)
        assert "There is no lesson “sets”" in seen(result)


async def test_others_are_told_that_only_moderators_share_for_now(stage: Stage) -> None:
    page = await opened(stage)
    told = await stage.press(stage.members[0], page, "Share")
    assert told.ephemeral
    assert "only moderators post for everybody here, until they have chosen channels" in prose(told)
    assert not stage.quiz.history()


@pytest.mark.parametrize("missing", ["send_messages", "view_channel"])
async def test_a_missing_permission_is_named_and_nothing_is_posted(stage: Stage, missing: str) -> None:
    page = await opened(stage, "sets", stage.moderator)
    stage.forbid(stage.quiz, **{missing: False})
    told = await stage.press(stage.moderator, page, "Share")
    assert "I may not write in" in prose(told)
    assert "Send Messages" in prose(told)
    assert not stage.requests("POST", f"/channels/{stage.quiz.id}/messages")


async def test_a_channel_that_closed_in_between_is_told_of(stage: Stage) -> None:
    page = await opened(stage, "sets", stage.moderator)
    stage.env.inject_error("POST", f"/channels/{stage.quiz.id}/messages", status=403, code=50013)
    told = await stage.press(stage.moderator, page, "Share")
    assert "I may not write in" in prose(told)


async def test_a_button_of_a_share_that_is_not_the_persons_own_right_is_refused_when_forged(
    stage: Stage,
) -> None:
    page = await opened(stage, "sets", stage.moderator)
    assert "Share" in buttons(page)
    stage.env.backend.delete_role(stage.guild.id, stage.moderators.id)
    told = await stage.press(stage.moderator, page, "Share")
    assert "only moderators post for everybody here" in prose(told)
