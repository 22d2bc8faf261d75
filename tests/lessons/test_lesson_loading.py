"""A library of files becomes a catalogue, or every problem of all of it."""

import os
from pathlib import Path

import pytest

from lessons.loading import MalformedLessons, Problem, check, check_texts, load

LESSON = """\
title: {title}
summary: A lesson.
category: {category}
minutes: 4
rating: 900
sections:
  - id: parts
    title: Its parts
    text: Sand, silt and clay.
key_idea: Soil is alive.
questions:
  - id: {question}
    stem: What is finest?
    options:
      - text: Clay
        correct: true
      - text: Sand
    explanation: Clay is the finest.
"""


def write(
    path: Path,
    title: str = "",
    category: str = "Gardening",
    question: str = "",
    requires: tuple[str, ...] = (),
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = LESSON.format(title=title or path.stem, category=category, question=question or f"{path.stem}-one")
    if requires:
        text = text.replace("sections:", f"requires: [{', '.join(requires)}]\nsections:")
    path.write_text(text, encoding="utf-8")
    return path


def refusals(*paths: Path, under: Path) -> list[str]:
    return [str(problem).removeprefix(f"{under}{os.sep}") for problem in check(paths).problems]


def test_a_library_becomes_a_catalogue(tmp_path: Path) -> None:
    write(tmp_path / "gardening" / "soil.yaml")
    write(tmp_path / "machine-learning" / "nets.yaml", category="Machine Learning")
    (tmp_path / "gardening" / "notes.txt").write_text("ignored")
    (tmp_path / "gardening" / ".hidden.yaml").write_text("ignored")
    catalogue = load([tmp_path], owner="42")
    assert [lesson.slug for lesson in catalogue.lessons] == ["soil", "nets"]
    assert catalogue.question("42:soil-one") is not None


def test_texts_lose_only_the_whitespace_around_them(tmp_path: Path) -> None:
    path = write(tmp_path / "soil.yaml")
    path.write_text(
        path.read_text().replace("text: Sand, silt and clay.", "text: |\n\n      A\n       b\n\n")
    )
    assert check([path]).lessons[0].sections[0].text == "A\n b"


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    for name in ("rock", "soil"):
        path = write(tmp_path / "gardening" / f"{name}.yaml")
        path.write_text(
            path.read_text().replace("minutes: 4", "minutes: 0").replace("rating: 900", "rating: 1")
        )
    with pytest.raises(MalformedLessons) as refused:
        load([tmp_path])
    assert [(problem.path.name, problem.line, problem.key) for problem in refused.value.problems] == [
        ("rock.yaml", 4, "minutes"),
        ("rock.yaml", 5, "rating"),
        ("soil.yaml", 4, "minutes"),
        ("soil.yaml", 5, "rating"),
    ]
    assert str(refused.value).startswith("The lessons have 4 problems:\n")
    assert f"{path}:4:10: minutes: 0 is too low; the lowest is 1." in str(refused.value)


def test_a_problem_prints_as_path_line_column_key_and_sentence() -> None:
    problem = Problem(Path("a.yaml"), 3, 7, "title", "This is empty.")
    assert str(problem) == "a.yaml:3:7: title: This is empty."
    assert (
        str(MalformedLessons([problem])) == "The lessons have 1 problem:\na.yaml:3:7: title: This is empty."
    )


def test_sound_lessons_are_still_given_beside_the_problems_of_others(tmp_path: Path) -> None:
    write(tmp_path / "gardening" / "soil.yaml")
    (tmp_path / "gardening" / "rock.yaml").write_text("title: Rock")
    checked = check([tmp_path])
    assert [lesson.slug for lesson in checked.lessons] == ["soil"]
    assert {problem.path.name for problem in checked.problems} == {"rock.yaml"}


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    assert refusals(tmp_path / "none.yaml", under=tmp_path) == [
        "none.yaml:1:1: There is no such file or folder; check the path."
    ]
    assert refusals(tmp_path / "none", under=tmp_path) == [
        "none:1:1: There is no such file or folder; check the path."
    ]


def test_an_empty_library_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MalformedLessons, match="There is no lesson in this folder"):
        load([tmp_path])
    with pytest.raises(MalformedLessons, match="The library is empty"):
        load([])


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "gardening" / "soil.yml")
    write(tmp_path / "gardening" / "rock.YAML")
    write(tmp_path / "clay.txt")
    assert refusals(tmp_path, tmp_path / "clay.txt", under=tmp_path) == [
        "clay.txt:1:1: Lesson files end in .yaml; rename it to clay.yaml.",
        "gardening/rock.YAML:1:1: Lesson files end in .yaml; rename it to rock.yaml.",
        "gardening/soil.yml:1:1: Lesson files end in .yaml; rename it to soil.yaml.",
    ]


