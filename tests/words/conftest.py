"""Pseudo-languages, and one walk in them through everything that the bot can say."""

import asyncio
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.words.pseudo import pseudo_languages
from tests.words.tour import Tour, whole_tour


@pytest.fixture(scope="session")
def tour(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """What was said on the walk."""
    folder = tmp_path_factory.mktemp("tour")
    file = folder / "rung.sqlite3"
    shutil.copy(sqlite_template, file)
    with pseudo_languages(folder):
        return asyncio.run(whole_tour(file))


@pytest.fixture
def pseudo(tmp_path: Path) -> Generator[None]:
    """Both pseudo-languages can be spoken."""
    with pseudo_languages(tmp_path):
        yield
