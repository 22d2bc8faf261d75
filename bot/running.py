"""How a command of the command line runs, and how it ends: a failure that has a sentence ends it with that."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import typer

from bot.config import Config, Misconfigured, read_config

Result = TypeVar("Result")


def configured() -> Config:
    """The process's configuration; ends the command with a sentence where it cannot be used."""
    return or_fail(read_config)


def or_fail(work: Callable[[], Result]) -> Result:
    """What the work gives; a misconfiguration ends the command with its sentence."""
    try:
        return work()
    except Misconfigured as wrong:
        fail(str(wrong))


def run_through(work: Coroutine[Any, Any, Result]) -> Result:
    """What the coroutine gives; a failure that has a sentence ends the command with it."""
    from bot.app import Stopped
    from bot.playground import PlaygroundUnavailable
    from bot.storage import DatabaseUnavailable
    from lessons.loading import MalformedLessons

    try:
        return asyncio.run(work)
    except DatabaseUnavailable as error:
        fail(f"The database cannot be used: {error}")
    except (Misconfigured, Stopped, PlaygroundUnavailable, MalformedLessons) as error:
        fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def fail(sentence: str) -> NoReturn:
    """End the command with this sentence and exit code 1."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1)
