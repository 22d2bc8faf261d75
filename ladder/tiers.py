"""The ladder room's words for a rating: tiers, divisions and levels, and the title that was earned."""

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum, IntEnum

DIVISION_WIDTH = 50
"""In rating points."""

DEMOTION_MARGIN = 50
"""How far a rating may fall below a title's floor before the title is lost, in rating points."""


class Tier(IntEnum):
    """A band of ratings; its value is its floor in rating points, so that tiers compare as they rank."""

    IRON = 0
    BRONZE = 1200
    SILVER = 1400
    GOLD = 1600
    PLATINUM = 1800
    DIAMOND = 2000
    MASTER = 2200
    GRANDMASTER = 2400

    @property
    def floor(self) -> int:
        """The least rating in this tier, in rating points."""
        return self.value

    @property
    def key(self) -> str:
        """The stable name under which words and roles are kept: ``iron`` to ``grandmaster``."""
        return self.name.lower()

    @property
    def above(self) -> "Tier | None":
        """The next tier up, or None above Grandmaster."""
        return next((tier for tier in Tier if tier > self), None)


class Division(Enum):
    """A quarter of a tier, from IV, the lowest, to I."""

    IV = "IV"
    III = "III"
    II = "II"
    I = "I"  # noqa: E741  the Roman numeral


class Level(Enum):
    """How demanding a rating is, in a plain word."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a member needs for the next title."""

    tier: Tier
    points_missing: int
    """Rating points below the tier's floor; 0 once it is reached."""
    needs_win: bool
    """Whether a match must still be won against a lesson of this tier or above."""


_TIERS = tuple(Tier)


def tier_of(rating: int) -> Tier:
    """The tier that a rating lies in, whether or not the title was earned."""
    return _TIERS[max(bisect_right(_TIERS, rating), 1) - 1]


def division_of(rating: int, title: Tier | None = None) -> Division | None:
    """The division of a rating within a title's tier, or within its own tier if no title is given.

    A rating above the title's tier is in division I ("1843, Gold I") and one below it in division IV. Iron
    has divisions of 50 points below its ceiling of 1200 like the others, and IV takes all that is below 1050.
    Grandmaster has no ceiling and so no divisions: None.
    """
    tier = tier_of(rating) if title is None else title
    ceiling = tier.above
    if ceiling is None:
        return None
    from_the_top = (ceiling.floor - 1 - rating) // DIVISION_WIDTH
    return (Division.I, Division.II, Division.III, Division.IV)[min(max(from_the_top, 0), 3)]


def level_of(rating: int) -> Level:
    """The level word of a rating; each level spans two tiers."""
    tier = tier_of(rating)
    if tier >= Tier.MASTER:
        return Level.EXPERT
    if tier >= Tier.PLATINUM:
        return Level.ADVANCED
    if tier >= Tier.SILVER:
        return Level.INTERMEDIATE
    return Level.BEGINNER


def title(rating: int, *, beaten: int | None, held: Tier) -> Tier:
    """The title of a member with this global rating, who held that one until now.

    ``beaten`` is the highest rating among the lessons that the member ever won a match against, None without.

    *Up*: the highest tier whose floor the rating has reached and of which a lesson, or one of a higher tier,
    was beaten. Tiers may be skipped: beating a Platinum lesson at 1843 makes an Iron member Platinum at once.
    *Down*: a title is kept until the rating is more than 50 points below its floor. What then remains is the
    highest lower one of which that is not true, so that one deep fall ends where many small ones do.
    *Back*: a win never expires, so reaching the floor again is enough.

    Because of the margin the title depends on what was held: ask after every change of the global rating and
    after every win, in their order, and store the answer. Asking twice changes nothing.
    """
    proven = Tier.IRON if beaten is None else tier_of(beaten)
    earned = min(tier_of(rating), proven)
    kept = min(tier_of(rating + DEMOTION_MARGIN), held)
    return max(earned, kept)


def next_step(rating: int, title: Tier, *, beaten: int | None) -> NextStep | None:
    """What is missing for the tier right above a member's title, or None for a Grandmaster.

    ``beaten`` is as in ``title``. For a title that is up to date, points or a win or both are missing.
    """
    tier = title.above
    if tier is None:
        return None
    needs_win = beaten is None or tier_of(beaten) < tier
    return NextStep(tier, max(tier.floor - rating, 0), needs_win)
