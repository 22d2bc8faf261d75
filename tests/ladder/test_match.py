"""The machine as an opponent: its answers, what comes of a match, and the odds of one."""

import hashlib
import hmac
import itertools
import math
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ladder.match import Odds, Outcome, machine_answers, odds, rematch_opens_at, settle
from ladder.rating import machine_chance, predicted

SECRET = bytes(range(32))
WIN, DRAW, LOSS = Outcome

secrets = st.binary(min_size=16, max_size=80)
whole_numbers = st.integers(0, 2**64 - 1)
questions = st.text(st.characters(exclude_categories=["Cs"]), max_size=100)
options_counts = st.integers(2, 5)
chances = st.floats(0, 1)


def sides(fewest: int, most: int) -> st.SearchStrategy[tuple[list[float], list[float]]]:
    return st.lists(st.tuples(chances, chances), min_size=fewest, max_size=most).map(
        lambda pairs: ([own for own, _ in pairs], [machine for _, machine in pairs])
    )


def drawn(secret: bytes, member: int, question: str, attempt: int) -> float:
    """The draw behind an answer, from 0 to 1, put together by hand."""
    message = (
        b"rung machine 1\0"
        + member.to_bytes(8, byteorder="big", signed=False)
        + attempt.to_bytes(8, byteorder="big", signed=False)
        + question.encode("utf-8")
    )
    digest = hmac.new(secret, message, hashlib.sha256).hexdigest()
    return int(digest[:16], 16) / 2**64


@pytest.mark.parametrize(
    ("member", "question", "attempt", "digest", "correct"),
    [
        (42, "curated:rlhf-basics-1", 0, "c8663dcaa231cf54", (False, False, False, False)),
        (42, "curated:rlhf-basics-1", 1, "563b1c25c381b2ec", (True, True, True, True)),
        (43, "curated:rlhf-basics-1", 0, "067c7c448fbe82fd", (True, True, True, True)),
        (42, "curated:rlhf-basics-2", 0, "7a91a38e5969ae32", (True, True, True, True)),
        (
            2**64 - 1,
            "123456789:größe",
            2**64 - 1,
            "1e45be0785f62397",
            (True, True, True, True),
        ),
        (0, "", 0, "d231b3f30ec24112", (False, False, False, False)),
        (7, "curated:a", 0, "b772151f35247f8b", (True, False, False, False)),
        (7, "curated:b", 0, "8e87bca5f80aa7fa", (True, True, True, True)),
        (7, "curated:c", 0, "1af3c3e853ad89cc", (True, True, True, True)),
        (7, "curated:d", 0, "3a86b708450cbf26", (True, True, True, True)),
        (7, "curated:e", 0, "8daf97ae1e421a5e", (True, True, True, True)),
    ],
)
def test_the_machines_answers_are_a_contract(
    member: int, question: str, attempt: int, digest: str, correct: tuple[bool, bool, bool, bool]
) -> None:
    assert drawn(SECRET, member, question, attempt) == int(digest, 16) / 2**64
    assert tuple(machine_answers(SECRET, member, question, attempt, m) for m in range(2, 6)) == correct


@given(secrets, whole_numbers, questions, whole_numbers, options_counts)
def test_the_machine_answers_correctly_when_its_draw_is_below_its_chance(
    secret: bytes, member: int, question: str, attempt: int, options: int
) -> None:
    draw = drawn(secret, member, question, attempt)
    assume(draw != machine_chance(options))  # where the draw itself was rounded
    correct = machine_answers(secret, member, question, attempt, options)
    assert correct == (draw < machine_chance(options))
    assert machine_answers(secret, member, question, attempt, options) == correct


@given(secrets, whole_numbers, questions, whole_numbers)
def test_a_machine_that_is_right_among_many_options_is_right_among_fewer(
    secret: bytes, member: int, question: str, attempt: int
) -> None:
    correct = [machine_answers(secret, member, question, attempt, options) for options in range(2, 6)]
    assert correct == sorted(correct, reverse=True)


@pytest.mark.parametrize("options", [2, 3, 4, 5])
@pytest.mark.parametrize("varied", ["member", "question", "attempt", "secret"])
def test_the_machine_is_right_as_often_as_its_chance_says(options: int, varied: str) -> None:
    times = 8000
    right = sum(
        machine_answers(
            SECRET + bytes([one >> 8, one & 255]) if varied == "secret" else SECRET,
            one if varied == "member" else 42,
            f"curated:{one}" if varied == "question" else "curated:rlhf",
            one if varied == "attempt" else 0,
            options,
        )
        for one in range(times)
    )
    chance = machine_chance(options)
    assert abs(right - times * chance) < 4 * math.sqrt(times * chance * (1 - chance))


