"""`rung lessons export`: Markdown to read anywhere, and Anki packages that update what they brought before."""

import json
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from typer.testing import CliRunner, Result

from bot.__main__ import app
from lessons.catalogue import Catalogue
from lessons.loading import CURATED_CONTENT

BASE_RATES = CURATED_CONTENT / "statistics" / "base-rates.yaml"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "author").mkdir()
    monkeypatch.chdir(tmp_path / "author")
    return tmp_path / "author"


def export(to: str, out: str, *lessons: str) -> Result:
    return CliRunner().invoke(app, ["lessons", "export", "--to", to, "--out", out, *lessons])


class Package:
    """What stands in an Anki package, read as Anki reads it."""

    def __init__(self, file: str) -> None:
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(file) as package:
            assert not package.testzip()
            with sqlite3.connect(package.extract("collection.anki2", folder)) as base:
                rows = base.execute("select guid, mid, tags, flds from notes order by id").fetchall()
                self.decks = {
                    deck["name"]
                    for deck in json.loads(base.execute("select decks from col").fetchone()[0]).values()
                }
                self.models = json.loads(base.execute("select models from col").fetchone()[0])
                self.cards = base.execute("select count(*) from cards").fetchone()[0]
            base.close()
        self.notes = {guid: fields.split("\x1f") for guid, _, _, fields in rows}
        self.tags = {guid: tags.split() for guid, _, tags, _ in rows}
        self.kinds = {str(kind) for _, kind, _, _ in rows}


def test_the_whole_library_becomes_a_markdown_file_each(here: Path, curated: Catalogue):
    result = export("markdown", "out")
    assert result.exit_code == 0, result.output
    files = {file.stem: file for file in (here / "out").rglob("*.md")}
    assert set(files) == {lesson.slug for lesson in curated}
    for lesson in curated:
        text = files[lesson.slug].read_text(encoding="utf-8")
        assert text.startswith(f"# {lesson.title}\n\n{lesson.summary}\n")
        for section in lesson.sections:
            assert f"## {section.title}\n\n{section.text.strip()}" in text
        assert lesson.key_idea.strip() in text
        assert text.count("<details>") == text.count("</details>") == len(lesson.questions)
    questions = sum(len(lesson.questions) for lesson in curated)
    assert f"out has {len(curated)} lessons with {questions} questions." in result.output


def test_the_key_is_folded_away_until_it_is_wanted(here: Path, curated: Catalogue):
    export("markdown", "out", "base-rates")
    text = (here / "out" / "statistics" / "base-rates.md").read_text(encoding="utf-8")
    open_parts, folded = [], []
    for part in text.split("<details>"):
        inside, _, outside = part.rpartition("</details>")
        folded.append(inside)
        open_parts.append(outside)
    for question in curated.lesson("base-rates").questions:
        assert any(question.explanation.strip() in part for part in folded)
        assert not any(question.explanation.strip() in part for part in open_parts)
        assert all(
            f"- **{letter}** {option.text}" in text
            for letter, option in zip("ABCDE", question.options, strict=False)
        )
    drawn = MarkdownIt().render(text)
    assert drawn.count("<details>") == drawn.count("</details>") == 6


def test_exported_again_the_files_are_the_same_to_the_byte(here: Path):
    export("markdown", "out")
    before = {file: file.read_bytes() for file in (here / "out").rglob("*.md")}
    export("markdown", "out")
    assert {file: file.read_bytes() for file in (here / "out").rglob("*.md")} == before


def test_an_anki_package_has_a_deck_a_lesson_and_a_card_a_question(here: Path, curated: Catalogue):
    result = export("anki", "all.apkg")
    assert result.exit_code == 0, result.output
    package = Package("all.apkg")
    assert package.decks >= {f"Rung::{lesson.category}::{lesson.title}" for lesson in curated}
    assert package.cards == len(package.notes) == sum(len(lesson.questions) for lesson in curated)
    assert package.kinds == {
        kind for kind in package.models if package.models[kind]["name"] == "Rung question"
    }
    assert [path.name for path in here.iterdir()] == ["all.apkg"]


