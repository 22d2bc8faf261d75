"""Privacy: being hidden, having all that is kept, and being forgotten."""

import asyncio
import gzip
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from bot.actions import privacy
from bot.actions.audit import verify
from bot.actions.polls import PollResult, Recorded
from bot.actions.refusals import Refusal
from bot.storage.sightings import ANYWHERE
from bot.words import speaking
from ladder.standings import Ladder
from tests.actions.school import ADA, GUILD, KOFI, MATEO, School
from tests.conftest import HandClock

EVERYBODY = (ADA, KOFI, MATEO)


async def lessons_and_polls(school: School) -> int:
    """A busy day: names, a season, a closed poll, quizzes, and a poll that is still open; the last one's id."""
    people = school.actions.people
    for member, name in zip(EVERYBODY, ("Ada", "Kofi", "Mateo"), strict=True):
        await people.meet(member, name, GUILD, f"{name} of the school")
    await school.actions.seasons.start(GUILD, by=ADA, name="Spring", days=30)
    closed = await school.poll("logic-0")
    for member, option in ((ADA, 0), (KOFI, 1), (MATEO, 0)):
        await school.press(closed, member, option)
    await school.polls.close(closed, ADA, moderator=True)
    for member in EVERYBODY:
        quiz = (await school.quiz(member, "chance")).quiz.id
        for _ in range(3):
            await school.solve(quiz, member, right=member != KOFI)
    still_open = await school.poll("logic-1")
    for member, option in ((ADA, 1), (KOFI, 1), (MATEO, 2)):
        await school.press(still_open, member, option)
    return still_open


async def boards(school: School) -> dict[str, list[int]]:
    """Who stands on each board of the day."""
    season = await school.actions.seasons.running(GUILD)
    assert season is not None
    week = date(2026, 2, 23)
    ladders = (
        Ladder.world(),
        Ladder.category("logic"),
        Ladder.category("chance"),
        Ladder.server(GUILD),
        Ladder.season(GUILD, season.id),
        Ladder.xp(week),
        Ladder.xp(week, GUILD),
    )
    pages = {one.key: await school.database.standings.page(one.key, 0, 50) for one in ladders}
    for page in pages.values():
        assert page.size == len(page.rows)
    return {key: [row.member for row in page.rows] for key, page in pages.items()}


async def numbers(school: School, members: Iterable[int]) -> dict[int, Any]:
    """Everything that is counted of the members."""
    found: dict[int, Any] = {}
    for member in members:
        async with school.database.reading() as unit:
            found[member] = (
                await unit.ratings.of(member),
                {
                    ladder: await unit.ratings.entries(member, ladder)
                    for ladder in await school.ratings(member)
                },
                await unit.experience.of([member]),
                await school.first_attempts(member),
                await unit.matches.titles([member]),
            )
    return found


async def audited(school: School) -> None:
    assert (await verify(school.database, progress=lambda *_: None)).faults == ()


async def test_a_hidden_member_is_on_no_board_at_once_and_back_when_shown(
    school: School, elsewhere: School
) -> None:
    await lessons_and_polls(school)
    before = await boards(school)
    assert all(ADA in members for members in before.values())
    await school.actions.privacy.hide(ADA)
    assert await elsewhere.actions.privacy.is_hidden(ADA)
    assert await boards(elsewhere) == {
        key: [member for member in members if member != ADA] for key, members in before.items()
    }
    await audited(elsewhere)
    await elsewhere.actions.privacy.show(ADA)
    assert not await school.actions.privacy.is_hidden(ADA)
    assert await boards(school) == before
    await audited(school)


async def test_a_hidden_members_rating_goes_on_and_is_known_to_the_member(school: School) -> None:
    still_open = await lessons_and_polls(school)
    await school.actions.privacy.hide(ADA)
    was = (await school.ratings(ADA))["global"]
    result = await school.polls.close(still_open, moderator=True, by=ADA)
    assert result.tally.total == 3
    now = (await school.ratings(ADA))["global"]
    assert now.entries == was.entries + 1
    assert all(ADA not in members for members in (await boards(school)).values())
    card = await school.actions.ladders.card(ADA, GUILD)
    assert card.world is not None
    assert card.world.rating == now.rating
    await school.actions.privacy.show(ADA)
    assert all(ADA in members for members in (await boards(school)).values())
    await audited(school)


async def test_hiding_twice_is_hiding_once(school: School) -> None:
    await lessons_and_polls(school)
    before = await boards(school)
    for _ in range(2):
        await school.actions.privacy.hide(ADA)
    for _ in range(2):
        await school.actions.privacy.show(ADA)
    assert await boards(school) == before


