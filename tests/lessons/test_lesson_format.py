"""The JSON Schema that editors use says what the loader says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import lessons.format
from lessons.format import keys_at, schema
from lessons.loading import CURATED_CONTENT, check, check_texts, load

SCHEMA = Path(lessons.format.__file__).with_name("schema.json")

EXAMPLE = {
    "title": "Soil",
    "summary": "What soil is made of.",
    "category": "Gardening",
    "minutes": 4,
    "rating": 900,
    "requires": [],
    "sections": [{"id": "parts", "title": "Its parts", "text": "Sand, silt and clay."}],
    "key_idea": "Soil is alive.",
    "sources": ["A book about soil, 1999."],
    "questions": [
        {
            "id": "soil-finest",
            "stem": "What is finest?",
            "options": [
                {"text": "Clay", "correct": True, "feedback": "Yes."},
                {"text": "Sand", "repairs": "parts"},
                {"text": "Gravel", "correct": False},
            ],
            "explanation": "Clay is the finest.",
        }
    ],
}


def validator() -> jsonschema.Draft202012Validator:
    described = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(described)
    return jsonschema.Draft202012Validator(described)


def loads(value: object) -> bool:
    return bool(check_texts([(Path("soil.yaml"), yaml.safe_dump(value).encode())], "curated").lessons)


def changed(**changes: Any) -> dict[str, Any]:
    lesson: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    for way, value in changes.items():
        *steps, last = way.split("__")
        where: Any = lesson
        for step in steps:
            where = where[int(step) if step.isdigit() else step]
        where[last] = value
    return lesson


def test_the_committed_schema_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema(), (
        "run: python -m lessons.format > lessons/schema.json"
    )


def test_one_command_writes_the_schema() -> None:
    command = [sys.executable, "-m", "lessons.format"]
    root = SCHEMA.parent.parent
    written = subprocess.run(command, capture_output=True, check=True, cwd=root, encoding="utf-8").stdout
    assert json.loads(written) == json.loads(schema())


def test_every_key_is_described_for_editors() -> None:
    described = json.loads(schema())
    for part in (described, *described["$defs"].values()):
        assert part["title"]
        for key, about in part["properties"].items():
            assert about.get("description"), key


def test_the_schema_accepts_what_the_loader_accepts() -> None:
    assert validator().is_valid(EXAMPLE)
    assert loads(EXAMPLE)


@pytest.mark.parametrize(
    "wrong",
    [
        changed(title=""),
        changed(title="S" * 81),
        changed(summary="two\nlines"),
        changed(minutes="4"),
        changed(minutes=91),
        changed(rating=99),
        changed(rating=True),
        changed(key_idea=None),
        changed(requires="rock"),
        changed(requires=["Not_A_Slug"]),
        changed(requires=["rock", "rock"]),
        changed(requires=[f"rock-{number}" for number in range(9)]),
        changed(sources=["two\nlines"]),
        changed(sources=["s" * 301]),
        changed(sources=["A book."] * 11),
        changed(sections=[]),
        changed(sections__0__id="Not_A_Slug"),
        changed(sections__0__colour="brown"),
        changed(questions=[]),
        changed(questions__0__id="q" * 61),
        changed(questions__0__options=[{"text": "Clay", "correct": True}]),
        changed(questions__0__options__0__correct=False),
        changed(questions__0__options__1__correct=True),
        changed(questions__0__options__1__feedback=None),
        changed(questions__0__options__1__text=7),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(wrong: dict[str, Any]) -> None:
    assert not validator().is_valid(wrong)
    assert not loads(wrong)


def test_the_keys_at_a_place_are_those_of_the_format() -> None:
    assert keys_at(("questions", 3, "options", 0)) == ("text", "correct", "feedback", "repairs")


def test_every_curated_lesson_loads_and_satisfies_the_schema() -> None:
    files = sorted(CURATED_CONTENT.rglob("*.yaml"))
    assert files
    assert check([CURATED_CONTENT]).problems == ()
    assert len(load([CURATED_CONTENT])) == len(files)
    for file in files:
        validator().validate(yaml.safe_load(file.read_text(encoding="utf-8")))