def test_a_card_asks_on_its_front_and_explains_on_its_back(curated: Catalogue):
    export("anki", "one.apkg", "base-rates")
    package = Package("one.apkg")
    lesson = curated.lesson("base-rates")
    (model,) = (model for model in package.models.values() if model["name"] == "Rung question")
    (template,) = model["tmpls"]
    for field in ("Answer", "Explanation", "Mistakes"):
        assert f"{{{{{field}}}}}" in template["afmt"]
        assert f"{{{{{field}}}}}" not in template["qfmt"]
    for question, fields in zip(lesson.questions, package.notes.values(), strict=True):
        stem, options, answer, explanation, mistakes, about = fields
        assert options.count("<li>") == len(question.options)
        assert answer.startswith(f"{'ABCDE'[question.key]}: ")
        assert mistakes.count("<li>") == sum(option.feedback is not None for option in question.options)
        assert stem.startswith("<p>")
        assert explanation.startswith("<p>")
        assert lesson.title in about
    assert all("rung::lesson::base-rates" in tags for tags in package.tags.values())


def test_a_reworded_lesson_updates_the_same_notes(here: Path):
    export("anki", "before.apkg", "base-rates")
    text = BASE_RATES.read_text(encoding="utf-8")
    (here / "base-rates.yaml").write_text(
        text.replace("Take 500 parts:", "Out of 500 parts:"), encoding="utf-8"
    )
    assert export("anki", "after.apkg", "base-rates.yaml").exit_code == 0
    before, after = Package("before.apkg"), Package("after.apkg")
    assert list(before.notes) == list(after.notes)
    assert before.decks == after.decks
    assert before.kinds == after.kinds
    changed = [guid for guid in before.notes if before.notes[guid] != after.notes[guid]]
    assert len(changed) == 1


def test_signs_that_html_would_take_for_its_own_are_shown(here: Path):
    text = BASE_RATES.read_text(encoding="utf-8")
    (here / "base-rates.yaml").write_text(
        text.replace("Take 500 parts:", "Take List<int> & <script>alert(1)</script> **bold**:"),
        encoding="utf-8",
    )
    export("anki", "one.apkg", "base-rates.yaml")
    fields = "".join(field for note in Package("one.apkg").notes.values() for field in note)
    assert "List&lt;int&gt; &amp; &lt;script&gt;" in fields
    assert "<script>" not in fields
    assert "<strong>bold</strong>" in fields


def test_an_export_leaves_nothing_among_the_temporary_files(here: Path, monkeypatch: pytest.MonkeyPatch):
    elsewhere = here.parent / "temporary"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    export("anki", "one.apkg", "base-rates")
    assert not list(elsewhere.iterdir())
    assert tempfile.gettempdir() == str(elsewhere)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["anki", "out.zip"], "An Anki package ends in .apkg; write --out out.apkg"),
        (["markdown", "out", "rlhf-basic"], "Did you mean rlhf-basics?"),
        (["markdown", "out", "missing.yaml"], "There is no such file or folder"),
        (["markdown", "taken"], "cannot be written"),
        (["anki", "taken/a.apkg"], "cannot be written"),
    ],
)
def test_what_cannot_be_handed_out_is_said_in_a_sentence(here: Path, words: list[str], told: str):
    (here / "taken").write_text("a file", encoding="utf-8")
    result = export(*words)
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
    assert [path.name for path in here.iterdir()] == ["taken"]


def test_without_the_extra_one_sentence_says_how_to_install_it(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "genanki", None)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if "site-packages" not in entry])
    result = export("anki", "one.apkg", "base-rates")
    assert result.exit_code == 1
    assert "pip install -c constraints.txt -e '.[authors]'" in result.output
    assert not list(here.iterdir())
