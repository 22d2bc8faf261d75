"""Seats in the playground: browser tabs in which a member looks at a room."""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, BrowserContext, FrameLocator, Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bot.playground import CreateBot, World, serve
from lessons.catalogue import Catalogue


class Clock:
    """Real time, and on top of it whatever a test does not want to wait for."""

    def __init__(self) -> None:
        self.skipped = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.skipped

    def skip(self, seconds: float) -> None:
        self.skipped += timedelta(seconds=seconds)


class Windows:
    """A window for each member, because a tab behind another one sleeps; fonts stay cached as the port stays."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.windows: dict[str, BrowserContext] = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    async def new_page(self, member: str) -> Page:
        if member not in self.windows:
            self.windows[member] = await self.browser.new_context()
        return await self.windows[member].new_page()

    async def close_pages(self) -> None:
        for window in self.windows.values():
            for page in window.pages:
                await page.close()


class Seat:
    """One browser tab: a member looking at a room."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.room: FrameLocator = page.frame_locator("#frame")
        self.composer: Locator = self.room.locator("#channel-composer-input")

    @property
    def messages(self) -> Locator:
        return self.room.locator(".channel-message")

    @property
    def last(self) -> Locator:
        return self.messages.last

    async def ready(self) -> None:
        await self.room.locator("#preview-app[aria-busy=false]").wait_for()
        await self.composer.wait_for()

    async def run(self, command: str, *values: str, **options: str) -> None:
        """Choose the command from the list, fill its required options and these others, and run it."""
        await self.composer.fill(f"/{command}")
        await self.room.locator(".command-entry").first.wait_for()
        await self.page.keyboard.press("Enter")
        await self.room.locator(".command-chip").wait_for()
        for value in values:
            await self.page.keyboard.type(value)
        for number, (name, value) in enumerate(options.items()):
            option = self.room.locator(".command-suggestion").get_by_text(name, exact=True)
            if number:
                # What is suggested for the value before may come late, in place of the list of options; and a
                # mouse that is slow on a busy machine presses a button that is drawn anew before it lets go.
                for _ in range(15):
                    await self.room.locator(".command-ghost").dispatch_event("click")
                    with contextlib.suppress(PlaywrightTimeout):
                        await option.wait_for(timeout=2000)
                        break
            await option.dispatch_event("click")
            await self.page.keyboard.type(value)
        await self.page.keyboard.press("Enter")
        await self.room.locator(".command-chip").wait_for(state="detached")


@dataclass
class Playground:
    """A running playground, and a browser to look at it with."""

    address: str
    browser: Windows
    clock: Clock = field(default_factory=Clock)

    async def sit(
        self, room: str = "quiz", member: str = "ada", *, width: int = 1280, height: int = 800
    ) -> Seat:
        seat = Seat(await self.browser.new_page(member))
        await seat.page.set_viewport_size({"width": width, "height": height})
        await seat.page.goto(f"{self.address}#{room}/{member}")
        await seat.ready()
        return seat


@contextlib.asynccontextmanager
async def running(
    browser: Windows,
    create_bot: CreateBot,
    *,
    stop: asyncio.Event | None = None,
    on_started: Callable[[World], Coroutine[Any, Any, None]] | None = None,
) -> AsyncIterator[Playground]:
    """A playground with such bots in it, which has stopped cleanly when the block is left."""
    stop, clock = stop or asyncio.Event(), Clock()
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    served = asyncio.create_task(
        serve(
            create_bot,
            clock=clock,
            stop=stop,
            on_ready=opened.set_result,
            port=browser.port,
            on_started=on_started,
        )
    )
    await asyncio.wait({opened, served}, return_when=asyncio.FIRST_COMPLETED)
    if served.done():
        await served
    try:
        yield Playground(opened.result(), browser, clock)
    finally:
        await browser.close_pages()
        stop.set()
        await served


async def asked(message: Locator, curated: Catalogue) -> tuple[str, str]:
    """The letters of the right option and of a wrong one of the poll that is shown."""
    stem = await message.locator("h3").inner_text()
    questions = [question for lesson in curated.lessons for question in lesson.questions]
    key = next(question.key for question in questions if question.stem.strip() == stem)
    return "ABCDE"[key], "ABCDE"[0 if key else 1]


async def press(message: Locator, name: str) -> None:
    await message.get_by_role("button", name=name, exact=len(name) == 1).click()


async def post_poll(seat: Seat, **options: str) -> None:
    """Look at a poll's preview, and post it."""
    await seat.run("poll", **options)
    await expect(seat.last).to_contain_text("Preview")
    await press(seat.last, "Post")
    await expect(seat.last).to_contain_text("0 answered")
    await expect(seat.last).not_to_contain_text("Preview")


async def close_poll(seat: Seat) -> None:
    """Close the poll that is shown last, before its time."""
    await press(seat.last, "Manage")
    await expect(seat.last).to_contain_text("Manage this poll")
    await press(seat.last, "Close now")
    await expect(seat.last).to_contain_text("Close this poll now?")
    await press(seat.last, "Close it now")


async def moved(message: Locator) -> tuple[int, int]:
    """The rating before and after, from a private result."""
    await expect(message).to_contain_text("Rating:")
    found = re.search(r"Rating: (\d+) → (\d+)", await message.inner_text())
    assert found
    return int(found[1]), int(found[2])
