"""The commands that help authors: begin a lesson, look at it, bring questions in, hand lessons out."""

import asyncio
import logging
import tempfile
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.authoring.drafts import Kind
from bot.lesson_tools import lessons_app
from bot.running import fail, run_through
from lessons.problems import MalformedLessons

__all__ = ["lessons_app"]

_START = 1100
"""What everybody's rating begins with, which a lesson's may be set to until its author knows better."""


class Form(StrEnum):
    """What lessons are handed out as."""

    MARKDOWN = "markdown"
    ANKI = "anki"


@lessons_app.command("new")
def lessons_new(
    category: Annotated[str, typer.Argument(help="Its category, by name or slug: statistics.")],
    slug: Annotated[str, typer.Argument(help="Its short name, of lower-case letters, digits and hyphens.")],
    *,
    title: Annotated[str | None, typer.Option(help="Its title; made of the slug if left out.")] = None,
    rating: Annotated[int, typer.Option(help="How hard its questions are, in rating points.")] = _START,
    folder: Annotated[
        Path | None, typer.Option(help="The library's folder; that of the lessons that ship if left out.")
    ] = None,
    new_category: Annotated[
        bool, typer.Option("--new-category", help="Whether the category is meant to be a new one.")
    ] = False,
) -> None:
    """Begin a lesson: a file that is well-formed already, and says what makes each part of it good."""
    from bot.authoring.skeleton import CannotBegin, begin
    from lessons.loading import CURATED_CONTENT

    folder = folder or CURATED_CONTENT
    try:
        file = begin(folder, category, slug, title=title, rating=rating, new_category=new_category)
    except CannotBegin as wrong:
        fail(str(wrong))
    shown = _shown(file)
    typer.echo(
        f"{shown} is begun. Next:\n"
        f"  1. Write it; the comments say what belongs where, and an editor that knows the schema helps.\n"
        f"  2. rung lessons check {shown}\n"
        f"  3. rung lessons preview {shown} --key"
    )


@lessons_app.command("preview")
def lessons_preview(
    lesson: Annotated[str, typer.Argument(help="A slug of the library, or the path of any lesson file.")],
    key: Annotated[bool, typer.Option("--key", help="Show which options are right, and why.")] = False,
    browser: Annotated[
        bool, typer.Option("--browser", help="Open it in the playground instead of the terminal.")
    ] = False,
    port: Annotated[
        int, typer.Option(help="The playground's port; another one if it is taken.", min=0, max=65535)
    ] = 8765,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Whether to open the playground's address.")
    ] = True,
) -> None:
    """Look at a lesson as Discord would show it: its pages, then its questions."""
    if browser:
        _preview_in_browser(lesson, port, open_browser=open_browser)
        return

    from rich.console import Console

    from bot.authoring import previewing
    from bot.authoring.choosing import NoSuchLesson, chosen
    from bot.authoring.terminal import draw

    try:
        found, catalogue = chosen(lesson)
    except MalformedLessons as wrong:
        _list(wrong)
    except NoSuchLesson as wrong:
        fail(str(wrong))

    async def lay_out() -> list[previewing.Message]:
        # discord.py makes screens only where a loop runs.
        return list(previewing.pages(catalogue, found))

    console = Console()
    for message in [*asyncio.run(lay_out()), *previewing.questions(found, key=key)]:
        draw(console, message)