def test_a_file_name_that_is_no_slug_is_refused_with_a_better_one(tmp_path: Path) -> None:
    (refusal,) = refusals(write(tmp_path / "Good Soil.yaml", question="soil-one"), under=tmp_path)
    assert refusal.startswith("Good Soil.yaml:1:1: ")
    assert refusal.endswith("rename it, for example to good-soil.yaml.")


def test_the_folder_is_the_slug_of_the_category_in_a_library_but_not_for_a_lone_file(tmp_path: Path) -> None:
    misplaced = write(tmp_path / "plants" / "soil.yaml")
    sentence = "3:11: category: A lesson of this category belongs in"
    too_deep = write(tmp_path / "gardening" / "more" / "rock.yaml")
    assert refusals(tmp_path, under=tmp_path) == [
        f"gardening/more/rock.yaml:{sentence} {tmp_path / 'gardening' / 'rock.yaml'}; move the file.",
        f"plants/soil.yaml:{sentence} {tmp_path / 'gardening' / 'soil.yaml'}; move the file.",
    ]
    assert refusals(misplaced, too_deep, under=tmp_path) == []


def test_slugs_titles_and_question_ids_are_unique_in_the_library(tmp_path: Path) -> None:
    first = write(tmp_path / "gardening" / "soil.yaml", title="Soil")
    write(tmp_path / "geology" / "soil.yaml", title="soil ", category="Geology")
    assert [refusal.removeprefix("geology/soil.yaml:") for refusal in refusals(tmp_path, under=tmp_path)] == [
        f"1:1: The file name is also that of {first}; rename one of the two.",
        f"1:8: title: The title “soil” is also in {first}:1; change one of them.",
        f"12:9: questions[1].id: The question id “soil-one” is also in {first}:12; change one of them.",
    ]


def test_libraries_are_checked_against_each_other(tmp_path: Path) -> None:
    write(tmp_path / "a" / "gardening" / "soil.yaml", title="One", question="one")
    write(tmp_path / "b" / "gardening" / "soil.yaml", title="Two", question="two")
    (refusal,) = refusals(tmp_path / "b", tmp_path / "a", under=tmp_path)
    assert "The file name is also that of" in refusal


def test_two_spellings_of_a_category_are_refused_in_favour_of_the_usual_one(tmp_path: Path) -> None:
    for name in ("nets", "trees"):
        write(tmp_path / "machine-learning" / f"{name}.yaml", category="Machine Learning")
    write(tmp_path / "machine-learning" / "bayes.yaml", category="Machine learning")
    (refusal,) = refusals(tmp_path, under=tmp_path)
    assert refusal.startswith(
        "machine-learning/bayes.yaml:3:11: category: Other lessons spell this category "
    )
    assert refusal.endswith(" “Machine Learning”; spell it the same.")


