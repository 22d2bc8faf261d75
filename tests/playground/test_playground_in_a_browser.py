"""What a person sees and does in the playground, driven through a real browser."""

import asyncio
import logging
import re
import time
from urllib.parse import urlsplit

import aiohttp
import pytest
from playwright.async_api import expect

from bot.playground import ACADEMY, World
from tests.playground.seats import Playground, Windows, running
from tests.playground.toy import Memory

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def nothing_went_wrong(caplog: pytest.LogCaptureFixture):
    """Every test ends without an error in the log, unless it asked for one by clearing the record."""
    yield
    errors = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert not errors


async def test_the_shell_lists_channels_and_members(playground: Playground):
    ada = await playground.sit("general", "ada")
    await expect(ada.page.locator("#channels .name")).to_have_text(["general", "lessons", "quiz", "staff"])
    await expect(ada.page.locator("#members .name")).to_have_text([member.name for member in ACADEMY.members])
    await expect(ada.page.locator("#members [aria-current]")).to_contain_text("Ada Lindqvist")
    await ada.page.click("#members >> text=Kofi Mensah")
    await expect(ada.page.locator("#channels .name")).to_have_text(["general", "lessons", "quiz"])
    await ada.ready()


async def test_a_command_from_the_composer_is_answered(playground: Playground):
    ada = await playground.sit()
    await ada.run("hello")
    await expect(ada.last).to_contain_text("Hello, Ada Lindqvist!")


async def test_an_option_completes_itself_while_others_write(playground: Playground):
    ada, kofi = await playground.sit(), await playground.sit(member="kofi")
    await ada.composer.fill("/hello")
    await ada.room.locator(".command-entry").first.wait_for()
    await ada.page.keyboard.press("Enter")
    await ada.room.locator(".command-suggestion").first.click()
    await ada.page.keyboard.type("Wo")
    await expect(ada.room.locator(".command-suggestion-label")).to_have_text(["World", "Wombat"])
    for text in ("one", "two", "three"):
        await kofi.composer.fill(text)
        await kofi.page.keyboard.press("Enter")
        await expect(ada.last).to_contain_text(text)
        await expect(ada.room.locator(".command-suggestion-label")).to_have_text(["World", "Wombat"])
    await ada.page.keyboard.press("ArrowDown")
    await ada.page.keyboard.press("Enter")
    await ada.page.keyboard.press("Enter")
    await expect(ada.last).to_contain_text("Hello, Wombat!")


async def test_an_option_is_chosen_by_mouse_or_by_typing_all_of_it(playground: Playground):
    ada = await playground.sit()
    suggestions = ada.room.locator(".command-suggestion-label")
    for choice in ("World", "Wombat"):
        await ada.composer.fill("/hello")
        await ada.room.locator(".command-entry").first.wait_for()
        await ada.page.keyboard.press("Enter")
        await ada.room.locator(".command-suggestion").get_by_text("whom").click()
        await expect(suggestions).to_have_text(["World", "Wombat"])
        if choice == "World":
            await ada.page.keyboard.type(choice)
            await expect(suggestions).to_have_text([choice])
        else:
            await suggestions.get_by_text(choice).click()
        await ada.page.keyboard.press("Enter")
        await expect(ada.last).to_contain_text(f"Hello, {choice}!")


async def test_a_click_settles_and_others_see_it_within_a_second(playground: Playground):
    ada, olena = await playground.sit(), await playground.sit(member="olena")
    await ada.run("vote")
    await expect(olena.last).to_contain_text("Answers so far: 0", timeout=2_000)
    await ada.last.get_by_role("button", name="Count").click()
    began = time.perf_counter()
    await expect(olena.last).to_contain_text("Answers so far: 1", timeout=2_000)
    assert time.perf_counter() - began < 1.5
    await expect(ada.last).to_contain_text("Answers so far: 1")


async def test_twenty_quick_clicks_are_all_counted(playground: Playground, memory: Memory):
    ada, mateo = await playground.sit(), await playground.sit(member="mateo")
    await ada.run("vote")
    await expect(mateo.last).to_contain_text("Answers so far: 0")

    async def click_ten_times(seat):
        for _ in range(10):
            await seat.last.locator("button.component-button:enabled:not([aria-disabled=true])").click()

    await asyncio.gather(click_ten_times(ada), click_ten_times(mateo))
    await expect(ada.last).to_contain_text("Answers so far: 20")
    await expect(mateo.last).to_contain_text("Answers so far: 20")
    assert memory.votes == {7: 20}


async def test_a_private_answer_is_seen_by_its_member_only_and_can_be_dismissed(playground: Playground):
    ada, olena = await playground.sit(), await playground.sit(member="olena")
    await ada.run("secret")
    await ada.run("hello")
    await expect(ada.messages.first).to_contain_text("Only for Ada Lindqvist.")
    await expect(olena.messages).to_have_count(1)
    await expect(olena.last).to_contain_text("Hello")
    await ada.messages.first.get_by_role("button", name="Dismiss message").click()
    await expect(ada.messages.first).to_be_hidden()


