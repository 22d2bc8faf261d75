"""`rung lessons new`: what an author is given to begin with, and what is refused."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from bot.__main__ import app
from lessons.loading import check


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one category and no lesson, in which the author stands."""
    (tmp_path / "content" / "soil-science").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "content"


def new(*words: str) -> Result:
    return CliRunner().invoke(app, ["lessons", "new", *words, "--folder", "content"])


def test_a_lesson_begun_is_well_formed_and_tells_what_is_next(library: Path) -> None:
    result = new("soil-science", "acid-rain", "--title", 'Rain: "acid" & more', "--rating", "1880")
    assert result.exit_code == 0, result.output
    file = library / "soil-science" / "acid-rain.yaml"
    checked = check([library])
    assert not checked.problems
    lesson = checked.lessons[0]
    assert (lesson.slug, lesson.title, lesson.rating) == ("acid-rain", 'Rain: "acid" & more', 1880)
    assert lesson.category == "Soil Science"
    assert all(question.id.startswith("acid-rain-") for question in lesson.questions)
    shown = str(file.relative_to(library.parent))
    assert f"rung lessons check {shown}" in result.output
    assert f"rung lessons preview {shown}" in result.output


def test_every_key_has_its_guidance_and_every_optional_one_is_named(library: Path) -> None:
    new("soil-science", "acid-rain")
    text = (library / "soil-science" / "acid-rain.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=")
    for word in (
        "misconception",
        "never changes its meaning",
        "mends",
        "180 words",
        "allow:",
        "requires:",
        "sources:",
    ):
        assert word in text, word
    for line in text.splitlines():
        key = re.fullmatch(r"([a-z_]+):.*", line)
        if key and key[1] not in ("title", "category"):
            above = text[: text.index(f"\n{line}\n")].rsplit("\n", 1)[-1]
            assert above.startswith("#"), line
    commented = re.sub(r"(?m)^# ((?:requires|sources):|  - )", r"\1", text)
    assert {"requires", "sources"} <= yaml.safe_load(commented).keys()


def test_the_first_line_leads_to_the_schema(library: Path) -> None:
    new("soil-science", "acid-rain")
    file = library / "soil-science" / "acid-rain.yaml"
    way = file.read_text(encoding="utf-8").split("\n", 1)[0].partition("$schema=")[2]
    assert (file.parent / way).resolve().name == "schema.json"
    assert (file.parent / way).exists()


def test_a_category_is_spelled_as_its_other_lessons_spell_it(library: Path) -> None:
    new("SOIL science", "acid-rain")
    file = library / "soil-science" / "acid-rain.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("SOIL science", "Soil science"), encoding="utf-8"
    )
    new("soil-science", "salt")
    assert {lesson.category for lesson in check([library]).lessons} == {"Soil science"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["soil-science", "Acid Rain"], "is not a slug: lower-case letters and digits"),
        (["soil-science", "Acid Rain"], "for example acid-rain."),
        (["soil-science", "../../up"], "is not a slug"),
        (["soil-science", "a" * 49], "at most 48 characters"),
        (["soil-scienc", "acid-rain"], "did you mean “soil-science”?"),
        (["soil-scienc", "acid-rain"], "--new-category"),
        (["astronomy", "acid-rain"], "there are soil-science."),
        (["soil-science", "acid-rain", "--rating", "5"], "A rating lies from 100 to 3500, and 5 does not."),
        (
            ["soil-science", "acid-rain", "--title", "x" * 81],
            "The title is one line of at most 80 characters",
        ),
        (["soil-science", "acid-rain", "--title", "two\nlines"], "The title is one line"),
        (["soil-science", "acid-rain", "--title", ""], "The title is one line"),
        (["x" * 41, "acid-rain"], "The category is one line of at most 40 characters"),
    ],
)
def test_what_cannot_be_begun_is_refused_in_a_sentence_and_nothing_is_written(
    library: Path, words: list[str], told: str
) -> None:
    result = new(*words)
    assert result.exit_code == 1
    assert told in result.output
    assert not list(library.rglob("*.yaml"))


def test_a_slug_or_title_that_is_taken_is_refused_and_the_file_stays_as_it_was(library: Path) -> None:
    new("soil-science", "acid-rain")
    (library / "weather").mkdir()
    file = library / "soil-science" / "acid-rain.yaml"
    before = file.read_bytes()
    assert "is taken by content/soil-science/acid-rain.yaml" in new("weather", "acid-rain").output
    assert (
        "is that of content/soil-science/acid-rain.yaml"
        in new("weather", "rain", "--title", "ACID rain").output
    )
    assert file.read_bytes() == before
    assert not list((library / "weather").iterdir())


def test_a_library_that_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = new("soil-science", "acid-rain")
    assert result.exit_code == 1
    assert "There is no folder content; make it first" in result.output


def test_a_new_category_is_made_when_it_is_meant(library: Path) -> None:
    assert new("machine-vision", "edges", "--new-category").exit_code == 0
    assert new("C++", "pointers", "--new-category").exit_code == 0
    categories = {lesson.slug: lesson.category for lesson in check([library]).lessons}
    assert categories == {"edges": "Machine Vision", "pointers": "C++"}
