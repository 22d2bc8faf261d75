"""What first attempts say about a question: the study's rules, their least answers, and what never breaks them."""

import math
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ladder.statistics import (
    Finding,
    FirstAttempt,
    Flag,
    point_biserial,
    share_of,
    significance,
    statistics_of,
)

KEY, TWIN, OTHER, LAST = range(4)


def asked(*groups: tuple[int, int | None, float], predicted: float = 0.6) -> list[FirstAttempt]:
    """First attempts: (how many, which option, what estimate) a group."""
    return [
        FirstAttempt(option, estimate, predicted) for count, option, estimate in groups for _ in range(count)
    ]


def flags(attempts: Sequence[FirstAttempt], options: int = 4) -> set[Flag]:
    return {finding.flag for finding in statistics_of(attempts, key=KEY, options=options).findings}


attempts = st.builds(
    FirstAttempt,
    st.none() | st.integers(0, 3),
    st.floats(100, 3500) | st.sampled_from([1500.0, 1500.0000000000002]),
    st.floats(0.2, 0.98),
)
many = st.lists(attempts, max_size=150)


def test_without_an_answer_there_is_nothing_to_say() -> None:
    empty = statistics_of([], key=KEY, options=4)
    assert (empty.answers, empty.facility, empty.discrimination, empty.distractors) == (0, None, None, None)
    assert empty.findings == ()


@pytest.mark.parametrize(
    ("answers", "shown"),
    [(19, (False, False, False)), (20, (True, False, False)), (49, (True, False, False)),
     (50, (True, True, False)), (59, (True, True, False)), (60, (True, True, True))],
)  # fmt: skip
def test_each_figure_is_shown_from_its_own_number_of_answers(
    answers: int, shown: tuple[bool, bool, bool]
) -> None:
    told = statistics_of(asked((answers - 9, KEY, 1700), (9, TWIN, 1300)), key=KEY, options=4)
    figures = (told.facility, told.discrimination, told.distractors)
    assert tuple(figure is not None for figure in figures) == shown
    assert told.answers == answers


@pytest.mark.parametrize(
    ("hits", "answers", "low", "high"),
    [
        (0, 20, 0.0, 0.161125),
        (20, 20, 0.838875, 1.0),
        (10, 20, 0.299298, 0.700702),
        (45, 50, 0.786398, 0.956524),
    ],
)
def test_a_share_has_wilsons_interval(hits: int, answers: int, low: float, high: float) -> None:
    share = share_of(hits, answers)
    assert (share.low, share.high) == pytest.approx((low, high), abs=1e-6)
    assert share.share == hits / answers