def test_a_lesson_builds_on_lessons_of_the_library(tmp_path: Path) -> None:
    write(tmp_path / "gardening" / "plants.yaml", requires=("soil", "rock"))
    write(tmp_path / "gardening" / "soil.yaml", requires=("rock",))
    write(tmp_path / "geology" / "rock.yaml", category="Geology")
    assert [(one.slug, one.requires) for one in load([tmp_path])] == [
        ("plants", ("soil", "rock")),
        ("soil", ("rock",)),
        ("rock", ()),
    ]


def test_a_lesson_that_builds_on_an_unknown_one_is_refused_with_what_was_meant(tmp_path: Path) -> None:
    write(tmp_path / "gardening" / "soil.yaml")
    write(tmp_path / "gardening" / "plants.yaml", requires=("soils", "qwertz", "soil"))
    assert refusals(tmp_path, under=tmp_path) == [
        "gardening/plants.yaml:6:12: requires[1]: There is no lesson “soils” in the library; did you mean “soil”?",
        "gardening/plants.yaml:6:19: requires[2]: There is no lesson “qwertz” in the library; write the name of its file, without .yaml, or remove it.",
    ]


def test_lessons_that_build_on_each_other_are_refused_wherever_the_circle_can_be_cut(tmp_path: Path) -> None:
    write(tmp_path / "gardening" / "plants.yaml", requires=("soil",))
    write(tmp_path / "gardening" / "soil.yaml", requires=("rock", "water"))
    write(tmp_path / "gardening" / "water.yaml", requires=("plants",))
    write(tmp_path / "gardening" / "rock.yaml")
    write(tmp_path / "gardening" / "trees.yaml", requires=("plants",))
    sentence = "These lessons build on each other in a circle:"
    assert refusals(tmp_path, under=tmp_path) == [
        f"gardening/plants.yaml:6:12: requires[1]: {sentence} plants → soil → water → plants; remove one requirement.",
        f"gardening/soil.yaml:6:18: requires[2]: {sentence} soil → water → plants → soil; remove one requirement.",
        f"gardening/water.yaml:6:12: requires[1]: {sentence} water → plants → soil → water; remove one requirement.",
    ]


def test_a_lone_file_may_build_on_what_ships_with_the_program(tmp_path: Path) -> None:
    assert refusals(write(tmp_path / "soil.yaml", requires=("base-rates",)), under=tmp_path) == []
    assert (
        "did you mean “base-rates”?"
        in refusals(write(tmp_path / "soil.yaml", requires=("base-rate",)), under=tmp_path).pop()
    )


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "gardening" / "soil.yaml")
    assert len(check([tmp_path, path, tmp_path]).lessons) == 1


def test_the_order_of_problems_and_lessons_does_not_depend_on_the_disk(tmp_path: Path) -> None:
    for name in ("c", "a", "b"):
        write(tmp_path / "gardening" / f"{name}.yaml")
    assert [lesson.slug for lesson in check([tmp_path]).lessons] == ["a", "b", "c"]


def test_uploads_are_checked_without_touching_the_disk() -> None:
    text = LESSON.format(title="Soil", category="Gardening", question="soil-one").encode()
    checked = check_texts([(Path("soil.yaml"), text), (Path("dirt.yaml"), text)], owner="42")
    assert [lesson.identity for lesson in checked.lessons[0].questions] == ["42:soil-one"]
    assert [problem.key for problem in checked.problems] == ["title", "questions[1].id"]


def test_an_upload_with_another_suffix_is_refused() -> None:
    (problem,) = check_texts([(Path("soil.txt"), b"")], owner="42").problems
    assert problem.message == "Lesson files end in .yaml; rename it to soil.yaml."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "soil.yaml")
    assert refusals(tmp_path / "soil.yaml", under=tmp_path) == [
        "soil.yaml:1:1: This is not an ordinary file; put a lesson file here, or remove it."
    ]


def test_a_huge_file_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "soil.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert refusals(path, under=tmp_path) == [
        "soil.yaml:1:1: The file is larger than 256 KiB; split it into several lessons."
    ]
