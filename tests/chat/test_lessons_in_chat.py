"""Reading lessons and finding them, as people do it."""

import re
from typing import Any

import pytest
from chat_stage import Stage, both, buttons, custom_ids, prose, seen, small_lesson, texts, walk

from lessons.catalogue import Catalogue
from lessons.pages import paginate


async def read(stage: Stage, **options: Any) -> Any:
    return stage.looked_at(await stage.members[0].slash(stage.quiz, "lesson", **options))


async def test_the_first_page_says_what_the_lesson_is_and_how_hard(stage: Stage) -> None:
    page = await read(stage, lesson="rlhf-basics")
    assert page.ephemeral
    told = prose(page)
    assert "# RLHF Basics" in told
    assert "Machine Learning · 6 min · advanced · 💠 Platinum 1880 · beat Platinum to climb" in told
    assert "How human preferences turn a text predictor into an assistant" in told
    assert "Page 1 of " in told


@both
async def test_a_lesson_is_read_page_by_page_to_its_end_and_back_to_the_list(stage: Stage) -> None:
    reader = stage.members[0]
    lesson = stage.catalogue.lesson("rlhf-basics")
    page = await read(stage, lesson="rlhf-basics")
    first = page.id
    told: list[str] = []
    number, count = 1, len(paginate(lesson))
    while True:
        assert f"Page {number} of {count}" in prose(page)
        assert "← Lessons" in buttons(page)
        assert ("Previous" in buttons(page)) == (number > 1)
        assert ("Check yourself" in buttons(page)) == (number == count)
        told.append(prose(page))
        if "Next" not in buttons(page):
            break
        page = await stage.press(reader, page, "Next")
        number += 1
        assert page.id == first, "pages turn in place"
    assert number == count
    whole = "\n".join(told)
    for section in lesson.sections:
        assert f"## {section.title}" in whole
        for paragraph in section.text.strip().split("\n\n"):
            assert paragraph in whole
    assert "🔑 Key idea" in told[-1]
    assert lesson.key_idea in told[-1]
    assert "**Check yourself**: answer to earn rating on the learn ladder." in told[-1]
    assert not any("Key idea" in page for page in told[:-1])

    shelf = await stage.press(reader, page, "← Lessons")
    assert shelf.id == first
    assert "# 📚 Lessons" in prose(shelf)
    assert "RLHF Basics" in prose(shelf)


async def test_previous_turns_back(stage: Stage) -> None:
    reader = stage.members[0]
    page = await read(stage, lesson="rlhf-basics")
    before = seen(page)
    await stage.press(reader, page, "Next")
    back = await stage.press(reader, page, "Previous")
    assert seen(back) == before


async def test_the_jump_select_names_every_section_and_opens_each(stage: Stage) -> None:
    reader = stage.members[0]
    lesson = stage.catalogue.lesson("rlhf-basics")
    page = await read(stage, lesson="rlhf-basics")
    for number, section in enumerate(lesson.sections, start=1):
        assert f"{number}. {section.title}" in texts(page)
        page = await stage.choose(reader, page, "jump1:", section.id)
        assert f"## {section.title}" in prose(page)
        assert "← Lessons" in buttons(page)


async def test_the_section_option_opens_at_that_section(stage: Stage) -> None:
    assert "## Simpler alternatives" in prose(await read(stage, lesson="rlhf-basics", section="alternatives"))


@pytest.mark.parametrize("typed", ["Reward hacking and limits", "reward hacking", "4"])
async def test_a_section_that_was_typed_and_not_chosen_is_found_by_title_or_number(
    stage: Stage, typed: str
) -> None:
    assert "## Reward hacking and limits" in prose(await read(stage, lesson="RLHF Basics", section=typed))


async def test_a_section_that_does_not_exist_opens_the_lesson_at_its_beginning(stage: Stage) -> None:
    assert "Page 1 of " in prose(await read(stage, lesson="rlhf-basics", section="no such thing"))