async def test_somebody_can_hide_before_the_first_answer(school: School) -> None:
    await school.actions.privacy.hide(ADA)
    await lessons_and_polls(school)
    assert all(ADA not in members for members in (await boards(school)).values())
    assert all(KOFI in members for key, members in (await boards(school)).items() if "xp" not in key)


async def test_after_a_deletion_nothing_of_the_member_is_left_and_nobody_else_is_touched(
    school: School, elsewhere: School
) -> None:
    still_open = await lessons_and_polls(school)
    before, places = await numbers(school, (KOFI, MATEO)), await boards(school)
    assert (await school.actions.privacy.overview(ADA)).kept
    await elsewhere.actions.privacy.delete(ADA)
    assert await school.actions.privacy.overview(ADA) == privacy.Overview(hidden=False, kept={})
    _, content = await school.actions.privacy.export(ADA)
    assert not any(table["rows"] for table in json.loads(content)["tables"].values())
    assert await school.ratings(ADA) == {}
    assert await numbers(school, (KOFI, MATEO)) == before
    assert await boards(school) == {
        key: [member for member in members if member != ADA] for key, members in places.items()
    }
    await audited(school)
    await school.polls.close(still_open, KOFI, moderator=True)
    await audited(school)


async def test_an_open_poll_keeps_an_anonymous_tally_and_closes_right(
    school: School, elsewhere: School
) -> None:
    still_open = await lessons_and_polls(school)
    others = await numbers(school, (KOFI, MATEO))
    await school.actions.privacy.delete(ADA)
    assert ADA not in await school.answers(still_open)
    result = await elsewhere.polls.close(still_open, KOFI, moderator=True)
    assert result.tally.counts == (0, 2, 1, 0)
    assert await school.ratings(ADA) == {}
    for member in (KOFI, MATEO):
        rating = (await school.ratings(member))["global"]
        assert rating.entries == others[member][0]["global"].entries + 1
    assert isinstance(await school.polls.view(still_open), PollResult)
    await audited(school)


async def test_a_second_press_after_a_deletion_is_not_a_second_answer(
    school: School, elsewhere: School
) -> None:
    still_open = await lessons_and_polls(school)
    await school.actions.privacy.delete(ADA)
    for process in (school, elsewhere):
        with pytest.raises(Refusal, match="before you deleted your data"):
            await process.press(still_open, ADA, 3)
    result = await school.polls.close(still_open, KOFI, moderator=True)
    assert result.tally.counts == (0, 2, 1, 0)
    own = await school.polls.own_result(still_open, ADA)
    assert own.deleted
    assert own.option is None
    assert own.moved == ()
    assert not (await school.polls.own_result(still_open, KOFI)).deleted


async def test_after_a_deletion_nothing_already_seen_is_rated_again_in_a_quiz(school: School) -> None:
    await lessons_and_polls(school)
    await school.actions.privacy.delete(ADA)
    opening = await school.quiz(ADA, "chance")
    assert opening.rated == 0
    put = await school.next(opening.quiz.id, ADA)
    assert not put.rated
    verdict = await school.solve(opening.quiz.id, ADA)
    assert verdict.correct
    assert verdict.moved == ()
    assert await school.ratings(ADA) == {}
    await audited(school)


async def test_after_a_deletion_what_was_never_seen_is_rated(school: School) -> None:
    still_open = await lessons_and_polls(school)
    await school.polls.close(still_open, KOFI, moderator=True)
    await school.actions.privacy.delete(ADA)
    opening = await school.quiz(ADA, "logic")
    assert opening.rated == 2
    rated = [
        one.question.question
        for one in [await school.solve(opening.quiz.id, ADA) for _ in range(4)]
        if one.moved
    ]
    assert sorted(rated) == ["curated:logic-2", "curated:logic-3"]
    first = (await school.entries(ADA))[0]
    assert (first.sequence, first.estimate_before, first.evidence_before) == (1, 1200.0, 0.0)
    places = await boards(school)
    assert ADA in places["global"]
    assert ADA in places[f"server:{GUILD}"]
    await audited(school)


async def test_after_a_deletion_a_seen_question_is_unrated_in_a_new_poll_too(
    school: School, clock: HandClock
) -> None:
    await lessons_and_polls(school)
    await school.actions.privacy.delete(ADA)
    poll = await school.poll("logic-0")
    assert isinstance(await school.press(poll, ADA, 0), Recorded)
    clock.forward(minutes=11)
    await school.polls.close(poll)
    assert (await school.polls.own_result(poll, ADA)).moved == ()
    assert await school.ratings(ADA) == {}