@pytest.mark.parametrize(("hits", "answers"), [(0, 0), (3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(hits: int, answers: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        share_of(hits, answers)


@pytest.mark.parametrize(
    ("r", "answers", "z"),
    [
        (0.5, 28, 2.746531),
        (-0.5, 28, -2.746531),
        (0.0, 50, 0.0),
        (None, 50, 0.0),
        (0.9, 3, 0.0),
        (1.0, 30, math.inf),
    ],
)
def test_a_correlations_significance(r: float | None, answers: int, z: float) -> None:
    assert significance(r, answers) == pytest.approx(z, abs=1e-6)


def test_discrimination_is_the_point_biserial_correlation() -> None:
    # (1700 - 1300) / the whole spread of 200, times the root of a half and a half.
    assert point_biserial([True, True, False, False], [1700, 1700, 1300, 1300]) == pytest.approx(1.0)
    assert point_biserial([True, False, True, False], [1700, 1700, 1300, 1300]) == pytest.approx(0.0)
    assert point_biserial([True, True, True, False], [1600, 1500, 1400, 1100]) == pytest.approx(0.925820)


@pytest.mark.parametrize(
    ("chosen", "estimates"), [([True, True], [1500.0, 1600.0]), ([True, False], [1500.0, 1500.0]), ([], [])]
)
def test_what_never_differs_correlates_with_nothing(chosen: list[bool], estimates: list[float]) -> None:
    assert point_biserial(chosen, estimates) is None


def test_a_question_whose_strong_members_choose_a_distractor_is_miskeyed_and_the_distractor_is_named() -> (
    None
):
    told = statistics_of(asked((12, TWIN, 1800), (13, KEY, 1300)), key=KEY, options=4)
    assert Finding(Flag.MISKEYED, (TWIN,)) in told.findings
    assert Flag.MISKEYED not in flags(asked((12, TWIN, 1800), (12, KEY, 1300)))


def test_a_question_whose_strong_members_choose_the_key_as_well_is_not_miskeyed() -> None:
    drawn = asked((20, KEY, 1800), (10, TWIN, 1700), (30, OTHER, 1200))
    assert Flag.MISKEYED not in flags(drawn)


def test_a_key_that_nobody_chooses_does_not_speak_against_a_distractor_of_the_strong() -> None:
    assert Flag.MISKEYED in flags(asked((15, TWIN, 1800), (15, OTHER, 1300)))


@pytest.mark.parametrize(
    ("right", "answers", "expected"),
    [
        (27, 30, {Flag.EASIER_THAN_LABELLED}),  # 9 more than 18, 3.35 times the spread
        (26, 30, set[Flag]()),  # 2.98 times
        (9, 30, {Flag.HARDER_THAN_LABELLED}),
        (10, 30, set[Flag]()),
        (29, 29, set[Flag]()),  # too few answers
    ],
)
def test_a_question_is_mislabelled_when_its_answers_surprise_the_prediction(
    right: int, answers: int, expected: set[Flag]
) -> None:
    found = flags(asked((right, KEY, 1500), (answers - right, TWIN, 1500)))
    assert found & {Flag.EASIER_THAN_LABELLED, Flag.HARDER_THAN_LABELLED} == expected


@pytest.mark.parametrize("answers", [48, 52])
def test_a_question_that_the_strong_and_the_weak_answer_alike_is_weak_from_fifty_answers(
    answers: int,
) -> None:
    quarter = answers // 4
    alike = asked((quarter, KEY, 1700), (quarter, TWIN, 1700), (quarter, KEY, 1300), (quarter, TWIN, 1300))
    # No correlation at all, and yet after 52 answers the true one may still be .20; after 100 hardly.
    assert Flag.WEAK not in flags(alike)
    backwards = asked((quarter - 3, KEY, 1700), (quarter + 3, TWIN, 1700), (quarter + 3, KEY, 1300), (quarter - 3, TWIN, 1300))  # fmt: skip
    assert (Flag.WEAK in flags(backwards)) is (answers >= 50)


def test_no_correlation_in_a_hundred_answers_is_weak() -> None:
    alike = asked((25, KEY, 1700), (25, TWIN, 1700), (25, KEY, 1300), (25, TWIN, 1300))
    assert Flag.WEAK in flags(alike)


def test_a_question_that_everybody_knows_is_too_easy_and_not_weak() -> None:
    told = statistics_of(
        [FirstAttempt(KEY, 1000.0 + number, 0.9) for number in range(60)], key=KEY, options=4
    )
    found = {finding.flag for finding in told.findings}
    assert found == {Flag.TOO_EASY, Flag.DEAD_DISTRACTOR}
    assert told.discrimination is None
    assert told.distractors is not None
    assert [draw.correlation for draw in told.distractors] == [None, None, None]


@pytest.mark.parametrize(
    ("right", "answers", "options", "expected"),
    [
        (39, 39, 4, set[Flag]()),
        (40, 40, 4, {Flag.TOO_EASY}),
        (39, 40, 4, set[Flag]()),
        (8, 40, 4, {Flag.GUESS_LEVEL}),
        (11, 40, 4, set[Flag]()),
        (19, 40, 2, set[Flag]()),
        (16, 40, 2, {Flag.GUESS_LEVEL}),
        (0, 40, 4, {Flag.GUESS_LEVEL}),
    ],
)
def test_the_level_is_judged_from_forty_answers_by_a_bound(
    right: int, answers: int, options: int, expected: set[Flag]
) -> None:
    found = flags(asked((right, KEY, 1500), (answers - right, TWIN, 1500)), options)
    assert found & {Flag.TOO_EASY, Flag.GUESS_LEVEL} == expected


def test_a_distractor_that_nobody_of_sixty_chooses_is_dead_and_named() -> None:
    told = statistics_of(asked((40, KEY, 1600), (10, TWIN, 1400), (10, OTHER, 1300)), key=KEY, options=4)
    assert Finding(Flag.DEAD_DISTRACTOR, (LAST,)) in told.findings
    assert Flag.DEAD_DISTRACTOR not in flags(asked((39, KEY, 1600), (10, TWIN, 1400), (10, OTHER, 1300)))
    chosen_once = asked((39, KEY, 1600), (10, TWIN, 1400), (10, OTHER, 1300), (1, LAST, 1300))
    assert Flag.DEAD_DISTRACTOR not in flags(chosen_once)


def test_what_was_left_unanswered_is_wrong_and_nobodys_choice() -> None:
    told = statistics_of(asked((30, KEY, 1600), (30, None, 1400)), key=KEY, options=2)
    assert told.facility is not None
    assert told.facility.share == 0.5
    assert told.distractors is not None
    assert [draw.chosen.hits for draw in told.distractors] == [0]


def test_estimates_that_are_all_alike_leave_the_discrimination_open() -> None:
    told = statistics_of(asked((40, KEY, 1200), (30, TWIN, 1200)), key=KEY, options=4)
    assert told.discrimination is None
    assert {finding.flag for finding in told.findings} == {Flag.DEAD_DISTRACTOR}


@pytest.mark.parametrize(
    ("attempt", "key", "options", "told"),
    [
        (FirstAttempt(4, 1500, 0.5), 0, 4, "option 4"),
        (FirstAttempt(0, math.nan, 0.5), 0, 4, "finite"),
        (FirstAttempt(0, 1500, 1.0), 0, 4, "between 0 and 1"),
        (FirstAttempt(0, 1500, 0.5), 4, 4, "the key 4"),
        (FirstAttempt(0, 1500, 0.5), 0, 6, "2 to 5 options"),
    ],
)
def test_what_cannot_be_is_refused(attempt: FirstAttempt, key: int, options: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        statistics_of([attempt], key=key, options=options)


@given(many)
def test_every_figure_stays_within_its_bounds(made: list[FirstAttempt]) -> None:
    told = statistics_of(made, key=KEY, options=4)
    if told.facility is not None:
        assert 0 <= told.facility.low <= told.facility.share <= told.facility.high <= 1
    if told.discrimination is not None:
        assert -1 <= told.discrimination <= 1
    if told.facility is not None and told.distractors is not None:
        chosen = sum(draw.chosen.hits for draw in told.distractors)
        unanswered = sum(attempt.option is None for attempt in made)
        assert told.facility.hits + chosen + unanswered == told.answers
    assert len({finding.flag for finding in told.findings}) == len(told.findings)


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_changes_no_flag(made: list[FirstAttempt], random: Random) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)
    before, after = (statistics_of(one, key=KEY, options=4) for one in (made, shuffled))
    assert before.facility == after.facility
    assert before.discrimination == pytest.approx(after.discrimination, abs=1e-6)


@given(many)
def test_with_fewer_than_25_answers_nothing_is_ever_flagged(made: list[FirstAttempt]) -> None:
    assert statistics_of(made[:24], key=KEY, options=4).findings == ()


@given(many.filter(lambda made: len(made) >= 50), st.integers(-2, 2).map(lambda steps: steps * 256.0))
def test_the_estimates_may_all_be_shifted(made: list[FirstAttempt], by: float) -> None:
    whole = [FirstAttempt(one.option, float(round(one.estimate)), one.predicted) for one in made]
    shifted = [FirstAttempt(one.option, one.estimate + by, one.predicted) for one in whole]
    before, after = (statistics_of(one, key=KEY, options=4) for one in (whole, shifted))
    assert before.discrimination == pytest.approx(after.discrimination, abs=1e-6)
