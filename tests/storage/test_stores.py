"""The stores: what is put in comes out the same, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.storage import Database, DatabaseUnavailable
from bot.storage.polls import PollAnswer
from bot.storage.quizzes import TIME_RAN_OUT
from bot.storage.ratings import Entry, RatingRow
from bot.storage.sightings import ANYWHERE
from tests.storage.conftest import ASKED, BIG, NOON, new_poll

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def add_polls(database: Database, *changes: dict[str, Any]) -> list[int]:
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        return [await unit.polls.add(**new_poll(**change)) for change in changes]


async def test_a_fact_is_remembered_and_replaced(database: Database) -> None:
    async with database.unit() as unit:
        assert await unit.facts.get("commands") is None
        await unit.facts.put("commands", "abc")
        await unit.facts.put("commands", "déf " * 5000)
        await unit.facts.put("other", "")
    async with database.reading() as unit:
        assert await unit.facts.get("commands") == "déf " * 5000
        assert await unit.facts.get("other") == ""


async def test_a_name_is_the_servers_before_the_persons_own(database: Database) -> None:
    async with database.unit() as unit:
        await unit.sightings.note(BIG, 1, "Countess", NOON)
        await unit.sightings.note(ANYWHERE, 1, "Ada", NOON)
        await unit.sightings.note(ANYWHERE, 2, "Koffi", NOON)
        await unit.sightings.note(ANYWHERE, 2, "Kofi", NOON)
        await unit.sightings.note(BIG + 1, 3, "Elsewhere only", NOON)
    async with database.reading() as unit:
        assert await unit.sightings.names(BIG, [1, 2, 3, 4]) == {1: "Countess", 2: "Kofi"}
        assert await unit.sightings.names(BIG, []) == {}


async def test_a_meaning_keeps_its_first_wording(database: Database) -> None:
    other = replace(
        ASKED, meaning="b" * 64, options=("yes", "no"), feedback=(None, None), repairs=(None, None)
    )
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED, other])
        await unit.meanings.keep([replace(ASKED, explanation="Reworded."), other])
        await unit.meanings.keep([])
    async with database.reading() as unit:
        assert await unit.meanings.get([ASKED.meaning, other.meaning, "c" * 64]) == {
            ASKED.meaning: ASKED,
            other.meaning: other,
        }
        assert await unit.meanings.get([]) == {}


async def test_units_that_keep_or_claim_the_same_in_another_order_do_not_block_each_other(
    database: Database, elsewhere: Database
) -> None:
    kept = [replace(ASKED, meaning=f"{number:064}") for number in range(400)]
    claims = [(BIG + number, ASKED.question) for number in range(400)]

    async def write(process: Database, step: int) -> None:
        async with process.unit() as unit:
            await unit.meanings.keep(kept[::step])
        async with process.unit() as unit:
            await unit.attempts.claim(claims[::step], f"poll:{step}", NOON)

    await asyncio.gather(write(database, 1), write(elsewhere, -1))
    async with database.reading() as unit:
        assert len(await unit.meanings.get(one.meaning for one in kept)) == 400
        owned = [await unit.attempts.claimed_by(source) for source in ("poll:1", "poll:-1")]
        assert sorted(map(len, owned)) == [0, 400]


async def test_a_poll_comes_back_as_it_was_added(database: Database) -> None:
    [poll] = await add_polls(database, {"message": BIG + 9, "state": "open"})
    async with database.reading() as unit:
        found = await unit.polls.get(poll)
        assert found is not None
        assert {**new_poll(), "message": BIG + 9, "state": "open"}.items() <= {
            name: getattr(found, name) for name in found.__slots__
        }.items()
        assert (found.id, found.source, found.closed_at, found.closed_by) == (
            poll,
            f"poll:{poll}",
            None,
            None,
        )
        assert await unit.polls.get(poll + 1) is None


async def test_a_held_poll_is_the_poll(database: Database) -> None:
    polls = await add_polls(database, {}, {"state": "open"})
    async with database.unit() as unit:
        held = await unit.polls.hold([*polls, 4711])
        assert set(held) == set(polls)
        assert held[polls[1]] == await unit.polls.get(polls[1])


async def test_a_poll_moves_once_for_whoever_finds_it_as_expected(database: Database) -> None:
    [poll] = await add_polls(database, {})
    async with database.unit() as unit:
        opened = await unit.polls.move(poll, since="posting", to="open", message=BIG)
        assert opened is not None
        assert (opened.state, opened.message) == ("open", BIG)
        assert await unit.polls.move(poll, since="posting", to="withdrawn") is None
    async with database.unit() as unit:
        closed = await unit.polls.move(
            poll, since="open", to="closed", closed_at=NOON + MINUTE, closed_by=BIG + 3
        )
        assert closed is not None
        assert (closed.closed_at, closed.closed_by, closed.message) == (NOON + MINUTE, BIG + 3, BIG)
        assert await unit.polls.move(poll, since="open", to="closed") is None
        assert await unit.polls.get(poll) == closed


async def test_polls_are_found_by_what_is_to_be_done_with_them(database: Database) -> None:
    posting, due_late, due_early, later, closed, shown = await add_polls(
        database,
        {},
        {"state": "open", "closes_at": NOON + 2 * MINUTE},
        {"state": "open", "closes_at": NOON + MINUTE},
        {"state": "open", "closes_at": NOON + DAY, "guild": BIG + 50, "question": "curated:sea"},
        {"state": "closed", "closed_at": NOON},
        {"state": "closed", "closed_at": NOON},
    )
    async with database.unit() as unit:
        await unit.polls.delivered(shown, NOON)
        await unit.polls.move_channel(later, channel=BIG + 60, message=BIG + 61)
    async with database.reading() as unit:

        def ids(polls: list[Any]) -> list[int]:
            return [poll.id for poll in polls]

        assert ids(await unit.polls.due(NOON + 2 * MINUTE, 9)) == [due_early, due_late]
        assert ids(await unit.polls.due(NOON + 2 * MINUTE, 1)) == [due_early]
        assert ids(await unit.polls.due(NOON + MINUTE, 9)) == [due_early]
        assert ids(await unit.polls.undelivered(9)) == [closed]
        assert ids(await unit.polls.postings(NOON + MINUTE)) == [posting]
        assert ids(await unit.polls.postings(NOON)) == []
        assert ids(await unit.polls.open_everywhere()) == [due_late, due_early, later]
        assert await unit.polls.open_questions([BIG + 1]) == {BIG + 1: {"curated:sky"}}
        assert await unit.polls.open_questions([BIG + 50]) == {BIG + 50: {"curated:sea"}}
        moved = await unit.polls.get(later)
        assert moved is not None
        assert (moved.channel, moved.message) == (BIG + 60, BIG + 61)


async def test_when_a_question_was_last_asked_is_the_latest_time_that_people_saw_it(
    database: Database,
) -> None:
    await add_polls(
        database,
        {"state": "closed", "opened_at": NOON},
        {"state": "closed", "opened_at": NOON + MINUTE},
        {"state": "withdrawn", "opened_at": NOON + 2 * MINUTE},
        {"state": "closed", "opened_at": NOON + 3 * MINUTE, "guild": BIG + 50},
    )
    async with database.reading() as unit:
        asked = await unit.polls.last_asked(BIG + 1, ["curated:sky", "curated:sea"])
        assert asked == {"curated:sky": NOON + MINUTE}


async def test_an_answer_to_a_poll_is_the_first_and_the_only_one(database: Database) -> None:
    poll, other = await add_polls(database, {"state": "open"}, {"state": "open"})
    async with database.unit() as unit:
        assert await unit.polls.record(poll, {BIG: 1, 2: 0}, {BIG: NOON, 2: NOON + MINUTE}) == {BIG, 2}
        assert await unit.polls.record(poll, {BIG: 2, 3: 2}, {BIG: NOON, 3: NOON}) == {3}
        assert await unit.polls.record(poll, {BIG: 2}, {BIG: NOON}) == frozenset()
        assert await unit.polls.record(poll, {}, {}) == frozenset()
    async with database.reading() as unit:
        assert await unit.polls.answers(poll) == {
            2: PollAnswer(2, 0, NOON + MINUTE),
            3: PollAnswer(3, 2, NOON),
            BIG: PollAnswer(BIG, 1, NOON),
        }
        assert set(await unit.polls.answers(poll, [3, 99])) == {3}
        assert await unit.polls.count(poll) == 3
        assert await unit.polls.count(other) == 0


async def test_a_first_attempt_belongs_to_whoever_claimed_it_first(database: Database) -> None:
    async with database.unit() as unit:
        await unit.attempts.claim([(BIG, "curated:sky"), (2, "curated:sky")], "poll:1", NOON)
        await unit.attempts.claim([(BIG, "curated:sky"), (BIG, "curated:sea")], "quiz:1", NOON)
        await unit.attempts.claim([], "quiz:2", NOON)
    async with database.unit() as unit:
        assert await unit.attempts.claimed_by("poll:1") == {(BIG, "curated:sky"), (2, "curated:sky")}
        assert await unit.attempts.of(BIG, ["curated:sky", "curated:sea", "curated:sun"]) == {
            "curated:sky": "poll:1",
            "curated:sea": "quiz:1",
        }


async def add_quiz(database: Database, **changes: Any) -> int:
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        return await unit.quizzes.add(
            [
                {
                    "question": question,
                    "meaning": ASKED.meaning,
                    "difficulty": 1500,
                    "arrangement": [2, 0, 1],
                }
                for question in ("curated:sky", "curated:sea")
            ],
            **{
                "member": BIG,
                "guild": None,
                "lesson": "optics",
                "lesson_title": "Optics",
                "opened_at": NOON,
                **changes,
            },
        )


async def test_a_quiz_keeps_its_order_its_arrangements_and_its_answers(database: Database) -> None:
    quiz = await add_quiz(database)
    async with database.unit() as unit:
        found = (await unit.quizzes.get([quiz, quiz + 1], lock=True))[quiz]
        assert (found.member, found.guild, found.source, found.finished_at) == (
            BIG,
            None,
            f"quiz:{quiz}",
            None,
        )
        assert [(one.position, one.question, one.arrangement) for one in found.questions] == [
            (0, "curated:sky", (2, 0, 1)),
            (1, "curated:sea", (2, 0, 1)),
        ]
        await unit.quizzes.shown(quiz, 0, NOON + MINUTE)
        await unit.quizzes.shown(quiz, 0, NOON + DAY)
        await unit.quizzes.record([(quiz, 0, 2, NOON + 2 * MINUTE)])
        await unit.quizzes.record([(quiz, 0, 1, NOON + DAY), (quiz, 1, TIME_RAN_OUT, NOON + DAY)])
        await unit.quizzes.finish([quiz], NOON + 2 * DAY)
    async with database.reading() as unit:
        found = (await unit.quizzes.get([quiz]))[quiz]
        first, second = found.questions
        assert (first.shown_at, first.option, first.answered_at) == (NOON + MINUTE, 2, NOON + 2 * MINUTE)
        assert (second.shown_at, second.option) == (None, TIME_RAN_OUT)
        assert found.finished_at == NOON + 2 * DAY


async def test_the_unfinished_quizzes_of_a_member_are_found_without_duels(database: Database) -> None:
    first, second = await add_quiz(database, guild=BIG + 1), await add_quiz(database, lesson="algebra")
    await add_quiz(database, member=BIG + 7)
    await add_quiz(database, kind="duel")
    finished = await add_quiz(database)
    async with database.unit() as unit:
        await unit.quizzes.finish([finished], NOON)
        await unit.quizzes.hold(BIG)
        assert await unit.quizzes.unfinished(BIG) == [second, first]


async def test_a_quiz_is_stale_when_nothing_was_shown_of_it_since(database: Database) -> None:
    young = await add_quiz(database, opened_at=NOON + DAY)
    busy, left, oldest, finished = [
        await add_quiz(database, opened_at=NOON - number * MINUTE) for number in range(4)
    ]
    async with database.unit() as unit:
        await unit.quizzes.shown(busy, 0, NOON + DAY)
        await unit.quizzes.shown(left, 0, NOON)
        await unit.quizzes.finish([finished], NOON)
    async with database.reading() as unit:
        found = await unit.quizzes.stale(NOON + MINUTE, 9)
        assert [quiz for _, quiz in found] == [oldest, left]
        assert await unit.quizzes.stale(NOON + MINUTE, 1) == found[:1]
        all_of_them = {quiz for _, quiz in await unit.quizzes.stale(NOON + 2 * DAY, 9)}
        assert all_of_them == {young, busy, left, oldest}


async def test_stale_quizzes_are_paged_through_also_where_many_were_opened_at_once(
    database: Database,
) -> None:
    opened = [await add_quiz(database, opened_at=NOON - at * MINUTE) for at in (2, 1, 1, 1, 0)]
    seen: list[int] = []
    last = None
    async with database.reading() as unit:
        while page := await unit.quizzes.stale(NOON + MINUTE, 2, after=last):
            seen += [quiz for _, quiz in page]
            last = page[-1]
    assert seen == opened


def row(member: int, rating: int, ladder: str = "global") -> RatingRow:
    return RatingRow(member, ladder, rating + 0.1 + 0.2, 1 / 3, rating, 7, 4, 7, NOON, True)


def entry(sequence: int, question: str | None = "curated:sky", **changes: Any) -> Entry:
    return Entry(
        member=BIG,
        ladder="global",
        sequence=sequence,
        kind="answer",
        question=question,
        meaning=ASKED.meaning,
        step=0,
        estimate_before=1200.0,
        evidence_before=0.0,
        estimate_after=1200.0 + 1 / 3,
        evidence_after=0.5,
        rating_before=1100,
        rating_after=1102,
        predicted=0.615,
        k=250.0,
        weight=0.5,
        difficulty=1500,
        correct=True,
        at=NOON,
        guild=BIG + 1,
        source="poll:7",
    )._replace(**changes)


async def test_ratings_come_back_to_the_last_digit_and_are_replaced(database: Database) -> None:
    async with database.unit() as unit:
        await unit.ratings.write([row(BIG, 1500), row(BIG, 1400, "category:logic"), row(2, 1600)], before=[])
        await unit.ratings.write([row(BIG, 1501)], before=[row(BIG, 1500)])
        await unit.ratings.write([], before=[])
    async with database.unit() as unit:
        assert await unit.ratings.of(BIG) == {
            "global": row(BIG, 1501),
            "category:logic": row(BIG, 1400, "category:logic"),
        }
        held = await unit.ratings.hold([2, BIG, 2, 99])
        assert sorted((one.member, one.ladder) for one in held) == [
            (2, "global"),
            (BIG, "category:logic"),
            (BIG, "global"),
        ]


async def test_more_members_than_a_statement_has_parameters_can_be_held(database: Database) -> None:
    async with database.unit() as unit:
        await unit.ratings.write([row(5, 1500), row(39_999, 1400)], before=[])
        held = await unit.ratings.hold(range(40_000))
    assert [one.member for one in held] == [5, 39_999]


async def test_a_board_follows_what_is_written_and_lists_whoever_is_listed(database: Database) -> None:
    rows = [row(member, 1500 - member % 3) for member in range(1, 8)]
    async with database.unit() as unit:
        await unit.ratings.write([*rows, row(1, 3000, "category:logic")], before=[])
        away = rows[0]._replace(listed=False)
        await unit.ratings.write([away, rows[1]._replace(rating=1700)], before=rows[:2])
    page = await database.standings.page("global", 0, 99)
    assert [(one.points, one.member) for one in page.rows] == [
        (1700, 2),
        (1500, 6),
        (1500, 3),
        (1499, 7),
        (1499, 4),
        (1498, 5),
    ]
    assert page.size == 6
    assert (await database.standings.page("category:logic", 0, 99)).size == 1


async def test_the_journal_keeps_every_number_in_order(database: Database) -> None:
    entries = [
        entry(1),
        entry(2, "curated:sea", correct=False, guild=None, source="quiz:7"),
        entry(
            3,
            None,
            kind="idle",
            meaning=None,
            predicted=None,
            k=None,
            weight=None,
            difficulty=None,
            correct=None,
        ),
        entry(1, ladder="category:logic"),
    ]
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        await unit.ratings.write([], list(reversed(entries)), before=[])
    async with database.reading() as unit:
        assert await unit.ratings.entries(BIG, "global") == entries[:3]
        assert await unit.ratings.entries_of(BIG, "poll:7") == [entries[3], entries[0], entries[2]]
        assert await unit.ratings.entries_of(BIG + 1, "poll:7") == []


@pytest.mark.parametrize("twice", [entry(2), entry(1, "curated:sea")])
async def test_the_journal_takes_no_question_and_no_number_twice(database: Database, twice: Entry) -> None:
    async with database.unit() as unit:
        await unit.meanings.keep([ASKED])
        await unit.ratings.write([], [entry(1)], before=[])
    with pytest.raises(DatabaseUnavailable):
        async with database.unit() as unit:
            await unit.ratings.write([row(BIG, 1500)], [twice], before=[])
    async with database.reading() as unit:
        assert await unit.ratings.entries(BIG, "global") == [entry(1)]
        assert await unit.ratings.of(BIG) == {}
