"""The doctor: what an operator should know before starting the bot, a line each."""

import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

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


async def checkup(config: Config) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [_versions(), _token(config), *await _database(config.database_url), _lessons()]


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
