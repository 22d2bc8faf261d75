"""Questions in a table, one a row, as spreadsheets write it: CSV with commas, semicolons or tabs."""

import csv
import io

from bot.authoring.drafts import Answer, Draft, Reading
from bot.authoring.markup import cleaned
from lessons.slugs import squeezed

LETTERS = "abcde"
COLUMNS = (
    "question",
    *LETTERS,
    "correct",
    "explanation",
    *(f"feedback_{letter}" for letter in LETTERS),
    "id",
)
"""What the columns are called; `question`, `a`, `b` and `correct` are needed, in any order."""

_NEEDED = ("question", "a", "b", "correct")


def read_table(text: str) -> Reading:
    """The questions of a table, whose texts are in Discord's Markdown, and a remark on each row that is not whole."""
    reading = Reading()
    # The length of a field is bounded by that of the file.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    names: list[str] | None = None
    line = 1
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                if names is None:
                    names = [_column(cell) for cell in row]
                    if not _is_heading(names, row, line, reading):
                        return reading
                else:
                    _take(names, [cleaned(cell) for cell in row], line, reading)
            line = rows.line_num + 1
    except csv.Error as error:
        told = str(error).replace("'\t'", "a tab")
        reading.remark(line, f"From here on the table cannot be read ({told}); check the quotes of this row.")
    return reading


def looks_like_table(text: str) -> bool:
    """Whether the first line names the columns."""
    first = text.lstrip().split("\n", 1)[0]
    named = {_column(cell) for cell in first.replace('"', "").split(_delimiter(text.lstrip()))}
    return named.issuperset(_NEEDED)


def _delimiter(text: str) -> str:
    heading = text.lstrip().split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _column(cell: str) -> str:
    """`Option A`, `option_a` and `A` are all called a."""
    name = "_".join(cell.strip().casefold().replace("-", " ").replace("_", " ").split())
    return name.removeprefix("option_")


def _is_heading(names: list[str], row: list[str], line: int, reading: Reading) -> bool:
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        reading.remark(
            line,
            f"The first row must name the columns, and {' and '.join(missing)} cannot be found; "
            f"they are called {', '.join(COLUMNS)}.",
        )
        return False
    repeated = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if repeated:
        reading.remark(line, f"Two columns are called {repeated[0]}; rename or remove one.")
        return False
    for name, cell in zip(names, row, strict=True):
        if name not in COLUMNS:
            shown = cell.strip()[:40] or "without a name"
            reading.remark(line, f"The column “{cleaned(shown)}” was dropped; a lesson has no place for it.")
    return True


def _take(names: list[str], row: list[str], line: int, reading: Reading) -> None:
    if any(row[len(names) :]):
        what = f"its row has {len(row)} cells, and there are {len(names)} columns"
        reading.lose(line, what, "put quotes around a text that holds the sign between cells")
        return
    cells = dict(zip(names, row, strict=False))
    offered = [letter for letter in LETTERS if cells.get(letter)]
    right = _right(cells.get("correct", ""), cells, offered)
    if len(right) != 1:
        what = (
            "its column correct means several of its options"
            if right
            else "its column correct names none of its options"
        )
        reading.lose(line, what, "write one letter, a number from 1, or the option itself")
        return
    answers = tuple(
        Answer(cells[letter], letter == right[0], cells.get(f"feedback_{letter}") or None)
        for letter in offered
    )
    reading.drafts.append(
        Draft(
            line,
            cells.get("question", ""),
            answers,
            cells.get("explanation") or None,
            cells.get("id") or None,
        )
    )


def _right(said: str, cells: dict[str, str], offered: list[str]) -> list[str]:
    """The letters that a cell may mean: written as letters, as numbers from 1, or as an option word for word."""
    exact = [letter for letter in offered if squeezed(cells[letter]) == squeezed(said)]
    places = dict(zip("12345", LETTERS, strict=True))
    marks = said.casefold().replace(",", " ").replace(";", " ").replace("&", " ").split()
    meant = [places.get(mark, mark) for mark in marks]
    return sorted({*exact, *(meant if set(meant) <= set(offered) else [])})
