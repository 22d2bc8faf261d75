"""Whatever is written in a file, the loader gives a lesson or says where the mistakes are."""

import re
import time
import tracemalloc
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lessons.document
from lessons.catalogue import Catalogue
from lessons.checking import warnings_of
from lessons.document import MOST_BYTES
from lessons.faults import OF_LESSONS, OF_QUESTIONS
from lessons.format import SLUG, schema
from lessons.loading import check_texts

VALIDATOR = jsonschema.Draft202012Validator(yaml.safe_load(schema()))

EXAMPLE = """\
title: Soil
summary: What soil is made of.
category: Gardening
minutes: 4
rating: 900
sections:
  - id: parts
    title: Its parts
    text: |
      - Sand
      - Clay
key_idea: "Soil is alive."
questions:
  - id: soil-finest
    stem: What is finest?
    options:
      - {text: Clay, correct: true}
      - {text: Sand, repairs: parts}
    explanation: Clay is the finest.
"""

SIGNS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="`\ufeff\ufffe\uffff")
SLUGS = st.from_regex(SLUG, fullmatch=True).filter(lambda slug: len(slug) <= 48)


def lines(longest: int) -> st.SearchStrategy[str]:
    # Discord counts a sign beyond the first 65,536 as two.
    return (
        st.builds("{}{}".format, st.sampled_from("aZ5é学😀"), st.text(SIGNS, max_size=longest - 1))
        .map(str.strip)
        .filter(lambda line: len(line.encode("utf-16-le")) // 2 <= longest)
    )


def texts(longest: int) -> st.SearchStrategy[str]:
    return st.lists(lines(longest // 4), min_size=1, max_size=3).map("\n".join)


@st.composite
def questions(draw: st.DrawFn, sections: list[str], id: str) -> dict[str, Any]:
    unique = st.lists(
        lines(200), min_size=2, max_size=5, unique_by=lambda text: " ".join(text.casefold().split())
    )
    options: list[dict[str, Any]] = [{"text": text} for text in draw(unique)]
    draw(st.sampled_from(options))["correct"] = True
    for option in options:
        if draw(st.booleans()):
            option["feedback"] = draw(texts(400))
            option["repairs"] = draw(st.sampled_from(sections))
    return {
        "id": id,
        "stem": draw(texts(400)),
        "options": options,
        "explanation": draw(texts(900)),
        "allow": draw(st.dictionaries(st.sampled_from([*OF_QUESTIONS]).map(str), lines(200), max_size=2)),
    }


@st.composite
def written_lessons(draw: st.DrawFn) -> dict[str, Any]:
    sections = draw(st.lists(SLUGS, min_size=1, max_size=4, unique=True))
    ids = draw(st.lists(SLUGS, min_size=1, max_size=3, unique=True))
    return {
        "title": draw(lines(80)),
        "summary": draw(lines(150)),
        "category": draw(lines(40)),
        "minutes": draw(st.integers(1, 90)),
        "rating": draw(st.integers(100, 3500)),
        "sections": [{"id": id, "title": draw(lines(80)), "text": draw(texts(2000))} for id in sections],
        "key_idea": draw(texts(600)),
        "sources": draw(st.lists(lines(300), max_size=3)),
        "questions": [draw(questions(sections, id)) for id in ids],
        "allow": draw(st.dictionaries(st.sampled_from([*OF_LESSONS]).map(str), lines(200), max_size=2)),
    }


def check_one(source: bytes) -> None:
    """Either a lesson or problems, and every problem stands inside the text."""
    checked = check_texts([(Path("soil.yaml"), source)], "curated")
    assert bool(checked.lessons) != bool(checked.problems)
    for problem in checked.problems:
        assert 1 <= problem.line <= source.count(b"\n") + 2
        assert problem.column >= 1
        assert problem.message.endswith((".", "?"))
        assert "\n" not in str(problem)


@settings(max_examples=60)
@given(
    written_lessons(),
    st.booleans(),
    st.sampled_from([None, "'", '"', "|"]),
)
def test_a_lesson_survives_the_way_through_yaml(
    written: dict[str, Any], unicode: bool, style: str | None
) -> None:
    dumped = yaml.safe_dump(written, allow_unicode=unicode, sort_keys=False, default_style=None)
    if style is not None:
        # PyYAML tags numbers in a quoted style, so only texts are dumped in it.
        dumped = yaml.dump(written, Dumper=styled(style), allow_unicode=unicode, sort_keys=False)
    checked = check_texts([(Path("soil.yaml"), dumped.encode())], "curated")
    assert checked.problems == ()
    (lesson,) = checked.lessons
    assert lesson.title == written["title"]
    assert (lesson.minutes, lesson.rating, lesson.key_idea) == tuple(
        written[key] for key in ("minutes", "rating", "key_idea")
    )
    assert [(part.id, part.title, part.text) for part in lesson.sections] == [
        (part["id"], part["title"], part["text"]) for part in written["sections"]
    ]
    assert (list(lesson.sources), lesson.requires) == (written["sources"], ())
    for question, asked in zip(lesson.questions, written["questions"], strict=True):
        assert (question.id, question.stem, question.explanation) == (
            asked["id"],
            asked["stem"],
            asked["explanation"],
        )
        assert [
            (option.text, option.correct, option.feedback, option.repairs) for option in question.options
        ] == [
            (option["text"], option.get("correct", False), option.get("feedback"), option.get("repairs"))
            for option in asked["options"]
        ]
    assert VALIDATOR.is_valid(written)
    for warning in warnings_of(list(zip(checked.documents, checked.lessons, strict=True))):
        assert 1 <= warning.line <= dumped.count("\n") + 1
        assert warning.message.endswith((".", "?"))
        place = re.match(r"questions\[(\d+)\]", warning.key)
        allowing = written["questions"][int(place[1]) - 1] if place else written
        assert warning.fault not in allowing["allow"]


def styled(style: str) -> type[yaml.SafeDumper]:
    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper


@settings(max_examples=300, deadline=2000)
@given(st.binary(max_size=400))
@example(b"")
@example(b"\xef\xbb\xbf")
@example(b"\x00")
@example(EXAMPLE.encode("utf-16"))
def test_any_bytes_give_a_lesson_or_located_problems(source: bytes) -> None:
    check_one(source)


@settings(max_examples=30)
@given(st.binary(min_size=1, max_size=60), st.integers(1, 40_000))
@example(b"- a\n", 70_000)
@example(b"a: b\n", 70_000)
@example(b"- {a: b}\n", 40_000)
@example(b"[", 300_000)
@example(b"&a ", 100_000)
@example(b"x", 262_144)
@example(b"\xff", 262_144)
def test_any_bytes_however_many_take_bounded_time_and_memory(bit: bytes, times: int) -> None:
    source = (bit * times)[: MOST_BYTES + 1]
    tracemalloc.start()
    started = time.process_time()
    check_one(source)
    took = time.process_time() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Tracing alone slows it down several times.
    assert took < 20
    assert peak < 200 * 2**20


WORDS = "title sections questions options text id correct true no 1.0 << --- ... %YAML ? : - | > [ ] { } , &a *a !t"
YAML_BITS = st.sampled_from(
    [
        *WORDS.split(),
        *(f"{word} " for word in WORDS.split()),
        *"\n\t\r\\\"'#`@~é😀\ufeff\u200b",
        *("  ", "    ", " #", "\n  ", "```", ": ", '"\\ud800"', '"\\0"'),
    ]
)


@settings(max_examples=400, deadline=2000)
@given(st.lists(YAML_BITS, max_size=60).map("".join))
@example("title: 'a'\n? |\n  x\n: y")
@example("title: a\n...\n# end")
@example("!!binary")
@example("&a")
@example("? ? a")
@example(": a")
def test_any_text_gives_a_lesson_or_located_problems(text: str) -> None:
    check_one(text.encode())


@settings(max_examples=400, deadline=2000)
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.lists(YAML_BITS, max_size=3).map("".join))
def test_any_small_damage_gives_a_lesson_or_located_problems(start: int, length: int, instead: str) -> None:
    check_one((EXAMPLE[:start] + instead + EXAMPLE[start + length :]).encode())


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from("abcdefg"), st.lists(st.sampled_from("abcdefgh"), max_size=4)))
def test_any_requirements_give_a_catalogue_or_problems_with_those_that_have_no_sense(
    needs: dict[str, list[str]],
) -> None:
    texts = [
        (
            Path(f"{slug}.yaml"),
            EXAMPLE.replace("Soil", slug, 1)
            .replace("soil-finest", f"{slug}-finest")
            .replace("sections:", f"requires: [{', '.join(wanted)}]\nsections:")
            .encode(),
        )
        for slug, wanted in needs.items()
    ]
    checked = check_texts(texts, "curated")
    for problem in checked.problems:
        assert (problem.line, problem.key[:8]) == (6, "requires")
    sound = all(len(set(wanted)) == len(wanted) and set(wanted) <= needs.keys() for wanted in needs.values())
    try:
        TopologicalSorter(needs).prepare()
    except CycleError:
        sound = False
    assert (not checked.problems) == sound
    if sound:
        assert {one.slug: list(one.requires) for one in Catalogue(checked.lessons)} == needs


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=20)
    | st.binary(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(
            st.sampled_from(["title", "sections", "questions", "options", "text", "id", "correct", "repairs"])
            | st.text(max_size=5),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@settings(max_examples=300, deadline=2000)
@given(VALUES)
def test_any_values_give_a_lesson_or_located_problems(value: object) -> None:
    check_one(yaml.safe_dump(value, allow_unicode=True).encode())


@settings(max_examples=150, deadline=5000)
@given(st.lists(YAML_BITS, max_size=40).map("".join))
def test_the_pure_python_parser_serves_where_the_fast_one_is_missing(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lessons.document, "_LOADER", yaml.SafeLoader)
        check_one(text.encode())
        check_one(EXAMPLE.encode())
