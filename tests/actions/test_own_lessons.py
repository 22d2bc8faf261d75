"""A server's own lessons: handed in, published, changed, taken back, and what answers to them move."""

import io
import shutil
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions.audit import verify
from bot.actions.marking import Verdict
from bot.actions.own_lessons import MOST_LESSONS, Draft, Rejected
from bot.actions.quizzes import Put
from bot.actions.refusals import Refusal
from bot.actions.reviews import Asking
from bot.actions.statistics import difficulty_of_all
from bot.actions.summaries import Summary
from bot.storage.quizzes import TIME_RAN_OUT
from bot.storage.server_tables import own_lessons
from lessons.document import MOST_BYTES
from tests.actions.school import ADA, CHANNEL, GUILD, KOFI, MATEO, OTHER_GUILD, STARTER, School
from tests.conftest import HandClock
from tests.own_files import own_file

SLUG = f"{GUILD}-house-rules"


async def hand_in(school: School, source: bytes, name: str = "house-rules", *, guild: int = GUILD) -> Draft:
    found = await school.actions.own_lessons.hand_in(guild, STARTER, f"{name}.yaml", source)
    assert isinstance(found, Draft), found
    return found


async def publish(school: School, source: bytes, name: str = "house-rules", *, guild: int = GUILD) -> int:
    """Hand a file in and publish it; the entry in the log."""
    draft = await hand_in(school, source, name, guild=guild)
    edition = draft.edition
    done = await school.actions.own_lessons.publish(guild, STARTER, name, edition.version, draft.digest)
    return done.entry


async def offered(school: School, guild: int | None = GUILD) -> list[str]:
    return [lesson.slug for lesson in (await school.actions.holdings.of(guild)).lessons]


async def answer(school: School, quiz: int, member: int, *, right: bool = True) -> Verdict:
    """Show the next question of an own lesson, whose first option is always right, and answer it."""
    put = await school.next(quiz, member)
    place = put.question.arrangement.index(0 if right else 1)
    return await school.quizzes.answer(quiz, put.question.position, place, member)


async def test_a_draft_is_nobodys_but_the_moderators_until_it_is_published(
    school: School, elsewhere: School
) -> None:
    await hand_in(school, own_file())
    assert await offered(school) == ["chance", "logic"]
    await school.actions.own_lessons.publish(GUILD, STARTER, "house-rules", 1)
    for process in (school, elsewhere):
        assert await offered(process) == ["chance", "logic", SLUG]
    assert await offered(school, OTHER_GUILD) == ["chance", "logic"]
    assert await offered(school, None) == ["chance", "logic"]


async def test_answers_to_an_own_lesson_rate_its_servers_ladder_and_season_alone_and_earn_xp_there(
    school: School, clock: HandClock
) -> None:
    await school.actions.seasons.start(guild=GUILD, by=STARTER, name="Spring", days=30)
    await publish(school, own_file(ids=("a", "b", "c", "d", "e")))
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    for _ in range(5):
        verdict = await answer(school, quiz, ADA)
        assert {moved.ladder.guild_id for moved in verdict.moved} == {GUILD}
    rows = await school.ratings(ADA)
    assert sorted(ladder.partition(":")[0] for ladder in rows) == ["season", "server"]
    async with school.database.reading() as unit:
        assert {row.guild for row in await unit.experience.of([ADA])} == {GUILD}
        assert await unit.matches.of([ADA]) == []
        assert await unit.matches.titles([ADA]) == {}


async def test_a_review_of_an_own_question_waits_in_its_server_and_reminds_nobody(
    school: School, clock: HandClock
) -> None:
    await publish(school, own_file())
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await answer(school, quiz, ADA)
    clock.forward(days=3)
    assert isinstance(await school.actions.reviews.ask(ADA, GUILD), Asking)
    assert not await school.actions.reviews.is_due(ADA), "a reminder could not show it"


