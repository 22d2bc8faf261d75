"""What Discord has stopped waiting for, beside quizzes and reviews: nothing is lost, and the next try tells."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from chat_stage import Stage, buttons, custom_ids, prose, small_lesson, walk

from lessons.catalogue import Catalogue
from tests.chat.test_reading_in_chat import lesson

REASON = "B is right as well."

Try = Callable[[], Awaitable[Any]]
"""A press, a command or a form, which can be tried again."""


def in_turn(*attempts: Try) -> Try:
    """The second shows what became of the first, and would not do it itself."""
    left = iter(attempts)

    async def attempt() -> Any:
        return await next(left)()

    return attempt


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue((lesson("sets", "Sets"), small_lesson("logic", "Logic", questions=3)))


async def turning_a_page(stage: Stage) -> tuple[Try, str]:
    page = stage.looked_at(await stage.members[0].slash(stage.quiz, "lesson", lesson="sets"))
    return lambda: stage.members[0].click(page, custom_id=buttons(page)["Next"]), "## Part 2"


async def jumping_to_a_section(stage: Stage) -> tuple[Try, str]:
    page = stage.looked_at(await stage.members[0].slash(stage.quiz, "lesson", lesson="sets"))
    jump = next(one for one in custom_ids(page) if one.startswith("jump1:"))
    return lambda: stage.members[0].select(page, ["s3"], custom_id=jump), "## Part 3"


async def opening_a_lesson(stage: Stage) -> tuple[Try, str]:
    return lambda: stage.members[0].slash(stage.quiz, "lesson", lesson="sets"), "# Sets"


async def challenge(stage: Stage) -> Any:
    ben, cleo = stage.members[:2]
    await stage.bot.actions.settings.change(
        stage.guild.id, stage.moderator.id, share_channels=[stage.quiz.id], share_cooldown=300
    )
    await ben.slash(stage.quiz, "duel", member=cleo, lesson="logic")
    return next(one for one in stage.quiz.history() if not one.flags.ephemeral)


async def accepting_a_duel(stage: Stage) -> tuple[Try, str]:
    message = await challenge(stage)
    accept = buttons(message)["Accept"]
    ben, cleo = stage.members[:2]
    # Whoever made the challenge cannot accept it, and sees how it stands.
    attempts = in_turn(
        lambda: cleo.click(message, custom_id=accept), lambda: ben.click(message, custom_id=accept)
    )
    return attempts, "The duel is on"


async def playing_a_duel(stage: Stage) -> tuple[Try, str]:
    message = await challenge(stage)
    running = await stage.press(stage.members[1], message, "Accept")
    return (
        lambda: stage.members[0].click(message, custom_id=buttons(running)["Play"]),
        "# 🤺 Your side of the duel: Logic",
    )


async def one_s_own_page(stage: Stage) -> tuple[Try, str]:
    return lambda: stage.members[0].slash(stage.quiz, "me"), "# ben"


async def choosing_a_time_zone(stage: Stage) -> tuple[Try, str]:
    ben = stage.members[0]
    attempts = in_turn(
        lambda: ben.slash(stage.quiz, "me", zone="Asia/Tokyo"), lambda: ben.slash(stage.quiz, "me")
    )
    return attempts, "Time zone: `Asia/Tokyo`"


async def choosing_the_hour_of_reminders(stage: Stage) -> tuple[Try, str]:
    ben = stage.members[0]
    page = stage.looked_at(await ben.slash(stage.quiz, "me"))
    page = await stage.press(ben, page, "Reminders")
    attempts = in_turn(
        lambda: ben.select(page, ["18"], custom_id="mehour1"), lambda: ben.slash(stage.quiz, "me")
    )
    return attempts, "Reminders: at 18:00"


async def refusing_duels(stage: Stage) -> tuple[Try, str]:
    ben = stage.members[0]
    page = stage.looked_at(await ben.slash(stage.quiz, "me"))
    refuse = buttons(page)["Refuse duels"]
    attempts = in_turn(lambda: ben.click(page, custom_id=refuse), lambda: ben.slash(stage.quiz, "me"))
    return attempts, "Duels: you take no challenges."


async def declining_a_duel(stage: Stage) -> tuple[Try, str]:
    message = await challenge(stage)
    return lambda: stage.members[1].click(message, custom_id=buttons(message)["Decline"]), "nothing is kept"


@pytest.mark.parametrize(
    "scene",
    [
        opening_a_lesson,
        turning_a_page,
        jumping_to_a_section,
        accepting_a_duel,
        declining_a_duel,
        playing_a_duel,
        one_s_own_page,
        choosing_a_time_zone,
        choosing_the_hour_of_reminders,
        refusing_duels,
    ],
)
async def test_what_discord_no_longer_waits_for_is_told_at_the_next_try(
    stage: Stage,
    scene: Callable[[Stage], Awaitable[tuple[Try, str]]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    attempt, told = await scene(stage)
    too_late(stage)
    await attempt()
    no_harm_done(stage, caplog)
    assert told in prose(stage.looked_at(await attempt()))


async def test_a_report_that_discord_no_longer_waits_for_is_noted_once(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    ben = stage.members[0]
    message = await stage.poll(lesson="logic", question="logic-1")
    too_late(stage)
    await ben.context_menu(stage.quiz, "Report this question", message)
    no_harm_done(stage, caplog)
    form = await ben.context_menu(stage.quiz, "Report this question", message)
    too_late(stage)
    await ben.submit_modal(form, {field_of(form): REASON})
    no_harm_done(stage, caplog)
    form = await ben.context_menu(stage.quiz, "Report this question", message)
    told = stage.looked_at(await ben.submit_modal(form, {field_of(form): "Once more."}))
    assert "You have reported this question already." in prose(told)
    (reported,) = await stage.bot.actions.reports.waiting(stage.guild.id)
    assert [one.reason for one in reported.reports] == [REASON]


def field_of(form: Any) -> str:
    return next(one["custom_id"] for one in walk(form.modal["components"]) if one["type"] == 4)


def too_late(stage: Stage) -> None:
    """Discord refuses the answer to whatever comes next."""
    stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)


def no_harm_done(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """The answer was refused, which is a line in the log and no failure."""
    assert stage.env.backend.faults == []
    assert "An interaction had expired" in caplog.text
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
    caplog.clear()
