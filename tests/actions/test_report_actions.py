"""Reports: what their answers say, how they are decided once, and who hears of it."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.actions.audit import verify
from bot.actions.news import Heard
from bot.actions.refusals import Refusal
from bot.actions.reports import Decided, Examined
from bot.storage import Database, DatabaseUnavailable
from ladder.standings import Ladder
from lessons.catalogue import Catalogue
from tests.actions.school import ADA, GUILD, KOFI, LESSONS, MATEO, OTHER_GUILD, STARTER, School
from tests.actions.test_own_lessons import publish
from tests.conftest import HandClock
from tests.own_files import own_file

QUESTION, OWN = "curated:logic-1", f"{GUILD}:house-rules-first"
KEY = 1


async def report(school: School, *members: int, question: str = QUESTION, guild: int = GUILD) -> None:
    served = await school.actions.reports.in_library(question)
    for member in members:
        await school.actions.reports.report(member=member, guild=guild, question=served, reason="Look here.")


async def opened(school: School, question: str = QUESTION, *, by: int = STARTER) -> Examined:
    found = await school.actions.reports.open(guild=GUILD, question=question, by=by)
    assert found is not None
    return found


async def answered(school: School, crowd: dict[int, int], *, guild: int = GUILD) -> None:
    """A poll of the question that these members answer with these options."""
    poll = await school.poll("logic-1", lesson="logic", guild=guild)
    for member, option in crowd.items():
        await school.press(poll, member, option)
    await school.polls.close(poll)


async def waiting(school: School) -> int:
    return sum(len(one.reports) for one in await school.actions.reports.waiting(GUILD))


async def heard(school: School, member: int) -> Heard | None:
    news = await school.actions.news.of(member)
    return news.heard if news is not None else None


async def deeds(school: School) -> list[str]:
    return [one.what for one in (await school.actions.audit_log.page(GUILD, 0)).entries]


async def undo_latest(school: School) -> None:
    (latest, *_) = (await school.actions.audit_log.page(GUILD, 0)).entries
    await school.actions.audit_log.undo(GUILD, latest.id, STARTER)


class TestStatistics:
    async def test_answers_here_and_everywhere_are_counted_apart(self, school: School) -> None:
        await answered(school, {ADA + number: (KEY, 0, 2, 3)[number % 4] for number in range(60)})
        await answered(school, {ADA + 100 + number: KEY for number in range(20)}, guild=OTHER_GUILD)
        await report(school, ADA)
        found = await opened(school)
        assert found.here.answers == 60
        assert found.here.facility is not None
        assert found.here.facility.hits == 15
        assert found.here.distractors is not None
        assert [(one.option, one.chosen.hits) for one in found.here.distractors] == [
            (0, 15),
            (2, 15),
            (3, 15),
        ]
        assert found.everywhere is not None
        assert found.everywhere.answers == 80
        assert found.everywhere.facility is not None
        assert found.everywhere.facility.hits == 35

    async def test_few_answers_say_nothing_but_how_many_they_are(self, school: School) -> None:
        await answered(school, {ADA: KEY, KOFI: 0})
        await report(school, ADA)
        found = await opened(school)
        assert (found.here.answers, found.here.facility, found.here.distractors) == (2, None, None)
        assert found.here.findings == ()

    async def test_a_servers_own_question_is_counted_here_alone(self, school: School) -> None:
        await publish(school, own_file())
        poll = await school.poll("house-rules-first", lesson=f"{GUILD}-house-rules")
        await school.press(poll, ADA, 0)
        await school.polls.close(poll)
        await report(school, ADA, question=OWN)
        found = await opened(school, OWN)
        assert (found.here.answers, found.everywhere, found.reported.is_own) == (1, None, True)

    async def test_a_question_that_is_gone_from_the_library_can_still_be_decided_about(
        self, school: School, clock: HandClock
    ) -> None:
        await answered(school, {ADA: KEY, KOFI: 0})
        await report(school, ADA)
        later = School(
            school.database, clock, Catalogue(tuple(one for one in LESSONS if one.slug != "logic"))
        )
        found = await opened(later)
        assert not found.is_asked
        assert (found.here.answers, found.reported.asked.stem) == (2, "logic 1?")
        done = await later.actions.reports.void(guild=GUILD, question=QUESTION, by=STARTER)
        assert done is not None
        assert done.changes == 2

    async def test_a_reporter_is_told_that_a_report_is_their_own(self, school: School) -> None:
        await report(school, ADA, STARTER)
        assert (await opened(school)).by_viewer
        assert not (await opened(school, by=MATEO)).by_viewer


class TestDeciding:
    async def test_two_moderators_at_once_decide_once(self, school: School, elsewhere: School) -> None:
        await answered(school, {ADA: KEY})
        await report(school, ADA, KOFI)
        done = await asyncio.gather(
            school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER),
            elsewhere.actions.reports.void(guild=GUILD, question=QUESTION, by=MATEO),
            school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=KOFI),
        )
        (decided,) = (one for one in done if one is not None)
        assert decided.reports == 2
        assert len(await deeds(school)) == 1
        row = (await school.ratings(ADA))[Ladder.server(GUILD).key]
        assert row.answers == (0 if await deeds(school) == ["report_voided"] else 1)

    async def test_a_dismissal_is_undone_by_letting_the_reports_wait_again(self, school: School) -> None:
        await report(school, ADA, KOFI)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        assert await waiting(school) == 0
        await undo_latest(school)
        assert await waiting(school) == 2
        assert await deeds(school) == ["report_reopened", "report_dismissed"]

    async def test_reports_of_deleted_people_cannot_wait_again(self, school: School) -> None:
        await report(school, ADA)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        await school.actions.privacy.delete(ADA)
        with pytest.raises(Refusal, match="deleted their data"):
            await undo_latest(school)

    async def test_an_undone_decision_leaves_later_ones_alone(self, school: School, clock: HandClock) -> None:
        await report(school, ADA)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        clock.forward(hours=1)
        await report(school, KOFI)
        await school.actions.reports.void(guild=GUILD, question=QUESTION, by=STARTER)
        entry = (await school.actions.audit_log.page(GUILD, 0)).entries[1]
        await school.actions.audit_log.undo(GUILD, entry.id, STARTER)
        (one,) = await school.actions.reports.waiting(GUILD)
        assert [report.member for report in one.reports] == [ADA]
        voided = (await school.actions.audit_log.page(GUILD, 0)).entries[1]
        with pytest.raises(Refusal, match="cannot be taken back"):
            await school.actions.audit_log.undo(GUILD, voided.id, STARTER)

    async def test_a_void_takes_back_here_alone_and_the_season_with_it(self, school: School) -> None:
        await school.actions.seasons.start(guild=GUILD, by=STARTER, name="Spring", days=30)
        await answered(school, {ADA: KEY, KOFI: 0})
        await report(school, ADA)
        world = (await school.ratings(ADA))["global"]
        done = await school.actions.reports.void(guild=GUILD, question=QUESTION, by=STARTER)
        assert done is not None
        assert done.changes == 4
        rows = await school.ratings(ADA)
        assert rows["global"] == world
        assert {key: row.answers for key, row in rows.items() if key.startswith(("server:", "season:"))} == {
            key: 0 for key in rows if key.startswith(("server:", "season:"))
        }
        assert (await verify(school.database, progress=lambda *_: None)).faults == ()


async def test_a_decision_and_what_it_takes_back_are_one(sqlite_url: URL, clock: HandClock) -> None:
    """The process ends while ratings are taken back: nothing is decided either, and the next try does all of it."""
    database = Database(sqlite_url)
    school = School(database, clock)
    await answered(school, {ADA: KEY, KOFI: 0})
    await report(school, ADA)
    async with database.unit() as unit:
        await unit.polls._connection.execute(
            text(
                "CREATE TRIGGER ending BEFORE INSERT ON journal WHEN NEW.kind = 'void'"
                " BEGIN SELECT RAISE(ABORT, 'the end'); END"
            )
        )
    for deed in (
        school.actions.reports.void(guild=GUILD, question=QUESTION, by=STARTER),
        school.actions.voiding.void(GUILD, QUESTION, STARTER),
    ):
        with pytest.raises(DatabaseUnavailable):
            await deed
    assert (await waiting(school), await deeds(school)) == (1, [])
    async with database.unit() as unit:
        await unit.polls._connection.execute(text("DROP TRIGGER ending"))
    done = await school.actions.reports.void(guild=GUILD, question=QUESTION, by=STARTER)
    assert done == Decided(1, 1, 2)
    await database.close()


class TestMending:
    async def test_a_report_is_mended_once_its_lesson_has_another_version(
        self, school: School, clock: HandClock
    ) -> None:
        await publish(school, own_file())
        clock.forward(hours=1)
        await report(school, ADA, question=OWN)
        mend = school.actions.reports.mend
        with pytest.raises(Refusal, match="still asked as it was reported"):
            await mend(guild=GUILD, question=OWN, by=STARTER)
        clock.forward(hours=1)
        await publish(school, own_file(explanation="In other words."))
        done = await mend(guild=GUILD, question=OWN, by=STARTER)
        assert done is not None
        assert done.reports == 1
        assert await mend(guild=GUILD, question=OWN, by=STARTER) is None
        await undo_latest(school)
        assert await waiting(school) == 1

    async def test_a_question_that_a_new_version_leaves_out_is_mended(self, school: School) -> None:
        await publish(school, own_file())
        await report(school, ADA, question=OWN)
        await publish(school, own_file(ids=("anew", "second", "third")))
        assert not (await opened(school, OWN)).is_asked
        assert await school.actions.reports.mend(guild=GUILD, question=OWN, by=STARTER) is not None

    async def test_a_retired_lesson_is_mended(self, school: School) -> None:
        await publish(school, own_file())
        await report(school, ADA, question=OWN)
        await school.actions.own_lessons.retire(GUILD, STARTER, "house-rules")
        assert await school.actions.reports.mend(guild=GUILD, question=OWN, by=STARTER) is not None

    async def test_a_question_of_the_library_is_nobodys_here_to_mend(self, school: School) -> None:
        await report(school, ADA)
        with pytest.raises(Refusal, match="still asked"):
            await school.actions.reports.mend(guild=GUILD, question=QUESTION, by=STARTER)


class TestTellingTheReporter:
    async def test_those_who_are_to_hear_of_it_hear_once(self, school: School, elsewhere: School) -> None:
        await report(school, ADA, KOFI)
        await school.actions.reports.let_tell(guild=GUILD, question=QUESTION, tells=True, by=STARTER)
        assert await heard(school, ADA) is None, "nothing is decided yet"
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        both = await asyncio.gather(heard(school, ADA), heard(elsewhere, ADA))
        assert sorted(both, key=repr) == [Heard("logic 1?", "dismissed"), None]
        assert await heard(school, KOFI) == Heard("logic 1?", "dismissed")
        assert await heard(school, ADA) is None
        (entry, *_) = (await school.actions.audit_log.page(GUILD, 0)).entries
        assert entry.after is True

    async def test_nobody_hears_of_it_unless_a_moderator_wants_that(self, school: School) -> None:
        await report(school, ADA)
        for tells in (True, False):
            await school.actions.reports.let_tell(guild=GUILD, question=QUESTION, tells=tells, by=STARTER)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        assert await heard(school, ADA) is None

    async def test_two_decisions_are_told_one_after_the_other(self, school: School, clock: HandClock) -> None:
        for number, decide in ((1, school.actions.reports.dismiss), (2, school.actions.reports.void)):
            question = f"curated:logic-{number}"
            await report(school, ADA, question=question)
            await school.actions.reports.let_tell(guild=GUILD, question=question, tells=True, by=STARTER)
            await decide(guild=GUILD, question=question, by=STARTER)
            clock.forward(minutes=1)
        assert await heard(school, ADA) == Heard("logic 1?", "dismissed")
        assert await heard(school, ADA) == Heard("logic 2?", "voided")
        assert await heard(school, ADA) is None

    async def test_whoever_was_told_hears_of_another_decision_after_the_first_was_undone(
        self, school: School, clock: HandClock
    ) -> None:
        await report(school, ADA)
        await school.actions.reports.let_tell(guild=GUILD, question=QUESTION, tells=True, by=STARTER)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        assert await heard(school, ADA) == Heard("logic 1?", "dismissed")
        await undo_latest(school)
        assert await heard(school, ADA) is None
        clock.forward(minutes=1)
        await school.actions.reports.void(guild=GUILD, question=QUESTION, by=STARTER)
        assert await heard(school, ADA) == Heard("logic 1?", "voided")

    async def test_a_moderator_is_not_told_what_they_decided_themselves(self, school: School) -> None:
        await report(school, STARTER)
        await school.actions.reports.let_tell(guild=GUILD, question=QUESTION, tells=True, by=STARTER)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        assert await heard(school, STARTER) is None

    async def test_whoever_has_deleted_their_data_hears_nothing(self, school: School) -> None:
        await report(school, ADA)
        await school.actions.reports.let_tell(guild=GUILD, question=QUESTION, tells=True, by=STARTER)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        await school.actions.privacy.delete(ADA)
        assert await heard(school, ADA) is None

    async def test_it_comes_with_the_news_of_polls(self, school: School) -> None:
        await report(school, ADA)
        await school.actions.reports.let_tell(guild=GUILD, question=QUESTION, tells=True, by=STARTER)
        await school.actions.reports.dismiss(guild=GUILD, question=QUESTION, by=STARTER)
        poll = await school.poll("chance-1", lesson="chance")
        await school.press(poll, ADA, 1)
        await school.polls.close(poll)
        await school.polls.delivered(poll)
        news = await school.actions.news.of(ADA)
        assert news is not None
        assert (news.polls, news.heard) == (1, Heard("logic 1?", "dismissed"))