async def test_a_poll_of_an_own_question_is_rated_when_another_process_closes_it(
    school: School, elsewhere: School, clock: HandClock
) -> None:
    await publish(school, own_file())
    poll = await school.poll("house-rules-second", lesson=SLUG)
    await school.press(poll, ADA, 0)
    await school.press(poll, KOFI, 1)
    clock.forward(minutes=11)
    result = await elsewhere.polls.close(poll)
    assert (result.asked.lesson, result.asked.lesson_title) == (SLUG, "House Rules")
    assert result.tally.counts == (1, 1, 0)
    assert list(await school.ratings(ADA)) == [f"server:{GUILD}"]


async def test_a_poll_stays_what_it_was_when_its_lesson_is_retired(school: School, clock: HandClock) -> None:
    await publish(school, own_file())
    poll = await school.poll("house-rules-first", lesson=SLUG)
    await school.press(poll, ADA, 0)
    await school.actions.own_lessons.retire(GUILD, STARTER, "house-rules")
    await school.press(poll, KOFI, 2)
    clock.forward(minutes=11)
    result = await school.polls.close(poll)
    assert result.asked.options[0] == "the right one of first"
    assert result.tally.counts == (1, 0, 1)
    assert len(await school.entries(KOFI, f"server:{GUILD}")) == 1


async def test_a_lesson_retired_while_a_quiz_is_open_ends_it_without_counting_what_is_left(
    school: School,
) -> None:
    await publish(school, own_file())
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await answer(school, quiz, ADA)
    assert isinstance(await school.quizzes.put(quiz, ADA), Put)
    await school.actions.own_lessons.retire(GUILD, STARTER, "house-rules")
    summary = await school.quizzes.put(quiz, ADA)
    assert isinstance(summary, Summary)
    assert (summary.correct, summary.total, summary.lost) == (1, 1, 2)
    assert len(await school.entries(ADA, f"server:{GUILD}")) == 1


async def test_giving_up_an_own_quiz_in_another_server_costs_what_it_costs_at_home(school: School) -> None:
    await publish(school, own_file())
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await school.next(quiz, ADA)
    await school.quiz(ADA, "logic", guild=OTHER_GUILD)
    [entry] = await school.entries(ADA, f"server:{GUILD}")
    assert entry.correct is False
    assert f"server:{OTHER_GUILD}" not in await school.ratings(ADA)


async def test_an_own_quiz_can_be_finished_in_a_direct_message_and_rates_at_home(school: School) -> None:
    await publish(school, own_file())
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await answer(school, quiz, ADA)
    await answer(school, quiz, ADA, right=False)
    await answer(school, quiz, ADA)
    assert isinstance(await school.quizzes.put(quiz, ADA), Summary)
    assert [entry.correct for entry in await school.entries(ADA, f"server:{GUILD}")] == [True, False, True]


async def test_own_questions_come_back_for_review_in_their_server_alone(
    school: School, clock: HandClock
) -> None:
    await publish(school, own_file(ids=("only",)))
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await answer(school, quiz, ADA)
    clock.forward(days=3)
    for guild, waiting in ((GUILD, 1), (OTHER_GUILD, 0), (None, 0)):
        found = await school.actions.reviews.ask(ADA, guild)
        assert getattr(found, "waiting", 0) == waiting, guild
    question = f"{GUILD}:house-rules-only"
    with pytest.raises(Refusal, match="not asked any more"):
        await school.actions.reviews.answer(
            member=ADA, guild=OTHER_GUILD, question=question, number=1, place=0
        )
    verdict = await school.actions.reviews.answer(
        member=ADA, guild=GUILD, question=question, number=1, place=0
    )
    assert verdict.difficulty == 1500
    async with school.database.reading() as unit:
        assert {row.guild for row in await unit.experience.of([ADA])} == {GUILD}


