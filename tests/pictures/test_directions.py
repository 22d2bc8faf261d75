"""Names that are read from right to left, and what stands between them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.directions import as_seen, levels


def seen(text: str) -> str:
    """The characters from left to right."""
    return "".join(as_seen(text, levels(text)))


@pytest.mark.parametrize(
    ("read", "shown"),
    [
        ("abc 123", "abc 123"),
        ("אבג", "גבא"),
        ("אבג abc", "abc גבא"),
        ("abc אבג", "abc גבא"),
        ("abc אבג דהו xyz", "abc והד גבא xyz"),
        ("אבג 123", "123 גבא"),
        ("אבג 12,345", "12,345 גבא"),
        ("אבג Ada (2)", "Ada (2) גבא"),
        ("ابج 12%", "%12 جبا"),
        ("אבג 12%", "12% גבא"),
        ("!אבג", "גבא!"),
        ("12 of אבג", "12 of גבא"),
    ],
)
def test_lines_are_seen_as_the_unicode_standard_says(read: str, shown: str) -> None:
    assert seen(read) == shown


@given(st.text(st.characters(), max_size=30))
def test_turning_loses_nothing(text: str) -> None:
    assert sorted(seen(text)) == sorted(text)


@given(st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F)))
def test_what_is_read_from_left_to_right_stays_so(text: str) -> None:
    assert seen(text) == text
