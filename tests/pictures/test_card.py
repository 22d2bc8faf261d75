"""The rank card: always a PNG of the promised size, the same for the same values."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.pictures import CardFacts, card
from bot.pictures.emblems import emblem
from bot.pictures.writing import line
from ladder.tiers import Tier

ADA = CardFacts(
    name="Ada Lovelace",
    tier=Tier.PLATINUM,
    title="Platinum III",
    rating=1880,
    provisional=False,
    places=("World 12 of 3,401", "This server 2 of 34"),
    progress=0.4,
    missing="120 to Diamond",
    xp="4,210 XP",
    recent=(1850, 1862, 1855, 1880),
)

words = st.text(st.characters(), max_size=60)
cards = st.builds(
    CardFacts,
    name=words,
    tier=st.sampled_from(Tier),
    title=words,
    rating=st.integers(-(10**9), 10**12),
    provisional=st.booleans(),
    places=st.lists(words, max_size=3).map(tuple),
    progress=st.floats(),
    missing=words,
    xp=words,
    recent=st.lists(st.integers(-(10**9), 10**9), max_size=50).map(tuple),
)


def opened(picture: bytes) -> Image.Image:
    """The picture, wholly read."""
    seen = Image.open(BytesIO(picture))
    seen.load()
    assert seen.format == "PNG"
    return seen


def portrait(colour: tuple[int, int, int], kind: str = "PNG") -> bytes:
    """An avatar of one colour."""
    written = BytesIO()
    Image.new("RGB", (256, 256), colour).save(written, kind)
    return written.getvalue()


def differ(one: bytes, other: bytes) -> tuple[int, int, int, int] | None:
    """Where two pictures differ."""
    return ImageChops.difference(opened(one).convert("RGB"), opened(other).convert("RGB")).getbbox()


@given(cards, st.none() | st.binary(max_size=80))
@settings(max_examples=80)
def test_any_values_give_a_card_of_900_by_300(facts: CardFacts, avatar: bytes | None) -> None:
    assert opened(card(facts, avatar)).size == (900, 300)


def test_the_same_values_give_the_same_bytes() -> None:
    first = card(ADA, portrait((200, 30, 30)))
    line.cache_clear()
    assert card(replace(ADA), portrait((200, 30, 30))) == first


def test_many_threads_draw_what_one_draws() -> None:
    people = [
        replace(ADA, name=f"Ada {number} 直か مرحبا 🐉", tier=tier) for number, tier in enumerate(Tier)
    ] * 3
    line.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(card, people))
    line.cache_clear()
    assert together == [card(person) for person in people]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_the_avatar_is_cut_round(kind: str) -> None:
    seen = opened(card(ADA, portrait((200, 30, 30), kind)))
    red, *_ = seen.getpixel((100, 100))  # type: ignore[misc]
    assert red > 180
    assert seen.getpixel((36, 36)) == seen.getpixel((20, 20))


def test_a_broken_avatar_gives_way_to_the_initial() -> None:
    whole = portrait((200, 30, 30))
    assert card(ADA, b"not a picture") == card(ADA, None)
    assert card(ADA, whole[: len(whole) // 2]) == card(ADA, None)


def test_initials_and_their_colours_tell_people_apart() -> None:
    assert differ(card(ADA), card(replace(ADA, name="Grace")))
    box = differ(card(replace(ADA, name="…Ada")), card(replace(ADA, name="…Bob")))
    assert box is not None
    assert box[0] < 166


def test_a_provisional_rating_has_a_question_mark() -> None:
    box = differ(card(ADA), card(replace(ADA, provisional=True)))
    assert box is not None
    assert box[0] > 650
    assert box[3] < 210


@pytest.mark.parametrize(
    ("change", "area"),
    [
        ({"xp": "9,999 XP"}, (380, 200, 660, 246)),
        ({"missing": "1 to Diamond"}, (30, 200, 560, 246)),
        ({"progress": 0.9}, (34, 246, 648, 266)),
        ({"places": ("World 13 of 3,401", "This server 2 of 34")}, (190, 120, 680, 160)),
        ({"title": "Platinum II"}, (190, 80, 680, 120)),
        ({"recent": (1, 2, 3)}, (680, 206, 880, 275)),
    ],
)
def test_each_fact_has_its_place(change: dict[str, object], area: tuple[int, int, int, int]) -> None:
    box = differ(card(ADA), card(replace(ADA, **change)))  # type: ignore[arg-type]
    assert box is not None
    assert box[0] >= area[0]
    assert box[1] >= area[1]
    assert box[2] <= area[2]
    assert box[3] <= area[3]


def test_only_the_last_thirty_changes_are_drawn() -> None:
    long = tuple(range(1000, 1100))
    assert card(replace(ADA, recent=long)) == card(replace(ADA, recent=long[-31:]))


def test_words_that_are_far_too_long_stay_in_their_place() -> None:
    long = replace(
        ADA, name="W" * 500, title="W" * 500, places=("W" * 500,) * 2, missing="W" * 500, xp="W" * 500
    )
    seen = opened(card(long)).convert("RGB")
    calm = opened(card(replace(ADA, name="", title="", places=(), missing="", xp=""))).convert("RGB")
    for gutter in ((672, 30, 690, 290), (0, 270, 900, 300), (650, 200, 682, 290)):
        assert seen.crop(gutter).tobytes() == calm.crop(gutter).tobytes()


def test_emblems_differ_in_form_and_not_by_colour_alone() -> None:
    grey = {tier: emblem(tier, 96).convert("LA") for tier in Tier}
    for one, other in combinations(Tier, 2):
        outlines = ImageChops.difference(grey[one].getchannel("A"), grey[other].getchannel("A"))
        assert sum(outlines.histogram()[128:]) > 150, f"{one.key} and {other.key} have the same outline"


def test_a_card_grows_richer_with_the_tier() -> None:
    inked = [sum(emblem(tier, 96).getchannel("A").histogram()[128:]) for tier in Tier]
    assert inked[0] == min(inked)
    assert all(lower < inked[-1] * 1.2 for lower, _ in pairwise(inked))