async def test_the_audit_of_the_ladders_finds_own_answers_in_order(school: School) -> None:
    await publish(school, own_file())
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    for _ in range(3):
        await answer(school, quiz, ADA)
    await school.solve((await school.quiz(KOFI)).quiz.id, KOFI)
    found = await verify(school.database, mend=False, progress=lambda *_: None)
    assert found.faults == ()


async def test_every_problem_is_told_with_its_line_and_key(school: School) -> None:
    source = own_file().replace(b"minutes: 1", b"minutes: soon").replace(b"correct: true", b"correct: no")
    found = await school.actions.own_lessons.hand_in(GUILD, STARTER, "house-rules.yaml", source)
    assert isinstance(found, Rejected)
    assert [(one.line, one.key) for one in found.problems][:2] == [
        (4, "minutes"),
        (17, "questions[1].options[1].correct"),
    ]
    assert await offered(school) == ["chance", "logic"]
    assert (await school.actions.own_lessons.list(GUILD, 0)).lessons == ()


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("logic", own_file("logic"), "The library has a lesson “logic” already"),
        ("mine", own_file("mine", title="LOGIC"), "A lesson of the library has this title"),
        ("logic-x", own_file("logic", ids=("1",)), "A question of the library has the id “logic-1”"),
        ("m" * 41, own_file(), "at most 40 fit"),
        ("Наші правила", own_file(), "lower-case letters"),
        ("l\u043egic", own_file(), "lower-case letters"),  # with a Cyrillic о
        ("mine", own_file(ids=("s\u0435cond",)), "lower-case"),  # with a Cyrillic е
        ("mine", own_file(text="Hey @everyone!"), "“@everyone” would call people"),
        ("mine", own_file(text="Ask <@123>."), "“<@123>” would call people"),
        ("mine", own_file(explanation="'Ask <@&99>.'"), "“<@&99>” would call people"),
        ("mine", own_file(stems="|\n      What\n      # BIG"), "is a heading"),
        ("mine", own_file(stems="|\n      What\n      > -# small"), "is a heading"),
        ("mine", own_file(explanation="'>>> all of it'"), "makes a quotation of all that follows"),
        ("mine", own_file(explanation="'||hidden for ever'"), "The sign || is opened and never closed"),
        ("mine", own_file(title="'A `tick'"), "The sign ` is opened and never closed"),
        ("mine", own_file(title='"Turned \\u202e round"'), "U+202E turns the direction"),
        ("mine", own_file(explanation="'```'"), "code block is opened and never closed"),
        ("mine", b"\xff\xfeT\x00", "is not UTF-8"),
        ("mine", b"PK\x03\x04\x00\x00", "invisible control character"),
        ("mine", b"just words", "Keys and values belong here"),
        ("mine", b"a: &a [b]\nc: *a", "Anchors such as &a are not used"),
        ("mine", b"[" * 2000, "nested more deeply"),
        ("mine", b"a: [" + b"x, " * 20_000 + b"]", "more than a lesson ever does"),
        ("mine", own_file(requires=("nothing",)), "There is no lesson “nothing”"),
    ],
)  # fmt: skip
async def test_hostile_and_mistaken_files_are_refused_in_a_sentence(
    school: School, name: str, source: bytes, told: str
) -> None:
    found = await school.actions.own_lessons.hand_in(GUILD, STARTER, f"{name}.yaml", source)
    assert isinstance(found, Rejected)
    assert any(told in one.message for one in found.problems), [str(one) for one in found.problems]


async def test_headings_and_signs_inside_of_code_are_code(school: School) -> None:
    text = "|\n      What does this print?\n      ```py\n      # a comment\n      print('|' * 2 ** 3)\n      ```\n      About `a || b`"
    await hand_in(school, own_file(stems=text))


async def test_a_file_is_named_by_the_last_part_of_its_name_alone(school: School) -> None:
    draft = await school.actions.own_lessons.hand_in(
        GUILD, STARTER, "..\\..\\etc/house-rules.yaml", own_file()
    )
    assert isinstance(draft, Draft)
    assert draft.edition.name == "house-rules"


