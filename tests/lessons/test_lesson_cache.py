"""Lessons that were checked once are not checked again, until they or the program change."""

from pathlib import Path

import pytest

import lessons.cache
import lessons.loading
from lessons.catalogue import Catalogue
from lessons.ledger import Ledger, ledger_of, published, write_ledger
from lessons.loading import CURATED_CONTENT, MalformedLessons, load
from tests.lessons.test_lesson_faults import SOUND


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content" / "gardening").mkdir(parents=True)
    write(tmp_path / "content", SOUND)
    return tmp_path / "content"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "lessons.json"


def write(folder: Path, text: str) -> None:
    (folder / "gardening" / "soil.yaml").write_text(text, encoding="utf-8")


def load_uncheckable(monkeypatch: pytest.MonkeyPatch, folder: Path, cache: Path) -> Catalogue:
    """Load where checking is impossible, so that it can only be the cache that answers."""

    def check(*_: object) -> None:
        raise AssertionError("checked again")

    with monkeypatch.context() as patched:
        patched.setattr(lessons.loading, "_check", check)
        return load([folder], cache=cache)


def test_the_second_start_has_the_same_lessons_from_the_cache(
    monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    first = load([CURATED_CONTENT], cache=cache)
    assert load_uncheckable(monkeypatch, CURATED_CONTENT, cache) == first == load([CURATED_CONTENT])
    assert list(cache.parent.iterdir()) == [cache]


def test_every_field_of_a_lesson_is_kept(monkeypatch: pytest.MonkeyPatch, folder: Path, cache: Path) -> None:
    ledger = published(Ledger(), load([folder]))
    write(
        folder,
        SOUND.replace("One", "A")
        .replace("After heavy rain one", "One")
        .replace("key_idea: ", "sources: [A book]\nkey_idea: "),
    )
    write_ledger(ledger_of(folder), published(ledger, load([folder]), same_meaning=["soil-drains"]))
    first = load([folder], cache=cache)
    assert first.lessons[0].questions[0].formerly
    assert load_uncheckable(monkeypatch, folder, cache).lessons == first.lessons


@pytest.mark.parametrize("change", ["text", "name", "ledger", "rules", "owner"])
def test_what_changes_is_checked_again(
    monkeypatch: pytest.MonkeyPatch, folder: Path, cache: Path, change: str
) -> None:
    load([folder], cache=cache)
    match change:
        case "text":
            write(folder, SOUND.replace("Soil is alive", "Soil lives"))
        case "name":
            (folder / "gardening" / "soil.yaml").rename(folder / "gardening" / "earth.yaml")
        case "ledger":
            write_ledger(ledger_of(folder), published(Ledger(), load([folder])))
        case "rules":
            monkeypatch.setattr(lessons.cache, "_rules", lambda: b"another version")
        case _:
            assert load([folder], owner="7", cache=cache).lessons[0].owner == "7"
    with pytest.raises(AssertionError, match="checked again"):
        load_uncheckable(monkeypatch, folder, cache)
    assert load([folder], cache=cache) == load([folder])


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b'["x", []]', b"[" * 100_000])
def test_a_damaged_cache_is_as_good_as_none(folder: Path, cache: Path, damage: bytes) -> None:
    load([folder], cache=cache)
    cache.write_bytes(damage)
    assert load([folder], cache=cache) == load([folder])


def test_lessons_of_another_form_under_the_right_digest_are_not_believed(folder: Path, cache: Path) -> None:
    load([folder], cache=cache)
    text = cache.read_text(encoding="utf-8")
    cache.write_text(text[: text.index("[[")] + '[["curated"]]]', encoding="utf-8")
    assert load([folder], cache=cache) == load([folder])


def test_broken_lessons_are_refused_at_every_start(folder: Path, cache: Path) -> None:
    load([folder], cache=cache)
    write(folder, "title: Soil")
    for _ in range(2):
        with pytest.raises(MalformedLessons):
            load([folder], cache=cache)


def test_where_nothing_can_be_written_it_starts_all_the_same(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert load([folder], cache=tmp_path / "taken" / "lessons.json") == load([folder])
