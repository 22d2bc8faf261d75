"""Every way to get a lesson file wrong is refused with its line, its column, its key and a sentence."""

import time
from pathlib import Path

import pytest

from lessons.loading import check_texts

EXAMPLE = """\
title: Soil
summary: What soil is made of.
category: Gardening
minutes: 4
rating: 900
sections:
  - id: why
    title: Why it matters
    text: |
      Plants drink from it.
  - id: parts
    title: Its parts
    text: Sand, silt and clay.
key_idea: Soil is alive.
questions:
  - id: soil-finest
    stem: What is finest?
    options:
      - text: Clay
        correct: true
      - text: Sand
        repairs: parts
    explanation: Clay is the finest.
"""

CASES = [
    pytest.param(
        "title: Soil",
        'title: "Soil',
        [
            "1:8: title: This is not YAML (found unexpected end of stream, while scanning a quoted scalar); a quote is opened and never closed.",
        ],
        id="an unclosed quote",
    ),
    pytest.param(
        "title: Soil",
        "title: Soil: basics",
        [
            "1:12: This is not YAML (mapping values are not allowed in this context); put quotes around a text that holds a colon.",
        ],
        id="a colon in a text",
    ),
    pytest.param(
        "    title: Why",
        "\ttitle: Why",
        [
            "8:1: sections[1].id: This is not YAML (found a tab character that violates indentation, while scanning a plain scalar); indent with spaces, not tabs.",
        ],
        id="a tab",
    ),
    pytest.param(
        "  - id: parts",
        " - id: parts",
        [
            "11:2: This is not YAML (did not find expected key, while parsing a block mapping); check the indent of this line, and the quotes before it.",
        ],
        id="a lost indent",
    ),
    pytest.param(
        "    stem: What",
        "   stem: What",
        [
            "17:4: questions[2]: This is not YAML (did not find expected '-' indicator, while parsing a block collection); check that the dashes of a list stand under each other.",
        ],
        id="a misplaced key",
    ),
    pytest.param(
        "title: Soil",
        "title: [Soil",
        [
            "1:8: title[2]: This is not YAML (did not find expected ',' or ']', while parsing a flow sequence); a [ or { is opened and never closed; put quotes around a text that begins with one.",
        ],
        id="an unclosed bracket",
    ),
    pytest.param(
        "title: Soil",
        'title: "\\Soil"',
        [
            "1:9: title: This is not YAML (found unknown escape character, while parsing a quoted scalar); write \\\\ for a backslash inside \"…\", or use '…' instead.",
        ],
        id="a bad escape",
    ),
    pytest.param(
        "title: Soil",
        "title: @Soil",
        [
            "1:8: title: This is not YAML (found character that cannot start any token, while scanning for the next token); indent with spaces, not tabs, and put quotes around a text that begins with a special sign.",
        ],
        id="a leading at sign",
    ),
    pytest.param(
        "title: Soil",
        "title: %Soil",
        [
            "1:8: title: This is not YAML (found character that cannot start any token, while scanning for the next token); indent with spaces, not tabs, and put quotes around a text that begins with a special sign.",
        ],
        id="a leading percent sign",
    ),
    pytest.param(
        "minutes: 4",
        "minutes 4",
        [
            "5:1: This is not YAML (could not find expected ':', while scanning a simple key); a key needs a colon and a space after it; a text over several lines needs | and an indent.",
        ],
        id="a forgotten colon",
    ),
    pytest.param(
        "title: Soil",
        "title: **Soil**",
        [
            "1:9: title: This is not YAML (did not find expected alphabetic or numeric character, while scanning an alias); put quotes around a text that begins with & or *.",
        ],
        id="a leading asterisk",
    ),
    pytest.param(
        "summary: What",
        "sumary: What",
        [
            "2:1: sumary: “sumary” is not a key of a lesson file; did you mean “summary”?",
        ],
        id="an unknown key",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\nzebra: 4",
        [
            "5:1: zebra: “zebra” is not a key of a lesson file; the keys here are title, summary, category, minutes, rating, requires, sections, key_idea, sources, questions, allow.",
        ],
        id="a strange key",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\n[a]: 4",
        [
            "5:1: A key is a plain word; put quotes around a text that begins with a bracket.",
        ],
        id="a key that is not a word",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\n: 4",
        [
            "5:1: This is not YAML (did not find expected key, while parsing a block mapping); check the indent of this line, and the quotes before it.",
        ],
        id="no key at all",
    ),
    pytest.param(
        "        correct",
        "        corect",
        [
            "19:7: questions[1].options: No option is correct; write “correct: true” at exactly one.",
            "20:9: questions[1].options[1].corect: “corect” is not a key of a lesson file; did you mean “correct”?",
        ],
        id="an unknown key of an option",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\ntitle: Earth",
        [
            "5:1: title: This key is already on line 1; keep one of the two.",
        ],
        id="a duplicate key",
    ),
    pytest.param(
        "    title: Its parts",
        "    title: Its parts\n    title: Parts",
        [
            "13:5: sections[2].title: This key is already on line 12; keep one of the two.",
        ],
        id="a duplicate key in a section",
    ),
    pytest.param(
        "title: Soil",
        "title: &soil Soil",
        [
            "1:8: title: Anchors such as &soil are not used in lessons; remove it, or put quotes around the text.",
        ],
        id="an anchor",
    ),
    pytest.param(
        "key_idea: Soil is alive.",
        "key_idea: *idea",
        [
            "14:11: key_idea: Aliases such as *idea are not used in lessons; repeat it.",
        ],
        id="an alias",
    ),
    pytest.param(
        "title: Soil",
        "title: !!str Soil",
        [
            "1:8: title: Tags (words that begin with !) are not used in lessons; remove it, or put quotes around the text.",
        ],
        id="a tag",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\n<<: {rating: 5}",
        [
            "5:1: <<: Merge keys are not used in lessons; write the keys out.",
        ],
        id="a merge key",
    ),
    pytest.param(
        "questions:",
        "---\nquestions:",
        [
            "15:1: A second document starts here; keep one lesson in a file, and remove the line ---.",
        ],
        id="a second document",
    ),
    pytest.param(
        "title: Soil",
        "title: [[[[[[[[[[Soil]]]]]]]]]]",
        [
            "1:15: title[1][1][1][1][1][1][1]: This is nested more deeply than a lesson ever is; check the indent.",
        ],
        id="deep nesting",
    ),
    pytest.param(
        "text: Sand\n",
        "text: yes\n",
        [
            "21:15: questions[1].options[2].text: YAML reads yes as true or false, and a text is meant; put quotes around it.",
        ],
        id="yes",
    ),
    pytest.param(
        "text: Sand\n",
        "text: no\n",
        [
            "21:15: questions[1].options[2].text: YAML reads no as true or false, and a text is meant; put quotes around it.",
        ],
        id="no",
    ),
    pytest.param(
        "text: Sand\n",
        "text: 1.0\n",
        [
            "21:15: questions[1].options[2].text: YAML reads 1.0 as a number, and a text is meant; put quotes around it.",
        ],
        id="a decimal",
    ),
    pytest.param(
        "text: Sand\n",
        "text: 1e3\n",
        [
            "21:15: questions[1].options[2].text: YAML reads 1e3 as a number, and a text is meant; put quotes around it.",
        ],
        id="a power",
    ),
    pytest.param(
        "text: Sand\n",
        "text: 12:30\n",
        [
            "21:15: questions[1].options[2].text: YAML reads 12:30 as a number, and a text is meant; put quotes around it.",
        ],
        id="a time",
    ),
    pytest.param(
        "text: Sand\n",
        "text: 42\n",
        [
            "21:15: questions[1].options[2].text: YAML reads 42 as a number, and a text is meant; put quotes around it.",
        ],
        id="a whole number",
    ),
    pytest.param(
        "text: Sand\n",
        "text: 2024-01-31\n",
        [
            "21:15: questions[1].options[2].text: YAML reads 2024-01-31 as a date, and a text is meant; put quotes around it.",
        ],
        id="a date",
    ),
    pytest.param(
        "text: Sand\n",
        "text: null\n",
        [
            "21:15: questions[1].options[2].text: YAML reads null as nothing, and a text is meant; put quotes around it.",
        ],
        id="null",
    ),
    pytest.param(
        "summary: What soil is made of.",
        "summary:",
        [
            "2:9: summary: There is nothing here; write a text, or remove the key if it is optional.",
        ],
        id="nothing",
    ),
    pytest.param(
        "summary: What soil is made of.",
        'summary: " "',
        [
            "2:10: summary: This is empty; write something, or remove the key if it is optional.",
        ],
        id="an empty text",
    ),
    pytest.param(
        "summary: What soil is made of.",
        'summary: "\\u200b"',
        [
            "2:10: summary: This is empty; write something, or remove the key if it is optional.",
        ],
        id="an invisible text",
    ),
    pytest.param(
        "key_idea: Soil",
        "key_idea:\n  - Soil",
        [
            "15:3: key_idea: A text belongs here, not a list; put quotes around a text that begins with a dash or a bracket.",
        ],
        id="a list",
    ),
    pytest.param(
        "key_idea: Soil is alive.",
        "key_idea: {soil: alive}",
        [
            "14:11: key_idea: A text belongs here, not keys and values; put quotes around a text that holds a colon.",
        ],
        id="keys",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: four",
        [
            "4:10: minutes: A whole number belongs here, not a text; write digits without quotes, such as 6.",
        ],
        id="a text for a number",
    ),
    pytest.param(
        "minutes: 4",
        'minutes: "4"',
        [
            "4:10: minutes: A whole number belongs here, not a text; write digits without quotes, such as 6.",
        ],
        id="a quoted number",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4.5",
        [
            "4:10: minutes: A whole number belongs here, not 4.5; write digits without quotes, such as 6.",
        ],
        id="a decimal for a number",
    ),
    pytest.param(
        "correct: true",
        "correct: yes",
        [
            "20:18: questions[1].options[1].correct: Either true or false belongs here, not yes; write one of them without quotes.",
        ],
        id="a yes for true",
    ),
    pytest.param(
        "correct: true",
        'correct: "true"',
        [
            "20:18: questions[1].options[1].correct: Either true or false belongs here, not a text; write one of them without quotes.",
        ],
        id="a quoted true",
    ),
    pytest.param(
        "    options:\n      - text: Clay\n        correct: true\n      - text: Sand\n        repairs: parts\n",
        "    options: Clay\n",
        [
            "18:14: questions[1].options: A list belongs here, not a text; begin each item with a dash and a space.",
        ],
        id="a text for a list",
    ),
    pytest.param(
        "  - id: parts\n    title: Its parts\n    text: Sand, silt and clay.\n",
        "  - parts\n",
        [
            "11:5: sections[2]: Keys and values belong here, not a text; the keys are id, title, text.",
        ],
        id="a text for a section",
    ),
    pytest.param(
        "sections:\n",
        "requires: rock\nsections:\n",
        [
            "6:11: requires: A list belongs here, not a text; begin each item with a dash and a space.",
        ],
        id="a text for the requirements",
    ),
    pytest.param(
        "sections:\n",
        "requires: [Good Rock]\nsections:\n",
        [
            "6:12: requires[1]: There is no lesson “Good Rock” in the library; write the name of its file, without .yaml, or remove it.",
            "6:12: requires[1]: “Good Rock” is not an id; use lower-case letters and digits, with single hyphens between.",
        ],
        id="a title for a requirement",
    ),
    pytest.param(
        "sections:\n",
        "requires: [soil]\nsections:\n",
        [
            "6:12: requires[1]: A lesson cannot build on itself; remove this line.",
        ],
        id="a lesson that builds on itself",
    ),
    pytest.param(
        "key_idea: Soil is alive.\n",
        "key_idea: Soil is alive.\nsources:\n  - |\n    A book\n    and another\n",
        [
            "16:5: sources[1]: This has several lines and only one fits; join them.",
        ],
        id="two sources in one",
    ),
    pytest.param(
        "key_idea: Soil is alive.\n",
        "",
        [
            "1:1: key_idea: This key is missing; add it and its value.",
        ],
        id="a missing key",
    ),
    pytest.param(
        "    explanation: Clay is the finest.\n",
        "",
        [
            "16:5: questions[1].explanation: This key is missing; add it and its value.",
        ],
        id="a missing key of a question",
    ),
    pytest.param(
        "        correct: true\n",
        "",
        [
            "19:7: questions[1].options: No option is correct; write “correct: true” at exactly one.",
        ],
        id="no correct option",
    ),
    pytest.param(
        "        repairs: parts\n",
        "        correct: true\n",
        [
            "22:18: questions[1].options[2].correct: A second option is correct, after line 20; mark exactly one.",
        ],
        id="two correct options",
    ),
    pytest.param(
        "      - text: Sand\n        repairs: parts\n",
        "",
        [
            "19:7: questions[1].options: Too few items (1) are here; the fewest is 2.",
        ],
        id="one option",
    ),
    pytest.param(
        "      - text: Sand\n",
        "      - text: a\n      - text: b\n      - text: c\n      - text: d\n      - text: Sand\n",
        [
            "19:7: questions[1].options: Too many items are here; the most is 5.",
        ],
        id="six options",
    ),
    pytest.param(
        "text: Sand\n",
        'text: "  clay "\n',
        [
            "21:15: questions[1].options[2].text: “clay” is already questions[1].options[1].text on line 19; change one of the two.",
        ],
        id="a repeated option",
    ),
    pytest.param(
        "  - id: parts\n    title",
        "  - title",
        [
            "11:5: sections[2].id: This key is missing; add it and its value.",
        ],
        id="a missing id",
    ),
    pytest.param(
        "id: soil-finest",
        "id: Soil_Finest",
        [
            "16:9: questions[1].id: “Soil_Finest” is not an id; use lower-case letters and digits, with single hyphens between.",
        ],
        id="an ill-formed id",
    ),
    pytest.param(
        "id: parts",
        "id: 7",
        [
            "11:9: sections[2].id: YAML reads 7 as a number, and a text is meant; put quotes around it.",
        ],
        id="an id in capitals with a number",
    ),
    pytest.param(
        "id: parts",
        "id: why",
        [
            "11:9: sections[2].id: “why” is already sections[1].id on line 7; change one of the two.",
            "22:18: questions[1].options[2].repairs: No section of this lesson has the id “parts”; the sections are why.",
        ],
        id="a repeated section id",
    ),
    pytest.param(
        "repairs: parts",
        "repairs: part",
        [
            "22:18: questions[1].options[2].repairs: No section of this lesson has the id “part”; did you mean “parts”?",
        ],
        id="an unknown section",
    ),
    pytest.param(
        "repairs: parts",
        "repairs: zebra",
        [
            "22:18: questions[1].options[2].repairs: No section of this lesson has the id “zebra”; the sections are why, parts.",
        ],
        id="an altogether unknown section",
    ),
    pytest.param(
        "rating: 900",
        "rating: 99",
        [
            "5:9: rating: 99 is too low; the lowest is 100.",
        ],
        id="a rating too low",
    ),
    pytest.param(
        "rating: 900",
        "rating: 3501",
        [
            "5:9: rating: 3501 is too high; the highest is 3500.",
        ],
        id="a rating too high",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 0",
        [
            "4:10: minutes: 0 is too low; the lowest is 1.",
        ],
        id="no minutes",
    ),
    pytest.param(
        "title: Soil",
        "title: " + "\N{SEEDLING}" * 41,
        [
            "1:8: title: This has 82 characters, an emoji counting as two, and at most 80 fit; shorten it.",
        ],
        id="a title of emoji that Discord counts twice",
    ),
    pytest.param(
        "title: Soil",
        "title: SSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSSS",
        [
            "1:8: title: This has 81 characters and at most 80 fit; shorten it.",
        ],
        id="a long title",
    ),
    pytest.param(
        "title: Soil",
        "title: |\n  So\n  il",
        [
            "1:8: title: This has several lines and only one fits; join them.",
        ],
        id="a title of two lines",
    ),
    pytest.param(
        "      Plants drink",
        "      ```py\n      Plants drink",
        [
            "9:11: sections[1].text: A code block is opened and never closed; close it with ```.",
        ],
        id="an open code block",
    ),
    pytest.param(
        "Plants",
        "Pla\x07nts",
        [
            "10:10: There is an invisible control character U+0007; remove it.",
        ],
        id="a control character",
    ),
    pytest.param(
        "title: Soil",
        'title: "So\\u0007il"',
        [
            "1:8: title: The text spells an invisible control character U+0007; remove it.",
        ],
        id="a spelled control character",
    ),
    pytest.param(
        "minutes: 4",
        'minutes: 4\n"a\\0": 4',
        [
            "5:1: a: This key spells an invisible control character; remove it.",
        ],
        id="a control character in a key",
    ),
    pytest.param(
        "title: Soil",
        "title: Soil #1",
        [
            "1:12: title: The sign # ends this text; put quotes around the text, or give the comment a line of its own.",
        ],
        id="a comment that eats a text",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\n*a : 4",
        [
            "5:1: Aliases such as *a are not used in lessons; repeat it.",
        ],
        id="an alias as a key",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\n? - a\n: 4",
        [
            "5:3: A key is a plain word; put quotes around a text that begins with a bracket.",
        ],
        id="an explicit key list",
    ),
    pytest.param(
        "title: Soil",
        "%YAML 3.0\n---\ntitle: Soil",
        [
            "1:1: This is not YAML (found incompatible YAML document); check the indent and the quotes.",
        ],
        id="directives of another YAML",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: " + "9" * 5000,
        [
            "4:10: minutes: A whole number belongs here, not 999999999999999999999999999999999999999…; write digits without quotes, such as 6.",
        ],
        id="a very long number",
    ),
    pytest.param(
        "    explanation: Clay is the finest.\n",
        "    explanation: Clay.\n  - id: soil-finest\n    stem: Finest?\n    options: [{text: a}, {text: b, correct: true}]\n    explanation: So.\n",
        [
            "24:9: questions[2].id: “soil-finest” is already questions[1].id on line 16; change one of the two.",
        ],
        id="a repeated question",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\nallow: {minute: We read slowly.}",
        [
            "5:9: allow.minute: “minute” is no warning of the checker; did you mean “minutes”?",
        ],
        id="an unknown warning allowed",
    ),
    pytest.param(
        "minutes: 4",
        "minutes: 4\nallow: {overlap: They are alike.}",
        [
            "5:9: allow.overlap: “overlap” is allowed at the question it is about; move it there.",
        ],
        id="a question's warning allowed for the lesson",
    ),
    pytest.param(
        "    stem: What",
        "    allow: {minutes: We read slowly.}\n    stem: What",
        [
            "17:13: questions[1].allow.minutes: “minutes” is allowed at the top of the file; move it there.",
        ],
        id="a lesson's warning allowed for a question",
    ),
    pytest.param(
        "    stem: What",
        "    allow: {overlap: }\n    stem: What",
        [
            "17:22: questions[1].allow.overlap: There is nothing here; write a text, or remove the key if it is optional.",
        ],
        id="a warning allowed without a reason",
    ),
    pytest.param(
        "    stem: What",
        "    allow: {overlap: ''}\n    stem: What",
        [
            "17:22: questions[1].allow.overlap: This is empty; write something, or remove the key if it is optional.",
        ],
        id="a warning allowed for an empty reason",
    ),
    pytest.param(
        "    stem: What",
        "    allow: overlap\n    stem: What",
        [
            "17:12: questions[1].allow: Codes and reasons belong here, not a text; write a code, a colon and the reason.",
        ],
        id="a warning allowed as a text",
    ),
    pytest.param(
        "    stem: What",
        "    allow: {overlap: true}\n    stem: What",
        [
            "17:22: questions[1].allow.overlap: YAML reads true as true or false, and a text is meant; put quotes around it.",
        ],
        id="a warning allowed with a truth for a reason",
    ),
    pytest.param(
        "title: Soil\nsummary: What soil is made of.\ncategory: Gardening\nminutes: 4\nrating: 900\n",
        "titel: Soil\ncategory: yes\nminutes: 400\nrating: 50\n",
        [
            "1:1: summary: This key is missing; add it and its value.",
            "1:1: titel: “titel” is not a key of a lesson file; did you mean “title”?",
            "2:11: category: YAML reads yes as true or false, and a text is meant; put quotes around it.",
            "3:10: minutes: 400 is too high; the highest is 90.",
            "4:9: rating: 50 is too low; the lowest is 100.",
        ],
        id="several problems at once",
    ),
]