async def test_a_huge_file_is_refused_before_it_is_read(school: School) -> None:
    with pytest.raises(Refusal, match="larger than"):
        await school.actions.own_lessons.hand_in(GUILD, STARTER, "x.yaml", b"x" * (MOST_BYTES + 1))


async def test_there_is_room_for_so_many_lessons(school: School, clock: HandClock) -> None:
    async with school.database.unit() as unit:
        await unit.own_lessons._connection.execute(
            own_lessons.insert(),
            [
                {
                    "guild": GUILD,
                    "slug": f"lesson-{number}",
                    "version": 1,
                    "title": f"Lesson {number}",
                    "source": own_file(f"lesson-{number}", title=f"Lesson {number}").decode(),
                    "state": "published",
                    "by": STARTER,
                    "uploaded_at": clock(),
                }
                for number in range(MOST_LESSONS)
            ],
        )
    with pytest.raises(Refusal, match="200 lessons"):
        await hand_in(school, own_file())
    await school.actions.own_lessons.retire(GUILD, STARTER, "lesson-7")
    await publish(school, own_file())
    with pytest.raises(Refusal, match="200 lessons"):
        await school.actions.own_lessons.publish(GUILD, STARTER, "lesson-7", 1)


async def test_a_published_question_keeps_its_meaning_and_may_change_its_wording(school: School) -> None:
    await publish(school, own_file())
    changed = own_file(stems="Whatever of")
    found = await school.actions.own_lessons.hand_in(GUILD, STARTER, "house-rules.yaml", changed)
    assert isinstance(found, Rejected)
    assert [(one.key, "give it a new id" in one.message) for one in found.problems] == [
        (f"questions[{number}].id", True) for number in (1, 2, 3)
    ]
    await publish(school, own_file(explanation="In other words."))
    poll = await school.prepare("house-rules-first", lesson=SLUG)
    assert poll.asked.explanation == "In other words."


async def test_a_removed_questions_id_stays_taken_also_for_other_lessons(school: School) -> None:
    await publish(school, own_file())
    await publish(school, own_file(ids=("first",)))
    for name, source in (
        ("house-rules", own_file(ids=("first", "second"), stems="Now about")),
        ("other", own_file("house-rules", title="Other", ids=("third",))),
    ):
        found = await school.actions.own_lessons.hand_in(GUILD, STARTER, f"{name}.yaml", source)
        assert isinstance(found, Rejected)
    await publish(school, own_file(ids=("first", "third")))


async def test_what_was_looked_at_is_what_is_published(school: School) -> None:
    seen = await hand_in(school, own_file())
    newer = await hand_in(school, own_file(explanation="Changed meanwhile."))
    assert newer.edition.version == seen.edition.version
    with pytest.raises(Refusal, match="not there any more"):
        await school.actions.own_lessons.publish(GUILD, STARTER, "house-rules", 1, seen.digest)
    await school.actions.own_lessons.publish(GUILD, STARTER, "house-rules", 1, newer.digest)
    with pytest.raises(Refusal, match="published already"):
        await school.actions.own_lessons.publish(GUILD, STARTER, "house-rules", 1, newer.digest)
    with pytest.raises(Refusal, match="teaches already"):
        await hand_in(school, own_file(explanation="Changed meanwhile."))


