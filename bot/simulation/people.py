"""The people of the simulated world: how able they are, what they choose, and what they are after."""

from dataclasses import dataclass, field
from enum import Enum
from random import Random

from bot.simulation.options import Options
from bot.simulation.world import OPTIONS, Makeup, Riddle
from ladder.rating import Standing

_SPREAD = 300
_LESSON_SPREAD = 120
_LEARNED, _LEARNED_OVER = 120, 250
_LAPSING = 0.2
# The study says how many lapse, not how: here they forget from this answer on as fast as they have learned.
_LAPSE_AFTER = 50
_SLIP = 0.02
_NOISE_RIGHT = 0.6
_COPIED = 0.5

DEAD_TAKEN = 0.02
"""How many of those who are wrong take a dead distractor."""

SERVER_SIZE = 10
"""Members of one server, who see the same polls."""

_MEMBERS_A_SPECIAL = 50


class Kind(Enum):
    """What somebody is after."""

    MEMBER = "a member like others"
    FARMER = "a farmer with a perfect key to easy lessons"
    HONEST_FARMER = "an honest farmer of easy lessons"
    LOTTERY = "a lottery player on the hardest lessons"
    COPIER = "one who copies half"


@dataclass(slots=True)
class Person:
    """Somebody with an ability that the program never sees."""

    id: int
    guild: int | None
    """None for those who only answer alone."""
    kind: Kind
    first_ability: float
    """In rating points as played, like every ability here."""
    lapses: bool
    random: Random
    answers: int = 0
    """Rated answers so far."""
    rating: int = Standing().rating
    """As last shown."""
    quizzes: dict[str, int] = field(default_factory=dict[str, int])
    """The quiz begun over a lesson."""
    at: str | None = None
    """The lesson whose quiz is open."""
    solved: dict[str, int] = field(default_factory=dict[str, int])
    """How many questions of a lesson were answered alone."""
    _luck: dict[str, float] = field(default_factory=dict[str, float])

    def ability_after(self, answers: int) -> float:
        """The ability once so many answers are given."""
        learning = answers
        if self.lapses:
            learning = min(answers, max(0, 2 * _LAPSE_AFTER - answers))
        return self.first_ability + _LEARNED * learning / _LEARNED_OVER

    def chooses(self, riddle: Riddle) -> int:
        """The option this person takes, as authored."""
        if self.kind is Kind.FARMER or (self.kind is Kind.COPIER and self.random.random() < _COPIED):
            return riddle.key
        if riddle.lesson not in self._luck:
            self._luck[riddle.lesson] = self.random.gauss(0, _LESSON_SPREAD)
        able = self.ability_after(self.answers) + self._luck[riddle.lesson]
        right = _NOISE_RIGHT if riddle.makeup is Makeup.NOISE else chance(able - riddle.difficulty)
        if self.random.random() < right:
            return riddle.truth
        wrong = [option for option in range(OPTIONS) if option != riddle.truth]
        if riddle.dead is not None and self.random.random() >= DEAD_TAKEN:
            wrong.remove(riddle.dead)
            return self.random.choice(wrong)
        return riddle.dead if riddle.dead is not None else self.random.choice(wrong)


def chance(lead: float) -> float:
    """How likely somebody is right whose ability leads the difficulty by so many rating points.

    It is the world's own curve, not the rule's, so that a fault in the rule cannot hide in both.
    """
    guess = 1 / OPTIONS
    return guess + (1 - _SLIP - guess) / (1 + 10 ** (-lead / 400))


def make_members(options: Options) -> list[Person]:
    """Those whose ladder is measured, in servers of ten."""
    random = Random(f"{options.seed} members")
    return [
        Person(
            id=number + 1,
            guild=number // SERVER_SIZE + 1,
            kind=Kind.MEMBER,
            first_ability=random.gauss(options.ability, _SPREAD) - options.shift,
            lapses=random.random() < _LAPSING,
            random=Random(f"{options.seed} member {number}"),
        )
        for number in range(options.members)
    ]


def make_specials(options: Options) -> list[Person]:
    """Those who try what the ladder should not pay for, of the members' mean ability."""
    kinds = [kind for kind in Kind if kind is not Kind.MEMBER]
    each = max(1, options.members // _MEMBERS_A_SPECIAL)
    return [
        Person(
            id=options.members + number + 1,
            guild=None,
            kind=kind,
            first_ability=options.ability - options.shift,
            lapses=False,
            random=Random(f"{options.seed} special {number}"),
        )
        for number, kind in enumerate(kind for kind in kinds for _ in range(each))
    ]


def special_answers(options: Options) -> int:
    """Rated answers of each special person: 250, as in the study, when members give 100."""
    return options.answers * 5 // 2
