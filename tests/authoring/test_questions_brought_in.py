"""`rung lessons import`: what comes along from other programs' files, and what is said of the rest."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.authoring.importing import About, imported
from lessons.loading import check
from lessons.model import Lesson, Question

FOREIGN = Path(__file__).with_name("foreign")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def bring(file: str | Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["lessons", "import", str(file), *words])


def brought(name: str, *words: str) -> tuple[Lesson, list[str]]:
    """The lesson that a sample becomes, and what was said of it."""
    result = bring(FOREIGN / name, "--slug", "rivers", *words)
    assert result.exit_code == 0, result.output
    checked = check([Path("rivers.yaml")])
    assert not checked.problems
    said = [line.removeprefix(f"{FOREIGN / name}:") for line in result.output.splitlines()]
    return checked.lessons[0], said


def asked(lesson: Lesson, id: str) -> Question:
    question = lesson.question(id)
    assert question, [one.id for one in lesson.questions]
    return question


def test_of_a_gift_file_every_question_with_one_right_option_comes_along():
    lesson, said = brought("every-kind.gift")
    assert [question.id for question in lesson.questions] == [
        "rivers-delta",
        "rivers-source",
        "rivers-speed",
        "rivers-rivers-carry-sea",
        "rivers-flows-uphill",
        "rivers-escaped-these-set-mathematics-1-2",
        "rivers-wrote-snake-case-names-stars",
    ]
    speed = asked(lesson, "rivers-speed")
    assert speed.stem == "Where in a straight channel does water flow fastest?"
    assert [option.text for option in speed.options][speed.key] == "Near the middle, just below the surface"
    assert speed.options[2].feedback == "The bed holds it back most of all."
    assert speed.explanation == "Speed is highest where friction is least."
    assert lesson.category == "Rivers"
    assert said[-4].startswith("rivers.yaml has 7 questions.")


def test_of_a_gift_file_everything_else_is_named_by_line_and_reason():
    _, said = brought("every-kind.gift")
    assert [line.partition("; ")[0] for line in said if line[0].isdigit()] == [
        "21: This question was left out: several of its answers are right in part",
        "28: Weights were dropped: here one answer is right and the others are wrong.",
        "30: This question was left out: it is a question with a typed answer",
        "32: This question was left out: it is a matching question",
        "38: This question was left out: it is a numerical question",
        "40: This question was left out: it is an essay",
        "42: This question was left out: it has no answers between { and }",
        "51: This question was left out: its braces do not match",
    ]


def test_true_and_false_become_two_options_and_their_feedback_goes_where_it_belongs():
    lesson, _ = brought("every-kind.gift")
    delta, source = asked(lesson, "rivers-delta"), asked(lesson, "rivers-source")
    assert [option.text for option in delta.options] == ["True", "False"]
    assert (delta.key, source.key) == (0, 1)
    assert delta.options[1].feedback == "It does: think of the Nile."
    assert delta.explanation == "The water slows and drops what it carries."


def test_signs_of_markdown_in_a_plain_text_are_drawn_as_they_are():
    lesson, _ = brought("every-kind.gift")
    stars = asked(lesson, "rivers-wrote-snake-case-names-stars")
    assert stars.stem == "Who wrote snake_case_names and \\*stars\\*?"
    assert asked(lesson, "rivers-rivers-carry-sea").stem == "Rivers carry \\_\\_\\_\\_\\_ to the sea."


def test_html_of_a_moodle_export_becomes_markdown_and_what_it_loses_is_said():
    lesson, said = brought("moodle-export.gift")
    acid = asked(lesson, "rivers-acid")
    assert acid.stem.replace("\xa0", " ") == "What does a **low** pH tell about a soil?"
    assert acid.options[0].text == "It is *acid*."
    assert acid.explanation == "pH counts hydrogen ions & runs backwards."
    assert asked(lesson, "rivers-lists").stem == "Which holds only numbers?\n\n- the first\n- the second"
    assert [option.text for option in asked(lesson, "rivers-lists").options] == ["List<int>", "List<str>"]
    assert asked(lesson, "rivers-code").stem == "Which line prints **one**\n\n    print(1)"
    assert "16: An image was dropped, which a lesson cannot hold; say in words what it shows." in said
    assert any(line.startswith("23: There is a formula in TeX") for line in said)
    assert lesson.category == "Default for Soil"


def test_an_aiken_file_from_windows_is_known_by_its_content():
    lesson, said = brought("windows.txt")
    first, second = lesson.questions
    assert first.stem == "What carries most of a river's sediment?"
    assert [option.text for option in first.options] == [
        "The bed load",
        "The suspended load",
        "The dissolved load",
    ]
    assert (first.key, second.key) == (1, 1)
    assert second.stem == "In which season does an alpine river\ncarry most water?"
    assert [line.partition("; ")[0] for line in said if line[0].isdigit()] == [
        "13: This question was left out: no line says ANSWER below it",
        "17: This question was left out: several answers are named as right",
        "22: This question was left out: its line 25 names none of its options",
        "27: This question was left out: the letter A stands before two options",
        "32: This question was left out: this line answers nothing",
        "33: This question was left out: no line says ANSWER below it",
    ]


def test_a_table_from_a_german_spreadsheet_comes_along():
    lesson, said = brought(
        "german-excel.csv", "--category", "Flüsse", "--title", "Flüsse", "--rating", "1300"
    )
    cologne, delta, count = lesson.questions
    assert (lesson.title, lesson.category, lesson.rating) == ("Flüsse", "Flüsse", 1300)
    assert cologne.id == "rivers-koeln"
    assert (cologne.key, cologne.explanation) == (1, "Der Rhein; er kommt aus den Alpen.")
    assert cologne.options[0].feedback == "Die Elbe fließt durch Dresden."
    assert delta.stem == 'Was heißt "Delta"?'
    assert [option.text for option in count.options] == ["1", "2", "3"]
    assert count.options[count.key].text == "2"
    assert "1: The column “Points” was dropped; a lesson has no place for it." in said
    assert [line.split(":")[0] for line in said if "left out" in line] == ["5", "6", "7"]


def test_a_quote_that_never_closes_ends_the_table_at_its_row():
    lesson, said = brought("open-quote.tsv")
    assert len(lesson.questions) == 1
    assert any(line.startswith("3: From here on the table cannot be read") for line in said)


def test_the_trivia_database_is_read_without_entities_and_is_given_its_due():
    lesson, said = brought("opentdb.json")
    cpu, init = lesson.questions
    assert cpu.stem == 'What does "CPU" stand for?'
    assert cpu.options[cpu.key].text == "Central Processing Unit"
    assert init.stem == "In Python, \\_\\_init\\_\\_ isn't a method & x < y."
    assert [option.text for option in init.options] == ["True", "False"]
    assert init.key == 1
    assert lesson.category == "Science: Computers"
    assert lesson.sources == ("Open Trivia Database, opentdb.com, CC BY-SA 4.0",)
    assert [line.split(":")[0] for line in said if "left out" in line] == ["20", "28", "29"]
    assert any(
        line.startswith("1: How difficult each question is (") and "set that by it" in line for line in said
    )


def test_the_right_answers_of_the_trivia_database_lie_now_here_now_there():
    results = [
        {"question": f"Number {n}?", "correct_answer": "yes", "incorrect_answers": ["no", "perhaps", "never"]}
        for n in range(40)
    ]
    text = json.dumps({"results": results})
    about = About(Path("rivers.yaml"), "Rivers", 1100)
    first, again = (imported(text.encode(), "rivers.json", about) for _ in range(2))
    assert first == again
    assert first.lesson.count('      - text: "yes"\n        correct: true\n      - text') > 20
    assert first.lesson.count('    options:\n      - text: "yes"') in range(4, 17)