def refusals(text: str | bytes) -> list[str]:
    source = text.encode() if isinstance(text, str) else text
    checked = check_texts([(Path("soil.yaml"), source)], "curated")
    assert bool(checked.problems) != bool(checked.lessons)
    return [str(problem).removeprefix("soil.yaml:") for problem in checked.problems]


def test_the_example_is_a_lesson() -> None:
    assert refusals(EXAMPLE) == []


@pytest.mark.parametrize(("right", "wrong", "expected"), CASES)
def test_a_mistake_is_refused_where_it_stands(right: str, wrong: str, expected: list[str]) -> None:
    assert right in EXAMPLE
    assert refusals(EXAMPLE.replace(right, wrong, 1)) == expected


def test_there_are_at_least_sixty_broken_files_each_broken_in_its_own_way() -> None:
    broken = {EXAMPLE.replace(str(case.values[0]), str(case.values[1]), 1) for case in CASES}
    assert len(broken) == len(CASES) >= 60
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_duplicate_key_is_refused_with_its_line() -> None:
    text = EXAMPLE.replace("minutes: 4\n", "minutes: 4\nminutes: 5\n")
    assert refusals(text) == ["5:1: minutes: This key is already on line 4; keep one of the two."]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    assert refusals(text) == ["1:1: The file holds no lesson; write one or remove the file."]