async def test_going_back_retiring_and_bringing_back_stand_in_the_log_and_can_be_taken_back(
    school: School,
) -> None:
    own, log = school.actions.own_lessons, school.actions.audit_log
    await publish(school, own_file())
    second = await publish(school, own_file(explanation="Second."))
    await own.publish(GUILD, STARTER, "house-rules", 1)
    retired = (await own.retire(GUILD, STARTER, "house-rules")).entry
    assert await offered(school) == ["chance", "logic"]
    await log.undo(GUILD, retired, MATEO)
    assert (await own.one(GUILD, "house-rules")).published.version == 1  # type: ignore[union-attr]
    await own.publish(GUILD, STARTER, "house-rules", 2)
    await log.undo(GUILD, second, MATEO)
    shown = await own.one(GUILD, "house-rules")
    assert [(one.version, one.state) for one in shown.editions] == [(2, "replaced"), (1, "published")]
    entries = (await log.page(GUILD, 0)).entries
    assert [(one.before, one.after) for one in reversed(entries) if one.what == "own_lesson"] == [
        (None, 1), (1, 2), (2, 1), (1, None), (None, 1), (1, 2), (2, 1),
    ]  # fmt: skip
    with pytest.raises(Refusal, match="taken back already"):
        await log.undo(GUILD, second, MATEO)


async def test_a_retired_lesson_can_be_brought_back(school: School) -> None:
    await publish(school, own_file())
    await school.actions.own_lessons.retire(GUILD, STARTER, "house-rules")
    with pytest.raises(Refusal, match="not taught now"):
        await school.actions.own_lessons.retire(GUILD, STARTER, "house-rules")
    await school.actions.own_lessons.publish(GUILD, STARTER, "house-rules", 1)
    assert SLUG in await offered(school)


async def test_lessons_that_would_build_on_each_other_are_not_both_taught(school: School) -> None:
    await publish(school, own_file("one", title="One"), "one")
    await publish(school, own_file("two", title="Two", requires=("one", "logic")), "two")
    library = await school.actions.holdings.of(GUILD)
    assert [one.title for one in library.required(library.lesson(f"{GUILD}-two"))] == ["One", "Logic"]
    draft = await hand_in(school, own_file("one", title="One", requires=("two",)), "one")
    with pytest.raises(Refusal, match="would build on a lesson that builds on it"):
        await school.actions.own_lessons.publish(GUILD, STARTER, "one", draft.edition.version)
    assert f"{GUILD}-two" in await offered(school)


async def test_two_servers_with_the_same_file_share_nothing(school: School) -> None:
    for guild in (GUILD, OTHER_GUILD):
        await publish(school, own_file(), guild=guild)
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await answer(school, quiz, ADA)
    other = await school.quiz(ADA, f"{OTHER_GUILD}-house-rules", guild=OTHER_GUILD)
    assert other.rated == 3
    await answer(school, other.quiz.id, ADA)
    rows = await school.ratings(ADA)
    assert sorted(rows) == sorted([f"server:{GUILD}", f"server:{OTHER_GUILD}"])
    with pytest.raises(Refusal, match="no lesson “house-rules”"):
        await school.quizzes.open(member=KOFI, lesson=SLUG, guild=OTHER_GUILD)


async def test_chosen_categories_narrow_what_is_offered_and_break_nothing_that_is_open(
    school: School, clock: HandClock
) -> None:
    await publish(school, own_file())
    quiz = (await school.quiz(ADA, "logic")).quiz.id
    poll = await school.poll("logic-2", lesson="logic")
    await school.actions.settings.change(GUILD, STARTER, categories=("chance",))
    library = await school.actions.holdings.of(GUILD)
    assert [lesson.slug for lesson in library.lessons] == ["chance", SLUG]
    assert library.search("logic", 5) == ()
    assert library.resolve("Logic") is None
    assert library.lesson("logic").title == "Logic"
    for _ in range(12):
        draft = await school.polls.draft(
            guild=GUILD,
            channel=CHANNEL,
            parent=CHANNEL,
            lesson=None,
            question=None,
            duration=timedelta(minutes=5),
        )
        assert draft.asked.category in {"chance", "our-server"}
    await school.solve(quiz, ADA)
    await school.press(poll, KOFI, 2)
    clock.forward(minutes=11)
    assert (await school.polls.close(poll)).right == 1
    assert await offered(school, OTHER_GUILD) == ["chance", "logic"]