def test_a_rematch_is_drawn_independently() -> None:
    both = [
        (
            machine_answers(SECRET, member, "curated:a", 0, 4),
            machine_answers(SECRET, member, "curated:a", 1, 4),
        )
        for member in range(8000)
    ]
    agreeing = sum(first == second for first, second in both) / len(both)
    assert agreeing == pytest.approx(0.615**2 + 0.385**2, abs=0.025)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="a secret has at least 16 bytes, not 15"):
        machine_answers(bytes(15), 1, "curated:a", 0, 4)


@pytest.mark.parametrize("number", [-1, 2**64])
def test_a_member_or_an_attempt_out_of_bounds_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="a member is numbered 0 to"):
        machine_answers(SECRET, number, "curated:a", 0, 4)
    with pytest.raises(ValueError, match="an attempt is numbered 0 to"):
        machine_answers(SECRET, 1, "curated:a", number, 4)


@pytest.mark.parametrize("options", [1, 6])
def test_a_machine_needs_two_to_five_options(options: int) -> None:
    with pytest.raises(ValueError, match="a question has 2 to 5 options"):
        machine_answers(SECRET, 1, "curated:a", 0, options)


def marks(written: str) -> list[bool | None]:
    return [{"+": True, "-": False, "?": None}[mark] for mark in written]


@pytest.mark.parametrize(
    ("case", "own", "machine", "at_one_go", "outcome"),
    [
        ("more correct wins", "+++--", "++---", True, WIN),
        ("however the way", "+++--", "++---", False, WIN),
        ("fewer loses", "+----", "++---", True, LOSS),
        ("equal is a draw", "++---", "---++", True, DRAW),
        ("equal at nothing too", "-----", "-----", False, DRAW),
        ("equal at everything too", "+++++", "+++++", False, DRAW),
        ("at one go the unanswered are wrong", "++???", "+++--", True, LOSS),
        ("and may not matter", "++???", "+----", True, WIN),
        ("or all be missing", "?????", "+----", True, LOSS),
        ("or all against a machine that knew nothing", "?????", "-----", True, DRAW),
        ("one missing leaves it open", "++++?", "+----", False, None),
        ("even if the rest decides it", "----?", "+++++", False, None),
        ("six questions are a match", "++++--", "+++---", True, WIN),
    ],
)
def test_more_correct_answers_win_a_match(
    case: str, own: str, machine: str, at_one_go: bool, outcome: Outcome | None
) -> None:
    against = [mark is True for mark in marks(machine)]
    assert settle(marks(own), against, at_one_go=at_one_go) is outcome, case


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=5, max_size=12), st.booleans())
def test_what_one_side_wins_the_other_loses(pairs: list[tuple[bool, bool]], at_one_go: bool) -> None:
    own, machine = [own for own, _ in pairs], [machine for _, machine in pairs]
    other_way = {WIN: LOSS, DRAW: DRAW, LOSS: WIN}
    outcome = settle(own, machine, at_one_go=at_one_go)
    assert outcome is not None
    assert settle(machine, own, at_one_go=at_one_go) is other_way[outcome]


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.booleans()), min_size=5, max_size=12))
def test_the_ways_to_play_differ_only_in_what_is_unanswered(pairs: list[tuple[bool | None, bool]]) -> None:
    own, machine = [own for own, _ in pairs], [machine for _, machine in pairs]
    at_one_go, bit_by_bit = settle(own, machine, at_one_go=True), settle(own, machine, at_one_go=False)
    assert at_one_go is not None
    assert bit_by_bit is (None if None in own else at_one_go)
    assert settle([bool(one) for one in own], machine, at_one_go=False) is at_one_go


def test_fewer_than_five_questions_are_no_match() -> None:
    with pytest.raises(ValueError, match="a match has at least 5 questions, not 4"):
        settle([True] * 4, [False] * 4, at_one_go=True)


def test_a_match_over_different_questions_is_refused() -> None:
    with pytest.raises(ValueError, match="the same questions, not 6 and 5"):
        settle([True] * 6, [False] * 5, at_one_go=True)
    with pytest.raises(ValueError, match="the same questions, not 5 and 6"):
        odds([0.5] * 5, [0.5] * 6)


