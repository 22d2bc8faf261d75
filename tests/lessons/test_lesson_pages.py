"""A lesson is split into pages: nothing is lost, nothing is too long, code stays code."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.model import Lesson, Section
from lessons.pages import BUDGET, MAXIMUM, STRETCHED, page_of, paginate, size
from lessons.splitting import split, units


def lesson(*texts: str, title: str = "Heading") -> Lesson:
    sections = tuple(Section(f"s{number}", title, text) for number, text in enumerate(texts))
    return Lesson("curated", "soil", "Soil", "Soil.", "Gardening", 4, 900, sections, "Alive.", ())


def bare(text: str) -> str:
    """The text without what a cut may drop or repeat: whitespace, and the fence ```py that opens code again."""
    return re.sub(r"[\s`py]", "", text)


def sentences(count: int, word: str = "Plants drink water from it") -> str:
    return " ".join(f"{word} {number}." for number in range(count))


def test_short_sections_share_a_page() -> None:
    (page,) = paginate(lesson("One.", "Two.", "Three."))
    assert page.number == 1
    assert [(part.section.id, part.text, part.continued, part.last) for part in page.parts] == [
        ("s0", "One.", False, True),
        ("s1", "Two.", False, True),
        ("s2", "Three.", False, True),
    ]


def test_a_section_that_does_not_fit_any_more_begins_a_page() -> None:
    pages = paginate(lesson("a " * 500, "b " * 500))
    assert [[part.section.id for part in page.parts] for page in pages] == [["s0"], ["s1"]]


def test_a_long_section_goes_on_over_several_pages() -> None:
    pages = paginate(lesson("Short.", sentences(200), "End."))
    assert [page.number for page in pages] == list(range(1, len(pages) + 1))
    long = [part for page in pages for part in page.parts if part.section.id == "s1"]
    assert len(long) > 3
    assert [part.continued for part in long] == [False] + [True] * (len(long) - 1)
    assert [part.last for part in long] == [False] * (len(long) - 1) + [True]


def test_a_little_too_long_is_not_split() -> None:
    (page,) = paginate(lesson("a" * STRETCHED))
    assert len(page.parts) == 1


def test_the_sources_stand_on_the_last_page() -> None:
    book = replace(lesson("One.", sentences(200), "End."), sources=("A book.", "Another book."))
    pages = paginate(book)
    assert len(pages) == len(paginate(replace(book, sources=())))
    assert [page.sources for page in pages[:-1]] == [()] * (len(pages) - 1)
    assert pages[-1].sources == ("A book.", "Another book.")
    assert pages[-1].parts[-1].text == "End."


def test_sources_that_do_not_fit_below_the_prose_have_a_page_of_their_own() -> None:
    long = tuple(f"{number} {'s' * 250}" for number in range(6))
    pages = paginate(replace(lesson("a" * BUDGET), sources=long))
    assert [(len(page.parts), page.sources) for page in pages] == [(1, ()), (0, long)]


def test_a_page_is_found_by_the_section_that_begins_on_it() -> None:
    pages = paginate(lesson("Short.", sentences(200), "End."))
    assert page_of(pages, "s0") is pages[0]
    assert page_of(pages, "s1") is pages[1]
    assert page_of(pages, "s2") is pages[-1]
    assert page_of(pages, "none") is None


def test_a_cut_prefers_the_end_of_a_paragraph() -> None:
    paragraph = sentences(40)
    pieces = split("\n\n".join([paragraph] * 4), BUDGET, STRETCHED)
    assert pieces == [paragraph] * 4


def test_a_cut_between_bullets_is_better_than_one_inside() -> None:
    bullets = [f"- {sentences(4)}" for _ in range(40)]
    pieces = split("\n".join(bullets), BUDGET, STRETCHED)
    assert len(pieces) > 2
    assert [line for piece in pieces for line in piece.split("\n")] == bullets


def test_nested_bullets_keep_their_indent() -> None:
    bullets = ["- one", *(f"  - {sentences(4)}" for _ in range(40))]
    pieces = split("\n".join(bullets), BUDGET, STRETCHED)
    assert pieces[1].startswith("  - ")


def test_a_line_that_leads_in_stays_with_what_it_announces() -> None:
    text = f"{sentences(45)}\n\nThe parts are:\n\n{sentences(45)}"
    assert units(text.partition("parts are:")[0]) < BUDGET
    pieces = split(text, BUDGET, STRETCHED)
    assert pieces[1].startswith("The parts are:")


def test_a_cut_inside_a_paragraph_is_made_between_sentences() -> None:
    for piece in split(sentences(400), BUDGET, STRETCHED):
        assert piece.startswith("Plants")
        assert piece.endswith(".")