@pytest.mark.parametrize("text", ["just words", "- a list", "---", "42", "null"])
def test_a_file_that_is_no_mapping_is_refused(text: str) -> None:
    (refusal,) = refusals(text)
    assert "Keys and values belong here" in refusal


def test_bytes_that_are_not_utf_8_are_refused_with_their_position() -> None:
    source = EXAMPLE.replace("title: Soil", "title: Söil").encode("latin-1")
    assert refusals(source) == ["1:9: Byte 9 of the file is not UTF-8; save the file in the encoding UTF-8."]


def test_a_column_counts_characters_and_not_bytes() -> None:
    source = EXAMPLE.replace("title: Soil", "title: Söü").encode() + b"\n# \xc3\xb6\xff"
    line = EXAMPLE.count("\n") + 2
    assert refusals(source)[0].startswith(f"{line}:4: Byte {len(source)} ")


def test_a_byte_order_mark_is_accepted_and_shifts_no_column() -> None:
    assert refusals(b"\xef\xbb\xbf" + EXAMPLE.encode()) == []
    (refusal,) = refusals(b"\xef\xbb\xbf" + EXAMPLE.replace("title: Soil", "title: &a Soil").encode())
    assert refusal.startswith("1:8: title: ")


def test_windows_line_ends_are_accepted() -> None:
    assert refusals(EXAMPLE.replace("\n", "\r\n")) == []


