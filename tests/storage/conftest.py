"""A second process over the same database, and rows that tests of several stores need."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.engine import URL

from bot.storage import Database
from bot.storage.meanings import Asked

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BIG = 2**62
"""Greater than any id that Discord will give out for decades."""

ASKED = Asked(
    meaning="a" * 64,
    question="curated:sky",
    stem="Which colour is “the sky”? — 🌤",
    options=("blue", "green", "it depends"),
    key=0,
    explanation="Rayleigh.",
    feedback=(None, "Look up.", None),
    repairs=(None, "light", None),
    lesson="optics",
    lesson_title="Optics",
    category="physics",
)


@pytest.fixture
async def elsewhere(url: URL) -> AsyncGenerator[Database]:
    """The same database, opened by another process."""
    opened = Database(url)
    yield opened
    await opened.close()


def new_poll(**changes: Any) -> dict[str, Any]:
    """The columns of a poll over `ASKED`."""
    return {
        "guild": BIG + 1,
        "channel": BIG + 2,
        "starter": BIG + 3,
        "question": ASKED.question,
        "meaning": ASKED.meaning,
        "difficulty": 1500,
        "locale": "pt-BR",
        "state": "posting",
        "opened_at": NOON,
        "closes_at": NOON.replace(hour=13),
        **changes,
    }