@pytest.mark.parametrize("typed", ["rlhf", "RHLF bascis", "rlfh", "machine lerning"])
async def test_what_is_typed_for_a_lesson_may_be_misspelled(stage: Stage, typed: str) -> None:
    choices = await stage.members[0].autocomplete(stage.quiz, "lesson", "lesson", typed)
    assert choices[0]["value"] == "rlhf-basics"
    assert choices[0]["name"].startswith("RLHF Basics · Machine Learning")


async def test_every_lesson_is_offered_before_anything_is_typed(stage: Stage) -> None:
    choices = await stage.members[0].autocomplete(stage.quiz, "lesson", "lesson", "")
    assert {one["value"] for one in choices} == {one.slug for one in stage.catalogue.lessons}


async def test_sections_are_offered_for_the_lesson_chosen(stage: Stage) -> None:
    reader = stage.members[0]
    choices = await reader.autocomplete(stage.quiz, "lesson", "section", "", lesson="rlhf-basics")
    assert [one["name"] for one in choices][:2] == ["1. Why we need it", "2. The three stages"]
    narrowed = await reader.autocomplete(stage.quiz, "lesson", "section", "HACK", lesson="rlhf-basics")
    assert [one["value"] for one in narrowed] == ["limits"]
    assert await reader.autocomplete(stage.quiz, "lesson", "section", "") == []


async def test_a_text_that_is_no_lesson_shows_what_it_may_mean(stage: Stage) -> None:
    shown = await read(stage, lesson="reward hacking")
    assert "for “reward hacking”" in prose(shown)
    first = next(one for one in custom_ids(shown) if one.startswith("entry1:"))
    assert first == "entry1:read:rlhf-basics"
    opened = stage.looked_at(await stage.members[0].click(shown, custom_id=first))
    assert "# RLHF Basics" in prose(opened)


async def test_a_text_that_nothing_speaks_of_says_so_and_offers_the_nearest(stage: Stage) -> None:
    shown = await read(stage, lesson="zzzqqq xxyyzz")
    assert "0 lessons for “zzzqqq xxyyzz”" in prose(shown)
    assert "Did you mean one of these?" in prose(shown)
    assert "Read" in buttons(shown)
    assert "Show all" in buttons(shown)
    everything = await stage.press(stage.members[0], shown, "Show all")
    assert f"{len(stage.catalogue.lessons)} lessons" in prose(everything)


async def test_without_a_lesson_the_command_lists_them_all(stage: Stage) -> None:
    shown = await read(stage)
    for lesson in stage.catalogue.lessons:
        assert f"**{lesson.title}**" in prose(shown)
        assert lesson.summary in prose(shown)
    assert "Show all" not in buttons(shown)
    assert "3 lessons · pick one to read" in prose(shown)


@both
async def test_the_list_is_narrowed_by_category_and_by_level_and_widened_again(stage: Stage) -> None:
    reader = stage.members[0]
    shown = await read(stage)
    shown = await stage.choose(reader, shown, "shelf1c:", "databases")
    assert "**RLHF Basics**" not in prose(shown)
    assert "1 lesson" in prose(shown)
    shown = await stage.choose(reader, shown, "shelf1c:", "-")
    level = next(one for one in stage.catalogue.lessons if one.slug == "rlhf-basics")
    assert level.rating == 1880
    shown = await stage.choose(reader, shown, "shelf1l:", "advanced")
    assert "**RLHF Basics**" in prose(shown)
    assert "**Base" not in prose(shown)
    shown = await stage.choose(reader, shown, "shelf1l:", "expert")
    assert "0 lessons" in prose(shown)
    assert "There is nothing of that kind here. These come nearest:\n**RLHF Basics**" in prose(shown)
    shown = await stage.choose(reader, shown, "shelf1c:", "databases")
    assert "These come nearest:\n**" in prose(shown)
    assert "**RLHF Basics**" not in prose(shown), "what is nearest stays in the category"
    assert "Read" in buttons(shown)
    shown = await stage.press(reader, shown, "Show all")
    assert "3 lessons" in prose(shown)


