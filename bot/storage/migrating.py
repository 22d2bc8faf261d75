"""Bringing a database up to the program's own schema, and telling how far it is."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import DatabaseUnavailable, engines_for, parse_url, reason


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Which revision a database is at, and which the program needs."""

    current: str | None
    needed: str
    known: bool
    """Whether the program knows the current revision; if not, the database is newer than the program."""

    @property
    def up_to_date(self) -> bool:
        """Whether there is nothing to apply."""
        return self.current == self.needed


async def upgrade(url: str | URL) -> SchemaState:
    """Apply what is missing, all of it or nothing; the state that was found before.

    Raises `DatabaseUnavailable` when the database cannot be reached or written, or is newer than the program.
    """
    return await _run(url, apply=True)


async def state(url: str | URL) -> SchemaState:
    """The state of the database; nothing is changed.

    Raises `DatabaseUnavailable` when the database cannot be reached.
    """
    return await _run(url, apply=False)


async def _run(url: str | URL, *, apply: bool) -> SchemaState:
    parsed = parse_url(url)
    file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    engines = engines_for(parsed)
    try:
        if file is not None:
            _check_file(Path(file), may_create=apply)
        async with engines.writer.begin() if apply else engines.reader.connect() as connection:
            return await connection.run_sync(_upgrade if apply else _state)
    except (SQLAlchemyError, OSError) as error:
        raise DatabaseUnavailable(f"{shown(parsed)}: {reason(error)}") from error
    except TypeError as error:
        # The driver takes a URL's settings as arguments, and this is what it says of one it does not have.
        raise DatabaseUnavailable(f"{shown(parsed)}: a setting in the URL is not known ({error})") from error
    finally:
        await engines.dispose()


def shown(url: URL) -> str:
    """The URL as it may be printed: without its password."""
    secrets = [name for name in url.query if "password" in name]
    plain = url.set(drivername=url.get_backend_name()).difference_update_query(secrets)
    return plain.render_as_string(hide_password=True)


def _check_file(file: Path, *, may_create: bool) -> None:
    if file.is_dir():
        raise DatabaseUnavailable(f"{file} is a folder; name a file in it")
    if not file.parent.is_dir():
        raise DatabaseUnavailable(f"the folder {file.parent} does not exist; create it, or name another file")
    if not file.exists() and not may_create:
        raise DatabaseUnavailable(f"{file} does not exist yet; `rung migrate` creates it")


def _config() -> Config:
    spec = find_spec("migrations")
    if spec is None or not spec.submodule_search_locations:
        raise DatabaseUnavailable("the migrations are missing from this installation; install rung again")
    config = Config()
    config.set_main_option("script_location", str(spec.submodule_search_locations[0]).replace("%", "%%"))
    return config


def _state(connection: Connection) -> SchemaState:
    scripts = ScriptDirectory.from_config(_config())
    current = MigrationContext.configure(connection).get_current_revision()
    needed = scripts.get_current_head()
    if needed is None:
        raise DatabaseUnavailable("the migrations are missing from this installation; install rung again")
    known = current is None or current in {script.revision for script in scripts.walk_revisions()}
    return SchemaState(current, needed, known)


def _upgrade(connection: Connection) -> SchemaState:
    if connection.dialect.name == "postgresql":
        # Of several processes that start together one migrates and the others wait and find it done.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('rung migrations'))"))
    found = _state(connection)
    if not found.known:
        raise DatabaseUnavailable(
            f"the database is at revision {found.current}, which this program does not know: "
            "it was written by a newer version of rung; install that version"
        )
    if not found.up_to_date:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return found
