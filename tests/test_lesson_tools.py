"""The commands for a library of lessons, as its authors and their CI use them."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.storage import Database
from bot.storage.migrating import upgrade
from lessons.loading import CURATED_CONTENT, load
from tests.actions.school import ADA, School
from tests.conftest import HandClock
from tests.lessons.test_lesson_faults import SOUND


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a library of one sound lesson, and an environment that names nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNG_DATABASE_URL", raising=False)
    Path("content/gardening").mkdir(parents=True)
    write(SOUND)
    return tmp_path


def write(text: str) -> None:
    Path("content/gardening/soil.yaml").write_text(text, encoding="utf-8")


def rung(*words: str) -> Result:
    return CliRunner().invoke(app, ["lessons", *words])


def test_a_sound_library_is_all_well_even_strictly() -> None:
    result = rung("check", "content", "--strict")
    assert result.exit_code == 0
    assert result.output == "1 lesson with 1 question: all well.\n"


def test_a_warning_is_printed_and_ends_it_with_1_only_when_strict() -> None:
    write(SOUND.replace("minutes: 1", "minutes: 9"))
    result = rung("check", "content")
    assert result.exit_code == 0
    assert result.output.startswith("content/gardening/soil.yaml:4:10: minutes: ")
    assert "[minutes]\n1 lesson with 1 question: 1 warning.\n" in result.output
    assert rung("check", "content", "--strict").exit_code == 1


def test_a_mistake_ends_it_with_1() -> None:
    write(SOUND.replace("minutes: 1", "minutes: none"))
    result = rung("check", "content")
    assert result.exit_code == 1
    assert "all well" not in result.output


def test_programs_are_told_the_same_as_json() -> None:
    write(SOUND.replace("minutes: 1", "minutes: 9"))
    told = json.loads(rung("check", "content", "--format", "json").output)
    assert (told["lessons"], told["questions"], told["problems"]) == (1, 1, [])
    (warning,) = told["warnings"]
    assert (warning["path"], warning["line"], warning["column"], warning["key"], warning["code"]) == (
        "content/gardening/soil.yaml",
        4,
        10,
        "minutes",
        "minutes",
    )
    write(SOUND.replace("minutes: 1", "minutes: none"))
    result = rung("check", "content", "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.output)["problems"][0]["line"] == 4


def test_github_is_told_in_annotations() -> None:
    write(SOUND.replace("minutes: 1", "minutes: 9"))
    (line,) = rung("check", "content", "--format", "github").output.splitlines()
    assert line.startswith(
        "::warning file=content/gardening/soil.yaml,line=4,col=10,title=minutes::minutes: "
    )
    write(SOUND.replace("title: Soil", "title: [100%,\n  Soil"))
    result = rung("check", "content", "--format", "github")
    assert result.exit_code == 1
    assert result.output.startswith("::error file=content/gardening/soil.yaml,line=1,col=8,title=lesson::")


def test_publishing_writes_the_ledger_and_says_what_came_of_it() -> None:
    assert "1 published question; 1 new, 0 reworded, 0 retired." in rung("publish", "content").output
    assert rung("check", "content", "--strict").exit_code == 0
    write(SOUND.replace("After heavy rain one bed", "One bed"))
    assert rung("check", "content").exit_code == 1
    refused = rung("publish", "content")
    assert refused.exit_code == 1
    assert "give it a new id" in refused.output
    declared = rung("publish", "content", "--same-meaning", "soil-drains")
    assert "0 new, 1 reworded, 0 retired." in declared.output
    assert rung("check", "content").exit_code == 0
    write(SOUND.replace("soil-drains", "soil-dries"))
    assert "1 new, 0 reworded, 1 retired." in rung("publish", "content", "--retire", "soil-drains").output


def test_a_broken_library_is_not_published() -> None:
    write("title: Soil")
    result = rung("publish", "content")
    assert result.exit_code == 1
    assert not Path("ledger.json").exists()


def test_the_library_at_a_glance() -> None:
    told = rung("stats", "content").output.splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in told if line and line[-1].isdigit()}
    assert rows["all"] == rows["Gardening"] == rows["Iron"] == ["1", "1", "14"]
    assert rows["Grandmaster"] == ["0", "0", "0"]
    assert "questions: 1 of 3 options" in told
    assert "right options: A 1 (100%), B 0 (0%), C 0 (0%)" in told
    assert told[-1].startswith("the right option is the one longest in 1 of 1 questions (100%; chance")


def test_the_library_at_a_glance_as_json() -> None:
    told = json.loads(rung("stats", "content", "--format", "json").output)
    assert told["whole"] == {"name": "all", "lessons": 1, "questions": 1, "words": 14}
    assert told["positions"] == [1, 0, 0]


def test_answers_of_an_empty_database_are_none() -> None:
    result = rung("stats", "content", "--answers")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("0 of 1 questions have answers.")
    assert "Proposed" not in result.output
    assert rung("stats", "content", "--answers", "--patch").output == ""
    (told,) = json.loads(rung("stats", "content", "--answers", "--format", "json").output)["questions"]
    assert (told["question"], told["n"], told["facility"], told["declared"]) == (
        "curated:soil-drains",
        0,
        None,
        900,
    )


@pytest.mark.parametrize("words", [["check", "nowhere"], ["stats", "nowhere"], ["publish", "nowhere"]])
def test_a_folder_that_is_not_there_is_said_to_be_missing(words: list[str]) -> None:
    result = rung(*words)
    assert result.exit_code == 1
    assert "There is no such file or folder" in result.output


async def _answered(answers: list[int]) -> None:
    """The default database, in which members have answered the library's question in a poll."""
    await upgrade("sqlite:///rung.sqlite3")
    database = Database("sqlite:///rung.sqlite3")
    try:
        school = School(database, HandClock(), load([Path("content")]))
        poll = await school.poll("soil-drains", lesson="soil")
        for number, option in enumerate(answers):
            await school.press(poll, ADA + number, option)
        await school.polls.close(poll)
    finally:
        await database.close()


