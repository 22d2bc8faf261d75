"""A process that is killed in the middle of its work has lost no answer that it confirmed."""

import asyncio
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from bot.storage import Database
from tests.actions.school import School
from tests.conftest import HandClock

SURVIVOR = Path(__file__).with_name("survivor.py")


@pytest.mark.parametrize("confirmed", [60, 700])
async def test_every_confirmed_answer_survives_kill_9(url: URL, clock: HandClock, confirmed: int) -> None:
    database = Database(url)
    school = School(database, clock)
    polls = [await school.poll("logic-0"), await school.poll("logic-1")]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(SURVIVOR),
        url.render_as_string(hide_password=False),
        clock().isoformat(),
        *map(str, polls),
        stdout=asyncio.subprocess.PIPE,
        cwd=SURVIVOR.parents[2],
    )
    assert process.stdout is not None
    lines: list[bytes] = []
    try:
        async with asyncio.timeout(20):
            assert await process.stdout.readline() == b"ready\n"
            while len(lines) < confirmed:
                lines.append(await process.stdout.readline())
    finally:
        process.kill()
    lines += (await process.stdout.read()).splitlines(keepends=True)
    assert await process.wait() == -signal.SIGKILL

    told = [tuple(map(int, line.split())) for line in lines if line.endswith(b"\n")]
    assert len(told) >= confirmed
    stored = {poll: await school.answers(poll) for poll in polls}
    for poll, member, option in told:
        assert stored[poll][member].option == option
    for poll in polls:
        result = await school.polls.close(poll)
        assert result.tally.total == len(stored[poll])
    for poll, member, _ in told[:20]:
        sources = await school.first_attempts(member)
        assert f"poll:{poll}" in sources.values()
        assert {entry.source for entry in await school.entries(member)} == set(sources.values())
    await database.close()
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
