"""A proposed patch says why above the question, and what it makes of the file is a lesson again."""

import shutil
import subprocess
from pathlib import Path

import pytest

from lessons.loading import CURATED_CONTENT, check
from lessons.model import Question
from lessons.proposing import Proposal, propose
from tests.lessons.test_lesson_faults import SOUND


def applied(folder: Path, text: str) -> None:
    git = shutil.which("git")
    if git is None:
        pytest.skip("there is no git here")
    subprocess.run([git, "apply", "-"], input=text.encode(), cwd=folder, check=True)


def patch(path: Path, proposals: list[Proposal], *, rating: int | None = None) -> str:
    return propose(path.read_bytes().decode(), path.as_posix(), proposals, rating=rating).patch


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("soil.yaml").write_text(SOUND, encoding="utf-8")
    return Path("soil.yaml")


def test_nothing_proposed_is_no_patch(file: Path) -> None:
    assert patch(file, []) == ""


def test_another_key_is_another_question_with_the_reason_above_it(file: Path, tmp_path: Path) -> None:
    applied(tmp_path, patch(file, [Proposal("soil-drains", ("(n 60) Look.",), key=2)], rating=1240))
    (lesson,) = check([file]).lessons
    (question,) = lesson.questions
    assert (question.id, question.key, lesson.rating) == ("soil-drains-2", 2, 1240)
    assert "  # (n 60) Look.\n  - id: soil-drains-2\n" in file.read_text(encoding="utf-8")


def test_the_key_may_move_up_or_to_the_last_option_and_ids_count_on(file: Path, tmp_path: Path) -> None:
    for wanted, id in ((1, "soil-drains-2"), (0, "soil-drains-3"), (2, "soil-drains-4")):
        (question,) = check([file]).lessons[0].questions
        applied(tmp_path, patch(file, [Proposal(question.id, (), key=wanted)]))
        (question,) = check([file]).lessons[0].questions
        assert (question.key, question.id) == (wanted, id)


def _other(question: Question) -> int:
    return (question.key + 1) % len(question.options)


def test_what_ships_can_be_patched_at_every_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(CURATED_CONTENT, tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    before = check([Path("content")])
    for lesson, document in zip(before.lessons, before.documents, strict=True):
        proposals = [Proposal(one.id, ("Why.", "And why."), _other(one)) for one in lesson.questions]
        applied(tmp_path, patch(document.path, proposals))
    after = check([Path("content")])
    assert after.problems == ()
    for old, new in zip(before.lessons, after.lessons, strict=True):
        assert [one.key for one in new.questions] == [_other(one) for one in old.questions]
        assert not {one.id for one in new.questions} & {one.id for one in old.questions}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("ended", [True, False])
def test_a_file_keeps_the_ends_of_its_lines(file: Path, tmp_path: Path, end: str, *, ended: bool) -> None:
    text = (SOUND.rstrip("\n") + ("\n" if ended else "")).replace("\n", end)
    file.write_bytes(text.encode())
    proposed = propose(text, file.name, [Proposal("soil-drains", ("Look.",), key=2)], rating=1240)
    applied(tmp_path, proposed.patch)
    assert file.read_bytes().decode() == proposed.text
    assert proposed.text.endswith(end) is ended
    (lesson,) = check([file]).lessons
    assert (lesson.questions[0].key, lesson.rating) == (2, 1240)


def test_a_key_that_shares_its_line_is_left_to_the_author(file: Path) -> None:
    text = (
        file.read_text(encoding="utf-8")
        .replace("        correct: true\n", "")
        .replace("- text:", "- correct: true\n        text:", 1)
    )
    assert "- correct: true" in text
    proposed = propose(text, file.name, [Proposal("soil-drains", ("Look.",), key=2)])
    assert proposed.text == text.replace("  - id: soil-drains\n", "  # Look.\n  - id: soil-drains\n")
