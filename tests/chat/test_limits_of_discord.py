"""Discord's limits, held against everything that the bot sends: SimCord does not know them all."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from chat_stage import (
    Stage,
    asked_in,
    buttons,
    finish_quiz,
    key_letter,
    longest_lesson,
    prose,
    small_lesson,
    units,
    walk,
)
from discord import app_commands

from bot.chat.client import COMMANDS
from bot.chat.commands import Tree
from bot.chat.syncing import sync
from lessons.catalogue import Catalogue
from lessons.model import Lesson, Section

TREE_NAME = re.compile(r"^[-_'\w]{1,32}$")


def sent(stage: Stage) -> Iterator[Any]:
    """Every message that the bot has sent or edited, as it went over the wire."""
    for request in stage.env.http_requests:
        body = request.json
        if not isinstance(body, dict):
            continue
        inner = body.get("data") if request.path.endswith("/callback") else body
        if isinstance(inner, dict) and "components" in inner and "title" not in inner:
            yield inner


def check(message: dict[str, Any]) -> None:
    """A Components V2 message as Discord would take it."""
    parts = list(walk(message["components"]))
    assert len(parts) <= 40
    printed = [one["content"] for one in parts if one["type"] == 10]
    assert all(text.strip() for text in printed), "an empty text is refused"
    assert sum(units(text) for text in printed) <= 4000
    ids = [one["custom_id"] for one in parts if one.get("custom_id")]
    assert len(ids) == len(set(ids))
    assert all(1 <= units(one) <= 100 for one in ids)
    for one in parts:
        if one["type"] == 1:
            kinds = [child["type"] for child in one["components"]]
            assert kinds == [3] or (set(kinds) == {2} and len(kinds) <= 5)
        elif one["type"] == 2:
            assert one["label"].strip()
            assert units(one["label"]) <= 80
        elif one["type"] == 3:
            assert 1 <= len(one["options"]) <= 25
            values = [option["value"] for option in one["options"]]
            assert len(values) == len(set(values))
            assert sum(bool(option.get("default")) for option in one["options"]) <= 1
            for option in one["options"]:
                assert 1 <= units(option["label"]) <= 100
                assert 1 <= units(option["value"]) <= 100
            assert units(one.get("placeholder") or "") <= 150
        elif one["type"] == 9:
            assert 1 <= len(one["components"]) <= 3
        elif one["type"] == 17:
            assert not any(child["type"] == 17 for child in one["components"])


def check_everything(stage: Stage) -> int:
    messages = list(sent(stage))
    for message in messages:
        check(message)
    return len(messages)


def check_mentions(stage: Stage) -> None:
    for message in sent(stage):
        assert message.get("allowed_mentions") == {"parse": []} or (
            message.get("allowed_mentions", {}).get("parse") == []
            and not message["allowed_mentions"].get("users")
            and not message["allowed_mentions"].get("roles")
        ), message.get("allowed_mentions")


async def live(stage: Stage, lesson: Lesson) -> None:
    """Everything that can be done with a lesson, wrongly, so that every word of it is shown somewhere."""
    ben, cleo = stage.members[:2]
    page = stage.looked_at(await ben.slash(stage.quiz, "lesson", lesson=lesson.slug))
    while "Next" in buttons(page):
        page = await stage.press(ben, page, "Next")
    await stage.press(ben, page, "Check yourself")
    opening = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson=lesson.slug))
    shown = await stage.press(
        ben, opening, next(one for one in buttons(opening) if one in {"Start", "Go on"})
    )
    while True:
        _, options = asked_in(shown)
        asked = next(
            one for one in lesson.questions if {option.text for option in one.options} == set(options)
        )
        wrong = next(at for at, text in enumerate(options) if text != asked.options[asked.key].text)
        shown = await stage.press(ben, shown, "ABCDE"[wrong])
        after = "Next question" if "Next question" in buttons(shown) else "See how it went"
        shown = await stage.press(ben, shown, after)
        if after == "See how it went":
            break
    for question in lesson.questions[:2]:
        message = await stage.poll(lesson=lesson.slug, question=question.id)
        right = key_letter(stage.catalogue, question.identity)
        await cleo.click(message, label="B" if right == "A" else "A")
        await stage.members[2].click(message, label=right)
        result = await stage.close(stage.moderator, message)
        for person in stage.members:
            await stage.press(person, result, "My result")
    for command in ("lesson", "quiz", "ladder", "rank", "help"):
        await ben.slash(stage.quiz, command)
    await ben.slash(stage.quiz, "lesson", lesson="nothing that anybody wrote about")


async def test_every_screen_of_every_lesson_that_ships_keeps_within_the_limits(stage: Stage) -> None:
    for lesson in stage.catalogue.lessons:
        await live(stage, lesson)
    assert check_everything(stage) > 100


async def test_nothing_that_is_sent_or_edited_may_ever_mention_anybody(stage: Stage) -> None:
    await live(stage, stage.catalogue.lessons[0])
    message = await stage.poll(duration="1m")
    await stage.members[0].click(message, label="A")
    await stage.env.advance_time(70)
    await stage.moderator.slash(stage.quiz, "poll", duration="@everyone")
    methods = {one.method for one in stage.env.http_requests if isinstance(one.json, dict)}
    assert {"POST", "PATCH"} <= methods
    check_mentions(stage)


class TestTheLongestLesson:
    @pytest.fixture
    def catalogue(self) -> Catalogue:
        many_short = longest_lesson(1, section_text=100)
        few_long = longest_lesson(2, section_text=2_000)
        return Catalogue(
            (longest_lesson(3), many_short, few_long, *(longest_lesson(n) for n in range(4, 12)))
        )

    @pytest.mark.parametrize("number", [1, 2])
    async def test_fits_with_every_text_as_long_as_the_loader_allows(self, stage: Stage, number: int) -> None:
        lesson = next(one for one in stage.catalogue.lessons if one.slug.startswith(f"{number:02}-"))
        await live(stage, lesson)
        check_everything(stage)

    async def test_fits_on_every_page_of_its_longest_sections(self, stage: Stage) -> None:
        ben = stage.members[0]
        page = stage.looked_at(await ben.slash(stage.quiz, "lesson", lesson="03-" + "s" * 45))
        while "Next" in buttons(page):
            page = await stage.press(ben, page, "Next")
        assert "Key idea" in prose(page)
        assert check_everything(stage) > 80

    async def test_fits_with_the_news_of_polls_beneath_it(self, stage: Stage) -> None:
        lesson, told = next(one for one in stage.catalogue.lessons if one.slug.startswith("03-")), 0
        for section, question in zip(lesson.sections, lesson.questions, strict=False):
            message = await stage.poll(lesson=lesson.slug, question=question.id)
            ben = stage.guild.add_member(stage.env.create_user(f"ben-{section.id}"))
            await ben.click(message, label="A")
            await stage.close(stage.moderator, message)
            page = await ben.slash(stage.quiz, "lesson", lesson=lesson.slug, section=section.id)
            listed = await ben.slash(stage.quiz, "lesson")
            told += "Since then" in prose(stage.looked_at(page)) + prose(stage.looked_at(listed))
        assert told
        check_everything(stage)

    async def test_is_offered_while_typing_with_a_name_that_fits(self, stage: Stage) -> None:
        person = stage.moderator
        for command, option, filled in (
            ("lesson", "lesson", {}),
            ("quiz", "lesson", {}),
            ("poll", "lesson", {}),
            ("lesson", "section", {"lesson": "03-" + "s" * 45}),
            ("poll", "question", {}),
            ("poll", "question", {"lesson": "03-" + "s" * 45}),
            ("poll", "duration", {}),
            ("ladder", "scope", {}),
        ):
            for typed in ("", "s", "title stem section", "1"):
                choices = await person.autocomplete(stage.quiz, command, option, typed, **filled)
                assert len(choices) <= 25
                for choice in choices:
                    assert 1 <= units(choice["name"]) <= 100
                    assert 1 <= units(choice["value"]) <= 100
                    assert "\n" not in choice["name"]
        offered = await person.autocomplete(stage.quiz, "lesson", "lesson", "")
        assert any(one["name"].endswith("…") for one in offered), "what was cut shows that it was"


class TestALessonInEmoji:
    @pytest.fixture
    def catalogue(self) -> Catalogue:
        lesson = small_lesson("birds", "🦜" * 80, category="🦜" * 40)
        sections = tuple(Section(f"s{at}", f"{at}" + "🦜" * 79, "🦜 " * 200) for at in range(4))
        return Catalogue((_with(lesson, sections),))

    async def test_has_labels_that_fit(self, stage: Stage) -> None:
        ben = stage.members[0]
        page = stage.looked_at(await ben.slash(stage.quiz, "lesson", lesson="birds"))
        while "Next" in buttons(page):
            page = await stage.press(ben, page, "Next")
        opening = await stage.press(ben, page, "Check yourself")
        await finish_quiz(stage, ben, opening, lambda stem, options: options.index("the wrong one"))
        assert check_everything(stage) > 5


def _with(lesson: Lesson, sections: tuple[Section, ...]) -> Lesson:
    repaired = tuple(
        replace(
            question,
            options=tuple(
                replace(option, repairs=sections[-1].id if option.repairs else None)
                for option in question.options
            ),
        )
        for question in lesson.questions
    )
    return replace(lesson, sections=sections, questions=repaired)


MENUS = ("Tutor rank", "Report this question")


class TestTheCommands:
    @pytest.fixture
    async def declared(self, stage: Stage) -> dict[str, dict[str, Any]]:
        """The commands as Discord was told of them."""
        pushed = next(one.json for one in stage.env.http_requests if one.method == "PUT")
        assert isinstance(pushed, list)
        return {one["name"]: one for one in pushed}

    async def test_are_those_that_help_speaks_of(self, declared: dict[str, Any]) -> None:
        assert set(declared) == {
            "lesson",
            "quiz",
            "poll",
            "ladder",
            "rank",
            "duel",
            "review",
            "me",
            "privacy",
            "settings",
            "help",
            *MENUS,
        }
        assert len(COMMANDS) == len(declared) <= 100

    async def test_have_names_and_descriptions_that_discord_takes(self, declared: dict[str, Any]) -> None:
        def lint(one: dict[str, Any]) -> None:
            names = [one["name"], *(one.get("name_localizations") or {}).values()]
            assert all(TREE_NAME.fullmatch(name) and name == name.lower() for name in names), names
            descriptions = [one["description"], *(one.get("description_localizations") or {}).values()]
            assert all(1 <= units(text) <= 100 for text in descriptions), descriptions
            assert all(text.strip() != "…" for text in descriptions)
            options = one.get("options") or []
            assert len(options) <= 25
            kinds = {option["type"] in {1, 2} for option in options}
            assert kinds in (set(), {True}, {False}), "a command or a group, not both"
            required = [bool(option.get("required")) for option in options]
            assert required == sorted(required, reverse=True), "what is required comes first"
            assert len({option["name"] for option in options}) == len(options)
            for option in options:
                assert len(option.get("choices") or []) <= 25
                assert not (option.get("choices") and option.get("autocomplete"))
                for choice in option.get("choices") or []:
                    assert 1 <= units(choice["name"]) <= 100
                lint(option)

        for one in declared.values():
            if one["name"] in MENUS:
                continue
            lint(one)
            assert one["type"] == 1
            assert sum(map(units, _texts_of(one))) <= 8000

    async def test_in_context_menus_have_a_name_alone(self, declared: dict[str, Any]) -> None:
        menus = [declared[name] for name in MENUS]
        assert {one["type"] for one in menus} == {2, 3}
        assert all(len(one["name"]) <= 32 and not one.get("description") for one in menus)

    async def test_that_learners_use_are_everywhere(self, declared: dict[str, Any]) -> None:
        for name in ("lesson", "quiz", "ladder", "rank", "review", "me", "help", *MENUS):
            assert sorted(declared[name]["integration_types"]) == [0, 1], name
            assert sorted(declared[name]["contexts"]) == [0, 1, 2], name
            assert declared[name]["default_member_permissions"] is None, name

    async def test_that_moderators_use_are_in_servers_and_theirs_alone(
        self, declared: dict[str, Any]
    ) -> None:
        for name in ("poll", "duel", "settings"):
            assert declared[name]["integration_types"] == [0], name
            assert declared[name]["contexts"] == [0], name
        assert int(declared["poll"]["default_member_permissions"]) == 1 << 13  # Manage Messages
        assert int(declared["settings"]["default_member_permissions"]) == 1 << 5  # Manage Server

    async def test_are_not_groups_that_can_be_run(self, stage: Stage) -> None:
        assert isinstance(stage.bot.tree, Tree)
        kinds = (app_commands.Command, app_commands.ContextMenu)
        assert all(isinstance(one, kinds) for one in stage.bot.tree.get_commands())
        assert all(not one.nsfw for one in stage.bot.tree.get_commands())

    async def test_are_told_to_discord_again_only_when_they_changed(self, stage: Stage) -> None:
        with stage.env._bot_scope():
            assert not await sync(stage.bot.tree, stage.bot.actions.installation)


def _texts_of(one: dict[str, Any]) -> Iterator[str]:
    yield one["name"]
    yield one["description"]
    for child in one.get("options") or []:
        yield from _texts_of(child)