def shares(found: Odds) -> tuple[float, float, float]:
    return found.win, found.draw, found.loss


def test_the_odds_are_those_of_the_study() -> None:
    found = odds([predicted(1720, 1880, 4)] * 5, [machine_chance(4)] * 5)
    assert shares(found) == pytest.approx((0.203601, 0.217702, 0.578697), abs=1e-6)


@pytest.mark.parametrize(
    ("own", "machine", "expected"),
    [
        ([1, 1], [0, 0], (1, 0, 0)),
        ([0, 0], [0, 1], (0, 0, 1)),
        ([1, 0], [0, 1], (0, 1, 0)),
        ([0.5], [0.5], (0.25, 0.5, 0.25)),
        ([0.5, 1], [0.5, 0], (0.75, 0.25, 0)),
        ([], [], (0, 1, 0)),
    ],
)
def test_odds_of_small_matches_are_as_counted_by_hand(
    own: list[float], machine: list[float], expected: tuple[float, float, float]
) -> None:
    assert shares(odds(own, machine)) == pytest.approx(expected)


@given(sides(1, 4))
def test_odds_are_the_sum_over_every_course_of_a_match(case: tuple[list[float], list[float]]) -> None:
    own, machine = case
    expected = [0.0, 0.0, 0.0]
    for course in itertools.product([0, 1], repeat=2 * len(own)):
        mine, theirs = sum(course[: len(own)]), sum(course[len(own) :])
        chance = math.prod(p if right else 1 - p for p, right in zip([*own, *machine], course, strict=True))
        expected[1 if mine == theirs else 0 if mine > theirs else 2] += chance
    assert shares(odds(own, machine)) == pytest.approx(tuple(expected), abs=1e-12)


@given(sides(0, 30))
def test_odds_are_chances_that_sum_to_one_and_turn_with_the_sides(
    case: tuple[list[float], list[float]],
) -> None:
    own, machine = case
    found, turned = odds(own, machine), odds(machine, own)
    assert sum(shares(found)) == pytest.approx(1, abs=1e-12)
    assert all(0 <= share <= 1 + 1e-12 for share in shares(found))
    assert shares(turned) == pytest.approx((found.loss, found.draw, found.win), abs=1e-12)


@given(sides(1, 10), st.data())
def test_who_knows_more_wins_more_and_loses_less(
    case: tuple[list[float], list[float]], data: st.DataObject
) -> None:
    own, machine = case
    place = data.draw(st.integers(0, len(own) - 1))
    better = [*own]
    better[place] = data.draw(st.floats(own[place], 1))
    before, after = odds(own, machine), odds(better, machine)
    assert after.win >= before.win - 1e-12
    assert after.loss <= before.loss + 1e-12


@given(st.lists(options_counts, min_size=5, max_size=12), st.integers(100, 3500))
def test_a_member_rated_like_the_lesson_is_as_likely_to_win_as_to_lose(
    options: list[int], difficulty: int
) -> None:
    own = [predicted(difficulty, difficulty, m) for m in options]
    found = odds(own, [machine_chance(m) for m in options])
    assert found.win == pytest.approx(found.loss, abs=1e-12)


@pytest.mark.parametrize("chance", [-0.01, 1.01, math.nan, math.inf])
def test_what_is_no_chance_is_refused(chance: float) -> None:
    with pytest.raises(ValueError, match="a chance is 0 to 1"):
        odds([0.5, chance], [0.5, 0.5])
    with pytest.raises(ValueError, match="a chance is 0 to 1"):
        odds([0.5, 0.5], [chance, 0.5])


def test_a_rematch_opens_seven_days_later() -> None:
    lost_at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    assert rematch_opens_at(lost_at) == datetime(2026, 3, 8, 12, 30, tzinfo=UTC)


def test_seven_days_are_as_long_where_the_clocks_change() -> None:
    lost_at = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    opens_at = rematch_opens_at(lost_at)
    assert opens_at - lost_at.astimezone(UTC) == timedelta(days=7)
    assert opens_at.isoformat() == "2026-04-04T11:00:00+00:00"


def test_a_rematch_of_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="a moment carries a time zone"):
        rematch_opens_at(datetime(2026, 3, 1))  # noqa: DTZ001  that is the point
