"""The plot of ratings: any number of points, one person or two, and time axes that a person would draw."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from io import BytesIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.pictures import Band, HistoryFacts, Series, TickUnit, history
from bot.pictures.colours import FIRST, SECOND
from bot.pictures.paths import cut_at, dashes, thinned
from bot.pictures.ticks import moments, ratings
from ladder.tiers import Tier

BEGIN = datetime(2026, 1, 5, tzinfo=UTC).timestamp()
DAY = 86_400.0


def words(moment: datetime, unit: TickUnit) -> str:
    """A tick in figures."""
    return moment.strftime("%H:%M" if unit in {TickUnit.MINUTE, TickUnit.HOUR} else "%d.%m.%y")


def climb(
    length: int, *, start: float = 1180, step: float = 5, days: float = 1
) -> tuple[tuple[float, float], ...]:
    """Points that rise and fall a little."""
    return tuple((BEGIN + n * days * DAY, start + n * step + 9 * (n % 4)) for n in range(length))


ADA = HistoryFacts(
    (Series("Ada", climb(60)),),
    words,
    title="Ada",
    bands=tuple(Band(tier, tier.name.title()) for tier in Tier),
)

numbers = st.floats() | st.floats(0, 4e9) | st.integers(-(10**6), 10**6)
zones: st.SearchStrategy[tzinfo] = st.sampled_from(
    [
        UTC,
        ZoneInfo("Europe/Berlin"),
        ZoneInfo("Asia/Kathmandu"),
        timezone(timedelta(hours=14)),
        timezone(-timedelta(hours=12)),
    ]
)
plots = st.builds(
    HistoryFacts,
    series=st.lists(
        st.builds(
            Series,
            name=st.text(st.characters(), max_size=40),
            points=st.lists(st.tuples(numbers, numbers), max_size=60).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    tick_words=st.just(words),
    title=st.text(st.characters(), max_size=60),
    bands=st.sampled_from([(), ADA.bands, ADA.bands[::-1]]),
    zone=zones,
)


def opened(picture: bytes) -> Image.Image:
    """The picture, wholly read."""
    seen = Image.open(BytesIO(picture))
    seen.load()
    assert seen.format == "PNG"
    assert seen.size == (900, 500)
    return seen.convert("RGB")


def count(picture: bytes, colour: tuple[int, int, int]) -> int:
    """How many pixels have exactly that colour."""
    return sum(n for n, seen in opened(picture).getcolors(900 * 500) or [] if seen == colour)


@given(plots)
@settings(max_examples=80)
def test_any_values_give_a_plot_of_900_by_500(facts: HistoryFacts) -> None:
    opened(history(facts))


@pytest.mark.parametrize("length", [0, 1, 2, 30, 400, 20_000])
def test_any_number_of_points_is_drawn(length: int) -> None:
    drawn = history(replace(ADA, series=(Series("Ada", climb(length, step=0.05, days=0.05)),)))
    assert (count(drawn, FIRST) > 20) == (length > 0)


def test_the_same_values_give_the_same_bytes() -> None:
    assert history(ADA) == history(replace(ADA, title="Ada"))


def test_points_may_come_in_any_order() -> None:
    assert history(replace(ADA, series=(Series("Ada", climb(60)[::-1]),))) == history(ADA)


def test_what_is_not_finite_is_left_out() -> None:
    holes = (*climb(60), (float("nan"), 1500.0), (BEGIN, float("inf")), (-1.0, 1500.0))
    assert history(replace(ADA, series=(Series("Ada", holes),))) == history(ADA)


def test_a_flat_line_is_level_and_in_the_middle() -> None:
    flat = replace(
        ADA, series=(Series("Ada", tuple((BEGIN + n * DAY, 1500.0) for n in range(60))),), title="", bands=()
    )
    seen = opened(history(flat))
    rows = {y for x in range(150, 700, 50) for y in range(60, 440) if seen.getpixel((x, y)) == FIRST}
    assert max(rows) - min(rows) < 6
    assert 225 < sum(rows) / len(rows) < 255


def test_a_long_stretch_without_an_answer_is_not_a_full_line() -> None:
    later = tuple((moment + 200 * DAY, rating) for moment, rating in climb(30, step=0))
    gap = history(replace(ADA, series=(Series("Ada", (*climb(30, step=0), *later)),), bands=()))
    seen = opened(gap)
    full = [x for x in range(90, 795) if any(seen.getpixel((x, y)) == FIRST for y in range(76, 440))]
    assert max(after - before for before, after in pairwise(full)) > 300


def test_two_series_differ_by_more_than_their_colours() -> None:
    both = replace(ADA, series=(Series("Ada", climb(60)), Series("Grace", climb(60, start=1300))))
    seen = opened(history(both))

    def unbroken(colour: tuple[int, int, int]) -> int:
        """The longest run of columns in which the colour is seen."""
        columns = [any(seen.getpixel((x, y)) == colour for y in range(115, 440)) for x in range(100, 780)]
        return max(len(run) for run in "".join(" x"[here] for here in columns).split())

    assert unbroken(FIRST) > 600
    assert unbroken(SECOND) < 60


def test_a_legend_names_both() -> None:
    pair = (Series("Ada", climb(60)), Series("Grace", climb(60, start=1300)))
    renamed = (pair[0], Series("直骨", pair[1].points))
    one, other = (opened(history(replace(ADA, series=series))) for series in (pair, renamed))
    box = ImageChops.difference(one, other).getbbox()
    assert box is not None
    assert box[3] < 110


def test_a_band_has_its_word_in_any_script() -> None:
    arabic = replace(ADA, bands=tuple(Band(tier, "ذهب") for tier in Tier))
    assert history(arabic) != history(ADA)


def test_a_line_ends_where_its_last_rating_is_even_within_an_hour() -> None:
    quick = tuple((BEGIN + n * 60, 1500.0 + 10 * n) for n in range(61))
    seen = opened(history(replace(ADA, series=(Series("Ada", quick),), title="", bands=())))
    end = [y for y in range(40, 440) if seen.getpixel((800, y)) == FIRST]
    assert abs(sum(end) / len(end) - 68) < 3, "between the edges 34 and 446 a twelfth is left free above"


def test_a_third_series_is_not_drawn() -> None:
    pair = (Series("Ada", climb(60)), Series("Grace", climb(60, start=1300)))
    assert history(replace(ADA, series=(*pair, Series("Eve", climb(9))))) == history(
        replace(ADA, series=pair)
    )


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(0, 500)), max_size=400))
def test_thinning_keeps_what_a_pixel_can_show(points: list[tuple[float, float]]) -> None:
    points.sort(key=lambda point: point[0])
    kept = thinned(points)
    assert kept == [point for point in kept if point in points]
    for column in {int(x) for x, _ in points}:
        every = [y for x, y in points if int(x) == column]
        some = [y for x, y in kept if int(x) == column]
        assert len(some) <= 4
        assert (min(every), max(every), every[0], every[-1]) == (min(some), max(some), some[0], some[-1])


def test_lines_are_cut_where_nothing_is_known() -> None:
    assert cut_at([(0, 1), (5, 1), (50, 1), (51, 1)], 10) == [[(0, 1), (5, 1)], [(50, 1), (51, 1)]]
    assert cut_at([], 10) == []


def test_dashes_have_their_lengths_around_corners() -> None:
    strokes = list(dashes([(0, 0), (10, 0), (10, 10)], 8, 4))
    assert strokes == [[(0, 0), (8, 0)], [(10, 2), (10, 10)]]
    assert list(dashes([], 8, 4)) == []


@given(st.floats(0, 2.4e11), st.floats(3600, 1e10), zones)
def test_ticks_are_few_round_and_within(start: float, length: float, zone: tzinfo) -> None:
    found, unit = moments(start, start + length, zone, 6)
    assert len(found) <= 6
    assert all(start <= moment.timestamp() <= start + length for moment in found)
    assert all(one.timestamp() < other.timestamp() for one, other in pairwise(found))
    if unit in {TickUnit.DAY, TickUnit.MONTH, TickUnit.YEAR}:
        assert all((moment.hour, moment.minute, moment.second) == (0, 0, 0) for moment in found)
    if unit is TickUnit.YEAR:
        assert all((moment.month, moment.day) == (1, 1) for moment in found)


def test_days_begin_at_midnight_where_the_person_lives() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begin = datetime(2026, 3, 27, 12, tzinfo=berlin).timestamp()
    found, unit = moments(begin, begin + 4 * DAY, berlin, 6)
    assert unit is TickUnit.DAY
    assert [moment.day for moment in found] == [28, 29, 30, 31], "the clock goes forward on the 29th"


def test_the_answers_of_one_short_quiz_stand_beside_each_other() -> None:
    quick = tuple((BEGIN + 8.0 * n, 1200.0 + 40 * n) for n in range(6))
    seen: list[str] = []

    def noted(moment: datetime, unit: TickUnit) -> str:
        seen.append(words(moment, unit))
        return seen[-1]

    drawn = Image.open(BytesIO(history(replace(ADA, series=(Series("Ada", quick),), tick_words=noted))))
    line = ImageChops.difference(drawn.convert("RGB"), Image.new("RGB", drawn.size, FIRST)).convert("L")
    across = line.point([255 if value < 8 else 0 for value in range(256)]).getbbox()  # type: ignore[no-untyped-call]
    assert across is not None
    assert across[2] - across[0] > 200, "a third of the plot's width is forty seconds of two minutes"
    assert seen == ["00:00", "00:01"]


@given(st.floats(-1e6, 1e6), st.floats(60, 1e6))
def test_rating_ticks_are_few_and_within(low: float, span: float) -> None:
    found = ratings(low, low + span, 6)
    assert 1 <= len(found) <= 6
    assert all(low - 1e-6 <= rating <= low + span + 1e-6 for rating in found)
