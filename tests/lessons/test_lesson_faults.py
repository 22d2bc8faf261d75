"""Faults of question writing are warned of where they stand, may be allowed with a reason, and are rarely imagined."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.chance import at_least, positions_chance
from lessons.checking import examine
from lessons.faults import OF_LESSONS, OF_QUESTIONS, Fault, Warned
from lessons.loading import CURATED_CONTENT, check_texts

SOUND = """\
title: Soil
summary: What soil is made of.
category: Gardening
minutes: 1
rating: 900
sections:
  - id: parts
    title: Its parts
    text: Sand, silt and clay differ in the size of their grains.
key_idea: Soil is alive.
questions:
  - id: soil-drains
    stem: After heavy rain one bed is dry within hours. What does it mostly consist of?
    options:
      - text: Coarse sand
        correct: true
      - text: Fine clay
        feedback: Its grains lie close together, and water stays.
        repairs: parts
      - text: Loose peat
        feedback: It soaks water up like a sponge.
        repairs: parts
    explanation: Between coarse grains the gaps are wide, and water runs through.
"""


def warned(text: str, name: str = "soil.yaml", folder: Path | None = None) -> list[Warned]:
    path = (folder or Path()) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    examined = examine([path])
    assert examined.problems == ()
    return list(examined.warnings)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(text: str) -> list[str]:
    return [f"{one.line}: {one.key}: {one.fault}" for one in warned(text)]


def test_a_sound_lesson_has_no_faults() -> None:
    assert told(SOUND) == []


FAULTS = [
    pytest.param(
        "Coarse sand",
        "Coarse sand, between whose grains there are wide gaps",
        "15: questions[1].options[1].text: longest-key",
        id="a key that says more than the others",
    ),
    pytest.param(
        "Coarse sand",
        "Rain that is heavy",
        "15: questions[1].options[1].text: stem-words",
        id="a key that repeats the stem",
    ),
    pytest.param(
        "stem: After heavy rain one bed is dry within hours. What does it mostly consist of?",
        "stem: The bed that is dry soonest after rain lies on an",
        "13: questions[1].stem: article",
        id="an article that fits no option",
    ),
    pytest.param(
        "stem: After heavy rain one bed is dry within hours. What does it mostly consist of?",
        "stem: What the bed that is dry soonest after rain lies on is an ____?",
        "13: questions[1].stem: article",
        id="an article before a blank",
    ),
    pytest.param(
        "Loose peat",
        "None of the above",
        "20: questions[1].options[3].text: all-of-these",
        id="none of the above",
    ),
    pytest.param(
        "Loose peat",
        "Both A and B",
        "20: questions[1].options[3].text: all-of-these",
        id="both of two others",
    ),
    pytest.param(
        "What does it mostly consist of?",
        "Which of these does it not consist of?",
        "13: questions[1].stem: negative-stem",
        id="a small not",
    ),
    pytest.param(
        "What does it mostly consist of?",
        "Which of these can't it be made of?",
        "13: questions[1].stem: negative-stem",
        id="a contracted not",
    ),
    pytest.param(
        "What does it mostly consist of?",
        "Which statement is false?",
        "13: questions[1].stem: negative-stem",
        id="a statement that is false",
    ),
    pytest.param(
        "Loose peat",
        "Fine clay with peat",
        "17: questions[1].options[2].text: overlap",
        id="an option within another",
    ),
    pytest.param(
        "Loose peat",
        "Fine, clay.",
        "20: questions[1].options[3].text: overlap",
        id="an option said twice",
    ),
    pytest.param(
        "Between coarse grains the gaps are wide, and water runs through.",
        "This is the right answer, see above.",
        "23: questions[1].explanation: explanation",
        id="an explanation that says nothing",
    ),
    pytest.param(
        "Between coarse grains the gaps are wide, and water runs through.",
        "Bacteria turn nitrogen into ammonia.",
        "23: questions[1].explanation: explanation",
        id="an explanation of something else",
    ),
    pytest.param(
        "        feedback: It soaks water up like a sponge.\n",
        "",
        "20: questions[1].options[3]: no-feedback",
        id="a wrong option without feedback",
    ),
    pytest.param("minutes: 1", "minutes: 2", "4: minutes: minutes", id="too many minutes"),
    pytest.param(
        "Sand, silt", "The NPK of sand, silt", "9: sections[1].text: abbreviation", id="an abbreviation"
    ),
    pytest.param(
        "Its grains lie close together",
        "Its CEC is high",
        "18: questions[1].options[2].feedback: abbreviation",
        id="an abbreviation in a feedback",
    ),
    pytest.param(
        "key_idea: Soil is alive.",
        'key_idea: "To be written: the one thing to remember."',
        "10: key_idea: to-be-written",
        id="a text left as it was begun",
    ),
    pytest.param(
        "Sand, silt and clay differ in the size of their grains.",
        "|\n      " + "Grains. " * 251,
        "9: sections[1].text: long-section",
        id="a section for no phone",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "expected"), FAULTS)
def test_a_fault_is_warned_of_where_it_stands(right: str, wrong: str, expected: str) -> None:
    assert right in SOUND
    found = told(SOUND.replace(right, wrong, 1))
    assert [one for one in found if not one.endswith(": minutes")] or found == [expected]
    assert expected in found


def asking(stem: str, *options: str) -> str:
    """The sound lesson with this stem and these options, of which the first is right."""
    text = SOUND.replace(
        "After heavy rain one bed is dry within hours. What does it mostly consist of?", stem
    )
    for before, after in zip(("Coarse sand", "Fine clay", "Loose peat"), options, strict=True):
        text = text.replace(f"text: {before}", f"text: {after}")
    return text


@pytest.mark.parametrize(
    ("stem", "options"),
    [
        ("What lets water through are the", ("coarse grains", "fine clay", "loose peat")),
        ("'Water is let through. What lets it through is:'", ("coarse sand", "roots of trees", "burrows")),
        ("What lets water through is a ____.", ("wide gap", "coarse grains", "loose fibres")),
        ("Water is let through. What are the reasons?", ("Sand and gravel", "The clay of the bed", "A tree")),
        ("What is the reason that it is dry?", ("A gap between grains", "The coarse fibres", "Two wells")),
    ],
)
def test_a_key_that_alone_is_one_or_several_as_the_stem_asks_is_warned_of(
    stem: str, options: tuple[str, str, str]
) -> None:
    assert told(asking(stem, *options)) == ["13: questions[1].stem: agreement"]
    turned = asking(stem, *options).replace(
        "    explanation", "    allow: {agreement: So be it.}\n    explanation"
    )
    assert told(turned) == []


@pytest.mark.parametrize(
    ("stem", "options"),
    [
        ("What lets water through are the", ("coarse grains", "fine clays", "loose peat")),
        ("After rain the dry beds are", ("full of grains", "green", "loose")),
        ("After rain the grains of the bed are", ("wet stones", "sinking", "gone in hours")),
        ("What is the reason?", ("Rain with wind", "Grains of sand", "Coarse fibres")),
        ("What is the reason?", ("A gap between grains", "The clay holds many drops", "Peat sinks")),
        ("What does sand have that clay is without?", ("A gap", "Grains", "Fibres")),
        ("Which letter stands for what a grain is?", ("A grain", "Stones", "Fibres")),
        ("Which class of sand is coarser than A?", ("Class B", "An upper class", "Grit")),
        ("What is printed for a `grain` that is `a`?", ("A grain", "'`Grains`'", "'`Fibres`'")),
        ("Sand of this sort is called an", ("MLS", "SQ soil", "8 mm sand")),
    ],
)
def test_grammar_that_does_not_give_the_key_away_is_let_pass(
    stem: str, options: tuple[str, str, str]
) -> None:
    assert [one for one in told(asking(stem, *options)) if one.endswith((": agreement", ": article"))] == []


SOUND_TOO = [
    ("What does it mostly consist of?", "Which of these does it **not** consist of?"),
    ("What does it mostly consist of?", "Which of these does it NOT consist of?"),
    ("What does it mostly consist of?", "Why does water not stay in it?"),
    ("What does it mostly consist of?", "What follows if it is not watered?"),
    ("What does it mostly consist of?", "What does this tell of beds that it has not reached?"),
    ("What does it mostly consist of?", "About which share of such beds is false?"),
    ("Coarse sand", "All sand is coarse"),
    ("Loose peat", "Peat as deep as can be"),
    ("Sand, silt", "The CEC (cation exchange capacity) of sand, silt"),
    ("Sand, silt", "The cation exchange capacity (**CEC**) of sand, silt"),
    ("Sand, silt", "The cation exchange capacity, or CEC, of sand, silt"),
    ("Sand, silt", "The DNA of `CEC`, of points ABC and of chapter XII, sand, silt"),
    ("Sand, silt", "It is NOT the same, sand, silt"),
    ("Loose peat", "'`clay = 2`'"),
]


@pytest.mark.parametrize(("right", "other"), SOUND_TOO)
def test_what_only_looks_like_a_fault_is_let_pass(right: str, other: str) -> None:
    assert right in SOUND
    assert told(SOUND.replace(right, other, 1)) == []


def question(number: int, key: int, *options: str) -> str:
    lines = "".join(
        f"      - text: {text}\n"
        + ("        correct: true\n" if place == key else "        feedback: Another soil is meant.\n")
        for place, text in enumerate(options)
    )
    return (
        f"  - id: bed-{number}\n    stem: Which soil is in bed {number}?\n    options:\n{lines}"
        "    explanation: Fine, firm, grey or soft, its bed is told by the grains.\n"
    )


def many(keys: list[int], *, longest: int = 0) -> str:
    """A lesson with the keys at these places, the first so many of which are a little longer than other options."""
    head = SOUND[: SOUND.index("  - id: soil-drains")]
    texts: list[str] = []
    for number, key in enumerate(keys):
        options = ["Fine clay", "Firm clay", "Grey loam", "Soft peat"]
        options[key] = f"{options[key]}{'ey' if number < longest else ''}"
        texts.append(question(number, key, *options))
    return head + "".join(texts)


def test_keys_that_are_nearly_all_the_longest_are_warned_of_though_none_is_by_much() -> None:
    keys = [0, 1, 2, 3, 0, 1]
    assert told(many(keys, longest=6)) == ["12: questions: longest-keys"]
    assert told(many(keys, longest=5)) == ["12: questions: longest-keys"]
    assert told(many(keys, longest=4)) == []


def test_a_library_is_warned_of_long_keys_that_no_file_alone_shows(folder: Path) -> None:
    for name in ("one", "two", "three", "four"):
        text = many([0, 1, 2, 3, 0, 1], longest=4).replace("bed-", f"{name}-").replace("Soil", name.title())
        (folder / "gardening").mkdir(exist_ok=True)
        (folder / "gardening" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (found,) = examine([folder]).warnings
    assert found.fault is Fault.LONGEST_KEYS
    assert "Over the library: in 16 of 24 questions the right option is the longest" in found.message
    assert "chance would make it 6" in found.message


@pytest.mark.parametrize(
    ("keys", "uneven"),
    [
        ([0] * 6, True),
        ([1, 1, 1, 1, 1, 2], True),
        ([0, 0, 0, 0, 1, 1, 1, 1], True),
        ([0, 1, 2, 3, 0, 1], False),
        ([0, 0, 0, 1, 2, 3], False),
        ([0, 0], False),
        ([0, 0, 0], False),
    ],
)
def test_keys_far_from_evenly_spread_are_warned_of_but_few_questions_prove_little(
    keys: list[int], uneven: bool
) -> None:
    assert (told(many(keys)) == ["12: questions: key-positions"]) == uneven


def test_absolute_words_in_several_wrong_options_alone_are_warned_of() -> None:
    one = SOUND.replace("Fine clay", "Always clay")
    both = one.replace("Loose peat", "Never sand")
    assert told(one) == []
    assert told(both) == ["15: questions[1].options: absolutes"]
    assert told(both.replace("Coarse sand", "Never clay")) == []


def test_a_warning_says_what_to_do_and_ends_with_its_code() -> None:
    (one,) = warned(SOUND.replace("minutes: 1", "minutes: 9"))
    assert str(one).startswith("soil.yaml:4:10: minutes: ")
    assert str(one).endswith("take about 1 minute at 180 a minute; write that. [minutes]")


def test_what_is_allowed_with_a_reason_is_not_warned_of() -> None:
    text = SOUND.replace("minutes: 1", "minutes: 9\nallow:\n  minutes: It has an exercise.")
    text = text.replace("        feedback: It soaks water up like a sponge.\n", "")
    assert [one.fault for one in warned(text)] == [Fault.NO_FEEDBACK]
    allowing = "    allow:\n      no-feedback: Peat is told of in the next lesson.\n    explanation: Between"
    assert told(text.replace("    explanation: Between", allowing)) == []


def test_an_abbreviation_may_be_allowed_at_the_one_question_that_needs_no_words_for_it() -> None:
    text = SOUND.replace("Fine clay", "Fine clay of high CEC").replace("Loose peat", "Peat of low CEC")
    assert told(text) == ["17: questions[1].options[2].text: abbreviation"]
    allowing = "    allow: {abbreviation: A gardener knows it.}\n    explanation: Between"
    assert told(text.replace("    explanation: Between", allowing)) == []
    assert told(text.replace("minutes: 1", "minutes: 1\nallow: {abbreviation: Known.}")) == []
    elsewhere = text.replace("Soil is alive.", "Soil has a CEC.").replace(
        "    explanation: Between", allowing
    )
    assert told(elsewhere) == ["10: key_idea: abbreviation"]


def test_what_is_still_to_be_written_is_counted_and_told_once() -> None:
    text = SOUND.replace("Soil is alive.", "'To be written: the one thing.'").replace(
        "text: Sand, silt", "text: '- To be written'"
    )
    (one,) = warned(
        text.replace("'- To be written' and clay differ in the size of their grains.", "To be written")
    )
    assert str(one).startswith(
        "soil.yaml:9:11: sections[1].text: This text is still “To be written”, and 1 more"
    )


def test_a_key_allowed_to_be_long_is_not_counted_among_the_longest() -> None:
    text = many([0, 1, 2, 3, 0, 1], longest=5)
    allowing = "    allow: {longest-key: A name is long.}\n    stem: Which soil is in bed 0?"
    assert told(text.replace("    stem: Which soil is in bed 0?", allowing)) == []


@pytest.mark.parametrize(
    ("place", "written", "message"),
    [
        ("minutes: 1", "minutes: 1\nallow: {minute: Slow.}", "did you mean “minutes”?"),
        (
            "minutes: 1",
            "minutes: 1\nallow: {zebra: Slow.}",
            "is no warning of the checker; the codes here are",
        ),
        ("minutes: 1", "minutes: 1\nallow: {overlap: Slow.}", "is allowed at the question it is about"),
        ("minutes: 1", "minutes: 1\nallow: {minutes: }", "There is nothing here"),
        ("minutes: 1", 'minutes: 1\nallow: {minutes: ""}', "This is empty"),
        ("minutes: 1", "minutes: 1\nallow: [minutes]", "Codes and reasons belong here, not a list"),
        ("    stem:", "    allow: {minutes: Slow.}\n    stem:", "is allowed at the top of the file"),
    ],
)
def test_allowing_what_is_no_warning_or_without_a_reason_is_refused(
    place: str, written: str, message: str
) -> None:
    checked = check_texts([(Path("soil.yaml"), SOUND.replace(place, written, 1).encode())], "curated")
    (problem,) = checked.problems
    assert message in problem.message


def test_every_fault_can_be_allowed_somewhere() -> None:
    assert {*OF_LESSONS, *OF_QUESTIONS} == set(Fault)
    # One abbreviation of a question may need no words, while those of the lesson do.
    assert OF_LESSONS.keys() & OF_QUESTIONS.keys() == {Fault.ABBREVIATION}


def test_what_ships_has_no_faults() -> None:
    assert [str(one) for one in examine([CURATED_CONTENT]).warnings] == []


@given(st.lists(st.integers(2, 5), min_size=1, max_size=8), st.integers(0, 8))
def test_the_chance_of_so_many_longest_keys_is_a_chance(options: list[int], hits: int) -> None:
    assert -1e-9 <= at_least(hits, options) <= at_least(max(hits - 1, 0), options) <= 1 + 1e-9
    assert at_least(0, options) == pytest.approx(1)


def test_the_chances_are_those_of_the_binomial_and_of_dice() -> None:
    assert at_least(5, [4] * 6) == pytest.approx(6 * 0.25**5 * 0.75 + 0.25**6)
    # All six keys at one place of four, whichever it is.
    assert positions_chance([2] * 6, [4] * 6) == pytest.approx(4 * 0.25**6)


@given(
    st.lists(
        st.integers(2, 5).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))), max_size=7
    )
)
def test_the_chance_of_key_positions_knows_no_order(questions: list[tuple[int, int]]) -> None:
    sizes, keys = [size for size, _ in questions], [key for _, key in questions]
    chance = positions_chance(keys, sizes)
    assert 0 < chance <= 1 + 1e-9
    assert positions_chance(keys[::-1], sizes[::-1]) == pytest.approx(chance)
