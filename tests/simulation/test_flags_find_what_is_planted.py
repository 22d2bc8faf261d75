"""The flags for authors find planted faults as often as the study says, and sound questions as seldom."""

import math
from random import Random

import pytest

from bot.simulation.detection import SIZES, Detection, detections
from bot.simulation.options import Options
from bot.simulation.people import make_members
from bot.simulation.world import OPTIONS, make_world
from ladder.rating import predicted
from ladder.statistics import FirstAttempt

ANSWERS_BEFORE = 100
ESTIMATES_OFF_BY = 86
"""The study's root mean square error of estimates after a hundred answers."""

FOUND = {
    "miskeyed": (0.42, 0.66, 0.94),
    "mislabelled by 300": (0.22, 0.46, 0.89),
    "weak (noise)": (None, 0.38, 0.63),
}
FALSE_ALARMS = {"miskeyed": 0.003, "mislabelled by 300": 0.004, "weak (noise)": 0.025}
"""In rating.md, after 30, 50 and 100 answers."""

DEAD_FOUND, DEAD_FALSE_ALARMS = (0.65, 0.90), 0.01
"""Measured here, not in the study, after 100 answers: of a hundred samples 77 were found where two of a hundred who are
wrong take the option, and of three hundred of questions as labelled none was flagged.
Bounds are three standard errors from there."""


@pytest.fixture(scope="module")
def found() -> dict[str, Detection]:
    """What is found when everybody answers every planted question, their estimates being as good as in the study."""
    options = Options(members=2000, answers=ANSWERS_BEFORE, start=1500, ability=1500, seed=1)
    world, members, random = make_world(options), make_members(options), Random(1)
    labels = {lesson.slug: lesson.rating for lesson in world.catalogue}
    for person in members:
        person.answers = ANSWERS_BEFORE
    attempts: dict[str, list[FirstAttempt]] = {}
    for riddle in world.planted:
        attempts[riddle.identity] = []
        for person in members:
            estimate = person.ability_after(ANSWERS_BEFORE) + random.gauss(0, ESTIMATES_OFF_BY)
            estimate = min(max(estimate, 100.0), 3500.0)
            chance = predicted(estimate, labels[riddle.lesson], OPTIONS)
            attempts[riddle.identity].append(FirstAttempt(person.chooses(riddle), estimate, chance))
    return {one.flag: one for one in detections(world.planted, attempts)}


@pytest.mark.parametrize("flag", FOUND)
def test_planted_faults_are_found_as_often_as_in_the_study(found: dict[str, Detection], flag: str) -> None:
    for size, study, here in zip(SIZES, FOUND[flag], found[flag].found, strict=True):
        if study is None:
            assert here.samples == 0
            continue
        # Three standard errors of a difference, the study having looked about as often; it rounds to whole percents.
        error = 3 * math.sqrt(2 * study * (1 - study) / here.samples) + 0.005
        assert abs(here.flagged / here.samples - study) < error, (size, here)


@pytest.mark.parametrize("flag", FALSE_ALARMS)
def test_sound_questions_are_flagged_as_seldom_as_in_the_study(
    found: dict[str, Detection], flag: str
) -> None:
    study = FALSE_ALARMS[flag]
    for here in found[flag].false_alarms:
        if here.samples:
            assert here.flagged / here.samples <= study + 3 * math.sqrt(study * (1 - study) / here.samples)


def test_an_option_that_hardly_anybody_takes_is_found_from_a_hundred_answers_and_seldom_elsewhere(
    found: dict[str, Detection],
) -> None:
    dead = found["dead distractor"]
    least, most = DEAD_FOUND
    assert least <= dead.found[-1].flagged / dead.found[-1].samples <= most
    assert dead.false_alarms[-1].flagged / dead.false_alarms[-1].samples <= DEAD_FALSE_ALARMS
    assert [one.samples for one in (*dead.found[:-1], *dead.false_alarms[:-1])] == [0] * 4
