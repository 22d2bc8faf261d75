"""`rung try` as a process: how it starts, stops and refuses, and what `--keep` keeps."""

import asyncio
import os
import re
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import expect

from lessons.catalogue import Catalogue
from tests.playground.seats import Playground, Windows, asked, close_poll, moved, post_poll, press

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRY = ("-m", "bot", "try", "--no-open")
PATIENCE = 30.0
"""Seconds in which a process must have done what it is asked, however busy the machine."""

IN_A_TERMINAL = "import os, sys; os.login_tty(0); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
WITHOUT_SIMCORD = """
import importlib.metadata, sys
known = importlib.metadata.version
def version(name):
    if name == "simcord":
        raise importlib.metadata.PackageNotFoundError(name)
    return known(name)
importlib.metadata.version = version
sys.modules["simcord"] = None  # importing it fails as if it were not there
sys.argv[0] = "rung"
from bot.__main__ import main
main()
"""


async def finished(folder: Path, *arguments: str) -> tuple[int | None, str, str]:
    """How a process that ends by itself ended, and what it said on either stream."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    except TimeoutError:
        process.kill()
        raise
    return process.returncode, out.decode(), err.decode()


@asynccontextmanager
async def tried(folder: Path, *options: str) -> AsyncIterator[str]:
    """Everything that `rung try` says until it is ready; leaving the block asks it to end, which it does well."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *TRY,
        *options,
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    try:
        yield (await asyncio.wait_for(process.stdout.readuntil(b"Ctrl-C stops it.\n"), PATIENCE)).decode()
        process.terminate()
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert (process.returncode, out, err) == (0, b"", b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def address_in(said: str) -> str:
    found = re.search(r"Rung is at (http://127\.0\.0\.1:\d+/\?key=\S+)", said)
    assert found, said
    return found[1]


async def test_ctrl_c_in_a_terminal_ends_it_well(tmp_path: Path):
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", IN_A_TERMINAL, *TRY, "--port", "0"),
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdin=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        async with asyncio.timeout(PATIENCE):
            while b"Ctrl-C stops it." not in said:
                said += await asyncio.to_thread(os.read, ours, 4096)
            assert any(tmp_path.iterdir())
            address = address_in(said.decode())
            # An open page listens for as long as the playground lives, and must not keep it alive.
            page = await asyncio.to_thread(
                urllib.request.urlopen, address.replace("/?", "/events?"), timeout=PATIENCE
            )
            with page:
                began = time.monotonic()
                os.write(ours, b"\x03")
                assert await process.wait() == 0
                assert time.monotonic() - began < 10
                assert b'"stopped": true' in await asyncio.to_thread(page.read)
        os.set_blocking(ours, False)
        try:
            while more := os.read(ours, 4096):
                said += more
        except OSError:  # nobody holds the other end any more
            pass
    finally:
        os.close(ours)
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert b"Traceback" not in said
    assert said.decode().split("Ctrl-C stops it.")[1].strip() in ("", "^C")
    assert not any(tmp_path.iterdir())


async def test_sigterm_ends_it_well_and_a_taken_port_is_said(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with tried(tmp_path, "--port", str(port)) as said:
            address = address_in(said)
            found = address.split(":")[2].split("/")[0]
            assert f"Port {port} is taken, so the playground is at port {found}." in said.splitlines()
            with await asyncio.to_thread(urllib.request.urlopen, address, timeout=PATIENCE) as page:
                assert page.status == 200
            with pytest.raises(urllib.error.HTTPError, match="403"):
                await asyncio.to_thread(urllib.request.urlopen, address + "x", timeout=PATIENCE)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (
            "nowhere/rung.sqlite3",
            "the folder {folder}/nowhere does not exist; create it, or name another file",
        ),
        ("letter.txt", "sqlite:///{folder}/letter.txt: file is not a database"),
    ],
)
async def test_a_file_that_cannot_be_kept_is_refused_in_one_sentence(
    tmp_path: Path, file: str, sentence: str
):
    (tmp_path / "letter.txt").write_text("Dear Ada, this is a letter and no database at all.\n" * 100)
    ended = await finished(tmp_path, *TRY, "--port", "0", "--keep", str(tmp_path / file))
    assert ended == (1, "", f"The database cannot be used: {sentence.format(folder=tmp_path)}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


async def test_without_the_extra_one_sentence_says_how_to_install_it(tmp_path: Path):
    code, out, err = await finished(tmp_path, "-c", WITHOUT_SIMCORD, "try", "--no-open")
    assert (code, out) == (1, "")
    assert err == (
        "The playground needs the extra `try`, which is not installed: "
        "in the project's folder, pip install -c constraints.txt -e '.[try]'\n"
    )
    assert not any(tmp_path.iterdir())


async def test_an_open_poll_and_ratings_are_kept_from_one_run_to_the_next(
    tmp_path: Path, browser: Windows, curated: Catalogue
):
    kept = ("--port", "0", "--keep", str(tmp_path / "rung.sqlite3"))
    async with tried(tmp_path, *kept) as said:
        playground = Playground(address_in(said), browser)
        ada, mateo, olena = await asyncio.gather(
            *(playground.sit("quiz", member) for member in ("ada", "mateo", "olena"))
        )
        await post_poll(ada, lesson="rlhf-basics")
        await expect(mateo.last).to_contain_text("0 answered")
        right, _ = await asked(mateo.last, curated)
        await press(mateo.last, right)
        await expect(mateo.last).to_contain_text("Recorded, and final")
        await close_poll(ada)
        await expect(mateo.messages.first).to_contain_text("📊 Result")
        await press(mateo.messages.first, "My result")
        first = await moved(mateo.last)

        await post_poll(ada, lesson="rlhf-basics")
        await expect(mateo.last).to_contain_text("0 answered")
        right, wrong = await asked(mateo.last, curated)
        stem = await mateo.last.locator("h3").inner_text()
        for seat, letter in ((mateo, right), (olena, wrong)):
            await press(seat.last, letter)
            await expect(seat.last).to_contain_text("Recorded, and final")
        await browser.close_pages()

    async with tried(tmp_path, *kept) as said:
        playground = Playground(address_in(said), browser)
        ada, mateo, kofi = await asyncio.gather(
            *(playground.sit("quiz", member) for member in ("ada", "mateo", "kofi"))
        )
        for seat in (ada, mateo, kofi):
            await expect(seat.messages).to_have_count(1)
            await expect(seat.last.locator("h3")).to_have_text(stem)
            await expect(seat.last).to_contain_text("2 answered")
        await press(mateo.last, wrong)
        await expect(mateo.last).to_contain_text(
            f"You have answered already, and the first answer stands: {right} "
        )
        await press(kofi.last, right)
        await expect(kofi.last).to_contain_text("Recorded, and final")
        await close_poll(ada)
        await expect(mateo.messages.first).to_contain_text("you: 67 %")
        await press(mateo.messages.first, "My result")
        second = await moved(mateo.last)
        await browser.close_pages()
    assert first[0] < first[1] == second[0] < second[1]
