"""Which ladders there are, and who stands where on one."""

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.standings import Ladder, competition_ranks, is_listed, server_score


@pytest.mark.parametrize(
    ("ladder", "key"),
    [
        (Ladder.world(), "global"),
        (Ladder.category("machine-learning"), "category:machine-learning"),
        (Ladder.category("go2"), "category:go2"),
        (Ladder.server(123), "server:123"),
        (Ladder.server(2**64 - 1), "server:18446744073709551615"),
        (Ladder.season(123, 4), "season:123:4"),
        (Ladder.season(4, 123), "season:4:123"),
        (Ladder.xp(date(2026, 11, 16)), "xp:2026-11-16"),
        (Ladder.xp(date(2026, 11, 16), 123), "xp:123:2026-11-16"),
        (Ladder.servers(), "servers"),
    ],
)
def test_a_ladder_is_stored_under_a_key_and_found_by_it(ladder: Ladder, key: str) -> None:
    assert ladder.key == key
    assert Ladder.parse(key) == ladder


def test_a_ladder_says_whose_it_is() -> None:
    assert (Ladder.world().slug, Ladder.world().guild_id) == (None, None)
    assert Ladder.category("physics").slug == "physics"
    assert Ladder.server(123).guild_id == 123


@pytest.mark.parametrize(
    "key",
    [
        "",
        "Global",
        "global ",
        "global:1",
        "category:",
        "category:Machine Learning",
        "category:-physics",
        "category:physics\n",
        "server:",
        "server:0",
        "server:0123",
        "server:-5",
        "server:１２３",
        "season:2025",
        "season:",
        "season:123:",
        "season:123:0",
        "season:123:04",
        "season:0:4",
        "season::4",
        "season:123:4:5",
        "season:123:4\n",
        "xp:",
        "xp:2026-11",
        "xp:0:2026-11-16",
        "xp:123:",
        "servers:1",
    ],
)
def test_no_other_key_is_a_ladder(key: str) -> None:
    with pytest.raises(ValueError, match="there is no ladder"):
        Ladder.parse(key)


def test_a_ladder_whose_key_could_not_be_read_back_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no ladder"):
        Ladder.category("server:5")
    with pytest.raises(ValueError, match="there is no ladder"):
        Ladder.server(0)


def test_a_ladder_of_a_category_and_a_server_at_once_is_refused() -> None:
    with pytest.raises(ValueError, match="a category's or a server's"):
        Ladder(slug="physics", guild_id=5)


@pytest.mark.parametrize("key", ["xp:2026-11-17", "xp:2026-02-30", "xp:2026-13-01"])
def test_a_week_begins_on_a_monday_of_the_calendar(key: str) -> None:
    with pytest.raises(ValueError, match=r"Monday|day|month"):
        Ladder.parse(key)