async def test_a_quiz_that_was_open_is_gone_with_the_rest(school: School) -> None:
    quiz = (await school.quiz(ADA)).quiz.id
    await school.next(quiz, ADA)
    await school.actions.privacy.delete(ADA)
    with pytest.raises(Refusal, match="no longer known"):
        await school.quizzes.put(quiz, ADA)
    # The one that was shown has been seen; the others have not.
    assert (await school.quiz(ADA)).rated == 3


async def test_names_are_forgotten_and_nothing_in_flight_brings_them_back(
    school: School, clock: HandClock
) -> None:
    people = school.actions.people
    await people.meet(ADA, "Ada", GUILD, "Countess")
    await asyncio.gather(
        school.actions.privacy.delete(ADA), people.meet(ADA, "Ada"), people.meet(KOFI, "Kofi")
    )
    await people.meet(ADA, "Ada", GUILD, "Countess")
    async with school.database.reading() as unit:
        assert await unit.sightings.names(GUILD, [ADA, KOFI]) == {KOFI: "Kofi"}
    assert (await school.actions.privacy.overview(ADA)).kept == {}
    clock.forward(minutes=2)
    await people.meet(ADA, "Ada")
    async with school.database.reading() as unit:
        assert await unit.sightings.names(ANYWHERE, [ADA]) == {ADA: "Ada"}


@pytest.mark.parametrize("round_", range(5))
async def test_presses_beside_a_deletion_never_count_twice(
    school: School, elsewhere: School, round_: int
) -> None:
    """Whichever comes first, the poll has one ballot of hers, and the audit is clean."""
    poll = await school.poll("logic-0")
    await school.press(poll, ADA, 1)
    await asyncio.gather(
        *(process.press(poll, member, 2) for process in (school, elsewhere) for member in (KOFI, ADA)),
        (school if round_ % 2 else elsewhere).actions.privacy.delete(ADA),
        *(process.press(poll, ADA, 3) for process in (school, elsewhere)),
        return_exceptions=True,
    )
    answers = await school.answers(poll)
    assert sorted(one.option for one in answers.values()) == [1, 2]
    assert ADA not in answers
    await school.polls.close(poll, KOFI, moderator=True)
    assert await school.ratings(ADA) == {}
    await audited(school)


async def test_an_export_explains_itself(school: School) -> None:
    await lessons_and_polls(school)
    name, content = await school.actions.privacy.export(ADA)
    assert name == "rung-export.json"
    told = json.loads(content)
    assert told["format"] == privacy.FORMAT
    assert told["member"] == str(ADA)
    assert told["exported_at"] == "2026-03-01T12:00:00+00:00"
    tables = told["tables"]
    assert all(table["about"] for table in tables.values())
    assert {row["name"] for row in tables["sightings"]["rows"]} == {"Ada", "Ada of the school"}
    assert [row["option"] for row in tables["poll_answers"]["rows"]] == [0, 1]
    assert len(tables["quiz_questions"]["rows"]) == 3
    assert len(tables["journal"]["rows"]) == 4 * 4
    text = content.decode()
    assert str(KOFI) not in text
    assert "Kofi" not in text
    assert '\n  "tables": {\n' in text


def test_every_table_of_an_export_is_explained() -> None:
    from bot.storage.columns import metadata

    owned = {
        table.name
        for table in metadata.tables.values()
        if any("person" in column.info for column in table.c) or table.name == "quiz_questions"
    }
    assert set(privacy.ABOUT) == owned


async def test_a_large_export_is_compressed(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    await lessons_and_polls(school)
    monkeypatch.setattr(privacy, "LARGEST_FILE", 1000)
    name, content = await school.actions.privacy.export(ADA)
    assert name == "rung-export.json.gz"
    assert json.loads(gzip.decompress(content))["member"] == str(ADA)


async def test_an_overview_counts_what_is_kept(school: School) -> None:
    assert await school.actions.privacy.overview(ADA) == privacy.Overview(hidden=False, kept={})
    await lessons_and_polls(school)
    await school.actions.privacy.hide(ADA)
    with speaking("en-US"):
        shown = await school.actions.privacy.overview(ADA)
    assert shown.hidden
    assert shown.kept["poll_answers"] == 2
    assert shown.kept["sightings"] == 2
    assert shown.kept["quizzes"] == 1
    assert "polls" not in shown.kept


async def test_whoever_deletes_without_data_changes_nothing(school: School) -> None:
    await lessons_and_polls(school)
    before, places = await numbers(school, EVERYBODY), await boards(school)
    await school.actions.privacy.delete(4711)
    assert (await numbers(school, EVERYBODY), await boards(school)) == (before, places)
