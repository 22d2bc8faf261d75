"""What editors know of a lesson file: the schema that each names, and what it says of every key."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lessons.loading import CURATED_CONTENT

SCHEMA = CURATED_CONTENT.with_name("schema.json")


def described() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    schema = described()
    for owner, one in [("Lesson", schema), *schema["$defs"].items()]:
        yield from ((f"{owner}.{name}", told) for name, told in one["properties"].items())


@pytest.mark.parametrize("file", sorted(CURATED_CONTENT.rglob("*.yaml")), ids=lambda file: file.stem)
def test_the_first_line_of_every_lesson_leads_to_the_schema(file: Path) -> None:
    with file.open(encoding="utf-8") as lines:
        first = next(lines).strip()
    assert first == "# yaml-language-server: $schema=../../schema.json"
    assert (file.parent / "../../schema.json").resolve() == SCHEMA.resolve()


@pytest.mark.parametrize(
    ("name", "told"), list(properties()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_key_is_explained_with_an_example(name: str, told: dict[str, Any]) -> None:
    assert told["description"].endswith("."), name
    assert told["examples"], name


def test_every_warning_that_can_be_allowed_is_explained() -> None:
    allowed = [told for name, told in properties() if name.endswith(".allow")]
    assert len(allowed) == 2
    for one in allowed:
        assert one["additionalProperties"] is False
        assert all(code["description"] for code in one["properties"].values())


def test_the_examples_are_themselves_what_the_schema_allows() -> None:
    import jsonschema

    schema = described()
    for name, told in properties():
        validator = jsonschema.Draft202012Validator({**told, "$defs": schema["$defs"]})
        for example in told["examples"]:
            validator.validate(example)
            assert yaml.safe_load(yaml.safe_dump(example)) == example, name
