"""Which ladders there are, and who stands where on one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.standings import Ladder, competition_ranks


@pytest.mark.parametrize(
    ("ladder", "key"),
    [
        (Ladder.world(), "global"),
        (Ladder.category("machine-learning"), "category:machine-learning"),
        (Ladder.category("go2"), "category:go2"),
        (Ladder.server(123), "server:123"),
        (Ladder.server(2**64 - 1), "server:18446744073709551615"),
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
