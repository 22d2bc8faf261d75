"""The lessons of the simulated world: what their labels say, and how hard their questions are in truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from random import Random

from bot.simulation.options import Options
from lessons.catalogue import Catalogue
from lessons.model import CURATED, Lesson, Option, Question, Section

OPTIONS = 4
QUESTIONS = 8
MISLABELLED_BY = 300
"""In rating points."""

_LESSONS = 240
_CATEGORIES = 6
# The study does not say how its labels lie; evenly over these is where its figures come out.
_EASIEST, _HARDEST = 900, 2100
_LABEL_ERROR, _QUESTION_ERROR = 150, 100
_PLANTED_APART = 100
"""How far the planted lessons' labels lie apart, around the mean ability, in rating points."""


class Makeup(Enum):
    """How a question is made; all but the first are planted to be looked at."""

    USUAL = "usual"
    EXACT = "exact"
    """As hard as its label says, so that whatever is flagged is a false alarm."""
    MISKEYED = "miskeyed"
    EASIER = "easier than labelled"
    HARDER = "harder than labelled"
    NOISE = "noise"
    """Answered right by strong and weak alike."""
    DEAD = "dead distractor"
    """Of those who are wrong, hardly anybody takes one of the options."""


_PLANTED = (
    *(Makeup.EXACT, Makeup.EXACT, Makeup.EXACT),
    *(Makeup.MISKEYED, Makeup.MISKEYED),
    *(Makeup.EASIER, Makeup.HARDER),
    Makeup.NOISE,
    Makeup.DEAD,
)


@dataclass(frozen=True, slots=True)
class Riddle:
    """A question with what nobody in the program knows of it."""

    id: str
    lesson: str
    key: int
    truth: int
    """What a member who knows chooses: the key, but for a miskeyed question."""
    difficulty: float
    """In rating points as played."""
    makeup: Makeup

    @property
    def dead(self) -> int | None:
        """The option that hardly anybody takes, if there is one."""
        return (self.key + 1) % OPTIONS if self.makeup is Makeup.DEAD else None

    @property
    def identity(self) -> str:
        """The question's name in the program."""
        return f"{CURATED}:{self.id}"


@dataclass(frozen=True)
class World:
    """Every lesson, its machine's rating and its questions."""

    labels: dict[str, int]
    """The ratings of the usual lessons by slug, from the easiest, in rating points as played."""
    riddles: dict[str, Riddle]
    """By identity."""
    planted: tuple[Riddle, ...]
    catalogue: Catalogue

    @cached_property
    def by_lesson(self) -> dict[str, tuple[Riddle, ...]]:
        """The questions of each lesson."""
        found: dict[str, list[Riddle]] = {}
        for riddle in self.riddles.values():
            found.setdefault(riddle.lesson, []).append(riddle)
        return {slug: tuple(riddles) for slug, riddles in found.items()}


def make_world(options: Options) -> World:
    """The world of these options; the same seed makes the same one."""
    random = Random(f"{options.seed} lessons")
    labels = sorted(round(random.uniform(_EASIEST, _HARDEST) - options.shift) for _ in range(_LESSONS))
    riddles: list[Riddle] = []
    lessons: list[Lesson] = []
    slugs: dict[str, int] = {}
    for number, label in enumerate(labels):
        slug = f"lesson-{number:03}"
        middle = random.gauss(label, _LABEL_ERROR)
        own = [
            _riddle(slug, place, Makeup.USUAL, random.gauss(middle, _QUESTION_ERROR))
            for place in range(QUESTIONS)
        ]
        slugs[slug] = label
        riddles += own
        lessons.append(_lesson(slug, number, label, own))
    planted: list[Riddle] = []
    for number in range(-2, 3):
        slug = f"planted-{number + 2}"
        label = round(options.ability - options.shift) + number * _PLANTED_APART
        own = [_riddle(slug, place, makeup, label) for place, makeup in enumerate(_PLANTED)]
        planted += own
        lessons.append(_lesson(slug, number, label, own))
    known = {riddle.identity: riddle for riddle in (*riddles, *planted)}
    return World(slugs, known, tuple(planted), Catalogue(tuple(lessons)))


def _riddle(lesson: str, place: int, makeup: Makeup, difficulty: float) -> Riddle:
    key = place % OPTIONS
    by = {Makeup.EASIER: -MISLABELLED_BY, Makeup.HARDER: MISLABELLED_BY}.get(makeup, 0)
    truth = (key + 1) % OPTIONS if makeup is Makeup.MISKEYED else key
    return Riddle(f"{lesson}-{place}", lesson, key, truth, difficulty + by, makeup)


def _lesson(slug: str, number: int, label: int, riddles: Sequence[Riddle]) -> Lesson:
    return Lesson(
        owner=CURATED,
        slug=slug,
        title=slug,
        summary="",
        category=f"Category {number % _CATEGORIES}",
        minutes=5,
        rating=label,
        sections=(Section("all", "All", "All."),),
        key_idea="",
        questions=tuple(_question(riddle) for riddle in riddles),
    )


def _question(riddle: Riddle) -> Question:
    options = tuple(
        Option(f"{riddle.id} reply {option}", correct=option == riddle.key) for option in range(OPTIONS)
    )
    return Question(CURATED, riddle.id, f"{riddle.id}?", options, "")
