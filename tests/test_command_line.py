"""The command line as an operator uses it: what it prints, and how it ends."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app

SHAPED = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMg.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789abc"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and an environment that names nothing."""
    monkeypatch.chdir(tmp_path)
    for name in ("RUNG_TOKEN", "RUNG_DATABASE_URL", "RUNG_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def rung(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_without_a_word_it_shows_what_there_is() -> None:
    told = rung().output
    for name in ("try", "run", "sync", "migrate", "doctor", "lessons"):
        assert name in told


@pytest.mark.parametrize(
    "words", [["try"], ["run"], ["sync"], ["migrate"], ["doctor"], ["lessons", "check"], ["ladder", "verify"]]
)
def test_every_command_explains_itself(words: list[str]) -> None:
    result = rung(*words, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_version_is_told() -> None:
    assert rung("--version").output.startswith("rung 0.")


@pytest.mark.parametrize("command", ["run", "sync"])
def test_without_a_token_it_says_in_one_sentence_where_to_get_one_and_names_try(command: str) -> None:
    result = rung(command)
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "https://discord.com/developers/applications" in result.output
    assert "`rung try`" in result.output


def test_a_token_that_cannot_be_one_is_refused_before_anything_is_done(folder: Path) -> None:
    (folder / ".env").write_text("RUNG_TOKEN=hello\n", encoding="utf-8")
    result = rung("run")
    assert result.exit_code == 1
    assert "does not look like a bot token" in result.output
    assert not (folder / "rung.sqlite3").exists()


def test_a_configuration_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_LOG_LEVEL", "LOUD")
    result = rung("migrate")
    assert result.exit_code == 1
    assert "RUNG_LOG_LEVEL" in result.output


def test_a_file_of_settings_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / ".env").write_bytes(b"RUNG_TOKEN=\xff\xfe\n")
    result = rung("run")
    assert result.exit_code == 1
    assert "UTF-8" in result.output


def test_migrate_makes_the_default_file_and_then_has_nothing_to_do(folder: Path) -> None:
    first, second = rung("migrate"), rung("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "went from revision none to" in first.output
    assert "up to date" in second.output
    assert (folder / "rung.sqlite3").exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://x", "is not a database this program knows"),
        ("not a url", "cannot be read"),
        ("sqlite:///missing/rung.sqlite3", "does not exist"),
        ("postgresql://rung:hidden@127.0.0.1:1/rung", "127.0.0.1:1"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    monkeypatch.setenv("RUNG_DATABASE_URL", url)
    result = rung("migrate")
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
    assert "hidden" not in result.output


def test_the_doctor_says_what_to_do_about_each_thing_and_then_that_all_is_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ill = rung("doctor")
    assert ill.exit_code == 1
    assert "FIX  token" in ill.output
    assert "ok   database: rung.sqlite3 does not exist yet; `rung run` creates it" in ill.output
    monkeypatch.setenv("RUNG_DATABASE_URL", "postgresql://rung@127.0.0.1:1/rung")
    assert "FIX  database" in rung("doctor").output
    assert "start the server, or mend RUNG_DATABASE_URL" in rung("doctor").output
    monkeypatch.setenv("RUNG_DATABASE_URL", "postgresql://rung@127.0.0.1:1/rung?colour=blue")
    assert "a setting in the URL is not known" in rung("doctor").output
    monkeypatch.delenv("RUNG_DATABASE_URL")
    monkeypatch.setenv("RUNG_TOKEN", SHAPED)
    rung("migrate")
    well = rung("doctor")
    assert well.exit_code == 0, well.output
    assert "FIX" not in well.output
    assert SHAPED not in well.output


def test_lessons_check_names_file_line_and_key_and_ends_with_1(folder: Path) -> None:
    broken = folder / "soil.yaml"
    broken.write_text("title: Soil\ntitle: Again\n", encoding="utf-8")
    result = rung("lessons", "check", str(broken))
    assert result.exit_code == 1
    assert f"{broken}:2:1: title: " in result.output


def test_lessons_check_is_content_with_what_ships() -> None:
    result = rung("lessons", "check")
    assert result.exit_code == 0
    assert "all well" in result.output


def test_ladder_verify_says_that_every_rating_equals_its_journal() -> None:
    rung("migrate")
    result = rung("ladder", "verify")
    assert result.exit_code == 0
    assert "every rating, board, XP and title equals its journal" in result.output


def test_ladder_void_takes_back_nothing_where_nothing_was_moved_and_says_so() -> None:
    rung("migrate")
    result = rung("ladder", "void", "curated:nobody-asked-this")
    assert result.exit_code == 0
    assert "Nothing to take back" in result.output