async def test_a_timer_edits_an_untouched_page_and_its_countdown_counts(playground: Playground):
    ada, kofi = await playground.sit(), await playground.sit(member="kofi")
    await ada.run("countdown", "3")
    seen: set[str] = set()
    clock = kofi.last.locator("time.discord-timestamp")
    while "Time is up." not in (text := await kofi.last.text_content(timeout=3_000) or ""):
        seen.update(re.findall(r"in \d seconds?", text))
        await asyncio.sleep(0.2)
        assert len(seen) < 10
    assert len(seen) >= 2
    await expect(clock).to_have_count(0)


async def test_a_form_and_a_menu_answer(playground: Playground):
    ada = await playground.sit()
    await ada.run("note")
    await expect(ada.room.locator(".modal-input")).to_be_focused()
    await ada.page.keyboard.type("Remember the ladder")
    await ada.room.get_by_role("button", name="Submit").click()
    await expect(ada.last).to_contain_text("Noted: Remember the ladder")
    await ada.run("colour")
    await ada.last.get_by_text("Choose a colour").click()
    await ada.room.get_by_role("option", name="Green").click()
    await expect(ada.last).to_contain_text("You chose Green.")


async def test_a_restarted_bot_answers_old_buttons_in_open_pages(playground: Playground, memory: Memory):
    ada = await playground.sit()
    await ada.run("vote")
    await ada.page.click("#restart")
    await expect(ada.page.locator("#toast")).to_contain_text("The bot restarted in")
    assert len(memory.bots) == 2
    assert memory.bots[0].closed_cleanly
    await ada.last.get_by_role("button", name="Count").click()
    await expect(ada.last).to_contain_text("Answers so far: 1")
    await ada.run("hello")
    await expect(ada.last).to_contain_text("Hello")


async def test_while_the_bot_is_off_time_goes_on_and_presses_fail(playground: Playground, memory: Memory):
    ada, kofi = await playground.sit(), await playground.sit(member="kofi")
    await ada.run("vote")
    await ada.page.get_by_role("button", name="Stop the bot").click()
    for seat in (ada, kofi):
        await expect(seat.page.locator("#off")).to_be_visible()
    assert memory.bots[0].closed_cleanly
    stopped_at = memory.bots[0].now()
    await kofi.last.get_by_role("button", name="Count").click()
    await expect(kofi.page.locator("#toast")).to_have_text("This interaction failed: the bot is off.")
    await kofi.composer.fill("Is anybody there?")
    await kofi.page.keyboard.press("Enter")
    await expect(ada.last).to_contain_text("Is anybody there?")
    assert memory.bots[0].now() > stopped_at
    assert not memory.votes
    assert len(memory.bots) == 1
    await ada.page.locator("#off").get_by_role("button", name="Start the bot").click()
    for seat in (ada, kofi):
        await expect(seat.page.locator("#off")).to_be_hidden()
    await kofi.messages.first.get_by_role("button", name="Count").click()
    await expect(ada.messages.first).to_contain_text("Answers so far: 1")
    assert memory.votes == {7: 1}
    assert len(memory.bots) == 2


async def test_a_restart_of_a_stopped_bot_starts_it(playground: Playground, memory: Memory):
    ada = await playground.sit()
    await ada.run("vote")
    for votes, start in enumerate(("#restart", "#power"), start=1):
        await ada.page.click("#power")
        await expect(ada.page.locator("#power")).to_have_text("Start the bot")
        await ada.page.click(start)
        await expect(ada.page.locator("#power")).to_have_text("Stop the bot")
        await ada.last.get_by_role("button", name="Count").click()
        await expect(ada.last).to_contain_text(f"Answers so far: {votes}")
    assert [bot.closed_cleanly for bot in memory.bots] == [True, True, False]


async def test_a_bot_that_does_not_start_is_off_and_can_be_tried_again(
    playground: Playground, memory: Memory, caplog: pytest.LogCaptureFixture
):
    ada = await playground.sit()
    await ada.run("vote")
    memory.failure = "no lessons found"
    await ada.page.click("#restart")
    await expect(ada.page.locator("#toast")).to_contain_text("The bot did not restart: no lessons found")
    await expect(ada.page.locator("#off")).to_be_visible()
    assert memory.bots[-1].closed_cleanly
    caplog.clear()
    memory.failure = None
    await ada.page.click("#start")
    await expect(ada.page.locator("#off")).to_be_hidden()
    await ada.last.get_by_role("button", name="Count").click()
    await expect(ada.last).to_contain_text("Answers so far: 1")


async def test_the_playground_closes_while_the_bot_is_off(browser: Windows, memory: Memory):
    async with running(browser, memory.create_bot) as playground:
        ada = await playground.sit()
        await ada.page.click("#power")
        await expect(ada.page.locator("#off")).to_be_visible()
    assert len(memory.bots) == 1
    assert memory.bots[0].closed_cleanly


