"""What a person does with Rung itself in the playground: reads, answers, and takes the bot away meanwhile."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy.engine import URL

from bot.app import create_bot
from bot.chat.client import RungClient
from bot.storage import Database
from lessons.catalogue import Catalogue
from tests.playground.seats import Playground, Windows, asked, moved, post_poll, press, running

pytestmark = pytest.mark.asyncio(loop_scope="module")

LESSON = "RLHF Basics"


@dataclass
class Rung(Playground):
    """A running playground with Rung in it."""

    now: Callable[[], datetime] = datetime.now


@pytest_asyncio.fixture(loop_scope="module")
async def rung(browser: Windows, sqlite_url: URL, curated: Catalogue) -> AsyncIterator[Rung]:
    database = Database(sqlite_url)
    clocks: list[Callable[[], datetime]] = []

    def create(clock: Callable[[], datetime]) -> RungClient:
        clocks.append(clock)
        return create_bot(database, curated, clock, always_sync=True)

    async with running(browser, create) as playground:
        yield Rung(playground.address, browser, playground.clock, clocks[0])
    await database.close()


@pytest.fixture(autouse=True)
def nothing_went_wrong(caplog: pytest.LogCaptureFixture):
    yield
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not errors


async def test_a_lesson_is_read_from_the_list_to_its_last_page(rung: Rung, curated: Catalogue):
    lesson = curated.lessons[0]
    mateo = await rung.sit("lessons", "mateo")
    await mateo.run("lesson")
    title = mateo.room.get_by_text(lesson.title, exact=True)
    await press(mateo.last.locator(".component-section").filter(has=title).last, "Read")
    await expect(mateo.last).to_contain_text(lesson.summary)
    number = await mateo.last.get_by_text(re.compile(r"^Page 1 of \d+$")).inner_text()
    pages = int(number.split()[-1])
    read: list[str] = []
    for page in range(1, pages + 1):
        await expect(mateo.last).to_contain_text(f"Page {page} of {pages}")
        read += await mateo.last.locator("h2").all_inner_texts()
        if page < pages:
            await press(mateo.last, "Next")
    wanted = [section.title for section in lesson.sections]
    assert [title for title in read if not title.endswith("(continued)")] == wanted
    await expect(mateo.last).to_contain_text("Key idea")
    await expect(mateo.last.get_by_role("button", name=re.compile(r"Next$"))).to_be_disabled()
    await expect(mateo.last.get_by_role("button", name="Check yourself")).to_be_enabled()
    await expect(mateo.messages).to_have_count(1)


async def test_a_poll_that_falls_due_while_the_bot_is_off_closes_when_it_is_back(
    rung: Rung, curated: Catalogue
):
    ada, mateo, olena, kofi = await asyncio.gather(
        *(rung.sit("quiz", member) for member in ("ada", "mateo", "olena", "kofi"))
    )
    await post_poll(ada, duration="30s", lesson="rlhf-basics")
    await expect(kofi.last).to_contain_text("0 answered")
    right, wrong = await asked(kofi.last, curated)
    for seat, letter in ((mateo, right), (olena, wrong)):
        await press(seat.messages.first, letter)
        await expect(seat.last).to_contain_text("Only you can see this")
        await expect(seat.last).to_contain_text(re.compile(f"Recorded, and final: {letter} "))
        await expect(seat.messages).to_have_count(2)
    await expect(kofi.messages).to_have_count(1)

    await ada.page.locator("#power").get_by_text("Stop the bot").click()
    await expect(kofi.page.locator("#off")).to_be_visible()
    stopped_at = rung.now()
    rung.clock.skip(60)
    while (rung.now() - stopped_at).total_seconds() < 60:  # noqa: ASYNC110  (the pump tells nobody)
        await asyncio.sleep(0.1)
    await press(kofi.last, right)
    await expect(kofi.page.locator("#toast")).to_have_text("This interaction failed: the bot is off.")
    await expect(kofi.last.get_by_role("button", name=right, exact=True)).to_be_visible()

    await ada.page.locator("#power").get_by_text("Start the bot").click()
    for seat in (ada, mateo, olena, kofi):
        result = seat.room.locator(".channel-message", has_text="📊 Result")
        await expect(result).to_contain_text(re.compile(r"██████░░░░░░.*██████░░░░░░", re.DOTALL))
        await expect(result).to_contain_text(f"Right: {right}.")

    for seat, improved in ((mateo, True), (olena, False)):
        await press(seat.messages.first, "My result")
        before, after = await moved(seat.last)
        assert (after > before) is improved
    await press(kofi.last, "My result")
    await expect(kofi.last).to_contain_text("You did not answer this one")

    await ada.page.click("#restart")
    await expect(ada.page.locator("#toast")).to_contain_text("The bot restarted in")
    await press(kofi.messages.first, "Lesson")
    await expect(kofi.last.locator("h1")).to_have_text(LESSON)
    await expect(ada.room.locator("h1", has_text=LESSON)).to_have_count(0)


async def test_a_computer_that_slept_for_hours_is_up_to_date_when_it_wakes(rung: Rung, curated: Catalogue):
    ada, mateo = await rung.sit("quiz", "ada"), await rung.sit("quiz", "mateo")
    await post_poll(ada, duration="8h", lesson="rlhf-basics")
    right, _ = await asked(mateo.last, curated)
    await press(mateo.messages.first, right)
    await expect(mateo.last).to_contain_text("Recorded")
    rung.clock.skip(9 * 3600)
    await expect(mateo.messages.first).to_contain_text("📊 Result", timeout=20_000)