@pytest.mark.parametrize(
    "mixture",
    [
        {"week": date(2026, 11, 16), "slug": "physics"},
        {"week": date(2026, 11, 16), "guild_id": 5, "season_id": 1},
        {"of_servers": True, "guild_id": 5},
        {"season_id": 1},
    ],
)
def test_a_board_of_two_kinds_at_once_is_refused(mixture: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Ladder(**mixture)


def test_only_a_servers_ladder_of_all_time_shows_the_blend() -> None:
    kinds = {
        Ladder.server(5): (True, False),
        Ladder.season(5, 1): (False, True),
        Ladder.xp(date(2026, 11, 16), 5): (False, False),
        Ladder.world(): (False, False),
        Ladder.servers(): (False, False),
    }
    assert {ladder: (ladder.is_server, ladder.is_season) for ladder in kinds} == kinds


@pytest.mark.parametrize(
    ("ladder", "hidden", "idle", "away_from", "listed"),
    [
        (Ladder.world(), False, False, {5}, True),
        (Ladder.world(), True, False, set(), False),
        (Ladder.world(), False, True, set(), False),
        (Ladder.server(5), False, False, {6}, True),
        (Ladder.server(5), False, False, {5}, False),
        (Ladder.season(5, 1), False, False, {5}, False),
        (Ladder.category("physics"), False, False, {5}, True),
        (Ladder.xp(date(2026, 11, 16)), False, False, {5}, True),
        (Ladder.xp(date(2026, 11, 16), 5), False, False, {5}, False),
    ],
)
def test_who_has_a_place_on_a_board(
    ladder: Ladder, hidden: bool, idle: bool, away_from: set[int], listed: bool
) -> None:
    assert is_listed(ladder, hidden=hidden, idle=idle, away_from=away_from) is listed


@pytest.mark.parametrize(
    ("ratings", "ranks"),
    [
        ([], ()),
        ([1500], (1,)),
        ([1900, 1800, 1800, 1700], (1, 2, 2, 4)),
        ([1500, 1500, 1500], (1, 1, 1)),
        ([1500, 1500, 1400], (1, 1, 3)),
    ],
)
def test_equal_ratings_share_the_better_rank(ratings: list[int], ranks: tuple[int, ...]) -> None:
    assert competition_ranks(ratings) == ranks


@given(st.lists(st.integers(0, 3500)))
def test_a_rank_is_one_more_than_the_number_of_better_ratings(ratings: list[int]) -> None:
    ratings.sort(reverse=True)
    expected = tuple(1 + sum(other > rating for other in ratings) for rating in ratings)
    assert competition_ranks(ratings) == expected


def test_ratings_that_are_not_sorted_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted from the highest down"):
        competition_ranks([1500, 1600])


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**63 - 1))
def test_a_season_is_neither_its_servers_ladder_nor_another_servers_season(guild: int, season: int) -> None:
    ladder = Ladder.season(guild, season)
    assert Ladder.parse(ladder.key) == ladder
    assert (ladder.guild_id, ladder.season_id) == (guild, season)
    assert ladder != Ladder.server(guild)
    assert ladder.key not in {Ladder.server(guild).key, Ladder.season(guild + 1, season).key}
    assert len(ladder.key) <= 80


@pytest.mark.parametrize(("guild", "season"), [(0, 4), (123, 0), (-123, 4), (123, -4)])
def test_a_season_that_is_not_numbered_from_one_is_refused(guild: int, season: int) -> None:
    with pytest.raises(ValueError, match="there is no ladder"):
        Ladder.season(guild, season)


def test_a_season_without_a_server_is_refused() -> None:
    with pytest.raises(ValueError, match="a season is a server's"):
        Ladder(season_id=4)
    with pytest.raises(ValueError, match="a season is a server's"):
        Ladder(slug="physics", season_id=4)


@pytest.mark.parametrize(
    ("case", "ratings", "score"),
    [
        ("nobody", [], None),
        ("four are too few", [2000] * 4, None),
        ("five are enough", [1500, 1600, 1700, 1800, 1900], 1700),
        ("in any order", [1900, 1500, 1800, 1600, 1700], 1700),
        ("rounded down", [1500, 1500, 1500, 1500, 1504], 1500),
        ("and up at a whole point", [1500, 1500, 1500, 1500, 1505], 1501),
        ("twenty count", [1500] * 10 + [1700] * 10, 1600),
        ("the twenty-first does not", [100] + [1700] * 20, 1700),
        ("the best twenty do", [1500] * 20 + [1700] * 10, 1600),
    ],
)
def test_a_server_scores_the_mean_of_its_best_twenty(
    case: str, ratings: list[int], score: int | None
) -> None:
    assert server_score(ratings) == score, case


@given(st.lists(st.integers(0, 3500), min_size=5, max_size=40), st.randoms(use_true_random=False))
def test_a_servers_score_lies_among_its_best_and_does_not_depend_on_order(
    ratings: list[int], chance: Random
) -> None:
    score = server_score(ratings)
    assert score is not None
    best = sorted(ratings, reverse=True)[:20]
    assert best[-1] <= score <= best[0]
    shuffled = [*ratings]
    chance.shuffle(shuffled)
    assert server_score(shuffled) == score


@given(st.lists(st.integers(0, 3500), min_size=20, max_size=30), st.integers(0, 3500))
def test_nobody_lowers_the_score_of_a_server_that_has_twenty(ratings: list[int], newcomer: int) -> None:
    before, after = server_score(ratings), server_score([*ratings, newcomer])
    assert before is not None
    assert after is not None
    assert after >= before