async def test_what_a_bot_begins_to_tidy_up_as_it_closes_is_not_cut_short(browser: Windows, memory: Memory):
    async with running(browser, memory.create_bot):
        pass
    tidying = memory.bots[0].tidying
    assert tidying
    assert tidying.done()
    assert not tidying.cancelled()


async def test_a_private_word_is_announced_in_the_channel_list(playground: Playground):
    kofi = await playground.sit(member="kofi")
    await kofi.run("mail")
    news = kofi.page.locator("#direct .row.news")
    await expect(news).to_have_count(1)
    await news.click()
    await expect(kofi.last).to_contain_text("A private word.")
    await expect(news).to_have_count(0)


async def test_a_link_to_a_message_leads_to_its_room(playground: Playground):
    kofi = await playground.sit(member="kofi")
    await kofi.run("mail")
    await kofi.last.get_by_role("link").click()
    await expect(kofi.page.locator("#direct [aria-current]")).to_contain_text("Rung")
    await expect(kofi.last).to_contain_text("A private word.")


async def test_a_first_step_types_its_command_as_the_member_it_needs(playground: Playground):
    kofi = await playground.sit("general", "kofi")
    await kofi.page.click(".steps >> text=/poll")
    await expect(kofi.composer).to_have_value("/poll")
    await expect(kofi.page.locator("#members [aria-current]")).to_contain_text("Ada")
    await expect(kofi.page.locator("#channels [aria-current]")).to_contain_text("quiz")


async def test_a_failed_command_says_so(playground: Playground, caplog: pytest.LogCaptureFixture):
    ada = await playground.sit()
    await ada.run("broken")
    await expect(ada.page.locator("#toast")).to_contain_text("This interaction failed")
    assert any(record.exc_info for record in caplog.records)
    caplog.clear()


async def test_a_narrow_window_keeps_everything_behind_one_button(playground: Playground):
    olena = await playground.sit(member="olena", width=420)
    await expect(olena.page.locator("#side")).not_to_be_visible()
    await olena.page.click("#menu")
    await olena.page.click("#channels >> text=lessons")
    await expect(olena.page.locator("#side")).not_to_be_visible()
    await expect(olena.room.locator("#channel-name")).to_have_text("lessons")
    assert await olena.page.evaluate("document.documentElement.scrollWidth") == 420


async def test_a_stop_is_told_to_open_pages(browser: Windows, memory: Memory):
    stop = asyncio.Event()
    async with running(browser, memory.create_bot, stop=stop) as playground:
        ada = await playground.sit()
        stop.set()
        await expect(ada.page.locator("#stopped")).to_contain_text("The playground has stopped")
    assert memory.bots[0].closed_cleanly


async def test_people_and_places_keep_their_ids_and_messages_never_reuse_one(
    browser: Windows, memory: Memory
):
    ids: list[int] = []
    worlds: list[World] = []

    async def remember(world: World) -> None:
        worlds.append(world)

    for _ in range(2):
        async with running(browser, memory.create_bot, on_started=remember) as playground:
            guild = memory.bots[-1].get_guild(ACADEMY.guild.id)
            assert guild is not None
            assert guild.name == ACADEMY.guild.name
            assert {channel.id for channel in guild.channels} == {channel.id for channel in ACADEMY.channels}
            ada = await playground.sit()
            await ada.run("mail")
            await ada.run("hello")
            ids.append(int(await ada.last.get_attribute("data-message-id") or 0))
    assert ids[0] < ids[1]
    assert worlds == [ACADEMY, ACADEMY]
    assert memory.seen == [(ACADEMY.member("ada").id, ACADEMY.member("ada").dm_id)] * 2


@pytest.mark.parametrize("path", ["/", "/world", "/events"])
async def test_without_the_key_nothing_is_told(playground: Playground, memory: Memory, path: str):
    origin = "http://" + urlsplit(playground.address).netloc
    async with aiohttp.ClientSession() as session:
        for url in (f"{origin}{path}", f"{origin}{path}?key=guessed"):
            async with session.get(url) as response:
                assert response.status == 403
        for order in ("stop", "start", "restart"):
            async with session.post(f"{origin}/{order}") as response:
                assert response.status == 403
        assert len(memory.bots) == 1
        assert not memory.bots[0].is_closed()


@pytest.mark.parametrize("path", ["/", "/world", "/page/shell.js", "/rooms/quiz/", "/rooms/quiz/api/state"])
async def test_a_strange_host_or_origin_is_refused(playground: Playground, path: str):
    parts = urlsplit(playground.address)
    url = f"http://{parts.netloc}{path}?{parts.query}"
    async with aiohttp.ClientSession() as session:
        for headers in ({"Host": "playground.example"}, {"Origin": "http://playground.example"}):
            async with session.get(url, headers=headers) as response:
                assert response.status == 403
