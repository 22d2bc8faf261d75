"""`rung simulate` as whoever doubts the ladder uses it."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and an environment that names a database nobody must touch."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUNG_DATABASE_URL", "sqlite:///missing/rung.sqlite3")
    return tmp_path


def simulate(*words: str) -> Result:
    return CliRunner().invoke(app, ["simulate", *words])


def test_it_explains_itself() -> None:
    told = simulate("--help").output
    for option in ("--members", "--answers", "--start", "--ability", "--seed"):
        assert option in told


def test_it_prints_the_table_beside_the_study_and_its_progress_apart(folder: Path) -> None:
    result = simulate("--members", "10", "--answers", "10", "--start", "1200", "--ability", "1300")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("what ")
    told = {line.rpartition("  ")[0].strip() for line in result.stdout.splitlines()}
    assert any(
        line.startswith("everybody's estimate at the start") and line.endswith(" 1200") for line in told
    )
    assert any(line.startswith("mean ability at the start") and line.endswith(" 1300") for line in told)
    assert "rank correlation after 10 answers" in result.stdout
    assert re.search(r"^(\d+) of \1 answers", result.stderr, re.MULTILINE)
    assert " answers, " not in result.stdout
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--members", "3"], "Members must be 10 to 5000, not 3."),
        (["--answers", "1000"], "Answers of each member must be 10 to 500, not 1000."),
        (["--start", "0"], "The start must be 500 to 2000, not 0."),
        (["--ability", "9000"], "The mean ability must be 500 to 2500, not 9000."),
    ],
)
def test_an_option_that_cannot_be_is_one_sentence(words: list[str], told: str) -> None:
    result = simulate(*words)
    assert result.exit_code == 1
    assert result.output == f"{told}\n"
