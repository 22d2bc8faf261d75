"""The playground's tests open it as a person does: in an installed Chromium, headless."""

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.playground.seats import Playground, Windows, running
from tests.playground.toy import Memory

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Windows]:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip(f"no browser is installed: looked for {', '.join(names)}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield Windows(browser)
        await browser.close()


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest_asyncio.fixture(loop_scope="module")
async def playground(browser: Windows, memory: Memory) -> AsyncIterator[Playground]:
    async with running(browser, memory.create_bot) as playground:
        yield playground
