"""Tiers, divisions, levels, and the titles that are earned by beating lessons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.tiers import Division, Level, NextStep, Tier, division_of, level_of, next_step, tier_of, title

IRON, BRONZE, SILVER, GOLD, PLATINUM, DIAMOND, MASTER, GRANDMASTER = Tier

ratings = st.integers(0, 3500)
wins = st.none() | st.integers(100, 3500)
tiers = st.sampled_from(Tier)


def test_tiers_rank_from_iron_to_grandmaster_by_their_floors() -> None:
    assert [tier.key for tier in sorted(Tier)] == [
        "iron",
        "bronze",
        "silver",
        "gold",
        "platinum",
        "diamond",
        "master",
        "grandmaster",
    ]
    assert [tier.floor for tier in Tier] == [0, 1200, 1400, 1600, 1800, 2000, 2200, 2400]


@pytest.mark.parametrize(
    ("rating", "tier", "division"),
    [
        (0, IRON, Division.IV),
        (1049, IRON, Division.IV),
        (1050, IRON, Division.III),
        (1100, IRON, Division.II),
        (1150, IRON, Division.I),
        (1199, IRON, Division.I),
        (1200, BRONZE, Division.IV),
        (1399, BRONZE, Division.I),
        (1400, SILVER, Division.IV),
        (1600, GOLD, Division.IV),
        (1799, GOLD, Division.I),
        (1800, PLATINUM, Division.IV),
        (1849, PLATINUM, Division.IV),
        (1850, PLATINUM, Division.III),
        (1880, PLATINUM, Division.III),
        (1900, PLATINUM, Division.II),
        (1950, PLATINUM, Division.I),
        (2000, DIAMOND, Division.IV),
        (2200, MASTER, Division.IV),
        (2399, MASTER, Division.I),
        (2400, GRANDMASTER, None),
        (3500, GRANDMASTER, None),
    ],
)
def test_a_rating_has_a_tier_and_a_division(rating: int, tier: Tier, division: Division | None) -> None:
    assert tier_of(rating) is tier
    assert division_of(rating) is division


@pytest.mark.parametrize(
    ("rating", "held", "division"),
    [
        (1843, GOLD, Division.I),
        (1843, IRON, Division.I),
        (1760, PLATINUM, Division.IV),
        (1880, PLATINUM, Division.III),
        (2360, GRANDMASTER, None),
        (2500, MASTER, Division.I),
    ],
)
def test_a_division_is_told_within_the_title_that_is_held(
    rating: int, held: Tier, division: Division | None
) -> None:
    assert division_of(rating, held) is division


@pytest.mark.parametrize(
    ("rating", "level"),
    [
        (0, Level.BEGINNER),
        (1399, Level.BEGINNER),
        (1400, Level.INTERMEDIATE),
        (1799, Level.INTERMEDIATE),
        (1800, Level.ADVANCED),
        (2199, Level.ADVANCED),
        (2200, Level.EXPERT),
        (3500, Level.EXPERT),
    ],
)
def test_a_rating_has_a_level_word(rating: int, level: Level) -> None:
    assert level_of(rating) is level


@pytest.mark.parametrize(
    ("case", "rating", "beaten", "held", "earned"),
    [
        ("everybody starts in Iron", 1100, None, IRON, IRON),
        ("a rating alone promotes nobody", 1843, None, IRON, IRON),
        ("beat Platinum to climb", 1843, 1799, GOLD, GOLD),
        ("the lesson's tier counts, not its distance", 1843, 1800, GOLD, PLATINUM),
        ("a win alone promotes nobody", 1799, 1880, GOLD, GOLD),
        ("the floor itself is reached", 1800, 1880, GOLD, PLATINUM),
        ("tiers may be skipped", 1843, 1880, IRON, PLATINUM),
        ("a win above the rating counts as far as the rating", 1650, 2400, IRON, GOLD),
        ("a small win counts as far as it goes", 2450, 1200, IRON, BRONZE),
        ("an Iron lesson proves nothing more", 1300, 1150, IRON, IRON),
        ("fifty points below the floor are forgiven", 1750, 1880, PLATINUM, PLATINUM),
        ("fifty-one are not", 1749, 1880, PLATINUM, GOLD),
        ("forgiveness is for holders only", 1750, 1880, GOLD, GOLD),
        ("coming back needs no new win", 1800, 1880, GOLD, PLATINUM),
        ("a deep fall ends where small ones do", 1560, 1880, PLATINUM, GOLD),
        ("the margin of each tier passed is forgiven too", 1550, 1880, PLATINUM, GOLD),
        ("and lost one point further", 1549, 1880, PLATINUM, SILVER),
        ("Bronze is kept down to 1150", 1150, 1200, BRONZE, BRONZE),
        ("and Iron is below it", 1149, 1200, BRONZE, IRON),
        ("nobody falls below Iron", 0, 2400, GRANDMASTER, IRON),
        ("Grandmaster is kept down to 2350", 2350, 2450, GRANDMASTER, GRANDMASTER),
        ("a title outlives the record of its win", 1900, None, PLATINUM, PLATINUM),
    ],
)
def test_a_title_is_earned_kept_lost_and_regained(
    case: str, rating: int, beaten: int | None, held: Tier, earned: Tier
) -> None:
    assert title(rating, beaten=beaten, held=held) is earned, case


@given(ratings, wins, tiers)
def test_asking_for_a_title_twice_changes_nothing(rating: int, beaten: int | None, held: Tier) -> None:
    once = title(rating, beaten=beaten, held=held)
    assert title(rating, beaten=beaten, held=once) is once


@given(ratings, ratings, wins, tiers)
def test_a_deep_fall_ends_where_many_small_ones_do(
    one: int, other: int, beaten: int | None, held: Tier
) -> None:
    bottom, top = sorted((one, other))
    held = title(top, beaten=beaten, held=held)
    gradual = held
    for rating in range(top, bottom - 1, -1):
        gradual = title(rating, beaten=beaten, held=gradual)
    assert title(bottom, beaten=beaten, held=held) is gradual


@given(ratings, wins, tiers)
def test_a_title_is_lost_only_below_its_margin_and_won_only_with_a_win(
    rating: int, beaten: int | None, held: Tier
) -> None:
    now = title(rating, beaten=beaten, held=held)
    if now < held:
        assert rating < held.floor - 50
    if now > held:
        assert rating >= now.floor
        assert beaten is not None
        assert beaten >= now.floor


@given(ratings, st.integers(0, 200), wins, tiers)
def test_a_higher_rating_never_has_a_lower_title(
    rating: int, more: int, beaten: int | None, held: Tier
) -> None:
    assert title(rating, beaten=beaten, held=held) <= title(rating + more, beaten=beaten, held=held)


@pytest.mark.parametrize(
    ("rating", "held", "beaten", "step"),
    [
        (1843, GOLD, 1650, NextStep(PLATINUM, points_missing=0, needs_win=True)),
        (1843, IRON, None, NextStep(BRONZE, points_missing=0, needs_win=True)),
        (1100, IRON, None, NextStep(BRONZE, points_missing=100, needs_win=True)),
        (1760, GOLD, 1880, NextStep(PLATINUM, points_missing=40, needs_win=False)),
        (1760, PLATINUM, 1880, NextStep(DIAMOND, points_missing=240, needs_win=True)),
        (2399, MASTER, 2300, NextStep(GRANDMASTER, points_missing=1, needs_win=True)),
        (2360, GRANDMASTER, 2450, None),
    ],
)
def test_the_next_step_says_what_is_missing(
    rating: int, held: Tier, beaten: int | None, step: NextStep | None
) -> None:
    assert next_step(rating, held, beaten=beaten) == step


@given(ratings, wins, tiers)
def test_something_is_always_missing_for_the_tier_above_an_up_to_date_title(
    rating: int, beaten: int | None, held: Tier
) -> None:
    now = title(rating, beaten=beaten, held=held)
    step = next_step(rating, now, beaten=beaten)
    if step is None:
        assert now is GRANDMASTER
    else:
        assert step.points_missing > 0 or step.needs_win


@pytest.mark.parametrize(
    ("case", "course"),
    [
        (
            "a climb: a rating waits for its win",
            [(1100, None, IRON), (1843, None, IRON), (1843, 1650, GOLD), (1843, 1880, PLATINUM)],
        ),
        (
            "a win waits for its rating",
            [(1700, 1880, GOLD), (1799, None, GOLD), (1800, None, PLATINUM)],
        ),
        (
            "a fall: kept at floor - 50, lost below, back without a new win at the floor",
            [
                (1880, 1880, PLATINUM),
                (1750, None, PLATINUM),
                (1749, None, GOLD),
                (1760, None, GOLD),
                (1799, None, GOLD),
                (1800, None, PLATINUM),
            ],
        ),
        (
            "two tiers down and back up by the one win",
            [
                (1850, 1900, PLATINUM),
                (1749, None, GOLD),
                (1549, None, SILVER),
                (1599, None, SILVER),
                (1600, None, GOLD),
                (1800, None, PLATINUM),
                (2100, None, PLATINUM),
            ],
        ),
        (
            "a win against a lower lesson takes nothing away",
            [(1850, 1900, PLATINUM), (1850, 1250, PLATINUM), (1749, 1250, GOLD), (1800, None, PLATINUM)],
        ),
        (
            "to the top: a win against a Grandmaster is worth every title below",
            [(1250, 2450, BRONZE), (1999, None, PLATINUM), (2399, None, MASTER), (2400, None, GRANDMASTER)],
        ),
    ],
)
def test_a_title_follows_ratings_and_wins_in_their_order(
    case: str, course: list[tuple[int, int | None, Tier]]
) -> None:
    held, beaten = IRON, None
    for rating, won_against, expected in course:
        if won_against is not None:
            beaten = max(won_against, beaten or 0)
        held = title(rating, beaten=beaten, held=held)
        assert held is expected, (case, rating)


@pytest.mark.parametrize("tier", list(Tier)[1:])
def test_every_title_is_won_at_its_floor_and_lost_more_than_fifty_points_below(tier: Tier) -> None:
    below = list(Tier)[list(Tier).index(tier) - 1]
    assert title(tier.floor, beaten=tier.floor, held=below) is tier
    assert title(tier.floor - 1, beaten=tier.floor, held=below) is below
    assert title(tier.floor, beaten=tier.floor - 1, held=below) is below
    assert title(tier.floor - 50, beaten=tier.floor, held=tier) is tier
    assert title(tier.floor - 51, beaten=tier.floor, held=tier) is below
    assert title(tier.floor - 50, beaten=tier.floor, held=below) is below
    assert title(tier.floor, beaten=tier.floor, held=below) is tier
