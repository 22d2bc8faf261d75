"""The simulated world: the same seed plays it alike, every answer is in the journal, and figures mean what they say."""

import asyncio
import math
import random
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulation import ImpossibleWorld, Options, Simulated, drawn, simulate
from bot.simulation.figures import rank_correlation
from bot.simulation.people import Kind, Person, chance, make_members, make_specials
from bot.simulation.world import Makeup, make_world
from bot.storage import Database
from bot.storage.migrating import upgrade
from bot.storage.ratings import RatingRow

TINY = Options(members=10, answers=12)
SPECIALS, SPECIAL_ANSWERS, PLANTED = 4, 30, 45


async def played(folder: Path, options: Options) -> tuple[Simulated, list[tuple[int, int]]]:
    """A world played in a new file in the folder, and what was heard of its progress."""
    heard: list[tuple[int, int]] = []
    url = f"sqlite:///{folder / 'rung.sqlite3'}"
    await upgrade(url)
    database = Database(url)
    try:
        return await simulate(database, options, lambda given, due: heard.append((given, due))), heard
    finally:
        await database.close()


async def standing(folder: Path, member: int) -> RatingRow:
    database = Database(f"sqlite:///{folder / 'rung.sqlite3'}")
    try:
        async with database.reading() as unit:
            return (await unit.ratings.of(member))["global"]
    finally:
        await database.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("world")


@pytest.fixture(scope="module")
def tiny(folder: Path) -> tuple[Simulated, list[tuple[int, int]]]:
    return asyncio.run(played(folder, TINY))


def test_the_same_seed_gives_the_same_figures_and_disturbs_nobody_elses_chances(
    tiny: tuple[Simulated, list[tuple[int, int]]], tmp_path: Path
) -> None:
    before = random.getstate()
    again, _ = asyncio.run(played(tmp_path, TINY))
    assert again == tiny[0]
    assert random.getstate() == before


def test_another_seed_gives_another_world() -> None:
    one, other = (make_world(Options(seed=seed)) for seed in (1, 2))
    assert one.labels != other.labels
    assert make_world(Options(seed=1)).riddles == one.riddles


def test_every_answer_is_in_the_journal(tiny: tuple[Simulated, list[tuple[int, int]]], folder: Path) -> None:
    simulated, heard = tiny
    due = TINY.members * (TINY.answers + PLANTED) + SPECIALS * SPECIAL_ANSWERS
    assert simulated.answers == simulated.entries == due
    assert heard[-1] == (due, due)
    assert [given for given, _ in heard] == sorted(given for given, _ in heard)
    member, special = (asyncio.run(standing(folder, who)) for who in (TINY.members, TINY.members + SPECIALS))
    assert (member.answers, special.answers) == (TINY.answers + PLANTED, SPECIAL_ANSWERS)
    # Half in polls that weigh a half, and all that was planted in polls too.
    assert member.evidence == TINY.answers * 0.75 + PLANTED * 0.5
    assert special.evidence == SPECIAL_ANSWERS


def test_a_farmer_with_a_perfect_key_is_always_right(
    tiny: tuple[Simulated, list[tuple[int, int]]], folder: Path
) -> None:
    farmer = asyncio.run(standing(folder, TINY.members + 1))
    assert farmer.correct == farmer.answers


def test_the_table_puts_the_studys_figures_beside_its_own(
    tiny: tuple[Simulated, list[tuple[int, int]]],
) -> None:
    lines = drawn(tiny[0].rows)
    assert lines[0].split() == ["what", "here", "study"]
    for what, study in (
        ("rank correlation after 10 answers", ".768"),
        ("RMSE after 10 answers", "195"),
        ("log loss", ".584"),
        ("calibration error", ".041"),
        ("a farmer with a perfect key", "+157"),
        ("an honest farmer", "-141"),
        ("a lottery player", "-120"),
        ("one who copies half", "+469"),
        ("miskeyed", "42 / 66 / 94 %"),
        ("mislabelled by 300", "22 / 46 / 89 %"),
        ("dead distractor", "-"),
    ):
        line = next(line for line in lines if line.strip().startswith(what))
        assert line.endswith(study)
    assert (
        len({line.rindex(row.study) for line, row in zip(lines, tiny[0].rows, strict=True) if row.study}) == 1
    )


@pytest.mark.parametrize("changed", [{"members": 9}, {"answers": 501}, {"start": 2001}, {"ability": 100}])
def test_a_world_that_cannot_be_played_is_refused_with_what_to_choose(changed: dict[str, int]) -> None:
    with pytest.raises(ImpossibleWorld, match=r"must be \d+ to \d+, not \d+"):
        Options(**changed)


@pytest.mark.parametrize("start", [500, 2000])
def test_the_farthest_starts_leave_every_label_within_the_ladder(start: int) -> None:
    world = make_world(Options(start=start, ability=1500))
    ratings = [lesson.rating for lesson in world.catalogue]
    assert min(ratings) >= 100
    assert max(ratings) <= 3500
    shift = start - 1200
    assert 900 <= min(world.labels.values()) + shift <= max(world.labels.values()) + shift <= 2100


def test_the_world_starts_where_the_program_does_and_keeps_all_distances() -> None:
    studied, real = Options(start=1500, ability=1500), Options(start=1200, ability=1500)
    for one, other in zip(make_members(studied), make_members(real), strict=True):
        assert one.first_ability + 300 == pytest.approx(other.first_ability)
    for one, other in zip(
        make_world(studied).riddles.values(), make_world(real).riddles.values(), strict=True
    ):
        assert one.difficulty + 300 == pytest.approx(other.difficulty, abs=1)


@given(st.floats(-2000, 2000), st.floats(0.1, 500))
def test_who_is_abler_is_likelier_to_be_right_between_guessing_and_slipping(lead: float, more: float) -> None:
    assert 0.25 <= chance(lead) <= chance(lead + more) <= 0.98


def test_people_learn_and_those_who_lapse_forget() -> None:
    def person(*, lapses: bool) -> Person:
        return Person(1, 1, Kind.MEMBER, 1200.0, lapses, Random(1))

    assert [person(lapses=False).ability_after(answers) for answers in (0, 50, 250)] == [1200, 1224, 1320]
    assert [person(lapses=True).ability_after(answers) for answers in (0, 50, 75, 100, 250)] == [
        1200,
        1224,
        1212,
        1200,
        1200,
    ]


def test_who_knows_a_miskeyed_question_does_not_choose_its_key() -> None:
    miskeyed = next(one for one in make_world(Options()).planted if one.makeup is Makeup.MISKEYED)
    knowing = Person(1, 1, Kind.MEMBER, 3400.0, False, Random(1))
    chosen = [knowing.chooses(miskeyed) for _ in range(200)]
    assert chosen.count(miskeyed.truth) > 180
    assert miskeyed.truth != miskeyed.key


def test_there_is_each_special_kind_and_more_of_them_among_more_members() -> None:
    few, many = make_specials(Options(members=10)), make_specials(Options(members=150))
    assert len({one.kind for one in few}) == len(few) == SPECIALS
    assert len(many) == 3 * SPECIALS


def test_ranks_are_compared_and_equals_share_theirs() -> None:
    assert rank_correlation([1, 2, 3, 4], [10, 20, 25, 4000]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 2, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 2, 2, 3], [1, 2, 3, 4]) == pytest.approx(3 / math.sqrt(10))