@lessons_app.command("import")
def lessons_import(
    file: Annotated[Path, typer.Argument(help="A file of Moodle GIFT, Aiken, CSV or OpenTDB JSON.")],
    *,
    kind: Annotated[Kind | None, typer.Option("--from", help="Its format, where it cannot be told.")] = None,
    slug: Annotated[str | None, typer.Option(help="The new lesson's short name; else the file's.")] = None,
    title: Annotated[str | None, typer.Option(help="Its title; else made of the slug.")] = None,
    category: Annotated[str | None, typer.Option(help="Its category; else what the file names.")] = None,
    rating: Annotated[int, typer.Option(help="How hard the questions are, in rating points.")] = _START,
    folder: Annotated[Path, typer.Option(help="The folder that the lesson is written into.")] = Path(),
) -> None:
    """Make a lesson of another program's questions, and say line by line what could not come along.

    A table's first row names its columns: question, a to e, correct (a letter, a number from 1, or the option
    itself), and if wanted explanation, feedback_a to feedback_e and id. Texts are in Discord's Markdown.
    """
    from bot.authoring.importing import MOST_READ, About, imported
    from bot.authoring.skeleton import CannotBegin, check_about, check_rating, check_slug, create
    from lessons.slugs import slug_of

    slug = slug if slug is not None else slug_of(file.stem)
    about = About(folder / f"{slug}.yaml", title or slug.replace("-", " ").capitalize(), rating, category)
    try:
        check_slug(slug)
        check_rating(rating)
        check_about(about.title, category)
        with file.open("rb") as opened:
            source = opened.read(MOST_READ + 1)
        result = imported(source, file.name, about, kind)
        for remark in result.remarks:
            typer.echo(f"{file}:{remark.line}: {remark.sentence}")
        if not result.questions:
            fail("No question could come along, so nothing was written.")
        create(about.file, result.lesson)
    except CannotBegin as wrong:
        fail(str(wrong))
    except OSError as error:
        fail(f"{file} cannot be read ({error.strerror}); check the path.")
    shown = _shown(about.file)
    counted = "1 question" if result.questions == 1 else f"{result.questions} questions"
    typer.echo(
        f"{shown} has {counted}. Next:\n"
        f"  1. Write the sections that teach what they ask, and what is “To be written”.\n"
        f"  2. rung lessons check {shown}\n"
        f"  3. rung lessons preview {shown} --key"
    )


@lessons_app.command("export")
def lessons_export(
    to: Annotated[Form, typer.Option("--to", help="Markdown files in a folder, or one Anki package.")],
    out: Annotated[Path, typer.Option(help="The folder, or the package's file, ending in .apkg.")],
    lessons: Annotated[
        list[str] | None, typer.Argument(help="Slugs or paths of files; the whole library if left out.")
    ] = None,
) -> None:
    """Hand lessons out for other programs; what was written there before is written anew."""
    from bot.authoring.anki import AnkiUnavailable, write_anki
    from bot.authoring.choosing import NoSuchLesson, all_chosen
    from bot.authoring.markdown import write_pages

    if to is Form.ANKI and out.suffix != ".apkg":
        fail(f"An Anki package ends in .apkg; write --out {out.with_suffix('.apkg')}")
    try:
        found = all_chosen(lessons or ())
        if to is Form.ANKI:
            write_anki(found, out)
        else:
            write_pages(found, out)
    except MalformedLessons as wrong:
        _list(wrong)
    except (NoSuchLesson, AnkiUnavailable) as wrong:
        fail(str(wrong))
    except OSError as error:
        fail(
            f"{error.filename or out} cannot be written ({error.strerror}); check the path and its permissions."
        )
    questions = sum(len(lesson.questions) for lesson in found)
    counted = "1 lesson" if len(found) == 1 else f"{len(found)} lessons"
    typer.echo(f"{out} has {counted} with {questions} questions.")


def _preview_in_browser(name: str, port: int, *, open_browser: bool) -> None:
    from bot.app import play
    from bot.authoring.choosing import NoSuchLesson, chosen

    try:
        lesson, catalogue = chosen(name)
    except MalformedLessons as wrong:
        _list(wrong)
    except NoSuchLesson as wrong:
        fail(str(wrong))

    def ready(address: str) -> None:
        there = f"{address}#lessons/ada"
        typer.echo(
            f"“{lesson.title}” is at {there}\n"
            "The buttons below it turn its pages and ask its questions.\n"
            "Ctrl-C stops it."
        )
        if open_browser:
            webbrowser.open(there)

    logging.basicConfig(level=logging.WARNING)
    logging.getLogger("discord").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="rung-") as folder:
        file = Path(folder) / "rung.sqlite3"
        run_through(play(file, port=port, on_ready=ready, say=typer.echo, catalogue=catalogue, posted=lesson))


def _list(wrong: MalformedLessons) -> NoReturn:
    for problem in wrong.problems:
        typer.echo(str(problem))
    raise typer.Exit(1)


def _shown(file: Path) -> str:
    """The path as one types it, from here if the file lies below."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
