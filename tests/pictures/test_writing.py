"""Any name in any script is drawn as its readers expect, and fits."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.pictures.fallback import Weight, font_name
from bot.pictures.glyphs import FONTS
from bot.pictures.graphemes import graphemes, printable
from bot.pictures.layout import laid
from bot.pictures.writing import Line, fitting, line, write

SCRIPTS = {
    "Latin": ("Ada Łukasz Nguyễn", "Ada Łukasz Nguyen"),
    "Cyrillic": ("Ольга", "Олена"),
    "Greek": ("Ωμέγα", "Άλφα"),
    "Chinese": ("直骨漢字", "测试汉字"),
    "Japanese": ("たなか太郎", "スズキ花子"),
    "Korean": ("김민준", "이서연"),
    "Arabic": ("مرحبا", "سلام"),
    "Persian": ("گچپژ", "یک"),
    "Hebrew": ("שלום", "עולם"),
    "Devanagari": ("हिन्दी", "क्षत्रिय"),
    "Bengali": ("বাংলা", "ক্ষমা"),
    "Tamil": ("தமிழ்", "அம்மா"),
    "Telugu": ("తెలుగు", "అమ్మ"),
    "Thai": ("ภาษาไทย", "น้ำใจ"),
    "Lao": ("ລາວ", "ນ້ຳ"),
    "Khmer": ("ខ្មែរ", "ភាសា"),
    "Burmese": ("မြန်မာ", "ဘာသာ"),
    "Tibetan": ("བོད་ཡིག", "དབུས"),
    "Georgian": ("ქართული", "თბილისი"),
    "Armenian": ("Հայ", "Երևան"),
    "Amharic": ("አማርኛ", "ሰላም"),
    "Sinhala": ("සිංහල", "ශ්‍රී"),
    "Cherokee": ("ᏣᎳᎩ", "ᏔᎵ"),
    "mathematical": ("𝓯𝓪𝓷𝓬𝔂", "𝕹𝖆𝖒𝖊"),
    "symbols": ("★♥✿", "☂☯♫"),
    "emoji": ("🐉🔥", "👨‍👩‍👧🇩🇪"),
    "decorated": ("꧁༺Ninja༻꧂", "『Ninja』"),
}

characters = st.characters()
anything = st.text(characters, max_size=40) | st.text(
    st.sampled_from("aé́̂ אب1(क्ष👨‍\u200d👩🇩🇪️\ufe0f\u20e3가ᄀ한\u202e\ud800\U000e1234…"), max_size=40
)


def pixels(drawn: Line) -> bytes:
    """What one sees of a line."""
    canvas = Image.new("RGB", (900, 120))
    write(canvas, (60, 70), drawn.text, size=36, colour=(255, 255, 255))
    return canvas.tobytes()


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_script_is_drawn_with_letters_of_its_own(script: str) -> None:
    for name in SCRIPTS[script]:
        shown = printable(name)
        assert all(font_name(letter, False) for letter in graphemes(shown))
        for run in laid(shown, Weight.MEDIUM):
            assert all(glyph.number != 0 for glyph in run.glyphs), "a .notdef glyph was drawn"
    one, other = (line(name, 36, Weight.MEDIUM) for name in SCRIPTS[script])
    boxes = line("\ue000" * len(SCRIPTS[script][0]), 36, Weight.MEDIUM)
    assert pixels(one) != pixels(other)
    assert pixels(one) != pixels(boxes)
    assert pixels(one) != bytes(900 * 120 * 3)


def test_arabic_letters_join() -> None:
    joined = line("مرحبا", 40, Weight.MEDIUM).width
    apart = sum(line(letter, 40, Weight.MEDIUM).width for letter in "مرحبا")
    assert joined < apart * 0.9


def test_devanagari_consonants_form_a_conjunct() -> None:
    (run,) = laid("क्ष", Weight.MEDIUM)
    assert len(run.glyphs) == 1


def test_a_vowel_that_is_written_after_its_consonant_but_stands_before_it_is_moved() -> None:
    (run,) = laid("कि", Weight.MEDIUM)
    (alone,) = laid("क", Weight.MEDIUM)
    assert run.glyphs[-1].number == alone.glyphs[0].number


def test_a_hebrew_name_begins_at_the_right() -> None:
    whole, first = line("אMM", 40, Weight.MEDIUM), line("א", 40, Weight.MEDIUM)
    right = whole.mask.crop((whole.mask.width - first.mask.width, 0, *whole.mask.size))
    margin = -first.left
    letter = (margin, 0, first.mask.width, first.mask.height)
    difference = ImageChops.difference(right.crop(letter), first.mask.crop(letter))
    assert difference.getextrema()[1] < 80, "subpixel places aside, the first letter is the rightmost"  # type: ignore[operator]


def test_a_japanese_name_has_japanese_kanji_and_a_chinese_one_chinese() -> None:
    assert font_name("直", True) == "NotoSansJP"
    assert font_name("直", False) == "NotoSansSC"
    japanese = laid("直か", Weight.MEDIUM)
    assert japanese[0].name == "NotoSansJP"


def test_an_emoji_family_is_one_picture() -> None:
    assert len(line("👨‍👩‍👧‍👦", 36, Weight.MEDIUM).stickers) == 1
    assert len(line("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 36, Weight.MEDIUM).stickers) == 1
    assert len(line("👍🏽👍", 36, Weight.MEDIUM).stickers) == 2


def test_a_heart_is_text_unless_it_is_asked_to_be_an_emoji() -> None:
    assert not line("❤", 36, Weight.MEDIUM).stickers
    assert line("❤\ufe0f", 36, Weight.MEDIUM).stickers
    assert not line("1", 36, Weight.MEDIUM).stickers


def test_a_character_without_a_font_is_a_box_with_its_code_point() -> None:
    unassigned, private = line("\u0378", 36, Weight.MEDIUM), line("\ue000", 36, Weight.MEDIUM)
    assert unassigned.width == private.width > 20
    assert unassigned.mask.tobytes() != private.mask.tobytes(), "the boxes tell their characters apart"


def test_what_turns_the_direction_of_writing_or_cannot_be_seen_is_left_out() -> None:
    assert printable("a\u202eb\u2066c\u0007\ud800 \n d") == "abc d"


def test_a_long_name_ends_in_an_ellipsis_and_fits() -> None:
    drawn = line("Maximilian-Alexander von Hohenzollern", 40, Weight.BOLD, 300)
    assert drawn.text.startswith("Maximilian")
    assert drawn.text.endswith("…")
    assert 240 < drawn.width <= 300


def test_a_long_hebrew_name_ends_at_the_left() -> None:
    drawn = line("שלום עולם שלום עולם", 40, Weight.MEDIUM, 200)
    runs = laid(drawn.text, Weight.MEDIUM)
    assert drawn.text.endswith("…")
    assert all(run.level == 1 for run in runs)


@pytest.mark.parametrize("letter", ["👨‍👩‍👧‍👦", "क्षि", "e\u0301\u0302", "🇩🇪", "각", "น้ำ"])
def test_no_letter_is_torn_by_the_ellipsis(letter: str) -> None:
    for room in range(30, 400, 7):
        kept = line(letter * 12, 30, Weight.MEDIUM, room).text.removesuffix("…")
        assert kept == letter * (len(kept) // len(letter))


@given(anything, st.integers(0, 500))
@settings(max_examples=150)
def test_any_text_fits_its_room_or_is_a_bare_ellipsis(text: str, room: int) -> None:
    drawn = line(text, 24, Weight.MEDIUM, room)
    assert drawn.width <= room + 1e-6 or drawn.text == "…"
    ends = {""}
    for letter in graphemes(printable(text)):
        ends.add(max(ends, key=len) + letter)
    assert drawn.text == printable(text) or drawn.text[:-1] in {end.rstrip() for end in ends}


@given(anything)
@settings(max_examples=150)
def test_letters_together_are_the_text_and_none_begins_with_a_mark(text: str) -> None:
    shown = printable(text)
    found = graphemes(shown)
    assert "".join(found) == shown
    if " " not in shown:
        assert not any(unicodedata.category(letter[0]) in {"Mn", "Me"} for letter in found[1:])


def test_a_smaller_size_is_chosen_before_anything_is_left_out() -> None:
    assert fitting("Ada", (42, 30), Weight.BOLD, 400) == 42
    assert fitting("Maximilian-Alexander", (42, 30), Weight.BOLD, 400) == 30


def test_every_font_that_is_listed_is_shipped_with_its_licence() -> None:
    for name in (FONTS / "order.txt").read_text(encoding="ascii").split():
        assert (FONTS / f"{name}.ttf").is_file()
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(file.stat().st_size for file in FONTS.iterdir()) < 30_000_000, (
        "every installation carries them"
    )
