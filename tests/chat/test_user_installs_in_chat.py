"""The bot in a server that it is not in, brought along by the person who uses it."""

from typing import Any

import pytest
import simcord.interactions
from chat_stage import Stage, asked_in, buttons, finish_quiz, prose, seen, small_lesson, walk

from ladder.standings import Ladder
from lessons.catalogue import Catalogue


@pytest.fixture
def catalogue() -> Catalogue:
    """A lesson in which the right option says so."""
    return Catalogue((small_lesson("one", "One"),))


class Installs:
    """Who installed the bot, as Discord says with everything that is pressed; SimCord says nothing of it."""

    def __init__(self) -> None:
        self.server, self.person = False, True

    def owners(self, guild: int | None, person: int) -> dict[str, str]:
        told = {"0": str(guild)} if self.server and guild is not None else {}
        return told | ({"1": str(person)} if self.person else {})


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> Installs:
    installs, payload = Installs(), simcord.interactions.base_payload

    def told(*given: Any, guild_id: int | None, user_id: int, **named: Any) -> Any:
        record, sent = payload(*given, guild_id=guild_id, user_id=user_id, **named)
        sent["authorizing_integration_owners"] = installs.owners(guild_id, user_id)
        return record, sent

    monkeypatch.setattr(simcord.interactions, "base_payload", told)
    return installs


def right(_stem: str, options: Any) -> int:
    return list(options).index("the right one")


async def lesson(stage: Stage, who: Any) -> Any:
    return stage.looked_at(await who.slash(stage.quiz, "lesson", lesson="one"))


async def learned_here(stage: Stage, who: Any) -> int:
    """How many stand on the server's ladder once this member has answered a lesson's questions."""
    opening = stage.looked_at(await who.slash(stage.quiz, "quiz", lesson="one"))
    summary = await finish_quiz(stage, who, opening, right)
    assert "**2 of 2** right" in prose(summary)
    assert len((await stage.database.standings.page(Ladder.world().key, 0, 9)).rows) == 1
    return len((await stage.database.standings.page(Ladder.server(stage.guild.id).key, 0, 9)).rows)


async def test_answers_given_there_begin_no_ladder_of_the_server(stage: Stage, installs: Installs) -> None:
    ben = stage.guild.add_member(stage.env.create_user("benedict"), nick="Ben of this server")
    assert await learned_here(stage, ben) == 0
    async with stage.database.reading() as unit:
        assert await unit.sightings.names(stage.guild.id, [ben.id]) == {ben.id: "benedict"}
    board = stage.looked_at(await ben.slash(stage.quiz, "ladder"))
    assert "The world's ladder" in prose(board)
    assert "Share" not in buttons(board)


@pytest.mark.parametrize("person", [True, False])
async def test_where_the_bot_is_in_the_server_answers_count_there_whoever_installed_it_too(
    stage: Stage, installs: Installs, person: bool
) -> None:
    installs.server, installs.person = True, person
    assert await learned_here(stage, stage.members[0]) == 1
    assert "Share" in buttons(await lesson(stage, stage.members[1]))


async def test_nothing_is_shared_there(stage: Stage, installs: Installs) -> None:
    installs.server = True
    page = await lesson(stage, stage.moderator)
    assert "Share" in buttons(page)
    installs.server = False
    told = await stage.press(stage.moderator, page, "Share")
    assert "Nobody else is here to share it with" in prose(told)
    assert "Share" not in buttons(await lesson(stage, stage.moderator))
    assert not stage.quiz.history()


async def test_a_report_from_there_promises_no_moderators(stage: Stage, installs: Installs) -> None:
    ben = stage.members[0]
    opening = stage.looked_at(await ben.slash(stage.quiz, "quiz", lesson="one"))
    shown = await stage.press(ben, opening, "Start")
    assert asked_in(shown)[0].endswith("of One?")
    form = await ben.context_menu(stage.quiz, "Report this question", shown)
    assert form.modal is not None
    field = next(one["custom_id"] for one in walk(form.modal["components"]) if one["type"] == 4)
    told = seen(await ben.submit_modal(form, {field: "B is right as well."}))
    assert "Whoever runs this bot will read it." in told
    assert "moderators" not in told
    assert await stage.bot.actions.reports.waiting(stage.guild.id) == []