def test_answers_are_told_with_a_patch_that_can_be_applied() -> None:
    asyncio.run(_answered([1] * 48 + [0] * 16))
    told = rung("stats", "content", "--answers").output
    assert "soil, rated 900\n  soil-drains " in told
    assert "n 64    25% right" in told
    assert "A* 25% B 75% C 0%" in told
    assert "harder than labelled; guess level; dead distractor (C)" in told
    assert "1 of 1 questions have answers." in told
    measured = json.loads(rung("stats", "content", "--answers", "--format", "json").output)["questions"][0]
    assert measured["n"] == 64
    assert [flag["flag"] for flag in measured["flags"]] == [
        "harder than labelled",
        "guess level",
        "dead distractor",
    ]
    proposed = rung("stats", "content", "--answers", "--patch").output
    assert "+  # (n 64) Hardly anybody chooses C; write a likelier mistake, or leave it out." in proposed
    assert proposed in told
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git here")
    subprocess.run([git, "apply", "-"], input=proposed.encode(), check=True)
    assert rung("check", "content").exit_code == 0


def test_the_operator_reads_what_was_reported_and_why(folder: Path) -> None:
    url = f"sqlite:///{folder / 'rung.sqlite3'}"

    async def complain() -> None:
        await upgrade(url)
        database = Database(url)
        reports = School(database, HandClock(), load([CURATED_CONTENT])).actions.reports
        question = await reports.in_library("curated:rlhf-dpo-removes")
        await reports.report(member=ADA, guild=None, question=question, reason="B is  right as well.")
        await database.close()

    assert rung("reports").output == "No curated question was reported.\n"
    asyncio.run(complain())
    assert rung("reports").output.startswith("curated:rlhf-dpo-removes (1 report): ")
    assert "  2026-03-01, open: B is right as well.\n" in rung("reports").output
