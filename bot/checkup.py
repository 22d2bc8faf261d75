"""The doctor: what an operator should know before starting the bot, a line each."""

import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from bot.app import Stopped, look_at_server
from bot.config import Config, Misconfigured
from bot.storage import DatabaseUnavailable
from bot.storage.database import parse_url
from bot.storage.migrating import shown, state
from lessons.loading import CURATED_CONTENT, check


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what was seen or what to do."""

    what: str
    well: bool
    told: str


async def checkup(config: Config, server: int | None = None) -> list[Finding]:
    """Look at everything, and at how the bot stands in a server if one is given; nothing is changed."""
    found = [_versions(), _token(config), *await _database(config.database_url), _lessons()]
    if server is not None:
        # A database that is not there yet has no migrations to tell of.
        ready = all(one.well for one in found) and any(one.what == "migrations" for one in found)
        found += await _server(config, server) if ready else [_not_looked_at(server)]
    return found


def _not_looked_at(server: int) -> Finding:
    told = (
        "not looked at: mend what stands above first, and let `rung run` or `rung migrate` make the database"
    )
    return Finding(f"server {server}", False, told)


async def _server(config: Config, server: int) -> list[Finding]:
    what = f"server {server}"
    try:
        wrong = await look_at_server(config.require_token(), config.database_url, server)
    except (Stopped, DatabaseUnavailable) as error:
        return [Finding(what, False, str(error))]
    if not wrong:
        return [Finding(what, True, "everything that its moderators chose can be done")]
    return [Finding(what, False, one) for one in wrong]


def _versions() -> Finding:
    named = ", ".join(f"{name} {version(name)}" for name in ("rung", "discord.py", "SQLAlchemy"))
    return Finding("versions", True, f"Python {sys.version.partition(' ')[0]}, {named}")


def _token(config: Config) -> Finding:
    try:
        config.require_token()
    except Misconfigured as wrong:
        return Finding("token", False, str(wrong))
    return Finding("token", True, "has the shape of a bot token; Discord decides when the bot starts")


async def _database(url: str) -> list[Finding]:
    try:
        parsed = parse_url(url)
    except DatabaseUnavailable as error:
        return [Finding("database", False, str(error))]
    file = Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
    if file is not None and not file.exists() and os.access(file.parent, os.W_OK):
        return [Finding("database", True, f"{file} does not exist yet; `rung run` creates it")]
    try:
        found = await state(url)
        named = shown(parsed)
    except DatabaseUnavailable as error:
        advice = "" if file is not None else "; start the server, or mend RUNG_DATABASE_URL"
        return [Finding("database", False, f"{error}{advice}")]
    reached = Finding("database", True, named)
    if not found.known:
        told = f"at {found.current}, which this program does not know; install the newer rung that wrote it"
        return [reached, Finding("migrations", False, told)]
    if not found.up_to_date:
        told = f"at {found.current or 'none'}, and {found.needed} is needed; run `rung migrate`"
        return [reached, Finding("migrations", False, told)]
    return [reached, Finding("migrations", True, f"up to date at {found.needed}")]


def _lessons() -> Finding:
    checked = check([CURATED_CONTENT])
    if checked.problems:
        first = checked.problems[0]
        return Finding(
            "lessons",
            False,
            f"{len(checked.problems)} problems, the first: {first}; see `rung lessons check`",
        )
    return Finding("lessons", True, f"{len(checked.lessons)} lessons")
