"""The pictures room's colours: one dark, calm palette, and an accent for each tier."""

from ladder.tiers import Tier

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""

NIGHT: Colour = (15, 18, 24)
PANEL: Colour = (22, 26, 34)
TRACK: Colour = (42, 48, 60)
GRID: Colour = (48, 55, 68)
TEXT: Colour = (240, 243, 248)
SOFT: Colour = (172, 181, 196)
FIRST: Colour = (104, 178, 255)
SECOND: Colour = (255, 178, 84)

_ACCENTS: dict[Tier, Colour] = {
    Tier.IRON: (140, 150, 163),
    Tier.BRONZE: (205, 135, 78),
    Tier.SILVER: (176, 194, 210),
    Tier.GOLD: (232, 186, 66),
    Tier.PLATINUM: (70, 200, 190),
    Tier.DIAMOND: (98, 174, 255),
    Tier.MASTER: (172, 126, 255),
    Tier.GRANDMASTER: (248, 92, 116),
}
AVATAR_GROUNDS: tuple[Colour, ...] = (
    (74, 101, 201),
    (31, 128, 121),
    (146, 84, 178),
    (176, 78, 92),
    (150, 104, 34),
    (56, 122, 70),
)
"""Dark enough for a white initial."""


def accent(tier: Tier) -> Colour:
    """The tier's colour, light enough to be read as text on the dark ground."""
    return _ACCENTS[tier]


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """The first colour with a share (0 to 1) of the other in it."""
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )
