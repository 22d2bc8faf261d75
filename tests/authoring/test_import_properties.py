"""Whatever a file holds: questions that a lesson can hold, or sentences that say where; and nothing is changed."""

import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.authoring.drafts import Kind
from bot.authoring.importing import About, Imported, imported
from bot.authoring.markup import from_html, from_plain
from bot.authoring.writing import written
from lessons.document import is_visible, read_document
from lessons.loading import check_texts
from lessons.model import Question
from lessons.slugs import squeezed
from tests.authoring.written_elsewhere import Drawn, as_aiken, as_csv, as_gift, as_opentdb

FOREIGN = Path(__file__).with_name("foreign")
KINDS = st.sampled_from([None, *Kind])
_PIECES = [
    "{",
    "}",
    "=",
    "~",
    "#",
    "####",
    ":",
    "::",
    "\\",
    "\\{",
    "\\}",
    "\\n",
    "%",
    "%50%",
    "%-100%",
    "->",
    "//",
    "$CATEGORY:",
    "[html]",
    "[markdown]",
    "TRUE",
    "F",
    "Which?",
    "why",
    "a",
    "b",
    "c",
    "<b>",
    "</b>",
    "<p>",
    "<img>",
    "<pre>",
    "</code>",
    "&amp;",
    "&#0;",
    "&#xD800;",
    "```",
    "**",
    "__",
    "||",
    "$$",
    "\\(",
    "\\)",
    "A)",
    "B.",
    "ANSWER:",
    ",",
    ";",
    "\t",
    '"',
    "''",
    "question",
    "a,b,correct",
    "A,B",
    '"results":[',
    '{"question":"x"',
    '"correct_answer":',
    '"incorrect_answers":',
    "]",
    "null",
    "1e999",
]
_SNIPPETS = st.lists(
    st.sampled_from([*_PIECES, "\n", "\n\n", " ", "\r\n", "\u2028", "\ufdd0", "é", "😀"]), max_size=60
)
_MUTATED = st.sampled_from(sorted(path.read_bytes() for path in FOREIGN.iterdir())).flatmap(
    lambda whole: st.tuples(st.integers(0, len(whole)), st.integers(0, 20), st.binary(max_size=8)).map(
        lambda cut: whole[: cut[0]] + cut[2] + whole[cut[0] + cut[1] :]
    )
)
ANY_BYTES = st.one_of(
    st.binary(max_size=400),
    _SNIPPETS.map(lambda parts: "".join(parts).encode()),
    _MUTATED,
    st.text().map(str.encode),
)

# What the formats take for more than text has a test of its own: tags, entities, formats, weights, categories.
_SIGNS = st.characters(
    codec="utf-8",
    exclude_categories=["C", "Z", "M"],
    exclude_characters="<>&[]%$/\u115f\u1160\u2800\u3164\uffa0\u034f",
)
_WORDS = st.lists(st.text(_SIGNS, min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join)
QUESTIONS = st.lists(
    st.tuples(
        _WORDS,
        st.lists(
            st.tuples(_WORDS, st.none() | _WORDS),
            min_size=2,
            max_size=5,
            unique_by=lambda one: squeezed(from_plain(one[0])),
        ),
        st.integers(0, 4),
        st.none() | _WORDS,
    ),
    min_size=1,
    max_size=3,
)


def brought(source: bytes, kind: Kind | None) -> Imported:
    return imported(source, "file.txt", About(Path("rivers.yaml"), "Rivers", 1100), kind)


def questions_in(result: Imported) -> tuple[Question, ...]:
    checked = check_texts([(Path("rivers.yaml"), result.lesson.encode())], "curated")
    assert not checked.problems, [*map(str, checked.problems), result.lesson]
    return checked.lessons[0].questions


def drawn_as(text: str) -> str:
    """What Discord shows of a Markdown text in which signs are escaped."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


@settings(max_examples=400)
@given(ANY_BYTES, KINDS)
@example(b'"\t"x', Kind.CSV)
def test_any_bytes_give_questions_or_located_sentences(source: bytes, kind: Kind | None):
    result = brought(source, kind)
    lines = len(re.split(b"\r\n|\r|\n", source))
    for remark in result.remarks:
        assert 1 <= remark.line <= lines
        assert remark.sentence.endswith(".")
        assert remark.sentence.isprintable()
    if result.questions:
        assert len(questions_in(result)) == result.questions
    else:
        assert result.remarks
        assert not result.lesson


@settings(max_examples=150)
@given(QUESTIONS)
def test_what_gift_can_say_comes_along_word_for_word(drawn: Drawn):
    result = brought(as_gift(drawn).encode(), Kind.GIFT)
    assert not [one for one in result.remarks if "formula" not in one.sentence]
    for (stem, options, key, explanation), question in zip(drawn, questions_in(result), strict=True):
        assert drawn_as(question.stem) == stem
        assert [drawn_as(option.text) for option in question.options] == [text for text, _ in options]
        assert [option.feedback and drawn_as(option.feedback) for option in question.options] == [
            told for _, told in options
        ]
        assert question.key == key % len(options)
        assert drawn_as(question.explanation) == (explanation or "none")


@settings(max_examples=100)
@given(QUESTIONS)
def test_what_aiken_can_say_comes_along_word_for_word(drawn: Drawn):
    result = brought(as_aiken(drawn).encode(), Kind.AIKEN)
    assert not result.remarks
    for (stem, options, key, _), question in zip(drawn, questions_in(result), strict=True):
        assert drawn_as(question.stem) == f"Q {stem}"
        assert [drawn_as(option.text) for option in question.options] == [text for text, _ in options]
        assert question.key == key % len(options)


@settings(max_examples=100)
@given(QUESTIONS)
def test_what_a_table_can_say_comes_along_as_it_is(drawn: Drawn):
    # A fence without its other end is no Markdown, of which the texts of a table are.
    assume("```" not in repr(drawn))
    # No option is called like another's letter or number, which would leave open which is meant.
    drawn = [
        (stem, [(f"x {text}", told) for text, told in options], key, explanation)
        for stem, options, key, explanation in drawn
    ]
    result = brought(as_csv(drawn).encode(), Kind.CSV)
    assert not result.remarks
    for (stem, options, key, explanation), question in zip(drawn, questions_in(result), strict=True):
        assert question.stem == stem
        assert [(option.text, option.feedback) for option in question.options] == options
        assert question.key == key % len(options)
        assert question.explanation == (explanation or "To be written: why the right answer is right.")


@settings(max_examples=100)
@given(QUESTIONS)
def test_what_the_trivia_database_can_say_comes_along_without_entities(drawn: Drawn):
    result = brought(as_opentdb(drawn).encode(), Kind.OPENTDB)
    assert not result.remarks
    for (stem, options, key, _), question in zip(drawn, questions_in(result), strict=True):
        assert drawn_as(question.stem) == stem
        assert drawn_as(question.options[question.key].text) == options[key % len(options)][0]
        assert {drawn_as(option.text) for option in question.options} == {text for text, _ in options}


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_plain_text_is_drawn_as_it_was(text: str):
    plain = re.sub(r"\s+", " ", text).strip()
    plain = "".join(sign for sign in plain if sign.isprintable())
    assert drawn_as(from_plain(plain)) == plain.strip()


@settings(max_examples=200)
@given(_SNIPPETS.map("".join))
def test_any_html_becomes_text_without_tags_that_html_knows(text: str):
    words, lost = from_html(text)
    assert not re.search(r"</?(b|p|img|pre|code)>", words.replace("&lt;", "")) or "&" in text
    assert all(clause for clause in lost)


_UNSEEN_SIGNS = " \n\u00a0\u00ad\u034f\u115f\u1160\u180e\u200b\u200d\u2060\u2800\u3164\ufe0f\uffa0\U000e0020"
_SEEN_SIGNS = "aZ5é学😀-#:'\"{[&*!|>%@`~?.,"
_LINES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["C"], include_characters="\n"), min_size=1),
    st.text(_UNSEEN_SIGNS, min_size=1),
    st.text(_UNSEEN_SIGNS + _SEEN_SIGNS, min_size=1),
).map(lambda text: "\n".join(line.rstrip() for line in text.strip().splitlines()))


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from(["a", "b_c"]), _LINES, min_size=1))
@example({"a": "\u115f"})
@example({"a": "\u115f", "b_c": "\u115fx"})
@example({"a": "", "b_c": "\u200b\n\u2800"})
def test_what_is_written_is_read_again_as_it_was_and_as_empty_where_nothing_is_to_be_seen(
    values: dict[str, str],
):
    document = read_document(written(values).encode(), Path("a.yaml"))
    assert document.complete
    assert not document.problems
    for key, text in values.items():
        assert [value for _, value in document.find(key)] == [text if is_visible(text) else ""]


@given(st.text(_UNSEEN_SIGNS), st.text(_UNSEEN_SIGNS), st.sampled_from(_SEEN_SIGNS))
def test_a_text_is_to_be_seen_by_its_first_sign_that_is(before: str, behind: str, sign: str):
    assert not is_visible(before + behind)
    assert is_visible(before + sign + behind)


def test_no_letter_number_or_sign_is_taken_for_unseen_but_those_that_unicode_says_to_ignore():
    unseen = {
        sign
        for sign in map(chr, range(0x110000))
        if unicodedata.category(sign)[0] in "LNPS" and not is_visible(sign)
    }
    assert unseen == set("\u115f\u1160\u2800\u3164\uffa0")


@pytest.mark.parametrize(
    ("kind", "piece"),
    [
        (Kind.GIFT, "{~a=b}\n\n"),
        (Kind.GIFT, "\\(<b>&amp;"),
        (Kind.GIFT, "::" * 8 + "\n\n"),
        (Kind.AIKEN, "A) x\nANSWER: A\nq\n"),
        (Kind.CSV, "question,a,b,correct\n"),
        (Kind.CSV, '"'),
        (Kind.OPENTDB, "["),
        (Kind.OPENTDB, '{"results":['),
    ],
)
def test_a_file_made_to_be_slow_is_not(kind: Kind, piece: str):
    source = (piece * (64 * 1024 // len(piece))).encode()
    began = time.process_time()
    brought(source, kind)
    assert time.process_time() - began < 10