def test_without_sentences_words_stay_whole() -> None:
    pieces = split("water " * 1000, BUDGET, STRETCHED)
    assert {word for piece in pieces for word in piece.split()} == {"water"}


def test_bold_text_is_not_cut_while_there_is_another_place() -> None:
    pieces = split(f"{'water ' * 240}**{'very ' * 30}wet** {'water ' * 240}", BUDGET, STRETCHED)
    assert all(piece.count("**") % 2 == 0 for piece in pieces)


def test_one_endless_word_is_cut_without_loss() -> None:
    text = "x" * 10_000
    assert "".join(split(text, BUDGET, STRETCHED)) == text


def test_no_piece_is_empty() -> None:
    assert split(f"{' ' * 5000}One.\n{' ' * 5000}Two.", BUDGET, STRETCHED)[-1].endswith("Two.")
    assert all(split(f"One.\n{' ' * 5000}Two.\n\n{' ' * 5000}Three.", BUDGET, STRETCHED))


def test_an_emoji_is_never_cut_in_two() -> None:
    family = "👩\u200d👩\u200d👧"
    pieces = split(family * 1000, BUDGET, STRETCHED)
    assert "".join(pieces) == family * 1000
    assert all(piece.startswith("👩") and piece.endswith("👧") for piece in pieces)
    assert all(units(piece) <= STRETCHED for piece in pieces)


def test_code_that_is_cut_is_closed_and_opened_again() -> None:
    code = "\n".join(f"    line_{number} = {number}" for number in range(300))
    pieces = split(f"Look:\n```python\n{code}\n```\nDone.", BUDGET, STRETCHED)
    assert len(pieces) > 2
    for piece in pieces:
        assert piece.count("```") == 2
    for piece in pieces[1:]:
        assert piece.startswith("```python\n    line_")
    lines = [line for piece in pieces for line in piece.split("\n") if "line_" in line]
    assert "\n".join(lines) == code


@pytest.mark.parametrize("before", [0, 1, *range(BUDGET - 12, BUDGET + 2)])
@pytest.mark.parametrize("code", ["x" * 5000, "x" * 8, "👩\u200d👩" * 900])
def test_a_fence_is_never_cut_even_where_nothing_else_can_be(before: int, code: str) -> None:
    text = f"{'w' * before}```py\n{code}\n```{'w' * 2000}"
    pieces = split(text, BUDGET, STRETCHED)
    assert all(piece.count("`") in (0, 6) for piece in pieces)
    assert all(units(piece) <= STRETCHED for piece in pieces)
    assert bare("".join(pieces)) == bare(text)


def test_code_is_kept_whole_when_the_text_before_it_fills_a_page() -> None:
    code = "```\n" + "\n".join("code" for _ in range(200)) + "\n```"
    pieces = split(f"{sentences(30)}\n\n{code}\n\n{sentences(30)}", BUDGET, STRETCHED)
    assert any(code in piece for piece in pieces)


MARKDOWN = st.lists(
    st.one_of(
        st.text(max_size=60).map("é{}".format),
        st.sampled_from(
            ["```", "```py\n", "\n```\n", "\n\n", "\n", " ", "**", "`", "- ", "# ", "😀", "e\u0301", ". "]
        ),
        st.builds(lambda text, times: f"é{text}" * times, st.text(max_size=9), st.integers(1, 600)),
    ),
    max_size=40,
).map(lambda parts: "".join(parts)[:12_000])


@given(
    st.lists(MARKDOWN, min_size=1, max_size=12),
    st.sampled_from(["Heading", "H" * 80, "😀" * 80]),
    st.lists(st.sampled_from(["A book.", "s" * 300, "😀" * 150]), max_size=10),
)
def test_pages_lose_no_text_and_respect_the_maximum(texts: list[str], title: str, sources: list[str]) -> None:
    pages = paginate(replace(lesson(*texts, title=title), sources=tuple(sources)))
    assert all(size(page.parts, page.sources) <= MAXIMUM for page in pages)
    assert [source for page in pages for source in page.sources] == sources
    assert all(page.parts or page.sources for page in pages)
    for number, text in enumerate(texts):
        parts = [part for page in pages for part in page.parts if part.section.id == f"s{number}"]
        assert bare("".join(part.text for part in parts)) == bare(text)
        assert [part.last for part in parts] == [False] * (len(parts) - 1) + [True]
        assert page_of(pages, f"s{number}") is not None


@given(MARKDOWN)
def test_a_page_that_ends_inside_code_would_swallow_the_words_of_the_chat(text: str) -> None:
    pieces = split(text, BUDGET, STRETCHED)
    if text.count("```") % 2 == 0 and "````" not in text:
        assert all(piece.count("```") % 2 == 0 for piece in pieces)


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_an_empty_text_is_one_empty_piece(text: str) -> None:
    assert split(text, BUDGET, STRETCHED) == [""]
