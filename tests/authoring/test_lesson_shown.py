"""`rung lessons preview`: a lesson in the terminal, page by page as Discord shows it, and in the playground."""

import asyncio
import os
import re
import sys
import urllib.request
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.authoring.terminal import draw
from lessons.catalogue import Catalogue
from lessons.loading import CURATED_CONTENT
from lessons.pages import paginate

RLHF = CURATED_CONTENT / "machine-learning" / "rlhf-basics.yaml"
PATIENCE = 30.0


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and a terminal of a common width without colours."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def preview(*words: str) -> Result:
    return CliRunner().invoke(app, ["lessons", "preview", *words])


def words_of(text: str) -> str:
    """The text without frames and line breaks, to look for a sentence in."""
    return " ".join(re.sub("[│╭╮╰╯─▌•]", " ", text).split())


def plain(markdown: str) -> str:
    return " ".join(re.sub(r"[*`>_]|^\s*[-•]", " ", markdown, flags=re.MULTILINE).split())


def test_every_page_is_shown_with_what_discord_has_around_it(curated: Catalogue):
    lesson = curated.lesson("rlhf-basics")
    shown = preview("rlhf-basics").output
    count = len(paginate(lesson))
    assert [f"Page {number} of {count}" in shown for number in range(1, count + 1)] == [True] * count
    flat = words_of(shown)
    for words in (lesson.title, lesson.summary, "beat Platinum to climb", "💠 Platinum 1880", "🔑 Key idea"):
        assert words in flat
    assert "[ ▶️ Next ]" in shown
    assert "[ ✏️ Check yourself ]" in shown
    for section in lesson.sections:
        assert section.title in flat
        for sentence in re.findall(r"[A-Z][\w ,']{30,}\.", section.text):
            assert sentence in flat, sentence
    assert max(map(len, shown.splitlines())) <= 80


def test_questions_follow_with_letters_and_without_the_key(curated: Catalogue):
    lesson = curated.lesson("base-rates")
    flat = words_of(preview("base-rates").output)
    for number, question in enumerate(lesson.questions, start=1):
        assert f"Question {number} of {len(lesson.questions)}" in flat
        assert plain(question.stem) in flat
        assert f"A {question.options[0].text}" in flat
        assert plain(question.explanation) not in flat
    assert "✅" not in flat


def test_with_the_key_every_feedback_repair_and_explanation_is_shown(curated: Catalogue):
    lesson = curated.lesson("base-rates")
    flat = words_of(preview("base-rates", "--key").output)
    for question in lesson.questions:
        assert f"✅ {'ABCDE'[question.key]} {question.options[question.key].text}" in flat
        assert plain(question.explanation) in flat
        for option in question.options:
            if option.feedback:
                assert plain(option.feedback) in flat
                assert f"(→ {option.repairs})" in flat


def test_a_file_of_ones_own_is_shown_even_under_the_slug_of_another(here: Path):
    own = here / "rlhf-basics.yaml"
    own.write_text(
        RLHF.read_text(encoding="utf-8").replace("title: RLHF Basics", "title: Mine"), encoding="utf-8"
    )
    assert "Mine" in preview("rlhf-basics.yaml").output
    assert "Mine" not in preview("rlhf-basics").output


def test_a_lesson_that_builds_on_one_that_builds_on_it_is_shown_all_the_same(here: Path):
    own = here / "base-rates.yaml"
    text = (CURATED_CONTENT / "statistics" / "base-rates.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace("sections:", "requires:\n  - rlhf-basics\nsections:", 1), encoding="utf-8")
    result = preview("base-rates.yaml")
    assert result.exit_code == 0
    assert "Base Rates" in result.output


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("rlhf-basic", "There is no lesson “rlhf-basic” in the library. Did you mean rlhf-basics?"),
        ("missing.yaml", "missing.yaml:1:1: There is no such file or folder; check the path."),
        ("./", "is a folder; name a lesson's file, ending in .yaml, or a slug."),
        ("./notes.txt", "Lesson files end in .yaml"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--browser", "--no-open"]])
def test_what_is_no_lesson_is_said_in_a_sentence(here: Path, name: str, told: str, more: list[str]):
    (here / "notes.txt").write_text("notes", encoding="utf-8")
    result = preview(name, *more)
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_malformed_file_gives_the_checkers_problems(here: Path):
    (here / "soil.yaml").write_text("title: Soil\ntitle: Again\n", encoding="utf-8")
    result = preview("soil.yaml")
    assert result.exit_code == 1
    assert "soil.yaml:2:1: title: " in result.output
    checked = CliRunner().invoke(app, ["lessons", "check", "soil.yaml"]).output
    assert set(result.output.splitlines()) <= set(checked.splitlines())


@pytest.mark.parametrize(
    ("content", "shown", "hidden"),
    [
        ("one\ntwo", "one\n", "one two"),
        ("-# small\nlarge", "small", "-#"),
        ("```py\n-# code __x__ ||y||\n```", "-# code __x__ ||y||", "▒"),
        ("a ||secret|| and __under__ it", "▒secret▒ and under it", "||"),
        ("## Title\nText", "Title", "#"),
        ("[red]no markup[/red]", "[red]no markup[/red]", "\x1b"),
    ],
)
def test_what_discord_draws_otherwise_than_common_markdown_is_drawn_so(content: str, shown: str, hidden: str):
    from rich.console import Console

    console = Console(width=60, force_terminal=False, no_color=True)
    with console.capture() as captured:
        draw(console, [{"type": 17, "components": [{"type": 10, "content": content}]}])
    text = "\n".join(line.strip("│╭╮╰╯─ ") for line in captured.get().splitlines()) + "\n"
    assert shown in text
    assert hidden not in text


async def test_in_the_browser_a_file_outside_the_library_stands_in_the_lessons_room(here: Path):
    own = here / "own-lesson.yaml"
    text = RLHF.read_text(encoding="utf-8").replace("title: RLHF Basics", "title: A Lesson of Mine")
    own.write_text(text.replace("id: rlhf-", "id: own-"), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "lessons", "preview", "own-lesson.yaml", "--browser", "--no-open", "--port", "0"),
        cwd=here,
        env=os.environ | {"TMPDIR": str(here)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        said = (await asyncio.wait_for(process.stdout.readuntil(b"Ctrl-C stops it.\n"), PATIENCE)).decode()
        found = re.search(r"“A Lesson of Mine” is at (http://127\.0\.0\.1:\d+/\?key=\S+)#lessons/ada", said)
        assert found, said
        page = await asyncio.to_thread(
            urllib.request.urlopen, found[1].replace("/?", "/events?"), timeout=PATIENCE
        )
        with page:
            news = await asyncio.to_thread(page.readline)
        assert b'"lessons": {"ada": "' in news
        process.terminate()
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert (process.returncode, out, err) == (0, b"", b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert [path.name for path in here.iterdir()] == ["own-lesson.yaml"]