def test_utf_16_is_refused() -> None:
    assert "is not UTF-8" in refusals(EXAMPLE.encode("utf-16"))[0]


def test_a_file_over_256_kib_is_refused() -> None:
    (refusal,) = refusals(EXAMPLE + "#" * 256 * 1024)
    assert refusal == "1:1: The file is larger than 256 KiB; split it into several lessons."


def test_a_hundred_problems_are_shown_and_the_rest_is_said_to_exist() -> None:
    shown = refusals(EXAMPLE + "".join(f"key-{number}: 1\n" for number in range(5000)))
    assert len(shown) == 101
    assert "There are more problems" in "".join(shown)


def test_a_comment_on_its_own_line_or_behind_quotes_is_welcome() -> None:
    text = EXAMPLE.replace("title: Soil\n", "# A comment\ntitle: 'Soil' # another\n")
    assert refusals(text.replace("minutes: 4", "minutes: 4  # or five")) == []


@pytest.mark.parametrize(
    "sign", ["[", "{a: ", "- ", "? ", "a: b: ", "- - a\n", "a:\n", "*a ", "&a ", "[*a, "]
)
@pytest.mark.parametrize("start", ["", "title: ", "questions:\n- options:\n", "a: &a [x]\nb: ["])
def test_endless_nesting_and_repetition_do_no_harm(start: str, sign: str) -> None:
    started = time.process_time()
    assert refusals((start + sign * 200_000)[: 256 * 1024])
    assert time.process_time() - started < 10


def test_an_alias_bomb_is_refused_where_it_begins() -> None:
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    refused = refusals("\n".join(lines))
    assert refused[0].startswith("1:5: a0: Anchors such as &a0")
    assert len(refused) == 101