async def search(stage: Stage, typed: str) -> Any:
    reader = stage.members[0]
    shown = await read(stage)
    form = await reader.click(shown, label="Search")
    assert form.modal is not None
    field = form.modal["components"][0]["component"]["custom_id"]
    result = await reader.submit_modal(form, {field: typed})
    return stage.looked_at(result)


async def test_the_search_form_shows_what_it_finds_in_place_of_the_list(stage: Stage) -> None:
    found = await search(stage, "bayes bases rates")
    assert "**RLHF Basics**" not in prose(found)
    assert "Base" in prose(found)
    assert "Show all" in buttons(found)


async def test_each_search_form_has_an_id_of_its_own(stage: Stage) -> None:
    shown = await read(stage)
    forms = [await stage.members[0].click(shown, label="Search") for _ in range(3)]
    assert len({form.modal["custom_id"] for form in forms if form.modal}) == 3


@pytest.mark.parametrize(
    "typed", ["強化学習と人間のフィードバック" * 5, "обучение с подкреплением " * 3, "🦜" * 80]
)
async def test_a_long_search_in_another_script_is_searched_and_its_buttons_work(
    stage: Stage, typed: str
) -> None:
    typed = typed.strip()[:80]
    found = await search(stage, typed)
    assert f"0 lessons for “{typed}”" in prose(found)
    assert all(len(one) <= 100 for one in custom_ids(found))
    found = await stage.choose(stage.members[0], found, "shelf1l:", "beginner")
    assert "0 lessons for “" in prose(found)
    assert "3 lessons" in prose(await stage.press(stage.members[0], found, "Show all"))


async def test_a_search_that_tries_to_format_is_printed_as_it_was_typed(stage: Stage) -> None:
    assert r"“\*\*bold\*\*" in prose(await search(stage, "**bold**"))


async def test_a_button_of_a_lesson_that_is_gone_is_refused_with_what_may_be_meant(stage: Stage) -> None:
    reader = stage.members[0]
    page = await read(stage, lesson="rlhf-basics")
    stored = stage.env.backend.get_message(page.channel_id, page.id)
    old = next(one for one in walk(stored.components) if one.get("custom_id") == "lesson1:rlhf-basics:2")
    old["custom_id"] = "lesson1:rlhf-basic:2"
    result = await reader.click(page, custom_id="lesson1:rlhf-basic:2")
    assert result.ephemeral
    assert "There is no lesson “rlhf-basic”. Did you mean **RLHF Basics**" in seen(result)


async def test_a_page_number_past_the_end_of_a_lesson_that_became_shorter_shows_its_last_page(
    stage: Stage,
) -> None:
    page = await read(stage, lesson="rlhf-basics")
    stored = stage.env.backend.get_message(page.channel_id, page.id)
    next(one for one in walk(stored.components) if one.get("label") == "Next")["custom_id"] = (
        "lesson1:rlhf-basics:99"
    )
    shown = stage.looked_at(await stage.members[0].click(page, custom_id="lesson1:rlhf-basics:99"))
    assert "Key idea" in prose(shown)


class TestALargeLibrary:
    @pytest.fixture
    def catalogue(self) -> Catalogue:
        return Catalogue(
            tuple(
                small_lesson(f"lesson-{number}", f"Subject {number}", category=f"Category {number % 30}")
                for number in range(40)
            )
        )

    async def test_the_list_is_turned_page_by_page_to_its_end_and_back(self, stage: Stage) -> None:
        reader = stage.members[0]
        shown = await read(stage)
        met: list[str] = []
        pages = 1
        while True:
            met += re.findall(r"\*\*(Subject \d+)\*\*", prose(shown))
            if "Next" not in buttons(shown):
                break
            shown = await stage.press(reader, shown, "Next")
            pages += 1
        assert pages == 7
        assert len(met) == len(set(met)) == 40
        for _ in range(pages - 1):
            shown = await stage.press(reader, shown, "Previous")
        assert "Previous" not in buttons(shown)

    async def test_no_more_than_25_lessons_are_offered_while_typing(self, stage: Stage) -> None:
        choices = await stage.members[0].autocomplete(stage.quiz, "lesson", "lesson", "subject")
        assert len(choices) == 25
