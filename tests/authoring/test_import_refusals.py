"""`rung lessons import`: what is refused, and how it is said; how a format is told, and what ids are made."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.authoring.drafts import Kind
from bot.authoring.importing import About, Imported, imported, kind_of


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bring(file: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["lessons", "import", file, *words])


def read(text: str, kind: Kind | None = None) -> Imported:
    return imported(text.encode(), "rivers.txt", About(Path("rivers.yaml"), "Rivers", 1100), kind)


def sentences(result: Imported) -> str:
    return "\n".join(f"{remark.line}: {remark.sentence}" for remark in result.remarks)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Which? {=a ~b ~c ~d ~e ~f}", "1: This question was left out: it has 6 options and from 2 to 5 fit"),
        ("Which? {=a}{~", "typed answer"),
        ("Which? {~a ~b}", "none of its answers is right; mark one with =."),
        (
            "Which? {=a=b ~c}",
            "2 of its answers are right; a question here has exactly one; write \\= for an equals sign",
        ),
        ("Which? {=a ~A}", "two of its options say the same; change one."),
        ("Which? {=a ~}", "it has 1 option and from 2 to 5 fit"),
        ("Which? {=a ~ #nothing}", "one of its options is empty; write or remove it."),
        ("{=a ~b}", "it asks nothing; write what is asked."),
        (f"{'Why ' * 150}? {{=a ~b}}", "its text has 601 characters and at most 400 fit; shorten it."),
        (f"Which? {{=a ~{'b' * 201}}}", "an option has 201 characters and at most 200 fit; shorten it."),
        (
            f"Which? {{=a ~b#{'b' * 401}}}",
            "1: A feedback was dropped: it has 401 characters and at most 400 fit.",
        ),
        (
            "\n\n[markdown]Which ```?{=a ~b}",
            "3: This question was left out: a code block in it is opened and never",
        ),
        ("} Which {", "its braces do not match"),
        (
            "::One:: What? {=a ~b}\n::Two:: And then? {=a ~b}",
            "it has answers between { and } twice; put a blank line between two questions",
        ),
    ],
)
def test_a_question_that_does_not_fit_is_said_to_why_and_what_to_do(text: str, told: str):
    assert told in sentences(read(text, Kind.GIFT))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("question,a,b\nWhich?,x,y", "1: The first row must name the columns, and correct cannot be found"),
        ("question,a,b,b,correct\n", "1: Two columns are called b; rename or remove one."),
        ("question,a,b,correct\nWhich?,b,a,A", "means several of its options"),
    ],
)
def test_a_table_that_leaves_something_open_is_refused(text: str, told: str):
    assert told in sentences(read(text, Kind.CSV))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"results": [\n{]}', "2: This is not JSON"),
        ("[" * 100_000, "1: This JSON cannot be read"),
        ('{"results": 5}', "1: There is no list “results” in this JSON"),
        (
            '{"response_code": 5, "results": []}',
            "There is no question in this file, read as Open Trivia Database.",
        ),
    ],
)
def test_json_of_another_kind_is_refused(text: str, told: str):
    assert told in sentences(read(text, Kind.OPENTDB))


def test_of_several_subjects_none_is_taken_for_the_lessons_category_unless_one_is_chosen():
    text = "$CATEGORY: Rivers\n\nWhich? {=a ~b}\n\n$CATEGORY: Lakes\n\nWhat? {=a ~b}"
    assert (
        "1: None of the file's subjects (Rivers, Lakes) became the lesson's category; choose one with --category."
        in sentences(read(text, Kind.GIFT))
    )
    about = About(Path("rivers.yaml"), "Rivers", 1100, "Lakes")
    assert not imported(text.encode(), "rivers.txt", about, Kind.GIFT).remarks


def test_a_lesson_takes_forty_questions_and_the_rest_is_named():
    text = "\n\n".join(f"Question number {n}? {{=a ~b}}" for n in range(42))
    result = read(text)
    assert result.questions == 40
    assert sentences(result).count("a lesson has room for 40; import it into a second lesson") == 2


def test_questions_that_begin_alike_get_ids_of_their_own():
    result = read("\n\n".join(f"Which of these is it {sign}? {{=a ~b}}" for sign in "!?"))
    assert "id: rivers-these\n" in result.lesson
    assert "id: rivers-these-2\n" in result.lesson


def test_questions_in_other_scripts_get_ids_too():
    result = read("Какая река самая длинная? {=Нил ~Рейн}")
    assert "- id: rivers-" in result.lesson
    assert result.questions == 1


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.gift", "", Kind.GIFT),
        ("a.CSV", "", Kind.CSV),
        ("a.tsv", "", Kind.CSV),
        ("a.json", "", Kind.OPENTDB),
        ("a.txt", '{"results": []}', Kind.OPENTDB),
        ("a.txt", "Question\tA\tB\tCorrect\n", Kind.CSV),
        ("a.txt", "Which?\nA) x\nB) y\nANSWER: A", Kind.AIKEN),
        ("a.txt", "Which? {=x ~y}", Kind.GIFT),
        ("a.txt", "Dear Ada, how are you?", None),
    ],
)
def test_the_format_is_told_by_the_name_or_else_by_the_content(name: str, text: str, kind: Kind | None):
    assert kind_of(name, text) == kind


def test_a_format_that_cannot_be_told_is_asked_for(here: Path):
    (here / "letter.txt").write_text("Dear Ada", encoding="utf-8")
    result = bring("letter.txt")
    assert result.exit_code == 1
    assert (
        "letter.txt:1: The format of this file cannot be told; name it with --from gift|aiken"
        in result.output
    )
    assert "nothing was written" in result.output
    assert bring("letter.txt", "--from", "aiken").exit_code == 1
    assert sorted(path.name for path in here.iterdir()) == ["letter.txt"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["missing.gift"], "missing.gift cannot be read (No such file or directory); check the path."),
        (["."], "cannot be read"),
        (["a.gift", "--slug", "No Slug"], "is not a slug"),
        (["a.gift", "--rating", "5"], "A rating lies from 100 to 3500"),
        (["a.gift", "--category", "x" * 41], "The category is one line of at most 40 characters"),
        (["a.gift", "--folder", "no/where"], "cannot be written (No such file or directory)"),
    ],
)
def test_what_cannot_be_read_or_written_is_one_sentence(here: Path, words: list[str], told: str):
    (here / "a.gift").write_text("Which? {=a ~b}", encoding="utf-8")
    result = bring(words[0], *words[1:], *([] if "--slug" in words else ["--slug", "rivers"]))
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output
    assert not list(here.rglob("*.yaml"))


def test_a_lesson_that_is_there_is_never_written_over(here: Path):
    (here / "rivers.gift").write_text("Which? {=a ~b}", encoding="utf-8")
    (here / "rivers.yaml").write_text("mine", encoding="utf-8")
    result = bring("rivers.gift")
    assert result.exit_code == 1
    assert "rivers.yaml exists already" in result.output
    assert (here / "rivers.yaml").read_text(encoding="utf-8") == "mine"


def test_bytes_that_are_no_text_and_files_beyond_measure_are_refused(here: Path):
    (here / "a.gift").write_bytes(b"Which?\n\xff{=a ~b}")
    (here / "b.gift").write_bytes(b"x" * (2 * 1024 * 1024 + 1))
    assert (
        "a.gift:2: Byte 8 of the file is not UTF-8; save it in the encoding UTF-8." in bring("a.gift").output
    )
    assert "b.gift:1: The file is larger than 2 MiB; split it." in bring("b.gift").output
