"""The command line, and the only reader of the environment."""

import asyncio
import logging
import sys
import tempfile
import time
import webbrowser
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.config import Misconfigured, read_config
from bot.lesson_making import lessons_app
from bot.running import configured, fail, or_fail, run_through

app = typer.Typer(
    name="rung",
    help="A Discord tutor: lessons, polls that check them, and ladders that rate every answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(lessons_app, name="lessons")
ladder_app = typer.Typer(help="Look after the ladders.", no_args_is_help=True)
app.add_typer(ladder_app, name="ladder")

_PROGRESS_EVERY = 3.0
"""Seconds between two lines about a long piece of work."""


@app.command("try")
def try_command(
    port: Annotated[
        int, typer.Option(help="The port of the address; another one if it is taken.", min=0, max=65535)
    ] = 8765,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep the database in this file, so that the next run goes on from there."),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Whether to open the address in a browser.")
    ] = True,
) -> None:
    """Try the bot in a browser: a simulated Discord, with no token and no network."""
    from bot.app import play

    def ready(address: str) -> None:
        typer.echo(f"Rung is at {address}\nCtrl-C stops it.")
        if open_browser:
            webbrowser.open(address)

    _set_up_logging("WARNING")
    # What the library misses here (voice, a real gateway) is of no concern to whoever only looks.
    logging.getLogger("discord").setLevel(logging.ERROR)
    if keep is not None:
        run_through(play(keep, port=port, on_ready=ready, say=typer.echo))
        return
    with tempfile.TemporaryDirectory(prefix="rung-") as folder:
        run_through(play(Path(folder) / "rung.sqlite3", port=port, on_ready=ready, say=typer.echo))


@app.command()
def run() -> None:
    """Run the bot on Discord with the token in RUNG_TOKEN."""
    from bot.app import run as run_bot

    config = configured()
    token = or_fail(config.require_token)
    _set_up_logging(config.log_level)
    run_through(run_bot(token, config.database_url))


@app.command()
def sync() -> None:
    """Tell Discord which commands there are, if they have changed. `rung run` does so too when it starts."""
    from bot.app import push_commands

    config = configured()
    token = or_fail(config.require_token)
    pushed = run_through(push_commands(token, config.database_url))
    typer.echo("Discord has the new commands." if pushed else "Nothing has changed, so nothing was sent.")


@app.command()
def migrate() -> None:
    """Bring the database up to date; an empty one gets its tables."""
    from bot.storage.migrating import upgrade

    found = run_through(upgrade(configured().database_url))
    if found.up_to_date:
        typer.echo(f"The database is up to date (revision {found.needed}).")
    else:
        typer.echo(f"The database went from revision {found.current or 'none'} to {found.needed}.")


@app.command()
def doctor(
    server: Annotated[
        int | None,
        typer.Option(
            help="Look at this server too: channels, roles and permissions, as Discord has them; its id."
        ),
    ] = None,
) -> None:
    """Check everything the bot needs; each line is ok or says what to do."""
    from bot.checkup import checkup

    try:
        config = read_config()
    except Misconfigured as wrong:
        fail(str(wrong))
    findings = asyncio.run(checkup(config, server))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.well else 'FIX '} {finding.what}: {finding.told}")
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command()
def simulate(
    members: Annotated[int, typer.Option(help="How many members there are, 10 to 5000.")] = 50,
    answers: Annotated[int, typer.Option(help="How many rated answers each of them gives, 10 to 500.")] = 100,
    start: Annotated[int, typer.Option(help="The rating that everybody's estimate starts from.")] = 1500,
    ability: Annotated[int, typer.Option(help="The members' mean ability at the start.")] = 1500,
    seed: Annotated[int, typer.Option(help="The same number plays the same world again.")] = 1,
) -> None:
    """Check that the ladder is honest: play members of hidden ability, and compare with the study.

    Nothing of it touches your database.
    """
    from bot.simulation import ImpossibleWorld, Options, drawn

    try:
        options = Options(members=members, answers=answers, start=start, ability=ability, seed=seed)
    except ImpossibleWorld as wrong:
        fail(str(wrong))

    from bot.app import simulate as simulate_world

    _set_up_logging("WARNING")
    begun = told = time.monotonic()

    def progress(given: int, due: int) -> None:
        nonlocal told
        if given == due or time.monotonic() - told > _PROGRESS_EVERY:
            told = time.monotonic()
            typer.echo(f"{given} of {due} answers, {given / (told - begun):.0f} a second", err=True)

    played = run_through(simulate_world(options, progress=progress))
    for line in drawn(played.rows):
        typer.echo(line)


@ladder_app.command("verify")
def ladder_verify(
    mend: Annotated[
        bool,
        typer.Option(
            "--mend", help="Write ratings, boards, XP and titles anew from the journal where they differ."
        ),
    ] = False,
) -> None:
    """Prove that ratings, boards, XP and titles equal the journal, over the whole database."""
    from bot.app import verify_ladders

    def progress(members: int, size: int) -> None:
        typer.echo(f"{members} of {size} members", err=True)

    audit = run_through(verify_ladders(configured().database_url, mend=mend, progress=progress))
    for fault in audit.faults:
        typer.echo(fault)
    told = f"{audit.members} members, {audit.entries} entries of the journal"
    if not audit.faults:
        typer.echo(f"{told}: every rating, board, XP and title equals its journal.")
        return
    typer.echo(f"{told}: {len(audit.faults)} faults, {audit.mended} rows written anew.")
    raise typer.Exit(1)


@ladder_app.command("void")
def ladder_void(
    question: Annotated[str, typer.Argument(help="Owner and id, such as curated:rlhf-dpo-removes.")],
    server: Annotated[int | None, typer.Option(help="Only on this server's ladders; its id.")] = None,
) -> None:
    """Take back what a wrong question did to ratings; XP and matches stay as they are."""
    from bot.app import void_question

    def progress(members: int) -> None:
        typer.echo(f"{members} members", err=True)

    reversed_ = run_through(
        void_question(configured().database_url, question, guild=server, progress=progress)
    )
    if not reversed_:
        typer.echo(f"Nothing to take back: no rating was moved by {question} there, or all of it was before.")
        return
    typer.echo(f"{reversed_} changes taken back, each with a row in the journal.")


@app.callback(invoke_without_command=True)
def _options(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if show_version:
        typer.echo(f"rung {version('rung')}")
        raise typer.Exit


def _set_up_logging(level: str) -> None:
    logging.basicConfig(
        level=level, format="{asctime} {levelname:<7} {name}: {message}", style="{", stream=sys.stderr
    )
    # Alembic says at every start how it talks to the database; only its warnings are news.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
