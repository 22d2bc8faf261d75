"""The commands that check a library of lessons, publish its questions, and tell about it."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.running import configured, fail, run_through

if TYPE_CHECKING:
    from lessons.faults import Warned
    from lessons.problems import Problem

lessons_app = typer.Typer(help="Work on lesson files.", no_args_is_help=True)


class Form(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


class Shown(StrEnum):
    """How figures are written."""

    TEXT = "text"
    JSON = "json"


_Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Lesson files or folders of them; what ships with rung if left out."),
]


@lessons_app.command("check")
def lessons_check(
    paths: _Paths = None,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as mistakes.")] = False,
    form: Annotated[
        Form, typer.Option("--format", help="For people, for programs, or as annotations on GitHub.")
    ] = Form.TEXT,
) -> None:
    """Check lesson files: mistakes end it with 1, faults of question writing are warnings.

    A warning that does not apply is allowed in the file, by its code and with the reason: on the question, or at
    the top of the file if it is about the whole lesson.
    """
    from lessons.checking import examine
    from lessons.loading import CURATED_CONTENT

    found = examine(paths or [CURATED_CONTENT])
    questions = sum(len(lesson.questions) for lesson in found.lessons)
    if form is Form.JSON:
        whole = {
            "lessons": len(found.lessons),
            "questions": questions,
            "problems": [_plainly(one) for one in found.problems],
            "warnings": [{**_plainly(one), "code": one.fault.value} for one in found.warnings],
        }
        typer.echo(json.dumps(whole, indent=2, ensure_ascii=False))
    elif form is Form.GITHUB:
        for one in found.problems:
            typer.echo(_annotation("error", one, "lesson"))
        for one in found.warnings:
            typer.echo(_annotation("warning", one, one.fault.value))
    else:
        for one in (*found.problems, *found.warnings):
            typer.echo(str(one))
    if form is Form.TEXT and not found.problems:
        warned = _counted(len(found.warnings), "warning") if found.warnings else "all well"
        lessons = _counted(len(found.lessons), "lesson")
        typer.echo(f"{lessons} with {_counted(questions, 'question')}: {warned}.")
    if found.problems or (strict and found.warnings):
        raise typer.Exit(1)


@lessons_app.command("publish")
def lessons_publish(
    folder: Annotated[
        Path | None, typer.Argument(help="The library's folder; what ships with rung if left out.")
    ] = None,
    same_meaning: Annotated[
        list[str] | None, typer.Option(help="The id of a question whose new wording asks the same.")
    ] = None,
    retire: Annotated[
        list[str] | None, typer.Option(help="The id of a question that is not asked any more.")
    ] = None,
) -> None:
    """Write the ledger of published questions: from then on no id may come to mean something else."""
    from lessons.ledger import Ledger, NotPublished, ledger_of, published, read_ledger, write_ledger
    from lessons.loading import CURATED_CONTENT, MalformedLessons, load

    folder = folder or CURATED_CONTENT
    path = ledger_of(folder)
    try:
        before = read_ledger(path) or Ledger()
        after = published(before, load([folder]), same_meaning=same_meaning or (), retire=retire or ())
    except (MalformedLessons, NotPublished) as refused:
        fail(str(refused))
    write_ledger(path, after)
    new = len(after.published.keys() - before.published.keys())
    reworded = sum(
        after.published[id] != entry for id, entry in before.published.items() if id in after.published
    )
    retired = len(after.retired) - len(before.retired)
    typer.echo(
        f"{path}: {_counted(len(after.published), 'published question')}; {new} new, {reworded} reworded, {retired} retired."
    )


@lessons_app.command("stats")
def lessons_stats(
    folder: Annotated[
        Path | None, typer.Argument(help="The library's folder; what ships with rung if left out.")
    ] = None,
    answers: Annotated[
        bool, typer.Option("--answers", help="What members' first answers say about each question.")
    ] = False,
    patch: Annotated[
        bool, typer.Option("--patch", help="With --answers: only the patch, for git apply.")
    ] = False,
    form: Annotated[Shown, typer.Option("--format", help="For people or for programs.")] = Shown.TEXT,
) -> None:
    """Show the library at a glance; or what the database's answers say about its questions."""
    from bot import lesson_figures
    from lessons.loading import CURATED_CONTENT, MalformedLessons, check, load

    folder = folder or CURATED_CONTENT
    try:
        catalogue = load([folder])
    except MalformedLessons as malformed:
        fail(str(malformed))
    if not answers:
        found = lesson_figures.at_a_glance(catalogue.lessons)
        if form is Shown.JSON:
            typer.echo(json.dumps(lesson_figures.glance_json(found), indent=2, ensure_ascii=False))
        else:
            typer.echo("\n".join(lesson_figures.glance_lines(found)))
        return
    from bot.app import answer_statistics

    figures = run_through(answer_statistics(configured().database_url, catalogue))
    files = {document.path.stem: document.path for document in check([folder]).documents}
    proposed = lesson_figures.proposed_patch(figures, files)
    if form is Shown.JSON:
        whole = {"questions": [lesson_figures.answer_json(one) for one in figures], "patch": proposed}
        typer.echo(json.dumps(whole, indent=2, ensure_ascii=False))
    elif patch:
        typer.echo(proposed, nl=False)
    else:
        typer.echo("\n".join(lesson_figures.answer_lines(figures)))
        if proposed:
            typer.echo(f"\nProposed, for you to judge:\n{proposed}", nl=False)


@lessons_app.command("reports")
def lessons_reports() -> None:
    """Print the curated questions that members reported, with their reasons and what moderators decided."""
    from bot.app import reported_questions

    found = run_through(reported_questions(configured().database_url))
    for one in found:
        typer.echo(
            f"{one.asked.question} ({_counted(len(one.reports), 'report')}): {' '.join(one.asked.stem.split())}"
        )
        for report in one.reports:
            typer.echo(f"  {report.reported_at:%Y-%m-%d}, {report.state}: {report.reason}")
    if not found:
        typer.echo("No curated question was reported.")


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _plainly(one: "Problem | Warned") -> dict[str, object]:
    return {
        "path": str(one.path),
        "line": one.line,
        "column": one.column,
        "key": one.key,
        "message": one.message,
    }


def _annotation(kind: str, one: "Problem | Warned", title: str) -> str:
    """A line that GitHub shows beside the file's: https://docs.github.com/actions/reference/workflow-commands."""
    told = f"{one.key}: {one.message}" if one.key else one.message
    file = _escaped(str(one.path)).replace(":", "%3A").replace(",", "%2C")
    return f"::{kind} file={file},line={one.line},col={one.column},title={title}::{_escaped(told)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