async def test_everything_can_be_downloaded_and_handed_in_again(school: School) -> None:
    await publish(school, own_file())
    await publish(school, own_file(explanation="Second."))
    await publish(school, own_file("gone", title="Gone"), "gone")
    await school.actions.own_lessons.retire(GUILD, STARTER, "gone")
    await hand_in(school, own_file("later", title="Later"), "later")
    archive = await school.actions.own_lessons.archive(GUILD, 0)
    with zipfile.ZipFile(io.BytesIO(archive.content)) as packed:
        assert packed.namelist() == [
            "house-rules.yaml",
            "drafts/later-version-1.yaml",
            "retired/gone-version-1.yaml",
            "replaced/house-rules-version-1.yaml",
        ]
        assert packed.read("house-rules.yaml") == own_file(explanation="Second.")
        draft = await hand_in(school, packed.read("house-rules.yaml"), guild=OTHER_GUILD)
    assert draft.lesson.title == "House Rules"
    with pytest.raises(Refusal, match="nothing to download"):
        await school.actions.own_lessons.archive(MATEO, 0)


async def test_the_list_counts_first_answers_and_statistics_tell_of_each_question(school: School) -> None:
    await publish(school, own_file())
    members = [ADA + at for at in range(24)]
    for member in members:
        quiz = (await school.quiz(member, SLUG)).quiz.id
        for _ in range(3):
            await answer(school, quiz, member, right=member % 2 == 0)
    [one] = (await school.actions.own_lessons.list(GUILD, 0)).lessons
    assert one.answers == 72
    figures = await school.actions.own_lessons.statistics(GUILD, "house-rules")
    assert [found.statistics.answers for found in figures] == [24, 24, 24]
    assert all(found.statistics.facility is not None for found in figures)
    assert figures[0].statistics.facility.share == 0.5  # type: ignore[union-attr]
    assert figures[0].measured is not None


async def test_what_the_answers_propose_is_a_patch_of_the_stored_file_and_a_file_to_hand_in(
    school: School, tmp_path: Path
) -> None:
    stored = own_file(ids=("first",), rating=1900)
    await publish(school, stored)
    own = school.actions.own_lessons
    with pytest.raises(Refusal, match="nothing to propose"):
        await own.proposed(GUILD, "house-rules")
    for member in range(ADA, ADA + 45):
        quiz = (await school.quiz(member, SLUG)).quiz.id
        await answer(school, quiz, member, right=member % 9 != 0)
    proposed = await own.proposed(GUILD, "house-rules")
    measured = difficulty_of_all(await own.statistics(GUILD, "house-rules"))
    assert measured is not None
    (tmp_path / "house-rules.yaml").write_bytes(stored)
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git here")
    subprocess.run([git, "apply", "-"], input=proposed.patch.encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "house-rules.yaml").read_bytes() == proposed.text.encode()
    assert "# (n 45) This is easier than labelled (1900): answers speak of" in proposed.text
    draft = await hand_in(school, proposed.text.encode())
    assert draft.replaces == 1
    assert draft.lesson.rating < 1900
    assert abs(draft.lesson.rating - measured) <= 10


async def test_a_quiz_left_for_a_day_counts_as_wrong_on_its_servers_ladder(
    school: School, clock: HandClock
) -> None:
    await publish(school, own_file())
    quiz = (await school.quiz(ADA, SLUG)).quiz.id
    await school.next(quiz, ADA)
    clock.forward(hours=25)
    await school.quizzes.expire()
    [entry] = await school.entries(ADA, f"server:{GUILD}")
    assert entry.correct is False
    async with school.database.reading() as unit:
        shown = [one for one in (await unit.quizzes.get([quiz]))[quiz].questions if one.shown_at]
    assert [one.option for one in shown] == [TIME_RAN_OUT]
